import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  authorization,
  canonicalQuery,
  canonicalRequest,
  canonicalUri,
  credentialScope,
  jdDate,
  payloadHash,
  signature,
  signedHeaders,
  signingKey,
  stringToSign,
} from "../../../../provider/vendors/jdcloud/sign";

interface Vector {
  readonly id: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly region: string;
  readonly service: string;
  readonly date: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: readonly (readonly [string, string])[];
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
  };
  readonly expected: Readonly<Record<string, string>>;
}

const file = join(__dirname, "../../../data/jd-signing-vectors.json");
const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { vectors: readonly Vector[] };

describe("JDCLOUD2-HMAC-SHA256", () => {
  test.each(vectors)("reproduces vector $id, step by step", ({ credentials, region, service, date, request, expected }) => {
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => name !== "user-agent")); // never signed
    const { method, path, query } = request;
    const signable = { method, path, query, headers, body: request.body ?? "" };
    const scope = { region, service };
    const { accessKeyId: accessKey, secretAccessKey: secretKey } = credentials;
    const canonical = canonicalRequest(signable);
    const text = stringToSign(date, scope, canonical);
    const key = signingKey(secretKey, date, scope);
    expect({
      canonicalUri: canonicalUri(path),
      canonicalQuery: canonicalQuery(query),
      signedHeaders: signedHeaders(headers),
      payloadSha256: payloadHash(signable.body),
      canonicalRequest: canonical,
      credentialScope: credentialScope(date, scope),
      stringToSign: text,
      signingKeyHex: key.toString("hex"),
      signature: signature(key, text),
      authorization: authorization(signable, { accessKey, secretKey }, scope),
    }).toEqual(without(expected, "canonicalRequestSha256"));
  });

  test("takes 21 vectors", () => expect(vectors).toHaveLength(21));

  test("writes the date in the compact form, in UTC", () =>
    expect(jdDate(Date.parse("2024-12-31T23:59:59.999Z"))).toBe("20241231T235959Z"));

  test("sorts equal names by value and keeps empty values", () =>
    expect(
      canonicalQuery([
        ["b", "2"],
        ["a", ""],
        ["b", "1"],
      ]),
    ).toBe("a=&b=1&b=2"));
});

const without = (record: Readonly<Record<string, string>>, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(record).filter(([one]) => one !== name));
