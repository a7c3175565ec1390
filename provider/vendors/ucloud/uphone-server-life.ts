import { CloudError, CloudPhoneError, NetworkError, TimedOut } from "../../http/errors";
import type { Context } from "../../kit/context";
import { waitFor } from "../../kit/wait";
import {
  createServer,
  deleteServer,
  deleteShareBandwidth,
  findServer,
  findShareBandwidth,
  listPhones,
  remarkServer,
  renameServer,
} from "./client";
import type { Place } from "./client";
import { mayMeanAbsent } from "./ret-codes";
import type { UPhoneServerInputs, UPhoneServerOutputs } from "./uphone-server-properties";
import { fromWire, toWire, withPhones } from "./uphone-server-wire";

/** A server and what is known about it so far; a failure half-way stores this. */
export interface Known {
  outs: UPhoneServerOutputs;
}

// UCloud says nothing about durations; building a host and some 40 phones takes many minutes.
const whileBuilding = { firstMs: 60_000, everyMs: 10_000 };
const whileDeleting = { firstMs: 0, everyMs: 10_000 };
/** How long a server just bought may be missing from lists. */
const visibleAfterMs = 10 * 60_000;
/** How long phones may still count as bound to shared bandwidth after their server is gone. */
const unboundAfterMs = 60_000;
const refusalsBorne = 3;

export const placeOf = ({ cityId, projectId }: Place): Place => ({ cityId, projectId });

/** Buys one server: one request, never repeated. Returns its id. */
export async function buy(inputs: UPhoneServerInputs, ctx: Context): Promise<string> {
  try {
    return await createServer(ctx, toWire(inputs));
  } catch (error) {
    if (!isUnclear(error)) throw error;
    const advice = `It may have been bought all the same: look for "${inputs.name}" in ${inputs.cityId} in the UCloud console before running again.`;
    throw new CloudPhoneError(`${error.message} ${advice}`, { cause: error });
  }
}

/** Whether the request may have been executed although there was no good answer. */
const isUnclear = (error: unknown): error is CloudPhoneError =>
  error instanceof CloudPhoneError && error.kind === "transient" && !(error instanceof NetworkError && !error.maybeSent);

/** Whether the server was bought so recently, and never seen since, that its absence from a list proves nothing. */
export const mayStillAppear = (last: Partial<UPhoneServerOutputs>, ctx: Context): boolean =>
  last.state === "" && last.createdAt !== undefined && ctx.clock.now() < Date.parse(last.createdAt) + visibleAfterMs;

/** Looks once: `true` when the server runs, `undefined` while it may still come to that. */
async function looksRunning(server: Known, ctx: Context): Promise<true | undefined> {
  const { serverId, cityId } = server.outs;
  const seen = await findServer(ctx, placeOf(server.outs), serverId);
  if (seen === undefined) {
    if (mayStillAppear(server.outs, ctx)) return undefined;
    throw new CloudPhoneError(`UPhoneServer ${serverId} is no longer in ${cityId}. Run \`pulumi refresh\` to take it out of the state.`);
  }
  server.outs = fromWire(seen, server.outs);
  switch (seen.State ?? "") {
    case "Running":
      return true;
    case "CreateFailed":
      throw new CloudPhoneError(
        `UCloud failed to build UPhoneServer ${serverId} (state CreateFailed). It exists and may be billed: \`pulumi destroy\` removes it, \`pulumi up --replace\` with its URN buys another in its place.`,
      );
    case "Deleting":
      throw new CloudPhoneError(`UPhoneServer ${serverId} is being deleted. Run \`pulumi refresh\` when it is gone.`);
    default: // building, or a passing moment in which UCloud cannot tell
      return undefined;
  }
}

