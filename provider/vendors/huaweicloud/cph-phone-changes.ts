/** What a change of each input of a CphPhoneServer means. */
import { isDeepStrictEqual } from "node:util";
import { grows, leftOutIs } from "../../kit/diff";
import type { DiffTable, Rule } from "../../kit/diff";
import type { Difference, PropertyDifference } from "../../kit/handler";
import { lifeRules } from "../../kit/life-inputs";
import { part } from "../../kit/unknown";
import { compare, ofCount, sameTags, sharesAddress } from "./compare";
import type { CphPhoneServerInputs } from "./cph-phone-inputs";
import { samePorts } from "./cph-phone-wire";
import { sameEnterpriseProject } from "./drift";
import type { CphPurchaseOutputs } from "./server-outputs";

/** Inputs whose parts differ in what a change of each means, so that each part has its own line. */
interface Parted {
  readonly extendParam: CphPhoneServerInputs["extendParam"];
  readonly bandWidth: NonNullable<CphPhoneServerInputs["bandWidth"]>;
  readonly phoneDataVolume: NonNullable<CphPhoneServerInputs["phoneDataVolume"]>;
}

type Parts<K extends keyof Parted> = { readonly [P in keyof Parted[K] & string as `${K}.${P}`]: Parted[K][P] | undefined };

export type FlatPhoneInputs = Omit<CphPhoneServerInputs, keyof Parted> &
  Parts<"extendParam"> &
  Parts<"bandWidth"> &
  Parts<"phoneDataVolume">;

const onlyState = "kept in the state for the next change";
const difference = "costs the difference of price at once";
const loses = "gives every server another machine with new phones: all data of the old ones is lost";
const swap = {
  change: "replace",
  inPlaceWith: { input: "serverUpdate", value: "swap" },
  how: "ChangeCloudPhoneServer: another machine under the same id, with new phones; the data of the old ones is lost",
  wipes: { says: loses },
} as const;

const otherModel = "orders another model of every server: the difference of price is paid, or paid back, at once";

export const cphPhoneServerChanges: DiffTable<FlatPhoneInputs> = {
  region: { change: "replace" },
  projectId: { change: "replace", chosenByCloud: true },
  serverName: { change: "update", how: "UpdateServerName of every server", shown: "ShowCloudPhoneServerDetail server_name" },
  serverModelName: {
    change: "replace",
    inPlaceWith: { input: "serverModelUpdate", value: "inPlace" },
    how: "ChangeCloudPhoneServerModel of every server, together with phoneModelName: an order for the difference in price",
    costs: { says: otherModel },
    shown: "ShowCloudPhoneServerDetail server_model_name",
  },
  phoneModelName: {
    ...swap,
    how: `${swap.how}; with serverModelUpdate: "inPlace" by ChangeCloudPhoneServerModel instead`,
    costs: { says: otherModel },
    shown: "ShowCloudPhoneServerDetail phone_model_name",
  },
  imageId: {
    change: "replace",
    inPlaceWith: { input: "imageUpdate", value: "reset" },
    how: 'ResetCloudPhone of every phone with another image, which wipes it; with imageUpdate: "restart" RestartCloudPhone, which does not; else with serverUpdate: "swap" ChangeCloudPhoneServer',
    wipes: { says: "resets all phones that have another image: their data is lost" },
    shown: "ListCloudPhones image_id, when all phones of a server have the same",
  },
  count: {
    change: "update",
    how: "one order for those that are missing; the last ones too many are given back as on deletion",
    ...ofCount,
    shown: "the servers that exist",
  },
  keypairName: {
    change: "update",
    chosenByCloud: true,
    how: "UpdateKeypair: a job for every server",
    shown: "ShowCloudPhoneServerDetail keypair_name",
  },
  vncEnable: { change: "replace", same: leftOutIs(false), shown: "ListCloudPhones vnc_enable" },
  ports: {
    ...swap,
    inPlaceWith: { input: "portsUpdate", value: "inPlace" },
    how: 'DeleteAccessInfos and PutAccessInfos: jobs for all phones; with serverUpdate: "swap" ChangeCloudPhoneServer instead',
    same: samePorts,
    shown: "ShowCloudPhoneDetail access_infos of one phone",
  },
  subnetCidr: { change: "replace", chosenByCloud: true, shown: "ShowCloudPhoneServerDetail subnet_cidr" },
  "bandWidth.bandWidthId": { ...swap, chosenByCloud: true, shown: "ShowCloudPhoneServerDetail band_width_id" },
  "bandWidth.bandWidthShareType": { ...swap, chosenByCloud: true, shown: "ShowCloudPhoneServerDetail band_width_share_type" },
  "bandWidth.bandWidthChargeMode": { ...swap, chosenByCloud: true, shown: "ShowCloudPhoneServerDetail band_width_charge_mode" },
  "bandWidth.bandWidthSize": {
    change: "update",
    chosenByCloud: true,
    costs: { says: difference, when: grows },
    how: 'UpdateBandwidth of a shared one in a system-defined network; that of a dedicated one replaces, or with serverUpdate: "swap" ChangeCloudPhoneServer',
    shown: "ShowCloudPhoneServerDetail band_width_size",
  },
  tenantVpcId: { ...swap, shown: "ShowCloudPhoneServerDetail vpc_id" },
  nics: { ...swap, shown: "ShowCloudPhoneServerDetail subnet_id" },
  publicIp: swap,
  phoneCountPerIp: { ...swap, chosenByCloud: true },
  "phoneDataVolume.volumeType": { ...swap, shown: "ShowCloudPhoneDetail phone_data_volume of one phone" },
  "phoneDataVolume.size": {
    change: "update",
    costs: { says: difference, when: grows },
    how: 'ExpandPhoneDataVolumeSize of every phone that has less; a smaller one replaces, or with serverUpdate: "swap" ChangeCloudPhoneServer',
    shown: "ShowCloudPhoneDetail phone_data_volume of one phone",
  },
  serverShareDataVolume: { ...swap, shown: "ShowCloudPhoneServerDetail share_volume_info" },
  availabilityZone: { ...swap, chosenByCloud: true, shown: "ShowCloudPhoneServerDetail availability_zone" },
  property: { ...swap, same: (a, b) => isDeepStrictEqual(json(a), json(b)) },
  tags: {
    change: "update",
    same: sameTags,
    how: "BatchCreateTags and BatchDeleteTags of every server",
    shown: "ListResourceTags",
  },
  imageUpdate: { change: "update", same: leftOutIs<"replace" | "reset" | "restart">("replace"), how: onlyState },
  serverModelUpdate: { change: "update", same: leftOutIs<"replace" | "inPlace">("replace"), how: onlyState },
  serverUpdate: { change: "update", same: leftOutIs<"replace" | "swap">("replace"), how: onlyState },
  portsUpdate: { change: "update", same: leftOutIs<"replace" | "inPlace">("replace"), how: onlyState },
  "extendParam.chargingMode": { change: "replace", shown: "ShowCloudPhoneServerDetail metadata.charging_mode" },
  "extendParam.periodType": { change: "nextOrder" },
  "extendParam.periodNum": { change: "nextOrder" },
  "extendParam.isAutoPay": { change: "nextOrder" },
  "extendParam.isAutoRenew": {
    change: "update",
    how: "AutoRenewalResources or CancelAutoRenewalResources of every server",
    shown: "ListPayPerUseCustomerResources expire_policy",
  },
  "extendParam.enterpriseProjectId": { ...swap, same: sameEnterpriseProject, shown: "ShowCloudPhoneServerDetail enterprise_project_id" },
  ...lifeRules,
};

