import { newTally } from "../../provider/kit/gone";
import type { Context } from "../../provider/kit/context";
import { memoryJournal } from "./context";

/** A context without a cloud, whose time passes only by sleeping. */
export function stillContext(
  over: Partial<Context> = {},
): Context & { readonly lines: string[]; readonly journal: ReturnType<typeof memoryJournal> } {
  let now = Date.parse("2026-01-02T03:04:05Z");
  const lines: string[] = [];
  const unused = (): never => {
    throw new Error("There is no cloud here.");
  };
  return {
    settings: { config: () => undefined, env: () => undefined },
    clock: {
      now: () => now,
      sleep: (ms, signal) => {
        signal?.throwIfAborted();
        now += ms;
        return Promise.resolve();
      },
    },
    random: () => 0.5,
    signal: new AbortController().signal,
    deadline: now + 90 * 60_000,
    purchaseDeadline: now + 90 * 60_000,
    log: (line) => void lines.push(line),
    transport: unused,
    pollMs: undefined,
    marker: "abcdefghij",
    replaced: undefined,
    heldGeneration: undefined,
    visibilityMs: 10 * 60_000,
    adoptOrphans: false,
    confirmGone: false,
    tally: newTally(),
    looks: new Map(),
    lines,
    ...over,
    journal: memoryJournal(),
  };
}
