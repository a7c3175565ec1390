import { diffWith, grows, shrinks } from "../../../provider/kit/diff";
import type { DiffTable } from "../../../provider/kit/diff";
import type { PurchaseState } from "../../../provider/kit/purchase";
import { unknownMarker } from "../../../provider/kit/unknown";

interface Inputs {
  readonly name: string;
  readonly image: string;
  readonly term?: number;
  readonly size?: number;
  readonly zone?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly level?: string;
  readonly adopt?: string;
  readonly system?: string;
  readonly reinstall?: string;
}

const table: DiffTable<Inputs> = {
  name: { change: "update" },
  image: { change: "replace" },
  term: { change: "nextOrder" },
  size: { change: "update", costs: { says: "costs more", when: grows }, wipes: { says: "cuts off what is on it", when: shrinks } },
  adopt: { change: "ignore" },
  system: { change: "replace", inPlaceWith: { input: "reinstall", value: "inPlace" }, wipes: { says: "wipes it" } },
  reinstall: { change: "update" },
  zone: { change: "replace", chosenByCloud: true },
  tags: { change: "update" },
  level: { change: "update", same: (last, news) => last?.toLowerCase() === news?.toLowerCase() },
};
const last: Inputs & PurchaseState = {
  isReady: true,
  marker: "abcdefghij0",
  identity: "f",
  name: "a",
  image: "i-1",
  term: 1,
  zone: "z-1",
  tags: { k: "v", l: "w" },
  level: "High",
};
const diff = (news: Partial<Inputs>) => diffWith(table, last, { ...last, ...news }, "abcdefghij").properties;

describe("diffWith", () => {
  test("finds nothing where nothing changed", () => {
    expect(diffWith(table, last, { ...last, tags: { l: "w", k: "v" } }, "abcdefghij")).toEqual({
      properties: [],
      deleteBeforeReplace: false,
    });
  });

  test("says per property what kind of change it is, with old and new value", () => {
    expect(diff({ name: "b", image: "i-2" })).toEqual([
      { property: "name", kind: "update", old: "a", new: "b" },
      { property: "image", kind: "replace", old: "i-1", new: "i-2" },
    ]);
  });

  test("compares whole values", () => {
    expect(diff({ tags: { k: "v" } })).toMatchObject([{ property: "tags", old: { k: "v", l: "w" }, new: { k: "v" } }]);
    expect(diff({ tags: undefined })).toMatchObject([{ property: "tags", new: undefined }]);
  });

  test("ignores what only matters when the resource is created, known or not", () => {
    expect(diff({ adopt: "s-1" })).toEqual([]);
    expect(diff({ adopt: unknownMarker })).toEqual([]);
  });

  test("tells what the next order has from what changes now", () => {
    expect(diff({ term: 9, name: "b" })).toMatchObject([
      { property: "name", kind: "update" },
      { property: "term", kind: "nextOrder", old: 1, new: 9 },
    ]);
  });

  test("replaces what can be done in place with a loss, unless the program allows that", () => {
    expect(diff({ system: "s-2" })).toMatchObject([{ property: "system", kind: "replace" }]);
    expect(diff({ system: "s-2", reinstall: "replace" })).toMatchObject([
      { property: "system", kind: "replace" },
      { property: "reinstall" },
    ]);
    expect(diff({ system: "s-2", reinstall: "inPlace" })).toMatchObject([
      { property: "system", kind: "update" },
      { property: "reinstall" },
    ]);
  });

  test("says what comes with a change in place, and only when it does", () => {
    const warns = (news: Partial<Inputs>) =>
      diffWith(table, { ...last, size: 5 }, { ...last, size: 5, ...news }, "abcdefghij").properties[0]?.warns;
    expect(warns({ size: 6 })).toEqual(["costs more"]);
    expect(warns({ size: 4 })).toEqual(["cuts off what is on it"]);
    expect(warns({ size: unknownMarker as unknown as number })).toEqual([
      "costs more (perhaps: the value is not known yet)",
      "cuts off what is on it (perhaps: the value is not known yet)",
    ]);
    expect(diff({ size: 1 })[0]?.warns).toEqual(["costs more"]); // there was none
    expect(warns({ system: "s-2", reinstall: "inPlace" })).toEqual(["wipes it"]);
    expect(warns({ system: "s-2" })).toBeUndefined();
  });

  test("compares nothing that is left to the cloud, but does what the program says", () => {
    expect(diff({ zone: undefined })).toEqual([]);
    expect(diff({ zone: "z-2" })).toMatchObject([{ property: "zone", kind: "replace" }]);
  });

  test("lets a rule say what means the same", () => {
    expect(diff({ level: "HIGH" })).toEqual([]);
    expect(diff({ level: "low" })).toMatchObject([{ property: "level", kind: "update" }]);
  });

  test("counts a value that is not known yet as changed, at any depth", () => {
    expect(diff({ image: unknownMarker, tags: { k: unknownMarker }, level: unknownMarker })).toMatchObject([
      { property: "image", kind: "replace" },
      { property: "tags", kind: "update" },
      { property: "level", kind: "update" },
    ]);
  });

  test("takes a member that is undefined for one that is absent, as the engine does", () => {
    const absent = { ...last, tags: { k: "v" } };
    const news = { ...absent, tags: { k: "v", l: undefined } as unknown as Record<string, string> };
    expect(diffWith(table, absent, news, "abcdefghij").properties).toEqual([]);
  });

  test("says of a purchase that is not over that it goes on, though nothing else changed", () => {
    const says = "the last run did not see it through; the update goes on where that stopped";
    expect(diffWith(table, { ...last, isReady: false }, last, "abcdefghij").properties).toEqual([
      { property: "isReady", kind: "update", old: false, new: true, says },
    ]);
  });

  test("says that servers carry another marker than the resource's: it was renamed, or they are older than markers", () => {
    const { properties } = diffWith(table, last, last, "zzzzzzzzzz");
    const says = "what is bought carries another marker than this resource's; the update marks it anew";
    expect(properties).toEqual([{ property: "marker", kind: "update", old: "abcdefghij0", new: "zzzzzzzzzz", says }]);
    const before = { ...last, marker: undefined } as unknown as Inputs & PurchaseState;
    expect(diffWith(table, before, last, "abcdefghij").properties).toMatchObject([{ property: "marker", kind: "update" }]);
    expect(diffWith(table, { ...last, marker: "abcdefghij12" }, last, "abcdefghij").properties).toEqual([]);
    expect(diffWith(table, last, last, "").properties).toEqual([]);
  });

  test("never looks at properties that are no inputs", () => {
    expect(diffWith(table, { ...last, __provider: "x" } as Inputs & PurchaseState, last, "abcdefghij").properties).toEqual([]);
  });
});
