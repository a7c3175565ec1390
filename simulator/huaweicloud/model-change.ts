import { Refusal } from "./errors";
import { charge, minuteMs, status } from "./life";
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
  const lateMs = store.mishaps.lateListsMs();
  order.paidAt = now;
  order.changedAt = now + Math.max(changeMs, lateMs);
  charge(store, server, "payment", order.amount, `becomes ${wanted.server_model_name}`, order.id);
  server.extraPerMonth = (server.extraPerMonth ?? 0) + perMonth;
  // One that shows late shows at its end only.
  server.work = { status: lateMs === 0 ? 3 : status.normal, endsAt: order.changedAt, leaves: { wanted } };
  server.changedAt = now;
}
