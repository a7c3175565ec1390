import {
  anyList,
  anyText,
  buy,
  days,
  minutes,
  serversPath,
  startHuawei,
  textLike,
  v1Path,
  v1Purchase,
  v21Path,
  v21Purchase,
  v2Path,
  v2Purchase,
} from "./support/huaweicloud-client";
import type { Huawei } from "./support/huaweicloud-client";

let huawei: Huawei;
beforeEach(async () => void (huawei = await startHuawei()));
afterEach(() => huawei.close());

const creates = [
  ["v1", v1Path, v1Purchase, "CreateCloudPhoneServer", "extend_param"],
  ["v2", v2Path, v2Purchase, "CreateNet2CloudPhoneServer", "extend_param"],
  ["v2.1", v21Path, v21Purchase, "CreateCloudPhoneSingleServer", "order_param"],
] as const;

/** The purchase with the field at `path` set, or taken out when `value` is undefined. */
function withField(body: object, path: string, value: unknown): object {
  const copy = structuredClone(body) as Record<string, unknown>;
  const keys = path.split(".");
  const last = keys.pop()!;
  const owner = keys.reduce<Record<string, unknown>>((inner, key) => inner[key] as Record<string, unknown>, copy);
  if (value === undefined) Reflect.deleteProperty(owner, last);
  else owner[last] = value;
  return copy;
}

const named = async (): Promise<string[]> => (await huawei.call("GET", serversPath)).body.servers.map((one) => one.server_name).sort();

