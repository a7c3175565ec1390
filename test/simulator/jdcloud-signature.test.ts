import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CloudRequest } from "../../simulator/cloud";
import { isSignedBy, mustSign, readAuthorization } from "../../simulator/jdcloud/signature";

interface Vector {
  readonly id: string;
  readonly credentials: { readonly secretAccessKey: string };
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Record<string, string>;
    readonly body: string | null;
  };
  readonly expected: { readonly signedHeaders: string; readonly authorization: string };
}

const file = join(__dirname, "../data/jd-signing-vectors.json");
const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { vectors: Vector[] };

/** The vector's request as the simulator would get it. */
function requestOf({ request, expected }: Vector): CloudRequest {
  const [, path = "", query = ""] = /^https?:\/\/[^/]+([^?]*)\??(.*)$/.exec(request.url) ?? [];
  const headers = { ...request.headers, authorization: expected.authorization };
  return { method: request.method, path, query, headers, body: Buffer.from(request.body ?? "", "utf8") };
}

function accepts(secretKey: string, request: CloudRequest): boolean {
  const claim = readAuthorization(request.headers["authorization"] ?? "");
  if (claim === undefined) return false;
  return mustSign(claim, request).every((name) => claim.signedHeaders.includes(name)) && isSignedBy(secretKey, claim, request);
}

/** The text with its last letter or digit replaced by another. */
function oneByteOff(text: string): string {
  const at = Math.max(...Array.from(text.matchAll(/[A-Za-z0-9]/g), (match) => match.index));
  if (at < 0) return `${text}x`;
  return `${text.slice(0, at)}${text.charAt(at) === "0" ? "1" : "0"}${text.slice(at + 1)}`;
}

describe("signature check of the simulated JD Cloud", () => {
  test("has all published vectors to go through", () => {
    expect(vectors).toHaveLength(21);
  });

  test.each(vectors.map((vector) => [vector.id, vector] as const))("accepts vector %s", (_, vector) => {
    expect(accepts(vector.credentials.secretAccessKey, requestOf(vector))).toBe(true);
  });

  test.each(vectors.map((vector) => [vector.id, vector] as const))("refuses vector %s with any one byte changed", (_, vector) => {
    const { secretAccessKey: secret } = vector.credentials;
    const good = requestOf(vector);
    const changed: Record<string, CloudRequest> = {
      method: { ...good, method: good.method === "GET" ? "PUT" : "GET" },
      path: { ...good, path: oneByteOff(good.path) },
      query: { ...good, query: oneByteOff(good.query) },
      body: { ...good, body: Buffer.from(oneByteOff(good.body.toString("utf8"))) },
      authorization: { ...good, headers: { ...good.headers, authorization: oneByteOff(good.headers["authorization"] ?? "") } },
    };
    for (const name of vector.expected.signedHeaders.split(";"))
      changed[name] = { ...good, headers: { ...good.headers, [name]: oneByteOff(good.headers[name] ?? "") } };
    for (const part of ["/cn-", "/edcps/", "jdcloud2_request"])
      if (good.headers["authorization"]?.includes(part))
        changed[part] = {
          ...good,
          headers: { ...good.headers, authorization: good.headers["authorization"].replace(part, oneByteOff(part)) },
        };
    const accepted = Object.keys(changed).filter((what) => accepts(secret, changed[what]!));
    expect(accepted).toEqual([]);
    expect(accepts(oneByteOff(secret), good)).toBe(false);
  });

  test("takes a colon in the path as it is or escaped", () => {
    const vector = vectors.find((one) => one.id === "08-stop-action-colon")!;
    const raw = { ...requestOf(vector), path: requestOf(vector).path.replace("%3A", ":") };
    expect(accepts(vector.credentials.secretAccessKey, raw)).toBe(true);
  });

  test("takes the query's parameters in any order", () => {
    const vector = vectors.find((one) => one.id === "03-list-filters")!;
    const good = requestOf(vector);
    const turned = { ...good, query: good.query.split("&").reverse().join("&") };
    expect(accepts(vector.credentials.secretAccessKey, turned)).toBe(true);
  });

  test("wants a security token that is sent to be signed", () => {
    const vector = vectors.find((one) => one.id === "08-stop-action-colon")!;
    const good = requestOf(vector);
    const withToken = { ...good, headers: { ...good.headers, "x-jdcloud-security-token": "FAKE" } };
    expect(accepts(vector.credentials.secretAccessKey, withToken)).toBe(false);
  });

  test.each([
    "",
    "Basic abc",
    "JDCLOUD2-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=00",
    `JDCLOUD9-HMAC-SHA256 Credential=a/20250102/r/s/jdcloud9_request, SignedHeaders=host, Signature=${"0".repeat(64)}`,
  ])("cannot read the Authorization header %p", (header) => {
    expect(readAuthorization(header)).toBeUndefined();
  });
});
