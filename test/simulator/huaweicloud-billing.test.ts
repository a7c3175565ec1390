import {
  anyNumber,
  anyText,
  buy,
  buyReady,
  days,
  minutes,
  serversPath,
  startHuawei,
  textLike,
  v1Path,
  v1Purchase,
  v2Path,
  v2Purchase,
} from "./support/huaweicloud-client";
import type { Answer, Huawei } from "./support/huaweicloud-client";

let huawei: Huawei;
beforeEach(async () => void (huawei = await startHuawei()));
afterEach(() => huawei.close());

const detail = (id: string): Promise<Answer> => huawei.call("GET", `${serversPath}/${id}`);
const refused = (code: string, status = 400) => ({ status, body: { error_code: code, error_msg: anyText } });

describe("unsubscribing", () => {
  const unsubscribe = (...resource_ids: string[]): Promise<Answer> =>
    huawei.call("POST", "/v2/orders/subscriptions/resources/unsubscribe", { body: { resource_ids, unsubscribe_type: 1 } });

  test("gives all the money back in the first five days; the server shows 6 for a while and is then gone", async () => {
    const { serverId } = await buyReady(huawei, v2Path, v2Purchase);
    const answer = await unsubscribe(serverId);
    expect(answer).toMatchObject({ status: 200, body: { order_ids: [textLike(/^CS/)] } });
    expect((await detail(serverId)).body.status).toBe(6);
    expect(huawei.ledger.paid()).toBe(0);
    expect(huawei.ledger.entries().slice(2)).toMatchObject([
      { kind: "refund", orderId: answer.body.order_ids[0], ids: [serverId] },
      { kind: "deletion", ids: [serverId] },
    ]);
    expect(huawei.cloud.costing()).toEqual([]);
    huawei.clock.advance(2 * minutes);
    expect(await detail(serverId)).toMatchObject({ status: 404 });
    const order = await huawei.call("GET", `/v2/orders/customer-orders/details/${answer.body.order_ids[0]}`);
    expect(order.body.order_info).toMatchObject({ order_type: 4, status: 5, amount_after_discount: anyNumber });
  });

  test("gives back a part later", async () => {
    const { serverId } = await buyReady(huawei);
    const paid = huawei.ledger.paid();
    huawei.clock.advance(15 * days);
    await unsubscribe(serverId);
    const refund = paid - huawei.ledger.paid();
    expect(refund).toBeGreaterThan(0.4 * paid);
    expect(refund).toBeLessThan(0.6 * paid);
  });

  test("takes several servers at once", async () => {
    const { serverIds } = await buy(huawei, v1Path, { ...v1Purchase, count: 3 });
    huawei.clock.advance(25 * minutes);
    expect((await unsubscribe(...serverIds)).body.order_ids).toHaveLength(3);
    expect(huawei.cloud.servers()).toEqual([]);
    expect(huawei.ledger.paid()).toBe(0);
  });

  test("refuses what is being built, what is gone already, what never was, and what is somebody else's; then nothing is given back", async () => {
    const { serverIds } = await buy(huawei, v1Path, v1Purchase);
    const [building = ""] = serverIds;
    expect(await unsubscribe(building)).toMatchObject(refused("CBC.99003651"));
    huawei.clock.advance(25 * minutes);
    expect(await unsubscribe(building, "0".repeat(32))).toMatchObject(refused("CBC.99003012"));
    expect(huawei.cloud.servers()).toEqual([building]);
    expect(
      await huawei.call("POST", "/v2/orders/subscriptions/resources/unsubscribe", {
        account: 1,
        body: { resource_ids: [building], unsubscribe_type: 1 },
      }),
    ).toMatchObject(refused("CBC.99003012"));
    await unsubscribe(building);
    expect(await unsubscribe(building)).toMatchObject(refused("CBC.30000067"));
    huawei.clock.advance(days);
    expect(await unsubscribe(building)).toMatchObject(refused("CBC.30000067"));
    expect(huawei.ledger.entries().filter((entry) => entry.kind === "refund")).toHaveLength(1);
  });

  test("refuses a frozen server, one paid by use, and a part of a server", async () => {
    huawei.cloud.behave({ sellsPayPerUse: true });
    const { serverId } = await buyReady(huawei, v2Path, v2Purchase);
    const eip = huawei.cloud.costing().find((thing) => thing.kind === "eip")!;
    expect(await unsubscribe(eip.id)).toMatchObject(refused("CBC.99003185"));
    huawei.cloud.change(serverId, { status: 8 });
    expect(await unsubscribe(serverId)).toMatchObject(refused("CBC.99003656"));
    const other = await buyReady(huawei, v2Path, { ...v2Purchase, extend_param: { charging_mode: 1 } });
    expect(await unsubscribe(other.serverId)).toMatchObject(refused("CBC.30000067"));
  });

  test.each([
    [{ unsubscribe_type: 1 }, "CBC.0100"],
    [{ resource_ids: [], unsubscribe_type: 1 }, "CBC.0100"],
    [{ resource_ids: Array.from({ length: 11 }, () => "a"), unsubscribe_type: 1 }, "CBC.0100"],
    [{ resource_ids: ["a"] }, "CBC.0100"],
    [{ resource_ids: ["a"], unsubscribe_type: "1" }, "CBC.0100"],
    [{ resource_ids: ["a"], unsubscribe_type: 1, reason: "x" }, "CBC.0100"],
  ])("refuses %j with %s", async (body, code) => {
    expect(await huawei.call("POST", "/v2/orders/subscriptions/resources/unsubscribe", { body })).toMatchObject(refused(code));
  });

  test("has no renewal period to give back", async () => {
    const { serverId } = await buyReady(huawei);
    const body = { resource_ids: [serverId], unsubscribe_type: 2, unsubscribe_reason_type: 5, unsubscribe_reason: "test" };
    expect(await huawei.call("POST", "/v2/orders/subscriptions/resources/unsubscribe", { body })).toMatchObject(refused("CBC.99003128"));
  });
});

