import { SettingError } from "../../http/errors";
import { secondLookMs } from "../../kit/gone";
import type { Context } from "../../kit/context";
import { markerFrom, markerText } from "../../kit/marker";
import { forgetServers, generationOf, hasStrays, isUnresolvedId, sinceOf, spend } from "../../kit/purchase";
import type { Found } from "../../kit/purchase";
import { lookBeside } from "./beside";
import { findInstances } from "./client";
import { regionFrom } from "./credentials";
import { fromWire, isUneven } from "./drift";
import { joined } from "./edcps-buy";
import { refuseOtherKeys } from "./edcps-end";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { reportLeftOvers } from "./edcps-left-overs";
import { lookAt } from "./edcps-look";
import { finderOf, markerOf, sellerOf } from "./edcps-seller";
import { idsOf, inputsIn, purchasedIn, serverFromWire, stateOf, unseenServer, withSeen } from "./edcps-state";
import type { EdcpsInstanceOutputs, EdcpsServer } from "./edcps-state";
import { keepingUnanswered, reportUnanswered } from "./edcps-unanswered";
import { isBuilt } from "./edcps-wait";
import { boundTo } from "./elastic-ips";
import type { WireInstance } from "./wire";

interface Reading {
  readonly id: string;
  readonly inputs: Partial<EdcpsInstanceInputs>;
  readonly outs: EdcpsInstanceOutputs;
}

/** Reads the servers of a state, or one server by its id alone. */
export async function readServers(id: string, last: Partial<EdcpsInstanceOutputs>, ctx: Context): Promise<Reading | undefined> {
  const regionId = last.regionId ?? regionFrom(ctx.settings);
  if (regionId === undefined) {
    throw new SettingError(
      `Could not read EdcpsInstance ${id}: its region is not known. Give \`regionId\`, stack configuration jdcloud:region, or environment variable JDCLOUD_REGION.`,
    );
  }
  if (last.servers === undefined) return isUnresolvedId(id) ? undefined : readById(id, { ...last, regionId }, ctx);
  const state = { ...(last as EdcpsInstanceOutputs), regionId }; // a state with servers is a whole one
  return state.servers.length === 0 ? readUnclear(id, state, ctx) : readState(id, state, ctx);
}

async function readById(id: string, last: Partial<EdcpsInstanceInputs> & { regionId: string }, ctx: Context): Promise<Reading | undefined> {
  const { seen, identity } = await lookAt(last, [unseenServer(id)], ctx);
  const [server] = seen;
  if (server === undefined) return undefined;
  const inputs = fromWire(last, seen, await lookBeside(last, seen, true, ctx), true);
  const marker = markerOf(server);
  const memory = { isReady: true, identity, orderedAt: undefined, purchased: [] };
  const outs = stateOf(inputs, seen.map(serverFromWire), { ...memory, marker: marker === undefined ? "" : markerText(marker) });
  return { id, inputs: inputsIn(outs), outs };
}

async function readState(id: string, state: EdcpsInstanceOutputs, ctx: Context): Promise<Reading | undefined> {
  const { seen, gone, identity } = await lookAt(state, state.servers, ctx);
  const there = state.servers.filter((server) => !gone.includes(server));
  await reportGone(state, gone, there, ctx);
  const [first] = there;
  if (first === undefined) {
    if (sinceOf(state) !== undefined) return readUnclear(id, { ...state, servers: [] }, ctx);
    await forgetAll(state, ctx);
    return undefined;
  }
  const last = inputsIn(state);
  // What a server that is being built, or was built badly, shows of itself is no drift.
  const telling = seen.filter(isBuilt);
  const beside = await lookBeside(last, telling, false, ctx);
  // Until the purchase is over the state has to say which elastic IPs were ordered: those are ours.
  const ordered = state.isReady ? {} : { enableInternet: last.enableInternet, extensionEnableInternet: last.extensionEnableInternet };
  const inputs = { ...fromWire(last, telling, beside, false), ...ordered };
  const isReady = state.isReady && !(await isAmiss(state, telling, ctx));
  const underWay = state.underWay ?? (state.isReady && isUneven(last, telling, beside) ? { powerOf: {} } : undefined);
  const memory = { ...state, identity, purchased: purchasedIn(state), underWay, isRenewed: beside.autoRenew ?? state.isRenewed };
  const outs = { ...withSeen(stateOf(inputs, there, memory), seen), isReady };
  return { id: first.id, inputs: inputsIn(outs), outs };
}

