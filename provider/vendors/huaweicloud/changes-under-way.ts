/** Changes of servers that take their time: orders for other models, and jobs that swap machines. The state names them until they are over. */
import { CloudPhoneError } from "../../http/errors";
import { waitFor } from "../../kit/wait";
import type { Account } from "./account";
import { findOrder, ifAllowed, orderStatus } from "./bss";
import { findServer, readJob } from "./cph";
import type { WireServer } from "./cph";
import { meansNoSuchJob } from "./errors";
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
const lateMs = 120_000;
const jobRunning = 1;
const jobFailed = -1;

/** Takes down a change that has just begun: from here on the state says so. */
export const begun = <I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(run: Run<I, O>, change: CphChange): void =>
  noteChanges(run, [...(run.changesUnderWay ?? []), change]);

/**
 * Waits for every change that was begun, in this run or an earlier one.
 * @returns those that came to a good end; the others may be begun again
 */
export async function seeChangesThrough<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Run<I, O>,
  isAutoPay: boolean,
): Promise<CphChange[]> {
  const done: CphChange[] = [];
  for (const change of run.changesUnderWay ?? []) {
    const { account, what } = run;
    const isDone =
      change.orderId === undefined ? await isJobDone(account, what, change) : await isOrderDone(account, what, change, isAutoPay);
    if (isDone) await untilItRuns(account, change.serverId);
    noteChanges(
      run,
      (run.changesUnderWay ?? []).filter((one) => one !== change),
    );
    if (isDone) done.push(change);
  }
  return done;
}

/** For the state, and to compare with a server. */
export const modelText = (serverModelName: string | null | undefined, phoneModelName: string | null | undefined): string =>
  `${serverModelName ?? ""} ${phoneModelName ?? ""}`;

async function isOrderDone(
  account: Account,
  what: string,
  { serverId, orderId = "", wanted }: CphChange,
  isAutoPay: boolean,
): Promise<boolean> {
  const { ctx } = account;
  const begunAt = ctx.clock.now();
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
      case orderStatus.completed: // the server may show it a little later, unless somebody has changed it since
        return isRunning(wire) && ctx.clock.now() - begunAt >= lateMs ? false : undefined;
      case undefined:
      default: // what is paid comes; when billing cannot be read, only the server tells
        return undefined;
    }
  });
}

async function isJobDone(account: Account, what: string, { jobId = "" }: CphChange): Promise<boolean> {
  try {
    const job = await waitFor(`job ${jobId} of ${what} to be over`, rhythm, account.ctx, async () => {
      const seen = await readJob(account, jobId);
      return seen.status === jobRunning ? undefined : seen;
    });
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
