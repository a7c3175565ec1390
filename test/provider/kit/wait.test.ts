import { CloudError, CloudPhoneError, NetworkError } from "../../../provider/http/errors";
import type { Context } from "../../../provider/kit/context";
import { waitFor } from "../../../provider/kit/wait";

const rhythm = { firstMs: 60_000, everyMs: 10_000 };

/** A context whose time passes only by sleeping. */
function context(limitMs: number, over: Partial<Context> = {}): Context {
  let now = 0;
  const unused = (): never => {
    throw new Error("not needed for waiting");
  };
  return {
    settings: { config: unused, env: unused },
    clock: {
      now: () => now,
      sleep: (ms, signal) => {
        signal?.throwIfAborted();
        now += ms;
        return Promise.resolve();
      },
    },
    random: unused,
    signal: new AbortController().signal,
    purchaseDeadline: 0,
    deadline: limitMs,
    log: unused,
    transport: unused,
    pollMs: undefined,
    marker: "",
    replaced: undefined,
    heldGeneration: undefined,
    journal: { read: unused, write: unused, clear: unused },
    visibilityMs: 0,
    adoptOrphans: false,
    confirmGone: false,
    tally: { read: new Map(), missing: new Map() },
    looks: new Map(),
    ...over,
  };
}

/** Looks that answer in turn; functions are called. Notes when each was made. */
function looks(ctx: Context, ...answers: readonly unknown[]): { look: () => Promise<unknown>; times: number[] } {
  const times: number[] = [];
  const look = async (): Promise<unknown> => {
    const answer = answers[Math.min(times.length, answers.length - 1)];
    times.push(ctx.clock.now());
    await Promise.resolve();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { look, times };
}

const passing = new NetworkError("GET https://cloud.example/ failed: ECONNRESET.", { cause: undefined, maybeSent: true });

describe("waitFor", () => {
  test("looks in its rhythm until there is something to see", async () => {
    const ctx = context(600_000);
    const { look, times } = looks(ctx, undefined, undefined, "ready");
    await expect(waitFor("s-1 to be ready", rhythm, ctx, look)).resolves.toBe("ready");
    expect(times).toEqual([60_000, 70_000, 80_000]);
  });

  test.each([null, 0, "", false])("takes %p for something", async (found) => {
    const ctx = context(600_000);
    await expect(waitFor("s-1 to be ready", rhythm, ctx, looks(ctx, found).look)).resolves.toBe(found);
  });

  test("keeps the rhythm that the user asked for", async () => {
    const ctx = context(600_000, { pollMs: 3_000 });
    const { look, times } = looks(ctx, undefined, undefined, "ready");
    await waitFor("s-1 to be ready", rhythm, ctx, look);
    expect(times).toEqual([3_000, 6_000, 9_000]);
  });

  test("looks a last time at the deadline, and not after it", async () => {
    const ctx = context(95_000);
    const { look, times } = looks(ctx, undefined);
    await expect(waitFor("s-1 to be ready", rhythm, ctx, look)).rejects.toMatchObject({ name: "TimedOut" });
    expect(times).toEqual([60_000, 70_000, 80_000, 90_000, 95_000]);
  });

  test("does not look at all when the time is over already", async () => {
    const ctx = context(0);
    const { look, times } = looks(ctx, "ready");
    await expect(waitFor("s-1 to be ready", rhythm, ctx, look)).rejects.toThrow("time limit is over");
    expect(times).toEqual([]);
  });

  test.each([
    [5_400_000, "Waited 90 min for s-1 to be ready"],
    [45_000, "Waited 45 s for s-1 to be ready"],
    [90_000, "Waited 90 s for s-1 to be ready"],
  ])("after %i ms it says how long it waited, for what, and what to do", async (limitMs, start) => {
    const ctx = context(limitMs);
    const error = (await waitFor("s-1 to be ready", rhythm, ctx, looks(ctx, undefined).look).catch((thrown: unknown) => thrown)) as Error;
    expect(error.message.startsWith(start)).toBe(true);
    expect(error.message).toMatch(/run the same command again .* or raise `timeouts`/);
  });

  test("takes a look that failed for a passing reason for one missed tick", async () => {
    const ctx = context(600_000);
    const throttled = new CloudError("Could not read s-1.", { kind: "throttled", code: "153", status: 200 });
    await expect(waitFor("s-1 to be ready", rhythm, ctx, looks(ctx, passing, throttled, undefined, "ready").look)).resolves.toBe("ready");
  });

  test("tells at the end why the last look failed, if it did", async () => {
    const ctx = context(100_000);
    await expect(waitFor("s-1 to be ready", rhythm, ctx, looks(ctx, passing).look)).rejects.toThrow(
      `The last look failed: ${passing.message}`,
    );
    const recovered = context(100_000);
    const error = (await waitFor("s-1 to be ready", rhythm, recovered, looks(recovered, passing, undefined).look).catch(
      (e: unknown) => e,
    )) as Error;
    expect(error.message).not.toContain("last look");
  });

  test.each([
    ["a definite no", new CloudError("Could not read s-1: no.", { kind: "fatal", code: "171", status: 200 })],
    ["a failure of what was waited for", new CloudPhoneError("s-1 failed to be built.")],
    ["a mistake of ours", new TypeError("x is not a function")],
  ])("%s ends the wait at once", async (_what, error) => {
    const ctx = context(600_000);
    const { look, times } = looks(ctx, error, "ready");
    await expect(waitFor("s-1 to be ready", rhythm, ctx, look)).rejects.toBe(error);
    expect(times).toHaveLength(1);
  });

  test("a cancelled run ends the wait with the reason of the cancellation", async () => {
    const cancelled = new AbortController();
    const ctx = context(600_000, { signal: cancelled.signal });
    const look = (): Promise<undefined> => {
      cancelled.abort(new Error("cancelled by the user"));
      return Promise.resolve(undefined);
    };
    await expect(waitFor("s-1 to be ready", rhythm, ctx, look)).rejects.toThrow("cancelled by the user");
  });
});
