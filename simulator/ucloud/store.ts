import type { CostingThing, World } from "../cloud";
import { hasVanished, isShown, noMishaps } from "../mishaps";
import type { Mishaps } from "../mishaps";
import { cities } from "./catalogue";
import { usualChoices } from "./choices";
import type { Choices } from "./choices";
import { inUse, noBalance, notAvailable, Refused, tooLarge, wrongState } from "./errors";
import { deletingMs, isBuilding, stateOf } from "./life-cycle";
import type { ServerState } from "./life-cycle";
import {
  diskMonthPrice,
  isReleasedByExpiry,
  isRenewalDue,
  mbpsMonthPrice,
  newBilling,
  priceDifference,
  refund,
  renewed,
  round,
} from "./prices";
import type { Belonging, Server, ShareBandwidth, State } from "./state";

/** Whose things a call sees. */
export interface Scope {
  readonly owner: string;
  readonly projectId: string;
}

export interface Store {
  readonly world: World;
  readonly state: State;
  readonly choices: Choices;
  /** What goes wrong with a purchase of the request under way. */
  mishaps: Mishaps;
  /** Every id that exists or existed. */
  readonly usedIds: Set<string>;
}

export function newStore(world: World, state: State): Store {
  const { servers, eips, bandwidths, leftDisks, phoneJobs, goneIds } = state;
  const usedIds = new Set([...goneIds, ...[servers, eips, bandwidths, leftDisks, phoneJobs].flat().map((thing) => thing.id)]);
  return { world, state, choices: usualChoices(), mishaps: noMishaps, usedIds };
}

export const isIn = (thing: Scope, scope: Scope): boolean => thing.owner === scope.owner && thing.projectId === scope.projectId;

const lowerCase = "abcdefghijklmnopqrstuvwxyz0123456789";

/** An id that nothing here has or had. */
export function newId({ world, usedIds }: Store, prefix: string): string {
  for (;;) {
    const id = `${prefix}-${world.randomText(lowerCase, 8)}`;
    if (usedIds.has(id)) continue;
    usedIds.add(id);
    return id;
  }
}

export const shownState = ({ world, state }: Store, server: Server): ServerState => stateOf(server, world.clock.now(), state.stalledAt);

/** Servers of a city, oldest first. */
export function serversIn(store: Store, scope: Scope, cityId: string): Server[] {
  if (!cities.some((city) => city.id === cityId)) throw notAvailable("CityId");
  return store.state.servers.filter((server) => isIn(server, scope) && server.cityId === cityId);
}

/** Those that reads show. */
export const shownServers = (store: Store, servers: readonly Server[]): Server[] =>
  servers.filter((server) => isShown(server, store.world.clock.now()));

export function serverOf(store: Store, scope: Scope, cityId: string, serverId: string): Server {
  const server = serversIn(store, scope, cityId).find((one) => one.id === serverId);
  if (server === undefined) throw notAvailable("ServerId");
  return server;
}

/** Names of servers and business groups: 1-63 Chinese characters, letters, digits, hyphens, underscores and dots. */
export function checkedName(parameter: string, name: string): string {
  if (!/^[\p{Script=Han}A-Za-z0-9_.-]{1,63}$/u.test(name)) throw notAvailable(parameter);
  return name;
}

export function rename(store: Store, server: Server, name: string): void {
  const checked = checkedName("Name", name);
  editable(store, server);
  server.name = checked;
}

export function setRemark(store: Store, server: Server, remark: string): void {
  if (Array.from(remark).length > 255) throw tooLarge("Remark");
  editable(store, server);
  server.remark = remark;
}

function editable(store: Store, server: Server): void {
  if (shownState(store, server) === "Deleting") throw wrongState(server.id, "Deleting");
  server.modifiedAt = store.world.clock.now();
}

