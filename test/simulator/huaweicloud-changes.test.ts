import {
  anyText,
  buy,
  buyReady,
  days,
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
import type { Answer, Huawei, Row } from "./support/huaweicloud-client";

const seconds = 1000;
const otherImage = "22110120221209e101210a3000000b03";
const firstImage = v2Purchase.image_id;

let huawei: Huawei;
beforeEach(async () => void (huawei = await startHuawei()));
afterEach(() => huawei.close());

const base = "/v1/{p}/cloud-phone";
const refused = (error_code: string, status = 400) => ({ status, body: { error_code } });
const post = (path: string, body: unknown): Promise<Answer> => huawei.call("POST", path, { body });
const detail = async (id: string) => (await huawei.call("GET", `${serversPath}/${id}`)).body;
const phonesOf = async (server: string): Promise<readonly Row[]> =>
  (await huawei.call("GET", v1Path, { query: `server_id=${server}&limit=200` })).body.phones;
const phone = async (id: string) => (await huawei.call("GET", `${v1Path}/${id}`)).body;
const jobs = async (answer: Answer) =>
  (await huawei.call("GET", `${base}/jobs`, { query: `request_id=${answer.body.request_id}` })).body.jobs;
const order = async (id: string) => (await huawei.call("GET", `/v2/orders/customer-orders/details/${id}`)).body;
const resource = async (id: string) =>
  (await post("/v2/orders/suscriptions/resources/query", { resource_ids: [id], only_main_resource: 1 })).body.data[0] as unknown as {
    expire_time: string;
    status: number;
  };
const money = () => huawei.ledger.entries().map(({ kind, amount }) => [kind, amount]);

describe("phones of CPH servers", () => {
  const v2 = () => buyReady(huawei, v2Path, v2Purchase);
  const boot = (how: "reset" | "restart", phones: readonly string[], image_id?: string) =>
    post(`${v1Path}/batch-${how}`, { image_id, phones: phones.map((phone_id) => ({ phone_id })) });

  test.each([
    ["reset" as const, 3],
    ["restart" as const, 4],
  ])("%s with another image, each with a job and a refusal of its own", async (how, via) => {
    const { serverId } = await v2();
    const [first, second] = await phonesOf(serverId);
    const unknown = "0".repeat(32);
    const answer = await boot(how, [first!.phone_id, "bad", unknown], otherImage);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        jobs: [
          { phone_id: first!.phone_id, job_id: anyText },
          { phone_id: "bad", error_code: "CPS.0004" },
          { phone_id: unknown, error_code: "CPS.0005" },
        ],
      },
    });
    expect(answer.body.jobs[1]).not.toHaveProperty("job_id");
    expect(await phone(first!.phone_id)).toMatchObject({ status: via, image_id: firstImage });
    expect(await jobs(answer)).toMatchObject([{ phone_id: first!.phone_id, server_id: serverId, status: 1, end_time: null }]);
    huawei.clock.advance(30 * seconds);
    expect(await jobs(answer)).toMatchObject([{ status: 2, error_code: null }]);
    expect(await phone(first!.phone_id)).toMatchObject({ status: 2, image_id: otherImage, image_version: "AOSP11.0" });
    expect(await phone(second!.phone_id)).toMatchObject({ status: 2, image_id: firstImage });
    expect((await detail(serverId)).status).toBe(5);
    expect(huawei.ledger.entries()).toHaveLength(2);
  });

  test("fail to be reset when a test names them, keep their image, and can usually be repaired", async () => {
    const { serverId } = await v2();
    const [first, second] = await phonesOf(serverId);
    huawei.cloud.behave({ failingJobs: [second!.phone_id] });
    const answer = await boot("reset", [first!.phone_id, second!.phone_id], otherImage);
    huawei.clock.advance(30 * seconds);
    expect(await jobs(answer)).toMatchObject([{ status: 2 }, { phone_id: second!.phone_id, status: -1, error_code: "CPS0054" }]);
    expect(await phone(second!.phone_id)).toMatchObject({ status: -5, image_id: firstImage });
    expect((await huawei.call("GET", v1Path, { query: `server_id=${serverId}&status=-5` })).body.count).toBe(1);
    huawei.cloud.behave({ repairsFailedPhones: false });
    expect((await boot("reset", [second!.phone_id], otherImage)).body.jobs).toMatchObject([{ error_code: "CPS.0165" }]);
    huawei.cloud.behave({ repairsFailedPhones: true });
    await boot("reset", [second!.phone_id], otherImage);
    huawei.clock.advance(30 * seconds);
    expect(await phone(second!.phone_id)).toMatchObject({ status: 2, image_id: otherImage });
  });

  test("take no image that does not exist or does not fit", async () => {
    const { serverId } = await v2();
    const [first] = await phonesOf(serverId);
    expect((await boot("reset", [first!.phone_id], "f".repeat(32))).body.jobs).toMatchObject([{ error_code: "CPS.0166" }]);
    expect((await boot("reset", [first!.phone_id], v1Purchase.image_id)).body.jobs).toMatchObject([{ error_code: "CPS.0030" }]);
    expect(await boot("reset", [])).toMatchObject(refused("CPS.0077"));
    const extra = await post(`${v1Path}/batch-reset`, { phones: [{ phone_id: first!.phone_id }], wipe: true });
    expect(extra).toMatchObject(refused("APIGW.0201"));
  });

  test("are shut down, and started by a restart", async () => {
    const { serverId } = await v2();
    const [first] = await phonesOf(serverId);
    const stop = () => post(`${v1Path}/batch-stop`, { phone_ids: [first!.phone_id] });
    expect((await stop()).body.jobs).toMatchObject([{ job_id: anyText }]);
    expect(await phone(first!.phone_id)).toMatchObject({ status: 7 });
    expect((await boot("restart", [first!.phone_id])).body.jobs).toMatchObject([{ error_code: "CPS.0165" }]);
    huawei.clock.advance(30 * seconds);
    expect(await phone(first!.phone_id)).toMatchObject({ status: 8 });
    expect((await stop()).body.jobs).toMatchObject([{ error_code: "CPS.0141" }]);
    await boot("restart", [first!.phone_id]);
    huawei.clock.advance(30 * seconds);
    expect(await phone(first!.phone_id)).toMatchObject({ status: 2 });
  });

  test("get properties beside those they have, and names of their own", async () => {
    const { serverId } = await buyReady(huawei, v2Path, { ...v2Purchase, property: '{"com.cph.mainkeys":0}' });
    const [last] = await phonesOf(serverId);
    const update = (property: string) => post(`${v1Path}/batch-update-property`, { phones: [{ phone_id: last!.phone_id, property }] });
    expect((await update('{"unheard.of":1}')).body.jobs).toMatchObject([{ error_code: "CPS.0163" }]);
    expect((await update('{"persist.sys.locale":"en-US"}')).body.jobs).toMatchObject([{ job_id: anyText }]);
    huawei.clock.advance(30 * seconds);
    expect(await phone(last!.phone_id)).toMatchObject({ status: 2, property: '{"com.cph.mainkeys":0,"persist.sys.locale":"en-US"}' });
    const rename = (phone_name: string) => huawei.call("PUT", `${v1Path}/${last!.phone_id}`, { body: { phone_name } });
    expect(await rename("front desk")).toMatchObject(refused("CPS.0025"));
    expect((await rename("front-desk")).status).toBe(200);
    expect(await phone(last!.phone_id)).toMatchObject({ phone_name: "front-desk", status: 2 });
    expect((await huawei.call("GET", v1Path, { query: "phone_name=front" })).body.count).toBe(1);
  });

  test("have data volumes that only grow, at a price for the rest of the time and in every renewal", async () => {
    const { serverId } = await v2();
    const [first, second] = await phonesOf(serverId);
    const expand = (phones: readonly object[]) => post(`${v1Path}/expand-volume`, { phones });
    const answer = await expand([
      { phone_id: first!.phone_id, new_size: 150 },
      { phone_id: second!.phone_id, new_size: 99 },
    ]);
    expect(answer.body.jobs).toMatchObject([{ phone_id: first!.phone_id, job_id: anyText }, { error_code: "CPS.0077" }]);
    expect(await phone(first!.phone_id)).toMatchObject({ phone_data_volume: { volume_size: 100 } });
    huawei.clock.advance(30 * seconds);
    expect(await phone(first!.phone_id)).toMatchObject({ phone_data_volume: { volume_type: "GPSSD", volume_size: 150 } });
    expect(await phone(second!.phone_id)).toMatchObject({ phone_data_volume: { volume_size: 100 } });
    const [, , third] = huawei.ledger.entries();
    expect(third).toMatchObject({ kind: "payment", ids: [serverId] });
    expect(huawei.ledger.paid() - third!.amount).toBe(6958 - 70 + 50 * 100 * 0.7); // at its purchase a GiB of each of 50 phones costs the same
    expect(third!.amount).toBeCloseTo(50 * 0.7 * (31.5 / 30), 0); // a calendar month, until midnight in Beijing
    // Asking again for the same size costs nothing.
    await expand([{ phone_id: first!.phone_id, new_size: 150 }]);
    expect(huawei.ledger.entries()).toHaveLength(3);
    const renewed = (
      await post("/v2/orders/subscriptions/resources/renew", { resource_ids: [serverId], period_type: 2, period_num: 1, is_auto_pay: 1 })
    ).body;
    expect((await order(renewed.order_ids[0]!)).order_info).toMatchObject({ amount_after_discount: 10_388 + 35 });
    expect(await expand([{ phone_id: first!.phone_id, new_size: 40_000 }])).toMatchObject(refused("CPS.0077"));
  });

  test("have no data volume in generation 1.0, and none grows without money", async () => {
    const old = (await phonesOf((await buyReady(huawei)).serverId))[0]!;
    const expand = (phone_id: string) => post(`${v1Path}/expand-volume`, { phones: [{ phone_id, new_size: 150 }] });
    expect((await expand(old.phone_id)).body.jobs).toMatchObject([{ error_code: "CPS.0077" }]);
    const [first] = await phonesOf((await v2()).serverId);
    huawei.faults.add({ cloud: "huaweicloud", operation: "ExpandPhoneDataVolumeSize", kind: "out-of-balance", times: 1 });
    expect((await expand(first!.phone_id)).body.jobs).toMatchObject([{ error_code: "CPS.0006" }]);
    huawei.cloud.behave({ failingJobs: [first!.phone_id] });
    const paid = huawei.ledger.paid();
    await expand(first!.phone_id);
    huawei.clock.advance(30 * seconds);
    expect(await phone(first!.phone_id)).toMatchObject({ phone_data_volume: { volume_size: 100 }, status: 2 });
    expect(huawei.ledger.paid()).toBe(paid);
  });

  test("and what was done to them survive a restart of the cloud, and the console's hand", async () => {
    const { serverId } = await v2();
    const [first] = await phonesOf(serverId);
    await boot("reset", [first!.phone_id], otherImage);
    huawei = await huawei.restart();
    huawei.clock.advance(30 * seconds);
    expect(await phone(first!.phone_id)).toMatchObject({ status: 2, image_id: otherImage });
    huawei.cloud.change(serverId, { image_id: firstImage });
    expect((await phonesOf(serverId)).map((one) => (one as unknown as { image_id: string }).image_id)).toEqual(Array(50).fill(firstImage));
  });
});