describe("automatic renewal", () => {
  const path = (id: string) => `/v2/orders/subscriptions/resources/autorenew/${id}`;
  const policy = async (id: string): Promise<number> =>
    (await huawei.call("POST", "/v2/orders/suscriptions/resources/query", { body: { resource_ids: [id], only_main_resource: 1 } })).body
      .data[0]!.expire_policy;

  test("goes on and off, with 204 each time, with or without options", async () => {
    const { serverId } = await buyReady(huawei);
    expect(await policy(serverId)).toBe(0);
    expect(await huawei.call("POST", path(serverId), { headers: { "content-type": "application/json" } })).toMatchObject({
      status: 204,
      text: "",
    });
    expect(await policy(serverId)).toBe(3);
    expect(await huawei.call("POST", path(serverId), { body: { auto_renew_times: 3, period_type: "MONTH" } })).toMatchObject({
      status: 204,
    });
    expect(await huawei.call("DELETE", path(serverId), { headers: { "content-type": "application/json" } })).toMatchObject({
      status: 204,
      text: "",
    });
    expect(await policy(serverId)).toBe(0);
    expect(await huawei.call("DELETE", path(serverId))).toMatchObject(refused("CBC.99003605"));
  });

  test("can be bought along, and then pays seven days before every end", async () => {
    const { serverId } = await buyReady(huawei, v1Path, { ...v1Purchase, extend_param: { ...v1Purchase.extend_param, is_auto_renew: 1 } });
    expect(await policy(serverId)).toBe(3);
    const paid = huawei.ledger.paid();
    huawei.clock.advance(60 * days);
    expect((await detail(serverId)).body.status).toBe(5);
    expect(huawei.ledger.entries().filter((entry) => entry.kind === "renewal")).toMatchObject([
      { ids: [serverId], amount: paid },
      { amount: paid },
    ]);
  });

  test("is refused for unknown servers, and while a server is being built", async () => {
    const { serverIds } = await buy(huawei, v1Path, v1Purchase);
    expect(await huawei.call("POST", path(serverIds[0]!))).toMatchObject(refused("CBC.99003651"));
    expect(await huawei.call("POST", path("unknown"))).toMatchObject(refused("CBC.99003012"));
    huawei.clock.advance(25 * minutes);
    expect(await huawei.call("POST", path(serverIds[0]!), { body: { times: 1 } })).toMatchObject(refused("CBC.0100"));
  });
});

