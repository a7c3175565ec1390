import type { Billing, ChargeMode, Store } from "./store";

const DAY_MS = 24 * 3_600_000;
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
export const retiresAt = (billing: Billing): number => (billing.expiresAt === undefined ? Infinity : billing.expiresAt + 1000 + 7 * DAY_MS);

/** Money is counted in whole fen. */
export const round = (cny: number): number => Math.round(cny * 100) / 100;
const pricePerHour = (billing: Billing): number => billing.pricePerMonth / HOURS_PER_MONTH;

/** CNY due at the purchase: the whole term when prepaid, the first hour otherwise. */
export const dueAtPurchase = (billing: Billing, months: number): number =>
  billing.mode === "prepaid_by_duration" ? billing.pricePerMonth * months : pricePerHour(billing);

/** Ends the payment for a thing: the hours beyond the first are charged, nothing is refunded. */
export function recordEnd(
  store: Store,
  thing: { readonly id: string; readonly orderId: string; readonly billing: Billing },
  what: string,
): void {
  const { id, orderId, billing } = thing;
  const record = (kind: "payment" | "deletion", amount: number): void =>
    store.world.ledger.record({ cloud: "jdcloud", kind, orderId, ids: [id], amount, what });
  const hours = Math.ceil((store.world.clock.now() - billing.boughtAt) / 3_600_000) - 1;
  if (billing.mode === "postpaid_by_duration" && hours > 0) record("payment", round(hours * pricePerHour(billing)));
  record("deletion", 0);
}

/** The wire's `Charge`; absent until the order is booked. */
export function chargeOf(billing: Billing, now: number): Record<string, string> | undefined {
  if (now < billing.bookedAt) return undefined;
  const isOver = billing.expiresAt !== undefined && billing.expiresAt < now;
  return {
    chargeMode: billing.mode,
    chargeStatus: isOver ? "overdue" : "normal",
    chargeStartTime: isoTime(billing.boughtAt),
    chargeExpiredTime: billing.expiresAt === undefined ? "" : isoTime(billing.expiresAt),
    chargeRetireTime: billing.expiresAt === undefined ? "" : isoTime(retiresAt(billing)),
  };
}

export function newBilling(mode: ChargeMode, pricePerMonth: number, boughtAt: number, months: number): Billing {
  const prepaid = mode === "prepaid_by_duration" ? { expiresAt: prepaidEnd(boughtAt, months) } : {};
  return { mode, pricePerMonth, boughtAt, bookedAt: boughtAt, autoRenew: false, renewMonths: 1, ...prepaid };
}

export const isoTime = (time: number): string => new Date(time).toISOString().replace(/\.\d{3}Z$/, "Z");
