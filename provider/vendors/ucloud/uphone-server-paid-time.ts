/** Until when a server is paid: automatic renewal, and renewals on request. */
import { CloudPhoneError, TimedOut } from "../../http/errors";
import type { Context } from "../../kit/context";
import type { Expiry } from "../../kit/handler";
import { isUnclear } from "../../kit/purchase";
import { waitFor } from "../../kit/wait";
import { createRenew, switchAutoRenew } from "./billing";
import { listPhones } from "./client";
import type { RenewalUnderWay, UPhoneServerInputs, UPhoneServerOutputs } from "./uphone-server-properties";
import { placeOf, placeText, sightedStill } from "./uphone-server-sight";
import type { Known } from "./uphone-server-sight";
import { isoTime } from "./uphone-server-wire";

const dayMs = 24 * 3_600_000;
// UCloud's example: a month from 9 May ends on 8 June, a year from 9 May 2015 on 8 May 2016 (billing docs). If a period turns out shorter, the rest is renewed next.
const terms = { Month: { ms: 30 * dayMs, most: 60, unit: "months" }, Year: { ms: 365 * dayMs, most: 5, unit: "years" } } as const;
const mostPeriodsAtOnce = 10;
const whileRenewing = { firstMs: 5000, everyMs: 10_000 };

/** When the server's paid time ends. UCloud renews by itself unless told otherwise, and does not show which. */
export function expiryOf({ expiresAt, currentChargeType, autoRenew }: Partial<UPhoneServerOutputs>): Expiry | undefined {
  if (expiresAt === undefined || (currentChargeType === "Dynamic" && autoRenew !== false)) return undefined;
  return { at: expiresAt, isRenewed: autoRenew !== false, remedy: "autoRenew: true" };
}

/** The wish as long as it is fulfilled; else until when the server is really paid, which shows as a difference. */
export const shownPaidUntil = (outs: UPhoneServerOutputs): string | undefined =>
  outs.paidUntil === undefined || isPaidUntil(outs.paidUntil, outs) ? outs.paidUntil : outs.expiresAt;

export const isPaidUntil = (wanted: string | undefined, { expiresAt }: UPhoneServerOutputs): boolean =>
  wanted !== undefined && expiresAt !== undefined && Date.parse(expiresAt) >= Date.parse(wanted);

/** Switches automatic renewal, unless the program leaves it or it was switched so before. */
export async function setAutoRenew(server: Known, { autoRenew }: UPhoneServerInputs, ctx: Context): Promise<void> {
  if (autoRenew === undefined || autoRenew === server.outs.autoRenew) return;
  const ids = [server.outs.serverId, ...(await belongings(server, ctx))];
  for (const id of ids) await switchAutoRenew(ctx, placeOf(server.outs), id, autoRenew);
  ctx.log(`UPhoneServer ${server.outs.serverId}: automatic renewal switched ${autoRenew ? "on" : "off"}`);
  server.outs = { ...server.outs, autoRenew };
}

/** What was bought with the server and has terms of its own: independent addresses, and the bandwidth that they share. */
export async function belongings(server: Known, ctx: Context): Promise<readonly string[]> {
  const { serverId, ipDestRegion, shareBandwidthId } = server.outs;
  if (ipDestRegion === undefined) return [];
  server.phones ??= await listPhones(ctx, placeOf(server.outs), serverId);
  const ids = [shareBandwidthId, ...server.phones.flatMap((phone) => [phone.ShareBandwidthId, phone.EipId])];
  return [...new Set(ids.filter((id) => id != null && id !== ""))] as string[];
}

/** Renews until the server is paid as long as the program wants it. Looks before every payment, and sends none while the outcome of one is not known. */
export async function payUntil(server: Known, { paidUntil }: UPhoneServerInputs, ctx: Context): Promise<void> {
  if (paidUntil !== undefined) {
    await awaitEarlierRenewal(server, ctx);
    await renewUntil(server, Date.parse(paidUntil), ctx);
  }
  await forgetRenewal(server.outs, ctx);
  server.outs = { ...server.outs, paidUntil, renewalUnderWay: undefined };
}

