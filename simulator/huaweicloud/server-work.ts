/** What is done to whole servers after the purchase: restart, another model, another machine. */
import type { Account, Project } from "./accounts";
import { phoneModels, serverModels } from "./catalogue";
import { Refusal, badRequest } from "./errors";
import { cents, dayMs, minuteMs, monthsLeft, status, statusOf } from "./life";
import { newEquipment, payOrder } from "./orders";
import { phoneModelFor, wantedFromV2 } from "./purchase";
import type { SwapBody } from "./purchase-wire";
import { findLiveServer, mustBeReady, refusalOf, startJob } from "./servers";
import type { Outcome } from "./servers";
import { newOrderId } from "./state";
import type { Job, Order, Server, Store } from "./state";

/** Ends work on a server that is due. */
export function finishWork(store: Store, server: Server): void {
  const now = store.world.clock.now();
  const { nextPorts, work } = server;
  if (nextPorts !== undefined && now >= nextPorts.at) {
    delete server.nextPorts;
    server.wanted = { ...server.wanted, ports: nextPorts.ports };
  }
  if (work === undefined || now < work.endsAt) return;
  delete server.work;
  server.changedAt = work.endsAt;
  if (work.leaves === undefined) return;
  const { wanted, swap } = work.leaves;
  server.wanted = wanted;
  server.serverModel = wanted.server_model_name;
  server.phoneModel = wanted.phone_model_name;
  if (swap === undefined) return;
  server.keypair = wanted.keypair_name;
  delete server.nextKeypair;
  server.zone = wanted.availability_zone;
  server.enterpriseProjectId = wanted.enterprise_project_id;
  server.vpcId = wanted.vpc.id;
  server.subnetId = wanted.subnet.id;
  Object.assign(server, swap);
  delete server.phoneRecords;
  server.phones = { namePrefix: server.name, imageId: wanted.image_id, isVncEnabled: false, property: wanted.property };
}

/** How long a restart takes is not published. */
const restartMs = 3 * minuteMs;

/** Starting (13) until it is over. */
export function restartServers(store: Store, project: Project, requestId: string, ids: readonly string[]): Outcome[] {
  return ids.map((id) => {
    try {
      const server = findLiveServer(store, project, id);
      if (statusOf(store, server) !== status.normal) throw new Refusal("CPS.0158", `The server ${id} cannot be restarted now.`);
      const job = startJob(store, project, requestId, server, { ms: restartMs });
      server.work = { status: 13, endsAt: job.endsAt };
      server.changedAt = store.world.clock.now();
      return { server_id: id, job_id: job.id };
    } catch (error) {
      return { server_id: id, ...refusalOf(error) };
    }
  });
}

const paymentMs = 7 * dayMs;

export interface WantedModel {
  readonly server_id: string;
  readonly server_model_name: string;
  readonly phone_model_name: string;
  readonly extend_param?: { readonly is_auto_pay: number } | undefined;
}

/** Orders another model of the same hardware generation for as many phones as before. What is cheaper needs no payment. */
export function orderModel(store: Store, account: Account, project: Project, sent: WantedModel): Order {
  const server = findLiveServer(store, project, sent.server_id);
  const { wanted } = server;
  if (wanted.generation === "v2.1") throw badRequest(`The server ${server.id} has no phones: its model cannot be changed.`);
  mustBeReady(store, server);
  const model = (name: string) => serverModels.find((one) => one.name === name);
  const capacity = phoneModels.find((one) => one.name === wanted.phone_model_name)?.capacity;
  const phones = phoneModelFor({ ...sent, count: 1 });
  const [from, to] = [model(wanted.server_model_name), model(sent.server_model_name)];
  if (from === undefined || to === undefined || from.chip !== to.chip || from.imageLabel !== to.imageLabel)
    throw new Refusal("CPS.0089", `${wanted.server_model_name} cannot be changed to ${sent.server_model_name}.`);
  if (phones.capacity !== capacity) throw new Refusal("CPS.0028", `${phones.name} has another number of phones.`);
  if (to === from && phones.name === wanted.phone_model_name) throw new Refusal("CPS.0089", "The server has this model already.");
  const perMonth = to.price - from.price;
  const now = store.world.clock.now();
  const lateMs = store.mishaps.lateOrdersMs();
  const order: Order = {
    id: newOrderId(store),
    domainId: account.domainId,
    projectId: project.id,
    productId: server.productId,
    type: 3,
    amount: cents(perMonth * monthsLeft(store, server)),
    createdAt: now,
    payBy: now + paymentMs,
    ...(lateMs === 0 ? {} : { shownFrom: now + lateMs }),
    change: { wanted: { ...wanted, server_model_name: to.name, phone_model_name: phones.name }, perMonth },
    serverIds: [server.id],
  };
  store.state.orders[order.id] = order;
  if (order.amount <= 0 || (sent.extend_param?.is_auto_pay === 1 && !store.mishaps.isOutOfBalance())) payOrder(store, order);
  return order;
}

/** Like building, without the wait for a machine: how long it really takes is not published. */
const swapMs = 20 * minuteMs;

/**
 * Another machine under the same id, name and billing; all data of its phones is lost. Whether servers of v1 and v2.1 can be swapped is not
 * documented: here they cannot. When the job fails, the server stays what it was.
 */
export function swapServer(store: Store, project: Project, requestId: string, id: string, sent: SwapBody): Job {
  const server = findLiveServer(store, project, id);
  const { wanted: last } = server;
  if (last.generation !== "v2") throw new Refusal("CPS.0240", `The server ${id} does not stand in a network of the customer's own.`);
  mustBeReady(store, server);
  const { enterprise_project_id = server.enterpriseProjectId } = sent.extend_param ?? {};
  const asked = {
    ...sent,
    server_name: last.server_name,
    server_model_name: last.server_model_name,
    count: 1,
    availability_zone: sent.availability_zone ?? server.zone,
    extend_param: { ...last.order, enterprise_project_id },
  };
  const wanted = { ...wantedFromV2(store, asked, server), count: last.count };
  const job = startJob(store, project, requestId, server, { ms: swapMs });
  const leaves = job.fails === true ? {} : { leaves: { wanted, swap: newEquipment(store, wanted) } };
  server.work = { status: 3, endsAt: job.endsAt, ...leaves };
  server.changedAt = store.world.clock.now();
  return job;
}
