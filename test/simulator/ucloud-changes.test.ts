import { city, ipGroup, list, minutes, startUcloud } from "./support/ucloud-client";
import type { Parameters, Reply, TestUcloud } from "./support/ucloud-client";

const days = (count: number): number => minutes(count * 24 * 60);
const time = (iso: string): number => Date.parse(iso) / 1000;

let here: TestUcloud;
beforeEach(async () => (here = await startUcloud()));
afterEach(() => here.close());

/** A server whose phones run. */
async function running(over?: Parameters): Promise<string> {
  const id = await here.buy(over);
  here.clock.advance(minutes(25));
  return id;
}
const phones = async (server: string): Promise<Record<string, unknown>[]> =>
  list(await here.ok("DescribeUPhone", { ServerId: server, IsAll: "true" }), "UPhones");
const idsOf = async (server: string): Promise<string[]> => (await phones(server)).map((phone) => String(phone["UPhoneId"]));
const named = (ids: readonly string[]): Parameters => Object.fromEntries(ids.map((id, index) => [`UPhoneIds.${index}`, id]));
const phone = async (id: string): Promise<Record<string, unknown>> => list(await here.ok("DescribeUPhone", named([id])), "UPhones")[0]!;
const job = async (reply: Reply): Promise<Record<string, unknown>> =>
  list(await here.ok("DescribeUPhoneJob", { ...city, "JobIds.0": String(reply["JobId"]) }), "Jobs")[0]!;
const bandwidth = async (): Promise<Record<string, unknown>> => list(await here.ok("DescribeUPhoneShareBandwidth"), "ShareBandwidth")[0]!;
const kinds = (): string[] => [...new Set(here.cloud.costing().map((thing) => thing.kind))];

