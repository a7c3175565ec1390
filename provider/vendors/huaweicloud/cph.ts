/** Calls of the Cloud Phone Host service (CPH API reference). */
import { z } from "zod";
import type { Account } from "./account";
import { meansNoSuchServer } from "./errors";
import { call, callOnce } from "./gateway";
import type { Call } from "./gateway";
import { readAll } from "./pages";

const text = z.string().nullish();
const number = z.number().nullish();
const nothing = z.unknown();

const wireServer = z.object({
  server_id: z.string(),
  server_name: text,
  server_model_name: text,
  phone_model_name: text,
  keypair_name: text,
  status: z.number(),
  availability_zone: text,
  vpc_id: text,
  vpc_cidr: text,
  subnet_id: text,
  subnet_cidr: text,
  resource_project_id: text,
  network_version: text,
  enterprise_project_id: text,
  create_time: text,
  metadata: z.object({ order_id: text, product_id: text, charging_mode: z.coerce.number().nullish() }).nullish(),
  addresses: z.array(z.object({ server_ip: text, public_ip: text })).nullish(),
  band_widths: z
    .array(
      z.object({
        band_width_id: text,
        band_width_size: number,
        band_width_charge_mode: number,
        band_width_share_type: number,
      }),
    )
    .nullish(),
  volumes: z.array(z.object({ volume_type: text, volume_size: number })).nullish(),
  share_volume_info: z.object({ volume_type: text, size: number }).nullish(),
  security_groups: z.array(z.string()).nullish(),
});
export type WireServer = z.output<typeof wireServer>;

/** A server that ended may still be shown for a while, with a status that no document lists. */
export const hasEnded = (wire: WireServer): boolean => wire.status === 6;

const wirePhone = z.object({
  phone_id: z.string(),
  status: number,
  image_id: text,
  vnc_enable: z.union([z.string(), z.boolean()]).nullish(),
});
export type WirePhone = z.output<typeof wirePhone>;

const wirePhoneDetail = z.object({
  access_infos: z.array(z.object({ type: text, listen_port: number, public_ip: text })).nullish(),
  phone_data_volume: z.object({ volume_type: text, volume_size: number }).nullish(),
});
export type WirePhoneDetail = z.output<typeof wirePhoneDetail>;

// What was bought must not be lost because an id looks otherwise than documented.
const purchasedId = z.union([z.string(), z.number()]).transform(String);
const purchased = z.object({
  order_id: purchasedId.nullish(),
  product_id: z.unknown().optional(),
  server_ids: z.array(purchasedId).nullish(),
});

/** The three ways to buy: with a system-defined network, into the customer's VPC, and without phones. */
const purchasePaths = {
  v1: "/v1/{project_id}/cloud-phone/phones",
  v2: "/v2/{project_id}/cloud-phone/servers",
  "v2.1": "/v2.1/{project_id}/cloud-phone/servers",
} as const;
export type PurchaseVersion = keyof typeof purchasePaths;

export interface Purchased {
  readonly orderId: string | undefined;
  readonly productId: string | undefined;
  /** Empty when the answer names none: then the order leads to them. Their order says nothing. */
  readonly serverIds: readonly string[];
}

/** Places one order. Sent once: there is no token that would make a second order the same as the first. */
export async function purchase(account: Account, doing: string, version: PurchaseVersion, body: object): Promise<Purchased> {
  const answer = await callOnce(account, { ...at(account, purchasePaths[version]), doing, method: "POST", body, answer: purchased });
  const { order_id: orderId, product_id: productId, server_ids: serverIds } = answer;
  return { orderId: orderId || undefined, productId: typeof productId === "string" ? productId : undefined, serverIds: serverIds ?? [] };
}

/** `undefined` when the cloud says that there is no such server. */
export async function findServer(account: Account, id: string): Promise<WireServer | undefined> {
  try {
    return await call(account, {
      ...at(account, "/v1/{project_id}/cloud-phone/servers/{id}", id),
      doing: `read CPH server ${id}`,
      method: "GET",
      answer: wireServer,
    });
  } catch (error) {
    if (meansNoSuchServer(error)) return undefined;
    throw error;
  }
}

const pageSize = 100;

/** Every server of the project, newest first. */
export async function listServers(account: Account): Promise<WireServer[]> {
  const doing = "list CPH servers";
  return readAll(
    doing,
    pageSize,
    async (offset) => {
      const { servers, count } = await call(account, {
        ...at(account, "/v1/{project_id}/cloud-phone/servers"),
        doing,
        method: "GET",
        query: { offset, limit: pageSize },
        answer: z.object({ servers: z.array(wireServer).nullish(), count: number }),
      });
      return { rows: servers ?? [], total: count ?? undefined };
    },
    (wire) => wire.server_id,
  );
}

export async function renameServer(account: Account, id: string, name: string): Promise<void> {
  await call(account, {
    ...at(account, "/v1/{project_id}/cloud-phone/servers/{id}", id),
    doing: `rename CPH server ${id} to "${name}"`,
    method: "PUT",
    body: { server_name: name },
    answer: nothing,
  });
}

const wireJob = z.object({ server_id: text, job_id: text, error_code: text, error_msg: text });

/** Starts one job per server; a job without an id was refused. */
export async function changeKeypair(account: Account, ids: readonly string[], keypairName: string): Promise<z.output<typeof wireJob>[]> {
  const answer = await call(account, {
    ...at(account, "/v1/{project_id}/cloud-phone/servers/open-access"),
    doing: `change the key pair of CPH servers ${ids.join(", ")} to "${keypairName}"`,
    method: "PUT",
    body: { servers: ids.map((id) => ({ server_id: id, keypair_name: keypairName })) },
    answer: z.object({ jobs: z.array(wireJob).nullish() }),
  });
  return answer.jobs ?? [];
}