/** Accepts a delete: the unused time is refunded now, the server is gone a little later. Asking again changes nothing. */
export function deleteServer(store: Store, server: Server, releases: { ips: boolean; disk: boolean }): void {
  if (store.choices.refusedDeletes > 0) {
    store.choices.refusedDeletes--;
    throw wrongState(server.id, shownState(store, server));
  }
  if (server.deletion !== undefined) return;
  const now = store.world.clock.now();
  server.deletion = { endsAt: now + deletingMs, releasesIps: releases.ips, releasesDisk: releases.disk };
  server.modifiedAt = now;
  payBack(store, server, "UPhoneServer");
}

function payBack({ world }: Store, thing: Server | Belonging, what: string): void {
  const amount = refund(thing.billing, world.clock.now());
  if (amount > 0)
    world.ledger.record({ cloud: "ucloud", kind: "refund", orderId: thing.orderId, ids: [thing.id], amount, what: `${what} given back` });
}

function noteDeletion({ world, state }: Store, { id, orderId }: Server | Belonging, what: string): void {
  state.goneIds.push(id);
  world.ledger.record({ cloud: "ucloud", kind: "deletion", orderId, ids: [id], amount: 0, what });
}

/** Brings the stored world up to the present: deletes come to their end, periods are renewed, what is not renewed is released. */
export function catchUp(store: Store): void {
  const { world, state } = store;
  const now = world.clock.now();
  for (const server of state.servers.filter((one) => hasVanished(one, now))) vanish(store, server.id);
  for (const server of state.servers.filter(({ deletion }) => deletion !== undefined && deletion.endsAt <= now)) {
    endServer(store, server, { ips: server.deletion?.releasesIps ?? false, disk: server.deletion?.releasesDisk ?? false });
  }
  for (const thing of [state.servers.filter((one) => one.deletion === undefined), state.eips, state.bandwidths, state.leftDisks].flat()) {
    while (thing.isRenewalOff !== true && isRenewalDue(thing.billing, now)) {
      thing.billing = renewed(thing.billing);
      const { paid, chargeType } = thing.billing;
      world.ledger.record({
        cloud: "ucloud",
        kind: "renewal",
        orderId: nextOrderId(state),
        ids: [thing.id],
        amount: paid,
        what: `automatic renewal, ${chargeType}`,
      });
    }
  }
  releaseExpired(store, now);
}

/** Each thing has a period of its own: what was bought with a server outlives it as long as it is renewed. */
function releaseExpired(store: Store, now: number): void {
  const { servers, eips, bandwidths, leftDisks } = store.state;
  const isDue = (thing: Server | Belonging): boolean => thing.isRenewalOff === true && isReleasedByExpiry(thing.billing, now);
  for (const server of servers.filter((one) => one.deletion === undefined && isDue(one)))
    endServer(store, server, { ips: false, disk: true });
  for (const eip of eips.filter(isDue)) endBelonging(store, eips, eip, "independent IP");
  for (const bandwidth of bandwidths.filter(isDue)) endBelonging(store, bandwidths, bandwidth, "shared bandwidth");
  for (const disk of leftDisks.filter(isDue)) endBelonging(store, leftDisks, disk, "disk");
}

export const nextOrderId = (state: State): string => `uphone-order-${++state.orders}`;

/** The server no longer exists. What is not released stays, and goes on costing. */
function endServer(store: Store, server: Server, releases: { ips: boolean; disk: boolean }): void {
  const { state } = store;
  const { owner, projectId, orderId, id: serverId } = server;
  removeFrom(state.servers, server);
  noteDeletion(store, server, "UPhoneServer");
  if (releases.ips) {
    for (const eip of state.eips.filter((one) => one.serverId === server.id)) endBelonging(store, state.eips, eip, "independent IP");
  }
  const bandwidth = state.bandwidths.find((one) => one.id === server.bandwidthId);
  if (releases.ips && bandwidth !== undefined && store.choices.bandwidthGoesWithIps)
    endBelonging(store, state.bandwidths, bandwidth, "shared bandwidth");
  if (releases.disk) return;
  const now = store.world.clock.now();
  state.leftDisks.push({
    id: server.diskId,
    owner,
    projectId,
    orderId,
    serverId,
    createdAt: now,
    billing: newBilling("Month", 1, diskMonthPrice, now),
  });
}