describe("models of CPH servers", () => {
  const special = { server_model_name: "physical.rx1.xlarge.special", phone_model_name: "rx1.cp.sp.c60.d10.e1v1" };
  const back = { server_model_name: v1Purchase.server_model_name, phone_model_name: v1Purchase.phone_model_name };
  const changeModel = (server_id: string, over: object = {}) =>
    post(`${serversPath}/change-server-model`, { server_id, ...special, extend_param: { is_auto_pay: 1 }, ...over });

  test("change by an order within two minutes, for the difference", async () => {
    const { serverId } = await buyReady(huawei);
    const { body } = await changeModel(serverId);
    expect(body).toMatchObject({ order_id: anyText, product_id: anyText });
    expect(await detail(serverId)).toMatchObject({ status: 3, server_model_name: "physical.rx1.xlarge" });
    expect((await order(body.order_id)).order_info).toMatchObject({ status: 3, order_type: 3 });
    const unsubscribe = () => post("/v2/orders/subscriptions/resources/unsubscribe", { resource_ids: [serverId], unsubscribe_type: 1 });
    expect(await unsubscribe()).toMatchObject(refused("CBC.99003651"));
    expect(await changeModel(serverId)).toMatchObject(refused("CPS.0099"));
    huawei.clock.advance(2 * minutes);
    expect(await detail(serverId)).toMatchObject({ status: 5, ...special });
    expect((await order(body.order_id)).order_info).toMatchObject({ status: 5 });
    expect(await phonesOf(serverId)).toHaveLength(60);
    const [, , change] = huawei.ledger.entries();
    expect(change).toMatchObject({ kind: "payment", orderId: body.order_id, ids: [serverId] });
    expect(change!.amount).toBeCloseTo(1000 * (31.5 / 30), -2);
    expect(huawei.ledger.orders()).toHaveLength(1);
    // All of it comes back within five days.
    await unsubscribe();
    expect(huawei.ledger.paid()).toBeCloseTo(0, 5);
  });

  test("that are cheaper give the difference back by themselves, as their refund order tells", async () => {
    const { serverId } = await buyReady(huawei, v1Path, { ...v1Purchase, ...special });
    const { body } = await changeModel(serverId, { ...back, extend_param: undefined });
    huawei.clock.advance(2 * minutes);
    expect(await detail(serverId)).toMatchObject(back);
    const [, , refund] = huawei.ledger.entries();
    expect(refund).toMatchObject({ kind: "refund", orderId: body.order_id });
    const shown = await huawei.call("GET", "/v2/orders/customer-orders/refund-orders", { query: `order_id=${body.order_id}` });
    expect(shown.body.refund_infos).toMatchObject([{ amount: -refund!.amount }]);
  });

  test("wait for payment when it is not automatic, or there is no money", async () => {
    const { serverId } = await buyReady(huawei);
    huawei.faults.add({ cloud: "huaweicloud", operation: "ChangeCloudPhoneServerModel", kind: "out-of-balance", times: 1 });
    const { order_id } = (await changeModel(serverId)).body;
    expect((await order(order_id)).order_info).toMatchObject({ status: 6 });
    expect(await detail(serverId)).toMatchObject({ status: 5 });
    expect(huawei.ledger.entries()).toHaveLength(2);
    const unsubscribe = { resource_ids: [serverId], unsubscribe_type: 1 };
    expect(await post("/v2/orders/subscriptions/resources/unsubscribe", unsubscribe)).toMatchObject(refused("CBC.99003100"));
    await post("/v3/orders/customer-orders/pay", { order_id, use_coupon: "NO", use_discount: "NO" });
    huawei.clock.advance(2 * minutes);
    expect(await detail(serverId)).toMatchObject(special);
    const second = (await changeModel(serverId, { ...back, extend_param: undefined })).body.order_id;
    expect((await order(second)).order_info).toMatchObject({ status: 3 });
  });

  test.each([
    ["the one it has", back, "CPS.0089"],
    ["another generation", { server_model_name: "physical.kg1.4xlarge.cp", phone_model_name: "kg1.cp.c100.d10SSD.e1v1" }, "CPS.0089"],
    ["an unknown one", { server_model_name: "physical.none" }, "CPS.0089"],
    ["another number of phones", { phone_model_name: "rx1.cp.sp.c105.d8.e5v5" }, "CPS.0028"],
    ["phones of another model", { phone_model_name: "rs2.plus" }, "CPS.0028"],
    ["no phones", { phone_model_name: undefined }, "CPS.0027"],
    ["another count", { count: 2 }, "APIGW.0201"],
  ])("do not change to %s", async (_what, over, code) => {
    const { serverId } = await buyReady(huawei);
    expect(await changeModel(serverId, over)).toMatchObject(refused(code));
    expect(huawei.ledger.entries()).toHaveLength(2);
  });

  test("do not change while the server is built, nor of bare servers", async () => {
    const { serverIds } = await buy(huawei, v1Path, v1Purchase);
    expect(await changeModel(serverIds[0]!)).toMatchObject(refused("CPS.0099"));
    const bare = await buyReady(huawei, v21Path, v21Purchase);
    expect(await changeModel(bare.serverId)).toMatchObject({ status: 400 });
    expect(await changeModel("0".repeat(32))).toMatchObject(refused("CPS.0015", 404));
  });
});

