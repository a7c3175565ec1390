/** Where the engine and its host run: whatever they do towards the outside is a point at which they can die, just before it or just after. */
import type { Intent, Journal } from "../provider/kit/journal";

/** `engine`: its host notices and stops buying. `machine`: engine and host at once. `lost machine`: the journal is lost with them. */
export const deathKinds = ["host", "engine", "machine", "lost machine"] as const;
export type DeathKind = (typeof deathKinds)[number];

export interface Death {
  readonly kind: DeathKind;
  /** Counted from 1 in the run. */
  readonly point: number;
  /** `before`: what happens at the point does not happen. `after`: it does, and its result is never known. */
  readonly when: "before" | "after";
}

/** A process of the machine. Once it is dead nothing of it goes on. */
export interface Process {
  readonly isDead: boolean;
  /** Rejects when it dies. */
  readonly died: Promise<never>;
  /** Of a host: the engine that it works for has died. */
  readonly engineGone: AbortSignal;
  kill(why: string): void;
  abandon(): void;
}

export function newProcess(): Process {
  let isDead = false;
  let tell: (error: Error) => void;
  const died = new Promise<never>((_, reject) => (tell = reject));
  died.catch(() => undefined);
  const gone = new AbortController();
  return {
    get isDead() {
      return isDead;
    },
    died,
    engineGone: gone.signal,
    kill(why) {
      isDead = true;
      tell(new Error(why));
    },
    abandon: () => gone.abort(new Error("The Pulumi engine has ended.")),
  };
}

/** One run of an engine with its host, and the death that awaits them. */
export interface Run {
  readonly engine: Process;
  readonly host: Process;
  /** How many points there were. */
  points(): number;
  /** What died, and at which point. */
  struck(): Death | undefined;
  /**
   * Does something towards the outside in the name of `process`, unless that dies before.
   * @returns `undefined` when it does not live to see the result
   */
  reach<T>(process: Process, act: () => T): { readonly result: T } | undefined;
}

export function newRun(death: Death | undefined, onDeath: (death: Death) => void): Run {
  const engine = newProcess();
  const host = newProcess();
  let points = 0;
  let struck: Death | undefined;
  const strike = (): void => {
    if (death === undefined) return;
    struck = death;
    if (death.kind === "engine") host.abandon();
    else host.kill("The plugin process has ended: transport is closing.");
    if (death.kind !== "host") engine.kill("The engine was killed.");
    onDeath(death);
  };
  return {
    engine,
    host,
    points: () => points,
    struck: () => struck,
    reach(process, act) {
      if (process.isDead) return undefined;
      points++;
      const when = death?.point === points ? death.when : undefined;
      if (when === "before") strike();
      if (isDead(process)) return undefined;
      const result = act();
      if (when === "after") strike();
      return isDead(process) ? undefined : { result };
    },
  };
}

const isDead = (process: Process): boolean => process.isDead;

/** The same as a promise. */
export function reached<T>(run: Run, process: Process, act: () => T): Promise<T> {
  const seen = run.reach(process, act);
  return seen === undefined ? new Promise(() => undefined) : Promise.resolve(seen.result);
}

/** The disk that the journal is on: it outlives processes, but not the machine. */
export function journalOn(disk: Map<string, Intent>, run: Run): Journal {
  return {
    read: (resource) => reached(run, run.host, () => disk.get(resource)),
    write: (resource, intent) => reached(run, run.host, () => void disk.set(resource, structuredClone(intent))),
    clear: (resource) => reached(run, run.host, () => void disk.delete(resource)),
  };
}