describe("phones of UCloud servers", () => {
  test("are reset with another image, one job for all of them", async () => {
    const server = await running();
    const [first = "", second = "", third = ""] = await idsOf(server);
    const wanted = { ...city, ProductType: "uphone-server", ...named([first, second]), ImageId: "image-Sim002" };
    const reply = await here.ok("ResetUPhone", wanted);
    expect(Object.keys(reply).sort()).toEqual(["Action", "JobId", "Message", "RetCode"]);
    expect(await job(reply)).toMatchObject({ State: "PENDING", UPhoneIds: [first, second], Tasks: [], BeginTime: 0, EndTime: 0 });
    expect(await phone(first)).toMatchObject({ State: "RESETTING", ImageId: "image-Sim001" });
    expect(await phone(third)).toMatchObject({ State: "RUNNING", ImageId: "image-Sim001" });
    here.clock.advance(minutes(5) - 1);
    expect(await job(reply)).toMatchObject({ State: "RUNNING", Tasks: [{ UPhoneId: first, State: "RUNNING" }, { UPhoneId: second }] });
    here.clock.advance(1);
    expect(await job(reply)).toMatchObject({
      State: "SUCCESS",
      EndTime: here.clock.now() / 1000,
      Tasks: [
        { UPhoneId: first, State: "SUCCESS", ErrorMsg: "" },
        { UPhoneId: second, State: "SUCCESS", ErrorMsg: "" },
      ],
    });
    expect(await phone(first)).toMatchObject({ State: "RUNNING", ImageId: "image-Sim002" });
    expect(await phone(third)).toMatchObject({ State: "RUNNING", ImageId: "image-Sim001" });
    // Without an image: the one that the phone has.
    await here.ok("ResetUPhone", named([first, third]));
    here.clock.advance(minutes(5));
    expect([(await phone(first))["ImageId"], (await phone(third))["ImageId"]]).toEqual(["image-Sim002", "image-Sim001"]);
    expect(here.ledger.entries()).toHaveLength(2); // the purchase alone: a reset costs nothing
  });

  test("fail to be reset when a test names them, keep their image, and are repaired by another reset", async () => {
    const server = await running();
    const [first = "", second = ""] = await idsOf(server);
    here.cloud.choices.failingPhoneWork.push(second);
    const partial = await here.ok("ResetUPhone", { ...named([first, second]), ImageId: "image-Sim002" });
    here.clock.advance(minutes(5));
    expect(await job(partial)).toMatchObject({ State: "PARTIAL_SUCCESS", Tasks: [{ State: "SUCCESS" }, { State: "FAILED" }] });
    expect(list(await here.ok("DescribeUPhoneJob", { State: "PARTIAL_SUCCESS" }), "Jobs")).toHaveLength(1);
    expect(await phone(second)).toMatchObject({ State: "RESET_FAILED", ImageId: "image-Sim001" });
    expect(await here.see(server)).toMatchObject({ State: "Running" });

    here.cloud.choices.failingPhoneWork.push(second);
    const failed = await here.ok("RebootUPhone", named([second]));
    here.clock.advance(minutes(4));
    expect(await job(failed)).toMatchObject({ State: "FAILED" });
    expect(await phone(second)).toMatchObject({ State: "REBOOT_FAILED" });
    await here.ok("ResetUPhone", { ...named([second]), ImageId: "image-Sim002" });
    here.clock.advance(minutes(5));
    expect(await phone(second)).toMatchObject({ State: "RUNNING", ImageId: "image-Sim002" });
  });

  test("that never started are repaired by a reset", async () => {
    here.cloud.choices.failingPhones = 1;
    const server = await running();
    const last = (await idsOf(server)).at(-1)!;
    expect(await phone(last)).toMatchObject({ State: "START_FAILED" });
    await here.ok("ResetUPhone", named([last]));
    here.clock.advance(minutes(5));
    expect(await phone(last)).toMatchObject({ State: "RUNNING" });
  });

  test("go off and on again, and are told when they are in the wrong state", async () => {
    const server = await running();
    const [first = "", second = ""] = await idsOf(server);
    const wrong = { RetCode: 69003 };
    expect(await here.call("PoweronUPhone", named([first]))).toMatchObject(wrong);
    await here.ok("PoweroffUPhone", named([first]));
    expect(await phone(first)).toMatchObject({ State: "STOPPING" });
    // One phone in the wrong state: nothing happens to the other either.
    expect(await here.call("ResetUPhone", named([second, first]))).toMatchObject(wrong);
    expect(await phone(second)).toMatchObject({ State: "RUNNING" });
    here.clock.advance(minutes(1));
    expect(await phone(first)).toMatchObject({ State: "STOPPED" });
    expect(await here.call("PoweroffUPhone", named([first]))).toMatchObject(wrong);
    expect(await here.call("RebootUPhone", named([first]))).toMatchObject(wrong);
    await here.ok("PoweronUPhone", named([first]));
    expect(await phone(first)).toMatchObject({ State: "STARTING" });
    here.clock.advance(minutes(2));
    expect(await phone(first)).toMatchObject({ State: "RUNNING" });
  });

  test.each<[string, Parameters, number, string]>([
    ["no phone", {}, 220, "Missing params [UPhoneIds]"],
    ["an unknown phone", { "UPhoneIds.0": "uphone-unknown" }, 230, "Params [UPhoneIds.0] not available"],
    ["two hundred phones", named(Array.from({ length: 200 }, (_, n) => `uphone-${n}`)), 240, "Params [UPhoneIds] too large"],
    ["an unknown parameter", { ServerId: "uphs-1" }, 230, "Params [ServerId] not available"],
  ])("are not reset with %s", async (_what, parameters, RetCode, Message) => {
    await running();
    expect(await here.call("ResetUPhone", parameters)).toMatchObject({ RetCode, Message });
  });

  test("are not reset from elsewhere, with an unknown image, or while the server is built or deleted", async () => {
    const server = await here.buy();
    here.clock.advance(minutes(20));
    const [first = ""] = await idsOf(server);
    expect(await here.call("ResetUPhone", named([first]))).toMatchObject({ RetCode: 69003 });
    here.clock.advance(minutes(5));
    const unknown = { RetCode: 230, Message: "Params [UPhoneIds.0] not available" };
    expect(await here.call("ResetUPhone", named([first]), "other")).toMatchObject(unknown);
    expect(await here.call("ResetUPhone", { ...named([first]), CityId: "cn-shanghai" })).toMatchObject(unknown);
    expect(await here.call("ResetUPhone", { ...named([first]), ProductType: "uphone" })).toMatchObject(unknown);
    expect(await here.call("ResetUPhone", { ...named([first, first]) })).toMatchObject({ RetCode: 230 });
    const foreign = { ...named([first]), ImageId: "image-none" };
    expect(await here.call("ResetUPhone", foreign)).toMatchObject({ RetCode: 230, Message: "Params [ImageId] not available" });
    await here.ok("DeleteUPhoneServer", { ...city, ServerId: server });
    expect(await here.call("ResetUPhone", named([first]))).toMatchObject({ RetCode: 69003 });
  });

  test("show address and debug bridge when they have an IP, and the console's image after resets", async () => {
    const server = await running(ipGroup);
    const [first, second] = await phones(server);
    expect(first).toMatchObject({ Ip: "198.18.0.1", ADB: "198.18.0.1:20001", IpRegion: "hk" });
    expect(second).toMatchObject({ Ip: "198.18.0.1", ADB: "198.18.0.1:20002" });
    await here.ok("ResetUPhone", { ...named([String(first!["UPhoneId"])]), ImageId: "image-Sim002" });
    here.clock.advance(minutes(5));
    here.cloud.change(server, { ImageId: "image-Sim001" });
    expect(await phone(String(first!["UPhoneId"]))).toMatchObject({ ImageId: "image-Sim001" });
  });

  test("must be off before the server is deleted, where a test says so", async () => {
    const server = await running();
    here.cloud.choices.deleteNeedsStoppedPhones = true;
    const deletion = { ...city, ServerId: server, ReleaseUDisk: "true" };
    expect(await here.call("DeleteUPhoneServer", deletion)).toMatchObject({ RetCode: 69003 });
    await here.ok("PoweroffUPhone", named(await idsOf(server)));
    here.clock.advance(minutes(1));
    await here.ok("DeleteUPhoneServer", deletion);
    here.clock.advance(minutes(2));
    expect(here.cloud.costing()).toEqual([]);
  });

  test("and their jobs survive a restart", async () => {
    const server = await running();
    const [first = "", second = ""] = await idsOf(server);
    here.cloud.choices.failingPhoneWork.push(second);
    const reply = await here.ok("ResetUPhone", { ...named([first, second]), ImageId: "image-Sim002" });
    const again = await startUcloud({ saved: JSON.parse(JSON.stringify(here.cloud.save())) as unknown, clock: here.clock });
    here.clock.advance(minutes(5));
    const jobs = list(await again.ok("DescribeUPhoneJob", { "JobIds.0": String(reply["JobId"]) }), "Jobs");
    expect(jobs).toMatchObject([{ State: "PARTIAL_SUCCESS" }]);
    const shown = list(await again.ok("DescribeUPhone", named([first, second])), "UPhones");
    expect(shown).toMatchObject([{ State: "RUNNING", ImageId: "image-Sim002" }, { State: "RESET_FAILED" }]);
    await again.close();
  });

  test("can lose the answer to a reset that is under way", async () => {
    const server = await running();
    const [first = ""] = await idsOf(server);
    here.faults.add({ cloud: "ucloud", operation: "ResetUPhone", kind: "error-after", times: 1 });
    expect(await here.call("ResetUPhone", named([first]))).toMatchObject({ RetCode: 110 });
    expect(await phone(first)).toMatchObject({ State: "RESETTING" });
  });
});

