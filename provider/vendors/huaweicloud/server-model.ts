import { CloudPhoneError } from "../../http/errors";
import { isUnclear } from "../../kit/purchase";
import { waitFor } from "../../kit/wait";
import { orderStatus } from "./bss";
import { becomes, begun, lateMs, modelText, seeChangesThrough, showsModel } from "./changes-under-way";
import type { CphPhoneServerInputs } from "./cph-phone-inputs";
import type { PhoneRun } from "./cph-phone-work";
import type { WireServer } from "./cph";
import { orderModel } from "./cph-work";
import { advised, replaceInstead } from "./errors";
import { forgetModelOrders, noteModelOrder } from "./model-orders";
import { claim, openChanges, orderText } from "./open-orders";

/** Orders another model for every server that has not got it, one after the other, and waits for it. */
export async function giveModel(run: PhoneRun, wires: readonly WireServer[], news: CphPhoneServerInputs): Promise<boolean> {
  const { account, what } = run;
  const wanted = modelText(news.serverModelName, news.phoneModelName);
  const { isAutoPay } = news.extendParam;
  let changed = false;
  for (const { server_id: serverId } of wires) {
    if (await hasOrWillHave(run, serverId, wanted)) continue;
    const orderId = await order(run, serverId, wanted, news);
    claim(account, orderId);
    account.ctx.log(`${what}: another model ordered for server ${serverId} (order ${orderId})`);
    const ended = await seeChangesThrough(run, isAutoPay);
    if (ended.length === 0)
      throw new CloudPhoneError(
        `${what}: server ${serverId} keeps its model, because order ${orderId} was cancelled. \`pulumi up\` orders again.`,
      );
    changed = true;
  }
  return changed;
}

/** Journal and state say that it was sent before it is: a second order would cost once more. */
async function order(run: PhoneRun, serverId: string, wanted: string, news: CphPhoneServerInputs): Promise<string> {
  const { account } = run;
  const sent = { serverId, sentAt: new Date(account.ctx.clock.now()).toISOString(), wanted };
  await noteModelOrder(account, sent, run.generation);
  begun(run, sent);
  let orderId: string;
  try {
    const { isAutoPay } = news.extendParam;
    orderId = await advised(orderModel(account, serverId, { ...news, isAutoPay }), replaceInstead("serverModelUpdate"));
  } catch (error) {
    if (isUnclear(error)) throw error;
    becomes(run, sent, []);
    await forgetModelOrders(account, [serverId]);
    throw error;
  }
  const ordered = { ...sent, orderId };
  becomes(run, sent, [ordered]);
  try {
    await noteModelOrder(account, ordered, run.generation);
  } catch (error) {
    if (!(error instanceof CloudPhoneError)) throw error; // the order reaches the state even if the disk is full by now
    account.ctx.log(`${run.what}: order ${orderId} for another model is placed, but that is not in the journal. ${error.message}`);
  }
  return orderId;
}

/**
 * Looks at the server, and at orders that stand in no state because a run died: they do not say which server they are for, so each is let come to its
 * end before another is placed.
 */
async function hasOrWillHave({ account, what }: PhoneRun, serverId: string, wanted: string): Promise<boolean> {
  const { clock } = account.ctx;
  if (await showsModel(account, { serverId, wanted }, 0)) return true;
  const waitedFor = new Set<string>();
  await waitFor("orders for other models to be handled", { firstMs: 0, everyMs: 10_000 }, account.ctx, async () => {
    const open = await openChanges(account);
    const unpaid = open.find((order) => order.status === orderStatus.unpaid);
    if (unpaid !== undefined)
      throw new CloudPhoneError(
        `${what}: no other model was ordered, because ${orderText(unpaid)}, is for another model of a server, maybe of this one. Pay or cancel it in Huawei Cloud's Billing Center, then run \`pulumi up\` again.`,
      );
    for (const { id } of open) waitedFor.add(id);
    return open.length === 0 || undefined;
  });
  return waitedFor.size > 0 && showsModel(account, { serverId, wanted }, clock.now() + lateMs);
}
