/** A CphPhoneServer in the words of the CPH API. */
import { isDeepStrictEqual } from "node:util";
import type { Order } from "./bss";
import type { CphPhoneServerInputs } from "./cph-phone-inputs";
import type { WireServer } from "./cph";
import { autoRenewOf, bandwidthFromWire, periodOf, sameEnterpriseProject, seenInAll, zeroOrOne } from "./drift";
import type { Drift } from "./drift";
import { bandwidthToWire, wireFlag, wireTextFlag } from "./inputs";
import { filled } from "./server-outputs";
import type { SeenPhones, SeenServer, Sighting } from "./server-outputs";

export function toWire(inputs: CphPhoneServerInputs): object {
  const { extendParam } = inputs;
  const both = {
    server_name: inputs.serverName,
    server_model_name: inputs.serverModelName,
    phone_model_name: inputs.phoneModelName,
    image_id: inputs.imageId,
    count: inputs.count,
    keypair_name: inputs.keypairName,
    ports: inputs.ports?.map(portToWire),
    band_width: inputs.bandWidth === undefined ? undefined : bandwidthToWire(inputs.bandWidth),
    extend_param: {
      charging_mode: extendParam.chargingMode,
      period_type: extendParam.periodType,
      period_num: extendParam.periodNum,
      is_auto_pay: wireFlag(extendParam.isAutoPay),
      // v1 was documented without it; off is the default of both.
      is_auto_renew: inputs.tenantVpcId === undefined && !extendParam.isAutoRenew ? undefined : wireFlag(extendParam.isAutoRenew),
      enterprise_project_id: filled(extendParam.enterpriseProjectId),
    },
  };
  return inputs.tenantVpcId === undefined ? { ...both, ...systemNetworkToWire(inputs) } : { ...both, ...vpcToWire(inputs) };
}

export const portToWire = ({ name, listenPort, internetAccessible }: NonNullable<Ports>[number]) => ({
  name,
  listen_port: listenPort,
  internet_accessible: wireTextFlag(internetAccessible),
});

/** What the same server is to have on another machine; the zone stays where the program names none. (CPH API reference, "Changing a cloud phone server") */
export function swapToWire(inputs: CphPhoneServerInputs, now: WireServer): object {
  const [bandwidth] = now.band_widths ?? [];
  const enterpriseProjectId = filled(inputs.extendParam.enterpriseProjectId);
  return {
    phone_model_name: inputs.phoneModelName,
    image_id: inputs.imageId,
    keypair_name: inputs.keypairName ?? filled(now.keypair_name),
    ports: inputs.ports?.map(portToWire),
    // A purchase with an existing elastic IP can do without; here it is needed.
    band_width: inputs.bandWidth === undefined ? sameBandwidth(bandwidth) : bandwidthToWire(inputs.bandWidth),
    ...(enterpriseProjectId === undefined ? {} : { extend_param: { enterprise_project_id: enterpriseProjectId } }),
    ...vpcToWire(inputs),
  };
}

const sameBandwidth = (now: NonNullable<WireServer["band_widths"]>[number] | undefined): object | undefined =>
  now && {
    ...(now.band_width_share_type === 1 ? { band_width_id: now.band_width_id } : { band_width_size: now.band_width_size }),
    band_width_charge_mode: now.band_width_charge_mode,
    band_width_share_type: now.band_width_share_type,
  };

const systemNetworkToWire = ({ vncEnable, subnetCidr }: CphPhoneServerInputs): object => ({
  vnc_enable: vncEnable === undefined ? undefined : wireTextFlag(vncEnable),
  subnet_cidr: subnetCidr,
});

const vpcToWire = (inputs: CphPhoneServerInputs): object => ({
  tenant_vpc_id: inputs.tenantVpcId,
  nics: inputs.nics?.map((nic) => ({
    subnet_id: nic.subnetId,
    ipv6_enable: nic.ipv6Enable,
    ipv6_bandwidth: nic.ipv6Bandwidth === undefined ? undefined : { band_width_id: nic.ipv6Bandwidth.bandWidthId },
  })),
  public_ip: inputs.publicIp,
  phone_count_per_ip: inputs.phoneCountPerIp,
  phone_data_volume: volumeToWire(inputs.phoneDataVolume),
  server_share_data_volume: volumeToWire(inputs.serverShareDataVolume),
  availability_zone: inputs.availabilityZone,
  property: inputs.property,
});

/** A project has one shared bandwidth in its system-defined network: the first purchase makes it, and later ones name it. */
export function besideSharedBandwidth(inputs: CphPhoneServerInputs, wires: readonly WireServer[]): CphPhoneServerInputs {
  const { tenantVpcId, bandWidth } = inputs;
  if (tenantVpcId !== undefined || bandWidth?.bandWidthShareType !== 1 || bandWidth.bandWidthId !== undefined) return inputs;
  const made = wires.flatMap((wire) => wire.band_widths ?? []).find((one) => one.band_width_share_type === 1);
  const bandWidthId = filled(made?.band_width_id);
  return bandWidthId === undefined ? inputs : { ...inputs, bandWidth: { bandWidthId } };
}

type Volume = CphPhoneServerInputs["phoneDataVolume"];

const volumeToWire = (volume: Volume): object | undefined =>
  volume === undefined ? undefined : { volume_type: volume.volumeType, size: volume.size };

function volumeFromWire(type: string | null | undefined, size: number | null | undefined): Volume {
  return (type === "SSD" || type === "GPSSD") && typeof size === "number" && size > 0 ? { volumeType: type, size } : undefined;
}