describe("machines of CPH servers", () => {
  const swap = {
    phone_model_name: "rs2.max",
    image_id: otherImage,
    tenant_vpc_id: "4fdf12dc-7a53-489e-b448-32e0eed99ea7",
    nics: [{ subnet_id: "99462cb1-511c-4b3e-8f09-c80565304843" }],
    public_ip: { eip: { type: "5_bgp" }, count: 1 },
    band_width: { band_width_share_type: 0, band_width_size: 200, band_width_charge_mode: 1 },
    phone_data_volume: { volume_type: "SSD", size: 50 },
    ports: [{ name: "api", listen_port: 21000, internet_accessible: "true" }],
  };
  const change = (id: string, over: object = {}) => post(`/v2/{p}/cloud-phone/servers/${id}/change`, { ...swap, ...over });

  test("are swapped under the same id, name and billing, with new phones", async () => {
    const { serverId } = await buyReady(huawei, v2Path, v2Purchase);
    const [before] = await phonesOf(serverId);
    await post(`${v1Path}/batch-stop`, { phone_ids: [before!.phone_id] });
    const answer = await change(serverId);
    expect(answer).toMatchObject({ status: 200, body: { server_id: serverId, job_id: anyText } });
    expect(await detail(serverId)).toMatchObject({ status: 3, phone_model_name: "rs2.plus" });
    expect(await phonesOf(serverId)).toEqual([]);
    expect(await jobs(answer)).toMatchObject([{ server_id: serverId, status: 1 }]);
    huawei.clock.advance(20 * minutes);
    expect(await jobs(answer)).toMatchObject([{ status: 2 }]);
    expect(await detail(serverId)).toMatchObject({
      status: 5,
      server_name: "farm-b-1",
      phone_model_name: "rs2.max",
      vpc_id: swap.tenant_vpc_id,
      subnet_id: swap.nics[0]!.subnet_id,
      keypair_name: "",
      availability_zone: "cn-east-3a",
      band_widths: [{ band_width_size: 200 }],
      volumes: [{ volume_size: 50, volume_type: "SSD" }],
    });
    const after = await phonesOf(serverId);
    expect(after).toHaveLength(25);
    expect(after.every(({ status }) => status === 2)).toBe(true);
    expect(await phone(after[0]!.phone_id)).toMatchObject({
      image_id: otherImage,
      access_infos: [{ type: "adb" }, { type: "api", listen_port: 21000 }],
    });
    expect(huawei.ledger.entries()).toHaveLength(2);
    expect(huawei.cloud.costing().map((thing) => thing.kind)).toEqual(["server", "eip", "data-disk"]);
  });

  test("stay when the job fails", async () => {
    const { serverId } = await buyReady(huawei, v2Path, v2Purchase);
    huawei.cloud.behave({ failingJobs: [serverId] });
    const answer = await change(serverId);
    huawei.clock.advance(20 * minutes);
    expect(await jobs(answer)).toMatchObject([{ status: -1, error_code: "CPS0054" }]);
    expect(await detail(serverId)).toMatchObject({ status: 5, phone_model_name: "rs2.plus", keypair_name: "kp-farm" });
  });

  test("are not swapped in the provider's network, for other models, or for less than the documents ask", async () => {
    const old = await buyReady(huawei);
    expect(await change(old.serverId)).toMatchObject(refused("CPS.0240"));
    const { serverId } = await buyReady(huawei, v2Path, v2Purchase);
    expect(await change(serverId, { phone_model_name: "kg1.cg.c40.d30SSD.e1v1" })).toMatchObject(refused("CPS.0028"));
    expect(await change(serverId, { phone_data_volume: { volume_type: "SSD", size: 9 } })).toMatchObject({ status: 400 });
    expect(await change(serverId, { band_width: undefined })).toMatchObject(refused("CPS.0031"));
    expect(await change(serverId, { server_name: "x" })).toMatchObject(refused("APIGW.0201"));
    expect(await change(serverId, { nics: v2Purchase.nics })).toMatchObject(refused("CPS.0228"));
  });

  test("are restarted through 13 to 5, each server with a job or a refusal of its own", async () => {
    const { serverId } = await buyReady(huawei);
    const restart = (...server_ids: string[]) => post(`${serversPath}/batch-restart`, { server_ids });
    const unknown = "0".repeat(32);
    expect((await restart(serverId, unknown)).body.jobs).toMatchObject([
      { server_id: serverId, job_id: anyText },
      { server_id: unknown, error_code: "CPS.0015" },
    ]);
    expect(await detail(serverId)).toMatchObject({ status: 13 });
    expect((await phonesOf(serverId))[0]).toMatchObject({ status: 4 });
    expect((await restart(serverId)).body.jobs).toMatchObject([{ error_code: "CPS.0158" }]);
    huawei.clock.advance(3 * minutes);
    expect(await detail(serverId)).toMatchObject({ status: 5 });
    expect(await restart()).toMatchObject(refused("CPS.0095"));
  });

  test("go on being swapped over a restart of the cloud", async () => {
    const { serverId } = await buyReady(huawei, v2Path, v2Purchase);
    await change(serverId);
    huawei = await huawei.restart();
    huawei.clock.advance(20 * minutes);
    expect(await detail(serverId)).toMatchObject({ status: 5, phone_model_name: "rs2.max" });
  });

  test("take key pairs unless the job fails", async () => {
    const { serverId } = await buyReady(huawei);
    huawei.cloud.behave({ failingJobs: [serverId] });
    const body = { servers: [{ server_id: serverId, keypair_name: "kp2" }] };
    const answer = await huawei.call("PUT", `${serversPath}/open-access`, { body });
    huawei.clock.advance(30 * seconds);
    expect(await jobs(answer)).toMatchObject([{ status: -1 }]);
    expect(await detail(serverId)).toMatchObject({ keypair_name: "kp-farm" });
  });
});

