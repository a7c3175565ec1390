import * as z from "zod";
import { Refusal } from "./errors";
import { operation } from "./operation";
import type { Call, Operation } from "./operation";
import { placeOrder } from "./orders";
import { wantedFromV1, wantedFromV2, wantedFromV21 } from "./purchase";
import { purchaseV1, purchaseV2, purchaseV21, serverName, swapBody } from "./purchase-wire";
import { integer, page } from "./query-fields";
import { serverDetail, serverRow } from "./server-view";
import { orderModel, restartServers, swapServer } from "./server-work";
import { changeKeypair, deletePayPerUse, findLiveServer, findShownServer, listServers, rename } from "./servers";
import type { Job, Order, Store } from "./state";
import { utc } from "./state";
import type { Wanted } from "./wanted";

const servers = "/v1/{project_id}/cloud-phone/servers";

/** CPH: buying servers and looking after them. */
export function serverRoutes(store: Store): Operation[] {
  const buy = (call: Call<unknown, unknown>, wanted: Wanted) => purchaseAnswer(placeOrder(store, call.account, call.project, wanted));
  const create = { service: "cph", method: "POST" } as const;
  const read = { service: "cph", method: "GET" } as const;
  return [
    operation({
      ...create,
      name: "CreateCloudPhoneServer",
      path: "/v1/{project_id}/cloud-phone/phones",
      body: purchaseV1,
      answer: (call) => buy(call, wantedFromV1(store, call.account, call.body)),
    }),
    operation({
      ...create,
      name: "CreateNet2CloudPhoneServer",
      path: "/v2/{project_id}/cloud-phone/servers",
      body: purchaseV2,
      answer: (call) => buy(call, wantedFromV2(store, call.body)),
    }),
    operation({
      ...create,
      name: "CreateCloudPhoneSingleServer",
      path: "/v2.1/{project_id}/cloud-phone/servers",
      body: purchaseV21,
      answer: (call) => buy(call, wantedFromV21(store, call.body)),
    }),
    operation({
      ...read,
      name: "ListCloudPhoneServers",
      path: servers,
      query: z.strictObject({
        ...page(100),
        server_name: z.string().optional(),
        server_id: z.string().optional(),
        network_version: z
          .string()
          .regex(/^v[12]$/i, "v1 or v2")
          .or(z.literal(""))
          .transform((text) => text || undefined)
          .optional(),
        phone_model_name: z.string().optional(),
        status: integer(0, 100).optional(),
        create_since: integer(0).optional(),
        create_until: integer(0).optional(),
      }),
      answer({ project, query }) {
        const { offset, limit, ...filter } = query;
        const found = listServers(store, project, filter);
        return { count: found.length, servers: found.slice(offset, offset + limit).map((server) => serverRow(store, server)) };
      },
    }),
    operation({
      ...read,
      name: "ShowCloudPhoneServerDetail",
      path: `${servers}/{server_id}`,
      answer: ({ project, path }) => serverDetail(store, findShownServer(store, project, path["server_id"] ?? "")),
    }),
    operation({
      service: "cph",
      method: "PUT",
      name: "UpdateKeypair",
      path: `${servers}/open-access`,
      body: z.strictObject({ servers: z.array(z.strictObject({ server_id: z.string().min(1), keypair_name: z.string().min(1) })).min(1) }),
      answer: ({ project, body, requestId }) => ({ jobs: body.servers.map((wanted) => changeKeypair(store, project, requestId, wanted)) }),
    }),
    operation({
      service: "cph",
      method: "PUT",
      name: "UpdateServerName",
      path: `${servers}/{server_id}`,
      body: z.strictObject({ server_name: serverName }),
      answer({ project, path, body }) {
        rename(store, findLiveServer(store, project, path["server_id"] ?? ""), body.server_name);
        return {};
      },
    }),
    operation({
      service: "cph",
      method: "DELETE",
      name: "DeleteCloudPhoneServer",
      path: "/v2/{project_id}/cloud-phone/servers",
      body: z.strictObject({ server_ids: z.array(z.string().min(1)).min(1).max(10) }),
      answer: ({ project, body, requestId }) => ({ job_id: deletePayPerUse(store, project, requestId, body.server_ids).id }),
    }),
    operation({
      ...create,
      name: "ChangeCloudPhoneServerModel",
      path: `${servers}/change-server-model`,
      body: z.strictObject({
        server_id: z.string().min(1),
        server_model_name: z.string().min(1),
        phone_model_name: z.string().min(1),
        extend_param: z.strictObject({ is_auto_pay: z.int().min(0).max(1).default(0) }).optional(),
      }),
      answer({ account, project, body }) {
        const { id, productId } = orderModel(store, account, project, body);
        return { order_id: id, product_id: productId };
      },
    }),
    operation({
      ...create,
      name: "ChangeCloudPhoneServer",
      path: "/v2/{project_id}/cloud-phone/servers/{server_id}/change",
      body: swapBody,
      answer({ project, path, body, requestId }) {
        const job = swapServer(store, project, requestId, path["server_id"] ?? "", body);
        return { server_id: job.serverId, job_id: job.id };
      },
    }),
    operation({
      ...create,
      name: "RestartCloudPhoneServer",
      path: `${servers}/batch-restart`,
      body: z.strictObject({ server_ids: z.array(z.string().min(1)).min(1).max(100) }),
      answer: ({ project, body, requestId }) => ({ jobs: restartServers(store, project, requestId, body.server_ids) }),
    }),
    operation({
      ...read,
      name: "ListJobs",
      path: "/v1/{project_id}/cloud-phone/jobs",
      query: z.strictObject({ ...page(100), request_id: z.string().optional(), request_ids: z.string().optional() }),
      answer({ project, query }) {
        const wanted = (query.request_ids ?? query.request_id ?? "").split(",").filter((id) => id !== "");
        if (wanted.length === 0) throw new Refusal("CPS.0049", "request_id or request_ids is required.");
        if (wanted.length > 20) throw new Refusal("CPS.0161", "At most 20 request_ids.");
        const jobs = Object.values(store.state.jobs).filter((job) => job.projectId === project.id && wanted.includes(job.requestId));
        if (jobs.length === 0) throw new Refusal("CPS.0050", "There are no jobs for these requests.");
        return { count: jobs.length, jobs: jobs.slice(query.offset, query.offset + query.limit).map((job) => jobView(store, job)) };
      },
    }),
    operation({
      ...read,
      name: "ShowJob",
      path: "/v1/{project_id}/cloud-phone/jobs/{job_id}",
      answer({ project, path }) {
        const job = store.state.jobs[path["job_id"] ?? ""];
        if (job?.projectId !== project.id) throw new Refusal("CPS.0011", `There is no job ${path["job_id"] ?? ""}.`);
        return jobView(store, job);
      },
    }),
  ];
}

/** An unpaid order names no servers: there are none. */
function purchaseAnswer(order: Order): object {
  return { order_id: order.id, product_id: order.productId, ...(order.serverIds.length === 0 ? {} : { server_ids: order.serverIds }) };
}

function jobView(store: Store, job: Job): object {
  const isOver = store.world.clock.now() >= job.endsAt;
  const hasFailed = job.fails === true;
  return {
    job_id: job.id,
    server_id: job.serverId,
    ...(job.phoneId === undefined ? {} : { phone_id: job.phoneId }),
    begin_time: utc(job.beginsAt),
    end_time: isOver ? utc(job.endsAt) : null,
    status: !isOver ? 1 : hasFailed ? -1 : 2,
    // The documents show a job's error without the dot.
    error_code: isOver && hasFailed ? "CPS0054" : null,
    error_msg: isOver && hasFailed ? "The job timed out." : null,
    execute_msg: null,
  };
}
