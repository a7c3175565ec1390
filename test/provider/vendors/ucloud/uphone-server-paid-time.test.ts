import { CloudPhoneError } from "../../../../provider/http/errors";
import type { Context } from "../../../../provider/kit/context";
import { uphoneServer } from "../../../../provider/vendors/ucloud/uphone-server";
import type { UPhoneServerOutputs, UPhoneServerSpec } from "../../../../provider/vendors/ucloud/uphone-server";
import { listen } from "../../../../simulator/listen";
import { memoryJournal } from "../../../support/context";
import { notReady, ucloudWorld } from "../../../support/ucloud";
import type { UcloudWorld } from "../../../support/ucloud";

const minuteMs = 60_000;
const ipGroup = { ipDestRegion: "hk", shareBandwidth: 10, ipProportion: 21 };
const bought = "2026-01-02T03:04:05.000Z"; // a month from then: 2026-02-01T03:04:05Z

describe("Paid time of a UPhoneServer", () => {
  let world: UcloudWorld;
  beforeEach(async () => void (world = await ucloudWorld()));
  afterEach(() => world.close());

  const create = (over?: Partial<UPhoneServerSpec>) => uphoneServer.create(world.farm(over), world.context({ pollMs: 5 * minuteMs }));
  const update = (outs: UPhoneServerOutputs, over: Partial<UPhoneServerSpec>, context: Context = world.context()) =>
    uphoneServer.update(outs.serverId, outs, world.farm(over), context);
  const renewals = () => world.simulator.ledger.entries("ucloud").filter(({ kind }) => kind === "renewal");
  const calls = (operation: string) => world.cloud.received().filter((call) => call.operation === operation);
  const diff = (outs: UPhoneServerOutputs, over: Partial<UPhoneServerSpec>) =>
    uphoneServer.diff(outs, world.farm(over), "abcdefghij").properties.map(({ property, kind }) => [property, kind]);

  describe("on request", () => {
    test("is lengthened by one payment, and by none when it is long enough", async () => {
      const { id, outs } = await create();
      const context = world.context();
      const renewed = await update(outs, { paidUntil: "2026-04-01" }, context);
      expect(renewed).toMatchObject({ paidUntil: "2026-04-01", expiresAt: "2026-04-02T03:04:05.000Z", renewalUnderWay: undefined });
      expect(renewals()).toMatchObject([{ ids: [id], amount: 4900, what: "renewal, 2 Month" }]);
      expect(context.lines).toEqual([`UPhoneServer ${id}: renewed by 2 months, paid until 2026-04-02T03:04:05.000Z`]);

      expect((await uphoneServer.read(id, renewed, world.context()))?.outs).toEqual(renewed);
      expect(await update(renewed, { paidUntil: "2026-04-01" })).toEqual(renewed);
      const earlier = await update(renewed, { paidUntil: "2026-02-10" });
      expect(diff(earlier, { paidUntil: "2026-02-10" })).toEqual([]);
      expect(await update(earlier, {})).toMatchObject({ paidUntil: undefined });
      expect(calls("CreateRenew")).toHaveLength(1);
    });

    test("is lengthened after the purchase when it was bought for less, and counted in years for a server paid by the year", async () => {
      const { outs } = await create({ chargeType: "Year", paidUntil: "2028-06-30T00:00:00+08:00" });
      expect(outs).toMatchObject({ isReady: true, paidUntil: "2028-06-30T00:00:00+08:00", expiresAt: "2029-01-01T03:04:05.000Z" });
      expect(renewals()).toMatchObject([{ what: "renewal, 2 Year" }]);
    });

    test("of more than ten periods takes two payments, one after the other", async () => {
      const { outs } = await create();
      const { expiresAt } = await update(outs, { paidUntil: "2027-01-02" });
      expect(renewals().map(({ what }) => what)).toEqual(["renewal, 10 Month", "renewal, 2 Month"]);
      expect(expiresAt).toBe("2027-01-27T03:04:05.000Z");
    });

    test("that looks like a mistake is refused before anything is paid", async () => {
      const { outs } = await create();
      const kept = await notReady(update(outs, { paidUntil: "2062-01-31" }));
      expect(kept.message).toMatch(
        /was not renewed: paidUntil is \d+ months after the end of its paid time, and more than 60 look like a mistake/,
      );
      world.cloud.change(outs.serverId, { ChargeType: "Dynamic" });
      const hourly = await notReady(update(outs, { paidUntil: "2026-04-01" }));
      expect(hourly.message).toContain("it is charged by Dynamic, and only months and years are paid in advance");
      expect(calls("CreateRenew")).toEqual([]);
    });

    test("is a difference only when the server is paid for less", async () => {
      const { id, outs } = await create({ paidUntil: "2026-02-01" });
      world.cloud.change(id, { ExpireTime: Date.parse("2026-01-20T00:00:00Z") / 1000 });
      const found = await uphoneServer.read(id, outs, world.context());
      expect(diff(found!.outs, { paidUntil: "2026-02-01" })).toEqual([["paidUntil", "update"]]);
      await update(found!.outs, { paidUntil: "2026-02-01" });
      expect(renewals()).toHaveLength(1);
    });

    test.each(["lost-answer", "reset-mid-answer", "error-after"] as const)("is paid once when the answer is lost: %s", async (kind) => {
      const { outs } = await create();
      world.simulator.faults.add({ cloud: "ucloud", operation: "CreateRenew", kind });
      const renewed = await update(outs, { paidUntil: "2026-02-20" });
      expect(renewed).toMatchObject({ paidUntil: "2026-02-20", renewalUnderWay: undefined });
      expect(renewals()).toHaveLength(1);
    });

    test.each(["lost-request", "error-before"] as const)("is looked for, and sent again by the next run only: %s", async (kind) => {
      const { outs } = await create();
      world.simulator.faults.add({ cloud: "ucloud", operation: "CreateRenew", kind, times: 1 });
      const kept = await notReady(update(outs, { paidUntil: "2026-02-20" }));
      expect(kept.message).toMatch(/is still paid until 2026-02-01T03:04:05.000Z, so its renewal of \S+ was most likely not executed/);
      expect(kept.outs).toMatchObject({ isReady: true, paidUntil: undefined, renewalUnderWay: { from: "2026-02-01T03:04:05.000Z" } });
      expect(calls("CreateRenew")).toHaveLength(0);

      expect(await update(kept.outs, { paidUntil: "2026-02-20" })).toMatchObject({ paidUntil: "2026-02-20", renewalUnderWay: undefined });
      expect(renewals()).toHaveLength(1);
    });

    test("whose outcome is not known when the time is over is waited for by the next run before it pays again", async () => {
      const { outs } = await create();
      world.simulator.faults.add({ cloud: "ucloud", operation: "CreateRenew", kind: "lost-request", times: 1 });
      const kept = await notReady(update(outs, { paidUntil: "2026-02-20" }, world.context({ deadline: world.clock.now() + minuteMs })));
      const begun = world.clock.now();
      await update(kept.outs, { paidUntil: "2026-02-20" });
      expect(world.clock.now() - begun).toBeGreaterThanOrEqual(9 * minuteMs);
      expect(renewals()).toHaveLength(1);
    });

    test("that UCloud took and never shows is not paid for again, until the program lets go of it", async () => {
      const { outs } = await create();
      const port = await listen(0, (request) =>
        request.body.toString().includes("Action=CreateRenew")
          ? { status: 200, body: { RetCode: 0, OrderNo: "order-7" } }
          : world.cloud.handle(request),
      );
      const { settings } = world.context();
      const config = (key: string): string | undefined => (key === "ucloud:endpoint" ? port.url : settings.config(key));
      const odd = () => world.context({ settings: { ...settings, config } });
      const kept = await notReady(update(outs, { paidUntil: "2026-02-20" }, odd()));
      expect(kept.message).toMatch(/still paid until 2026-02-01T03:04:05.000Z, although UCloud took order order-7 for its renewal/);
      expect((await notReady(update(kept.outs, { paidUntil: "2026-02-20" }))).message).toContain("order-7");
      await port.close();
      expect(calls("CreateRenew")).toEqual([]);
      expect(await update(kept.outs, {})).toMatchObject({ renewalUnderWay: undefined });
    });

    test("is not paid on and on where UCloud lengthens by less than a month", async () => {
      const { id, outs } = await create();
      let paid = Date.parse(String(outs.expiresAt));
      let payments = 0;
      const port = await listen(0, (request) => {
        if (!request.body.toString().includes("Action=CreateRenew")) return world.cloud.handle(request);
        paid += 24 * 60 * minuteMs;
        world.cloud.change(id, { ExpireTime: paid / 1000 });
        return { status: 200, body: { RetCode: 0, OrderNo: `order-${++payments}` } };
      });
      const { settings } = world.context();
      const config = (key: string): string | undefined => (key === "ucloud:endpoint" ? port.url : settings.config(key));
      const kept = await notReady(update(outs, { paidUntil: "2026-04-01" }, world.context({ settings: { ...settings, config } })));
      await port.close();
      expect(kept.message).toContain("was renewed several times and is paid until 2026-02-03T03:04:05.000Z only");
      expect(payments).toBe(2);
    });

    test("is not sent while the journal cannot hold it", async () => {
      const { outs } = await create();
      const journal = { ...memoryJournal(), write: () => Promise.reject(new CloudPhoneError("The disk is full.")) };
      const kept = await notReady(update(outs, { paidUntil: "2026-02-20" }, world.context({ journal })));
      expect(kept.message).toContain("The disk is full.");
      expect(kept.outs.renewalUnderWay).toBeUndefined();
      expect(calls("CreateRenew")).toEqual([]);
    });

    test.each([
      ["is deleted", {}],
      ["is let go of", { deletionPolicy: "retain" }],
    ] as const)("is no more in the journal when the server %s", async (_, policy) => {
      const { id, outs } = await create();
      const journal = memoryJournal();
      world.simulator.faults.add({ cloud: "ucloud", operation: "CreateRenew", kind: "lost-request", times: 1 });
      const kept = await notReady(update(outs, { paidUntil: "2026-02-20" }, world.context({ journal })));
      expect([...journal.intents]).toMatchObject([
        [`${id}-renewal`, { state: "sent", serverIds: [id], paidUntil: "2026-02-01T03:04:05.000Z" }],
      ]);
      await uphoneServer.delete(id, { ...kept.outs, ...policy }, world.context({ journal, pollMs: minuteMs }));
      expect(journal.intents.size).toBe(0);
    });

    test("that only the journal knows is waited for all the same", async () => {
      const { id, outs } = await create();
      const journal = memoryJournal();
      world.simulator.faults.add({ cloud: "ucloud", operation: "CreateRenew", kind: "lost-request", times: 1 });
      await notReady(update(outs, { paidUntil: "2026-02-20" }, world.context({ journal, deadline: world.clock.now() + minuteMs })));
      const begun = world.clock.now();
      await update(outs, { paidUntil: "2026-02-20" }, world.context({ journal }));
      expect(world.clock.now() - begun).toBeGreaterThanOrEqual(9 * minuteMs);
      expect(renewals()).toMatchObject([{ ids: [id] }]);
      expect(journal.intents.size).toBe(0);
    });

    test("without money is refused, and leaves nothing open", async () => {
      const { outs } = await create();
      world.simulator.faults.add({ cloud: "ucloud", operation: "CreateRenew", kind: "out-of-balance", times: 1 });
      const kept = await notReady(update(outs, { paidUntil: "2026-02-20" }));
      expect(kept.message).toContain("The account's balance is too low");
      expect(kept.outs).toMatchObject({ paidUntil: undefined, renewalUnderWay: undefined });
      await update(kept.outs, { paidUntil: "2026-02-20" });
      expect(renewals()).toHaveLength(1);
    });

    test("is read from an adopted server", async () => {
      const { id } = await create();
      const { outs } = await uphoneServer.create(
        world.farm({ adopt: id, paidUntil: "2026-02-01" }),
        world.context({ marker: "zzzzzzzzzz" }),
      );
      expect(outs.paidUntil).toBe("2026-02-01");
      const longer = await uphoneServer.create(world.farm({ adopt: id, paidUntil: "2026-03-01" }), world.context({ marker: "yyyyyyyyyy" }));
      expect(diff(longer.outs, { paidUntil: "2026-03-01" })).toContainEqual(["paidUntil", "update"]);
      expect(renewals()).toEqual([]);
    });
  });

  describe("by itself", () => {
    const flags = () => calls("ModifyAutoRenewFlag").map(({ parameters }) => [parameters["ResourceId"], parameters["Flag"]]);
    const kinds = () => [...new Set(world.cloud.costing().map(({ kind }) => kind))];

    test("is switched after the purchase and when the program changes, for everything that was bought with the server", async () => {
      const { id, outs } = await create({ autoRenew: false, ...ipGroup });
      expect(outs).toMatchObject({ autoRenew: false, isReady: true });
      expect(flags()).toHaveLength(4); // the server, two addresses, their bandwidth
      expect(flags()).toContainEqual([id, "TURN_OFF"]);
      const on = await update(outs, { autoRenew: true, ...ipGroup });
      expect(on.autoRenew).toBe(true);
      const switchedOn = flags()
        .slice(0, 4)
        .map(([thing]) => [thing, "TURN_ON"]);
      expect(flags().slice(4)).toEqual(switchedOn);
      await update(on, { autoRenew: true, ...ipGroup });
      expect(flags()).toHaveLength(8);
      expect(kinds()).toEqual(["server", "eip", "share-bandwidth"]);
    });

    test("ends with the paid time when it is off", async () => {
      await create({ autoRenew: false, ...ipGroup });
      world.clock.advance(41 * 24 * 60 * minuteMs);
      expect(world.cloud.costing()).toEqual([]);
    });

    test("is left alone when the program says nothing, and stays known", async () => {
      const { outs } = await create();
      expect(outs.autoRenew).toBeUndefined();
      const off = await update(outs, { autoRenew: false });
      expect(await update(off, { name: "farm-b" })).toMatchObject({ name: "farm-b", autoRenew: false });
      expect(flags()).toHaveLength(1);
    });

    test("cannot be switched where billing does not know the server: the error says so, and the server is ready all the same", async () => {
      world.cloud.choices.renewalKnowsNoPhones = true;
      const kept = await notReady(create({ autoRenew: false }));
      expect(kept.message).toMatch(
        /^Could not switch automatic renewal of uphs-\w+ off: UCloud answered RetCode 230 .*The UCloud console can do it too/,
      );
      expect(kept.outs).toMatchObject({ isReady: true, autoRenew: undefined, name: "farm-a" });
      expect(diff(kept.outs, { autoRenew: false })).toEqual([["autoRenew", "update"]]);
    });

    test("makes the difference for the warning of its end", async () => {
      const { outs } = await create();
      const expiry = (over: Partial<UPhoneServerOutputs>) => uphoneServer.expiry({ ...outs, ...over });
      expect(expiry({})).toEqual({ at: "2026-02-01T03:04:05.000Z", isRenewed: true, remedy: "autoRenew: true" });
      expect(expiry({ autoRenew: false })).toMatchObject({ isRenewed: false });
      expect(expiry({ currentChargeType: "Dynamic" })).toBeUndefined();
      expect(expiry({ currentChargeType: "Dynamic", autoRenew: false })).toMatchObject({ isRenewed: false });
      expect(expiry({ expiresAt: undefined })).toBeUndefined();
      expect(outs.createdAt).toBe(bought);
    });
  });

  test("of a new kind counts from the next order on: the state has it, and UCloud is told nothing", async () => {
    const { id, outs } = await create();
    world.operations();
    const changed = await update(outs, { chargeType: "Year", quantity: 2, couponId: "coupon-2" });
    expect(changed).toMatchObject({ chargeType: "Year", quantity: "2", couponId: "coupon-2", currentChargeType: "Month" });
    expect(world.operations().filter((name) => !name.startsWith("Describe"))).toEqual([]);
    const found = await uphoneServer.read(id, changed, world.context());
    expect(diff(found!.outs, { chargeType: "Year", quantity: 2, couponId: "coupon-2" })).toEqual([]);
  });
});

