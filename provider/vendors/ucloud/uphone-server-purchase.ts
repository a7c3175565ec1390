import type { Context } from "../../kit/context";
import { markerInName, markerText, splitNote } from "../../kit/marker";
import type { Marker } from "../../kit/marker";
import type { Found, Obtained, Seller } from "../../kit/purchase";
import { together } from "../../kit/together";
import { createServer, listServers } from "./client";
import type { Place, WireServer } from "./client";
import type { UPhoneServerInputs, UPhoneServerOutputs } from "./uphone-server-properties";
import { identityOf, placeOf, placeText } from "./uphone-server-sight";
import { isoTime, toWire } from "./uphone-server-wire";

/** The marker that a server carries: in its remark when its purchase was seen through, before that in its name. */
export function markerOf({ Remark, ServerName }: WireServer): Pick<Found, "marker" | "isComplete"> | undefined {
  const noted = splitNote(Remark).marker;
  if (noted !== undefined) return { marker: noted, isComplete: true };
  const named = markerInName(ServerName);
  return named && { marker: named, isComplete: false };
}

/** How UCloud sells the server that `wanted` describes. */
export function sellerOf(wanted: UPhoneServerInputs, ctx: Context): Seller {
  const place = placeOf(wanted);
  const what = `UPhoneServer "${wanted.name}"`;
  return {
    what,
    place: placeText(place),
    identity: identityOf(place, ctx),
    async find(resource) {
      const servers = await together(`UPhoneServers ${identityOf(place, ctx)}`, () => listServers(ctx, place), ctx);
      return servers.flatMap((server) => foundAs(server, resource));
    },
    buy: async (marker) => ({ serverIds: [await createServer(ctx, toWire(wanted, marker), what)] }),
    remembersOrders: false,
  };
}

function foundAs(server: WireServer, resource: string): Found[] {
  const carried = markerOf(server);
  if (carried?.marker.resource !== resource || server.State === "Deleting") return [];
  return [{ id: server.ServerId, ...carried, createdAt: server.CreateTime ? server.CreateTime * 1000 : undefined }];
}

/** The servers of a state: none while it is not known whether one was bought. */
export const heldBy = ({ serverId }: Partial<UPhoneServerOutputs> = {}): readonly string[] => (serverId ? [serverId] : []);

/** The state before there is a server: what no purchase can say is not there yet. */
export const unbought = (inputs: UPhoneServerInputs, ctx: Context): UPhoneServerOutputs => ({
  ...inputs,
  remark: "",
  autoRenew: undefined,
  paidUntil: undefined,
  serverId: "",
  state: "",
  isReady: false,
  marker: "",
  identity: identityOf(inputs, ctx),
  addresses: [],
  createdAt: "",
});

/** A server that carries the resource's marker, or did when it was bought. */
export interface Marked {
  readonly id: string;
  /** As the list shows it; `undefined`: not yet. */
  readonly found: Found | undefined;
}

export const marked = ({ serverIds, found }: Pick<Obtained, "serverIds" | "found">): readonly Marked[] =>
  serverIds.map((id) => ({ id, found: found.find((one) => one.id === id) }));

/** What replaced another before what it replaced, what is finished before its double; else in their order. */
export const ranked = (servers: readonly Marked[]): Marked[] =>
  [...servers].sort((a, b) => generationIn(b) - generationIn(a) || Number(isComplete(b)) - Number(isComplete(a)));

const generationIn = ({ found }: Marked): number => found?.marker.generation ?? -1;
const isComplete = ({ found }: Marked): boolean => found?.isComplete ?? false;

/** What a purchase brought: the one server that was wanted, and those beyond it, of a doubled request or an interrupted replacement. */
export interface Brought extends Pick<UPhoneServerOutputs, "serverId" | "marker" | "identity" | "createdAt" | "unclearSince"> {
  readonly spare: readonly Marked[];
}

export function broughtBy(obtained: Obtained, place: Place, ctx: Context): Brought {
  const [first, ...spare] = ranked(marked(obtained));
  if (first === undefined) throw new TypeError("A purchase that was accepted names no server.");
  return {
    serverId: first.id,
    marker: markerText(markerFor(obtained)),
    identity: identityOf(place, ctx),
    createdAt: isoTime(first.found?.createdAt ?? ctx.clock.now()),
    unclearSince: undefined,
    spare,
  };
}

/** An older state may hold a server that is taken over before it is complete, too, and must not be able to delete it any more. */
function markerFor({ marker, found }: Obtained): Marker {
  const generation = Math.max(marker.generation, ...found.map((one) => one.marker.generation + 1));
  return { ...marker, generation };
}
