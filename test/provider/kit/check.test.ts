import { z } from "zod";
import { check } from "../../../provider/kit/check";
import { unknownMarker } from "../../../provider/kit/unknown";

const schema = z
  .strictObject({
    name: z.string().min(2, "use at least 2 characters"),
    size: z.int("write a whole number").min(1, "use 1 or more").default(5),
    flag: z
      .union([z.boolean(), z.string()])
      .transform((value) => value === true || value === "true")
      .default(false),
    code: z
      .string()
      .refine((text) => text.startsWith("c-"), "start with c-")
      .optional(),
    disk: z
      .strictObject({ low: z.string(), high: z.string(), kinds: z.array(z.strictObject({ kind: z.enum(["ssd", "hdd"]) })).optional() })
      .superRefine(({ low, high }, ctx) => {
        if (low > high) ctx.addIssue({ code: "custom", path: ["high"], message: "must not be below low" });
      })
      .optional(),
  })
  .superRefine(({ name, size }, ctx) => {
    if (name.length > size) ctx.addIssue({ code: "custom", path: ["size"], message: "must hold the name" });
  });

const failures = (news: Record<string, unknown>) => check(schema, news).failures;
const properties = (news: Record<string, unknown>) => failures(news).map((failure) => failure.property);

describe("check", () => {
  test("fills in defaults and converts", () => {
    expect(check(schema, { name: "ab", flag: "true" })).toEqual({ inputs: { name: "ab", size: 5, flag: true }, failures: [] });
  });

  test("names every failure at once, by its path", () => {
    expect(failures({ name: "a", size: 0, code: "x", disk: { low: "a", high: "b", kinds: [{ kind: "ssd" }, { kind: "tape" }] } })).toEqual([
      { property: "name", reason: "use at least 2 characters" },
      { property: "size", reason: "use 1 or more" },
      { property: "code", reason: "start with c-" },
      { property: "disk.kinds[1].kind", reason: expect.stringContaining("ssd") as string },
    ]);
  });

  test("shows defaults beside failures too", () => {
    expect(check(schema, { name: "a" }).inputs).toEqual({ name: "a", size: 5, flag: false });
  });

  test("says of a missing input that it is required", () => {
    expect(failures({})).toEqual([{ property: "name", reason: expect.stringMatching(/^is required/) as string }]);
    expect(failures({ name: "ab", disk: { low: "a" } })).toEqual([
      { property: "disk.high", reason: expect.stringMatching(/^is required/) as string },
    ]);
  });

  test("keeps a schema's own words about a missing input", () => {
    const own = z.strictObject({ city: z.string("name a city") });
    expect(check(own, {}).failures).toEqual([{ property: "city", reason: "name a city" }]);
  });

  test("says of a key in a map what is wrong with the key itself", () => {
    const key = z.string().refine((text) => text !== "taken", "this key is taken: choose another");
    const tagged = z.strictObject({ tags: z.record(key, z.string(), "give tags as an object") });
    expect(check(tagged, { tags: { taken: "x" } }).failures).toEqual([
      { property: "tags.taken", reason: "this key is taken: choose another" },
    ]);
    expect(check(tagged, { tags: "x" }).failures).toEqual([{ property: "tags", reason: "give tags as an object" }]);
  });

  test("names inputs that do not exist, at any depth", () => {
    expect(properties({ name: "ab", nmae: "x", disk: { low: "a", high: "b", hihg: "c" } })).toEqual(["disk.hihg", "nmae"]);
    expect(failures({ name: "ab", nmae: "x" })[0]?.reason).toBe("there is no such input; check the spelling");
  });

  test("names rules that span properties", () => {
    expect(failures({ name: "abcdef" })).toEqual([{ property: "size", reason: "must hold the name" }]);
    expect(properties({ name: "ab", disk: { low: "b", high: "a" } })).toEqual(["disk.high"]);
  });

  test("names rules that span properties beside failures of others, once", () => {
    expect(properties({ name: "abcdef", code: 5 })).toEqual(["code", "size"]);
    expect(properties({ name: "abcdef", code: "x" })).toEqual(["code", "size"]);
    expect(properties({ name: "abcdef", disk: { low: "b", high: "a", kinds: 1 } })).toEqual(["disk.kinds", "disk.high", "size"]);
    expect(properties({ name: "abcdef", nmae: "x" })).toEqual(["nmae", "size"]);
  });

  test("keeps rules back that look at something wrong", () => {
    expect(properties({ name: "abcdef", size: "5" })).toEqual(["size"]);
    expect(properties({ name: "ab", disk: { low: "b", high: 1 } })).toEqual(["disk.high"]);
    expect(properties({ name: "ab", disk: "large" })).toEqual(["disk"]);
  });

  describe("in a preview", () => {
    test("what is not known yet does not fail", () => {
      expect(properties({ name: unknownMarker, size: unknownMarker, code: unknownMarker })).toEqual([]);
      expect(properties({ name: "ab", disk: unknownMarker })).toEqual([]);
      expect(properties({ name: "ab", disk: { low: "a", high: "b", kinds: [{ kind: unknownMarker }] } })).toEqual([]);
    });

    test("what is known still does", () => {
      expect(properties({ name: "a", size: unknownMarker })).toEqual(["name"]);
      expect(properties({ name: "ab", size: unknownMarker, code: "x" })).toEqual(["code"]);
      expect(properties({ name: "ab", disk: { low: unknownMarker, high: "b", kinds: [{ kind: "tape" }] } })).toEqual([
        "disk.kinds[0].kind",
      ]);
    });

    test("rules that span properties wait for the real run", () => {
      expect(properties({ name: "abcdef", code: unknownMarker })).toEqual([]);
      expect(properties({ name: "abcdef", code: unknownMarker, flag: 5 })).toEqual(["flag"]);
    });

    test("so do rules within one property that is known in parts only", () => {
      expect(properties({ name: "ab", disk: { low: unknownMarker, high: "!" } })).toEqual([]);
    });

    test("a misspelt input is named although its value is not known yet", () => {
      expect(properties({ name: "ab", nmae: unknownMarker })).toEqual(["nmae"]);
    });

    test("values not known yet are kept as they came", () => {
      expect(check(schema, { name: "ab", flag: unknownMarker }).inputs).toMatchObject({ flag: unknownMarker, size: 5 });
      expect(check(schema, { name: "ab", flag: unknownMarker, size: unknownMarker }).inputs).toMatchObject({
        flag: unknownMarker,
        size: unknownMarker,
      });
    });
  });
});
