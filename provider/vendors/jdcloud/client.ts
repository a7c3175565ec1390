/** The EdCPS calls in use (JD Cloud API docs, EdCPS 1.3.0). Look-ups leave out what does not exist. */
import { z } from "zod";
import { CloudError } from "../../http/errors";
import type { RetryPolicy } from "../../http/retry";
import type { Context } from "../../kit/context";
import { call } from "./call";
import { clientToken } from "./client-token";
import { orMissing, saysMissing } from "./refusal";
import { accepted, aliasIp, elasticIp, instance } from "./wire";
import type { WireAliasIp, WireElasticIp, WireInstance } from "./wire";

/** A purchase may be sent again after an unclear failure, with the same client token: the service executes it once. */
const purchase: RetryPolicy = { attempts: 3, baseMs: { throttled: 5000, transient: 2000 }, maxMs: 20_000 };
const purchaseTimeoutMs = 70_000;

const pageSize = 100;

/** Buys `count` servers at once. The ids come in no particular order; of a token that was used before, they are those of then. */
export async function createInstances(
  regionId: string,
  token: string,
  instanceSpec: object & { name: string },
  secrets: readonly (string | undefined)[],
  ctx: Context,
): Promise<[string, ...string[]]> {
  const { instanceIds } = await call(ctx, {
    doing: `buy EdcpsInstance ${instanceSpec.name} in ${regionId}`,
    method: "PUT",
    regionId,
    path: "instances",
    body: { clientToken: token, instanceSpec },
    result: z.object({ instanceIds: z.tuple([z.string().min(1)], z.string().min(1)) }),
    timeoutMs: purchaseTimeoutMs,
    isPurchase: true,
    retries: purchase,
    secrets,
  });
  return instanceIds;
}

/** The servers of `ids` that exist, in the order of `ids`. One that the list leaves out is asked for by itself before it counts as missing. */
export async function findInstances(regionId: string, ids: readonly string[], ctx: Context): Promise<WireInstance[]> {
  if (ids.length === 0) return [];
  const { instances } = await call(ctx, {
    doing: `read EdcpsInstance ${ids.join(", ")} in ${regionId}`,
    method: "GET",
    regionId,
    path: "instances",
    query: [...filter("instanceId", ids), ...firstPage],
    result: z.object({ instances: z.array(instance).nullish() }),
  });
  const listed = new Map((instances ?? []).map((one) => [one.instanceId, one]));
  const found = await Promise.all(ids.map(async (id) => listed.get(id) ?? (await findInstance(regionId, id, ctx))));
  return found.filter((one) => one !== undefined).filter((one) => !isOver(one));
}

/**
 * All servers of the region. An answer in several pages may skip one when another disappears meanwhile: then it is asked for again.
 * @throws when the pages never hold as many servers as they say there are
 */
export async function listInstances(regionId: string, ctx: Context): Promise<WireInstance[]> {
  const doing = `list the EdcpsInstances in ${regionId}`;
  for (let attempt = 1; attempt <= 3; attempt++) {
    const listed = new Map<string, WireInstance>();
    for (let pageNumber = 1; ; pageNumber++) {
      const { instances, totalCount } = await call(ctx, {
        doing,
        method: "GET",
        regionId,
        path: "instances",
        query: pageOf(pageNumber),
        result: z.object({ instances: z.array(instance).nullish(), totalCount: z.number() }),
      });
      for (const one of instances ?? []) listed.set(one.instanceId, one);
      if (listed.size >= totalCount) return [...listed.values()].filter((one) => !isOver(one));
      if ((instances ?? []).length === 0 || pageNumber * pageSize >= totalCount) break;
    }
  }
  throw new CloudError(`Could not ${doing}: the pages of the answer do not hold as many servers as it says there are.`, {
    kind: "transient",
    code: "INCOMPLETE",
    status: 200,
  });
}

