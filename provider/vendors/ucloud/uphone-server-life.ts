import { CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { isLeft } from "../../kit/life-inputs";
import { markerText, withNote } from "../../kit/marker";
import type { Marker } from "../../kit/marker";
import { forget, generationOf, strays } from "../../kit/purchase";
import type { Need, Seller } from "../../kit/purchase";
import { waitFor } from "../../kit/wait";
import { listPhones, remarkServer, renameServer } from "./client";
import type { WirePhone } from "./client";
import { endMarked, isTakenElsewhere } from "./uphone-server-end";
import type { Farewell } from "./uphone-server-end";
import type { UPhoneServerInputs, UPhoneServerOutputs } from "./uphone-server-properties";
import { markerOf } from "./uphone-server-purchase";
import type { Marked } from "./uphone-server-purchase";
import { mayStillAppear, noLonger, placeOf, sighted } from "./uphone-server-sight";
import type { Known } from "./uphone-server-sight";
import { release } from "./uphone-server-release";
import { phoneName, withPhones } from "./uphone-server-wire";

// UCloud says nothing about durations; building a host and some 40 phones takes many minutes.
const whileBuilding = { firstMs: 60_000, everyMs: 10_000 };

/** What else stands there when the server itself is ready. */
export interface Others {
  readonly seller: Seller;
  readonly need: Pick<Need, "held" | "generation" | "marker">;
  /** Known to be too many. */
  readonly spare: readonly Marked[];
}

/**
 * Everything after the purchase: waits for the server, ends what is beyond it, and gives it its marker, remark and name.
 * @returns whether it is ready; `false` only when the program does not want it to be waited for
 */
export async function seeThrough(
  server: Known,
  wanted: UPhoneServerInputs,
  others: Others,
  isJustBought: boolean,
  ctx: Context,
): Promise<boolean> {
  const { serverId, isReady } = server.outs;
  // Those that are too many have to go before the state may forget that there are any.
  const isAwaited = isReady || !wanted.skipAwait || others.spare.length > 0;
  if (!isAwaited && (isJustBought || !(await looksRunning(server, ctx)))) {
    ctx.log(`UPhoneServer ${serverId}: ${server.outs.state || "not shown yet"}, and not waited for (skipAwait)`);
    // What the state of an earlier run holds cannot get lost any more.
    if (others.need.held.includes(serverId)) await forget(ctx, { marker: others.need.marker }, [serverId]);
    return false;
  }
  await untilRunning(server, ctx, isJustBought);
  await endOthers(server, others, ctx);
  await settle(server, wanted, ctx);
  await forget(ctx, { marker: others.need.marker }, [serverId]);
  server.outs = { ...server.outs, isReady: true };
  return true;
}

/** Looks once: `true` when the server runs, `undefined` while it may still come to that. */
async function looksRunning(server: Known, ctx: Context): Promise<true | undefined> {
  const { serverId } = server.outs;
  const seen = await sighted(server, ctx);
  if (seen === undefined) {
    if (mayStillAppear(server.outs, ctx)) return undefined;
    throw noLonger(server.outs);
  }
  switch (seen.State ?? "") {
    case "Running":
      return true;
    case "CreateFailed":
      throw new CloudPhoneError(
        `UCloud failed to build UPhoneServer ${serverId} (state CreateFailed). It exists and may be billed: ` +
          "`pulumi destroy --target` with its URN and then `pulumi up` buys another in its place; the resource option `replacementTrigger` does so in one run.",
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
  server.phones = await listPhones(ctx, placeOf(server.outs), serverId);
  server.outs = withPhones(server.outs, server.phones);
  ctx.log(`UPhoneServer ${serverId}: running, ${phonesText(server.outs, server.phones)}`);
}

/** A server with some bad phones is bought and runs: that is a warning, not a failure. */
function phonesText({ phoneCount = 0 }: UPhoneServerOutputs, phones: readonly WirePhone[]): string {
  const failed = phones.filter((phone) => phone.State?.endsWith("_FAILED")).map(phoneName);
  if (failed.length > 0) {
    return `but ${failed.length} of ${phoneCount} phones failed: ${failed.join(", ")}. Reboot or reset them (RebootUPhone, ResetUPhone)`;
  }
  const running = phones.filter((phone) => phone.State === "RUNNING").length;
  return running < phoneCount ? `${running} of ${phoneCount} phones up so far` : `${phoneCount} phones`;
}

/** A request may have been delivered twice, and a replacement interrupted: one server is wanted, so the others are deleted. */
async function endOthers(server: Known, { seller, need, spare }: Others, ctx: Context): Promise<void> {
  const { serverId } = server.outs;
  const farewell: Farewell = { spared: (seen) => isTakenElsewhere(seen, server.outs, ctx) };
  const known = spare.map(({ id }) => id);
  const shown = await strays(seller, { ...need, held: [...need.held, serverId, ...known] }, ctx);
  for (const one of [...spare, ...shown.map((found) => ({ id: found.id, found }))]) {
    // One that was complete was in use, until a replacement that was interrupted.
    if (one.found?.isComplete && isLeft(server.outs)) {
      await release({ ...server.outs, serverId: "" }, [one], farewell, ctx);
      continue;
    }
    ctx.log(`UPhoneServer ${one.id}: stands beside ${serverId} by a doubled request or an interrupted run, so it is deleted`);
    await endMarked(one, server.outs, farewell, ctx);
  }
}

/** Brings marker, remark and name to what is wanted; sends only what differs. */
async function settle(server: Known, wanted: UPhoneServerInputs, ctx: Context): Promise<void> {
  const { serverId } = server.outs;
  await mark(server, wanted.remark, ctx);
  if (server.seen?.ServerName === wanted.name) return;
  await renameServer(ctx, placeOf(server.outs), serverId, wanted.name);
  if (server.outs.name !== wanted.name) ctx.log(`UPhoneServer ${serverId}: renamed to ${wanted.name}`);
  server.outs = { ...server.outs, name: wanted.name };
}

/** Puts the marker behind the remark, for good. */
export async function mark(server: Known, remark: string, ctx: Context): Promise<void> {
  const { serverId } = server.outs;
  const marker = ownMarker(server, ctx);
  const noted = withNote(remark, marker);
  if (server.seen?.Remark !== noted) await remarkServer(ctx, placeOf(server.outs), serverId, noted);
  if (server.outs.remark !== remark) ctx.log(`UPhoneServer ${serverId}: remark changed`);
  server.outs = { ...server.outs, remark, marker: markerText(marker) };
}

/** The resource's marker, of no lower generation than the server's: an older state must not get it back. */
function ownMarker({ outs, seen }: Known, ctx: Context): Marker {
  const carried = seen && markerOf(seen)?.marker;
  const generation = Math.max(generationOf(outs), carried?.resource === ctx.marker ? carried.generation : 0);
  return { resource: ctx.marker, generation };
}
