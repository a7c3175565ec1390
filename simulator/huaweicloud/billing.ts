/** BSS: what was ordered, what it became, giving it back. */
import type { Account } from "./accounts";
import { isShown } from "../mishaps";
import { Refusal } from "./errors";
import { dayMs, end, expiresAt, isBuilding, leavingMs, orderStatus, record, refundOf, statusOf, status } from "./life";
import { payOrder } from "./orders";
import { renewalOrder } from "./renewals";
import type { Term } from "./renewals";
import { newOrderId } from "./state";
import type { Order, Server, Store } from "./state";

export function findOrder(store: Store, account: Account, id: string): Order {
  const order = store.state.orders[id];
  if (order?.domainId !== account.domainId) throw new Refusal("CBC.30000010", `The order ${id} does not exist.`);
  return order;
}

/** The same, as far as reads show it. */
export function findShownOrder(store: Store, account: Account, id: string): Order {
  const order = findOrder(store, account, id);
  if (!isShown(order, store.world.clock.now())) throw new Refusal("CBC.30000010", `The order ${id} does not exist.`);
  return order;
}

/** Those that reads show, newest first. */
export const ordersOf = (store: Store, account: Account): Order[] =>
  Object.values(store.state.orders)
    .filter((order) => order.domainId === account.domainId && isShown(order, store.world.clock.now()))
    .reverse();

/** Gives servers back: all of them, or none when one cannot be. One unsubscription order each. */
export function unsubscribe(store: Store, account: Account, ids: readonly string[], type: number): string[] {
  const servers = ids.map((id) => findResource(store, account, id));
  if (type === 2) throw new Refusal("CBC.99003128", "There is no renewal period to unsubscribe.");
  for (const server of servers) {
    if (server.endedAt !== undefined)
      throw new Refusal("CBC.30000067", `The resource ${server.id} has been deleted and cannot be unsubscribed.`);
    if (server.chargingMode === 1) throw new Refusal("CBC.30000067", `The resource ${server.id} is not paid in advance.`);
    if (isBuilding(store, server) || server.work?.leaves !== undefined)
      throw new Refusal("CBC.99003651", `A transaction of the resource ${server.id} is in progress.`);
    if (hasUnpaidOrder(store, server)) throw new Refusal("CBC.99003100", `The resource ${server.id} is in an unpaid order.`);
    if (statusOf(store, server) === status.frozen) throw new Refusal("CBC.99003656", `The resource ${server.id} is frozen.`);
  }
  return [...new Set(servers)].map((server) => giveBack(store, server));
}

const hasUnpaidOrder = (store: Store, server: Server): boolean =>
  Object.values(store.state.orders).some((order) => order.serverIds.includes(server.id) && orderStatus(store, order) === 6);

/** Orders more time for servers that are paid in advance; without automatic payment, or money for it, the order waits. */
export function renewal(store: Store, account: Account, ids: readonly string[], term: Term, isAutoPaid: boolean): Order {
  const servers = [...new Set(ids)].map((id) => findResource(store, account, id));
  const unpaid = servers.find((server) => hasUnpaidOrder(store, server));
  if (unpaid !== undefined) throw new Refusal("CBC.99003100", `The resource ${unpaid.id} is in an unpaid order.`);
  const order = renewalOrder(store, account, servers, term, store.world.clock.now() + 7 * dayMs);
  if (isAutoPaid && !store.mishaps.isOutOfBalance()) payOrder(store, order);
  return order;
}

/** The order that gave something back: an unsubscription, or a change to something cheaper. */
export function findRefundOrder(store: Store, account: Account, id: string): Order {
  const order = findShownOrder(store, account, id);
  const isRefund = order.type === 4 || (order.type === 3 && order.amount < 0);
  if (!isRefund) throw new Refusal("CBC.0100", `The order ${id} gave nothing back.`);
  return order;
}

