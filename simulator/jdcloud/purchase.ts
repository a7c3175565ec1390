import { fatesOf } from "../mishaps";
import type { Fate } from "../mishaps";
import { lineOf } from "./catalogue";
import type { DeviceType } from "./catalogue";
import { dueAtPurchase, newBilling, priceOfBandwidth, round } from "./billing";
import { failedPrecondition } from "./errors";
import { checkSpec, monthsOf } from "./instance-spec";
import type { InstanceSpec } from "./instance-spec";
import { bandwidthPackages } from "./networks";
import { checkAliases, checkOffer, findSubnet, newPublicAddress, takeAddresses } from "./offer";
import { newId } from "./store";
import type { Caller, ChargeMode, ElasticIp, Instance, Store } from "./store";

/** Buys instances: everything is checked first, then the order is paid and its instances begin to be built. */
export function createInstances(store: Store, caller: Caller, spec: InstanceSpec): { instanceIds: string[] } {
  checkSpec(spec);
  const device = checkOffer(store, caller, spec);
  const subnet = findSubnet(caller, spec.az, spec.subnetId ?? "");
  const second = spec.interfaceMode === "dual" ? findSubnet(caller, spec.az, spec.extensionSubnetId ?? "") : undefined;
  checkAliases(spec.aliasIps, subnet);
  if (second !== undefined) checkAliases(spec.extensionAliasIps, second);
  const primaryIps = takeAddresses(store, caller, subnet, spec.count, spec.privateIp);
  const secondIps = second === undefined ? [] : takeAddresses(store, caller, second, spec.count, spec.extensionPrivateIp, primaryIps);

  const { state, mishaps } = store;
  if (mishaps.isOutOfBalance()) throw failedPrecondition("the balance of the account is insufficient");
  const isNextToFail = state.failing > 0;
  if (isNextToFail) state.failing -= 1;
  const fails = isNextToFail || mishaps.failsToBuild();
  const fateOf = fatesOf(mishaps, store.world.clock.now());
  const orderId = newId(store, "order");
  const built = primaryIps.slice(0, mishaps.delivered(spec.count)).map((privateIp, index) => {
    const name = spec.count === 1 ? spec.name : `${spec.name}${index + 1}`;
    const instance = newInstance(store, caller, spec, { device, orderId, name, fails, fate: fateOf(index) });
    instance.texts.privateIp = privateIp;
    instance.texts.extensionPrivateIp = secondIps[index] ?? "";
    state.instances[instance.instanceId] = instance;
    return instance;
  });
  const due = built.map((instance) => equip(store, caller, spec, instance)).reduce((sum, one) => sum + one, 0);
  recordOrder(store, orderId, built, spec, due);
  return { instanceIds: built.map((instance) => instance.instanceId) };
}

interface Particulars {
  readonly device: DeviceType;
  readonly orderId: string;
  readonly name: string;
  readonly fails: boolean;
  readonly fate: Fate;
}

function newInstance(store: Store, caller: Caller, spec: InstanceSpec, { device, orderId, name, fails, fate }: Particulars): Instance {
  const now = store.world.clock.now();
  const endsAt = now + store.switches.provisioningMs;
  const billing = newBilling(spec.charge.chargeMode, device.pricePerMonth, now, monthsOf(spec));
  billing.bookedAt = endsAt + store.switches.bookingMs;
  billing.autoRenew = spec.charge.autoRenew && spec.charge.chargeMode === "prepaid_by_duration";
  billing.renewMonths = spec.charge.chargeUnit === "year" ? 12 : 1;
  const isDual = spec.interfaceMode === "dual";
  return {
    ...fate,
    instanceId: newId(store, "edcps"),
    pin: caller.pin,
    region: caller.region,
    orderId,
    createdAt: now,
    updatedAt: now,
    status: "creating",
    task: { since: now, endsAt, becomes: fails ? "error" : "running" },
    texts: {
      name,
      description: spec.description,
      az: spec.az,
      deviceType: spec.deviceType,
      imageType: spec.imageType,
      osTypeId: spec.osTypeId,
      sysRaidTypeId: spec.sysRaidTypeId,
      dataRaidTypeId: spec.dataRaidTypeId,
      networkType: spec.networkType,
      enableInternet: spec.enableInternet,
      enableIpv6: spec.enableIpv6,
      ipv6Address: spec.ipv6Address ?? "",
      subnetId: spec.subnetId ?? "",
      privateIp: "",
      lineType: spec.lineType ?? lineOf(caller.region),
      elasticIpId: "",
      keypairId: spec.keypairId ?? "",
      interfaceMode: spec.interfaceMode,
      agentStatus: "",
      extensionEnableInternet: isDual ? (spec.extensionEnableInternet ?? "no") : "",
      extensionSubnetId: isDual ? (spec.extensionSubnetId ?? "") : "",
      extensionPrivateIp: "",
      extensionElasticIpId: "",
      extensionIpv6Address: isDual ? (spec.extensionIpv6Address ?? "") : "",
    },
    tags: Object.fromEntries(spec.resourceTags.map(({ key, value }) => [key, value])),
    billing,
  };
}

