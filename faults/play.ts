/** Plays one history: a stack on simulated clouds, deaths and faults, and then quiet days until everything has settled. */
import { newRetryBudget } from "../provider/http/retry";
import type { Transport } from "../provider/http/transport";
import type { Host } from "../provider/front";
import type { Intent } from "../provider/kit/journal";
import type { CloudName, FaultKind } from "../simulator";
import type { CloudRequest, Outcome as CloudOutcome } from "../simulator/cloud";
import { jumpingClock } from "./clock";
import type { JumpingClock } from "./clock";
import { newClouds } from "./clouds";
import type { Clouds } from "./clouds";
import { settleOrders } from "./console";
import { destroy, refresh, up } from "./engine";
import type { Outcome, Provider, Resource, Snapshot, Step, Surroundings } from "./engine";
import { listOperations, longestLagMs } from "./history";
import type { Action, History, View } from "./history";
import { heldBy, judgeDestroyed, judgeOrder, judgeRun, judgeSettled, newMemory } from "./judge";
import type { Memory, Violation } from "./judge";
import { journalOn, newRun, reached } from "./machine";
import type { Death, DeathKind, Run } from "./machine";
import { inputsOf, purchaseOperations, resourceOfName, wantedOf } from "./programs";
import type { Kind, Planned, ResourceName } from "./programs";
import { cloudphone } from "./subject";
import type { Subject } from "./subject";
import { LineDispatcher } from "./wire";

export interface Played {
  readonly violations: readonly Violation[];
  readonly deaths: Partial<Record<DeathKind, number>>;
  readonly faults: Partial<Record<FaultKind, number>>;
  readonly orders: number;
  /** Purchases of which the provider could not know whether they were executed, and those of resources whose outcome a human had to clear up. */
  readonly unclear: number;
  readonly instructed: number;
  /** One line for each thing that happened, for whoever looks for a mistake. */
  readonly lines: readonly string[];
}

// Few looks while servers are being built keep histories short.
const usualSettings = { "cloudphone:pollSeconds": "780" };

type Stack = "own" | "neighbour";

/** Everything that one history happens in. */
interface World {
  readonly clock: JumpingClock;
  readonly clouds: Clouds;
  readonly memory: Memory;
  readonly states: Record<Stack, Snapshot>;
  readonly journals: Record<Stack, Map<string, Intent>>;
  /** The program of today, and the resources that are not in it. */
  readonly program: Map<ResourceName, Planned>;
  readonly out: Set<ResourceName>;
  /** The entries that the engine has in hand, and the step that it takes for each resource. */
  live: readonly Resource[];
  readonly steps: Map<string, Step>;
  /** Settings that the human has set for the next run, because the provider asked for them. */
  confirmed: Readonly<Record<string, string>>;
  /** Bought in the run under way. */
  readonly boughtNow: Set<string>;
  readonly violations: Violation[];
  readonly deaths: Partial<Record<DeathKind, number>>;
  readonly lines: string[];
  /** What the provider has told since somebody last listened. */
  told: string[];
  orders: number;
  /** The resource of each purchase with an unclear outcome, and the resources for which the provider has told a human to clear one up. */
  readonly unclear: ResourceName[];
  readonly toldToClear: Set<string>;
  random: () => number;
}

export async function play(history: History, subject: Subject = cloudphone): Promise<Played> {
  const world = newWorld(history);
  if (history.hasNeighbour) await moveIn(world, history);
  for (const action of history.actions) {
    note(world, `-- ${JSON.stringify(action)}`);
    await act(world, action, subject);
  }
  await settle(world, subject);
  const { violations, deaths, orders, unclear, toldToClear, lines, clouds } = world;
  const instructed = unclear.filter((name) => toldToClear.has(name)).length;
  return { violations, deaths, faults: struck(clouds), orders, unclear: unclear.length, instructed, lines };
}

