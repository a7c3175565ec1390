import type { Account } from "./account";
import type { Purchased, WireServer } from "./cph";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import type { CphPurchaseOutputs, CphServer, SeenServer, Sighting } from "./server-outputs";
import { existing, idsOf, lookCloser } from "./servers";

/** One run of a purchase or a change, and what it knows so far: a failure leaves `outs` in the state. */
export interface Run<I extends PurchaseInputs, O extends I & CphPurchaseOutputs> {
  readonly kind: Kind<I, O>;
  readonly account: Account;
  /** As in `CphPhoneServer "farm"`. */
  readonly what: string;
  /** The resource's id; that of a server, except while only the order is known. */
  readonly id: string;
  /** The inputs as far as the servers have them; `count` is the number bought. */
  inputs: I;
  /** What the state said at the beginning. */
  readonly known: readonly CphServer[];
  /** The last order. */
  order: Pick<Purchased, "orderId" | "productId">;
  isReady: boolean;
  outs: O;
}

/** Takes down what was seen of the servers. */
export function note<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Run<I, O>,
  wires: readonly WireServer[],
  isUnpaid = false,
): void {
  run.outs = outsOf(
    run,
    wires.map((wire) => ({ wire })),
    isUnpaid,
  );
}

/** Everything bought is there and has what it is to have: looks at it once more, more closely. */
export async function finish<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Run<I, O>,
  wires: readonly WireServer[],
  inputs: I,
): Promise<O> {
  const now = await existing(run.account, idsOf(wires));
  const seen = await lookCloser(run.account, now, { ...run.kind.looks(inputs), phoneDetail: false, tags: false });
  return outsOf({ ...run, inputs, order: newestOrder(now) ?? run.order, isReady: true }, seen);
}

/** The state, if these are the servers. */
export function outsOf<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Omit<Run<I, O>, "outs">,
  servers: readonly SeenServer[],
  isUnpaid = false,
): O {
  const { account, inputs, known, isReady } = run;
  const { orderId, productId } = run.order;
  const seen: Sighting = { account, servers, known, count: inputs.count, orderId, productId, isReady, isUnpaid };
  return run.kind.outs(inputs, seen);
}

/** The order that bought the last of the servers, as these say it themselves. */
export function newestOrder(wires: readonly WireServer[]): Pick<Purchased, "orderId" | "productId"> | undefined {
  const { order_id: orderId, product_id: productId } = wires.at(-1)?.metadata ?? {};
  return orderId ? { orderId, productId: productId ?? undefined } : undefined;
}
