import * as pulumi from "@pulumi/pulumi";
import type { EdcpsInstanceGiven, EdcpsInstanceOutputs } from "../provider/vendors/jdcloud/edcps-instance";
import type { Args, Outputs, Unset } from "./args";
import { handledBy } from "./handled-by";

export type { EdcpsServer, EdcpsUnderWay } from "../provider/vendors/jdcloud/edcps-instance";

/** What a program gives to buy EdCPS servers. */
export type EdcpsInstanceArgs = Args<EdcpsInstanceGiven>;

/** What it takes, beside its id, to find a server that exists. */
export type EdcpsInstancePlace = Pick<EdcpsInstanceArgs, "regionId">;

// eslint-disable-next-line @typescript-eslint/no-empty-object-type, @typescript-eslint/no-unsafe-declaration-merging -- the outputs are described once, in the provider; the engine fills them in
export interface EdcpsInstance extends Outputs<EdcpsInstanceOutputs> {}

/**
 * Cloud servers at the edge of JD Cloud (EdCPS): 1 to 5 alike servers under one name.
 *
 * Creating one is a purchase, and so is raising `count`. Building takes many minutes; a server that is late or fails is kept, and the next `pulumi up` goes on with it.
 * Postpaid servers are deleted together with the elastic IPs that came with them; JD Cloud lets nobody delete prepaid ones: `deletionPolicy` says what to do about those.
 *
 * ```ts
 * const edge = new EdcpsInstance("edge", {
 *   regionId: "cn-east-tz1", az: "cn-east-tz1a", deviceType: "edcps.c.normal1",
 *   osTypeId: "…", sysRaidTypeId: "…", dataRaidTypeId: "…", subnetId: "…",
 *   name: "edge", bandwidth: 100, keypairId: "…",
 * });
 * export const address = edge.publicIp;
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- see above
export class EdcpsInstance extends pulumi.CustomResource {
  constructor(name: string, args: EdcpsInstanceArgs, opts?: pulumi.CustomResourceOptions) {
    const secrets = ["password", "userData", "underWay"];
    super(...handledBy("EdcpsInstance", "pulumi-nodejs:dynamic/jdcloud:EdcpsInstance", name, { unset, args, secrets }, opts));
  }

  /** Reads a server that exists, without managing it: nothing is bought, changed or deleted. What JD Cloud never shows (password, user data, host name) stays unknown. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    place: EdcpsInstancePlace = {},
    opts?: pulumi.CustomResourceOptions,
  ): EdcpsInstance {
    // Reading needs none of the arguments that buying does. A second constructor signature would say so, and hide the arguments from editors.
    return new EdcpsInstance(name, place as EdcpsInstanceArgs, { ...opts, id });
  }
}

const unset: Unset<EdcpsInstanceOutputs> = {
  regionId: undefined,
  az: undefined,
  deviceType: undefined,
  imageType: undefined,
  osTypeId: undefined,
  sysRaidTypeId: undefined,
  dataRaidTypeId: undefined,
  hostname: undefined,
  networkType: undefined,
  subnetId: undefined,
  cidr: undefined,
  privateIp: undefined,
  aliasIps: undefined,
  interfaceMode: undefined,
  enableInternet: undefined,
  internetChargeMode: undefined,
  bandwidthPackageId: undefined,
  lineType: undefined,
  bandwidth: undefined,
  extraUplinkBandwidth: undefined,
  name: undefined,
  description: undefined,
  password: undefined,
  count: undefined,
  userData: undefined,
  keypairId: undefined,
  charge: undefined,
  extensionSubnetId: undefined,
  extensionPrivateIp: undefined,
  extensionAliasIps: undefined,
  extensionEnableInternet: undefined,
  extensionLineType: undefined,
  extensionBandwidth: undefined,
  extensionExtraUplinkBandwidth: undefined,
  extensionInternetChargeMode: undefined,
  extensionBandwidthPackageId: undefined,
  enableIpv6: undefined,
  ipv6Address: undefined,
  ipv6AliasIps: undefined,
  extensionEnableIpv6: undefined,
  extensionIpv6Address: undefined,
  extensionIpv6AliasIps: undefined,
  resourceTags: undefined,
  reinstall: undefined,
  powerState: undefined,
  deletionPolicy: undefined,
  skipAwait: undefined,
  warnBeforeExpiryDays: undefined,
  adopt: undefined,
  timeouts: undefined,
  servers: undefined,
  status: undefined,
  isReady: undefined,
  marker: undefined,
  identity: undefined,
  unclearSince: undefined,
  publicIp: undefined,
  expiresAt: undefined,
  orderedAt: undefined,
  purchasedElasticIpIds: undefined,
  underWay: undefined,
  isRenewed: undefined,
  revision: undefined,
};
