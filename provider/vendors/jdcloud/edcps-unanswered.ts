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

/** Sends a purchase of an elastic IP so that its id is asked for later, if this run does not learn it. */
export async function applyRemembered(
  state: Remembered,
  purchase: Pick<Unanswered, "token" | "regionId"> & { readonly spec: ElasticIpSpec },
  ctx: Context,
): Promise<string> {
  const { token, regionId, spec } = purchase;
  const wasSent = await isUnanswered(token, ctx);
  const entry = { ...purchase, sentAt: ctx.clock.now() };
  if (!wasSent) await inJournal(state, [], ({ unanswered = [] }) => ({ unanswered: [...unanswered, entry] }), ctx);
  try {
    return await applyElasticIp(regionId, token, spec, ctx);
  } catch (error) {
    if (wasSent ? isRefused(error) : error instanceof CloudPhoneError && !isUnclear(error)) await settle(token, ctx);
    throw error;
  }
}

export interface ElasticIpSpec {
  readonly bandwidth: number;
  readonly extraUplinkBandwidth: number;
  readonly bandwidthPackageId: string | undefined;
  readonly charge: { readonly chargeMode: string; readonly chargeUnit?: string | undefined; readonly chargeDuration?: number | undefined };
}

const isUnanswered = async (token: string, ctx: Context): Promise<boolean> =>
  ((await ctx.journal.read(ctx.marker))?.unanswered ?? []).some((one) => one.token === token);

/** An elastic IP can be seen, or is not to be asked for any more. */
export async function settle(token: string, ctx: Context): Promise<void> {
  const intent = await ctx.journal.read(ctx.marker);
  const left = intent?.unanswered?.filter((one) => one.token !== token);
  if (intent?.unanswered?.length !== left?.length) await ctx.journal.write(ctx.marker, { ...(intent as Intent), unanswered: left });
}

/** The service itself says that this token has brought nothing. */
const isRefused = (error: unknown): boolean =>
  error instanceof CloudError && error.kind === "fatal" && !isUnclear(error) && !isTurnedAway(error);

/** Asks what became of purchases that nobody has heard of since, and deletes what they brought. Returns whether there was any. */
export async function endUnanswered(ctx: Context): Promise<boolean> {
  const intent = await ctx.journal.read(ctx.marker);
  let wasAny = false;
  for (const one of intent?.unanswered ?? []) {
    if (intent?.identity !== identityOf(one.regionId, ctx)) {
      ctx.log(mayBeLeft(one, "the keys in use now are not those that sent it")); // and stays known for the run that has them
      continue;
    }
    const hindrance = hindranceOf(one, ctx);
    if (hindrance !== undefined) ctx.log(mayBeLeft(one, hindrance));
    else if (await end(one, ctx)) wasAny = true;
    await settle(one.token, ctx);
  }
  return wasAny;
}

/** What speaks against sending it again. */
function hindranceOf({ spec, sentAt }: Unanswered, ctx: Context): string | undefined {
  const { charge } = spec as ElasticIpSpec;
  if (charge.chargeMode === "prepaid_by_duration") return "JD Cloud deletes no prepaid one before it expires";
  return ctx.clock.now() - sentAt > askableMs ? "JD Cloud may not remember it any more" : undefined;
}

async function end({ token, regionId, spec }: Unanswered, ctx: Context): Promise<boolean> {
  let id: string;
  try {
    id = await applyElasticIp(regionId, token, spec, ctx);
  } catch (error) {
    if (isRefused(error)) return false;
    throw error;
  }
  const patience = { ...ctx, deadline: Math.min(ctx.deadline, ctx.clock.now() + ctx.visibilityMs) };
  const shows = async (): Promise<boolean | undefined> =>
    (await findElasticIps(regionId, [id], ctx)).length > 0
      ? true
      : ctx.clock.now() + calmly.everyMs < patience.deadline
        ? undefined
        : false;
  ctx.log(`Elastic IP ${id}: bought by a run that was cut off, and not needed any more`);
  if (!((await shows()) ?? (await waitFor(`elastic IP ${id} to show`, calmly, patience, shows)))) return false; // gone already
  await deleteLeftOvers(regionId, [id], [], ctx);
  return true;
}

const mayBeLeft = ({ regionId, sentAt }: Unanswered, hindrance: string): string =>
  `An elastic IP in ${regionId} whose purchase of ${new Date(sentAt).toISOString()} was never answered may be left and cost: it is not asked for, because ${hindrance}. Look in the console for one without a server`;

/** Says the same of all of them, where nothing is to be bought or deleted. */
export async function reportUnanswered(ctx: Context): Promise<void> {
  const { unanswered = [] } = (await ctx.journal.read(ctx.marker)) ?? {};
  for (const one of unanswered) ctx.log(mayBeLeft(one, "`deletionPolicy` leaves everything as it is"));
}
