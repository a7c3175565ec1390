import { CloudPhoneError } from "../../http/errors";
import { secondLookMs } from "../../kit/gone";
import { waitFor } from "../../kit/wait";
import type { Account } from "./account";
import { billedServers, findOrder, ifAllowed, isUnderWay, orderStatus } from "./bss";
import type { Order } from "./bss";
import type { WireServer } from "./cph";
import { byName, stateOf } from "./server-outputs";
import { existing, idsOfOrder, isRunning, isSettled, notYetVisible, union } from "./servers";

/** What is waited for. */
export interface Awaited {
  /** As in `CphPhoneServer "farm"`. */
  readonly what: string;
  /** The resource's own server, which stays the first. Without one the servers go by their names. */
  readonly id?: string;
  /** Known ids; those bought last at the end. */
  readonly ids: readonly string[];
  /** Number of further servers that the order brings, of which not even the ids are known. */
  readonly unnamed: number;
  /** The last order. */
  readonly orderId: string | undefined;
  readonly isAutoPay: boolean;
  /** Not everything that order brings has been seen running: some of it may not be visible yet. */
  readonly isPending: boolean;
  /** The order was placed a moment ago, so that nothing can be ready yet. */
  readonly isJustPlaced: boolean;
  /** One look has to do; right after the order, none. */
  readonly isHasty: boolean;
}

const firstLookMs = 60_000;
const everyMs = 10_000;
/** How long an automatic payment may take before the order counts as unpaid. */
const autoPayMs = 120_000;

/**
 * Waits until every server is running; one that ran before and is now frozen or shut down is left as it is.
 * @param note is told what was seen at every look
 * @returns the servers, those of the awaited order by name; fewer than awaited when the order is over and two looks in a row say that it brought fewer;
 *   `undefined` when one look had to do and they are not ready
 * @throws an error that says what became of the servers, or of their order
 */
export async function waitForServers(
  account: Account,
  awaited: Awaited,
  note: (wires: readonly WireServer[], isUnpaid: boolean) => void,
): Promise<WireServer[] | undefined> {
  const { clock } = account.ctx;
  const { what, orderId } = awaited;
  const begun = clock.now();
  const expected = awaited.ids.length + awaited.unnamed;
  let ids = awaited.ids;
  let isHandled = false; // the order is paid and not cancelled, or cannot be read
  let wasShort = false as boolean; // changed by `look`

  const look = async (): Promise<WireServer[] | undefined> => {
    if (ids.length < expected && orderId !== undefined) ids = union(awaited.ids, await idsOfOrder(account, orderId));
    const wires = await existing(account, ids);
    const shown = ids.map((id) => wires.find((wire) => wire.server_id === id) ?? notYetVisible(id));
    const missing = Math.max(expected, ids.length) - wires.length;
    note(shown, false);
    const isNew = newness(awaited, wires, missing);
    refuseBroken(awaited, wires, isNew);
    const areUp = wires.every((wire) => isRunning(wire) || (isSettled(wire) && !isNew(wire)));
    if (missing === 0 && areUp) return inOrder(awaited, wires, isNew);

    const order = awaited.isPending && !(isHandled && missing === 0) ? await orderOf(account, orderId) : undefined;
    if (order?.status === orderStatus.cancelled) throw new CloudPhoneError(cancelled(what, order));
    if (order?.status === orderStatus.unpaid && !(awaited.isAutoPay && clock.now() - begun < autoPayMs)) {
      note(shown, true);
      if (!awaited.isHasty) throw new CloudPhoneError(unpaid(awaited, order, wires.length));
      account.ctx.log(unpaid(awaited, order, wires.length));
      return undefined;
    }
    isHandled = order === undefined || order.status === orderStatus.completed || order.status === orderStatus.processing;
    const isShort = missing > 0 && !(awaited.isPending && (await mayCome(wires, missing, order)));
    if (isShort && (order === undefined || !awaited.isPending)) throw new CloudPhoneError(lost(awaited, ids, wires));
    if (isShort && wasShort && areUp) return inOrder(awaited, wires, isNew);
    wasShort = isShort;
    return undefined;
  };

  /** An order that is over brings nothing more than what billing has in use; before that, or without billing, only time can tell. */
  const mayCome = async (wires: readonly WireServer[], missing: number, order: Order | undefined): Promise<boolean> => {
    if (order !== undefined && isUnderWay(order)) return true;
    const absent = ids.filter((id) => !wires.some((wire) => wire.server_id === id));
    const billed = order === undefined || absent.length === 0 ? undefined : await ifAllowed(billedServers(account, { ids: absent }));
    if (billed?.some((server) => server.isInUse) === true) return true;
    const isOver = missing === absent.length && absent.every((id) => billed?.some((server) => server.id === id));
    return !isOver && clock.now() - begun < account.ctx.visibilityMs;
  };

  if (awaited.isHasty) {
    if (awaited.isJustPlaced) return undefined;
    const seen = await look();
    if (seen !== undefined || !wasShort) return seen;
    await clock.sleep(secondLookMs, account.ctx.signal);
    return look();
  }
  // Nothing is built before somebody pays, and what was bought earlier may be ready: both show at once.
  const early = awaited.isJustPlaced && awaited.isAutoPay ? undefined : await look();
  const rhythm = { firstMs: awaited.isJustPlaced ? firstLookMs : everyMs, everyMs };
  return early ?? waitFor(`${what} to be running`, rhythm, account.ctx, look);
}

