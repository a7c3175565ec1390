import { accounts } from "../../simulator/ucloud/accounts";
import { signatureOf } from "../../simulator/ucloud/signature";
import { city, get, list, order, postForm, postJson, signed, startUcloud } from "./support/ucloud-client";
import type { TestUcloud } from "./support/ucloud-client";

const { publicKey, privateKey } = accounts.main;
const listing = { Action: "DescribeUPhoneServer", PublicKey: publicKey, ...city };

describe("UCloud's gateway", () => {
  let here: TestUcloud;
  beforeEach(async () => (here = await startUcloud()));
  afterEach(() => here.close());

  test("answers a form, a query and flat JSON alike", async () => {
    const id = await here.buy();
    for (const send of [postForm, get, postJson]) {
      const reply = await send(here.url, signed({ ...listing, "ServerIds.0": id, Limit: "5" }, privateKey));
      expect(reply).toMatchObject({ RetCode: 0, Action: "DescribeUPhoneServerResponse", Message: "", TotalCount: 1 });
    }
  });

  test("answers JSON with real lists and numbers", async () => {
    const id = await here.buy();
    const body = { ...listing, ServerIds: ["uphs-unknown", id], Limit: 5 };
    const reply = await postJson(here.url, { ...body, Signature: signatureOf(body, privateKey) });
    expect(list(reply, "Servers").map((server) => server["ServerId"])).toEqual([id]);
  });

  test("reads Chinese, spaces and reserved characters as they were meant", async () => {
    const id = await here.buy({ Name: "云手机-1" });
    const remark = `a b+c&d=e/f?g#h%i~*'"云\n%41`;
    await here.ok("ModifyUPhoneServerRemark", { ...city, ServerId: id, Remark: remark });
    expect(await here.see(id)).toMatchObject({ ServerName: "云手机-1", Remark: remark });
  });

  test("takes Region and Zone with every call, as official clients send them, and filters nothing by them", async () => {
    const id = await here.buy({ Region: "cn-wlcb", Zone: "cn-wlcb-01" });
    expect(list(await here.ok("DescribeUPhoneServer", { ...city, Region: "cn-bj2" }), "Servers")).toMatchObject([{ ServerId: id }]);
  });

  test("takes the Action that official clients repeat in the query of a POST", async () => {
    expect(await postForm(`${here.url}/?Action=DescribeUPhoneServer`, signed(listing, privateKey))).toMatchObject({ RetCode: 0 });
  });

  test("gives every answer a request id of its own", async () => {
    const ids = new Set<string | null>();
    for (let n = 0; n < 3; n++)
      ids.add((await fetch(here.url, { method: "POST", body: new URLSearchParams(listing) })).headers.get("x-ucloud-request-uuid"));
    expect(ids.size).toBe(3);
    expect(ids).not.toContain(null);
  });

  test.each([
    ["no Action", () => signed({ PublicKey: publicKey }, privateKey), 160, "Missing Action"],
    ["an unknown Action", () => signed({ ...listing, Action: "DescribeUPhones" }, privateKey), 161, "Action [DescribeUPhones] not exist"],
    ["no Signature", () => listing, 170, "Missing signature"],
    ["the wrong key", () => signed(listing, "FAKE-PRIVATE-KEY-wrong"), 171, "Signature VerifyAC Error"],
    ["a value that was not signed", () => ({ ...signed(listing, privateKey), Limit: "5" }), 171, "Signature VerifyAC Error"],
    ["an unknown user", () => signed({ ...listing, PublicKey: "FAKE-nobody" }, privateKey), 172, "User Not Exists"],
    ["a token that nobody gave", () => signed({ ...listing, SecurityToken: "FAKE" }, privateKey), 174, "Token Not Exists"],
  ])("refuses %s without naming an Action", async (_what, parameters, RetCode, Message) => {
    expect(await postForm(here.url, parameters())).toEqual({ RetCode, Message });
    expect(here.cloud.received()).toEqual([]);
  });

  test.each([
    ["a body that is no JSON", { method: "POST", headers: { "content-type": "application/json" }, body: "{" }],
    ["JSON that is no object", { method: "POST", headers: { "content-type": "application/json" }, body: "[]" }],
    [
      "JSON that never ends going deeper",
      { method: "POST", headers: { "content-type": "application/json" }, body: `{"Action":${"[".repeat(90_000)}${"]".repeat(90_000)}}` },
    ],
    ["a body of another type", { method: "POST", headers: { "content-type": "text/plain" }, body: "Action=DescribeUPhoneServer" }],
    ["an empty query", { method: "GET" }],
  ])("refuses %s: no Action can be read from it", async (_what, init) => {
    expect(await (await fetch(here.url, init)).json()).toEqual({ RetCode: 160, Message: "Missing Action" });
  });

  test("has one path, and takes GET and POST", async () => {
    expect((await fetch(`${here.url}/v1`)).status).toBe(404);
    expect((await fetch(here.url, { method: "PUT", body: "" })).status).toBe(405);
  });

  test.each([
    ["a missing parameter", {}, 220, "Missing params [CityId]"],
    ["an unknown parameter", { ...city, ServerId: "uphs-1" }, 230, "Params [ServerId] not available"],
    ["an unknown city", { CityId: "cn-bj2" }, 230, "Params [CityId] not available"],
    ["text for a number", { ...city, Limit: "ten" }, 230, "Params [Limit] not available"],
    ["a fraction for a whole number", { ...city, Limit: "1.5" }, 230, "Params [Limit] not available"],
    ["a page of none", { ...city, Limit: "0" }, 230, "Params [Limit] not available"],
    ["a page that is too large", { ...city, Limit: "101" }, 240, "Params [Limit] too large"],
    ["a negative offset", { ...city, Offset: "-1" }, 230, "Params [Offset] not available"],
    ["a list counted from 1", { ...city, "ServerIds.1": "uphs-1" }, 230, "Params [ServerIds.1] not available"],
    ["a list without index", { ...city, ServerIds: "uphs-1" }, 230, "Params [ServerIds] not available"],
    ["a project that does not exist", { ...city, ProjectId: "org-nowhere" }, 292, "Project Not Exists"],
    ["another account's project", { ...city, ProjectId: "org-sim101" }, 292, "Project Not Exists"],
  ])("refuses %s under the Action's name", async (_what, parameters, RetCode, Message) => {
    expect(await here.call("DescribeUPhoneServer", parameters)).toEqual({ RetCode, Action: "DescribeUPhoneServerResponse", Message });
  });

  test("refuses a parameter that is sent twice", async () => {
    const body = `${new URLSearchParams(signed(listing, privateKey)).toString()}&CityId=cn-wlcb`;
    const reply = await fetch(here.url, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body });
    expect(await reply.json()).toMatchObject({ RetCode: 230, Message: "Params [CityId] not available" });
  });

  test.each([
    ["a number where text belongs", { ServerIds: [7] }, "ServerIds.0"],
    ["null", { Limit: null }, "Limit"],
    ["an object for a list", { ServerIds: { a: "uphs-1" } }, "ServerIds.a"],
  ])("refuses JSON with %s", async (_what, extra, name) => {
    const body = { ...listing, ...extra };
    const reply = await postJson(here.url, { ...body, Signature: signatureOf(body, privateKey) });
    expect(reply).toMatchObject({ RetCode: 230, Message: `Params [${name}] not available` });
  });

  test("shows each account and each project only its own servers", async () => {
    const mine = await here.buy();
    const second = await here.buy({ ProjectId: "org-sim002" });
    const theirs = await here.ok("CreateUPhoneServer", order, "other");
    const ids = async (parameters: Record<string, string>, account: "main" | "other" | "sub"): Promise<unknown[]> =>
      list(await here.ok("DescribeUPhoneServer", { ...city, ...parameters }, account), "Servers").map((server) => server["ServerId"]);
    expect(await ids({}, "main")).toEqual([mine]);
    expect(await ids({ ProjectId: "org-sim001" }, "sub")).toEqual([mine]);
    expect(await ids({ ProjectId: "org-sim002" }, "main")).toEqual([second]);
    expect(await ids({}, "other")).toEqual([theirs["ServerId"]]);
    expect(await here.call("DeleteUPhoneServer", { ...city, ServerId: mine }, "other")).toMatchObject({ RetCode: 230 });
  });

  test("demands a project from sub-accounts", async () => {
    expect(await here.call("DescribeUPhoneServer", city, "sub")).toMatchObject({ RetCode: 299 });
  });

  test("takes temporary credentials only with their token", async () => {
    const { securityToken } = accounts.temporary;
    expect(await here.call("DescribeUPhoneServer", { ...city, SecurityToken: securityToken }, "temporary")).toMatchObject({ RetCode: 0 });
    expect(await here.call("DescribeUPhoneServer", { ...city, SecurityToken: "expired" }, "temporary")).toMatchObject({ RetCode: 174 });
    expect(await here.call("DescribeUPhoneServer", city, "temporary")).toMatchObject({ RetCode: 174 });
  });

  test("keeps a log of calls with their parameters as sent, and without credentials", async () => {
    await here.call("CreateUPhoneServer", { ...order, ShareBandwidth: "5" });
    const body = { ...listing, ServerIds: ["uphs-1"], Limit: 5 };
    await postJson(here.url, { ...body, Signature: signatureOf(body, privateKey) });
    const at = here.clock.now();
    expect(here.cloud.received()).toEqual([
      { at, operation: "CreateUPhoneServer", parameters: { ...order, ShareBandwidth: "5" } },
      { at, operation: "DescribeUPhoneServer", parameters: { ...city, ServerIds: ["uphs-1"], Limit: 5 } },
    ]);
  });

  test("tells a stack how to use it, as the main account or another", async () => {
    const { config, secrets } = here.cloud.settings(here.url);
    const listed = {
      Action: "DescribeUPhoneServer",
      ...city,
      PublicKey: config["ucloud:publicKey"]!,
      ProjectId: config["ucloud:projectId"]!,
    };
    expect(await postForm(config["ucloud:endpoint"]!, signed(listed, secrets["ucloud:privateKey"]!))).toMatchObject({ RetCode: 0 });
    expect(here.cloud.settings(here.url, "other").config["ucloud:projectId"]).toBe("org-sim101");
  });
});
