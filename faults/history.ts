/** What happens to a stack in one history, and how histories are made up. */
import * as fc from "fast-check";
import type { CloudName, Fault } from "../simulator";
import { deathKinds } from "./machine";
import type { Death } from "./machine";
import { cloudOf, kinds, purchaseOperations, resourceNames } from "./programs";
import type { Kind, Planned, ResourceName, Shape } from "./programs";

/** A change of the program before an `up`. */
export type Change =
  | { readonly resource: ResourceName; readonly to: Partial<Shape> }
  /** Out of the program; into it again if it is out. */
  | { readonly resource: ResourceName; readonly to: "toggled" };

export type Action =
  | {
      readonly do: "up";
      readonly changes: readonly Change[];
      readonly replace: readonly ResourceName[];
      readonly death?: Death | undefined;
    }
  | { readonly do: "refresh" | "destroy"; readonly death?: Death | undefined; readonly view?: View | undefined }
  | { readonly do: "wait"; readonly minutes: number }
  | { readonly do: "fault"; readonly fault: Fault }
  /** In the console: the first server of the resource is deleted. */
  | { readonly do: "vanish"; readonly resource: ResourceName }
  /** In the console: all Huawei orders that wait for it are paid, or cancelled. */
  | { readonly do: "orders"; readonly how: "pay" | "cancel" };

/** What a run sees instead of the stack's servers. `wrong keys`: those of another account. `stale`: each cloud's first list comes from a replica that knows nothing. */
export type View = "wrong keys" | "stale";

export interface History {
  readonly seed: number;
  readonly resources: readonly Planned[];
  /** Another stack with the same program and names lives in the same accounts. */
  readonly hasNeighbour: boolean;
  readonly actions: readonly Action[];
}

/** Lists show what was bought within this time at the latest, in the histories as in the visibility window of the provider. */
export const longestLagMs = 8 * 60_000;

export const histories: (only?: readonly Kind[]) => fc.Arbitrary<History> = (only = kinds) =>
  fc
    .record({
      seed: fc.nat(),
      kinds: fc.array(fc.constantFrom(...only), { minLength: 1, maxLength: 4 }),
      counts: fc.array(fc.constantFrom(1, 1, 1, 2, 3), { minLength: 4, maxLength: 4 }),
      hasNeighbour: fc.nat(3).map((number) => number === 3),
    })
    .chain(({ seed, kinds: chosen, counts, hasNeighbour }) => {
      const resources = chosen.map((kind, index): Planned => {
        return { name: resourceNames[index] ?? "ra", kind, isRenamed: false, count: counts[index] ?? 1, variant: "a" };
      });
      return fc.record({
        seed: fc.constant(seed),
        resources: fc.constant(resources),
        hasNeighbour: fc.constant(hasNeighbour),
        actions: fc
          .tuple(fc.array(faultAction(resources), { maxLength: 3 }), firstUp, fc.array(action(resources), { maxLength: 5 }))
          .map(([faults, up, others]) => [...faults, up, ...others]),
      });
    });

const death: fc.Arbitrary<Death | undefined> = fc.option(
  fc.record({
    kind: fc.constantFrom(...deathKinds),
    point: fc.oneof(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 1, max: 120 })),
    when: fc.constantFrom("before" as const, "after" as const),
  }),
  { nil: undefined, freq: 2 },
);

const view: fc.Arbitrary<View | undefined> = fc.constantFrom(undefined, undefined, undefined, "wrong keys" as const, "stale" as const);

const firstUp: fc.Arbitrary<Action> = death.map((dies) => ({ do: "up", changes: [], replace: [], death: dies }));

function action(resources: readonly Planned[]): fc.Arbitrary<Action> {
  const name = fc.constantFrom(...resources.map((one) => one.name));
  const up = (changes: fc.Arbitrary<readonly Change[]>, replace: fc.Arbitrary<readonly ResourceName[]> = fc.constant([])) =>
    fc.record({ do: fc.constant("up" as const), changes, replace, death });
  return fc.oneof(
    { weight: 3, arbitrary: up(fc.constant([])) },
    { weight: 4, arbitrary: up(fc.array(change(name), { minLength: 1, maxLength: 2 })) },
    {
      weight: 1,
      arbitrary: up(
        fc.constant([]),
        name.map((one) => [one]),
      ),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("refresh" as const), death, view }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("destroy" as const), death, view }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("wait" as const),
        minutes: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 61, max: 2880 })),
      }),
    },
    { weight: 4, arbitrary: faultAction(resources) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("vanish" as const), resource: name }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("orders" as const), how: fc.constantFrom("pay" as const, "cancel" as const) }) },
  );
}

