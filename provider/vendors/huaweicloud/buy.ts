import type { Context } from "../../kit/context";
import { keepingId } from "../../kit/not-ready";
import { signIn } from "./account";
import { rename, tag } from "./change-servers";
import { placeOrder } from "./order";
import { idOfOrder, nameOf, summary } from "./purchase-kind";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import { finish, note, outsOf } from "./run";
import type { Run } from "./run";
import type { CphPurchaseOutputs } from "./server-outputs";
import { notYetVisible } from "./servers";
import { waitForServers } from "./wait-for-servers";

/** Places one order and waits until its servers run. Once the order is placed, every failure carries the id. */
export async function buy<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  inputs: I,
  ctx: Context,
): Promise<{ id: string; outs: O }> {
  const account = await signIn(ctx, inputs);
  const what = nameOf(kind, inputs.serverName);
  const order = await placeOrder(kind, account, inputs, `buy ${what}`);
  const ids = order.serverIds;
  const id = ids[0] ?? idOfOrder(order.orderId);
  const begun = { kind, account, what, id, inputs, known: [], order, isReady: false };
  const seen = ids.map((one) => ({ wire: notYetVisible(one) }));
  const run: Run<I, O> = { ...begun, outs: outsOf<I, O>(begun, seen) };
  return keepingId(
    id,
    () => run.outs,
    async () => {
      ctx.log(`${what}: ${inputs.count} ordered (order ${order.orderId ?? "unknown"})`);
      const awaited = {
        what,
        ids,
        unnamed: Math.max(0, inputs.count - ids.length),
        orderId: order.orderId,
        isAutoPay: kind.terms(inputs).isAutoPay,
        isPending: true,
        isJustPlaced: true,
      };
      const wires = await waitForServers(account, awaited, (shown, isUnpaid) => note(run, shown, isUnpaid));
      await rename(account, wires, inputs.serverName, inputs.serverName);
      await tag(account, wires, undefined, inputs.tags);
      const outs = await finish(run, wires, inputs);
      ctx.log(`${what}: running, ${summary(outs)}`);
      return { id: wires[0]?.server_id ?? id, outs };
    },
  );
}