const isOver = ({ status }: WireInstance): boolean => status === "deleted" || status === "terminated";

async function findInstance(regionId: string, id: string, ctx: Context): Promise<WireInstance | undefined> {
  const reply = await orMissing(
    call(ctx, {
      doing: `read EdcpsInstance ${id} in ${regionId}`,
      method: "GET",
      regionId,
      path: `instances/${id}`,
      result: z.object({ instance }),
    }),
  );
  return reply?.instance;
}

export async function modifyInstance(
  regionId: string,
  id: string,
  to: { name?: string | undefined; description?: string | undefined },
  ctx: Context,
): Promise<void> {
  await call(ctx, {
    doing: `change name or description of EdcpsInstance ${id} in ${regionId}`,
    method: "POST",
    regionId,
    path: `instances/${id}:modifyInstance`,
    body: to,
    result: z.unknown(),
  });
}

/** Whether there is such a server, though no look shows it: a change finds it. To be called with the description that it is to have anyway. */
export async function canDescribe(regionId: string, id: string, description: string, ctx: Context): Promise<boolean> {
  try {
    await modifyInstance(regionId, id, { description }, ctx);
    return true;
  } catch (error) {
    if (saysMissing(error)) return false;
    if (error instanceof CloudError && error.kind === "fatal") return true; // it has a reason to refuse
    throw error;
  }
}

/** Starts the deletion. Fine if the server is gone already. */
export async function deleteInstance(regionId: string, id: string, ctx: Context): Promise<void> {
  await orMissing(
    call(ctx, {
      doing: `delete EdcpsInstance ${id} in ${regionId}`,
      method: "DELETE",
      regionId,
      path: `instances/${id}`,
      token: () => clientToken("delete", id, ctx),
      result: accepted,
    }),
  );
}

/** The elastic IPs of `ids` that exist. */
export async function findElasticIps(regionId: string, ids: readonly string[], ctx: Context): Promise<WireElasticIp[]> {
  if (ids.length === 0) return [];
  const { elasticIps } = await call(ctx, {
    doing: `read elastic IP ${ids.join(", ")} in ${regionId}`,
    method: "GET",
    regionId,
    path: "elasticIps",
    query: [...filter("elasticIpId", ids), ...firstPage],
    result: z.object({ elasticIps: z.array(elasticIp).nullish() }),
  });
  return elasticIps ?? [];
}

/** The elastic IPs that are bound to one server. */
export async function elasticIpsOf(regionId: string, instanceId: string, ctx: Context): Promise<WireElasticIp[]> {
  const { elasticIps } = await call(ctx, {
    doing: `read the elastic IPs of EdcpsInstance ${instanceId} in ${regionId}`,
    method: "GET",
    regionId,
    path: "elasticIps",
    query: [["instanceId", instanceId], ...firstPage],
    result: z.object({ elasticIps: z.array(elasticIp).nullish() }),
  });
  return elasticIps ?? [];
}

/** The alias ranges of one server, on both of its interfaces (at most 50 each, hence one page). */
export async function findAliasIps(regionId: string, instanceId: string, ctx: Context): Promise<WireAliasIp[]> {
  const { aliasIps } = await call(ctx, {
    doing: `read alias IPs of EdcpsInstance ${instanceId} in ${regionId}`,
    method: "GET",
    regionId,
    path: "aliasIps",
    query: [["instanceId", instanceId], ...firstPage],
    result: z.object({ aliasIps: z.array(aliasIp).nullish() }),
  });
  return aliasIps ?? [];
}

const pageOf = (pageNumber: number): [string, string][] => [
  ["pageNumber", String(pageNumber)],
  ["pageSize", String(pageSize)],
];
const firstPage = pageOf(1);

const filter = (name: string, values: readonly string[]): [string, string][] => [
  ["filters.1.name", name],
  ...values.map((value, index): [string, string] => [`filters.1.values.${index + 1}`, value]),
];
