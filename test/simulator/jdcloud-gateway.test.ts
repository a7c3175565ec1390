import { compactDate, jdClient } from "./support/jdcloud-client";
import type { Over } from "./support/jdcloud-client";
import { INSTANCES, MINUTE, REGION, jdWorld, spec } from "./support/jdcloud-world";
import type { JdWorld } from "./support/jdcloud-world";

describe("gateway of the simulated JD Cloud", () => {
  let world: JdWorld;
  beforeEach(async () => {
    world = await jdWorld();
  });
  afterEach(() => world.close());

  const list = (over: Over) => world.call("GET", INSTANCES, undefined, over);
  const accessError = {
    status: 401,
    body: { error: { code: 401, status: "ACCESS_ERROR", message: expect.stringMatching(/\[gw\]$/) as string } },
  };

  test("answers a signed call with a request id and a result", async () => {
    const reply = await list({});
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      requestId: expect.stringMatching(/^[0-9a-z]{32}$/) as string,
      result: { instances: [], pageNumber: 1, pageSize: 20, totalCount: 0 },
    });
  });

  test.each<[string, Over]>([
    ["no Authorization header", { headers: { authorization: undefined } }],
    ["no date", { headers: { "x-jdcloud-date": undefined } }],
    ["no nonce", { headers: { "x-jdcloud-nonce": undefined } }],
    ["an Authorization header of another shape", { headers: { authorization: "Bearer x" } }],
    ["an unknown access key", { keys: { accessKey: "JDC_NOBODY", secretKey: "x" } }],
    ["a date that was changed after signing", { headers: { "x-jdcloud-date": "20260102T030406Z" } }],
    ["a date that is not one", { date: "2026-01-02T03:04:05Z", scopeDay: "2026-01-" }],
    ["a nonce that is not signed", { unsigned: ["x-jdcloud-nonce"] }],
    ["a date that is not signed", { unsigned: ["x-jdcloud-date"] }],
    ["a credential scope of another day", { scopeDay: "20260103" }],
    ["a credential scope of another service", { service: "vm" }],
    ["a credential scope of another region", { scopeRegion: "cn-north-1" }],
    ["an algorithm header that does not match", { signed: { "x-jdcloud-algorithm": "JDCLOUD3-HMAC-SHA256" } }],
    ["a security token that is not signed", { headers: { "x-jdcloud-security-token": "FAKE" } }],
  ])("refuses a call with %s", async (_, over) => {
    expect(await list(over)).toMatchObject(accessError);
    expect(world.cloud.received()).toEqual([]);
  });

  test("refuses a wrong secret key", async () => {
    const reply = await list({ keys: { ...world.keys, secretKey: "wrong" } });
    expect(reply).toMatchObject(accessError);
    expect(JSON.stringify(reply)).not.toContain(world.keys.secretKey);
  });

  test.each([
    [16, 401],
    [-16, 401],
    [14, 200],
    [-14, 200],
  ])("answers a call dated %p minutes off with %p", async (minutes, status) => {
    const reply = await list({ date: compactDate(world.clock.now() + minutes * MINUTE) });
    expect(reply.status).toBe(status);
  });

  test("refuses a nonce that was used, and forgets it when its signature has run out", async () => {
    expect((await list({ nonce: "once" })).status).toBe(200);
    expect(await list({ nonce: "once" })).toMatchObject(accessError);
    world.clock.advance(31 * MINUTE);
    expect((await list({ nonce: "once" })).status).toBe(200);
  });

  test("does not spend a nonce on a call with a wrong signature", async () => {
    await list({ nonce: "mine", keys: { ...world.keys, secretKey: "wrong" } });
    expect((await list({ nonce: "mine" })).status).toBe(200);
  });

  test("accepts signed extra headers, security tokens and the algorithm header", async () => {
    const signed = { "x-jdcloud-algorithm": "JDCLOUD2-HMAC-SHA256", "x-jdcloud-security-token": "RkFLRQ==", "x-jdcloud-extra": "a b" };
    expect((await list({ signed })).status).toBe(200);
  });

  test("accepts signature V3 with its unsigned companions, and refuses it when the body was changed", async () => {
    const companions = { "x-jdcloud-content-sha256": "x", "JDCLOUD3-HMAC-SHA256": "x" };
    const body = { instanceSpec: spec() };
    expect(await world.call("PUT", INSTANCES, body, { version: 3, headers: companions })).toMatchObject({ status: 200 });
    const other = { ...world.keys, secretKey: "wrong" };
    expect(await world.call("PUT", INSTANCES, body, { version: 3, keys: other })).toMatchObject(accessError);
    expect((await list({ version: 3, nonce: "a", headers: { "x-jdcloud-nonce": "b" } })).status).toBe(200);
    expect(await list({ version: 3, nonce: "b" })).toMatchObject(accessError);
    expect(await list({ version: 3, headers: { "x-jdcloud-date": compactDate(world.clock.now() + 1000) } })).toMatchObject(accessError);
  });

  test("takes any scope region for calls without a region", async () => {
    for (const scopeRegion of ["jdcloud-api", "jdcloud", "cn-north-1"])
      expect(await world.call("GET", "/v1/edgeRegions", undefined, { scopeRegion })).toMatchObject({ status: 200 });
  });

  test("says that an operation does not exist", async () => {
    const unknown: [string, string][] = [
      ["GET", `${REGION}/nothing`],
      ["GET", "/v3/edgeRegions"],
      ["PATCH", INSTANCES],
      ["GET", `${INSTANCES}/edcps-1:stopInstance`],
      ["PUT", `${INSTANCES}/edcps-1:explode`],
      ["GET", "/v1"],
    ];
    for (const [method, path] of unknown)
      expect(await world.call(method, path)).toMatchObject({ status: 404, body: { error: { code: 404, status: "NOT_FOUND" } } });
  });

  test("refuses another content type and unknown regions", async () => {
    expect(await list({ signed: { "content-type": "text/plain" } })).toMatchObject({ status: 400 });
    const there = await world.call("GET", "/v1/regions/cn-nowhere/instances");
    expect(there).toMatchObject({ status: 400, body: { error: { status: "INVALID_ARGUMENT" } } });
  });

  test("refuses a body that is no JSON object, but takes none, {} and nulls", async () => {
    const id = await world.running();
    const stop = `${INSTANCES}/${id}:stopInstance`;
    for (const rawBody of ["{", "[]", "1"]) expect(await world.call("PUT", stop, undefined, { rawBody })).toMatchObject({ status: 400 });
    const go = { clientToken: null, regionId: "cn-east-tz1", instanceId: id, later: null };
    expect(await world.call("PUT", stop, go)).toMatchObject({ status: 200 });
    world.clock.advance(5 * MINUTE);
    expect(await world.call("PUT", `${INSTANCES}/${id}:startInstance`)).toMatchObject({ status: 200 });
  });

  test("keeps two accounts apart", async () => {
    const id = await world.running();
    const other = jdClient({ url: world.url, keys: world.cloud.otherAccount, now: () => world.clock.now() });
    expect(await other("GET", `${INSTANCES}/${id}`)).toMatchObject({ status: 404 });
    expect(await other("GET", INSTANCES)).toMatchObject({ body: { result: { totalCount: 0 } } });
    expect(await other("PUT", INSTANCES, { instanceSpec: spec() })).toMatchObject({
      status: 404,
      body: { error: { status: "NOT_FOUND" } },
    });
    expect(await other("PUT", INSTANCES, { instanceSpec: spec({ subnetId: "subnet-1001" }) })).toMatchObject({ status: 200 });
    expect(world.cloud.servers()).toHaveLength(2);
  });

  test("records what was asked under the wire's names, with JSON types", async () => {
    await world.call("PUT", INSTANCES, { clientToken: "t", instanceSpec: spec({ password: "Vq7#mXw2!Lz9" }) });
    await world.call("GET", `${INSTANCES}?pageSize=50&filters.1.name=status&filters.1.values.1=running`);
    expect(world.cloud.received()).toEqual([
      {
        at: world.clock.now(),
        operation: "createInstances",
        parameters: { regionId: "cn-east-tz1", clientToken: "t", instanceSpec: spec({ password: "Vq7#mXw2!Lz9" }) },
      },
      {
        at: world.clock.now(),
        operation: "describeInstances",
        parameters: { regionId: "cn-east-tz1", pageSize: "50", "filters.1.name": "status", "filters.1.values.1": "running" },
      },
    ]);
  });
});
