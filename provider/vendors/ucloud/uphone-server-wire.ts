import type { Purchase, WireAddress, WirePhone, WireServer, WireShareBandwidth } from "./client";
import { uphoneServerInputs } from "./uphone-server-properties";
import type { PhonesSummary, UPhoneServerInputs, UPhoneServerOutputs } from "./uphone-server-properties";

/** Inputs -> CreateUPhoneServer. The remark and the delete options are no part of a purchase. */
export const toWire = (inputs: UPhoneServerInputs): Purchase => ({
  ProjectId: inputs.projectId,
  CityId: inputs.cityId,
  Name: inputs.name,
  ServerModelName: inputs.serverModelName,
  UPhoneModelName: inputs.uphoneModelName,
  ImageId: inputs.imageId,
  ChargeType: inputs.chargeType,
  Quantity: inputs.quantity,
  IpDestRegion: inputs.ipDestRegion,
  ShareBandwidth: inputs.shareBandwidth,
  IpProportion: inputs.ipProportion,
  Tag: inputs.tag,
  CouponId: inputs.couponId,
});

/** A server as UCloud shows it -> state. What it does not show stays as known. */
export function fromWire(server: WireServer, known: UPhoneServerOutputs): UPhoneServerOutputs {
  const publicIps = server.IpSet?.filter(isPublic).map(({ Ip }) => Ip);
  const otherIps = server.IpSet?.filter((address) => !isPublic(address)).map(({ Ip }) => Ip);
  return {
    ...known,
    name: server.ServerName || known.name,
    serverModelName: server.ServerModel?.ServerModelName || known.serverModelName,
    uphoneModelName: server.UPhoneModelName || known.uphoneModelName,
    remark: server.Remark ?? known.remark,
    serverId: server.ServerId,
    state: server.State || known.state,
    phoneCount: server.UPhoneCount ?? known.phoneCount,
    addresses: publicIps && otherIps ? [...publicIps, ...otherIps] : known.addresses,
    publicIp: publicIps ? publicIps[0] : known.publicIp,
    currentChargeType: server.ChargeType || known.currentChargeType,
    cityName: server.CityName || known.cityName,
    createdAt: isoTime(server.CreateTime) ?? known.createdAt,
    expiresAt: isoTime(server.ExpireTime) ?? known.expiresAt,
  };
}

const isPublic = ({ IpType }: WireAddress): boolean => IpType?.toLowerCase() === "public";

const isoTime = (unixSeconds: number | null | undefined): string | undefined =>
  unixSeconds ? new Date(unixSeconds * 1000).toISOString() : undefined;

/** The phones of a server -> state. */
export const withPhones = (known: UPhoneServerOutputs, phones: readonly WirePhone[]): UPhoneServerOutputs => ({
  ...known,
  phoneCount: known.phoneCount ?? phones.length,
  phones: summary(phones),
  shareBandwidthId: phones.find((phone) => phone.ShareBandwidthId)?.ShareBandwidthId ?? known.shareBandwidthId,
});

const summary = (phones: readonly WirePhone[]): PhonesSummary => ({
  running: phones.filter((phone) => phone.State === "RUNNING").length,
  failed: phones.filter((phone) => phone.State?.endsWith("_FAILED")).map((phone) => phone.UPhoneName || phone.UPhoneId),
});

/**
 * The inputs that stand only on the phones and their shared bandwidth, for a server of which nothing but the id is known.
 * Phones may differ after resets and regrouping: then there is no one value, and the image is left empty.
 */
export function fromPhones(phones: readonly WirePhone[], bandwidth: WireShareBandwidth | undefined): Partial<UPhoneServerInputs> {
  return {
    imageId: agreed(phones.map((phone) => phone.ImageId)) ?? "",
    tag: agreed(phones.map((phone) => phone.Tag)) ?? "Default",
    ipDestRegion: agreed(phones.map((phone) => phone.IpRegion)) ?? bandwidth?.Region ?? undefined,
    shareBandwidth: bandwidth?.Bandwidth ?? undefined,
    ipProportion: bandwidth?.IpProportion ?? undefined,
  };
}

function agreed(values: readonly (string | null | undefined)[]): string | undefined {
  const [first, ...others] = new Set(values);
  return others.length === 0 && first ? first : undefined;
}

/** The inputs within a state. */
export function inputsOf(outs: UPhoneServerOutputs): Partial<UPhoneServerInputs> {
  return Object.fromEntries(Object.entries(outs).filter(([name, value]) => name in uphoneServerInputs.shape && value !== undefined));
}
