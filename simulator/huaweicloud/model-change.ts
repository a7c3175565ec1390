import { Refusal } from "./errors";
import { charge, minuteMs } from "./life";
import type { Order, Store } from "./state";

const changeMs = 2 * minuteMs;

/** Takes or gives back the difference; the change is done after about two minutes (CPH API reference, "Changing the server model"). */
export function changeModel(store: Store, order: Order): void {
  const server = store.state.servers[order.serverIds[0] ?? ""];
  if (order.change === undefined || server === undefined) throw new Error(`order ${order.id} changes nothing`);
  if (server.endedAt !== undefined || server.work !== undefined)
    throw new Refusal("CBC.30000010", `The order ${order.id} no longer fits the resource ${server.id}.`);
  const { wanted, perMonth } = order.change;
  const now = store.world.clock.now();
  order.paidAt = now;
  order.changedAt = now + changeMs;
  charge(store, server, "payment", order.amount, `becomes ${wanted.server_model_name}`, order.id);
  server.extraPerMonth = (server.extraPerMonth ?? 0) + perMonth;
  server.work = { status: 3, endsAt: order.changedAt, leaves: { wanted } };
  server.changedAt = now;
}
