/** Work that CPH does by a job (CPH API reference, ShowJob). */
import { waitFor } from "../../kit/wait";
import type { Rhythm } from "../../kit/wait";
import type { Account } from "./account";
import { readJob } from "./cph";
import type { Job } from "./cph";

export const jobRunning = 1;
export const jobFailed = -1;

/** Waits until a job is over, well or badly. */
export const endOfJob = (account: Account, jobId: string, what: string, rhythm: Rhythm): Promise<Job> =>
  waitFor(what, rhythm, account.ctx, async () => {
    const seen = await readJob(account, jobId);
    return seen.status === jobRunning ? undefined : seen;
  });
