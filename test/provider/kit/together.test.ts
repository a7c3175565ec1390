import { together } from "../../../provider/kit/together";
import { virtualClock } from "../../../simulator";
import { stillContext } from "../../support/still-context";

describe("together", () => {
  test("whoever asks within a moment shares one look, which begins after the last has asked", async () => {
    const clock = virtualClock();
    const ctx = stillContext({ clock });
    let looks = 0;
    const look = (): Promise<number> => Promise.resolve(++looks);
    const first = together("ucloud", look, ctx);
    const joined = together("ucloud", look, ctx);
    expect(looks).toBe(0);
    expect(await Promise.all([first, joined, together("jdcloud", look, ctx)])).toEqual([1, 1, 2]);
    expect(await together("ucloud", look, ctx)).toBe(3); // one that had begun before would be too old
  });

  test("a look that fails fails for all who wait for it, and for nobody after", async () => {
    const ctx = stillContext({ clock: virtualClock() });
    const failing = (): Promise<never> => Promise.reject(new Error("down"));
    const results = await Promise.allSettled([together("a", failing, ctx), together("a", failing, ctx)]);
    expect(results.map((one) => one.status)).toEqual(["rejected", "rejected"]);
    expect(await together("a", () => Promise.resolve("up"), ctx)).toBe("up");
  });
});
