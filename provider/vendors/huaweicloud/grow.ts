import { placeOrder } from "./order";
import type { WireServer } from "./cph";
import type { PurchaseInputs } from "./purchase-kind";
import { note } from "./run";
import type { Run } from "./run";
import type { CphPurchaseOutputs } from "./server-outputs";
import { idsOf, notYetVisible, union } from "./servers";
import { waitForServers } from "./wait-for-servers";

/** Buys what is missing with one order, beside the servers there are, and waits for it. */
export async function growTo<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  wanted: number,
  run: Run<I, O>,
  wires: readonly WireServer[],
  news: I,
): Promise<WireServer[]> {
  const { kind, account, what, id } = run;
  const missing = wanted - wires.length;
  const order = await placeOrder(kind, account, { ...kind.moreLike(news, wires), count: missing }, `buy ${missing} more for ${what}`);

  // From here on the state says that there are more. What only the new ones have by their purchase it says when the old ones have it, too.
  const { serverName, keypairName, tags } = run.inputs;
  run.inputs = { ...news, serverName, keypairName, tags };
  run.order = order;
  run.isReady = false;
  const ids = union(idsOf(wires), order.serverIds);
  note(
    run,
    ids.map((one) => wires.find((wire) => wire.server_id === one) ?? notYetVisible(one)),
  );
  account.ctx.log(`${what}: ${missing} more ordered (order ${order.orderId ?? "unknown"})`);
  const awaited = {
    what,
    id,
    ids,
    unnamed: Math.max(0, missing - order.serverIds.length),
    orderId: order.orderId,
    isAutoPay: kind.terms(news).isAutoPay,
    isPending: true,
    isJustPlaced: true,
  };
  const patient = { ...account, ctx: { ...account.ctx, deadline: account.ctx.purchaseDeadline } };
  return waitForServers(patient, awaited, (shown, isUnpaid) => note(run, shown, isUnpaid));
}
