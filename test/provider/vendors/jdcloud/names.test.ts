import { askedName, namesFor } from "../../../../provider/vendors/jdcloud/names";

describe("Names of EdCPS servers", () => {
  test.each<[string, string, (string | undefined)[], string[]]>([
    ["one server gets the wanted name, whatever it had", "edge", ["edge2"], ["edge"]],
    ["numbers stay", "edge", ["edge1", "edge2"], ["edge1", "edge2"]],
    ["the first may go without a number", "edge", ["edge", "edge1", "edge2"], ["edge", "edge1", "edge2"]],
    ["a further order, numbered from 1 again, gets free numbers", "edge", ["edge1", "edge2", "edge1", "edge2"], ["edge1", "edge2", "edge3", "edge4"]],
    ["a further order of one gets a number", "edge", ["edge1", "edge2", "edge"], ["edge1", "edge2", "edge3"]],
    ["gaps are filled", "edge", ["edge2", "edge3", "edge"], ["edge2", "edge3", "edge1"]],
    ["numbers survive a renaming", "farm", ["old-01", "old-02"], ["farm-01", "farm-02"]],
    ["a foreign name and no name get free numbers", "edge", ["edge2", "mine", undefined], ["edge2", "edge1", "edge3"]],
  ])("%s", (_what, wanted, names, expected) => {
    expect(namesFor(wanted, "old", names)).toEqual(expected);
    expect(namesFor(wanted, wanted, expected)).toEqual(expected);
  }); // prettier-ignore

  test("with a number appended count as the name that was asked for, but only among several servers", () => {
    expect(askedName("edge", "edge-2", 3)).toBe("edge");
    expect(askedName("edge", "edge", 3)).toBe("edge");
    expect(askedName("edge", "edgeling2", 3)).toBe("edgeling2");
    expect(askedName("edge", "edge2", 1)).toBe("edge2");
  });
});
