/** The two network interfaces of a server, and how inputs and wire call what belongs to each. */

const primaryInterface = {
  /** The output and wire field that shows its elastic IP. */
  elasticIpId: "elasticIpId",
  privateIp: "privateIp",
  subnetId: "subnetId",
  enableInternet: "enableInternet",
  internetChargeMode: "internetChargeMode",
  lineType: "lineType",
  bandwidth: "bandwidth",
  extraUplinkBandwidth: "extraUplinkBandwidth",
  bandwidthPackageId: "bandwidthPackageId",
  aliasIps: "aliasIps",
} as const;

const extensionInterface = {
  elasticIpId: "extensionElasticIpId",
  privateIp: "extensionPrivateIp",
  subnetId: "extensionSubnetId",
  enableInternet: "extensionEnableInternet",
  internetChargeMode: "extensionInternetChargeMode",
  lineType: "extensionLineType",
  bandwidth: "extensionBandwidth",
  extraUplinkBandwidth: "extensionExtraUplinkBandwidth",
  bandwidthPackageId: "extensionBandwidthPackageId",
  aliasIps: "extensionAliasIps",
} as const;

export type Interface = typeof primaryInterface | typeof extensionInterface;
export const interfaces: readonly Interface[] = [primaryInterface, extensionInterface];
