/** Alias IPs of servers, as a set of ranges. */
import { CloudPhoneError } from "../../http/errors";
import { waitFor } from "../../kit/wait";
import { findAliasIps } from "./client";
import { calmly } from "./edcps-wait";
import { isThereSoon, refuseUnpaid } from "./edcps-work";
import type { Work } from "./edcps-work";
import { interfaces } from "./interfaces";
import type { Interface } from "./interfaces";
import { createAliasIps, deleteAliasIp } from "./network-client";
import { same } from "./same";
import type { WireAliasIp, WireInstance } from "./wire";

/** Returns whether anything had to be looked at. */
export async function changeAliases(servers: readonly WireInstance[], work: Work): Promise<boolean> {
  const { last, news, note } = work;
  const changed = interfaces.filter((one) => !same[one.aliasIps](last[one.aliasIps], news[one.aliasIps]));
  for (const one of changed) {
    for (const server of servers) await change(server, one, work);
    note({ [one.aliasIps]: news[one.aliasIps] });
  }
  return changed.length > 0;
}

async function change(server: WireInstance, one: Interface, { last, news, ctx }: Work): Promise<void> {
  const { instanceId } = server;
  const look = async (): Promise<readonly WireAliasIp[]> =>
    (await findAliasIps(news.regionId, instanceId, ctx)).filter((alias) => isAt(alias, one, server));
  const wanted = news[one.aliasIps] ?? [];
  const now = await look();
  // Without the input the ranges are nobody's business any more, except those that were set through it.
  const ours = news[one.aliasIps] === undefined ? now.filter((alias) => has(last[one.aliasIps] ?? [], alias)) : now;
  const stale = ours.filter((alias) => !has(wanted, alias));
  const missing = wanted.filter((alias) => !has(now, alias));
  if (stale.length + missing.length === 0) return;
  refuseUnpaid([server]);
  for (const { aliasIpId } of stale) await deleteAliasIp(news.regionId, aliasIpId, ctx);
  const until = (what: string, isReached: (seen: readonly WireAliasIp[]) => boolean): Promise<true> =>
    waitFor(`the alias IPs of EdcpsInstance ${instanceId} ${what}`, calmly, ctx, async () => (isReached(await look()) ? true : undefined));
  if (stale.length > 0) await until("to go", (seen) => !stale.some((alias) => has(seen, alias)));
  if (missing.length > 0) {
    const specs = missing.map(({ id = server[one.subnetId], ...alias }) => ({ id, ...alias }));
    const failed = await createAliasIps(news.regionId, instanceId, specs, ctx);
    const added = missing.filter((alias) => !has(failed, alias));
    if (added.length > 0) await until("to show", (seen) => added.every((alias) => has(seen, alias)));
    const areThere = async (): Promise<boolean> => {
      const seen = await look();
      return failed.every((alias) => has(seen, alias));
    };
    if (failed.length > 0 && !(await isThereSoon(areThere, ctx))) {
      const reasons = failed.map(({ cidr, message }) => `${cidr}: ${message}`).join("; ");
      throw new CloudPhoneError(`Could not add alias IPs to EdcpsInstance ${instanceId}: ${reasons}. The others are in place.`);
    }
  }
  ctx.log(`EdcpsInstance ${instanceId}: alias IPs changed`);
}

const has = (ranges: readonly { cidr?: string | undefined }[], { cidr }: { cidr?: string | undefined }): boolean =>
  ranges.some((one) => one.cidr === cidr);

/** As `drift.ts` has it: what is not in the secondary interface's subnet is the primary one's. */
function isAt(alias: WireAliasIp, one: Interface, server: WireInstance): boolean {
  const isSecondary = alias.subnetId !== undefined && alias.subnetId === server.extensionSubnetId;
  return isSecondary === (one.aliasIps === "extensionAliasIps");
}