export function fromWire(seen: Sighting, last: Partial<CphPhoneServerInputs>, order: Order | undefined, now: Drift): CphPhoneServerInputs {
  const isById = last.serverName === undefined;
  const wires = seen.servers.map(({ wire }) => wire);
  const phones = seen.servers.flatMap((server) => server.phones ?? []);
  const shown = seenInAll(seen, last, now);
  // Of a reset that was not seen through, each phone counts.
  const images = seen.uneven?.includes("imageId") === true ? phones.flatMap(imagesOf) : phones.map(imageOf);
  const isInVpc = isById ? wires[0]?.network_version === "v2" : last.tenantVpcId !== undefined;
  const subnetIds = wires.map((wire) => filled(wire.subnet_id));
  const nic = last.nics?.[0];
  const subnetId = isInVpc ? now("nics", nic?.subnetId, subnetIds) : undefined;
  return {
    ...last,
    region: last.region ?? seen.account.region,
    serverName: shown.serverName ?? "",
    serverModelName: now("serverModelName", last.serverModelName, shown.serverModelName) ?? "",
    phoneModelName:
      now(
        "phoneModelName",
        last.phoneModelName,
        wires.map((wire) => filled(wire.phone_model_name)),
      ) ?? "",
    imageId: now("imageId", last.imageId, images) ?? "",
    count: seen.count,
    keypairName: shown.keypairName,
    vncEnable: isInVpc ? last.vncEnable : now("vncEnable", last.vncEnable, phones.map(vncOf)),
    ports: now(
      "ports",
      last.ports,
      seen.servers.map((server) => portsOf(server, last.ports)),
      samePorts,
    ),
    subnetCidr: isInVpc
      ? last.subnetCidr
      : now(
          "subnetCidr",
          last.subnetCidr,
          wires.map((wire) => filled(wire.subnet_cidr)),
        ),
    bandWidth: isById || last.bandWidth !== undefined ? bandwidthFromWire(seen, last.bandWidth, now) : undefined,
    extendParam: {
      ...last.extendParam,
      chargingMode:
        now(
          "extendParam.chargingMode",
          last.extendParam?.chargingMode,
          wires.map((wire) => zeroOrOne(wire.metadata?.charging_mode)),
        ) ?? 0,
      isAutoPay: last.extendParam?.isAutoPay ?? false,
      isAutoRenew: autoRenewOf("extendParam.isAutoRenew", seen, last.extendParam?.isAutoRenew, now),
      ...(order === undefined ? {} : periodOf(order)),
      enterpriseProjectId: now(
        "extendParam.enterpriseProjectId",
        last.extendParam?.enterpriseProjectId,
        wires.map((wire) => wire.enterprise_project_id ?? undefined),
        sameEnterpriseProject,
      ),
    },
    tenantVpcId: isInVpc
      ? now(
          "tenantVpcId",
          last.tenantVpcId,
          wires.map((wire) => filled(wire.vpc_id)),
        )
      : undefined,
    nics: subnetId === undefined ? last.nics : [{ ipv6Enable: false, ...nic, subnetId }],
    phoneDataVolume: now("phoneDataVolume.size", last.phoneDataVolume, phones.map(dataVolumeOf)),
    serverShareDataVolume: now(
      "serverShareDataVolume",
      last.serverShareDataVolume,
      wires.map((wire) => volumeFromWire(wire.share_volume_info?.volume_type, wire.share_volume_info?.size)),
    ),
    availabilityZone: isInVpc ? shown.availabilityZone : last.availabilityZone,
    tags: shown.tags,
  };
}

/** One image, if all phones have the same; a phone that was reset with another one says nothing about the server. */
function imageOf(seen: SeenPhones): string | undefined {
  const images = new Set(imagesOf(seen));
  return images.size === 1 ? [...images][0] : undefined;
}

const imagesOf = ({ phones }: SeenPhones): (string | undefined)[] => phones.map((phone) => filled(phone.image_id));

function vncOf({ phones }: SeenPhones): boolean | undefined {
  const one = phones[0]?.vnc_enable;
  return one === undefined || one === null ? undefined : String(one).toLowerCase() === "true";
}

const dataVolumeOf = ({ detail }: SeenPhones): Volume =>
  volumeFromWire(detail?.phone_data_volume?.volume_type, detail?.phone_data_volume?.volume_size);

/** Ports that somebody asked for; each phone also has `adb`, and `vnc` where that is on. */
function portsOf({ wire, phones }: SeenServer, last: Ports): Ports {
  const shown = phones?.detail?.access_infos ?? [];
  if (shown.length === 0) return undefined; // not even `adb`: the phone is not up
  const isPublic = (wire.addresses ?? []).some((address) => filled(address.public_ip) !== undefined);
  return shown.flatMap(({ type, listen_port, public_ip }) => {
    if (typeof type !== "string" || typeof listen_port !== "number" || ["adb", "vnc"].includes(type.toLowerCase())) return [];
    // A server without a public address shows none for any port, whatever was asked for.
    const wanted = last?.find((one) => one.name === type)?.internetAccessible ?? false;
    return [{ name: type, listenPort: listen_port, internetAccessible: isPublic ? filled(public_ip) !== undefined : wanted }];
  });
}

type Ports = CphPhoneServerInputs["ports"];

/** Ports are a set. */
export function samePorts(a: Ports, b: Ports): boolean {
  const byName = (ports: Ports): Ports => [...(ports ?? [])].sort((one, other) => (one.name < other.name ? -1 : 1));
  return isDeepStrictEqual(byName(a), byName(b));
}
