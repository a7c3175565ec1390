import { setTimeout as wait } from "node:timers/promises";
import { startSimulator } from "../../simulator";
import type { Simulator } from "../../simulator";
import { bare, edge, phones, uphone } from "./support/examples";
import { stillRunning } from "./support/processes";
import type { Run, Victim } from "./support/project";
import { seededRandom } from "./support/seeded-random";
import { newStack } from "./support/stack";
import type { Declared, Stack } from "./support/stack";

const types = ["UPhoneServer", "CphPhoneServer", "CphBmsServer", "EdcpsInstance"] as const;
type Type = (typeof types)[number];
const kinds = { cli: ["cli"], host: ["host"], both: ["cli", "host"] } as const satisfies Readonly<Record<string, readonly Victim[]>>;
type Kind = keyof typeof kinds;

/** What is done to a stack, how often it is killed in that, and how many servers of each type it should have ordered in all by then. */
interface Phase {
  readonly name: "up" | "scale" | "replacement" | "destroy";
  readonly kills: number;
  readonly program: readonly Declared[];
  readonly ordered: Readonly<Record<Type, number>>;
}

const farm = (count: number, others: Readonly<Record<Type, Declared["args"]>>): Declared[] => [
  uphone("one", others.UPhoneServer),
  phones("two", { count, ...others.CphPhoneServer }),
  bare("three", { count, ...others.CphBmsServer }),
  edge("four", { count, ...others.EdcpsInstance }),
];
const asFirst = { UPhoneServer: {}, CphPhoneServer: {}, CphBmsServer: {}, EdcpsInstance: {} };
const renamed = { ...asFirst, UPhoneServer: { name: "renamed" } };
const replaced: typeof asFirst = {
  UPhoneServer: { name: "renamed", imageId: "image-Sim002" },
  CphPhoneServer: { imageId: "22110120221209e101210a3000000b03" },
  CphBmsServer: { nics: [{ subnetId: "3c5e2638-b71f-4499-8d1e-355e89f21ae0" }] },
  EdcpsInstance: { osTypeId: "ostype-0002" },
};

const phases: readonly Phase[] = [
  {
    name: "up",
    kills: 5,
    program: farm(2, asFirst),
    ordered: { UPhoneServer: 1, CphPhoneServer: 2, CphBmsServer: 2, EdcpsInstance: 2 },
  },
  {
    name: "scale",
    kills: 5,
    program: farm(3, renamed),
    ordered: { UPhoneServer: 1, CphPhoneServer: 3, CphBmsServer: 3, EdcpsInstance: 3 },
  },
  {
    name: "replacement",
    kills: 6,
    program: farm(3, replaced),
    ordered: { UPhoneServer: 2, CphPhoneServer: 6, CphBmsServer: 6, EdcpsInstance: 6 },
  },
  {
    name: "destroy",
    kills: 6,
    program: [],
    ordered: { UPhoneServer: 2, CphPhoneServer: 6, CphBmsServer: 6, EdcpsInstance: 6 },
  },
];

const seed = Number(process.env["KILLS_SEED"] ?? Date.now() % 1_000_000);
/** More if some of the kills come too late. */
const lives = 4;
const atOnce = 2;
const leastKills = 60;

/** Kills by what they are counted by. */
const counts = new Map<string, number>();
const count = (...names: readonly string[]): void => names.forEach((name) => counts.set(name, (counts.get(name) ?? 0) + 1));

test("nothing is bought twice and nothing is lost, whenever engine or host are killed", async () => {
  let begun = 0;
  const some = async (): Promise<void> => {
    while (begun < lives || (counts.get("all") ?? 0) < leastKills) await live(seed + begun++);
  };
  await Promise.all(Array.from({ length: atOnce }, some));

  const shown = [...counts].sort().map(([name, times]) => `${name}: ${times}`);
  process.stdout.write(`Kills (KILLS_SEED=${seed}): ${shown.join(", ")}\n`);
  expect(counts.get("all")).toBeGreaterThanOrEqual(leastKills);
  for (const name of [...Object.keys(kinds), ...phases.map((phase) => phase.name), ...types])
    expect([name, counts.get(name)]).not.toContain(undefined);
}, 900_000);

test("a host whose engine was killed while it looked buys nothing any more", async () => {
  const simulator = await startSimulator({ speed: 600 });
  const stack = await newStack(simulator);
  try {
    await stack.declare(...farm(2, asFirst));
    const slow = simulator.clouds.map(({ name }) => simulator.faults.add({ kind: "slow", cloud: name, ms: 2000 }));
    const run = stack.start(["up", "--yes", "--skip-preview"]);
    while (simulator.clouds.some((cloud) => cloud.received().length === 0)) await wait(20);
    const host = run.host();
    expect([host === undefined, run.kill("cli")]).toEqual([false, true]);
    await run.over;
    for (const one of slow) one.remove();
    await wait(6000); // the answers come, to a host that nobody listens to
    expect(stillRunning([host!])).toEqual([host]);
    expect(simulator.ledger.orders()).toEqual([]);

    await stack.cancel();
    expect((await stack.up("--skip-preview")).code).toBe(0);
    expect(simulator.ledger.orders()).toHaveLength(4);
  } finally {
    await stack.dispose();
    await simulator.close();
  }
});

