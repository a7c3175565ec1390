/** Facts about a server that other services keep: its tags and its automatic renewal. */
import { z } from "zod";
import { CloudError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { call } from "./call";

export interface Tag {
  readonly key: string;
  readonly value: string;
}

const serviceCode = "edcps";
const renewalCodes = { appCode: "jcloud", serviceCode };

/** Tags by server id (JD Cloud API docs, resourcetag, describeResources). Servers without tags are left out. */
export async function readTags(regionId: string, ids: readonly string[], ctx: Context): Promise<ReadonlyMap<string, readonly Tag[]>> {
  const mapping = z.object({ resourceId: z.string(), tags: z.array(z.object({ key: z.string(), value: z.string() })).nullish() });
  const { data } = await call(ctx, {
    doing: `read the tags of EdcpsInstance ${ids.join(", ")} in ${regionId}`,
    service: "resourcetag",
    method: "POST",
    regionId,
    path: "tags:describeResources",
    body: { resourceVo: { serviceCodes: [serviceCode], resourceIds: ids, currentPage: 1, pageSize: 100 } },
    result: z.object({ data: z.object({ resourceTagMappingList: z.array(mapping).nullish() }) }),
  });
  return new Map((data.resourceTagMappingList ?? []).map(({ resourceId, tags }) => [resourceId, tags ?? []]));
}

export const addTags = (regionId: string, ids: readonly string[], tags: readonly Tag[], ctx: Context): Promise<void> =>
  changeTags("tagResources", regionId, ids, tags, ctx);

export const removeTags = (regionId: string, ids: readonly string[], tags: readonly Tag[], ctx: Context): Promise<void> =>
  changeTags("unTagResources", regionId, ids, tags, ctx);

async function changeTags(
  operation: "tagResources" | "unTagResources",
  regionId: string,
  ids: readonly string[],
  tags: readonly Tag[],
  ctx: Context,
): Promise<void> {
  const doing = `${operation === "tagResources" ? "tag" : "remove tags from"} EdcpsInstance ${ids.join(", ")} in ${regionId}`;
  const failed = z.object({ resourceId: z.string().nullish(), msg: z.string().nullish() });
  const reply = await call(ctx, {
    doing,
    service: "resourcetag",
    method: "POST",
    regionId,
    path: `tags:${operation}`,
    body: { [operation]: { resources: [{ serviceCode, resourceId: ids }], tags } },
    result: z.object({ data: z.object({ failedResourcesMap: z.array(failed).nullish().catch(undefined) }).nullish() }).nullish(),
  });
  // Parts may fail inside a success.
  const failures = reply?.data?.failedResourcesMap ?? [];
  if (failures.length === 0) return;
  const reasons = failures.map(({ resourceId, msg }) => `${resourceId ?? "?"}: ${msg ?? "no reason given"}`).join("; ");
  throw new CloudError(`Could not ${doing}: ${reasons}.`, { kind: "fatal", code: "PARTLY_FAILED", status: 200 });
}

/** Whether a prepaid server renews itself; `undefined` when the renewal service does not know the server. */
export async function readAutoRenew(regionId: string, instanceId: string, ctx: Context): Promise<boolean | undefined> {
  const entry = z.object({ resourceId: z.string().nullish(), autoRenewStatus: z.string().nullish() });
  const { listQueries } = await call(ctx, {
    doing: `read the automatic renewal of EdcpsInstance ${instanceId} in ${regionId}`,
    service: "renewal",
    version: "v2",
    method: "POST",
    regionId,
    path: "instances",
    body: { queryInstanceParam: { ...renewalCodes, instanceId, renewStatus: "ALL", pageNumber: 1, pageSize: 10 } },
    result: z.object({ listQueries: z.array(entry).nullish() }),
  });
  const status = (listQueries ?? []).find((one) => one.resourceId === instanceId)?.autoRenewStatus?.toUpperCase();
  return status === "OPENED" ? true : status === "UNOPENED" ? false : undefined;
}

/** Switches automatic renewal on, by one `unit` each time, or off. */
export async function setAutoRenew(
  regionId: string,
  ids: readonly string[],
  to: { on: boolean; unit: "month" | "year" },
  ctx: Context,
): Promise<void> {
  const period = to.on ? { timeSpan: 1, timeUnit: to.unit.toUpperCase() } : {};
  await call(ctx, {
    doing: `switch the automatic renewal of EdcpsInstance ${ids.join(", ")} in ${regionId} ${to.on ? "on" : "off"}`,
    service: "renewal",
    version: "v2",
    method: "PUT",
    regionId,
    path: "instances:autoRenewStatus",
    body: { setRenewalParam: { ...renewalCodes, instanceIds: ids.join(","), autoRenewStatus: to.on ? "OPEN" : "CLOSE", ...period } },
    result: z.unknown(),
  });
}