function newWorld({ seed, resources }: History): World {
  const clock = jumpingClock();
  const memory = newMemory();
  const clouds = newClouds(clock, seed, (order) => {
    const { resource, ids, count, orderId, isSecondExecution, isPaidByHand } = order;
    if (world.steps.get("neighbour") !== undefined) return;
    for (const id of ids) {
      memory.bought.set(id, resource);
      if (!isPaidByHand) world.boughtNow.add(id);
    }
    if (isSecondExecution) for (const id of [orderId, ...ids]) memory.doubled.add(id);
    world.orders++;
    const how = [...(isSecondExecution ? ["executed once more"] : []), ...(isPaidByHand ? ["paid in the console"] : [])];
    note(world, [`order of ${ids.join(", ") || `${count}, unpaid,`} for ${resource}`, ...how].join(", "));
    const violation = judgeOrder(order, {
      standing: clouds.standing(),
      planned: world.out.has(resource) ? undefined : world.program.get(resource),
      resources: world.live,
      step: world.steps.get(resource),
      memory,
    });
    if (violation !== undefined) violate(world, violation);
  });
  const world: World = {
    clock,
    clouds,
    memory,
    states: { own: { resources: [], pending: [] }, neighbour: { resources: [], pending: [] } },
    journals: { own: new Map(), neighbour: new Map() },
    program: new Map(resources.map((one) => [one.name, one])),
    out: new Set(),
    live: [],
    steps: new Map(),
    confirmed: {},
    boughtNow: new Set(),
    violations: [],
    deaths: {},
    lines: [],
    told: [],
    orders: 0,
    unclear: [],
    toldToClear: new Set(),
    random: mulberry(seed + 1),
  };
  return world;
}

const note = (world: World, line: string): void =>
  void world.lines.push(`${new Date(world.clock.now()).toISOString().slice(5, 19)} ${line}`);

function violate(world: World, violation: Violation): void {
  note(world, `VIOLATION ${violation.kind}: ${violation.text}`);
  world.violations.push(violation);
}

function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What the engine is told of the resources in the program. */
const programOf = (world: World, stack: Stack = "own"): Record<string, Record<string, unknown>> =>
  Object.fromEntries([...world.program.values()].filter(({ name }) => !world.out.has(name)).map((one) => [one.name, inputsOf(one, stack)]));

/** A run of the engine with a host of its own; `undefined` when the engine died in it. */
async function run(
  world: World,
  { stack = "own", death, view, subject }: { stack?: Stack; death?: Death | undefined; view?: View | undefined; subject: Subject },
  work: (around: Surroundings, onStep: (step: Step) => void) => Promise<Outcome>,
): Promise<Outcome | undefined> {
  const processes = newRun(death, ({ kind }) => {
    world.deaths[kind] = (world.deaths[kind] ?? 0) + 1;
    note(world, `death: ${kind}`);
  });
  const { engine, host } = processes;
  const keys = view === "wrong keys" ? world.clouds.otherKeys : {};
  const providerOf = subject(hostOf(world, processes, stack, view), {
    ...world.clouds.settings,
    ...usualSettings,
    ...world.confirmed,
    ...keys,
  });
  const before = clone(world.states[stack].resources);
  world.boughtNow.clear();
  const around: Surroundings = {
    provider: (name) => calls(world, processes, name, providerOf(kindOf(world, name))),
    load() {
      const { resources } = structuredClone(world.states[stack]);
      if (stack === "own") world.live = resources;
      return { resources, pending: [] };
    },
    store: (snapshot) => reached(processes, engine, () => void (world.states[stack] = clone(snapshot))),
    hear: (call) =>
      new Promise((resolve, reject) => {
        call.then(
          (result) => engine.isDead || resolve(result),
          (error: unknown) => engine.isDead || reject(error as Error),
        );
      }),
  };
  if (stack === "own") world.steps.clear();
  const outcome = await world.clock.run(
    Promise.race([work(around, (step) => stack === "own" && world.steps.set(step.name, step)), engine.died.catch(() => undefined)]),
  );
  for (const { name, message } of outcome?.failures ?? []) note(world, `${name} failed: ${message}`);
  const lost = processes.struck()?.kind;
  const boughtNow = lost === undefined ? world.boughtNow : new Set<string>();
  const after = world.states[stack].resources;
  for (const violation of judgeRun(world.clouds.standing(), { before, after, boughtNow, memory: world.memory })) violate(world, violation);
  if (stack === "own") noteAsked(world);
  if (lost === "lost machine") loseJournal(world, stack);
  // A host without its engine ends what it has in hand; the rest of a run that is over ends with it.
  if (lost !== "engine") host.kill("The run is over.");
  return outcome;
}

