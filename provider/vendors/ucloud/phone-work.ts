import { z } from "zod";
import type { Context } from "../../kit/context";
import { call } from "./call";
import type { Place } from "./client";

const text = z.string().nullish();
/** Members of `Job` and `Task` that are in use (UCloud API docs, DescribeUPhoneJob). */
const wireJob = z.looseObject({
  JobId: text,
  State: text,
  Tasks: z.array(z.looseObject({ UPhoneId: text, State: text, ErrorMsg: text })).nullish(),
});
export type WireJob = z.output<typeof wireJob>;

/** Fewer than 200 phones go into one call. */
export const mostPhonesAtOnce = 199;

const ofServers = ({ cityId, projectId }: Place) => ({ ProjectId: projectId, CityId: cityId, ProductType: "uphone-server" });

/** Puts the image on these phones, which wipes them, and returns the job that does so. Sent exactly once. */
export async function resetPhones(
  ctx: Context,
  place: Place,
  uphoneIds: readonly string[],
  imageId: string,
  serverId: string,
): Promise<string | undefined> {
  const parameters = { ...ofServers(place), UPhoneIds: uphoneIds, ImageId: imageId };
  const doing = `reset ${uphoneIds.length} phones of UPhoneServer ${serverId}`;
  const { JobId } = await call(ctx, "ResetUPhone", parameters, z.looseObject({ JobId: text }), { doing, once: true });
  return JobId || undefined;
}

/** `undefined`: UCloud does not show it. Which kinds of jobs it does show is documented nowhere. */
export async function findJob(ctx: Context, place: Place, jobId: string): Promise<WireJob | undefined> {
  const reply = z.looseObject({ Jobs: z.array(wireJob).nullish() });
  const { Jobs } = await call(ctx, "DescribeUPhoneJob", { ...ofServers(place), JobIds: [jobId] }, reply, { doing: `read job ${jobId}` });
  return Jobs?.find((job) => job.JobId === jobId);
}
