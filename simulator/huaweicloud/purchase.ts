/** What a purchase must fit, beyond the form of its parameters: the catalogue, the networks, what already exists. */
import type * as z from "zod";
import type { Account } from "./accounts";
import { seededSize } from "./bandwidths";
import {
  isSettableProperty,
  keyPairs,
  phoneImages,
  phoneModels,
  seededBandwidth,
  serverImageIds,
  serverModels,
  subnets,
  zones,
} from "./catalogue";
import type { PhoneModel, ServerModel, Subnet } from "./catalogue";
import { overlap, parseCidr } from "./cidr";
import { Refusal, badRequest } from "./errors";
import type { purchaseV1, purchaseV2, purchaseV21 } from "./purchase-wire";
import type { Server, Store } from "./state";
import type { Wanted, WantedBandwidth } from "./wanted";

/** The provider-owned network that v1 servers stand in. */
const systemVpcId = "6e3feb2c-b9c9-4ac5-abf1-96d60e3dfea2";
const systemSubnetId = "5784d2fe-fefd-42f0-a7f1-e88454d8bc0f";
const systemCidr = "172.31.0.0/16";

type V1 = z.infer<typeof purchaseV1>;
type V2 = z.infer<typeof purchaseV2>;
type V21 = z.infer<typeof purchaseV21>;

export function wantedFromV1(store: Store, account: Account, sent: V1): Wanted {
  const model = phoneModelFor(sent);
  if (model.version === 1) throw new Refusal("CPS.0028", `The phone model ${model.name} needs a network of the customer's own.`);
  const cidr = sent.subnet_cidr ?? systemCidr;
  checkSystemSubnet(store, account, cidr);
  const { band_width_id: id } = sent.band_width;
  const existing = id === undefined ? undefined : knownBandwidth(store, account, id);
  return {
    ...shared("v1", sent, sent.extend_param),
    phone_model_name: model.name,
    image_id: fittingImage(sent.image_id, sent.server_model_name),
    keypair_name: knownKeyPair(sent.keypair_name),
    availability_zone: zones[0],
    vpc: { id: systemVpcId, cidr },
    subnet: { id: systemSubnetId, cidr },
    eip: { ids: [], count: 1 },
    band_width: existing === undefined ? newSystemBandwidth(sent.band_width) : oldSystemBandwidth(id, existing.size),
    volumes: [],
    ports: checkedPorts(sent.ports ?? []),
    is_vnc_enabled: sent.vnc_enable?.toLowerCase() === "true",
    property: "",
  };
}

/** A dedicated one is always 300 Mbit/s, paid by traffic; a shared one as large as asked for. */
const newSystemBandwidth = (sent: V1["band_width"]): WantedBandwidth =>
  sent.band_width_share_type === 1
    ? { band_width_size: sent.band_width_size, band_width_charge_mode: 0, band_width_share_type: 1 }
    : { band_width_size: 300, band_width_charge_mode: 1, band_width_share_type: 0 };

const oldSystemBandwidth = (id: string | undefined, size: number): WantedBandwidth => ({
  band_width_id: id,
  band_width_size: size,
  band_width_charge_mode: 0,
  band_width_share_type: 1,
});

