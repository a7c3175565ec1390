import type { Context } from "../../kit/context";
import { waitFor } from "../../kit/wait";
import { signIn } from "./account";
import type { Account } from "./account";
import { cancelOrder, ifAllowed, isUnderWay, orderStatus, readOrder, unsubscribe } from "./bss";
import { deletePaidByUse } from "./cph";
import type { WireServer } from "./cph";
import { meansBusyInBilling, meansNoLongerBilled, meansNotCancellable } from "./errors";
import { nameOf, orderOfId, placeOf } from "./purchase-kind";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import type { CphPurchaseOutputs } from "./server-outputs";
import { existing, idsOfOrder, isSettled } from "./servers";

/** Gives back whatever is left of a purchase. Fine if nothing is. */
export async function remove<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  id: string,
  last: O,
  ctx: Context,
): Promise<void> {
  const account = await signIn(ctx, placeOf(last));
  const ids = last.servers.map((server) => server.id);
  const known = ids.length > 0 || orderOfId(id) !== undefined ? ids : [id];
  // The order of servers that ran has been handled long ago.
  const openOrderId = last.state === "running" ? undefined : (last.orderId ?? orderOfId(id));
  await removeServers(account, nameOf(kind, last.serverName), known, openOrderId);
}

const everyMs = 10_000;

/**
 * Gives the servers of a purchase back and waits until they are gone: an unpaid order is cancelled, prepaid servers are unsubscribed,
 * servers paid by use are deleted. Servers that are still being built are waited for, since billing gives back only what was delivered.
 */
async function removeServers(account: Account, what: string, ids: readonly string[], orderId: string | undefined): Promise<void> {
  const asked = new Set<string>();
  await waitFor(`${what} to be gone`, { firstMs: 0, everyMs }, account.ctx, async () => {
    const known = ids.length > 0 || orderId === undefined ? ids : await idsOfOrder(account, orderId);
    const servers = await existing(account, known);
    const isThere = (id: string): boolean => servers.some((wire) => wire.server_id === id);
    const isOpen = known.length === 0 || known.some((id) => !asked.has(id) && !isThere(id)) || servers.some((wire) => !isSettled(wire));
    if (isOpen && orderId !== undefined) {
      const fate = await fateOfOrder(account, what, orderId);
      if (fate === "void") return true;
      if (fate === "under way") return undefined;
    }
    if (servers.length === 0) return true;
    const ready = servers.filter((wire) => isSettled(wire) && !asked.has(wire.server_id));
    for (const id of await giveBack(account, ready)) asked.add(id);
    return undefined;
  });
  account.ctx.log(`${what}: gone`);
}

/** `void`: it never became servers and never will. `under way`: it may still bring some. `done`: what it brought is there, or gone again. */
async function fateOfOrder(account: Account, what: string, orderId: string): Promise<"void" | "under way" | "done"> {
  const order = await ifAllowed(readOrder(account, orderId));
  if (order === undefined) return "done";
  if (order.status === orderStatus.cancelled) return "void";
  if (order.status !== orderStatus.unpaid) return isUnderWay(order) ? "under way" : "done";
  try {
    await cancelOrder(account, orderId);
  } catch (error) {
    if (meansNotCancellable(error) || meansBusyInBilling(error)) return "under way"; // paid or cancelled by somebody just now
    throw error;
  }
  account.ctx.log(`${what}: unpaid order ${orderId} cancelled`);
  return "void";
}

const isPaidByUse = (wire: WireServer): boolean => wire.metadata?.charging_mode === 1;

/** @returns the servers that are on their way out now */
async function giveBack(account: Account, servers: readonly WireServer[]): Promise<string[]> {
  const byUse = servers.filter(isPaidByUse).map((wire) => wire.server_id);
  const prepaid = servers.filter((wire) => !isPaidByUse(wire)).map((wire) => wire.server_id);
  if (byUse.length > 0) await deletePaidByUse(account, byUse);
  return [...byUse, ...(prepaid.length > 0 ? await unsubscribeAll(account, prepaid) : [])];
}

async function unsubscribeAll(account: Account, ids: readonly string[]): Promise<string[]> {
  try {
    await unsubscribe(account, ids);
    return [...ids];
  } catch (error) {
    if (meansBusyInBilling(error)) return [];
    if (!meansNoLongerBilled(error)) throw error;
    // One that is closed already makes billing refuse all of them.
    if (ids.length === 1) return [...ids];
    return (await Promise.all(ids.map((id) => unsubscribeAll(account, [id])))).flat();
  }
}
