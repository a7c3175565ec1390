import { sureLook } from "../../kit/gone";
import type { Account } from "./account";
import type { WireServer } from "./cph";
import { identityOf, placeText } from "./inventory";
import { idsIn, isPending } from "./purchase-kind";
import type { PurchaseInputs } from "./purchase-kind";
import type { CphPurchaseOutputs } from "./server-outputs";
import { existing, idsOfOrder, union } from "./servers";

/** What there is of a purchase: in the cloud, and still on its way. */
export interface Stock {
  /** Servers that exist, in the order of the state. */
  readonly wires: readonly WireServer[];
  /** Ids of servers that were bought and cannot be seen yet. */
  readonly coming: readonly string[];
  /** Number of servers that were bought and of which not even the ids are known. */
  readonly unnamed: number;
  /** Ids of servers that are surely gone. */
  readonly gone: readonly string[];
}

/** Looks at what the state names. Nothing is on its way once a purchase is over: what is missing then, in two looks, is gone. */
export async function takeStock(
  account: Account,
  what: string,
  id: string,
  last: Partial<PurchaseInputs & CphPurchaseOutputs>,
): Promise<Stock> {
  const named = idsIn(id, last);
  const { orderId } = last;
  const ordered = isPending(last) && orderId !== undefined ? (last.count ?? 0) : 0;
  const found = ordered > named.length && orderId !== undefined ? await idsOfOrder(account, orderId) : [];
  const ids = union(named, found);
  const mayCome = (one: string): boolean => isPending(last) && !wasBuilt(last, one);
  const missing = (wires: readonly WireServer[]): string[] => ids.filter((one) => !wires.some((wire) => wire.server_id === one));
  const wires = await sureLook(
    { what, place: placeText(account), identity: identityOf(account), lastIdentity: last.identity },
    ids,
    () => existing(account, ids),
    (seen) => missing(seen).filter((one) => !mayCome(one)),
    account.ctx,
  );
  const absent = missing(wires);
  return {
    wires,
    coming: absent.filter(mayCome),
    unnamed: Math.max(0, ordered - ids.length),
    gone: absent.filter((one) => !mayCome(one)),
  };
}

/** Whether an earlier run saw the server come out of building. */
function wasBuilt(last: Partial<CphPurchaseOutputs>, id: string): boolean {
  const server = last.servers?.find((one) => one.id === id);
  return server !== undefined && server.state !== "building";
}
