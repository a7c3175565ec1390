/** Letting go of servers instead of deleting them. */
import type { Context } from "../../kit/context";
import { markerFrom, markerInName, splitNote } from "../../kit/marker";
import { waitFor } from "../../kit/wait";
import { switchAutoRenew } from "./billing";
import { remarkServer, renameServer } from "./client";
import type { WireServer } from "./client";
import { standIn } from "./uphone-server-end";
import type { Farewell } from "./uphone-server-end";
import { belongings, forgetRenewal } from "./uphone-server-paid-time";
import type { UPhoneServerOutputs } from "./uphone-server-properties";
import type { Marked } from "./uphone-server-purchase";
import { mayStillAppear, placeOf, placeText, sighted } from "./uphone-server-sight";
import type { Known } from "./uphone-server-sight";

const whileReleasing = { firstMs: 0, everyMs: 10_000 };

/**
 * Leaves the server of the state and those that carry its marker and stand in none: they cost what they cost, but belong to the resource no more, so
 * that no later run adopts or deletes them.
 */
export async function release(last: UPhoneServerOutputs, left: readonly Marked[], farewell: Farewell, ctx: Context): Promise<void> {
  const isStopped = last.deletionPolicy === "stopRenewal";
  const kept: string[] = [];
  const own: Known[] = last.serverId === "" ? [] : [{ outs: last }];
  for (const server of [...own, ...left.map((one) => standIn(one, last, ctx))]) {
    if (!(await letGo(server, last, farewell, ctx))) continue;
    const { serverId, expiresAt } = server.outs;
    const facts = [...(expiresAt === undefined ? [] : [`paid until ${expiresAt}`]), ...(isStopped ? ["not renewed"] : [])];
    kept.push(facts.length === 0 ? serverId : `${serverId} (${facts.join(", ")})`);
  }
  if (kept.length === 0) return;
  ctx.log(
    `UPhoneServer "${last.name}": left in ${placeText(last)} by \`deletionPolicy\` ${last.deletionPolicy}: ${kept.join(", ")}; no longer managed`,
  );
}

/** @returns whether it stands there, without the marker; `false`: it is gone, or somebody else's */
async function letGo(server: Known, last: UPhoneServerOutputs, farewell: Farewell, ctx: Context): Promise<boolean> {
  const { serverId } = server.outs;
  const isStopped = last.deletionPolicy === "stopRenewal";
  // Its phones tell of its independent addresses, and they stand there when it is finished.
  const needsPhones = isStopped && last.releaseEip && last.ipDestRegion !== undefined;
  const look = async (): Promise<WireServer | "gone" | undefined> => {
    const seen = await sighted(server, ctx);
    if (seen === undefined) return mayStillAppear(server.outs, ctx) ? undefined : "gone";
    if (seen.State === "Deleting") return "gone";
    const isFinished = seen.State === "Running" || seen.State === "CreateFailed";
    return needsPhones && !isFinished && farewell.spared(seen) === undefined ? undefined : seen;
  };
  const seen = await waitFor(`UPhoneServer ${serverId} to be there`, whileReleasing, ctx, look);
  if (seen === "gone") {
    await forgetRenewal(server.outs, ctx);
    return false;
  }
  const reason = farewell.spared(seen);
  if (reason !== undefined) {
    ctx.log(`UPhoneServer ${serverId}: left alone, because ${reason}`);
    return false;
  }
  if (isStopped) {
    const ids = [serverId, ...(needsPhones ? await belongings(server, ctx) : [])];
    for (const id of ids) await switchAutoRenew(ctx, placeOf(last), id, false);
  }
  await unmark(server, seen, last, ctx);
  await forgetRenewal(server.outs, ctx);
  return true;
}

/** Takes the marker out of the remark, and out of the name if the purchase was under way. What is the user's stays. */
async function unmark({ outs }: Known, seen: WireServer, last: UPhoneServerOutputs, ctx: Context): Promise<void> {
  const ours = [ctx.marker, markerFrom(last.marker)?.resource];
  const noted = splitNote(seen.Remark);
  const named = markerInName(seen.ServerName);
  if (named !== undefined && ours.includes(named.resource)) await renameServer(ctx, placeOf(last), outs.serverId, last.name);
  // A remark that UCloud leaves out may still hold it.
  if (seen.Remark == null) await remarkServer(ctx, placeOf(last), outs.serverId, last.remark);
  else if (noted.marker !== undefined && ours.includes(noted.marker.resource))
    await remarkServer(ctx, placeOf(last), outs.serverId, noted.text);
}
