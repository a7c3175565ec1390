import type { Expiry } from "../../kit/handler";
import type { EdcpsInstanceOutputs } from "./edcps-state";

/** When the first of the servers expires; postpaid ones do not. */
export function expiryOf({ servers = [], charge, isRenewed }: Partial<EdcpsInstanceOutputs>): Expiry | undefined {
  const [at] = servers.flatMap(({ expiresAt }) => (expiresAt === undefined ? [] : [expiresAt])).sort();
  if (at === undefined) return undefined;
  return { at, isRenewed: charge?.autoRenew ?? isRenewed ?? false, remedy: "charge: { autoRenew: true }" };
}

const dayMs = 24 * 3_600_000;

/** Whether it is time to know if the servers renew themselves. */
export const isNearExpiry = (expiresAt: string | undefined, warnBeforeExpiryDays: number, now: number): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) - now <= warnBeforeExpiryDays * dayMs;
