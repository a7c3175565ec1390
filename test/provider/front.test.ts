import { newFront } from "../../provider/front";
import type { Context } from "../../provider/kit/context";
import { diffWith } from "../../provider/kit/diff";
import { usualTimeouts } from "../../provider/kit/handler";
import type { Handler } from "../../provider/kit/handler";
import type { Intent } from "../../provider/kit/journal";
import type { PurchaseState } from "../../provider/kit/purchase";
import { unknownMarker } from "../../provider/kit/unknown";
import { memoryJournal } from "../support/context";
import { stillContext } from "../support/still-context";

interface Inputs {
  readonly model: string;
  readonly term?: number;
}
type Outputs = Inputs & PurchaseState;

const marker = "abcdefghij";
const state = (generation: number, model = "a"): Outputs & { purchaseMarker: string } => ({
  model,
  isReady: true,
  marker: `${marker}${generation}`,
  identity: "f",
  purchaseMarker: marker,
});
const intent: Intent = { what: "", marker: `${marker}0`, place: "", identity: "", want: 1, sentAt: 0, state: "sent", serverIds: [] };

/** One process of the host with one kind of resource, which notes what each operation is told. */
function process(settings: Readonly<Record<string, string>> = {}, deleteBeforeReplace = false) {
  const told: Partial<Context>[] = [];
  const journal = memoryJournal();
  const lines: string[] = [];
  const note = (ctx: Context): void => void told.push(ctx);
  const handler: Handler<Inputs, Outputs> = {
    timeouts: usualTimeouts,
    nameOf: ({ model = "" }) => `Server "${model}"`,
    expiry: ({ model }) =>
      model === "eternal" ? undefined : { at: "2026-01-09T03:04:05Z", isRenewed: model === "renewed", remedy: "autoRenew: true" },
    check: (news) => ({ inputs: news, failures: [] }),
    diff: (last, news, of) => {
      const { properties } = diffWith<Inputs>({ model: { change: "replace" }, term: { change: "nextOrder" } }, last, news, of);
      return { properties, deleteBeforeReplace };
    },
    create: (inputs, ctx) => (note(ctx), Promise.resolve({ id: "new", outs: { ...state(1), ...inputs } })),
    read: (id, last, ctx) => (note(ctx), Promise.resolve({ id, inputs: last, outs: last as Outputs })),
    update: (_id, last, _news, ctx) => (note(ctx), Promise.resolve(last)),
    delete: (_id, _last, ctx) => (note(ctx), Promise.resolve()),
  };
  const still = stillContext();
  const { clock, random, signal } = still;
  const front = newFront({
    clock,
    random,
    signal,
    transport: (cloud) => still.transport(cloud),
    log: (line) => void lines.push(line),
    env: () => undefined,
    journal: () => journal,
  });
  const provider = front(handler);
  const get = (key: string): string | undefined => settings[key];
  void provider.configure!({ config: { get, require: (key) => get(key) ?? "" } });
  return { provider, told, journal, lines };
}

