import type { Context } from "../../kit/context";
import { sureLook } from "../../kit/gone";
import { markerFrom, withNote } from "../../kit/marker";
import { canDescribe, findInstances } from "./client";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { identityOf, placeOf } from "./edcps-seller";
import { idsOf } from "./edcps-state";
import type { EdcpsInstanceOutputs, EdcpsServer } from "./edcps-state";
import { mayStillAppear } from "./edcps-wait";
import type { WireInstance } from "./wire";

/** What a look at some servers of a state shows. */
export interface Sight {
  readonly seen: readonly WireInstance[];
  /** Not seen, and two looks with the keys that own them said so. */
  readonly gone: readonly EdcpsServer[];
  /** Not seen either, but ordered so recently that this means nothing yet. */
  readonly pending: readonly EdcpsServer[];
  /** Account and region of the state by now: those of this look, if it has seen any server. */
  readonly identity: string;
}

type Looked = Pick<EdcpsInstanceOutputs, "regionId"> & Partial<Pick<EdcpsInstanceOutputs, "orderedAt" | "identity">>;

/** @throws when servers are missing and the keys or the region are not those that saw them last */
export async function lookAt(state: Looked, servers: readonly EdcpsServer[], ctx: Context): Promise<Sight> {
  const { regionId } = state;
  const ids = idsOf(servers);
  const identity = identityOf(regionId, ctx);
  const lastIdentity = state.identity === "" ? undefined : state.identity;
  const about = { what: `EdcpsInstance ${ids.join(", ")}`, place: placeOf(regionId), identity, lastIdentity };
  const unseen = (seen: readonly WireInstance[]): EdcpsServer[] =>
    servers.filter((server) => !seen.some((one) => one.instanceId === server.id));
  const isPending = (server: EdcpsServer): boolean => mayStillAppear(server, state.orderedAt, ctx);
  const missing = (seen: readonly WireInstance[]): string[] => idsOf(unseen(seen).filter((server) => !isPending(server)));
  const seen = ids.length === 0 ? [] : await sureLook(about, ids, () => findInstances(regionId, ids, ctx), missing, ctx);
  const lost = missing(seen);
  return {
    seen,
    gone: servers.filter(({ id }) => lost.includes(id)),
    pending: unseen(seen).filter(({ id }) => !lost.includes(id)),
    identity: seen.length > 0 ? identity : (lastIdentity ?? identity),
  };
}

/**
 * Those of `servers`, which have never shown although they should have by now, that exist all the same: paid for, and not to be bought again.
 * The others are gone: JD Cloud has named servers of an earlier order.
 */
export async function hiddenAmong(
  servers: readonly EdcpsServer[],
  state: EdcpsInstanceOutputs,
  news: EdcpsInstanceInputs,
  ctx: Context,
): Promise<readonly EdcpsServer[]> {
  const marker = markerFrom(state.marker);
  if (marker === undefined) return [];
  const description = withNote(news.description ?? "", marker);
  const exist = await Promise.all(servers.map(({ id }) => canDescribe(state.regionId, id, description, ctx)));
  const hidden = servers.filter((_, index) => exist[index]);
  if (hidden.length > 0)
    ctx.log(`EdcpsInstance ${idsOf(hidden).join(", ")}: JD Cloud's lists do not show it yet, though it exists; waiting on`);
  return hidden;
}
