import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isSignedBy } from "../../simulator/ucloud/signature";
import { sentParameters } from "../../simulator/ucloud/wire";
import type { Sent } from "../../simulator/ucloud/wire";
import { formRequest, jsonRequest } from "./support/ucloud-client";

interface Vector {
  readonly name: string;
  readonly privateKey: string;
  readonly signature: string;
  readonly wireParams?: Readonly<Record<string, string>>;
  readonly formBody?: string;
  readonly jsonBody?: Readonly<Record<string, unknown>>;
}

const file = join(__dirname, "../data/ucloud-signing-vectors.json");
const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { vectors: readonly Vector[] };

const received = (vector: Vector): Sent | undefined =>
  sentParameters(vector.formBody === undefined ? jsonRequest(vector.jsonBody) : formRequest(vector.formBody));

/** Every way to change one character of one value, at any depth, with the path of the value. */
function oneCharacterChanged(value: unknown, path = ""): { path: string; changed: unknown }[] {
  if (Array.isArray(value)) {
    return value.flatMap((element: unknown, index) =>
      oneCharacterChanged(element, `${path}[${index}]`).map(({ path, changed }) => ({
        path,
        changed: value.with(index, changed) as unknown,
      })),
    );
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([name, member]) =>
      oneCharacterChanged(member, `${path}.${name}`).map(({ path, changed }) => ({ path, changed: { ...value, [name]: changed } })),
    );
  }
  if (typeof value === "number") return [{ path, changed: value + 1 }];
  if (typeof value === "boolean") return [{ path, changed: !value }];
  const text = String(value);
  return [{ path, changed: `${text.slice(0, -1)}${text.endsWith("x") ? "y" : "x"}` }];
}

describe("UCloud signatures", () => {
  test("have 15 published vectors", () => expect(vectors).toHaveLength(15));

  test.each(vectors)("accepts the published vector $name", (vector) => {
    const sent = received(vector);
    expect(sent).toMatchObject({ ...(vector.wireParams ?? vector.jsonBody), Signature: vector.signature });
    expect(isSignedBy(sent!, vector.privateKey)).toBe(true);
  });

  test.each(vectors.filter((vector) => vector.formBody !== undefined))("accepts $name as the query of a GET as well", (vector) => {
    const sent = sentParameters({ method: "GET", path: "/", query: vector.formBody ?? "", headers: {}, body: Buffer.alloc(0) });
    expect(isSignedBy(sent!, vector.privateKey)).toBe(true);
  });

  test.each(vectors)("refuses $name with one character changed, wherever it is", (vector) => {
    const changes = oneCharacterChanged(received(vector));
    expect(changes.length).toBeGreaterThanOrEqual(4);
    for (const { path, changed } of changes) expect([path, isSignedBy(changed as Sent, vector.privateKey)]).toEqual([path, false]);
    expect(isSignedBy(received(vector)!, `${vector.privateKey}x`)).toBe(false);
  });

  test.each(vectors)("refuses $name with a parameter renamed, added or left out", (vector) => {
    const sent = received(vector)!;
    const { Action, ...others } = sent;
    expect(isSignedBy({ ...others, Actiom: Action }, vector.privateKey)).toBe(false);
    expect(isSignedBy({ ...sent, Extra: "1" }, vector.privateKey)).toBe(false);
    expect(isSignedBy(others, vector.privateKey)).toBe(false);
  });
});
