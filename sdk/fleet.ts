import * as pulumi from "@pulumi/pulumi";
import { CphBmsServer, CphPhoneServer } from "./huaweicloud";
import type { CphBmsServerArgs, CphPhoneServerArgs } from "./huaweicloud";
import { EdcpsInstance } from "./jdcloud";
import type { EdcpsInstanceArgs } from "./jdcloud";
import { UPhoneServer } from "./ucloud";
import type { UPhoneServerArgs } from "./ucloud";

/** The resources that a fleet may be made of: their arguments, and what stands in the program then. */
interface Kinds {
  UPhoneServer: { args: UPhoneServerArgs; resource: UPhoneServer };
  CphPhoneServer: { args: CphPhoneServerArgs; resource: CphPhoneServer };
  CphBmsServer: { args: CphBmsServerArgs; resource: CphBmsServer };
  EdcpsInstance: { args: EdcpsInstanceArgs; resource: EdcpsInstance };
}

/** A resource that a fleet may be made of. */
export type FleetKind = keyof Kinds;

/** The arguments of a fleet's servers; the fleet itself sets their names and numbers. */
export type FleetServerArgs<K extends FleetKind> = Omit<Kinds[K]["args"], "name" | "serverName" | "count" | "adopt">;

/** A share of a fleet, such as a zone or a city. */
export interface FleetShare<K extends FleetKind, W extends number = number> {
  /** How much of the fleet it gets, compared with the other shares; above 0. */
  weight: W;
  /** What its servers have beside, or instead of, `server`: `{ cityId: "cn-wlcb" }`. */
  args: Partial<FleetServerArgs<K>>;
}

// `W` tells whether there are shares, and so whether `server` is all that the servers have. A union of two kinds of arguments would say the same, but
// then editors cannot tell which `server` is meant, and describe nothing in it.
/** What a program says about a CloudPhoneFleet; `W` is `number` when it has shares (`spread`). */
export interface CloudPhoneFleetArgs<K extends FleetKind, W extends number = never> {
  /** The resource that the fleet is made of: `UPhoneServer`, `CphPhoneServer`, `CphBmsServer` or `EdcpsInstance`. */
  kind: K;
  /** How many servers, 0 or more. A larger one buys the difference; a smaller one gives back those with the highest numbers. The others are not touched. */
  size: number;
  /**
   * Name of each resource and of its servers in the cloud; `{index}` is its number, 1 for the first. Default `<fleet>-{index}`. Changing it renames the
   * servers in place; the resources keep their names in the stack.
   */
  naming?: string;
  /**
   * How many servers one resource, and so one order, has: at most 10 of Huawei Cloud, 5 of JD Cloud, 1 of UCloud. Default 1: every server can be
   * replaced and kept by itself. With more there are fewer orders and less state, but what replaces one server of a resource replaces all
   * of them. Changing it moves servers between resources, which buys them anew.
   */
  serversPerOrder?: number;
  /** How many of the fleet's resources are bought or changed at a time, 1 or more. Default: as many as the engine runs side by side (`pulumi up --parallel`). */
  maxParallel?: number;
  /** The arguments that all servers have, each described at the resource itself; what differs by share may stand in `spread` alone. */
  server: [W] extends [never] ? FleetServerArgs<K> : Partial<FleetServerArgs<K>>;
  /**
   * Spreads the fleet over zones, cities or whatever else differs, by weight. Which share a resource is in depends on its number, not on the size;
   * new weights, or another order of the shares, move resources, which replaces them: the preview shows it.
   */
  spread?: readonly FleetShare<K, W>[] | undefined;
}

/** One server of a fleet. */
export interface FleetMember {
  /** The resource that it belongs to, as named in the stack. */
  readonly resource: string;
  /** Id of the server; empty while it is not known whether it was bought. */
  readonly id: string;
  /** Its public address, else its private one. */
  readonly address: string | undefined;
  /** Until when it is paid, ISO 8601; `undefined` when it is paid by use. */
  readonly expiresAt: string | undefined;
}

/** When a fleet's servers expire. */
export interface FleetExpiry {
  /** The first, ISO 8601; `undefined` when none expires. */
  readonly earliest: string | undefined;
  /** The last, ISO 8601. */
  readonly latest: string | undefined;
  /** How many expire on each day, such as `{ "2027-01-31": 12 }` (UTC). */
  readonly byDay: Readonly<Record<string, number>>;
}

const perOrder: Readonly<Record<FleetKind, number>> = { UPhoneServer: 1, CphPhoneServer: 10, CphBmsServer: 10, EdcpsInstance: 5 };

/**
 * Any number of alike servers, bought in as many orders as it takes. Growing by one buys one, shrinking gives back those with the highest numbers, and
 * replacing one touches no other.
 */
export class CloudPhoneFleet<K extends FleetKind, W extends number = never> extends pulumi.ComponentResource {
  /** The resources of the fleet, in the order of their numbers. */
  readonly resources: readonly Kinds[K]["resource"][];
  /** All servers, in the order of their resources. */
  readonly members: pulumi.Output<readonly FleetMember[]>;
  /** Addresses of the servers that have one. */
  readonly addresses: pulumi.Output<readonly string[]>;
  /** When the servers expire. */
  readonly expiry: pulumi.Output<FleetExpiry>;

