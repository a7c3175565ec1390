import { billedServers, ifAllowed } from "./bss";
import type { BilledServer } from "./bss";
import type { Account } from "./account";
import { giveKeypair, rename, renewAutomatically, tag } from "./change-servers";
import { seeChangesThrough } from "./changes-under-way";
import type { WireServer } from "./cph";
import { advised } from "./errors";
import { notedModelOrders } from "./model-orders";
import type { PurchaseInputs } from "./purchase-kind";
import { noteChanges } from "./run";
import type { Run } from "./run";
import type { CphChange, CphPurchaseOutputs } from "./server-outputs";
import { idsOf } from "./servers";

/** Gives all servers what is changed in place; the state says of each thing when it is done. */
export async function settle<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Run<I, O>,
  wires: readonly WireServer[],
  last: O,
  news: I,
): Promise<void> {
  const { account, kind, what } = run;
  const done = (changed: boolean, how: string, now: Partial<PurchaseInputs>): void => {
    if (changed) account.ctx.log(`${what}: ${how}`);
    run.outs = { ...run.outs, ...now };
  };
  noteChanges(run, await changesOf(run, idsOf(wires)));
  await seeChangesThrough(run, kind.terms(news).isAutoPay);
  done(await rename(account, wires, last.serverName, news.serverName), "renamed", { serverName: news.serverName });
  const { wanted: keypairName, advice } = kind.keypair(news);
  const hasNewKeypair = await advised(giveKeypair(account, wires, keypairName), advice);
  done(hasNewKeypair, `has key pair ${keypairName ?? ""}`, { keypairName: news.keypairName });
  done(await tag(account, wires, last.tags, news.tags), "tags changed", { tags: news.tags });
  const { isAutoRenew } = kind.terms(news);
  const billed = await billedIfPrepaid(account, wires);
  const isSwitched = await renewAutomatically(account, wires, billed, kind.terms(last).isAutoRenew, isAutoRenew);
  done(isSwitched, `auto-renewal ${isAutoRenew ? "on" : "off"}`, {});
  await kind.changeMore(run, wires, last, news);
  noteChanges(run, []);
}

/** What earlier runs began on these servers: what the state says, and orders that it never got. */
async function changesOf<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  { account, changesUnderWay = [] }: Run<I, O>,
  serverIds: readonly string[],
): Promise<CphChange[]> {
  const known = changesUnderWay.filter((one) => serverIds.includes(one.serverId));
  const heldFor = (serverId: string): CphChange | undefined => known.find((one) => one.serverId === serverId && one.jobId === undefined);
  const noted = await notedModelOrders(account, serverIds);
  const newer = noted.filter((one) => isNewer(one, heldFor(one.serverId)));
  const outdated = newer.map(({ serverId }) => heldFor(serverId));
  return [...known.filter((one) => !outdated.includes(one)), ...newer];
}

/** Whether the journal knows a later order for another model than the state, or the id that the state's has. */
function isNewer({ orderId, sentAt = "" }: CphChange, held: CphChange | undefined): boolean {
  if (held === undefined) return true;
  const hasOtherId = orderId !== undefined && orderId !== held.orderId;
  if (held.sentAt === undefined) return hasOtherId;
  return sentAt > held.sentAt || (sentAt === held.sentAt && hasOtherId);
}

async function billedIfPrepaid(account: Account, wires: readonly WireServer[]): Promise<readonly BilledServer[]> {
  const ids = wires.filter((wire) => wire.metadata?.charging_mode !== 1).map((wire) => wire.server_id);
  return ids.length === 0 ? [] : ((await ifAllowed(billedServers(account, { ids }))) ?? []);
}
