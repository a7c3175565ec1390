import { SettingError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { sureLook } from "../../kit/gone";
import { findServer, findShareBandwidth, listPhones } from "./client";
import type { Place, WirePhone, WireServer } from "./client";
import { usualProject } from "./credentials";
import { uphoneServerInputs } from "./uphone-server-properties";
import type { UPhoneServerInputs, UPhoneServerOutputs } from "./uphone-server-properties";
import { identityOf, whereabouts } from "./uphone-server-sight";
import { fromPhones, fromWire, inputsOf, markerShown, withPhones } from "./uphone-server-wire";

/** Reads a server of which only id and place are known: whose it is, and what else carries its marker, is not asked. */
export async function readAlone(
  id: string,
  last: Partial<UPhoneServerOutputs>,
  ctx: Context,
): Promise<{ id: string; inputs: Partial<UPhoneServerInputs>; outs: UPhoneServerOutputs } | undefined> {
  const { cityId, projectId = usualProject(ctx.settings) } = last;
  if (cityId === undefined)
    throw new SettingError(`Cannot read UPhoneServer ${id} without its cityId: give the city that it stands in, such as cn-wlcb.`);
  const place = { cityId, projectId };
  const seen = await sureLook(
    whereabouts(`UPhoneServer ${id}`, place, undefined, ctx),
    [id],
    () => findServer(ctx, place, id),
    (server) => (server === undefined ? [id] : []),
    ctx,
  );
  if (seen === undefined) return undefined;
  const phones = await listPhones(ctx, place, id);
  const known = await firstSeen(seen, place, phones, ctx);
  const outs = withPhones({ ...fromWire(seen, known, ctx.marker), marker: markerShown(seen, known, ctx.marker) }, phones);
  return { id, inputs: inputsOf(outs), outs };
}

/** What can be learnt about a server of which only the id is known. */
async function firstSeen(seen: WireServer, place: Place, phones: readonly WirePhone[], ctx: Context): Promise<UPhoneServerOutputs> {
  const defaults = uphoneServerInputs.shape;
  return {
    ...place,
    name: "",
    serverModelName: "",
    uphoneModelName: "",
    imageId: "",
    tag: defaults.tag.parse(undefined),
    chargeType: defaults.chargeType.parse(undefined),
    quantity: defaults.quantity.parse(undefined),
    ...(await bought(seen, phones, place, ctx)),
    remark: "",
    releaseEip: defaults.releaseEip.parse(undefined),
    releaseUdisk: defaults.releaseUdisk.parse(undefined),
    serverId: seen.ServerId,
    state: "",
    isReady: seen.State === "Running",
    marker: "",
    identity: identityOf(place, ctx),
    addresses: [],
    createdAt: "",
  };
}

/** The inputs of the purchase, as far as they can be learnt from a server and its phones. */
export async function bought(
  seen: WireServer,
  phones: readonly WirePhone[],
  place: Place,
  ctx: Context,
): Promise<Partial<UPhoneServerInputs>> {
  const bandwidthId = phones.find((phone) => phone.ShareBandwidthId)?.ShareBandwidthId;
  const region = phones.find((phone) => phone.IpRegion)?.IpRegion ?? undefined;
  const bandwidth = bandwidthId ? await findShareBandwidth(ctx, place, bandwidthId, region) : undefined;
  const chargeType = uphoneServerInputs.shape.chargeType.safeParse(seen.ChargeType ?? undefined);
  return { ...(chargeType.success && seen.ChargeType ? { chargeType: chargeType.data } : {}), ...fromPhones(phones, bandwidth) };
}
