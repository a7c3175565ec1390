/** Shared bandwidths of the system-defined network. */
import type { Account } from "./accounts";
import { prices, seededBandwidth } from "./catalogue";
import { Refusal } from "./errors";
import { cents } from "./life";
import type { Bandwidth, Store } from "./state";

export const seededSize = ({ state }: Store): number => state.seededBandwidthSize ?? seededBandwidth.size;

/** All bandwidths of an account's own there, and the one that every account has. Several servers may hold the same one. */
export function systemBandwidths(store: Store, account: Account): Bandwidth[] {
  const createdAt = Date.parse("2026-01-01T00:00:00Z");
  const seeded = { id: seededBandwidth.id, size: seededSize(store), chargeMode: 0, shareType: 1, isOwn: false, createdAt } as const;
  const own = Object.values(store.state.servers).filter(
    (server) => server.domainId === account.domainId && server.endedAt === undefined && server.wanted.generation === "v1",
  );
  return [seeded, ...own.flatMap((server) => server.eips).flatMap((eip) => eip.bandwidth ?? [])];
}

/** Up to 300 Mbit/s by 1, up to 1000 by 50, beyond by 500 (CPH API reference, "Modifying shared bandwidth"). */
const isStep = (size: number): boolean => size % (size <= 300 ? 1 : size <= 1000 ? 50 : 500) === 0;

/** Takes effect at once. How the difference is charged is not documented: here a larger one costs it for a month. */
export function resizeBandwidth(store: Store, account: Account, id: string, size: number): void {
  const same = systemBandwidths(store, account).filter((one) => one.id === id);
  const [first] = same;
  if (first === undefined) throw new Refusal("CPS.0115", `There is no bandwidth ${id}.`);
  if (first.shareType !== 1) throw new Refusal("CPS.0160", `The bandwidth ${id} is not shared.`);
  if (!isStep(size)) throw new Refusal("CPS.0036", `A bandwidth cannot have ${size} Mbit/s.`);
  const growth = Math.max(0, size - first.size);
  if (growth > 0 && store.mishaps.isOutOfBalance())
    throw new Refusal("CPS.0006", "The account is restricted: its balance is insufficient.");
  const what = `CPH bandwidth, ${first.size} to ${size} Mbit/s`;
  for (const bandwidth of same) bandwidth.size = size;
  if (id === seededBandwidth.id) store.state.seededBandwidthSize = size;
  if (growth === 0) return;
  const holder = Object.values(store.state.servers).find((server) => server.eips.some((eip) => eip.bandwidth?.id === id));
  const amount = cents(growth * prices.mbit);
  store.world.ledger.record({ cloud: "huaweicloud", kind: "payment", orderId: holder?.orderId ?? "", ids: [id], amount, what });
}
