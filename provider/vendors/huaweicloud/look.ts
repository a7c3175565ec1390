import { secondLookMs } from "../../kit/gone";
import type { Context } from "../../kit/context";
import { markerFrom } from "../../kit/marker";
import { forget, forgetServers, generationOf, hasStrays, sinceOf } from "../../kit/purchase";
import { signIn } from "./account";
import type { Account } from "./account";
import { findOrder, ifAllowed } from "./bss";
import type { WireServer } from "./cph";
import { fateOf } from "./fate";
import type { Fate } from "./fate";
import { markOf, ownResources, takeInventory } from "./inventory";
import type { Inventory } from "./inventory";
import { drift } from "./drift";
import { forgetModelOrders } from "./model-orders";
import { claim } from "./open-orders";
import { imagesText } from "./images";
import { isPending, nameOf, placeOf } from "./purchase-kind";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import { newestOrder } from "./run";
import { watcherOf } from "./seller";
import type { Watcher } from "./seller";
import type { CphPurchaseOutputs, SeenServer, Sighting } from "./server-outputs";
import { existing, idsOf, lookCloser, notYetVisible } from "./servers";
import { takeStock } from "./stock";

interface Shown<I, O> {
  readonly id: string;
  readonly inputs: I;
  readonly outs: O;
}

/** Reads the servers of a purchase; `undefined` when none is left and none can come any more. */
export async function look<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  id: string,
  last: Partial<O>,
  ctx: Context,
): Promise<Shown<I, O> | undefined> {
  const account = await signIn(ctx, placeOf(last));
  const what = nameOf(kind, last.serverName);
  claim(account, last.orderId);
  const { wires: seen, coming, unnamed, gone } = await takeStock(account, what, id, last);
  const fate = coming.length + unnamed > 0 ? await fateOf(account, last.orderId, coming) : "handled";
  const wires = coming.length > 0 && fate === "handled" ? [...seen, ...(await lookAgain(account, coming))] : seen;
  // While nobody can tell they may come: taking bought servers for gone would lose them.
  const isComing = fate !== "handled" && fate !== "void";
  const invisible = isComing ? coming.map((one): SeenServer => ({ wire: notYetVisible(one) })) : [];
  const present = { wires, invisible, unnamed: isComing ? unnamed : 0, fate };
  // Read by its id alone, a server belongs to nobody here.
  if (last.serverName === undefined || ctx.marker === "")
    return wires.length === 0 ? undefined : shown(kind, account, id, last, present, undefined);

  const watcher = watcherOf(account, last);
  const held = idsOf([...wires, ...invisible.map(({ wire }) => wire)]);
  const need = { held, marker: last.marker, generation: generationOf(last), unclearSince: sinceOf(last) };
  if (wires.length > 0 || isComing) {
    const [inventory, isStrewn] = await Promise.all([takeInventory(account), hasStrays(watcher, need, ctx)]);
    const isReady = (last.isReady ?? true) && !isStrewn;
    if (last.isReady !== false && !isReady)
      ctx.log(`${what}: there are servers that an earlier run bought; the next \`pulumi up\` takes care of them`);
    return shown(kind, account, id, { ...last, isReady }, present, inventory);
  }
  await forgetServers([...gone, ...coming], ctx);
  await forgetModelOrders(account, [...gone, ...coming]);
  if (fate === "void" && (await ctx.journal.read(ctx.marker))?.orderId === last.orderId) await forget(ctx);
  return unresolved(kind, account, watcher, id, last);
}

/** Before servers that should have come by now are given up. */
async function lookAgain(account: Account, ids: readonly string[]): Promise<WireServer[]> {
  await account.ctx.clock.sleep(secondLookMs, account.ctx.signal);
  return existing(account, ids);
}

/** A state that knows no servers, as long as its order may have been executed. */
async function unresolved<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  account: Account,
  watcher: Watcher,
  id: string,
  last: Partial<O>,
): Promise<Shown<I, O> | undefined> {
  const { ctx } = account;
  const since = sinceOf(last);
  if (since === undefined) return undefined;
  // What somebody saw through may be another state's: an update judges that.
  const all = await Promise.all(ownResources(account, last.marker).map((resource) => watcher.find(resource)));
  const found = all.flat().filter((one) => !one.isComplete && one.marker.generation >= generationOf(last));
  if (found.length === 0) {
    const isOver = ctx.clock.now() >= since + ctx.visibilityMs;
    if (isOver && (await watcher.openOrders(since)).length === 0) return undefined;
    return { id, inputs: kind.inputsOf(last) as I, outs: last as O }; // nothing is known but what the state says
  }
  const wires = await existing(
    account,
    found.map((one) => one.id),
  );
  const present = { wires, invisible: [], unnamed: 0, fate: "handled" as const };
  return shown(kind, account, id, { ...last, isReady: false, unclearSince: undefined }, present, await takeInventory(account));
}

interface Present {
  readonly wires: readonly WireServer[];
  readonly invisible: readonly SeenServer[];
  readonly unnamed: number;
  readonly fate: Fate;
}

async function shown<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  account: Account,
  id: string,
  last: Partial<O>,
  { wires, invisible, unnamed, fate }: Present,
  inventory: Inventory | undefined,
): Promise<Shown<I, O>> {
  const closer = await lookCloser(account, wires, kind.looks(last));
  const resources = ownResources(account, last.marker);
  const marked = closer.map((server) => ({ ...server, mark: inventory && markOf(inventory, server.wire, resources) }));
  const servers = [...marked, ...invisible];
  for (const text of servers.flatMap(imagesText)) account.ctx.log(`${nameOf(kind, last.serverName)}: ${text}`);
  const newest = isPending(last) && last.orderId !== undefined ? undefined : newestOrder(wires);
  const seen: Sighting = {
    account,
    servers,
    known: last.servers ?? [],
    count: servers.length + unnamed,
    orderId: newest?.orderId ?? last.orderId,
    productId: newest?.productId ?? last.productId,
    isReady: last.isReady ?? true,
    isUnpaid: fate === "unpaid",
    marker: inventory === undefined ? (last.marker ?? "") : markerShown(marked, last),
    unclearSince: last.unclearSince,
    refundOrderIds: last.refundOrderIds,
    changesUnderWay: last.changesUnderWay,
    uneven: last.uneven,
  };
  // Read by its id alone, the server's order is all that still knows the terms of the purchase.
  const bought =
    last.serverName === undefined && seen.orderId !== undefined ? await ifAllowed(findOrder(account, seen.orderId)) : undefined;
  const now = drift(last.serverName === undefined);
  const inputs = kind.fromWire(seen, kind.inputsOf(last), bought, now);
  const own = servers.find(({ wire }) => wire.server_id === id) ?? servers[0];
  return { id: own?.wire.server_id ?? id, inputs, outs: kind.outs(inputs, { ...seen, uneven: now.uneven }) };
}

/**
 * The state's marker as long as every server fits it; otherwise none, so that the next update puts it right. Never that of another resource, which
 * would make its servers look like ours to a deletion.
 */
function markerShown(servers: readonly SeenServer[], last: Partial<CphPurchaseOutputs>): string {
  const own = markerFrom(last.marker);
  const fits = ({ mark }: SeenServer): boolean =>
    own !== undefined && mark?.marker.resource === own.resource && (!mark.isComplete || mark.marker.generation <= own.generation);
  const other = servers.find((server) => !fits(server));
  return other === undefined ? (last.marker ?? "") : "";
}