describe("orders", () => {
  const orders = (query?: string): Promise<Answer> =>
    huawei.call("GET", "/v2/orders/customer-orders", query === undefined ? {} : { query });

  test("show what was bought, for how long and for how much", async () => {
    const { orderId, serverIds } = await buy(huawei, v2Path, {
      ...v2Purchase,
      count: 2,
      extend_param: { ...v2Purchase.extend_param, period_num: 3 },
    });
    const order = () => huawei.call("GET", `/v2/orders/customer-orders/details/${orderId}`, { query: "limit=10&offset=0" });
    expect((await order()).body.order_line_items).toMatchObject([{ effective_time: null, expire_time: null }]);
    huawei.clock.advance(25 * minutes);
    const { body } = await order();
    expect(body).toMatchObject({
      total_count: 1,
      order_info: {
        order_id: orderId,
        customer_id: huawei.cloud.accounts[0]!.domainId,
        status: 5,
        order_type: 1,
        currency: "CNY",
        amount_after_discount: huawei.ledger.paid(),
        create_time: "2026-01-02T03:04:05Z",
        payment_time: "2026-01-02T03:04:05Z",
      },
      order_line_items: [
        { period_type: 2, period_num: 3, subscription_num: 2, effective_time: "2026-01-02T03:29:05Z", expire_time: "2026-04-02T15:59:59Z" },
      ],
    });
    expect(serverIds).toHaveLength(2);
    expect(await huawei.call("GET", `/v2/orders/customer-orders/details/${orderId}`, { account: 1 })).toMatchObject(
      refused("CBC.30000010"),
    );
  });

  test("are listed newest first, ten at a time, by status, type and time", async () => {
    const first = await buy(huawei, v1Path, v1Purchase);
    huawei.clock.advance(30 * minutes);
    const second = await buy(huawei, v1Path, v1Purchase);
    const ids = async (query?: string) => (await orders(query)).body.order_infos.map((one) => one.order_id);
    expect(await ids()).toEqual([second.orderId, first.orderId]);
    expect(await ids("status=3")).toEqual([second.orderId]);
    expect(await ids("order_type=4")).toEqual([]);
    expect(await ids("limit=1&offset=1&order_by=-createTime&order_type=1")).toEqual([first.orderId]);
    expect(await ids("create_time_begin=2026-01-02T03%3A30%3A00Z&create_time_end=2026-01-03T00%3A00%3A00Z")).toEqual([second.orderId]);
    expect(await ids("service_type_code=hws.service.type.cph")).toHaveLength(2);
    expect((await orders()).body.total_count).toBe(2);
    expect((await huawei.call("GET", "/v2/orders/customer-orders", { account: 1 })).body.total_count).toBe(0);
    expect(await orders("create_time_begin=today")).toMatchObject(refused("CBC.0100"));
    expect(await orders("name=x")).toMatchObject(refused("CBC.0100"));
  });

  test("can be cancelled while they wait for payment, and only then", async () => {
    const unpaid = { ...v1Purchase, extend_param: { ...v1Purchase.extend_param, is_auto_pay: 0 } };
    const { orderId } = await buy(huawei, v1Path, unpaid);
    const cancel = (order_id: string) => huawei.call("PUT", "/v2/orders/customer-orders/cancel", { body: { order_id } });
    expect(await cancel(orderId)).toMatchObject({ status: 204, text: "" });
    expect((await orders("status=4")).body.order_infos).toMatchObject([{ order_id: orderId }]);
    expect(await cancel(orderId)).toMatchObject(refused("CBC.99005010"));
    expect(
      await huawei.call("POST", "/v3/orders/customer-orders/pay", { body: { order_id: orderId, use_coupon: "NO", use_discount: "NO" } }),
    ).toMatchObject(refused("CBC.99003106"));
    const paid = await buy(huawei, v1Path, v1Purchase);
    expect(await cancel(paid.orderId)).toMatchObject(refused("CBC.99005010"));
    expect(await cancel("CS0")).toMatchObject(refused("CBC.30000010"));
    expect(huawei.ledger.orders()).toHaveLength(1);
  });

  test("need to be told about coupons and discounts to be paid", async () => {
    expect(await huawei.call("POST", "/v3/orders/customer-orders/pay", { body: { order_id: "CS0" } })).toMatchObject(refused("CBC.0100"));
  });
});

