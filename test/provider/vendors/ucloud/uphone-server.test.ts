import type { Context } from "../../../../provider/kit/context";
import { listen } from "../../../../simulator/listen";
import { uphoneServer } from "../../../../provider/vendors/ucloud/uphone-server";
import type { UPhoneServerOutputs, UPhoneServerSpec } from "../../../../provider/vendors/ucloud/uphone-server";
import { uphones } from "../../../../sdk/uphones";
import { notReady, ucloudWorld } from "../../../support/ucloud";
import type { UcloudWorld } from "../../../support/ucloud";

const minuteMs = 60_000;
const marker = "abcdefghij";
const ipGroup = { ipDestRegion: "cn-bj2", shareBandwidth: 5, ipProportion: 3 };

describe("UPhoneServer", () => {
  let world: UcloudWorld;
  beforeEach(async () => void (world = await ucloudWorld()));
  afterEach(() => world.close());

  /** A run that looks every five minutes only. */
  const briefly = (over?: Partial<Context>) => world.context({ pollMs: 5 * minuteMs, ...over });
  const create = (over?: Partial<UPhoneServerSpec>) => uphoneServer.create(world.farm(over), briefly());
  const read = (id: string, last: Partial<UPhoneServerOutputs>) => uphoneServer.read(id, last, world.context());
  const orders = () => world.simulator.ledger.orders("ucloud");
  const diff = (last: UPhoneServerOutputs, over?: Partial<UPhoneServerSpec>) =>
    uphoneServer.diff(last, world.farm(over), marker).properties.map(({ property, kind }) => [property, kind]);

  /** Operations sent since the last look that are no reads. */
  const changesSent = () => world.operations().filter((name) => !name.startsWith("Describe"));

  /** A context whose UCloud answers purchases with `body` and lists nothing. */
  async function oddContext(body: object, over?: Partial<Context>): Promise<{ ctx: Context; close(): Promise<void> }> {
    const odd = await listen(0, (request) =>
      request.body.toString().includes("Action=CreateUPhoneServer")
        ? { status: 200, body }
        : { status: 200, body: { RetCode: 0, TotalCount: 0, Servers: [] } },
    );
    const settings = world.context().settings;
    const config = (key: string): string | undefined => (key === "ucloud:endpoint" ? odd.url : settings.config(key));
    return { ctx: world.context({ settings: { config, env: () => undefined }, ...over }), close: () => odd.close() };
  }

  test("is bought by one request, waited for, and described", async () => {
    const context = briefly();
    const { id, outs } = await uphoneServer.create(world.farm({ remark: "night shift", ...ipGroup }), context);

    expect(id).toBe(world.cloud.servers()[0]);
    expect(outs).toMatchObject({
      ...world.farm({ remark: "night shift", ...ipGroup }),
      serverId: id,
      state: "Running",
      phoneCount: 42,
      currentChargeType: "Month",
      createdAt: "2026-01-02T03:04:05.000Z",
      expiresAt: expect.stringMatching(/^2026-0[12]-/) as string,
      shareBandwidthId: expect.stringMatching(/^bwshare-/) as string,
      publicIp: expect.stringMatching(/^198\.1[89]\./) as string,
      addresses: [outs.publicIp, expect.stringMatching(/^10\./)],
    });
    const phones = uphones(outs.phones)!;
    expect(phones).toHaveLength(42);
    expect(phones[3]).toEqual({
      id: expect.stringMatching(/^uphone-\w{8}$/) as string,
      name: "farm-a-abcdefghij0-4",
      state: "RUNNING",
      ip: "198.18.0.2",
      adbAddress: "198.18.0.2:20004",
    });
    expect(orders()).toMatchObject([{ ids: [id] }]);
    expect(world.operations().filter((name) => name === "CreateUPhoneServer")).toHaveLength(1);
    expect(world.lastCall("CreateUPhoneServer")).toMatchObject({ Name: "farm-a-abcdefghij0" });
    expect(outs).toMatchObject({ isReady: true, marker: "abcdefghij0", unclearSince: undefined });
    expect(await world.shown(id)).toMatchObject({ ServerName: "farm-a", Remark: "night shift [pulumi:abcdefghij0]" });
    expect(context.lines).toEqual([
      `UPhoneServer ${id}: bought, being built`,
      `UPhoneServer ${id}: running, 42 phones`,
      `UPhoneServer ${id}: remark changed`,
    ]);
  });

  test("looks first after a minute, then every ten seconds", async () => {
    await uphoneServer.create(world.farm(), world.context());
    const received = world.cloud.received();
    const bought = received.findIndex((call) => call.operation === "CreateUPhoneServer");
    const looks = received.slice(bought + 1).filter((call) => call.operation === "DescribeUPhoneServer");
    const [first = 0, second = 0] = looks.map((call) => call.at);
    expect(first - (received[bought]?.at ?? 0)).toBe(minuteMs);
    expect(second - first).toBe(10_000);
  });

  test("that has phones which did not start is a success with a warning that names them", async () => {
    world.cloud.choices.failingPhones = 2;
    const context = briefly();
    const { id, outs } = await uphoneServer.create(world.farm(), context);

    const failed = ["farm-a-abcdefghij0-41", "farm-a-abcdefghij0-42"]; // phones keep the name of the purchase
    expect(uphones(outs.phones)!.filter(({ state }) => state === "START_FAILED")).toMatchObject(failed.map((name) => ({ name })));
    expect(context.lines.at(-1)).toBe(
      `UPhoneServer ${id}: running, but 2 of 42 phones failed: ${failed.join(", ")}. Reboot or reset them (RebootUPhone, ResetUPhone)`,
    );
  });

  test("is still waited for while UCloud cannot tell its state", async () => {
    world.cloud.choices.emptyStates = 3;
    expect((await create()).outs.state).toBe("Running");
  });

  test("reads back as it was written", async () => {
    const { id, outs } = await create({ remark: "night shift", ...ipGroup, timeouts: { create: "2h" } });
    const found = await read(id, outs);
    expect(found).toEqual({ id, inputs: world.farm({ remark: "night shift", ...ipGroup, timeouts: { create: "2h" } }), outs });
    expect(diff(found?.outs ?? outs, { remark: "night shift", ...ipGroup, timeouts: { create: "2h" } })).toEqual([]);
  });

  test("keeps what it knows where UCloud leaves a field out", async () => {
    const { id, outs } = await create({ remark: "night shift" });
    world.cloud.choices.leavesOutOptional = true;
    world.cloud.choices.retCodeAsText = true;
    world.cloud.choices.hasUnknownFields = true;
    expect((await read(id, outs))?.outs).toEqual(outs);
  });

  test.each([
    ["name", { ServerName: "renamed" }, "renamed", "update"],
    ["remark", { Remark: "noted [pulumi:abcdefghij0]" }, "noted", "update"],
    ["serverModelName", { ServerModelName: "24C60G1T4" }, "24C60G1T4", "replace"],
    ["uphoneModelName", { UPhoneModelName: "standard" }, "standard", "replace"],
  ])("shows that %s was changed behind its back", async (input, fields, value, kind) => {
    const { id, outs } = await create();
    world.cloud.change(id, fields);
    const found = await read(id, outs);
    expect(found?.inputs).toMatchObject({ [input]: value });
    expect(diff(found?.outs ?? outs)).toEqual([[input, kind]]);
  });

  test("shows renewals and a new way of charging, and does not take them for changes", async () => {
    const { id, outs } = await create();
    world.cloud.change(id, {
      ChargeType: "Year",
      ExpireTime: Date.parse("2027-01-01T00:00:00Z") / 1000,
      Tag: "night",
    });
    const found = await read(id, outs);
    expect(found?.outs).toMatchObject({
      chargeType: "Month",
      currentChargeType: "Year",
      expiresAt: "2027-01-01T00:00:00.000Z",
      tag: "Default",
    });
    expect(diff(found?.outs ?? outs)).toEqual([]);
  });

  test("is found by its id and city alone, with every input that can be read", async () => {
    const { id } = await create({ remark: "night shift", tag: "group", chargeType: "Dynamic", ...ipGroup });
    const found = await read(id, { cityId: "cn-wlcb" });
    expect(found?.inputs).toEqual(world.farm({ remark: "night shift", tag: "group", chargeType: "Dynamic", ...ipGroup }));
    expect(found?.outs).toMatchObject({ serverId: id, state: "Running", phoneCount: 42 });
  });

  test("cannot be read without its city", async () => {
    await expect(read("uphs-1", {})).rejects.toThrow("Cannot read UPhoneServer uphs-1 without its cityId");
  });

  test.each([false, true])("that vanished is gone, also where UCloud refuses unknown ids (%s)", async (unknownServerIsError) => {
    const { id, outs } = await create();
    world.cloud.choices.unknownServerIsError = unknownServerIsError;
    world.cloud.vanish(id);
    expect(await read(id, outs)).toBeUndefined();
  });

  test("is not taken for gone when the keys are wrong", async () => {
    const { id, outs } = await create();
    world.cloud.vanish(id);
    const settings = {
      config: (key: string) => (key === "ucloud:privateKey" ? "wrong" : world.context().settings.config(key)),
      env: () => undefined,
    };
    await expect(uphoneServer.read(id, outs, world.context({ settings }))).rejects.toMatchObject({ name: "CloudError", code: "171" });
  });

  test("changes name and remark in place, and sends only what differs", async () => {
    const { id, outs } = await create();
    world.operations();
    const context = world.context();
    const changed = await uphoneServer.update(
      id,
      outs,
      world.farm({ name: "farm-b", remark: "night", releaseEip: false, quantity: 3 }),
      context,
    );

    expect(changed).toMatchObject({ name: "farm-b", remark: "night", releaseEip: false, quantity: "3", phoneCount: 42 });
    expect(changesSent()).toEqual(["ModifyUPhoneServerRemark", "ModifyUPhoneServerName"]);
    expect(context.lines).toEqual([`UPhoneServer ${id}: remark changed`, `UPhoneServer ${id}: renamed to farm-b`]);
    expect((await read(id, changed))?.outs).toEqual(changed);

    const cleared = await uphoneServer.update(id, changed, world.farm({ name: "farm-b" }), world.context());
    expect(cleared.remark).toBe("");
    expect(world.lastCall("ModifyUPhoneServerRemark")).toMatchObject({ Remark: "[pulumi:abcdefghij0]" });
    expect((await read(id, cleared))?.outs.remark).toBe("");
  });

  test("sends nothing for a change that was made in the console already", async () => {
    const { id, outs } = await create();
    world.cloud.change(id, { ServerName: "farm-b" });
    world.operations();
    await uphoneServer.update(id, outs, world.farm({ name: "farm-b" }), world.context());
    expect(changesSent()).toEqual([]);
  });

  test("that is gone is told so by a change", async () => {
    const { id, outs } = await create();
    world.cloud.vanish(id);
    const { message } = await notReady(uphoneServer.update(id, outs, world.farm({ name: "farm-b" }), world.context()));
    expect(message).toBe(`UPhoneServer ${id} is no longer in cn-wlcb. Run \`pulumi refresh\` to take it out of the state.`);
  });

  test("keeps what was done of a change that failed half-way", async () => {
    const { id, outs } = await create();
    world.cloud.change(id, { ServerName: "drifted" });
    const settings = world.context().settings;
    // An account whose keys stop working after the remark was changed.
    const isRemarked = () => world.cloud.received().filter((call) => call.operation === "ModifyUPhoneServerRemark").length > 1;
    const failing = {
      config: (key: string) => (key === "ucloud:privateKey" && isRemarked() ? "wrong" : settings.config(key)),
      env: () => undefined,
    };
    const kept = await notReady(
      uphoneServer.update(
        id,
        outs,
        world.farm({ name: "farm-b", remark: "night", releaseEip: false }),
        world.context({ settings: failing }),
      ),
    );
    expect(kept).toMatchObject({ id, outs: { name: "drifted", remark: "night", releaseEip: false } });
  });

  test("that UCloud fails to build is kept with its id, because it may be billed, and can be deleted", async () => {
    world.cloud.failProvisioning();
    const kept = await notReady(create(ipGroup));
    expect(kept.id).toBe(world.cloud.servers()[0]);
    expect(kept.outs).toMatchObject({ ...world.farm(ipGroup), serverId: kept.id, state: "CreateFailed" });
    expect(kept.message).toMatch(/failed to build UPhoneServer uphs-\w+ \(state CreateFailed\).*may be billed.*pulumi destroy/);

    const again = await notReady(uphoneServer.update(kept.id, kept.outs, world.farm(ipGroup), world.context()));
    expect(again.message).toBe(kept.message);
    expect((await read(kept.id, kept.outs))?.outs).toMatchObject({ state: "CreateFailed", isReady: false });

    await uphoneServer.delete(kept.id, kept.outs, world.context());
    expect(world.cloud.servers()).toEqual([]);
    expect(orders()).toHaveLength(1);
  });

  test("that is late is kept with its id; the next run goes on waiting and finishes the rest", async () => {
    world.cloud.stallProvisioning(true);
    const kept = await notReady(create({ remark: "night shift" }));
    expect(kept.message).toMatch(/^Waited 90 min for UPhoneServer uphs-\w+ to be running/);
    expect(kept.outs).toMatchObject({ serverId: kept.id, state: "Initializing", remark: "", createdAt: "2026-01-02T03:04:05.000Z" });

    // A refresh in between must not hide that the purchase is not over.
    const refreshed = (await read(kept.id, kept.outs))!.outs;
    expect(diff(refreshed)).toEqual([["isReady", "update"]]);

    world.cloud.stallProvisioning(false);
    const context = world.context();
    const outs = await uphoneServer.update(kept.id, refreshed, world.farm({ remark: "night shift" }), context);
    expect(outs).toMatchObject({ state: "Running", isReady: true, remark: "night shift" });
    expect(uphones(outs.phones)).toHaveLength(42);
    expect(context.lines).toEqual([`UPhoneServer ${kept.id}: running, 42 phones`, `UPhoneServer ${kept.id}: remark changed`]);
    expect(orders()).toHaveLength(1);
  });

  test.each([
    ["an id that is a number", { RetCode: 0, ServerId: 12345 }, "12345"],
    ["a job id of an odd kind beside it", { RetCode: 0, ServerId: "uphs-1", JobId: 7 }, "uphs-1"],
  ])("is kept with its id even when the answer has %s", async (_what, body, id) => {
    const odd = await oddContext(body, { deadline: world.clock.now() });
    const kept = await notReady(uphoneServer.create(world.farm(), odd.ctx));
    await odd.close();
    expect(kept.id).toBe(id);
  });

  test("whose purchase got an answer that makes no sense may have been bought, and is kept as unresolved when it does not show", async () => {
    const odd = await oddContext({ RetCode: 0, ServerId: { id: "uphs-1" } });
    const kept = await notReady(uphoneServer.create(world.farm(), odd.ctx));
    await odd.close();
    expect(kept.id).toBe("unresolved/abcdefghij0");
    expect(kept.message).toMatch(/does not have the documented shape at ServerId.*It did not show within 10 min/);
  });

  test("is kept from the moment it was bought, even before UCloud shows it", async () => {
    world.simulator.faults.add({ cloud: "ucloud", kind: "late-lists", ms: 60 * minuteMs, times: 1 });
    const kept = await notReady(uphoneServer.create(world.farm(), world.context({ deadline: world.clock.now() })));
    expect(kept).toMatchObject({ id: world.cloud.servers()[0], outs: { ...world.farm(), serverId: kept.id, state: "" } });

    // Nothing has been seen of it so far, so that its absence proves nothing at first.
    await expect(read(kept.id, kept.outs)).rejects.toThrow(`UCloud does not list UPhoneServer ${kept.id} yet`);
    world.clock.advance(10 * minuteMs);
    expect(await read(kept.id, kept.outs)).toBeUndefined();
  });

  test("is deleted with its addresses, its disk and the bandwidth they shared", async () => {
    const { id, outs } = await create(ipGroup);
    expect(world.cloud.costing().map((thing) => thing.kind)).toContain("share-bandwidth");
    const context = world.context();
    await uphoneServer.delete(id, outs, context);

    expect(world.cloud.costing()).toEqual([]);
    expect(world.lastCall("DeleteUPhoneServer")).toMatchObject({ ReleaseEIP: "true", ReleaseUDisk: "true" });
    expect(context.lines).toEqual([`UPhoneServer ${id}: deleted`, `Shared bandwidth ${String(outs.shareBandwidthId)}: deleted`]);
    expect(world.simulator.ledger.entries("ucloud").filter((entry) => entry.kind === "deletion" && entry.ids[0] === id)).toHaveLength(1);
  });

  test("is deleted without a word about bandwidth that UCloud ended by itself", async () => {
    world.cloud.choices.bandwidthGoesWithIps = true;
    const { id, outs } = await create(ipGroup);
    const context = world.context();
    await uphoneServer.delete(id, outs, context);
    expect(context.lines).toEqual([`UPhoneServer ${id}: deleted`]);
    expect(world.operations()).not.toContain("DeleteUPhoneShareBandwidth");
  });

  test("leaves addresses and disk behind when told so, and says what keeps costing", async () => {
    const { id, outs } = await create({ ...ipGroup, releaseEip: false, releaseUdisk: false });
    const context = world.context();
    await uphoneServer.delete(id, outs, context);
    expect(new Set(world.cloud.costing().map((thing) => thing.kind))).toEqual(new Set(["eip", "share-bandwidth", "disk"]));
    expect(context.lines.at(-1)).toBe(
      `Shared bandwidth ${String(outs.shareBandwidthId)} of UPhoneServer ${id} was left and keeps costing: releaseEip is false.`,
    );
  });

  test("can be deleted twice, and when it is gone already", async () => {
    const { id, outs } = await create(ipGroup);
    await uphoneServer.delete(id, outs, world.context());
    world.operations();
    const context = world.context();
    await uphoneServer.delete(id, outs, context);
    expect(world.operations()).not.toContain("DeleteUPhoneServer");
    expect(context.lines).toEqual([]);
  });

  test("is deleted although UCloud refuses at first", async () => {
    const { id, outs } = await create();
    world.cloud.choices.refusedDeletes = 2;
    await uphoneServer.delete(id, outs, world.context());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("that UCloud will not delete is an error with advice", async () => {
    const { id, outs } = await create();
    world.cloud.choices.refusedDeletes = 99;
    await expect(uphoneServer.delete(id, outs, world.context())).rejects.toThrow(/Could not delete UPhoneServer .* Power its phones off/);
    expect(world.cloud.servers()).toEqual([id]);
  });

  test("that is half built is deleted when it is finished, with its bandwidth", async () => {
    const kept = await notReady(uphoneServer.create(world.farm(ipGroup), world.context({ deadline: world.clock.now() + 15 * minuteMs })));
    await uphoneServer.delete(kept.id, kept.outs, world.context({ deadline: world.clock.now() + 30 * minuteMs }));
    const built = world.cloud.received().find((call) => call.operation === "DeleteUPhoneServer")?.at ?? 0;
    expect(built - Date.parse(kept.outs.createdAt)).toBeGreaterThanOrEqual(25 * minuteMs);
    expect(world.cloud.costing()).toEqual([]);
  });

  test("that will never be finished can be deleted all the same", async () => {
    world.cloud.stallProvisioning(true);
    const kept = await notReady(create());
    await uphoneServer.delete(kept.id, kept.outs, world.context({ deadline: world.clock.now() + 30 * minuteMs }));
    expect(world.cloud.costing()).toEqual([]);
  });

  test("that was bought a moment ago and is not listed yet is looked for, for ten minutes, before a delete calls it gone", async () => {
    const bought = () => notReady(uphoneServer.create(world.farm(), world.context({ deadline: world.clock.now() })));
    const gone = await bought();
    world.cloud.vanish(gone.id);
    const begun = world.clock.now();
    await uphoneServer.delete(gone.id, gone.outs, world.context());
    expect(world.clock.now() - begun).toBeGreaterThanOrEqual(10 * minuteMs);

    world.simulator.faults.add({ cloud: "ucloud", kind: "late-lists", ms: 9 * minuteMs, times: 1 });
    const late = await bought();
    await uphoneServer.delete(late.id, late.outs, briefly());
    expect(world.cloud.costing()).toEqual([]);
  });
});
