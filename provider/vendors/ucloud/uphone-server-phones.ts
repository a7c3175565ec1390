/** The image of a server's phones. */
import { CloudPhoneError, TimedOut } from "../../http/errors";
import type { Context } from "../../kit/context";
import { isUnclear } from "../../kit/purchase";
import { waitFor } from "../../kit/wait";
import { listPhones } from "./client";
import type { WirePhone } from "./client";
import { findJob, mostPhonesAtOnce, resetPhones } from "./phone-work";
import type { WireJob } from "./phone-work";
import type { UPhoneServerInputs, UPhoneServerOutputs } from "./uphone-server-properties";
import { placeOf } from "./uphone-server-sight";
import type { Known } from "./uphone-server-sight";
import { phoneName, withPhones } from "./uphone-server-wire";

const whileResetting = { firstMs: 5000, everyMs: 5000 };
/** How long a reset that was never answered may take to show on the phones. */
const begunWithinMs = 2 * 60_000;

/**
 * Resets the phones that do not have the image, which wipes them. A phone that has it, from an earlier run or by hand, is left alone, and one on which
 * a reset is under way is waited for. The state has the new image when all phones have it.
 */
export async function putImage(server: Known, { imageId, imageUpdate }: UPhoneServerInputs, ctx: Context): Promise<void> {
  const { serverId } = server.outs;
  if (imageUpdate !== "reset" || (server.outs.imageId === imageId && server.outs.imageUnderWay === undefined)) return;
  let phones = await atRest(server, ctx);
  const lacking = phones.filter((phone) => lacks(phone, imageId));
  if (lacking.length > 0) {
    ctx.log(`UPhoneServer ${serverId}: resetting ${lacking.length} of ${phones.length} phones with image ${imageId}`);
    server.outs = { ...server.outs, imageUnderWay: imageId };
  }
  const failures = new Map<string, string>();
  for (let n = 0; n < lacking.length; n += mostPhonesAtOnce) {
    const job = await reset(server, lacking.slice(n, n + mostPhonesAtOnce), imageId, ctx);
    for (const { UPhoneId, ErrorMsg } of job?.Tasks ?? []) if (UPhoneId && ErrorMsg) failures.set(UPhoneId, ErrorMsg);
    phones = await atRest(server, ctx);
  }
  const failed = phones.filter((phone) => lacks(phone, imageId));
  if (failed.length > 0) throw notReset(server, imageId, failed, failures, phones.length);
  server.outs = { ...server.outs, imageId, imageUnderWay: undefined };
  ctx.log(`UPhoneServer ${serverId}: all ${phones.length} phones have image ${imageId}`);
}

/**
 * The image of the state for the comparison with the program: none that anybody could want while a reset is unfinished, so that the next `pulumi up`
 * goes on, or back. Where resets are not asked for (any more) that would ask for a new server, so there it is the image of before.
 */
export const imageCompared = ({ imageId, imageUnderWay }: UPhoneServerOutputs, { imageUpdate }: UPhoneServerInputs): string =>
  imageUnderWay === undefined || imageUpdate !== "reset" ? imageId : `${imageUnderWay} on some phones`;

/** For the user, where that hides that phones differ. */
export const imagesLeft = ({ imageId, imageUnderWay }: UPhoneServerOutputs, news: UPhoneServerInputs): readonly string[] =>
  imageUnderWay === undefined || news.imageUpdate === "reset" || news.imageId !== imageId
    ? []
    : [
        `phones may have image ${imageUnderWay}, since a reset was interrupted, and that is left so: imageUpdate "reset" gives all of them ${imageId}`,
      ];

/** What is still unfinished by the look of the phones: their owner may have brought it to its end. */
export function imageStillUnderWay(
  { imageId, imageUnderWay, phoneCount = 1 }: UPhoneServerOutputs,
  phones: readonly WirePhone[],
): string | undefined {
  const isOver = phones.length >= phoneCount && !phones.some((phone) => isBusy(phone) || lacks(phone, imageId));
  return isOver ? undefined : imageUnderWay;
}