describe("resources", () => {
  const query = (body: object): Promise<Answer> => huawei.call("POST", "/v2/orders/suscriptions/resources/query", { body });

  test("of an order are empty until it is processed, then the servers", async () => {
    const { orderId, serverIds } = await buy(huawei, v2Path, { ...v2Purchase, count: 3 });
    expect((await query({ order_id: orderId, only_main_resource: 1 })).body).toEqual({ total_count: 0, data: [] });
    huawei.clock.advance(25 * minutes);
    const { body } = await query({ order_id: orderId, only_main_resource: 1, limit: 50 });
    expect(body.total_count).toBe(3);
    expect(body.data.map((one) => one.resource_id).sort()).toEqual(serverIds);
    expect(body.data[0]).toMatchObject({
      region_code: "cn-east-3",
      is_main_resource: 1,
      status: 2,
      effective_time: "2026-01-02T03:29:05Z",
      expire_time: "2026-02-02T15:59:59Z",
    });
  });

  test("come with their parts when asked for all, ten rows at a time", async () => {
    const { orderId } = await buy(huawei, v2Path, { ...v2Purchase, count: 3 });
    huawei.clock.advance(25 * minutes);
    const { body } = await query({ order_id: orderId });
    expect(body.total_count).toBe(12);
    expect(body.data).toHaveLength(10);
    expect(body.data[1]).toMatchObject({ is_main_resource: 0, parent_resource_id: body.data[0]!.resource_id });
  });

  test("stay on record as closed after they were given back", async () => {
    const { serverId } = await buyReady(huawei);
    huawei.cloud.vanish(serverId);
    expect((await query({ resource_ids: [serverId], only_main_resource: 1 })).body.data).toMatchObject([{ status: 3 }]);
    expect((await query({ resource_ids: [serverId], status_list: [2, 4, 5] })).body.data).toEqual([]);
  });

  test("of others are never shown, and unknown parameters are refused", async () => {
    const { orderId } = await buyReady(huawei);
    const answer = await huawei.call("POST", "/v2/orders/suscriptions/resources/query", { account: 1, body: { order_id: orderId } });
    expect(answer.body.total_count).toBe(0);
    expect(await query({ order: orderId })).toMatchObject(refused("CBC.0100"));
    expect(await query({ order_id: orderId, limit: "50" })).toMatchObject(refused("CBC.0100"));
  });
});

describe("who am I", () => {
  test("billing knows its services, and turns customers of the other website away", async () => {
    const probe = () => huawei.call("GET", "/v2/products/service-types", { query: "limit=1" });
    expect(await probe()).toMatchObject({ status: 200, body: { service_types: [{ service_type_code: "hws.service.type.cph" }] } });
    huawei.cloud.behave({ isOtherWebsite: true });
    expect(await probe()).toMatchObject(refused("CBC.0156", 403));
    expect(await huawei.call("GET", "/v2/orders/customer-orders")).toMatchObject(refused("CBC.0156", 403));
    expect(await huawei.call("GET", serversPath)).toMatchObject({ status: 200 });
  });

  test("IAM finds the project of a region by its name", async () => {
    const projects = (query: string, account = 0) => huawei.call("GET", "/v3/projects", { query, account });
    const [main, second] = huawei.cloud.accounts;
    expect((await projects("name=cn-east-3")).body.projects).toMatchObject([
      { id: main!.projects[0]!.id, name: "cn-east-3", domain_id: main!.domainId, enabled: true },
    ]);
    expect((await projects("name=cn-east-3", 1)).body.projects).toMatchObject([{ id: second!.projects[0]!.id }]);
    expect((await projects("name=ap-southeast-1")).body.projects).toEqual([]);
    expect((await projects("")).body.projects).toHaveLength(3);
    expect(await projects("region=cn-east-3")).toMatchObject({ status: 400 });
  });

  test("IAM names the account", async () => {
    expect((await huawei.call("GET", "/v3/auth/domains")).body.domains).toMatchObject([
      { id: huawei.cloud.accounts[0]!.domainId, enabled: true },
    ]);
  });
});