function noteAsked({ steps, states, program, memory }: World): void {
  for (const [name, { operation, replaced }] of steps) {
    const planned = program.get(name as ResourceName);
    const entry = states.own.resources.find((one) => one.name === name && !one.isCondemned);
    if (planned === undefined || (entry?.outs["isReady"] === true && heldBy(entry).length === wantedOf(planned))) memory.asked.delete(name);
    else if (operation === "updating" && replaced === undefined)
      memory.asked.set(name, Math.max(memory.asked.get(name) ?? 0, wantedOf(planned)));
  }
}

/**
 * Without the journal nobody knows of a purchase that lists do not show yet, so the next run has to come after their lag. And nobody knows that JD Cloud
 * has refused a client token: it repeats the refusal for as long as it remembers the token.
 */
function loseJournal(world: World, stack: Stack): void {
  // An unpaid order brings nothing and costs nothing, and its marker can be seen nowhere: without the journal it does not count as a purchase.
  for (const { id } of world.clouds.unpaidOrders()) world.memory.doubled.add(id);
  const isRefused = [...world.journals[stack].values()].some(({ state }) => state === "over");
  world.journals[stack].clear();
  world.clock.advance(isRefused ? tokenMemoryMs : longestLagMs);
}

const tokenMemoryMs = 25 * 3_600_000;

const clone = <T>(value: T): T => (value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T));

function kindOf(world: World, name: string): Kind {
  const planned = world.program.get(name as ResourceName);
  if (planned === undefined) throw new Error(`There is no resource ${name}.`);
  return planned.kind;
}

/** Calls as they come over the wire between engine and host: copies go in and out, and none comes back from a dead host. */
function calls(world: World, { host }: Run, name: string, provider: Provider): Provider {
  const over = async <T>(method: string, call: () => Promise<T>, says: string): Promise<T> => {
    if (host.isDead) return host.died;
    if (method !== "check") note(world, `${method} ${name} ${says}`);
    return clone(await Promise.race([call(), host.died]));
  };
  return {
    check: (olds, news) => over("check", () => provider.check(clone(olds), clone(news)), ""),
    diff: (id, olds, news) => over("diff", () => provider.diff(id, clone(olds), clone(news)), id),
    create: (inputs) => over("create", () => provider.create(clone(inputs)), ""),
    read: (id, props) => over("read", () => provider.read(id, clone(props)), id),
    update: (id, olds, news) => over("update", () => provider.update(id, clone(olds), clone(news)), id),
    delete: (id, props) => over("delete", () => provider.delete(id, clone(props)), id),
  };
}

function hostOf(world: World, processes: Run, stack: Stack, view: View | undefined): Host {
  const { host } = processes;
  const transports = new Map<string, Transport>();
  return {
    clock: {
      now: () => world.clock.now(),
      sleep: (ms, signal) => reached(processes, host, () => undefined).then(() => world.clock.sleep(ms, host, signal)),
    },
    random: world.random,
    signal: host.engineGone,
    log: (line) => {
      if (host.isDead) return;
      note(world, `log: ${line}`);
      world.told.push(line);
      // What stays behind a server that others deleted is left to the human, by its id.
      if (/still exists? and costs?/.test(line))
        for (const id of world.clouds.costingIds()) if (line.includes(id)) world.memory.entrusted.add(id);
    },
    env: () => undefined,
    transport(cloud) {
      const known = transports.get(cloud) ?? newLine(world, processes, cloud as CloudName, view);
      transports.set(cloud, known);
      return known;
    },
    journal: () => journalOn(world.journals[stack], processes),
  };
}

/** Counts purchases whose outcome stays open to the provider. */
function newLine(world: World, run: Run, cloud: CloudName, view: View | undefined): Transport {
  const { clock, clouds } = world;
  const noteUnclear = (request: CloudRequest): void => {
    if (!purchaseOperations[cloud].includes(clouds.operationOf(cloud, request))) return;
    const resource = resourceOfName(nameIn(request));
    if (resource !== undefined) world.unclear.push(resource);
  };
  let isStale = view === "stale";
  const dispatcher = new LineDispatcher({
    run,
    clock,
    answer(request) {
      if (isStale && listOperations[cloud].includes(clouds.operationOf(cloud, request))) {
        isStale = false;
        return clouds.answerStale(cloud, request);
      }
      const outcome = clouds.answer(cloud, request);
      if (isUnclear(outcome)) noteUnclear(request);
      return outcome;
    },
    unheard: noteUnclear,
  });
  return { dispatcher, purchases: dispatcher, budget: newRetryBudget() };
}

