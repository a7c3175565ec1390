/** What earlier runs left behind, as each operation has to know it. */
import type { Context } from "../../kit/context";
import { newTally, sureLook } from "../../kit/gone";
import { Unresolved, generationOf, obtain, recover, sinceOf, strays, unresolvedState } from "../../kit/purchase";
import type { Found, Need, Seller } from "../../kit/purchase";
import type { UPhoneServerOutputs } from "./uphone-server-properties";
import { broughtBy, heldBy, marked, ranked } from "./uphone-server-purchase";
import type { Marked } from "./uphone-server-purchase";
import { placeOf, whereabouts } from "./uphone-server-sight";
import type { Known } from "./uphone-server-sight";
import { isoTime } from "./uphone-server-wire";

/** For reads of a purchase of unknown outcome: its server, or the state as it is while one may still show. `undefined`: there was no purchase. */
export async function foundOut(seller: Seller, last: UPhoneServerOutputs, ctx: Context): Promise<UPhoneServerOutputs | undefined> {
  const mayStillShow = (sinceOf(last) ?? 0) + ctx.visibilityMs > ctx.clock.now();
  const found = mayStillShow ? await strays(seller, needOf(last), ctx) : await unclearOrder(seller, last, ctx);
  const [first] = ranked(found.map(asMarked));
  if (first === undefined) return mayStillShow ? last : undefined;
  return { ...last, serverId: first.id, createdAt: isoTime(first.found?.createdAt ?? ctx.clock.now()), unclearSince: undefined };
}

/** For reads of a server: whether others carry the resource's marker and stand in no state. */
export async function hasOthers(seller: Seller, known: UPhoneServerOutputs, ctx: Context): Promise<boolean> {
  const others = await strays(seller, { held: heldBy(known), generation: generationOf(known) }, ctx);
  if (others.length === 0) return false;
  const ids = others.map(({ id }) => id).join(", ");
  ctx.log(`${seller.what}: ${ids} carries its marker too and stands in no state; the next \`pulumi up\` takes care of that`);
  return true;
}

/**
 * For changes: makes sure that the state has its server, which is bought when it is certain that no earlier order brought one.
 * @returns servers that are too many, and whether one was bought just now
 */
export async function completed(
  server: Known,
  seller: Seller,
  need: Need,
  ctx: Context,
): Promise<{ spare: readonly Marked[]; isJustBought: boolean }> {
  const last = server.outs;
  try {
    const earlier = await recover(seller, { ...need, marker: last.marker, unclearSince: sinceOf(last) }, ctx);
    if (last.serverId !== "") {
      server.outs = { ...last, unclearSince: undefined };
      return { spare: earlier === undefined ? [] : marked(earlier), isJustBought: false };
    }
    if (earlier === undefined) await unclearOrder(seller, last, ctx);
    server.outs = { ...last, unclearSince: undefined };
    const obtained = earlier ?? (await obtain(seller, need, ctx));
    const { spare, ...brought } = broughtBy(obtained, last, ctx);
    server.outs = { ...server.outs, ...brought };
    return { spare, isJustBought: obtained.found.length === 0 };
  } catch (error) {
    if (error instanceof Unresolved) server.outs = { ...server.outs, ...unresolvedState(error) };
    throw error;
  }
}

/** For deletions: servers beside the state's own that go with it. Those newer than `newest` belong to another state. */
export async function leftBehind(
  seller: Seller,
  last: UPhoneServerOutputs,
  newest: number | undefined,
  ctx: Context,
): Promise<readonly Marked[]> {
  const left = await recover(seller, { ...needOf(last), generation: 0, newest }, ctx);
  if (left !== undefined) return marked(left);
  return last.serverId === "" ? (await unclearOrder(seller, last, ctx, newest)).map(asMarked) : [];
}

const needOf = (last: UPhoneServerOutputs) => ({
  held: heldBy(last),
  generation: generationOf(last),
  marker: last.marker,
  unclearSince: sinceOf(last),
});

const asMarked = (found: Found): Marked => ({ id: found.id, found });

/**
 * The servers of an order of unknown outcome. That there are none is believed after two looks, with the keys that sent the order; many such orders are no
 * sign of an unwell cloud now, so they do not count as servers that went away.
 */
function unclearOrder(seller: Seller, last: UPhoneServerOutputs, ctx: Context, newest?: number): Promise<readonly Found[]> {
  const what = `the order of ${last.unclearSince ?? "an earlier run"}`;
  return sureLook(
    whereabouts(seller.what, placeOf(last), last.identity, ctx),
    [what],
    () => strays(seller, { ...needOf(last), newest }, ctx),
    (found) => (found.length === 0 ? [what] : []),
    { ...ctx, tally: newTally() },
  );
}
