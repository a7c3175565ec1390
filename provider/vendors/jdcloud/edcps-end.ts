/** The end of an `EdcpsInstance`: everything that it bought, whether a state holds it or not, and nothing that belongs to others by now. */
import { CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { confirm } from "../../kit/gone";
import { isLeft } from "../../kit/life-inputs";
import { markerFrom } from "../../kit/marker";
import { forget, generationOf, newestToEnd, recover, sinceOf, spend } from "../../kit/purchase";
import type { Seller } from "../../kit/purchase";
import { findInstances } from "./client";
import { joined } from "./edcps-buy";
import { choicesForAll, choicesForReplacement, endForgotten, endServers, refusePrepaid } from "./edcps-delete";
import { lookAt } from "./edcps-look";
import { releaseServers } from "./edcps-release";
import { identityOf, markerOf, placeOf, sellerOf } from "./edcps-seller";
import { idsOf } from "./edcps-state";
import { keepingUnanswered } from "./edcps-unanswered";
import type { EdcpsInstanceOutputs, EdcpsServer } from "./edcps-state";
import type { WireInstance } from "./wire";

/**
 * Deletes all servers and the elastic IPs that were bought with them, and waits until they are gone; or leaves them, by `deletionPolicy`.
 * Fine if they are gone already.
 */
export async function endAll(last: EdcpsInstanceOutputs, ctx: Context): Promise<void> {
  const seller = sellerOf(last, ctx);
  // Another state of this run holds the servers of its generation: these, and what the journal says about them, are its business.
  const newest = newestToEnd(last, ctx);
  const own = newest === undefined ? { seller, ctx } : upTo(newest, seller, ctx);
  const need = { held: idsOf(last.servers), generation: 0, unclearSince: sinceOf(last) };
  const { deletionPolicy = "delete" } = last as Partial<EdcpsInstanceOutputs>; // older states have none
  if (deletionPolicy === "delete") await endForgotten(last.regionId, ctx);
  const found = await recover(own.seller, need, own.ctx);
  if (found === undefined) refuseOtherKeys(last, ctx);
  const state = found === undefined ? last : joined(last, found, ctx);
  const known = await ctx.journal.read(ctx.marker);
  const servers = await ofThisState(state, newest, ctx);
  if (deletionPolicy === "delete") {
    await endServers(state, servers, choicesForAll, ctx);
    await endForgotten(last.regionId, ctx); // those that a change which was cut off has bought and bound
  } else {
    await releaseServers(state, servers, ctx);
  }
  if (newest !== undefined) {
    if ((await ctx.journal.read(ctx.marker))?.state === "ending") await keepingUnanswered(ctx, () => forget(ctx));
    return;
  }
  const highest = Math.max(generationOf(state), markerFrom(known?.marker)?.generation ?? 0);
  const { unanswered } = (await ctx.journal.read(ctx.marker)) ?? {};
  await spend(seller, { resource: ctx.marker, generation: highest }, ctx, { unanswered });
}

/** The servers but those that another resource has taken over, or a newer state of this one. */
async function ofThisState(state: EdcpsInstanceOutputs, newest: number | undefined, ctx: Context): Promise<readonly EdcpsServer[]> {
  const { seen } = await lookAt(state, state.servers, ctx);
  const taken = seen.filter((server) => isTaken(server, state, newest, ctx));
  for (const { instanceId } of taken) {
    ctx.log(`EdcpsInstance ${instanceId}: left alone, because by the marker in its description another resource has taken it over`);
  }
  return state.servers.filter(({ id }) => !taken.some((server) => server.instanceId === id));
}

function isTaken(server: WireInstance, state: EdcpsInstanceOutputs, newest: number | undefined, ctx: Context): boolean {
  const marker = markerOf(server);
  if (marker === undefined) return false;
  return ![ctx.marker, markerFrom(state.marker)?.resource].includes(marker.resource) || marker.generation > (newest ?? Infinity);
}

/**
 * Before servers are bought that replace those of `replaced`: the engine deletes the old ones afterwards, and JD Cloud would refuse that until it has
 * released them. Without a generation that the engine has shown for this resource the state is that of another, which an alias has renamed.
 * @throws when one of them is prepaid
 */
export async function refuseReplacing(replaced: Partial<EdcpsInstanceOutputs>, ctx: Context): Promise<void> {
  if (!replaced.servers?.length || isLeft(replaced) || ctx.heldGeneration === undefined) return;
  const last = replaced as EdcpsInstanceOutputs; // a state with servers is a whole one
  const { regionId, name, servers } = last;
  const old = (await findInstances(regionId, idsOf(servers), ctx)).filter((server) => !isTaken(server, last, undefined, ctx));
  refusePrepaid(last, old, `EdcpsInstance ${name} is not replaced, and nothing was bought: `, choicesForReplacement);
}

/** A seller and a journal that know nothing of newer generations. */
function upTo(newest: number, seller: Seller, ctx: Context): { seller: Seller; ctx: Context } {
  const { journal } = ctx;
  const known = {
    ...journal,
    async read(resource: string) {
      const intent = await journal.read(resource);
      return (markerFrom(intent?.marker)?.generation ?? 0) > newest ? undefined : intent;
    },
  };
  const find: Seller["find"] = async (resource) => (await seller.find(resource)).filter(({ marker }) => marker.generation <= newest);
  return { seller: { ...seller, find }, ctx: { ...ctx, journal: known } };
}

/**
 * An order that does not show is not taken for one that was never executed when other keys look for it than sent it.
 * @throws when the keys or the region are not those of the state
 */
export function refuseOtherKeys(state: EdcpsInstanceOutputs, ctx: Context): void {
  const { servers, unclearSince, identity, regionId, name } = state;
  if (servers.length > 0 || unclearSince === undefined || ctx.confirmGone || identity === identityOf(regionId, ctx)) return;
  throw new CloudPhoneError(
    `EdcpsInstance ${name}: the order of ${unclearSince} cannot be seen in ${placeOf(regionId)}, but the keys or the region in use are not those that sent it. ` +
      "It is not taken for never executed. Set the keys and the place of the account that sent it and run again; " +
      `if the keys were merely renewed, confirm with ${confirm}.`,
  );
}
