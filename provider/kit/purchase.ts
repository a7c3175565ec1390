/** Buying so that nothing is bought twice and nothing bought is lost: look, then adopt or buy; one request; look again when its outcome is not clear. */
import { CloudPhoneError, CloudError, NetworkError } from "../http/errors";
import type { Context } from "./context";
import { confirm } from "./gone";
import type { Intent } from "./journal";
import { markerFrom, markerText } from "./marker";
import type { Marker } from "./marker";
import { NotReady } from "./not-ready";
import { waitFor } from "./wait";

/** What every state says about the purchase. */
export interface PurchaseState {
  /**
   * Whether everything bought came to be ready, with all that is set after a purchase (tags, remark …). `false`: `pulumi up` goes on where the
   * last run stopped, even when a refresh came between.
   */
  readonly isReady: boolean;
  /** Ties the servers to this resource of this stack: they carry it in the cloud, so that they are found again after a crash or a lost state. */
  readonly marker: string;
  /** Fingerprint of the account, project and region in which the servers were last seen: in another one they are never taken for gone. */
  readonly identity: string;
  /** When a purchase was sent whose outcome is not known yet, ISO 8601. `undefined`: there is none. */
  readonly unclearSince?: string | undefined;
}

/** A server in the cloud that carries the resource's marker. */
export interface Found {
  readonly id: string;
  readonly marker: Marker;
  /** The marker is in its permanent place: the purchase was seen through. */
  readonly isComplete: boolean;
  /** ms since 1970; `undefined` when the cloud does not say. */
  readonly createdAt: number | undefined;
}

/** What the cloud names when it takes an order. */
export interface Bought {
  readonly serverIds: readonly string[];
  readonly orderId?: string | undefined;
}

/** One cloud's way to sell what one resource wants. */
export interface Seller {
  /** As in `UPhoneServer "farm"`. */
  readonly what: string;
  /** As in `UCloud cn-wlcb`. */
  readonly place: string;
  /** Account, project and region in which it is bought (a fingerprint). */
  readonly identity: string;
  /** All servers of the place that carry `resource` as their marker, of any generation. An incomplete list is an error: it would prove nothing. */
  find(resource: string): Promise<readonly Found[]>;
  /**
   * Sends one order for `want` servers that carry `marker`. Never repeats it, unless the cloud itself sees to it that a repeated one is not executed.
   * @throws a failure for which `isUnclear` tells whether servers may have been bought
   */
  buy(marker: Marker, want: number): Promise<Bought>;
  /** The cloud remembers the marker's orders: sending one again is the same as asking what became of it. */
  readonly remembersOrders: boolean;
  /** Orders sent since then which may be ours and are not over, for the user to read. Without it lists of servers say everything. */
  openOrders?(sinceMs: number): Promise<readonly string[]>;
}

/** What a resource lacks. */
export interface Need {
  /** How many servers. */
  readonly want: number;
  /** Servers that the state holds: not to be taken over. */
  readonly held: readonly string[];
  /** The order that the state waits for, if it does: not to be taken for another. */
  readonly heldOrder?: string | undefined;
  /** The marker that the state has: after an alias has renamed the resource, what was bought under its old name is looked for, too. */
  readonly marker?: string | undefined;
  /** The oldest generation that may be taken over, and that of a purchase. */
  readonly generation: number;
  /** That of a purchase, where it has to be one that the cloud does not remember yet. Default: `generation`. */
  readonly orderGeneration?: number | undefined;
  /** The newest generation that may be taken over, when another state of this run holds newer ones. Default: any. */
  readonly newest?: number | undefined;
  /** ms since 1970: an earlier run sent an order then and never learnt what became of it. */
  readonly unclearSince?: number | undefined;
}

/** What came of it. */
export interface Obtained extends Bought {
  /** To be put into its permanent place in all of the servers; of a higher generation than theirs when they were complete already. */
  readonly marker: Marker;
  /** Servers that an earlier run bought and that can be seen; they are among `serverIds`. Empty: ordered just now, or a moment before a crash. */
  readonly found: readonly Found[];
}