/** In as many payments as the periods need, and one more in case they are shorter than thought: never more. */
async function renewUntil(server: Known, wanted: number, ctx: Context): Promise<void> {
  if (paidMs(server) >= wanted) return;
  let payments = Math.ceil(missingPeriods(server, wanted).missing / mostPeriodsAtOnce) + 1;
  while (paidMs(server) < wanted && payments-- > 0) await renew(server, wanted, ctx);
  if (paidMs(server) >= wanted) return;
  throw new CloudPhoneError(
    `UPhoneServer ${server.outs.serverId} was renewed several times and is paid until ${server.outs.expiresAt} only. Look at its orders in the UCloud console before you run again.`,
  );
}

function paidMs({ outs: { serverId, expiresAt } }: Known): number {
  if (expiresAt !== undefined) return Date.parse(expiresAt);
  throw new CloudPhoneError(`UCloud does not show until when UPhoneServer ${serverId} is paid, so nothing was renewed. Run again later.`);
}

/** One payment, whose effect has to show before there is another. */
async function renew(server: Known, wanted: number, ctx: Context): Promise<void> {
  const { serverId } = server.outs;
  const { missing, unit } = missingPeriods(server, wanted);
  const periods = Math.min(missing, mostPeriodsAtOnce);
  const renewal = { from: isoTime(paidMs(server)), sentAt: isoTime(ctx.clock.now()) };
  await note(renewal, server.outs, ctx);
  server.outs = { ...server.outs, renewalUnderWay: renewal };
  let taken: RenewalUnderWay | undefined;
  try {
    const orderNo = await createRenew(ctx, placeOf(server.outs), serverId, periods);
    taken = { ...renewal, orderNo: orderNo ?? "unknown" };
    server.outs = { ...server.outs, renewalUnderWay: taken };
  } catch (error) {
    if (!isUnclear(error)) {
      await settle(server, ctx);
      throw error;
    }
    ctx.log(`UPhoneServer ${serverId}: it is not known whether its renewal was executed; looking until when it is paid`);
    if ((await shownLonger(server, ctx)) !== "longer") throw neverShown(server, error);
  }
  if (taken !== undefined) await note(taken, server.outs, ctx);
  if ((await shownLonger(server, ctx)) !== "longer") throw neverShown(server, undefined);
  ctx.log(`UPhoneServer ${serverId}: renewed by ${periods} ${unit}, paid until ${isoTime(paidMs(server))}`);
  await settle(server, ctx);
}

async function settle(server: Known, ctx: Context): Promise<void> {
  server.outs = { ...server.outs, renewalUnderWay: undefined };
  await forgetRenewal(server.outs, ctx);
}

/** A name of its own: under the resource's marker stands its purchase. */
const journalKey = ({ serverId }: Pick<UPhoneServerOutputs, "serverId">): string => `${serverId}-renewal`;

/** Puts a renewal into the journal: the process may end before the state has it. */
function note({ from, sentAt, orderNo }: RenewalUnderWay, outs: UPhoneServerOutputs, ctx: Context): Promise<void> {
  const { serverId, marker, identity } = outs;
  return ctx.journal.write(journalKey(outs), {
    ...{ what: `Renewal of UPhoneServer ${serverId}`, marker, place: placeText(outs), identity, want: 1, serverIds: [serverId] },
    ...{ state: orderNo === undefined ? "sent" : "accepted", orderId: orderNo, sentAt: Date.parse(sentAt), paidUntil: from },
  });
}

/** The journal need not know it any more: it is settled, or the server is gone or let go of. */
export const forgetRenewal = (outs: Pick<UPhoneServerOutputs, "serverId">, ctx: Context): Promise<void> =>
  ctx.journal.clear(journalKey(outs));

