import { diffWith } from "../../kit/diff";
import type { Difference, PropertyDifference } from "../../kit/handler";
import { isLeft } from "../../kit/life-inputs";
import { unknownMarker } from "../../kit/unknown";
import { edcpsInstanceChanges, flat } from "./edcps-changes";
import { choicesForReplacement } from "./edcps-delete";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import type { EdcpsInstanceOutputs } from "./edcps-state";
import { interfaces } from "./interfaces";

type Inputs = EdcpsInstanceInputs;

export function edcpsDiff(last: EdcpsInstanceOutputs, news: Inputs, marker: string): Difference {
  const { properties } = diffWith(edcpsInstanceChanges, { ...last, ...flat(last) }, flat(news), marker);
  const isBoughtNow = interfaces.flatMap((one) =>
    (last[one.enableInternet] ?? "no") === "no" && news[one.enableInternet] === "yes" ? [one.internetChargeMode, one.lineType] : [],
  );
  // Nobody knows yet that another way of payment is wanted when all terms are unknown.
  const isUpdate = ({ property, old }: PropertyDifference): boolean =>
    (old === undefined && isBoughtNow.some((name) => name === property)) ||
    (property === "charge.chargeMode" && (news.charge as unknown) === unknownMarker);
  const kinds = properties.map((one): PropertyDifference => (isUpdate(one) ? { ...one, kind: "update" } : one));
  if (last.underWay !== undefined) kinds.push({ property: "underWay", kind: "update", old: true, new: undefined, says: unfinished });
  const replaces = kinds.some(({ kind }) => kind === "replace");
  const isRefused = replaces && last.servers.length > 0 && last.charge.chargeMode === "prepaid_by_duration" && !isLeft(last);
  const notes = isRefused
    ? [`the replacement will be refused, because JD Cloud deletes no prepaid server: ${choicesForReplacement}`]
    : undefined;
  return { properties: kinds, notes, deleteBeforeReplace: replaces && sharesAnAddress(last, news) };
}

const unfinished = "servers differ from each other, or a change of several steps is not over; the update sees it through";

/** The old and the new server cannot both have an address that is given by hand. */
function sharesAnAddress(last: Inputs, news: Inputs): boolean {
  const old = fixedAddresses(last);
  return fixedAddresses(news).some((address) => old.includes(address));
}

function fixedAddresses(inputs: Inputs): string[] {
  const { subnetId, extensionSubnetId } = inputs;
  // In a preview they may not be known yet.
  const ranges = (subnet: string | undefined, aliases: Inputs["aliasIps"]) =>
    Array.isArray(aliases) ? aliases.map(({ id, cidr }) => `${id ?? subnet ?? ""} ${cidr}`) : [];
  return [
    ...(inputs.privateIp === undefined ? [] : [`${subnetId} ${inputs.privateIp}/32`]),
    ...(inputs.extensionPrivateIp === undefined ? [] : [`${extensionSubnetId ?? ""} ${inputs.extensionPrivateIp}/32`]),
    ...[inputs.ipv6Address, inputs.extensionIpv6Address].filter((address) => address !== undefined),
    ...ranges(subnetId, inputs.aliasIps),
    ...ranges(extensionSubnetId, inputs.extensionAliasIps),
  ];
}
