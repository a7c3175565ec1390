import type { Clock } from "../../../provider/http/clock";
import { CloudError, NetworkError } from "../../../provider/http/errors";
import type { FailureKind } from "../../../provider/http/errors";
import { newRetryBudget, patiently, withRetries } from "../../../provider/http/retry";
import type { RetryWorld } from "../../../provider/http/retry";

const refusal = (kind: FailureKind): CloudError => new CloudError(`a ${kind} failure`, { kind, code: "x", status: 500 });
const reset = new NetworkError("reset", { cause: undefined, maybeSent: true });

interface World extends RetryWorld {
  readonly slept: number[];
}

function world(over: Partial<RetryWorld> = {}): World {
  const slept: number[] = [];
  let now = 0;
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
  };
  return { budget: newRetryBudget(), clock, random: () => 1, signal: new AbortController().signal, deadline: Infinity, slept, ...over };
}

/** An attempt that fails with each of `failures` in turn, then returns "done"; counts its runs. */
function failing(...failures: readonly unknown[]): { attempt: () => Promise<string>; runs: () => number } {
  let runs = 0;
  const attempt = (): Promise<string> => {
    const failure = failures[runs++];
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what other people's code may throw
    return failure === undefined ? Promise.resolve("done") : Promise.reject(failure);
  };
  return { attempt, runs: () => runs };
}

describe("withRetries", () => {
  test("does not repeat what succeeds", async () => {
    const { attempt, runs } = failing();
    await expect(withRetries(attempt, patiently, world())).resolves.toBe("done");
    expect(runs()).toBe(1);
  });

  test("waits twice as long each time, longer when throttled", async () => {
    const after = async (...failures: unknown[]): Promise<number[]> => {
      const one = world();
      await withRetries(failing(...failures).attempt, patiently, one);
      return one.slept;
    };
    expect(await after(reset, reset, refusal("transient"), reset)).toEqual([500, 1000, 2000, 4000]);
    expect(await after(refusal("throttled"), refusal("throttled"), refusal("throttled"), refusal("throttled"))).toEqual([
      2000, 4000, 8000, 16_000,
    ]);
  });

  test("scatters the waits over the upper half, up to a longest one", async () => {
    const low = world({ random: () => 0 });
    await withRetries(failing(reset, reset).attempt, patiently, low);
    expect(low.slept).toEqual([250, 500]);
    const long = world();
    await withRetries(failing(...Array.from({ length: 9 }, () => reset)).attempt, { ...patiently, attempts: 10 }, long);
    expect(Math.max(...long.slept)).toBe(20_000);
  });

  test("gives up after so many attempts, with the last failure as it was", async () => {
    const failures = Array.from({ length: 9 }, () => refusal("transient"));
    const { attempt, runs } = failing(...failures);
    await expect(withRetries(attempt, patiently, world())).rejects.toBe(failures[4]);
    expect(runs()).toBe(5);
  });

  test.each([
    ["a definite no", refusal("fatal")],
    ["a mistake of ours", new TypeError("x is not a function")],
    ["something that is no error", "torn"],
  ])("does not repeat after %s", async (_what, failure) => {
    const { attempt, runs } = failing(failure);
    await expect(withRetries(attempt, patiently, world())).rejects.toBe(failure);
    expect(runs()).toBe(1);
  });

  test("starts no retry that would have to sleep past the deadline", async () => {
    const one = world({ deadline: 1400 });
    const { attempt, runs } = failing(reset, reset, reset);
    await expect(withRetries(attempt, patiently, one)).rejects.toBe(reset);
    expect(runs()).toBe(2);
    expect(one.slept).toEqual([500]);
  });

  test("stops retrying when the cloud's budget is used up, and earns it back by success", async () => {
    const one = world({ budget: { tokens: 25 } });
    const { attempt, runs } = failing(reset, reset, reset);
    await expect(withRetries(attempt, patiently, one)).rejects.toBe(reset);
    expect(runs()).toBe(3);
    expect(one.budget.tokens).toBe(5);

    for (let n = 0; n < 5; n++) await withRetries(failing().attempt, patiently, one);
    await expect(withRetries(failing(reset).attempt, patiently, one)).resolves.toBe("done");
  });

  test("never earns more than a full budget", async () => {
    const one = world();
    const full = one.budget.tokens;
    await withRetries(failing().attempt, patiently, one);
    expect(one.budget.tokens).toBe(full);
  });

  test("ends with the reason of a cancellation", async () => {
    const cancelled = new AbortController();
    const attempt = (): Promise<never> => {
      cancelled.abort(new Error("cancelled by the user"));
      return Promise.reject(reset);
    };
    await expect(withRetries(attempt, patiently, world({ signal: cancelled.signal }))).rejects.toThrow("cancelled by the user");
  });
});
