import { city, ipGroup, list, minutes, startUcloud } from "./support/ucloud-client";
import type { Parameters, TestUcloud } from "./support/ucloud-client";

const ofServers = { ProductType: "uphone-server" };

describe("UCloud's catalogue, phones, IPs and prices", () => {
  let here: TestUcloud;
  beforeEach(async () => (here = await startUcloud()));
  afterEach(() => here.close());

  test("cities say where nothing is left", async () => {
    expect(list(await here.ok("DescribeUPhoneCities", ofServers), "UPhoneCities")).toEqual([
      { CityId: "cn-wlcb", CityName: "华北二", CityAlias: "cn-wlcb", CityType: "CENTER", IsSoldOut: false },
      { CityId: "cn-shanghai", CityName: "上海", CityAlias: "cn-sh2", CityType: "CENTER", IsSoldOut: false },
      { CityId: "cn-jinan", CityName: "济南市", CityType: "EDGE", IsSoldOut: true },
    ]);
  });

  test("server models show their stock, which purchases lower", async () => {
    await here.buy();
    const reply = await here.ok("DescribeUPhoneServerModel", {
      ...city,
      "ServerModelNames.0": "28C60G1T4",
      "ServerModelNames.1": "32C80G1T4",
    });
    expect(reply["TotalCount"]).toBe(2);
    expect(list(reply, "ServerModels")).toMatchObject([
      { ServerModelName: "28C60G1T4", ServerModelState: "AVAILABLE" },
      { ServerModelName: "32C80G1T4", ServerModelState: "UNAVAILABLE" },
    ]);
    expect(reply["Stock"]).toEqual([
      { ModelName: "28C60G1T4", StockCount: 99 },
      { ModelName: "32C80G1T4", StockCount: 0 },
    ]);
    expect((await here.ok("DescribeUPhoneServerModel", { ...city, Limit: "1", Offset: "2" }))["Stock"]).toEqual([
      { ModelName: "24C60G1T4", StockCount: 100 },
    ]);
    expect(list(await here.ok("DescribeUPhoneServerModel", { CityId: "cn-jinan" }), "Stock").map((one) => one["StockCount"])).toEqual([
      0, 0, 0,
    ]);
  });

  test("phone models may have a fraction of a core", async () => {
    const reply = await here.ok("DescribeUPhoneModel", { ...ofServers, "UPhoneModelNames.0": "basic", Scene: "INLAND" });
    expect(reply).toMatchObject({
      TotalCount: 1,
      UPhoneModels: [{ UPhoneModelName: "basic", CPU: 1.5, Memory: 3072, DiskSize: 10, Resolution: "720x1280", Dpi: 320 }],
    });
    expect((await here.ok("DescribeUPhoneModel"))["TotalCount"]).toBe(3);
  });

  test("images are everybody's or one account's", async () => {
    const ids = async (parameters: Parameters, account?: "other"): Promise<unknown[]> =>
      list(await here.ok("DescribeUPhoneImage", parameters, account), "Images").map((image) => image["ImageId"]);
    expect(await ids({})).toEqual(["image-Sim001", "image-Sim002"]);
    expect(await ids({ ...ofServers, Type: "CUSTOM", Offset: "0", Limit: "100" })).toEqual(["image-Sim002"]);
    expect(await ids({ "ImageIds.0": "image-Sim001" })).toEqual(["image-Sim001"]);
    expect(await ids({}, "other")).toEqual(["image-Sim001"]);
  });

  test("IP regions say which are sold out, and exist abroad too", async () => {
    const Regions = [
      { Id: "cn-bj2", StockStatus: "Available" },
      { Id: "hk", StockStatus: "Available" },
      { Id: "us-ca", StockStatus: "SoldOut" },
    ];
    expect(await here.ok("DescribeUPhoneIpRegions", city)).toMatchObject({ TotalCount: 3, Regions });
    expect(await here.ok("DescribeUPhoneIpRegions", { CityId: "oversea" })).toMatchObject({ Regions });
  });

  test.each<[string, string, Parameters, number]>([
    ["a server model list without a city", "DescribeUPhoneServerModel", {}, 220],
    ["models of an unknown scene", "DescribeUPhoneModel", { Scene: "MOON" }, 230],
    ["images of an unknown type", "DescribeUPhoneImage", { Type: "base" }, 230],
    ["an unknown product", "DescribeUPhoneCities", { ProductType: "server" }, 230],
    ["IP regions of an unknown city", "DescribeUPhoneIpRegions", { CityId: "cn-bj2" }, 230],
    ["a price of an unknown model", "GetUPhoneServerPrice", { ...city, ServerModelName: "x" }, 230],
    [
      "a price for IPs without bandwidth",
      "GetUPhoneServerPrice",
      { ...city, ServerModelName: "28C60G1T4", IpDestRegion: "hk", IpCount: "2" },
      220,
    ],
    ["a renewal price of an unknown server", "GetUPhoneServerRenewPrice", { ...city, ServerId: "uphs-1" }, 230],
    ["phones on too large a page", "DescribeUPhone", { Limit: "201" }, 240],
    ["jobs of an unknown type", "DescribeUPhoneJob", { "Types.0": "CREATE" }, 230],
    ["jobs in an unknown state", "DescribeUPhoneJob", { State: "DONE" }, 230],
    ["the end of an unknown bandwidth", "DeleteUPhoneShareBandwidth", { ShareBandwidthId: "bwshare-1" }, 230],
  ])("refuses %s", async (_what, action, parameters, RetCode) => {
    expect(await here.call(action, parameters)).toMatchObject({ RetCode, Action: `${action}Response` });
  });

  test("prices are those that purchases are charged", async () => {
    const asked = {
      ...city,
      ServerModelName: "28C60G1T4",
      ChargeType: "Month",
      Quantity: "2",
      IpDestRegion: "hk",
      Bandwidth: "10",
      IpCount: "14",
    };
    const [price] = list(await here.ok("GetUPhoneServerPrice", asked), "PriceSet");
    expect(price).toEqual({ ChargeType: "Month", Price: 7880, OriginalPrice: 7880, ListPrice: 7880 });
    await here.buy({ ...ipGroup, Quantity: "2" });
    expect(here.ledger.paid()).toBe(7880);
  });

  test("prices come for a year and a month when no charge type is named, and renewal prices for all three", async () => {
    const types = (prices: Record<string, unknown>[]): unknown[] => prices.map((one) => [one["ChargeType"], one["Price"]]);
    expect(types(list(await here.ok("GetUPhoneServerPrice", { ...city, ServerModelName: "28C60G1T4" }), "PriceSet"))).toEqual([
      ["Year", 24500],
      ["Month", 2450],
    ]);
    const renewal = { ...city, ServerId: await here.buy() };
    expect(types(list(await here.ok("GetUPhoneServerRenewPrice", renewal), "PriceSet"))).toEqual([
      ["Year", 24500],
      ["Month", 2450],
      ["Dynamic", 5.1],
    ]);
    expect(types(list(await here.ok("GetUPhoneServerRenewPrice", { ...renewal, ChargeType: "Year" }), "PriceSet"))).toEqual([
      ["Year", 24500],
    ]);
  });

  test("phones appear while the server is being built, under the name of the purchase", async () => {
    const id = await here.buy({ Tag: "group" });
    const phones = async (over: Parameters = {}) =>
      list(await here.ok("DescribeUPhone", { ...ofServers, ...city, ServerId: id, IsAll: "true", ...over }), "UPhones");
    expect(await phones()).toEqual([]);
    here.clock.advance(minutes(15));
    expect((await phones()).map((phone) => phone["State"])).toEqual(Array.from({ length: 14 }, () => "STARTING"));
    here.clock.advance(minutes(10));
    await here.ok("ModifyUPhoneServerName", { ...city, ServerId: id, Name: "renamed" });
    const all = await phones();
    expect(all).toHaveLength(42);
    expect(new Set(all.map((phone) => phone["UPhoneId"])).size).toBe(42);
    expect(all[41]).toMatchObject({
      UPhoneName: "farm-42",
      State: "RUNNING",
      CPU: 1.5,
      ImageId: "image-Sim001",
      Tag: "group",
      ServerId: id,
    });
    expect(all[41]).not.toHaveProperty("EipId");
    expect(await phones({ Tag: "Default" })).toEqual([]);
    expect(await phones({ ServerId: "uphs-unknown" })).toEqual([]);
    expect(await phones({ ProductType: "uphone" })).toEqual([]);
    expect(await phones({ "UPhoneIds.0": String(all[3]!["UPhoneId"]) })).toEqual([all[3]]);
    const paged = await here.ok("DescribeUPhone", { ServerId: id, Limit: "10", Offset: "40" });
    expect([paged["TotalCount"], list(paged, "UPhones").length]).toEqual([42, 2]);
  });

  test("a job tells how building goes, phone by phone", async () => {
    here.cloud.choices.failingPhones = 2;
    const id = await here.buy();
    const job = async () =>
      list(await here.ok("DescribeUPhoneJob", { ...city, ...ofServers, "Types.0": "CREATE_SERVER_AND_UPHONE" }), "Jobs")[0]!;
    expect(await job()).toMatchObject({ State: "PENDING", Tasks: [], EndTime: 0 });
    here.clock.advance(minutes(10));
    expect(await job()).toMatchObject({ State: "RUNNING" });
    here.clock.advance(minutes(15));
    const ended = await job();
    expect(ended).toMatchObject({ JobType: "CREATE_SERVER_AND_UPHONE", State: "PARTIAL_SUCCESS", EndTime: here.clock.now() / 1000 });
    const failed = (ended["Tasks"] as Record<string, unknown>[])
      .filter((task) => task["State"] === "FAILED")
      .map((task) => task["UPhoneId"]);
    const phones = list(await here.ok("DescribeUPhone", { ServerId: id }), "UPhones");
    expect(phones.filter((phone) => phone["State"] === "START_FAILED").map((phone) => phone["UPhoneId"])).toEqual(failed);
    expect(failed).toHaveLength(2);
    expect(await here.see(id)).toMatchObject({ State: "Running" });
  });

  test("the job of a server that could not be built has failed", async () => {
    here.cloud.failProvisioning();
    await here.buy();
    here.clock.advance(minutes(25));
    expect(list(await here.ok("DescribeUPhoneJob", { State: "FAILED" }), "Jobs")).toHaveLength(1);
    expect(list(await here.ok("DescribeUPhoneJob", { State: "SUCCESS" }), "Jobs")).toEqual([]);
  });

  test("independent IPs and bandwidth are bought with the server and bound to its phones", async () => {
    const id = await here.buy(ipGroup);
    here.clock.advance(minutes(25));
    const eips = await here.ok("DescribeUPhoneEipList", { Region: "hk", Proportion: "3" });
    expect(eips["TotalCount"]).toBe(14);
    const [bandwidth] = list(await here.ok("DescribeUPhoneShareBandwidth", { Region: "hk" }), "ShareBandwidth");
    expect(bandwidth).toMatchObject({
      Region: "hk",
      IpProportion: 3,
      Bandwidth: 10,
      IpCount: 14,
      BindCount: 42,
      RemainCount: 0,
      ChargeType: "Month",
    });
    const phones = list(await here.ok("DescribeUPhone", { ServerId: id }), "UPhones");
    const second = list(eips, "EipInfos")[1]!;
    expect(second).toMatchObject({ Region: "hk", Proportion: 3, BindCount: 3, RemainCount: 0 });
    expect(phones.filter((phone) => phone["EipId"] === second["EipId"]).map((phone) => phone["UPhoneId"])).toEqual(second["UPhoneIds"]);
    expect(phones[0]).toMatchObject({ IpRegion: "hk", ShareBandwidthId: bandwidth!["Id"] });
  });

  test("their lists are filtered by the region of the IPs, as a client with a configured region finds out", async () => {
    await here.buy(ipGroup);
    expect((await here.ok("DescribeUPhoneEipList", { Region: "cn-wlcb" }))["TotalCount"]).toBe(0);
    expect((await here.ok("DescribeUPhoneShareBandwidth", { Region: "cn-wlcb" }))["TotalCount"]).toBe(0);
    expect((await here.ok("DescribeUPhoneEipList", {}, "other"))["TotalCount"]).toBe(0);
    expect((await here.ok("DescribeUPhoneEipList"))["TotalCount"]).toBe(14);
  });

  test("bandwidth can only be ended when no phone uses it", async () => {
    const id = await here.buy(ipGroup);
    const bandwidth = { ShareBandwidthId: String(list(await here.ok("DescribeUPhoneShareBandwidth"), "ShareBandwidth")[0]!["Id"]) };
    expect(await here.call("DeleteUPhoneShareBandwidth", bandwidth)).toMatchObject({ RetCode: 69002 });
    await here.ok("DeleteUPhoneServer", { ...city, ServerId: id, ReleaseEIP: "true", ReleaseUDisk: "true" });
    here.clock.advance(minutes(2));
    expect(list(await here.ok("DescribeUPhoneShareBandwidth", bandwidth), "ShareBandwidth")).toMatchObject([{ BindCount: 0, IpCount: 0 }]);
    expect(await here.call("DeleteUPhoneShareBandwidth", bandwidth, "other")).toMatchObject({ RetCode: 230 });
    await here.ok("DeleteUPhoneShareBandwidth", bandwidth);
    expect(here.cloud.costing()).toEqual([]);
  });
});
