import { CloudError, CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { waitFor } from "../../kit/wait";
import { deleteElasticIp, deleteInstance, findElasticIps, findInstances, stopInstance } from "./client";
import type { EdcpsInstanceOutputs } from "./edcps-state";
import { knownElasticIps } from "./elastic-ips";
import { calmly, isFreshlyBooked, isSettled, mayStillAppear } from "./edcps-wait";
import type { WireElasticIp, WireInstance } from "./wire";

const retryAfterMs = 30_000;
const billingPatienceMs = 10 * 60_000;
const unbindingMs = 2 * 60_000;

/** Deletes the servers and the elastic IPs that were bought with them, and waits until they are gone. Fine if they are gone already. */
export async function deleteServers(last: EdcpsInstanceOutputs, ctx: Context): Promise<void> {
  const seen = await onceVisible(last, ctx);
  refusePrepaid(last, seen);
  const ids = seen.map((server) => server.instanceId);
  const built: WireInstance[] = [];
  for (const id of ids) built.push(...(await startDeletion(last.regionId, id, ctx)));
  if (ids.length > 0) {
    await waitFor(`EdcpsInstance ${ids.join(", ")} to be gone`, calmly, ctx, async () =>
      (await findInstances(last.regionId, ids, ctx)).length === 0 ? true : undefined,
    );
    ctx.log(`EdcpsInstance ${ids.join(", ")}: deleted`);
  }
  const allIds = last.servers.map((server) => server.id);
  const eips = last.purchasedElasticIpIds ?? knownElasticIps(last, [...last.servers, ...seen, ...built]);
  await deleteLeftOvers(last.regionId, eips, allIds, ctx);
}

/** The servers that exist. One that was ordered a moment ago may not show yet, and would go on costing if it were taken for gone. */
async function onceVisible(last: EdcpsInstanceOutputs, ctx: Context): Promise<readonly WireInstance[]> {
  const ids = last.servers.map((server) => server.id);
  const look = async (): Promise<readonly WireInstance[] | undefined> => {
    const seen = await findInstances(last.regionId, ids, ctx);
    const missing = last.servers.filter((server) => !seen.some((one) => one.instanceId === server.id));
    return missing.some((server) => mayStillAppear(server, last.orderedAt, ctx.clock.now())) ? undefined : seen;
  };
  return (await look()) ?? waitFor(`EdcpsInstance ${ids.join(", ")} to show up`, calmly, ctx, look);
}

function refusePrepaid(last: EdcpsInstanceOutputs, seen: readonly WireInstance[]): void {
  const prepaid = seen.filter((server) => (server.charge?.chargeMode ?? last.charge.chargeMode) === "prepaid_by_duration");
  if (prepaid.length === 0) return;
  const which = prepaid
    .map(({ instanceId, charge }) => `${instanceId} (paid until ${charge?.chargeExpiredTime ?? "an unknown date"})`)
    .join(", ");
  throw new CloudPhoneError(
    `EdcpsInstance ${which} is prepaid, and JD Cloud neither deletes nor refunds a prepaid server. The choices: ` +
      "let it expire (with `charge.autoRenew` false; JD Cloud releases it 7 days after the date, and `pulumi refresh` notices); " +
      "or keep it without Pulumi (`pulumi state delete`, or the resource option `retainOnDelete` before the resource is removed).",
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
      if (isUnbooked(error, server, now) && now - refusedSince < billingPatienceMs && now + retryAfterMs < ctx.deadline) {
        await ctx.clock.sleep(ctx.pollMs ?? retryAfterMs, ctx.signal);
      } else if (error.code === "FAILED_PRECONDITION" && server.status === "running" && !wasStopped) {
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

/** Whether an elastic IP goes with its server is not documented: what stays would go on costing. */
async function deleteLeftOvers(regionId: string, eips: readonly string[], serverIds: readonly string[], ctx: Context): Promise<void> {
  const patience = { ...ctx, deadline: Math.min(ctx.deadline, ctx.clock.now() + unbindingMs) };
  const isUnbinding = ({ instanceId }: WireElasticIp): boolean => instanceId !== undefined && serverIds.includes(instanceId);
  const look = async (): Promise<WireElasticIp[] | undefined> => {
    const left = await findElasticIps(regionId, eips, ctx);
    return left.some(isUnbinding) && ctx.clock.now() + calmly.everyMs < patience.deadline ? undefined : left;
  };
  const left = (await look()) ?? (await waitFor(`elastic IP ${eips.join(", ")} to come free`, calmly, patience, look));
  for (const eip of left) ctx.log(await deleteLeftOver(regionId, eip, ctx));
}

async function deleteLeftOver(regionId: string, eip: WireElasticIp, ctx: Context): Promise<string> {
  const name = `Elastic IP ${eip.elasticIpId} (${eip.elasticIp ?? "no address"})`;
  if (eip.instanceId !== undefined) return `${name}: kept, because it is bound to ${eip.instanceId}; it goes on costing`;
  if (eip.charge?.chargeMode === "prepaid_by_duration") return `${name}: kept, because JD Cloud deletes no prepaid one before it expires`;
  try {
    await deleteElasticIp(regionId, eip.elasticIpId, ctx);
    return `${name}: deleted`;
  } catch (error) {
    // The server is gone, and a refusal would be the same next time: failing would only keep the resource from being forgotten.
    if (error instanceof CloudError && error.kind === "fatal") return `${name}: kept, and it goes on costing. ${error.message}`;
    throw error;
  }
}
