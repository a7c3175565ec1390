import type { Clock } from "./clock";
import { CloudPhoneError } from "./errors";
import type { FailureKind } from "./errors";

/** Tokens that all retries of one cloud share, so that an outage is not answered with a storm. */
export interface RetryBudget {
  tokens: number;
}

const fullBudget = 500;
const retryCost: Record<Exclude<FailureKind, "fatal">, number> = { throttled: 5, transient: 10 };

export const newRetryBudget = (): RetryBudget => ({ tokens: fullBudget });

export interface RetryPolicy {
  readonly attempts: number;
  readonly baseMs: Record<Exclude<FailureKind, "fatal">, number>;
  readonly maxMs: number;
}

/** For requests that may be repeated without harm: reads, and writes that set a value. */
export const patiently: RetryPolicy = { attempts: 5, baseMs: { throttled: 2000, transient: 500 }, maxMs: 20_000 };

export interface RetryWorld {
  readonly budget: RetryBudget;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970; no retry is started that would have to sleep past it. */
  readonly deadline: number;
}

/** Runs `attempt` until it succeeds, fails for good, or attempts, budget or time are used up; then throws the last error as it was. */
export async function withRetries<T>(attempt: () => Promise<T>, policy: RetryPolicy, world: RetryWorld): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      const result = await attempt();
      world.budget.tokens = Math.min(fullBudget, world.budget.tokens + 1);
      return result;
    } catch (error) {
      const kind = error instanceof CloudPhoneError ? error.kind : "fatal";
      if (kind === "fatal" || tried >= policy.attempts) throw error;
      if (world.budget.tokens < retryCost[kind]) throw error;
      const delay = Math.min(policy.maxMs, policy.baseMs[kind] * 2 ** (tried - 1)) * (0.5 + world.random() / 2);
      if (world.clock.now() + delay > world.deadline) throw error;
      world.budget.tokens -= retryCost[kind];
      await world.clock.sleep(delay, world.signal);
    }
  }
}
