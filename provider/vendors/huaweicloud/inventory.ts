/** Everything that stands in a project, with the markers that tie servers to resources. */
import { fingerprint } from "../../kit/gone";
import { markerFrom, markerInName } from "../../kit/marker";
import type { Marker } from "../../kit/marker";
import { together } from "../../kit/together";
import type { Account } from "./account";
import { hasEnded, listServers, markerTag, tagValues } from "./cph";
import type { WireServer } from "./cph";

export interface Inventory {
  /** All servers of the project, without those that ended. */
  readonly wires: readonly WireServer[];
  /** Values of the marker's tag by server. */
  readonly tagged: ReadonlyMap<string, string>;
}

/** One look for all who ask within a moment. */
export const takeInventory = (account: Account): Promise<Inventory> =>
  together(
    `huaweicloud ${account.credentials.accessKey} ${account.cph} ${account.region} ${account.projectId}`,
    async () => {
      const wires = (await listServers(account)).filter((wire) => !hasEnded(wire));
      // Tags come after names: a server is tagged before its name loses the marker, so one of the two shows it.
      return { wires, tagged: await tagValues(account, markerTag) };
    },
    account.ctx,
  );

/** How a server is marked. */
export interface Mark {
  readonly marker: Marker;
  /** In its permanent place; otherwise in the name of a purchase that is under way. */
  readonly isComplete: boolean;
}

/** @param resources whose markers are looked for in the name, where any other may be part of the user's own: `farm-production1` */
export function markOf({ tagged }: Pick<Inventory, "tagged">, wire: WireServer, resources: readonly string[]): Mark | undefined {
  const tag = markerFrom(tagged.get(wire.server_id));
  if (tag !== undefined) return { marker: tag, isComplete: true };
  const marker = markerInName(wire.server_name);
  return marker === undefined || !resources.includes(marker.resource) ? undefined : { marker, isComplete: false };
}

/** The resource's parts of markers that are this resource's: the present one, and the one of its state, which an alias may have renamed since. */
export const ownResources = ({ ctx }: Pick<Account, "ctx">, marker: string | undefined): string[] =>
  [...new Set([ctx.marker, markerFrom(marker)?.resource ?? ""])].filter((resource) => resource !== "");

/** Stands for the place of the servers in a state. */
export const identityOf = ({ projectId, region }: Pick<Account, "projectId" | "region">): string => fingerprint(projectId, region);

/** As in `Huawei Cloud cn-east-3`. */
export const placeText = ({ region }: Pick<Account, "region">): string => `Huawei Cloud ${region}`;