/** The name in a purchase, whatever the cloud calls it. */
const nameIn = ({ body }: CloudRequest): string =>
  /(?:^|&)Name=([^&]+)|"(?:server_name|name)":"([^"]+)"/.exec(body.toString())?.slice(1).join("") ?? "";

/** Lost, cut, late, or a server error (UCloud: RetCodes 110, 130 and 150). */
const isUnclear = (outcome: CloudOutcome): boolean =>
  !("answer" in outcome) ||
  "cutAfterBytes" in outcome ||
  "delayMs" in outcome ||
  outcome.answer.status >= 500 ||
  isRetCodeOfGateway(outcome.answer.body);

const isRetCodeOfGateway = (body: unknown): boolean =>
  typeof body === "object" && body !== null && "RetCode" in body && [110, 130, 150].includes(Number(body.RetCode));

/** Another stack buys the same under the same names. Two of its servers lose their marks, as if they were nobody's. */
async function moveIn(world: World, history: History): Promise<void> {
  const watched = { name: "neighbour", operation: "creating" } as const;
  world.steps.set("neighbour", watched);
  const outcome = await run(world, { stack: "neighbour", subject: cloudphone }, (around) => {
    world.steps.set("neighbour", watched);
    return up(around, programOf(world, "neighbour"));
  });
  world.steps.delete("neighbour");
  if (outcome === undefined || outcome.failures.length > 0) throw new Error(`The neighbour could not move in: ${JSON.stringify(outcome)}`);
  for (const id of world.clouds.costingIds()) world.memory.foreign.add(id);
  const [nameless] = world.clouds.standing().filter(({ cloud }) => cloud === "ucloud");
  if (nameless !== undefined && history.seed % 2 === 0)
    world.clouds.all.find(({ name }) => name === "ucloud")?.change(nameless.id, { Remark: "" });
  world.told = [];
}

async function act(world: World, action: Action, subject: Subject): Promise<void> {
  switch (action.do) {
    case "up":
      for (const change of action.changes) applyChange(world, change);
      await run(world, { death: action.death, subject }, (around, onStep) =>
        up(around, programOf(world), { replace: action.replace, onStep }),
      );
      return;
    case "refresh":
      await run(world, { death: action.death, view: action.view, subject }, (around) => refresh(around));
      return;
    case "destroy":
      await run(world, { death: action.death, view: action.view, subject }, (around, onStep) => destroy(around, undefined, onStep));
      return;
    case "wait":
      world.clock.advance(action.minutes * 60_000);
      return;
    case "fault":
      world.clouds.faults.add(action.fault);
      return;
    case "vanish":
      vanish(world, action.resource);
      return;
    case "orders":
      await settleOrders(world.clouds, world.clock, action.how);
  }
}

function applyChange(world: World, { resource, to }: Extract<Action, { do: "up" }>["changes"][number]): void {
  const planned = world.program.get(resource);
  if (planned === undefined) return;
  if (to !== "toggled") world.program.set(resource, { ...planned, ...to });
  else if (!world.out.delete(resource)) world.out.add(resource);
}

/** The first server that the state names and that stands. */
function vanish(world: World, name: ResourceName): void {
  const held = world.states.own.resources.filter((one) => one.name === name).flatMap(heldBy);
  const victim = world.clouds.standing().find(({ id, isEnding }) => held.includes(id) && !isEnding && world.memory.bought.has(id));
  if (victim === undefined) return;
  world.clouds.all.find((cloud) => cloud.name === victim.cloud)?.vanish(victim.id);
  note(world, `${victim.id} vanishes`);
}

const calmMs = 20 * 60_000;
const mostRounds = 10;

/**
 * No more faults: `up` until there is nothing to do after a `refresh`, with time passing in between, and a human who follows the instructions that
 * the provider gives. Then `destroy`.
 */
async function settle(world: World, subject: Subject): Promise<void> {
  world.clouds.faults.clear();
  world.out.clear();
  let isSettled = false;
  let isPaidFor = false;
  for (let round = 0; round < mostRounds && !isSettled; round++) {
    world.clock.advance(calmMs);
    note(world, "-- settling");
    const outcome = await run(world, { subject }, (around, onStep) => up(around, programOf(world), { onStep }));
    isSettled = outcome?.failures.length === 0 && outcome.changes === 0 && round > 0 && !isPaidFor && isWhole(world);
    const refreshed = isSettled ? undefined : await run(world, { subject }, (around) => refresh(around));
    isPaidFor = await follow(world, subject, [outcome, refreshed]);
  }
  const program = [...world.program.values()];
  if (!isSettled) violate(world, { kind: "never settles", text: "up goes on and on" });
  for (const violation of judgeSettled(world.clouds, world.states.own.resources, program, world.memory)) violate(world, violation);
  await endAll(world, subject);
}

