/** Plays histories on several threads. */
import { Worker } from "node:worker_threads";
import { addTally, newTally } from "./batch";
import type { SubjectName, Tally } from "./batch";
import type { Share, Told } from "./worker";

export interface Order {
  readonly seed: number;
  readonly subject: SubjectName;
  readonly histories: number;
  readonly workers: number;
  /** Compiled `worker.js`. */
  readonly worker: string;
  readonly untilFailure?: true;
}

export interface Done {
  readonly tally: Tally;
  /** Numbers of the histories that failed, in order. */
  readonly failed: readonly number[];
}

/** @param progress is told now and then */
export async function playMany(order: Order, progress: (sofar: Done) => void = () => undefined): Promise<Done> {
  const tally = newTally();
  const failed: number[] = [];
  const { seed, subject, histories, workers: step, untilFailure } = order;
  const crew: Worker[] = [];
  const one = (first: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const share: Share = { seed, subject, first, end: histories, step, ...(untilFailure && { untilFailure }) };
      const worker = new Worker(order.worker, { workerData: share });
      crew.push(worker);
      worker.on("message", (told: Told) => {
        addTally(tally, told.tally);
        failed.push(...told.failed);
        progress({ tally, failed });
        if (untilFailure === true && told.failed.length > 0) for (const other of crew) if (other !== worker) void other.terminate();
      });
      worker.on("error", reject);
      worker.on("exit", () => resolve());
    });
  await Promise.all(Array.from({ length: step }, (_, first) => one(first)));
  return { tally, failed: failed.sort((a, b) => a - b) };
}