/** Waits until the server runs and has been asked how its phones are. */
export async function untilRunning(server: Known, ctx: Context, isJustBought: boolean): Promise<void> {
  const { serverId } = server.outs;
  const wasRunning = server.outs.state === "Running";
  const runs = isJustBought ? undefined : await looksRunning(server, ctx);
  if (!runs) await waitFor(`UPhoneServer ${serverId} to be running`, whileBuilding, ctx, () => looksRunning(server, ctx));
  if (wasRunning && server.outs.phones !== undefined) return;
  server.outs = withPhones(server.outs, await listPhones(ctx, placeOf(server.outs), serverId));
  ctx.log(`UPhoneServer ${serverId}: running, ${phonesText(server.outs)}`);
}

/** A server with some bad phones is bought and runs: that is a warning, not a failure. */
function phonesText({ phoneCount = 0, phones }: UPhoneServerOutputs): string {
  const { running, failed } = phones ?? { running: 0, failed: [] };
  if (failed.length > 0) {
    return `but ${failed.length} of ${phoneCount} phones failed: ${failed.join(", ")}. Reboot or reset them (RebootUPhone, ResetUPhone)`;
  }
  return running < phoneCount ? `${running} of ${phoneCount} phones up so far` : `${phoneCount} phones`;
}

/** Brings name and remark to what is wanted; sends only what differs. */
export async function settle(server: Known, wanted: UPhoneServerInputs, ctx: Context): Promise<void> {
  const { serverId } = server.outs;
  if (server.outs.name !== wanted.name) {
    await renameServer(ctx, placeOf(server.outs), serverId, wanted.name);
    server.outs = { ...server.outs, name: wanted.name };
    ctx.log(`UPhoneServer ${serverId}: renamed to ${wanted.name}`);
  }
  if (server.outs.remark !== wanted.remark) {
    await remarkServer(ctx, placeOf(server.outs), serverId, wanted.remark);
    server.outs = { ...server.outs, remark: wanted.remark };
    ctx.log(`UPhoneServer ${serverId}: remark changed`);
  }
}

/** Asks UCloud to delete the server, again if it comes back, until it is gone. */
export async function untilGone(server: Known, ctx: Context): Promise<void> {
  const { serverId, ipDestRegion, releaseEip, releaseUdisk } = server.outs;
  const place = placeOf(server.outs);
  // UCloud wants a server that is being built to be finished first; one that never is must be removable all the same.
  const patientUntil = (ctx.clock.now() + ctx.deadline) / 2;
  let refusals = 0;
  let wasThere = false;
  const ended = await waitFor(`UPhoneServer ${serverId} to be gone`, whileDeleting, ctx, async () => {
    const seen = await findServer(ctx, place, serverId);
    if (seen === undefined) return wasThere ? "deleted" : mayStillAppear(server.outs, ctx) ? undefined : "absent";
    wasThere = true;
    const isFinished = seen.State === "Running" || seen.State === "CreateFailed";
    if (seen.State === "Deleting" || (!isFinished && ctx.clock.now() < patientUntil)) return undefined;
    if (ipDestRegion !== undefined && server.outs.shareBandwidthId === undefined) {
      server.outs = withPhones(server.outs, await listPhones(ctx, place, serverId));
    }
    try {
      await deleteServer(ctx, place, serverId, { eip: releaseEip, udisk: releaseUdisk });
    } catch (error) {
      if (!(error instanceof CloudError) || !mayMeanAbsent(error.code)) throw error;
      if (++refusals < refusalsBorne) return undefined; // gone meanwhile, or not ready for it: the next look tells
      throw new CloudPhoneError(`${error.message} Power its phones off in the UCloud console and run again.`, { cause: error });
    }
    return undefined;
  });
  if (ended === "deleted") ctx.log(`UPhoneServer ${serverId}: deleted`);
}

/** Ends the bandwidth that the phones of a deleted server shared: whether UCloud does that by itself is not documented. */
export async function endShareBandwidth(id: string, last: UPhoneServerOutputs, ctx: Context): Promise<void> {
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
