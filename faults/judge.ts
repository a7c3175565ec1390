/** What must never happen, decided by the clouds' ledger and servers alone; the provider is asked nothing. */
import type { Clouds, Order, Standing, UnpaidOrder } from "./clouds";
import type { Resource, Step } from "./engine";
import { cloudOf, givenName, wantedOf } from "./programs";
import type { Planned, ResourceName } from "./programs";

export const violationKinds = [
  "double purchase",
  "lost server",
  "wrongly adopted",
  "state differs from the cloud",
  "never settles",
  "left after destroy",
  "broken",
] as const;
export type ViolationKind = (typeof violationKinds)[number];

export interface Violation {
  readonly kind: ViolationKind;
  readonly resource?: ResourceName | undefined;
  readonly text: string;
}

/** What the judge keeps in mind while a history runs. */
export interface Memory {
  /** Everything that was bought for the stack, with what for. */
  readonly bought: Map<string, ResourceName>;
  /** Servers that were bought by second executions, and the orders of these. */
  readonly doubled: Set<string>;
  /** Servers of others. */
  readonly foreign: Set<string>;
  /** What the provider has named to the human as left behind: it is the human's to delete. */
  readonly entrusted: Set<string>;
  /** Servers that a state has named. */
  readonly named: Set<string>;
  /** How many servers runs that were cut off have asked for without replacing anything, by resource: that many may stand, whatever the state says. */
  readonly asked: Map<string, number>;
}

export const newMemory = (): Memory => ({
  bought: new Map(),
  doubled: new Set(),
  foreign: new Set(),
  entrusted: new Set(),
  named: new Set(),
  asked: new Map(),
});

/** Ids of all servers that a state names. */
export function heldBy({ outs }: Pick<Resource, "outs">): string[] {
  const { servers, serverId } = outs as { servers?: readonly { id?: string }[]; serverId?: string };
  return [...(servers ?? []).map(({ id }) => id), serverId].filter((id) => id !== undefined && id !== "") as string[];
}

const isAlive = (one: Standing): boolean => !one.hasFailed && !one.isEnding;

/** What stands at the moment of an order. */
export interface Moment {
  readonly standing: readonly Standing[];
  /** In the program, unless it is not there. */
  readonly planned: Planned | undefined;
  readonly resources: readonly Resource[];
  /** The step that the engine takes for the resource. */
  readonly step: Step | undefined;
  readonly memory: Memory;
}

/**
 * An order is one too many when the servers that live for the resource, those that only wait for a payment and those ordered are more than the
 * program wants; while a replacement runs, more than the program wants and wanted. Those of states that wait for their deletion stand beside them.
 */
export function judgeOrder(
  { resource, ids, count, unpaidBefore, isPaidByHand, isSecondExecution }: Order,
  moment: Moment,
): Violation | undefined {
  if (isSecondExecution || isPaidByHand) return undefined;
  const { standing, planned, resources, step, memory } = moment;
  const condemned = resources.filter((one) => one.name === resource && one.isCondemned);
  const beside = [...condemned.flatMap(heldBy), ...memory.doubled, ...ids];
  const isLiving = (one: Standing): boolean => memory.bought.get(one.id) === resource && !beside.includes(one.id) && isAlive(one);
  const living = standing.filter(isLiving).map(({ id }) => id);
  const isWaiting = (one: UnpaidOrder): boolean =>
    one.resource === resource && !memory.doubled.has(one.id) && condemned.every(({ outs }) => outs["orderId"] !== one.id);
  // Of a state whose order is unclear nobody knows which order it is: the oldest.
  const unclear = condemned.filter(({ outs }) => outs["unclearSince"] !== undefined).length;
  const coming = unpaidBefore
    .filter(isWaiting)
    .slice(unclear)
    .reduce((sum, one) => sum + one.count, 0);
  const wanted = planned === undefined ? 0 : wantedOf(planned);
  const stillWanted =
    planned === undefined || step?.replaced === undefined
      ? 0
      : Math.max(wantedOf({ ...planned, ...countIn(step.replaced) }), memory.asked.get(resource) ?? 0);
  if (living.length + coming + count <= wanted + stillWanted) return undefined;
  const there = [...living, ...(coming > 0 ? [`${coming} that wait for their payment`] : [])].join(", ") || "none";
  const besides = stillWanted === 0 ? "" : ` and replaces ${stillWanted}`;
  const text = `${resource} wants ${wanted}${besides}, has ${there}, and ${count} more (${ids.join(", ") || "unpaid"}) were ordered`;
  return { kind: "double purchase", resource, text };
}