/** Ends a server by an unsubscription order, whose id is returned. */
export function giveBack(store: Store, server: Server, refund = refundOf(store, server)): string {
  const now = store.world.clock.now();
  const { domainId, projectId, productId } = server;
  const order: Order = {
    id: newOrderId(store),
    domainId,
    projectId,
    productId,
    type: 4,
    amount: refund,
    createdAt: now,
    payBy: now,
    paidAt: now,
    serverIds: [server.id],
  };
  store.state.orders[order.id] = order;
  record(store, server, "refund", refund, "unsubscribed", order.id);
  end(store, server, "unsubscribed", leavingMs);
  return order.id;
}

export function setAutoRenewal(store: Store, account: Account, id: string, on: boolean): void {
  const server = findResource(store, account, id);
  if (server.endedAt !== undefined) throw new Refusal("CBC.99003602", `The resource ${id} has been deleted.`);
  if (isBuilding(store, server)) throw new Refusal("CBC.99003651", `A transaction of the resource ${id} is in progress.`);
  if (server.chargingMode === 1 || statusOf(store, server) === status.frozen)
    throw new Refusal("CBC.99003602", `The resource ${id} cannot be renewed automatically.`);
  if (!on && !server.isAutoRenewed) throw new Refusal("CBC.99003605", `Automatic renewal of the resource ${id} is already off.`);
  server.isAutoRenewed = on;
}

/** Only servers are main resources; what came with them goes with them. */
function findResource(store: Store, account: Account, id: string): Server {
  const server = store.state.servers[id];
  if (server?.domainId === account.domainId) return server;
  const owner = Object.values(store.state.servers).find(
    (one) => one.domainId === account.domainId && attachments(one).some((part) => part.id === id),
  );
  if (owner !== undefined) throw new Refusal("CBC.99003185", `The resource ${id} can only be handled together with ${owner.id}.`);
  throw new Refusal("CBC.99003012", `The resource ${id} does not exist.`);
}

/** What a purchase put beside the server: public addresses, their bandwidths, disks. */
export function attachments(server: Server): { id: string; kind: "eip" | "share-bandwidth" | "bandwidth" | "data-disk" }[] {
  const eips = server.eips.filter((eip) => eip.isOwn).map((eip) => ({ id: eip.id, kind: "eip" }) as const);
  const bandwidths = server.eips.flatMap(({ bandwidth }) =>
    bandwidth?.isOwn === true ? [{ id: bandwidth.id, kind: bandwidth.shareType === 1 ? "share-bandwidth" : "bandwidth" } as const] : [],
  );
  return [...eips, ...bandwidths, ...server.volumes.map((volume) => ({ id: volume.id, kind: "data-disk" }) as const)];
}

export function cancel(store: Store, account: Account, id: string): void {
  const order = findOrder(store, account, id);
  if (orderStatus(store, order) !== 6)
    throw new Refusal("CBC.99005010", `The order ${id} is not waiting for payment and cannot be cancelled.`);
  order.cancelledAt = store.world.clock.now();
}

export function pay(store: Store, account: Account, id: string): void {
  const order = findOrder(store, account, id);
  if (orderStatus(store, order) !== 6) throw new Refusal("CBC.99003106", `The order ${id} is not waiting for payment.`);
  if (store.mishaps.isOutOfBalance()) throw new Refusal("CBC.99005003", "The balance of the account is insufficient.");
  payOrder(store, order);
}

/** 2 in use, 3 closed, 4 frozen, 5 expired. */
export function resourceStatus(store: Store, server: Server): number {
  if (server.endedAt !== undefined) return 3;
  if (statusOf(store, server) === status.frozen) return 4;
  const expiry = expiresAt(server);
  return expiry !== undefined && store.world.clock.now() >= expiry ? 5 : 2;
}

/** Servers that were delivered and paid in advance: an order under way has no resources yet. */
export const resourcesOf = (store: Store, account: Account): Server[] =>
  Object.values(store.state.servers).filter((server) => {
    const order = store.state.orders[server.orderId];
    if (order === undefined || !isShown(order, store.world.clock.now())) return false;
    return server.domainId === account.domainId && server.chargingMode === 0 && orderStatus(store, order) === 5;
  });
