import { throughGate } from "../../../provider/kit/gate";
import type { Gate } from "../../../provider/kit/gate";

/** Work that ends when it is told to. */
function works(most: number, gates = new Map<string, Gate>(), name = "farm") {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3, 4].map((index) =>
    throughGate(gates, name, most, () => {
      begun.push(index);
      return new Promise<number>((resolve, reject) => (ends[index] = () => (index === 1 ? reject(new Error("no stock")) : resolve(index))));
    }).catch((error: unknown) => String(error)),
  );
  return { begun, ends, all };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("lets so many pass at a time, the others in their order, also after a failure", async () => {
  const { begun, ends, all } = works(2);
  await turn();
  expect(begun).toEqual([0, 1]);
  ends[1]!();
  await turn();
  expect(begun).toEqual([0, 1, 2]);
  ends[0]!();
  ends[2]!();
  await turn();
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  ends[3]!();
  ends[4]!();
  expect(await Promise.all(all)).toEqual([0, "Error: no stock", 2, 3, 4]);
});

test("gates of different names know nothing of each other", async () => {
  const gates = new Map<string, Gate>();
  const [one, other] = [works(1, gates, "one"), works(1, gates, "other")];
  await turn();
  expect([one.begun, other.begun]).toEqual([[0], [0]]);
});
