import { cphBmsServer } from "../../../../provider/vendors/huaweicloud/cph-bms-server";
import { cphPhoneServer } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import type { CphPhoneServerOutputs, CphPhoneServerSpec } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import { huaweiWorld, leftBehind, phonesInSystemNetwork, phonesInVpc } from "../../../support/huaweicloud";
import type { HuaweiWorld } from "../../../support/huaweicloud";

const minute = 60_000;
const rarely = { pollMs: 5 * minute };
const unpaidTerms = { ...phonesInVpc.extendParam, isAutoPay: false };

describe("The number of CPH servers", () => {
  let world: HuaweiWorld;
  beforeEach(async () => (world = await huaweiWorld()));
  afterEach(() => world.close());

  /** How many servers each order was for. */
  const ordered = (): number[] => world.simulator.ledger.orders("huaweicloud").map((order) => order.ids.length);
  const idsOf = (outs: { servers: readonly { id: string }[] }): string[] => outs.servers.map((server) => server.id);
  const alive = (): string[] => [...world.cloud.servers()].sort();
  const create = (spec: Partial<CphPhoneServerSpec>) => cphPhoneServer.create(world.phones(spec), world.context(rarely));
  const update = (id: string, last: CphPhoneServerOutputs, spec: Partial<CphPhoneServerSpec>, over = {}) =>
    cphPhoneServer.update(id, last, world.phones(spec), world.context({ ...rarely, ...over }));
  const soon = () => ({ pollMs: undefined, deadline: world.clock.now() + 5 * minute });

  test("grows by one order of the difference and shrinks from its end, and leaves the others alone", async () => {
    const spec = { ...phonesInVpc, keypairName: "kp-farm", tags: { env: "prod" } };
    const { id, outs } = await create(spec);
    const inputs = world.phones({ ...spec, count: 3 });
    expect(cphPhoneServer.diff(outs, inputs, "abcdefghij").properties).toMatchObject([
      { property: "count", kind: "update", old: 1, new: 3 },
    ]);

    const ctx = world.context(rarely);
    const grown = await cphPhoneServer.update(id, outs, inputs, ctx);
    expect(ordered()).toEqual([1, 2]);
    expect(grown).toMatchObject({ isReady: true, state: "running", count: 3, phoneCount: 150 });
    expect(grown.servers).toHaveLength(3);
    expect(idsOf(grown)[0]).toBe(id);
    expect(idsOf(grown).sort()).toEqual(alive());
    expect(new Set(grown.servers.map((server) => server.name)).size).toBe(3);
    expect(world.lastCall("CreateNet2CloudPhoneServer")).toMatchObject({
      count: 2,
      server_name: "farm-b-abcdefghij0",
      keypair_name: "kp-farm",
    });
    expect(ctx.lines.slice(0, 1)).toEqual([`CphPhoneServer "farm-b": 2 more ordered (order ${grown.orderId ?? ""})`]);
    expect(ctx.lines.at(-1)).toBe('CphPhoneServer "farm-b": running, 3 servers, 150 phones');
    const read = await cphPhoneServer.read(id, grown, world.context());
    expect(read?.outs).toEqual(grown);
    expect(cphPhoneServer.diff(read!.outs, inputs, "abcdefghij").properties).toEqual([]);

    const shrinking = world.context(rarely);
    const shrunk = await cphPhoneServer.update(id, grown, world.phones({ ...spec, count: 2 }), shrinking);
    expect(idsOf(shrunk)).toEqual(idsOf(grown).slice(0, 2));
    expect(idsOf(shrunk).sort()).toEqual(alive());
    const [refund] = shrunk.refundOrderIds ?? [];
    expect(refund).toMatch(/^CS/);
    expect(shrinking.lines).toEqual([`CphPhoneServer "farm-b": gave back server ${grown.servers[2]!.id} (refund: order ${refund ?? ""})`]);
    expect((await cphPhoneServer.read(id, shrunk, world.context()))?.outs).toEqual(shrunk);
    expect(ordered()).toEqual([1, 2]);

    const least = await cphPhoneServer.update(id, shrunk, world.phones({ ...spec, count: 1 }), world.context(rarely));
    expect(least.refundOrderIds).toEqual([refund, expect.stringMatching(/^CS/)]);
    expect(new Set(least.refundOrderIds).size).toBe(2);

    await cphPhoneServer.delete(id, least, world.context());
    expect(world.cloud.costing()).toEqual([]);
    expect(world.simulator.ledger.paid("huaweicloud")).toBe(0);
  });

  test("grows and everything else in the same update is changed too, on old servers and new ones", async () => {
    const { id, outs } = await create({ ...phonesInVpc, tags: { old: "x" } });
    const news = {
      ...phonesInVpc,
      count: 2,
      serverName: "herd",
      keypairName: "kp2",
      tags: { env: "prod" },
      extendParam: { ...phonesInVpc.extendParam, isAutoRenew: true },
    };
    const changed = await update(id, outs, news);
    expect(changed).toMatchObject({ count: 2, serverName: "herd", keypairName: "kp2", tags: { env: "prod" } });
    for (const server of changed.servers) {
      expect(server.name).toMatch(/^herd-\d$/);
      const one = await cphPhoneServer.read(server.id, { region: "cn-east-3" }, world.context());
      expect(one?.inputs).toMatchObject({ keypairName: "kp2", tags: { env: "prod" }, extendParam: { isAutoRenew: true } });
    }
    expect(cphPhoneServer.diff(changed, world.phones(news), "abcdefghij").properties).toEqual([]);
  });

  test("bare servers scale as well, and keep names apart in their own manner of counting", async () => {
    const { id, outs } = await cphBmsServer.create(world.bare({ count: 2, tags: { a: "b" } }), world.context(rarely));
    const grown = await cphBmsServer.update(id, outs, world.bare({ count: 4, tags: { a: "b" } }), world.context(rarely));
    expect(grown.servers.map((server) => server.name)).toEqual(["bare-a-0001", "bare-a-0002", "bare-a-0003", "bare-a-0004"]);
    const shrunk = await cphBmsServer.update(id, grown, world.bare({ tags: { a: "b" } }), world.context(rarely));
    expect(idsOf(shrunk)).toEqual([id]);
    expect(ordered()).toEqual([2, 2]);
    await cphBmsServer.delete(id, shrunk, world.context());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("servers paid by use are deleted in CPH when there are too many", async () => {
    world.cloud.behave({ sellsPayPerUse: true });
    const spec: Partial<CphPhoneServerSpec> = { ...phonesInVpc, extendParam: { chargingMode: 1 }, count: 3 };
    const { id, outs } = await create(spec);
    world.operations();
    const shrunk = await update(id, outs, { ...spec, count: 1 });
    expect(world.operations().filter((name) => /Delete|Cancel/.test(name))).toEqual(["DeleteCloudPhoneServer"]);
    expect(idsOf(shrunk)).toEqual(alive());
  });

  test("in a system-defined network new servers share the bandwidth that the first purchase made", async () => {
    const spec: Partial<CphPhoneServerSpec> = { ...phonesInSystemNetwork, bandWidth: { bandWidthShareType: 1, bandWidthSize: 100 } };
    const { id, outs } = await create(spec);
    const grown = await update(id, outs, { ...spec, count: 2 });
    expect(world.lastCall("CreateCloudPhoneServer")?.["band_width"]).toEqual({ band_width_id: expect.any(String) as string });
    expect(cphPhoneServer.diff(grown, world.phones({ ...spec, count: 2 }), "abcdefghij").properties).toEqual([]);
  });

  test("a vanished server is bought again, exactly it, whichever it was", async () => {
    const spec = { ...phonesInVpc, count: 3 };
    const { id, outs } = await create(spec);
    world.cloud.vanish(id);
    const read = await cphPhoneServer.read(id, outs, world.context());
    expect(read?.id).toBe(idsOf(outs)[1]);
    expect(idsOf(read!.outs)).toEqual(idsOf(outs).slice(1));
    expect(cphPhoneServer.diff(read!.outs, world.phones(spec), "abcdefghij").properties).toMatchObject([
      { property: "count", old: 2, new: 3 },
    ]);
    const whole = await update(read!.id, read!.outs, spec);
    expect(idsOf(whole).slice(0, 2)).toEqual(idsOf(outs).slice(1));
    expect(ordered()).toEqual([3, 1]);

    // Without a refresh in between it is the same.
    world.cloud.vanish(idsOf(whole)[2]!);
    const again = await update(read!.id, whole, spec);
    expect(idsOf(again).slice(0, 2)).toEqual(idsOf(whole).slice(0, 2));
    expect(ordered()).toEqual([3, 1, 1]);
    expect(idsOf(again).sort()).toEqual(alive());
  });

  test("when time is up while it grows, the next run goes on and buys nothing again", async () => {
    const { id, outs } = await create({ ...phonesInVpc, tags: { a: "b" } });
    const spec = { ...phonesInVpc, tags: { a: "b" }, count: 3 };
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, spec, soon()));
    expect(left.id).toBe(id);
    expect(left.outs).toMatchObject({ isReady: false, count: 3, state: "building" });
    expect(left.outs.servers[0]).toEqual(outs.servers[0]);
    expect(idsOf(left.outs).sort()).toEqual(alive());

    const read = await cphPhoneServer.read(id, left.outs, world.context());
    expect(read?.outs).toMatchObject({ isReady: false, count: 3 });
    expect(idsOf(read!.outs)).toEqual(idsOf(left.outs));
    expect(cphPhoneServer.diff(read!.outs, world.phones(spec), "abcdefghij").properties).toMatchObject([{ property: "isReady" }]);
    for (const state of [left.outs, read!.outs]) {
      const whole = await update(id, state, spec);
      expect(whole).toMatchObject({ isReady: true, state: "running", phoneCount: 150 });
      expect(idsOf(whole)[0]).toBe(id);
      expect(idsOf(whole).sort()).toEqual(alive());
      for (const server of idsOf(whole)) expect((await cphPhoneServer.read(server, {}, world.context()))?.inputs.tags).toEqual({ a: "b" });
    }
    expect(ordered()).toEqual([1, 2]);
  });

  test("when it is wanted smaller again before it has grown, the new servers are waited for and given back", async () => {
    const { id, outs } = await create(phonesInVpc);
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, { ...phonesInVpc, count: 3 }, soon()));
    const back = await update(id, left.outs, phonesInVpc);
    expect(back).toMatchObject({ isReady: true, count: 1, orderId: outs.orderId, productId: outs.productId });
    expect(idsOf(back)).toEqual([id]);
    expect(alive()).toEqual([id]);
    expect(ordered()).toEqual([1, 2]);
  });

  test("a destroy in the middle of growing gives everything back", async () => {
    const { id, outs } = await create(phonesInVpc);
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, { ...phonesInVpc, count: 3 }, soon()));
    await cphPhoneServer.delete(id, left.outs, world.context());
    expect(world.cloud.costing()).toEqual([]);
    expect(world.simulator.ledger.paid("huaweicloud")).toBe(0);
  });

  test("when the cloud refuses more, the old servers and their state are as they were", async () => {
    const { id, outs } = await create(phonesInVpc);
    world.intercept = (request) =>
      request.method === "POST" && request.path.endsWith("/cloud-phone/servers")
        ? { status: 400, body: { error_code: "CPS.0065", error_msg: "The quota is used up." } }
        : undefined;
    const spec = { ...phonesInVpc, serverName: "herd", count: 3 };
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, spec));
    expect(left.outs).toEqual(outs);
    expect(left.message).toBe(
      'Could not buy 2 more for CphPhoneServer "herd" in cn-east-3: Huawei Cloud answered CPS.0065, "The quota is used up.". The quota of cloud phone servers is used up: ask for more by a service ticket, or give back servers.',
    );
    expect(ordered()).toEqual([1]);
    world.intercept = () => undefined;
    expect(await update(id, left.outs, spec)).toMatchObject({ isReady: true, count: 3 });
    expect(ordered()).toEqual([1, 2]);
  });

  test("when nobody knows whether more were bought, that is said, and the order was sent once", async () => {
    const { id, outs } = await create(phonesInVpc);
    let sent = 0;
    world.intercept = (request) => {
      if (request.method !== "POST" || !request.path.endsWith("/cloud-phone/servers")) return undefined;
      sent += 1;
      return { status: 504 };
    };
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, { ...phonesInVpc, count: 2 }));
    expect(sent).toBe(1);
    expect(left.outs).toEqual({ ...outs, isReady: false, unclearSince: expect.any(String) as string });
    expect(left.message).toContain("It did not show within 10 min, so it was most likely not executed");
  });

  test("new servers that fail to be built are reported, also after a refresh, until the number is smaller", async () => {
    const { id, outs } = await create(phonesInVpc);
    world.cloud.failProvisioning();
    const spec = { ...phonesInVpc, count: 2 };
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, spec));
    expect(left.outs).toMatchObject({ isReady: false, count: 2, state: "abnormal" });
    expect(left.message).toContain("a smaller `count` gives the servers back that were bought last");
    const read = await cphPhoneServer.read(id, left.outs, world.context());
    const again = await leftBehind<CphPhoneServerOutputs>(update(id, read!.outs, spec));
    expect(again.message).toBe(left.message);
    const back = await update(id, again.outs, phonesInVpc);
    expect(back).toMatchObject({ isReady: true, state: "running", count: 1 });
    expect(alive()).toEqual([id]);
    expect(ordered()).toEqual([1, 1]);
  });

  test("an old server that is frozen does not hold up new ones", async () => {
    const { id, outs } = await create(phonesInVpc);
    world.cloud.change(id, { status: 8 });
    const grown = await update(id, outs, { ...phonesInVpc, count: 2 });
    expect(grown.servers.map((server) => server.state)).toEqual(["frozen", "running"]);
    expect(grown).toMatchObject({ isReady: true, state: "frozen" });
  });

  test("an unpaid order for more is waited for, and cancelled when fewer will do", async () => {
    const { id, outs } = await create(phonesInVpc);
    const spec = { ...phonesInVpc, count: 3, extendParam: unpaidTerms };
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, spec));
    expect(left.outs).toMatchObject({ isReady: false, count: 3, state: "unpaid" });
    expect(left.message).toContain("setting `count` back to 1 cancels the order.");
    const read = await cphPhoneServer.read(id, left.outs, world.context());
    expect(read).toMatchObject({ id, outs: { isReady: false, count: 3, state: "unpaid", orderId: left.outs.orderId } });
    expect((await leftBehind(update(id, read!.outs, spec))).message).toBe(left.message);
    expect(ordered()).toEqual([1]);

    const ctx = world.context(rarely);
    const back = await cphPhoneServer.update(id, read!.outs, world.phones({ ...phonesInVpc, extendParam: unpaidTerms }), ctx);
    expect(back).toMatchObject({ isReady: true, state: "running", count: 1, orderId: outs.orderId });
    expect(ctx.lines[0]).toBe(`CphPhoneServer "farm-b": unpaid order ${left.outs.orderId ?? ""} cancelled`);
    await expect(world.pay(left.outs.orderId ?? "")).rejects.toThrow("CBC.");
    expect(ordered()).toEqual([1]);
  });

  test("an unpaid order for more goes on when it is paid, and is bought anew when somebody cancelled it", async () => {
    const { id, outs } = await create(phonesInVpc);
    const spec = { ...phonesInVpc, count: 2, extendParam: unpaidTerms };
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, spec));
    await world.pay(left.outs.orderId ?? "");
    const grown = await update(id, left.outs, spec);
    expect(grown).toMatchObject({ isReady: true, count: 2, orderId: left.outs.orderId });
    expect(ordered()).toEqual([1, 1]);

    const more = await leftBehind<CphPhoneServerOutputs>(update(id, grown, { ...spec, count: 3 }));
    await world.cancel(more.outs.orderId ?? "");
    const cancelled = await leftBehind<CphPhoneServerOutputs>(update(id, more.outs, { ...spec, count: 3 }));
    expect(cancelled.message).toContain("was cancelled, so nothing was bought and nothing is billed.");
    const read = await cphPhoneServer.read(id, more.outs, world.context());
    expect(read?.outs).toMatchObject({ count: 2, isReady: false });
    const whole = await update(id, read!.outs, { ...phonesInVpc, count: 3 });
    expect(whole).toMatchObject({ isReady: true, count: 3 });
    expect(ordered()).toEqual([1, 1, 1]);
  });

  test("a destroy cancels an unpaid order for more and gives the old servers back", async () => {
    const { id, outs } = await create(phonesInVpc);
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, { ...phonesInVpc, count: 3, extendParam: unpaidTerms }));
    const ctx = world.context();
    await cphPhoneServer.delete(id, left.outs, ctx);
    expect(ctx.lines).toEqual([
      `CphPhoneServer "farm-b": unpaid order ${left.outs.orderId ?? ""} cancelled`,
      expect.stringMatching(/^CphPhoneServer "farm-b": gone \(refund: order CS\w+\)$/),
    ]);
    expect(world.cloud.costing()).toEqual([]);
    await expect(world.pay(left.outs.orderId ?? "")).rejects.toThrow("CBC.");
  });

  test("when giving servers back is refused or takes too long, the state still has them, and the next run goes on", async () => {
    const { id, outs } = await create({ ...phonesInVpc, count: 3 });
    world.intercept = (request) =>
      request.path.endsWith("/unsubscribe") ? { status: 403, body: { error_code: "CBC.0151", error_msg: "Access denied." } } : undefined;
    const refused = await leftBehind<CphPhoneServerOutputs>(update(id, outs, phonesInVpc));
    expect(refused.outs).toEqual(outs);
    expect(refused.message).toContain("Give the user the billing permissions");

    // Unsubscribed, but still shown as running until long after the time is up.
    const shownUntil = world.clock.now() + 60 * minute;
    const shown = new Map<string, object>();
    world.intercept = (request) => {
      if (request.method !== "GET" || !/\/cloud-phone\/servers\/\w+$/.test(request.path) || world.clock.now() >= shownUntil)
        return undefined;
      const answer = world.cloud.handle(request);
      const { status } = answer.body as { status?: number };
      if (status === 5) shown.set(request.path, answer.body as object);
      return { ...answer, status: 200, body: shown.get(request.path) ?? answer.body };
    };
    const deadline = world.clock.now() + 5 * minute;
    const late = await leftBehind<CphPhoneServerOutputs>(update(id, refused.outs, phonesInVpc, { pollMs: undefined, deadline }));
    expect(late.message).toContain("to be gone, and the time limit is over");
    expect(late.outs).toEqual(outs);
    const again = await leftBehind<CphPhoneServerOutputs>(
      update(id, late.outs, phonesInVpc, { pollMs: undefined, deadline: deadline + 5 * minute }),
    );
    expect(again.outs).toEqual(outs);
    world.intercept = () => undefined;
    const done = await update(id, again.outs, phonesInVpc);
    expect(idsOf(done)).toEqual([id]);
    expect(alive()).toEqual([id]);
    expect(ordered()).toEqual([3]);
  });

  test("a name as long as can be does not keep a purchase from being over", async () => {
    const serverName = "n".repeat(60);
    const { id, outs } = await create({ ...phonesInVpc, serverName });
    expect(await update(id, outs, { ...phonesInVpc, serverName, count: 2 })).toMatchObject({ isReady: true, count: 2, serverName });
  });
});
