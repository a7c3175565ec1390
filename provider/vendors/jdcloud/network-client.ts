/** The EdCPS calls that change elastic IPs, bandwidth packages and alias IPs (JD Cloud API docs, EdCPS 1.3.0). */
import { z } from "zod";
import type { Context } from "../../kit/context";
import { call } from "./call";
import { clientToken } from "./client-token";
import { orMissing } from "./refusal";
import { accepted } from "./wire";

/** Buys one elastic IP. Sent again with the same token it buys none, and answers the id of the first. */
export async function applyElasticIp(regionId: string, token: string, elasticIpSpec: object, ctx: Context): Promise<string> {
  const { elasticIpIds } = await call(ctx, {
    doing: `buy an elastic IP in ${regionId}`,
    method: "PUT",
    regionId,
    path: "elasticIps",
    body: { clientToken: token, elasticIpSpec: { ...elasticIpSpec, count: 1 } },
    result: z.object({ elasticIpIds: z.tuple([z.string().min(1)], z.string()) }),
    isPurchase: true,
  });
  return elasticIpIds[0];
}

/** Fine if the elastic IP is gone already. */
export async function deleteElasticIp(regionId: string, id: string, ctx: Context): Promise<void> {
  await orMissing(
    call(ctx, {
      doing: `delete elastic IP ${id} in ${regionId}`,
      method: "DELETE",
      regionId,
      path: `elasticIps/${id}`,
      token: () => clientToken("deleteElasticIp", id, ctx),
      result: accepted,
    }),
  );
}

/** @param subnetId picks the interface; needed by servers with two of them only */
export const associateElasticIp = (
  regionId: string,
  id: string,
  to: { elasticIpId: string; subnetId: string | undefined },
  ctx: Context,
): Promise<unknown> =>
  call(ctx, {
    doing: `bind elastic IP ${to.elasticIpId} to EdcpsInstance ${id} in ${regionId}`,
    method: "PUT",
    regionId,
    path: `instances/${id}:associateElasticIp`,
    body: to,
    token: () => clientToken("associateElasticIp", [id, to], ctx),
    result: accepted,
  });

export const disassociateElasticIp = (regionId: string, id: string, elasticIpId: string, ctx: Context): Promise<unknown> =>
  call(ctx, {
    doing: `take elastic IP ${elasticIpId} from EdcpsInstance ${id} in ${regionId}`,
    method: "PUT",
    regionId,
    path: `instances/${id}:disassociateElasticIp`,
    body: { elasticIpId },
    token: () => clientToken("disassociateElasticIp", [id, elasticIpId], ctx),
    result: accepted,
  });

/** Both values always: what happens to one that is left out is not documented. */
export const modifyElasticIpBandwidth = (
  regionId: string,
  id: string,
  to: { bandwidth: number; extraUplinkBandwidth: number },
  ctx: Context,
): Promise<unknown> =>
  call(ctx, {
    doing: `change the bandwidth of elastic IP ${id} in ${regionId}`,
    method: "PUT",
    regionId,
    path: `elasticIps/${id}:modifyElasticIpBandwidth`,
    body: to,
    token: () => clientToken("modifyElasticIpBandwidth", [id, to], ctx),
    result: accepted,
  });

export const addBandwidthPackageIp = (regionId: string, packageId: string, elasticIpId: string, ctx: Context): Promise<unknown> =>
  call(ctx, {
    doing: `add elastic IP ${elasticIpId} to bandwidth package ${packageId} in ${regionId}`,
    method: "PUT",
    regionId,
    path: `bandwidthPackages/${packageId}:addBandwidthPackageIp`,
    body: { elasticIpIds: [elasticIpId] },
    token: () => clientToken("addBandwidthPackageIp", [packageId, elasticIpId], ctx),
    result: accepted,
  });

export const removeBandwidthPackageIp = (regionId: string, packageId: string, elasticIpId: string, ctx: Context): Promise<unknown> =>
  call(ctx, {
    doing: `take elastic IP ${elasticIpId} out of bandwidth package ${packageId} in ${regionId}`,
    method: "PUT",
    regionId,
    path: `bandwidthPackages/${packageId}:removeBandwidthPackageIp`,
    body: { elasticIpId },
    token: () => clientToken("removeBandwidthPackageIp", [packageId, elasticIpId], ctx),
    result: accepted,
  });

/** Returns the ranges that could not be added: parts may fail inside a success. */
export async function createAliasIps(
  regionId: string,
  instanceId: string,
  aliasIps: readonly object[],
  ctx: Context,
): Promise<readonly { readonly cidr: string; readonly message: string }[]> {
  const failed = z.object({ cidr: z.string().catch("?"), message: z.string().catch("no reason given") });
  const { errorList } = await call(ctx, {
    doing: `add alias IPs to EdcpsInstance ${instanceId} in ${regionId}`,
    method: "PUT",
    regionId,
    path: "aliasIps",
    body: { aliasIpSpec: { instanceId, aliasIps } },
    token: () => clientToken("createAliasIp", [instanceId, aliasIps], ctx),
    result: z.object({ errorList: z.array(failed).nullish() }),
  });
  return errorList ?? [];
}

/** Fine if the range is gone already. */
export async function deleteAliasIp(regionId: string, aliasIpId: string, ctx: Context): Promise<void> {
  await orMissing(
    call(ctx, {
      doing: `delete alias IP ${aliasIpId} in ${regionId}`,
      method: "DELETE",
      regionId,
      path: `aliasIps/${aliasIpId}`,
      token: () => clientToken("deleteAliasIp", aliasIpId, ctx),
      result: accepted,
    }),
  );
}
