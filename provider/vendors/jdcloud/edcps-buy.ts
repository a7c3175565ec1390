/** Servers that join an `EdcpsInstance`: ordered now, or bought by an earlier run and found again. */
import { CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { markerFrom, markerText } from "../../kit/marker";
import { generationOf, obtain, sinceOf, Unresolved } from "../../kit/purchase";
import type { Obtained } from "../../kit/purchase";
import type { Rhythm } from "../../kit/wait";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { identityOf, sellerOf } from "./edcps-seller";
import { idsOf, purchasedIn, stateOf, unseenServer } from "./edcps-state";
import type { EdcpsInstanceOutputs } from "./edcps-state";
import { afterPurchase } from "./edcps-wait";
import { interfaces } from "./interfaces";

/** What one operation brings a resource to. */
export interface Course {
  readonly news: EdcpsInstanceInputs;
  /** The oldest generation of the marker that may be taken over. */
  readonly from: number;
  /** Servers of the state that is being replaced. */
  readonly spared: readonly string[];
  /** Is told the state after every step, before the next can fail. */
  readonly keep: (state: EdcpsInstanceOutputs) => void;
}

/** The state of a resource that has no server yet. */
export const emptyState = (inputs: EdcpsInstanceInputs, generation: number, ctx: Context): EdcpsInstanceOutputs =>
  stateOf(inputs, [], {
    isReady: false,
    marker: markerText({ resource: ctx.marker, generation }),
    identity: identityOf(inputs.regionId, ctx),
    orderedAt: undefined,
    purchased: [],
  });

/** The state with servers that were bought, of which nothing is known but their ids. */
export function joined(state: EdcpsInstanceOutputs, { serverIds, marker }: Obtained, ctx: Context): EdcpsInstanceOutputs {
  const known = idsOf(state.servers);
  const fresh = serverIds.filter((id) => !known.includes(id)).map(unseenServer);
  return stateOf(state, [...state.servers, ...fresh], {
    isReady: false,
    marker: markerText(marker),
    identity: state.identity,
    orderedAt: new Date(ctx.clock.now()).toISOString(),
    purchased: purchasedIn(state),
    underWay: state.underWay,
    revision: state.revision,
  });
}

/** The same, as `news` has ordered them: they come with elastic IPs, although those that were there before may have none. */
export function joinedFor(news: EdcpsInstanceInputs, state: EdcpsInstanceOutputs, obtained: Obtained, ctx: Context): EdcpsInstanceOutputs {
  const ordered = interfaces.filter((one) => news[one.enableInternet] === "yes").map((one) => [one.enableInternet, "yes"] as const);
  return joined({ ...state, ...Object.fromEntries(ordered) }, obtained, ctx);
}

/** Orders in a row that leave something missing: then it is no accident any more. */
const mostRounds = 5;

/** When to look at servers first that have just joined: what shows already may be gone again soon, and must be known before (its elastic IP, say). */
export const rhythmFor = ({ found }: Obtained): Rhythm | "now" => (found.length > 0 ? "now" : afterPurchase);

/** Takes over or buys what is missing. An order that delivers less is followed by another for just the rest. */
export async function filledUp(
  start: EdcpsInstanceOutputs,
  course: Course,
  ctx: Context,
): Promise<{ state: EdcpsInstanceOutputs; rhythm: Rhythm | "now" }> {
  const { news, keep } = course;
  let state = start;
  let rhythm: Rhythm | "now" = afterPurchase;
  for (let round = 1; state.servers.length < news.count; round++) {
    if (round > mostRounds) throw new CloudPhoneError(otherNumber(news, state));
    const obtained = await acquired(state, course, ctx);
    if (rhythm !== "now") rhythm = rhythmFor(obtained);
    keep((state = joinedFor(news, state, obtained, ctx)));
  }
  return { state, rhythm };
}

async function acquired(state: EdcpsInstanceOutputs, { news, from, spared, keep }: Course, ctx: Context): Promise<Obtained> {
  const need = {
    want: news.count - state.servers.length,
    held: [...spared, ...idsOf(state.servers)],
    generation: from,
    // JD Cloud must not take a new order for one that it knows.
    orderGeneration: generationOf(state) + 1,
    unclearSince: sinceOf(state),
    marker: state.marker,
  };
  try {
    return await obtain(sellerOf(news, ctx), need, ctx);
  } catch (error) {
    if (!(error instanceof CloudPhoneError) || error instanceof Unresolved) throw error;
    keep(await withRefusal(state, ctx));
    if (state.isReady || state.servers.length === 0) throw error;
    throw new CloudPhoneError(`${otherNumber(news, state)} The order for the rest failed: ${error.message}`, { cause: error });
  }
}

/** JD Cloud may refuse for ever what it has refused once: the state remembers that too, for machines that do not share the journal. */
async function withRefusal(state: EdcpsInstanceOutputs, ctx: Context): Promise<EdcpsInstanceOutputs> {
  const intent = await ctx.journal.read(ctx.marker);
  const refused = intent?.state === "over" ? markerFrom(intent.marker) : undefined;
  return refused === undefined || refused.generation <= generationOf(state) ? state : { ...state, marker: markerText(refused) };
}

const otherNumber = (news: EdcpsInstanceInputs, { servers }: EdcpsInstanceOutputs): string =>
  `EdcpsInstance ${news.name} has ${servers.length} servers instead of ${news.count}, because JD Cloud delivered fewer than were ordered: ` +
  `${idsOf(servers).join(", ")}. They are kept. ` +
  `Set \`count\` to ${servers.length} to go on with them, or run \`pulumi up\` again to bring them to ${news.count}.`;