describe("shared bandwidth of UCloud servers", () => {
  test("grows at once for the difference, and is renewed at the new price", async () => {
    const server = await here.buy(ipGroup);
    here.clock.advance(days(15));
    const { Id: id } = await bandwidth();
    expect(await here.ok("ModifyUPhoneShareBandwidth", { ShareBandwidthId: String(id), Bandwidth: "20" })).toEqual({
      RetCode: 0,
      Action: "ModifyUPhoneShareBandwidthResponse",
      Message: "",
    });
    expect(await bandwidth()).toMatchObject({ Id: id, Bandwidth: 20, IpProportion: 3 });
    expect(here.ledger.entries().slice(2)).toMatchObject([{ kind: "payment", ids: [id], amount: 500 }]); // 10 Mbps more for half a month
    expect(here.ledger.orders()).toHaveLength(1);
    here.clock.advance(days(30));
    await here.see(server);
    const renewal = here.ledger.entries().find((entry) => entry.kind === "renewal" && entry.ids[0] === id);
    expect(renewal?.amount).toBeGreaterThan(1800); // most of a month at 2000
  });

  test("shrinks without money back, or with it where a test says so", async () => {
    await here.buy(ipGroup);
    const paid = here.ledger.paid();
    const id = String((await bandwidth())["Id"]);
    await here.ok("ModifyUPhoneShareBandwidth", { ShareBandwidthId: id, Bandwidth: "5" });
    expect(await bandwidth()).toMatchObject({ Bandwidth: 5 });
    expect(here.ledger.paid()).toBe(paid);
    here.cloud.choices.refundsSmallerBandwidth = true;
    await here.ok("ModifyUPhoneShareBandwidth", { ShareBandwidthId: id, Bandwidth: "1" });
    expect(here.ledger.paid()).toBe(paid - 400);
  });

  test.each<[string, Parameters, number]>([
    ["an unknown one", { ShareBandwidthId: "bwshare-unknown", Bandwidth: "5" }, 230],
    ["nothing", { Bandwidth: "0" }, 230],
    ["a fraction", { Bandwidth: "1.5" }, 230],
    ["no size", {}, 220],
    ["a region of its own", { Bandwidth: "5", IpDestRegion: "hk" }, 230],
  ])("is not set to %s", async (_what, parameters, RetCode) => {
    await here.buy(ipGroup);
    const known = { ShareBandwidthId: String((await bandwidth())["Id"]) };
    expect(await here.call("ModifyUPhoneShareBandwidth", { ...known, ...parameters })).toMatchObject({ RetCode });
    expect(await bandwidth()).toMatchObject({ Bandwidth: 10 });
  });

  test("and its addresses can stand elsewhere, and be shared otherwise, by the owner's hand", async () => {
    const server = await here.buy(ipGroup);
    here.cloud.change(server, { IpRegion: "cn-bj2", IpProportion: 2 });
    expect(await bandwidth()).toMatchObject({ Region: "cn-bj2", IpProportion: 2 });
    const eips = list(await here.ok("DescribeUPhoneEipList", { Region: "cn-bj2" }), "EipInfos");
    expect(eips.map((eip) => eip["Proportion"])).toEqual(eips.map(() => 2));
  });

  test("is another account's business, and does not grow without money", async () => {
    await here.buy(ipGroup);
    const wanted = { ShareBandwidthId: String((await bandwidth())["Id"]), Bandwidth: "20" };
    expect(await here.call("ModifyUPhoneShareBandwidth", wanted, "other")).toMatchObject({ RetCode: 230 });
    here.faults.add({ cloud: "ucloud", operation: "ModifyUPhoneShareBandwidth", kind: "out-of-balance", times: 1 });
    expect(await here.call("ModifyUPhoneShareBandwidth", wanted)).toMatchObject({ RetCode: 520 });
    expect(await bandwidth()).toMatchObject({ Bandwidth: 10 });
  });

  test("stays after the server and its IPs, and is ended by a call of its own", async () => {
    const server = await here.buy(ipGroup);
    await here.ok("DeleteUPhoneServer", { ...city, ServerId: server, ReleaseEIP: "true", ReleaseUDisk: "true" });
    here.clock.advance(minutes(2));
    const left = await bandwidth();
    expect(left).toMatchObject({ BindCount: 0, IpCount: 0 });
    await here.ok("ModifyUPhoneShareBandwidth", { ShareBandwidthId: String(left["Id"]), Bandwidth: "1" });
    await here.ok("DeleteUPhoneShareBandwidth", { ShareBandwidthId: String(left["Id"]) });
    expect(here.cloud.costing()).toEqual([]);
  });
});

