/** Bandwidth of the elastic IPs that servers have: their own, or that of a package. */
import { findElasticIps, findInstances } from "./client";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { changeElasticIp, refuseUnpaid } from "./edcps-work";
import type { Work } from "./edcps-work";
import { interfaces } from "./interfaces";
import type { Interface } from "./interfaces";
import { addBandwidthPackageIp, modifyElasticIpBandwidth, removeBandwidthPackageIp } from "./network-client";
import type { WireElasticIp, WireInstance } from "./wire";

/** Returns whether anything had to be looked at. */
export async function changeBandwidth(ids: readonly string[], work: Work): Promise<boolean> {
  const { last, news, note, ctx } = work;
  const changed = interfaces.filter((one) => differs(one, last, news));
  if (changed.length === 0) return false;
  const servers = await findInstances(news.regionId, ids, ctx);
  for (const one of changed) {
    const eips = await findElasticIps(news.regionId, boundAt(one, servers), ctx);
    for (const eip of eips) {
      const server = servers.filter((bound) => bound[one.elasticIpId] === eip.elasticIpId);
      await changePackage(eip, one, server, work);
      await changeOwn(eip.elasticIpId, one, server, work);
    }
    note({
      [one.bandwidthPackageId]: news[one.bandwidthPackageId],
      [one.bandwidth]: news[one.bandwidth],
      [one.extraUplinkBandwidth]: news[one.extraUplinkBandwidth],
    });
  }
  return true;
}

const boundAt = (one: Interface, servers: readonly WireInstance[]): string[] =>
  servers.map((server) => server[one.elasticIpId]).filter((id) => id !== undefined);

const differs = (one: Interface, last: EdcpsInstanceInputs, news: EdcpsInstanceInputs): boolean =>
  last[one.bandwidthPackageId] !== news[one.bandwidthPackageId] ||
  last[one.bandwidth] !== news[one.bandwidth] ||
  (last[one.extraUplinkBandwidth] ?? 0) !== (news[one.extraUplinkBandwidth] ?? 0);

async function changePackage(eip: WireElasticIp, one: Interface, servers: readonly WireInstance[], work: Work): Promise<void> {
  const { last, news, ctx } = work;
  const { elasticIpId: id, bandwidthPackageId: now } = eip;
  const wanted = news[one.bandwidthPackageId];
  if (now === wanted || (wanted === undefined && last[one.bandwidthPackageId] === undefined)) return;
  refuseUnpaid(servers);
  if (now !== undefined) {
    const leave = (): Promise<unknown> => removeBandwidthPackageIp(news.regionId, now, id, ctx);
    await changeElasticIp(`to leave bandwidth package ${now}`, id, leave, (seen) => seen?.bandwidthPackageId === undefined, work);
    ctx.log(`Elastic IP ${id}: left bandwidth package ${now}`);
  }
  if (wanted !== undefined) {
    const join = (): Promise<unknown> => addBandwidthPackageIp(news.regionId, wanted, id, ctx);
    await changeElasticIp(`to join bandwidth package ${wanted}`, id, join, (seen) => seen?.bandwidthPackageId === wanted, work);
    ctx.log(`Elastic IP ${id}: joined bandwidth package ${wanted}`);
  }
}

async function changeOwn(id: string, one: Interface, servers: readonly WireInstance[], work: Work): Promise<void> {
  const { last, news, ctx } = work;
  const bandwidth = news[one.bandwidth];
  if (news[one.bandwidthPackageId] !== undefined || bandwidth === undefined) return;
  const [eip] = await findElasticIps(news.regionId, [id], ctx);
  if (eip === undefined || eip.bandwidthPackageId !== undefined) return;
  // Left out now but set before: none. Never set: as it is.
  const usual = last[one.extraUplinkBandwidth] === undefined ? (eip.extraUplinkBandwidth ?? 0) : 0;
  const to = { bandwidth, extraUplinkBandwidth: news[one.extraUplinkBandwidth] ?? usual };
  const isReached = (seen: WireElasticIp | undefined): boolean =>
    seen?.bandwidth === to.bandwidth && (seen.extraUplinkBandwidth ?? 0) === to.extraUplinkBandwidth;
  if (isReached(eip)) return;
  refuseUnpaid(servers);
  await changeElasticIp(`to have ${bandwidth} Mbit/s`, id, () => modifyElasticIpBandwidth(news.regionId, id, to, ctx), isReached, work);
  ctx.log(`Elastic IP ${id}: bandwidth changed to ${bandwidth} Mbit/s`);
}