type Line = keyof FlatPhoneInputs;
type State = CphPhoneServerInputs & Pick<CphPurchaseOutputs, "isReady" | "marker" | "identity" | "uneven" | "resolvedProjectId">;

export function phoneDifference(last: State, news: CphPhoneServerInputs, marker: string): Difference {
  return {
    properties: phoneChanges(last, news, marker),
    notes: areImagesLeft(last, news) ? [`${imagesLeft} all phones ${news.imageId}`] : [],
    deleteBeforeReplace: sharesAddress(last, news) || sharesBandwidth(last, news),
  };
}

export function phoneChanges(last: State, news: CphPhoneServerInputs, marker: string): readonly PropertyDifference[] {
  const { isReady, marker: lastMarker, identity, uneven } = last;
  const flatLast = flat({ ...last, projectId: last.projectId ?? last.resolvedProjectId });
  const flatNews = flat(news);
  const differing = areImagesLeft(last, news) ? uneven?.filter((name) => name !== "imageId") : uneven;
  const state = { ...flatLast, isReady, marker: lastMarker, identity, uneven: differing };
  return compare<FlatPhoneInputs>(tableFor(flatLast, flatNews), state, flatNews, marker);
}

const imagesLeft =
  'phones may have other images, since a change of it was interrupted or given up, and that is left so: `imageUpdate: "reset"` or `"restart"` gives';

/** Servers have the image that is wanted, and single phones may not: that is no reason to buy other servers. */
function areImagesLeft(last: State, news: CphPhoneServerInputs): boolean {
  const isUneven = last.uneven?.includes("imageId") === true && last.imageId === news.imageId;
  return isUneven && tableFor(flat(last), flat(news)).imageId.change === "replace";
}

/** Inputs that a swap gives anew. */
export const swappedLines: readonly Line[] = [
  "phoneModelName",
  "imageId",
  "ports",
  "bandWidth.bandWidthId",
  "bandWidth.bandWidthShareType",
  "bandWidth.bandWidthChargeMode",
  "bandWidth.bandWidthSize",
  "tenantVpcId",
  "nics",
  "publicIp",
  "phoneCountPerIp",
  "phoneDataVolume.volumeType",
  "phoneDataVolume.size",
  "serverShareDataVolume",
  "availabilityZone",
  "property",
  "extendParam.enterpriseProjectId",
];

