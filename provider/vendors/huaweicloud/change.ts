import type { Context } from "../../kit/context";
import { keepingId } from "../../kit/not-ready";
import { generationOf, recover, sinceOf } from "../../kit/purchase";
import { signIn } from "./account";
import { arrive } from "./arrive";
import { complete } from "./complete";
import type { WireServer } from "./cph";
import { evenOut } from "./even-out";
import { forgetModelOrders } from "./model-orders";
import { claim } from "./open-orders";
import { isPending, nameOf, placeOf, serversIn, summary } from "./purchase-kind";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import { cancelIfUnpaid, refundText, removeServers } from "./remove-servers";
import { keepingRun, note, notYet } from "./run";
import type { Run } from "./run";
import { sellerOf } from "./seller";
import type { CphPurchaseOutputs } from "./server-outputs";
import { idsOf, notYetVisible } from "./servers";
import { takeStock } from "./stock";
import { waitForServers } from "./wait-for-servers";

/**
 * Goes on where an earlier run stopped, brings the number of servers to what is wanted, then changes what differs in them.
 * A failure tells the state what was done.
 */
export async function change<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  id: string,
  state: O,
  news: I,
  ctx: Context,
): Promise<O> {
  const last: O = { ...state, ...kind.heldByState(news) };
  const account = await keepingId(
    id,
    () => last,
    () => signIn(ctx, placeOf(last)),
  );
  claim(account, last.orderId);
  const run = runOf(kind, account, id, last, news);
  return keepingRun(run, async () => {
    const seller = sellerOf(run, news, [], last);
    const held = serversIn(last);
    const { marker, orderId: heldOrder } = last;
    const need = { held, heldOrder, marker, generation: generationOf(last), unclearSince: sinceOf(last) };
    const recovered = await recover(seller, need, ctx);
    const old = await atMost(news.count, run, last);
    if (old === undefined) return notYet(run);
    const joined = recovered === undefined ? old : await arrive(run, seller, old, recovered, Math.max(1, news.count - old.length));
    if (joined === undefined) return notYet(run);
    const isEven = recovered === undefined && run.isReady && joined.length === news.count;
    const known = { ...need, held: [...held, ...(recovered?.serverIds ?? [])] };
    const wires = isEven ? joined : await evenOut(run, joined, news, known);
    if (wires === undefined) return notYet(run);
    const outs = await complete(run, wires, last, news);
    if (!run.isReady) ctx.log(`${run.what}: ${outs.state}, ${summary(outs)}`);
    return outs;
  });
}

function runOf<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  account: Run<I, O>["account"],
  id: string,
  last: O,
  news: I,
): Run<I, O> {
  const { orderId, productId, marker, unclearSince, refundOrderIds, changesUnderWay, uneven } = last;
  return {
    kind,
    account,
    what: nameOf(kind, news.serverName),
    id,
    inputs: last,
    known: last.servers,
    order: { orderId, productId },
    isReady: !isPending(last),
    marker,
    unclearSince,
    generation: generationOf(last),
    isTakenOver: false,
    isHasty: news.skipAwait ?? false,
    refundOrderIds,
    changesUnderWay,
    uneven,
    outs: last,
  };
}

/**
 * Waits for the servers that were bought earlier. Those too many go, the last ones first, and are not waited for where that can be helped.
 * @returns `undefined` when servers are not ready and are not waited for
 */
async function atMost<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  wanted: number,
  run: Run<I, O>,
  last: O,
): Promise<readonly WireServer[] | undefined> {
  const { account, what, id } = run;
  const { orderId } = last;
  const { wires, coming, gone, ...stock } = await takeStock(account, what, id, last);
  if (gone.length > 0) account.ctx.log(`${what}: ${gone.join(", ")} ${gone.length === 1 ? "is" : "are"} gone`);
  await forgetModelOrders(account, gone);
  let ids = [...idsOf(wires), ...coming];
  let { unnamed } = stock;
  const takeDown = (): void => {
    const shown = ids.map((one) => wires.find((wire) => wire.server_id === one) ?? notYetVisible(one));
    run.inputs = { ...run.inputs, count: ids.length + unnamed };
    note(run, shown);
  };
  if (ids.length + unnamed === 0) return [];
  takeDown();

  if (unnamed > 0 && ids.length >= wanted && (await cancelIfUnpaid(account, what, orderId))) unnamed = 0;
  const areRestThere = unnamed === 0 && !ids.slice(0, wanted).some((one) => coming.includes(one));
  if (areRestThere && ids.length > wanted) ids = await end(ids, coming);
  takeDown();

  const awaited = {
    what,
    id,
    ids,
    unnamed,
    orderId,
    isAutoPay: run.kind.terms(last).isAutoPay,
    isPending: isPending(last),
    isJustPlaced: false,
    isHasty: run.isHasty && isPending(last),
  };
  const standing = await waitForServers(account, awaited, (shown, isUnpaid) => note(run, shown, isUnpaid));
  if (standing === undefined) return undefined;
  ids = standing.length <= wanted ? idsOf(standing) : await end(idsOf(standing), []);
  run.inputs = { ...run.inputs, count: ids.length };
  note(run, standing.slice(0, wanted));
  return standing.slice(0, wanted);

  async function end(all: readonly string[], mayCome: readonly string[]): Promise<string[]> {
    const ended = all.slice(wanted);
    const isThere = (one: string): boolean => !mayCome.includes(one);
    const refunds = await removeServers(account, what, {
      ids: ended.filter(isThere),
      coming: ended.filter((one) => !isThere(one)),
      unnamed: 0,
      pendingOrder: isPending(last) ? { id: orderId } : undefined,
    });
    run.refundOrderIds = [...(run.refundOrderIds ?? []), ...refunds];
    account.ctx.log(`${what}: gave back ${ended.length === 1 ? "server" : "servers"} ${ended.join(", ")}${refundText(refunds)}`);
    return all.slice(0, wanted);
  }
}