describe("what the front remembers within one run", () => {
  test("a purchase learns which state it replaces from the comparison before it", async () => {
    const { provider, told } = process();
    await provider.create({ model: "a", purchaseMarker: marker });
    expect(told.at(-1)?.replaced).toBeUndefined();
    await provider.diff!("old", state(0), { model: "b", purchaseMarker: marker });
    await provider.create({ model: "b", purchaseMarker: marker });
    expect(told.at(-1)).toMatchObject({ marker, replaced: { model: "a", marker: `${marker}0` } });
    await provider.create({ model: "b", purchaseMarker: "zzzzzzzzzz" });
    expect(told.at(-1)?.replaced).toBeUndefined();
  });

  test("a deletion learns the highest generation that a state of this run holds", async () => {
    const { provider, told } = process();
    await provider.delete!("old", state(0));
    expect(told.at(-1)?.heldGeneration).toBeUndefined();
    await provider.diff!("new", state(3), { model: "a", purchaseMarker: marker });
    await provider.delete!("old", state(0));
    expect(told.at(-1)?.heldGeneration).toBe(3);
    const another = process();
    await another.provider.create({ model: "a", purchaseMarker: marker });
    await another.provider.delete!("old", state(0));
    expect(another.told.at(-1)?.heldGeneration).toBe(1);
  });

  test("a replacement that is triggered is compared here, so that the purchase learns what it replaces", async () => {
    const { provider, told } = process();
    const diff = (last: unknown, now: unknown) =>
      provider.diff!("id", { ...state(0), replacementTrigger: last }, { model: "a", purchaseMarker: marker, replacementTrigger: now });
    expect(await diff("1", "1")).toMatchObject({ changes: false });
    expect(await diff({ a: [1] }, { a: [2] })).toMatchObject({ changes: true, replaces: ["replacementTrigger"] });
    expect(await diff(undefined, "1")).toMatchObject({ changes: true, replaces: [] });
    expect(await diff("1", undefined)).toMatchObject({ changes: true, replaces: [] });
    expect(await diff("1", unknownMarker)).toMatchObject({ changes: true, replaces: ["replacementTrigger"] });
    await provider.create({ model: "a", purchaseMarker: marker, replacementTrigger: "2" });
    expect(told.at(-1)?.replaced).toMatchObject({ marker: `${marker}0` });
    expect(told.at(-1)?.replaced).not.toHaveProperty("replacementTrigger");
  });

  test("a trigger that is set on a server which never came up replaces it at once", async () => {
    const { provider } = process();
    const news = { model: "a", purchaseMarker: marker, replacementTrigger: "1" };
    expect(await provider.diff!("id", { ...state(0), isReady: false }, news)).toMatchObject({ replaces: ["replacementTrigger"] });
  });

  test("an intent in the journal is a change although nothing differs, until it is over", async () => {
    const { provider, journal } = process();
    const diff = () => provider.diff!("id", state(0), { model: "a", purchaseMarker: marker });
    expect(await diff()).toMatchObject({ changes: false, replaces: [] });
    await journal.write(marker, intent);
    expect(await diff()).toMatchObject({ changes: true, replaces: [] });
    await journal.write(marker, { ...intent, state: "over" });
    expect(await diff()).toMatchObject({ changes: false });
  });
});

test("a server that must go first but is to stay is not released for a replacement that could not come up", async () => {
  const { provider } = process({}, true);
  const compared = (deletionPolicy?: string): unknown =>
    provider.diff!("id", { ...state(0), deletionPolicy }, { model: "b", purchaseMarker: marker });
  await expect(compared("retain")).rejects.toThrow('Server "b": the new servers need an address that the old ones would keep');
  await expect(compared()).resolves.toMatchObject({ replaces: ["model"], deleteBeforeReplace: true });
});

