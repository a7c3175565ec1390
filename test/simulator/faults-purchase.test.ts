import {
  minutes,
  serversPath,
  startHuawei,
  v1Path,
  v1Purchase,
  v21Path,
  v21Purchase,
  v2Path,
  v2Purchase,
} from "./support/huaweicloud-client";
import type { Huawei } from "./support/huaweicloud-client";
import { INSTANCES, jdWorld, spec } from "./support/jdcloud-world";
import { closing, huaweiShop, jdShop, ucloudShop } from "./support/shops";
import type { Shop } from "./support/shops";
import { city, startUcloud } from "./support/ucloud-client";

const keep = closing();

const days = 24 * 60 * minutes;
const shops = [
  { name: "ucloud", open: ucloudShop, noMoney: 520 },
  { name: "huaweicloud", open: huaweiShop, noMoney: undefined },
  { name: "jdcloud", open: () => jdShop(), noMoney: "FAILED_PRECONDITION" },
] as const;

const paidOrder = (ids: readonly string[]) => [
  { kind: "order", ids },
  { kind: "payment", ids },
];

describe.each(shops)("a purchase from $name", ({ name, open, noMoney }) => {
  let shop: Shop;
  beforeEach(async () => void (shop = await keep(open())));

  test("can stay out of lists and details for a while, though it exists and costs", async () => {
    shop.faults.add({ kind: "late-lists", cloud: name, ms: 3 * minutes, times: 1 });
    const [id = ""] = (await shop.buy()).ids;
    const [other = ""] = (await shop.buy()).ids;
    expect(shop.cloud.servers()).toEqual([id, other]);
    expect(shop.cloud.costing()).toContainEqual({ id, kind: "server" });
    shop.clock.advance(3 * minutes - 1);
    expect(await shop.listed()).toEqual([other]);
    expect(await shop.state(id)).toBeUndefined();
    shop.clock.advance(1);
    expect((await shop.listed()).sort()).toEqual([id, other].sort());
    expect(await shop.state(id)).toBeDefined();
    expect(shop.ledger.orders()).toHaveLength(2);
  });

  test("can be paid and never be ready", async () => {
    shop.faults.add({ kind: "provisioning-fails", cloud: name, times: 1 });
    const [failing = ""] = (await shop.buy()).ids;
    const [fine = ""] = (await shop.buy()).ids;
    shop.clock.advance(30 * minutes);
    expect(await shop.state(failing)).toBe(shop.failed);
    expect(await shop.state(fine)).not.toBe(shop.failed);
    expect(shop.ledger.entries()).toMatchObject([...paidOrder([failing]), ...paidOrder([fine])]);
  });

  test("can disappear some time later", async () => {
    shop.faults.add({ kind: "vanishes", cloud: name, ms: 10 * minutes, times: 1 });
    const [id = ""] = (await shop.buy()).ids;
    shop.clock.advance(10 * minutes - 1);
    expect(await shop.listed()).toEqual([id]);
    shop.clock.advance(1);
    expect(shop.cloud.servers()).toEqual([]);
    expect(shop.ledger.entries()).toContainEqual(expect.objectContaining({ kind: "deletion", ids: [id] }));
    expect(await shop.listed()).toEqual([]);
    expect(await shop.state(id)).toBeUndefined();
    expect(shop.ledger.entries().filter((entry) => entry.kind === "deletion" && entry.ids.includes(id))).toHaveLength(1);
  });

  test("costs and builds nothing when the money is not there", async () => {
    shop.faults.add({ kind: "out-of-balance", cloud: name, after: 1 });
    const { ids } = await shop.buy();
    expect(await shop.buy()).toEqual({ code: noMoney, ids: [] });
    shop.clock.advance(30 * minutes);
    expect(shop.ledger.orders()).toMatchObject([{ ids }]);
    expect(await shop.listed()).toEqual(ids);
    expect(shop.faults.injected()["out-of-balance"]).toBe(1);
  });

  test("can suffer from several of these faults, and lose its answer too", async () => {
    shop.faults.add({ kind: "lost-answer", cloud: name, operation: shop.operations.buy });
    shop.faults.add({ kind: "late-lists", cloud: name, ms: 1 * minutes });
    shop.faults.add({ kind: "provisioning-fails", cloud: name });
    await expect(shop.buy()).rejects.toThrow();
    expect(await shop.listed()).toEqual([]);
    shop.clock.advance(30 * minutes);
    const [id = ""] = await shop.listed();
    expect(await shop.state(id)).toBe(shop.failed);
    expect(shop.faults.injected()).toMatchObject({ "lost-answer": 1, "late-lists": 1, "provisioning-fails": 1, vanishes: 0 });
  });

  test("that is refused suffers from nothing", async () => {
    shop.faults.add({ kind: "out-of-balance", cloud: name, times: 1 });
    for (const kind of ["late-lists", "vanishes"] as const) shop.faults.add({ kind, cloud: name, ms: 1 * minutes });
    shop.faults.add({ kind: "provisioning-fails", cloud: name });
    await shop.buy();
    expect(shop.faults.injected()).toMatchObject({ "out-of-balance": 1, "late-lists": 0, vanishes: 0, "provisioning-fails": 0 });
  });

  test("suffers for good, though the faults are gone", async () => {
    shop.faults.add({ kind: "vanishes", cloud: name, ms: 10 * minutes });
    await shop.buy();
    shop.faults.clear();
    await shop.buy();
    shop.clock.advance(30 * minutes);
    expect(shop.cloud.servers()).toEqual(shop.ledger.orders()[1]?.ids);
  });
});

