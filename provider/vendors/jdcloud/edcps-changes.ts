/** What a change of each input of an `EdcpsInstance` means. */
import { grows, shrinks } from "../../kit/diff";
import type { DiffTable } from "../../kit/diff";
import { lifeRules } from "../../kit/life-inputs";
import { part } from "../../kit/unknown";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { same } from "./same";

type Charge = EdcpsInstanceInputs["charge"];

/** The terms of payment differ in what a change of each means, so each has its own line. */
export type Flat = Omit<EdcpsInstanceInputs, "charge"> & { readonly [K in keyof Required<Charge> as `charge.${K}`]: Charge[K] };

const shownBy = (field: string) => `describeInstances ${field}`;
const replaced = (field: string) => ({ change: "replace", shown: shownBy(field) }) as const;
const fixed = (field: string) => ({ change: "replace", chosenByCloud: true, shown: shownBy(field) }) as const;
const hidden = { change: "replace" } as const;

const reinstalled = {
  change: "replace",
  inPlaceWith: { input: "reinstall", value: "inPlace" },
  how: "stopInstance, one reinstallInstance, which wipes the system disks, and startInstance if it ran",
  wipes: { says: "reinstalls every server: the data of its system disks is lost" },
} as const;
const reinstalledWithData = { ...reinstalled, how: `${reinstalled.how}; with another RAID of the data disks it wipes these too`, wipes: { says: "reinstalls every server: the data of all its disks is lost" } } as const; // prettier-ignore

const internet = (slot: string, field: string) =>
  ({
    change: "update",
    how: "on: applyElasticIps, a purchase, and associateElasticIp; off: disassociateElasticIp, and deleteelasticIp when it is postpaid and was bought here",
    costs: {
      says: "buys an elastic IP for every server that has none",
      when: (_last: unknown, news: unknown) => news !== "no" && news !== undefined,
    },
    shown: shownBy(`${slot}, whatever ${field} says`),
  }) as const;
const larger = { says: "may cost more from now on", when: grows } as const;
const bandwidth = (field: string) => ({ change: "update", how: "modifyElasticIpBandwidth", costs: larger, shown: shownBy(field) }) as const;
const ofPackage = { change: "update", how: "removeBandwidthPackageIp, addBandwidthPackageIp", shown: "describeElasticIps bandwidthPackageId" } as const; // prettier-ignore
const aliases = { change: "update", how: "createAliasIp, deleteAliasIp, range by range", shown: "describeAliasIps cidr" } as const;
const ofElasticIp = (field: string) => ({ change: "replace", chosenByCloud: true, shown: `describeElasticIps ${field}` }) as const;

export const edcpsInstanceChanges: DiffTable<Flat> = {
  regionId: { change: "replace" },
  az: replaced("az"),
  deviceType: replaced("deviceType"),
  imageType: { change: "replace" },
  osTypeId: { ...reinstalled, shown: shownBy("osTypeId") },
  sysRaidTypeId: { ...reinstalled, shown: shownBy("sysRaidTypeId") },
  dataRaidTypeId: { ...reinstalledWithData, shown: shownBy("dataRaidTypeId") },
  hostname: { ...reinstalled, chosenByCloud: true },
  networkType: { change: "replace" },
  subnetId: replaced("subnetId"),
  cidr: hidden,
  privateIp: fixed("privateIp"),
  aliasIps: { ...aliases, same: same.aliasIps },
  interfaceMode: fixed("interfaceMode"),
  enableInternet: internet("elasticIpId", "enableInternet"),
  internetChargeMode: ofElasticIp("charge.chargeMode"),
  bandwidthPackageId: ofPackage,
  lineType: fixed("lineType"),
  bandwidth: bandwidth("bandwidth"),
  extraUplinkBandwidth: { ...bandwidth("extraUplinkBandwidth"), same: same.extraUplinkBandwidth },
  name: { change: "update", how: "modifyInstance", shown: shownBy("name") },
  description: { change: "update", same: same.description, how: "modifyInstance", shown: shownBy("description") },
  password: {
    change: "update",
    chosenByCloud: true,
    how: "stopInstance, resetPassword, and startInstance if it ran",
    interrupts: { says: "stops servers that run, and starts them again" },
  },
  count: {
    change: "update",
    how: "createInstances for the difference; deleteInstance of the newest",
    costs: { says: "orders the servers that are missing: a purchase", when: grows },
    wipes: { says: "deletes the servers that are too many, with all that is on them", when: shrinks },
    shown: shownBy("instanceId"),
  },
  userData: reinstalled,
  keypairId: { ...reinstalled, shown: shownBy("keypairId") },
  "charge.chargeMode": { change: "replace", shown: shownBy("charge.chargeMode") },
  "charge.chargeUnit": { change: "nextOrder", same: (a, b) => (a ?? "month") === (b ?? "month") },
  "charge.chargeDuration": { change: "nextOrder" },
  "charge.autoRenew": { change: "update", chosenByCloud: true, same: (a, b) => a === b, how: "setRenewal of the renewal service", shown: "queryInstance autoRenewStatus" }, // prettier-ignore
  "charge.buyScenario": { change: "nextOrder" },
  extensionSubnetId: replaced("extensionSubnetId"),
  extensionPrivateIp: fixed("extensionPrivateIp"),
  extensionAliasIps: { ...aliases, same: same.extensionAliasIps },
  extensionEnableInternet: { ...internet("extensionElasticIpId", "extensionEnableInternet"), same: same.extensionEnableInternet },
  extensionLineType: ofElasticIp("lineType"),
  extensionBandwidth: bandwidth("extensionBandwidth"),
  extensionExtraUplinkBandwidth: { ...bandwidth("extensionExtraUplinkBandwidth"), same: same.extensionExtraUplinkBandwidth },
  extensionInternetChargeMode: ofElasticIp("charge.chargeMode"),
  extensionBandwidthPackageId: ofPackage,
  enableIpv6: { ...replaced("enableIpv6"), same: same.enableIpv6 },
  ipv6Address: fixed("ipv6Address"),
  ipv6AliasIps: { ...hidden, same: same.ipv6AliasIps },
  extensionEnableIpv6: { ...hidden, same: same.extensionEnableIpv6 },
  extensionIpv6Address: fixed("extensionIpv6Address"),
  extensionIpv6AliasIps: { ...hidden, same: same.extensionIpv6AliasIps },
  resourceTags: { change: "update", same: same.resourceTags, how: "tagResources, unTagResources", shown: "describeResources tags" },
  reinstall: { change: "update", same: same.reinstall, how: "kept in the state for the next change" },
  powerState: { change: "update", chosenByCloud: true, how: "startInstance, stopInstance", shown: shownBy("status") },
  ...lifeRules,
};

export function flat({ charge, ...inputs }: EdcpsInstanceInputs): Flat {
  return {
    ...inputs,
    "charge.chargeMode": part(charge, "chargeMode") as Charge["chargeMode"],
    "charge.chargeUnit": part(charge, "chargeUnit"),
    "charge.chargeDuration": part(charge, "chargeDuration"),
    "charge.autoRenew": part(charge, "autoRenew"),
    "charge.buyScenario": part(charge, "buyScenario"),
  };
}
