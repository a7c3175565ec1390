import { check } from "../../kit/check";
import type { Context } from "../../kit/context";
import { usualTimeouts } from "../../kit/handler";
import type { Handler } from "../../kit/handler";
import { heldByState, isLeft } from "../../kit/life-inputs";
import { markerFrom } from "../../kit/marker";
import { NotReady } from "../../kit/not-ready";
import {
  forget,
  generationAfter,
  generationOf,
  keepingUnresolved,
  obtain,
  recover,
  sinceOf,
  unresolvedId,
  Unresolved,
  unresolvedState,
} from "../../kit/purchase";
import { hasUnknown } from "../../kit/unknown";
import type { Rhythm } from "../../kit/wait";
import { regionFrom } from "./credentials";
import { adoptable, takeOver, toAdopt } from "./edcps-adopt";
import { emptyState, joined, joinedFor, rhythmFor } from "./edcps-buy";
import { choicesForAll, endForgotten, endServers } from "./edcps-delete";
import { edcpsDiff } from "./edcps-diff";
import { endAll, refuseOtherKeys, refuseReplacing } from "./edcps-end";
import { expiryOf } from "./edcps-expiry";
import { fulfil } from "./edcps-fulfil";
import { edcpsInputs } from "./edcps-inputs";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { lacksInternet } from "./edcps-internet";
import { hiddenAmong, lookAt } from "./edcps-look";
import { readServers } from "./edcps-read";
import { finderOf, sellerOf } from "./edcps-seller";
import { idsOf, inputsIn } from "./edcps-state";
import type { EdcpsInstanceOutputs } from "./edcps-state";
import { keepingUnanswered } from "./edcps-unanswered";
import { refuseFailed } from "./edcps-wait";

export type { EdcpsInstanceGiven, EdcpsInstanceInputs } from "./edcps-inputs";
export type { EdcpsInstanceOutputs, EdcpsServer, EdcpsUnderWay } from "./edcps-state";

/** Cloud servers at the edge of JD Cloud, bought with createInstances (JD Cloud API docs, EdCPS). */
export const edcpsInstance: Handler<EdcpsInstanceInputs, EdcpsInstanceOutputs> = {
  timeouts: usualTimeouts,
  nameOf: ({ name }) => (name === undefined || hasUnknown(name) ? "EdcpsInstance" : `EdcpsInstance ${name}`),
  expiry: expiryOf,

  check(news, settings, last = {}) {
    const checked = check(edcpsInputs, { ...news, regionId: news["regionId"] ?? last["regionId"] ?? regionFrom(settings) });
    return checked.failures.length === 0 ? { ...checked, notes: notesOf(checked.inputs as EdcpsInstanceInputs) } : checked;
  },

  diff: edcpsDiff,

  async create(inputs, ctx) {
    const replaced: Partial<EdcpsInstanceOutputs> = ctx.replaced ?? {};
    await refuseReplacing(replaced, ctx);
    const held = idsOf(replaced.servers ?? []);
    const generation = await generationAfter(finderOf(inputs.regionId, ctx), ctx.replaced, held, ctx);
    const adopted = toAdopt(inputs, held, [replaced.adopt ?? []].flat());
    await endForgotten(inputs.regionId, ctx);
    const { state: wanted, rhythm } =
      adopted.length > 0
        ? { state: await adoptable(adopted, inputs, generation, ctx), rhythm: "now" as const }
        : await bought(inputs, { held, generation }, ctx);
    const idOf = ({ servers: [first] }: EdcpsInstanceOutputs): string | undefined => first?.id;
    return keeping(wanted, idOf, async (keep) => {
      const course = { news: inputs, from: generation, spared: held, keep };
      const outs = adopted.length > 0 ? await takeOver(wanted, inputs, ctx, keep) : await fulfil(wanted, inputs, rhythm, course, ctx);
      keep(outs);
      if (adopted.length === 0) await keepingUnanswered(ctx, () => forget(ctx));
      return { id: idOf(outs) ?? "", outs };
    });
  },

  read: readServers,

  update(id, before, news, ctx) {
    const last = { ...before, ...heldByState(news), reinstall: news.reinstall };
    return keeping(
      last,
      () => id,
      async (keep) => {
        const present = await presentOf(last, news, ctx, keep);
        keep(present);
        const course = { news, from: generationOf(last), spared: [], keep };
        const outs = await fulfil(present, inputsIn(last), "now", course, ctx);
        keep(outs);
        if (lacksInternet(last, news)) await endForgotten(outs.regionId, ctx);
        await keepingUnanswered(ctx, () => forget(ctx, last, idsOf(outs.servers)));
        return outs;
      },
    );
  },

  delete: (_id, last, ctx) => endAll(last, ctx),
};