function endBelonging<T extends Belonging>(store: Store, list: T[], thing: T, what: string): void {
  removeFrom(list, thing);
  payBack(store, thing, what);
  noteDeletion(store, thing, what);
}

function removeFrom<T>(list: T[], thing: T): void {
  list.splice(list.indexOf(thing), 1);
}

/** Takes effect at once; a larger one costs the difference for the rest of the period. */
export function resizeBandwidth(store: Store, bandwidth: ShareBandwidth, mbps: number): void {
  const { world, state, choices, mishaps } = store;
  const monthPrice = mbps * mbpsMonthPrice;
  const difference = priceDifference(bandwidth.billing, monthPrice, world.clock.now());
  const due = difference > 0 || choices.refundsSmallerBandwidth ? difference : 0;
  if (due > 0) refuseIfAsked(store);
  if (due > 0 && mishaps.isOutOfBalance()) throw noBalance();
  const what = `shared bandwidth, ${bandwidth.mbps} to ${mbps} Mbps`;
  bandwidth.mbps = mbps;
  bandwidth.billing = { ...bandwidth.billing, monthPrice, paid: round(bandwidth.billing.paid + due) };
  if (due === 0) return;
  const entry = { cloud: "ucloud", orderId: nextOrderId(state), ids: [bandwidth.id], amount: Math.abs(due), what } as const;
  world.ledger.record({ ...entry, kind: due > 0 ? "payment" : "refund" });
}

/** Ends an unused shared bandwidth. While phones use it, the call is refused. */
export function deleteBandwidth(store: Store, bandwidth: ShareBandwidth): void {
  if (store.state.servers.some((server) => server.bandwidthId === bandwidth.id)) throw inUse(bandwidth.id);
  endBelonging(store, store.state.bandwidths, bandwidth, "shared bandwidth");
}

/** The server and everything bought with it disappear at once, as by the console or by expiry. */
export function vanish(store: Store, serverId: string): void {
  const server = store.state.servers.find((one) => one.id === serverId);
  if (server === undefined) throw new Error(`UCloud has no server ${serverId}.`);
  if (server.deletion === undefined) payBack(store, server, "UPhoneServer");
  endServer(store, server, { ips: true, disk: true });
  const bandwidth = store.state.bandwidths.find((one) => one.id === server.bandwidthId);
  if (bandwidth !== undefined) endBelonging(store, store.state.bandwidths, bandwidth, "shared bandwidth");
}

export function costing({ state }: Store): CostingThing[] {
  const named = (things: readonly { readonly id: string }[], kind: string): CostingThing[] => things.map(({ id }) => ({ id, kind }));
  return [
    ...named(state.servers, "server"),
    ...named(state.eips, "eip"),
    ...named(state.bandwidths, "share-bandwidth"),
    ...named(state.leftDisks, "disk"),
  ];
}

/** Holds all building where it is, or lets it go on with the time that was left. */
export function stall({ world, state }: Store, on: boolean): void {
  const now = world.clock.now();
  if (on) {
    state.stalledAt ??= now;
  } else if (state.stalledAt !== undefined) {
    for (const server of state.servers.filter((one) => isBuilding(one, now, state.stalledAt))) {
      server.buildStart += now - Math.max(state.stalledAt, server.boughtAt);
    }
    delete state.stalledAt;
  }
}

/** Refuses when a test has asked for it. */
export function refuseIfAsked({ choices }: Store): void {
  const refusal = choices.refusals.shift();
  if (refusal !== undefined) throw new Refused(refusal.retCode, refusal.message);
}