/** Lines that are changed by a call of their own, so that they neither replace nor swap. */
export function inPlace(last: FlatPhoneInputs, news: FlatPhoneInputs): readonly Line[] {
  const model: readonly Line[] = news.serverModelUpdate === "inPlace" ? ["serverModelName", "phoneModelName"] : [];
  const image: readonly Line[] = news.imageUpdate === "reset" || news.imageUpdate === "restart" ? ["imageId"] : [];
  const ports: readonly Line[] = news.portsUpdate === "inPlace" ? ["ports"] : [];
  const bandwidth: readonly Line[] = isSharedInSystem(last) && isSharedInSystem(news) ? ["bandWidth.bandWidthSize"] : [];
  const volume: readonly Line[] = growsVolume(last, news) ? ["phoneDataVolume.size"] : [];
  return [...model, ...image, ...ports, ...bandwidth, ...volume];
}

const isSharedInSystem = (inputs: FlatPhoneInputs): boolean =>
  inputs.tenantVpcId === undefined && inputs["bandWidth.bandWidthShareType"] === 1;

function growsVolume(last: FlatPhoneInputs, news: FlatPhoneInputs): boolean {
  const [from, to] = [last["phoneDataVolume.size"], news["phoneDataVolume.size"]];
  return typeof from === "number" && typeof to === "number" && to >= from;
}

/** The table, with what these values of the inputs decide. */
function tableFor(last: FlatPhoneInputs, news: FlatPhoneInputs): DiffTable<FlatPhoneInputs> {
  const direct = inPlace(last, news);
  const canSwap = last.tenantVpcId !== undefined && news.tenantVpcId !== undefined && news.serverUpdate === "swap";
  const decided = (name: Line, rule: Rule<never>): Rule<never> => {
    const isOptional = swappedLines.includes(name) || rule.inPlaceWith !== undefined;
    if (!isOptional) return rule;
    const isDirect = direct.includes(name);
    const isSwapped = !isDirect && canSwap && swappedLines.includes(name);
    return {
      ...rule,
      ...effectsOf(name, rule, isDirect, news),
      inPlaceWith: undefined,
      change: isDirect || isSwapped ? "update" : "replace",
    };
  };
  const lines = Object.entries<Rule<never>>(cphPhoneServerChanges).map(([name, rule]) => [name, decided(name as Line, rule)]);
  return Object.fromEntries(lines) as DiffTable<FlatPhoneInputs>;
}

/** A swap costs nothing and loses all data; what has a call of its own comes with what its line says. */
function effectsOf(
  name: Line,
  { costs, wipes }: Rule<never>,
  isDirect: boolean,
  { imageUpdate }: FlatPhoneInputs,
): Pick<Rule<never>, "costs" | "wipes"> {
  if (!isDirect) return { costs: undefined, wipes: swap.wipes };
  const loses = name === "imageId" && imageUpdate === "reset";
  return { costs, wipes: loses ? wipes : undefined };
}

/** A project has one shared bandwidth in its system-defined network: a second cannot be made beside it (CPS.0051). */
function sharesBandwidth(last: CphPhoneServerInputs, news: CphPhoneServerInputs): boolean {
  const makesOne = ({ tenantVpcId, bandWidth }: CphPhoneServerInputs): boolean =>
    tenantVpcId === undefined && part(bandWidth, "bandWidthShareType") === 1 && part(bandWidth, "bandWidthId") === undefined;
  return makesOne(last) && makesOne(news);
}

export function flat({ extendParam, bandWidth, phoneDataVolume, ...inputs }: CphPhoneServerInputs): FlatPhoneInputs {
  const bandWidthId = part(bandWidth, "bandWidthId");
  return {
    ...inputs,
    "extendParam.chargingMode": part(extendParam, "chargingMode"),
    "extendParam.periodType": part(extendParam, "periodType"),
    "extendParam.periodNum": part(extendParam, "periodNum"),
    "extendParam.isAutoPay": part(extendParam, "isAutoPay"),
    "extendParam.isAutoRenew": part(extendParam, "isAutoRenew"),
    "extendParam.enterpriseProjectId": part(extendParam, "enterpriseProjectId"),
    "bandWidth.bandWidthId": bandWidthId,
    // One that is named is shared.
    "bandWidth.bandWidthShareType": part(bandWidth, "bandWidthShareType") ?? (bandWidthId === undefined ? undefined : 1),
    "bandWidth.bandWidthChargeMode": part(bandWidth, "bandWidthChargeMode"),
    "bandWidth.bandWidthSize": part(bandWidth, "bandWidthSize"),
    "phoneDataVolume.volumeType": part(phoneDataVolume, "volumeType"),
    "phoneDataVolume.size": part(phoneDataVolume, "size"),
  };
}

const json = (value: string | undefined): unknown => (value === undefined ? undefined : JSON.parse(value));
