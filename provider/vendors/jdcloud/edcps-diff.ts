import { diffWith } from "../../kit/diff";
import type { DiffTable } from "../../kit/diff";
import type { Difference } from "../../kit/handler";
import type { PurchaseState } from "../../kit/purchase";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { same } from "./same";

type Inputs = EdcpsInstanceInputs;

const chosen = { change: "replace", chosenByCloud: true } as const;

/** What a change of each input means. */
export const table: DiffTable<Inputs> = {
  regionId: "replace",
  az: "replace",
  deviceType: "replace",
  imageType: "replace",
  osTypeId: "replace",
  sysRaidTypeId: "replace",
  dataRaidTypeId: "replace",
  hostname: chosen,
  networkType: "replace",
  subnetId: "replace",
  cidr: "replace",
  privateIp: chosen,
  aliasIps: { change: "replace", same: same.aliasIps },
  interfaceMode: chosen,
  enableInternet: "replace",
  internetChargeMode: chosen,
  bandwidthPackageId: "replace",
  lineType: chosen,
  bandwidth: "replace",
  extraUplinkBandwidth: { change: "replace", same: same.extraUplinkBandwidth },
  name: "update",
  description: { change: "update", same: same.description },
  password: chosen,
  count: "update",
  userData: "replace",
  keypairId: "replace",
  charge: { change: "update", same: same.charge },
  extensionSubnetId: "replace",
  extensionPrivateIp: chosen,
  extensionAliasIps: { change: "replace", same: same.extensionAliasIps },
  extensionEnableInternet: { change: "replace", same: same.extensionEnableInternet },
  extensionLineType: chosen,
  extensionBandwidth: "replace",
  extensionExtraUplinkBandwidth: { change: "replace", same: same.extensionExtraUplinkBandwidth },
  extensionInternetChargeMode: chosen,
  extensionBandwidthPackageId: "replace",
  enableIpv6: { change: "replace", same: same.enableIpv6 },
  ipv6Address: chosen,
  ipv6AliasIps: { change: "replace", same: same.ipv6AliasIps },
  extensionEnableIpv6: { change: "replace", same: same.extensionEnableIpv6 },
  extensionIpv6Address: chosen,
  extensionIpv6AliasIps: { change: "replace", same: same.extensionIpv6AliasIps },
  resourceTags: { change: "update", same: same.resourceTags },
  adopt: "ignore",
  timeouts: "update",
};

export function edcpsDiff(last: Inputs & PurchaseState, news: Inputs, marker: string): Difference {
  const modeChanges = last.charge.chargeMode !== news.charge.chargeMode;
  const charge = { change: modeChanges ? "replace" : "update", same: same.charge } as const;
  const { properties } = diffWith<Inputs>({ ...table, charge }, last, news, marker);
  const replaces = properties.some((property) => property.kind === "replace");
  return { properties, deleteBeforeReplace: replaces && sharesAnAddress(last, news) };
}

/** The old and the new server cannot both have an address that is given by hand. */
function sharesAnAddress(last: Inputs, news: Inputs): boolean {
  const old = fixedAddresses(last);
  return fixedAddresses(news).some((address) => old.includes(address));
}

function fixedAddresses(inputs: Inputs): string[] {
  const { subnetId, extensionSubnetId } = inputs;
  const ranges = (subnet: string | undefined, aliases: Inputs["aliasIps"]) =>
    (aliases ?? []).map(({ id, cidr }) => `${id ?? subnet ?? ""} ${cidr}`);
  return [
    ...(inputs.privateIp === undefined ? [] : [`${subnetId} ${inputs.privateIp}/32`]),
    ...(inputs.extensionPrivateIp === undefined ? [] : [`${extensionSubnetId ?? ""} ${inputs.extensionPrivateIp}/32`]),
    ...[inputs.ipv6Address, inputs.extensionIpv6Address].filter((address) => address !== undefined),
    ...ranges(subnetId, inputs.aliasIps),
    ...ranges(extensionSubnetId, inputs.extensionAliasIps),
  ];
}
