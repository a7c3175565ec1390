import { markerText } from "../../kit/marker";
import { forget } from "../../kit/purchase";
import { mark, rename, tag } from "./change-servers";
import type { WireServer } from "./cph";
import { takeInventory } from "./inventory";
import { serversIn } from "./purchase-kind";
import type { PurchaseInputs } from "./purchase-kind";
import { finish } from "./run";
import type { Run } from "./run";
import type { CphPurchaseOutputs } from "./server-outputs";
import { idsOf } from "./servers";
import { settle } from "./settle";

/**
 * Sees a purchase or a change through: first the marker, so that there is no moment without one, then everything that is given after a purchase.
 * @param last `undefined`: the servers are new
 */
export async function complete<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Run<I, O>,
  wires: readonly WireServer[],
  last: O | undefined,
  news: I,
): Promise<O> {
  const { account } = run;
  const marker = { resource: account.ctx.marker, generation: run.generation };
  await mark(account, wires, await takeInventory(account), marker);
  run.marker = markerText(marker);
  run.unclearSince = undefined;
  run.outs = { ...run.outs, marker: run.marker, unclearSince: undefined };
  if (last === undefined && !run.isTakenOver) {
    await rename(account, wires, news.serverName, news.serverName);
    await tag(account, wires, undefined, news.tags);
  } else {
    await settle(run, wires, last ?? run.outs, news);
  }
  const outs = await finish(run, wires, news);
  await forget(account.ctx, last, [...serversIn(last ?? {}), ...idsOf(wires)]);
  return outs;
}
