import { SettingError, CloudPhoneError } from "../../http/errors";
import { check } from "../../kit/check";
import type { Context } from "../../kit/context";
import { diffWith } from "../../kit/diff";
import type { DiffTable } from "../../kit/diff";
import { usualTimeouts } from "../../kit/handler";
import type { Handler } from "../../kit/handler";
import { keepingId } from "../../kit/not-ready";
import { findServer, findShareBandwidth, listPhones } from "./client";
import type { Place, WirePhone, WireServer } from "./client";
import { usualProject } from "./credentials";
import { buy, endShareBandwidth, mayStillAppear, settle, untilGone, untilRunning } from "./uphone-server-life";
import type { Known } from "./uphone-server-life";
import { uphoneServerInputs } from "./uphone-server-properties";
import type { UPhoneServerInputs, UPhoneServerOutputs } from "./uphone-server-properties";
import { fromPhones, fromWire, inputsOf, withPhones } from "./uphone-server-wire";

export type { UPhoneServerInputs, UPhoneServerOutputs, UPhoneServerSpec } from "./uphone-server-properties";

const changes: DiffTable<UPhoneServerInputs> = {
  // A server never moves between projects, and one bought without naming a project may well be in the one named now.
  projectId: { change: "replace", same: (last, news) => last === undefined || news === undefined || last === news },
  cityId: "replace",
  name: "update",
  serverModelName: "replace",
  uphoneModelName: "replace",
  imageId: "replace",
  chargeType: "replace",
  quantity: "ignore",
  ipDestRegion: "replace",
  shareBandwidth: "replace",
  ipProportion: "replace",
  tag: "replace",
  couponId: "ignore",
  remark: "update",
  releaseEip: "update",
  releaseUdisk: "update",
  timeouts: "update",
};

/** A UCloud UPhone server: a whole host with its cloud phones (UCloud API docs, CreateUPhoneServer). */
export const uphoneServer: Handler<UPhoneServerInputs, UPhoneServerOutputs> = {
  timeouts: usualTimeouts,

  check(news, settings, last = {}) {
    const projectId = news["projectId"] ?? last["projectId"] ?? usualProject(settings);
    return check(uphoneServerInputs, projectId === undefined ? news : { ...news, projectId });
  },

  diff: (last, news) => diffWith(changes, last, news),

  async create(inputs, ctx) {
    const boughtAt = new Date(ctx.clock.now()).toISOString();
    const serverId = await buy(inputs, ctx);
    // A purchase takes no remark: that is settled when the server runs.
    const server: Known = { outs: { ...inputs, remark: "", serverId, state: "", isReady: false, addresses: [], createdAt: boughtAt } };
    ctx.log(`UPhoneServer ${serverId}: bought, being built`);
    return keepingId(
      serverId,
      () => server.outs,
      async () => {
        await untilRunning(server, ctx, true);
        await settle(server, inputs, ctx);
        return { id: serverId, outs: { ...server.outs, isReady: true } };
      },
    );
  },

  async read(id, last, ctx) {
    const place = placeOfPart(id, last, ctx);
    const seen = await findServer(ctx, place, id);
    if (seen === undefined) {
      if (!mayStillAppear(last, ctx)) return undefined;
      throw new CloudPhoneError(
        `UCloud does not list UPhoneServer ${id} yet, which was bought at ${String(last.createdAt)}. Run again in a few minutes.`,
      );
    }
    // Phones of a server that is being built, or cannot be told about right now, would only look like fewer phones.
    const phones = seen.State === "Running" || !isWhole(last) ? await listPhones(ctx, place, id) : undefined;
    const known = isWhole(last) ? last : await firstSeen(seen, place, phones ?? [], ctx);
    const outs = phones === undefined ? fromWire(seen, known) : withPhones(fromWire(seen, known), phones);
    return { id, inputs: inputsOf(outs), outs };
  },

  async update(id, last, news, ctx) {
    const { quantity, couponId, releaseEip, releaseUdisk, timeouts } = news;
    // What only our own state holds is settled first: a destroy after a failed update must know it.
    const server: Known = { outs: { ...last, serverId: id, quantity, couponId, releaseEip, releaseUdisk, timeouts } };
    return keepingId(
      id,
      () => server.outs,
      async () => {
        await untilRunning(server, ctx, false);
        await settle(server, news, ctx);
        return { ...server.outs, isReady: true };
      },
    );
  },

  async delete(id, last, ctx) {
    const server: Known = { outs: { ...last, serverId: id } };
    await untilGone(server, ctx);
    const { shareBandwidthId } = server.outs;
    if (shareBandwidthId !== undefined) await endShareBandwidth(shareBandwidthId, server.outs, ctx);
  },
};

/** Whether `last` is a state of ours, not just the way to a server. */
const isWhole = (last: Partial<UPhoneServerOutputs>): last is UPhoneServerOutputs => last.serverId !== undefined;

/** The state knows its project; only a server read by its id alone falls back to the settings. */
function placeOfPart(id: string, last: Partial<UPhoneServerOutputs>, ctx: Context): Place {
  if (last.cityId === undefined)
    throw new SettingError(`Cannot read UPhoneServer ${id} without its cityId: give the city that it stands in, such as cn-wlcb.`);
  return { cityId: last.cityId, projectId: isWhole(last) ? last.projectId : (last.projectId ?? usualProject(ctx.settings)) };
}

/** What can be learnt about the inputs of a server of which only the id is known. */
async function firstSeen(seen: WireServer, place: Place, phones: readonly WirePhone[], ctx: Context): Promise<UPhoneServerOutputs> {
  const bandwidthId = phones.find((phone) => phone.ShareBandwidthId)?.ShareBandwidthId;
  const region = phones.find((phone) => phone.IpRegion)?.IpRegion ?? undefined;
  const bandwidth = bandwidthId ? await findShareBandwidth(ctx, place, bandwidthId, region) : undefined;
  const defaults = uphoneServerInputs.shape;
  return {
    ...place,
    name: "",
    serverModelName: "",
    uphoneModelName: "",
    imageId: "",
    tag: defaults.tag.parse(undefined),
    chargeType: defaults.chargeType.catch("Month").parse(seen.ChargeType),
    quantity: defaults.quantity.parse(undefined),
    ...fromPhones(phones, bandwidth),
    remark: "",
    releaseEip: defaults.releaseEip.parse(undefined),
    releaseUdisk: defaults.releaseUdisk.parse(undefined),
    serverId: seen.ServerId,
    state: "",
    isReady: seen.State === "Running",
    addresses: [],
    createdAt: "",
  };
}