/** Buys what comes with an instance (elastic IPs) and hangs on what is free (alias IPs); returns what is due for all of it, in CNY. */
function equip(store: Store, caller: Caller, spec: InstanceSpec, instance: Instance): number {
  const { texts } = instance;
  const months = monthsOf(spec);
  let due = dueAtPurchase(instance.billing, months);
  if (spec.enableInternet === "yes") {
    const { bandwidth, extraUplinkBandwidth, bandwidthPackageId, internetChargeMode: mode } = spec;
    const bought = { bandwidth, extraUplinkBandwidth, bandwidthPackageId, mode, lineType: texts.lineType };
    const eip = buyElasticIp(store, caller, instance, { ...bought, targetIp: texts.privateIp, subnetId: texts.subnetId, months });
    texts.elasticIpId = eip.elasticIpId;
    due += dueAtPurchase(eip.billing, months);
  }
  if (texts.extensionEnableInternet === "yes") {
    const { extensionBandwidth: bandwidth, extensionExtraUplinkBandwidth: extraUplinkBandwidth } = spec;
    const { extensionBandwidthPackageId: bandwidthPackageId, extensionInternetChargeMode: mode } = spec;
    const bought = { bandwidth, extraUplinkBandwidth, bandwidthPackageId, mode, lineType: spec.extensionLineType ?? texts.lineType };
    const at = { targetIp: texts.extensionPrivateIp, subnetId: texts.extensionSubnetId };
    const eip = buyElasticIp(store, caller, instance, { ...bought, ...at, months });
    texts.extensionElasticIpId = eip.elasticIpId;
    due += dueAtPurchase(eip.billing, months);
  }
  for (const { cidr } of spec.aliasIps) addAlias(store, instance, texts.subnetId, cidr);
  for (const { cidr } of spec.extensionAliasIps) if (texts.extensionSubnetId) addAlias(store, instance, texts.extensionSubnetId, cidr);
  return due;
}

interface WantedElasticIp {
  readonly bandwidth: number | undefined;
  readonly extraUplinkBandwidth: number | undefined;
  readonly bandwidthPackageId: string | undefined;
  readonly mode: ChargeMode | undefined;
  readonly lineType: string;
  readonly targetIp: string;
  readonly subnetId: string;
  readonly months: number;
}

function buyElasticIp(store: Store, caller: Caller, instance: Instance, wanted: WantedElasticIp): ElasticIp {
  const { bandwidthPackageId = "", targetIp, subnetId, lineType, months } = wanted;
  const joined = bandwidthPackages.find((one) => one.bandwidthPackageId === bandwidthPackageId);
  const bandwidth = wanted.bandwidth ?? joined?.bandwidth ?? 0;
  const extraUplinkBandwidth = wanted.extraUplinkBandwidth ?? 0;
  const price = joined === undefined ? priceOfBandwidth(bandwidth, extraUplinkBandwidth) : 0;
  const elasticIpId = newId(store, "fip");
  const eip = {
    elasticIpId,
    pin: caller.pin,
    region: caller.region,
    elasticIp: newPublicAddress(store),
    orderId: instance.orderId,
    createdAt: instance.createdAt,
    bandwidth,
    extraUplinkBandwidth,
    lineType,
    instanceId: instance.instanceId,
    targetIp,
    subnetId,
    bandwidthPackageId,
    billing: newBilling(wanted.mode ?? instance.billing.mode, price, instance.createdAt, months),
  };
  store.state.elasticIps[elasticIpId] = eip;
  return eip;
}

function addAlias(store: Store, instance: Instance, subnetId: string, cidr: string): void {
  const aliasIpId = newId(store, "alias");
  const { pin, region, instanceId, texts } = instance;
  store.state.aliasIps[aliasIpId] = { aliasIpId, pin, region, az: texts.az, instanceId, subnetId, secondaryCidrId: "", cidr };
}

function recordOrder(store: Store, orderId: string, built: readonly Instance[], spec: InstanceSpec, due: number): void {
  const ids = built.map((instance) => instance.instanceId);
  const term = spec.charge.chargeMode === "prepaid_by_duration" ? `${monthsOf(spec)} month(s)` : "by the hour";
  const entry = { cloud: "jdcloud", orderId, ids, amount: round(due), what: `${ids.length} × ${spec.deviceType}, ${term}` } as const;
  store.world.ledger.record({ ...entry, kind: "order" });
  store.world.ledger.record({ ...entry, kind: "payment" });
}