describe("application ports of CPH servers", () => {
  const path = `${base}/access-infos`;
  const api = { name: "api", listen_port: 80, internet_accessible: "false" };
  const list = (id: string) => huawei.call("GET", path, { query: `server_id=${id}` });

  test("cannot be changed where the API is withdrawn", async () => {
    const { serverId } = await buyReady(huawei);
    expect(await list(serverId)).toMatchObject(refused("APIGW.0101", 404));
    expect(await huawei.call("PUT", path, { body: { server_ids: [serverId], ports: [api] } })).toMatchObject(refused("APIGW.0101", 404));
  });

  test("are added and taken away by a job per phone where it is published", async () => {
    huawei.cloud.behave({ publishesAccessInfos: true });
    const { serverId } = await buyReady(huawei);
    const add = (ports: readonly object[]) => huawei.call("PUT", path, { body: { server_ids: [serverId], ports } });
    const answer = await add([api]);
    expect(answer.body.jobs).toHaveLength(60);
    expect((await list(serverId)).body).toMatchObject({ server_id: serverId, ports: v1Purchase.ports });
    expect(await add([{ ...api, name: "api2", listen_port: 81 }])).toMatchObject(refused("CPS.0042"));
    huawei.clock.advance(30 * seconds);
    expect((await list(serverId)).body).toMatchObject({ ports: [...v1Purchase.ports, api] });
    expect((await phone((await phonesOf(serverId))[0]!.phone_id)).access_infos).toMatchObject([
      { type: "adb" },
      { type: "vnc" },
      { type: "web" },
      { type: "api" },
    ]);
    expect(await add([{ ...api, listen_port: 81 }])).toMatchObject(refused("CPS.0039"));
    expect(await add([{ ...api, name: "x-y" }])).toMatchObject(refused("CPS.0038"));
    const remove = (name: string) => huawei.call("DELETE", path, { body: { server_ids: [serverId], ports: [{ name }] } });
    expect(await remove("none")).toMatchObject(refused("CPS.0018", 404));
    await remove("web");
    huawei.clock.advance(30 * seconds);
    expect((await list(serverId)).body).toMatchObject({ ports: [api] });
  });
});

