import { setTimeout as wait } from "node:timers/promises";

/** The simulated world's time. */
export interface Clock {
  /** World time in ms since 1970: life cycles, orders and expiry follow it. */
  now(): number;
  /** The time that a gateway compares signature dates with. Stays real when the world runs faster. */
  gatewayNow(): number;
}

/** Runs `speed` times as fast as real time, from `start` (default: now). */
export function runningClock(speed = 1, start = Date.now()): Clock {
  const begun = Date.now();
  return { now: () => start + (Date.now() - begun) * speed, gatewayNow: () => Date.now() };
}

export interface VirtualClock extends Clock {
  /** Moves time on by `ms`. */
  advance(ms: number): void;
  /** Lets time jump forward: resolves once world time has moved by `ms`. Sleepers wake in the order of their time. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Stands still until somebody sleeps or advances it. */
export function virtualClock(start = Date.parse("2026-01-02T03:04:05Z")): VirtualClock {
  let now = start;
  const sleepers = new Set<number>();
  return {
    now: () => now,
    gatewayNow: () => now,
    advance: (ms) => void (now += ms),
    async sleep(ms, signal) {
      const due = now + ms;
      sleepers.add(due);
      try {
        // Work that is under way (a request over loopback) gets its turn before time jumps to the earliest sleeper.
        do await wait(2, undefined, signal === undefined ? {} : { signal });
        while (now < due && Math.min(...sleepers) < due);
        now = Math.max(now, due);
      } finally {
        sleepers.delete(due);
      }
    },
  };
}
