import { CloudPhoneError } from "../../http/errors";
import { fingerprint, sureLook } from "../../kit/gone";
import type { Whereabouts } from "../../kit/gone";
import type { Context } from "../../kit/context";
import { findServer } from "./client";
import type { Place, WirePhone, WireServer } from "./client";
import { credentials } from "./credentials";
import type { UPhoneServerOutputs } from "./uphone-server-properties";
import { fromWire } from "./uphone-server-wire";

/** A server and what is known about it so far; a failure half-way stores `outs`. */
export interface Known {
  outs: UPhoneServerOutputs;
  /** As UCloud showed it last. */
  seen?: WireServer;
  phones?: readonly WirePhone[];
}

export const placeOf = ({ cityId, projectId }: Place): Place => ({ cityId, projectId });

export const placeText = ({ cityId }: Place): string => `UCloud ${cityId}`;

/** Which account, project and city are asked. */
export const identityOf = ({ cityId, projectId }: Place, ctx: Context): string =>
  fingerprint(credentials(ctx.settings).publicKey, projectId, cityId);

/** @param what names that which may be gone, as in "UPhoneServer uphs-1" */
export const whereabouts = (what: string, place: Place, lastIdentity: string | undefined, ctx: Context): Whereabouts => ({
  what,
  place: placeText(place),
  identity: identityOf(place, ctx),
  lastIdentity,
});

/** Whether the server was bought so recently, and never seen since, that its absence from a list proves nothing. */
export const mayStillAppear = (last: Partial<UPhoneServerOutputs>, ctx: Context): boolean =>
  last.state === "" && last.createdAt !== undefined && ctx.clock.now() < Date.parse(last.createdAt) + ctx.visibilityMs;

/** Looks at the server and brings what is known up to date. `undefined`: it is gone for sure, unless it may still appear. */
export async function sighted(server: Known, ctx: Context): Promise<WireServer | undefined> {
  const { serverId, identity } = server.outs;
  const place = placeOf(server.outs);
  const about = whereabouts(`UPhoneServer ${serverId}`, place, identity, ctx);
  const look = (): Promise<WireServer | undefined> => findServer(ctx, place, serverId);
  const missing = (seen: WireServer | undefined): readonly string[] => (seen === undefined ? [serverId] : []);
  const seen = mayStillAppear(server.outs, ctx) ? await look() : await sureLook(about, [serverId], look, missing, ctx);
  if (seen === undefined) return undefined;
  server.seen = seen;
  server.outs = { ...fromWire(seen, server.outs, ctx.marker), identity: about.identity };
  return seen;
}

/** Looks at a server that has to be there. */
export async function sightedStill(server: Known, ctx: Context): Promise<WireServer> {
  const seen = await sighted(server, ctx);
  if (seen === undefined) throw noLonger(server.outs);
  return seen;
}

export const noLonger = ({ serverId, cityId }: UPhoneServerOutputs): CloudPhoneError =>
  new CloudPhoneError(`UPhoneServer ${serverId} is no longer in ${cityId}. Run \`pulumi refresh\` to take it out of the state.`);
