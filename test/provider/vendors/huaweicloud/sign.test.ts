import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  authorization,
  canonicalQuery,
  canonicalRequest,
  canonicalUri,
  encodedPath,
  hashedBody,
  sdkDate,
  signature,
  signedHeaders,
  stringToSign,
} from "../../../../provider/vendors/huaweicloud/sign";
import type { Signable } from "../../../../provider/vendors/huaweicloud/sign";

interface Vector {
  readonly name: string;
  readonly method: string;
  readonly endpoint: string;
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bodySha256: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly canonicalRequest: string;
  readonly stringToSign: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly authorization: string;
}

const vectors = JSON.parse(readFileSync(join(__dirname, "../../../data/huawei-signing-vectors.json"), "utf8")) as readonly Vector[];

describe("Huawei Cloud signatures", () => {
  for (const vector of vectors) {
    const request: Signable = vector;

    test(`every step of vector ${vector.name}`, () => {
      const canonical = canonicalRequest(request);
      expect(hashedBody(request.body)).toBe(vector.bodySha256);
      expect(canonical).toBe(vector.canonicalRequest);
      expect(signedHeaders(request.headers)).toBe(vector.signedHeaders);
      expect(stringToSign("20260102T030405Z", canonical)).toBe(vector.stringToSign);
      expect(signature(vector.secretKey, vector.stringToSign)).toBe(vector.signature);
      expect(authorization(request, vector)).toBe(vector.authorization);
    });

    test(`the address of vector ${vector.name}`, () => {
      const query = canonicalQuery(request.query);
      expect(`${vector.endpoint}${encodedPath(request.path)}${query === "" ? "" : `?${query}`}`).toBe(vector.url);
    });

    test(`another secret signs vector ${vector.name} differently`, () => {
      expect(authorization(request, { ...vector, secretKey: `${vector.secretKey}x` })).not.toBe(vector.authorization);
    });
  }

  test("the canonical path ends in one slash, whatever it ended in", () => {
    expect(["", "/", "/v1", "/v1/"].map(canonicalUri)).toEqual(["/", "/", "/v1/", "/v1/"]);
  });

  test("dates are written without separators", () => {
    expect(sdkDate(Date.parse("2026-01-02T03:04:05.678Z"))).toBe("20260102T030405Z");
  });
});