  constructor(name: string, args: CloudPhoneFleetArgs<K, W>, opts?: pulumi.ComponentResourceOptions) {
    super("cloudphone:index:CloudPhoneFleet", name, {}, opts);
    const mistake = mistakeIn(name, args);
    if (mistake !== undefined) throw new pulumi.RunError(mistake);
    const { kind, size, server, spread = [], naming = `${name}-{index}`, serversPerOrder = 1, maxParallel } = args;
    const gate = maxParallel === undefined ? {} : { purchaseGate: { name, most: maxParallel } };
    const shares = sharesOf(
      spread.map(({ weight }) => weight),
      Math.ceil(size / serversPerOrder),
    );
    this.resources = shares.map((share, at) => {
      const count = Math.min(serversPerOrder, size - at * serversPerOrder);
      const given = { ...server, ...spread[share]?.args, ...gate };
      return make[kind](`${name}-${at + 1}`, given, naming.replaceAll("{index}", String(at + 1)), count, this);
    });
    this.members = pulumi
      .all(this.resources.map((resource, at) => membersOf(resource, `${name}-${at + 1}`)))
      .apply((members) => members.flat() as readonly FleetMember[]);
    this.addresses = this.members.apply((members) => members.flatMap(({ address }) => address ?? []));
    this.expiry = this.members.apply(expiryOf);
    this.registerOutputs({ size, expiry: this.expiry });
  }
}

type Maker = (name: string, given: object, label: string, count: number, parent: pulumi.Resource) => Kinds[FleetKind]["resource"];

// What is common to all and what a share adds make up whole arguments, which no type can say; the provider checks them.
const make: Readonly<Record<FleetKind, Maker>> = {
  UPhoneServer: (name, given, label, _, parent) => new UPhoneServer(name, { ...given, name: label } as UPhoneServerArgs, { parent }),
  CphPhoneServer: (name, given, serverName, count, parent) =>
    new CphPhoneServer(name, { ...given, serverName, count } as CphPhoneServerArgs, { parent }),
  CphBmsServer: (name, given, serverName, count, parent) =>
    new CphBmsServer(name, { ...given, serverName, count } as CphBmsServerArgs, { parent }),
  EdcpsInstance: (name, given, label, count, parent) =>
    new EdcpsInstance(name, { ...given, name: label, count } as EdcpsInstanceArgs, { parent }),
};

function mistakeIn<K extends FleetKind>(
  name: string,
  { kind, size, spread, naming = "{index}", serversPerOrder = 1, maxParallel = 1 }: CloudPhoneFleetArgs<K, number>,
): string | undefined {
  const isWhole = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least;
  const of = `CloudPhoneFleet "${name}"`;
  if (!(kind in perOrder)) return `${of}: kind: use one of ${Object.keys(perOrder).join(", ")}`;
  if (!isWhole(size, 0)) return `${of}: size: write a whole number, 0 or more; it must be known before the run, so it cannot be an output`;
  if (!isWhole(serversPerOrder, 1) || serversPerOrder > perOrder[kind])
    return `${of}: serversPerOrder: ${kind} takes 1 to ${perOrder[kind]} servers per order`;
  if (!isWhole(maxParallel, 1)) return `${of}: maxParallel: write a whole number, 1 or more`;
  if (!naming.includes("{index}")) return `${of}: naming: "${naming}" has no {index}, so that all servers would have one name`;
  if (spread?.length === 0) return `${of}: spread: name at least one share, or leave it out`;
  const at = spread?.findIndex(({ weight }) => !(weight > 0)) ?? -1;
  return at < 0 ? undefined : `${of}: spread[${at}].weight: write a number above 0`;
}

/** The share of each of `number` resources: always the one that has the least compared with its weight, so that more resources change none before. */
function sharesOf(weights: readonly number[], number: number): number[] {
  const shares = weights.map((weight, at) => ({ at, weight, taken: 0 }));
  const fill = ({ taken, weight }: { taken: number; weight: number }): number => (taken + 1) / weight;
  return Array.from({ length: number }, () => {
    const [first, ...others] = shares;
    if (first === undefined) return 0;
    const emptiest = others.reduce((least, one) => (fill(one) < fill(least) ? one : least), first);
    emptiest.taken++;
    return emptiest.at;
  });
}

function membersOf(resource: Kinds[FleetKind]["resource"], name: string): pulumi.Output<FleetMember[]> {
  if (resource instanceof UPhoneServer) {
    const { serverId, publicIp, addresses, expiresAt } = resource;
    return pulumi
      .all([serverId, publicIp, addresses, expiresAt])
      .apply(([id, ip, all, at]) => [{ resource: name, id, address: ip ?? firstOf(all), expiresAt: at }]);
  }
  if (resource instanceof EdcpsInstance) {
    return resource.servers.apply((servers) =>
      whole(servers).map((one) => ({ resource: name, id: one.id, address: one.publicIp ?? one.privateIp, expiresAt: one.expiresAt })),
    );
  }
  return resource.servers.apply((servers) =>
    whole(servers).map((one) => ({ resource: name, id: one.id, address: one.publicIps[0] ?? one.privateIp, expiresAt: one.expiresAt })),
  );
}

/** Outputs are missing as long as nothing was bought: in previews, and in programs under test. */
const whole = <T>(list: readonly T[] | undefined): readonly T[] => list ?? [];
const firstOf = (list: readonly string[] | undefined): string | undefined => list?.[0];

function expiryOf(members: readonly FleetMember[]): FleetExpiry {
  const times = members.flatMap(({ expiresAt }) => expiresAt ?? []).sort();
  const byDay: Record<string, number> = {};
  for (const day of times.map((time) => time.slice(0, 10))) byDay[day] = (byDay[day] ?? 0) + 1;
  return { earliest: times[0], latest: times.at(-1), byDay };
}
