import type { Context } from "../../../../provider/kit/context";
import { newTally } from "../../../../provider/kit/gone";
import { uphoneServer } from "../../../../provider/vendors/ucloud/uphone-server";
import { listen } from "../../../../simulator/listen";
import { memoryJournal } from "../../../support/context";
import { ucloudWorld } from "../../../support/ucloud";
import type { UcloudWorld } from "../../../support/ucloud";

const minuteMs = 60_000;

describe("A UPhoneServer is gone only for sure", () => {
  let world: UcloudWorld;
  beforeEach(async () => void (world = await ucloudWorld()));
  afterEach(() => world.close());

  const run = (over?: Partial<Context>) => world.context({ pollMs: minuteMs, ...over });
  const create = (over?: Partial<Context>) => uphoneServer.create(world.farm(), run(over));

  /** A way to UCloud on which the first `slips` lists of servers come back empty, counted from the first call of `after`. */
  async function slipping(slips: number, after = ""): Promise<{ settings: Context["settings"]; close(): Promise<void> }> {
    let left = slips;
    let hasBegun = false;
    const port = await listen(0, (request) => {
      const sent = request.body.toString();
      hasBegun ||= sent.includes(`Action=${after}`);
      const isSlip = hasBegun && sent.includes("Action=DescribeUPhoneServer&") && left-- > 0;
      return isSlip ? { status: 200, body: { RetCode: 0, TotalCount: 0, Servers: [] } } : world.cloud.handle(request);
    });
    const { settings } = world.context();
    const config = (key: string): string | undefined => (key === "ucloud:endpoint" ? port.url : settings.config(key));
    return { settings: { ...settings, config }, close: () => port.close() };
  }

  test("one empty list is not believed, by a read, a change or a deletion", async () => {
    const { id, outs } = await create();
    const reading = await slipping(1);
    expect((await uphoneServer.read(id, outs, run(reading)))?.outs).toEqual(outs);
    await reading.close();

    const changing = await slipping(2); // the list of what else carries the marker, and the first look at the server
    expect(await uphoneServer.update(id, outs, world.farm({ name: "farm-b" }), run(changing))).toMatchObject({ name: "farm-b" });
    await changing.close();

    const deleting = await slipping(2);
    await uphoneServer.delete(id, outs, run(deleting));
    await deleting.close();
    expect(world.cloud.costing()).toEqual([]);
  });

  test("one empty list is not believed after a deletion was asked for either", async () => {
    const { id, outs } = await create();
    const deleting = await slipping(1, "DeleteUPhoneServer");
    await uphoneServer.delete(id, outs, world.context(deleting));
    await deleting.close();
    expect(world.cloud.costing()).toEqual([]);
  });

  test("two looks, five seconds apart, are", async () => {
    const { id, outs } = await create();
    world.cloud.vanish(id);
    const begun = world.clock.now();
    expect(await uphoneServer.read(id, outs, world.context())).toBeUndefined();
    expect(world.clock.now() - begun).toBeGreaterThanOrEqual(5000);
  });

  test("what the journal says of it is forgotten with it", async () => {
    const { id, outs } = await create();
    const context = run();
    await context.journal.write("abcdefghij", {
      what: "",
      marker: "abcdefghij0",
      place: "UCloud cn-wlcb",
      identity: "",
      want: 1,
      sentAt: 0,
      state: "accepted",
      serverIds: [id],
    });
    world.cloud.vanish(id);
    expect(await uphoneServer.read(id, outs, context)).toBeUndefined();
    expect(await context.journal.read("abcdefghij")).toBeUndefined();
  });

  test("the keys of another account make nothing gone", async () => {
    const farm = { ...world.farm(), projectId: undefined };
    const { id, outs } = await uphoneServer.create(farm, run());
    const others = { settings: world.settingsOf("other") };
    const message = `UPhoneServer ${id}: ${id} cannot be seen in UCloud cn-wlcb, but the keys, project or region in use are not those that saw it last.`;
    await expect(uphoneServer.read(id, outs, run(others))).rejects.toThrow(message);
    await expect(uphoneServer.update(id, outs, { ...farm, name: "farm-b" }, run(others))).rejects.toThrow(message);
    await expect(uphoneServer.delete(id, outs, run(others))).rejects.toThrow(message);
    expect(world.cloud.servers()).toEqual([id]);
    expect(await uphoneServer.read(id, outs, run({ ...others, confirmGone: true }))).toBeUndefined();
  });

  test("other keys of the same account see it, and are the ones that saw it last", async () => {
    const { id, outs } = await create();
    const sub = { settings: world.settingsOf("sub") };
    const seen = await uphoneServer.read(id, outs, run(sub));
    expect(seen?.outs.identity).not.toBe(outs.identity);
    world.cloud.vanish(id);
    expect(await uphoneServer.read(id, seen!.outs, run(sub))).toBeUndefined();
  });

  test("five at once, and more than half of what was read, are not believed without a word of the user", async () => {
    const markers = ["a", "b", "c", "d", "e", "f"].map((letter) => letter.repeat(10));
    const farms = await Promise.all(markers.map((marker) => create({ marker })));
    for (const { id } of farms.slice(0, 5)) world.cloud.vanish(id);
    const refresh = (over?: Partial<Context>) => {
      const shared = { tally: newTally(), ...over };
      return Promise.allSettled(
        farms.map(({ id, outs }, index) => uphoneServer.read(id, outs, run({ ...shared, marker: markers[index]! }))),
      );
    };

    const tally = newTally();
    await refresh({ tally });
    const read = await refresh({ tally }); // by now all five have been missed
    expect(read.map((one) => one.status)).toEqual([...Array<string>(5).fill("rejected"), "fulfilled"]);
    expect(String((read[0] as PromiseRejectedResult).reason)).toContain("5 of 6 servers read in UCloud cn-wlcb look gone at once");
    const confirmed = await refresh({ confirmGone: true });
    expect(confirmed.slice(0, 5)).toEqual(Array(5).fill({ status: "fulfilled", value: undefined }));
  });

  test("a fleet whose deletion was cut off is deleted by the next run without a question", async () => {
    const markers = ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(10));
    const farms = await Promise.all(markers.map((marker) => create({ marker })));
    const journal = memoryJournal();
    const one = (index: number, over?: Partial<Context>) =>
      uphoneServer.delete(farms[index]!.id, farms[index]!.outs, run({ journal, marker: markers[index]!, ...over }));
    for (const index of markers.keys()) await expect(one(index, { deadline: world.clock.now() + 30_000 })).rejects.toThrow("Waited 30 s");
    world.clock.advance(60 * minuteMs);
    const tally = newTally();
    for (const index of markers.keys()) await one(index, { tally });
    expect(world.cloud.costing()).toEqual([]);
    expect(journal.intents.size).toBe(0);
  });

  test("a fleet that is destroyed is no reason to stop", async () => {
    const markers = ["a", "b", "c", "d", "e", "f"].map((letter) => letter.repeat(10));
    const farms = await Promise.all(markers.map((marker) => create({ marker })));
    const tally = newTally();
    await Promise.all(farms.map(({ id, outs }, index) => uphoneServer.delete(id, outs, run({ tally, marker: markers[index]! }))));
    expect(world.cloud.costing()).toEqual([]);
  });
});
