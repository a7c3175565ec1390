import { CloudPhoneError } from "../../http/errors";
import { check } from "../../kit/check";
import type { Context } from "../../kit/context";
import { diffWith } from "../../kit/diff";
import { usualTimeouts } from "../../kit/handler";
import type { Handler } from "../../kit/handler";
import { heldByState, isLeft } from "../../kit/life-inputs";
import { keepingId } from "../../kit/not-ready";
import { ending, forget, forgetServers, generationAfter, generationOf, keepingUnresolved, newestToEnd, obtain } from "../../kit/purchase";
import { findShareBandwidth, listPhones } from "./client";
import type { WirePhone, WireShareBandwidth } from "./client";
import { usualProject } from "./credentials";
import { adopt } from "./uphone-server-adopt";
import { readAlone } from "./uphone-server-alone";
import { uphoneServerChanges } from "./uphone-server-changes";
import { endMarked, endServer, isOutlivedBy, isTakenElsewhere } from "./uphone-server-end";
import type { Farewell } from "./uphone-server-end";
import { changeInPlace, setTerms } from "./uphone-server-in-place";
import { seeThrough } from "./uphone-server-life";
import { expiryOf, forgetRenewal, shownPaidUntil } from "./uphone-server-paid-time";
import { imageCompared, imagesLeft, imageStillUnderWay } from "./uphone-server-phones";
import { uphoneServerInputs } from "./uphone-server-properties";
import type { UPhoneServerInputs, UPhoneServerOutputs } from "./uphone-server-properties";
import { broughtBy, heldBy, sellerOf, unbought } from "./uphone-server-purchase";
import { completed, foundOut, hasOthers, leftBehind } from "./uphone-server-recovery";
import { release } from "./uphone-server-release";
import { mayStillAppear, placeOf, sighted } from "./uphone-server-sight";
import type { Known } from "./uphone-server-sight";
import { imagesText, inputsOf, markerShown, readBack, withPhones } from "./uphone-server-wire";

export type { UPhone, UPhoneServerInputs, UPhoneServerOutputs, UPhoneServerSpec } from "./uphone-server-properties";

