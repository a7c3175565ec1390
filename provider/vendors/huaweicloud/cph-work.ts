/** Calls of the Cloud Phone Host service that change servers and phones after the purchase (CPH API reference). */
import { z } from "zod";
import type { Account } from "./account";
import { at } from "./cph";
import { call, callOnce } from "./gateway";
import { readAll } from "./pages";

const text = z.string().nullish();
const nothing = z.unknown();
const outcome = z.object({ phone_id: text, job_id: text, error_code: text, error_msg: text });
const batch = z.object({ request_id: z.string(), jobs: z.array(outcome).nullish() });

/** What became of one phone of a request about several: a job, or a refusal inside an answer that is none of an error. */
export type PhoneOutcome = z.output<typeof outcome>;

/** The jobs that one request began. */
export interface Batch {
  readonly requestId: string;
  readonly outcomes: readonly PhoneOutcome[];
}

const batchFrom = ({ request_id, jobs }: z.output<typeof batch>): Batch => ({ requestId: request_id, outcomes: jobs ?? [] });

/** A reset loses the data of the phones, a restart does not. Sent once: a repeated one would do it twice. */
export async function bootPhones(
  account: Account,
  how: "reset" | "restart",
  serverId: string,
  imageId: string,
  phoneIds: readonly string[],
): Promise<Batch> {
  const answer = await callOnce(account, {
    ...at(account, `/v1/{project_id}/cloud-phone/phones/batch-${how}`),
    doing: `${how} phones of CPH server ${serverId} with image ${imageId}`,
    method: "POST",
    body: { image_id: imageId, phones: phoneIds.map((id) => ({ phone_id: id })) },
    answer: batch,
  });
  return batchFrom(answer);
}

/** A phone whose volume has the size already costs nothing more. */
export async function growVolumes(account: Account, serverId: string, gib: number, phoneIds: readonly string[]): Promise<Batch> {
  const answer = await callOnce(account, {
    ...at(account, "/v1/{project_id}/cloud-phone/phones/expand-volume"),
    doing: `grow the data volumes of phones of CPH server ${serverId} to ${gib} GiB`,
    method: "POST",
    body: { phones: phoneIds.map((id) => ({ phone_id: id, new_size: gib })) },
    answer: batch,
  });
  return batchFrom(answer);
}

const wireJob = z.object({ job_id: z.string(), phone_id: text, status: z.number(), error_code: text, error_msg: text });

const jobsPage = 100;

/** All jobs that a request began. */
export async function listJobs(account: Account, requestId: string): Promise<z.output<typeof wireJob>[]> {
  const doing = `list the CPH jobs of request ${requestId}`;
  return readAll(
    doing,
    jobsPage,
    async (offset) => {
      const { jobs, count } = await call(account, {
        ...at(account, "/v1/{project_id}/cloud-phone/jobs"),
        doing,
        method: "GET",
        query: { request_id: requestId, offset, limit: jobsPage },
        answer: z.object({ jobs: z.array(wireJob).nullish(), count: z.number().nullish() }),
        errorInAnswer: "data",
      });
      return { rows: jobs ?? [], total: count ?? undefined };
    },
    (job) => job.job_id,
  );
}

const wirePort = z.object({ name: z.string(), listen_port: z.number(), internet_accessible: z.string() });
export type WirePort = z.output<typeof wirePort>;

const accessInfos = "/v1/{project_id}/cloud-phone/access-infos";

/** The application ports of a server. */
export async function listPorts(account: Account, serverId: string): Promise<readonly WirePort[]> {
  const answer = await call(account, {
    ...at(account, accessInfos),
    doing: `list the application ports of CPH server ${serverId}`,
    method: "GET",
    query: { server_id: serverId },
    answer: z.object({ ports: z.array(wirePort).nullish() }),
  });
  return answer.ports ?? [];
}

export async function addPorts(account: Account, serverId: string, ports: readonly WirePort[]): Promise<Batch> {
  const answer = await callOnce(account, {
    ...at(account, accessInfos),
    doing: `add application ports to CPH server ${serverId}`,
    method: "PUT",
    body: { server_ids: [serverId], ports },
    answer: batch,
  });
  return batchFrom(answer);
}

export async function removePorts(account: Account, serverId: string, names: readonly string[]): Promise<Batch> {
  const answer = await callOnce(account, {
    ...at(account, accessInfos),
    doing: `take application ports away from CPH server ${serverId}`,
    method: "DELETE",
    body: { server_ids: [serverId], ports: names.map((name) => ({ name })) },
    answer: batch,
  });
  return batchFrom(answer);
}

/** Of a shared bandwidth only. */
export async function resizeBandwidth(account: Account, id: string, mbits: number): Promise<void> {
  await call(account, {
    ...at(account, "/v1/{project_id}/cloud-phone/bandwidths/{id}", id),
    doing: `give bandwidth ${id} ${mbits} Mbit/s`,
    method: "PUT",
    body: { band_width_size: mbits },
    answer: nothing,
  });
}

/** Orders another model for a server. Sent once: it costs. @returns the id of the order */
export async function orderModel(
  account: Account,
  serverId: string,
  model: { readonly serverModelName: string; readonly phoneModelName: string; readonly isAutoPay: boolean },
): Promise<string> {
  const answer = await callOnce(account, {
    ...at(account, "/v1/{project_id}/cloud-phone/servers/change-server-model"),
    doing: `change the model of CPH server ${serverId} to ${model.serverModelName} with ${model.phoneModelName}`,
    method: "POST",
    body: {
      server_id: serverId,
      server_model_name: model.serverModelName,
      phone_model_name: model.phoneModelName,
      extend_param: { is_auto_pay: model.isAutoPay ? 1 : 0 },
    },
    answer: z.object({ order_id: z.union([z.string(), z.number()]).transform(String) }),
  });
  return answer.order_id;
}

/** Gives a server another machine; the data of its phones is lost. Sent once. @returns the id of the job */
export async function swapMachine(account: Account, serverId: string, body: object): Promise<string> {
  const answer = await callOnce(account, {
    ...at(account, "/v2/{project_id}/cloud-phone/servers/{id}/change", serverId),
    doing: `swap the machine of CPH server ${serverId}`,
    method: "POST",
    body,
    answer: z.object({ job_id: z.string() }),
  });
  return answer.job_id;
}
