export const chargeTypes = ["Year", "Month", "Dynamic"] as const;
export type ChargeType = (typeof chargeTypes)[number];

/** A running prepaid period of something that costs. */
export interface Billing {
  readonly chargeType: ChargeType;
  /** CNY a month at list price. */
  readonly monthPrice: number;
  /** CNY paid in money for the running period; vouchers do not count. */
  readonly paid: number;
  /** ms since 1970. */
  readonly start: number;
  /** ms since 1970. */
  readonly end: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const chinaOffsetMs = 8 * hourMs;
/** Whole fen. */
export const round = (amount: number): number => Math.round(amount * 100) / 100;

// CNY a month (UCloud product pages, 2022).
export const ipMonthPrice = 35;
export const mbpsMonthPrice = 100;
export const diskMonthPrice = 50;
/** What a voucher pays at most. Vouchers never pay for bandwidth. */
export const voucherWorth = 100;

/** Last second of the calendar month in China. */
function endOfMonth(time: number): number {
  const there = new Date(time + chinaOffsetMs);
  return Date.UTC(there.getUTCFullYear(), there.getUTCMonth() + 1, 1) - chinaOffsetMs - 1000;
}

/** When a period that starts now ends. `quantity` 0 with Month: the end of the calendar month. */
export function periodEnd(chargeType: ChargeType, quantity: number, start: number): number {
  switch (chargeType) {
    case "Year":
      return start + quantity * 365 * dayMs;
    case "Month":
      return quantity === 0 ? endOfMonth(start) : start + quantity * 30 * dayMs;
    case "Dynamic":
      return start + quantity * hourMs;
  }
}

/** Price of a period: twelve months cost ten, and a month is worth 480 hours (UCloud billing docs; hour price from the product pages). */
export function periodPrice(chargeType: ChargeType, quantity: number, monthPrice: number, start: number): number {
  switch (chargeType) {
    case "Year":
      return round(monthPrice * 10 * quantity);
    case "Month":
      return round(quantity === 0 ? (monthPrice * (endOfMonth(start) - start)) / (30 * dayMs) : monthPrice * quantity);
    case "Dynamic":
      return round((monthPrice / 480) * quantity);
  }
}

export function newBilling(chargeType: ChargeType, quantity: number, monthPrice: number, start: number): Billing {
  return {
    chargeType,
    monthPrice,
    paid: periodPrice(chargeType, quantity, monthPrice, start),
    start,
    end: periodEnd(chargeType, quantity, start),
  };
}

/** The next hour is taken half an hour before the running one ends; months and years are renewed when they end. */
export const isRenewalDue = (billing: Billing, now: number): boolean =>
  now >= billing.end - (billing.chargeType === "Dynamic" ? hourMs / 2 : 0);

/** Automatic renewal: months to the end of a calendar month, hours to the full hour (UCloud billing docs, "Auto-renewal"). */
export function renewed(billing: Billing): Billing {
  const { chargeType, monthPrice, end } = billing;
  switch (chargeType) {
    case "Year":
      return newBilling("Year", 1, monthPrice, end);
    case "Month":
      return newBilling("Month", 0, monthPrice, end + 1000);
    case "Dynamic":
      return { ...newBilling("Dynamic", 1, monthPrice, end), end: Math.floor(end / hourMs) * hourMs + hourMs };
  }
}

/** A period made longer on request. 0 months lead to the end of the calendar month that follows. */
export function prolonged(billing: Billing, quantity: number): Billing {
  const { chargeType, monthPrice, end } = billing;
  const next = newBilling(chargeType, quantity, monthPrice, quantity === 0 ? end + 1000 : end);
  return { ...billing, paid: round(billing.paid + next.paid), end: next.end };
}

/** CNY that the rest of the running period costs more at another list price; negative when it costs less. */
export function priceDifference({ chargeType, monthPrice, end }: Billing, newMonthPrice: number, now: number): number {
  const perMs = { Year: 10 / (365 * dayMs), Month: 1 / (30 * dayMs), Dynamic: 1 / (480 * hourMs) }[chargeType];
  return round((newMonthPrice - monthPrice) * perMs * Math.max(0, end - now));
}

// What is not renewed works on for a while, is then stopped, and is released in the end (UCloud billing docs, "Expiry").
export const isStoppedByExpiry = ({ chargeType, end }: Billing, now: number): boolean =>
  now >= end + (chargeType === "Dynamic" ? 1 : 3) * dayMs;
export const isReleasedByExpiry = ({ chargeType, end }: Billing, now: number): boolean =>
  now >= end + (chargeType === "Dynamic" ? 2 : 10) * dayMs;

/** What comes back for a period given up early (UCloud billing docs, "Refunds"). Started hours count as used. */
export function refund(billing: Billing, now: number): number {
  const total = Math.max(1, (billing.end - billing.start) / hourMs);
  const share = Math.min(1, Math.ceil(Math.max(0, now - billing.start) / hourMs) / total);
  switch (billing.chargeType) {
    case "Year":
      return round(Math.max(0, billing.paid - (billing.paid / 10) * 12 * share));
    case "Month":
      return round(Math.max(0, billing.paid - billing.paid * share * 1.5));
    case "Dynamic":
      return 0;
  }
}
