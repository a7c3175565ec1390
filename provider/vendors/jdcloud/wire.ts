/** What JD Cloud answers, as far as it is used. Any field may be missing, null or empty: all of that reads as `undefined`. */
import { z } from "zod";

const text = z
  .string()
  .nullish()
  .catch(undefined)
  .transform((value) => (value === null || value === "" ? undefined : value));
const integer = z.number().optional().catch(undefined);
const yesNo = z.enum(["yes", "no"]).optional().catch(undefined);

const charge = z
  .object({
    chargeMode: z.enum(["prepaid_by_duration", "postpaid_by_duration"]).optional().catch(undefined),
    chargeStatus: text,
    chargeStartTime: text,
    chargeExpiredTime: text,
  })
  .nullish()
  .catch(undefined)
  // An order that is not booked yet shows as no charge, or as one that says nothing.
  .transform((value) => (value?.chargeMode === undefined ? undefined : value));

/** JD Cloud API docs, EdCPS, model Instance. */
export const instance = z.object({
  instanceId: z.string().min(1),
  az: text,
  deviceType: text,
  name: text,
  description: text,
  status: text.transform((status) => status?.toLowerCase()),
  enableInternet: yesNo,
  enableIpv6: yesNo,
  bandwidth: integer,
  extraUplinkBandwidth: integer,
  osTypeId: text,
  osName: text,
  sysRaidTypeId: text,
  dataRaidTypeId: text,
  vpcId: text,
  subnetId: text,
  privateIp: text,
  lineType: text,
  elasticIpId: text,
  publicIp: text,
  publicIpv6: text,
  ipv6Address: text,
  keypairId: text,
  interfaceMode: z.enum(["bond", "dual"]).optional().catch(undefined),
  extensionVpcId: text,
  extensionSubnetId: text,
  extensionPrivateIp: text,
  extensionEnableInternet: yesNo,
  extensionElasticIpId: text,
  extensionPublicIp: text,
  extensionPublicIpv6: text,
  extensionIpv6Address: text,
  extensionBandwidth: integer,
  extensionExtraUplinkBandwidth: integer,
  createTime: text,
  charge,
});
export type WireInstance = z.output<typeof instance>;

/** JD Cloud API docs, EdCPS, model ElasticIp. */
export const elasticIp = z.object({
  elasticIpId: z.string().min(1),
  elasticIp: text,
  lineType: text,
  instanceId: text,
  targetIp: text,
  bandwidth: integer,
  extraUplinkBandwidth: integer,
  bandwidthPackageId: text,
  charge,
});
export type WireElasticIp = z.output<typeof elasticIp>;

/** JD Cloud API docs, EdCPS, model AliasIp. */
export const aliasIp = z.object({ aliasIpId: z.string().min(1), instanceId: text, subnetId: text, secondaryCidrId: text, cidr: text });
export type WireAliasIp = z.output<typeof aliasIp>;

/** What the calls that only start something answer. */
export const accepted = z.object({ success: z.boolean().optional() }).nullish();
