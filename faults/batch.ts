/** Many histories, each made from a seed and its number so that any of them can be played again, and what they came to. */
import * as fc from "fast-check";
import { histories, tell } from "./history";
import type { History } from "./history";
import { violationKinds } from "./judge";
import type { Violation, ViolationKind } from "./judge";
import { naive } from "./naive/provider";
import { play } from "./play";
import type { Played } from "./play";
import { cloudphone } from "./subject";
import type { Subject } from "./subject";

export const subjects = { cloudphone, naive } as const satisfies Readonly<Record<string, Subject>>;
export type SubjectName = keyof typeof subjects;

export type Counts = Record<string, number>;

/** Sums over histories. */
export interface Tally {
  histories: number;
  /** Histories in which something happened that must not. */
  failed: number;
  readonly deaths: Counts;
  readonly faults: Counts;
  orders: number;
  readonly violations: Counts;
  unclear: number;
  /** Unclear ones whose outcome a human had to clear up, by an instruction; and those of histories that never came to an end. */
  instructed: number;
  unresolved: number;
}

export const newTally = (): Tally => {
  return { histories: 0, failed: 0, deaths: {}, faults: {}, orders: 0, violations: {}, unclear: 0, instructed: 0, unresolved: 0 };
};

const addAll = (to: Counts, from: Partial<Counts>): void => {
  for (const [key, number] of Object.entries(from)) to[key] = (to[key] ?? 0) + (number ?? 0);
};

export function addTally(to: Tally, from: Tally): void {
  for (const key of ["deaths", "faults", "violations"] as const) addAll(to[key], from[key]);
  for (const key of ["histories", "failed", "orders", "unclear", "instructed", "unresolved"] as const) to[key] += from[key];
}

function addPlayed(to: Tally, played: Played): void {
  const violations = countBy(played.violations);
  const isUnresolved = (violations["never settles"] ?? 0) > 0;
  addTally(to, {
    histories: 1,
    failed: played.violations.length > 0 ? 1 : 0,
    deaths: played.deaths,
    faults: played.faults,
    orders: played.orders,
    violations,
    unclear: played.unclear,
    instructed: isUnresolved ? 0 : played.instructed,
    unresolved: isUnresolved ? played.unclear : 0,
  });
}

const countBy = (violations: readonly Violation[]): Partial<Record<ViolationKind, number>> =>
  Object.fromEntries(
    violationKinds.map((kind) => [kind, violations.filter((one) => one.kind === kind).length] as const).filter(([, number]) => number > 0),
  );

/** Plays history number `index` of `seed`. */
export async function playOne(seed: number, index: number, subject: SubjectName, tally: Tally): Promise<Played> {
  let played: Played | undefined;
  await fc.check(
    property(subjects[subject], (one) => (played ??= one)),
    { ...from(seed, index), endOnFailure: true },
  );
  if (played === undefined) throw new Error(`History ${index} of seed ${seed} was not played.`);
  addPlayed(tally, played);
  return played;
}

export interface Shrunk {
  readonly history: History;
  /** One line per action, and then what happened. */
  readonly story: string;
  readonly violations: readonly Violation[];
}

/** The shortest history found that fails as number `index` does; `undefined` when it does not fail. */
export async function shrink(seed: number, index: number, subject: SubjectName, limitMs = 60_000): Promise<Shrunk | undefined> {
  const details = await fc.check(
    property(subjects[subject], () => undefined),
    { ...from(seed, index), interruptAfterTimeLimit: limitMs, markInterruptAsFailure: false },
  );
  const history = details.counterexample?.[0];
  if (history === undefined) return undefined;
  const { violations, lines } = await playSafely(history, subjects[subject]);
  return { history, violations, story: [tell(history), "", ...lines].join("\n") };
}

const from = (seed: number, index: number) => ({ seed: Math.imul(seed, 1_000_003) + index, numRuns: 1 });

const property = (subject: Subject, see: (played: Played) => void) =>
  fc.asyncProperty(histories(), async (history) => {
    const played = await playSafely(history, subject);
    see(played);
    return played.violations.length === 0;
  });

/** A mistake that breaks a history is found like any other. */
async function playSafely(history: History, subject: Subject): Promise<Played> {
  try {
    return await play(history, subject);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { violations: [{ kind: "broken", text }], deaths: {}, faults: {}, orders: 0, unclear: 0, instructed: 0, lines: [text] };
  }
}
