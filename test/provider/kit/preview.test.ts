import type { PropertyDifference } from "../../../provider/kit/handler";
import { previewLines, takeOverLines } from "../../../provider/kit/preview";
import { unknownMarker } from "../../../provider/kit/unknown";

const one = (property: string, kind: PropertyDifference["kind"], over: Partial<PropertyDifference> = {}): PropertyDifference => ({
  property,
  kind,
  old: 1,
  new: 2,
  ...over,
});
const lines = (
  properties: readonly PropertyDifference[],
  shown: readonly string[] = [],
  notes: readonly string[] = [],
): readonly string[] => previewLines("Server", { properties, notes, deleteBeforeReplace: false }, (property) => shown.includes(property));

describe("Lines of a preview", () => {
  test("name the inputs in which servers differ although the program says the same as before, and no others", () => {
    const changes = [one("name", "update"), one("tags", "update"), one("size", "update")];
    expect(lines(changes, ["size"])).toEqual(["Server: servers differ from the program in name, tags; they will be brought to it"]);
    expect(lines(changes, ["name", "tags", "size"])).toEqual([]);
    expect(lines([one("image", "replace"), one("name", "update")])).toEqual([
      "Server: servers differ from the program in image, which replaces them",
    ]);
  });

  test("say what no input tells, unless everything is replaced", () => {
    const unready = one("isReady", "update", { says: "it goes on" });
    expect(lines([unready])).toEqual(["Server: it goes on"]);
    expect(lines([unready, one("image", "replace")], ["image"])).toEqual([]);
  });

  test("say what changes in place cost and lose, once for all that do the same, unless everything is replaced", () => {
    const warns = ["loses all data"];
    const changes = [one("image", "update", { warns }), one("size", "update", { warns: ["costs more", ...warns] }), one("name", "update")];
    const shown = ["image", "size", "name"];
    expect(lines(changes, shown)).toEqual(["Server: the change of image, size loses all data", "Server: the change of size costs more"]);
    expect(lines([...changes, one("zone", "replace")], [...shown, "zone"])).toEqual([]);
  });

  test("say which terms count later, and what is left as it is", () => {
    expect(lines([one("term", "nextOrder")], [], ["phones differ"])).toEqual([
      "Server: term will count from the next order on; what is bought stays as it is",
      "Server: phones differ",
    ]);
  });

  test("tell a take-over from a purchase", () => {
    expect(takeOverLines("Server", ["s-1", "s-2"])).toEqual(["Server: takes over s-1, s-2; nothing will be bought"]);
    expect(takeOverLines("Server", "s-1")).toEqual(["Server: takes over s-1; nothing will be bought"]);
    for (const adopt of [undefined, [], unknownMarker, [unknownMarker]]) expect(takeOverLines("Server", adopt)).toEqual([]);
  });
});