describe("bandwidths of the system-defined network", () => {
  const resize = (id: string, band_width_size: number) => huawei.call("PUT", `${base}/bandwidths/${id}`, { body: { band_width_size } });
  const shared = { ...v1Purchase, band_width: { band_width_share_type: 1, band_width_size: 100 } };

  test("grow for money when they are shared, in the documented steps", async () => {
    const { serverId } = await buyReady(huawei, v1Path, shared);
    const { band_width_id: id } = (await detail(serverId)).band_widths[0] as unknown as { band_width_id: string };
    huawei = await huawei.restart(); // every server has a copy of its own now
    expect((await resize(id, 250)).status).toBe(200);
    expect((await detail(serverId)).band_widths).toMatchObject([{ band_width_size: 250 }]);
    expect(money().slice(2)).toEqual([["payment", 3000]]);
    expect(await resize(id, 320)).toMatchObject(refused("CPS.0036"));
    expect((await resize(id, 350)).status).toBe(200);
    expect(await resize(id, 1250)).toMatchObject(refused("CPS.0036"));
    expect((await resize(id, 50)).status).toBe(200);
    expect(money()).toHaveLength(4); // nothing for less
    huawei.faults.add({ cloud: "huaweicloud", operation: "UpdateBandwidth", kind: "out-of-balance", times: 1 });
    expect(await resize(id, 60)).toMatchObject(refused("CPS.0006", 403));
  });

  test("are not resized when they are dedicated, unknown, or in a customer's own network", async () => {
    const idOf = async (server: string) => ((await detail(server)).band_widths[0] as unknown as { band_width_id: string }).band_width_id;
    expect(await resize(await idOf((await buyReady(huawei)).serverId), 200)).toMatchObject(refused("CPS.0160"));
    expect(await resize(await idOf((await buyReady(huawei, v2Path, v2Purchase)).serverId), 200)).toMatchObject(refused("CPS.0115", 404));
    expect(await resize("none", 200)).toMatchObject(refused("CPS.0115", 404));
    expect(await resize("none", 0)).toMatchObject(refused("CPS.0036"));
  });

  test("keep a new size of the one that every account has", async () => {
    const id = "70bb40be-f50e-4a14-b116-a5a527fd7432";
    await resize(id, 500);
    huawei = await huawei.restart();
    expect((await huawei.call("GET", `${base}/bandwidths`)).body.band_widths).toMatchObject([{ band_width_size: 500 }]);
    const { serverId } = await buyReady(huawei, v1Path, { ...v1Purchase, band_width: { band_width_id: id } });
    expect((await detail(serverId)).band_widths).toMatchObject([{ band_width_size: 500 }]);
  });
});

