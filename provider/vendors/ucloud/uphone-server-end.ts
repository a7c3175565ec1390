import { CloudError, CloudPhoneError, TimedOut } from "../../http/errors";
import type { Context } from "../../kit/context";
import { markerFrom, markerText, splitNote } from "../../kit/marker";
import { waitFor } from "../../kit/wait";
import { deleteServer, deleteShareBandwidth, findServer, findShareBandwidth, listPhones } from "./client";
import type { WireServer } from "./client";
import { mayMeanAbsent } from "./ret-codes";
import { forgetRenewal } from "./uphone-server-paid-time";
import type { UPhoneServerOutputs } from "./uphone-server-properties";
import { markerOf } from "./uphone-server-purchase";
import type { Marked } from "./uphone-server-purchase";
import { mayStillAppear, placeOf, sighted } from "./uphone-server-sight";
import type { Known } from "./uphone-server-sight";
import { isoTime, withPhones } from "./uphone-server-wire";

const whileDeleting = { firstMs: 0, everyMs: 10_000 };
/** How long phones may still count as bound to shared bandwidth after their server is gone. */
const unboundAfterMs = 60_000;
const refusalsBorne = 3;

/** How a server comes to be deleted. */
export interface Farewell {
  /** Says why it is to stay; `undefined`: it may go. */
  spared(seen: WireServer): string | undefined;
  /** Called before UCloud is asked to delete it. */
  begin?(serverId: string): Promise<void>;
}

/** Somebody else took it over, which shows in the remark only: what looks like a marker in a name may be a name. */
export function isTakenElsewhere({ Remark }: WireServer, last: UPhoneServerOutputs, ctx: Context): string | undefined {
  const { marker } = splitNote(Remark);
  // An alias may have renamed the resource, and its servers not have been marked anew yet.
  return marker === undefined || marker.resource === ctx.marker || marker.resource === markerFrom(last.marker)?.resource
    ? undefined
    : `it carries the marker of another resource (${markerText(marker)})`;
}

/** It belongs to a newer state of the resource than the one to which servers up to this generation belong. */
export function isOutlivedBy(newest: number, seen: WireServer, ctx: Context): string | undefined {
  const marker = markerOf(seen)?.marker;
  const isNewer = marker?.resource === ctx.marker && marker.generation > newest;
  return isNewer ? "a newer state of this resource holds it" : undefined;
}

/** Deletes a server that carries the resource's marker and stands in no state, as the state `last` would have it deleted. */
export async function endMarked(one: Marked, last: UPhoneServerOutputs, farewell: Farewell, ctx: Context): Promise<void> {
  const server = standIn(one, last, ctx);
  // Nobody has ever used one in flight: nothing of it is worth keeping.
  if (!one.found?.isComplete) server.outs = { ...server.outs, releaseEip: true, releaseUdisk: true };
  await endServer(server, farewell, ctx);
}

/** A server that stands in no state, as far as the state beside it tells. */
export function standIn({ id, found }: Marked, last: UPhoneServerOutputs, ctx: Context): Known {
  const fresh = { state: found === undefined ? "" : "Initializing", createdAt: isoTime(found?.createdAt ?? ctx.clock.now()) };
  return { outs: { ...last, ...fresh, serverId: id, expiresAt: undefined, shareBandwidthId: undefined } };
}

/** Deletes the server, and then the bandwidth that its phones shared. */
export async function endServer(server: Known, farewell: Farewell, ctx: Context): Promise<void> {
  if ((await untilGone(server, farewell, ctx)) === "spared") return;
  await forgetRenewal(server.outs, ctx);
  const { shareBandwidthId } = server.outs;
  if (shareBandwidthId !== undefined) await endShareBandwidth(shareBandwidthId, server.outs, ctx);
}

