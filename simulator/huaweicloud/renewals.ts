/** BSS: more time for servers that are paid in advance. */
import type { Account } from "./accounts";
import { Refusal } from "./errors";
import { cents, charge, isBuilding, priceFor } from "./life";
import { newOrderId } from "./state";
import type { Order, Server, Store } from "./state";

export interface Term {
  readonly period_type: number;
  readonly period_num: number;
}

/** The order for a renewal, not yet paid. */
export function renewalOrder(store: Store, account: Account, servers: readonly Server[], term: Term, payBy: number): Order {
  const [first] = servers;
  if (first === undefined) throw new Refusal("CBC.0100", "resource_ids is empty.");
  for (const server of servers) {
    if (server.endedAt !== undefined) throw new Refusal("CBC.99003016", `The resource ${server.id} has expired and been deleted.`);
    if (server.chargingMode === 1) throw new Refusal("CBC.99003602", `The resource ${server.id} is not paid in advance.`);
    if (isBuilding(store, server)) throw new Refusal("CBC.99003651", `A transaction of the resource ${server.id} is in progress.`);
  }
  const order: Order = {
    id: newOrderId(store),
    domainId: account.domainId,
    projectId: first.projectId,
    productId: first.productId,
    type: 2,
    amount: cents(servers.reduce((sum, server) => sum + priceFor(store, server, term), 0)),
    createdAt: store.world.clock.now(),
    payBy,
    term,
    serverIds: servers.map((server) => server.id),
  };
  store.state.orders[order.id] = order;
  return order;
}

/** Takes the money; the time is added at once, also to what has expired and is still kept. */
export function renewServers(store: Store, order: Order): void {
  const { term } = order;
  if (term === undefined) throw new Error(`order ${order.id} renews nothing`);
  const servers = order.serverIds.flatMap((id) => store.state.servers[id] ?? []);
  const ended = servers.find((server) => server.endedAt !== undefined);
  if (ended !== undefined) throw new Refusal("CBC.30000010", `The resource ${ended.id} of the order ${order.id} has been deleted.`);
  order.paidAt = store.world.clock.now();
  for (const server of servers) {
    charge(store, server, "renewal", priceFor(store, server, term), "renewed", order.id);
    server.extraMonths = (server.extraMonths ?? 0) + term.period_num * (term.period_type === 3 ? 12 : 1);
  }
}
