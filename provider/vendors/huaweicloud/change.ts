import { CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { keepingId } from "../../kit/not-ready";
import { signIn } from "./account";
import type { WireServer } from "./cph";
import { growTo } from "./grow";
import { isPending, nameOf, placeOf, summary } from "./purchase-kind";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import { cancelIfUnpaid, removeServers } from "./remove";
import { finish, note } from "./run";
import type { Run } from "./run";
import type { CphPurchaseOutputs } from "./server-outputs";
import { idsOf, notYetVisible } from "./servers";
import { settle } from "./settle";
import { takeStock } from "./stock";
import { waitForServers } from "./wait-for-servers";

/**
 * Goes on where an earlier run stopped, brings the number of servers to what is wanted, then changes what differs in them.
 * A failure tells the state what was done.
 */
export async function change<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  id: string,
  last: O,
  news: I,
  ctx: Context,
): Promise<O> {
  const account = await signIn(ctx, placeOf(last));
  const what = nameOf(kind, news.serverName);
  const { orderId, productId } = last;
  const order = { orderId, productId };
  const run: Run<I, O> = { kind, account, what, id, inputs: last, known: last.servers, order, isReady: !isPending(last), outs: last };
  return keepingId(
    id,
    () => run.outs,
    async () => {
      const old = await atMost(news.count, run, last);
      const wires = old.length < news.count ? await growTo(news.count, run, old, news) : old;
      await settle(run, wires, last, news);
      const outs = await finish(run, wires, news);
      if (!run.isReady) ctx.log(`${what}: ${outs.state}, ${summary(outs)}`);
      return outs;
    },
  );
}

/** Waits for the servers that were bought earlier. Those too many go, the last ones first, and are not waited for where that can be helped. */
async function atMost<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  wanted: number,
  run: Run<I, O>,
  last: O,
): Promise<WireServer[]> {
  const { account, what, id } = run;
  const { orderId } = last;
  const { wires, coming, ...stock } = await takeStock(account, id, last);
  let ids = [...idsOf(wires), ...coming];
  let { unnamed } = stock;
  const takeDown = (): void => {
    const shown = ids.map((one) => wires.find((wire) => wire.server_id === one) ?? notYetVisible(one));
    run.inputs = { ...run.inputs, count: ids.length + unnamed };
    note(run, shown);
  };
  if (ids.length + unnamed === 0) throw new CloudPhoneError(noneLeft(what, last));
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
  };
  const standing = await waitForServers(account, awaited, (shown, isUnpaid) => note(run, shown, isUnpaid));
  if (standing.length <= wanted) return standing;
  ids = await end(idsOf(standing), []);
  takeDown();
  return standing.slice(0, wanted);

  async function end(all: readonly string[], mayCome: readonly string[]): Promise<string[]> {
    const ended = all.slice(wanted);
    const isThere = (one: string): boolean => !mayCome.includes(one);
    await removeServers(account, what, {
      ids: ended.filter(isThere),
      coming: ended.filter((one) => !isThere(one)),
      unnamed: 0,
      pendingOrder: isPending(last) ? { id: orderId } : undefined,
    });
    account.ctx.log(`${what}: gave back ${ended.length === 1 ? "server" : "servers"} ${ended.join(", ")}`);
    return all.slice(0, wanted);
  }
}

const noneLeft = (what: string, last: CphPurchaseOutputs): string =>
  `${what}: the cloud no longer knows server ${last.servers.map((server) => server.id).join(", ")}. Run \`pulumi refresh\`, then \`pulumi up\`; look into order ${last.orderId ?? "(unknown)"} in the Billing Center for what became of it.`;