/** Whether servers may have been bought is not known, and did not become known in time. */
export class Unresolved extends CloudPhoneError {
  override readonly name = "Unresolved";
  readonly marker: Marker;
  /** ms since 1970. */
  readonly since: number;

  constructor(message: string, marker: Marker, since: number, cause?: unknown) {
    super(message, { cause });
    this.marker = marker;
    this.since = since;
  }
}

/** The resource's id while nobody knows whether it was bought. A refresh puts the real one in its place. */
export const unresolvedId = (marker: Marker): string => `unresolved/${markerText(marker)}`;
export const isUnresolvedId = (id: string): boolean => id.startsWith("unresolved/");

/** Whether a failed purchase may have been executed all the same. A definite no comes from the vendor itself, in its own words. */
export function isUnclear(error: unknown): boolean {
  if (error instanceof NetworkError) return error.maybeSent;
  if (error instanceof CloudError) return error.kind === "transient" || (error.kind === "fatal" && error.code.startsWith("HTTP "));
  return false;
}

/**
 * Steps 1 to 5 of a purchase: takes over what earlier runs bought, else orders once. From here on the caller has ids, or the id of an order,
 * and keeps them whatever happens.
 * @throws when servers stand there that may be somebody else's; Unresolved when it is not known whether an order was executed
 */
export async function obtain(seller: Seller, need: Need, ctx: Context): Promise<Obtained> {
  if (ctx.marker === "") {
    throw new CloudPhoneError("Nothing is bought without `purchaseMarker`: use the classes of pulumi-cloudphone, which set it.");
  }
  const intent = await intentOf(seller, need, ctx);
  if (isOrder(intent) && intent.place !== "" && intent.place !== seller.place) throw new CloudPhoneError(ordered(seller, intent));
  const { ours, orphans } = await look(seller, need, ctx, intent);
  if (orphans.length > 0) throw new CloudPhoneError(orphaned(seller, orphans));
  const known = await takenOver(seller, ours, intent, ctx);
  if (known !== undefined) return known;
  const sent = sentOrder(intent, need, ctx);
  if (sent !== undefined && !seller.remembersOrders) {
    const shown = await outcome(seller, need, sent, ctx);
    if (shown !== undefined) return shown;
  }
  const { orderGeneration = need.generation } = need;
  const generation = seller.remembersOrders && isSpent(intent) ? Math.max(orderGeneration, intent.marker.generation + 1) : orderGeneration;
  const isRepeated = sent !== undefined && seller.remembersOrders;
  return order(
    seller,
    need,
    isRepeated ? sent : { marker: { resource: ctx.marker, generation: sent?.marker.generation ?? generation } },
    ctx,
  );
}

/**
 * What earlier runs bought and no state holds, without ordering anything: before a resource is changed or deleted. Waits until an order whose
 * outcome is not known would show. Servers that may be somebody else's are left alone.
 * @throws Unresolved when it is not known whether an order was executed
 */
export async function recover(seller: Seller, need: Omit<Need, "want">, ctx: Context): Promise<Obtained | undefined> {
  if (ctx.marker === "") return undefined; // no marker, no servers that carry it
  const intent = await intentOf(seller, need, ctx);
  const { ours, orphans } = await look(seller, need, ctx, intent);
  if (orphans.length > 0) ctx.log(leftAlone(seller, orphans));
  const known = await takenOver(seller, ours, intent, ctx);
  const sent = sentOrder(intent, need, ctx);
  return known ?? (sent === undefined ? undefined : outcome(seller, need, sent, ctx));
}

/** Servers of earlier runs that stand in no state, the oldest first, for a look that changes nothing. */
export async function strays(
  seller: Pick<Seller, "find">,
  need: Pick<Need, "held" | "generation" | "newest">,
  ctx: Context,
): Promise<readonly Found[]> {
  return (await look(seller, need, ctx)).ours;
}

