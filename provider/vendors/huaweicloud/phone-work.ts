/** Work on the phones of a server: every phone has a job, or a refusal, of its own. */
import { CloudPhoneError } from "../../http/errors";
import { waitFor } from "../../kit/wait";
import type { Account } from "./account";
import { allPhones } from "./cph";
import type { WirePhone } from "./cph";
import { listJobs } from "./cph-work";
import type { Batch, PhoneOutcome } from "./cph-work";
import { isPhoneBusy } from "./errors";
import { jobFailed, jobRunning } from "./jobs";

const rhythm = { firstMs: 5000, everyMs: 10_000 };
const atOnce = { firstMs: 0, everyMs: 10_000 };

/** Being created, reset, restarted or shut down. */
const busy = new Set([0, 1, 3, 4, 7]);

/** All phones of a server, when nothing is done to any of them at the moment. */
export async function idlePhones(account: Account, serverId: string): Promise<readonly WirePhone[] | undefined> {
  const phones = await allPhones(account, serverId);
  return phones.some((phone) => busy.has(phone.status ?? 0)) ? undefined : phones;
}

export interface PhoneWork {
  /** As in `the phones of CPH server 0a1b to be reset`. */
  readonly what: string;
  /** Groups of phones that still need it, to be worked on one after the other; `undefined` while something else is done to the phones. */
  find(): Promise<readonly (readonly string[])[] | undefined>;
  send(phoneIds: readonly string[]): Promise<Batch>;
}

/**
 * Looks which phones need it and works on these. A request whose answer was lost is not repeated blindly: the phones are looked at again.
 * @returns whether there was anything to do
 * @throws an error that names each phone that failed
 */
export async function workOnPhones(account: Account, work: PhoneWork): Promise<boolean> {
  const done = new Set<string>();
  await waitFor(work.what, atOnce, account.ctx, async () => {
    const groups = await work.find();
    if (groups === undefined) return undefined;
    let areAllDone = true;
    for (const group of groups) {
      const ids = group.filter((id) => !done.has(id));
      if (ids.length === 0) continue;
      const { waiting } = await seeThrough(account, work.what, await work.send(ids));
      for (const id of ids) if (!waiting.includes(id)) done.add(id);
      areAllDone &&= waiting.length === 0;
    }
    return areAllDone || undefined;
  });
  return done.size > 0;
}

/** Waits for the jobs of a request. @returns phones that could not take it yet, because another job is running on them */
export async function seeThrough(account: Account, what: string, { requestId, outcomes }: Batch): Promise<{ waiting: readonly string[] }> {
  const begun = outcomes.filter((outcome) => outcome.job_id);
  const refused = outcomes.filter((outcome) => !outcome.job_id);
  const jobs =
    begun.length === 0
      ? []
      : await waitFor(what, rhythm, account.ctx, async () => {
          const seen = await listJobs(account, requestId);
          return seen.length >= begun.length && seen.every((job) => job.status !== jobRunning) ? seen : undefined;
        });
  const failed = jobs.filter((job) => job.status === jobFailed);
  const problems = [...refused.filter((outcome) => !isPhoneBusy(outcome)), ...failed];
  if (problems.length > 0) throw new CloudPhoneError(failures(what, problems, outcomes.length));
  return { waiting: refused.flatMap((outcome) => outcome.phone_id ?? []) };
}

function failures(what: string, problems: readonly PhoneOutcome[], all: number): string {
  const each = problems.map(({ phone_id, error_code, error_msg }) => {
    const said = [error_code, error_msg].filter(Boolean).join(", ");
    return `phone ${phone_id ?? "?"} (${said === "" ? "no reason given" : said})`;
  });
  return `Waited for ${what}, but ${problems.length} of ${all} failed: ${each.join(", ")}. What is done stays; the next \`pulumi up\` takes care of the rest.`;
}
