import { CloudError, CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { waitFor } from "../../kit/wait";
import { deleteInstance, findElasticIps, findInstances } from "./client";
import { deleteLeftOvers, rememberLeftOvers, reportStrange } from "./edcps-left-overs";
import { endUnanswered } from "./edcps-unanswered";
import { lookAt } from "./edcps-look";
import { idsOf, purchasedIn, stateOf, withSeen } from "./edcps-state";
import type { EdcpsInstanceOutputs, EdcpsServer } from "./edcps-state";
import { calmly, isSettled, isUnbooked, isWorthWaiting, sayHidden, untilNextTry } from "./edcps-wait";
import { boundTo } from "./elastic-ips";
import { stopInstance } from "./power-client";
import type { WireElasticIp, WireInstance } from "./wire";

export const choicesFor = (have: number, wanted: number): string =>
  `set \`count\` back to ${have} and keep it; or let it expire first (with \`charge.autoRenew\` false; JD Cloud releases it 7 days after the date, ` +
  `and \`pulumi refresh\` notices), and set \`count\` to ${wanted} then.`;

const policies =
  'set `deletionPolicy` to "stopRenewal" (automatic renewal is switched off and the server left to expire) or to "retain" (it is left as it is), run `pulumi up --target <its urn>`';
const expireFirst =
  "or let it expire first (with `charge.autoRenew` false; JD Cloud releases it 7 days after the date, and `pulumi refresh` notices)";

export const choicesForAll =
  `${policies}, and delete then; ${expireFirst}; ` +
  "or take it out of the state alone (`pulumi state delete <its urn>`, or the resource option `retainOnDelete` before the resource is removed).";

export const choicesForReplacement =
  `undo the change that replaces it and keep it; or, in a run without that change, ${policies}, and make the change in the next one ` +
  `(the resource option \`retainOnDelete\` alone does not do: no provider is told of it); ${expireFirst}.`;

/**
 * Deletes `doomed`, some or all servers of `last`, with the elastic IPs that were bought with them, and waits until they are gone.
 * Returns the state without them.
 * @param choices what can be done about prepaid servers; with one of those among `doomed` nothing is deleted
 */
export async function endServers(
  last: EdcpsInstanceOutputs,
  doomed: readonly EdcpsServer[],
  choices: string,
  ctx: Context,
): Promise<EdcpsInstanceOutputs> {
  const doomedIds = idsOf(doomed);
  const seen = await onceVisible(last, doomed, ctx);
  refusePrepaid(last, seen, "", choices);
  // What no look has ever shown may exist all the same, and would go on costing.
  const neverSeen = doomed.filter(({ id, status }) => status === undefined && !seen.some((server) => server.instanceId === id));
  let state = withSeen(last, seen);
  const ids = seen.map((server) => server.instanceId);
  for (const id of ids) {
    const server = await untilDeletable(last.regionId, id, ctx);
    if (server !== "gone") state = withSeen(state, [server]);
  }
  const leaving = [...idsOf(neverSeen), ...ids];
  const bound = boundTo(state.servers.filter(({ id }) => leaving.includes(id)));
  const bought = purchasedIn(state).filter((id) => bound.includes(id));
  if (leaving.length > 0) await rememberLeftOvers(state, bought, leaving, ctx);
  for (const { id } of neverSeen) await deleteInstance(last.regionId, id, ctx);
  for (const id of ids) state = withSeen(state, await startDeletion(last.regionId, id, ctx));
  if (ids.length > 0) {
    await waitFor(`EdcpsInstance ${ids.join(", ")} to be gone`, calmly, ctx, async () =>
      (await findInstances(last.regionId, ids, ctx)).length === 0 ? true : undefined,
    );
    ctx.log(`EdcpsInstance ${ids.join(", ")}: deleted`);
  }
  const staying = state.servers.filter((server) => !doomedIds.includes(server.id));
  const theirs = boundTo([...doomed, ...state.servers.filter((server) => doomedIds.includes(server.id))]);
  // With the last server goes whatever was bought, bound or not.
  const purchased = purchasedIn(state);
  const eips = purchased.filter((id) => staying.length === 0 || theirs.includes(id));
  const kept = await deleteLeftOvers(last.regionId, eips, doomedIds, ctx);
  await reportStrange(
    last.regionId,
    doomedIds,
    theirs.filter((id) => !purchased.includes(id)),
    ctx,
  );
  return stateOf(state, staying, { ...state, purchased: purchased.filter((id) => !eips.includes(id) || kept.includes(id)) });
}

/** Deletes elastic IPs that a run has left behind which was cut off then; those that are bound to a server stay. Returns whether there were any. */
export async function endForgotten(regionId: string, ctx: Context): Promise<boolean> {
  const wasUnanswered = await endUnanswered(ctx);
  const { leftOvers = [] } = (await ctx.journal.read(ctx.marker)) ?? {};
  const look = async (): Promise<readonly WireElasticIp[] | undefined> => {
    const eips = await findElasticIps(regionId, leftOvers, ctx);
    const bound = eips.map((eip) => eip.instanceId).filter((id) => id !== undefined);
    const servers = await findInstances(regionId, bound, ctx);
    if (servers.some((server) => server.status === "deleting")) return undefined;
    const isFree = ({ instanceId }: WireElasticIp): boolean => !servers.some((server) => server.instanceId === instanceId);
    return eips.filter(isFree);
  };
  const free = (await look()) ?? (await waitFor(`elastic IP ${leftOvers.join(", ")} to come free`, calmly, ctx, look));
  const gone = free.map((eip) => eip.instanceId).filter((id) => id !== undefined);
  await deleteLeftOvers(
    regionId,
    free.map((eip) => eip.elasticIpId),
    gone,
    ctx,
  );
  return wasUnanswered || free.length > 0;
}

/** Those of `servers` that exist. One that was ordered a moment ago may not show yet, and would go on costing if it were taken for gone. */
export async function onceVisible(
  last: EdcpsInstanceOutputs,
  servers: readonly EdcpsServer[],
  ctx: Context,
): Promise<readonly WireInstance[]> {
  const first = await lookAt(last, servers, ctx);
  if (first.pending.length === 0) return first.seen;
  const look = async (): Promise<readonly WireInstance[] | undefined> => {
    const { seen, pending } = await lookAt(last, servers, ctx);
    return pending.length > 0 ? undefined : seen;
  };
  sayHidden(last, first.pending, ctx);
  return waitFor(`EdcpsInstance ${idsOf(servers).join(", ")} to show up`, calmly, ctx, look);
}

/** Until its order is booked a server does not say how it is paid. */
export const isPrepaid = ({ charge }: WireInstance, last: EdcpsInstanceOutputs): boolean =>
  (charge?.chargeMode ?? last.charge.chargeMode) === "prepaid_by_duration";

/** @param outcome what this has kept from happening, as a beginning of the sentence */
export function refusePrepaid(last: EdcpsInstanceOutputs, seen: readonly WireInstance[], outcome: string, choices: string): void {
  // One that is being released after its time needs nobody's deletion.
  const prepaid = seen.filter((server) => isPrepaid(server, last) && server.status !== "deleting");
  if (prepaid.length === 0) return;
  const which = prepaid
    .map(({ instanceId, charge }) => `${instanceId} (paid until ${charge?.chargeExpiredTime ?? "an unknown date"})`)
    .join(", ");
  throw new CloudPhoneError(
    `${outcome}EdcpsInstance ${which} ${prepaid.length === 1 ? "is" : "are"} prepaid, and JD Cloud neither deletes nor refunds a prepaid server; one that has expired can be only renewed until JD Cloud releases it. The choices: ${choices}`,
  );
}

/** Returns the server as it last was, if it still was there to be deleted. */
async function startDeletion(regionId: string, id: string, ctx: Context): Promise<WireInstance[]> {
  let refusedSince: number | undefined;
  let wasStopped = false;
  for (;;) {
    const server = await untilDeletable(regionId, id, ctx);
    if (server === "gone") return [];
    try {
      await deleteInstance(regionId, id, ctx);
      return [server];
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      const now = ctx.clock.now();
      refusedSince ??= now;
      const isPassing = error.kind === "throttled" || isUnbooked(error, server, now);
      if (isPassing && isWorthWaiting(refusedSince, ctx)) {
        await untilNextTry(ctx);
      } else if (error.kind === "fatal" && error.code === "FAILED_PRECONDITION" && server.status === "running" && !wasStopped) {
        // The API deletes running servers by its document; the console wants them stopped, and so may the service.
        wasStopped = true;
        await stopInstance(regionId, id, ctx);
      } else {
        throw error;
      }
    }
  }
}

async function untilDeletable(regionId: string, id: string, ctx: Context): Promise<WireInstance | "gone"> {
  const look = async (): Promise<WireInstance | "gone" | undefined> => {
    const [server] = await findInstances(regionId, [id], ctx);
    if (server === undefined || server.status === "deleting") return "gone";
    return isSettled(server) ? server : undefined;
  };
  return (await look()) ?? waitFor(`EdcpsInstance ${id} to reach a state in which it can be deleted`, calmly, ctx, look);
}
