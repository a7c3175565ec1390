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
import { releaseServers } from "./release-servers";
import { refundText, removeServers } from "./remove-servers";
import type { Leaving } from "./remove-servers";
import { sellerOf } from "./seller";
import type { CphPurchaseOutputs } from "./server-outputs";
import { existing, idsOf } from "./servers";
import { takeStock } from "./stock";

/** Gives back, or leaves where it is, whatever there is of a purchase, also what no state knows. Fine if there is nothing. */
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
  const policy = last.deletionPolicy ?? "delete";
  const refunds: string[] = [];
  const left: string[] = [];
  const endOrLeave = async (leaving: Leaving): Promise<void> => {
    if (policy === "delete") refunds.push(...(await removeServers(account, what, leaving)));
    else left.push(...(await releaseServers(account, what, leaving, { policy, marker: last.marker })));
  };
  if (ctx.marker !== "") {
    const seller = sellerOf({ kind, account, what }, last, [], last); // nothing is bought with it
    const { marker, orderId: heldOrder } = last;
    const need = { held: serversIn(last), heldOrder, marker, generation: 0, newest, unclearSince: sinceOf(last) };
    const recovered = await recover(seller, need, ctx);
    if (recovered !== undefined) await endOrLeave(await leavingOf(account, recovered));
    ended.push(...(recovered?.serverIds ?? []));
  }
  const { wires, coming, unnamed } = await takeStock(account, what, id, last);
  const pendingOrder = isPending(last) ? { id: last.orderId } : undefined;
  await endOrLeave({ ids: await ownOf(account, what, wires, last, newest), coming, unnamed, pendingOrder });
  // Anything else that the journal holds then is about the newer state.
  if (newest === undefined || (await ctx.journal.read(ctx.marker))?.state === "ending") await forget(ctx, last, ended);
  ctx.log(
    left.length === 0
      ? `${what}: gone${refundText(refunds)}`
      : `${what}: left in Huawei Cloud by \`deletionPolicy\` ${policy}: ${left.join("; ")}`,
  );
}

async function leavingOf(account: Account, { serverIds, orderId }: Obtained): Promise<Leaving> {
  const wires = await existing(account, serverIds);
  const ids = idsOf(wires);
  const order = orderId === undefined ? undefined : await ifAllowed(findOrder(account, orderId));
  const expected = order?.quantity ?? (orderId !== undefined && serverIds.length === 0 ? 1 : 0);
  return {
    ids,
    coming: serverIds.filter((one) => !ids.includes(one)),
    unnamed: Math.max(0, expected - serverIds.length),
    pendingOrder: orderId === undefined ? undefined : { id: orderId },
  };
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
