import { CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { comesWithin } from "../../kit/expiry";
import { usualWarningDays } from "../../kit/life-inputs";
import { findAliasIps, findElasticIps } from "./client";
import type { Beside } from "./drift";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { readAutoRenew, readTags } from "./neighbours";
import type { WireInstance } from "./wire";

type Last = Partial<EdcpsInstanceInputs> & Pick<EdcpsInstanceInputs, "regionId">;

/**
 * Reads what the instance itself does not show, but only what an input asks for (or `everything`).
 * What cannot be read stays as it was: a tag service out of order must not look like a lost server.
 */
export async function lookBeside(last: Last, servers: readonly WireInstance[], everything: boolean, ctx: Context): Promise<Beside> {
  const isAsked = (...names: (keyof EdcpsInstanceInputs)[]): boolean => everything || names.some((name) => last[name] !== undefined);
  const ids = servers.map((server) => server.instanceId);
  const eips = servers.flatMap((server) => [server.elasticIpId, server.extensionElasticIpId]).filter((id) => id !== undefined);
  const ifReadable = async <T>(what: string, wanted: boolean, read: () => Promise<T>): Promise<T | undefined> => {
    if (!wanted || ids.length === 0) return undefined;
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof CloudPhoneError)) throw error;
      ctx.log(`EdcpsInstance ${ids.join(", ")}: ${what} as last known, because they could not be read. ${error.message}`);
      return undefined;
    }
  };
  const isEnding = ({ charge }: WireInstance): boolean =>
    comesWithin(last.warnBeforeExpiryDays ?? usualWarningDays, charge?.chargeExpiredTime ?? "", ctx.clock.now());
  const isRenewalAsked = last.charge?.autoRenew !== undefined || servers.some(isEnding);
  const [elasticIps, aliasIps, tags, autoRenew] = await Promise.all([
    ifReadable("terms of the elastic IP", isAsked(...throughElasticIp), () => findElasticIps(last.regionId, eips, ctx)),
    ifReadable("alias IPs", isAsked("aliasIps", "extensionAliasIps"), async () =>
      (await Promise.all(ids.map((id) => findAliasIps(last.regionId, id, ctx)))).flat(),
    ),
    ifReadable("tags", isAsked("resourceTags"), () => readTags(last.regionId, ids, ctx)),
    ifReadable("terms of renewal", servers.some(isPrepaid) && (everything || isRenewalAsked), async () => {
      const states = await Promise.all(ids.map((id) => readAutoRenew(last.regionId, id, ctx)));
      return states.find((state) => state !== undefined && state !== (last.charge?.autoRenew ?? true)) ?? states[0];
    }),
  ]);
  return { elasticIps, aliasIps, tags, autoRenew };
}

const throughElasticIp = [
  "internetChargeMode",
  "bandwidthPackageId",
  "extensionInternetChargeMode",
  "extensionBandwidthPackageId",
  "extensionLineType",
] as const;

const isPrepaid = (server: WireInstance): boolean => server.charge?.chargeMode === "prepaid_by_duration";