/** Whether there are any. */
export async function hasStrays(seller: Pick<Seller, "find">, need: Pick<Need, "held" | "generation">, ctx: Context): Promise<boolean> {
  return (await strays(seller, need, ctx)).length > 0;
}

/** Runs a purchase of a new resource: an outcome that is not known gives it a provisional id and the state `outs`. */
export async function keepingUnresolved<T>(
  outs: (state: Pick<PurchaseState, "isReady" | "marker" | "unclearSince">) => object,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Unresolved)) throw error;
    throw new NotReady(unresolvedId(error.marker), outs(unresolvedState(error)), error);
  }
}

/** What the state says while the outcome is not known. */
export const unresolvedState = ({ marker, since }: Unresolved): Pick<PurchaseState, "isReady" | "marker" | "unclearSince"> => ({
  isReady: false,
  marker: markerText(marker),
  unclearSince: timeText(since),
});

/** When the order was sent of which a state does not know the outcome, ms since 1970. */
export const sinceOf = ({ unclearSince }: Partial<PurchaseState>): number | undefined =>
  unclearSince === undefined ? undefined : Date.parse(unclearSince);

/** The generation that the state of a resource has reached; a state from before there were markers has none. */
export const generationOf = ({ marker }: Partial<PurchaseState>): number => markerFrom(marker)?.generation ?? 0;

/**
 * The purchase is over: what was bought is ready and marked, and on its way into the state.
 * @param last the state before; if an alias has renamed the resource since, what the journal says of these servers under the old name is over, too
 */
export async function forget(
  ctx: Context,
  last: Partial<PurchaseState> & { readonly orderId?: string | undefined } = {},
  serverIds: readonly string[] = [],
): Promise<void> {
  await ctx.journal.clear(ctx.marker);
  const before = markerFrom(last.marker)?.resource;
  if (before === undefined || before === ctx.marker) return;
  const intent = await ctx.journal.read(before);
  const isOfThatOrder = intent?.orderId !== undefined && intent.orderId === last.orderId;
  if (brought(intent, serverIds) || isOfThatOrder || (intent?.state === "sent" && intent.sentAt === sinceOf(last)))
    await ctx.journal.clear(before);
}

/**
 * The generation of a purchase that replaces servers: above theirs, also where a run that was cut off has given them a newer one than their state knows.
 * @param held servers of the state `replaced`
 */
export async function generationAfter(
  seller: Pick<Seller, "find">,
  replaced: Partial<PurchaseState> | undefined,
  held: readonly string[],
  ctx: Context,
): Promise<number> {
  if (replaced === undefined || ctx.marker === "") return 0;
  const theirs = (await seller.find(ctx.marker)).filter(({ id }) => held.includes(id));
  return Math.max(generationOf(replaced), ...theirs.map(({ marker }) => marker.generation)) + 1;
}

/**
 * The newest generation that belongs to the state of a deletion: all, unless another state of this run holds servers. Those between the two belong to
 * runs that were cut off.
 */
export const newestToEnd = (last: Partial<PurchaseState>, { heldGeneration }: Context): number | undefined =>
  heldGeneration !== undefined && heldGeneration > generationOf(last) ? heldGeneration - 1 : undefined;

/** Servers are about to be deleted: a run that finds them gone after this one was cut off has nothing to ask about. */
export async function ending(
  seller: Pick<Seller, "what" | "place" | "identity">,
  ids: readonly string[],
  marker: Marker,
  ctx: Context,
): Promise<void> {
  const known = await ctx.journal.read(ctx.marker);
  if (known?.state === "sent" || known?.state === "accepted") return; // a purchase that the journal must not forget
  const before = known?.state === "ending" ? known.serverIds : [];
  const intent = aboutOrder(seller, marker, 0, ctx.clock.now());
  const serverIds = [...new Set([...before, ...ids])];
  await ctx.journal.write(ctx.marker, { ...intent, ...beside(known), state: "ending", serverIds });
}

