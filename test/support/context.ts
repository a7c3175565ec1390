import type { Context } from "../../provider/kit/context";
import { newTally } from "../../provider/kit/gone";
import type { Intent, Journal } from "../../provider/kit/journal";
import { newTransport } from "../../provider/http/transport";
import type { Transport } from "../../provider/http/transport";
import type { Simulator } from "../../simulator";
import type { VirtualClock } from "../../simulator";

/** A journal that lives as long as the test; `intents` are what stands in it. */
export function memoryJournal(intents = new Map<string, Intent>()): Journal & { readonly intents: Map<string, Intent> } {
  return {
    intents,
    read: (resource) => Promise.resolve(intents.get(resource)),
    write: (resource, intent) => Promise.resolve(void intents.set(resource, intent)),
    clear: (resource) => Promise.resolve(void intents.delete(resource)),
  };
}

/** A context for one operation against a simulator that runs on a virtual clock: waiting costs no real time. */
export function testContext(
  simulator: Simulator,
  clock: VirtualClock,
  over: Partial<Context> = {},
): Context & { readonly lines: string[] } {
  const lines: string[] = [];
  const values: Record<string, string> = { ...simulator.settings.config, ...simulator.settings.secrets };
  const transports = new Map<string, Transport>();
  return {
    settings: { config: (key) => values[key], env: () => undefined },
    clock,
    random: () => 0.5,
    signal: new AbortController().signal,
    deadline: clock.now() + 90 * 60_000,
    purchaseDeadline: over.deadline ?? clock.now() + 90 * 60_000,
    log: (line) => void lines.push(line),
    transport: (cloud) => {
      const known = transports.get(cloud) ?? newTransport();
      transports.set(cloud, known);
      return known;
    },
    pollMs: undefined,
    marker: "abcdefghij",
    replaced: undefined,
    heldGeneration: undefined,
    journal: memoryJournal(),
    visibilityMs: 10 * 60_000,
    adoptOrphans: false,
    confirmGone: false,
    tally: newTally(),
    looks: new Map(),
    lines,
    ...over,
  };
}