describe.each(creates)("the %s create", (_version, path, body, operation, order) => {
  test("is one paid order with as many servers as asked for", async () => {
    const answer = await huawei.call("POST", path, { body: { ...body, count: 3 } });
    expect(answer).toMatchObject({ status: 200, body: { request_id: textLike(/^[0-9a-f]{32}$/) } });
    expect(answer.body.order_id).toMatch(/^CS2601020304[A-Z0-9]{5}$/);
    expect(answer.body.product_id).toMatch(/^OFFI\d{18}$/);
    expect(answer.body.server_ids).toEqual([textLike(/^[0-9a-f]{32}$/), anyText, anyText]);
    const entry = { cloud: "huaweicloud", orderId: answer.body.order_id, ids: answer.body.server_ids };
    expect(huawei.ledger.entries()).toMatchObject([
      { ...entry, kind: "order" },
      { ...entry, kind: "payment" },
    ]);
    expect(huawei.ledger.paid()).toBeGreaterThan(10_000);
    expect(huawei.cloud.servers()).toHaveLength(3);
    expect(huawei.cloud.received()).toMatchObject([{ operation, parameters: { ...body, count: 3 } }]);
  });

  test("buys again when it is asked again: nothing ties two requests together", async () => {
    await buy(huawei, path, body);
    await buy(huawei, path, body);
    expect(huawei.ledger.orders()).toHaveLength(2);
    expect(huawei.cloud.servers()).toHaveLength(2);
  });

  test("builds nothing and costs nothing until an order without automatic payment is paid", async () => {
    const answer = await huawei.call("POST", path, { body: withField({ ...body, count: 2 }, `${order}.is_auto_pay`, 0) });
    expect(answer).toMatchObject({ status: 200, body: { order_id: anyText } });
    expect(answer.body.server_ids).toBeUndefined();
    huawei.clock.advance(60 * minutes);
    expect(huawei.ledger.entries()).toEqual([]);
    expect(huawei.cloud.costing()).toEqual([]);
    expect(await named()).toEqual([]);
    const orderId = answer.body.order_id;
    expect((await huawei.call("GET", `/v2/orders/customer-orders/details/${orderId}`)).body.order_info).toMatchObject({ status: 6 });

    const payment = { body: { order_id: orderId, use_coupon: "NO", use_discount: "NO" } };
    expect(await huawei.call("POST", "/v3/orders/customer-orders/pay", payment)).toMatchObject({ status: 204, text: "" });
    expect(huawei.ledger.orders()).toMatchObject([{ orderId, ids: anyList }]);
    expect(await named()).toHaveLength(2);
    expect(await huawei.call("POST", "/v3/orders/customer-orders/pay", payment)).toMatchObject({
      status: 400,
      body: { error_code: "CBC.99003106" },
    });
    expect(huawei.ledger.orders()).toHaveLength(1);
  });

  test("leaves an order unpaid by default, and lets it lapse", async () => {
    const answer = await huawei.call("POST", path, { body: withField(body, `${order}.is_auto_pay`, undefined) });
    const detail = () => huawei.call("GET", `/v2/orders/customer-orders/details/${answer.body.order_id}`);
    expect((await detail()).body.order_info.status).toBe(6);
    huawei.clock.advance(7 * days);
    expect((await detail()).body.order_info.status).toBe(4);
  });

  test("refuses an account's credentials on another account's project before anything is bought", async () => {
    const foreign = path.replace("{p}", huawei.cloud.accounts[1]!.projects[0]!.id);
    expect(await huawei.call("POST", foreign, { body })).toMatchObject({ status: 403 });
    expect(huawei.ledger.entries()).toEqual([]);
  });

  test.each([
    ["server_name", undefined, "CPS.0087"],
    ["server_name", "", "CPS.0087"],
    ["server_name", "a b", "CPS.0087"],
    ["server_name", "a".repeat(61), "CPS.0087"],
    ["server_name", 7, "CPS.0087"],
    ["server_model_name", undefined, "CPS.0088"],
    ["server_model_name", "physical.none", "CPS.0089"],
    ["server_model_name", "physical.rx1.xlarge.cg", "CPS.0066"],
    ["count", undefined, "CPS.0024"],
    ["count", 0, "CPS.0024"],
    ["count", 11, "CPS.0024"],
    ["count", "1", "CPS.0024"],
    ["count", 1.5, "CPS.0024"],
    ["keypair_name", "kp-none", "CPS.0067"],
    ["keypair_name", "", "CPS.0068"],
    [order, undefined, "CPS.0055"],
    [order, [], "CPS.0055"],
    [`${order}.charging_mode`, undefined, "CPS.0056"],
    [`${order}.charging_mode`, 1, "CPS.0056"],
    [`${order}.charging_mode`, "0", "CPS.0056"],
    [`${order}.period_type`, undefined, "CPS.0057"],
    [`${order}.period_type`, 1, "CPS.0057"],
    [`${order}.period_num`, undefined, "CPS.0058"],
    [`${order}.period_num`, 10, "CPS.0058"],
    [`${order}.period_num`, 0, "CPS.0058"],
    [`${order}.is_auto_pay`, true, "CPS.0060"],
    [`${order}.is_auto_renew`, 2, "CPS.0059"],
    [`${order}.period`, 2, "APIGW.0201"],
    ["client_token", "x", "APIGW.0201"],
  ])("refuses %s = %p with %s", async (field, value, code) => {
    const answer = await huawei.call("POST", path, { body: withField(body, field, value) });
    expect(answer.body).toMatchObject({ error_code: code, request_id: anyText });
    expect(answer.status).toBe(code === "CPS.0067" ? 404 : 400);
    expect(huawei.ledger.entries()).toEqual([]);
  });

  test("takes nine months and ten years, and up to sixty Chinese characters for a name", async () => {
    await buy(huawei, path, withField(body, `${order}.period_num`, 9));
    await buy(huawei, path, withField(withField(body, `${order}.period_type`, 3), `${order}.period_num`, 10));
    await buy(huawei, path, { ...body, server_name: "云".repeat(60) });
    expect(huawei.ledger.orders()).toHaveLength(3);
  });

  test("refuses a body that is not JSON, none at all, and null for a value", async () => {
    expect(await huawei.call("POST", path, { body: "{" })).toMatchObject({ status: 400, body: { error_code: "APIGW.0201" } });
    expect(await huawei.call("POST", path)).toMatchObject({ status: 400, body: { error_code: "APIGW.0201" } });
    expect(await huawei.call("POST", path, { body: { ...body, keypair_name: null } })).toMatchObject({
      status: 400,
      body: { error_code: "CPS.0068" },
    });
  });
});

const phoneCreates = creates.slice(0, 2);

