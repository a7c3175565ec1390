import { deviceTypes, operatingSystems, raidsOf, regions } from "./catalogue";
import type { DeviceType } from "./catalogue";
import { conflict, failedPrecondition, invalidArgument, notFound, quotaExceeded } from "./errors";
import type { InstanceSpec } from "./instance-spec";
import { addressesOf, bandwidthPackages, isInside, keypairs, subnets, textOf } from "./networks";
import type { Subnet } from "./networks";
import { ownedBy } from "./store";
import type { Caller, Store } from "./store";

/** What the account, the zone and the catalogue must have for this purchase. */
export function checkOffer(store: Store, caller: Caller, spec: InstanceSpec): DeviceType {
  const node = regions.find((one) => one.region === caller.region);
  if (!node?.azs.some((one) => one.az === spec.az)) throw invalidArgument(`parameter 'instanceSpec.az': there is no zone '${spec.az}'`);
  const device = deviceTypes.find((one) => one.deviceType === spec.deviceType);
  if (device === undefined) throw notFound("DeviceType", spec.deviceType);
  if (!operatingSystems.some((one) => one.osTypeId === spec.osTypeId)) throw notFound("OS", spec.osTypeId);
  const hasRaid = (volumeType: string, id: string): boolean =>
    raidsOf(device).some((one) => one.volumeType === volumeType && one.raidTypeId === id);
  if (!hasRaid("system", spec.sysRaidTypeId)) throw notFound("Raid", spec.sysRaidTypeId);
  if (!hasRaid("data", spec.dataRaidTypeId)) throw notFound("Raid", spec.dataRaidTypeId);
  if (spec.keypairId && !keypairs.some((one) => isOwn(one, caller) && one.keypairId === spec.keypairId))
    throw notFound("Keypair", spec.keypairId);
  for (const id of [spec.bandwidthPackageId, spec.extensionBandwidthPackageId])
    if (id && !bandwidthPackages.some((one) => isOwn(one, caller) && one.bandwidthPackageId === id)) throw notFound("BandwidthPackage", id);
  if (availableOf(store, device, caller.region) < spec.count) throw failedPrecondition(`device type '${device.deviceType}' is sold out`);
  const inZone = ownedBy(store.state.instances, caller).filter((one) => one.texts.az === spec.az).length;
  if (inZone + spec.count > store.switches.instancesPerNode)
    throw quotaExceeded(`the quota of ${store.switches.instancesPerNode} instances in '${spec.az}' is used up`);
  return device;
}

/** How many of a device type a region still has to sell. */
export function availableOf(store: Store, device: DeviceType, region: string): number {
  const sold = Object.values(store.state.instances).filter((one) => one.region === region && one.texts.deviceType === device.deviceType);
  return Math.max(0, device.stock - sold.length);
}

const isOwn = (thing: { readonly pin: string; readonly region: string }, caller: Caller): boolean =>
  thing.pin === caller.pin && thing.region === caller.region;

export function findSubnet(caller: Caller, az: string, subnetId: string): Subnet {
  const subnet = subnets.find((one) => isOwn(one, caller) && one.subnetId === subnetId);
  if (subnet === undefined) throw notFound("Subnet", subnetId);
  if (subnet.az !== az) throw conflict(`subnet '${subnetId}' is not in zone '${az}'`);
  return subnet;
}

export function checkAliases(aliases: InstanceSpec["aliasIps"], subnet: Subnet): void {
  for (const { cidr } of aliases)
    if (!isInside(cidr, subnet.cidr)) throw invalidArgument(`alias IP range '${cidr}' is not in subnet '${subnet.subnetId}'`);
}

/** Addresses of a subnet that are taken. */
export function takenIn(store: Store, caller: Caller, subnetId: string): Set<string> {
  const used = ownedBy(store.state.instances, caller).flatMap(({ texts }) => [
    ...(texts.subnetId === subnetId ? [texts.privateIp] : []),
    ...(texts.extensionSubnetId === subnetId ? [texts.extensionPrivateIp] : []),
  ]);
  return new Set(used);
}

/** `count` free addresses of a subnet, or the `fixed` one. */
export function takeAddresses(
  store: Store,
  caller: Caller,
  subnet: Subnet,
  count: number,
  fixed?: string,
  alsoTaken: readonly string[] = [],
): string[] {
  const taken = new Set([...takenIn(store, caller, subnet.subnetId), ...alsoTaken]);
  if (fixed) {
    if (fixed.includes("/") || !isInside(fixed, subnet.cidr))
      throw invalidArgument(`private IP '${fixed}' is not in subnet '${subnet.subnetId}'`);
    if (taken.has(fixed)) throw conflict(`private IP '${fixed}' is in use`);
    return [fixed];
  }
  const addresses = addressesOf(subnet);
  const free: string[] = [];
  for (let index = 0; index < addresses.count && free.length < count; index += 1)
    if (!taken.has(addresses.at(index))) free.push(addresses.at(index));
  if (free.length < count) throw failedPrecondition(`subnet '${subnet.subnetId}' has no free IP`);
  return free;
}

/** 198.18.0.0/15 is set aside for tests of networks (RFC 2544). */
const FIRST_PUBLIC_ADDRESS = (198 * 256 + 18) * 65_536;

/** After the id of the elastic IP: its address. */
export const newPublicAddress = ({ state }: Store): string => textOf(FIRST_PUBLIC_ADDRESS + 1 + (state.made % 131_000));
