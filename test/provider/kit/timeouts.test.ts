import { check } from "../../../provider/kit/check";
import { usualTimeouts } from "../../../provider/kit/handler";
import { timeoutMs, timeoutsInput } from "../../../provider/kit/timeouts";
import { unknownMarker } from "../../../provider/kit/unknown";
import { z } from "zod";

const minuteMs = 60_000;

describe("timeouts", () => {
  test.each([
    ["90m", 90 * minuteMs],
    ["1h30m", 90 * minuteMs],
    ["2h", 120 * minuteMs],
    ["45s", 45_000],
    ["1h0m1s", 3_601_000],
    ["1.5h", 90 * minuteMs],
    ["1m500ms", 60_500],
  ])("%s is understood", (text, ms) => {
    expect(timeoutsInput.safeParse({ create: text }).success).toBe(true);
    expect(timeoutMs("create", { create: text }, usualTimeouts)).toBe(ms);
  });

  test.each(["", "soon", "0m", "90", "-5m", "1d", " 5m", "5 m", "1.h"])('"%s" is refused, once, with an example', (text) => {
    const { failures } = check(z.strictObject({ timeouts: timeoutsInput }), { timeouts: { delete: text } });
    expect(failures).toEqual([{ property: "timeouts.delete", reason: 'write a duration such as "90m", "1h30m" or "45s"' }]);
  });

  test("the resource's default serves operations that the program does not name", () => {
    expect(timeoutMs("create", undefined, usualTimeouts)).toBe(90 * minuteMs);
    expect(timeoutMs("update", { create: "1h" }, usualTimeouts)).toBe(30 * minuteMs);
    expect(timeoutMs("delete", {}, { ...usualTimeouts, delete: 7 })).toBe(7 * minuteMs);
  });

  test("what cannot be read, in an old state or a preview, falls back to the default", () => {
    expect(timeoutMs("create", "long", usualTimeouts)).toBe(90 * minuteMs);
    expect(timeoutMs("create", { create: unknownMarker }, usualTimeouts)).toBe(90 * minuteMs);
    expect(timeoutMs("delete", { create: unknownMarker, delete: "5m" }, usualTimeouts)).toBe(5 * minuteMs);
  });
});