describe.each(phoneCreates)("phones bought through %s", (_version, path, body) => {
  test("numbers the names even when there is only one server", async () => {
    await buy(huawei, path, { ...body, server_name: "one" });
    await buy(huawei, path, { ...body, server_name: "several", count: 2 });
    expect(await named()).toEqual(["one-1", "several-1", "several-2"]);
  });

  test.each([
    ["phone_model_name", undefined, "CPS.0027"],
    ["phone_model_name", "none", "CPS.0028"],
    ["phone_model_name", "kg1.cg.c40.d30SSD.e1v1", "CPS.0028"],
    ["image_id", undefined, "CPS.0029"],
    ["image_id", "x".repeat(33), "CPS.0030"],
    ["image_id", "unknown", "CPS.0166"],
    ["ports", {}, "CPS.0037"],
    ["ports.0.name", "ADB", "CPS.0038"],
    ["ports.0.name", "seventeen_letters", "CPS.0038"],
    ["ports.0.listen_port", 9999, "CPS.0040"],
    ["ports.0.listen_port", 50001, "CPS.0040"],
    ["ports.0.internet_accessible", true, "CPS.0093"],
    ["ports.0.internet_accessible", undefined, "CPS.0093"],
    ["ports.0.protocol", "tcp", "APIGW.0201"],
    ["extend_param.enterprise_project_id", 0, "CPS.0055"],
    ["band_width", undefined, "CPS.0031"],
    ["band_width.band_width_share_type", undefined, "CPS.0034"],
    ["band_width.band_width_share_type", 2, "CPS.0034"],
    ["band_width.band_width_size", 0, "CPS.0036"],
    ["band_width.band_width_id", "not-a-uuid", "CPS.0033"],
  ])("refuses %s = %p with %s", async (field, value, code) => {
    const answer = await huawei.call("POST", path, { body: withField(body, field, value) });
    expect(answer.body.error_code).toBe(code);
    expect(huawei.ledger.entries()).toEqual([]);
  });

  test("refuses two ports of one name or one number", async () => {
    const port = { name: "web", listen_port: 20000, internet_accessible: "true" };
    const code = async (other: object) =>
      (await huawei.call("POST", path, { body: { ...body, ports: [port, { ...port, ...other }] } })).body.error_code;
    expect(await code({ listen_port: 20001 })).toBe("CPS.0039");
    expect(await code({ name: "api" })).toBe("CPS.0041");
  });

  test("refuses an image that belongs to another machine", async () => {
    const other = path === v1Path ? v2Purchase.image_id : v1Purchase.image_id;
    expect((await huawei.call("POST", path, { body: { ...body, image_id: other } })).body.error_code).toBe("CPS.0030");
  });
});

describe("the v1 create", () => {
  const code = async (field: string, value: unknown) =>
    (await huawei.call("POST", v1Path, { body: withField(v1Purchase, field, value) })).body.error_code;

  test("wants a size for a new shared bandwidth and an existing id for an old one", async () => {
    expect(await code("band_width", { band_width_share_type: 1 })).toBe("CPS.0036");
    expect(await code("band_width", { band_width_share_type: 1, band_width_size: 301 })).toBe("CPS.0036");
    expect(await code("band_width", { band_width_id: "11111111-2222-3333-4444-555555555555" })).toBe("CPS.0115");
    expect(await code("band_width", { band_width_id: "70bb40be-f50e-4a14-b116-a5a527fd7432" })).toBeUndefined();
    expect(await code("band_width", { band_width_share_type: 1, band_width_size: 100 })).toBeUndefined();
  });

  test("wants subnets that do not overlap", async () => {
    expect(await code("subnet_cidr", "10.0.0.0")).toBe("CPS.0191");
    expect(await code("subnet_cidr", "10.0.0.1/24")).toBe("CPS.0191");
    expect(await code("subnet_cidr", "10.0.0.0/16")).toBeUndefined();
    expect(await code("subnet_cidr", "10.0.0.0/16")).toBeUndefined();
    expect(await code("subnet_cidr", "10.0.5.0/24")).toBe("CPS.0194");
    expect(await code("subnet_cidr", "10.1.0.0/16")).toBeUndefined();
  });

  test("does not know the parameters of v2", async () => {
    expect(await code("tenant_vpc_id", v2Purchase.tenant_vpc_id)).toBe("APIGW.0201");
    expect(await code("band_width.band_width_charge_mode", 1)).toBe("APIGW.0201");
    expect(await code("phone_data_volume", v2Purchase.phone_data_volume)).toBe("APIGW.0201");
  });
});

