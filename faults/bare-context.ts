import type { Host } from "../provider/front";
import { newTally } from "../provider/kit/gone";
import type { Context } from "../provider/kit/context";

/** What calls of a cloud need of a context, outside of the operations that the front runs. */
export function bareContext(host: Omit<Host, "journal">, settings: Readonly<Record<string, string>>): Context {
  const deadline = host.clock.now() + 90 * 60_000;
  return {
    ...host,
    settings: { config: (key) => settings[key], env: () => undefined },
    deadline,
    purchaseDeadline: deadline,
    pollMs: 300_000,
    marker: "",
    replaced: undefined,
    heldGeneration: undefined,
    journal: { read: () => Promise.resolve(undefined), write: () => Promise.resolve(), clear: () => Promise.resolve() },
    visibilityMs: 600_000,
    adoptOrphans: false,
    confirmGone: false,
    tally: newTally(),
    looks: new Map(),
  };
}
