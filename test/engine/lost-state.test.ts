import { runningClock, startSimulator } from "../../simulator";
import type { LedgerEntry } from "../../simulator";
import { bare, edge, phones, uphone } from "./support/examples";
import { newStack } from "./support/stack";

const dayMs = 24 * 3_600_000;

test("twenty servers whose state is lost are neither bought again nor taken over unasked, and come back when asked for", async () => {
  // The clouds live three days in the past: to the provider, whose clock is the machine's, all that they sell is days old.
  const simulator = await startSimulator({ clock: runningClock(600, Date.now() - 3 * dayMs) });
  const stack = await newStack(simulator);
  const servers = (): readonly string[] => simulator.clouds.flatMap((cloud) => cloud.servers());
  const doings = (): readonly LedgerEntry[] => simulator.ledger.entries().filter(({ kind }) => kind === "order" || kind === "deletion");
  const held = async (): Promise<string[]> =>
    (await stack.deployment()).resources
      .flatMap(({ id, outputs }) => (outputs["servers"] as { id: string }[] | undefined)?.map((server) => server.id) ?? [id])
      .sort();
  try {
    await stack.declare(
      ...["a", "b", "c", "d", "e"].map((name) => uphone(`uphone-${name}`)),
      ...["a", "b"].map((name) => phones(`phones-${name}`, { count: 3 })),
      ...["a", "b"].map((name) => bare(`bare-${name}`, { count: 2 })),
      edge("edge-a", { count: 3 }),
      edge("edge-b", { count: 2 }),
    );
    expect((await stack.up("--skip-preview")).code).toBe(0);
    const bought = [...servers()].sort();
    expect(bought).toHaveLength(20);
    expect(await held()).toEqual(bought);
    const before = doings();

    await stack.loseState();
    expect((await stack.deployment()).resources).toEqual([]);
    const refused = await stack.up("--skip-preview", "--continue-on-error");
    expect(refused.code).not.toBe(0);
    for (const id of bought) expect(refused.text).toContain(id);
    expect(refused.text).toContain("cloudphone:adoptOrphans");
    expect((await stack.deployment()).resources).toEqual([]);
    expect(doings()).toEqual(before);

    await stack.configure({ "cloudphone:adoptOrphans": "true" });
    const back = await stack.up("--skip-preview");
    expect([back.code, back.text.includes("error:")]).toEqual([0, false]);
    expect(await held()).toEqual(bought);
    expect(doings()).toEqual(before);

    const again = await stack.up();
    expect([again.code, new Set(again.steps.map((step) => step.op))]).toEqual([0, new Set(["same"])]);

    expect((await stack.destroy("--skip-preview")).code).toBe(0);
    expect(servers()).toEqual([]);
    expect(simulator.clouds.flatMap((cloud) => cloud.costing())).toEqual([]);
  } finally {
    await stack.dispose();
    await simulator.close();
  }
}, 300_000);
