import { deflateRawSync } from "node:zlib";
import { markerFrom, markerInName, markerText, nameInFlight, splitNote } from "../../kit/marker";
import type { Marker } from "../../kit/marker";
import type { Purchase, WireAddress, WirePhone, WireServer, WireShareBandwidth } from "./client";
import { uphoneServerInputs } from "./uphone-server-properties";
import type { UPhone, UPhoneServerInputs, UPhoneServerOutputs } from "./uphone-server-properties";

const longestName = 63;

/** Inputs -> CreateUPhoneServer. A purchase carries its marker in the name; remark and delete options are no part of it. */
export const toWire = (inputs: UPhoneServerInputs, marker: Marker): Purchase => ({
  ProjectId: inputs.projectId,
  CityId: inputs.cityId,
  Name: nameInFlight(inputs.name, marker, longestName),
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

/**
 * A server as UCloud shows it -> state. What it does not show stays as known; markers are not shown.
 * @param resource the resource's part of its marker
 */
export function fromWire(server: WireServer, known: UPhoneServerOutputs, resource: string): UPhoneServerOutputs {
  const publicIps = server.IpSet?.filter(isPublic).map(({ Ip }) => Ip);
  const otherIps = server.IpSet?.filter((address) => !isPublic(address)).map(({ Ip }) => Ip);
  return {
    ...known,
    name: isInFlight(server, known, resource) ? known.name : server.ServerName || known.name,
    serverModelName: server.ServerModel?.ServerModelName || known.serverModelName,
    uphoneModelName: server.UPhoneModelName || known.uphoneModelName,
    remark: server.Remark == null ? known.remark : splitNote(server.Remark).text,
    serverId: server.ServerId,
    state: server.State || known.state,
    phoneCount: server.UPhoneCount ?? known.phoneCount,
    addresses: publicIps && otherIps ? [...publicIps, ...otherIps] : known.addresses,
    publicIp: publicIps ? publicIps[0] : known.publicIp,
    currentChargeType: server.ChargeType || known.currentChargeType,
    cityName: server.CityName || known.cityName,
    createdAt: server.CreateTime ? isoTime(server.CreateTime * 1000) : known.createdAt,
    expiresAt: server.ExpireTime ? isoTime(server.ExpireTime * 1000) : known.expiresAt,
  };
}

const isPublic = ({ IpType }: WireAddress): boolean => IpType?.toLowerCase() === "public";

export const isoTime = (ms: number): string => new Date(ms).toISOString();

/** Whether the server still has the name of its purchase. A resource renamed by an alias finds its earlier marker there. */
function isInFlight({ ServerName }: WireServer, known: UPhoneServerOutputs, resource: string): boolean {
  const named = markerInName(ServerName)?.resource;
  return named !== undefined && (named === resource || named === markerFrom(known.marker)?.resource);
}

/**
 * The marker for the state: the resource's own as long as nothing contradicts it, else none, so that the next `pulumi up` puts it right. Never that of
 * another resource, which would make the server look like its own to a deletion.
 */
export function markerShown(server: WireServer, known: UPhoneServerOutputs, resource: string): string {
  if (server.Remark == null) return known.marker;
  const noted = splitNote(server.Remark).marker;
  if (noted === undefined) return isInFlight(server, known, resource) ? known.marker : "";
  if (resource === "") return markerText(noted);
  return noted.resource === markerFrom(known.marker)?.resource ? known.marker : "";
}

/** The phones of a server -> state. */
export const withPhones = (known: UPhoneServerOutputs, phones: readonly WirePhone[]): UPhoneServerOutputs => ({
  ...known,
  phoneCount: known.phoneCount ?? phones.length,
  phones: packed(phones.map(fromWirePhone)),
  shareBandwidthId: phones.find((phone) => phone.ShareBandwidthId)?.ShareBandwidthId ?? known.shareBandwidthId,
});

const packed = (phones: readonly UPhone[]): string => deflateRawSync(JSON.stringify(phones)).toString("base64");

const fromWirePhone = (phone: WirePhone): UPhone => ({
  id: phone.UPhoneId,
  name: phone.UPhoneName ?? "",
  state: phone.State ?? "",
  ...(phone.Ip ? { ip: phone.Ip } : {}),
  ...(phone.ADB ? { adbAddress: phone.ADB } : {}),
});

export const phoneName = ({ UPhoneName, UPhoneId }: WirePhone): string => UPhoneName || UPhoneId;

/**
 * The same for a server that is known, where UCloud tells. Phones that differ from each other were reset one by one, which is their owner's business;
 * addresses that came to a server later are not what it was bought with.
 */
export function readBack(
  known: UPhoneServerOutputs,
  phones: readonly WirePhone[],
  bandwidth: WireShareBandwidth | undefined,
): UPhoneServerOutputs {
  const { imageId, ipDestRegion, shareBandwidth, ipProportion } = fromPhones(phones, bandwidth);
  const outs = { ...known, imageId: imageId ?? known.imageId };
  if (known.ipDestRegion === undefined) return outs;
  return {
    ...outs,
    ipDestRegion: ipDestRegion ?? known.ipDestRegion,
    shareBandwidth: shareBandwidth ?? known.shareBandwidth,
    ipProportion: ipProportion ?? known.ipProportion,
  };
}

/** Which phones have which image, when they differ; `undefined` when they do not. */
export function imagesText(phones: readonly WirePhone[]): string | undefined {
  const byImage = new Map<string, WirePhone[]>();
  for (const phone of phones) byImage.set(phone.ImageId ?? "", [...(byImage.get(phone.ImageId ?? "") ?? []), phone]);
  if (byImage.size < 2) return undefined;
  const [[most, those], ...others] = [...byImage].sort(([, a], [, b]) => b.length - a.length) as [[string, WirePhone[]]];
  const named = (others as [string, WirePhone[]][]).map(
    ([image, few]) => `${few.length} ${few.length === 1 ? "has" : "have"} ${image || "none"} (${few.map(phoneName).join(", ")})`,
  );
  return `${those.length} phones have image ${most || "none"}, ${named.join(", ")}`;
}

/**
 * The inputs that stand only on the phones and their shared bandwidth. Phones may differ after resets and regrouping: then there is no one value for
 * image or tag.
 */
export function fromPhones(phones: readonly WirePhone[], bandwidth: WireShareBandwidth | undefined): Partial<UPhoneServerInputs> {
  if (phones.length === 0) return {};
  const imageId = agreed(phones.map((phone) => phone.ImageId));
  const tag = agreed(phones.map((phone) => phone.Tag));
  return {
    ...(imageId === undefined ? {} : { imageId }),
    ...(tag === undefined ? {} : { tag }),
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
