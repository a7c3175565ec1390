/** Purchases of elastic IPs whose answer was lost with the run that sent them, and that nobody repeats: what they brought would go on costing. */
import { CloudError, CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import type { Intent, Unanswered } from "../../kit/journal";
import { isUnclear } from "../../kit/purchase";
import { waitFor } from "../../kit/wait";
import { findElasticIps } from "./client";
import { deleteLeftOvers, inJournal } from "./edcps-left-overs";
import type { Remembered } from "./edcps-left-overs";
import { identityOf } from "./edcps-seller";
import { calmly } from "./edcps-wait";
import { applyElasticIp } from "./network-client";
import { isTurnedAway } from "./refusal";

/** How long JD Cloud remembers a client token is not documented; when it does not any more, asking would buy. */
const askableMs = 24 * 3_600_000;

/**
 * Sends a purchase of an elastic IP so that its id is asked for later, if this run does not learn it. One that was sent before is sent again as it was
 * then: what another order with its token would bring is not documented.
 */
export async function applyRemembered(
  state: Remembered,
  purchase: Pick<Unanswered, "token" | "regionId"> & { readonly spec: ElasticIpSpec },
  ctx: Context,
): Promise<string> {
  const { token, regionId } = purchase;
  const before = await unansweredOf(token, ctx);
  const known = before === undefined || isForgotten(before, ctx) ? undefined : before;
  if (before !== undefined && known === undefined) {
    ctx.log(mayBeLeft(before, "it is sent again, and JD Cloud may not remember it any more"));
    await settle(token, ctx);
  }
  const one = known ?? { ...purchase, ...before, identity: identityOf(regionId, ctx), sentAt: ctx.clock.now() };
  if (known === undefined) await inJournal(state, [], ({ unanswered = [] }) => ({ unanswered: [...unanswered, one] }), ctx);
  else ctx.log(`Elastic IP in ${regionId}: its purchase of ${timeOf(one)} was never answered, and is sent again as it was then`);
  try {
    return await applyElasticIp(regionId, token, one.spec, ctx);
  } catch (error) {
    const isNothingLeft = known === undefined && error instanceof CloudPhoneError && !isUnclear(error) && !isUnclear(error.cause);
    if (isNothingLeft) await settle(token, ctx);
    else if (isRefused(error)) ctx.log(mayBeLeft(one, refusedAnswer(one, error)));
    throw error;
  }
}

export interface ElasticIpSpec {
  readonly bandwidth: number;
  readonly extraUplinkBandwidth: number;
  readonly bandwidthPackageId: string | undefined;
  readonly charge: { readonly chargeMode: string; readonly chargeUnit?: string | undefined; readonly chargeDuration?: number | undefined };
}

const allUnanswered = async (ctx: Context): Promise<readonly Unanswered[]> => (await ctx.journal.read(ctx.marker))?.unanswered ?? [];

/** The purchase with this token, as long as it is not known what it brought. */
export const unansweredOf = async (token: string, ctx: Context): Promise<Unanswered | undefined> =>
  (await allUnanswered(ctx)).find((one) => one.token === token);

/** An elastic IP can be seen, or is not to be asked for any more. */
export const settle = (token: string, ctx: Context): Promise<void> =>
  changed(ctx, ({ unanswered }) => ({ unanswered: unanswered?.filter((one) => one.token !== token) }));

async function changed(ctx: Context, change: (intent: Intent) => Pick<Intent, "leftOvers" | "unanswered">): Promise<void> {
  const intent = await ctx.journal.read(ctx.marker);
  if (intent !== undefined) await ctx.journal.write(ctx.marker, { ...intent, ...change(intent) });
}

/** The service itself refuses. Of an order that may have been executed before, this proves nothing. */
export const isRefused = (error: unknown): error is CloudError =>
  error instanceof CloudError && error.kind === "fatal" && !isUnclear(error) && !isTurnedAway(error);

/** Runs `work`, which ends what the journal says of the resource; purchases that are still to be asked for stay in it. */
export async function keepingUnanswered(ctx: Context, work: () => Promise<unknown>): Promise<void> {
  const before = await ctx.journal.read(ctx.marker);
  await work();
  if (before === undefined || !before.unanswered?.length || (await ctx.journal.read(ctx.marker)) !== undefined) return;
  const { what, marker, place, identity, sentAt, unanswered } = before;
  await ctx.journal.write(ctx.marker, { what, marker, place, identity, sentAt, want: 0, state: "over", serverIds: [], unanswered });
}

/** Asks what became of purchases that nobody has heard of since, and deletes what they brought. Returns whether there was any. */
export async function endUnanswered(ctx: Context): Promise<boolean> {
  let wasAny = false;
  for (const one of await allUnanswered(ctx)) {
    const hindrance = hindranceOf(one, ctx);
    if (one.identity !== identityOf(one.regionId, ctx) && !ctx.confirmGone) {
      // And stays known for the run that has them.
      ctx.log(mayBeLeft(one, "it is not asked for, because the keys in use now are not those that sent it"));
    } else if (hindrance !== undefined) {
      ctx.log(mayBeLeft(one, `it is not asked for, because ${hindrance}`));
      await settle(one.token, ctx);
    } else if (await end(one, ctx)) wasAny = true;
  }
  return wasAny;
}

const isForgotten = ({ sentAt }: Unanswered, ctx: Context): boolean => ctx.clock.now() - sentAt > askableMs;

/** What speaks against sending it again. */
function hindranceOf(one: Unanswered, ctx: Context): string | undefined {
  const { charge } = one.spec as ElasticIpSpec;
  if (charge.chargeMode === "prepaid_by_duration") return "JD Cloud deletes no prepaid one before it expires";
  return isForgotten(one, ctx) ? "JD Cloud may not remember it any more" : undefined;
}

/** Returns whether JD Cloud has named what it brought. */
async function end(one: Unanswered, ctx: Context): Promise<boolean> {
  const { token, regionId, spec } = one;
  let id: string;
  try {
    id = await applyElasticIp(regionId, token, spec, ctx);
  } catch (error) {
    if (isRefused(error)) {
      ctx.log(mayBeLeft(one, refusedAnswer(one, error)));
      return false;
    }
    if (!(error instanceof CloudPhoneError)) throw error;
    throw new CloudPhoneError(
      `What became of the purchase of an elastic IP of ${timeOf(one)}, which was never answered, could not be asked: run again. ${error.message}`,
      { cause: error },
    );
  }
  ctx.log(`Elastic IP ${id}: bought by a run that was cut off, and not needed any more`);
  // From here on it is one that was bought and is to be deleted, whatever happens.
  await changed(ctx, ({ leftOvers = [], unanswered }) => ({
    leftOvers: [...new Set([...leftOvers, id])],
    unanswered: unanswered?.filter((other) => other.token !== token),
  }));
  if (!(await untilElasticIpShows(regionId, id, ctx))) {
    ctx.log(`Elastic IP ${id}: does not show and is taken for gone. If the console shows it later, delete it there: it costs`);
    return true;
  }
  const kept = await deleteLeftOvers(regionId, [id], [], ctx);
  if (kept.length === 0) await changed(ctx, ({ leftOvers }) => ({ leftOvers: leftOvers?.filter((other) => other !== id) }));
  return true;
}

/** Waits for an elastic IP that JD Cloud has named for a purchase; `false`: it may be one of an earlier purchase, which is gone. */
export async function untilElasticIpShows(regionId: string, id: string, ctx: Context): Promise<boolean> {
  const patience = { ...ctx, deadline: Math.min(ctx.deadline, ctx.clock.now() + ctx.visibilityMs) };
  let isSaid = false;
  return waitFor(`elastic IP ${id} to show`, calmly, patience, async () => {
    if ((await findElasticIps(regionId, [id], ctx)).length > 0) return true;
    const until = new Date(patience.deadline).toISOString();
    if (!isSaid) ctx.log(`Elastic IP ${id}: JD Cloud has named it for the purchase, but does not show it; waiting for it until ${until}`);
    isSaid = true;
    return ctx.clock.now() + calmly.everyMs < patience.deadline ? undefined : false;
  });
}

const timeOf = ({ sentAt }: Unanswered): string => new Date(sentAt).toISOString();

const mayBeLeft = (one: Unanswered, why: string): string =>
  `An elastic IP in ${one.regionId} whose purchase of ${timeOf(one)} was never answered may be left and cost: ${why}. Look in the console for one without a server`;

const refusedAnswer = ({ sentAt }: Unanswered, { message }: CloudError): string =>
  `asked for it, JD Cloud refuses, which proves nothing (${message}); until ${new Date(sentAt + askableMs).toISOString()} the next run asks again`;

/** Says the same of all of them, where nothing is to be bought or deleted. */
export async function reportUnanswered(why: string, ctx: Context): Promise<void> {
  for (const one of await allUnanswered(ctx)) ctx.log(mayBeLeft(one, `it is not asked for, because ${why}`));
}
