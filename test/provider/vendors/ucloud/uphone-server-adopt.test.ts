import type { Context } from "../../../../provider/kit/context";
import { uphoneServer } from "../../../../provider/vendors/ucloud/uphone-server";
import type { UPhoneServerSpec } from "../../../../provider/vendors/ucloud/uphone-server";
import { uphones } from "../../../../sdk/uphones";
import { memoryJournal } from "../../../support/context";
import { notReady, ucloudWorld } from "../../../support/ucloud";
import type { UcloudWorld } from "../../../support/ucloud";

const minuteMs = 60_000;
const ipGroup = { ipDestRegion: "cn-bj2", shareBandwidth: 5, ipProportion: 3 };

describe("Adopting a UPhoneServer", () => {
  let world: UcloudWorld;
  beforeEach(async () => void (world = await ucloudWorld()));
  afterEach(() => world.close());

  const run = (over?: Partial<Context>) => world.context({ pollMs: minuteMs, ...over });
  const orders = () => world.simulator.ledger.orders("ucloud").length;

  /** A server as somebody bought it in the console. */
  async function bought(spec?: Partial<UPhoneServerSpec>): Promise<string> {
    const { id, outs } = await uphoneServer.create(world.farm({ name: "by-hand", ...spec }), run({ marker: "zzzzzzzzzz" }));
    world.cloud.change(id, { Remark: outs.remark });
    return id;
  }

  test("buys nothing, changes nothing but the marker, and deletes it like any other", async () => {
    const id = await bought({ remark: "theirs" });
    world.operations();
    const context = run();
    const adopted = await uphoneServer.create(world.farm({ name: "by-hand", remark: "theirs", adopt: id }), context);

    expect(adopted).toMatchObject({ id, outs: { serverId: id, isReady: true, marker: "abcdefghij0", adopt: id } });
    expect(uphones(adopted.outs.phones)).toHaveLength(42);
    expect(context.lines[0]).toBe(`UPhoneServer ${id}: taken over, nothing is bought`);
    expect(world.operations().filter((name) => !name.startsWith("Describe"))).toEqual(["ModifyUPhoneServerRemark"]);
    expect(await world.shown(id)).toMatchObject({ ServerName: "by-hand", Remark: "theirs [pulumi:abcdefghij0]" });
    expect(uphoneServer.diff(adopted.outs, world.farm({ name: "by-hand", remark: "theirs" }), "abcdefghij").properties).toEqual([]);
    expect((await uphoneServer.read(id, adopted.outs, run()))?.outs).toEqual(adopted.outs);
    expect(orders()).toBe(1);

    await uphoneServer.delete(id, adopted.outs, run());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("is over with the first replacement: later ones buy, though the program still says adopt", async () => {
    const id = await bought();
    const adopted = await uphoneServer.create(world.farm({ name: "by-hand", adopt: id }), run());
    const second = await uphoneServer.create(world.farm({ adopt: id, imageId: "image-Sim002" }), run({ replaced: adopted.outs }));
    const third = await uphoneServer.create(world.farm({ adopt: id }), run({ replaced: second.outs }));
    expect(new Set([id, second.id, third.id]).size).toBe(3);
    expect(orders()).toBe(3);
  });

  test("leaves an interrupted purchase in the journal, for the next change to deal with", async () => {
    const id = await bought();
    const journal = memoryJournal();
    world.cloud.stallProvisioning(true);
    await notReady(uphoneServer.create(world.farm(), run({ journal })));
    world.cloud.stallProvisioning(false);
    const { outs } = await uphoneServer.create(world.farm({ name: "by-hand", adopt: id }), run({ journal }));
    expect(journal.intents.get("abcdefghij")).toMatchObject({ state: "accepted" });
    await uphoneServer.update(id, outs, world.farm({ name: "by-hand", adopt: id }), run({ journal }));
    expect(world.cloud.servers()).toEqual([id]);
    expect(journal.intents.size).toBe(0);
  });

  test("shows in the next preview where it differs from the program", async () => {
    const id = await bought({
      remark: "theirs",
      tag: "night",
      imageId: "image-Sim002",
      chargeType: "Year",
      uphoneModelName: "standard",
      ...ipGroup,
    });
    const { outs } = await uphoneServer.create(world.farm({ adopt: id }), run());
    const changes = uphoneServer
      .diff(outs, world.farm({ adopt: id }), "abcdefghij")
      .properties.map(({ property, kind }) => `${kind} ${property}`);
    expect(changes.sort()).toEqual([
      "nextOrder chargeType",
      "replace imageId",
      "replace ipDestRegion",
      "replace ipProportion",
      "replace tag",
      "replace uphoneModelName",
      "update name",
      "update remark",
      "update shareBandwidth",
    ]);
  });

  test("of a server that is not there says what to check, and buys nothing", async () => {
    await expect(uphoneServer.create(world.farm({ adopt: "uphs-nowhere" }), run())).rejects.toThrow(
      "Could not adopt UPhoneServer uphs-nowhere, and nothing was bought: there is no such server in UCloud cn-wlcb, project org-sim001. Check the id in `adopt`, cityId, projectId and the keys in use.",
    );
    expect(orders()).toBe(0);
  });

  test("of a server that is being deleted is refused", async () => {
    const id = await bought();
    world.cloud.change(id, { State: "Deleting" });
    await expect(uphoneServer.create(world.farm({ adopt: id }), run())).rejects.toThrow("it is being deleted");
  });

  test("of a server whose remark leaves no room is refused before anything is changed", async () => {
    const id = await bought();
    world.cloud.change(id, { Remark: "x".repeat(232) });
    await expect(uphoneServer.create(world.farm({ adopt: id }), run())).rejects.toThrow("Shorten it to 231 characters");
    expect((await world.shown(id))?.Remark).toBe("x".repeat(232));
  });

  test("of a server that another resource marked is told", async () => {
    const id = await bought();
    world.cloud.change(id, { Remark: "theirs [pulumi:zzzzzzzzzz3]" });
    const context = run();
    await uphoneServer.create(world.farm({ adopt: id }), context);
    expect(context.lines[0]).toContain("it carried the marker of another resource (zzzzzzzzzz3)");
    expect((await world.shown(id))?.Remark).toBe("theirs [pulumi:abcdefghij0]");
  });

  test("of this resource's own old server, whose state was lost, makes an older state unable to delete it", async () => {
    const old = await uphoneServer.create(world.farm(), run());
    world.clock.advance(48 * 60 * minuteMs);
    const { outs } = await uphoneServer.create(world.farm({ adopt: old.id }), run());
    expect(outs.marker).toBe("abcdefghij1");
    await uphoneServer.delete(old.id, old.outs, run({ heldGeneration: 1 }));
    expect(world.cloud.servers()).toEqual([old.id]);
  });

  test("of a server that is being built waits for it; a purchase of ours gets its name", async () => {
    const kept = await notReady(uphoneServer.create(world.farm(), run({ deadline: world.clock.now() + 5 * minuteMs })));
    const { outs } = await uphoneServer.create(world.farm({ adopt: kept.id }), run());
    expect(outs).toMatchObject({ state: "Running", isReady: true, name: "farm-a" });
    expect(await world.shown(kept.id)).toMatchObject({ ServerName: "farm-a", Remark: `[pulumi:${outs.marker}]` });
    expect(orders()).toBe(1);
  });

  test("of a server that does not get ready keeps it in the state", async () => {
    const id = await bought();
    world.cloud.change(id, { State: "CreateFailed" });
    const kept = await notReady(uphoneServer.create(world.farm({ adopt: id }), run()));
    expect(kept).toMatchObject({ id, outs: { serverId: id, isReady: false, marker: "abcdefghij0" } });
  });

  test("of the server that is replaced is not what a replacement means: one is bought", async () => {
    const id = await bought();
    const { outs } = await uphoneServer.create(world.farm({ adopt: id }), run());
    const replacement = await uphoneServer.create(world.farm({ adopt: id, imageId: "image-Sim002" }), run({ replaced: outs }));
    expect(replacement.id).not.toBe(id);
    expect(orders()).toBe(2);
  });
});