function notesOf({ charge, deletionPolicy }: EdcpsInstanceInputs): string[] {
  if (charge.chargeMode !== "prepaid_by_duration" || isLeft({ deletionPolicy })) return [];
  return [
    'prepaid: JD Cloud neither refunds it nor lets anybody delete it before it expires; with `deletionPolicy` "stopRenewal" or "retain" `pulumi destroy` leaves it there instead of failing',
  ];
}

/** Steps 1 to 5 of a purchase. */
async function bought(
  inputs: EdcpsInstanceInputs,
  need: { held: string[]; generation: number },
  ctx: Context,
): Promise<{ state: EdcpsInstanceOutputs; rhythm: Rhythm | "now" }> {
  const empty = emptyState(inputs, need.generation, ctx);
  const obtained = await keepingUnresolved(
    (unclear) => ({ ...empty, ...unclear }),
    () => obtain(sellerOf(inputs, ctx), { ...need, want: inputs.count }, ctx),
  );
  return { state: joined(empty, obtained, ctx), rhythm: rhythmFor(obtained) };
}

/** The state with who is there: without servers that have left, and with those that earlier runs bought and no state holds. */
async function presentOf(
  last: EdcpsInstanceOutputs,
  news: EdcpsInstanceInputs,
  ctx: Context,
  keep: (state: EdcpsInstanceOutputs) => void,
): Promise<EdcpsInstanceOutputs> {
  refuseOtherKeys(last, ctx);
  // What an interrupted run has bought is put to use, if it can be; JD Cloud must not hand back what is deleted here.
  const hadLeftOvers = !lacksInternet(last, news) && (await endForgotten(last.regionId, { ...ctx, marker: resourceOf(last, ctx) }));
  const revision = hadLeftOvers ? (last.revision ?? 0) + 1 : last.revision;
  const { seen, gone, identity } = await lookAt(last, last.servers, ctx);
  const neverSeen = gone.filter(({ status }) => status === undefined);
  const hidden = neverSeen.length === 0 ? [] : await hiddenAmong(neverSeen, last, news, ctx);
  const isLeaving = (id: string): boolean => seen.some((one) => one.instanceId === id && one.status === "deleting");
  const leaving = last.servers.filter((server) => (gone.includes(server) && !hidden.includes(server)) || isLeaving(server.id));
  if (last.servers.length - leaving.length < news.count) refuseFailed(seen);
  let state: EdcpsInstanceOutputs = { ...last, identity, revision };
  if (leaving.length > 0) keep((state = await endServers(state, leaving, choicesForAll, ctx)));
  const seller = sellerOf(news, ctx);
  if (state.servers.length < news.count) return state; // what is missing is looked for before it is bought
  const need = { held: idsOf(state.servers), generation: generationOf(last), unclearSince: sinceOf(last), marker: last.marker };
  const found = await recover(seller, need, ctx);
  return found === undefined ? { ...state, unclearSince: undefined } : joinedFor(news, state, found, ctx);
}

/** The marker's part of the resource as it was at the last run: an alias may have given it another since. */
const resourceOf = ({ marker }: EdcpsInstanceOutputs, ctx: Context): string => markerFrom(marker)?.resource ?? ctx.marker;

/** Runs `work` on the state `start`. Whatever goes wrong carries the state of that moment, unless there is nothing to keep. */
async function keeping<T>(
  start: EdcpsInstanceOutputs,
  idOf: (state: EdcpsInstanceOutputs) => string | undefined,
  work: (keep: (state: EdcpsInstanceOutputs) => void) => Promise<T>,
): Promise<T> {
  let state = start;
  try {
    return await work((now) => void (state = now));
  } catch (error) {
    const isUnclear = error instanceof Unresolved;
    const id = idOf(state) ?? (isUnclear ? unresolvedId(error.marker) : undefined);
    if (id === undefined) throw error;
    throw new NotReady(id, isUnclear ? { ...state, ...unresolvedState(error) } : state, error);
  }
}