/** These servers are gone for good: the journal must not bring them back. */
export async function forgetServers(ids: readonly string[], ctx: Context): Promise<void> {
  const intent = await ctx.journal.read(ctx.marker);
  if (brought(intent, ids)) await forget(ctx);
}

/** Whether these servers are all that the order brought. */
const brought = (intent: Intent | undefined, ids: readonly string[]): boolean =>
  intent?.state === "accepted" && intent.serverIds.length > 0 && intent.serverIds.every((id) => ids.includes(id));

/**
 * Nothing is left of the purchases up to this marker's: a cloud that remembers orders must not be asked for them again.
 * @param known what was bought beside the servers, where that is not over
 */
export const spend = (
  seller: Pick<Seller, "what" | "place" | "identity">,
  marker: Marker,
  ctx: Context,
  known?: Pick<Intent, "leftOvers" | "unanswered">,
): Promise<void> =>
  ctx.journal.write(marker.resource, { ...aboutOrder(seller, marker, 0, ctx.clock.now()), ...beside(known), state: "over" });

/** What was bought beside servers: it is not over when their purchase is. */
const beside = (known: Pick<Intent, "leftOvers" | "unanswered"> | undefined): Pick<Intent, "leftOvers" | "unanswered"> => ({
  leftOvers: known?.leftOvers,
  unanswered: known?.unanswered,
});

/** The first generation that is not spent, as far as the journal knows. */
export async function unspentGeneration(ctx: Context): Promise<number> {
  const intent = await ctx.journal.read(ctx.marker);
  const marker = markerFrom(intent?.marker);
  return marker === undefined || !isSpent(intent) ? 0 : marker.generation + 1;
}

type KnownIntent = Omit<Intent, "marker"> & { readonly marker: Marker };

const isOrder = (intent: KnownIntent | undefined): intent is KnownIntent => intent?.state === "sent" || intent?.state === "accepted";

const isSpent = <T extends Pick<Intent, "state">>(intent: T | undefined): intent is T =>
  intent?.state === "over" || intent?.state === "ending";

/** What the journal says, unless it is about another life of the resource, or stands in the state already. */
async function intentOf(seller: Seller, need: Omit<Need, "want">, ctx: Context): Promise<KnownIntent | undefined> {
  const intent = await firstIntent(need, ctx);
  const marker = markerFrom(intent?.marker);
  if (intent === undefined || marker === undefined) return undefined;
  const isOurs = intent.state === "over" || isWanted(marker, need);
  const isInState =
    intent.serverIds.some((id) => need.held.includes(id)) || (intent.orderId !== undefined && intent.orderId === need.heldOrder);
  const known = isOurs && !isInState ? { ...intent, marker } : undefined;
  const isElsewhere = isOrder(known) && known.identity !== "" && known.identity !== seller.identity;
  if (isElsewhere && !ctx.confirmGone) throw new CloudPhoneError(orderedByOthers(seller, known));
  return known;
}

async function firstIntent(need: Pick<Need, "marker" | "unclearSince">, ctx: Context): Promise<Intent | undefined> {
  for (const resource of resourcesOf(need, ctx)) {
    const intent = await ctx.journal.read(resource);
    if (intent !== undefined) return intent;
  }
  return undefined;
}

/**
 * The resource's part of the marker; for an order of unknown outcome also the one that it had before an alias renamed it. Otherwise the old name may
 * belong to another resource by now.
 */
const resourcesOf = ({ marker, unclearSince }: Pick<Need, "marker" | "unclearSince">, ctx: Context): readonly string[] => [
  ...new Set([ctx.marker, (unclearSince === undefined ? undefined : markerFrom(marker)?.resource) ?? ctx.marker]),
];

const isWanted = ({ generation }: Marker, need: Pick<Need, "generation" | "newest">): boolean =>
  generation >= need.generation && generation <= (need.newest ?? generation);