/** Asks UCloud to delete the server, again if it comes back, until it is gone. */
async function untilGone(server: Known, farewell: Farewell, ctx: Context): Promise<"gone" | "spared"> {
  const { serverId, ipDestRegion, releaseEip, releaseUdisk } = server.outs;
  const place = placeOf(server.outs);
  // UCloud wants a server that is being built to be finished first; one that never is must be removable all the same.
  const patientUntil = (ctx.clock.now() + ctx.deadline) / 2;
  let refusals = 0;
  let isEnding = false;
  let absences = 0;
  const ended = await waitFor(`UPhoneServer ${serverId} to be gone`, whileDeleting, ctx, async () => {
    const seen = isEnding ? await findServer(ctx, place, serverId) : await sighted(server, ctx);
    if (seen === undefined) {
      if (isEnding) return ++absences === 2 ? "deleted" : undefined; // one empty list may be a slip
      return mayStillAppear(server.outs, ctx) ? undefined : "absent";
    }
    absences = 0;
    const reason = farewell.spared(seen);
    if (reason !== undefined) {
      ctx.log(`UPhoneServer ${serverId}: left alone, because ${reason}`);
      return "spared";
    }
    if (seen.State === "Deleting") isEnding = true;
    const isFinished = seen.State === "Running" || seen.State === "CreateFailed";
    if (seen.State === "Deleting" || (!isFinished && ctx.clock.now() < patientUntil)) return undefined;
    if (ipDestRegion !== undefined && server.outs.shareBandwidthId === undefined) {
      server.outs = withPhones(server.outs, await listPhones(ctx, place, serverId));
    }
    await farewell.begin?.(serverId);
    try {
      await deleteServer(ctx, place, serverId, { eip: releaseEip, udisk: releaseUdisk });
      isEnding = true;
    } catch (error) {
      if (!(error instanceof CloudError) || !mayMeanAbsent(error.code)) throw error;
      if (++refusals < refusalsBorne) return undefined; // gone meanwhile, or not ready for it: the next look tells
      throw new CloudPhoneError(`${error.message} Power its phones off in the UCloud console and run again.`, { cause: error });
    }
    return undefined;
  });
  if (ended === "deleted") ctx.log(`UPhoneServer ${serverId}: deleted`);
  return ended === "spared" ? "spared" : "gone";
}

/** Ends the bandwidth that the phones of a deleted server shared: whether UCloud does that by itself is not documented. */
async function endShareBandwidth(id: string, last: UPhoneServerOutputs, ctx: Context): Promise<void> {
  const keepsCosting = (why: string): void =>
    ctx.log(`Shared bandwidth ${id} of UPhoneServer ${last.serverId} was left and keeps costing: ${why}`);
  if (!last.releaseEip) {
    keepsCosting("releaseEip is false.");
    return;
  }
  try {
    if ((await untilUnbound(id, last, ctx)) === "gone") return;
    await deleteShareBandwidth(ctx, placeOf(last), id);
    ctx.log(`Shared bandwidth ${id}: deleted`);
  } catch (error) {
    // A passing failure is worth another run; a lasting one must not hold up the removal of a server that is gone.
    if (error instanceof TimedOut) keepsCosting("phones of other servers use it.");
    else if (error instanceof CloudError && error.kind === "fatal") keepsCosting(error.message);
    else throw error;
  }
}

async function untilUnbound(id: string, last: UPhoneServerOutputs, ctx: Context): Promise<"gone" | "unbound"> {
  const look = async (): Promise<"gone" | "unbound" | undefined> => {
    const bandwidth = await findShareBandwidth(ctx, placeOf(last), id, last.ipDestRegion);
    if (bandwidth === undefined) return "gone";
    return bandwidth.BindCount === 0 ? "unbound" : undefined;
  };
  const brief = { ...ctx, deadline: Math.min(ctx.deadline, ctx.clock.now() + unboundAfterMs) };
  return waitFor(`shared bandwidth ${id} to be free of phones`, whileDeleting, brief, look);
}
