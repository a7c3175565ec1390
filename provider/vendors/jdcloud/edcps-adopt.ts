/** Servers that exist, taken over instead of bought. */
import { CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { markerText } from "../../kit/marker";
import { forgetServers, generationOf, unspentGeneration } from "../../kit/purchase";
import { lookBeside } from "./beside";
import { findInstances } from "./client";
import { fromWire } from "./drift";
import { finished } from "./edcps-fulfil";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { identityOf, markerOf, placeOf } from "./edcps-seller";
import { idsOf, serverFromWire, stateOf, withSeen } from "./edcps-state";
import type { EdcpsInstanceOutputs } from "./edcps-state";
import { mark } from "./edcps-texts";
import { untilReady } from "./edcps-wait";
import { boundTo } from "./elastic-ips";

/** The servers that the program wants taken over. None when the state that is being replaced holds them, or took them over once: then it is time to buy. */
export function toAdopt({ adopt = [] }: EdcpsInstanceInputs, held: readonly string[], before: readonly string[]): readonly string[] {
  const ids = [...new Set([adopt].flat())];
  return ids.some((id) => held.includes(id) || before.includes(id)) ? [] : ids;
}

/**
 * The state that holds the servers `ids`, before anything about them is changed.
 * @throws when one of them does not exist, or there are more than `count`
 */
export async function adoptable(
  ids: readonly string[],
  inputs: EdcpsInstanceInputs,
  generation: number,
  ctx: Context,
): Promise<EdcpsInstanceOutputs> {
  const { name, regionId, count } = inputs;
  if (ctx.marker === "") {
    throw new CloudPhoneError("Nothing is taken over without `purchaseMarker`: use the classes of pulumi-cloudphone, which set it.");
  }
  const nothing = `EdcpsInstance ${name}: nothing was taken over and nothing bought, because`;
  if (ids.length > count)
    throw new CloudPhoneError(
      `${nothing} \`adopt\` names ${ids.length} servers and \`count\` is ${count}: set \`count\` to ${ids.length}.`,
    );
  const seen = (await findInstances(regionId, ids, ctx)).filter(({ status }) => status !== "deleting");
  const missing = ids.filter((id) => !seen.some((server) => server.instanceId === id));
  if (missing.length > 0) {
    throw new CloudPhoneError(
      `${nothing} ${missing.join(", ")} of \`adopt\` does not exist in ${placeOf(regionId)}, or is being deleted: check the id, \`regionId\`, and whose keys jdcloud:accessKey and jdcloud:secretKey are.`,
    );
  }
  const generations = seen.map(markerOf).flatMap((marker) => (marker?.resource === ctx.marker ? [marker.generation + 1] : []));
  const bought = seen.filter((server) => markerOf(server) !== undefined);
  return stateOf(inputs, seen.map(serverFromWire), {
    isReady: false,
    // The journal forgets what is spent as soon as a state holds the resource: from then on the state has to know it.
    marker: markerText({ resource: ctx.marker, generation: Math.max(generation, await unspentGeneration(ctx), ...generations) }),
    identity: identityOf(regionId, ctx),
    orderedAt: undefined,
    purchased: boundTo(bought.map(serverFromWire)),
  });
}

/** Waits until all of them run, marks them, and shows them as they are: where they differ from the program, the next diff says so. */
export async function takeOver(
  start: EdcpsInstanceOutputs,
  inputs: EdcpsInstanceInputs,
  ctx: Context,
  keep: (state: EdcpsInstanceOutputs) => void,
): Promise<EdcpsInstanceOutputs> {
  const { regionId } = inputs;
  const marker = { resource: ctx.marker, generation: generationOf(start) };
  let state = start;
  const seen = await untilReady(state, "now", ctx, (now) => keep((state = withSeen(state, now))));
  for (const server of seen) {
    const before = markerOf(server);
    if (before !== undefined && before.resource !== ctx.marker) {
      ctx.log(
        `EdcpsInstance ${server.instanceId}: carried the marker ${markerText(before)} of another resource, which must not manage it any more`,
      );
    }
    await mark(server, marker, regionId, ctx);
  }
  ctx.log(`EdcpsInstance ${inputs.name}: took over ${idsOf(state.servers).join(", ")}; nothing was bought`);
  await forgetServers(idsOf(state.servers), ctx);
  const shown = fromWire(inputs, seen, await lookBeside(inputs, seen, false, ctx), false);
  return finished(shown, state, markerText(marker), ctx);
}
