import { CloudPhoneError } from "../../http/errors";
import { check } from "../../kit/check";
import { diffWith } from "../../kit/diff";
import type { DiffTable } from "../../kit/diff";
import { usualTimeouts } from "../../kit/handler";
import type { Handler } from "../../kit/handler";
import { keepingId } from "../../kit/not-ready";
import { ending, forget, forgetServers, generationAfter, generationOf, keepingUnresolved, newestToEnd, obtain } from "../../kit/purchase";
import { listPhones } from "./client";
import { usualProject } from "./credentials";
import { adopt } from "./uphone-server-adopt";
import { readAlone } from "./uphone-server-alone";
import { endMarked, endServer, isOutlivedBy, isTakenElsewhere } from "./uphone-server-end";
import type { Farewell } from "./uphone-server-end";
import { seeThrough } from "./uphone-server-life";
import { uphoneServerInputs } from "./uphone-server-properties";
import type { UPhoneServerInputs, UPhoneServerOutputs } from "./uphone-server-properties";
import { broughtBy, heldBy, sellerOf, unbought } from "./uphone-server-purchase";
import { completed, foundOut, hasOthers, leftBehind } from "./uphone-server-recovery";
import { mayStillAppear, placeOf, sighted } from "./uphone-server-sight";
import type { Known } from "./uphone-server-sight";
import { inputsOf, markerShown, withPhones } from "./uphone-server-wire";

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
  adopt: "ignore",
  timeouts: "update",
};

/** A UCloud UPhone server: a whole host with its cloud phones (UCloud API docs, CreateUPhoneServer). */
export const uphoneServer: Handler<UPhoneServerInputs, UPhoneServerOutputs> = {
  timeouts: usualTimeouts,

  check(news, settings, last = {}) {
    const projectId = news["projectId"] ?? last["projectId"] ?? usualProject(settings);
    return check(uphoneServerInputs, projectId === undefined ? news : { ...news, projectId });
  },

  diff: (last, news, marker) => diffWith(changes, last, news, marker),

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
      async () => ({ id: serverId, outs: await seeThrough(server, inputs, { seller, need, spare }, isJustBought, ctx) }),
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
        const message = `UCloud does not list UPhoneServer ${serverId} yet, which was bought at ${known.createdAt}. Run again in a few minutes.`;
        throw new CloudPhoneError(message);
      }
      await forgetServers([serverId], ctx);
      return undefined;
    }
    // Phones of a server that is being built, or cannot be told about right now, would only look like fewer phones.
    if (seen.State === "Running") server.outs = withPhones(server.outs, await listPhones(ctx, placeOf(known), serverId));
    const isReady = known.isReady && !(await hasOthers(seller, known, ctx));
    const outs = { ...server.outs, isReady, marker: markerShown(seen, known, ctx.marker) };
    return { id: serverId, inputs: inputsOf(outs), outs };
  },

  async update(id, last, news, ctx) {
    const { quantity, couponId, releaseEip, releaseUdisk, adopt, timeouts } = news;
    // What only our own state holds is settled first: a destroy after a failed update must know it.
    const server: Known = { outs: { ...last, quantity, couponId, releaseEip, releaseUdisk, adopt, timeouts } };
    const wanted = { ...news, ...placeOf(last) };
    const seller = sellerOf(wanted, ctx);
    const need = { want: 1, held: heldBy(last), generation: generationOf(last), marker: last.marker };
    const patient = last.serverId === "" ? { ...ctx, deadline: ctx.purchaseDeadline } : ctx;
    return keepingId(
      id,
      () => server.outs,
      async () => {
        const { spare, isJustBought } = await completed(server, seller, need, patient);
        return seeThrough(server, wanted, { seller, need, spare }, isJustBought, patient);
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
    if (last.serverId !== "") await endServer({ outs: last }, farewell, ctx);
    for (const one of left) await endMarked(one, last, farewell, ctx);
    // Anything else that the journal holds then is about the newer state.
    if (newest === undefined || (await ctx.journal.read(ctx.marker))?.state === "ending") await forget(ctx, last, heldBy(last));
  },
};

/** Whether `last` is a state of ours, not just the way to a server. */
const isWhole = (last: Partial<UPhoneServerOutputs>): last is UPhoneServerOutputs => last.serverId !== undefined;