describe("the v2 create", () => {
  test.each([
    ["vnc_enable", "true", "APIGW.0201"],
    ["tenant_vpc_id", undefined, "CPS.0223"],
    ["tenant_vpc_id", "00000000-0000-0000-0000-000000000000", "CPS.0236"],
    ["tenant_vpc_id", "4fdf12dc-7a53-489e-b448-32e0eed99ea7", "CPS.0228"],
    ["nics", undefined, "CPS.0226"],
    ["nics", [], "CPS.0226"],
    ["nics.0.subnet_id", undefined, "CPS.0224"],
    ["nics.0.subnet_id", "00000000-0000-0000-0000-000000000000", "CPS.0229"],
    ["nics.0.ipv6_enable", "true", "CPS.0226"],
    ["nics.0.ipv6_band_width_id", "70bb40be-f50e-4a14-b116-a5a527fd7432", "APIGW.0201"],
    ["public_ip", undefined, "CPS.0238"],
    ["public_ip", {}, "CPS.0238"],
    ["public_ip.count", -1, "CPS.0238"],
    ["public_ip.count", 2, "CPS.0238"],
    ["public_ip.eip", {}, "CPS.0239"],
    ["public_ip.eip.type", "5_other", "CPS.0239"],
    ["public_ip.ids", ["70bb40be-f50e-4a14-b116-a5a527fd7432"], "CPS.0238"],
    ["band_width.band_width_size", undefined, "CPS.0036"],
    ["band_width.band_width_size", 2001, "CPS.0036"],
    ["band_width.band_width_charge_mode", undefined, "CPS.0035"],
    ["band_width.band_width_share_type", 1, "CPS.0032"],
    ["phone_count_per_ip", 0, "APIGW.0201"],
    ["phone_count_per_ip", 51, "APIGW.0201"],
    ["phone_data_volume", undefined, "APIGW.0201"],
    ["phone_data_volume.size", 0, "APIGW.0201"],
    ["phone_data_volume.volume_type", "SATA", "APIGW.0201"],
    ["server_share_data_volume.size", 9, "APIGW.0201"],
    ["availability_zone", "cn-east-3z", "APIGW.0201"],
    ["property", "not json", "CPS.0078"],
    ["property", '{"ro.unknown":1}', "CPS.0163"],
  ])("refuses %s = %p with %s", async (field, value, code) => {
    const answer = await huawei.call("POST", v2Path, { body: withField(v2Purchase, field, value) });
    expect(answer.body.error_code).toBe(code);
    expect(huawei.ledger.entries()).toEqual([]);
  });

  test.each([
    ["an existing address without a bandwidth", { public_ip: { ids: ["11111111-2222-3333-4444-555555555555"] }, band_width: undefined }],
    ["no address at all", { public_ip: { count: 0 } }],
    [
      "a shared bandwidth",
      { band_width: { band_width_id: "70bb40be-f50e-4a14-b116-a5a527fd7432", band_width_share_type: 1, band_width_charge_mode: 0 } },
    ],
    ["several addresses for groups of phones", { phone_count_per_ip: 10, public_ip: { eip: { type: "5_sbgp" }, count: 5 } }],
    [
      "IPv6",
      { nics: [{ ...v2Purchase.nics[0], ipv6_enable: true, ipv6_bandwidth: { band_width_id: "70bb40be-f50e-4a14-b116-a5a527fd7432" } }] },
    ],
    ["phone properties", { property: '{"com.cph.mainkeys":1,"gsm.sim.operator.alpha":"x"}' }],
    [
      "a model of the first generation, without volumes",
      { phone_model_name: "kg1.cp.c100.d10SSD.e1v1", phone_data_volume: undefined, server_share_data_volume: undefined },
    ],
  ])("sells %s", async (_what, change) => {
    await buy(huawei, v2Path, { ...v2Purchase, ...change });
    expect(huawei.ledger.orders()).toHaveLength(1);
  });

  test("gives an existing address to one server only", async () => {
    const body = { ...v2Purchase, public_ip: { ids: ["11111111-2222-3333-4444-555555555555"] } };
    await buy(huawei, v2Path, body);
    expect((await huawei.call("POST", v2Path, { body })).body.error_code).toBe("CPS.0238");
  });

  test("sells servers paid by use only where that is switched on", async () => {
    const body = { ...v2Purchase, extend_param: { charging_mode: 1 } };
    expect((await huawei.call("POST", v2Path, { body })).body.error_code).toBe("CPS.0056");
    huawei.cloud.behave({ sellsPayPerUse: true });
    await buy(huawei, v2Path, body);
    expect(huawei.ledger.paid()).toBe(0);
    expect(huawei.cloud.costing()).not.toEqual([]);
  });
});

