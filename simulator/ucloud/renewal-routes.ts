import { noBalance, notAvailable, Refused, wrongState } from "./errors";
import { operation } from "./operation";
import type { Operation } from "./operation";
import { prolonged, round } from "./prices";
import type { Belonging, Server } from "./state";
import { isIn, nextOrderId, refuseIfAsked } from "./store";
import type { Scope, Store } from "./store";
import { int, oneOf, required, text } from "./wire";

/** Servers, independent IPs, shared bandwidths and disks: each has a period of its own. */
function resourceOf(store: Store, scope: Scope, id: string): Server | Belonging {
  const { servers, eips, bandwidths, leftDisks } = store.state;
  const all = store.choices.renewalKnowsNoPhones ? [] : [servers, eips, bandwidths, leftDisks].flat();
  const found = all.find((one) => one.id === id && isIn(one, scope));
  if (found === undefined) throw notAvailable("ResourceId");
  if ("deletion" in found) throw wrongState(id, "Deleting");
  return found;
}

/** UCloud's billing ("UBill") as far as prepaid periods go. There is no operation that shows whether something renews itself. */
export const renewalRoutes: Readonly<Record<string, Operation>> = {
  CreateRenew: operation({ ResourceId: required(text), Quantity: required(int) }, ({ ResourceId, Quantity }, store, scope) => {
    const thing = resourceOf(store, scope, ResourceId);
    const { chargeType, paid } = thing.billing;
    if (Quantity < 0 || Quantity > 10 || (Quantity === 0 && chargeType !== "Month")) throw notAvailable("Quantity");
    refuseIfAsked(store);
    if (store.mishaps.isOutOfBalance()) throw noBalance();
    thing.billing = prolonged(thing.billing, Quantity);
    const OrderNo = nextOrderId(store.state);
    const entry = { cloud: "ucloud", kind: "renewal", orderId: OrderNo, ids: [ResourceId] } as const;
    store.world.ledger.record({ ...entry, amount: round(thing.billing.paid - paid), what: `renewal, ${Quantity} ${chargeType}` });
    return { OrderNo };
  }),

  // A resource that cannot be switched is told inside an answer that is none of an error (UCloud API docs, "ModifyAutoRenewFlag").
  ModifyAutoRenewFlag: operation(
    { ResourceId: required(text), Flag: required(oneOf("TURN_ON", "TURN_OFF")) },
    ({ ResourceId, Flag }, store, scope) => {
      const answer = (Success: number, Fail: number, RetCode: number, Message: string): Record<string, unknown> => ({
        Success,
        Fail,
        ResultSet: [{ ResourceId, RetCode, Message }],
      });
      try {
        resourceOf(store, scope, ResourceId).isRenewalOff = Flag === "TURN_OFF";
        return answer(1, 0, 0, "");
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return answer(0, 1, error.retCode, error.message);
      }
    },
  ),
};