describe("prepaid time of UCloud servers", () => {
  test.each<[string, Parameters, string, string, number]>([
    ["two months more", {}, "2", "2026-04-02T03:04:05Z", 4900],
    ["to the end of the month that follows", {}, "0", "2026-02-28T15:59:59Z", 2249],
    ["a year more", { ChargeType: "Year" }, "1", "2028-01-02T03:04:05Z", 24500],
    ["ten hours more", { ChargeType: "Dynamic" }, "10", "2026-01-02T14:04:05Z", 51.04],
  ])("is prolonged by %s", async (_what, over, Quantity, expires, amount) => {
    const id = await here.buy(over);
    const reply = await here.ok("CreateRenew", { ResourceId: id, Quantity });
    expect(reply).toEqual({ RetCode: 0, Action: "CreateRenewResponse", Message: "", OrderNo: expect.any(String) as string });
    expect(await here.see(id)).toMatchObject({ ExpireTime: time(expires) });
    expect(here.ledger.entries().slice(2)).toMatchObject([{ kind: "renewal", orderId: reply["OrderNo"], ids: [id], amount }]);
  });

  test.each<[string, Parameters, Parameters, number]>([
    ["eleven months", {}, { Quantity: "11" }, 230],
    ["no years", { ChargeType: "Year" }, { Quantity: "0" }, 230],
    ["an unstated time", {}, {}, 220],
    ["a charge type of its own", {}, { Quantity: "1", ChargeType: "Year" }, 230],
    ["somebody else's server", {}, { Quantity: "1", ResourceId: "uphs-unknown" }, 230],
  ])("is not prolonged by %s", async (_what, over, parameters, RetCode) => {
    const id = await here.buy(over);
    expect(await here.call("CreateRenew", { ResourceId: id, ...parameters })).toMatchObject({ RetCode });
    expect(here.ledger.entries().filter((entry) => entry.kind === "renewal")).toEqual([]);
  });

  test("is not prolonged without money, of a server on its way out, or where billing does not know the product", async () => {
    const id = await here.buy();
    const renew = { ResourceId: id, Quantity: "1" };
    here.faults.add({ cloud: "ucloud", operation: "CreateRenew", kind: "out-of-balance", times: 1 });
    expect(await here.call("CreateRenew", renew)).toMatchObject({ RetCode: 520 });
    here.cloud.choices.renewalKnowsNoPhones = true;
    expect(await here.call("CreateRenew", renew)).toMatchObject({ RetCode: 230 });
    here.cloud.choices.renewalKnowsNoPhones = false;
    await here.ok("DeleteUPhoneServer", { ...city, ServerId: id });
    expect(await here.call("CreateRenew", renew)).toMatchObject({ RetCode: 69003 });
    expect(here.ledger.entries().filter((entry) => entry.kind === "renewal")).toEqual([]);
  });

  test("ends when automatic renewal is off: works on for three days, is stopped, and is released on the tenth", async () => {
    const id = await running();
    expect(await here.ok("ModifyAutoRenewFlag", { ResourceId: id, Flag: "TURN_OFF" })).toMatchObject({
      Success: 1,
      Fail: 0,
      ResultSet: [{ ResourceId: id, RetCode: 0, Message: "" }],
    });
    const [first = ""] = await idsOf(id);
    here.clock.advance(days(33) - minutes(25) - 1);
    expect(await here.see(id)).toMatchObject({ State: "Running", ExpireTime: time("2026-02-01T03:04:05Z") });
    expect(await phone(first)).toMatchObject({ State: "RUNNING" });
    here.clock.advance(1);
    here.cloud.choices.expiredState = "";
    expect(await here.see(id)).toMatchObject({ State: "" });
    expect(await phone(first)).toMatchObject({ State: "STOPPED" });
    expect(await here.call("PoweronUPhone", named([first]))).toMatchObject({ RetCode: 69003 });
    here.clock.advance(days(7));
    expect(await here.see(id)).toBeUndefined();
    expect(here.cloud.costing()).toEqual([]);
    expect(here.ledger.entries().slice(2)).toMatchObject([{ kind: "deletion", ids: [id] }]);
  });

  test("comes back when it is renewed or renewal is switched on again before the release", async () => {
    const [renewed, switched] = [await running(), await running()];
    const [first = ""] = await idsOf(renewed);
    for (const ResourceId of [renewed, switched]) await here.ok("ModifyAutoRenewFlag", { ResourceId, Flag: "TURN_OFF" });
    here.clock.advance(days(35));
    await here.ok("CreateRenew", { ResourceId: renewed, Quantity: "1" });
    await here.ok("ModifyAutoRenewFlag", { ResourceId: switched, Flag: "TURN_ON" });
    expect(await phone(first)).toMatchObject({ State: "RUNNING" });
    expect(await here.see(renewed)).toMatchObject({ ExpireTime: time("2026-03-03T03:04:05Z") });
    expect(await here.see(switched)).toMatchObject({ ExpireTime: time("2026-02-28T15:59:59Z") });
    here.clock.advance(days(60));
    expect(here.cloud.servers()).toEqual([switched]);
  });

  test("runs for every thing by itself: IPs and bandwidth outlive a server that was left to expire", async () => {
    const id = await running(ipGroup);
    await here.ok("ModifyAutoRenewFlag", { ResourceId: id, Flag: "TURN_OFF" });
    here.clock.advance(days(41));
    expect(kinds()).toEqual(["eip", "share-bandwidth"]);
    for (const thing of here.cloud.costing()) await here.ok("ModifyAutoRenewFlag", { ResourceId: thing.id, Flag: "TURN_OFF" });
    here.clock.advance(days(40));
    expect(here.cloud.costing()).toEqual([]);
  });

  test("of an hour ends within two days", async () => {
    const id = await here.buy({ ChargeType: "Dynamic" });
    await here.ok("ModifyAutoRenewFlag", { ResourceId: id, Flag: "TURN_OFF" });
    here.clock.advance(minutes(60) + days(2) - 1);
    expect(await here.see(id)).toMatchObject({ ExpireTime: time("2026-01-02T04:04:05Z") });
    here.clock.advance(1);
    expect(await here.see(id)).toBeUndefined();
  });

  test("is told inside a good answer when it cannot be switched", async () => {
    const id = await here.buy();
    const failed = { RetCode: 0, Success: 0, Fail: 1 };
    const off = (ResourceId: string, account?: "other") => here.call("ModifyAutoRenewFlag", { ResourceId, Flag: "TURN_OFF" }, account);
    expect(await off("uphs-unknown")).toMatchObject({ ...failed, ResultSet: [{ ResourceId: "uphs-unknown", RetCode: 230 }] });
    expect(await off(id, "other")).toMatchObject(failed);
    expect(await here.call("ModifyAutoRenewFlag", { ResourceId: id, Flag: "OFF" })).toMatchObject({ RetCode: 230 });
    expect(await here.call("ModifyAutoRenewFlag", { ResourceId: id })).toMatchObject({ RetCode: 220 });
  });

  test("keeps its switch over a restart", async () => {
    const id = await here.buy();
    await here.ok("ModifyAutoRenewFlag", { ResourceId: id, Flag: "TURN_OFF" });
    const again = await startUcloud({ saved: JSON.parse(JSON.stringify(here.cloud.save())) as unknown, clock: here.clock });
    here.clock.advance(days(41));
    expect(again.cloud.servers()).toEqual([]);
    await again.close();
  });
});
