import type { Account } from "./account";
import type { WireServer } from "./cph";
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
}

/** Looks at what the state names. Nothing is on its way once a purchase is over: what is missing then is gone. */
export async function takeStock(account: Account, id: string, last: Partial<PurchaseInputs & CphPurchaseOutputs>): Promise<Stock> {
  const named = idsIn(id, last);
  const ordered = isPending(last) ? (last.count ?? 0) : 0;
  const found = ordered > named.length && last.orderId !== undefined ? await idsOfOrder(account, last.orderId) : [];
  const ids = union(named, found);
  const wires = await existing(account, ids);
  const missing = ids.filter((one) => !wires.some((wire) => wire.server_id === one));
  return {
    wires,
    coming: isPending(last) ? missing.filter((one) => !wasBuilt(last, one)) : [],
    unnamed: Math.max(0, ordered - ids.length),
  };
}

/** Whether an earlier run saw the server come out of building. */
function wasBuilt(last: Partial<CphPurchaseOutputs>, id: string): boolean {
  const server = last.servers?.find((one) => one.id === id);
  return server !== undefined && server.state !== "building";
}
