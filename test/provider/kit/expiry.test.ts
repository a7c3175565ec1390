import { expiryWarning } from "../../../provider/kit/expiry";

const now = Date.parse("2026-01-02T03:04:05Z");
const until = (at: string): string | undefined => expiryWarning('Server "a"', { at, isRenewed: false, remedy: "autoRenew: true" }, {}, now);

test("says how long is left, in hours when it is short", () => {
  expect(until("2026-01-08T03:04:05Z")).toContain("is paid until 2026-01-08T03:04:05Z, 6 days from now");
  expect(until("2026-01-03T03:04:05Z")).toContain("24 h from now");
  expect(until("2026-01-02T03:04:04Z")).toContain("was paid until 2026-01-02T03:04:04Z, and");
});

test("says nothing before the last seven days, or of a time that cannot be read", () => {
  expect(until("2026-01-09T03:04:06Z")).toBeUndefined();
  expect(until("")).toBeUndefined();
});