describe("the v2.1 create", () => {
  test.each([
    ["extend_param", v2Purchase.extend_param, "APIGW.0201"],
    ["phone_model_name", "rs2.plus", "APIGW.0201"],
    ["ports", [], "APIGW.0201"],
    ["tenant_vpc_id", v2Purchase.tenant_vpc_id, "APIGW.0201"],
    ["keypair_name", undefined, "CPS.0068"],
    ["order_param.enterprise_project_id", "0", "APIGW.0201"],
    ["nics.0.ipv6_bandwidth", {}, "APIGW.0201"],
    ["nics.0.subnet_id", undefined, "CPS.0224"],
    ["public_ip", undefined, "CPS.0238"],
    ["public_ip.count", 2, "CPS.0238"],
    ["public_ip.type", undefined, "CPS.0239"],
    ["public_ip.eip", { type: "5_bgp" }, "APIGW.0201"],
    ["public_ip.band_width", undefined, "CPS.0031"],
    ["public_ip.band_width.band_width_size", undefined, "CPS.0036"],
    ["data_volume.size", undefined, "APIGW.0201"],
    ["data_volume.count", 0, "APIGW.0201"],
    ["image_id", "x".repeat(37), "CPS.0030"],
    ["image_id", v1Purchase.image_id, "CPS.0030"],
    ["availability_zone", "cn-east-3z", "APIGW.0201"],
  ])("refuses %s = %p with %s", async (field, value, code) => {
    const answer = await huawei.call("POST", v21Path, { body: withField(v21Purchase, field, value) });
    expect(answer.body.error_code).toBe(code);
    expect(huawei.ledger.entries()).toEqual([]);
  });

  test.each([
    ["with an image", { image_id: "7f21d1f0-5ad5-4a4c-8a3e-1b0e5a1d9c01" }],
    [
      "with the VPC beside the subnet, as in the document's example",
      { nics: [{ ...v21Purchase.nics[0], vpc_id: v2Purchase.tenant_vpc_id }] },
    ],
    ["without an address", { public_ip: { band_width: v21Purchase.public_ip.band_width } }],
    ["without a volume", { data_volume: undefined }],
  ])("sells a bare server %s", async (_what, change) => {
    await buy(huawei, v21Path, { ...v21Purchase, ...change });
    expect(huawei.ledger.orders()).toHaveLength(1);
  });

  test("numbers the names in four digits, and only when there are several", async () => {
    await buy(huawei, v21Path, { ...v21Purchase, server_name: "one" });
    await buy(huawei, v21Path, { ...v21Purchase, server_name: "two", count: 2 });
    expect(await named()).toEqual(["one", "two-0001", "two-0002"]);
  });
});

test.each([
  ["-1", ["a-1", "a-2"]],
  ["-0001", ["a-0001", "a-0002"]],
  ["none", ["a", "a"]],
] as const)("names servers with the suffix %s when told so, whatever the create", async (suffix, names) => {
  huawei.cloud.behave({ suffix });
  await buy(huawei, v21Path, { ...v21Purchase, server_name: "a", count: 2 });
  expect(await named()).toEqual(names);
});
