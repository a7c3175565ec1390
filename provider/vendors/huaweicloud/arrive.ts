import type { Obtained } from "../../kit/purchase";
import type { Account } from "./account";
import { findOrder, ifAllowed } from "./bss";
import type { WireServer } from "./cph";
import { claim } from "./open-orders";
import type { PurchaseInputs } from "./purchase-kind";
import { newestOrder, note } from "./run";
import type { Run } from "./run";
import type { CphSeller } from "./seller";
import type { CphPurchaseOutputs } from "./server-outputs";
import { existing, idsOf, notYetVisible, union } from "./servers";
import { waitForServers } from "./wait-for-servers";

/**
 * Waits for what was obtained, beside the servers there are.
 * @param seller that obtained it
 * @param want how many servers were lacking
 * @returns `undefined` when they are not ready and are not waited for
 */
export async function arrive<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Run<I, O>,
  seller: CphSeller,
  old: readonly WireServer[],
  obtained: Obtained,
  want: number,
): Promise<WireServer[] | undefined> {
  const { kind, account, what } = run;
  const fresh = seller.purchased();
  const seen = fresh === undefined ? await existing(account, obtained.serverIds) : [];
  const orderId = obtained.orderId ?? newestOrder(seen)?.orderId;
  claim(account, orderId);
  // Servers that were seen through once may be frozen or shut down by now, and nothing more comes with them.
  const isComplete = obtained.found.length > 0 && obtained.found.every((one) => one.isComplete) && obtained.orderId === undefined;
  const unnamed =
    fresh !== undefined ? want - fresh.serverIds.length : isComplete ? 0 : await unnamedOf(account, orderId, obtained, seen, want);

  run.order = { orderId, productId: fresh?.productId ?? newestOrder(seen)?.productId };
  run.generation = Math.max(run.generation, obtained.marker.generation);
  run.unclearSince = undefined;
  run.isReady = false;
  run.isTakenOver ||= fresh === undefined;
  const ids = union(idsOf(old), obtained.serverIds);
  run.inputs = { ...run.inputs, count: ids.length + Math.max(0, unnamed) };
  const known = [...old, ...seen];
  note(
    run,
    ids.map((id) => known.find((wire) => wire.server_id === id) ?? notYetVisible(id)),
  );
  if (fresh !== undefined) account.ctx.log(`${what}: ${want}${old.length === 0 ? "" : " more"} ordered (order ${orderId ?? "unknown"})`);

  const [first] = old;
  const awaited = {
    what,
    ...(first === undefined ? {} : { id: first.server_id }),
    ids,
    unnamed: Math.max(0, unnamed),
    orderId,
    isAutoPay: kind.terms(run.inputs).isAutoPay,
    isPending: !isComplete,
    isJustPlaced: fresh !== undefined,
    isHasty: run.isHasty,
  };
  const patient = { ...account, ctx: { ...account.ctx, deadline: account.ctx.purchaseDeadline } };
  const standing = await waitForServers(patient, awaited, (shown, isUnpaid) => note(run, shown, isUnpaid));
  if (standing === undefined) return undefined;
  run.inputs = { ...run.inputs, count: standing.length };
  note(run, standing);
  return standing;
}

/** How many servers an order of an earlier run brings besides those that are known. */
async function unnamedOf(
  account: Account,
  orderId: string | undefined,
  { serverIds }: Obtained,
  seen: readonly WireServer[],
  want: number,
): Promise<number> {
  const order = orderId === undefined ? undefined : await ifAllowed(findOrder(account, orderId));
  if (order?.quantity === undefined) return serverIds.length === 0 ? want : 0;
  const others = seen.filter((wire) => (wire.metadata?.order_id ?? orderId) !== orderId);
  return order.quantity - (serverIds.length - others.length);
}
