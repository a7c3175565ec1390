import { BANDWIDTH_PRICE } from "./catalogue";
import { failedPrecondition } from "./errors";
import type { Billing, ChargeMode, Store } from "./store";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CHINA_MS = 8 * 3_600_000;
const HOURS_PER_MONTH = 720;

/** Prepaid time ends at the last second of the same calendar day `months` later, China time (EdCPS product docs, "Billing"). */
export function prepaidEnd(from: number, months: number): number {
  const local = new Date(from + CHINA_MS);
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth() + months, local.getUTCDate()];
  const daysOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(day, daysOfMonth), 23, 59, 59) - CHINA_MS;
}

/** Seven days after expiry, at the beginning of the eighth, what was not renewed is released. */
export const retiresAt = ({ expiresAt, arrearsSince }: Billing): number =>
  Math.min(
    expiresAt === undefined ? Infinity : expiresAt + 1000 + 7 * DAY_MS,
    arrearsSince === undefined ? Infinity : arrearsSince + 7 * DAY_MS,
  );

/** What is not paid for can only be renewed, or deleted if it is postpaid (EdCPS product docs, "Expiry and arrears"). */
export function mustBePaid({ expiresAt = Infinity, arrearsSince }: Billing, now: number): void {
  if (expiresAt < now) throw failedPrecondition("what has expired can only be renewed");
  if (arrearsSince !== undefined) throw failedPrecondition("what is in arrears can only be deleted");
}

/** Money is counted in whole fen. */
export const round = (cny: number): number => Math.round(cny * 100) / 100;
/** CNY per month for an elastic IP of this bandwidth; upstream alone costs half. */
export const priceOfBandwidth = (bandwidth: number, extraUplinkBandwidth: number): number =>
  (bandwidth + extraUplinkBandwidth / 2) * BANDWIDTH_PRICE;

const pricePerHour = (billing: Billing): number => billing.pricePerMonth / HOURS_PER_MONTH;

/** CNY due at the purchase: the whole term when prepaid, the first hour otherwise. */
export const dueAtPurchase = (billing: Billing, months: number): number =>
  billing.mode === "prepaid_by_duration" ? billing.pricePerMonth * months : pricePerHour(billing);

interface Billed {
  readonly id: string;
  readonly orderId: string;
  readonly billing: Billing;
}

function record(store: Store, { id, orderId }: Billed, kind: "payment" | "usage" | "deletion", amount: number, what: string): void {
  store.world.ledger.record({ cloud: "jdcloud", kind, orderId, ids: [id], amount: round(amount), what });
}

/** Ends the payment for a thing: the hours beyond the first are charged, nothing is refunded. */
export function recordEnd(store: Store, thing: Billed, what: string): void {
  chargeHours(store, thing, what);
  record(store, thing, "deletion", 0, what);
}

/** The first hour is paid at the purchase, the others afterwards. */
function chargeHours(store: Store, thing: Billed, what: string): void {
  const { billing } = thing;
  const paidUntil = billing.paidUntil ?? billing.boughtAt + HOUR_MS;
  const hours = Math.ceil((store.world.clock.now() - paidUntil) / HOUR_MS);
  if (billing.mode !== "postpaid_by_duration" || hours <= 0) return;
  record(store, thing, "usage", hours * pricePerHour(billing), what);
  billing.paidUntil = paidUntil + hours * HOUR_MS;
}

/** CNY due at once when a thing gets another price: for the rest of a prepaid term. Nothing comes back when it gets cheaper. */
export const dueAtRepricing = ({ expiresAt, pricePerMonth }: Billing, newPrice: number, now: number): number =>
  expiresAt === undefined ? 0 : Math.max(0, (newPrice - pricePerMonth) * ((expiresAt - now) / (30 * DAY_MS)));

/** From now on it costs that much a month. */
export function reprice(store: Store, thing: Billed, newPrice: number, what: string): void {
  const due = dueAtRepricing(thing.billing, newPrice, store.world.clock.now());
  chargeHours(store, thing, what);
  if (due > 0) record(store, thing, "payment", due, what);
  thing.billing.pricePerMonth = newPrice;
}

/** The wire's `Charge`; absent until the order is booked. */
export function chargeOf(billing: Billing, now: number): Record<string, string> | undefined {
  if (now < billing.bookedAt) return undefined;
  const isOver = billing.expiresAt !== undefined && billing.expiresAt < now;
  const retires = retiresAt(billing);
  return {
    chargeMode: billing.mode,
    chargeStatus: isOver ? "overdue" : billing.arrearsSince === undefined ? "normal" : "arrear",
    chargeStartTime: isoTime(billing.boughtAt),
    chargeExpiredTime: billing.expiresAt === undefined ? "" : isoTime(billing.expiresAt),
    chargeRetireTime: retires === Infinity ? "" : isoTime(retires),
  };
}

export function newBilling(mode: ChargeMode, pricePerMonth: number, boughtAt: number, months: number): Billing {
  const prepaid = mode === "prepaid_by_duration" ? { expiresAt: prepaidEnd(boughtAt, months) } : {};
  return { mode, pricePerMonth, boughtAt, bookedAt: boughtAt, autoRenew: false, renewMonths: 1, ...prepaid };
}

export const isoTime = (time: number): string => new Date(time).toISOString().replace(/\.\d{3}Z$/, "Z");
