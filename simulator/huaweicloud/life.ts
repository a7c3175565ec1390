/** What time does to a server. Nothing runs in the background: everything follows from timestamps. */
import type { Order, Server, Store } from "./state";
import { utc } from "./state";

export const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;

/** From the paid order to a usable server. */
export const buildMs = 25 * minuteMs;

/** How long an ended server still shows, with status 6. */
export const leavingMs = 2 * minuteMs;

const refundMs = 5 * dayMs;
/** From expiry until the server is frozen. */
export const graceMs = dayMs;

export const status = { abnormal: 2, normal: 5, gone: 6, frozen: 8 } as const;

/** Statuses of a server that is being built, and when after the payment each begins. */
const phases: readonly { status: number; fromMs: number }[] = [
  { status: 0, fromMs: 0 },
  { status: 1, fromMs: minuteMs },
  { status: 3, fromMs: 4 * minuteMs },
  { status: 4, fromMs: 20 * minuteMs },
];

/** How long it has been built, without the time that building stood still. */
function builtMs(store: Store, server: Server): number {
  return Math.max(0, (store.state.stalledAt ?? store.world.clock.now()) - server.buildingSince);
}

export const isBuilding = (store: Store, server: Server): boolean => builtMs(store, server) < buildMs;

/** When building was over, or will be if nothing holds it up. */
export const readyAt = (server: Server): number => server.buildingSince + buildMs;

export function statusOf(store: Store, server: Server): number {
  if (server.endedAt !== undefined) return status.gone;
  if (server.forcedStatus !== undefined) return server.forcedStatus;
  const built = builtMs(store, server);
  if (built < buildMs) return phases.findLast((phase) => phase.fromMs <= built)?.status ?? 0;
  if (server.failsToBuild) return status.abnormal;
  if (server.work !== undefined && store.world.clock.now() < server.work.endsAt) return server.work.status;
  const expiry = expiresAt(server);
  return expiry !== undefined && store.world.clock.now() >= expiry + graceMs ? status.frozen : status.normal;
}

/** The last moment at which something about it changed by itself or by somebody's hand. */
export function updatedAt(store: Store, server: Server): number {
  const now = store.world.clock.now();
  const built = builtMs(store, server);
  const phase = built >= buildMs ? buildMs : (phases.findLast((one) => one.fromMs <= built)?.fromMs ?? 0);
  const keypairAt = server.nextKeypair !== undefined && now >= server.nextKeypair.at ? server.nextKeypair.at : 0;
  return Math.max(server.changedAt, server.buildingSince + phase, keypairAt, server.endedAt ?? 0);
}

export const keypairOf = (store: Store, server: Server): string =>
  server.nextKeypair !== undefined && store.world.clock.now() >= server.nextKeypair.at ? server.nextKeypair.name : server.keypair;

/** End of the paid time; `undefined` when it is paid by use. */
export function expiresAt(server: Server, periods = server.renewals + 1, extraMonths = server.extraMonths ?? 0): number | undefined {
  if (server.chargingMode === 1) return undefined;
  const months = monthsPerPeriod(server) * periods + extraMonths;
  const end = new Date(readyAt(server));
  const day = end.getUTCDate();
  end.setUTCDate(1);
  end.setUTCMonth(end.getUTCMonth() + months);
  end.setUTCDate(Math.min(day, new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate()));
  return Date.parse(`${utc(end.getTime()).slice(0, 10)}T15:59:59Z`); // midnight in Beijing
}

/** 3 being processed, 4 cancelled, 5 completed, 6 waiting for payment. */
export function orderStatus(store: Store, order: Order): number {
  const now = store.world.clock.now();
  if (order.cancelledAt !== undefined) return 4;
  if (order.paidAt === undefined) return now >= order.payBy ? 4 : 6;
  if (order.type === 2) return 5;
  if (order.type === 3) return now >= (order.changedAt ?? 0) ? 5 : 3;
  const servers = order.serverIds.flatMap((id) => store.state.servers[id] ?? []);
  if (order.type === 4) return servers.every((server) => now >= (server.goneAt ?? 0)) ? 5 : 3;
  return servers.some((server) => server.endedAt === undefined && isBuilding(store, server)) ? 3 : 5;
}

export const monthsPerPeriod = ({ wanted: { order } }: Server): number => (order.period_type === 3 ? 12 : 1) * order.period_num;

/** CNY that one server cost at its purchase. */
const pricePaid = (store: Store, server: Server): number => (store.state.orders[server.orderId]?.amount ?? 0) / server.wanted.count;

/** CNY for one server and some time; ten months' price for a year. */
export function priceFor(store: Store, server: Server, term: { readonly period_type: number; readonly period_num: number }): number {
  const months = ({ period_type, period_num }: typeof term): number => period_num * (period_type === 3 ? 10 : 1);
  return cents((pricePaid(store, server) / months(server.wanted.order) + (server.extraPerMonth ?? 0)) * months(term));
}

/** CNY for another period like the first. */
export const pricePerPeriod = (store: Store, server: Server): number => priceFor(store, server, server.wanted.order);

/** What is left of the paid time, in months of thirty days. */
export function monthsLeft(store: Store, server: Server): number {
  const expiry = expiresAt(server);
  return expiry === undefined ? 0 : Math.max(0, (expiry - store.world.clock.now()) / (30 * dayMs));
}

/** What comes back when it is given back now: all within five days, later the unused part less a tenth. */
export function refundOf(store: Store, server: Server): number {
  const now = store.world.clock.now();
  const begin = readyAt(server);
  const end = expiresAt(server);
  if (end === undefined) return 0;
  const paid = pricePaid(store, server) + (server.paidLater ?? 0);
  if (now <= begin + refundMs) return paid;
  return cents(paid * 0.9 * Math.max(0, (end - now) / (end - begin)));
}

export const cents = (amount: number): number => Math.round(amount * 100) / 100;

/** The server stops existing and costing; it still shows for `showMs`. */
export function end(store: Store, server: Server, why: string, showMs: number): void {
  server.endedAt = store.world.clock.now();
  server.goneAt = server.endedAt + showMs;
  record(store, server, "deletion", 0, why);
}

/** Notes something about one server in the ledger. */
export function record(
  store: Store,
  server: Server,
  kind: "refund" | "renewal" | "usage" | "deletion" | "payment",
  amount: number,
  what: string,
  orderId = server.orderId,
): void {
  store.world.ledger.record({
    cloud: "huaweicloud",
    kind,
    orderId,
    ids: [server.id],
    amount: cents(amount),
    what: `CPH server ${server.serverModel} ${what}`,
  });
}

/** Notes money for a server that was bought before: what is below zero comes back. */
export function charge(
  store: Store,
  server: Server,
  kind: "renewal" | "payment",
  amount: number,
  what: string,
  orderId = server.orderId,
): void {
  server.paidLater = (server.paidLater ?? 0) + amount;
  if (amount !== 0) record(store, server, amount < 0 ? "refund" : kind, Math.abs(amount), what, orderId);
}

/** Holds building up, or lets it go on with the time that was left. */
export function stall(store: Store, on: boolean): void {
  const { state, world } = store;
  const now = world.clock.now();
  if (on) {
    state.stalledAt ??= now;
    return;
  }
  if (state.stalledAt === undefined) return;
  for (const server of Object.values(state.servers)) {
    if (isBuilding(store, server)) server.buildingSince = now - builtMs(store, server);
  }
  delete state.stalledAt;
}
