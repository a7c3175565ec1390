import type { Transport } from "../../http/transport";
import type { Account } from "./account";
import { ifAllowed, isUnderWay, listOrders, orderStatus, orderType } from "./bss";
import type { ListedOrder } from "./bss";
import { takeInventory } from "./inventory";

// Which resource an order is of, as far as this process saw it: answers and states name orders that show no servers yet.
const owners = new WeakMap<Transport, Map<string, string>>();

/** From now on nobody else takes the order for his own. */
export function claim(account: Account, orderId: string | undefined): void {
  const { ctx } = account;
  if (orderId !== undefined && ctx.marker !== "") ownersIn(account).set(orderId, ctx.marker);
}

function ownersIn({ ctx }: Account): Map<string, string> {
  const transport = ctx.transport("huaweicloud");
  const known = owners.get(transport) ?? new Map<string, string>();
  owners.set(transport, known);
  return known;
}

const isOfAnother = (account: Account, { id }: ListedOrder): boolean => {
  const owner = ownersIn(account).get(id);
  return owner !== undefined && owner !== account.ctx.marker;
};

/** How far apart this machine's clock and billing's may be. */
const skewMs = 5 * 60_000;

/**
 * Orders since then that are unpaid or under way and may be ours, for the user to read: they name no servers, so nothing in them tells whose they
 * are. Those with visible servers are told by these.
 * @param held orders that the state knows
 */
export async function openOrders(account: Account, sinceMs: number, held: readonly (string | undefined)[]): Promise<string[]> {
  const { clock, visibilityMs } = account.ctx;
  // What was ordered later is somebody else's, however long nobody pays it.
  const untilMs = Math.min(clock.now(), sinceMs + visibilityMs);
  // Keys that may not read billing show no orders: then the time until servers show in the lists has to be enough.
  const listed = (await ifAllowed(listOrders(account, orderType.purchase, sinceMs - skewMs, untilMs + skewMs))) ?? [];
  const open = listed.filter((order) => isUnderWay(order) && !held.includes(order.id) && !isOfAnother(account, order));
  if (open.length === 0) return [];
  const { wires } = await takeInventory(account); // younger than the orders, so that it shows their servers
  return open.filter((order) => !wires.some((wire) => wire.metadata?.order_id === order.id)).map(orderText);
}

/** The longest that an order may wait for its payment is not published. */
const unpaidMs = 31 * 24 * 60 * 60_000;

/** Orders for other models that are not over and that nobody else in this run has placed. They do not say for which server they are. */
export async function openChanges(account: Account): Promise<ListedOrder[]> {
  const now = account.ctx.clock.now();
  const listed = (await ifAllowed(listOrders(account, orderType.change, now - unpaidMs, now + skewMs))) ?? [];
  return listed.filter((order) => isUnderWay(order) && !isOfAnother(account, order));
}

export const orderText = ({ id, status, createdAt }: ListedOrder): string =>
  `order ${id} of ${createdAt}, ${status === orderStatus.unpaid ? "unpaid" : "under way"}`;
