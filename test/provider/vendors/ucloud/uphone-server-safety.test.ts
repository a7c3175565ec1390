import type { Context } from "../../../../provider/kit/context";
import { uphoneServer } from "../../../../provider/vendors/ucloud/uphone-server";
import type { UPhoneServerOutputs, UPhoneServerSpec } from "../../../../provider/vendors/ucloud/uphone-server";
import { memoryJournal } from "../../../support/context";
import { notReady, ucloudWorld } from "../../../support/ucloud";
import type { UcloudWorld } from "../../../support/ucloud";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const ipGroup = { ipDestRegion: "cn-bj2", shareBandwidth: 5, ipProportion: 3 };
const purchase = { cloud: "ucloud", operation: "CreateUPhoneServer", times: 1 } as const;

describe("A UPhoneServer is never bought twice and never lost", () => {
  let world: UcloudWorld;
  let journal: ReturnType<typeof memoryJournal>;
  beforeEach(async () => {
    world = await ucloudWorld();
    journal = memoryJournal();
  });
  afterEach(() => world.close());

  /** One run on the machine that has the journal. */
  const run = (over?: Partial<Context>) => world.context({ pollMs: minuteMs, journal, ...over });
  const create = (over?: Partial<Context>, spec?: Partial<UPhoneServerSpec>) => uphoneServer.create(world.farm(spec), run(over));
  const servers = () => world.cloud.servers();
  const orders = () => world.simulator.ledger.orders("ucloud").length;
  const deletions = () =>
    world.simulator.ledger.entries("ucloud").filter((entry) => entry.kind === "deletion" && entry.what === "UPhoneServer");

  /** A run that is killed when it says something like `line`; it leaves no state. */
  async function killed(line: RegExp, over?: Partial<Context>): Promise<void> {
    const controller = new AbortController();
    const log = (said: string): void => {
      if (line.test(said)) controller.abort();
    };
    await expect(create({ signal: controller.signal, log, ...over })).rejects.toThrow();
    expect(controller.signal.aborted).toBe(true);
  }

  describe("when a purchase gets no clear answer", () => {
    test.each(["lost-answer", "reset-mid-answer", "error-after"] as const)("%s: the server is found by its marker", async (kind) => {
      world.simulator.faults.add({ ...purchase, kind });
      const { id, outs } = await create(undefined, { remark: "night shift" });

      expect([id]).toEqual(servers());
      expect(orders()).toBe(1);
      expect(outs).toMatchObject({ ...world.farm({ remark: "night shift" }), isReady: true, serverId: id });
      expect(await world.shown(id)).toMatchObject({ ServerName: "farm-a", Remark: `night shift [pulumi:${outs.marker}]` });
      expect(journal.intents.size).toBe(0);
      expect((await uphoneServer.read(id, outs, run()))?.outs).toEqual(outs);
    });

    test.each(["lost-request", "error-before"] as const)(
      "%s: the resource is unresolved, and the next change buys exactly one",
      async (kind) => {
        world.simulator.faults.add({ ...purchase, kind });
        const kept = await notReady(create());
        expect(kept).toMatchObject({
          id: "unresolved/abcdefghij0",
          outs: {
            ...world.farm(),
            serverId: "",
            isReady: false,
            marker: "abcdefghij0",
            unclearSince: expect.stringMatching(/^2026-01-02T03:04:05/) as string,
          },
        });
        expect(kept.message).toContain("It did not show within 10 min, so it was most likely not executed");
        expect(orders()).toBe(0);

        const outs = await uphoneServer.update(kept.id, kept.outs, world.farm(), run());
        expect(orders()).toBe(1);
        expect(outs).toMatchObject({ serverId: servers()[0], isReady: true, unclearSince: undefined });
        expect(journal.intents.size).toBe(0);

        const refreshed = await uphoneServer.read(kept.id, outs, run());
        expect(refreshed).toMatchObject({ id: servers()[0], outs: { isReady: true } });
      },
    );

    test("an unresolved resource of which nothing came is gone for a refresh, and is bought once", async () => {
      world.simulator.faults.add({ ...purchase, kind: "lost-request" });
      const kept = await notReady(create());
      expect(await uphoneServer.read(kept.id, kept.outs, run())).toBeUndefined();
      await create();
      expect(orders()).toBe(1);
    });

    test("an unresolved resource stays so while the window is open, and a refresh finds its server as soon as it shows", async () => {
      world.simulator.faults.add({ ...purchase, kind: "late-lists", ms: 8 * minuteMs });
      world.simulator.faults.add({ ...purchase, kind: "lost-answer" });
      const kept = await notReady(create({ deadline: world.clock.now() + 2 * minuteMs }));
      expect(kept.id).toBe("unresolved/abcdefghij0");
      expect(await uphoneServer.read(kept.id, kept.outs, run())).toMatchObject({ id: kept.id, outs: kept.outs });

      world.clock.advance(8 * minuteMs);
      const found = await uphoneServer.read(kept.id, kept.outs, run());
      expect(found).toMatchObject({
        id: servers()[0],
        inputs: { name: "farm-a" },
        outs: { isReady: false, name: "farm-a", state: "UPhoneCreating" },
      });
      const outs = await uphoneServer.update(found!.id, found!.outs, world.farm(), run());
      expect(outs).toMatchObject({ isReady: true, serverId: found!.id });
      expect(orders()).toBe(1);
    });

    test("as long as the lists cannot be read, nothing more is bought, and the state does not forget", async () => {
      world.simulator.faults.add({ ...purchase, kind: "lost-answer" });
      const broken = world.simulator.faults.add({ cloud: "ucloud", kind: "error-before", operation: "DescribeUPhoneServer", after: 1 });
      const kept = await notReady(create());
      expect(kept.message).toContain("is not known yet");
      const still = await notReady(uphoneServer.update(kept.id, kept.outs, world.farm(), run()));
      expect(still.id).toBe("unresolved/abcdefghij0");
      await expect(uphoneServer.delete(kept.id, kept.outs, run())).rejects.toThrow();

      broken.remove();
      const outs = await uphoneServer.update(kept.id, still.outs, world.farm(), run());
      expect([outs.serverId]).toEqual(servers());
      expect(orders()).toBe(1);
    });

    test("with other keys an unresolved purchase is neither forgotten nor made again", async () => {
      world.simulator.faults.add({ ...purchase, kind: "late-lists", ms: 20 * minuteMs });
      world.simulator.faults.add({ ...purchase, kind: "lost-answer" });
      const farm = { ...world.farm(), projectId: undefined };
      const kept = await notReady(uphoneServer.create(farm, run()));
      world.clock.advance(hourMs);

      const others = { settings: world.settingsOf("other") };
      const message = /the order of 2026-01-02T03:04:05\S+ cannot be seen in UCloud cn-wlcb, but the keys.*not those that saw it last/;
      const byTheJournal = /an interrupted run sent an order .*are not those that sent it/;
      for (const [told, journal] of [
        [byTheJournal, {}],
        [message, { journal: memoryJournal() }],
      ] as const) {
        await expect(uphoneServer.update(kept.id, kept.outs, farm, run({ ...others, ...journal }))).rejects.toThrow(told);
        await expect(uphoneServer.delete(kept.id, kept.outs, run({ ...others, ...journal }))).rejects.toThrow(told);
        await expect(uphoneServer.read(kept.id, kept.outs, run({ ...others, ...journal }))).rejects.toThrow(message);
      }
      expect(orders()).toBe(1);
      await uphoneServer.delete(kept.id, kept.outs, run());
      expect(world.cloud.costing()).toEqual([]);
    });

    test("deleting an unresolved resource deletes what came of it, with everything that was bought with it", async () => {
      world.simulator.faults.add({ ...purchase, kind: "late-lists", ms: 8 * minuteMs });
      world.simulator.faults.add({ ...purchase, kind: "lost-answer" });
      const kept = await notReady(create({ deadline: world.clock.now() + 2 * minuteMs }, { ...ipGroup, releaseEip: false }));
      expect(world.cloud.costing()).not.toEqual([]);
      await uphoneServer.delete(kept.id, kept.outs, run());
      expect(world.cloud.costing()).toEqual([]);
      expect(journal.intents.size).toBe(0);
    });

    test("deleting an unresolved resource of which nothing came waits until that is certain", async () => {
      world.simulator.faults.add({ ...purchase, kind: "lost-request" });
      const kept = await notReady(create({ deadline: world.clock.now() + 2 * minuteMs }));
      const { outs } = kept;
      await uphoneServer.delete(kept.id, outs, run({ journal: memoryJournal() }));
      expect(world.clock.now()).toBeGreaterThanOrEqual(Date.parse(outs.unclearSince ?? "") + 10 * minuteMs);
      expect(orders()).toBe(0);
    });

    test("a purchase that is refused leaves nothing behind, here or there", async () => {
      world.simulator.faults.add({ ...purchase, kind: "out-of-balance" });
      await expect(create()).rejects.toMatchObject({ name: "CloudError", code: "520" });
      expect(world.cloud.costing()).toEqual([]);
      expect(journal.intents.size).toBe(0);
      await create();
      expect(orders()).toBe(1);
    });
  });

  describe("when a run is killed", () => {
    test.each(["with its journal", "without its journal"])("after the answer: the next run takes the server over (%s)", async (which) => {
      await killed(/bought, being built/);
      expect(orders()).toBe(1);
      const context = run(which === "with its journal" ? {} : { journal: memoryJournal() });
      const { id, outs } = await uphoneServer.create(world.farm(), context);
      expect([id]).toEqual(servers());
      expect(outs.isReady).toBe(true);
      expect(context.lines).toContainEqual(expect.stringContaining(`an earlier run bought ${id}, which is taken over; nothing is bought`));
      expect(orders()).toBe(1);
    });

    test("after the answer, and the lists are late: the journal knows the server", async () => {
      world.simulator.faults.add({ ...purchase, kind: "late-lists", ms: 9 * minuteMs });
      await killed(/bought, being built/);
      const { id } = await create();
      expect([id]).toEqual(servers());
      expect(orders()).toBe(1);
      expect(journal.intents.size).toBe(0);
    });

    test("before the answer, and the lists are late: the journal makes the next run wait for what it sent", async () => {
      world.simulator.faults.add({ ...purchase, kind: "late-lists", ms: 9 * minuteMs });
      world.simulator.faults.add({ ...purchase, kind: "lost-answer" });
      await killed(/looking for it/);
      const { id } = await create();
      expect([id]).toEqual(servers());
      expect(orders()).toBe(1);
    });

    test("when the server is ready, before the state is written: nothing is bought again", async () => {
      const { id, outs } = await create();
      world.clock.advance(23 * hourMs);
      const again = await create({ journal: memoryJournal() });
      expect(again).toMatchObject({ id, outs: { marker: "abcdefghij1" } });
      expect(orders()).toBe(1);
      expect(outs.marker).toBe("abcdefghij0");
    });

    test("between remark and name: the next run finishes it", async () => {
      world.simulator.faults.add({ cloud: "ucloud", operation: "ModifyUPhoneServerName", kind: "lost-request" });
      const kept = await notReady(create());
      expect(await world.shown(kept.id)).toMatchObject({ ServerName: "farm-a-abcdefghij0", Remark: "[pulumi:abcdefghij0]" });
      world.simulator.faults.clear();
      const seen = await uphoneServer.read(kept.id, kept.outs, run());
      expect(seen).toMatchObject({ inputs: { name: "farm-a" }, outs: { isReady: false, name: "farm-a" } });
      await uphoneServer.update(kept.id, seen!.outs, world.farm(), run());
      expect(await world.shown(kept.id)).toMatchObject({ ServerName: "farm-a", Remark: "[pulumi:abcdefghij0]" });
    });
  });

  describe("when a state is lost", () => {
    test("for longer than a day: it stops and says what stands there; with `adoptOrphans` that is taken over", async () => {
      const { id } = await create();
      world.clock.advance(25 * hourMs);
      await expect(create()).rejects.toThrow(
        `UPhoneServer "farm-a": nothing was bought, because a server of this resource of this stack already stands in UCloud cn-wlcb, which the state does not know: ${id} (of 2026-01-02T03:04:05.000Z)`,
      );
      expect(orders()).toBe(1);
      const { outs } = await create({ adoptOrphans: true }, { name: "farm-b" });
      expect(outs).toMatchObject({ serverId: id, name: "farm-b", marker: "abcdefghij1" });
      expect((await world.shown(id))?.Remark).toBe("[pulumi:abcdefghij1]");
      expect(orders()).toBe(1);
    });

    test("and its server is on the way out: another one is bought", async () => {
      const { id } = await create();
      world.cloud.change(id, { State: "Deleting" });
      const again = await create({ journal: memoryJournal() });
      expect(again.id).not.toBe(id);
      expect(orders()).toBe(2);
    });

    test("while a replacement was under way: the replacement is finished, and what it replaced is deleted", async () => {
      const old = await create();
      await killed(/bought, being built/, { replaced: old.outs });
      const context = run({ journal: memoryJournal() });
      const { id, outs } = await uphoneServer.create(world.farm(), context);
      expect(id).not.toBe(old.id);
      expect(servers()).toEqual([id]);
      expect(outs.isReady).toBe(true);
      expect(context.lines).toContainEqual(
        expect.stringMatching(new RegExp(`^UPhoneServer ${old.id}: stands beside ${id} .* so it is deleted$`)),
      );
      expect(orders()).toBe(2);
    });
  });

  describe("when it is replaced", () => {
    test("it is not taken for its own replacement, and only the old one goes", async () => {
      const old = await create();
      const { id, outs } = await create({ replaced: old.outs });
      expect(outs.marker).toBe("abcdefghij1");
      expect(servers()).toEqual([old.id, id]);
      await uphoneServer.delete(old.id, old.outs, run({ heldGeneration: 1 }));
      expect(servers()).toEqual([id]);
      expect(orders()).toBe(2);
    });

    test("a replacement that was killed after its purchase is found by the next one", async () => {
      const old = await create();
      await killed(/bought, being built/, { replaced: old.outs });
      const { id } = await create({ replaced: old.outs, journal: memoryJournal() });
      expect(servers()).toEqual([old.id, id]);
      expect(orders()).toBe(2);
    });

    test("a replacement that was killed and is not wanted any more is deleted by the next change", async () => {
      const old = await create();
      await killed(/bought, being built/, { replaced: old.outs });
      expect(servers()).toHaveLength(2);
      const outs = await uphoneServer.update(old.id, old.outs, world.farm(), run());
      expect(outs).toMatchObject({ serverId: old.id, isReady: true });
      expect(servers()).toEqual([old.id]);
    });

    test("by force, of which the provider is not told: the server is taken over, and the old state cannot delete it", async () => {
      const old = await create();
      const { id, outs } = await create();
      expect(id).toBe(old.id);
      const context = run({ heldGeneration: 1 });
      await uphoneServer.delete(old.id, old.outs, context);
      expect(servers()).toEqual([id]);
      expect(context.lines).toEqual([`UPhoneServer ${id}: left alone, because a newer state of this resource holds it`]);
      expect(orders()).toBe(1);

      await uphoneServer.delete(id, outs, run());
      expect(world.cloud.costing()).toEqual([]);
    });

    test("by force while it is being built: the same holds", async () => {
      const old = await notReady(create({ deadline: world.clock.now() + 5 * minuteMs }));
      const { id, outs } = await create();
      expect(id).toBe(old.id);
      expect(outs.marker).toBe("abcdefghij1");
      await uphoneServer.delete(old.id, old.outs, run({ heldGeneration: 1 }));
      expect(servers()).toEqual([id]);
      expect(orders()).toBe(1);
    });

    test("an old state of unknown outcome never deletes what a newer one holds", async () => {
      world.simulator.faults.add({ ...purchase, kind: "late-lists", ms: 20 * minuteMs });
      world.simulator.faults.add({ ...purchase, kind: "lost-answer" });
      const old = await notReady(create());
      const { id } = await create({ replaced: old.outs });
      expect(servers()).toHaveLength(2);
      await uphoneServer.delete(old.id, old.outs, run({ heldGeneration: 1 }));
      expect(servers()).toEqual([id]);
    });

    test("an old state of unknown outcome is waited for, although a newer server shows", async () => {
      const visibilityMs = hourMs;
      world.simulator.faults.add({ ...purchase, kind: "late-lists", ms: 50 * minuteMs });
      world.simulator.faults.add({ ...purchase, kind: "lost-answer" });
      const old = await notReady(create({ visibilityMs, deadline: world.clock.now() + 2 * minuteMs }));
      const { id } = await create({ replaced: old.outs });
      expect(servers()).toHaveLength(2);
      await uphoneServer.delete(old.id, old.outs, run({ visibilityMs, heldGeneration: 1 }));
      expect(servers()).toEqual([id]);
    });

    test("deleting the old state leaves the journal of the newer one alone", async () => {
      const old = await create();
      const now = await create({ replaced: old.outs });
      await journal.write("abcdefghij", {
        what: "",
        marker: "abcdefghij1",
        place: "UCloud cn-wlcb",
        identity: "",
        want: 1,
        sentAt: 0,
        state: "accepted",
        serverIds: [now.id],
      });
      world.cloud.vanish(old.id);
      await uphoneServer.delete(old.id, old.outs, run({ heldGeneration: 1 }));
      expect(journal.intents.get("abcdefghij")).toMatchObject({ state: "accepted", serverIds: [now.id] });
    });

    test("destroying it while old and new stand there leaves nothing", async () => {
      const old = await create();
      const now = await create({ replaced: old.outs });
      await uphoneServer.delete(old.id, old.outs, run());
      await uphoneServer.delete(now.id, now.outs, run());
      expect(world.cloud.costing()).toEqual([]);
      expect(deletions()).toHaveLength(2);
    });
  });

  describe("when a request is delivered twice", () => {
    test("the second server is deleted with all that was bought with it", async () => {
      world.simulator.faults.add({ ...purchase, kind: "duplicate-delivery" });
      const { id, outs } = await create(undefined, { ...ipGroup, releaseEip: false });
      expect(orders()).toBe(2);
      expect(servers()).toEqual([id]);
      await uphoneServer.delete(id, { ...outs, releaseEip: true }, run());
      expect(world.cloud.costing()).toEqual([]);
    });

    test("a second server that shows late is found by the next refresh and deleted by the next change", async () => {
      world.simulator.faults.add({ ...purchase, kind: "late-lists", ms: hourMs, after: 1 });
      world.simulator.faults.add({ ...purchase, kind: "duplicate-delivery" });
      const { id, outs } = await create();
      expect(servers()).toHaveLength(2);
      world.clock.advance(hourMs);

      const context = run();
      const refreshed = await uphoneServer.read(id, outs, context);
      expect(refreshed?.outs).toEqual({ ...outs, isReady: false });
      expect(context.lines).toEqual([
        expect.stringMatching(
          /^UPhoneServer "farm-a": uphs-\w+ carries its marker too and stands in no state; the next `pulumi up` takes care of that$/,
        ),
      ]);
      expect(await uphoneServer.update(id, refreshed!.outs, world.farm(), run())).toEqual(outs);
      expect(servers()).toEqual([id]);
    });

    test("destroying it deletes both", async () => {
      world.simulator.faults.add({ ...purchase, kind: "late-lists", ms: hourMs, after: 1 });
      world.simulator.faults.add({ ...purchase, kind: "duplicate-delivery" });
      const { id, outs } = await create();
      world.clock.advance(hourMs);
      await uphoneServer.delete(id, outs, run());
      expect(world.cloud.costing()).toEqual([]);
    });
  });

  describe("its marker", () => {
    test("does not show as drift while the server is being built", async () => {
      const kept = await notReady(create({ deadline: world.clock.now() + 5 * minuteMs }));
      expect((await world.shown(kept.id))?.ServerName).toBe("farm-a-abcdefghij0");
      const seen = await uphoneServer.read(kept.id, kept.outs, run());
      expect(seen?.outs).toMatchObject({ name: "farm-a", remark: "", marker: "abcdefghij0", isReady: false });
    });

    test("stays when the remark changes", async () => {
      const { id, outs } = await create(undefined, { remark: "night" });
      await uphoneServer.update(id, outs, world.farm({ remark: "day" }), run());
      expect((await world.shown(id))?.Remark).toBe("day [pulumi:abcdefghij0]");
    });

    test("is put back when somebody removed it", async () => {
      const { id, outs } = await create(undefined, { remark: "night" });
      world.cloud.change(id, { Remark: "changed by hand" });
      const seen = await uphoneServer.read(id, outs, run());
      expect(seen?.outs).toMatchObject({ remark: "changed by hand", marker: "" });
      expect(uphoneServer.diff(seen!.outs, world.farm({ remark: "night" }), "abcdefghij").properties).toMatchObject([
        { property: "remark" },
        { property: "marker" },
      ]);
      const changed = await uphoneServer.update(id, seen!.outs, world.farm({ remark: "night" }), run());
      expect(changed).toEqual(outs);
      expect((await world.shown(id))?.Remark).toBe("night [pulumi:abcdefghij0]");
    });

    test("becomes the new one when an alias renames the resource", async () => {
      const { id, outs } = await create();
      const renamed = await uphoneServer.update(id, outs, world.farm(), run({ marker: "zzzzzzzzzz" }));
      expect(renamed.marker).toBe("zzzzzzzzzz0");
      expect((await world.shown(id))?.Remark).toBe("[pulumi:zzzzzzzzzz0]");
      await uphoneServer.delete(id, renamed, run({ marker: "zzzzzzzzzz" }));
      expect(servers()).toEqual([]);
    });

    test("that an interrupted rename by an alias has not rewritten yet does not keep the server from being deleted", async () => {
      const { id, outs } = await create();
      world.simulator.faults.add({ cloud: "ucloud", kind: "error-before", operation: "ModifyUPhoneServerRemark" });
      const renamed = run({ marker: "zzzzzzzzzz" });
      const { outs: left } = await notReady(uphoneServer.update(id, outs, world.farm(), renamed));
      world.simulator.faults.clear();
      await uphoneServer.delete(id, left, run({ marker: "zzzzzzzzzz" }));
      expect(world.cloud.costing()).toEqual([]);
    });

    test("that a rename by an alias left in the journal does not hand its server to a new resource of the old name", async () => {
      world.cloud.stallProvisioning(true);
      const late = await notReady(create());
      world.cloud.stallProvisioning(false);
      const renamed = await uphoneServer.update(late.id, late.outs, world.farm(), run({ marker: "zzzzzzzzzz" }));
      const fresh = await create();
      expect(fresh.id).not.toBe(renamed.serverId);
      expect(servers()).toHaveLength(2);
    });

    test("of an order of unknown outcome is looked for although an alias has renamed the resource since", async () => {
      world.simulator.faults.add({ ...purchase, kind: "late-lists", ms: 20 * minuteMs });
      world.simulator.faults.add({ ...purchase, kind: "lost-answer" });
      const kept = await notReady(create());
      world.clock.advance(hourMs);
      const renamed = await uphoneServer.update(kept.id, kept.outs, world.farm(), run({ marker: "zzzzzzzzzz", journal: memoryJournal() }));
      expect(renamed).toMatchObject({ isReady: true, serverId: servers()[0] });
      expect(renamed.marker).toMatch(/^zzzzzzzzzz/);
      expect(orders()).toBe(1);
    });

    test("of another resource, which adopted the server, keeps it from being deleted here", async () => {
      const { id, outs } = await create(undefined, ipGroup);
      world.cloud.change(id, { Remark: "theirs [pulumi:zzzzzzzzzz0]" });
      const seen = await uphoneServer.read(id, outs, run());
      expect(seen?.outs.marker).toBe("");
      const before = world.cloud.costing();
      const context = run();
      await uphoneServer.delete(id, seen!.outs, context);
      expect(world.cloud.costing()).toEqual(before);
      expect(context.lines).toEqual([`UPhoneServer ${id}: left alone, because it carries the marker of another resource (zzzzzzzzzz0)`]);
    });

    test("is not seen in a name that only looks like one", async () => {
      const { id, outs } = await create(undefined, { name: "farm-deployment2024" });
      world.cloud.change(id, { ServerName: "farm-production2025" });
      const seen = await uphoneServer.read(id, outs, run());
      expect(seen?.outs.name).toBe("farm-production2025");
      await uphoneServer.delete(id, outs, run());
      expect(servers()).toEqual([]);
    });

    test("is given to a server that was bought before there were markers", async () => {
      const { id, outs } = await create(undefined, { remark: "night" });
      world.cloud.change(id, { Remark: "night" });
      const last = { ...outs, marker: undefined, identity: undefined } as unknown as UPhoneServerOutputs; // as an earlier release stored it
      expect(uphoneServer.diff(last, world.farm({ remark: "night" }), "abcdefghij").properties).toMatchObject([{ property: "marker" }]);
      expect(await uphoneServer.update(id, last, world.farm({ remark: "night" }), run())).toEqual(outs);
      expect((await world.shown(id))?.Remark).toBe("night [pulumi:abcdefghij0]");
    });
  });

  test("creates of one run share one list", async () => {
    const looks = new Map<string, Promise<unknown>>();
    const markers = ["aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc", "dddddddddd"];
    await Promise.all(markers.map((marker) => create({ marker, looks, journal: memoryJournal() })));
    const calls = world.cloud.received();
    const first = calls.findIndex((call) => call.operation === "CreateUPhoneServer");
    expect(calls.slice(0, first).map((call) => call.operation)).toEqual(["DescribeUPhoneServer"]);
    expect(orders()).toBe(4);
  });
});