/** A phone whose reset failed is of no use, whatever image it shows. */
const lacks = ({ ImageId, State }: WirePhone, imageId: string): boolean => ImageId !== imageId || State === "RESET_FAILED";

const isBusy = ({ State }: WirePhone): boolean => ["STARTING", "STOPPING", "REBOOTING", "RESETTING"].includes(State ?? "");

/** All phones of the server, when nothing is under way on any of them: in between UCloud takes no reset, and their images say nothing. */
async function atRest(server: Known, ctx: Context): Promise<readonly WirePhone[]> {
  const { serverId, resetJobId } = server.outs;
  const place = placeOf(server.outs);
  const look = async (): Promise<readonly WirePhone[] | undefined> => {
    if (resetJobId !== undefined && !hasEnded(await findJob(ctx, place, resetJobId))) return undefined;
    const phones = await listPhones(ctx, place, serverId);
    server.outs = withPhones(server.outs, phones);
    return phones.some(isBusy) ? undefined : phones;
  };
  const phones = (await look()) ?? (await waitFor(`the phones of UPhoneServer ${serverId} to be at rest`, whileResetting, ctx, look));
  server.outs = { ...server.outs, resetJobId: undefined };
  const expected = Math.max(1, server.outs.phoneCount ?? 1);
  if (phones.length >= expected) return phones;
  throw new CloudPhoneError(
    `UCloud lists ${phones.length} of the ${expected} phones of UPhoneServer ${serverId}. Run again in a few minutes.`,
  );
}

/** One that UCloud does not show counts as over: then the phones tell. */
const hasEnded = (job: WireJob | undefined): boolean => job?.State !== "PENDING" && job?.State !== "RUNNING";

/** Resets some phones once, and waits for the end of it. */
async function reset(server: Known, phones: readonly WirePhone[], imageId: string, ctx: Context): Promise<WireJob | undefined> {
  const { serverId } = server.outs;
  const place = placeOf(server.outs);
  const ids = phones.map((phone) => phone.UPhoneId);
  let jobId: string | undefined;
  try {
    jobId = await resetPhones(ctx, place, ids, imageId, serverId);
  } catch (error) {
    if (!isUnclear(error)) throw error;
    await untilBegun(server, ids, imageId, error, ctx);
  }
  server.outs = { ...server.outs, resetJobId: jobId };
  await atRest(server, ctx);
  return jobId === undefined ? undefined : findJob(ctx, place, jobId);
}

/** A reset that was never answered shows on the phones, if it was executed. */
async function untilBegun(server: Known, ids: readonly string[], imageId: string, failure: unknown, ctx: Context): Promise<void> {
  const { serverId } = server.outs;
  const look = async (): Promise<true | undefined> => {
    const phones = await listPhones(ctx, placeOf(server.outs), serverId);
    return phones.some((phone) => ids.includes(phone.UPhoneId) && (isBusy(phone) || phone.ImageId === imageId)) ? true : undefined;
  };
  const brief = { ...ctx, deadline: Math.min(ctx.deadline, ctx.clock.now() + begunWithinMs) };
  try {
    await waitFor(`phones of UPhoneServer ${serverId} to be reset`, whileResetting, brief, look);
  } catch (error) {
    throw error instanceof TimedOut ? failure : error;
  }
}

function notReset(
  { outs: { serverId } }: Known,
  imageId: string,
  failed: readonly WirePhone[],
  failures: ReadonlyMap<string, string>,
  all: number,
): CloudPhoneError {
  const named = failed.map((phone) => {
    const why = failures.get(phone.UPhoneId);
    return `${phoneName(phone)}${why === undefined ? "" : ` (${why})`}`;
  });
  return new CloudPhoneError(
    `Could not reset ${failed.length} of the ${all} phones of UPhoneServer ${serverId} with image ${imageId}: ${named.join(", ")}. ` +
      "The others have it. Run `pulumi up` again, which resets only those that have not.",
  );
}
