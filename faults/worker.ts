/** One thread of `npm run faults`: plays its share of the histories and tells what they came to. */
import { parentPort, workerData } from "node:worker_threads";
import { addTally, newTally, playOne } from "./batch";
import type { SubjectName, Tally } from "./batch";

/** Every `step`-th history from `first` to before `end`. */
export interface Share {
  readonly seed: number;
  readonly subject: SubjectName;
  readonly first: number;
  readonly end: number;
  readonly step: number;
  /** Ends with the first history that fails. */
  readonly untilFailure?: true;
}

/** What a thread tells now and then, and at last. */
export interface Told {
  readonly tally: Tally;
  /** Numbers of the histories that failed since it last told something. */
  readonly failed: readonly number[];
  readonly isDone: boolean;
}

const reportEvery = 100;

async function work({ seed, subject, first, end, step, untilFailure }: Share, tell: (told: Told) => void): Promise<void> {
  let tally = newTally();
  let failed: number[] = [];
  const report = (isDone: boolean): void => {
    tell({ tally, failed, isDone });
    tally = newTally();
    failed = [];
  };
  for (let index = first; index < end; index += step) {
    const one = newTally();
    const { violations } = await playOne(seed, index, subject, one);
    addTally(tally, one);
    if (violations.length > 0) failed.push(index);
    if (untilFailure === true && failed.length > 0) break;
    if (tally.histories === reportEvery) report(false);
  }
  report(true);
}

if (parentPort !== null) {
  const port = parentPort;
  void work(workerData as Share, (told) => port.postMessage(told));
}
