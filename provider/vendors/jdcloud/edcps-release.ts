/** Servers that a deletion leaves in the cloud: they lose their marker, so that no later run takes them for its own. */
import type { Context } from "../../kit/context";
import { splitNote } from "../../kit/marker";
import { findElasticIps, modifyInstance } from "./client";
import { isPrepaid, onceVisible } from "./edcps-delete";
import { idsOf, purchasedIn } from "./edcps-state";
import type { EdcpsInstanceOutputs, EdcpsServer } from "./edcps-state";
import { reportUnanswered } from "./edcps-unanswered";
import { readAutoRenew, setAutoRenew } from "./neighbours";
import { orMissing } from "./refusal";
import type { WireInstance } from "./wire";

export async function releaseServers(last: EdcpsInstanceOutputs, servers: readonly EdcpsServer[], ctx: Context): Promise<void> {
  const { regionId } = last;
  const seen = await onceVisible(last, servers, ctx);
  if (last.deletionPolicy === "stopRenewal") await stopRenewal(last, seen, ctx);
  for (const { instanceId, description } of seen) {
    const { text, marker } = splitNote(description);
    if (marker !== undefined) await orMissing(modifyInstance(regionId, instanceId, { description: text }, ctx));
  }
  // What no look has ever shown may exist all the same, with the marker that it was ordered with.
  const unseen = servers.filter(({ id, status }) => status === undefined && !seen.some((server) => server.instanceId === id));
  for (const { id } of unseen) await orMissing(modifyInstance(regionId, id, { description: last.description ?? "" }, ctx));
  await report(last, seen, unseen, ctx);
  await reportUnanswered("`deletionPolicy` leaves everything as it is", ctx);
}

async function stopRenewal(last: EdcpsInstanceOutputs, seen: readonly WireInstance[], ctx: Context): Promise<void> {
  const ids = seen.filter((server) => isPrepaid(server, last)).map((server) => server.instanceId);
  const states = await Promise.all(ids.map((id) => readAutoRenew(last.regionId, id, ctx)));
  const renewed = ids.filter((_, index) => states[index] !== false);
  if (renewed.length > 0) await setAutoRenew(last.regionId, renewed, { on: false, unit: "month" }, ctx);
}

async function report(
  last: EdcpsInstanceOutputs,
  seen: readonly WireInstance[],
  unseen: readonly EdcpsServer[],
  ctx: Context,
): Promise<void> {
  const { regionId, name, deletionPolicy } = last;
  const left = [
    ...seen.map((server) =>
      isPrepaid(server, last)
        ? `${server.instanceId} (paid until ${server.charge?.chargeExpiredTime ?? "an unknown date"}${deletionPolicy === "stopRenewal" ? ", not renewed" : ""})`
        : `${server.instanceId} (charged by the hour, until somebody deletes it)`,
    ),
    ...idsOf(unseen).map((id) => `${id} (never shown)`),
  ];
  const { leftOvers = [] } = (await ctx.journal.read(ctx.marker)) ?? {};
  const eips = await findElasticIps(regionId, [...new Set([...purchasedIn(last), ...leftOvers])], ctx);
  const free = eips.filter((eip) => eip.instanceId === undefined).map((eip) => `elastic IP ${eip.elasticIpId} (bound to nothing)`);
  const all = [...left, ...free];
  if (all.length > 0)
    ctx.log(`EdcpsInstance ${name}: left in JD Cloud by \`deletionPolicy\` ${deletionPolicy}: ${all.join(", ")}; no longer managed`);
}