/** The last renewal that an earlier run sent, by the state and by the journal, whichever is younger. */
async function earlierRenewal(server: Known, ctx: Context): Promise<RenewalUnderWay | undefined> {
  const { renewalUnderWay: known } = server.outs;
  const noted = await ctx.journal.read(journalKey(server.outs));
  if (noted === undefined || (known !== undefined && Date.parse(known.sentAt) >= noted.sentAt)) return known;
  return { from: noted.paidUntil ?? isoTime(paidMs(server)), sentAt: isoTime(noted.sentAt), orderNo: noted.orderId };
}

function missingPeriods(server: Known, wanted: number): { missing: number; unit: string } {
  const { serverId, currentChargeType } = server.outs;
  const refusal = (why: string): CloudPhoneError => new CloudPhoneError(`UPhoneServer ${serverId} was not renewed: ${why}`);
  if (currentChargeType !== "Month" && currentChargeType !== "Year") {
    throw refusal(
      `it is charged by ${currentChargeType ?? "an unknown unit"}, and only months and years are paid in advance. Leave paidUntil out, or change how it is charged in the UCloud console.`,
    );
  }
  const { ms, most, unit } = terms[currentChargeType];
  const missing = Math.ceil((wanted - paidMs(server)) / ms);
  if (missing > most)
    throw refusal(`paidUntil is ${missing} ${unit} after the end of its paid time, and more than ${most} look like a mistake.`);
  return { missing, unit };
}

/** A renewal of an earlier run: nothing is paid before its outcome is known. */
async function awaitEarlierRenewal(server: Known, ctx: Context): Promise<void> {
  const renewal = await earlierRenewal(server, ctx);
  if (renewal === undefined) return;
  server.outs = { ...server.outs, renewalUnderWay: renewal };
  const shown = await shownLonger(server, ctx);
  if (shown === "later" || (shown === "not" && renewal.orderNo !== undefined)) throw neverShown(server, undefined);
  await settle(server, ctx);
}

/**
 * Looks until the server is paid for longer than before the renewal. `not`: one that was never answered would have shown by now. `later`: the time of
 * this run is over before that.
 */
async function shownLonger(server: Known, ctx: Context): Promise<"longer" | "not" | "later"> {
  const { serverId, renewalUnderWay: renewal } = server.outs;
  if (renewal === undefined) return "longer";
  const until = Date.parse(renewal.sentAt) + ctx.visibilityMs;
  const look = async (): Promise<"longer" | "not" | undefined> => {
    const isOver = ctx.clock.now() >= until; // said before the look, which has to be younger
    await sightedStill(server, ctx);
    if (paidMs(server) > Date.parse(renewal.from)) return "longer";
    return isOver ? "not" : undefined;
  };
  try {
    return (await look()) ?? (await waitFor(`the renewal of UPhoneServer ${serverId} to show`, whileRenewing, ctx, look));
  } catch (error) {
    if (error instanceof TimedOut) return "later";
    throw error;
  }
}

function neverShown({ outs }: Known, cause: unknown): CloudPhoneError {
  const { serverId, expiresAt, renewalUnderWay: renewal } = outs;
  const why = cause instanceof Error ? `${cause.message} ` : "";
  const still = `UPhoneServer ${serverId} is still paid until ${expiresAt}`;
  const message =
    renewal?.orderNo === undefined
      ? `${why}${still}, so its renewal of ${renewal?.sentAt} was most likely not executed: run \`pulumi up\` again, which looks once more and renews only if nothing has changed.`
      : `${still}, although UCloud took order ${renewal.orderNo} for its renewal at ${renewal.sentAt}. Look at the order in the UCloud console. ` +
        "The next `pulumi up` looks again and pays nothing before that shows; a run without paidUntil in the program forgets the order.";
  return new CloudPhoneError(message, { cause });
}
