import type { Context } from "../../../../provider/kit/context";
import { uphoneServer } from "../../../../provider/vendors/ucloud/uphone-server";
import type { UPhoneServerOutputs, UPhoneServerSpec } from "../../../../provider/vendors/ucloud/uphone-server";
import { memoryJournal } from "../../../support/context";
import { notReady, ucloudWorld } from "../../../support/ucloud";
import type { UcloudWorld } from "../../../support/ucloud";

const minuteMs = 60_000;
const purchase = { cloud: "ucloud", operation: "CreateUPhoneServer", times: 1 } as const;

describe("A UPhoneServer that is not waited for", () => {
  let world: UcloudWorld;
  let journal: ReturnType<typeof memoryJournal>;
  beforeEach(async () => {
    world = await ucloudWorld();
    journal = memoryJournal();
  });
  afterEach(() => world.close());

  const spec = { remark: "night shift", autoRenew: false, skipAwait: true } as const;
  const run = (over?: Partial<Context>) => world.context({ journal, ...over });
  const create = (over?: Partial<UPhoneServerSpec>) => uphoneServer.create(world.farm({ ...spec, ...over }), run());
  const update = (outs: UPhoneServerOutputs, over?: Partial<UPhoneServerSpec>) =>
    uphoneServer.update(outs.serverId, outs, world.farm({ ...spec, ...over }), run());
  const diff = (outs: UPhoneServerOutputs) =>
    uphoneServer.diff(outs, world.farm(spec), "abcdefghij").properties.map(({ property }) => property);
  const orders = () => world.simulator.ledger.orders().length;

  test("is in the state as soon as it is bought, and finished by the first run that finds it running", async () => {
    const begun = world.clock.now();
    const { id, outs } = await create();
    expect(world.clock.now() - begun).toBeLessThan(minuteMs);
    expect([id]).toEqual(world.cloud.servers());
    expect(outs).toMatchObject({ serverId: id, isReady: false, state: "", remark: "", autoRenew: undefined });
    expect(diff(outs)).toContain("isReady");

    world.clock.advance(15 * minuteMs);
    const building = await uphoneServer.read(id, outs, run());
    expect(building!.outs).toMatchObject({ state: "UPhoneCreating", isReady: false, name: "farm-a" });
    const now = world.clock.now();
    const still = await update(building!.outs);
    expect(world.clock.now() - now).toBeLessThan(minuteMs);
    expect(still).toMatchObject({ isReady: false, state: "UPhoneCreating", remark: "" });
    expect(journal.intents.size).toBe(0); // the state has it

    world.clock.advance(10 * minuteMs);
    const ready = await update(still);
    expect(ready).toMatchObject({ isReady: true, remark: "night shift", autoRenew: false, phoneCount: 42 });
    expect(await world.shown(id)).toMatchObject({ ServerName: "farm-a", Remark: "night shift [pulumi:abcdefghij0]" });
    expect((await uphoneServer.read(id, ready, run()))?.outs).toEqual(ready);
    expect(diff(ready)).toEqual([]);
    expect(orders()).toBe(1);
  });

  test("is not bought again when the run dies before its state is written, and it does not show yet", async () => {
    world.simulator.faults.add({ ...purchase, kind: "late-lists", ms: 9 * minuteMs });
    const lost = await create();
    const { id, outs } = await create();
    expect(id).toBe(lost.id);
    expect(outs.isReady).toBe(false);
    expect(orders()).toBe(1);
  });

  test("and does not show yet is no failure of a refresh, and gone only after a while", async () => {
    world.simulator.faults.add({ ...purchase, kind: "late-lists", ms: 9 * minuteMs });
    const { id, outs } = await create();
    expect(await uphoneServer.read(id, outs, run())).toMatchObject({ id, outs: { state: "", isReady: false } });
    expect(await update(outs)).toMatchObject({ state: "", isReady: false });
    world.clock.advance(9 * minuteMs);
    expect(await uphoneServer.read(id, outs, run())).toMatchObject({ outs: { state: "Initializing" } });
    world.cloud.vanish(id);
    world.clock.advance(2 * minuteMs);
    expect(await uphoneServer.read(id, outs, run())).toBeUndefined();
  });

  test("is waited for as soon as the program wants that", async () => {
    const { outs } = await create();
    expect(await update(outs, { skipAwait: false })).toMatchObject({ isReady: true, state: "Running", remark: "night shift" });
  });

  test("is an error all the same when the purchase has no clear outcome", async () => {
    world.simulator.faults.add({ ...purchase, kind: "lost-request" });
    const unclear = await notReady(create());
    expect(unclear.id).toBe("unresolved/abcdefghij0");
    const bought = await update(unclear.outs);
    expect(bought).toMatchObject({ isReady: false, unclearSince: undefined, serverId: world.cloud.servers()[0] });
    expect(orders()).toBe(1);
  });

  test("is an error all the same when UCloud fails to build it", async () => {
    world.cloud.failProvisioning();
    const { outs } = await create();
    world.clock.advance(15 * minuteMs);
    expect((await notReady(update(outs))).message).toContain("failed to build");
  });

  test("and is deleted before it is finished goes with everything", async () => {
    const { id, outs } = await create({ ipDestRegion: "hk", shareBandwidth: 10, ipProportion: 21 });
    await uphoneServer.delete(id, outs, run());
    expect(world.cloud.costing()).toEqual([]);
    expect(journal.intents.size).toBe(0);
  });

  test("is left as it is by a ready server: later changes are seen through", async () => {
    const { id, outs } = await create({ skipAwait: false });
    world.cloud.choices.emptyStates = 2;
    const changed = await uphoneServer.update(id, outs, world.farm({ ...spec, name: "farm-b" }), run());
    expect(changed).toMatchObject({ name: "farm-b", isReady: true, skipAwait: true });
  });

  test("loses the double of a doubled request at once", async () => {
    world.simulator.faults.add({ ...purchase, kind: "duplicate-delivery" });
    world.simulator.faults.add({ ...purchase, kind: "lost-answer" });
    const { id, outs } = await create();
    const rest = outs.isReady ? outs : await update(outs, { skipAwait: false });
    expect(rest.isReady).toBe(true);
    expect(world.cloud.servers()).toEqual([id]);
  });
});
