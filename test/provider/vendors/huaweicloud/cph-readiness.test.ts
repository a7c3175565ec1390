import { cphBmsServer } from "../../../../provider/vendors/huaweicloud/cph-bms-server";
import type { CphBmsServerOutputs } from "../../../../provider/vendors/huaweicloud/cph-bms-server";
import { cphPhoneServer } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import type { CphPhoneServerOutputs } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import type { CloudAnswer, CloudRequest } from "../../../../simulator/cloud";
import { huaweiWorld, leftBehind, phonesInSystemNetwork, phonesInVpc } from "../../../support/huaweicloud";
import type { HuaweiWorld } from "../../../support/huaweicloud";

const minute = 60_000;
const rarely = { pollMs: 5 * minute };

describe("A purchase that is not over", () => {
  let world: HuaweiWorld;
  beforeEach(async () => (world = await huaweiWorld()));
  afterEach(() => world.close());

  const orders = (): number => world.simulator.ledger.orders("huaweicloud").length;
  const soon = () => world.context({ deadline: world.clock.now() + 5 * minute });
  const toGoOn = [{ property: "isReady", kind: "update", old: false, new: true }];
  const noBilling = (request: CloudRequest): CloudAnswer | undefined =>
    request.path.startsWith("/v2/orders") ? { status: 403, body: { error_code: "CBC.0151", error_msg: "Access denied." } } : undefined;
  const hidden = (request: CloudRequest): CloudAnswer | undefined =>
    request.method === "GET" && /\/cloud-phone\/servers\/\w+$/.test(request.path)
      ? { status: 404, body: { error_code: "CPS.0156", error_msg: "The server does not exist." } }
      : undefined;

  test("is gone on with after a refresh, also when the servers came up in between, and then is over", async () => {
    const inputs = world.phones({ ...phonesInVpc, tags: { env: "prod" } });
    const late = await leftBehind<CphPhoneServerOutputs>(cphPhoneServer.create(inputs, soon()));
    expect(late.outs.isReady).toBe(false);
    await world.clock.sleep(60 * minute);
    const read = await cphPhoneServer.read(late.id, late.outs, world.context());
    expect(read?.outs).toMatchObject({ isReady: false, state: "running" });
    expect(cphPhoneServer.diff(read!.outs, inputs, "abcdefghij").properties).toMatchObject([{ property: "tags" }, ...toGoOn]);

    const ctx = world.context();
    const outs = await cphPhoneServer.update(late.id, read!.outs, inputs, ctx);
    expect(outs).toMatchObject({ isReady: true, state: "running", tags: { env: "prod" } });
    expect(ctx.lines.at(-1)).toBe(`CphPhoneServer "farm-b": running, server ${late.id}, 50 phones`);
    const after = await cphPhoneServer.read(late.id, outs, world.context());
    expect(after?.outs).toEqual(outs);
    expect(cphPhoneServer.diff(after!.outs, inputs, "abcdefghij").properties).toEqual([]);
    expect(orders()).toBe(1);
  });

  test("that failed to be built is reported again after a refresh, until it is repaired", async () => {
    world.cloud.failProvisioning();
    const inputs = world.bare();
    const left = await leftBehind<CphBmsServerOutputs>(cphBmsServer.create(inputs, world.context(rarely)));
    const read = await cphBmsServer.read(left.id, left.outs, world.context());
    expect(read?.outs).toMatchObject({ isReady: false, state: "abnormal" });
    expect(cphBmsServer.diff(read!.outs, inputs, "abcdefghij").properties).toMatchObject(toGoOn);
    const again = await leftBehind<CphBmsServerOutputs>(cphBmsServer.update(left.id, read!.outs, inputs, world.context()));
    expect(again.message).toBe(left.message);
    expect(again.outs.isReady).toBe(false);

    world.cloud.change(left.id, { status: 5 });
    world.intercept = (request) => {
      const answer = world.cloud.handle(request);
      if (request.path.endsWith(`/servers/${left.id}`)) (answer.body as { status: number }).status = 5; // repaired by the vendor
      return answer;
    };
    expect(await cphBmsServer.update(left.id, again.outs, inputs, world.context())).toMatchObject({ isReady: true, state: "running" });
    expect(orders()).toBe(1);
  });

  test("is not over before its tags are set", async () => {
    world.intercept = (request) =>
      request.path.endsWith("/tags/action") ? { status: 403, body: { error_code: "CPS.0001", error_msg: "no right" } } : undefined;
    const inputs = world.phones({ ...phonesInVpc, tags: { a: "b" } });
    const left = await leftBehind<CphPhoneServerOutputs>(cphPhoneServer.create(inputs, world.context(rarely)));
    expect(left.outs).toMatchObject({ isReady: false, state: "running" });
    world.intercept = () => undefined;
    const outs = await cphPhoneServer.update(left.id, left.outs, inputs, world.context());
    expect(outs).toMatchObject({ isReady: true, tags: { a: "b" } });
  });

  test("is over when it is read by the id alone, and stays over when a change fails", async () => {
    const { id, outs } = await cphPhoneServer.create(world.phones(phonesInVpc), world.context(rarely));
    expect((await cphPhoneServer.read(id, { region: "cn-east-3" }, world.context()))?.outs.isReady).toBe(true);
    const news = world.phones({ ...phonesInVpc, keypairName: "none" });
    expect((await leftBehind<CphPhoneServerOutputs>(cphPhoneServer.update(id, outs, news, world.context()))).outs.isReady).toBe(true);
  });

  test("whose order nobody may read is never taken for gone, nor forgotten by destroy", async () => {
    world.intercept = (request) => noBilling(request) ?? hidden(request);
    const inputs = world.phones(phonesInVpc);
    const left = await leftBehind<CphPhoneServerOutputs>(cphPhoneServer.create(inputs, soon()));
    const read = await cphPhoneServer.read(left.id, left.outs, world.context());
    expect(read).toMatchObject({ id: left.id, outs: { isReady: false, state: "building", count: 1, servers: [{ id: left.id }] } });
    const lost = await leftBehind<CphPhoneServerOutputs>(cphPhoneServer.update(left.id, read!.outs, inputs, world.context()));
    expect(lost.message).toContain(`the cloud no longer knows server ${left.id}, and its order cannot be read.`);

    const shownFrom = world.clock.now() + 5 * minute;
    world.intercept = (request) => (world.clock.now() < shownFrom ? (noBilling(request) ?? hidden(request)) : undefined);
    await cphPhoneServer.delete(left.id, lost.outs, world.context());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("is not taken for gone while billing has it in use", async () => {
    const left = await leftBehind<CphPhoneServerOutputs>(cphPhoneServer.create(world.phones(phonesInVpc), soon()));
    await world.clock.sleep(60 * minute);
    const shownFrom = world.clock.now() + 5 * minute;
    world.intercept = (request) => (world.clock.now() < shownFrom ? hidden(request) : undefined);
    expect((await cphPhoneServer.read(left.id, left.outs, world.context()))?.outs.servers).toMatchObject([{ id: left.id }]);
    await cphPhoneServer.delete(left.id, left.outs, world.context());
    expect(world.cloud.costing()).toEqual([]);
    expect(await cphPhoneServer.read(left.id, left.outs, world.context())).toBeUndefined();
  });

  test("of several servers that it does not name is over only when all of them are found", async () => {
    let listed = 1;
    world.intercept = (request) => {
      const refused = noBilling(request);
      if (refused !== undefined) return refused;
      const answer = world.cloud.handle(request);
      const body = (answer.body ?? {}) as { server_ids?: unknown; servers?: unknown[]; count?: number };
      if (request.method === "POST" && request.path.endsWith("/cloud-phone/phones")) delete body.server_ids;
      if (body.servers !== undefined && request.method === "GET") {
        body.servers = body.servers.slice(0, listed);
        body.count = body.servers.length;
      }
      return answer;
    };
    const inputs = world.phones({ ...phonesInSystemNetwork, count: 3 });
    const left = await leftBehind<CphPhoneServerOutputs>(
      cphPhoneServer.create(inputs, world.context({ deadline: world.clock.now() + 9 * minute })),
    );
    expect(left.outs).toMatchObject({ isReady: false, count: 3, state: "building", orderId: left.id.slice("order/".length) });
    const read = await cphPhoneServer.read(left.id, left.outs, world.context());
    expect(read?.outs).toMatchObject({ count: 3, isReady: false });
    listed = 3;
    const outs = await cphPhoneServer.update(left.id, read!.outs, inputs, world.context());
    expect(outs).toMatchObject({ isReady: true, state: "running", phoneCount: 180 });
    expect(outs.servers).toHaveLength(3);
    expect(orders()).toBe(1);
  });
});
