import type { Expiry } from "./handler";
import { usualWarningDays } from "./life-inputs";

const dayMs = 24 * 3_600_000;

/** Whether a time (ISO 8601) comes within so many days, or is over. */
export const comesWithin = (days: number, at: string, now: number): boolean => Date.parse(at) - now <= days * dayMs;

/** A warning when the paid time of `what` ends soon and nobody renews it. `warnBeforeExpiryDays` may be missing in older states. */
export function expiryWarning(
  what: string,
  expiry: Expiry | undefined,
  { warnBeforeExpiryDays = usualWarningDays }: { readonly warnBeforeExpiryDays?: number | undefined },
  now: number,
): string | undefined {
  if (expiry === undefined || expiry.isRenewed || warnBeforeExpiryDays === 0) return undefined;
  if (!comesWithin(warnBeforeExpiryDays, expiry.at, now)) return undefined;
  const left = Date.parse(expiry.at) - now;
  const when = left <= 0 ? `was paid until ${expiry.at}` : `is paid until ${expiry.at}, ${leftText(left)} from now`;
  return `warning: ${what} ${when}, and is not renewed by itself: set ${expiry.remedy}, or renew it in the console, before the cloud takes it back`;
}

const leftText = (ms: number): string => {
  const hours = Math.floor(ms / 3_600_000);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
};