/** A UCloud UPhone server: a whole host with its cloud phones (UCloud API docs, CreateUPhoneServer). */
export const uphoneServer: Handler<UPhoneServerInputs, UPhoneServerOutputs> = {
  timeouts: usualTimeouts,
  nameOf: ({ name }) => (name === undefined ? "UPhoneServer" : `UPhoneServer "${name}"`),
  expiry: expiryOf,

  check(news, settings, last = {}) {
    const projectId = news["projectId"] ?? last["projectId"] ?? usualProject(settings);
    return check(uphoneServerInputs, projectId === undefined ? news : { ...news, projectId });
  },

  diff: (last, news, marker) => ({
    ...diffWith(uphoneServerChanges, { ...last, imageId: imageCompared(last, news) }, news, marker),
    notes: imagesLeft(last, news),
  }),

  async create(inputs, ctx) {
    const replaced = ctx.replaced as UPhoneServerOutputs | undefined; // what the engine compared is a state of this handler
    const seller = sellerOf(inputs, ctx);
    const held = heldBy(replaced);
    const need = { want: 1, held, generation: await generationAfter(seller, replaced, held, ctx) };
    // What was adopted once is replaced by what is bought.
    const isToAdopt = inputs.adopt !== undefined && inputs.adopt !== replaced?.adopt && !need.held.includes(inputs.adopt);
    if (inputs.adopt !== undefined && isToAdopt) return adopt(inputs.adopt, inputs, need.generation, ctx);
    const nothing = unbought(inputs, ctx);
    const obtained = await keepingUnresolved(
      (state) => ({ ...nothing, ...state }),
      () => obtain(seller, need, ctx),
    );
    const { spare, ...brought } = broughtBy(obtained, inputs, ctx);
    const { serverId } = brought;
    const server: Known = { outs: { ...nothing, ...brought } };
    const isJustBought = obtained.found.length === 0;
    if (isJustBought) ctx.log(`UPhoneServer ${serverId}: bought, being built`);
    return keepingId(
      serverId,
      () => server.outs,
      async () => {
        if (await seeThrough(server, inputs, { seller, need, spare }, isJustBought, ctx)) await setTerms(server, inputs, ctx);
        return { id: serverId, outs: server.outs };
      },
    );
  },

  async read(id, last, ctx) {
    if (!isWhole(last)) return readAlone(id, last, ctx);
    const seller = sellerOf(last, ctx);
    const known = last.serverId === "" ? await foundOut(seller, last, ctx) : last;
    if (known === undefined) return undefined;
    if (known.serverId === "") return { id, inputs: inputsOf(known), outs: known };
    const server: Known = { outs: known };
    const { serverId } = known;
    const seen = await sighted(server, ctx);
    if (seen === undefined) {
      if (mayStillAppear(known, ctx)) {
        if (known.skipAwait) return { id: serverId, inputs: inputsOf(known), outs: known };
        const message = `UCloud does not list UPhoneServer ${serverId} yet, which was bought at ${known.createdAt}. Run again in a few minutes.`;
        throw new CloudPhoneError(message);
      }
      await forgetServers([serverId], ctx);
      await forgetRenewal({ serverId }, ctx);
      return undefined;
    }
    // Phones of a server that is being built, or cannot be told about right now, would only look like fewer phones.
    if (seen.State === "Running") await lookAtPhones(server, ctx);
    const isReady = known.isReady && !(await hasOthers(seller, known, ctx));
    const marker = markerShown(seen, known, ctx.marker);
    const outs = { ...server.outs, isReady, marker, paidUntil: shownPaidUntil(server.outs) };
    return { id: serverId, inputs: inputsOf(outs), outs };
  },

  async update(id, last, news, ctx) {
    // What only our own state holds is settled first: a destroy after a failed update must know it.
    const server: Known = { outs: { ...last, ...heldHere(news) } };
    const wanted = { ...news, ...placeOf(last) };
    const seller = sellerOf(wanted, ctx);
    const need = { want: 1, held: heldBy(last), generation: generationOf(last), marker: last.marker };
    const patient = last.serverId === "" ? { ...ctx, deadline: ctx.purchaseDeadline } : ctx;
    return keepingId(
      id,
      () => server.outs,
      async () => {
        const { spare, isJustBought } = await completed(server, seller, need, patient);
        if (await seeThrough(server, wanted, { seller, need, spare }, isJustBought, patient)) await changeInPlace(server, wanted, patient);
        return server.outs;
      },
    );
  },

  async delete(_id, last, ctx) {
    const seller = sellerOf(last, ctx);
    const generation = generationOf(last);
    const newest = newestToEnd(last, ctx);
    const farewell: Farewell = {
      spared: (seen) => isTakenElsewhere(seen, last, ctx) ?? (newest === undefined ? undefined : isOutlivedBy(newest, seen, ctx)),
      begin: (serverId) => ending(seller, [serverId], { resource: ctx.marker, generation }, ctx),
    };
    const left = await leftBehind(seller, last, newest, ctx);
    if (isLeft(last)) await release(last, left, farewell, ctx);
    else {
      // The state's own one last: as long as it stands, a deletion that fails is not forgotten by a refresh.
      for (const one of left) await endMarked(one, last, farewell, ctx);
      if (last.serverId !== "") await endServer({ outs: last }, farewell, ctx);
    }
    // Anything else that the journal holds then is about the newer state.
    if (newest === undefined || (await ctx.journal.read(ctx.marker))?.state === "ending") await forget(ctx, last, heldBy(last));
  },
};

/** Inputs of which UCloud is told nothing when they change. */
function heldHere(news: UPhoneServerInputs): Partial<UPhoneServerInputs> {
  const { imageUpdate, chargeType, quantity, couponId, releaseEip, releaseUdisk } = news;
  return { ...heldByState(news), imageUpdate, chargeType, quantity, couponId, releaseEip, releaseUdisk };
}

/** Brings what only phones and their bandwidth show up to date. */
async function lookAtPhones(server: Known, ctx: Context): Promise<void> {
  const { serverId } = server.outs;
  const phones = await listPhones(ctx, placeOf(server.outs), serverId);
  server.outs = withPhones(server.outs, phones);
  server.outs = readBack(server.outs, phones, await sharedBy(phones, server, ctx));
  server.outs = { ...server.outs, imageUnderWay: imageStillUnderWay(server.outs, phones) };
  const images = imagesText(phones);
  if (images !== undefined) ctx.log(`UPhoneServer ${serverId}: its phones differ, which is left so: ${images}`);
}

async function sharedBy(phones: readonly WirePhone[], { outs }: Known, ctx: Context): Promise<WireShareBandwidth | undefined> {
  const { ipDestRegion, shareBandwidthId } = outs;
  if (ipDestRegion === undefined || shareBandwidthId === undefined) return undefined;
  const region = phones.find((phone) => phone.IpRegion)?.IpRegion ?? ipDestRegion;
  return findShareBandwidth(ctx, placeOf(outs), shareBandwidthId, region);
}

/** Whether `last` is a state of ours, not just the way to a server. */
const isWhole = (last: Partial<UPhoneServerOutputs>): last is UPhoneServerOutputs => last.serverId !== undefined;
