import type { Context } from "../../../../provider/kit/context";
import { uphoneServer } from "../../../../provider/vendors/ucloud/uphone-server";
import type { UPhoneServerSpec } from "../../../../provider/vendors/ucloud/uphone-server";
import { memoryJournal } from "../../../support/context";
import { notReady, ucloudWorld } from "../../../support/ucloud";
import type { UcloudWorld } from "../../../support/ucloud";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const ipGroup = { ipDestRegion: "hk", shareBandwidth: 10, ipProportion: 21 };
const purchase = { cloud: "ucloud", operation: "CreateUPhoneServer", times: 1 } as const;

describe("A UPhoneServer that its resource lets go of", () => {
  let world: UcloudWorld;
  let journal: ReturnType<typeof memoryJournal>;
  beforeEach(async () => {
    world = await ucloudWorld();
    journal = memoryJournal();
  });
  afterEach(() => world.close());

  const run = (over?: Partial<Context>) => world.context({ pollMs: minuteMs, journal, ...over });
  const create = (spec?: Partial<UPhoneServerSpec>, over?: Partial<Context>) => uphoneServer.create(world.farm(spec), run(over));
  const writes = () => world.operations().filter((name) => !name.startsWith("Describe"));
  const until = "2026-02-01T03:04:05.000Z";

  test("by retain stays as it is, without the marker, and the next run buys another", async () => {
    const { id, outs } = await create({ remark: "night shift", deletionPolicy: "retain", ...ipGroup });
    const before = world.cloud.costing();
    world.operations();
    const context = run();
    await uphoneServer.delete(id, outs, context);

    expect(world.cloud.costing()).toEqual(before);
    expect(await world.shown(id)).toMatchObject({ ServerName: "farm-a", Remark: "night shift" });
    expect(writes()).toEqual(["ModifyUPhoneServerRemark"]);
    expect(context.lines).toEqual([
      `UPhoneServer "farm-a": left in UCloud cn-wlcb by \`deletionPolicy\` retain: ${id} (paid until ${until}); no longer managed`,
    ]);
    expect(journal.intents.size).toBe(0);

    const next = await create();
    expect(next.id).not.toBe(id);
    await uphoneServer.delete(next.id, next.outs, run());
    expect(world.cloud.costing()).toEqual(before);
  });

  test("by stopRenewal runs to the end of its paid time, with all that was bought with it", async () => {
    const { id, outs } = await create({ deletionPolicy: "stopRenewal", ...ipGroup });
    const context = run();
    await uphoneServer.delete(id, outs, context);
    expect(context.lines).toEqual([
      `UPhoneServer "farm-a": left in UCloud cn-wlcb by \`deletionPolicy\` stopRenewal: ${id} (paid until ${until}, not renewed); no longer managed`,
    ]);
    expect((await world.shown(id))?.Remark).toBe("");
    expect(world.cloud.servers()).toEqual([id]);
    world.clock.advance(41 * dayMs);
    expect(world.cloud.costing()).toEqual([]);
  });

  test("by stopRenewal keeps its addresses when they are not to be released", async () => {
    const { id, outs } = await create({ deletionPolicy: "stopRenewal", releaseEip: false, ...ipGroup });
    await uphoneServer.delete(id, outs, run());
    world.clock.advance(41 * dayMs);
    expect(new Set(world.cloud.costing().map(({ kind }) => kind))).toEqual(new Set(["eip", "share-bandwidth"]));
  });

  test.each(["retain", "stopRenewal"] as const)("by %s may be gone already, and can be let go of twice", async (deletionPolicy) => {
    const { id, outs } = await create({ deletionPolicy });
    await uphoneServer.delete(id, outs, run());
    world.operations();
    await uphoneServer.delete(id, outs, run());
    expect(writes()).toEqual(deletionPolicy === "retain" ? [] : ["ModifyAutoRenewFlag"]);
    world.cloud.vanish(id);
    const context = run();
    await uphoneServer.delete(id, outs, context);
    expect(context.lines).toEqual([]);
  });

  test("is not let go of while its marker cannot be taken off, and the next run does the rest", async () => {
    const { id, outs } = await create({ deletionPolicy: "retain" });
    world.simulator.faults.add({ cloud: "ucloud", operation: "ModifyUPhoneServerRemark", kind: "error-before" });
    await expect(uphoneServer.delete(id, outs, run())).rejects.toThrow("Could not change the remark");
    world.simulator.faults.clear();
    await uphoneServer.delete(id, outs, run());
    expect((await world.shown(id))?.Remark).toBe("");
  });

  test("is not let go of while its renewal cannot be stopped", async () => {
    const { id, outs } = await create({ deletionPolicy: "stopRenewal" });
    world.cloud.choices.renewalKnowsNoPhones = true;
    await expect(uphoneServer.delete(id, outs, run())).rejects.toThrow("Could not switch automatic renewal");
    expect((await world.shown(id))?.Remark).toBe("[pulumi:abcdefghij0]");
  });

  test("while it is being built gets its own name, and its addresses are found when it is finished", async () => {
    const kept = await notReady(create({ deletionPolicy: "stopRenewal", ...ipGroup }, { deadline: world.clock.now() + 5 * minuteMs }));
    await uphoneServer.delete(kept.id, kept.outs, run());
    expect(await world.shown(kept.id)).toMatchObject({ ServerName: "farm-a", Remark: "" });
    expect(journal.intents.size).toBe(0);
    world.clock.advance(41 * dayMs);
    expect(world.cloud.costing()).toEqual([]);
  });

  test("is looked for when a moment ago it was bought and does not show yet", async () => {
    world.simulator.faults.add({ ...purchase, kind: "late-lists", ms: 8 * minuteMs });
    const kept = await notReady(create({ deletionPolicy: "retain" }, { deadline: world.clock.now() }));
    await uphoneServer.delete(kept.id, kept.outs, run());
    expect((await world.shown(kept.id))?.ServerName).toBe("farm-a");
  });

  test("takes with it what an order of unknown outcome brought, and what stands in no state", async () => {
    world.simulator.faults.add({ ...purchase, kind: "late-lists", ms: 8 * minuteMs });
    world.simulator.faults.add({ ...purchase, kind: "lost-answer" });
    const unclear = await notReady(create({ deletionPolicy: "retain" }, { deadline: world.clock.now() + 2 * minuteMs }));
    await uphoneServer.delete(unclear.id, unclear.outs, run());
    const [first] = world.cloud.servers();
    expect((await world.shown(first!))?.ServerName).toBe("farm-a");

    world.simulator.faults.add({ ...purchase, kind: "late-lists", ms: hourMs, after: 1 });
    world.simulator.faults.add({ ...purchase, kind: "duplicate-delivery" });
    const { id, outs } = await create({ deletionPolicy: "retain" });
    world.clock.advance(hourMs);
    const context = run();
    await uphoneServer.delete(id, outs, context);
    expect(world.cloud.servers()).toHaveLength(3);
    expect(context.lines.at(-1)).toMatch(
      /^UPhoneServer "farm-a": left in UCloud .*: uphs-\w+ \(paid.*\), uphs-\w+ \(paid.*\); no longer managed$/,
    );
    for (const server of world.cloud.servers()) {
      const shown = await world.shown(server);
      expect(`${shown?.ServerName} ${shown?.Remark}`).not.toContain("abcdefghij");
    }
  });

  test("that another resource has adopted is left alone, and so is one that a newer state holds", async () => {
    const { id, outs } = await create({ deletionPolicy: "retain" });
    const newer = await create();
    expect(newer.id).toBe(id);
    await uphoneServer.delete(id, outs, run({ heldGeneration: 1 }));
    expect((await world.shown(id))?.Remark).toBe("[pulumi:abcdefghij1]");
    world.cloud.change(id, { Remark: "theirs [pulumi:zzzzzzzzzz0]" });
    const context = run();
    await uphoneServer.delete(id, outs, context);
    expect((await world.shown(id))?.Remark).toBe("theirs [pulumi:zzzzzzzzzz0]");
    expect(context.lines).toEqual([`UPhoneServer ${id}: left alone, because it carries the marker of another resource (zzzzzzzzzz0)`]);
  });

  test("keeps a remark of its owner that UCloud leaves out of its answers", async () => {
    const { id, outs } = await create({ remark: "night", deletionPolicy: "retain" });
    world.cloud.choices.leavesOutOptional = true;
    await uphoneServer.delete(id, outs, run());
    world.cloud.choices.leavesOutOptional = false;
    expect((await world.shown(id))?.Remark).toBe("night");
  });

  test("is retained when it is replaced, and when a replacement that was interrupted is finished without its state", async () => {
    const old = await create({ deletionPolicy: "retain" });
    const controller = new AbortController();
    const log = (line: string): void => {
      if (line.includes("bought, being built")) controller.abort();
    };
    await expect(create({ deletionPolicy: "retain" }, { replaced: old.outs, signal: controller.signal, log })).rejects.toThrow();
    const { id } = await create({ deletionPolicy: "retain" }, { journal: memoryJournal() });
    expect(world.cloud.servers()).toEqual([old.id, id]);
    expect((await world.shown(old.id))?.Remark).toBe("");
  });
});
