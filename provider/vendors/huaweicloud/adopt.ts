import { CloudPhoneError } from "../../http/errors";
import { markerText } from "../../kit/marker";
import { forgetServers } from "../../kit/purchase";
import type { Account } from "./account";
import { mark } from "./change-servers";
import type { WireServer } from "./cph";
import { markOf, placeText, takeInventory } from "./inventory";
import type { Mark } from "./inventory";
import { namedIn, nameOf, serversIn, summary } from "./purchase-kind";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import { driftedOuts, keepingRun, newestOrder, newRun, note } from "./run";
import type { CphPurchaseOutputs } from "./server-outputs";
import { existing, idsOf, lookCloser } from "./servers";
import { waitForServers } from "./wait-for-servers";

/**
 * Ids of the servers that the program names for being taken over. None when a state that is being replaced holds one of them, so that others are bought;
 * those that it was told to take over itself are not meant again, whatever became of them.
 */
export function adoptees(inputs: Pick<PurchaseInputs, "adopt">, replaced: Partial<PurchaseInputs & CphPurchaseOutputs>): string[] {
  const held = serversIn(replaced);
  const before = namedIn(replaced);
  const ids = namedIn(inputs);
  return ids.some((id) => held.includes(id)) ? [] : ids.filter((id) => !before.includes(id));
}

/** Takes over servers that exist. Nothing about them changes but their marker; where they differ from the inputs the state says how they are. */
export async function adopt<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  account: Account,
  inputs: I,
  ids: readonly string[],
  atLeast: number,
): Promise<{ id: string; outs: O }> {
  const { ctx } = account;
  const what = nameOf(kind, inputs.serverName);
  const wires = await existing(account, ids);
  checkAdoptable(kind, account, what, ids, wires);
  const inventory = await takeInventory(account);
  const marks = wires.flatMap((wire) => markOf(inventory, wire, [ctx.marker]) ?? []);
  const generation = Math.max(atLeast, ...marks.filter(isOf(ctx.marker)).map(({ marker }) => marker.generation + 1));
  const [id = ""] = ids;
  const run = newRun<I, O>({ kind, account, what, id, inputs: { ...inputs, count: ids.length }, generation });
  note(run, wires);
  return keepingRun(run, async () => {
    const others = marks.filter((one) => !isOf(ctx.marker)(one));
    if (others.length > 0) ctx.log(`${what}: took over servers of ${others.map(({ marker }) => markerText(marker)).join(", ")}`);
    const awaited = { what, ids, unnamed: 0, orderId: undefined, isAutoPay: false, isPending: false, isJustPlaced: false, isHasty: false };
    const standing = (await waitForServers(account, awaited, (shown) => note(run, shown))) ?? wires;
    await mark(account, standing, inventory, { resource: ctx.marker, generation });
    const servers = await lookCloser(account, standing, kind.looks(inputs));
    const outs = driftedOuts({ ...run, order: newestOrder(standing) ?? run.order, isReady: true }, servers);
    await forgetServers(ids, ctx); // a purchase of an earlier run stays known
    ctx.log(`${what}: took over ${idsOf(standing).join(", ")}; nothing was bought, ${summary(outs)}`);
    return { id, outs };
  });
}

function checkAdoptable<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  account: Account,
  what: string,
  ids: readonly string[],
  wires: readonly WireServer[],
): void {
  const missing = ids.filter((id) => !wires.some((wire) => wire.server_id === id));
  if (missing.length > 0) {
    const isAre = missing.length === 1 ? "is no server" : "are no servers";
    throw new CloudPhoneError(
      `${what}: nothing was taken over, because there ${isAre} ${missing.join(", ")} in ${placeText(account)}, project ${account.projectId}. Check \`adopt\`, \`region\` and \`projectId\`, and whose keys are in use.`,
    );
  }
  const others = idsOf(wires.filter((wire) => !kind.isOne(wire)));
  if (others.length > 0)
    throw new CloudPhoneError(`${what}: nothing was taken over, because ${others.join(", ")} is no ${kind.type}. Check \`adopt\`.`);
}

const isOf =
  (resource: string) =>
  ({ marker }: Mark): boolean =>
    marker.resource === resource;
