import { diffWith } from "../../kit/diff";
import type { Difference, PropertyDifference } from "../../kit/handler";
import { edcpsInstanceChanges, flat } from "./edcps-changes";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import type { EdcpsInstanceOutputs } from "./edcps-state";
import { interfaces } from "./interfaces";

type Inputs = EdcpsInstanceInputs;

export function edcpsDiff(last: EdcpsInstanceOutputs, news: Inputs, marker: string): Difference {
  const { properties } = diffWith(edcpsInstanceChanges, { ...last, ...flat(last) }, flat(news), marker);
  const isBoughtNow = interfaces.flatMap((one) =>
    (last[one.enableInternet] ?? "no") === "no" && news[one.enableInternet] === "yes" ? [one.internetChargeMode, one.lineType] : [],
  );
  const kinds = properties.map((one): PropertyDifference =>
    one.old === undefined && isBoughtNow.some((name) => name === one.property) ? { ...one, kind: "update" } : one,
  );
  if (last.underWay !== undefined) kinds.push({ property: "underWay", kind: "update", old: true, new: undefined });
  const replaces = kinds.some(({ kind }) => kind === "replace");
  return { properties: kinds, deleteBeforeReplace: replaces && sharesAnAddress(last, news) };
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