const change = (name: fc.Arbitrary<ResourceName>): fc.Arbitrary<Change> =>
  fc.record({
    resource: name,
    to: fc.oneof(
      fc.record({ variant: fc.constantFrom("a" as const, "b" as const) }),
      fc.record({ count: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ isRenamed: fc.boolean() }),
      fc.constant("toggled" as const),
    ),
  });

type FaultKind = Fault["kind"];
const anywhere = [
  "lost-request",
  "lost-answer",
  "reset-mid-answer",
  "error-before",
  "error-after",
  "throttled",
  "slow",
  "duplicate-delivery",
] as const;
const inPurchases = ["late-lists", "provisioning-fails", "vanishes", "out-of-balance"] as const;
const byCloud: Readonly<Record<CloudName, readonly FaultKind[]>> = {
  ucloud: [],
  huaweicloud: ["late-orders", "partial-order", "tags-down", "billing-down"],
  jdcloud: ["partial-order", "tags-down", "billing-down"],
};
export const listOperations: Readonly<Record<CloudName, readonly string[]>> = {
  ucloud: ["DescribeUPhoneServer"],
  huaweicloud: ["ListCloudPhoneServers"],
  jdcloud: ["describeInstances"],
};

function faultAction(resources: readonly Planned[]): fc.Arbitrary<Action> {
  return fc.constantFrom(...new Set(resources.map(({ kind }) => cloudOf(kind)))).chain((cloud) =>
    fc
      .record({
        kind: fc.oneof(
          { weight: 5, arbitrary: fc.constantFrom<FaultKind>(...anywhere) },
          { weight: 2, arbitrary: fc.constantFrom<FaultKind>(...inPurchases, ...byCloud[cloud]) },
        ),
        where: fc.constantFrom("purchase" as const, "purchase" as const, "list" as const, "any" as const),
        times: fc.constantFrom(1, 1, 2, 4),
        probability: fc.constantFrom(undefined, undefined, 0.5),
        after: fc.constantFrom(undefined, undefined, 1, 5),
        lagMs: fc.integer({ min: 1, max: longestLagMs }),
        hours: fc.integer({ min: 1, max: 48 }),
      })
      .map(({ kind, where, times, probability, after, lagMs, hours }): Action => {
        const isWire = anywhere.some((one) => one === kind);
        const operation = !isWire || where === "any" ? undefined : where === "list" ? listOperations[cloud] : purchaseOperations[cloud];
        const ms = kind === "late-lists" || kind === "late-orders" ? { ms: lagMs } : kind === "vanishes" ? { ms: hours * 3_600_000 } : {};
        const calls = { cloud, times, ...(operation && { operation }), ...(probability && { probability }), ...(after && { after }) };
        return { do: "fault", fault: { kind, ...calls, ...ms } as Fault };
      }),
  );
}

/** One line for each action. */
export function tell({ resources, hasNeighbour, actions, seed }: History): string {
  const first = resources.map(({ name, kind, count }) => `${name}: ${kind}${count > 1 ? ` × ${count}` : ""}`).join(", ");
  return [`program of ${first}${hasNeighbour ? ", beside a stack with the same" : ""} (world ${seed})`, ...actions.map(told)].join("\n");
}

function told(one: Action): string {
  switch (one.do) {
    case "up":
      return ["up", ...one.changes.map(toldChange), ...one.replace.map((name) => `--replace ${name}`), ...toldDeath(one.death)].join(", ");
    case "refresh":
    case "destroy":
      return [one.do, ...(one.view === undefined ? [] : [`with ${one.view}`]), ...toldDeath(one.death)].join(", ");
    case "wait":
      return `wait ${one.minutes} min`;
    case "fault":
      return `fault ${JSON.stringify(one.fault)}`;
    case "vanish":
      return `a server of ${one.resource} is deleted in the console`;
    case "orders":
      return `open orders: ${one.how}`;
  }
}

const toldChange = ({ resource, to }: Change): string =>
  `${resource} ${to === "toggled" ? "out of or into the program" : JSON.stringify(to)}`;
const toldDeath = (one: Death | undefined): string[] => (one === undefined ? [] : [`${one.kind} dies ${one.when} point ${one.point}`]);
