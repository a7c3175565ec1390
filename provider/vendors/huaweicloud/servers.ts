/** Finding servers and looking at them. */
import type { Account } from "./account";
import { billedServers, ifAllowed } from "./bss";
import { findServer, hasEnded, listPhones, listServers, readPhone, readTags } from "./cph";
import type { WirePhone, WireServer } from "./cph";
import type { SeenPhones, SeenServer } from "./server-outputs";

/** What to look at beside the servers themselves. */
export interface Looks {
  readonly phones: boolean;
  readonly phoneDetail: boolean;
  readonly tags: boolean;
}

export const isRunning = (wire: WireServer): boolean => wire.status === 5;

/** It came up badly, or its hardware failed. */
export const isBroken = (wire: WireServer): boolean => wire.status === 2;

const settled = new Set([2, 5, 8, 10, 12]);
/** Neither being built nor on its way from one state to another. */
export const isSettled = (wire: WireServer): boolean => settled.has(wire.status);

/** Stands for a server that is ordered but not yet visible. */
export const notYetVisible = (id: string): WireServer => ({ server_id: id, status: 0 });

/** Those of the servers that exist, in the same order. */
export async function existing(account: Account, ids: readonly string[]): Promise<WireServer[]> {
  const found = await Promise.all(ids.map((id) => findServer(account, id)));
  return found.flatMap((wire) => (wire === undefined || hasEnded(wire) ? [] : [wire]));
}

/** The servers that an order bought: as billing knows them, else as CPH lists them. Empty until the order is handled. */
export async function idsOfOrder(account: Account, orderId: string): Promise<string[]> {
  const billed = (await ifAllowed(billedServers(account, { orderId }))) ?? [];
  if (billed.length > 0) return billed.map((server) => server.id);
  const listed = await listServers(account);
  return listed.filter((wire) => wire.metadata?.order_id === orderId && !hasEnded(wire)).map((wire) => wire.server_id);
}

/** Looks at everything that is wanted to be known about existing servers. */
export async function lookCloser(account: Account, wires: readonly WireServer[], looks: Looks): Promise<SeenServer[]> {
  const prepaid = wires.filter((wire) => wire.metadata?.charging_mode !== 1).map((wire) => wire.server_id);
  const billed = prepaid.length === 0 ? [] : ((await ifAllowed(billedServers(account, { ids: prepaid }))) ?? []);
  return Promise.all(
    wires.map(async (wire) => ({
      wire,
      ...(looks.phones && isSettled(wire) ? { phones: await lookAtPhones(account, wire, looks.phoneDetail) } : {}),
      ...(looks.tags && isSettled(wire) ? { tags: await readTags(account, wire.server_id) } : {}),
      billed: billed.find((one) => one.id === wire.server_id),
    })),
  );
}

export const idsOf = (wires: readonly WireServer[]): string[] => wires.map((wire) => wire.server_id);

/** Ids, each of them once, in the order of their first appearance. */
export const union = (...lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())];

const phoneIsRunning = 2;

/** The phone that stands for all of a server. */
export const shownPhone = (phones: readonly WirePhone[]): WirePhone | undefined =>
  phones.find((phone) => phone.status === phoneIsRunning) ?? phones[0];

async function lookAtPhones(account: Account, wire: WireServer, withDetail: boolean): Promise<SeenPhones> {
  const { count, phones } = await listPhones(account, wire.server_id);
  const one = shownPhone(phones);
  return { count, phones, detail: withDetail && one !== undefined ? await readPhone(account, one.phone_id) : undefined };
}
