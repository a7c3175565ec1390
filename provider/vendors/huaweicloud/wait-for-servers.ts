import { CloudPhoneError } from "../../http/errors";
import { waitFor } from "../../kit/wait";
import type { Account } from "./account";
import { ifAllowed, isUnderWay, orderStatus, readOrder } from "./bss";
import type { Order } from "./bss";
import type { WireServer } from "./cph";
import { stateOf } from "./server-outputs";
import { existing, idsOfOrder, isReady, isSettled, notYetVisible } from "./servers";

/** What is waited for. */
export interface Purchase {
  /** As in `CphPhoneServer "farm"`. */
  readonly what: string;
  /** Ids of the servers; empty when only the order is known. */
  readonly ids: readonly string[];
  readonly count: number;
  readonly orderId: string | undefined;
  readonly isAutoPay: boolean;
  /** The servers have never been seen running: some may not be visible yet. */
  readonly isNew: boolean;
  /** The order was placed a moment ago, so that nothing can be ready yet. */
  readonly isJustPlaced: boolean;
}

/** The order waits for its payment, and nothing is built before that. */
export class Unpaid extends CloudPhoneError {
  override readonly name = "Unpaid";
}

const firstLookMs = 60_000;
const everyMs = 10_000;
/** How long an automatic payment may take before the order counts as unpaid. */
const autoPayMs = 120_000;
/** How long a bought server may stay invisible although its order is handled. */
const visibilityMs = 10 * 60_000;

/**
 * Waits until every server of a purchase is running.
 * @param note is told what was seen at every look
 * @throws Unpaid, or an error that says what became of the servers
 */
export async function waitForServers(
  account: Account,
  purchase: Purchase,
  note: (wires: readonly WireServer[], isUnpaid: boolean) => void,
): Promise<WireServer[]> {
  const { clock } = account.ctx;
  const begun = clock.now();
  let ids = purchase.ids;
  let isHandled = false; // the order is paid and not cancelled, or cannot be read

  const look = async (): Promise<WireServer[] | undefined> => {
    if (ids.length === 0 && purchase.orderId !== undefined) ids = await idsOfOrder(account, purchase.orderId);
    const wires = await existing(account, ids);
    const missing = ids.filter((id) => !wires.some((wire) => wire.server_id === id));
    const expected = [...wires, ...missing.map(notYetVisible)];
    note(expected, false);
    refuseBroken(purchase, wires);
    if (
      ids.length >= Math.min(1, purchase.count) &&
      missing.length === 0 &&
      wires.every((wire) => isReady(wire) || isLeftAlone(purchase, wire))
    )
      return wires;

    const order = isHandled && missing.length === 0 ? undefined : await orderOf(account, purchase);
    if (order !== undefined) refuseUnpaid(order);
    isHandled = order === undefined || order.status === orderStatus.completed || order.status === orderStatus.processing;
    const patience = purchase.isNew ? visibilityMs : 0;
    if (missing.length > 0 && !(order && isUnderWay(order)) && clock.now() - begun >= patience) {
      throw new CloudPhoneError(
        `${purchase.what}: the cloud no longer knows server ${missing.join(", ")}. Run \`pulumi refresh\`, then \`pulumi up\`; look into order ${purchase.orderId ?? "(unknown)"} in the Billing Center for what became of it.`,
      );
    }
    return undefined;

    function refuseUnpaid(seen: Order): void {
      if (seen.status === orderStatus.cancelled) throw new CloudPhoneError(cancelled(purchase.what, seen));
      if (seen.status !== orderStatus.unpaid) return;
      if (purchase.isAutoPay && clock.now() - begun < autoPayMs) return;
      note(expected, true);
      throw new Unpaid(unpaid(purchase, seen));
    }
  };

  // Nothing is built before somebody pays, and what was bought earlier may be ready: both show at once.
  const early = purchase.isJustPlaced && purchase.isAutoPay ? undefined : await look();
  return (
    early ??
    waitFor(`${purchase.what} to be running`, { firstMs: purchase.isJustPlaced ? firstLookMs : everyMs, everyMs }, account.ctx, look)
  );
}

/** A server that ran before and is now frozen or shut down is not going to run by waiting. */
const isLeftAlone = (purchase: Purchase, wire: WireServer): boolean => !purchase.isNew && isSettled(wire);

function refuseBroken(purchase: Purchase, wires: readonly WireServer[]): void {
  const broken = wires.filter((wire) => isSettled(wire) && !isReady(wire) && !isLeftAlone(purchase, wire));
  if (broken.length === 0) return;
  const which = broken.map((wire) => `server ${wire.server_id} is ${stateOf(wire)} (status ${wire.status})`).join(", ");
  throw new CloudPhoneError(
    `${purchase.what} did not come up: ${which}. It exists and may be billed (order ${purchase.orderId ?? "unknown"}): \`pulumi destroy\`, or replacing it, gives it back; Huawei Cloud's support may be able to repair it.`,
  );
}

const orderOf = async (account: Account, purchase: Purchase): Promise<Order | undefined> =>
  purchase.orderId === undefined ? undefined : ifAllowed(readOrder(account, purchase.orderId));

function unpaid(purchase: Purchase, order: Order): string {
  const why = purchase.isAutoPay
    ? "Its automatic payment did not go through (is the balance too low?)"
    : "It is not paid automatically (`isAutoPay` is off)";
  const until = order.payUntil === undefined ? "" : ` before ${order.payUntil}`;
  return `${purchase.what}: order ${order.id} waits for its payment. ${why}: pay it in Huawei Cloud's Billing Center under "Unpaid Orders"${until}, then run \`pulumi up\` again, which goes on from here; \`pulumi destroy\` cancels the order.`;
}

const cancelled = (what: string, order: Order): string =>
  `${what}: order ${order.id} was cancelled, so nothing was bought and nothing is billed. Run \`pulumi refresh\` and then \`pulumi up\` to order again.`;