/** `swapped`: the server that it is for, which may keep its addresses. */
export function wantedFromV2(store: Store, sent: V2, swapped?: Server): Wanted {
  if (sent.extend_param.charging_mode === 1 && !store.behaviour.sellsPayPerUse)
    throw new Refusal("CPS.0056", "charging_mode 1 is not on sale in this region.");
  const model = phoneModelFor(sent);
  if (model.version === 1 && sent.phone_data_volume === undefined)
    throw badRequest(`The phone model ${model.name} needs phone_data_volume.`);
  if (model.version === 0 && sent.server_share_data_volume !== undefined)
    throw badRequest(`The phone model ${model.name} does not take server_share_data_volume.`);
  const perIp = sent.phone_count_per_ip ?? model.capacity;
  if (perIp > model.capacity) throw badRequest(`phone_count_per_ip is at most ${model.capacity} for ${model.name}.`);
  const count = sent.public_ip.count ?? 1;
  if (count > Math.ceil(model.capacity / perIp))
    throw new Refusal("CPS.0238", "public_ip.count is larger than the number of phone addresses.");
  checkProperty(sent.property);
  const ids = sent.public_ip.ids ?? [];
  checkAddressesFree(store, ids, swapped);
  return {
    ...shared("v2", sent, sent.extend_param),
    phone_model_name: model.name,
    image_id: fittingImage(sent.image_id, sent.server_model_name),
    keypair_name: knownKeyPair(sent.keypair_name),
    availability_zone: knownZone(sent.availability_zone),
    ...networkOf(sent.nics[0]?.subnet_id ?? "", sent.tenant_vpc_id),
    eip: { ids, count: ids.length > 0 ? 0 : count },
    ...(sent.band_width === undefined ? {} : { band_width: sent.band_width }),
    volumes: sent.phone_data_volume === undefined ? [] : [sent.phone_data_volume],
    ...(sent.phone_data_volume === undefined ? {} : { phone_data_volume: sent.phone_data_volume }),
    ...(sent.server_share_data_volume === undefined ? {} : { server_share_data_volume: sent.server_share_data_volume }),
    ports: checkedPorts(sent.ports ?? []),
    is_vnc_enabled: false,
    property: sent.property ?? "",
  };
}

export function wantedFromV21(store: Store, sent: V21): Wanted {
  if (sent.order_param.charging_mode !== 0) throw new Refusal("CPS.0056", "Bare servers are sold with charging_mode 0 only.");
  modelOnSale(sent.server_model_name, sent.count);
  const image = sent.image_id ?? serverImageIds[0];
  if (!serverImageIds.some((known) => known === image)) throw new Refusal("CPS.0030", `There is no server image ${image}.`);
  const ids = sent.public_ip.ids ?? [];
  checkAddressesFree(store, ids);
  const disk = sent.data_volume;
  return {
    ...shared("v2.1", sent, { ...sent.order_param, enterprise_project_id: sent.enterprise_project_id }),
    phone_model_name: "",
    image_id: image,
    keypair_name: knownKeyPair(sent.keypair_name),
    availability_zone: knownZone(sent.availability_zone),
    ...networkOf(sent.nics[0]?.subnet_id ?? "", sent.nics[0]?.vpc_id),
    eip: { ids, count: ids.length > 0 ? 0 : sent.public_ip.count },
    band_width: sent.public_ip.band_width,
    volumes: disk === undefined ? [] : Array.from({ length: disk.count }, () => ({ volume_type: disk.volume_type, size: disk.size })),
    ports: [],
    is_vnc_enabled: false,
    property: "",
  };
}

/** What all three creates say in the same words. */
function shared(
  generation: Wanted["generation"],
  sent: { server_name: string; server_model_name: string; count: number },
  param: V1["extend_param"],
): Pick<Wanted, "generation" | "server_name" | "server_model_name" | "count" | "enterprise_project_id" | "order"> {
  const { enterprise_project_id = "0", period_type = 2, period_num = 1, ...order } = param;
  if (generation === "v1" && order.charging_mode !== 0) throw new Refusal("CPS.0056", "charging_mode must be 0.");
  const { server_name, server_model_name, count } = sent;
  return {
    generation,
    server_name,
    server_model_name,
    count,
    enterprise_project_id: enterprise_project_id || "0",
    order: { ...order, period_type, period_num },
  };
}

function modelOnSale(name: string, count: number): ServerModel {
  const model = serverModels.find((one) => one.name === name);
  if (model === undefined) throw new Refusal("CPS.0089", `There is no server model ${name}.`);
  if (count > model.stock) throw new Refusal("CPS.0066", `The server model ${name} is sold out.`);
  return model;
}

export function phoneModelFor(sent: { server_model_name: string; phone_model_name: string; count: number }): PhoneModel {
  modelOnSale(sent.server_model_name, sent.count);
  const model = phoneModels.find((one) => one.name === sent.phone_model_name && one.serverModel === sent.server_model_name);
  if (model === undefined) throw new Refusal("CPS.0028", `There is no phone model ${sent.phone_model_name} for ${sent.server_model_name}.`);
  if (model.status === 0) throw new Refusal("CPS.0028", `The phone model ${model.name} is offline.`);
  return model;
}

