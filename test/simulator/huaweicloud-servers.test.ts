import {
  anyText,
  buy,
  buyReady,
  days,
  having,
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
import type { Answer, Huawei } from "./support/huaweicloud-client";

let huawei: Huawei;
beforeEach(async () => void (huawei = await startHuawei()));
afterEach(() => huawei.close());

const detail = (id: string): Promise<Answer> => huawei.call("GET", `${serversPath}/${id}`);
const statusOf = async (id: string): Promise<number> => (await detail(id)).body.status;
const gone = { status: 404, body: { error_code: "CPS.0015" } };

test("builds a server through 0, 1, 3 and 4 to 5 within 25 minutes, and its order from 3 to 5", async () => {
  const { orderId, serverIds } = await buy(huawei, v1Path, v1Purchase);
  const seen: [number, number][] = [];
  for (const wait of [0, 1, 3, 16, 4, 1]) {
    huawei.clock.advance(wait * minutes);
    const order = await huawei.call("GET", `/v2/orders/customer-orders/details/${orderId}`);
    seen.push([await statusOf(serverIds[0]!), order.body.order_info.status]);
  }
  expect(seen).toEqual([
    [0, 3],
    [1, 3],
    [3, 3],
    [4, 3],
    [4, 3],
    [5, 5],
  ]);
});

test("shows a phone server in the customer's network with everything that can be read back", async () => {
  const { orderId, serverId } = await buyReady(huawei, v2Path, v2Purchase);
  const { body } = await detail(serverId);
  expect(body).toEqual({
    request_id: textLike(/^[0-9a-f]{32}$/),
    server_name: "farm-b-1",
    server_id: serverId,
    server_model_name: "physical.kg1.4xlarge.cp",
    phone_model_name: "rs2.plus",
    keypair_name: "kp-farm",
    status: 5,
    availability_zone: "cn-east-3a",
    vpc_id: "fca063f6-b942-42a8-9004-e5545f58d6a2",
    cidr: "192.168.0.0/16",
    vpc_cidr: "192.168.0.0/16",
    subnet_id: "f1cbfc37-eb42-4357-a0ec-9e4f11950908",
    subnet_cidr: "192.168.0.0/20",
    resource_project_id: textLike(/^[0-9a-f]{32}$/),
    metadata: { order_id: orderId, product_id: anyText, charging_mode: 0 },
    addresses: [{ server_ip: "192.168.0.11", public_ip: "203.0.113.3", intranet_ip: "192.168.0.11", access_ip: "203.0.113.3" }],
    band_widths: [
      {
        band_width_name: anyText,
        band_width_id: anyText,
        band_width_size: 300,
        band_width_charge_mode: 1,
        band_width_share_type: 0,
        create_time: "2026-01-02 03:04:05",
        update_time: "2026-01-02 03:04:05",
      },
    ],
    volumes: [having({ volume_size: 100, volume_type: "GPSSD" })],
    share_volume_info: { volume_type: "GPSSD", size: 100, version: 1 },
    security_groups: [anyText],
    network_version: "v2",
    enterprise_project_id: "0",
    create_time: "2026-01-02T03:04:05Z",
    update_time: "2026-01-02T03:29:05Z",
  });
});

test("shows a v1 server in the provider's own network, without security groups", async () => {
  const { serverId } = await buyReady(huawei, v1Path, { ...v1Purchase, keypair_name: undefined });
  const { body } = await detail(serverId);
  expect(body).toMatchObject({ network_version: "v1", subnet_cidr: "172.31.0.0/16", keypair_name: "", security_groups: [], volumes: [] });
  expect(body.band_widths).toMatchObject([{ band_width_size: 300, band_width_share_type: 0, band_width_charge_mode: 1 }]);
  expect(body).not.toHaveProperty("image_id");
});

test("shows a bare server without phones", async () => {
  const { serverId } = await buyReady(huawei, v21Path, { ...v21Purchase, data_volume: { volume_type: "SSD", size: 50, count: 2 } });
  expect((await detail(serverId)).body).toMatchObject({
    phone_model_name: "",
    volumes: [{ volume_size: 50 }, { volume_size: 50 }],
    network_version: "v2",
  });
  expect((await huawei.call("GET", "/v1/{p}/cloud-phone/phones", { query: `server_id=${serverId}` })).body.count).toBe(0);
});

test("shows no address before a server is built, and no bandwidth where no address was bought", async () => {
  const { serverIds } = await buy(huawei, v2Path, { ...v2Purchase, public_ip: { count: 0 } });
  expect((await detail(serverIds[0]!)).body).toMatchObject({ addresses: [], band_widths: [] });
  huawei.clock.advance(25 * minutes);
  expect((await detail(serverIds[0]!)).body.addresses).toMatchObject([{ public_ip: "" }]);
});

test("answers 404 for a server that never was and for somebody else's", async () => {
  const { serverId } = await buyReady(huawei);
  expect(await detail("0".repeat(32))).toMatchObject(gone);
  const foreign = `${serversPath}/${serverId}`;
  expect(await huawei.call("GET", foreign, { account: 1 })).toMatchObject(gone);
  expect((await huawei.call("GET", serversPath, { account: 1 })).body).toMatchObject({ count: 0 });
});

test("keeps the servers of two projects of one account apart", async () => {
  const other = huawei.cloud.accounts[0]!.projects[1]!.id;
  const { serverIds } = await buy(huawei, v1Path.replace("{p}", other), v1Purchase);
  expect((await huawei.call("GET", serversPath)).body.count).toBe(0);
  expect((await huawei.call("GET", serversPath.replace("{p}", other))).body.servers).toMatchObject([{ server_id: serverIds[0] }]);
});

describe("the list", () => {
  const names = (answer: Answer): string[] => answer.body.servers.map((one) => one.server_name);
  const list = (query?: string): Promise<Answer> => huawei.call("GET", serversPath, query === undefined ? {} : { query });

  beforeEach(async () => {
    await buyReady(huawei, v1Path, { ...v1Purchase, server_name: "old" });
    await buy(huawei, v2Path, { ...v2Purchase, server_name: "new", count: 2 });
  });

  test("starts with the newest and gives the total beside a page", async () => {
    expect(names(await list())).toEqual(["new-2", "new-1", "old-1"]);
    const page = await list("offset=2&limit=1");
    expect(page.body.count).toBe(3);
    expect(names(page)).toEqual(["old-1"]);
    expect(names(await list("offset=3"))).toEqual([]);
  });

  test.each([
    ["server_name=ew", ["new-2", "new-1"]],
    ["network_version=V1", ["old-1"]],
    ["network_version=&server_name=", ["new-2", "new-1", "old-1"]],
    ["status=5", ["old-1"]],
    ["status=2", []],
    ["phone_model_name=rs2.plus", ["new-2", "new-1"]],
    ["phone_model_name=rs2", []],
    ["create_since=1767324000", ["new-2", "new-1"]],
    ["create_until=1767324000", ["old-1"]],
  ])("filters by %s", async (query, expected) => {
    expect(names(await list(query))).toEqual(expected);
  });

  test("shows addresses of v1 servers only", async () => {
    huawei.clock.advance(25 * minutes);
    const rows = (await list()).body.servers;
    expect(rows.map((row) => row.addresses.length)).toEqual([0, 0, 1]);
    expect(rows[0]).not.toHaveProperty("band_widths");
  });

  test.each([
    ["limit=0", "CPS.0002"],
    ["limit=101", "CPS.0002"],
    ["offset=-1", "CPS.0002"],
    ["limit=ten", "CPS.0002"],
    ["network_version=v3", "CPS.0240"],
    ["status=up", "CPS.0010"],
    ["status=5&status=2", "CPS.0010"],
    ["name=a", "APIGW.0201"],
  ])("refuses %s with %s", async (query, code) => {
    expect(await list(query)).toMatchObject({ status: 400, body: { error_code: code } });
  });
});

describe("renaming", () => {
  const rename = (id: string, body: unknown): Promise<Answer> => huawei.call("PUT", `${serversPath}/${id}`, { body });

  test("stores the name as it is given, moves update_time, and leaves the phones' names", async () => {
    const { serverId } = await buyReady(huawei);
    huawei.clock.advance(10 * minutes);
    expect(await rename(serverId, { server_name: "别名" })).toMatchObject({ status: 200, body: { request_id: anyText } });
    expect((await detail(serverId)).body).toMatchObject({ server_name: "别名", update_time: "2026-01-02T03:39:05Z" });
    expect((await huawei.call("GET", "/v1/{p}/cloud-phone/phones", { query: "limit=1" })).body.phones[0]!.phone_name).toBe(
      "farm-a-1-00001",
    );
  });

  test("refuses bad names, unknown servers and servers that are being built", async () => {
    const { serverId } = await buyReady(huawei);
    expect((await rename(serverId, { server_name: "a b" })).body.error_code).toBe("CPS.0087");
    expect((await rename(serverId, {})).body.error_code).toBe("CPS.0087");
    expect((await rename(serverId, { server_name: "a", keypair_name: "kp2" })).body.error_code).toBe("APIGW.0201");
    expect(await rename("0".repeat(32), { server_name: "a" })).toMatchObject(gone);
    const { serverIds } = await buy(huawei, v1Path, v1Purchase);
    expect((await rename(serverIds[0]!, { server_name: "a" })).body.error_code).toBe("CPS.0099");
  });
});

describe("changing the key pair", () => {
  const change = (...servers: [string, string][]): Promise<Answer> =>
    huawei.call("PUT", `${serversPath}/open-access`, {
      body: { servers: servers.map(([server_id, keypair_name]) => ({ server_id, keypair_name })) },
    });

  test("is a job per server, and the new key pair shows when it is done", async () => {
    const { serverId } = await buyReady(huawei);
    const answer = await change([serverId, "kp2"]);
    expect(answer).toMatchObject({
      status: 200,
      body: { jobs: [{ server_id: serverId, job_id: textLike(/^[0-9a-f]{32}$/) }] },
    });
    const job = () => huawei.call("GET", `/v1/{p}/cloud-phone/jobs/${answer.body.jobs[0]!.job_id}`);
    expect((await job()).body).toMatchObject({ status: 1, end_time: null, server_id: serverId });
    expect((await detail(serverId)).body.keypair_name).toBe("kp-farm");
    huawei.clock.advance(minutes);
    expect((await job()).body).toMatchObject({ status: 2, begin_time: "2026-01-02T03:29:05Z", end_time: "2026-01-02T03:29:35Z" });
    expect((await detail(serverId)).body).toMatchObject({ keypair_name: "kp2", update_time: "2026-01-02T03:29:35Z" });
    await change([serverId, "kp-farm"]);
    expect((await detail(serverId)).body.keypair_name).toBe("kp2");
    huawei.clock.advance(minutes);
    expect((await detail(serverId)).body.keypair_name).toBe("kp-farm");
  });

  test("fails for single servers inside a 200", async () => {
    const { serverId } = await buyReady(huawei);
    const { serverIds } = await buy(huawei, v1Path, v1Purchase);
    const answer = await change([serverId, "kp2"], ["0".repeat(32), "kp2"], [serverId, "none"], [serverIds[0]!, "kp2"]);
    expect(answer.status).toBe(200);
    expect(answer.body.jobs).toMatchObject([
      { job_id: anyText },
      { error_code: "CPS.0015" },
      { error_code: "CPS.0067" },
      { error_code: "CPS.0098" },
    ]);
  });

  test("refuses a list without servers or without key pairs", async () => {
    expect((await change()).body.error_code).toBe("CPS.0095");
    expect((await change(["a", ""])).body.error_code).toBe("CPS.0068");
  });

  test("lists the jobs of requests", async () => {
    const { serverId } = await buyReady(huawei);
    const first = (await change([serverId, "kp2"])).body.request_id;
    const second = (await change([serverId, "kp2"])).body.request_id;
    const jobs = (query: string) => huawei.call("GET", "/v1/{p}/cloud-phone/jobs", { query });
    expect((await jobs(`request_id=${first}`)).body.jobs).toMatchObject([{ server_id: serverId, status: 1 }]);
    expect((await jobs(`request_ids=${first}%2C${second}`)).body.jobs).toHaveLength(2);
    expect(await jobs("request_id=unknown")).toMatchObject({ status: 404, body: { error_code: "CPS.0050" } });
    expect(await jobs("limit=10")).toMatchObject({ status: 400, body: { error_code: "CPS.0049" } });
    expect(await huawei.call("GET", "/v1/{p}/cloud-phone/jobs/unknown")).toMatchObject({ status: 404, body: { error_code: "CPS.0011" } });
  });
});

test("shows the phones of a server: capacity, image, ports and data volume", async () => {
  const phones = (query: string) => huawei.call("GET", "/v1/{p}/cloud-phone/phones", { query });
  const { serverIds } = await buy(huawei, v2Path, {
    ...v2Purchase,
    ports: [...v2Purchase.ports, { name: "api", listen_port: 20001, internet_accessible: "TRUE" }],
    property: '{"com.cph.mainkeys":1}',
  });
  const [serverId] = serverIds;
  expect((await phones(`server_id=${serverId!}`)).body.count).toBe(0);
  huawei.clock.advance(24 * minutes);
  expect((await phones(`server_id=${serverId!}&status=1`)).body.count).toBe(50);
  huawei.clock.advance(minutes);
  const page = (await phones(`server_id=${serverId!}&offset=49&limit=200`)).body;
  expect(page).toMatchObject({
    count: 50,
    phones: [{ phone_name: "farm-b-1-00050", server_id: serverId, image_id: v2Purchase.image_id, vnc_enable: "false", status: 2 }],
  });
  expect((await phones("phone_name=b-1-0000")).body.count).toBe(9);

  const phoneId = page.phones[0]!.phone_id;
  const { body } = await huawei.call("GET", `/v1/{p}/cloud-phone/phones/${phoneId}`);
  expect(body).toMatchObject({
    phone_id: phoneId,
    property: '{"com.cph.mainkeys":1}',
    phone_data_volume: { volume_type: "GPSSD", volume_size: 100 },
  });
  expect(body.access_infos).toMatchObject([
    { type: "adb", public_ip: "" },
    { type: "web", listen_port: 20000, public_ip: "" },
    { type: "api", listen_port: 20001, public_ip: textLike(/^203/) },
  ]);
  expect(await huawei.call("GET", `/v1/{p}/cloud-phone/phones/${"0".repeat(32)}`)).toMatchObject({
    status: 404,
    body: { error_code: "CPS.0005" },
  });
});

describe("deleting servers paid by use", () => {
  const remove = (...server_ids: string[]): Promise<Answer> =>
    huawei.call("DELETE", "/v2/{p}/cloud-phone/servers", { body: { server_ids } });

  test("is a job, after which the server is gone, and its hours are paid", async () => {
    huawei.cloud.behave({ sellsPayPerUse: true });
    const { serverId } = await buyReady(huawei, v2Path, { ...v2Purchase, extend_param: { charging_mode: 1 } });
    huawei.clock.advance(120 * minutes);
    expect(await remove(serverId)).toMatchObject({ status: 200, body: { job_id: anyText } });
    expect(await statusOf(serverId)).toBe(6);
    huawei.clock.advance(2 * minutes);
    expect(await detail(serverId)).toMatchObject(gone);
    expect(huawei.ledger.entries().map((entry) => [entry.kind, entry.amount])).toEqual([
      ["order", 0],
      ["payment", 0],
      ["usage", 27.2],
      ["deletion", 0],
    ]);
    expect(huawei.cloud.costing()).toEqual([]);
  });

  test("is refused for prepaid servers, unknown ones and too many", async () => {
    const { serverId } = await buyReady(huawei);
    expect((await remove(serverId)).body.error_code).toBe("CPS.0056");
    expect(await remove("0".repeat(32))).toMatchObject(gone);
    expect((await remove()).body.error_code).toBe("CPS.0095");
    expect((await remove(...Array.from({ length: 11 }, () => serverId))).body.error_code).toBe("CPS.0094");
    expect(huawei.cloud.servers()).toEqual([serverId]);
  });
});

describe("behind everybody's back", () => {
  test("a purchase fails to be built when told so, stays with its id, costs, and can be given back", async () => {
    huawei.cloud.failProvisioning();
    const { serverId } = await buyReady(huawei);
    expect(await statusOf(serverId)).toBe(2);
    expect(huawei.cloud.costing()).toContainEqual({ id: serverId, kind: "server" });
    const next = await buyReady(huawei);
    expect(await statusOf(next.serverId)).toBe(5);
    const answer = await huawei.call("POST", "/v2/orders/subscriptions/resources/unsubscribe", {
      body: { resource_ids: [serverId], unsubscribe_type: 1 },
    });
    expect(answer.status).toBe(200);
    expect(huawei.cloud.servers()).toEqual([next.serverId]);
  });

  test("building stands still while stalled and goes on with the time that was left", async () => {
    const ready = await buyReady(huawei);
    const { serverIds } = await buy(huawei, v1Path, v1Purchase);
    huawei.clock.advance(5 * minutes);
    huawei.cloud.stallProvisioning(true);
    huawei.clock.advance(60 * minutes);
    const later = await buy(huawei, v1Path, v1Purchase);
    huawei.clock.advance(60 * minutes);
    expect([await statusOf(ready.serverId), await statusOf(serverIds[0]!), await statusOf(later.serverIds[0]!)]).toEqual([5, 3, 0]);
    huawei.cloud.stallProvisioning(false);
    huawei.clock.advance(19 * minutes);
    expect(await statusOf(serverIds[0]!)).toBe(4);
    huawei.clock.advance(1 * minutes);
    expect([await statusOf(serverIds[0]!), await statusOf(later.serverIds[0]!)]).toEqual([5, 4]);
    huawei.clock.advance(5 * minutes);
    expect(await statusOf(later.serverIds[0]!)).toBe(5);
  });

  test("a server vanishes at once, with everything that came with it", async () => {
    const { serverId } = await buyReady(huawei, v2Path, v2Purchase);
    expect(huawei.cloud.costing().map((thing) => thing.kind)).toEqual(["server", "eip", "data-disk"]);
    huawei.cloud.vanish(serverId);
    expect(await detail(serverId)).toMatchObject(gone);
    expect(huawei.cloud.costing()).toEqual([]);
    expect(huawei.cloud.servers()).toEqual([]);
    expect(huawei.ledger.entries().at(-1)).toMatchObject({ kind: "deletion", ids: [serverId] });
    expect(() => huawei.cloud.vanish(serverId)).toThrow("There is no CPH server");
  });

  test("fields of a server change under their wire names, and update_time with those that the server itself shows", async () => {
    const { serverId } = await buyReady(huawei);
    huawei.clock.advance(minutes);
    huawei.cloud.change(serverId, { image_id: "20032120200330a20b000eae5b8c01e7", vnc_enable: "false", tags: { a: "b" } });
    expect((await detail(serverId)).body.update_time).toBe("2026-01-02T03:29:05Z");
    const phone = (await huawei.call("GET", "/v1/{p}/cloud-phone/phones", { query: "limit=1" })).body.phones[0];
    expect(phone).toMatchObject({ image_id: "20032120200330a20b000eae5b8c01e7", vnc_enable: "false" });
    huawei.cloud.change(serverId, {
      server_name: "other",
      keypair_name: "kp2",
      status: 8,
      band_width_size: 100,
      enterprise_project_id: "e",
    });
    expect((await detail(serverId)).body).toMatchObject({
      server_name: "other",
      keypair_name: "kp2",
      status: 8,
      band_widths: [{ band_width_size: 100 }],
      enterprise_project_id: "e",
      update_time: "2026-01-02T03:30:05Z",
    });
    huawei.cloud.change(serverId, { status: 5 });
    expect(await statusOf(serverId)).toBe(5);
    expect(() => huawei.cloud.change(serverId, { colour: "red" })).toThrow("no field colour");
    expect(() => huawei.cloud.change(serverId, { status: "5" })).toThrow("status cannot be changed");
  });

  test("time ends a server that is not renewed: a day of grace, a week frozen, then nothing", async () => {
    const { serverId } = await buyReady(huawei);
    huawei.clock.advance(Date.parse("2026-02-03T16:00:00Z") - huawei.clock.now() - days);
    expect(await statusOf(serverId)).toBe(5);
    huawei.clock.advance(days);
    expect(await statusOf(serverId)).toBe(8);
    huawei.clock.advance(7 * days);
    expect(await detail(serverId)).toMatchObject(gone);
    expect(huawei.ledger.entries().at(-1)).toMatchObject({ kind: "deletion", ids: [serverId] });
  });

  test("a restart keeps servers, orders, jobs, tags, and what was going on", async () => {
    huawei.cloud.failProvisioning(2);
    const bought = await buy(huawei, v2Path, { ...v2Purchase, count: 2 });
    huawei.clock.advance(10 * minutes);
    huawei.cloud.stallProvisioning(true);
    const before = await detail(bought.serverIds[0]!);
    huawei = await huawei.restart();
    expect((await detail(bought.serverIds[0]!)).body).toEqual({ ...before.body, request_id: anyText });
    huawei.clock.advance(60 * minutes);
    expect(await statusOf(bought.serverIds[0]!)).toBe(3);
    huawei.cloud.stallProvisioning(false);
    huawei.clock.advance(15 * minutes);
    expect(await statusOf(bought.serverIds[0]!)).toBe(2);
    const next = await buyReady(huawei);
    expect(await statusOf(next.serverId)).toBe(2);
  });
});

test("gives the settings of the first account, the secret apart", () => {
  const { config, secrets } = huawei.cloud.settings(huawei.url);
  expect(config).toEqual({
    "huaweicloud:region": "cn-east-3",
    "huaweicloud:cphEndpoint": huawei.url,
    "huaweicloud:iamEndpoint": huawei.url,
    "huaweicloud:bssEndpoint": huawei.url,
    "huaweicloud:accessKey": huawei.cloud.accounts[0]!.accessKey,
  });
  expect(secrets).toEqual({ "huaweicloud:secretKey": huawei.cloud.accounts[0]!.secretKey });
});
