import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileJournal } from "../../../provider/file-journal";
import { NetworkError } from "../../../provider/http/errors";
import { sureLook } from "../../../provider/kit/gone";
import type { Intent } from "../../../provider/kit/journal";
import { obtain } from "../../../provider/kit/purchase";
import type { Need, Seller } from "../../../provider/kit/purchase";
import { stillContext } from "../../support/still-context";

const text = readFileSync(join(__dirname, "../../../docs/safety.md"), "utf8");
const quoted = [...text.matchAll(/^```text\n(.*?)\n```$/gms)].map(([, words]) => words ?? "");
const intent: Intent = { what: "", marker: "abcdefghij0", place: "", identity: "", want: 1, sentAt: 0, state: "sent", serverIds: [] };
const need: Need = { want: 1, held: [], generation: 0 };
const seller = (over: Partial<Seller>): Seller => ({
  what: 'UPhoneServer "farm"',
  place: "UCloud cn-wlcb",
  identity: "mine",
  remembersOrders: false,
  find: () => Promise.resolve([]),
  buy: () => Promise.reject(new NetworkError("POST failed.", { cause: undefined, maybeSent: true })),
  ...over,
});
const said = (work: Promise<unknown>): Promise<string> => work.then(String, (error: unknown) => (error as Error).message);
const gone = (ids: readonly string[], identity: string) =>
  sureLook(
    { what: 'UPhoneServer "farm"', place: "UCloud cn-wlcb", identity, lastIdentity: "mine" },
    ids,
    () => Promise.resolve(undefined),
    () => ids,
    stillContext(),
  );

/** What a user really sees in each of the situations that the page describes. */
async function messages(): Promise<string[]> {
  const marker = { resource: "abcdefghij", generation: 0 };
  const old = { id: "uphs-1", marker, isComplete: true, createdAt: 0 };
  const impatient = stillContext();
  const others = stillContext();
  await others.journal.write("abcdefghij", { ...intent, place: "UCloud cn-wlcb", identity: "theirs" });
  const moved = stillContext();
  await moved.journal.write("abcdefghij", { ...intent, place: "UCloud cn-sh2" });
  return [
    await said(obtain(seller({}), need, others)),
    await said(obtain(seller({}), need, moved)),
    await said(obtain(seller({}), need, stillContext())),
    await said(obtain(seller({}), need, { ...impatient, deadline: impatient.clock.now() + 60_000 })),
    await said(obtain(seller({ openOrders: () => Promise.resolve(["order CS1, unpaid"]) }), need, stillContext())),
    await said(obtain(seller({ find: () => Promise.resolve([old]) }), need, stillContext())),
    await said(gone(["uphs-1"], "theirs")),
    await said(gone(["uphs-1", "uphs-2", "uphs-3", "uphs-4", "uphs-5"], "mine")),
    await said(fileJournal(join(__filename, "journal")).write("abcdefghij", undefined as never)),
  ];
}

const pattern = (words: string): RegExp =>
  new RegExp(
    words
      .split(/‹[^›]+›/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join(".+"),
    "s",
  );

test("docs/safety.md quotes what users really see", async () => {
  const shown = await messages();
  expect(quoted).toHaveLength(shown.length);
  for (const words of quoted) expect(shown).toContainEqual(expect.stringMatching(pattern(words)));
});
