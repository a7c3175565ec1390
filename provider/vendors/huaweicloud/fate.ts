import type { Account } from "./account";
import { billedServers, findOrder, ifAllowed, isUnderWay, orderStatus } from "./bss";

/**
 * What becomes of a pending order. `unpaid` and `under way`: it may still bring servers. `void`: it was cancelled and never will.
 * `handled`: what it brought can be seen, or is gone again. `unknown`: nobody knows the order, or these keys may not read it.
 */
export type Fate = "unpaid" | "under way" | "void" | "handled" | "unknown";

/** @param missing servers of the order that cannot be seen; as long as billing has one in use, the order is not handled: it would be lost */
export async function fateOf(account: Account, orderId: string | undefined, missing: readonly string[]): Promise<Fate> {
  const order = orderId === undefined ? undefined : await ifAllowed(findOrder(account, orderId));
  if (order === undefined) return "unknown";
  if (order.status === orderStatus.unpaid) return "unpaid";
  if (order.status === orderStatus.cancelled) return "void";
  if (isUnderWay(order)) return "under way";
  const billed = missing.length === 0 ? [] : await ifAllowed(billedServers(account, { ids: missing }));
  if (billed === undefined) return "unknown";
  return billed.some((server) => server.isInUse) ? "under way" : "handled";
}
