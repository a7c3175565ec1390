import { buy, buyReady, having, startHuawei, v1Path, v1Purchase, v2Path, v2Purchase } from "./support/huaweicloud-client";
import type { Answer, Huawei } from "./support/huaweicloud-client";

let huawei: Huawei;
beforeEach(async () => void (huawei = await startHuawei()));
afterEach(() => huawei.close());

const read = (what: string, query?: string): Promise<Answer> =>
  huawei.call("GET", `/v1/{p}/cloud-phone/${what}`, query === undefined ? {} : { query });

test("server models are listed by product type", async () => {
  const { body } = await read("server-models", "product_type=0");
  expect(body.server_models).toContainEqual(
    having({ server_model_name: "physical.rx1.xlarge", cpu: 64, memory: 256, disk_max_num: 0, product_type: 0 }),
  );
  const games = (await read("server-models", "product_type=1")).body.server_models;
  expect(games.every((model) => model.server_model_name.endsWith(".cg"))).toBe(true);
  expect(await read("server-models", "product_type=2")).toMatchObject({ status: 400, body: { error_code: "CPS.0144" } });
});

test("server models and phone images page by a marker", async () => {
  const first = (await read("server-models", "limit=2")).body;
  expect(first).toMatchObject({ server_models: [{}, {}], page_info: { current_count: 2, next_marker: "physical.rx1.xlarge.cg" } });
  const rest = (await read("server-models", `limit=100&marker=${first.page_info.next_marker}`)).body;
  expect(rest.server_models).toHaveLength(4);
  expect(rest.page_info.next_marker).toBeNull();
  expect((await read("phone-images", "limit=1")).body.phone_images).toHaveLength(1);
});

test("phone models tell capacity, generation and label, those off sale only without a filter", async () => {
  const { body } = await read("phone-models", "status=1&offset=0&limit=100");
  expect(body.phone_models).toContainEqual(having({ phone_model_name: "rs2.plus", phone_model_version: 1, phone_capacity: 50 }));
  expect(body.phone_models).toContainEqual(
    having({
      server_model_name: "physical.rx1.xlarge",
      phone_model_name: "rx1.cp.c60.d10.e1v1",
      phone_model_version: 0,
      image_label: "cloud_phone",
    }),
  );
  expect((await read("phone-models")).body.count).toBe(body.count + 1);
  const [offline] = (await read("phone-models", "status=0")).body.phone_models;
  expect(
    (await huawei.call("POST", v1Path, { body: { ...v1Purchase, phone_model_name: offline!.phone_model_name } })).body.error_code,
  ).toBe("CPS.0028");
});

test("phone images carry the label of the machine they run on; nobody has images of their own", async () => {
  const { body } = await read("phone-images", "image_type=public");
  expect(body.phone_images).toContainEqual(
    having({ image_id: "20032120200330a20b000eae5b8c01e6", image_label: "cloud_phone", is_public: 1 }),
  );
  expect((await read("phone-images", "image_type=private")).body.phone_images).toEqual([]);
  expect((await read("images", "image_type=private&limit=10")).body).toMatchObject({ image_infos: [], total: 0 });
  expect(await read("images", "image_type=public")).toMatchObject({ status: 400, body: { error_code: "CPS.0143" } });
});

test("bandwidths are those of the system-defined network", async () => {
  const sizes = async () => (await read("bandwidths", "limit=100")).body.band_widths.map((one) => one.band_width_size);
  expect(await sizes()).toEqual([300]);
  await buy(huawei, v1Path, { ...v1Purchase, count: 2, band_width: { band_width_share_type: 1, band_width_size: 200 } });
  await buyReady(huawei, v2Path, { ...v2Purchase, band_width: { ...v2Purchase.band_width, band_width_size: 77 } });
  expect(await sizes()).toEqual([300, 200]);
  expect(huawei.cloud.costing().filter((thing) => thing.kind === "share-bandwidth")).toHaveLength(1);
});
