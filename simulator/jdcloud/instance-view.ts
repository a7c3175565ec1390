import { operatingSystems, raids } from "./catalogue";
import { chargeOf, isoTime } from "./billing";
import { subnets, vpcs } from "./networks";
import type { Instance, Store } from "./store";

/** The wire's `Instance`. Host name, password, user data, tags and alias IPs are never part of it. */
export function viewInstance(store: Store, instance: Instance): Record<string, unknown> {
  const { texts } = instance;
  const charge = instance.status === "creating" ? undefined : chargeOf(instance.billing, store.world.clock.now());
  return {
    instanceId: instance.instanceId,
    region: instance.region,
    az: texts.az,
    deviceType: texts.deviceType,
    name: texts.name,
    description: texts.description,
    status: instance.status,
    enableInternet: texts.enableInternet,
    enableIpv6: texts.enableIpv6,
    imageType: texts.imageType,
    osTypeId: texts.osTypeId,
    ...osOf(texts.osTypeId),
    ...raidsOfInstance(instance),
    networkType: texts.networkType,
    lineType: texts.lineType,
    keypairId: texts.keypairId,
    interfaceMode: texts.interfaceMode,
    ...primary(store, instance),
    ...(texts.interfaceMode === "dual" ? extension(store, instance) : {}),
    publicIpv6: "",
    ...(texts.ipv6Address ? { ipv6Address: texts.ipv6Address } : {}),
    agentStatus: texts.agentStatus,
    createTime: isoTime(instance.createdAt),
    updateTime: isoTime(instance.updatedAt),
    ...(charge === undefined ? {} : { charge }),
  };
}

export function raidsOfInstance({ texts }: Instance): Record<string, string> {
  const { sysRaidTypeId, dataRaidTypeId } = texts;
  const typeOf = (id: string): string => raids.find((one) => one.raidTypeId === id)?.raidType ?? "";
  return { sysRaidTypeId, sysRaidType: typeOf(sysRaidTypeId), dataRaidTypeId, dataRaidType: typeOf(dataRaidTypeId) };
}

function osOf(id: string): Record<string, string> {
  const os = operatingSystems.find((one) => one.osTypeId === id);
  return os === undefined ? {} : { osName: os.osName, osType: os.osType, osVersion: os.osVersion };
}

function primary(store: Store, instance: Instance): Record<string, unknown> {
  const { texts } = instance;
  const { vpcId, vpcName, subnetName } = networkOf(texts.subnetId);
  const { elasticIpId, publicIp, bandwidth, extraUplinkBandwidth } = internetOf(store, instance, texts.elasticIpId);
  const network = { vpcId, vpcName, subnetId: texts.subnetId, subnetName, privateIp: texts.privateIp };
  return { ...network, elasticIpId, publicIp, bandwidth, extraUplinkBandwidth };
}

function extension(store: Store, instance: Instance): Record<string, unknown> {
  const { texts } = instance;
  const { vpcId, vpcName, subnetName } = networkOf(texts.extensionSubnetId);
  const { elasticIpId, publicIp, bandwidth, extraUplinkBandwidth } = internetOf(store, instance, texts.extensionElasticIpId);
  return {
    extensionVpcId: vpcId,
    extensionVpcName: vpcName,
    extensionSubnetId: texts.extensionSubnetId,
    extensionSubnetName: subnetName,
    extensionPrivateIp: texts.extensionPrivateIp,
    extensionEnableInternet: texts.extensionEnableInternet,
    ...(texts.extensionIpv6Address ? { extensionIpv6Address: texts.extensionIpv6Address } : {}),
    extensionElasticIpId: elasticIpId,
    extensionPublicIp: publicIp,
    extensionBandwidth: bandwidth,
    extensionExtraUplinkBandwidth: extraUplinkBandwidth,
  };
}

function networkOf(subnetId: string) {
  const subnet = subnets.find((one) => one.subnetId === subnetId);
  const vpc = vpcs.find((one) => one.vpcId === subnet?.vpcId);
  return { vpcId: vpc?.vpcId ?? "", vpcName: vpc?.name ?? "", subnetName: subnet?.name ?? "" };
}

/** The addresses show when the instance is built; the bandwidth that was ordered, from the start. */
function internetOf(store: Store, instance: Instance, id: string) {
  const eip = store.state.elasticIps[id];
  const isShown = eip !== undefined && instance.status !== "creating";
  const bandwidth = { bandwidth: eip?.bandwidth ?? 0, extraUplinkBandwidth: eip?.extraUplinkBandwidth ?? 0 };
  return { elasticIpId: isShown ? eip.elasticIpId : "", publicIp: isShown ? eip.elasticIp : "", ...bandwidth };
}
