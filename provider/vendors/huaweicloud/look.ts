import type { Context } from "../../kit/context";
import { signIn } from "./account";
import type { Account } from "./account";
import { ifAllowed, isUnderWay, orderStatus, readOrder } from "./bss";
import type { Order } from "./bss";
import { orderOfId, placeOf, serverIds } from "./purchase-kind";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import type { CphPurchaseOutputs, SeenServer, Sighting } from "./server-outputs";
import { existing, lookCloser, notYetVisible } from "./servers";

/** Reads the servers of a purchase; `undefined` when none is left and none can come any more. */
export async function look<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  id: string,
  last: Partial<O>,
  ctx: Context,
): Promise<{ id: string; inputs: I; outs: O } | undefined> {
  const account = await signIn(ctx, placeOf(last));
  const ids = await serverIds(account, id, last);
  const wires = await existing(account, ids);
  const missing = ids.filter((one) => !wires.some((wire) => wire.server_id === one));
  const open = missing.length > 0 || ids.length === 0 ? await openOrder(account, id, last) : undefined;
  if (wires.length === 0 && open === undefined) return undefined;

  const coming = open === undefined ? [] : missing.map((one): SeenServer => ({ wire: notYetVisible(one) }));
  const servers = [...(await lookCloser(account, wires, kind.looks(last))), ...coming];
  const seen: Sighting = {
    account,
    servers,
    count: (open === undefined ? undefined : last.count) ?? servers.length,
    orderId: last.orderId ?? wires[0]?.metadata?.order_id ?? orderOfId(id),
    productId: last.productId ?? wires[0]?.metadata?.product_id ?? undefined,
    isUnpaid: open?.status === orderStatus.unpaid,
  };
  // Read by its id alone, the server's order is all that still knows the terms of the purchase.
  const bought =
    last.serverName === undefined && seen.orderId !== undefined ? await ifAllowed(readOrder(account, seen.orderId)) : undefined;
  const inputs = kind.fromWire(seen, kind.inputsOf(last), bought);
  const own = servers.find(({ wire }) => wire.server_id === id) ?? servers[0];
  return { id: own?.wire.server_id ?? id, inputs, outs: kind.outs(inputs, seen) };
}

/** The order of servers that were never seen running, as long as it may still bring them. */
async function openOrder(account: Account, id: string, last: Partial<CphPurchaseOutputs>): Promise<Order | undefined> {
  const orderId = last.orderId ?? orderOfId(id);
  if (orderId === undefined || last.state === "running") return undefined;
  const read = await ifAllowed(readOrder(account, orderId));
  return read !== undefined && isUnderWay(read) ? read : undefined;
}