/** Whether the next `pulumi up` has something to do that no input shows. */
async function isAmiss(state: EdcpsInstanceOutputs, telling: readonly WireInstance[], ctx: Context): Promise<boolean> {
  const resource = markerFrom(state.marker)?.resource;
  if (resource === undefined || ctx.marker === "") return false;
  const strange = telling.filter((server) => markerOf(server)?.resource !== resource).map((server) => server.instanceId);
  if (strange.length > 0) {
    ctx.log(
      `EdcpsInstance ${strange.join(", ")}: the description has lost the marker, or has that of another resource; the next \`pulumi up\` puts it back`,
    );
  }
  const isStray = await hasStrays(finderOf(state.regionId, ctx), { held: idsOf(state.servers), generation: generationOf(state) }, ctx);
  if (isStray)
    ctx.log(
      `EdcpsInstance ${state.name}: there are more servers of this resource than the state knows; the next \`pulumi up\` sees to them`,
    );
  return isStray || strange.length > 0;
}

async function reportGone(
  state: EdcpsInstanceOutputs,
  gone: readonly EdcpsServer[],
  there: readonly EdcpsServer[],
  ctx: Context,
): Promise<void> {
  if (gone.length === 0) return;
  for (const server of gone.filter(({ status }) => status === undefined)) {
    ctx.log(
      `EdcpsInstance ${server.id}, ordered ${state.orderedAt ?? "before"}, has never shown up and is taken for gone: look for it in the console`,
    );
  }
  const theirs = boundTo(gone);
  const leftOvers = purchasedIn(state).filter((eip) => there.length === 0 || theirs.includes(eip));
  await reportLeftOvers(idsOf(gone), state.regionId, leftOvers, ctx);
}

/** JD Cloud must not be asked again for orders of which nothing is left: unless another order is under way, the journal says so. */
async function forgetAll(state: EdcpsInstanceOutputs, ctx: Context): Promise<void> {
  const marker = markerFrom(state.marker);
  if (marker === undefined) return;
  await reportUnanswered("its servers are gone; the journal keeps it for the next purchase of the resource", ctx);
  await keepingUnanswered(ctx, () => forgetServers(idsOf(state.servers), ctx));
  if ((await ctx.journal.read(marker.resource)) === undefined) await spend(sellerOf(state, ctx), marker, ctx);
}

const clockSkewMs = 5 * 60_000;

/** Reads a state that has no server yet, because it is not known what became of its order. */
async function readUnclear(id: string, state: EdcpsInstanceOutputs, ctx: Context): Promise<Reading | undefined> {
  const since = sinceOf(state);
  const marker = markerFrom(state.marker);
  if (since === undefined || marker === undefined) return undefined;
  const { find } = finderOf(state.regionId, ctx);
  const look = async (): Promise<readonly Found[]> =>
    (await find(marker.resource)).filter(
      (one) => one.marker.generation >= marker.generation && (one.createdAt === undefined || one.createdAt > since - clockSkewMs),
    );
  let found = await look();
  if (found.length === 0) {
    if (ctx.clock.now() < since + ctx.visibilityMs) return { id, inputs: inputsIn(state), outs: state };
    refuseOtherKeys(state, ctx);
    await ctx.clock.sleep(Math.min(ctx.pollMs ?? secondLookMs, secondLookMs), ctx.signal);
    found = await look();
  }
  const [first] = found;
  if (first === undefined) {
    ctx.log(`EdcpsInstance ${state.name}: the order of ${timeText(since)} has never shown up, and is taken for not executed`);
    return undefined;
  }
  const generation = Math.max(...found.map((one) => one.marker.generation));
  const bought = { serverIds: found.map((one) => one.id), found, marker: { ...marker, generation } };
  const seen = await findInstances(state.regionId, bought.serverIds, ctx);
  // What else the order brought may show later: the next `pulumi up` asks for it.
  const outs = { ...withSeen(joined(state, bought, ctx), seen), unclearSince: state.unclearSince };
  return { id: first.id, inputs: inputsIn(outs), outs };
}

const timeText = (ms: number): string => new Date(ms).toISOString();
