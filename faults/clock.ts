import type { Clock } from "../simulator";

/** Somebody who sleeps; the dead do not wake up. */
export interface Sleeper {
  readonly isDead: boolean;
}

/** Time that jumps to the earliest sleeper as soon as nobody has anything else to do. */
export interface JumpingClock extends Clock {
  sleep(ms: number, sleeper: Sleeper, signal?: AbortSignal): Promise<void>;
  advance(ms: number): void;
  /** To be told of everything that happens: time stands still while something does. */
  stir(): void;
  /** Something here is broken, not only unlucky: `run` throws this. */
  fail(error: unknown): void;
  /** Lets time pass until `work` is done. */
  run<T>(work: Promise<T>): Promise<T>;
}

interface Sleep {
  readonly due: number;
  readonly sleeper: Sleeper;
  readonly wake: () => void;
}

// All work here is microtasks and ticks, of which one turn of the event loop leaves none; the second turn is for streams that destroy themselves.
const quietTurns = 2;

export function jumpingClock(start = Date.parse("2026-01-02T03:04:05Z")): JumpingClock {
  let now = start;
  let stirred = 0;
  const broken: unknown[] = [];
  const sleeps = new Set<Sleep>();

  const jump = (): void => {
    let earliest = Infinity;
    for (const one of sleeps) {
      if (one.sleeper.isDead) sleeps.delete(one);
      else earliest = Math.min(earliest, one.due);
    }
    if (earliest === Infinity) throw new Error("Everybody waits for something, and nobody for time to pass.");
    now = Math.max(now, earliest);
    for (const one of sleeps) if (one.due <= now) one.wake();
  };

  return {
    now: () => now,
    gatewayNow: () => now,
    advance: (ms) => void (now += ms),
    stir: () => void (stirred += 1),
    fail: (error) => void broken.push(error),
    sleep: (ms, sleeper, signal) =>
      new Promise((resolve, reject) => {
        stirred++;
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        const end = (settle: () => void): void => {
          stirred++;
          sleeps.delete(one);
          signal?.removeEventListener("abort", abort);
          settle();
        };
        const abort = (): void => end(() => reject(signal?.reason as Error));
        const one: Sleep = { due: now + ms, sleeper, wake: () => end(resolve) };
        sleeps.add(one);
        signal?.addEventListener("abort", abort);
      }),
    async run(work) {
      const ends: true[] = [];
      const end = (): void => void ends.push(true);
      work.then(end, end);
      for (let quiet = 0; ;) {
        const before = stirred;
        await new Promise((resolve) => setImmediate(resolve));
        if (broken.length > 0) throw broken[0];
        if (ends.length > 0) return work;
        quiet = stirred === before ? quiet + 1 : 0;
        if (quiet < quietTurns) continue;
        jump();
        quiet = 0;
      }
    },
  };
}
