/** `npm run faults -- --histories N --seed S [--workers W] | --history I --seed S | --mutations`. */
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { newTally, playOne, shrink } from "./batch";
import { playMany } from "./crew";
import type { Done } from "./crew";
import { mutate, mutations } from "./mutations";
import { table } from "./table";

const build = dirname(__dirname);
const workerOf = (folder: string): string => join(folder, "faults", "worker.js");
const mutationBudget = 20_000;
/** Enough to see what becomes of a provider that does not think of crashes. */
const naiveHistories = 2000;
const shownStories = 3;

const usage = `Plays generated stories of crashes and faults, with the ledger of simulated clouds as the judge.

  --histories N   how many (1000)
  --seed S        which (1): the same seed and number make the same history
  --workers W     on so many threads (all cores)
  --history I     plays number I alone, and tells it
  --mutations     puts six mistakes into copies of the provider: each has to be found`;

void main().then((code) => process.exit(code));

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      histories: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
      workers: { type: "string", default: String(availableParallelism()) },
      history: { type: "string" },
      mutations: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const number = (name: "histories" | "seed" | "workers" | "history"): number => {
    const value = Number(values[name]);
    if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} takes a whole number, not ${String(values[name])}.`);
    return value;
  };
  const seed = number("seed");
  if (values.history !== undefined) return tellOne(seed, number("history"));
  const workers = Math.max(1, number("workers"));
  return values.mutations ? findMutations(seed, workers) : prove(seed, number("histories"), workers);
}

async function prove(seed: number, histories: number, workers: number): Promise<number> {
  const started = Date.now();
  console.log(`${histories} histories of seed ${seed} on ${workers} threads …`);
  const order = { seed, workers, worker: workerOf(build) };
  const ours = await playMany({ ...order, subject: "cloudphone", histories }, everyMinute(started, histories));
  const naive = await playMany({ ...order, subject: "naive", histories: Math.min(histories, naiveHistories) });
  for (const index of ours.failed.slice(0, shownStories)) await tellFailure(seed, index);
  console.log(`\n${table({ "pulumi-cloudphone": ours.tally, "a naive provider": naive.tally })}\n`);
  const perHistory = ((Date.now() - started) * workers) / (histories + naive.tally.histories);
  console.log(`Seed ${seed}, ${Math.round((Date.now() - started) / 1000)} s, ${perHistory.toFixed(0)} ms of a core per history.`);
  return ours.failed.length === 0 ? 0 : 1;
}

function everyMinute(started: number, histories: number): (sofar: Done) => void {
  let last = started;
  return ({ tally, failed }) => {
    if (Date.now() - last < 60_000) return;
    last = Date.now();
    console.log(`  ${tally.histories} of ${histories}, ${failed.length} failed${failed.length === 0 ? "" : `: ${failed.join(", ")}`}`);
  };
}

async function tellFailure(seed: number, index: number): Promise<void> {
  const shrunk = await shrink(seed, index, "cloudphone");
  console.log(`\nHistory ${index} fails. Again: npm run faults -- --seed ${seed} --history ${index}`);
  console.log(shrunk?.story ?? "It did not fail again.");
}

async function tellOne(seed: number, index: number): Promise<number> {
  const { violations, lines } = await playOne(seed, index, "cloudphone", newTally());
  console.log(lines.join("\n"));
  if (violations.length === 0) {
    console.log("\nNothing went wrong.");
    return 0;
  }
  console.log("\nThe same, as short as it can be made:");
  await tellFailure(seed, index);
  return 1;
}

/** Each mistake is searched for by histories of the same seed. */
async function findMutations(seed: number, workers: number): Promise<number> {
  let missed = 0;
  for (const mutation of mutations) {
    const folder = join(dirname(build), ".cache", "mutants", mutation.name.replaceAll(" ", "-"));
    mutate(mutation, build, folder);
    const { tally, failed } = await playMany({
      seed,
      workers,
      worker: workerOf(folder),
      subject: "cloudphone",
      histories: mutationBudget,
      untilFailure: true,
    });
    if (failed.length === 0) missed++;
    const found =
      failed.length === 0
        ? `NOT found in ${tally.histories} histories`
        : `found after ${tally.histories} histories (number ${String(failed[0])})`;
    console.log(`A provider that ${mutation.name}: ${found}: ${Object.keys(tally.violations).join(", ")}`);
  }
  return missed === 0 ? 0 : 1;
}