/** Servers with our marker that no state holds, the oldest first: earlier runs bought them. `orphans` may be somebody else's. */
async function look(
  seller: Pick<Seller, "find">,
  need: Pick<Need, "held" | "generation" | "newest" | "marker" | "unclearSince">,
  ctx: Context,
  intent?: KnownIntent,
): Promise<{ ours: readonly Found[]; orphans: readonly Found[] }> {
  const all = await Promise.all(resourcesOf(need, ctx).map((resource) => seller.find(resource)));
  const found = all
    .flat()
    .filter(({ id, marker }) => isWanted(marker, need) && !need.held.includes(id))
    .sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0) || (a.id < b.id ? -1 : 1));
  const sent = intent ?? (need.unclearSince === undefined ? undefined : { sentAt: need.unclearSince, serverIds: [], marker: undefined });
  const orphans = ctx.adoptOrphans ? [] : found.filter((one) => isOrphan(one, ctx) && !isOfOrder(one, sent));
  return { ours: found.filter((one) => !orphans.includes(one)), orphans };
}

async function takenOver(
  seller: Seller,
  found: readonly Found[],
  intent: KnownIntent | undefined,
  ctx: Context,
): Promise<Obtained | undefined> {
  const accepted = intent?.state === "accepted" ? intent : undefined;
  if (found.length === 0 && accepted === undefined) return undefined;
  const serverIds = [...new Set([...found.map(({ id }) => id), ...(accepted?.serverIds ?? [])])];
  const orderId = accepted?.orderId;
  ctx.log(`${seller.what}: an earlier run bought ${named({ serverIds, orderId })}, which is taken over; nothing is bought`);
  const generations = [...found.map(({ marker }) => marker.generation), ...(accepted === undefined ? [] : [accepted.marker.generation])];
  // Complete servers may stand in an older state, which must not be able to delete them any more.
  const generation = Math.max(...generations) + (found.some((one) => one.isComplete) ? 1 : 0);
  await answered(seller, found, intent, ctx);
  return { marker: { resource: ctx.marker, generation }, serverIds, orderId, found };
}

/** All that an order was for stands there: as soon as a state holds these, nobody has to wait for it any more. */
async function answered(seller: Seller, found: readonly Found[], intent: KnownIntent | undefined, ctx: Context): Promise<void> {
  if (intent?.state !== "sent") return;
  const ids = found.filter((one) => isOfOrder(one, intent)).map(({ id }) => id);
  if (ids.length < intent.want) return;
  await noted(seller, { ...intent, marker: markerText(intent.marker), serverIds: ids }, ctx);
}

/** An order that was sent and never answered, as the journal knows it, or else the state. */
interface Sent {
  readonly marker: Marker;
  readonly since: number;
  readonly why: string;
  /** Sent by this run. */
  readonly isFresh?: true;
}

function sentOrder(intent: KnownIntent | undefined, need: Omit<Need, "want">, ctx: Context): Sent | undefined {
  const since = intent?.state === "sent" ? intent.sentAt : need.unclearSince;
  if (since === undefined) return undefined;
  // Under the name that the resource had when it was sent: only that finds it again.
  const resource = markerFrom(need.marker)?.resource ?? ctx.marker;
  const marker = intent?.state === "sent" ? intent.marker : { resource, generation: need.generation };
  return { marker, since, why: `An order of ${timeText(since)} was never answered.` };
}

const orphanAgeMs = 24 * 3_600_000;

/** Complete, and so old that no state write of a moment ago was lost: a lost state file, or a second stack of the same name. */
const isOrphan = ({ isComplete, createdAt }: Found, ctx: Context): boolean =>
  isComplete && createdAt !== undefined && ctx.clock.now() - createdAt > orphanAgeMs;

const skewMs = 5 * 60_000;

