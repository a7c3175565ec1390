import type { Context } from "../../../../provider/kit/context";
import { uphoneServer } from "../../../../provider/vendors/ucloud/uphone-server";
import type { UPhoneServerOutputs, UPhoneServerSpec } from "../../../../provider/vendors/ucloud/uphone-server";
import { listen } from "../../../../simulator/listen";
import { uphones } from "../../../../sdk/uphones";
import { notReady, ucloudWorld } from "../../../support/ucloud";
import type { UcloudWorld } from "../../../support/ucloud";

const minuteMs = 60_000;

describe("Another image on the phones of a UPhoneServer", () => {
  let world: UcloudWorld;
  beforeEach(async () => void (world = await ucloudWorld()));
  afterEach(() => world.close());

  const create = (over?: Partial<UPhoneServerSpec>) => uphoneServer.create(world.farm(over), world.context({ pollMs: 5 * minuteMs }));
  const wanted = (over?: Partial<UPhoneServerSpec>) => world.farm({ imageId: "image-Sim002", imageUpdate: "reset", ...over });
  const update = (outs: UPhoneServerOutputs, context: Context = world.context()) =>
    uphoneServer.update(outs.serverId, outs, wanted(), context);
  const resets = () => world.cloud.received().filter((call) => call.operation === "ResetUPhone");
  /** How many phones each reset named. */
  const sizes = () => resets().map((call) => Object.keys(call.parameters).filter((name) => name.startsWith("UPhoneIds.")).length);
  const images = async (id: string) => new Set((await world.phones(id)).map((phone) => phone.ImageId));

  test("is put there by one reset of all of them, which costs nothing", async () => {
    const { id, outs } = await create();
    const before = world.simulator.ledger.entries();
    const context = world.context();
    const changed = await update(outs, context);
    expect(changed).toMatchObject({ imageId: "image-Sim002", isReady: true, resetJobId: undefined });
    expect(uphones(changed.phones)!.every(({ state }) => state === "RUNNING")).toBe(true);
    expect(await images(id)).toEqual(new Set(["image-Sim002"]));
    expect(sizes()).toEqual([42]);
    expect(context.lines).toEqual([
      `UPhoneServer ${id}: resetting 42 of 42 phones with image image-Sim002`,
      `UPhoneServer ${id}: all 42 phones have image image-Sim002`,
    ]);
    expect(world.simulator.ledger.entries()).toEqual(before);
    expect((await uphoneServer.read(id, changed, world.context()))?.outs).toEqual(changed);

    await update(changed);
    expect(resets()).toHaveLength(1);
  });

  test("leaves out phones that have it already", async () => {
    const { id, outs } = await create();
    const [one, two] = await world.phones(id);
    await world.call("ResetUPhone", { "UPhoneIds.0": one!.UPhoneId, "UPhoneIds.1": two!.UPhoneId, ImageId: "image-Sim002" });
    world.clock.advance(5 * minuteMs);
    await update(outs);
    expect(sizes()).toEqual([2, 40]);
    expect(await images(id)).toEqual(new Set(["image-Sim002"]));
  });

  test("sends nothing when the console has reset all of them", async () => {
    const { id, outs } = await create();
    world.cloud.change(id, { ImageId: "image-Sim002" });
    expect(await update(outs)).toMatchObject({ imageId: "image-Sim002" });
    expect(resets()).toEqual([]);
  });

  test("names the phones that failed, keeps the old image in the state, and the next run resets only those", async () => {
    const { id, outs } = await create();
    const [first, , third] = await world.phones(id);
    world.cloud.choices.failingPhoneWork.push(first!.UPhoneId, third!.UPhoneId);
    const kept = await notReady(update(outs));
    expect(kept.message).toBe(
      `Could not reset 2 of the 42 phones of UPhoneServer ${id} with image image-Sim002: farm-a-abcdefghij0-1 (the phone did not answer), farm-a-abcdefghij0-3 (the phone did not answer). ` +
        "The others have it. Run `pulumi up` again, which resets only those that have not.",
    );
    expect(kept.outs).toMatchObject({ imageId: "image-Sim001", isReady: true });
    expect(uphones(kept.outs.phones)!.filter(({ state }) => state === "RESET_FAILED")).toHaveLength(2);

    const refreshed = await uphoneServer.read(id, kept.outs, world.context());
    expect(uphoneServer.diff(refreshed!.outs, wanted(), "abcdefghij").properties).toMatchObject([{ property: "imageId", kind: "update" }]);
    expect(await update(refreshed!.outs)).toMatchObject({ imageId: "image-Sim002" });
    expect(sizes()).toEqual([42, 2]);
    expect(await images(id)).toEqual(new Set(["image-Sim002"]));
  });

  test("is taken back by going back to the old one, when some phones failed: all of them have that again", async () => {
    const { id, outs } = await create();
    const [first] = await world.phones(id);
    world.cloud.choices.failingPhoneWork.push(first!.UPhoneId);
    const kept = await notReady(update(outs));
    expect(kept.outs).toMatchObject({ imageId: "image-Sim001", imageUnderWay: "image-Sim002" });

    const back = wanted({ imageId: "image-Sim001" });
    const differences = (state: UPhoneServerOutputs, news = back) =>
      uphoneServer.diff(state, news, "abcdefghij").properties.map(({ property, kind }) => [property, kind]);
    const refreshed = (await uphoneServer.read(id, kept.outs, world.context()))!.outs;
    expect(differences(refreshed)).toEqual([["imageId", "update"]]);
    // Nobody asked for a reset or a new server, and the image of the state is the one that is wanted.
    expect(differences(refreshed, world.farm())).toEqual([["imageUpdate", "update"]]);
    expect(uphoneServer.diff(refreshed, world.farm(), "abcdefghij").notes).toEqual([
      'phones may have image image-Sim002, since a reset was interrupted, and that is left so: imageUpdate "reset" gives all of them image-Sim001',
    ]);
    expect(uphoneServer.diff(refreshed, back, "abcdefghij").notes).toEqual([]);

    world.cloud.choices.failingPhoneWork.push(first!.UPhoneId);
    const again = await notReady(uphoneServer.update(id, refreshed, back, world.context()));
    expect(differences(again.outs)).toEqual([["imageId", "update"]]);
    const changed = await uphoneServer.update(id, again.outs, back, world.context());
    expect(changed).toMatchObject({ imageId: "image-Sim001", imageUnderWay: undefined });
    expect(differences(changed)).toEqual([]);
    expect(sizes()).toEqual([42, 42, 1]);
    expect(await images(id)).toEqual(new Set(["image-Sim001"]));
  });

  test("is over when a refresh finds all phones well with one image", async () => {
    const { id, outs } = await create();
    const [first] = await world.phones(id);
    world.cloud.choices.failingPhoneWork.push(first!.UPhoneId);
    const kept = await notReady(update(outs));
    await world.call("ResetUPhone", { "UPhoneIds.0": first!.UPhoneId, ImageId: "image-Sim002" });
    const busy = await uphoneServer.read(id, kept.outs, world.context());
    expect(busy!.outs).toMatchObject({ imageUnderWay: "image-Sim002" });
    world.clock.advance(5 * minuteMs);
    const well = await uphoneServer.read(id, kept.outs, world.context());
    expect(well!.outs).toMatchObject({ imageId: "image-Sim002", imageUnderWay: undefined });
  });

  test("repairs phones that never started, too", async () => {
    world.cloud.choices.failingPhones = 3;
    const { outs } = await create();
    const changed = await update(outs);
    expect(uphones(changed.phones)!.every(({ state }) => state === "RUNNING")).toBe(true);
  });

  test("waits for phones on which something else is under way", async () => {
    const { id, outs } = await create();
    const [one] = await world.phones(id);
    await world.call("RebootUPhone", { "UPhoneIds.0": one!.UPhoneId });
    expect(await update(outs)).toMatchObject({ imageId: "image-Sim002" });
    expect(sizes()).toEqual([42]);
  });

  test.each(["lost-answer", "error-after"] as const)("sends a reset once: %s", async (kind) => {
    const { outs } = await create();
    world.simulator.faults.add({ cloud: "ucloud", operation: "ResetUPhone", times: 1, kind });
    expect(await update(outs)).toMatchObject({ imageId: "image-Sim002" });
    expect(sizes()).toEqual([42]);
  });

  test.each(["lost-request", "error-before"] as const)("fails when a reset got lost, and the next run sends it: %s", async (kind) => {
    const { outs } = await create();
    const fault = world.simulator.faults.add({ cloud: "ucloud", operation: "ResetUPhone", times: 1, kind });
    const kept = await notReady(update(outs));
    expect(fault.injected()).toBe(1);
    expect(kept.outs).toMatchObject({ imageId: "image-Sim001" });
    expect(await update(kept.outs)).toMatchObject({ imageId: "image-Sim002" });
    expect(sizes()).toEqual([42]);
  });

  test("is awaited by the next run when the time is over, by its job", async () => {
    const { outs } = await create();
    const kept = await notReady(update(outs, world.context({ deadline: world.clock.now() + 2 * minuteMs })));
    expect(kept.message).toContain("to be at rest");
    expect(kept.outs).toMatchObject({ imageId: "image-Sim001", resetJobId: expect.stringMatching(/^job-/) as string });
    expect(await update(kept.outs)).toMatchObject({ imageId: "image-Sim002", resetJobId: undefined });
    expect(sizes()).toEqual([42]);
  });

  test("is not believed of half a list of phones", async () => {
    const { outs } = await create();
    const port = await listen(0, (request) => {
      const answer = world.cloud.handle(request);
      const body = answer.body as { UPhones?: unknown[] };
      return body.UPhones === undefined ? answer : { ...answer, body: { ...body, UPhones: body.UPhones.slice(1) } };
    });
    const { settings } = world.context();
    const config = (key: string): string | undefined => (key === "ucloud:endpoint" ? port.url : settings.config(key));
    const kept = await notReady(update(outs, world.context({ settings: { ...settings, config } })));
    await port.close();
    expect(kept.message).toContain("UCloud lists 41 of the 42 phones");
    expect(resets()).toEqual([]);
  });

  test("that UCloud does not have is refused, and nothing is wiped", async () => {
    const { outs } = await create();
    const failing = uphoneServer.update(outs.serverId, outs, wanted({ imageId: "image-none" }), world.context());
    expect((await notReady(failing)).message).toContain("Params [ImageId] not available");
  });

  test("comes with the purchase when the server is new: nothing is reset", async () => {
    const { outs } = await create({ imageId: "image-Sim002", imageUpdate: "reset" });
    expect(outs.imageId).toBe("image-Sim002");
    expect(resets()).toEqual([]);
  });
});
