import { readAll } from "../../../../provider/vendors/huaweicloud/pages";
import type { Page } from "../../../../provider/vendors/huaweicloud/pages";

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `s-${index}`);

/** A list that changes after its first page was read, once or always. */
function list(before: readonly string[], after: readonly string[], changes: "once" | "always" = "once") {
  const pages: number[] = [];
  let rows = before;
  const readPage = (offset: number): Promise<Page<string>> => {
    pages.push(offset);
    if (offset === 0 && changes === "always") rows = before;
    const page = { rows: rows.slice(offset, offset + 10), total: rows.length };
    rows = after;
    return Promise.resolve(page);
  };
  return {
    pages,
    all: () =>
      readAll(
        "list them",
        10,
        (offset) => readPage(offset),
        (row) => row,
      ),
  };
}

describe("A list of several pages", () => {
  test.each([0, 1, 9, 10, 11, 19, 20, 28, 29])("of %p rows is read whole", async (count) => {
    const { all } = list(ids(count), ids(count));
    expect(await all()).toEqual(ids(count));
  });

  test("begins anew when rows went while it was read, since others moved over the edge of a page unseen", async () => {
    const { pages, all } = list(ids(25), ids(25).slice(2));
    expect(new Set(await all())).toEqual(new Set(ids(25).slice(2)));
    expect(pages).toEqual([0, 9, 0, 9, 18]);
  });

  test("may get new rows in front meanwhile", async () => {
    const { pages, all } = list(ids(25), ["new", ...ids(25)]);
    expect(await all()).toEqual(ids(25));
    expect(pages).toEqual([0, 9, 18]);
  });

  test("that cannot be had whole is an error, and no list", async () => {
    await expect(list(ids(25), ids(25).slice(2), "always").all()).rejects.toThrow(
      "Could not list them: the list of Huawei Cloud is not complete, and a part of it proves nothing.",
    );
    const short = readAll("list them", 10, () => Promise.resolve({ rows: ids(3), total: 5 }), String);
    await expect(short).rejects.toMatchObject({ kind: "transient" });
    const stuck = readAll("list them", 10, () => Promise.resolve({ rows: ids(10), total: undefined }), String);
    await expect(stuck).rejects.toMatchObject({ kind: "transient" });
  });
});
