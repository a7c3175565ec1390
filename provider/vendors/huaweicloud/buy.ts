import type { Context } from "../../kit/context";
import { generationAfter, keepingUnresolved, obtain } from "../../kit/purchase";
import type { Need } from "../../kit/purchase";
import { signIn } from "./account";
import { adopt, adoptees } from "./adopt";
import { arrive } from "./arrive";
import { complete } from "./complete";
import { evenOut } from "./even-out";
import { idOfOrder, nameOf, serversIn, summary } from "./purchase-kind";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import { keepingRun, newRun, notYet } from "./run";
import { sellerOf, watcherOf } from "./seller";
import type { CphPurchaseOutputs } from "./server-outputs";

/** Takes over what earlier runs bought, or places one order, and waits until the servers run. From the order on, every failure carries the id. */
export async function buy<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  inputs: I,
  ctx: Context,
): Promise<{ id: string; outs: O }> {
  const account = await signIn(ctx, inputs);
  const what = nameOf(kind, inputs.serverName);
  const replaced = ctx.replaced as Partial<I & CphPurchaseOutputs> | undefined; // this resource's own, as it was stored
  const held = replaced === undefined ? [] : serversIn(replaced);
  const generation = await generationAfter(watcherOf(account, replaced ?? {}), replaced, held, ctx);
  const adopted = adoptees(inputs, replaced ?? {});
  if (adopted.length > 0) return adopt(kind, account, inputs, adopted, generation);

  const seller = sellerOf({ kind, account, what }, inputs, [], replaced ?? {});
  const need: Need = { want: inputs.count, held, heldOrder: replaced?.orderId, generation };
  const begun = newRun<I, O>({ kind, account, what, id: "", inputs, generation });
  const obtained = await keepingUnresolved(
    (state) => ({ ...begun.outs, ...state }),
    () => obtain(seller, need, ctx),
  );
  const run = newRun<I, O>({ ...begun, id: obtained.serverIds[0] ?? idOfOrder(obtained.orderId), generation: obtained.marker.generation });
  return keepingRun(run, async () => {
    const arrived = await arrive(run, seller, [], obtained, inputs.count);
    const wires = arrived && (await evenOut(run, arrived, inputs, { ...need, held: [...held, ...obtained.serverIds] }));
    if (wires === undefined) return { id: run.id, outs: notYet(run) };
    const outs = await complete(run, wires, undefined, inputs);
    ctx.log(`${what}: running, ${summary(outs)}`);
    return { id: wires[0]?.server_id ?? run.id, outs };
  });
}
