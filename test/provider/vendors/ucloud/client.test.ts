import type { Context } from "../../../../provider/kit/context";
import { createServer, findServer, listPhones, listServers } from "../../../../provider/vendors/ucloud/client";
import { uphoneServer } from "../../../../provider/vendors/ucloud/uphone-server";
import { toWire } from "../../../../provider/vendors/ucloud/uphone-server-wire";
import type { CloudAnswer } from "../../../../simulator/cloud";
import { listen } from "../../../../simulator/listen";
import type { Listening } from "../../../../simulator/listen";
import { ucloudWorld } from "../../../support/ucloud";
import type { UcloudWorld } from "../../../support/ucloud";

const place = { cityId: "cn-wlcb", projectId: "org-sim001" };

/** The failure of `work`; the test fails when there is none. */
async function failureOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => {
      throw new Error("did not fail");
    },
    (error: unknown) => error as Error,
  );
}

function settingsWith(ctx: Context, over: Record<string, string>): Context["settings"] {
  return { config: (key) => over[key] ?? ctx.settings.config(key), env: () => undefined };
}

describe("UCloud client, against the simulator", () => {
  let world: UcloudWorld;
  beforeEach(async () => void (world = await ucloudWorld()));
  afterEach(() => world.close());

  test.each([
    ["ucloud:privateKey", "FAKE-PRIVATE-KEY-wrong", "171", /Signature VerifyAC Error.*Check ucloud:publicKey and ucloud:privateKey/],
    ["ucloud:publicKey", "FAKE-PUBLIC-KEY-nobody", "172", /User Not Exists.*Check ucloud:publicKey and ucloud:privateKey/],
  ])("a wrong %s is told with advice and without the keys", async (key, value, code, message) => {
    const ctx = world.context();
    const error = await failureOf(findServer({ ...ctx, settings: settingsWith(ctx, { [key]: value }) }, place, "uphs-1"));
    expect(error).toMatchObject({ name: "CloudError", kind: "fatal", code });
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^Could not read UPhoneServer uphs-1: .*DescribeUPhoneServer, request [0-9a-f-]{36}/);
    expect(error.message).not.toContain("FAKE");
  });

  test("a project of somebody else is told with advice", async () => {
    const error = await failureOf(listServers(world.context(), { ...place, projectId: "org-nobody" }));
    expect(error.message).toContain("There is no such project in this account: check projectId");
  });

  test("temporary credentials are sent and signed with their token", async () => {
    const ctx = world.context();
    const temporary = {
      "ucloud:publicKey": "STS.FAKE-KEY-ID",
      "ucloud:privateKey": "FAKE-PRIVATE-KEY-temporary",
      "ucloud:securityToken": "FAKE/security+token==",
    };
    expect(await listServers({ ...ctx, settings: settingsWith(ctx, temporary) }, place)).toEqual([]);
  });

  test.each([
    [520, "Lack of balance", "top it up"],
    [8095, "quota", "ask UCloud to raise it"],
    [8104, "unpaid", "pay or cancel them"],
    [8116, "hourly", "use chargeType Month or Year"],
    [8226, "identity", "real-name check"],
    [299, "IAM", "rights granted in IAM"],
    [4242, "sold out", "sold out"],
  ])("a purchase refused with RetCode %i is not repeated, and says what to do", async (retCode, message, advice) => {
    world.cloud.choices.refusals = [{ retCode, message }];
    const error = await failureOf(uphoneServer.create(world.farm({ couponId: "coupon-secret" }), world.context()));
    expect(error).toMatchObject({ name: "CloudError", kind: "fatal", code: String(retCode) });
    expect(error.message).toMatch(/^Could not buy UPhoneServer "farm-a" in cn-wlcb: UCloud answered RetCode/);
    expect(error.message).toContain(advice);
    expect(world.operations()).toEqual(["DescribeUPhoneServer", "CreateUPhoneServer"]);
    expect(world.cloud.costing()).toEqual([]);
  });

  test.each([
    [{ cityId: "cn-nowhere" }, "Params [CityId] not available", "Check cityId: DescribeUPhoneCities lists what there is."],
    [{ serverModelName: "1C" }, "Params [ServerModelName] not available", "Check serverModelName: DescribeUPhoneServerModel lists"],
    [{ uphoneModelName: "tiny" }, "Params [UPhoneModelName] not available", "Check uphoneModelName: DescribeUPhoneModel lists"],
    [{ imageId: "image-none" }, "Params [ImageId] not available", "Check imageId: DescribeUPhoneImage lists"],
    [{ chargeType: "Year", quantity: 9 }, "Params [Quantity] not available", /Check quantity\.$/],
    [{ couponId: "free" }, "Params [CouponId] not available", /Check couponId\.$/],
    [{ ipDestRegion: "mars", shareBandwidth: 1, ipProportion: 1 }, "Params [IpDestRegion] not available", "Check ipDestRegion: "],
    [{ ipDestRegion: "hk", shareBandwidth: 1, ipProportion: 99 }, "Params [IpProportion] not available", /Check ipProportion\.$/],
  ] as const)("a purchase refused for %j names the input", async (spec, said, advice) => {
    const error = await failureOf(uphoneServer.create(world.farm(spec), world.context()));
    expect(error.message).toContain(said);
    expect(error.message).toMatch(advice);
    expect(world.cloud.costing()).toEqual([]);
  });

  test.each([
    [230, "Params [Tag] not available", "Check tag."],
    [240, "Params [Name] too large", "Check name."],
    [220, "Missing params [ProjectId]", "Check projectId."],
    [4242, "Params [ImageId] sold out", "Check imageId: "],
    [230, "Params [Signature] not available", undefined],
    [230, "not available", undefined],
  ])("what RetCode %i %s is about is told where an input is", async (retCode, message, advice) => {
    world.cloud.choices.refusals = [{ retCode, message }];
    const error = await failureOf(uphoneServer.create(world.farm(), world.context()));
    if (advice === undefined) expect(error.message).not.toContain("Check");
    else expect(error.message).toContain(`). ${advice}`);
  });

  test("a renewal that is refused names the input that asks for it", async () => {
    const { id, outs } = await uphoneServer.create(world.farm(), world.context());
    world.cloud.choices.refusals = [{ retCode: 230, message: "Params [Quantity] not available" }];
    const error = await failureOf(uphoneServer.update(id, outs, world.farm({ paidUntil: "2027-01-01" }), world.context()));
    expect(error.message).toContain("Check paidUntil.");
  });

  test("a purchase that was throttled is not repeated either", async () => {
    world.cloud.choices.refusals = [{ retCode: 153, message: "throttled" }];
    expect(await failureOf(uphoneServer.create(world.farm(), world.context()))).toMatchObject({ kind: "throttled" });
    expect(world.operations()).toEqual(["DescribeUPhoneServer", "CreateUPhoneServer"]);
  });

  test("a purchase that answers without an id is not repeated; its server is found by the marker", async () => {
    world.cloud.choices.answersWithJobId = true;
    const { id } = await uphoneServer.create(world.farm(), world.context());
    expect([id]).toEqual(world.cloud.servers());
    expect(world.operations().filter((name) => name === "CreateUPhoneServer")).toHaveLength(1);
  });
});