export interface Job {
  /** 1 running, 2 done, -1 failed. */
  readonly status: number;
  /** Code and text of a failed job. */
  readonly said: string;
}

/** @throws that there is no such job, when the cloud no longer keeps it */
export async function readJob(account: Account, id: string): Promise<Job> {
  const job = await call(account, {
    ...at(account, "/v1/{project_id}/cloud-phone/jobs/{id}", id),
    doing: `read CPH job ${id}`,
    method: "GET",
    answer: z.object({ status: z.number(), error_code: text, error_msg: text }),
    errorInAnswer: "data",
  });
  return { status: job.status, said: [job.error_code, job.error_msg].filter(Boolean).join(", ") };
}

/** The newest phones of a server, at most a page of them, and how many there are in all. */
export async function listPhones(account: Account, serverId: string): Promise<{ count: number; phones: WirePhone[] }> {
  const answer = await call(account, {
    ...at(account, "/v1/{project_id}/cloud-phone/phones"),
    doing: `list the phones of CPH server ${serverId}`,
    method: "GET",
    query: { server_id: serverId, offset: 0, limit: pageSize },
    answer: z.object({ count: number, phones: z.array(wirePhone).nullish() }),
  });
  const phones = answer.phones ?? [];
  return { count: answer.count ?? phones.length, phones };
}

/** Every phone of a server. */
export async function allPhones(account: Account, serverId: string): Promise<WirePhone[]> {
  const doing = `list the phones of CPH server ${serverId}`;
  return readAll(
    doing,
    pageSize,
    async (offset) => {
      const { phones, count } = await call(account, {
        ...at(account, "/v1/{project_id}/cloud-phone/phones"),
        doing,
        method: "GET",
        query: { server_id: serverId, offset, limit: pageSize },
        answer: z.object({ count: number, phones: z.array(wirePhone).nullish() }),
      });
      return { rows: phones ?? [], total: count ?? undefined };
    },
    (phone) => phone.phone_id,
  );
}

export async function readPhone(account: Account, phoneId: string): Promise<WirePhoneDetail> {
  return call(account, {
    ...at(account, "/v1/{project_id}/cloud-phone/phones/{id}", phoneId),
    doing: `read phone ${phoneId}`,
    method: "GET",
    answer: wirePhoneDetail,
  });
}

export type Tags = Readonly<Record<string, string>>;

/** Permanent place of the marker that ties a server to its resource. Programs never see this tag. */
export const markerTag = "pulumi-marker";

const wireTags = z.array(z.object({ key: z.string(), value: text })).nullish();

const instancesPage = 1000;

/** Values of one tag, by the ids of the servers that have it. */
export async function tagValues(account: Account, key: string): Promise<Map<string, string>> {
  const doing = `list CPH servers with the tag ${key}`;
  const tagged = await readAll(
    doing,
    instancesPage,
    async (offset) => {
      const { resources, total_count } = await call(account, {
        ...at(account, "/v1/{project_id}/cph-server/resource_instances/action"),
        doing,
        method: "POST",
        // Both numbers are texts (CPH API reference, "Querying resource instances"). A key without values means any value.
        body: { action: "filter", limit: String(instancesPage), offset: String(offset), tags: [{ key, values: [] }] },
        answer: z.object({ resources: z.array(z.object({ resource_id: z.string(), tags: wireTags })).nullish(), total_count: number }),
      });
      return { rows: resources ?? [], total: total_count ?? undefined };
    },
    (row) => row.resource_id,
  );
  return new Map(tagged.map((row) => [row.resource_id, row.tags?.find((tag) => tag.key === key)?.value ?? ""]));
}

/** Tags of a server, without those that the cloud and this provider set for themselves. */
export async function readTags(account: Account, id: string): Promise<Tags> {
  const { tags } = await call(account, {
    ...at(account, "/v1/{project_id}/cph-server/{id}/tags", id),
    doing: `read the tags of CPH server ${id}`,
    method: "GET",
    answer: z.object({ tags: wireTags }),
  });
  const own = (tags ?? []).filter(({ key }) => !key.startsWith("_sys_") && key !== markerTag);
  return Object.fromEntries(own.map(({ key, value }) => [key, value ?? ""]));
}

/** `create` also overwrites the value of a key that is there. */
export async function changeTags(account: Account, id: string, action: "create" | "delete", tags: Tags): Promise<void> {
  if (Object.keys(tags).length === 0) return;
  await call(account, {
    ...at(account, "/v1/{project_id}/cph-server/{id}/tags/action", id),
    doing: `${action} tags of CPH server ${id}`,
    method: "POST",
    body: { action, tags: Object.entries(tags).map(([key, value]) => ({ key, value })) },
    answer: nothing,
  });
}

/** For servers that are paid by use; prepaid ones are unsubscribed in billing. At most 10. */
export async function deletePaidByUse(account: Account, ids: readonly string[]): Promise<void> {
  await call(account, {
    ...at(account, "/v2/{project_id}/cloud-phone/servers"),
    doing: `delete CPH servers ${ids.join(", ")}`,
    method: "DELETE",
    body: { server_ids: ids },
    answer: nothing,
  });
}

export function at(account: Account, path: string, id = ""): Pick<Call<never>, "endpoint" | "path" | "projectId"> {
  return { endpoint: account.cph, path: path.replace("{project_id}", account.projectId).replace("{id}", id), projectId: account.projectId };
}
