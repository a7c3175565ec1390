/** What falls due with time: renewal, expiry, and what went wrong with a purchase. */
import { hasVanished } from "../mishaps";
import { giveBack } from "./billing";
import { charge, dayMs, end, expiresAt, graceMs, isBuilding, monthsPerPeriod, pricePerPeriod } from "./life";
import type { Server, Store } from "./state";
import { finishWork } from "./server-work";

const retentionMs = 7 * dayMs;
const renewalLeadMs = 7 * dayMs;

/** A time before which nothing falls due, found without a calendar: thousands of servers are looked at on every request. */
const nothingDueBefore = (server: Server): number =>
  server.buildingSince + monthsPerPeriod(server) * (server.renewals + 1) * 28 * dayMs - renewalLeadMs - dayMs;

/** Catches up with everything that fell due since somebody last looked. */
export function settle(store: Store): void {
  const now = store.world.clock.now();
  for (const server of Object.values(store.state.servers)) {
    if (server.endedAt !== undefined) continue;
    finishWork(store, server);
    if (hasVanished(server, now)) end(store, server, "vanished", 0);
    // What an order could not deliver, billing takes back by itself, with all the money.
    else if (server.isMissing === true && !isBuilding(store, server)) giveBack(store, server, pricePerPeriod(store, server));
    else if (store.state.stalledAt === undefined && now >= nothingDueBefore(server)) renewOrExpire(store, server, now);
  }
}

function renewOrExpire(store: Store, server: Server, now: number): void {
  for (let due = expiresAt(server); server.isAutoRenewed && due !== undefined && now >= due - renewalLeadMs; due = expiresAt(server)) {
    server.renewals += 1;
    charge(store, server, "renewal", pricePerPeriod(store, server), "renewed automatically");
  }
  const expiry = expiresAt(server);
  if (expiry !== undefined && now >= expiry + graceMs + retentionMs) end(store, server, "expired", 0);
}
