import { markerText } from "../../kit/marker";
import { keepingId } from "../../kit/not-ready";
import { Unresolved, unresolvedState } from "../../kit/purchase";
import type { Account } from "./account";
import type { Purchased, WireServer } from "./cph";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import { drift } from "./drift";
import type { CphChange, CphPurchaseOutputs, CphServer, SeenServer, Sighting } from "./server-outputs";
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
  /** The marker that the state says. */
  marker: string;
  unclearSince: string | undefined;
  /** The generation of the marker that all servers are to carry. */
  generation: number;
  /** Servers joined that an earlier run bought: they may have been bought with other inputs. */
  isTakenOver: boolean;
  /** What is ordered is not waited for: one look has to do. */
  readonly isHasty: boolean;
  /** What paid back for servers that were given back. */
  refundOrderIds: readonly string[] | undefined;
  changesUnderWay: readonly CphChange[] | undefined;
  /** What the state said, until it is seen anew. */
  uneven: readonly string[] | undefined;
  outs: O;
}

/** A run that begins without servers. */
export function newRun<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  of: Pick<Run<I, O>, "kind" | "account" | "what" | "id" | "inputs" | "generation">,
): Run<I, O> {
  const begun = {
    ...of,
    known: [],
    order: { orderId: undefined, productId: undefined },
    isReady: false,
    marker: markerText({ resource: of.account.ctx.marker, generation: of.generation }),
    unclearSince: undefined,
    isTakenOver: false,
    isHasty: of.inputs.skipAwait ?? false,
    refundOrderIds: undefined,
    changesUnderWay: undefined,
    uneven: undefined,
  };
  return { ...begun, outs: outsOf<I, O>(begun, []) };
}

/** Runs `work`; a failure leaves in the state what the run knows, also that the outcome of an order is not known. */
export const keepingRun = <T, I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Run<I, O>,
  work: () => Promise<T>,
): Promise<T> =>
  keepingId(
    run.id,
    () => run.outs,
    async () => {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Unresolved) run.outs = { ...run.outs, ...unresolvedState(error) };
        throw error;
      }
    },
  );

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

/** The state of servers that are ordered, not ready, and not waited for. What the journal knows of them stays until a later run has seen them through. */
export function notYet<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>({ account, what, outs }: Run<I, O>): O {
  account.ctx.log(
    `${what}: ${outs.state}, and not waited for (\`skipAwait\`): \`pulumi refresh\` shows how far it is; the first \`pulumi up\` after it runs sees it through`,
  );
  return outs;
}

/** Takes down a change that is not over, or that it is. */
export function noteChanges<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Run<I, O>,
  changesUnderWay: readonly CphChange[],
): void {
  run.changesUnderWay = changesUnderWay;
  run.outs = { ...run.outs, changesUnderWay: changesUnderWay.length > 0 ? changesUnderWay : undefined };
}

/** Takes down inputs in which servers, or the phones of one, differ from each other. */
export function noteUneven<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(run: Run<I, O>, uneven: readonly string[]): void {
  run.uneven = uneven.length > 0 ? uneven : undefined;
  run.outs = { ...run.outs, uneven: run.uneven };
}

/** Everything bought is there and has what it is to have: looks at it once more, more closely. */
export async function finish<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Run<I, O>,
  wires: readonly WireServer[],
  inputs: I,
): Promise<O> {
  const { account, kind } = run;
  const now = await existing(account, idsOf(wires));
  const done = { ...run, inputs, order: newestOrder(now) ?? run.order, isReady: true, uneven: undefined };
  if (run.isTakenOver) return driftedOuts(done, await lookCloser(account, now, kind.looks(inputs)));
  return outsOf(done, await lookCloser(account, now, { ...kind.looks(inputs), phoneDetail: false, tags: false }));
}

/** The state of servers that may differ from the inputs: as a refresh would show it. */
export function driftedOuts<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Omit<Run<I, O>, "outs">,
  servers: readonly SeenServer[],
): O {
  const seen = { ...sightingOf(run, servers), count: servers.length };
  const now = drift(false);
  const inputs = run.kind.fromWire(seen, run.inputs, undefined, now);
  return run.kind.outs(inputs, { ...seen, uneven: now.uneven });
}

/** The state, if these are the servers. */
const outsOf = <I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Omit<Run<I, O>, "outs">,
  servers: readonly SeenServer[],
  isUnpaid = false,
): O => run.kind.outs(run.inputs, { ...sightingOf(run, servers), isUnpaid });

function sightingOf<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Omit<Run<I, O>, "outs">,
  servers: readonly SeenServer[],
): Sighting {
  const { account, inputs, known, order, isReady, marker, unclearSince, refundOrderIds, changesUnderWay, uneven } = run;
  const said = { isReady, isUnpaid: false, marker, unclearSince, refundOrderIds, changesUnderWay, uneven };
  return { account, servers, known, count: inputs.count, ...order, ...said };
}

/** The order that bought the last of the servers, as these say it themselves. */
export function newestOrder(wires: readonly WireServer[]): Pick<Purchased, "orderId" | "productId"> | undefined {
  const { order_id: orderId, product_id: productId } = wires.at(-1)?.metadata ?? {};
  return orderId ? { orderId, productId: productId ?? undefined } : undefined;
}