describe("Shared bandwidth of a UPhoneServer", () => {
  let world: UcloudWorld;
  beforeEach(async () => void (world = await ucloudWorld()));
  afterEach(() => world.close());
  const resize = async (outs: UPhoneServerOutputs, shareBandwidth: number, context: Context = world.context()) =>
    uphoneServer.update(outs.serverId, outs, world.farm({ ...ipGroup, shareBandwidth }), context);
  const resizes = () => world.cloud.received().filter((call) => call.operation === "ModifyUPhoneShareBandwidth").length;
  const payments = () => world.simulator.ledger.entries("ucloud").filter(({ kind }) => kind === "payment").length;

  test("grows and shrinks in place", async () => {
    const { id, outs } = await uphoneServer.create(world.farm(ipGroup), world.context({ pollMs: 5 * minuteMs }));
    const context = world.context();
    const larger = await resize(outs, 20, context);
    expect(larger).toMatchObject({ shareBandwidth: 20, ipProportion: 21, serverId: id });
    expect(world.lastCall("ModifyUPhoneShareBandwidth")).toMatchObject({ ShareBandwidthId: outs.shareBandwidthId, Bandwidth: "20" });
    expect(context.lines).toEqual([`Shared bandwidth ${outs.shareBandwidthId} of UPhoneServer ${id}: 10 to 20 Mbps`]);
    expect((await uphoneServer.read(id, larger, world.context()))?.outs).toEqual(larger);
    expect(await resize(larger, 5)).toMatchObject({ shareBandwidth: 5 });
    expect([world.simulator.ledger.orders().length, payments()]).toEqual([1, 2]);
  });

  test("is left alone when it has the size already", async () => {
    const { id, outs } = await uphoneServer.create(world.farm(ipGroup), world.context({ pollMs: 5 * minuteMs }));
    world.cloud.change(id, { Bandwidth: 20 });
    expect(await resize({ ...outs, shareBandwidthId: undefined }, 20)).toMatchObject({ shareBandwidth: 20 });
    expect(resizes()).toBe(0);
  });

  test.each(["lost-answer", "lost-request"] as const)("is sent once: %s", async (kind) => {
    const { outs } = await uphoneServer.create(world.farm(ipGroup), world.context({ pollMs: 5 * minuteMs }));
    world.simulator.faults.add({ cloud: "ucloud", operation: "ModifyUPhoneShareBandwidth", kind, times: 1 });
    if (kind === "lost-request") {
      const kept = await notReady(resize(outs, 20));
      expect(kept.outs.shareBandwidth).toBe(10);
      await resize(kept.outs, 20);
    } else expect(await resize(outs, 20)).toMatchObject({ shareBandwidth: 20 });
    expect([resizes(), payments()]).toEqual([1, 2]);
  });
});
