import { CloudPhoneError, NetworkError, SettingError } from "../../http/errors";
import { check } from "../../kit/check";
import type { Context } from "../../kit/context";
import { usualTimeouts } from "../../kit/handler";
import type { Handler } from "../../kit/handler";
import { keepingId } from "../../kit/not-ready";
import { lookBeside } from "./beside";
import { createInstances, findElasticIps, findInstances } from "./client";
import { regionFrom } from "./credentials";
import { fromWire } from "./drift";
import { changeInPlace } from "./edcps-change";
import { deleteServers } from "./edcps-delete";
import { edcpsDiff } from "./edcps-diff";
import { edcpsInputs } from "./edcps-inputs";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { inputsIn, serverFromWire, stateOf, toWire, unseenServer } from "./edcps-state";
import type { EdcpsInstanceOutputs, EdcpsServer } from "./edcps-state";
import { afterPurchase, mayStillAppear, untilReady } from "./edcps-wait";
import { allElasticIps } from "./elastic-ips";
import type { WireInstance } from "./wire";

export type { EdcpsInstanceGiven, EdcpsInstanceInputs } from "./edcps-inputs";
export type { EdcpsInstanceOutputs, EdcpsServer } from "./edcps-state";

/** Cloud servers at the edge of JD Cloud, bought with createInstances (JD Cloud API docs, EdCPS). */
export const edcpsInstance: Handler<EdcpsInstanceInputs, EdcpsInstanceOutputs> = {
  timeouts: usualTimeouts,

  check: (news, settings) => check(edcpsInputs, { ...news, regionId: news["regionId"] ?? regionFrom(settings) }),

  diff: edcpsDiff,

  async create(inputs, ctx) {
    const ids = await buy(inputs, ctx);
    const memory = { orderedAt: new Date(ctx.clock.now()).toISOString(), purchasedElasticIpIds: undefined };
    let state = stateOf({ ...inputs, count: ids.length }, ids.map(unseenServer), memory);
    ctx.log(`EdcpsInstance ${inputs.name}: ordered ${ids.join(", ")}`);
    return keepingId(
      ids[0],
      () => state,
      async () => {
        const seen = await untilReady(state.regionId, state.servers, afterPurchase, ctx, (now) => (state = withSeen(state, now)));
        state = settled(inputs, state, seen);
        ctx.log(`EdcpsInstance ${ids.join(", ")}: ${state.status ?? "ready"}${state.publicIp === undefined ? "" : `, ${state.publicIp}`}`);
        if (ids.length !== inputs.count) throw new CloudPhoneError(wrongNumber(inputs, ids));
        return { id: ids[0], outs: state };
      },
    );
  },

  async read(id, last, ctx) {
    const regionId = last.regionId ?? regionFrom(ctx.settings);
    if (regionId === undefined) {
      throw new SettingError(
        `Could not read EdcpsInstance ${id}: its region is not known. Give \`regionId\`, stack configuration jdcloud:region, or environment variable JDCLOUD_REGION.`,
      );
    }
    const byIdAlone = last.servers === undefined;
    const known = last.servers ?? [unseenServer(id)];
    const seen = await findInstances(regionId, idsOf(known), ctx);
    const servers = known.flatMap((server) => {
      const wire = seen.find((one) => one.instanceId === server.id);
      if (wire !== undefined) return [serverFromWire(wire)];
      return mayStillAppear(server, last.orderedAt, ctx.clock.now()) ? [server] : [];
    });
    if (servers.length === 0) {
      await reportLeftOvers(id, regionId, last.purchasedElasticIpIds ?? [], ctx);
      return undefined;
    }
    const lastInputs = { ...inputsIn(last), regionId };
    const beside = await lookBeside(lastInputs, seen, byIdAlone, ctx);
    const inputs = { ...fromWire(lastInputs, seen, beside, byIdAlone), count: servers.length };
    const purchasedElasticIpIds = byIdAlone ? [] : (last.purchasedElasticIpIds ?? allElasticIps(inputs, servers));
    return { id, inputs, outs: stateOf(inputs, servers, { orderedAt: last.orderedAt, purchasedElasticIpIds }) };
  },

  async update(id, last, news, ctx) {
    let state = last;
    const note = (change: Partial<EdcpsInstanceInputs>) => (state = { ...state, ...change });
    return keepingId(
      id,
      () => state,
      async () => {
        const seen = await untilReady(state.regionId, state.servers, "now", ctx, (now) => (state = withSeen(state, now)));
        if (last.status !== state.status) ctx.log(`EdcpsInstance ${id}: ${state.status ?? "ready"}`);
        await changeInPlace(seen, inputsIn(last), news, ctx, note);
        return settled(news, state, await findInstances(state.regionId, idsOf(state.servers), ctx));
      },
    );
  },

  delete: (_id, last, ctx) => deleteServers(last, ctx),
};

const idsOf = (servers: readonly EdcpsServer[]): string[] => servers.map((server) => server.id);

async function buy(inputs: EdcpsInstanceInputs, ctx: Context): Promise<[string, ...string[]]> {
  try {
    return await createInstances(inputs.regionId, toWire(inputs), [inputs.password, inputs.userData], ctx);
  } catch (error) {
    if (!(error instanceof CloudPhoneError) || error.kind !== "transient") throw error;
    if (error instanceof NetworkError && !error.maybeSent) throw error;
    throw new CloudPhoneError(
      `${error.message} It is not known whether JD Cloud executed the order for EdcpsInstance ${inputs.name}: ` +
        "look for the server in the console before you run `pulumi up` again, or it may be bought twice.",
      { cause: error },
    );
  }
}

/** The state with what was seen of its servers; one that was not seen stays as it was. */
function withSeen(state: EdcpsInstanceOutputs, seen: readonly WireInstance[]): EdcpsInstanceOutputs {
  const servers = state.servers.map((server) => {
    const wire = seen.find((one) => one.instanceId === server.id);
    return wire === undefined ? server : serverFromWire(wire);
  });
  return stateOf(inputsIn(state), servers, state);
}

/** The state once everything is as wanted and has been seen. */
function settled(inputs: EdcpsInstanceInputs, state: EdcpsInstanceOutputs, seen: readonly WireInstance[]): EdcpsInstanceOutputs {
  const now = withSeen(state, seen);
  const purchasedElasticIpIds = state.purchasedElasticIpIds ?? allElasticIps(inputs, now.servers);
  return stateOf({ ...fromWire(inputs, seen, {}, false), count: now.servers.length }, now.servers, { ...now, purchasedElasticIpIds });
}

const wrongNumber = (inputs: EdcpsInstanceInputs, ids: readonly string[]): string =>
  `JD Cloud was asked for ${inputs.count} servers ${inputs.name} and delivered ${ids.length}: ${ids.join(", ")}. They are kept. ` +
  `Set \`count\` to ${ids.length} to go on with them, or run \`pulumi up\` again to replace them by a new order.`;

/** Says what still costs after somebody else has deleted the servers; a failing look says nothing. */
async function reportLeftOvers(id: string, regionId: string, eips: readonly string[], ctx: Context): Promise<void> {
  try {
    for (const { elasticIpId } of await findElasticIps(regionId, eips, ctx)) {
      ctx.log(`EdcpsInstance ${id} is gone, but the elastic IP ${elasticIpId} that was bought with it still exists and costs`);
    }
  } catch (error) {
    if (!(error instanceof CloudPhoneError)) throw error;
  }
}
