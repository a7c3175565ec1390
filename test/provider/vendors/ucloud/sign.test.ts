import { readFileSync } from "node:fs";
import { join } from "node:path";
import { flatten, signature, stringToSign, valueText } from "../../../../provider/vendors/ucloud/sign";
import type { Parameters } from "../../../../provider/vendors/ucloud/sign";

interface Vector {
  readonly name: string;
  readonly mode: string;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly securityToken?: string;
  readonly params: Parameters;
  readonly wireParams?: Readonly<Record<string, string>>;
  readonly stringToSign: string;
  readonly signature: string;
}

const { vectors } = JSON.parse(readFileSync(join(__dirname, "../../../data/ucloud-signing-vectors.json"), "utf8")) as {
  readonly vectors: readonly Vector[];
};

describe("UCloud signature", () => {
  test.each(vectors)("vector $name", (vector) => {
    const parameters = { ...vector.params, PublicKey: vector.publicKey, SecurityToken: vector.securityToken };
    const signed = vector.mode === "json-nested" ? parameters : flatten(parameters, vector.mode === "form-keep-empty" ? "keep" : "omit");

    if (vector.wireParams !== undefined) expect(signed).toEqual(vector.wireParams);
    expect(stringToSign(signed, vector.privateKey)).toBe(vector.stringToSign);
    expect(signature(signed, vector.privateKey)).toBe(vector.signature);
  });

  test("there are vectors", () => expect(vectors.length).toBeGreaterThanOrEqual(15));

  test.each([
    [-0, "0"],
    [42.0, "42"],
    [1.5e-7, "0.00000015"],
    [-1.25e-9, "-0.00000000125"],
    [1.5e21, "1500000000000000000000"],
    [-1.23456789e22, "-12345678900000000000000"],
    [false, "false"],
    ["007", "007"],
  ])("%p is signed as %s", (value, text) => expect(valueText(value)).toBe(text));

  test("members that are not given are neither signed nor sent", () => {
    const parameters: Parameters = { A: undefined, B: ["x", undefined], C: { D: undefined, E: 1 } };
    expect(flatten(parameters)).toEqual({ "B.0": "x", "C.E": "1" });
    expect(stringToSign(parameters, "key")).toBe("BxCE1key");
  });
});
