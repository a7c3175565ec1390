/** The EdCPS calls that need a server stopped, or change whether it runs (JD Cloud API docs, EdCPS 1.3.0). */
import type { Context } from "../../kit/context";
import { call } from "./call";
import { clientToken } from "./client-token";
import { accepted } from "./wire";

export const stopInstance = (regionId: string, id: string, ctx: Context): Promise<unknown> =>
  call(ctx, {
    doing: `stop EdcpsInstance ${id} in ${regionId}`,
    method: "PUT",
    regionId,
    path: `instances/${id}:stopInstance`,
    body: {},
    token: () => clientToken("stop", id, ctx),
    result: accepted,
  });

export const startInstance = (regionId: string, id: string, ctx: Context): Promise<unknown> =>
  call(ctx, {
    doing: `start EdcpsInstance ${id} in ${regionId}`,
    method: "PUT",
    regionId,
    path: `instances/${id}:startInstance`,
    body: {},
    token: () => clientToken("start", id, ctx),
    result: accepted,
  });

/** Of a stopped server; the password works after the next start. */
export const resetPassword = (regionId: string, id: string, password: string, ctx: Context): Promise<unknown> =>
  call(ctx, {
    doing: `reset the password of EdcpsInstance ${id} in ${regionId}`,
    method: "PUT",
    regionId,
    path: `instances/${id}:resetPassword`,
    body: { password },
    token: () => clientToken("resetPassword", id, ctx),
    result: accepted,
    secrets: [password],
  });

/** Wipes the system disks of a stopped server. Sent again with the same token it is not executed again. */
export const reinstallInstance = (
  regionId: string,
  id: string,
  token: string,
  instanceSpec: object,
  secrets: readonly (string | undefined)[],
  ctx: Context,
): Promise<unknown> =>
  call(ctx, {
    doing: `reinstall EdcpsInstance ${id} in ${regionId}`,
    method: "PUT",
    regionId,
    path: `instances/${id}:reinstallInstance`,
    body: { clientToken: token, instanceSpec },
    result: accepted,
    secrets,
  });