/** Nothing vanished since the last refresh. */
function isWhole({ states, clouds }: World): boolean {
  const standing = clouds.standing().map(({ id }) => id);
  return states.own.resources.flatMap(heldBy).every((id) => standing.includes(id));
}

async function endAll(world: World, subject: Subject): Promise<void> {
  for (let round = 0; round < mostRounds; round++) {
    note(world, "-- destroy at last");
    const outcome = await run(world, { subject }, (around, onStep) => destroy(around, undefined, onStep));
    if (outcome?.failures.length === 0) break;
    await follow(world, subject, [outcome]);
    world.clock.advance(calmMs);
  }
  world.clock.advance(calmMs);
  for (const violation of judgeDestroyed(world.clouds, world.memory)) violate(world, violation);
}

/** What the provider asks for by the setting or by its environment variable, for one run. */
const confirmations = [
  { setting: "cloudphone:adoptOrphans", text: /cloudphone:adoptOrphans|CLOUDPHONE_ADOPT_ORPHANS/ },
  { setting: "cloudphone:confirmGone", text: /cloudphone:confirmGone|CLOUDPHONE_CONFIRM_GONE/ },
] as const;

/** What is said when only a human can tell what became of a purchase. */
const needsClearing = /These orders may be it|adoptOrphans/;

/**
 * What a human does who reads what the provider says.
 * @returns whether orders were paid, or cancelled: only a refresh shows what became of them
 */
async function follow(world: World, subject: Subject, outcomes: readonly (Outcome | undefined)[]): Promise<boolean> {
  const failures = outcomes.flatMap((outcome) => outcome?.failures ?? []);
  for (const { name, message } of failures) if (needsClearing.test(message)) world.toldToClear.add(name);
  const said = [...failures.map(({ message }) => message), ...world.told];
  world.told = [];
  const says = (pattern: RegExp): boolean => said.some((text) => pattern.test(text));
  const asked = confirmations.filter(({ text }) => says(text)).map(({ setting }) => setting);
  world.confirmed = Object.fromEntries(asked.map((setting) => [setting, "true"]));
  const hopeless = failures
    .filter(({ message }) => /pulumi destroy --target/.test(message) && !/adoptOrphans|ADOPT_ORPHANS/.test(message))
    .map(({ name }) => name);
  if (hopeless.length > 0) await run(world, { subject }, (around, onStep) => destroy(around, hopeless, onStep));
  const shrinking = failures.filter(({ message }) => /a smaller `count` gives/.test(message)).map(({ name }) => name as ResourceName);
  if (shrinking.length > 0) await shrinkAndGrow(world, subject, shrinking);
  const isToPay = says(/pay (it|those)|unpaid|waits? for (its )?payment/i);
  if (isToPay) await settleOrders(world.clouds, world.clock, world.random() < 0.5 ? "pay" : "cancel");
  return isToPay;
}

/** Gives back the servers that never came up, which were bought last: the next `up` buys others. */
async function shrinkAndGrow(world: World, subject: Subject, names: readonly ResourceName[]): Promise<void> {
  const wanted = new Map(world.program);
  const failed = world.clouds.standing().flatMap(({ id, hasFailed }) => (hasFailed ? [id] : []));
  for (const name of names) {
    const planned = wanted.get(name);
    const held = world.states.own.resources.filter((one) => one.name === name && !one.isCondemned).flatMap(heldBy);
    const good = held.filter((id) => !failed.includes(id)).length;
    if (planned !== undefined) world.program.set(name, { ...planned, count: Math.max(1, good) });
  }
  await run(world, { subject }, (around, onStep) => up(around, programOf(world), { onStep }));
  for (const [name, planned] of wanted) world.program.set(name, planned);
}

const struck = ({ faults }: Clouds): Partial<Record<FaultKind, number>> =>
  Object.fromEntries(Object.entries(faults.injected()).filter(([, times]) => times > 0));
