import { CloudError, CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { markerFrom } from "../../kit/marker";
import { ending } from "../../kit/purchase";
import { waitFor } from "../../kit/wait";
import { deleteInstance, findElasticIps, findInstances, stopInstance } from "./client";
import { deleteLeftOvers } from "./edcps-left-overs";
import { lookAt } from "./edcps-look";
import { placeOf } from "./edcps-seller";
import { idsOf, purchasedIn, stateOf, withSeen } from "./edcps-state";
import type { EdcpsInstanceOutputs, EdcpsServer } from "./edcps-state";
import { calmly, isFreshlyBooked, isSettled } from "./edcps-wait";
import { boundTo } from "./elastic-ips";
import type { WireElasticIp, WireInstance } from "./wire";

const retryAfterMs = 30_000;
const refusalPatienceMs = 10 * 60_000;

export const choicesFor = (have: number, wanted: number): string =>
  `set \`count\` back to ${have} and keep it; or let it expire first (with \`charge.autoRenew\` false; JD Cloud releases it 7 days after the date, ` +
  `and \`pulumi refresh\` notices), and set \`count\` to ${wanted} then.`;

export const choicesForAll =
  "let it expire (with `charge.autoRenew` false; JD Cloud releases it 7 days after the date, and `pulumi refresh` notices); " +
  "or keep it without Pulumi (`pulumi state delete`, or the resource option `retainOnDelete` before the resource is removed).";

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
  refusePrepaid(last, seen, choices);
  // What no look has ever shown may exist all the same, and would go on costing.
  const neverSeen = doomed.filter(({ id, status }) => status === undefined && !seen.some((server) => server.instanceId === id));
  let state = withSeen(last, seen);
  const ids = seen.map((server) => server.instanceId);
  for (const id of ids) {
    const server = await untilDeletable(last.regionId, id, ctx);
    if (server !== "gone") state = withSeen(state, [server]);
  }
  await announce(state, [...idsOf(neverSeen), ...ids], ctx);
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
  return stateOf(state, staying, { ...state, purchased: purchased.filter((id) => !eips.includes(id) || kept.includes(id)) });
}

/**
 * The journal says what is about to be deleted, with the elastic IPs that were bought with it: nothing in the cloud would tell that they were ours
 * once their server is gone.
 */
async function announce(state: EdcpsInstanceOutputs, ids: readonly string[], ctx: Context): Promise<void> {
  const marker = markerFrom(state.marker);
  if (marker === undefined || ids.length === 0) return;
  await ending({ what: `EdcpsInstance ${state.name}`, place: placeOf(state.regionId), identity: state.identity }, ids, marker, ctx);
  const intent = await ctx.journal.read(ctx.marker);
  const theirs = boundTo(state.servers.filter(({ id }) => ids.includes(id)));
  const eips = purchasedIn(state).filter((id) => theirs.includes(id));
  if (intent === undefined || eips.length === 0) return;
  await ctx.journal.write(ctx.marker, { ...intent, leftOvers: [...new Set([...(intent.leftOvers ?? []), ...eips])] });
}

/** Deletes the elastic IPs of servers that a run has deleted which was cut off then. */
export async function endForgotten(regionId: string, ctx: Context): Promise<void> {
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
}

/** Those of `servers` that exist. One that was ordered a moment ago may not show yet, and would go on costing if it were taken for gone. */
async function onceVisible(last: EdcpsInstanceOutputs, servers: readonly EdcpsServer[], ctx: Context): Promise<readonly WireInstance[]> {
  const look = async (): Promise<readonly WireInstance[] | undefined> => {
    const { seen, pending } = await lookAt(last, servers, ctx);
    return pending.length > 0 ? undefined : seen;
  };
  return (await look()) ?? waitFor(`EdcpsInstance ${idsOf(servers).join(", ")} to show up`, calmly, ctx, look);
}

function refusePrepaid(last: EdcpsInstanceOutputs, seen: readonly WireInstance[], choices: string): void {
  const isPrepaid = ({ charge }: WireInstance): boolean => (charge?.chargeMode ?? last.charge.chargeMode) === "prepaid_by_duration";
  // One that is being released after its time needs nobody's deletion.
  const prepaid = seen.filter((server) => isPrepaid(server) && server.status !== "deleting");
  if (prepaid.length === 0) return;
  const which = prepaid
    .map(({ instanceId, charge }) => `${instanceId} (paid until ${charge?.chargeExpiredTime ?? "an unknown date"})`)
    .join(", ");
  throw new CloudPhoneError(
    `EdcpsInstance ${which} is prepaid, and JD Cloud neither deletes nor refunds a prepaid server. The choices: ${choices}`,
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
      if (isPassing && now - refusedSince < refusalPatienceMs && now + retryAfterMs < ctx.deadline) {
        await ctx.clock.sleep(ctx.pollMs ?? retryAfterMs, ctx.signal);
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

/** A server whose order is not booked yet cannot be deleted (JD Cloud API docs, EdCPS, deleteInstance); the code for it is not documented. */
function isUnbooked(error: CloudError, server: WireInstance, now: number): boolean {
  return (error.code === "PERMISSION_DENIED" || error.code === "FAILED_PRECONDITION") && isFreshlyBooked(server, now);
}

async function untilDeletable(regionId: string, id: string, ctx: Context): Promise<WireInstance | "gone"> {
  const look = async (): Promise<WireInstance | "gone" | undefined> => {
    const [server] = await findInstances(regionId, [id], ctx);
    if (server === undefined || server.status === "deleting") return "gone";
    return isSettled(server) ? server : undefined;
  };
  return (await look()) ?? waitFor(`EdcpsInstance ${id} to reach a state in which it can be deleted`, calmly, ctx, look);
}
