import { CloudPhoneError, TimedOut } from "../http/errors";
import type { Context } from "./context";

export interface Rhythm {
  /** Before the first look. */
  readonly firstMs: number;
  /** Between looks. */
  readonly everyMs: number;
}

/**
 * Looks again and again until `look` returns something else than `undefined`.
 * A look that fails for a passing reason is one missed tick; any other failure ends the wait.
 * @param what names what is waited for, as in "UPhoneServer uphs-1 to be running"
 * @throws TimedOut at the context's deadline
 */
export async function waitFor<T>(what: string, rhythm: Rhythm, ctx: Context, look: () => Promise<T | undefined>): Promise<T> {
  const begun = ctx.clock.now();
  let pause = ctx.pollMs ?? rhythm.firstMs;
  let missed: unknown;
  for (;;) {
    const left = ctx.deadline - ctx.clock.now();
    if (left <= 0) {
      const last = missed instanceof Error ? ` The last look failed: ${missed.message}` : "";
      throw new TimedOut(
        `Waited ${durationText(ctx.clock.now() - begun)} for ${what}, and the time limit is over. Nothing is lost: run the same command again to go on waiting, or raise \`timeouts\`.${last}`,
      );
    }
    await ctx.clock.sleep(Math.min(pause, left), ctx.signal);
    pause = ctx.pollMs ?? rhythm.everyMs;
    try {
      const found = await look();
      if (found !== undefined) return found;
      missed = undefined;
    } catch (error) {
      if (!(error instanceof CloudPhoneError) || error.kind === "fatal") throw error;
      missed = error;
    }
  }
}

const durationText = (ms: number): string => (ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`);
