import type { Expiry } from "../../kit/handler";
import type { EdcpsInstanceOutputs } from "./edcps-state";

/** When the first of the servers expires; postpaid ones do not. */
export function expiryOf({ servers = [], charge, isRenewed }: Partial<EdcpsInstanceOutputs>): Expiry | undefined {
  const [at] = servers.flatMap(({ expiresAt }) => (expiresAt === undefined ? [] : [expiresAt])).sort();
  if (at === undefined) return undefined;
  return { at, isRenewed: charge?.autoRenew ?? isRenewed ?? false, remedy: "charge: { autoRenew: true }" };
}
