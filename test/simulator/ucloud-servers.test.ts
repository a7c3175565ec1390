import { city, ipGroup, list, minutes, order, startUcloud } from "./support/ucloud-client";
import type { Parameters, TestUcloud } from "./support/ucloud-client";

const days = (count: number): number => minutes(count * 24 * 60);

describe("UCloud servers", () => {
  let here: TestUcloud;
  beforeEach(async () => (here = await startUcloud()));
  afterEach(() => here.close());

  test("are visible at once and ready after 25 minutes", async () => {
    const id = await here.buy();
    const bought = here.clock.now() / 1000;
    expect(await here.see(id)).toMatchObject({ State: "Initializing", CreateTime: bought, ModifyTime: bought, IpSet: [] });
    here.clock.advance(minutes(10));
    expect(await here.see(id)).toMatchObject({ State: "UPhoneCreating", ModifyTime: bought + 600 });
    here.clock.advance(minutes(15) - 1);
    expect(await here.see(id)).toMatchObject({ State: "UPhoneCreating" });
    here.clock.advance(1);
    expect(await here.see(id)).toMatchObject({ State: "Running", CreateTime: bought, ModifyTime: bought + 1500 });
  });

  test("are described by every documented field", async () => {
    const id = await here.buy();
    here.clock.advance(minutes(25));
    expect(await here.see(id)).toEqual({
      ServerId: id,
      ServerName: "farm",
      State: "Running",
      UPhoneModelName: "basic",
      UPhoneCount: 42,
      ServerModel: {
        ServerModelName: "28C60G1T4",
        CPU: 28,
        Memory: 61440,
        GPU: 1,
        GPUType: "T4",
        DiskSet: [{ DiskType: "CLOUD_SSD", IsBoot: true, Size: 512 }],
        UPhoneSpecs: [
          { UPhoneModelName: "economy", UPhoneCount: 48 },
          { UPhoneModelName: "basic", UPhoneCount: 42 },
          { UPhoneModelName: "standard", UPhoneCount: 36 },
        ],
        ServerModelState: "AVAILABLE",
      },
      ChargeType: "Month",
      CityId: "cn-wlcb",
      CityName: "华北二",
      CreateTime: Date.parse("2026-01-02T03:04:05Z") / 1000,
      ModifyTime: Date.parse("2026-01-02T03:29:05Z") / 1000,
      ExpireTime: Date.parse("2026-02-01T03:04:05Z") / 1000,
      Remark: "",
      IpSet: [
        { Ip: expect.stringMatching(/^198\.19\./) as string, IpMode: "ipv4", IpType: "public", Isp: "BGP" },
        { Ip: expect.stringMatching(/^10\./) as string, IpMode: "ipv4", IpType: "private", Isp: "" },
      ],
    });
  });

  test.each([
    ["a month by default", {}, "2026-02-01T03:04:05Z", 2450],
    ["three months", { ChargeType: "Month", Quantity: "3" }, "2026-04-02T03:04:05Z", 7350],
    ["the rest of the month in China", { Quantity: "0" }, "2026-01-31T15:59:59Z", 2412.34],
    ["two years at ten months each", { ChargeType: "Year", Quantity: "2" }, "2028-01-02T03:04:05Z", 49000],
    ["an hour", { ChargeType: "Dynamic" }, "2026-01-02T04:04:05Z", 5.1],
    ["a month less a voucher", { CouponId: "coupon-1" }, "2026-02-01T03:04:05Z", 2450],
    ["another city's price", { CityId: "cn-shanghai" }, "2026-02-01T03:04:05Z", 2940],
  ])("are paid for %s", async (_what, over: Parameters, expires, price) => {
    const id = await here.buy(over);
    const reply = await here.ok("DescribeUPhoneServer", { CityId: over["CityId"] ?? "cn-wlcb" });
    expect(list(reply, "Servers")[0]).toMatchObject({ ExpireTime: Date.parse(expires) / 1000, ChargeType: over["ChargeType"] ?? "Month" });
    expect(here.ledger.orders()).toMatchObject([{ ids: [id], amount: price }]);
    expect(here.ledger.paid()).toBe(price - ("CouponId" in over ? 100 : 0));
  });

  test.each<[string, Parameters, number, string]>([
    ["an unknown server model", { ServerModelName: "29C60G1T4" }, 230, "Params [ServerModelName] not available"],
    ["an unknown phone model", { UPhoneModelName: "constructor" }, 230, "Params [UPhoneModelName] not available"],
    ["an unknown image", { ImageId: "image-nope" }, 230, "Params [ImageId] not available"],
    ["an unknown city", { CityId: "cn-bj2" }, 230, "Params [CityId] not available"],
    ["an empty name", { Name: "" }, 230, "Params [Name] not available"],
    ["a name of 64 characters", { Name: "n".repeat(64) }, 230, "Params [Name] not available"],
    ["a name with a space", { Name: "a b" }, 230, "Params [Name] not available"],
    ["a business group with a slash", { Tag: "a/b" }, 230, "Params [Tag] not available"],
    ["an unknown charge type", { ChargeType: "month" }, 230, "Params [ChargeType] not available"],
    ["a negative quantity", { Quantity: "-1" }, 230, "Params [Quantity] not available"],
    ["a quantity that is no number", { Quantity: "one" }, 230, "Params [Quantity] not available"],
    ["no years", { ChargeType: "Year", Quantity: "0" }, 230, "Params [Quantity] not available"],
    ["six years", { ChargeType: "Year", Quantity: "6" }, 230, "Params [Quantity] not available"],
    ["ten months", { Quantity: "10" }, 230, "Params [Quantity] not available"],
    ["a strange voucher", { CouponId: "42" }, 230, "Params [CouponId] not available"],
    ["bandwidth without a proportion", { IpDestRegion: "hk", ShareBandwidth: "5" }, 220, "Missing params [IpProportion]"],
    ["a proportion without bandwidth", { IpDestRegion: "hk", IpProportion: "3" }, 220, "Missing params [ShareBandwidth]"],
    ["bandwidth without a region", { ShareBandwidth: "5", IpProportion: "3" }, 220, "Missing params [IpDestRegion]"],
    ["an unknown IP region", { ...ipGroup, IpDestRegion: "moon" }, 230, "Params [IpDestRegion] not available"],
    ["no bandwidth", { ...ipGroup, ShareBandwidth: "0" }, 230, "Params [ShareBandwidth] not available"],
    ["more phones per IP than there are", { ...ipGroup, IpProportion: "43" }, 230, "Params [IpProportion] not available"],
    ["the count of an old example", { Count: "2" }, 230, "Params [Count] not available"],
    [
      "the interface of an old example",
      { "NetworkInterface.0.Bandwidth": "5" },
      230,
      "Params [NetworkInterface.0.Bandwidth] not available",
    ],
    ["the server name of an old example", { ServerName: "farm" }, 230, "Params [ServerName] not available"],
    [
      "a model that is not available",
      { ServerModelName: "32C80G1T4", UPhoneModelName: "basic" },
      69001,
      "Server model 32C80G1T4 is sold out",
    ],
    ["a city that is sold out", { CityId: "cn-jinan" }, 69001, "City cn-jinan is sold out"],
    ["an IP region that is sold out", { ...ipGroup, IpDestRegion: "us-ca" }, 69001, "IP region us-ca is sold out"],
  ])("are not bought with %s", async (_what, over, RetCode, message) => {
    const reply = await here.call("CreateUPhoneServer", { ...order, ...over });
    expect(reply).toMatchObject({ RetCode, Action: "CreateUPhoneServerResponse" });
    expect(reply.Message).toContain(message);
    expect(here.ledger.entries()).toEqual([]);
    expect(here.cloud.costing()).toEqual([]);
  });

  test.each(["Name", "ServerModelName", "UPhoneModelName", "ImageId", "CityId"])("are not bought without %s", async (name) => {
    const parameters = Object.fromEntries(Object.entries(order).filter(([one]) => one !== name));
    expect(await here.call("CreateUPhoneServer", parameters)).toMatchObject({ RetCode: 220, Message: `Missing params [${name}]` });
    expect(here.ledger.entries()).toEqual([]);
  });

  test("are not bought when stock is used up, or when the account is told no", async () => {
    here.cloud.choices.stock["28C60G1T4"] = 1;
    here.cloud.choices.refusals.push({ retCode: 520, message: "Lack of balance" });
    expect(await here.call("CreateUPhoneServer", order)).toMatchObject({ RetCode: 520, Message: "Lack of balance" });
    await here.buy();
    expect(await here.call("CreateUPhoneServer", order)).toMatchObject({ RetCode: 69001 });
    expect(here.ledger.orders()).toHaveLength(1);
  });

  test("are bought again for every call, even under the same name", async () => {
    const ids = [await here.buy(), await here.buy()];
    expect(new Set(ids).size).toBe(2);
    expect(here.ledger.orders().map((entry) => entry.ids)).toEqual(ids.map((id) => [id]));
  });

  test("are listed in pages, oldest first, with the count of all", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 23; n++) ids.push(await here.buy());
    const shown = async (parameters: Parameters): Promise<unknown[]> => {
      const reply = await here.ok("DescribeUPhoneServer", { ...city, ...parameters });
      expect(reply["TotalCount"]).toBe(23);
      return list(reply, "Servers").map((server) => server["ServerId"]);
    };
    expect(await shown({})).toEqual(ids.slice(0, 20));
    expect(await shown({ Offset: "20" })).toEqual(ids.slice(20));
    expect(await shown({ Offset: "5", Limit: "3" })).toEqual(ids.slice(5, 8));
    expect(await shown({ Offset: "23" })).toEqual([]);
    const asked = await here.ok("DescribeUPhoneServer", { ...city, "ServerIds.0": ids[3]!, "ServerIds.1": "uphs-unknown" });
    expect([asked["TotalCount"], list(asked, "Servers").length]).toEqual([1, 1]);
    expect(list(await here.ok("DescribeUPhoneServer", { CityId: "cn-shanghai" }), "Servers")).toEqual([]);
  });

  test("take at most a hundred ids at once", async () => {
    const ids = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`ServerIds.${n}`, `uphs-${n}`]));
    expect(await here.call("DescribeUPhoneServer", { ...city, ...ids })).toMatchObject({ RetCode: 240 });
  });

  test("are renamed and remarked in place", async () => {
    const id = await here.buy();
    here.clock.advance(minutes(30));
    expect(await here.ok("ModifyUPhoneServerName", { ...city, ServerId: id, Name: "夜班.1" })).toMatchObject({ ServerId: id });
    expect(await here.ok("ModifyUPhoneServerRemark", { ...city, ServerId: id, Remark: "night shift" })).toMatchObject({ ServerId: id });
    expect(await here.see(id)).toMatchObject({ ServerName: "夜班.1", Remark: "night shift", ModifyTime: here.clock.now() / 1000 });
    await here.ok("ModifyUPhoneServerRemark", { ...city, ServerId: id, Remark: "" });
    expect(await here.see(id)).toMatchObject({ Remark: "" });
  });

  test.each<[string, string, Parameters, number]>([
    ["renamed to nothing", "ModifyUPhoneServerName", { Name: "" }, 230],
    ["renamed without a name", "ModifyUPhoneServerName", {}, 220],
    ["renamed to a forbidden name", "ModifyUPhoneServerName", { Name: "a/b" }, 230],
    ["renamed by a remark", "ModifyUPhoneServerName", { Name: "a", Remark: "a" }, 230],
    ["remarked without a remark", "ModifyUPhoneServerRemark", {}, 220],
    ["remarked beyond 255 characters", "ModifyUPhoneServerRemark", { Remark: "云".repeat(256) }, 240],
    ["deleted with a word for yes", "DeleteUPhoneServer", { ReleaseEIP: "True" }, 230],
  ])("are not %s", async (_what, action, parameters, RetCode) => {
    const id = await here.buy();
    expect(await here.call(action, { ...city, ServerId: id, ...parameters })).toMatchObject({ RetCode });
    expect(await here.see(id)).toMatchObject({ ServerName: "farm", Remark: "", State: "Initializing" });
  });

  test.each(["ModifyUPhoneServerName", "ModifyUPhoneServerRemark", "DeleteUPhoneServer"])(
    "of another city or none are unknown to %s",
    async (action) => {
      const id = await here.buy();
      const value: Parameters = action.endsWith("Name") ? { Name: "a" } : action.endsWith("Remark") ? { Remark: "a" } : {};
      const refusal = { RetCode: 230, Message: "Params [ServerId] not available" };
      expect(await here.call(action, { ...city, ServerId: "uphs-unknown", ...value })).toMatchObject(refusal);
      expect(await here.call(action, { CityId: "cn-shanghai", ServerId: id, ...value })).toMatchObject(refusal);
    },
  );

  test("go through Deleting, give back what was not used, and are gone", async () => {
    const id = await here.buy();
    here.clock.advance(days(3));
    const answer = { RetCode: 0, Action: "DeleteUPhoneServerResponse", Message: "" };
    expect(await here.call("DeleteUPhoneServer", { ...city, ServerId: id, ReleaseUDisk: "true" })).toEqual(answer);
    expect(await here.see(id)).toMatchObject({ State: "Deleting" });
    expect(await here.call("DeleteUPhoneServer", { ...city, ServerId: id })).toEqual(answer);
    expect(await here.call("ModifyUPhoneServerName", { ...city, ServerId: id, Name: "late" })).toMatchObject({ RetCode: 69003 });
    here.clock.advance(minutes(2));
    expect(await here.see(id)).toBeUndefined();
    expect(here.cloud.servers()).toEqual([]);
    expect(here.cloud.costing()).toEqual([]);
    // A tenth of the month was used, which counts one and a half times.
    const { orderId } = here.ledger.orders()[0]!;
    expect(here.ledger.entries().slice(2)).toMatchObject([
      { kind: "refund", ids: [id], orderId, amount: 2450 * 0.85 },
      { kind: "deletion", ids: [id], orderId },
    ]);
  });

  test("leave IPs, bandwidth and disk behind unless told otherwise", async () => {
    const kinds = (): string[] => [...new Set(here.cloud.costing().map((thing) => thing.kind))];
    const first = await here.buy(ipGroup);
    expect(kinds()).toEqual(["server", "eip", "share-bandwidth"]);
    await here.ok("DeleteUPhoneServer", { ...city, ServerId: first });
    here.clock.advance(minutes(2));
    expect(kinds()).toEqual(["eip", "share-bandwidth", "disk"]);

    const again = await startUcloud();
    const second = await again.buy(ipGroup);
    await again.ok("DeleteUPhoneServer", { ...city, ServerId: second, ReleaseEIP: "true", ReleaseUDisk: "true" });
    again.clock.advance(minutes(2));
    expect(again.cloud.costing()).toMatchObject([{ kind: "share-bandwidth" }]);
    await again.close();
  });

  test("can be refused deletion once, and can take their bandwidth along, where a test says so", async () => {
    const id = await here.buy(ipGroup);
    here.cloud.choices.refusedDeletes = 1;
    here.cloud.choices.bandwidthGoesWithIps = true;
    const deletion = { ...city, ServerId: id, ReleaseEIP: "true", ReleaseUDisk: "true" };
    expect(await here.call("DeleteUPhoneServer", deletion)).toMatchObject({ RetCode: 69003 });
    expect(await here.see(id)).toMatchObject({ State: "Initializing" });
    await here.ok("DeleteUPhoneServer", deletion);
    here.clock.advance(minutes(2));
    expect(here.cloud.costing()).toEqual([]);
  });

  test("renew themselves: months to the end of the calendar month, hours to the full hour", async () => {
    const monthly = await here.buy();
    const hourly = await here.buy({ ChargeType: "Dynamic" });
    here.clock.advance(minutes(29));
    expect(await here.see(hourly)).toMatchObject({ ExpireTime: Date.parse("2026-01-02T04:04:05Z") / 1000 });
    here.clock.advance(minutes(1));
    expect(await here.see(hourly)).toMatchObject({ ExpireTime: Date.parse("2026-01-02T05:00:00Z") / 1000 });
    await here.ok("DeleteUPhoneServer", { ...city, ServerId: hourly });
    here.clock.advance(days(60));
    expect(await here.see(monthly)).toMatchObject({ ExpireTime: Date.parse("2026-03-31T15:59:59Z") / 1000 });
    expect(here.ledger.entries().filter((entry) => entry.kind === "renewal")).toMatchObject([
      { ids: [hourly], amount: 5.1 },
      { ids: [monthly] },
      { ids: [monthly] },
    ]);
  });

  test("fail to be built when a test says so, and are paid and kept until they are deleted", async () => {
    here.cloud.failProvisioning();
    const failed = await here.buy();
    const fine = await here.buy();
    here.clock.advance(minutes(25));
    expect(await here.see(failed)).toMatchObject({ State: "CreateFailed" });
    expect(await here.see(fine)).toMatchObject({ State: "Running" });
    expect(here.cloud.costing()).toHaveLength(2);
    await here.ok("DeleteUPhoneServer", { ...city, ServerId: failed, ReleaseUDisk: "true" });
    here.clock.advance(minutes(2));
    expect(here.cloud.costing()).toEqual([{ id: fine, kind: "server" }]);
  });

  test("stand still while building is held, and go on with the time that was left", async () => {
    const ready = await here.buy();
    here.clock.advance(minutes(20));
    const half = await here.buy();
    here.clock.advance(minutes(12));
    here.cloud.stallProvisioning(true);
    const late = await here.buy();
    here.clock.advance(minutes(600));
    expect(await here.see(ready)).toMatchObject({ State: "Running" });
    expect(await here.see(half)).toMatchObject({ State: "UPhoneCreating" });
    expect(await here.see(late)).toMatchObject({ State: "Initializing" });
    here.cloud.stallProvisioning(false);
    here.clock.advance(minutes(13) - 1);
    expect(await here.see(half)).toMatchObject({ State: "UPhoneCreating" });
    here.clock.advance(1);
    expect(await here.see(half)).toMatchObject({ State: "Running" });
    expect(await here.see(late)).toMatchObject({ State: "UPhoneCreating" });
    here.clock.advance(minutes(12));
    expect(await here.see(late)).toMatchObject({ State: "Running" });
  });

  test("disappear with all that belongs to them when somebody else removes them", async () => {
    const id = await here.buy(ipGroup);
    here.cloud.vanish(id);
    expect(await here.see(id)).toBeUndefined();
    expect(here.cloud.costing()).toEqual([]);
    const ended = here.ledger.entries().filter((entry) => entry.kind === "deletion");
    expect(ended).toHaveLength(1 + 14 + 1);
    expect(() => here.cloud.vanish(id)).toThrow(`UCloud has no server ${id}.`);
  });

  test("change behind everybody's back in any readable field", async () => {
    const id = await here.buy(ipGroup);
    here.clock.advance(minutes(25));
    const expires = here.clock.now() / 1000 + 1000;
    here.cloud.change(id, { ServerName: "x", Remark: "y", ChargeType: "Year", ExpireTime: expires, State: "Frozen", UPhoneCount: 41 });
    here.cloud.change(id, { ServerModelName: "24C60G1T4", UPhoneModelName: "economy", ImageId: "image-Sim002", Tag: "t", Bandwidth: 20 });
    expect(await here.see(id)).toMatchObject({
      ...{ ServerName: "x", Remark: "y", ChargeType: "Year", ExpireTime: expires, State: "Frozen", UPhoneCount: 41 },
      ...{ UPhoneModelName: "economy", ServerModel: { ServerModelName: "24C60G1T4" } },
    });
    expect(list(await here.ok("DescribeUPhone", { ServerId: id }), "UPhones")[0]).toMatchObject({ ImageId: "image-Sim002", Tag: "t" });
    expect(list(await here.ok("DescribeUPhoneShareBandwidth"), "ShareBandwidth")).toMatchObject([{ Bandwidth: 20 }]);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ Name: "x" }, "no field Name"],
    [{ constructor: "x" }, "no field constructor"],
    [{ ServerName: 1 }, "Expected text"],
    [{ ExpireTime: "1" }, "Expected a number"],
    [{ ExpireTime: 1 }, "cannot end in the past"],
    [{ ChargeType: "Day" }, 'no charge type "Day"'],
    [{ Remark: true }, "Remark takes text or a number"],
    [{ Bandwidth: 5 }, "no shared bandwidth"],
  ])("refuse the change %j", async (fields, message) => {
    const id = await here.buy();
    expect(() => here.cloud.change(id, fields)).toThrow(message);
  });

  test("answer in the odd ways that the documentation leaves open, where a test says so", async () => {
    const id = await here.buy();
    const { choices } = here.cloud;
    choices.emptyStates = 1;
    expect(await here.see(id)).toMatchObject({ State: "" });
    expect(await here.see(id)).toMatchObject({ State: "Initializing" });
    choices.leavesOutOptional = true;
    expect(Object.keys((await here.see(id))!)).not.toContain("State");
    expect(await here.see(id)).toMatchObject({ ServerModel: {} });
    choices.unknownServerIsError = true;
    choices.errorsLackAction = true;
    choices.hasUnknownFields = true;
    choices.retCodeAsText = true;
    expect(await here.call("DescribeUPhoneServer", { ...city, "ServerIds.0": "uphs-gone" })).toEqual({
      RetCode: "230",
      Message: "Params [ServerIds] not available",
      FieldOfTomorrow: { Value: 1 },
    });
    choices.retCodeAsText = false;
    choices.answersWithJobId = true;
    const reply = await here.ok("CreateUPhoneServer", order);
    expect(Object.keys(reply)).not.toContain("ServerId");
    expect(list(await here.ok("DescribeUPhoneJob", { "JobIds.0": String(reply["JobId"]) }), "Jobs")).toHaveLength(1);
  });

  test("survive a restart, with what stands still, and never share ids with what came before", async () => {
    const first = await here.buy(ipGroup);
    const gone = await here.buy();
    here.cloud.vanish(gone);
    here.cloud.stallProvisioning(true);
    here.cloud.failProvisioning();
    const saved: unknown = JSON.parse(JSON.stringify(here.cloud.save()));
    const again = await startUcloud({ saved, clock: here.clock });
    here.clock.advance(minutes(60));
    expect(await again.see(first)).toEqual(await here.see(first));
    expect(again.cloud.costing()).toEqual(here.cloud.costing());
    // The same seed gives the same random text: ids must still be new.
    const second = await again.buy();
    expect([first, gone]).not.toContain(second);
    again.cloud.stallProvisioning(false);
    here.clock.advance(minutes(25));
    expect(await again.see(first)).toMatchObject({ State: "Running" });
    expect(await again.see(second)).toMatchObject({ State: "CreateFailed" });
    await again.close();
  });
});