describe("prepaid time of CPH servers", () => {
  const renew = (ids: readonly string[], over: object = {}) =>
    post("/v2/orders/subscriptions/resources/renew", { resource_ids: ids, period_type: 2, period_num: 1, is_auto_pay: 1, ...over });

  test("is renewed by an order, for any length", async () => {
    const { serverId } = await buyReady(huawei);
    const first = (await resource(serverId)).expire_time;
    expect(first).toBe("2026-02-02T15:59:59Z");
    const { order_ids } = (await renew([serverId], { period_num: 3 })).body;
    expect((await resource(serverId)).expire_time).toBe("2026-05-02T15:59:59Z");
    expect(await order(order_ids[0]!)).toMatchObject({
      order_info: { order_type: 2, status: 5 },
      order_line_items: [{ period_type: 2, period_num: 3, subscription_num: 1, expire_time: "2026-05-02T15:59:59Z" }],
    });
    expect(huawei.ledger.entries().slice(2)).toMatchObject([{ kind: "renewal", orderId: order_ids[0], ids: [serverId], amount: 3 * 4218 }]);
    await renew([serverId], { period_type: 3 });
    expect((await resource(serverId)).expire_time).toBe("2027-05-02T15:59:59Z");
    expect(huawei.ledger.entries().at(-1)).toMatchObject({ kind: "renewal", amount: 42_180 });
    // Within five days everything comes back.
    await post("/v2/orders/subscriptions/resources/unsubscribe", { resource_ids: [serverId], unsubscribe_type: 1 });
    expect(huawei.ledger.paid()).toBe(0);
  });

  test("is renewed when it is paid for, and the order bars the way until then", async () => {
    const { serverId } = await buyReady(huawei);
    const { order_ids } = (await renew([serverId], { is_auto_pay: 0 })).body;
    const order_id = order_ids[0]!;
    expect((await order(order_id)).order_info).toMatchObject({ status: 6 });
    expect((await resource(serverId)).expire_time).toBe("2026-02-02T15:59:59Z");
    expect(await renew([serverId])).toMatchObject(refused("CBC.99003100"));
    const pay = () => post("/v3/orders/customer-orders/pay", { order_id, use_coupon: "NO", use_discount: "NO" });
    huawei.faults.add({ cloud: "huaweicloud", operation: "PayOrders", kind: "out-of-balance", times: 1 });
    expect(await pay()).toMatchObject(refused("CBC.99005003"));
    expect(await pay()).toMatchObject({ status: 204 });
    expect((await resource(serverId)).expire_time).toBe("2026-03-02T15:59:59Z");
    const lapsing = (await renew([serverId], { is_auto_pay: 0 })).body.order_ids[0]!;
    await huawei.call("PUT", "/v2/orders/customer-orders/cancel", { body: { order_id: lapsing } });
    expect((await renew([serverId])).status).toBe(200);
  });

  test("brings back a server that was frozen because it had expired", async () => {
    const { serverId } = await buyReady(huawei);
    huawei.clock.advance(34 * days);
    expect(await detail(serverId)).toMatchObject({ status: 8 });
    await renew([serverId]);
    expect(await detail(serverId)).toMatchObject({ status: 5 });
    huawei.clock.advance(40 * days);
    expect(huawei.cloud.servers()).toEqual([]);
  });

  test.each([
    ["twelve months", { period_num: 12 }, "CBC.0100"],
    ["four years", { period_type: 3, period_num: 4 }, "CBC.0100"],
    ["weeks", { period_type: 1 }, "CBC.0100"],
    ["an unknown server", { resource_ids: ["0".repeat(32)] }, "CBC.99003012"],
    ["an unknown field", { use_coupon: "NO" }, "CBC.0100"],
  ])("is not renewed by %s", async (_what, over, code) => {
    const { serverId } = await buyReady(huawei);
    expect(await renew([serverId], over)).toMatchObject(refused(code));
    expect(huawei.ledger.entries()).toHaveLength(2);
  });

  test("is not renewed while the server is built, or after it was given back", async () => {
    const { serverIds } = await buy(huawei, v1Path, v1Purchase);
    expect(await renew(serverIds)).toMatchObject(refused("CBC.99003651"));
    huawei.clock.advance(25 * minutes);
    const { order_ids } = (await post("/v2/orders/subscriptions/resources/unsubscribe", { resource_ids: serverIds, unsubscribe_type: 1 }))
      .body;
    expect(await renew(serverIds)).toMatchObject(refused("CBC.99003016"));
    const refunds = await huawei.call("GET", "/v2/orders/customer-orders/refund-orders", { query: `order_id=${order_ids[0]!}` });
    const bought = huawei.ledger.orders()[0]!;
    expect(refunds.body).toMatchObject({
      total_count: 1,
      refund_infos: [{ amount: -bought.amount, base_order_id: bought.orderId, measure_id: "1" }],
    });
    const purchase = await huawei.call("GET", "/v2/orders/customer-orders/refund-orders", { query: `order_id=${bought.orderId}` });
    expect(purchase).toMatchObject(refused("CBC.0100"));
  });
});