describe("UCloud client, against odd answers", () => {
  let world: UcloudWorld;
  let odd: Listening;
  let requests: URLSearchParams[];
  let script: CloudAnswer[];
  beforeEach(async () => {
    world = await ucloudWorld();
    requests = [];
    script = [];
    odd = await listen(0, (request) => {
      requests.push(new URLSearchParams(request.body.toString("utf8")));
      return script.shift() ?? { status: 500 };
    });
  });
  afterEach(() => Promise.all([odd.close(), world.close()]));

  const context = (): Context => {
    const ctx = world.context();
    return { ...ctx, settings: settingsWith(ctx, { "ucloud:endpoint": odd.url }) };
  };
  const ok = (body: object): CloudAnswer => ({ status: 200, body: { RetCode: 0, ...body } });
  const refused = (RetCode: number, Message = "no"): CloudAnswer => ({ status: 200, body: { RetCode, Message } });
  const server = (n: number) => ({ ServerId: `uphs-${n}`, ServerName: "a", ServerModel: {}, State: "Running" });

  test.each([
    ["RetCode 110", refused(110)],
    ["RetCode 130", refused(130)],
    ["RetCode 150", refused(150)],
    ["RetCode 153", refused(153)],
    ["HTTP 429", { status: 429 }],
    ["HTTP 502", { status: 502 }],
    ["HTTP 503 with a RetCode of its own", { status: 503, body: { RetCode: 5000 } }],
    ["an empty body", { status: 200 }],
    ["RetCode 110 as text", { status: 200, body: { RetCode: "110" } }],
  ])("a read is repeated after %s", async (_what, failure) => {
    script = [failure, failure, ok({ TotalCount: 1, Servers: [server(1)] })];
    expect(await findServer(context(), place, "uphs-1")).toMatchObject({ ServerId: "uphs-1" });
    expect(requests).toHaveLength(3);
    expect(requests.every((request) => request.get("ServerIds.0") === "uphs-1")).toBe(true);
  });

  test("a read that keeps failing ends with the cloud's own words", async () => {
    script = Array.from({ length: 9 }, () => refused(150, "Service Unavailable"));
    const error = await failureOf(findServer(context(), place, "uphs-1"));
    expect(error.message).toBe(
      'Could not read UPhoneServer uphs-1: UCloud answered RetCode 150 "Service Unavailable" (DescribeUPhoneServer).',
    );
    expect(requests).toHaveLength(5);
  });

  test.each([
    ["RetCode 110", refused(110)],
    ["RetCode 150", refused(150)],
    ["HTTP 504", { status: 504 }],
    ["an empty body", { status: 200 }],
    ["RetCode 0 with HTTP 500", { status: 500, body: { RetCode: 0, ServerId: "uphs-1" } }],
  ])("a purchase is sent once, whatever happens, and after %s may have been made", async (_what, failure) => {
    const none = ok({ TotalCount: 0, Servers: [] });
    script = [none, failure, ...Array.from({ length: 99 }, () => none)];
    const error = await failureOf(uphoneServer.create(world.farm(), context()));
    expect(error).toMatchObject({ name: "NotReady", id: "unresolved/abcdefghij0" });
    expect(error.message).toMatch(/^Could not buy UPhoneServer "farm-a".*It did not show within 10 min/);
    expect(requests.filter((request) => request.get("Action") === "CreateUPhoneServer")).toHaveLength(1);
  });

  test("a purchase that never left this machine was not made", async () => {
    const ctx = context();
    await odd.close();
    const marker = { resource: "abcdefghij", generation: 0 };
    const error = await failureOf(createServer(ctx, toWire(world.farm(), marker), 'UPhoneServer "farm-a"'));
    expect(error).toMatchObject({ name: "NetworkError", maybeSent: false });
    expect(error.message).toMatch(/^Could not buy UPhoneServer "farm-a" in cn-wlcb: POST http:\/\/127.0.0.1:\d+\/ failed: ECONNREFUSED\.$/);
  });

  test("no secret is in an error, even if the cloud repeats all that it was sent", async () => {
    const secrets = { "ucloud:publicKey": "pub+key/1==", "ucloud:privateKey": "priv+key/2==", "ucloud:securityToken": "token+3/==" };
    odd = await echoing(odd);
    const ctx = world.context();
    const settings = settingsWith(ctx, { ...secrets, "ucloud:endpoint": odd.url });
    const error = await failureOf(
      createServer(
        { ...ctx, settings },
        toWire(world.farm({ couponId: "coupon+4/==" }), { resource: "abcdefghij", generation: 0 }),
        "UPhoneServer",
      ),
    );
    expect(error.message).toContain("farm-a");
    for (const secret of [...Object.values(secrets), "coupon+4/=="]) {
      expect(error.message).not.toContain(secret);
      expect(error.message).not.toContain(encodeURIComponent(secret));
    }
    expect(error.message).not.toMatch(/[0-9a-f]{40}/);
  });

  test("all pages of a city are read", async () => {
    const hundred = Array.from({ length: 100 }, (_, n) => server(n));
    script = [ok({ TotalCount: 102, Servers: hundred }), ok({ TotalCount: 102, Servers: [server(100), server(101)] })];
    expect(await listServers(context(), place)).toHaveLength(102);
    expect(requests.map((request) => [request.get("Offset"), request.get("Limit")])).toEqual([
      ["0", "100"],
      ["100", "100"],
    ]);
  });

  test("a city that lost a server while its pages were read is read anew, because another one slipped over the edge of a page", async () => {
    const from = (first: number, length: number) => Array.from({ length }, (_, n) => server(first + n));
    script = [
      ok({ TotalCount: 102, Servers: from(0, 100) }),
      ok({ TotalCount: 101, Servers: from(101, 1) }),
      ok({ TotalCount: 101, Servers: from(1, 100) }),
      ok({ TotalCount: 101, Servers: from(101, 1) }),
    ];
    expect((await listServers(context(), place)).map((one) => one.ServerId)).toContain("uphs-100");
    expect(script).toEqual([]);
  });

  test("a city that keeps losing servers is an error, not an answer", async () => {
    script = Array.from({ length: 20 }, (_, n) => ok({ TotalCount: 20 - n, Servers: n > 8 ? [] : [server(n)] }));
    await expect(listServers(context(), place)).rejects.toThrow("UCloud counts");
  });

  test("an incomplete list is an error, not an answer", async () => {
    script = [ok({ TotalCount: 3, Servers: [server(1)] }), ok({ TotalCount: 3, Servers: [] })];
    await expect(listServers(context(), place)).rejects.toThrow("UCloud counts 3 but lists 1");
  });

  test.each([
    ["an empty list", [ok({ TotalCount: 0, Servers: [] })]],
    ["an empty list without a member for servers", [ok({ TotalCount: 0 })]],
    ["a product code, and a city without the server", [refused(64001), ok({ TotalCount: 1, Servers: [server(2)] })]],
    ["RetCode 230, and an empty city", [refused(230, "Params [ServerIds.0] not available"), ok({ TotalCount: 0, Servers: [] })]],
    [
      "other servers than asked for, and a city without the server",
      [ok({ TotalCount: 1, Servers: [server(2)] }), ok({ TotalCount: 1, Servers: [server(2)] })],
    ],
  ])("a server is gone after %s", async (_what, answers) => {
    script = answers;
    expect(await findServer(context(), place, "uphs-1")).toBeUndefined();
    expect(script).toEqual([]);
  });

  test.each([
    ["an answer without a list", [ok({})]],
    ["a list of something else", [ok({ TotalCount: 1, Servers: ["uphs-1"] })]],
    ["an empty list that counts one, and an incomplete city", [ok({ TotalCount: 1, Servers: [] }), ok({ TotalCount: 1, Servers: [] })]],
    ["a product code, and a city that cannot be read", [refused(64001), refused(64001)]],
    ["no permission", [refused(299)]],
  ])("a server is not gone after %s", async (_what, answers) => {
    script = answers;
    expect(await failureOf(findServer(context(), place, "uphs-1"))).toMatchObject({ name: "CloudError" });
  });

  test("a server that only the whole city shows is found", async () => {
    script = [refused(64001), ok({ TotalCount: 2, Servers: [server(1), server(2)] })];
    expect(await findServer(context(), place, "uphs-2")).toMatchObject({ ServerId: "uphs-2" });
  });

  test("phones are asked for under the other product type when there seem to be none", async () => {
    script = [ok({ TotalCount: 0, UPhones: [] }), ok({ TotalCount: 1, UPhones: [{ UPhoneId: "uphone-1", State: "RUNNING" }] })];
    expect(await listPhones(context(), place, "uphs-1")).toHaveLength(1);
    expect(requests.map((request) => request.get("ProductType"))).toEqual(["uphone-server", "uphone"]);
  });
});

/** A server in place of another that answers with everything it was sent. */
async function echoing(instead: Listening): Promise<Listening> {
  await instead.close();
  return listen(0, (request) => {
    const sent = request.body.toString("utf8");
    return {
      status: 200,
      body: {
        RetCode: 220,
        Message: `${sent} ${decodeURIComponent(sent)} ${JSON.stringify(Object.fromEntries(new URLSearchParams(sent)))}`,
      },
    };
  });
}
