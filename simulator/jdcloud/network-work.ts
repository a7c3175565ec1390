import { failedPrecondition, notFound } from "./errors";
import type { Caller, ElasticIp, ElasticIpChange, Instance, Store } from "./store";

/** Ends work on elastic IPs and alias IPs that is due. */
export function settleNetwork(store: Store): void {
  const now = store.world.clock.now();
  const { elasticIps, aliasIps } = store.state;
  for (const eip of Object.values(elasticIps)) if (eip.task !== undefined && eip.task.endsAt <= now) finish(store, eip, eip.task.change);
  for (const alias of Object.values(aliasIps)) if ((alias.goneAt ?? Infinity) <= now) Reflect.deleteProperty(aliasIps, alias.aliasIpId);
}

function finish(store: Store, eip: ElasticIp, change: ElasticIpChange): void {
  delete eip.task;
  const { instances } = store.state;
  const isLost = change.instanceId !== undefined && change.instanceId !== "" && !(change.instanceId in instances);
  if (isLost) return;
  if (change.instanceId !== undefined) showOn(store, instances[eip.instanceId], eip.targetIp, "");
  Object.assign(eip, change);
  if (change.instanceId) showOn(store, instances[change.instanceId], eip.targetIp, eip.elasticIpId);
}

/** An interface shows the elastic IP that is bound to its own address, not those of its alias IPs. */
function showOn({ switches }: Store, instance: Instance | undefined, targetIp: string, elasticIpId: string): void {
  const texts = instance?.texts;
  if (texts === undefined || ![texts.privateIp, texts.extensionPrivateIp].includes(targetIp)) return;
  const isPrimary = targetIp === texts.privateIp;
  texts[isPrimary ? "elasticIpId" : "extensionElasticIpId"] = elasticIpId;
  if (switches.internetFollowsBinding) texts[isPrimary ? "enableInternet" : "extensionEnableInternet"] = elasticIpId === "" ? "no" : "yes";
}

/** Begins work on an elastic IP on which no other is under way. */
export function beginWork(store: Store, eip: ElasticIp, change: ElasticIpChange): void {
  mustBeFree(store, eip);
  eip.task = { endsAt: store.world.clock.now() + store.switches.networkMs, change };
}

export function mustBeFree({ world }: Store, { task, shownFrom = 0 }: ElasticIp): void {
  if (task !== undefined || world.clock.now() < shownFrom) throw failedPrecondition("Conflict with underlay task");
}

export function findElasticIp({ state }: Store, caller: Caller, id: string): ElasticIp {
  const eip = state.elasticIps[id];
  if (eip?.pin !== caller.pin || eip.region !== caller.region) throw notFound("ElasticIp", id);
  return eip;
}
