import { cphBmsServer } from "../../../../provider/vendors/huaweicloud/cph-bms-server";
import { cphPhoneServer } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import type { CphPhoneServerOutputs, CphPhoneServerSpec } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import type { Context } from "../../../../provider/kit/context";
import { memoryJournal } from "../../../support/context";
import { huaweiWorld, leftBehind, messageOf, phonesInVpc } from "../../../support/huaweicloud";
import type { HuaweiWorld } from "../../../support/huaweicloud";

const minute = 60_000;
const rarely = { pollMs: 5 * minute };

describe("Servers that exist", () => {
  let world: HuaweiWorld;
  beforeEach(async () => (world = await huaweiWorld()));
  afterEach(() => world.close());

  const ordered = (): number[] => world.simulator.ledger.orders("huaweicloud").map((order) => order.ids.length);
  const idsOf = (outs: { servers: readonly { id: string }[] }): string[] => outs.servers.map((server) => server.id);
  const alive = (): string[] => [...world.cloud.servers()].sort();
  const create = (spec: Partial<CphPhoneServerSpec>, over: Partial<Context> = {}) =>
    cphPhoneServer.create(world.phones(spec), world.context({ ...rarely, ...over }));
  /** Bought by somebody else: without a marker, or by another resource. */
  const standing = async (spec: Partial<CphPhoneServerSpec> = phonesInVpc, marker = "bbbbbbbbbb"): Promise<string[]> =>
    idsOf((await create(spec, { marker })).outs);

  test("are taken over instead of bought, and nothing but their marker changes", async () => {
    const [id = ""] = await standing({ ...phonesInVpc, serverName: "old", tags: { a: "b" } });
    world.cloud.change(id, { tags: { a: "b" } });
    world.operations();
    const ctx = world.context();
    const spec = { ...phonesInVpc, adopt: id, tags: { c: "d" }, keypairName: "kp2" };
    const inputs = world.phones(spec);
    const { id: taken, outs } = await cphPhoneServer.create(inputs, ctx);
    expect(taken).toBe(id);
    expect(outs).toMatchObject({ isReady: true, marker: "abcdefghij0", serverName: "old", tags: { a: "b" }, keypairName: "", count: 1 });
    expect(world.operations().filter((name) => /^(Create|Update|Change|Delete|Batch|Cancel|Auto)/.test(name))).toEqual(["BatchCreateTags"]);
    expect(ctx.lines).toEqual([`CphPhoneServer "farm-b": took over ${id}; nothing was bought, server ${id}, 50 phones`]);
    expect(cphPhoneServer.diff(outs, inputs, "abcdefghij").properties.map(({ property, kind }) => [property, kind])).toEqual([
      ["serverName", "update"],
      ["keypairName", "update"],
      ["tags", "update"],
    ]);
    expect((await cphPhoneServer.read(id, outs, world.context()))?.outs).toEqual(outs);
    const changed = await cphPhoneServer.update(id, outs, inputs, world.context());
    expect(changed).toMatchObject({ serverName: "farm-b", tags: { c: "d" }, keypairName: "kp2" });
    expect(cphPhoneServer.diff(changed, { ...inputs, adopt: undefined }, "abcdefghij").properties).toEqual([]);
    expect(ordered()).toEqual([1]);
    await cphPhoneServer.delete(id, changed, world.context());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("are taken over several at once, and the next update buys the rest", async () => {
    const ids = await standing({ ...phonesInVpc, count: 2 });
    const spec = { ...phonesInVpc, adopt: ids, count: 3 };
    const ctx = world.context();
    const { id, outs } = await cphPhoneServer.create(world.phones(spec), ctx);
    expect(idsOf(outs)).toEqual(ids);
    expect(outs.count).toBe(2);
    expect(ctx.lines[0]).toBe('CphPhoneServer "farm-b": took over servers of bbbbbbbbbb0, bbbbbbbbbb0');
    expect(cphPhoneServer.diff(outs, world.phones(spec), "abcdefghij").properties).toMatchObject([{ property: "count", old: 2, new: 3 }]);
    const whole = await cphPhoneServer.update(id, outs, world.phones(spec), world.context(rarely));
    expect(idsOf(whole).sort()).toEqual(alive());
    expect(ordered()).toEqual([2, 1]);
  });

  test("of another model show as a replacement, which then is bought", async () => {
    const [id = ""] = await standing({ ...phonesInVpc, phoneDataVolume: { volumeType: "SSD", size: 50 } });
    const inputs = world.phones({ ...phonesInVpc, adopt: id });
    const { outs } = await cphPhoneServer.create(inputs, world.context());
    expect(cphPhoneServer.diff(outs, inputs, "abcdefghij").properties).toMatchObject([
      { property: "phoneDataVolume.volumeType", kind: "replace" },
      { property: "phoneDataVolume.size", kind: "update" },
    ]);
    const next = await cphPhoneServer.create(inputs, world.context({ ...rarely, replaced: outs }));
    expect(next.id).not.toBe(id);
    expect(next.outs.marker).toBe("abcdefghij1");
    await cphPhoneServer.delete(id, outs, world.context({ heldGeneration: 1 }));
    expect(alive()).toEqual([next.id]);
    expect(ordered()).toEqual([1, 1]);
  });

  test("that were this resource's and long in no state are taken over by name", async () => {
    const [id = ""] = await standing(phonesInVpc, "abcdefghij");
    await world.clock.sleep(3 * 24 * 60 * minute);
    expect(await messageOf(create(phonesInVpc))).toContain(id);
    const { outs } = await create({ ...phonesInVpc, adopt: [id] });
    expect(outs.marker).toBe("abcdefghij1");
    expect(ordered()).toEqual([1]);
  });

  test("that are still being built are waited for", async () => {
    const left = await leftBehind<CphPhoneServerOutputs>(
      create(phonesInVpc, { marker: "bbbbbbbbbb", pollMs: undefined, deadline: world.clock.now() + 5 * minute }),
    );
    const { outs } = await create({ ...phonesInVpc, adopt: left.id });
    expect(outs).toMatchObject({ isReady: true, state: "running", marker: "abcdefghij0" });
    expect(ordered()).toEqual([1]);
  });

  test("elsewhere, or of the other kind, are refused with what to check, and nothing is bought", async () => {
    const [id = ""] = await standing();
    const nowhere = "0".repeat(32);
    expect(await messageOf(create({ ...phonesInVpc, adopt: [id, nowhere], count: 2 }))).toBe(
      `CphPhoneServer "farm-b": nothing was taken over, because there is no server ${nowhere} in Huawei Cloud cn-east-3, project b0000000000000000000000000000001. Check \`adopt\`, \`region\` and \`projectId\`, and whose keys are in use.`,
    );
    expect(await messageOf(cphBmsServer.create(world.bare({ adopt: id }), world.context()))).toContain(`${id} is no CphBmsServer`);
    const bare = await cphBmsServer.create(world.bare(), world.context({ ...rarely, marker: "cccccccccc" }));
    expect(await messageOf(create({ ...phonesInVpc, adopt: bare.id }))).toContain(`${bare.id} is no CphPhoneServer`);
    const taken = await cphBmsServer.create(world.bare({ adopt: bare.id }), world.context({ marker: "dddddddddd" }));
    expect(taken.id).toBe(bare.id);
    expect(ordered()).toEqual([1, 1]);
  });

  test("that a state already holds are not looked for again when it is replaced", async () => {
    const [id = ""] = await standing();
    const { outs } = await create({ ...phonesInVpc, adopt: id });
    expect(cphPhoneServer.diff(outs, world.phones({ ...phonesInVpc, adopt: "another" }), "abcdefghij").properties).toEqual([]);
    const next = await create({ ...phonesInVpc, adopt: [id] }, { replaced: outs });
    expect(next.id).not.toBe(id);
    expect(ordered()).toEqual([1, 1]);
    // Nor when that one is replaced in turn, and the adopted server is long gone.
    await cphPhoneServer.delete(id, outs, world.context({ heldGeneration: 1 }));
    const last = await create({ ...phonesInVpc, adopt: [id] }, { replaced: next.outs });
    expect([id, next.id]).not.toContain(last.id);
    expect(ordered()).toEqual([1, 1, 1]);
    // Another one that the program names instead is taken over.
    const [other = ""] = await standing();
    expect((await create({ ...phonesInVpc, adopt: [id, other], count: 2 }, { replaced: last.outs })).id).toBe(other);
    expect(ordered()).toEqual([1, 1, 1, 1]);
  });

  test("leave a purchase that an earlier run did not see through known", async () => {
    const [id = ""] = await standing();
    const journal = memoryJournal();
    const interrupted = await leftBehind<CphPhoneServerOutputs>(
      create(phonesInVpc, { journal, pollMs: undefined, deadline: world.clock.now() + 5 * minute }), // and its state was lost
    );
    const { outs } = await create({ ...phonesInVpc, adopt: id }, { journal });
    expect(journal.intents.get("abcdefghij")).toMatchObject({ state: "accepted", serverIds: [interrupted.id] });
    await cphPhoneServer.delete(id, outs, world.context({ journal, deadline: world.clock.now() + 60 * minute }));
    expect(world.cloud.costing()).toEqual([]);
    expect(journal.intents.size).toBe(0);
  });

  test("with a name that looks like a marker are nobody's for that", async () => {
    const [id = ""] = await standing({ ...phonesInVpc, serverName: "farm-production1" });
    world.cloud.change(id, { tags: {} });
    const ctx = world.context();
    const { outs } = await cphPhoneServer.create(world.phones({ ...phonesInVpc, adopt: id }), ctx);
    expect(outs).toMatchObject({ serverName: "farm-production1", servers: [{ name: "farm-production1" }] });
    expect(ctx.lines).toEqual([`CphPhoneServer "farm-b": took over ${id}; nothing was bought, server ${id}, 50 phones`]);
  });
});
