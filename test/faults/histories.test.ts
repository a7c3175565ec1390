import { newTally, playOne, shrink } from "../../faults/batch";
import type { SubjectName, Tally } from "../../faults/batch";
import { play } from "../../faults/play";
import { table } from "../../faults/table";
import { stories } from "./stories";

const minutes = 60_000;

/** Plays histories; the first that fails is told as short as it can be made. */
async function prove(seed: number, histories: number): Promise<Tally> {
  const tally = newTally();
  for (let index = 0; index < histories; index++) {
    const { violations } = await playOne(seed, index, "cloudphone", tally);
    if (violations.length === 0) continue;
    const shrunk = await shrink(seed, index, "cloudphone", minutes);
    throw new Error(`npm run faults -- --seed ${seed} --history ${index}\n\n${shrunk?.story ?? "It did not fail again."}`);
  }
  return tally;
}

async function failing(subject: SubjectName, histories: number): Promise<Tally> {
  const tally = newTally();
  for (let index = 0; index < histories; index++) await playOne(1, index, subject, tally);
  return tally;
}

describe("whatever crashes and fails, nothing is bought twice and nothing bought is lost", () => {
  test(
    "in 2,000 generated histories",
    async () => {
      const tally = await prove(1, 2000);
      // They would prove nothing if nothing had happened in them.
      expect(Object.values(tally.deaths).every((number) => number > 100)).toBe(true);
      expect(Object.values(tally.faults).filter((number) => number > 3).length).toBeGreaterThan(12);
      expect(tally.unclear).toBeGreaterThan(100);
      expect(tally.unresolved).toBe(0);
    },
    10 * minutes,
  );

  test(
    "in 1,000 that nobody has seen before",
    async () => {
      const seed = Math.floor(Math.random() * 1_000_000);
      process.stdout.write(`histories of seed ${seed}\n`);
      await expect(prove(seed, 1000)).resolves.toBeDefined();
    },
    5 * minutes,
  );

  test.each(Object.entries(stories))("once it failed: %s", async (_name, history) => {
    const { violations, lines } = await play(history);
    expect({ violations, told: violations.length === 0 ? "" : lines.join("\n") }).toEqual({ violations: [], told: "" });
  });
});

test("the same histories and the same judge find a simple provider out", async () => {
  const tally = await failing("naive", 200);
  expect(tally.failed).toBeGreaterThan(60);
  expect(tally.violations["double purchase"]).toBeGreaterThan(60);
  expect(tally.violations["lost server"]).toBeGreaterThan(60);
  expect(table({ naive: tally })).toMatch(/double purchases +\d/);
}, 300_000);

test("a history is the same whenever it is played", async () => {
  const [one, two] = [await playOne(5, 7, "cloudphone", newTally()), await playOne(5, 7, "cloudphone", newTally())];
  expect(one.lines).toEqual(two.lines);
  expect(one.lines.length).toBeGreaterThan(5);
});
