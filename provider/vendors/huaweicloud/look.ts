import type { Context } from "../../kit/context";
import { signIn } from "./account";
import { ifAllowed, readOrder } from "./bss";
import { fateOf } from "./fate";
import { isPending, placeOf } from "./purchase-kind";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import { newestOrder } from "./run";
import type { CphPurchaseOutputs, SeenServer, Sighting } from "./server-outputs";
import { lookCloser, notYetVisible } from "./servers";
import { takeStock } from "./stock";

/** Reads the servers of a purchase; `undefined` when none is left and none can come any more. */
export async function look<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  id: string,
  last: Partial<O>,
  ctx: Context,
): Promise<{ id: string; inputs: I; outs: O } | undefined> {
  const account = await signIn(ctx, placeOf(last));
  const { wires, coming, unnamed } = await takeStock(account, id, last);
  const fate = coming.length + unnamed > 0 ? await fateOf(account, last.orderId, coming) : "handled";
  // While nobody can tell they may come: taking bought servers for gone would lose them.
  const isComing = fate !== "handled" && fate !== "void";
  if (wires.length === 0 && !isComing) return undefined;

  const invisible = isComing ? coming.map((one): SeenServer => ({ wire: notYetVisible(one) })) : [];
  const servers = [...(await lookCloser(account, wires, kind.looks(last))), ...invisible];
  const newest = isPending(last) ? undefined : newestOrder(wires);
  const seen: Sighting = {
    account,
    servers,
    known: last.servers ?? [],
    count: servers.length + (isComing ? unnamed : 0),
    orderId: newest?.orderId ?? last.orderId,
    productId: newest?.productId ?? last.productId,
    isReady: last.isReady ?? true,
    isUnpaid: fate === "unpaid",
  };
  // Read by its id alone, the server's order is all that still knows the terms of the purchase.
  const bought =
    last.serverName === undefined && seen.orderId !== undefined ? await ifAllowed(readOrder(account, seen.orderId)) : undefined;
  const inputs = kind.fromWire(seen, kind.inputsOf(last), bought);
  const own = servers.find(({ wire }) => wire.server_id === id) ?? servers[0];
  return { id: own?.wire.server_id ?? id, inputs, outs: kind.outs(inputs, seen) };
}
