/** Elastic IPs of servers that exist: bought and bound, or taken away. */
import { CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { elasticIpsOf, findElasticIps } from "./client";
import { changeToken } from "./client-token";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { deleteLeftOvers, rememberLeftOvers } from "./edcps-left-overs";
import { purchasedIn, withPurchased } from "./edcps-state";
import type { EdcpsInstanceOutputs } from "./edcps-state";
import { applyRemembered, isRefused, settle, unansweredOf, untilElasticIpShows } from "./edcps-unanswered";
import type { ElasticIpSpec } from "./edcps-unanswered";
import { changeElasticIp, refuseUnpaid, untilServers } from "./edcps-work";
import type { Work } from "./edcps-work";
import { interfaces } from "./interfaces";
import type { Interface } from "./interfaces";
import { associateElasticIp, disassociateElasticIp } from "./network-client";
import type { WireElasticIp, WireInstance } from "./wire";

type Inputs = EdcpsInstanceInputs;

/** Whether a server of the state lacks an elastic IP that is wanted: then one that an interrupted run has bought has its use. */
export const lacksInternet = ({ servers }: EdcpsInstanceOutputs, news: Inputs): boolean =>
  interfaces.some((one) => news[one.enableInternet] === "yes" && servers.some((server) => server[one.elasticIpId] === undefined));

/** Returns whether anything had to be looked at. */
export async function changeInternet(servers: readonly WireInstance[], work: Work): Promise<boolean> {
  const { last, news, note, ctx } = work;
  const leftOvers = await leftOversOf(ctx);
  const isOn = (inputs: Inputs, one: Interface): boolean => inputs[one.enableInternet] === "yes";
  // An interrupted run may have bound one that no state knows, and that is not wanted any more.
  const toRid = (one: Interface): readonly WireInstance[] =>
    isOn(last, one) ? servers : servers.filter((server) => leftOvers.includes(server[one.elasticIpId] ?? ""));
  const on = interfaces.filter((one) => isOn(news, one) && !isOn(last, one));
  const off = interfaces.filter((one) => !isOn(news, one) && (isOn(last, one) || toRid(one).length > 0));
  const changed = [...on, ...off];
  if (changed.length === 0) return false;
  for (const one of on) for (const server of servers) await enable(server, one, work);
  for (const one of off) for (const server of toRid(one)) await take(server, one, work);
  if (off.length > 0) await deleteFree(work);
  for (const one of changed)
    note({ [one.enableInternet]: news[one.enableInternet], [one.internetChargeMode]: news[one.internetChargeMode] });
  return true;
}

async function enable(server: WireInstance, one: Interface, work: Work): Promise<void> {
  const { news, state, note, ctx } = work;
  const { instanceId } = server;
  const isBoundHere = (eip: WireElasticIp): boolean => eip.targetIp !== undefined && eip.targetIp === server[one.privateIp];
  const bound = server[one.elasticIpId] ?? (await elasticIpsOf(news.regionId, instanceId, ctx)).find(isBoundHere)?.elasticIpId;
  if (bound !== undefined) {
    // Only the journal knows whether an interrupted run has bought it.
    if ((await leftOversOf(ctx)).includes(bound)) note(withPurchased(state(), [...purchasedIn(state()), bound]));
    return;
  }
  refuseUnpaid([server]);
  const id = (await spare(one, work)) ?? (await bought(server, one, work));
  // Which interface is meant has to be said for servers with two of them.
  const subnetId = server.interfaceMode === "dual" ? server[one.subnetId] : undefined;
  const bind = (): Promise<unknown> => associateElasticIp(news.regionId, instanceId, { elasticIpId: id, subnetId }, ctx);
  await changeElasticIp("to be bound", id, bind, (eip) => eip?.instanceId === instanceId, work);
  await untilServers("to show its elastic IP", [instanceId], (now) => now[one.elasticIpId] === id, work);
  ctx.log(`EdcpsInstance ${instanceId}: internet enabled with elastic IP ${id}`);
}

const leftOversOf = async (ctx: Context): Promise<readonly string[]> => (await ctx.journal.read(ctx.marker))?.leftOvers ?? [];

const chargeModeOf = (one: Interface, news: Inputs) => news[one.internetChargeMode] ?? news.charge.chargeMode;

/** One that an interrupted run has bought, or that is left of one that was unbound. */
async function spare(one: Interface, { news, state, note, ctx }: Work): Promise<string | undefined> {
  const ours = [...new Set([...purchasedIn(state()), ...(await leftOversOf(ctx))])];
  const found = await findElasticIps(news.regionId, ours, ctx);
  const free = found.find((eip) => eip.instanceId === undefined && eip.charge?.chargeMode === chargeModeOf(one, news));
  if (free === undefined) return undefined;
  note(withPurchased(state(), [...purchasedIn(state()), free.elasticIpId]));
  return free.elasticIpId;
}

/** A purchase: repeated by the next run, it carries the same token and buys nothing again. */
async function bought(server: WireInstance, one: Interface, work: Work): Promise<string> {
  const { news, state, note, ctx } = work;
  const { revision = 0 } = state();
  const token = changeToken("applyElasticIps", [news.regionId, server.instanceId, one.elasticIpId], revision);
  let id: string;
  try {
    id = await applyRemembered(state(), { token, regionId: news.regionId, spec: specOf(one, news) }, ctx);
  } catch (error) {
    // JD Cloud may refuse this token for ever; but one that may have bought something is the only way to learn that.
    if (isRefused(error) && (await unansweredOf(token, ctx)) === undefined) note({ revision: revision + 1 });
    throw error;
  }
  note(withPurchased(state(), [...purchasedIn(state()), id]));
  await rememberLeftOvers(state(), [id], [], ctx);
  ctx.log(`EdcpsInstance ${server.instanceId}: elastic IP ${id} bought`);
  const isThere = await untilElasticIpShows(news.regionId, id, ctx);
  await settle(token, ctx);
  if (isThere) return id;
  note({ revision: revision + 1 });
  throw new CloudPhoneError(
    `EdcpsInstance ${server.instanceId}: elastic IP ${id}, which JD Cloud says was bought, does not show; it may be one of an earlier purchase, which is gone. ` +
      "Run `pulumi up` again, which looks for it once more and then buys another.",
  );
}

function specOf(one: Interface, news: Inputs): ElasticIpSpec {
  const { chargeUnit = "month", chargeDuration } = news.charge;
  const chargeMode = chargeModeOf(one, news);
  return {
    // In a package its own bandwidth means nothing, but the field must be there.
    bandwidth: news[one.bandwidth] ?? 1,
    extraUplinkBandwidth: news[one.extraUplinkBandwidth] ?? 0,
    bandwidthPackageId: news[one.bandwidthPackageId],
    charge: chargeMode === "prepaid_by_duration" ? { chargeMode, chargeUnit, chargeDuration } : { chargeMode },
  };
}

async function take(server: WireInstance, one: Interface, work: Work): Promise<void> {
  const { news, state, note, ctx } = work;
  const id = server[one.elasticIpId];
  if (id === undefined) return;
  refuseUnpaid([server]);
  const isOurs = [...purchasedIn(state()), ...(await leftOversOf(ctx))].includes(id);
  if (isOurs) note(withPurchased(state(), [...purchasedIn(state()), id]));
  if (isOurs) await rememberLeftOvers(state(), [id], [], ctx);
  const unbind = (): Promise<unknown> => disassociateElasticIp(news.regionId, server.instanceId, id, ctx);
  await changeElasticIp("to come free", id, unbind, (eip) => eip?.instanceId === undefined, work);
  ctx.log(
    `EdcpsInstance ${server.instanceId}: internet disabled, elastic IP ${id} taken away${isOurs ? "" : "; it was not bought here, is kept, and goes on costing"}`,
  );
}

/** Deletes the elastic IPs that were bought here and are bound to nothing. */
async function deleteFree({ news, state, note, ctx }: Work): Promise<void> {
  const purchased = purchasedIn(state());
  const free = (await findElasticIps(news.regionId, purchased, ctx)).filter((eip) => eip.instanceId === undefined);
  const ids = free.map((eip) => eip.elasticIpId);
  const kept = await deleteLeftOvers(news.regionId, ids, [], ctx);
  note(
    withPurchased(
      state(),
      purchased.filter((id) => !ids.includes(id) || kept.includes(id)),
    ),
  );
}