/** However old: the journal or the state knows its order. */
function isOfOrder(
  { id, marker, createdAt }: Found,
  order: { sentAt: number; serverIds: readonly string[]; marker: Marker | undefined } | undefined,
): boolean {
  if (order === undefined) return false;
  const isOfThatTime = createdAt !== undefined && createdAt >= order.sentAt - skewMs;
  return order.serverIds.includes(id) || (isOfThatTime && (order.marker === undefined || order.marker.generation === marker.generation));
}

/** One order, and no more: a new one, or once more one that was `sent` before and that the cloud remembers. */
async function order(seller: Seller, need: Need, { marker, since }: { marker: Marker; since?: number }, ctx: Context): Promise<Obtained> {
  const sentAt = since ?? ctx.clock.now();
  const sent = { ...aboutOrder(seller, marker, need.want, sentAt), ...beside(await ctx.journal.read(ctx.marker)) };
  await ctx.journal.write(ctx.marker, { ...sent, state: "sent" });
  ctx.signal.throwIfAborted();
  let bought: Bought;
  try {
    bought = await seller.buy(marker, need.want);
  } catch (error) {
    if (!(error instanceof CloudPhoneError)) throw error;
    if (!isUnclear(error)) {
      // What turns a repeated order away may not have looked at the first one.
      const isRepeated = seller.remembersOrders && since !== undefined;
      const first = isRepeated ? await outcome(seller, need, { marker, since, why: error.message }, ctx) : undefined;
      if (first !== undefined) return first;
      if (seller.remembersOrders) await ctx.journal.write(ctx.marker, { ...sent, state: "over" });
      else await ctx.journal.clear(ctx.marker);
      throw error;
    }
    const shown = await outcome(seller, need, { marker, since: sentAt, why: error.message, isFresh: true }, ctx);
    if (shown !== undefined) return shown;
    throw new Unresolved(`${error.message} ${neverShown(ctx)}`, marker, sentAt, error);
  }
  await noted(seller, { ...sent, state: "accepted", ...bought }, ctx);
  return { marker, ...bought, found: [] };
}

/** What was bought reaches the state even if the disk is full by now; and the journal says that something was sent. */
async function noted(seller: Seller, intent: Intent, ctx: Context): Promise<void> {
  try {
    await ctx.journal.write(ctx.marker, intent);
  } catch (error) {
    if (!(error instanceof CloudPhoneError)) throw error;
    ctx.log(`${seller.what}: bought ${named(intent)}, but that is not in the journal. ${error.message}`);
  }
}

const aboutOrder = (
  seller: Pick<Seller, "what" | "place" | "identity">,
  marker: Marker,
  want: number,
  sentAt: number,
): Omit<Intent, "state"> => ({
  what: seller.what,
  marker: markerText(marker),
  place: seller.place,
  identity: seller.identity,
  want,
  sentAt,
  serverIds: [],
});

const rhythm = { firstMs: 5000, everyMs: 15_000 };

/**
 * Looks until the order shows, or until it would have shown if it had been executed.
 * @returns what it brought; `undefined` when it was not executed
 * @throws Unresolved when that cannot be told in time
 */
async function outcome(seller: Seller, need: Omit<Need, "want">, sent: Sent, ctx: Context): Promise<Obtained | undefined> {
  const { marker, since, isFresh } = sent;
  const until = since + ctx.visibilityMs;
  let orders: readonly string[] = [];
  const latest = Math.max(until, ctx.clock.now());
  ctx.log(
    `${seller.what}: it is not known whether the order of ${timeText(since)} was executed; looking for it, until ${timeText(latest)} at the latest`,
  );
  const intent = await intentOf(seller, need, ctx);
  const once = async (): Promise<{ obtained: Obtained | undefined } | undefined> => {
    const isOver = ctx.clock.now() >= until; // said before the look, which has to be younger
    const { ours } = await look(seller, { ...need, unclearSince: since }, ctx);
    const obtained = await takenOver(seller, ours, intent?.state === "sent" ? intent : undefined, ctx);
    if (obtained !== undefined) return { obtained };
    orders = (await seller.openOrders?.(since)) ?? [];
    return isOver && orders.length === 0 ? { obtained: undefined } : undefined;
  };
  const patience = { ...ctx, deadline: Math.min(ctx.deadline, latest + rhythm.everyMs) };
  try {
    const first = isFresh === true ? undefined : await once();
    return (first ?? (await waitFor(`the order for ${seller.what} to show`, rhythm, patience, once))).obtained;
  } catch (error) {
    if (!(error instanceof CloudPhoneError)) throw error;
    throw new Unresolved(unknownOutcome(seller, sent, orders, error), marker, since, error);
  }
}

