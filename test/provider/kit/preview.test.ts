import type { Bag, PropertyDifference } from "../../../provider/kit/handler";
import { newcomerLines, previewLines } from "../../../provider/kit/preview";
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
  { deleteBeforeReplace = false, isLeft = false } = {},
): readonly string[] => previewLines("Server", { properties, notes, deleteBeforeReplace }, (property) => shown.includes(property), isLeft);

const replaced =
  "can change by another purchase only: others are bought, and then those that are there are deleted with all that is on them";

describe("Lines of a preview", () => {
  test("name the inputs in which servers differ although the program says the same as before, and no others", () => {
    const changes = [one("name", "update"), one("tags", "update"), one("size", "update")];
    expect(lines(changes, ["size"])).toEqual(["Server: servers differ from the program in name, tags; they will be brought to it"]);
    expect(lines(changes, ["name", "tags", "size"])).toEqual([]);
    expect(lines([one("image", "replace"), one("name", "update")])).toEqual([
      "Server: servers differ from the program in image",
      `Server: image ${replaced}`,
    ]);
  });

  test("say what no input tells, unless everything is replaced", () => {
    const unready = one("isReady", "update", { says: "it goes on" });
    expect(lines([unready])).toEqual(["Server: it goes on"]);
    expect(lines([unready, one("image", "replace")], ["image"])).toEqual([`Server: image ${replaced}`]);
  });

  test("say what changes in place cost and lose, once for all that do the same, unless everything is replaced", () => {
    const warns = ["loses all data"];
    const changes = [one("image", "update", { warns }), one("size", "update", { warns: ["costs more", ...warns] }), one("name", "update")];
    const shown = ["image", "size", "name"];
    expect(lines(changes, shown)).toEqual(["Server: the change of image, size loses all data", "Server: the change of size costs more"]);
    expect(lines([...changes, one("zone", "replace")], [...shown, "zone"])).toEqual([`Server: zone ${replaced}`]);
  });

  test("say what becomes of servers that are replaced, and of the terms of the purchase", () => {
    const both = [one("zone", "replace"), one("image", "replace"), one("term", "nextOrder")];
    expect(lines(both, ["zone", "image"])).toEqual([
      "Server: term will count for the order that replaces it",
      `Server: zone, image ${replaced}`,
    ]);
    const zone = [one("zone", "replace")];
    expect(lines(zone, ["zone"], [], { isLeft: true })).toEqual([
      "Server: zone can change by another purchase only: others are bought, and those that are there stay in the cloud (`deletionPolicy`)",
    ]);
    expect(lines(zone, ["zone"], [], { deleteBeforeReplace: true })).toEqual([
      "Server: zone can change by another purchase only: those that are there are deleted with all that is on them, and then others are bought",
    ]);
  });

  test("say which terms count later, and what is left as it is", () => {
    expect(lines([one("term", "nextOrder")], [], ["phones differ"])).toEqual([
      "Server: term will count from the next order on; what is bought stays as it is",
      "Server: phones differ",
    ]);
  });

  test("tell a take-over from a purchase, and what comes of the purchase", () => {
    const notes = ["waits for a payment"];
    const said = (inputs: Bag): readonly string[] => newcomerLines("Server", { inputs, failures: [], notes });
    expect(said({ adopt: ["s-1", "s-2"] })).toEqual(["Server: will take over s-1, s-2, if the cloud has it; nothing will be bought"]);
    expect(said({ adopt: "s-1" })).toEqual(["Server: will take over s-1, if the cloud has it; nothing will be bought"]);
    for (const adopt of [undefined, []]) expect(said({ adopt })).toEqual(["Server: waits for a payment"]);
    for (const adopt of [unknownMarker, [unknownMarker]]) expect(said({ adopt })).toEqual([]);
    expect(said({ zone: unknownMarker })).toEqual([]);
  });
});
