import { createHash } from "node:crypto";
import type { Context } from "../../kit/context";
import { markerText } from "../../kit/marker";
import type { Marker } from "../../kit/marker";

/**
 * A fresh idempotency token for one intended action. The same action may be sent again with the same token and is executed once;
 * the next action needs a token of its own, or the service hands back the old result (JD Cloud API docs, `clientToken`, at most 36 characters).
 * @param about what the action is done to: never a secret, since the token travels in clear
 */
export function clientToken(operation: string, about: unknown, ctx: Pick<Context, "marker" | "clock" | "random">): string {
  const text = JSON.stringify([operation, ctx.marker, about, ctx.clock.now(), ctx.random()]);
  return hashed(text);
}

/**
 * The token of the purchase that has this marker: the same in every run, on every machine and whatever has become of the resource since, so that
 * sending it again asks what became of the purchase. The next purchase of the resource has another generation, and so another token.
 */
export const purchaseToken = (regionId: string, marker: Marker): string => hashed(JSON.stringify(["create", regionId, markerText(marker)]));

/**
 * The token of a change that must not be executed twice: the same in every run until the change is over, whatever becomes of the machine.
 * @param about what is asked for; secrets only together with the secret key, since the token travels in clear
 * @param revision goes up with every such change that is over
 */
export const changeToken = (operation: string, about: unknown, revision: number): string =>
  hashed(JSON.stringify([operation, about, revision]));

const hashed = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
