/** A change in place under way: what its steps have in common. */
import { CloudError, CloudPhoneError, TimedOut } from "../../http/errors";
import type { Context } from "../../kit/context";
import { waitFor } from "../../kit/wait";
import { findElasticIps, findInstances } from "./client";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import type { EdcpsInstanceOutputs } from "./edcps-state";
import { calmly, isSettled, refuseFailed } from "./edcps-wait";
import type { WireElasticIp, WireInstance } from "./wire";

export interface Work {
  /** What the servers were brought to the last time. */
  readonly last: EdcpsInstanceInputs;
  readonly news: EdcpsInstanceInputs;
  /** Servers that were bought for `news` just now. */
  readonly fresh: readonly string[];
  /** The state that a server had when the operation began. */
  readonly statusBefore: (id: string) => string | undefined;
  readonly state: () => EdcpsInstanceOutputs;
  /** Is told what has changed in the state, before the next step can fail. */
  readonly note: (change: Partial<EdcpsInstanceOutputs>) => void;
  readonly ctx: Context;
}

/** What has expired can only be renewed, and what is in arrears only be deleted or paid for (EdCPS product docs, "Expiry and arrears"). */
export function refuseUnpaid(servers: readonly WireInstance[]): void {
  const unpaid = servers.filter(({ charge }) => charge?.chargeStatus === "overdue" || charge?.chargeStatus === "arrear");
  if (unpaid.length === 0) return;
  const which = unpaid.map(({ instanceId, charge }) =>
    charge?.chargeStatus === "arrear"
      ? `${instanceId} (in arrears)`
      : `${instanceId} (expired at ${charge?.chargeExpiredTime ?? "an unknown time"})`,
  );
  throw new CloudPhoneError(
    `EdcpsInstance ${which.join(", ")} is not paid for, and JD Cloud changes nothing about such a server: renew it in the console, or top up the account, ` +
      "and run `pulumi up` again. JD Cloud releases it 7 days after the date.",
  );
}

const soonMs = 30_000;

/** Whether `isThere` comes true in a moment: work that an interrupted run has begun shows only when it is over, and is refused until then. */
export async function isThereSoon(isThere: () => Promise<boolean>, ctx: Context): Promise<boolean> {
  const patience = { ...ctx, deadline: Math.min(ctx.deadline, ctx.clock.now() + soonMs) };
  try {
    return (
      (await isThere()) || (await waitFor("work that is under way", calmly, patience, async () => ((await isThere()) ? true : undefined)))
    );
  } catch (error) {
    if (error instanceof TimedOut) return false;
    throw error;
  }
}

/** Makes a change of the network. A refusal counts only if what was wanted is not there all the same. */
export async function unlessThere(change: () => Promise<unknown>, isThere: () => Promise<boolean>, ctx: Context): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!(error instanceof CloudError) || error.kind === "transient" || !(await isThereSoon(isThere, ctx))) throw error;
  }
}

/** Waits until these servers are in a lasting state that `isReached` accepts. */
export async function untilServers(
  what: string,
  ids: readonly string[],
  isReached: (server: WireInstance) => boolean,
  { news: { regionId }, ctx }: Pick<Work, "news" | "ctx">,
): Promise<readonly WireInstance[]> {
  if (ids.length === 0) return [];
  return waitFor(`EdcpsInstance ${ids.join(", ")} ${what}`, calmly, ctx, async () => {
    const seen = await findInstances(regionId, ids, ctx);
    if (!seen.every(isSettled)) return undefined;
    refuseFailed(seen);
    return seen.length === ids.length && seen.every(isReached) ? seen : undefined;
  });
}

/** Makes a change of an elastic IP, and waits until it shows what `isReached` accepts; `undefined`: it does not exist. */
export async function changeElasticIp(
  what: string,
  id: string,
  change: () => Promise<unknown>,
  isReached: (eip: WireElasticIp | undefined) => boolean,
  { news: { regionId }, ctx }: Pick<Work, "news" | "ctx">,
): Promise<void> {
  const look = async (): Promise<boolean> => isReached((await findElasticIps(regionId, [id], ctx))[0]);
  await unlessThere(change, look, ctx);
  await waitFor(`elastic IP ${id} ${what}`, calmly, ctx, async () => ((await look()) ? true : undefined));
}
