import { CloudPhoneError } from "../../http/errors";
import type { CloudError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { waitFor } from "../../kit/wait";
import type { Rhythm } from "../../kit/wait";
import { findInstances } from "./client";
import { idsOf } from "./edcps-state";
import type { EdcpsInstanceOutputs, EdcpsServer } from "./edcps-state";
import { showsItsElasticIps } from "./elastic-ips";
import type { WireInstance } from "./wire";

/** How long the order of a new server may take to be booked. */
const bookingMs = 10 * 60_000;
/** How long a new server may run without billing information or its elastic IP before that is taken as its normal state. */
const completionMs = 5 * 60_000;

/** Only these three states last; any other, known or not, is on the way to one of them (JD Cloud API docs, EdCPS, deleteInstance). */
export const isSettled = ({ status }: WireInstance): boolean => status === "running" || status === "stopped" || status === "error";

/** Built without failure: only then does what it shows tell anything about what was asked for. */
export const isBuilt = ({ status }: WireInstance): boolean => status === "running" || status === "stopped";

/** A server that was ordered so recently that "no such server" does not mean anything yet. */
export function mayStillAppear(server: EdcpsServer, orderedAt: string | undefined, ctx: Context): boolean {
  return server.status === undefined && orderedAt !== undefined && ctx.clock.now() - Date.parse(orderedAt) < ctx.visibilityMs;
}

/** Billing information is missing or so new that the service may not act on it yet. */
function isFreshlyBooked({ charge }: Pick<WireInstance, "charge">, now: number): boolean {
  return charge === undefined || (charge.chargeStartTime !== undefined && now - Date.parse(charge.chargeStartTime) < bookingMs);
}

/** What is ordered and not booked yet cannot be deleted (JD Cloud API docs, EdCPS, deleteInstance); the code for it is not documented. */
export function isUnbooked(error: CloudError, bought: Pick<WireInstance, "charge">, now: number): boolean {
  return (error.code === "PERMISSION_DENIED" || error.code === "FAILED_PRECONDITION") && isFreshlyBooked(bought, now);
}

const retryAfterMs = 30_000;
const refusalPatienceMs = 10 * 60_000;

/** Whether a refusal that passes is to be waited for any longer. */
export const isWorthWaiting = (refusedSince: number, { clock, deadline }: Context): boolean =>
  clock.now() - refusedSince < refusalPatienceMs && clock.now() + retryAfterMs < deadline;

export const untilNextTry = ({ clock, pollMs, signal }: Context): Promise<void> => clock.sleep(pollMs ?? retryAfterMs, signal);

type Note = (seen: readonly WireInstance[]) => void;

/**
 * Waits until every server runs (or is stopped) and, after a purchase, its order is booked and its elastic IP is known.
 * Returns earlier, without them, when servers have never shown although they should have by now.
 * @param note is told what every look has seen
 * @throws when a server has failed, or was there and is gone
 */
export async function untilReady(
  state: EdcpsInstanceOutputs,
  rhythm: Rhythm | "now",
  ctx: Context,
  note: Note,
): Promise<readonly WireInstance[]> {
  const look = looking(state, ctx, sayingHidden(state, ctx, note));
  const first = rhythm === "now" ? await look() : undefined;
  const ids = idsOf(state.servers);
  return first ?? waitFor(`EdcpsInstance ${ids.join(", ")} to run`, rhythm === "now" ? calmly : rhythm, ctx, look);
}

/** The first look says which servers are waited for although nothing shows them: to wait without a word for what never was would look like a hang. */
function sayingHidden(state: EdcpsInstanceOutputs, ctx: Context, note: Note): Note {
  let isFirst = true;
  return (seen) => {
    note(seen);
    if (isFirst) sayHidden(state, hiddenFrom(seen, state.servers), ctx);
    isFirst = false;
  };
}

const hiddenFrom = (seen: readonly WireInstance[], servers: readonly EdcpsServer[]): EdcpsServer[] =>
  servers.filter(({ id }) => !seen.some((server) => server.instanceId === id));

/** Says what is waited for, and until when. */
export function sayHidden({ orderedAt }: Pick<EdcpsInstanceOutputs, "orderedAt">, servers: readonly EdcpsServer[], ctx: Context): void {
  const hidden = servers.filter((server) => mayStillAppear(server, orderedAt, ctx));
  if (hidden.length === 0 || orderedAt === undefined) return;
  const until = Math.min(Date.parse(orderedAt) + ctx.visibilityMs, ctx.deadline);
  ctx.log(
    `EdcpsInstance ${idsOf(hidden).join(", ")}: JD Cloud has named it for the order, but does not show it; waiting for it until ${new Date(until).toISOString()}, because it may be a new server that shows late, or one of an earlier order that is gone`,
  );
}

/** How long building takes at most: what a server shows then is all that it will show. */
const longestBuildMs = 60 * 60_000;

/** Looks once. `undefined`: not all of them are ready yet. */
export const readyNow = (state: EdcpsInstanceOutputs, ctx: Context, note: Note): Promise<readonly WireInstance[] | undefined> =>
  looking(state, ctx, note, Date.parse(state.orderedAt ?? "") + longestBuildMs)();

function looking(
  state: EdcpsInstanceOutputs,
  ctx: Context,
  note: Note,
  since?: number,
): () => Promise<readonly WireInstance[] | undefined> {
  const ids = idsOf(state.servers);
  const onceSeen = new Set(idsOf(state.servers.filter((server) => server.status !== undefined)));
  const isComplete = (server: WireInstance): boolean => server.charge !== undefined && showsItsElasticIps(state, server);
  let readySince = since;
  return async () => {
    const seen = await findInstances(state.regionId, ids, ctx);
    note(seen);
    for (const { instanceId } of seen) onceSeen.add(instanceId);
    refuseLost([...onceSeen].filter((id) => !seen.some((server) => server.instanceId === id)));
    const unseen = state.servers.filter((server) => !onceSeen.has(server.id));
    if (unseen.some((server) => !mayStillAppear(server, state.orderedAt, ctx))) return seen;
    if (unseen.length > 0 || !seen.every(isSettled)) return undefined;
    refuseFailed(seen);
    readySince ??= ctx.clock.now();
    return state.isReady || seen.every(isComplete) || ctx.clock.now() - readySince >= completionMs ? seen : undefined;
  };
}

/** Building takes many minutes; nothing is to be seen in the first one. */
export const afterPurchase: Rhythm = { firstMs: 60_000, everyMs: 10_000 };
export const calmly: Rhythm = { firstMs: 10_000, everyMs: 10_000 };

export function refuseLost(ids: readonly string[]): void {
  if (ids.length === 0) return;
  throw new CloudPhoneError(
    `EdcpsInstance ${ids.join(", ")} does not exist any more, or is being deleted: somebody did that, or JD Cloud gave up building it. ` +
      "Run `pulumi up` again: it looks once more, and buys back what is really gone.",
  );
}

export function refuseFailed(seen: readonly WireInstance[]): void {
  const failed = seen.filter((server) => server.status === "error");
  if (failed.length === 0) return;
  throw new CloudPhoneError(
    `EdcpsInstance ${failed.map((server) => server.instanceId).join(", ")} is in state error: building it failed, or its hardware did. ` +
      "The server exists and may be billed. Ask JD Cloud by ticket to repair it and run `pulumi up` again; or `pulumi destroy --target <its URN>` and then `pulumi up` " +
      "buys another, or the resource option `replacementTrigger`. Of several servers, delete just that one in the console, and the next `pulumi up` buys it back.",
  );
}