export function fittingImage(id: string, serverModel: string): string {
  const image = phoneImages.find((one) => one.id === id);
  if (image === undefined) throw new Refusal("CPS.0166", `There is no phone image ${id}.`);
  const label = serverModels.find((one) => one.name === serverModel)?.imageLabel;
  if (image.label !== label) throw new Refusal("CPS.0030", `The phone image ${id} (${image.label}) does not run on ${serverModel}.`);
  return id;
}

export function knownKeyPair(name: string | undefined): string {
  if (name !== undefined && !keyPairs.includes(name)) throw new Refusal("CPS.0067", `There is no key pair ${name}.`);
  return name ?? "";
}

function knownZone(zone: string = zones[0]): string {
  if (!zones.some((known) => known === zone)) throw badRequest(`There is no availability_zone ${zone} in this region.`);
  return zone;
}

function networkOf(subnetId: string, vpcId: string | undefined): Pick<Wanted, "vpc" | "subnet"> {
  if (vpcId !== undefined && !subnets.some((one) => one.vpcId === vpcId)) throw new Refusal("CPS.0236", `There is no VPC ${vpcId}.`);
  const subnet: Subnet | undefined = subnets.find((one) => one.id === subnetId);
  if (subnet === undefined) throw new Refusal("CPS.0229", `There is no subnet ${subnetId}.`);
  if (vpcId !== undefined && subnet.vpcId !== vpcId) throw new Refusal("CPS.0228", `The subnet ${subnetId} is not in the VPC ${vpcId}.`);
  return { vpc: { id: subnet.vpcId, cidr: subnet.vpcCidr }, subnet: { id: subnet.id, cidr: subnet.cidr } };
}

function liveServers(store: Store): Server[] {
  return Object.values(store.state.servers).filter((server) => server.endedAt === undefined);
}

function checkAddressesFree(store: Store, ids: readonly string[], swapped?: Server): void {
  const taken = ids.find((id) => liveServers(store).some((server) => server !== swapped && server.eips.some((eip) => eip.id === id)));
  if (taken !== undefined) throw new Refusal("CPS.0238", `The public address ${taken} is in use.`);
}

function checkSystemSubnet(store: Store, account: Account, cidr: string): void {
  const wanted = parseCidr(cidr);
  if (wanted === undefined) throw new Refusal("CPS.0191", `subnet_cidr ${cidr} is not a network.`);
  for (const server of liveServers(store)) {
    const other = server.wanted.subnet.cidr;
    if (server.domainId !== account.domainId || server.wanted.generation !== "v1" || other === cidr) continue;
    const taken = parseCidr(other);
    if (taken !== undefined && overlap(wanted, taken))
      throw new Refusal("CPS.0194", `subnet_cidr ${cidr} overlaps the existing subnet ${other}.`);
  }
}

function knownBandwidth(store: Store, account: Account, id: string): { size: number } {
  if (id === seededBandwidth.id) return { size: seededSize(store) };
  const own = liveServers(store).filter((server) => server.domainId === account.domainId);
  const found = own.flatMap((server) => server.eips).find((eip) => eip.bandwidth?.id === id && eip.bandwidth.shareType === 1);
  if (found?.bandwidth === undefined) throw new Refusal("CPS.0115", `There is no shared bandwidth ${id}.`);
  return found.bandwidth;
}

export function checkedPorts(ports: Wanted["ports"]): Wanted["ports"] {
  const twice = <T>(values: readonly T[]): T | undefined => values.find((value, index) => values.indexOf(value) !== index);
  const name = twice(ports.map((port) => port.name));
  if (name !== undefined) throw new Refusal("CPS.0039", `Two ports are called ${name}.`);
  const listen = twice(ports.map((port) => port.listen_port));
  if (listen !== undefined) throw new Refusal("CPS.0041", `Two ports listen on ${listen}.`);
  return ports;
}

export function checkProperty(text: string | undefined): void {
  if (text === undefined) return;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Refusal("CPS.0078", "property is not JSON.");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw new Refusal("CPS.0078", "property is not a JSON object.");
  const unknown = Object.keys(parsed).find((key) => !isSettableProperty(key));
  if (unknown !== undefined) throw new Refusal("CPS.0163", `The phone property ${unknown} cannot be set.`);
}
