/** Servers as the CPH API shows them. */
import { isBuilding, keypairOf, statusOf, updatedAt } from "./life";
import { utc } from "./state";
import type { Bandwidth, Server, Store } from "./state";

/** Project of the tenant that owns the machines; never the customer's. */
const resourceProjectId = "2347275010d3440d963d3fcb8931ff55";

/** One row of the list. Servers in the customer's own network show no addresses there. */
export function serverRow(store: Store, server: Server): Record<string, unknown> {
  const { wanted } = server;
  return {
    server_name: server.name,
    server_id: server.id,
    availability_zone: server.zone,
    server_model_name: server.serverModel,
    phone_model_name: server.phoneModel,
    keypair_name: keypairOf(store, server),
    status: statusOf(store, server),
    vpc_id: server.vpcId,
    cidr: wanted.vpc.cidr,
    vpc_cidr: wanted.vpc.cidr,
    subnet_id: server.subnetId,
    subnet_cidr: wanted.subnet.cidr,
    addresses: wanted.generation === "v1" ? addresses(store, server) : [],
    resource_project_id: resourceProjectId,
    metadata: { order_id: server.orderId, product_id: server.productId, charging_mode: server.chargingMode },
    network_version: networkVersion(server),
    enterprise_project_id: server.enterpriseProjectId,
    create_time: utc(server.createdAt),
    update_time: utc(updatedAt(store, server)),
  };
}

export function serverDetail(store: Store, server: Server): Record<string, unknown> {
  const share = server.wanted.server_share_data_volume;
  return {
    ...serverRow(store, server),
    addresses: addresses(store, server),
    band_widths: [...new Map(bandwidths(server).map((one) => [one.id, bandwidthView(one)])).values()],
    volumes: server.volumes.map((volume) => ({
      volume_name: `VOLUME_${volume.id.replaceAll("-", "")}`,
      volume_id: volume.id,
      volume_size: volume.sizeGib,
      volume_type: volume.type,
      create_time: utc(server.createdAt),
      update_time: utc(server.createdAt),
    })),
    ...(share === undefined ? {} : { share_volume_info: { volume_type: share.volume_type, size: share.size, version: 1 } }),
    security_groups: server.wanted.generation === "v1" ? [] : ["7f46bf9e-9050-48d6-9034-65711f9595f8"],
  };
}

export const networkVersion = (server: Server): "v1" | "v2" => (server.wanted.generation === "v1" ? "v1" : "v2");

export const bandwidths = (server: Server): Bandwidth[] => server.eips.flatMap((eip) => eip.bandwidth ?? []);

export function bandwidthView(bandwidth: Bandwidth): Record<string, unknown> {
  const time = utc(bandwidth.createdAt).replace("T", " ").replace("Z", "");
  return {
    band_width_name: bandwidth.id.replaceAll("-", ""),
    band_width_id: bandwidth.id,
    band_width_size: bandwidth.size,
    band_width_charge_mode: bandwidth.chargeMode,
    band_width_share_type: bandwidth.shareType,
    create_time: time,
    update_time: time,
  };
}

/** One entry per public address, or the inner address alone; none while the server is being built. */
function addresses(store: Store, server: Server): Record<string, string>[] {
  if (isBuilding(store, server)) return [];
  const of = (publicIp: string): Record<string, string> => ({
    server_ip: server.serverIp,
    public_ip: publicIp,
    intranet_ip: server.serverIp,
    access_ip: publicIp,
  });
  return server.eips.length === 0 ? [of("")] : server.eips.map((eip) => of(eip.address));
}