/** One stack from its first server to its last. */
async function live(ownSeed: number): Promise<void> {
  const random = seededRandom(ownSeed);
  const story: string[] = [`Life ${ownSeed}`];
  const simulator = await startSimulator({ speed: 600 });
  const stack = await newStack(simulator, { "cloudphone:visibilitySeconds": "3" });
  try {
    for (const phase of phases) {
      await stack.declare(...phase.program);
      const begin = (): Run => stack.start([phase.name === "destroy" ? "destroy" : "up", "--yes", "--skip-preview"]);
      for (let round = 0; round < phase.kills; round++) {
        // At first nothing gets ready, so that there is something to kill in every round; then the purchase may go on to its end.
        const isHeld = phase.name !== "destroy" && round < phase.kills - 2;
        for (const cloud of simulator.clouds) cloud.stallProvisioning(isHeld);
        const withinMs = phase.name === "destroy" ? 800 : isHeld ? 1500 : 4000;
        const killed = await kill(begin(), {
          simulator,
          stack,
          phase,
          kind: random.of(["cli", "host", "both"]),
          afterMs: random.below(withinMs),
        });
        story.push(killed.what);
        if (killed.isTooLate) break;
      }
      await untilClean(begin, story);
      await judge(simulator, stack, phase);
    }
    expect(simulator.clouds.flatMap((cloud) => cloud.costing())).toEqual([]);
  } catch (error) {
    const orders = simulator.ledger.entries().map(({ at, kind, ids, what }) => `${at} ${kind} ${ids.join(" ")} ${what}`);
    throw new Error([error instanceof Error ? error.message : String(error), ...story, ...orders].join("\n"), { cause: error });
  } finally {
    await stack.dispose();
    await simulator.close();
  }
}

interface Planned {
  readonly simulator: Simulator;
  readonly stack: Stack;
  readonly phase: Phase;
  readonly kind: Kind;
  readonly afterMs: number;
}

/** Kills a run, so many ms after its first request, unless it is over by then. */
async function kill(run: Run, { simulator, stack, phase, kind, afterMs }: Planned): Promise<{ what: string; isTooLate: boolean }> {
  const requests = (): number => simulator.clouds.reduce((sum, cloud) => sum + cloud.received().length, 0);
  const pending = async (): Promise<string[]> =>
    (await stack.deployment()).pending.map(({ type, resource }) => `${type} ${resource.type.split(":").at(-1) ?? ""}`);
  const requestsBefore = requests();
  const pendingBefore = (await pending()).filter((one) => one.startsWith("creating ")); // those that were killed stay in the state for ever
  const over = new AbortController();
  void run.over.then(() => over.abort());
  const begun = (async () => {
    while (requests() === requestsBefore && !over.signal.aborted) await wait(20);
    await wait(afterMs);
  })();
  await Promise.race([run.over, begun]);
  const hit = await pending();
  for (const known of pendingBefore) if (hit.includes(known)) hit.splice(hit.indexOf(known), 1);
  const isKilled = run.kill(...kinds[kind]);
  const { code, text } = await run.over;
  const at = `${phase.name}: ${kind} after ${afterMs} ms`;
  if (!isKilled) return { what: `${at}: too late (${code})${code === 0 ? "" : `\n${text}`}`, isTooLate: code === 0 };
  if (kind !== "host") await stack.cancel();
  count("all", kind, phase.name, ...new Set(hit.map((one) => one.split(" ")[1] ?? "")));
  return { what: `${at}: killed while ${hit.join(", ") || "nothing was under way"}`, isTooLate: false };
}

/** Runs again as a user would, until a run goes well. */
async function untilClean(begin: () => Run, story: string[]): Promise<void> {
  for (let tries = 1; tries <= 4; tries++) {
    const { code, text } = await begin().over;
    story.push(`ran to its end: ${code}${code === 0 ? "" : `\n${text}`}`);
    if (code === 0) return;
  }
  throw new Error("It never came to a good end.");
}

/** As many servers as asked for, each in the state, and as many ordered as it takes. */
async function judge(simulator: Simulator, stack: Stack, { name, program, ordered }: Phase): Promise<void> {
  const orders = Object.fromEntries(types.map((type) => [type, 0]));
  for (const { what, ids } of simulator.ledger.orders()) orders[typeOf(what)]! += ids.length;
  expect([name, orders]).toEqual([name, ordered]);

  const { resources } = await stack.deployment();
  const held = resources.map(({ id, type, outputs }) => ({
    type: type.split(":").at(-1),
    ids: (outputs["servers"] as { id: string }[] | undefined)?.map((server) => server.id) ?? [id],
  }));
  expect(held.map(({ type, ids }) => [type, ids.length]).sort()).toEqual(
    program.map(({ type, args }) => [type, args["count"] ?? 1]).sort(),
  );
  expect(held.flatMap(({ ids }) => ids).sort()).toEqual(simulator.clouds.flatMap((cloud) => cloud.servers()).sort());
}

/** Which of our resources an order in the ledger was for. */
function typeOf(what: string): Type {
  if (what.startsWith("UPhone")) return "UPhoneServer";
  if (what.includes("physical.kg1.4xlarge.cp")) return "CphPhoneServer";
  if (what.includes("physical.rx2.32xlarge.4")) return "CphBmsServer";
  return "EdcpsInstance";
}
