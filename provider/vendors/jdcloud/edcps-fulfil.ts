/** The way of an `EdcpsInstance` from servers that are bought to servers that are as wanted. */
import { CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { markerText } from "../../kit/marker";
import { generationOf, recover, spend } from "../../kit/purchase";
import type { Seller } from "../../kit/purchase";
import type { Rhythm } from "../../kit/wait";
import { lookBeside } from "./beside";
import { findInstances } from "./client";
import { fromWire } from "./drift";
import { filledUp, joinedFor } from "./edcps-buy";
import type { Course } from "./edcps-buy";
import { changeInPlace } from "./edcps-change";
import { choicesFor, endServers } from "./edcps-delete";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { hiddenAmong } from "./edcps-look";
import { identityOf, sellerOf } from "./edcps-seller";
import { idsOf, purchasedIn, stateOf, withSeen } from "./edcps-state";
import type { EdcpsInstanceOutputs, EdcpsServer } from "./edcps-state";
import { readyNow, untilReady } from "./edcps-wait";
import type { Work } from "./edcps-work";
import { interfaces } from "./interfaces";
import type { WireInstance } from "./wire";

/**
 * Brings `start` to what is wanted: takes over or buys what is missing, ends the newest of what is too much, waits until all are ready, and changes
 * what differs. With `skipAwait` it waits for none of them, and leaves the rest to the next run.
 * @param before the inputs that the servers were brought to the last time
 */
export async function fulfil(
  start: EdcpsInstanceOutputs,
  before: EdcpsInstanceInputs,
  rhythm: Rhythm | "now",
  course: Course,
  ctx: Context,
): Promise<EdcpsInstanceOutputs> {
  const { news, keep } = course;
  let state = start;
  const set = (now: EdcpsInstanceOutputs): void => keep((state = now));
  const ready = await allReady(state, rhythm, { ...course, keep: set }, ctx);
  if (ready === undefined) return notAwaited(state, ctx);
  const { seen, wasBought } = ready;
  // An order that was sent again brings what was ordered then, and so does one of an earlier run; a change may have stopped half-way.
  const isUnsure = wasBought || state.underWay !== undefined;
  const beside = isUnsure ? await lookBeside(news, seen, false, ctx) : {};
  const known = idsOf(start.servers);
  const work: Work = {
    last: isUnsure ? { ...before, ...inPlace(fromWire(news, seen, beside, false), before, wasBought) } : before,
    news,
    fresh: idsOf(state.servers).filter((id) => !known.includes(id)),
    statusBefore: (id) => start.servers.find((server) => server.id === id)?.status,
    state: () => state,
    note: (change) => set({ ...state, ...change }),
    ctx,
  };
  const marker = { resource: ctx.marker, generation: generationOf(state) };
  const isOld = await changeInPlace(seen, marker, work);
  const now = await findInstances(news.regionId, idsOf(state.servers), ctx);
  const { elasticIps, aliasIps } = isUnsure && isOld ? await lookBeside(news, now, false, ctx) : beside;
  return finished(fromWire(news, now, { elasticIps, aliasIps }, false), withSeen(state, now), markerText(marker), ctx);
}

/** Inputs that are changed in place, as they are shown. A new server may show its elastic IP late, which is no reason to buy another. */
function inPlace(shown: EdcpsInstanceInputs, before: EdcpsInstanceInputs, wasBought: boolean): Partial<EdcpsInstanceInputs> {
  const ofInterfaces = interfaces.flatMap((one) => [
    one.bandwidth,
    one.extraUplinkBandwidth,
    one.bandwidthPackageId,
    one.aliasIps,
    ...(wasBought ? [] : [one.enableInternet]),
  ]);
  const names = ["resourceTags", "charge", ...ofInterfaces] as const;
  return Object.fromEntries(names.map((name) => [name, shown[name] ?? before[name]]));
}

/** The state of servers that nobody waits for: as they were brought to the last time. */
function notAwaited(state: EdcpsInstanceOutputs, ctx: Context): EdcpsInstanceOutputs {
  const statuses = state.servers.map(({ id, status = "not shown yet" }) => `${id} (${status})`);
  ctx.log(`EdcpsInstance ${state.name}: not waited for (\`skipAwait\`): ${statuses.join(", ")}; the next \`pulumi up\` goes on`);
  return state;
}

/** The state of a resource that is as wanted, or shows where it is not. */
export const finished = (inputs: EdcpsInstanceInputs, state: EdcpsInstanceOutputs, marker: string, ctx: Context): EdcpsInstanceOutputs =>
  stateOf(inputs, state.servers, {
    isReady: true,
    marker,
    identity: identityOf(inputs.regionId, ctx),
    orderedAt: undefined,
    purchased: purchasedIn(state),
    revision: state.revision,
    isRenewed: state.isRenewed,
  });

/** Sees to it that there are as many servers as wanted, and that they run. `undefined`: they do not yet, and nobody is to wait for them. */
async function allReady(
  start: EdcpsInstanceOutputs,
  rhythm: Rhythm | "now",
  course: Course,
  ctx: Context,
): Promise<{ seen: readonly WireInstance[]; wasBought: boolean } | undefined> {
  const { news, from, spared, keep } = course;
  const seller = sellerOf(news, ctx);
  let state = start;
  const set = (now: EdcpsInstanceOutputs): void => keep((state = now));
  const ended: string[] = []; // the journal may still name them: they must not be taken over again
  let patience = { rhythm, ctx };
  for (let wasted = 0; wasted <= mostWasted;) {
    if (state.servers.length < news.count) {
      // Servers that a change buys have as much time as those of a purchase.
      const patient = { ...ctx, deadline: ctx.purchaseDeadline };
      const filled = await filledUp(state, course, patient);
      state = filled.state;
      patience = { rhythm: filled.rhythm, ctx: patient };
    }
    if (state.servers.length > news.count) {
      ended.push(...idsOf(state.servers.slice(news.count)));
      set(await endServers(state, state.servers.slice(news.count), choicesFor(state.servers.length, news.count), ctx));
    }
    const before = state;
    const seen = await readyServers(state, patience.rhythm, news, patience.ctx, (now) => set(withSeen(state, now)));
    if (seen === undefined) return undefined;
    logReady(before, state, ctx);
    patience = { ...patience, rhythm: "now" };
    const unseen = state.servers.filter(({ id }) => !seen.some((server) => server.instanceId === id));
    if (unseen.length > 0) {
      const hidden = await hiddenAmong(unseen, state, news, ctx);
      set(
        await withoutGone(
          state,
          unseen.filter((server) => !hidden.includes(server)),
          seller,
          ctx,
        ),
      );
      if (hidden.length < unseen.length) wasted++;
      continue;
    }
    if (state.isReady) return { seen, wasBought: false };
    const late = await recover(seller, { held: [...spared, ...ended, ...idsOf(state.servers)], generation: from }, ctx);
    if (late === undefined) return { seen, wasBought: true };
    set(joinedFor(news, state, late, ctx));
  }
  throw new CloudPhoneError(
    `EdcpsInstance ${news.name}: ${mostWasted + 1} times in a row JD Cloud named servers that do not exist, which it does when it takes an order for one of an earlier life of the resource. ` +
      "Run `pulumi up` again; in a pipeline, keep the purchase journal (cloudphone:journal) between runs, which knows the earlier orders.",
  );
}

/** The servers once all of them are ready; `undefined` when they are not and `skipAwait` says not to wait. What was ordered just now is not even looked at. */
async function readyServers(
  state: EdcpsInstanceOutputs,
  rhythm: Rhythm | "now",
  { skipAwait }: EdcpsInstanceInputs,
  ctx: Context,
  note: (seen: readonly WireInstance[]) => void,
): Promise<readonly WireInstance[] | undefined> {
  if (!skipAwait || state.isReady) return untilReady(state, rhythm, ctx, note);
  return rhythm === "now" ? readyNow(state, ctx, note) : undefined;
}

/** Orders in a row that may bring nothing. */
const mostWasted = 2;

/** The state without servers that an order brought and that do not exist; the others have some more time to show. */
async function withoutGone(
  state: EdcpsInstanceOutputs,
  gone: readonly EdcpsServer[],
  seller: Seller,
  ctx: Context,
): Promise<EdcpsInstanceOutputs> {
  if (gone.length > 0) {
    ctx.log(
      `EdcpsInstance ${idsOf(gone).join(", ")}, ordered ${state.orderedAt ?? "before"}, has never shown up: ` +
        "JD Cloud has taken the order for an earlier one, whose servers are gone. It is made anew. An elastic IP that was bought with one of these still costs: look in the console for one without a server",
    );
    await spend(seller, { resource: ctx.marker, generation: generationOf(state) }, ctx, await ctx.journal.read(ctx.marker));
  }
  const staying = state.servers.filter((server) => !gone.includes(server));
  return stateOf(state, staying, { ...state, orderedAt: new Date(ctx.clock.now()).toISOString(), purchased: purchasedIn(state) });
}

/** Says which servers have come to another state than they had `before`, and where: one line. */
function logReady(before: EdcpsInstanceOutputs, now: EdcpsInstanceOutputs, ctx: Context): void {
  const statusOf = new Map(before.servers.map(({ id, status }) => [id, status]));
  const changed = now.servers.filter((server) => server.status !== undefined && statusOf.get(server.id) !== server.status);
  if (changed.length === 0) return;
  const texts = changed.map(({ status, publicIp }) => [status, publicIp].filter((part) => part !== undefined).join(", "));
  const [first, ...others] = changed;
  const said =
    others.length === 0 ? `${first?.id ?? ""}: ${texts.join()}` : changed.map(({ id }, at) => `${id} (${texts[at] ?? ""})`).join(", ");
  ctx.log(`EdcpsInstance ${said}`);
}
