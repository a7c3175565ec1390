import { cphBmsServer } from "../../../../provider/vendors/huaweicloud/cph-bms-server";
import { cphPhoneServer } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import type { CphPhoneServerOutputs, CphPhoneServerSpec } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import { huaweiWorld, leftBehind, messageOf, phonesInVpc } from "../../../support/huaweicloud";
import type { HuaweiWorld } from "../../../support/huaweicloud";

const minute = 60_000;
const renewed = { ...phonesInVpc, extendParam: { ...phonesInVpc.extendParam, isAutoRenew: true } };

describe("CPH servers that outlive their resource", () => {
  let world: HuaweiWorld;
  beforeEach(async () => (world = await huaweiWorld()));
  afterEach(() => world.close());

  const buy = async (spec: Partial<CphPhoneServerSpec>): Promise<{ id: string; outs: CphPhoneServerOutputs }> => {
    const bought = await cphPhoneServer.create(world.phones(spec), world.context({ pollMs: 5 * minute }));
    world.operations();
    return bought;
  };
  const billing = async (id: string): Promise<boolean | undefined> =>
    (await cphPhoneServer.read(id, { region: "cn-east-3" }, world.context()))?.inputs.extendParam?.isAutoRenew;
  const tagsOf = async (id: string): Promise<unknown> =>
    (await cphPhoneServer.read(id, { region: "cn-east-3" }, world.context()))?.inputs.tags;
  const orders = (): number => world.simulator.ledger.orders("huaweicloud").length;
  const given = (): string[] =>
    world.simulator.ledger
      .entries("huaweicloud")
      .map(({ kind }) => kind)
      .filter((kind) => kind === "refund" || kind === "deletion");

  test("are retained as they are, without the marker, and nobody takes them for his own any more", async () => {
    const { id, outs } = await buy({ ...renewed, count: 2, tags: { env: "prod" }, deletionPolicy: "retain" });
    const ctx = world.context();
    await cphPhoneServer.delete(id, outs, ctx);
    const [first, second] = outs.servers.map((server) => server.id);
    expect(ctx.lines).toEqual([
      `CphPhoneServer "farm-b": left in Huawei Cloud by \`deletionPolicy\` retain: server ${first ?? ""}, paid until 2026-02-02T15:59:59Z, with auto-renewal on; server ${second ?? ""}, paid until 2026-02-02T15:59:59Z, with auto-renewal on`,
    ]);
    expect(world.operations().filter((name) => /^(Cancel|Delete|BatchDelete|Auto)/.test(name))).toEqual([
      "BatchDeleteTags",
      "BatchDeleteTags",
    ]);
    expect([...world.cloud.servers()].sort()).toEqual([first, second].sort());
    expect(given()).toEqual([]);
    expect(await billing(id)).toBe(true);
    expect(await tagsOf(id)).toEqual({ env: "prod" });

    await cphPhoneServer.delete(id, outs, world.context()); // once more, without harm
    const next = await buy(phonesInVpc);
    expect([first, second]).not.toContain(next.id);
    await cphPhoneServer.delete(next.id, next.outs, world.context());
    expect([...world.cloud.servers()].sort()).toEqual([first, second].sort());
    expect(orders()).toBe(2);
  });

  test("are left to expire with stopRenewal", async () => {
    const { id, outs } = await buy({ ...renewed, deletionPolicy: "stopRenewal" });
    const ctx = world.context();
    await cphPhoneServer.delete(id, outs, ctx);
    expect(ctx.lines).toEqual([
      `CphPhoneServer "farm-b": left in Huawei Cloud by \`deletionPolicy\` stopRenewal: server ${id}, paid until 2026-02-02T15:59:59Z, with auto-renewal off`,
    ]);
    expect(await billing(id)).toBe(false);
    world.operations();
    await cphPhoneServer.delete(id, outs, world.context());
    expect(world.operations().filter((name) => name.startsWith("CancelAuto"))).toEqual([]); // off already
    expect(given()).toEqual([]);
    world.clock.advance(60 * 24 * 60 * minute);
    expect(world.cloud.servers()).toEqual([]);
  });

  test("and are still being built are waited for, since nothing can be taken off them before", async () => {
    const inputs = world.phones({ ...phonesInVpc, deletionPolicy: "retain" });
    const left = await leftBehind<CphPhoneServerOutputs>(
      cphPhoneServer.create(inputs, world.context({ deadline: world.clock.now() + 5 * minute })),
    );
    await cphPhoneServer.delete(left.id, left.outs, world.context());
    const read = await cphPhoneServer.read(left.id, { region: "cn-east-3" }, world.context({ marker: "" }));
    expect(read).toMatchObject({ inputs: { serverName: "farm-b-1", tags: {} } });
    const next = await buy(phonesInVpc);
    expect(next.id).not.toBe(left.id);
    expect(orders()).toBe(2);
  });

  test("and stand in no state are left, too", async () => {
    const lost = await buy(phonesInVpc);
    await cphPhoneServer.read(lost.id, lost.outs, world.context());
    const { id, outs } = await buy({ ...phonesInVpc, deletionPolicy: "retain" }); // takes the lost one over
    expect(id).toBe(lost.id);
    const stray = await cphPhoneServer.create(
      world.phones({ ...phonesInVpc, serverName: "stray" }),
      world.context({ pollMs: 5 * minute, replaced: outs }),
    );
    const ctx = world.context();
    await cphPhoneServer.delete(id, outs, ctx);
    expect(ctx.lines.at(-1)).toContain(stray.id);
    expect([...world.cloud.servers()].sort()).toEqual([id, stray.id].sort());
    expect(given()).toEqual([]);
    const next = await buy(phonesInVpc);
    expect([id, stray.id]).not.toContain(next.id);
  });

  test("leave an unpaid order unpaid", async () => {
    const inputs = world.phones({ ...phonesInVpc, deletionPolicy: "stopRenewal", extendParam: { periodType: 2, periodNum: 1 } });
    const left = await leftBehind<CphPhoneServerOutputs>(cphPhoneServer.create(inputs, world.context()));
    world.operations();
    const ctx = world.context();
    await cphPhoneServer.delete(left.id, left.outs, ctx);
    expect(ctx.lines).toEqual([
      `CphPhoneServer "farm-b": left in Huawei Cloud by \`deletionPolicy\` stopRenewal: order ${left.outs.orderId ?? ""}, unpaid: servers come of it, and stay marked, if somebody pays it`,
    ]);
    expect(world.operations()).not.toContain("CancelCustomerOrder");
    await world.pay(left.outs.orderId ?? "");
  });

  test("keep the marker, and the deletion fails, when it cannot be taken off", async () => {
    const { id, outs } = await buy({ ...phonesInVpc, deletionPolicy: "retain" });
    const allowed = world.intercept;
    world.intercept = ({ method, path }) =>
      method === "POST" && path.endsWith("/tags/action")
        ? { status: 403, body: { error_code: "CPS.0001", error_msg: "No permission." } }
        : undefined;
    expect(await messageOf(cphPhoneServer.delete(id, outs, world.context()))).toContain("CPS.0001");
    world.intercept = allowed;
    await cphPhoneServer.delete(id, outs, world.context());
    expect(await tagsOf(id)).toEqual({});
    expect(given()).toEqual([]);
  });

  test.each(["a failure", "a return without a wait"])("by what the program said before %s", async (end) => {
    const { id, outs } = await buy(phonesInVpc);
    const { serverName, ...rest } = phonesInVpc;
    const isFailure = end === "a failure";
    const news = world.phones({
      ...rest,
      serverName,
      deletionPolicy: "retain",
      imageUpdate: "reset",
      ...(isFailure ? { tags: { env: "prod" } } : { skipAwait: true, count: 2 }),
    });
    world.intercept = ({ method, path }) =>
      isFailure && method === "POST" && path.endsWith("/tags/action")
        ? { status: 403, body: { error_code: "CPS.0001", error_msg: "No permission." } }
        : undefined;
    const update = cphPhoneServer.update(id, outs, news, world.context());
    const left = isFailure ? (await leftBehind<CphPhoneServerOutputs>(update)).outs : await update;
    world.intercept = () => undefined;
    expect(left).toMatchObject({ deletionPolicy: "retain", imageUpdate: "reset", isReady: isFailure });
    expect(left.tags).toBeUndefined();
    await cphPhoneServer.delete(id, left, world.context());
    expect(given()).toEqual([]);
    expect(world.cloud.servers()).toHaveLength(isFailure ? 1 : 2);
  });

  test("by what the program said before it could not sign in", async () => {
    const { id, outs } = await buy(phonesInVpc);
    const settings = { "huaweicloud:secretKey": undefined };
    const news = world.phones({ ...phonesInVpc, deletionPolicy: "retain" });
    const left = await leftBehind<CphPhoneServerOutputs>(cphPhoneServer.update(id, outs, news, world.context({}, settings)));
    expect(left.outs).toEqual({ ...outs, deletionPolicy: "retain" });
  });

  test("are fine if gone already", async () => {
    const { id, outs } = await buy({ ...phonesInVpc, deletionPolicy: "retain" });
    world.cloud.vanish(id);
    const ctx = world.context();
    await cphPhoneServer.delete(id, outs, ctx);
    expect(ctx.lines).toEqual(['CphPhoneServer "farm-b": gone']);
  });

  test("can be bare servers", async () => {
    const { id, outs } = await cphBmsServer.create(world.bare({ deletionPolicy: "stopRenewal" }), world.context());
    await cphBmsServer.delete(id, outs, world.context());
    expect(world.cloud.servers()).toEqual([id]);
    expect(given()).toEqual([]);
  });
});
