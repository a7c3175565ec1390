import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CloudRequest } from "../../simulator/cloud";
import { isSignedBy, readAuthorization } from "../../simulator/huaweicloud/signature";
import { buyReady, minutes, serversPath, startHuawei, textLike, v1Path, v1Purchase } from "./support/huaweicloud-client";
import type { Huawei } from "./support/huaweicloud-client";

interface Vector {
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly secretKey: string;
  readonly authorization: string;
}

const vectors = JSON.parse(readFileSync(join(__dirname, "../data/huawei-signing-vectors.json"), "utf8")) as Vector[];

function requestOf(vector: Vector): CloudRequest {
  const [, path = "/", query = ""] = /^https?:\/\/[^/]+([^?]*)\??(.*)$/.exec(vector.url) ?? [];
  const headers = Object.fromEntries(Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    method: vector.method,
    path,
    query,
    headers: { ...headers, authorization: vector.authorization },
    body: Buffer.from(vector.body),
  };
}

function accepts(vector: Vector, request: CloudRequest): boolean {
  const credential = readAuthorization(request.headers["authorization"] ?? "");
  try {
    return credential !== undefined && isSignedBy(vector.secretKey, credential, request);
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}

/** The text once with each of its characters changed. */
const changed = (text: string): string[] =>
  Array.from({ length: text.length }, (_, at) => text.slice(0, at) + (text[at] === "x" ? "y" : "x") + text.slice(at + 1));

function oneByteOff(request: CloudRequest): CloudRequest[] {
  const { authorization = "", ...signed } = request.headers;
  const signatureAt = authorization.length - 64;
  return [
    ...changed(request.method).map((method) => ({ ...request, method })),
    ...changed(request.path).map((path) => ({ ...request, path })),
    ...changed(request.query).map((query) => ({ ...request, query })),
    ...Object.entries(signed).flatMap(([name, value]) =>
      changed(value).map((other) => ({ ...request, headers: { ...request.headers, [name]: other } })),
    ),
    ...Array.from(request.body.keys(), (at) => ({
      ...request,
      body: Buffer.from(request.body.map((byte, index) => (index === at ? byte ^ 1 : byte))),
    })),
    ...Array.from({ length: 64 }, (_, index) => {
      const at = signatureAt + index;
      const digit = authorization[at] === "0" ? "1" : "0";
      return {
        ...request,
        headers: { ...request.headers, authorization: authorization.slice(0, at) + digit + authorization.slice(at + 1) },
      };
    }),
  ];
}

test.each(vectors)("accepts the published request $name, and refuses it with any one byte changed", (vector) => {
  const request = requestOf(vector);
  expect(accepts(vector, request)).toBe(true);
  const wrongs = oneByteOff(request);
  expect(wrongs.length).toBeGreaterThan(100);
  expect(wrongs.filter((wrong) => accepts(vector, wrong))).toEqual([]);
});

test.each(vectors)("refuses the published request $name under another secret", (vector) => {
  expect(accepts({ ...vector, secretKey: `${vector.secretKey}x` }, requestOf(vector))).toBe(false);
});

describe("the gateway", () => {
  let huawei: Huawei;
  beforeEach(async () => void (huawei = await startHuawei()));
  afterEach(() => huawei.close());

  const unauthorized = (message: RegExp) => ({
    status: 401,
    body: { error_code: "APIGW.0301", error_msg: textLike(message), request_id: textLike(/^[0-9a-f]{32}$/) },
  });

  test("answers a well signed request, with the request id in body and header", async () => {
    const answer = await huawei.call("GET", serversPath);
    expect(answer).toMatchObject({ status: 200, body: { count: 0, servers: [] } });
    expect(answer.headers["x-request-id"]).toBe(answer.body.request_id);
  });

  test("refuses a request without a signature", async () => {
    expect(await huawei.call("GET", serversPath, { authorization: undefined })).toMatchObject(unauthorized(/x-auth-token not found/));
  });

  test("refuses an authorization of another form", async () => {
    expect(await huawei.call("GET", serversPath, { authorization: "AWS4-HMAC-SHA256 Credential=x" })).toMatchObject(unauthorized(/form/));
  });

  test("refuses a wrong secret and shows its own canonical request with bars for newlines", async () => {
    const answer = await huawei.call("GET", serversPath, { secretKey: "wrong" });
    expect(answer).toMatchObject(unauthorized(/canonicalRequest:GET\|\/v1\/b0+1\/cloud-phone\/servers\/\|\|host:127/));
    expect(answer.headers["x-request-id"]).toBe(answer.body.request_id);
  });

  test("refuses an access key that nobody has", async () => {
    expect(await huawei.call("GET", serversPath, { accessKey: "NOBODY" })).toMatchObject(unauthorized(/NOBODY/));
  });

  test("allows a clock that is 15 minutes off and refuses one that is more", async () => {
    const now = huawei.clock.now();
    expect(await huawei.call("GET", serversPath, { at: now - 15 * minutes })).toMatchObject({ status: 200 });
    expect(await huawei.call("GET", serversPath, { at: now + 15 * minutes })).toMatchObject({ status: 200 });
    expect(await huawei.call("GET", serversPath, { at: now - 15 * minutes - 1000 })).toMatchObject(unauthorized(/expired/));
    expect(await huawei.call("GET", serversPath, { at: now + 15 * minutes + 1000 })).toMatchObject(unauthorized(/expired/));
  });

  test("refuses a signature that does not cover the date", async () => {
    expect(await huawei.call("GET", serversPath, { sign: ["host"] })).toMatchObject(unauthorized(/x-sdk-date/));
  });

  test("locks the access key for five minutes after more than five bad signatures in a row, and only that key", async () => {
    for (let failure = 1; failure <= 6; failure += 1)
      expect(await huawei.call("GET", serversPath, { secretKey: "wrong" })).toMatchObject(unauthorized(/verify aksk signature fail/));
    expect(await huawei.call("GET", serversPath)).toMatchObject(unauthorized(/reach the limit/));
    expect(await huawei.call("GET", serversPath, { account: 1 })).toMatchObject({ status: 200 });
    huawei = await huawei.restart();
    expect(await huawei.call("GET", serversPath)).toMatchObject(unauthorized(/reach the limit/));
    huawei.clock.advance(5 * minutes);
    expect(await huawei.call("GET", serversPath)).toMatchObject({ status: 200 });
  });

  test("forgets bad signatures after a good one", async () => {
    for (let failure = 1; failure <= 12; failure += 1) {
      await huawei.call("GET", serversPath, { secretKey: "wrong" });
      if (failure % 5 === 0) expect(await huawei.call("GET", serversPath)).toMatchObject({ status: 200 });
    }
    expect(await huawei.call("GET", serversPath)).toMatchObject({ status: 200 });
  });

  test("takes what the official Python client signs: every header, a content type on GET, a user agent with blanks", async () => {
    const headers = {
      "content-type": "application/json",
      "user-agent": "huaweicloud-usdk-python/3.0; #test @ 1",
      "x-project-id": huawei.cloud.accounts[0]!.projects[0]!.id,
    };
    expect(await huawei.call("GET", serversPath, { headers, query: "limit=10&server_name=%E4%BA%91%20a" })).toMatchObject({ status: 200 });
    expect(await huawei.call("GET", "/v3/auth/domains", { headers: { "user-agent": "a b;c" } })).toMatchObject({ status: 200 });
  });

  test("takes a body of escaped ASCII with blanks, as the Python client writes it", async () => {
    const body = JSON.stringify({ ...v1Purchase, server_name: "X" }, undefined, 1)
      .replaceAll("\n", " ")
      .replace('"X"', '"\\u6d4b\\u8bd5-a"');
    expect(await huawei.call("POST", v1Path, { body })).toMatchObject({ status: 200 });
    expect((await huawei.call("GET", serversPath)).body.servers[0]!.server_name).toBe("测试-a-1");
  });

  test("takes what the Terraform provider signs: no host, the project beside the signature, a newline after the JSON", async () => {
    const { serverId } = await buyReady(huawei);
    const answer = await huawei.call("PUT", `${serversPath}/${serverId}`, {
      body: '{"server_name":"renamed"}\n',
      headers: { accept: "application/json", "user-agent": "terraform-provider" },
      sign: ["accept", "user-agent", "x-sdk-date", "content-type"],
      unsigned: { "x-project-id": huawei.cloud.accounts[0]!.projects[0]!.id },
    });
    expect(answer).toMatchObject({ status: 200 });
  });

  test("answers 404 APIGW.0101 for an address or a method that nobody published", async () => {
    const unpublished = { status: 404, body: { error_code: "APIGW.0101" } };
    expect(await huawei.call("GET", "/v9/{p}/cloud-phone/servers")).toMatchObject(unpublished);
    expect(await huawei.call("PATCH", serversPath)).toMatchObject(unpublished);
    expect(await huawei.call("GET", "/v1/{p}/cloud-phone/access-infos", { query: "server_id=a" })).toMatchObject(unpublished);
  });

  test("answers 400 for an address that is not well percent-encoded", async () => {
    expect(await huawei.call("GET", serversPath, { unsigned: {}, query: "server_name=a" })).toMatchObject({ status: 200 });
    const request: CloudRequest = { method: "GET", path: "/v1/%ZZ/cloud-phone/servers", query: "", headers: {}, body: Buffer.alloc(0) };
    expect(huawei.cloud.handle(request)).toMatchObject({ status: 400, body: { error_code: "APIGW.0201" } });
  });

  test("keeps a project to its owner", async () => {
    const foreign = huawei.cloud.accounts[1]!.projects[0]!.id;
    expect(await huawei.call("GET", serversPath.replace("{p}", foreign))).toMatchObject({ status: 403, body: { error_code: "CPS.0001" } });
    expect(await huawei.call("GET", serversPath, { headers: { "x-project-id": foreign } })).toMatchObject({
      status: 403,
      body: { error_code: "CPS.0001" },
    });
    const elsewhere = huawei.cloud.accounts[0]!.projects.find((project) => project.name === "cn-north-4")!.id;
    expect(await huawei.call("GET", serversPath.replace("{p}", elsewhere))).toMatchObject({
      status: 403,
      body: { error_code: "APIGW.0310" },
    });
  });

  test("notes calls with their parameters once they passed it, and none that did not", async () => {
    await huawei.call("GET", serversPath, { secretKey: "wrong" });
    await huawei.call("GET", serversPath, { query: "limit=7" });
    await huawei.call("POST", v1Path, { body: { count: 2, wrong: true } });
    const project_id = huawei.cloud.accounts[0]!.projects[0]!.id;
    expect(huawei.cloud.received()).toMatchObject([
      { operation: "ListCloudPhoneServers", parameters: { project_id, limit: "7" } },
      { operation: "CreateCloudPhoneServer", parameters: { project_id, count: 2, wrong: true } },
    ]);
  });
});