describe("UCloud's late server", () => {
  test("is found by calls that change it, and its phones and job stay hidden with it", async () => {
    const here = await keep(startUcloud());
    here.faults.add({ kind: "late-lists", cloud: "ucloud", ms: 1 * days });
    const ServerId = await here.buy();
    here.clock.advance(30 * minutes);
    expect(await here.ok("DescribeUPhone", { ServerId })).toMatchObject({ TotalCount: 0 });
    expect(await here.ok("DescribeUPhoneJob", city)).toMatchObject({ TotalCount: 0 });
    await here.ok("ModifyUPhoneServerName", { ...city, ServerId, Name: "renamed" });
    here.clock.advance(1 * days);
    expect(await here.see(ServerId)).toMatchObject({ ServerName: "renamed" });
  });
});

describe("JD Cloud", () => {
  test("delivers a part of an order: it names and charges what it delivers", async () => {
    const world = await keep(jdWorld());
    world.faults.add({ kind: "partial-order", cloud: "jdcloud", delivered: 2 });
    const prepaid = { chargeMode: "prepaid_by_duration", chargeUnit: "month", chargeDuration: 1 };
    const one = await world.buy({ enableInternet: "no", charge: prepaid });
    const price = world.ledger.paid();
    const ids = await world.buy({ enableInternet: "no", charge: prepaid, count: 5 });
    expect([one.length, ids.length]).toEqual([1, 2]);
    expect(world.cloud.servers()).toEqual([...one, ...ids]);
    expect(world.ledger.paid()).toBe(3 * price);
    expect(world.ledger.orders()[1]).toMatchObject({ ids });
    expect(world.faults.injected()["partial-order"]).toBe(1);
  });

  test("replays a purchase for its client token without new mishaps", async () => {
    const world = await keep(jdWorld());
    world.faults.add({ kind: "partial-order", cloud: "jdcloud", times: 1 });
    const ids = await world.buy({ count: 2 }, "token-1");
    expect(ids).toHaveLength(1);
    expect(await world.buy({ count: 2 }, "token-1")).toEqual(ids);
    expect(world.ledger.orders()).toHaveLength(1);
  });

  test("has tags and renewal that can be down by themselves", async () => {
    const world = await keep(jdWorld());
    const [id = ""] = await world.buy();
    const tags = () => world.call("POST", "/v1/regions/cn-east-tz1/tags:describeResources", { resourceVo: { resourceIds: [id] } });
    const queryInstanceParam = { appCode: "jcloud", serviceCode: "edcps", instanceId: id };
    const renewal = () => world.call("POST", "/v2/regions/cn-east-tz1/instances", { queryInstanceParam });
    const statuses = async () => [(await tags()).status, (await renewal()).status, (await world.call("GET", INSTANCES)).status];
    const down = world.faults.add({ kind: "tags-down", cloud: "jdcloud" });
    expect(await statuses()).toEqual([503, 200, 200]);
    down.remove();
    world.faults.add({ kind: "billing-down", cloud: "jdcloud" });
    expect(await statuses()).toEqual([200, 503, 200]);
    expect(world.faults.injected()).toMatchObject({ "tags-down": 1, "billing-down": 1 });
    expect((await world.call("PUT", INSTANCES, { instanceSpec: spec() })).status).toBe(200);
  });

  test("leaves a late instance out of the tags too, but not out of renewal", async () => {
    const world = await keep(jdWorld());
    world.faults.add({ kind: "late-lists", cloud: "jdcloud", ms: 1 * days });
    const [id = ""] = await world.buy({ resourceTags: [{ key: "team", value: "farm" }] });
    const tags = async () =>
      (await world.call("POST", "/v1/regions/cn-east-tz1/tags:describeResources", { resourceVo: { resourceIds: [id] } })).body.result;
    expect(await tags()).toMatchObject({ data: { resourceTagMappingList: [] } });
    const queryInstanceParam = { appCode: "jcloud", serviceCode: "edcps", instanceId: id };
    const renewal = await world.call("POST", "/v2/regions/cn-east-tz1/instances", { queryInstanceParam });
    expect(renewal.body.result).toMatchObject({ totalCount: 1 });
    for (const part of ["describeInstanceName", "describeInstanceRaid", "describeInstanceStatus"])
      expect((await world.call("GET", `${INSTANCES}/${id}:${part}`)).status).toBe(404);
  });
});

