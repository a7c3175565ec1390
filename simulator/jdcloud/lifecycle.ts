import { hasVanished, isShown } from "../mishaps";
import { mustBePaid, prepaidEnd, recordEnd, retiresAt, round } from "./billing";
import { failedPrecondition, notFound, permissionDenied } from "./errors";
import { settleNetwork } from "./network-work";
import { newId } from "./store";
import type { Caller, ElasticIp, Instance, Status, Store } from "./store";

/** Brings the world up to now: ends work that is due, renews and expires what is prepaid. Every call begins with this. */
export function settle(store: Store): void {
  const now = store.world.clock.now();
  for (const instance of Object.values(store.state.instances)) {
    const { task, billing } = instance;
    if (hasVanished(instance, now)) {
      end(store, instance);
      continue;
    }
    const isHeld =
      instance.status === "creating" && store.state.stalledSince !== undefined && (task?.endsAt ?? 0) > store.state.stalledSince;
    if (task !== undefined && task.endsAt <= now && !isHeld) finish(store, instance, task);
    if (!(instance.instanceId in store.state.instances)) continue;
    while (billing.autoRenew && billing.expiresAt !== undefined && billing.expiresAt < now)
      renew(store, instance, billing.renewMonths, newId(store, "order"));
    if (retiresAt(billing) <= now) end(store, instance);
  }
  settleNetwork(store);
  for (const eip of Object.values(store.state.elasticIps)) {
    const { billing } = eip;
    while (billing.autoRenew && billing.expiresAt !== undefined && billing.expiresAt < now) renewElasticIp(store, eip);
    if (retiresAt(billing) <= now) endElasticIp(store, eip);
  }
}

function finish(store: Store, instance: Instance, task: NonNullable<Instance["task"]>): void {
  if (task.becomes === "gone") {
    end(store, instance);
    return;
  }
  delete instance.task;
  Object.assign(instance.texts, task.texts);
  instance.status = task.becomes;
  instance.updatedAt = task.endsAt;
}

/** The instance stops existing; what hung on it is let go. */
export function end(store: Store, instance: Instance): void {
  const { elasticIps, aliasIps, instances } = store.state;
  Reflect.deleteProperty(instances, instance.instanceId);
  recordEnd(store, { id: instance.instanceId, ...instance }, `EdCPS instance ${instance.texts.deviceType}`);
  for (const alias of Object.values(aliasIps))
    if (alias.instanceId === instance.instanceId) Reflect.deleteProperty(aliasIps, alias.aliasIpId);
  for (const eip of Object.values(elasticIps)) {
    if (eip.instanceId !== instance.instanceId) continue;
    eip.instanceId = eip.targetIp = eip.subnetId = "";
    if (!store.switches.keepElasticIps) endElasticIp(store, eip);
  }
}

export function endElasticIp(store: Store, eip: ElasticIp): void {
  Reflect.deleteProperty(store.state.elasticIps, eip.elasticIpId);
  recordEnd(store, { id: eip.elasticIpId, ...eip }, `elastic IP, ${eip.bandwidth} Mbit/s`);
  const instance = store.state.instances[eip.instanceId];
  if (instance === undefined) return;
  for (const name of ["elasticIpId", "extensionElasticIpId"] as const)
    if (instance.texts[name] === eip.elasticIpId) instance.texts[name] = "";
}

/** Adds `months` to a prepaid instance and to the prepaid elastic IPs bound to it. */
export function renew(store: Store, instance: Instance, months: number, orderId: string): void {
  const bound = Object.values(store.state.elasticIps).filter((eip) => eip.instanceId === instance.instanceId);
  const renewed = [instance, ...bound].map((one) => one.billing).filter((billing) => billing.expiresAt !== undefined);
  for (const billing of renewed) billing.expiresAt = prepaidEnd(billing.expiresAt ?? 0, months);
  const amount = round(renewed.reduce((sum, billing) => sum + billing.pricePerMonth * months, 0));
  const ids = [instance.instanceId];
  store.world.ledger.record({
    cloud: "jdcloud",
    kind: "renewal",
    orderId,
    ids,
    amount,
    what: `${instance.texts.deviceType}, ${months} month(s)`,
  });
}

