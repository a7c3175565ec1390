import type { DeletionPolicy } from "../../kit/life-inputs";
import { waitFor } from "../../kit/wait";
import type { Account } from "./account";
import { billedServers, ifAllowed, setAutoRenew } from "./bss";
import type { BilledServer } from "./bss";
import { changeTags, markerTag, renameServer } from "./cph";
import type { WireServer } from "./cph";
import { meansBusyInBilling } from "./errors";
import { fateOf } from "./fate";
import { markOf, ownResources, takeInventory } from "./inventory";
import { forgetModelOrders } from "./model-orders";
import type { Leaving } from "./remove-servers";
import { isoTime, plainName } from "./server-outputs";
import { existing, idsOf, idsOfOrder, isSettled, union } from "./servers";

/** How servers are left where they are. */
export interface Release {
  readonly policy: Exclude<DeletionPolicy, "delete">;
  /** The marker that the state says. */
  readonly marker: string;
}

const everyMs = 10_000;

/**
 * Leaves servers where they are, but takes off what ties them to the resource, so that no later run takes them for its own. Those that are still being
 * built are waited for: nothing about them can be changed before. An unpaid order is left unpaid.
 * @returns for progress: what was left, each with until when it is paid
 */
export async function releaseServers(account: Account, what: string, leaving: Leaving, release: Release): Promise<string[]> {
  const { servers, unpaidOrder } = await standing(account, what, leaving);
  const left: string[] = [];
  if (servers.length > 0) {
    const prepaid = idsOf(servers.filter((wire) => wire.metadata?.charging_mode !== 1));
    const billed = prepaid.length === 0 ? [] : ((await ifAllowed(billedServers(account, { ids: prepaid }))) ?? []);
    for (const wire of servers) {
      const known = billed.find((one) => one.id === wire.server_id);
      const isPrepaid = prepaid.includes(wire.server_id);
      if (release.policy === "stopRenewal" && isPrepaid && known?.isAutoRenew !== false) await stopRenewal(account, wire.server_id);
      left.push(textOf(wire, known, isPrepaid, release.policy));
    }
    await takeMarkersOff(account, servers, release.marker);
    await forgetModelOrders(account, idsOf(servers));
  }
  if (unpaidOrder !== undefined) left.push(`order ${unpaidOrder}, unpaid: servers come of it, and stay marked, if somebody pays it`);
  return left;
}

/** Waits until nothing more comes and all that came can be changed. */
async function standing(
  account: Account,
  what: string,
  { ids, coming, unnamed, pendingOrder }: Leaving,
): Promise<{ servers: readonly WireServer[]; unpaidOrder: string | undefined }> {
  const { clock } = account.ctx;
  const begun = clock.now();
  return waitFor(`${what} to be built, so that it can be left`, { firstMs: 0, everyMs }, account.ctx, async () => {
    const found = unnamed > 0 && pendingOrder?.id !== undefined ? await idsOfOrder(account, pendingOrder.id) : [];
    const known = union(ids, coming, found);
    const servers = await existing(account, known);
    const missing = coming.filter((id) => !servers.some((wire) => wire.server_id === id));
    const isShort = known.length < ids.length + coming.length + unnamed || missing.length > 0;
    const fate = pendingOrder !== undefined && isShort ? await fateOf(account, pendingOrder.id, missing) : "handled";
    const isComing = fate === "under way" || (fate === "unknown" && clock.now() - begun < account.ctx.visibilityMs);
    if (isComing || !servers.every(isSettled)) return undefined;
    return { servers, unpaidOrder: fate === "unpaid" ? pendingOrder?.id : undefined };
  });
}

/** Billing refuses as long as something else is done to the server there. */
async function stopRenewal(account: Account, id: string): Promise<void> {
  await waitFor(`auto-renewal of CPH server ${id} to be off`, { firstMs: 0, everyMs }, account.ctx, async () => {
    try {
      await setAutoRenew(account, id, false);
      return true;
    } catch (error) {
      if (meansBusyInBilling(error)) return undefined;
      throw error;
    }
  });
}

/** From the name of a purchase under way first, then from the permanent place: as long as one is left the servers are found again. */
async function takeMarkersOff(account: Account, servers: readonly WireServer[], marker: string): Promise<void> {
  const inventory = await takeInventory(account);
  const resources = ownResources(account, marker);
  for (const wire of servers) {
    const name = plainName(wire, { account, marker });
    if (name !== undefined && name !== wire.server_name) await renameServer(account, wire.server_id, name);
    const tag = inventory.tagged.get(wire.server_id);
    const isOwn = resources.includes(markOf(inventory, wire, resources)?.marker.resource ?? "");
    if (tag !== undefined && isOwn) await changeTags(account, wire.server_id, "delete", { [markerTag]: tag });
  }
}

function textOf(wire: WireServer, billed: BilledServer | undefined, isPrepaid: boolean, policy: Release["policy"]): string {
  const server = `server ${wire.server_id}`;
  if (!isPrepaid) return `${server}, paid by use until somebody deletes it`;
  const paid = `${server}, paid until ${isoTime(billed?.expireTime) ?? "an unknown time"}`;
  if (policy === "stopRenewal") return `${paid}, with auto-renewal off`;
  return billed === undefined ? paid : `${paid}, with auto-renewal ${billed.isAutoRenew ? "on" : "off"}`;
}