/** Tells servers of the awaited order from those that stood beside them before, which is only possible when these name other orders. */
function newness({ isPending, orderId }: Awaited, wires: readonly WireServer[], missing: number): (wire: WireServer) => boolean {
  const isOfOrder = (wire: WireServer): boolean => wire.metadata?.order_id === orderId;
  const isTelling = orderId !== undefined && (missing > 0 || wires.some(isOfOrder));
  return (wire) => isPending && (!isTelling || !wire.metadata?.order_id || isOfOrder(wire));
}

/** The cloud says nothing about the order of new servers: they go by name, behind the others. The resource's own one is the first. */
function inOrder(awaited: Awaited, wires: readonly WireServer[], isNew: (wire: WireServer) => boolean): WireServer[] {
  const added = wires.filter(isNew).sort((a, b) => byName.compare(a.server_name ?? "", b.server_name ?? ""));
  const all = [...wires.filter((wire) => !isNew(wire)), ...added];
  const isOwn = (wire: WireServer): boolean => wire.server_id === awaited.id;
  return [...all.filter(isOwn), ...all.filter((wire) => !isOwn(wire))];
}

function refuseBroken({ what, orderId }: Awaited, wires: readonly WireServer[], isNew: (wire: WireServer) => boolean): void {
  const broken = wires.filter((wire) => isNew(wire) && isSettled(wire) && !isRunning(wire));
  if (broken.length === 0) return;
  const which = broken.map((wire) => `server ${wire.server_id} is ${stateOf(wire)} (status ${wire.status})`).join(", ");
  const remedy = wires.every(isNew)
    ? "`pulumi destroy --target <its URN>` gives it back and then `pulumi up` buys another, or the resource option `replacementTrigger`"
    : "a smaller `count` gives the servers back that were bought last";
  throw new CloudPhoneError(
    `${what} did not come up: ${which}. It exists and may be billed (order ${orderId ?? "unknown"}): ${remedy}; Huawei Cloud's support may be able to repair it.`,
  );
}

const orderOf = async (account: Account, orderId: string | undefined): Promise<Order | undefined> =>
  orderId === undefined ? undefined : ifAllowed(findOrder(account, orderId));

function unpaid({ what, isAutoPay }: Awaited, order: Order, standing: number): string {
  const why = isAutoPay
    ? "Its automatic payment did not go through (is the balance too low?)"
    : "It is not paid automatically (`isAutoPay` is off)";
  const until = order.payUntil === undefined ? "" : ` before ${order.payUntil}`;
  const wayOut = standing === 0 ? "`pulumi destroy` cancels the order" : `setting \`count\` back to ${standing} cancels the order`;
  return `${what}: order ${order.id} waits for its payment. ${why}: pay it in Huawei Cloud's Billing Center under "Unpaid Orders"${until}, then run \`pulumi up\` again, which goes on from here; ${wayOut}.`;
}

const cancelled = (what: string, order: Order): string =>
  `${what}: order ${order.id} was cancelled, so nothing was bought and nothing is billed. Run \`pulumi refresh\` and then \`pulumi up\` to order again.`;

function lost({ what, orderId, isPending }: Awaited, ids: readonly string[], wires: readonly WireServer[]): string {
  const gone = ids.filter((id) => !wires.some((wire) => wire.server_id === id));
  const which = gone.length > 0 ? `the cloud no longer knows server ${gone.join(", ")}` : "the order brought fewer servers than it was for";
  const place = `order ${orderId ?? "(unknown)"} in the Billing Center`;
  // Only the order could tell that nothing comes any more, so a refresh keeps on waiting for it.
  if (isPending)
    return `${what}: ${which}, and its order cannot be read. Look into ${place}; fewer servers (\`count\`) or \`pulumi destroy\` give them up.`;
  return `${what}: ${which}. Run \`pulumi refresh\`, then \`pulumi up\`; look into ${place} for what became of it.`;
}
