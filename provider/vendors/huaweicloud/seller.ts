import { nameInFlight } from "../../kit/marker";
import type { Found, Seller } from "../../kit/purchase";
import type { Account } from "./account";
import { longestName } from "./change-servers";
import type { Purchased, WireServer } from "./cph";
import { identityOf, markOf, placeText, takeInventory } from "./inventory";
import { claim, openOrders } from "./open-orders";
import { placeOrder } from "./order";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import { isoTime } from "./server-outputs";
import type { CphPurchaseOutputs } from "./server-outputs";

/** What the cloud appends to the names of servers, at most: `-0001`. */
const numberLength = 5;

/** Looks for what earlier runs bought. */
export type Watcher = Required<Pick<Seller, "find" | "openOrders">>;

/** @param last the state that says what is known of earlier purchases */
export const watcherOf = (account: Account, last: Partial<CphPurchaseOutputs>): Watcher => ({
  find: (resource) => findMarked(account, resource),
  openOrders: (sinceMs) => openOrders(account, sinceMs, [last.orderId]),
});

/** How Huawei Cloud sells what a resource wants. */
export interface CphSeller extends Seller {
  /** What came of the last order that was sent; `undefined` when none was, or it was never answered. */
  purchased(): Purchased | undefined;
}

/** @param beside the servers that there are already */
export function sellerOf<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  { kind, account, what }: { readonly kind: Kind<I, O>; readonly account: Account; readonly what: string },
  inputs: I,
  beside: readonly WireServer[],
  last: Partial<CphPurchaseOutputs>,
): CphSeller {
  let purchased: Purchased | undefined;
  return {
    what,
    place: placeText(account),
    identity: identityOf(account),
    remembersOrders: false,
    ...watcherOf(account, last),
    async buy(marker, want) {
      const serverName = nameInFlight(inputs.serverName, marker, longestName - numberLength);
      const doing = beside.length === 0 ? `buy ${what}` : `buy ${want} more for ${what}`;
      purchased = undefined;
      purchased = await placeOrder(kind, account, { ...kind.moreLike(inputs, beside), count: want, serverName }, doing);
      claim(account, purchased.orderId);
      return purchased;
    },
    purchased: () => purchased,
  };
}

async function findMarked(account: Account, resource: string): Promise<Found[]> {
  const inventory = await takeInventory(account);
  return inventory.wires.flatMap((wire) => {
    const mark = markOf(inventory, wire, [resource]);
    if (mark?.marker.resource !== resource) return [];
    const created = isoTime(wire.create_time);
    return [{ id: wire.server_id, ...mark, createdAt: created === undefined ? undefined : Date.parse(created) }];
  });
}
