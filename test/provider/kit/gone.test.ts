import { fingerprint, newTally, sureLook } from "../../../provider/kit/gone";
import type { Whereabouts } from "../../../provider/kit/gone";
import { ending, forget } from "../../../provider/kit/purchase";
import type { Context } from "../../../provider/kit/context";
import { stillContext } from "../../support/still-context";

const about: Whereabouts = { what: "UPhoneServer farm", place: "UCloud cn-wlcb", identity: "mine", lastIdentity: "mine" };

/** Looks whose answers name the servers that are there. */
function looking(ids: readonly string[], answers: readonly (readonly string[])[], ctx: Context, over: Partial<Whereabouts> = {}) {
  let looks = 0;
  const look = (): Promise<readonly string[]> => Promise.resolve(answers[Math.min(looks++, answers.length - 1)] ?? []);
  const missing = (seen: readonly string[]): string[] => ids.filter((id) => !seen.includes(id));
  return { result: sureLook({ ...about, ...over }, ids, look, missing, ctx), looks: () => looks };
}

describe("sureLook", () => {
  test("one look is enough when everything is there", async () => {
    const ctx = stillContext();
    const { result, looks } = looking(["a", "b"], [["a", "b"]], ctx);
    expect(await result).toEqual(["a", "b"]);
    expect(looks()).toBe(1);
  });

  test("a server that the first look misses and the second shows is there", async () => {
    const ctx = stillContext();
    const begun = ctx.clock.now();
    expect(await looking(["a"], [[], ["a"]], ctx).result).toEqual(["a"]);
    expect(ctx.clock.now() - begun).toBeGreaterThanOrEqual(5000);
    expect(ctx.tally.missing.get(about.place)?.size).toBe(0);
  });

  test("two looks that miss it are believed, with the keys that saw it last or when the state does not say which these were", async () => {
    for (const lastIdentity of ["mine", undefined]) {
      const { result, looks } = looking(["a"], [[]], stillContext(), { lastIdentity });
      expect(await result).toEqual([]);
      expect(looks()).toBe(2);
    }
  });

  test("other keys never make a server gone, unless that is confirmed", async () => {
    await expect(looking(["a"], [[]], stillContext(), { lastIdentity: "theirs" }).result).rejects.toThrow(
      /UPhoneServer farm: a cannot be seen in UCloud cn-wlcb, but the keys, project or region .*CLOUDPHONE_CONFIRM_GONE=true/s,
    );
    expect(await looking(["a"], [[]], stillContext({ confirmGone: true }), { lastIdentity: "theirs" }).result).toEqual([]);
    expect(await looking(["a"], [["a"]], stillContext(), { lastIdentity: "theirs" }).result).toEqual(["a"]); // new keys of the same account
  });

  test("five at once, and more than half of those read, are too many", async () => {
    const read = (ids: readonly string[], gone: number, confirmGone: boolean) => {
      const tally = newTally();
      return Promise.allSettled(
        ids.map((id, index) => looking([id], [index < gone ? [] : [id]], stillContext({ tally, confirmGone })).result),
      );
    };
    const ids = Array.from({ length: 9 }, (_, index) => `s-${index}`);
    const failures = async (gone: number, confirmGone = false) =>
      (await read(ids, gone, confirmGone)).filter((one) => one.status === "rejected");
    expect(await failures(4)).toEqual([]);
    const stopped = await failures(5);
    expect(stopped).toHaveLength(5);
    expect(String(stopped[0]?.reason)).toContain("5 of 9 servers read in UCloud cn-wlcb look gone at once: s-0, s-1, s-2, s-3, s-4.");
    expect(await failures(9, true)).toEqual([]);
    expect((await read([...ids, "x", "y"], 5, false)).filter((one) => one.status === "rejected")).toEqual([]); // 5 of 11
  });

  test("servers that an interrupted run was deleting may all be gone at once", async () => {
    const ctx = stillContext();
    const ids = ["a", "b", "c", "d", "e", "f"];
    const marker = { resource: ctx.marker, generation: 0 };
    await ending({ what: "Servers", place: about.place, identity: "mine" }, ids.slice(0, 3), marker, ctx);
    await ending({ what: "Servers", place: about.place, identity: "mine" }, ids.slice(2), marker, ctx);
    expect(await looking(ids, [[]], ctx).result).toEqual([]);
    await expect(looking(ids, [[]], ctx, { lastIdentity: "theirs" }).result).rejects.toThrow("not those that saw it last");
    await forget(ctx);
    await expect(looking(ids, [[]], ctx).result).rejects.toThrow("6 of 6 servers");
  });

  test("another place has a count of its own", async () => {
    const tally = newTally();
    const ids = ["a", "b", "c", "d", "e"];
    const results = await Promise.allSettled(
      ids.map((id, index) => looking([id], [[]], stillContext({ tally }), { place: `place ${index % 2}` }).result),
    );
    expect(results.map((one) => one.status)).toEqual(ids.map(() => "fulfilled"));
  });
});

test("a fingerprint tells accounts, projects and regions apart and shows none of them", () => {
  const one = fingerprint("key-1", "org-1", "cn-wlcb");
  expect(one).toMatch(/^[0-9a-f]{12}$/);
  expect(fingerprint("key-1", "org-1", "cn-wlcb")).toBe(one);
  expect(
    new Set([
      one,
      fingerprint("key-2", "org-1", "cn-wlcb"),
      fingerprint("key-1", undefined, "cn-wlcb"),
      fingerprint("key-1org-1", "", "cn-wlcb"),
    ]).size,
  ).toBe(4);
});