function renewElasticIp(store: Store, { elasticIpId, bandwidth, billing }: ElasticIp): void {
  const { renewMonths: months, pricePerMonth } = billing;
  billing.expiresAt = prepaidEnd(billing.expiresAt ?? 0, months);
  const entry = { cloud: "jdcloud", kind: "renewal", orderId: newId(store, "order"), ids: [elasticIpId] } as const;
  store.world.ledger.record({
    ...entry,
    amount: round(pricePerMonth * months),
    what: `elastic IP, ${bandwidth} Mbit/s, ${months} month(s)`,
  });
}

export function findInstance(store: Store, caller: Caller, instanceId: string): Instance {
  const instance = store.state.instances[instanceId];
  if (instance?.pin !== caller.pin || instance.region !== caller.region) throw notFound("Instance", instanceId);
  return instance;
}

/** The same, as far as reads show it. */
export function findShown(store: Store, caller: Caller, instanceId: string): Instance {
  const instance = findInstance(store, caller, instanceId);
  if (!isShown(instance, store.world.clock.now())) throw notFound("Instance", instanceId);
  return instance;
}

/** Starts, stops or restarts: how long each takes is not published. */
const POWER = {
  start: { from: "stopped", via: "starting", becomes: "running", ms: 2 * 60_000 },
  stop: { from: "running", via: "stopping", becomes: "stopped", ms: 60_000 },
  restart: { from: "running", via: "restarting", becomes: "running", ms: 3 * 60_000 },
} as const;

export function power(store: Store, caller: Caller, instanceId: string, action: keyof typeof POWER): { success: true } {
  const instance = findInstance(store, caller, instanceId);
  const { from, via, becomes, ms } = POWER[action];
  mustBe(instance, from);
  mustBePaid(instance.billing, store.world.clock.now());
  begin(store, instance, via, becomes, ms);
  return { success: true };
}

const DELETING_MS = 3 * 60_000;

/** Postpaid instances in a stable state, once their billing is booked; prepaid ones never (EdCPS product docs, "Delete an instance"). */
export function deleteInstance(store: Store, caller: Caller, instanceId: string): { success: true } {
  const instance = findInstance(store, caller, instanceId);
  if (instance.billing.mode === "prepaid_by_duration") {
    const message = "a prepaid instance cannot be deleted; it is released after it has expired";
    throw store.switches.prepaidRefusal === 403 ? permissionDenied(message) : failedPrecondition(message);
  }
  mustBe(instance, "running", "stopped", "error");
  if (store.world.clock.now() < instance.billing.bookedAt) throw permissionDenied("the instance has no billing information yet");
  begin(store, instance, "deleting", "gone", DELETING_MS);
  return { success: true };
}

export function mustBe(instance: Instance, ...wanted: readonly Status[]): void {
  if (instance.task !== undefined) throw failedPrecondition("Conflict with underlay task");
  if (!wanted.includes(instance.status)) throw failedPrecondition(`Invalid instance status '${instance.status}'`);
}

export function begin(
  store: Store,
  instance: Instance,
  status: Status,
  becomes: "running" | "stopped" | "error" | "gone",
  ms: number,
  texts: NonNullable<Instance["task"]>["texts"] = {},
): void {
  const now = store.world.clock.now();
  instance.status = status;
  instance.updatedAt = now;
  instance.task = { since: now, endsAt: now + ms, becomes, texts };
}

/** Holds all building where it is, or lets it go on with the time that was left. */
export function stall(store: Store, on: boolean): void {
  settle(store);
  const { state, world } = store;
  const since = state.stalledSince;
  if (on) {
    state.stalledSince = since ?? world.clock.now();
    return;
  }
  delete state.stalledSince;
  if (since === undefined) return;
  for (const instance of Object.values(state.instances)) {
    if (instance.status !== "creating" || instance.task === undefined) continue;
    const held = world.clock.now() - Math.max(since, instance.task.since);
    instance.task.endsAt += held;
    instance.billing.bookedAt += held;
  }
}
