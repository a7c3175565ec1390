import { SettingError } from "../../http/errors";
import { check } from "../../kit/check";
import type { Context } from "../../kit/context";
import { usualTimeouts } from "../../kit/handler";
import type { Handler } from "../../kit/handler";
import { keepingId } from "../../kit/not-ready";
import { lookBeside } from "./beside";
import { findInstances } from "./client";
import { regionFrom } from "./credentials";
import { fromWire } from "./drift";
import { buy, refuseOtherNumber, withOrdered } from "./edcps-buy";
import { changeInPlace } from "./edcps-change";
import { bringToCount } from "./edcps-count";
import { deleteServers } from "./edcps-delete";
import { edcpsDiff } from "./edcps-diff";
import { edcpsInputs } from "./edcps-inputs";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { reportLeftOvers } from "./edcps-left-overs";
import { idsOf, inputsIn, purchasedIn, stateOf, unseenServer, withSeen } from "./edcps-state";
import type { EdcpsInstanceOutputs } from "./edcps-state";
import { afterPurchase, isBuilt, mayStillAppear, untilReady } from "./edcps-wait";
import { boundTo } from "./elastic-ips";
import type { WireInstance } from "./wire";

export type { EdcpsInstanceGiven, EdcpsInstanceInputs } from "./edcps-inputs";
export type { EdcpsInstanceOutputs, EdcpsServer } from "./edcps-state";

/** Cloud servers at the edge of JD Cloud, bought with createInstances (JD Cloud API docs, EdCPS). */
export const edcpsInstance: Handler<EdcpsInstanceInputs, EdcpsInstanceOutputs> = {
  timeouts: usualTimeouts,

  check: (news, settings, last = {}) =>
    check(edcpsInputs, { ...news, regionId: news["regionId"] ?? last["regionId"] ?? regionFrom(settings) }),

  diff: edcpsDiff,

  async create(inputs, ctx) {
    const ids = await buy(inputs, ctx);
    const ordered = withOrdered(inputs, {}, ids, ctx);
    let state = ordered;
    return keepingId(
      ids[0],
      () => state,
      async () => {
        ctx.log(`EdcpsInstance ${inputs.name}: ordered ${ids.join(", ")}`);
        const seen = await untilReady(state, afterPurchase, ctx, (now) => (state = withSeen(state, now)));
        logReady(ordered, state, ctx);
        state = settled(inputs, state, seen);
        refuseOtherNumber(inputs, state);
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
    const { servers = [unseenServer(id)], isReady = true, orderedAt } = last;
    const seen = await findInstances(regionId, idsOf(servers), ctx);
    const isThere = (server: (typeof servers)[number]): boolean =>
      seen.some((one) => one.instanceId === server.id) || mayStillAppear(server, orderedAt, ctx.clock.now());
    const there = servers.filter(isThere);
    const gone = servers.filter((server) => !isThere(server));
    const theirs = boundTo(gone);
    const purchased = purchasedIn(last);
    const leftOvers = purchased.filter((eip) => there.length === 0 || theirs.includes(eip));
    for (const server of gone.filter(({ status }) => status === undefined && orderedAt !== undefined)) {
      ctx.log(`EdcpsInstance ${server.id}, ordered ${orderedAt}, has never shown up and is taken for gone: look for it in the console`);
    }
    if (gone.length > 0) await reportLeftOvers(idsOf(gone), regionId, leftOvers, ctx);
    const [first] = there;
    if (first === undefined) return undefined;

    const byIdAlone = last.servers === undefined;
    const lastInputs = { ...inputsIn(last), regionId };
    // What a server that is being built, or was built badly, shows of itself is no drift.
    const telling = byIdAlone ? seen : seen.filter(isBuilt);
    const inputs = fromWire(lastInputs, telling, await lookBeside(lastInputs, telling, byIdAlone, ctx), byIdAlone);
    const outs = withSeen(stateOf(inputs, there, { isReady, orderedAt, purchased }), seen);
    return { id: first.id, inputs: inputsIn(outs), outs };
  },

  async update(id, last, news, ctx) {
    let state = last;
    return keepingId(
      id,
      () => state,
      async () => {
        const isLarger = await bringToCount(last, news, ctx, (now) => (state = now));
        const before = state;
        const patient = isLarger ? { ...ctx, deadline: ctx.purchaseDeadline } : ctx;
        const seen = await untilReady(state, isLarger ? afterPurchase : "now", patient, (now) => (state = withSeen(state, now)));
        logReady(before, state, ctx);
        await changeInPlace(seen, inputsIn(last), news, ctx, (change) => (state = { ...state, ...change }));
        state = settled(news, state, await findInstances(state.regionId, idsOf(state.servers), ctx));
        refuseOtherNumber(news, state);
        return state;
      },
    );
  },

  delete: (_id, last, ctx) => deleteServers(last, ctx),
};

/** Says which servers have come to another state than they had `before`: one line, with the address of the first. */
function logReady(before: EdcpsInstanceOutputs, now: EdcpsInstanceOutputs, ctx: Context): void {
  const statusOf = new Map(before.servers.map(({ id, status }) => [id, status]));
  const changed = now.servers.filter((server) => statusOf.get(server.id) !== server.status);
  const [first] = changed;
  if (first === undefined) return;
  ctx.log(
    `EdcpsInstance ${[idsOf(changed).join(", "), first.status ?? "ready"].join(": ")}${first.publicIp === undefined ? "" : `, ${first.publicIp}`}`,
  );
}

/** The state once everything is as wanted and has been seen. */
function settled(inputs: EdcpsInstanceInputs, state: EdcpsInstanceOutputs, seen: readonly WireInstance[]): EdcpsInstanceOutputs {
  const now = withSeen(state, seen);
  return stateOf(fromWire(inputs, seen, {}, false), now.servers, { isReady: true, orderedAt: undefined, purchased: purchasedIn(now) });
}
