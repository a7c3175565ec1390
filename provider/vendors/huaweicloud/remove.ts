import type { Context } from "../../kit/context";
import { forget, newestToEnd, recover, sinceOf } from "../../kit/purchase";
import type { Obtained } from "../../kit/purchase";
import { signIn } from "./account";
import type { Account } from "./account";
import { findOrder, ifAllowed } from "./bss";
import type { WireServer } from "./cph";
import { markOf, ownResources, takeInventory } from "./inventory";
import { claim } from "./open-orders";
import { isPending, nameOf, placeOf, serversIn } from "./purchase-kind";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import { removeServers } from "./remove-servers";
import { sellerOf } from "./seller";
import type { CphPurchaseOutputs } from "./server-outputs";
import { existing, idsOf } from "./servers";
import { takeStock } from "./stock";

/** Gives back whatever is left of a purchase, also what no state knows. Fine if nothing is. */
export async function remove<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  id: string,
  last: O,
  ctx: Context,
): Promise<void> {
  const account = await signIn(ctx, placeOf(last));
  const what = nameOf(kind, last.serverName);
  claim(account, last.orderId);
  const newest = newestToEnd(last, ctx);
  const ended = serversIn(last);
  if (ctx.marker !== "") {
    const seller = sellerOf({ kind, account, what }, last, [], last); // nothing is bought with it
    const { marker, orderId: heldOrder } = last;
    const need = { held: serversIn(last), heldOrder, marker, generation: 0, newest, unclearSince: sinceOf(last) };
    const recovered = await recover(seller, need, ctx);
    if (recovered !== undefined) await removeRecovered(account, what, recovered);
    ended.push(...(recovered?.serverIds ?? []));
  }
  const { wires, coming, unnamed } = await takeStock(account, what, id, last);
  const pendingOrder = isPending(last) ? { id: last.orderId } : undefined;
  await removeServers(account, what, { ids: await ownOf(account, what, wires, last, newest), coming, unnamed, pendingOrder });
  // Anything else that the journal holds then is about the newer state.
  if (newest === undefined || (await ctx.journal.read(ctx.marker))?.state === "ending") await forget(ctx, last, ended);
  ctx.log(`${what}: gone`);
}

async function removeRecovered(account: Account, what: string, { serverIds, orderId }: Obtained): Promise<void> {
  const wires = await existing(account, serverIds);
  const ids = idsOf(wires);
  const order = orderId === undefined ? undefined : await ifAllowed(findOrder(account, orderId));
  const expected = order?.quantity ?? (orderId !== undefined && serverIds.length === 0 ? 1 : 0);
  await removeServers(account, what, {
    ids,
    coming: serverIds.filter((one) => !ids.includes(one)),
    unnamed: Math.max(0, expected - serverIds.length),
    pendingOrder: orderId === undefined ? undefined : { id: orderId },
  });
}

/** Those of the servers that are still this state's: another stack may have adopted some, or a newer state of this one. */
async function ownOf(
  account: Account,
  what: string,
  wires: readonly WireServer[],
  last: CphPurchaseOutputs,
  newest: number | undefined,
): Promise<string[]> {
  const { ctx } = account;
  if (wires.length === 0 || ctx.marker === "") return idsOf(wires);
  const inventory = await takeInventory(account);
  const resources = ownResources(account, last.marker);
  return idsOf(wires).filter((_, index) => {
    const wire = wires[index];
    const marker = wire === undefined ? undefined : markOf(inventory, wire, resources)?.marker;
    if (marker === undefined) return true;
    const isOfAnother = !resources.includes(marker.resource);
    const isOfNewer = newest !== undefined && marker.generation > newest;
    if (isOfAnother || isOfNewer)
      ctx.log(
        `${what}: left alone ${wire?.server_id ?? ""}, which belongs to ${isOfAnother ? "another resource" : "a newer state of this one"} now`,
      );
    return !isOfAnother && !isOfNewer;
  });
}
