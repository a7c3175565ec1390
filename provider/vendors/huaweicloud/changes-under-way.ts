/** Changes of servers that take their time: orders for other models, and jobs that swap machines. The state names them until they are over. */
import { CloudPhoneError } from "../../http/errors";
import { waitFor } from "../../kit/wait";
import type { Account } from "./account";
import { findOrder, ifAllowed, orderStatus } from "./bss";
import { findServer } from "./cph";
import type { WireServer } from "./cph";
import { meansNoSuchJob } from "./errors";
import { endOfJob, jobFailed } from "./jobs";
import { forgetModelOrders } from "./model-orders";
import type { PurchaseInputs } from "./purchase-kind";
import { noteChanges } from "./run";
import type { Run } from "./run";
import { stateOf } from "./server-outputs";
import type { CphChange, CphPurchaseOutputs } from "./server-outputs";
import { isRunning, isSettled } from "./servers";

const rhythm = { firstMs: 10_000, everyMs: 10_000 };
/** How long an automatic payment may take before the order counts as unpaid. */
const autoPayMs = 120_000;
/** How long a server may go on showing its old model when the order is completed. */
export const lateMs = 120_000;

/** Takes down a change that has just begun: from here on the state says so. What was done to the server before counts no more. */
export const begun = <I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(run: Run<I, O>, change: CphChange): void =>
  noteChanges(run, [...(run.changesUnderWay ?? []).filter((one) => one.isDone !== true || one.serverId !== change.serverId), change]);

/**
 * Waits for every change that was begun, in this run or an earlier one. Jobs that came to a good end stay in the state: no server tells that it was
 * swapped already.
 * @returns changes that came to a good end just now; those of which no trace is left may be begun again
 */
export async function seeChangesThrough<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Run<I, O>,
  isAutoPay: boolean,
): Promise<CphChange[]> {
  const done: CphChange[] = [];
  for (const change of (run.changesUnderWay ?? []).filter((one) => one.isDone !== true)) {
    const { account, what } = run;
    const isDone = await comesToAGoodEnd(account, what, change, isAutoPay);
    if (isDone) await untilItRuns(account, change.serverId);
    if (change.jobId === undefined) await forgetModelOrders(account, [change.serverId]);
    const stays = isDone && change.jobId !== undefined ? [{ ...change, isDone: true as const }] : [];
    becomes(run, change, stays);
    if (isDone) done.push(change);
  }
  return done;
}

/** Takes down what became of a change. */
export const becomes = <I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Run<I, O>,
  change: CphChange,
  now: readonly CphChange[],
): void =>
  noteChanges(
    run,
    (run.changesUnderWay ?? []).flatMap((one) => (one === change ? now : [one])),
  );

function comesToAGoodEnd(account: Account, what: string, change: CphChange, isAutoPay: boolean): Promise<boolean> {
  if (change.jobId !== undefined) return isJobDone(account, what, change);
  if (change.orderId !== undefined) return isOrderDone(account, what, change, isAutoPay);
  return showsModel(account, change, Date.parse(change.sentAt ?? "") + account.ctx.visibilityMs);
}

/** Whether a server has the model that is wanted, by then at the latest. */
export const showsModel = (account: Account, { serverId, wanted }: CphChange, untilMs: number): Promise<boolean> =>
  waitFor(`CPH server ${serverId} to show another model`, { firstMs: 0, everyMs: rhythm.everyMs }, account.ctx, async () => {
    const wire = await untilItRuns(account, serverId);
    if (modelText(wire.server_model_name, wire.phone_model_name) === wanted) return true;
    return account.ctx.clock.now() < untilMs ? undefined : false;
  });

/** For the state, and to compare with a server. */
export const modelText = (serverModelName: string | null | undefined, phoneModelName: string | null | undefined): string =>
  `${serverModelName ?? ""} ${phoneModelName ?? ""}`;

async function isOrderDone(
  account: Account,
  what: string,
  { serverId, orderId = "", sentAt = "", wanted, isNoted }: CphChange,
  isAutoPay: boolean,
): Promise<boolean> {
  const { ctx } = account;
  const begunAt = ctx.clock.now();
  let completedAt: number | undefined;
  const isLongOver = (why: string): boolean => {
    const isOver = isNoted === true && ctx.clock.now() >= Date.parse(sentAt) + ctx.visibilityMs;
    if (isOver)
      ctx.log(
        `${what}: order ${orderId} for another model, which an earlier run placed on ${sentAt}, ${why}, and server ${serverId} does not show that model: it is waited for no longer`,
      );
    return isOver;
  };
  return waitFor(`order ${orderId} for another model of ${what} to be handled`, rhythm, ctx, async () => {
    const wire = await thatExists(account, serverId);
    if (isRunning(wire) && modelText(wire.server_model_name, wire.phone_model_name) === wanted) return true;
    const order = await ifAllowed(findOrder(account, orderId));
    switch (order?.status) {
      case orderStatus.cancelled:
        ctx.log(`${what}: order ${orderId} for another model was cancelled`);
        return false;
      case orderStatus.unpaid:
        if (isAutoPay && ctx.clock.now() - begunAt < autoPayMs) return undefined;
        throw new CloudPhoneError(
          `${what}: order ${orderId} for another model waits for its payment: pay it in Huawei Cloud's Billing Center under "Unpaid Orders", or cancel it there, then run \`pulumi up\` again, which goes on from here. \`isAutoPay\` pays such orders at once.`,
        );
      case orderStatus.completed: // and paid: it is never ordered again
        completedAt ??= ctx.clock.now();
        if (!isRunning(wire) || ctx.clock.now() - completedAt < lateMs) return undefined;
        if (isNoted === true) return isLongOver("is completed") ? false : undefined;
        throw new CloudPhoneError(
          `${what}: order ${orderId} for another model is completed, but server ${serverId} does not show that model. \`pulumi up\` looks again and does not order it twice; look into that order in Huawei Cloud's Billing Center.`,
        );
      case undefined: // when billing cannot be read, only the server tells
        return isRunning(wire) && isLongOver("does not show in billing") ? false : undefined;
      default: // what is paid comes
        return undefined;
    }
  });
}

async function isJobDone(account: Account, what: string, { jobId = "" }: CphChange): Promise<boolean> {
  try {
    const job = await endOfJob(account, jobId, `job ${jobId} of ${what} to be over`, rhythm);
    if (job.status !== jobFailed) return true;
    account.ctx.log(`${what}: job ${jobId} failed: ${job.said === "" ? "no reason given" : job.said}`);
    return false;
  } catch (error) {
    if (meansNoSuchJob(error)) return false;
    throw error;
  }
}

async function thatExists(account: Account, serverId: string): Promise<WireServer> {
  const wire = await findServer(account, serverId);
  if (wire === undefined) throw new CloudPhoneError(`CPH server ${serverId} is gone: run \`pulumi refresh\`, then \`pulumi up\`.`);
  return wire;
}

/** A server that is worked on neither runs nor takes other changes. */
export const untilItRuns = (account: Account, serverId: string): Promise<WireServer> =>
  waitFor(`CPH server ${serverId} to be running again`, { firstMs: 0, everyMs: rhythm.everyMs }, account.ctx, async () => {
    const wire = await thatExists(account, serverId);
    if (isSettled(wire) && !isRunning(wire))
      throw new CloudPhoneError(
        `CPH server ${serverId} is ${stateOf(wire)} (status ${wire.status}), and cannot be changed as long as it is.`,
      );
    return isRunning(wire) ? wire : undefined;
  });