describe("what the front tells the user", () => {
  const compared = async (state: object, news: object) => {
    const { provider, lines } = process();
    const difference = await provider.diff!("id", state, { purchaseMarker: marker, ...news });
    return { difference, lines };
  };

  test("of terms that are changed: that nothing comes of it now, and still the state takes them", async () => {
    const { difference, lines } = await compared({ ...state(0, "eternal"), term: 1 }, { model: "eternal", term: 3 });
    expect(difference).toMatchObject({ changes: true, replaces: [] });
    expect(lines).toEqual(['Server "eternal": term will count from the next order on; what is bought stays as it is']);
  });

  test("of a difference that the program did not make: the engine would show an update of nothing", async () => {
    const said = { model: "eternal", term: 1, purchaseMarker: marker };
    const lines = async (before: object): Promise<string[]> => {
      const host = process();
      await host.provider.check!(before, said);
      for (let n = 0; n < 2; n++) await host.provider.diff!("id", { ...state(0, "renewed"), term: 1 }, said);
      return host.lines;
    };
    const replaced =
      'Server "eternal": model can change by another purchase only: others are bought, and then those that are there are deleted with all that is on them';
    expect(await lines(said)).toEqual(['Server "eternal": servers differ from the program in model', replaced]);
    expect(await lines({ ...said, model: "renewed" })).toEqual([replaced]);
  });

  test("of a purchase that no state knows", async () => {
    const { provider, journal, lines } = process();
    await journal.write(marker, intent);
    await provider.diff!("id", state(0, "eternal"), { model: "eternal", purchaseMarker: marker });
    expect(lines).toEqual([
      'Server "eternal": an earlier run placed an order for it that its state does not know; the update looks what became of that',
    ]);
    const deleting = process();
    await deleting.journal.write(marker, { ...intent, state: "ending" });
    await deleting.provider.diff!("id", state(0, "eternal"), { model: "eternal", purchaseMarker: marker });
    expect(deleting.lines).toEqual(['Server "eternal": an earlier run was about to give servers back; the update sees to it']);
  });

  test("of two resources of one name, of each by itself", async () => {
    const { provider, lines } = process();
    const line = 'Server "eternal": term will count from the next order on; what is bought stays as it is';
    for (const purchaseMarker of [marker, "zzzzzzzzzz"]) {
      const last = { ...state(0, "eternal"), marker: `${purchaseMarker}0`, term: 1, purchaseMarker };
      await provider.diff!("id", last, { model: "eternal", term: 3, purchaseMarker });
    }
    expect(lines).toEqual([line, line]);
  });

  test("without a name that is not known yet", async () => {
    const { lines } = await compared({ ...state(0, "eternal"), term: 1 }, { model: unknownMarker, term: 3 });
    expect(lines[0]).toBe('Server "": term will count for the order that replaces it');
  });

  test("of a new resource that takes over what exists: once, and of no other", async () => {
    const news = { model: "a", adopt: "s-1", purchaseMarker: marker };
    const { provider, lines } = process();
    for (let n = 0; n < 2; n++) await provider.check!({}, news);
    expect(lines).toEqual(['Server "a": will take over s-1, if the cloud has it; nothing will be bought']);
    const known = process();
    await known.provider.check!(news, news);
    await known.provider.check!({}, news); // what replaces it is bought
    expect(known.lines).toEqual([]);
  });

  test("of a paid time that ends soon: once per run, at a refresh and at a comparison", async () => {
    const warning =
      'warning: Server "a" is paid until 2026-01-09T03:04:05Z, 7 days from now, and is not renewed by itself: set autoRenew: true, or renew it in the console, before the cloud takes it back';
    expect((await compared(state(0), { model: "a" })).lines).toEqual([warning]);
    const { provider, lines } = process();
    await provider.read!("id", state(0));
    await provider.diff!("id", state(0), { model: "a", purchaseMarker: marker });
    expect(lines).toEqual([warning]);
  });

  test("nothing of one that is renewed, never ends, ends later than is asked, or belongs to nobody here", async () => {
    for (const model of ["renewed", "eternal"]) expect((await compared(state(0, model), { model })).lines).toEqual([]);
    for (const warnBeforeExpiryDays of [6, 0])
      expect((await compared({ ...state(0), warnBeforeExpiryDays }, { model: "a" })).lines).toEqual([]);
    const { provider, lines } = process();
    await provider.read!("id", { ...state(0), purchaseMarker: undefined });
    expect(lines).toEqual([]);
  });
});

describe("settings of safety", () => {
  test("have careful defaults and are taken from the stack", async () => {
    const usual = process();
    await usual.provider.create({ model: "a", purchaseMarker: marker });
    expect(usual.told[0]).toMatchObject({ visibilityMs: 600_000, adoptOrphans: false, confirmGone: false });
    const other = process({ "cloudphone:visibilitySeconds": "90", "cloudphone:adoptOrphans": "true", "cloudphone:confirmGone": "true" });
    await other.provider.create({ model: "a", purchaseMarker: marker });
    expect(other.told[0]).toMatchObject({ visibilityMs: 90_000, adoptOrphans: true, confirmGone: true });
  });

  test("that make no sense are refused", async () => {
    for (const [name, value] of Object.entries({ visibilitySeconds: "-1", adoptOrphans: "yes", confirmGone: "1" })) {
      const { provider, told } = process({ [`cloudphone:${name}`]: value });
      await expect(provider.create({ model: "a", purchaseMarker: marker })).rejects.toThrow(`cloudphone:${name} must be`);
      expect(told).toEqual([]);
    }
  });
});
