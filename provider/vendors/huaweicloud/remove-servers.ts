import { ending } from "../../kit/purchase";
import { waitFor } from "../../kit/wait";
import type { Account } from "./account";
import { cancelOrder, unsubscribe } from "./bss";
import { deletePaidByUse } from "./cph";
import type { WireServer } from "./cph";
import { meansBusyInBilling, meansNoLongerBilled, meansNotCancellable } from "./errors";
import { fateOf } from "./fate";
import type { Fate } from "./fate";
import { identityOf, placeText } from "./inventory";
import { forgetModelOrders } from "./model-orders";
import { existing, idsOf, idsOfOrder, isSettled, union } from "./servers";

/** Servers that are to go. */
export interface Leaving {
  /** They exist. */
  readonly ids: readonly string[];
  /** They were bought and cannot be seen yet. */
  readonly coming: readonly string[];
  /** Number of servers that the pending order brings besides, of which not even the ids are known. */
  readonly unnamed: number;
  /** The order that some of them may still have to come from; without an id when nobody knows it. */
  readonly pendingOrder: { readonly id: string | undefined } | undefined;
}

const everyMs = 10_000;

/**
 * Gives servers back and waits until they are gone: an unpaid order is cancelled, prepaid servers are unsubscribed, servers paid by use are deleted.
 * Servers that are still being built are waited for, since billing gives back only what was delivered.
 * @returns the orders that pay back what is left of the money
 */
export async function removeServers(account: Account, what: string, leaving: Leaving): Promise<readonly string[]> {
  const { pendingOrder, unnamed } = leaving;
  const { clock } = account.ctx;
  const begun = clock.now();
  const expected = leaving.ids.length + leaving.coming.length + unnamed;
  const asked = new Set<string>();
  const refunds: string[] = [];
  let isVoid = false;
  await waitFor(`${what} to be gone`, { firstMs: 0, everyMs }, account.ctx, async () => {
    const found = unnamed > 0 && pendingOrder?.id !== undefined ? await idsOfOrder(account, pendingOrder.id) : [];
    const known = union(leaving.ids, leaving.coming, found);
    let servers = await existing(account, known);
    const missing = leaving.coming.filter((id) => !asked.has(id) && !servers.some((wire) => wire.server_id === id));
    const isShort = known.length < expected || missing.length > 0;
    let isComing = false;
    if (pendingOrder !== undefined && !isVoid && (isShort || !servers.every(isSettled))) {
      const fate = await endIfUnpaid(account, what, pendingOrder.id, missing);
      isVoid = fate === "void";
      isComing = fate === "under way" || (fate === "unknown" && isShort && clock.now() - begun < account.ctx.visibilityMs);
    }
    if (isVoid) servers = servers.filter((wire) => wire.metadata?.order_id !== pendingOrder?.id);
    if (servers.length === 0) return isComing ? undefined : true;
    const ready = servers.filter((wire) => isSettled(wire) && !asked.has(wire.server_id));
    if (ready.length > 0 && account.ctx.marker !== "") {
      const seller = { what, place: placeText(account), identity: identityOf(account) };
      await ending(seller, idsOf(ready), { resource: account.ctx.marker, generation: 0 }, account.ctx);
    }
    for (const id of await giveBack(account, ready, refunds)) asked.add(id);
    return undefined;
  });
  await forgetModelOrders(account, union(leaving.ids, leaving.coming));
  return refunds;
}

/** For progress: behind what was given back. */
export const refundText = (refunds: readonly string[]): string => (refunds.length === 0 ? "" : ` (refund: order ${refunds.join(", ")})`);

/** @returns whether the order was unpaid, or cancelled already, so that nothing comes of it */
export const cancelIfUnpaid = async (account: Account, what: string, orderId: string | undefined): Promise<boolean> =>
  (await endIfUnpaid(account, what, orderId, [])) === "void";

async function endIfUnpaid(account: Account, what: string, orderId: string | undefined, missing: readonly string[]): Promise<Fate> {
  const fate = await fateOf(account, orderId, missing);
  if (fate !== "unpaid" || orderId === undefined) return fate;
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
async function giveBack(account: Account, servers: readonly WireServer[], refunds: string[]): Promise<string[]> {
  const byUse = idsOf(servers.filter(isPaidByUse));
  const prepaid = idsOf(servers.filter((wire) => !isPaidByUse(wire)));
  if (byUse.length > 0) await deletePaidByUse(account, byUse);
  return [...byUse, ...(prepaid.length > 0 ? await unsubscribeAll(account, prepaid, refunds) : [])];
}

async function unsubscribeAll(account: Account, ids: readonly string[], refunds: string[]): Promise<string[]> {
  try {
    refunds.push(...(await unsubscribe(account, ids)));
    return [...ids];
  } catch (error) {
    if (meansBusyInBilling(error)) return [];
    if (!meansNoLongerBilled(error)) throw error;
    // One that is closed already makes billing refuse all of them.
    if (ids.length === 1) return [...ids];
    return (await Promise.all(ids.map((id) => unsubscribeAll(account, [id], refunds)))).flat();
  }
}
