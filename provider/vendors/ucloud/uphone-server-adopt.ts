import { CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { markerText, splitNote } from "../../kit/marker";
import { keepingId } from "../../kit/not-ready";
import { forgetServers } from "../../kit/purchase";
import { findServer, renameServer } from "./client";
import type { Place, WireServer } from "./client";
import { isPaidUntil } from "./uphone-server-paid-time";
import { bought } from "./uphone-server-alone";
import { mark, untilRunning } from "./uphone-server-life";
import { longestRemark, uphoneServerInputs } from "./uphone-server-properties";
import type { UPhoneServerInputs, UPhoneServerOutputs } from "./uphone-server-properties";
import { markerOf, unbought } from "./uphone-server-purchase";
import { placeOf, placeText } from "./uphone-server-sight";
import type { Known } from "./uphone-server-sight";
import { isoTime } from "./uphone-server-wire";

/** Takes over a server that exists instead of buying one. Nothing of it changes but its marker; what differs from the program shows in the state. */
export async function adopt(
  serverId: string,
  inputs: UPhoneServerInputs,
  leastGeneration: number,
  ctx: Context,
): Promise<{ id: string; outs: UPhoneServerOutputs }> {
  const place = placeOf(inputs);
  const seen = adoptable(await findServer(ctx, place, serverId), serverId, place);
  const carried = splitNote(seen.Remark).marker;
  const generation = Math.max(leastGeneration, carried?.resource === ctx.marker ? carried.generation + 1 : 0);
  const isAnothers = carried !== undefined && carried.resource !== ctx.marker;
  ctx.log(
    `UPhoneServer ${serverId}: taken over, nothing is bought${isAnothers ? `; it carried the marker of another resource (${markerText(carried)}), which must let go of it` : ""}`,
  );
  const marker = markerText({ resource: ctx.marker, generation });
  const server: Known = {
    outs: { ...unbought(inputs, ctx), serverId, marker, state: seen.State ?? "", createdAt: isoTime(ctx.clock.now()) },
  };
  return keepingId(
    serverId,
    () => server.outs,
    async () => {
      await untilRunning(server, ctx, false);
      server.outs = { ...server.outs, ...(await bought(server.seen ?? seen, server.phones ?? [], place, ctx)) };
      server.outs = { ...server.outs, paidUntil: isPaidUntil(inputs.paidUntil, server.outs) ? inputs.paidUntil : undefined };
      await mark(server, server.outs.remark, ctx);
      await takeFromName(server, ctx);
      await forgetServers([serverId], ctx); // an interrupted purchase of another server is still to be dealt with
      return { id: serverId, outs: { ...server.outs, isReady: true } };
    },
  );
}

function adoptable(seen: WireServer | undefined, serverId: string, place: Place): WireServer {
  const refusal = (why: string): CloudPhoneError =>
    new CloudPhoneError(`Could not adopt UPhoneServer ${serverId}, and nothing was bought: ${why}`);
  if (seen === undefined) {
    const where = `${placeText(place)}, ${place.projectId === undefined ? "the account's default project" : `project ${place.projectId}`}`;
    throw refusal(`there is no such server in ${where}. Check the id in \`adopt\`, cityId, projectId and the keys in use.`);
  }
  if (seen.State === "Deleting") throw refusal("it is being deleted.");
  if (!uphoneServerInputs.shape.remark.safeParse(splitNote(seen.Remark).text).success) {
    throw refusal(`its remark leaves no room for the marker. Shorten it to ${longestRemark} characters in the UCloud console.`);
  }
  return seen;
}

/** A purchase of ours that was under way is over: its name is the user's again. */
async function takeFromName(server: Known, ctx: Context): Promise<void> {
  const carried = server.seen && markerOf({ ...server.seen, Remark: "" })?.marker;
  if (carried?.resource !== ctx.marker) return;
  await renameServer(ctx, placeOf(server.outs), server.outs.serverId, server.outs.name);
}