describe("Huawei Cloud", () => {
  let huawei: Huawei;
  beforeEach(async () => void (huawei = await keep(startHuawei())));

  const orders = async () => (await huawei.call("GET", "/v2/orders/customer-orders", { query: "order_type=1" })).body.order_infos;
  const detail = (orderId: string) => huawei.call("GET", `/v2/orders/customer-orders/details/${orderId}`);
  const resources = async (order_id: string) =>
    (await huawei.call("POST", "/v2/orders/suscriptions/resources/query", { body: { order_id, only_main_resource: 1 } })).body.data;

  test.each([
    [v1Path, v1Purchase],
    [v2Path, v2Purchase],
    [v21Path, v21Purchase],
  ])("names all servers of a partial order from %s, and gives those missing back when the others are ready", async (path, body) => {
    huawei.faults.add({ kind: "partial-order", cloud: "huaweicloud", delivered: 1 });
    const answer = await huawei.call("POST", path, { body: { ...body, count: 3 } });
    expect(answer.body.server_ids).toHaveLength(3);
    expect(huawei.cloud.servers()).toHaveLength(3);
    const price = huawei.ledger.paid();
    expect((await detail(answer.body.order_id)).body.order_info.status).toBe(3);

    huawei.clock.advance(25 * minutes);
    expect(huawei.cloud.servers()).toHaveLength(1);
    const [delivered = ""] = huawei.cloud.servers();
    expect(answer.body.server_ids).toContain(delivered);
    expect(huawei.ledger.paid()).toBeCloseTo(price / 3, 1);
    const missing = answer.body.server_ids?.filter((id) => id !== delivered) ?? [];
    for (const kind of ["refund", "deletion"])
      expect(huawei.ledger.entries().filter((entry) => entry.kind === kind).flatMap((entry) => entry.ids).sort()).toEqual([...missing].sort()); // prettier-ignore
    expect((await detail(answer.body.order_id)).body.order_info.status).toBe(5);
    huawei.clock.advance(2 * minutes);
    expect((await huawei.call("GET", serversPath)).body.servers).toMatchObject([{ server_id: delivered, status: 5 }]);
    expect((await huawei.call("GET", `${serversPath}/${missing[0] ?? ""}`)).status).toBe(404);
  });

  test("refunds what was not delivered in full, however late somebody looks", async () => {
    huawei.faults.add({ kind: "partial-order", cloud: "huaweicloud" });
    await huawei.call("POST", v2Path, { body: { ...v2Purchase, count: 2 } });
    const price = huawei.ledger.paid();
    huawei.clock.advance(20 * days);
    huawei.cloud.servers();
    expect(huawei.ledger.paid()).toBe(price / 2);
  });

  test("leaves an order with automatic payment unpaid when the money is not there, and goes on once it can be paid", async () => {
    const poor = huawei.faults.add({ kind: "out-of-balance", cloud: "huaweicloud" });
    const answer = await huawei.call("POST", v2Path, { body: v2Purchase });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body.server_ids).toBeUndefined();
    const orderId = answer.body.order_id;
    expect((await detail(orderId)).body.order_info.status).toBe(6);
    expect(huawei.cloud.costing()).toEqual([]);
    const payment = { body: { order_id: orderId, use_coupon: "NO", use_discount: "NO" } };
    const pay = () => huawei.call("POST", "/v3/orders/customer-orders/pay", payment);
    expect(await pay()).toMatchObject({ status: 400, body: { error_code: "CBC.99005003" } });
    expect(poor.injected()).toBe(2);
    expect(huawei.ledger.entries()).toEqual([]);
    poor.remove();
    expect((await pay()).status).toBe(204);
    expect(huawei.ledger.orders()).toMatchObject([{ orderId }]);
  });

  test("needs no money for an order that is to stay unpaid", async () => {
    huawei.faults.add({ kind: "out-of-balance", cloud: "huaweicloud" });
    const extend_param = { ...v2Purchase.extend_param, is_auto_pay: 0 };
    await huawei.call("POST", v2Path, { body: { ...v2Purchase, extend_param } });
    expect(huawei.faults.injected()["out-of-balance"]).toBe(0);
  });

  test("refuses what is paid by use when the money is not there", async () => {
    huawei.cloud.behave({ sellsPayPerUse: true });
    huawei.faults.add({ kind: "out-of-balance", cloud: "huaweicloud" });
    const answer = await huawei.call("POST", v2Path, { body: { ...v2Purchase, extend_param: { charging_mode: 1 } } });
    expect(answer).toMatchObject({ status: 403, body: { error_code: "CPS.0006" } });
    expect(await orders()).toEqual([]);
  });

  test("can show orders and their resources late, while the servers show at once", async () => {
    huawei.faults.add({ kind: "late-orders", cloud: "huaweicloud", ms: 60 * minutes, times: 1 });
    const { body } = await huawei.call("POST", v2Path, { body: v2Purchase });
    huawei.clock.advance(60 * minutes - 1);
    expect((await huawei.call("GET", serversPath)).body.servers).toMatchObject([{ status: 5 }]);
    expect(await orders()).toEqual([]);
    expect(await detail(body.order_id)).toMatchObject({ status: 400, body: { error_code: "CBC.30000010" } });
    expect(await resources(body.order_id)).toEqual([]);
    huawei.clock.advance(1);
    expect(await orders()).toMatchObject([{ order_id: body.order_id }]);
    expect(await resources(body.order_id)).toHaveLength(1);
  });

  test("has tags and billing that can be down by themselves", async () => {
    const { body } = await huawei.call("POST", v2Path, { body: v2Purchase });
    const [id = ""] = body.server_ids ?? [];
    const tags = `/v1/{p}/cph-server/${id}/tags`;
    huawei.clock.advance(25 * minutes);
    const statuses = async () => [
      (await huawei.call("GET", tags)).status,
      (await huawei.call("POST", `${tags}/action`, { body: { action: "create", tags: [{ key: "a", value: "b" }] } })).status,
      (await detail(body.order_id)).status,
      (await huawei.call("GET", serversPath)).status,
    ];
    const down = huawei.faults.add({ kind: "tags-down", cloud: "huaweicloud" });
    expect(await statuses()).toEqual([503, 503, 200, 200]);
    down.remove();
    expect((await huawei.call("GET", tags)).body.tags).toEqual([]);
    huawei.faults.add({ kind: "billing-down", cloud: "huaweicloud" });
    expect(await statuses()).toEqual([200, 204, 503, 200]);
  });

  test("leaves a late server out of phones and tags too", async () => {
    huawei.faults.add({ kind: "late-lists", cloud: "huaweicloud", ms: 1 * days });
    const { body } = await huawei.call("POST", v2Path, { body: v2Purchase });
    const [id = ""] = body.server_ids ?? [];
    huawei.clock.advance(25 * minutes);
    const action = { body: { action: "create", tags: [{ key: "a", value: "b" }] } };
    expect((await huawei.call("POST", `/v1/{p}/cph-server/${id}/tags/action`, action)).status).toBe(204);
    expect((await huawei.call("GET", `/v1/{p}/cph-server/${id}/tags`)).status).toBe(404);
    const filter = { body: { action: "filter", tags: [{ key: "a" }] } };
    const found = () => huawei.call("POST", "/v1/{p}/cph-server/resource_instances/action", filter);
    expect((await found()).body.resources).toEqual([]);
    expect((await huawei.call("GET", v1Path)).body.count).toBe(0);
    huawei.clock.advance(1 * days);
    expect((await found()).body.resources).toMatchObject([{ resource_id: id }]);
  });

  test("lets several servers of one order disappear", async () => {
    huawei.faults.add({ kind: "vanishes", cloud: "huaweicloud", ms: 60 * minutes, servers: 2 });
    await huawei.call("POST", v2Path, { body: { ...v2Purchase, count: 3 } });
    huawei.clock.advance(60 * minutes);
    expect(huawei.cloud.servers()).toHaveLength(1);
  });

  test("keeps what became of a purchase over a restart", async () => {
    huawei.faults.add({ kind: "partial-order", cloud: "huaweicloud" });
    await huawei.call("POST", v2Path, { body: { ...v2Purchase, count: 2 } });
    huawei = await keep(huawei.restart());
    expect(huawei.faults.active()).toEqual([]);
    huawei.clock.advance(25 * minutes);
    expect(huawei.cloud.servers()).toHaveLength(1);
  });
});
