/** Elastic IPs that were bought with servers and outlive them. Whether one goes with its server is not documented: what stays goes on costing. */
import { CloudError, CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import type { Intent } from "../../kit/journal";
import { markerFrom } from "../../kit/marker";
import { ending } from "../../kit/purchase";
import { waitFor } from "../../kit/wait";
import { findElasticIps } from "./client";
import { placeOf } from "./edcps-seller";
import type { EdcpsInstanceOutputs } from "./edcps-state";
import { calmly, isUnbooked, isWorthWaiting, untilNextTry } from "./edcps-wait";
import { deleteElasticIp } from "./network-client";
import type { WireElasticIp } from "./wire";

const unbindingMs = 2 * 60_000;

/**
 * The journal says that these elastic IPs were bought here: nothing in the cloud would tell, once their servers are gone or before they have one.
 * @param deleting servers that are about to be deleted with them
 */
export const rememberLeftOvers = (state: Remembered, eips: readonly string[], deleting: readonly string[], ctx: Context): Promise<void> =>
  inJournal(state, deleting, ({ leftOvers = [] }) => (eips.length === 0 ? {} : { leftOvers: [...new Set([...leftOvers, ...eips])] }), ctx);

/** What the journal says of a resource when nothing but its elastic IPs is under way. */
export type Remembered = Pick<EdcpsInstanceOutputs, "name" | "regionId" | "identity" | "marker">;

/**
 * Changes what the journal says of the elastic IPs that were bought beside servers.
 * @param deleting servers that are about to be deleted with them
 */
export async function inJournal(
  state: Remembered,
  deleting: readonly string[],
  change: (intent: Intent) => Pick<Intent, "leftOvers" | "unanswered">,
  ctx: Context,
): Promise<void> {
  const marker = markerFrom(state.marker);
  if (marker === undefined) return;
  const known = await ctx.journal.read(ctx.marker);
  const about = { what: `EdcpsInstance ${state.name}`, place: placeOf(state.regionId), identity: state.identity };
  if (known === undefined || known.state === "over" || deleting.length > 0) await ending(about, deleting, marker, ctx);
  const intent = await ctx.journal.read(ctx.marker);
  if (intent !== undefined) await ctx.journal.write(ctx.marker, { ...intent, ...change(intent) });
}

/** Deletes those of `eips` that servers `serverIds`, gone by now, have left behind. Returns those that were kept. */
export async function deleteLeftOvers(
  regionId: string,
  eips: readonly string[],
  serverIds: readonly string[],
  ctx: Context,
): Promise<readonly string[]> {
  const patience = { ...ctx, deadline: Math.min(ctx.deadline, ctx.clock.now() + unbindingMs) };
  const isUnbinding = ({ instanceId }: WireElasticIp): boolean => instanceId !== undefined && serverIds.includes(instanceId);
  const look = async (): Promise<WireElasticIp[] | undefined> => {
    const left = await findElasticIps(regionId, eips, ctx);
    return left.some(isUnbinding) && ctx.clock.now() + calmly.everyMs < patience.deadline ? undefined : left;
  };
  const left = (await look()) ?? (await waitFor(`elastic IP ${eips.join(", ")} to come free`, calmly, patience, look));
  const kept: string[] = [];
  for (const eip of left) {
    const name = `Elastic IP ${eip.elasticIpId} (${eip.elasticIp ?? "no address"})`;
    const hindrance = await deleteLeftOver(regionId, eip, ctx);
    if (hindrance !== undefined) kept.push(eip.elasticIpId);
    ctx.log(hindrance === undefined ? `${name}: deleted` : `${name}: kept, ${hindrance}`);
  }
  return kept;
}

/** Returns what hindered it, if something did. */
async function deleteLeftOver(regionId: string, eip: WireElasticIp, ctx: Context): Promise<string | undefined> {
  if (eip.instanceId !== undefined) return `because it is bound to ${eip.instanceId}; it goes on costing`;
  if (eip.charge?.chargeMode === "prepaid_by_duration") return "because JD Cloud deletes no prepaid one before it expires";
  const begun = ctx.clock.now();
  for (;;) {
    try {
      await deleteElasticIp(regionId, eip.elasticIpId, ctx);
      return undefined;
    } catch (error) {
      if (!(error instanceof CloudError) || error.kind !== "fatal") throw error;
      // The server is gone, and a refusal would be the same next time: failing would only keep the resource from being forgotten.
      if (!isUnbooked(error, eip, ctx.clock.now()) || !isWorthWaiting(begun, ctx)) return `and it goes on costing. ${error.message}`;
      await untilNextTry(ctx);
    }
  }
}

/** Says what still costs after somebody else has deleted servers; a failing look says nothing. */
export async function reportLeftOvers(
  serverIds: readonly string[],
  regionId: string,
  eips: readonly string[],
  ctx: Context,
): Promise<void> {
  try {
    for (const { elasticIpId } of await findElasticIps(regionId, eips, ctx)) {
      ctx.log(
        `EdcpsInstance ${serverIds.join(", ")} is gone, but the elastic IP ${elasticIpId} that was bought with it still exists and costs`,
      );
    }
  } catch (error) {
    if (!(error instanceof CloudPhoneError)) throw error;
  }
}

/** Says which elastic IPs that were bound to deleted servers still cost, because they may be the user's own. A failing look says nothing. */
export async function reportStrange(regionId: string, serverIds: readonly string[], eips: readonly string[], ctx: Context): Promise<void> {
  if (eips.length === 0) return;
  const { leftOvers = [] } = (await ctx.journal.read(ctx.marker)) ?? {}; // these are deleted later
  try {
    const left = await findElasticIps(regionId, eips, ctx);
    const strange = left.filter(({ elasticIpId }) => !leftOvers.includes(elasticIpId));
    if (strange.length === 0) return;
    const which = strange.map(({ elasticIpId, elasticIp = "no address" }) => `${elasticIpId} (${elasticIp})`).join(", ");
    const [one, them] = [strange.length === 1, serverIds.length === 1 ? "it" : "them"];
    ctx.log(
      `EdcpsInstance ${serverIds.join(", ")}: elastic IP ${which} ${one ? "was" : "were"} bound to ${them}, ` +
        `${one ? "is" : "are"} not known to have been bought here, ${one ? "is" : "are"} kept, and ${one ? "goes" : "go"} on costing`,
    );
  } catch (error) {
    if (!(error instanceof CloudPhoneError)) throw error;
  }
}
