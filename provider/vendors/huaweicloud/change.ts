import type { Context } from "../../kit/context";
import { keepingId } from "../../kit/not-ready";
import { signIn } from "./account";
import type { Account } from "./account";
import { billedServers, ifAllowed } from "./bss";
import type { BilledServer } from "./bss";
import { giveKeypair, rename, renewAutomatically, tag } from "./change-servers";
import type { WireServer } from "./cph";
import { nameOf, placeOf, serverIds, summary } from "./purchase-kind";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import type { CphPurchaseOutputs, SeenServer, Sighting } from "./server-outputs";
import { existing, lookCloser } from "./servers";
import { waitForServers } from "./wait-for-servers";
import type { Purchase } from "./wait-for-servers";

/** Goes on waiting where an earlier run stopped, then changes what differs. A failure tells the state what was done. */
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
  const wanted = kind.terms(news);
  let done = last;
  return keepingId(
    id,
    () => done,
    async () => {
      const ids = await serverIds(account, id, last);
      const isNew = last.state !== "running";
      const awaited: Purchase = {
        what,
        ids,
        count: last.count,
        orderId,
        isAutoPay: kind.terms(last).isAutoPay,
        isNew,
        isJustPlaced: false,
      };
      const seenAs = (servers: readonly SeenServer[], isUnpaid = false): Sighting => ({
        account,
        servers,
        count: news.count,
        orderId,
        productId,
        isUnpaid,
      });
      const wires = await waitForServers(account, awaited, (seen, isUnpaid) => {
        done = kind.outs(
          last,
          seenAs(
            seen.map((wire) => ({ wire })),
            isUnpaid,
          ),
        );
      });
      const say = (changed: boolean, how: string): void => {
        if (changed) ctx.log(`${what}: ${how}`);
      };

      say(await rename(account, wires, last.serverName, news.serverName), "renamed");
      done = { ...done, serverName: news.serverName };
      say(await giveKeypair(account, wires, news.keypairName), `has key pair ${news.keypairName ?? ""}`);
      done = { ...done, keypairName: news.keypairName };
      say(await tag(account, wires, last.tags, news.tags), "tags changed");
      done = { ...done, tags: news.tags };
      const billed = await billedIfPrepaid(account, wires);
      const renewal = await renewAutomatically(account, wires, billed, kind.terms(last).isAutoRenew, wanted.isAutoRenew);
      say(renewal, `auto-renewal ${wanted.isAutoRenew ? "on" : "off"}`);

      const now = await existing(account, ids.length > 0 ? ids : wires.map((wire) => wire.server_id));
      const outs = kind.outs(news, seenAs(await lookCloser(account, now, { ...kind.looks(news), phoneDetail: false, tags: false })));
      say(isNew, `${outs.state}, ${summary(outs)}`);
      return outs;
    },
  );
}

async function billedIfPrepaid(account: Account, wires: readonly WireServer[]): Promise<BilledServer[] | undefined> {
  const ids = wires.filter((wire) => wire.metadata?.charging_mode !== 1).map((wire) => wire.server_id);
  return ids.length === 0 ? [] : ifAllowed(billedServers(account, { ids }));
}