const named = ({ serverIds, orderId }: Bought): string => [...serverIds, ...(orderId === undefined ? [] : [`order ${orderId}`])].join(", ");

const timeText = (ms: number): string => new Date(ms).toISOString();

const neverShown = (ctx: Context): string =>
  `It did not show within ${Math.round(ctx.visibilityMs / 60_000)} min, so it was most likely not executed: run \`pulumi up\` again, which looks once more and buys only if there still is nothing.`;

function unknownOutcome({ what }: Seller, { why, since }: Sent, orders: readonly string[], last: CloudPhoneError): string {
  const which = orders.length === 0 ? "" : ` These orders may be it: ${orders.join("; ")}: pay those that are wanted or cancel them.`;
  return (
    `${why} Whether the order for ${what} of ${timeText(since)} was executed is not known yet.${which} ` +
    `Nothing more is bought before that is clear: run \`pulumi up\` again, which looks for it first; \`pulumi destroy\` looks for it too. (${last.message})`
  );
}

const leftAlone = ({ what }: Seller, orphans: readonly Found[]): string =>
  `${what}: left alone ${orphans.map(({ id }) => id).join(", ")}, which carries this resource's marker but stands in no state known here; it goes on costing. See \`adopt\` and cloudphone:adoptOrphans.`;

/** The program has moved since: looking where it is now would miss what was bought where it was. */
const ordered = ({ what, place }: Seller, intent: KnownIntent): string =>
  `${what}: nothing was bought in ${place}, because an interrupted run ordered ${intent.want === 1 ? "a server" : `${intent.want} servers`} for it in ${intent.place} at ${timeText(intent.sentAt)}. ` +
  "Set the place back and run `pulumi up`, which takes over what was bought; then move it. " +
  "If you know that nothing was bought there, remove its file from the journal instead.";

const orderedByOthers = ({ what, place }: Seller, intent: KnownIntent): string =>
  `${what}: an interrupted run sent an order for it to ${intent.place} at ${timeText(intent.sentAt)}, but the keys, project or region in use now (${place}) are not those that sent it. ` +
  `Nothing is bought, and nothing is taken for never executed. Set the keys and the place of the account that sent it and run again; if the keys were merely renewed, confirm with ${confirm}.`;

const orphaned = ({ what, place }: Seller, orphans: readonly Found[]): string =>
  `${what}: nothing was bought, because ${orphans.length === 1 ? "a server" : "servers"} of this resource of this stack already ${orphans.length === 1 ? "stands" : "stand"} in ${place}, which the state does not know: ` +
  `${orphans.map(({ id, createdAt }) => `${id}${createdAt === undefined ? "" : ` (of ${timeText(createdAt)})`}`).join(", ")}. ` +
  "If the state was lost, `pulumi config set cloudphone:adoptOrphans true` takes over all such servers in the next `pulumi up`, without buying any; `adopt` in the program does so for one. " +
  "If another stack of the same name owns them, give this one another name; if you keep them without Pulumi, remove the marker from their remark, description or tags. " +
  "`pulumi up --replace` ends here too, because the engine does not tell providers of it: change the resource option `replacementTrigger` instead, or run `pulumi destroy --target` and then `pulumi up`.";
