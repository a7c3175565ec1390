import { CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { waitFor } from "../../kit/wait";
import type { Rhythm } from "../../kit/wait";
import { findInstances } from "./client";
import type { EdcpsServer } from "./edcps-state";
import type { WireInstance } from "./wire";

/** How long a new server may take to show up in answers, and its order to be booked. */
const visibilityMs = 10 * 60_000;
/** How long a server that is ready may go on without billing information before that is taken as its normal state. */
const bookingMs = 5 * 60_000;

/** Only these three states last; any other, known or not, is on the way to one of them (JD Cloud API docs, EdCPS, deleteInstance). */
export const isSettled = ({ status }: WireInstance): boolean => status === "running" || status === "stopped" || status === "error";

/** A server that was ordered so recently that "no such server" does not mean anything yet. */
export function mayStillAppear(server: EdcpsServer, orderedAt: string | undefined, now: number): boolean {
  return server.status === undefined && orderedAt !== undefined && now - Date.parse(orderedAt) < visibilityMs;
}

/** Billing information is missing or so new that the service may not act on it yet. */
export function isFreshlyBooked({ charge }: WireInstance, now: number): boolean {
  return charge === undefined || (charge.chargeStartTime !== undefined && now - Date.parse(charge.chargeStartTime) < visibilityMs);
}

/**
 * Waits until every server runs (or is stopped) and its order is booked.
 * @param note is told what every look has seen
 * @throws when a server has failed, or was there and is gone
 */
export async function untilReady(
  regionId: string,
  servers: readonly EdcpsServer[],
  rhythm: Rhythm | "now",
  ctx: Context,
  note: (seen: readonly WireInstance[]) => void,
): Promise<readonly WireInstance[]> {
  const ids = servers.map((server) => server.id);
  const onceSeen = new Set(servers.filter((server) => server.status !== undefined).map((server) => server.id));
  let readySince: number | undefined;
  const look = async (): Promise<readonly WireInstance[] | undefined> => {
    const seen = await findInstances(regionId, ids, ctx);
    note(seen);
    for (const { instanceId } of seen) onceSeen.add(instanceId);
    refuseLost([...onceSeen].filter((id) => !seen.some((server) => server.instanceId === id)));
    if (seen.length < ids.length || !seen.every(isSettled)) return undefined;
    refuseFailed(seen.filter((server) => server.status === "error"));
    readySince ??= ctx.clock.now();
    const isBooked = seen.every((server) => server.charge !== undefined);
    return isBooked || ctx.clock.now() - readySince >= bookingMs ? seen : undefined;
  };
  const first = rhythm === "now" ? await look() : undefined;
  return first ?? waitFor(`EdcpsInstance ${ids.join(", ")} to run`, rhythm === "now" ? calmly : rhythm, ctx, look);
}

/** Building takes many minutes; nothing is to be seen in the first one. */
export const afterPurchase: Rhythm = { firstMs: 60_000, everyMs: 10_000 };
export const calmly: Rhythm = { firstMs: 10_000, everyMs: 10_000 };

function refuseLost(ids: readonly string[]): void {
  if (ids.length === 0) return;
  throw new CloudPhoneError(
    `EdcpsInstance ${ids.join(", ")} does not exist any more: it was deleted, or JD Cloud gave up building it. ` +
      "Run `pulumi refresh` so that Pulumi learns of it; the next `pulumi up` then buys anew.",
  );
}

function refuseFailed(failed: readonly WireInstance[]): void {
  if (failed.length === 0) return;
  throw new CloudPhoneError(
    `EdcpsInstance ${failed.map((server) => server.instanceId).join(", ")} is in state error: building it failed, or its hardware did. ` +
      "The server exists and may be billed. Ask JD Cloud by ticket to repair it and run `pulumi up` again, or remove it with `pulumi destroy` or by replacing it.",
  );
}