const countIn = ({ inputs }: Resource): { count?: number } => (typeof inputs["count"] === "number" ? { count: inputs["count"] } : {});

/**
 * After a run: a server that a state named is named by one as long as it stands, whatever a list said about it. And a run that nobody killed does not
 * end without a trace of what it bought: its servers are in the state, or the resource's entry says that it is not over.
 */
export function judgeRun(
  standing: readonly Standing[],
  {
    before,
    after,
    boughtNow,
    memory,
  }: { before: readonly Resource[]; after: readonly Resource[]; boughtNow: ReadonlySet<string>; memory: Memory },
): Violation[] {
  const held = new Set(after.flatMap(heldBy));
  for (const id of held) memory.named.add(id);
  const stands = (id: string): boolean => standing.some((one) => one.id === id && !one.isEnding);
  const isOpen = (resource: ResourceName | undefined): boolean =>
    after.some(({ name, outs }) => name === resource && outs["isReady"] === false);
  const lost = (id: string, text: string): Violation => ({ kind: "lost server", resource: memory.bought.get(id), text: `${id} ${text}` });
  const forgotten = before.flatMap(heldBy).filter((id) => !held.has(id) && stands(id));
  const untraced = [...boughtNow].filter((id) => !held.has(id) && stands(id) && !memory.doubled.has(id) && !isOpen(memory.bought.get(id)));
  return [
    ...forgotten.map((id) => lost(id, "stands, and no state names it any more")),
    ...untraced.map((id) => lost(id, "was bought by a run that left no trace of it")),
  ];
}

/** After everything has settled: state and clouds say the same, and nothing stands beside. */
export function judgeSettled(clouds: Clouds, resources: readonly Resource[], program: readonly Planned[], memory: Memory): Violation[] {
  const standing = clouds.standing();
  const violations: Violation[] = [];
  const held = new Set(resources.flatMap(heldBy));
  for (const { id } of standing.filter((one) => memory.bought.has(one.id) && !one.isEnding)) {
    if (!held.has(id))
      violations.push({ kind: "lost server", resource: memory.bought.get(id), text: `${id} costs and stands in no state` });
  }
  for (const id of held) {
    if (memory.foreign.has(id)) violations.push({ kind: "wrongly adopted", text: `${id} is somebody else's` });
  }
  for (const planned of program) violations.push(...judgeResource(planned, resources, standing));
  return [...violations, ...judgeForeign(clouds, memory)];
}

function judgeResource(planned: Planned, resources: readonly Resource[], standing: readonly Standing[]): Violation[] {
  const differs = (text: string): Violation => ({ kind: "state differs from the cloud", resource: planned.name, text });
  const entries = resources.filter(({ name }) => name === planned.name);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) return [differs(`${planned.name} has ${entries.length} entries in the state`)];
  const ids = heldBy(entry);
  const wanted = wantedOf(planned);
  const there = standing.filter((one) => ids.includes(one.id) && isAlive(one) && one.cloud === cloudOf(planned.kind));
  const violations: Violation[] = [];
  if (ids.length !== wanted || there.length !== wanted) {
    violations.push(differs(`${planned.name} wants ${wanted}; the state has ${ids.join(", ")}, of which ${there.length} exist`));
  }
  const wrong = there.find(({ name }) => !name.startsWith(givenName(planned)) || name.includes("ownstack"));
  if (wrong !== undefined) violations.push(differs(`${planned.name}: ${wrong.id} is called ${wrong.name}, not ${givenName(planned)}`));
  return violations;
}

/** After a destroy only things of others are left, and they are whole. */
export function judgeDestroyed(clouds: Clouds, memory: Memory): Violation[] {
  const left = clouds.costingIds().filter((id) => !memory.foreign.has(id) && !memory.entrusted.has(id) && !isTraceless(id, memory));
  const violations = left.map((id): Violation => ({ kind: "left after destroy", resource: memory.bought.get(id), text: `${id} costs on` }));
  return [...violations, ...judgeForeign(clouds, memory)];
}

/** An elastic IP whose server somebody deleted before a state could name it: no answer to a purchase names it, and nothing in the cloud tells whose it was. */
const isTraceless = (id: string, { bought, named }: Memory): boolean =>
  id.startsWith("fip-") && [...bought.keys()].some((server) => server.startsWith("edcps-") && !named.has(server));

function judgeForeign(clouds: Clouds, { foreign }: Memory): Violation[] {
  const there = new Set(clouds.costingIds());
  const gone = [...foreign].filter((id) => !there.has(id));
  return gone.map((id) => ({ kind: "wrongly adopted", text: `${id} of somebody else is gone` }));
}
