import { generationOf, isUnresolvedId } from "../../../../provider/kit/purchase";
import type { Context } from "../../../../provider/kit/context";
import { edcpsInstance } from "../../../../provider/vendors/jdcloud/edcps-instance";
import type { EdcpsInstanceGiven, EdcpsInstanceOutputs } from "../../../../provider/vendors/jdcloud/edcps-instance";
import type { Fault } from "../../../../simulator";
import { memoryJournal } from "../../../support/context";
import { jdWorld, notReady, tamperWith } from "../../../support/jdcloud";
import type { JdWorld } from "../../../support/jdcloud";

type Given = Partial<EdcpsInstanceGiven>;
type Over = Partial<Context>;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const marker = "abcdefghij";

let world: JdWorld;
/** Of the machine that the tests run on. */
let journal: ReturnType<typeof memoryJournal>;
beforeEach(async () => {
  world = await jdWorld();
  journal = memoryJournal();
});
afterEach(() => world.close());

const quickly = (over: Over = {}) => world.context({ pollMs: 2 * minuteMs, journal, ...over });
const elsewhere = (): Over => ({ journal: memoryJournal() });
const within = (minutes: number): Over => ({ deadline: world.clock.now() + minutes * minuteMs });
const stored = <T>(outs: T): T => JSON.parse(JSON.stringify(outs)) as T;
async function create(given: Given = {}, over: Over = {}) {
  const { id, outs } = await edcpsInstance.create(world.edge(given), quickly(over));
  return { id, outs: stored(outs) };
}
const update = async (id: string, last: EdcpsInstanceOutputs, given: Given, over: Over = {}) =>
  stored(await edcpsInstance.update(id, last, world.edge(given), quickly(over)));
const read = (id: string, outs: EdcpsInstanceOutputs, over: Over = {}) => edcpsInstance.read(id, outs, quickly(over)).then((found) => found && stored(found)); // prettier-ignore
const destroy = (id: string, outs: EdcpsInstanceOutputs, over: Over = {}) => edcpsInstance.delete(id, outs, quickly(over));
const changesOf = (last: EdcpsInstanceOutputs, given: Given) =>
  edcpsInstance.diff(last, world.edge(given), marker).properties.map(({ property, kind }) => `${kind} ${property}`);
const idsOf = (outs: EdcpsInstanceOutputs) => outs.servers.map((server) => server.id);
const messageOf = (failing: Promise<unknown>): Promise<string> =>
  failing.then(
    () => "it did not fail",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

/** How many servers each order bought. */
const orders = () => world.simulator.ledger.orders("jdcloud").map((order) => order.ids.length);
const servers = () => [...world.cloud.servers()];
const purchases = () => world.cloud.received().filter((call) => call.operation === "createInstances");
const tokens = () => purchases().map((call) => call.parameters["clientToken"]);
const descriptionOf = async (id: string) => (await edcpsInstance.read(id, { regionId: "cn-east-tz1" }, quickly()))?.outs;
type Mishap = Fault extends infer F ? (F extends Fault ? Omit<F, "cloud"> : never) : never;
const happen = (fault: Mishap) => world.simulator.faults.add({ cloud: "jdcloud", ...fault } as Fault);
const onPurchase = { operation: "createInstances" } as const;
/** The machine goes down right after the cloud has executed an order: nothing of the run is left but its journal. */
async function crash(work: (over: Over) => Promise<unknown>): Promise<void> {
  const down = new AbortController();
  const before = orders().length;
  const fault = happen({ kind: "slow", ...onPurchase, times: 1 });
  const written = { ...journal };
  const working = work({ signal: down.signal, journal: { ...written, write: (...what) => (down.signal.aborted ? new Promise(() => undefined) : written.write(...what)) } }); // prettier-ignore
  while (orders().length === before) await new Promise((resolve) => setTimeout(resolve, 2));
  down.abort();
  await expect(working).rejects.toThrow();
  fault.remove();
}

describe("A purchase of an EdcpsInstance whose answer is lost", () => {
  test("once is asked for again with the same token: one order", async () => {
    happen({ kind: "lost-answer", ...onPurchase, times: 1 });
    const { id } = await create();
    expect(orders()).toEqual([1]);
    expect(servers()).toEqual([id]);
    expect(new Set(tokens()).size).toBe(1);
  });

  test.each(["lost-answer", "error-after", "reset-mid-answer"] as const)(
    "for good (%s) is found by its marker: one order",
    async (kind) => {
      happen({ kind, ...onPurchase });
      const { id, outs } = await create({ count: 2 });
      expect(orders()).toEqual([2]);
      expect(idsOf(outs).sort()).toEqual(servers().sort());
      expect(outs).toMatchObject({ isReady: true, marker: `${marker}0` });
      expect(journal.intents.size).toBe(0);
      expect(await read(id, outs)).toMatchObject({ id, outs });
    },
  );

  test("and which shows too late is unresolved, and the next update gets the same server from the same token", async () => {
    const losing = happen({ kind: "lost-answer", ...onPurchase });
    happen({ kind: "late-lists", ms: 15 * minuteMs, times: 1 });
    const kept = await notReady(create());
    expect(kept.id).toBe(`unresolved/${marker}0`);
    expect(kept.outs).toMatchObject({ servers: [], count: 1, isReady: false, unclearSince: expect.any(String) as string });
    expect(kept.message).toMatch(/did not show within 10 min.*run `pulumi up` again/);
    losing.remove();
    for (const over of [elsewhere(), {}]) {
      const outs = await update(kept.id, stored(kept.outs), {}, over);
      expect(idsOf(outs)).toEqual(servers());
      expect(outs.unclearSince).toBeUndefined();
    }
    expect(orders()).toEqual([1]);
  });

  test("is found by a refresh, which puts the real id in place of the provisional one", async () => {
    happen({ kind: "lost-answer", ...onPurchase });
    happen({ kind: "late-lists", ms: 15 * minuteMs, times: 1 });
    const kept = await notReady(create());
    world.clock.advance(10 * minuteMs);
    const found = await read(kept.id, stored(kept.outs));
    expect(found).toMatchObject({ id: servers()[0], outs: { isReady: false } });
    expect(await update(found?.id ?? "", found?.outs ?? kept.outs, {})).toMatchObject({ isReady: true });
    expect(orders()).toEqual([1]);
  });
});

describe("A purchase of an EdcpsInstance that never arrived", () => {
  const lost = async () => {
    const losing = happen({ kind: "lost-request", ...onPurchase });
    const kept = await notReady(create());
    losing.remove();
    expect(isUnresolvedId(kept.id)).toBe(true);
    return { id: kept.id, outs: stored(kept.outs) };
  };

  test("is unresolved, and the next update buys exactly once", async () => {
    const { id, outs } = await lost();
    expect(changesOf(outs, {})).toEqual(["update isReady"]);
    const ready = await update(id, outs, {});
    expect(orders()).toEqual([1]);
    expect(idsOf(ready)).toEqual(servers());
    expect(new Set(tokens()).size).toBe(1);
    expect(journal.intents.size).toBe(0);
  });

  test("is gone for a refresh when its time is over, and not before", async () => {
    const { id, outs } = await lost();
    const early = { ...outs, unclearSince: new Date(world.clock.now() - minuteMs).toISOString() };
    expect(await read(id, early)).toMatchObject({ id, outs: early });
    expect(await read(id, outs)).toBeUndefined();
    expect(await create()).toMatchObject({ id: servers()[0] });
    expect(orders()).toEqual([1]);
  });

  test("is deleted for nothing", async () => {
    const { id, outs } = await lost();
    await destroy(id, outs);
    expect(orders()).toEqual([]);
    expect([...journal.intents.values()]).toMatchObject([{ state: "over", marker: `${marker}0` }]);
  });

  test("and which is turned away the next time is still not known to be refused", async () => {
    happen({ kind: "lost-answer", ...onPurchase, times: 3 });
    happen({ kind: "late-lists", ms: 12 * minuteMs, times: 1 });
    const kept = await notReady(create({}, within(5)));
    const turningAway = happen({ kind: "throttled", ...onPurchase });
    const again = await notReady(update(kept.id, stored(kept.outs), {}, within(1)));
    expect(again.id).toBe(kept.id);
    expect(again.outs.unclearSince).toBe(kept.outs.unclearSince);
    turningAway.remove();
    const ready = await update(kept.id, stored(again.outs), {});
    expect(idsOf(ready)).toEqual(servers());
    expect(orders()).toEqual([1]);
  });

  test("and whose repetition is turned away is not taken for refused", async () => {
    happen({ kind: "lost-answer", ...onPurchase, times: 1 });
    happen({ kind: "throttled", ...onPurchase });
    const { id } = await create();
    expect(servers()).toEqual([id]);
    expect(orders()).toEqual([1]);
  });
});

describe("After a crash in the middle of a purchase, EdcpsInstance", () => {
  test.each<[string, () => Over]>([
    ["with the journal", () => ({})],
    ["without it", elsewhere],
  ])("takes over what was bought, %s, even while lists do not show it", async (_what, over) => {
    happen({ kind: "late-lists", ms: 8 * minuteMs, times: 1 });
    await crash((dying) => create({ count: 2 }, dying));
    expect(orders()).toEqual([2]);
    const { outs } = await create({ count: 2 }, over());
    expect(orders()).toEqual([2]);
    expect(idsOf(outs).sort()).toEqual(servers().sort());
    expect(outs).toMatchObject({ count: 2, isReady: true });
    expect(await read(outs.servers[0]?.id ?? "", outs)).toMatchObject({ outs: { isReady: true } });
  });

  test("does not take it for refused because the next order is turned away", async () => {
    happen({ kind: "late-lists", ms: 8 * minuteMs, times: 1 });
    await crash((dying) => create({}, dying));
    const turningAway = happen({ kind: "throttled", ...onPurchase });
    const kept = await notReady(create({}, within(3)));
    expect(kept.message).toMatch(/RATE_LIMIT.*is not known yet/);
    turningAway.remove();
    const { id } = await create();
    expect(servers()).toEqual([id]);
    expect(orders()).toEqual([1]);
  });

  test("looks at what it takes over at once, so that the elastic IP of a server that vanishes then is known", async () => {
    world.cloud.switches.bookingMs = 10 * minuteMs; // runs, and is still waited for
    await crash((dying) => create({}, dying));
    world.clock.advance(26 * minuteMs);
    const [first = ""] = servers();
    const lookedAt = world.cloud.received().length + 2; // for its marker, and then at itself
    const taking = notReady(create({}, { pollMs: undefined }));
    const begun = world.clock.now();
    while (world.cloud.received().length < lookedAt) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(world.cloud.received()[lookedAt - 1]?.at).toBeLessThan(begun + 1000);
    world.cloud.vanish(first);
    const kept = await taking;
    expect(kept.message).toMatch(/does not exist any more/);
    const outs = await update(kept.id, stored(kept.outs), {});
    await destroy(kept.id, outs);
    expect(world.cloud.costing()).toEqual([]);
  });

  test("deletes the elastic IP of a server that it was just giving back", async () => {
    await crash((dying) => create({ count: 2 }, dying));
    const down = new AbortController();
    const giving = create({ count: 1 }, { signal: down.signal });
    while (world.cloud.received().every((call) => call.operation !== "deleteInstance"))
      await new Promise((resolve) => setTimeout(resolve, 1));
    down.abort();
    await notReady(giving); // it would be kept if the engine were still there to store it
    world.clock.advance(5 * minuteMs);
    expect(world.cloud.costing().map((thing) => thing.kind)).toEqual(["server", "eip", "eip"]);
    const { id } = await create({ count: 1 });
    expect(servers()).toEqual([id]);
    expect(world.cloud.costing().map((thing) => thing.kind)).toEqual(["server", "eip"]);
    expect(orders()).toEqual([2]);
  });

  test("takes over what differs from a changed program, and shows where", async () => {
    await crash((dying) => create({ osTypeId: "ostype-0002", resourceTags: [{ key: "a", value: "1" }] }, dying));
    const news: Given = { name: "edge-b", description: "new", resourceTags: [{ key: "a", value: "2" }] };
    const { outs } = await create(news);
    expect(orders()).toEqual([1]);
    expect(outs).toMatchObject({ name: "edge-b", osTypeId: "ostype-0002", servers: [{ name: "edge-b" }] });
    expect(changesOf(outs, news)).toEqual(["replace osTypeId"]);
    expect(await descriptionOf(servers()[0] ?? "")).toMatchObject({ description: "new", resourceTags: [{ key: "a", value: "2" }] });
  });

  test("takes over fewer than wanted by now and buys the rest", async () => {
    await crash((dying) => create({ count: 1 }, dying));
    const { outs } = await create({ count: 3 }, elsewhere());
    expect(orders()).toEqual([1, 2]);
    expect(idsOf(outs).sort()).toEqual(servers().sort());
  });

  test("keeps what is more than wanted by now when it is prepaid, and says so", async () => {
    const prepaid: Given = { charge: { chargeMode: "prepaid_by_duration", chargeDuration: 1 } };
    await crash((dying) => create({ ...prepaid, count: 2 }, dying));
    const kept = await notReady(create(prepaid, elsewhere()));
    expect(kept.message).toMatch(/is prepaid.*`count` back to 2/);
    expect(kept.outs).toMatchObject({ count: 2, isReady: false });
    expect(await update(kept.id, stored(kept.outs), { ...prepaid, count: 2 })).toMatchObject({ count: 2, isReady: true });
    expect(orders()).toEqual([2]);
  });

  test("gives back what is more than wanted by now, even when lists show it late", async () => {
    await crash((dying) => create({ count: 3 }, dying));
    const isShownFrom = world.clock.now() + 10 * minuteMs;
    const way = await tamperWith(world, (request, pass) => {
      const answered = pass();
      if (world.clock.now() >= isShownFrom || !request.path.endsWith("/instances")) return answered;
      const { requestId, result } = answered.body as { requestId: string; result: { instances: object[] } };
      return { ...answered, body: { requestId, result: { instances: result.instances.slice(0, 1), totalCount: 1 } } };
    });
    const { outs } = await create({ count: 1 }, { ...elsewhere(), settings: way.settings });
    await way.close();
    expect(orders()).toEqual([3]);
    expect(idsOf(outs)).toEqual(servers());
  });

  test("takes over more than wanted by now and gives back the newest", async () => {
    await crash((dying) => create({ count: 3 }, dying));
    const { outs } = await create({ count: 1 }, elsewhere());
    expect(orders()).toEqual([3]);
    expect(idsOf(outs)).toEqual(servers());
    expect(world.cloud.costing()).toHaveLength(2);
  });
});

describe("A purchase of an EdcpsInstance that is refused", () => {
  test("leaves nothing, and the next run asks with a new token, or the refusal would be replayed", async () => {
    happen({ kind: "out-of-balance", times: 1 });
    expect(await messageOf(create())).toMatch(/insufficient.*Top up the account/);
    expect(world.cloud.switches.replayFailures).toBe(true);
    const { id, outs } = await create();
    expect(servers()).toEqual([id]);
    expect(outs.marker).toBe(`${marker}1`);
    expect(new Set(tokens()).size).toBe(2);
    expect(journal.intents.size).toBe(0);
  });

  test("of a larger count does so even on another machine", async () => {
    const { id, outs } = await create();
    happen({ kind: "out-of-balance", times: 1 });
    const kept = await notReady(update(id, outs, { count: 2 }, elsewhere()));
    expect(await update(id, stored(kept.outs), { count: 2 }, elsewhere())).toMatchObject({ count: 2 });
    expect(orders()).toEqual([1, 1]);
  });
});

describe("An EdcpsInstance bought again", () => {
  test("after it was destroyed gets a new server at once, because the journal knows the token", async () => {
    const { id, outs } = await create();
    await destroy(id, outs);
    const begun = world.clock.now();
    const again = await create();
    expect(again.id).not.toBe(id);
    expect(again.outs.marker).toBe(`${marker}1`);
    expect(world.clock.now() - begun).toBeLessThan(32 * minuteMs);
    expect(orders()).toEqual([1, 1]);
  });

  test("after it was destroyed on another machine does not take the replayed ids for servers", async () => {
    const { id, outs } = await create();
    await destroy(id, outs, elsewhere());
    const ctx = quickly(elsewhere());
    const again = await edcpsInstance.create(world.edge(), ctx);
    expect(again.id).not.toBe(id);
    expect(idsOf(again.outs)).toEqual(servers());
    expect(orders()).toEqual([1, 1]);
    expect(ctx.lines).toContainEqual(expect.stringMatching(new RegExp(`${id}, ordered .* has never shown up.*made anew`)));
    const { id: third } = await create({ name: "edge-c" }, { marker: "ccccccccca" });
    expect(servers()).toEqual([again.id, third]);
  });

  test("after it was retained, adopted and destroyed gets a new server at once: no take-over lets go of the generations that are spent", async () => {
    const first = await create();
    await destroy(first.id, first.outs);
    const second = await create();
    const retained = await update(second.id, second.outs, { deletionPolicy: "retain" });
    await destroy(second.id, retained);
    const taken = await create({ adopt: second.id });
    expect(generationOf(taken.outs)).toBeGreaterThan(generationOf(second.outs));
    const changed = await update(taken.id, taken.outs, { adopt: second.id, description: "ours" });
    await destroy(taken.id, changed);
    const begun = world.clock.now();
    const ctx = quickly();
    const again = await edcpsInstance.create(world.edge(), ctx);
    expect(world.clock.now() - begun).toBeLessThan(32 * minuteMs);
    expect(ctx.lines.join()).not.toMatch(/never shown up|does not show/);
    expect(servers()).toEqual([again.id]);
    expect(orders()).toEqual([1, 1, 1]);
  });

  test("on a machine without the journal says at once what it waits for, and until when", async () => {
    const { id, outs } = await create();
    await destroy(id, outs);
    const ctx = world.context({ pollMs: 10_000, ...elsewhere() });
    const begun = world.clock.now();
    let saidAt = Infinity;
    const log = (line: string): void => {
      if (line.includes("does not show")) saidAt = Math.min(saidAt, world.clock.now());
      ctx.log(line);
    };
    const again = await edcpsInstance.create(world.edge(), { ...ctx, log });
    expect(saidAt - begun).toBeLessThanOrEqual(minuteMs);
    const said = ctx.lines.filter((line) => line.includes("does not show"));
    expect(said).toEqual([
      expect.stringMatching(
        new RegExp(`^EdcpsInstance ${id}: JD Cloud has named it for the order, but does not show it; waiting for it until \\d{4}-\\S+Z`),
      ),
    ]);
    expect(servers()).toEqual([again.id]);
  });

  test("after all of it vanished gets a new server at once", async () => {
    const { id, outs } = await create();
    world.cloud.vanish(id);
    expect(await read(id, outs)).toBeUndefined();
    const again = await create();
    expect(servers()).toEqual([again.id]);
    expect(again.outs.marker).toBe(`${marker}1`);
  });

  test("waits for a server that exists, however long lists leave it out", async () => {
    happen({ kind: "late-lists", ms: 45 * minuteMs, times: 1 });
    const ctx = quickly();
    const { id } = await edcpsInstance.create(world.edge(), ctx);
    expect(servers()).toEqual([id]);
    expect(orders()).toEqual([1]);
    expect(ctx.lines).toContainEqual(expect.stringMatching(/do not show it yet, though it exists; waiting on/));
  });

  test("waits for it in the next update too, and destroy does not forget it", async () => {
    happen({ kind: "late-lists", ms: 60 * minuteMs, times: 1 });
    const kept = await notReady(create({}, within(5)));
    world.clock.advance(10 * minuteMs);
    const again = await notReady(update(kept.id, stored(kept.outs), {}, within(10)));
    expect(idsOf(again.outs)).toEqual(servers());
    world.clock.advance(15 * minuteMs); // built by now, and still not shown
    await destroy(kept.id, stored(again.outs));
    expect(orders()).toEqual([1]);
    world.clock.advance(5 * minuteMs);
    expect(servers()).toEqual([]);
  });
});

describe("A larger count of an EdcpsInstance whose answer is lost", () => {
  test("finds the new server and buys no other", async () => {
    const { id, outs } = await create();
    happen({ kind: "lost-answer", ...onPurchase });
    const two = await update(id, outs, { count: 2 });
    expect(orders()).toEqual([1, 1]);
    expect(idsOf(two).sort()).toEqual(servers().sort());
    expect(two).toMatchObject({ count: 2, isReady: true, marker: `${marker}1` });
  });

  test("too long keeps the server that there is, and the next update on another machine gets the same one", async () => {
    const { id, outs } = await create();
    const losing = happen({ kind: "lost-answer", ...onPurchase });
    happen({ kind: "late-lists", ms: 14 * minuteMs, times: 1 });
    const kept = await notReady(update(id, outs, { count: 2 }));
    expect(kept.id).toBe(id);
    expect(idsOf(kept.outs)).toEqual([id]);
    losing.remove();
    const two = await update(id, stored(kept.outs), { count: 2 }, elsewhere());
    expect(orders()).toEqual([1, 1]);
    expect(idsOf(two).sort()).toEqual(servers().sort());
  });

  test("with the machine is taken over, or given back when the program was reverted", async () => {
    const { id, outs } = await create();
    await crash((dying) => update(id, outs, { count: 3 }, dying));
    expect(servers()).toHaveLength(3);
    const back = await update(id, outs, { count: 1 });
    expect(idsOf(back)).toEqual([id]);
    expect(servers()).toEqual([id]);
    expect(world.cloud.costing()).toHaveLength(2);
    expect(journal.intents.size).toBe(0);
    expect(await update(id, back, { count: 2 })).toMatchObject({ count: 2, isReady: true });
    expect(orders()).toEqual([1, 2, 1]);
  });

  test("with the machine and its journal shows in a refresh, which leaves it to the next update", async () => {
    const { id, outs } = await create();
    await crash((dying) => update(id, outs, { count: 2 }, dying));
    const ctx = quickly(elsewhere());
    const found = await edcpsInstance.read(id, outs, ctx);
    expect(found?.outs).toMatchObject({ isReady: false, count: 1 });
    expect(ctx.lines).toEqual([expect.stringMatching(/more servers of this resource than the state knows/)]);
    const two = await update(id, stored(found?.outs ?? outs), { count: 2 }, elsewhere());
    expect(idsOf(two).sort()).toEqual(servers().sort());
    expect(orders()).toEqual([1, 1]);
  });

  test("is not forgotten when all other servers are gone meanwhile", async () => {
    const { id, outs } = await create();
    const losing = happen({ kind: "lost-answer", ...onPurchase });
    happen({ kind: "late-lists", ms: 9 * minuteMs, times: 1 });
    const kept = await notReady(update(id, outs, { count: 2 }, within(2)));
    losing.remove();
    world.cloud.vanish(id);
    const found = await read(id, stored(kept.outs), elsewhere());
    expect(found).toMatchObject({ id, outs: { servers: [], unclearSince: kept.outs.unclearSince } });
    const two = await update(id, found?.outs ?? outs, { count: 2 }, elsewhere());
    expect(orders()).toEqual([1, 1, 1]);
    expect(idsOf(two).sort()).toEqual(servers().sort());
  });

  test("with the machine is not bought again when another server vanished meanwhile", async () => {
    const { id, outs } = await create({ count: 2 });
    happen({ kind: "late-lists", ms: 9 * minuteMs, times: 1 });
    await crash((dying) => update(id, outs, { count: 3 }, dying));
    world.cloud.vanish(idsOf(outs)[1] ?? "");
    const found = await read(id, outs, elsewhere());
    const three = await update(id, found?.outs ?? outs, { count: 3 }, elsewhere());
    expect(orders()).toEqual([2, 1, 1]); // the one that vanished is bought back, and no more
    expect(idsOf(three).sort()).toEqual(servers().sort());
  });
});

describe("An EdcpsInstance whose state was lost", () => {
  test("a moment ago is taken over without buying, as the program wants it now", async () => {
    const { outs } = await create({ count: 2, name: "old", description: "old" });
    const again = await create({ count: 2, name: "new", description: "new" }, elsewhere());
    expect(orders()).toEqual([2]);
    expect(idsOf(again.outs).sort()).toEqual(idsOf(outs).sort());
    expect(again.outs).toMatchObject({ name: "new", isReady: true, marker: `${marker}1` });
    expect(changesOf(again.outs, { count: 2, name: "new", description: "new" })).toEqual([]);
    await destroy(again.id, again.outs);
    expect(world.cloud.costing()).toEqual([]); // with the elastic IPs that were bought with them
  });

  test("long ago is not bought a second time, but named, until it is said that it is ours", async () => {
    const { outs } = await create({ count: 2 });
    world.clock.advance(2 * dayMs);
    const message = await messageOf(create({ count: 2 }, elsewhere()));
    for (const id of idsOf(outs)) expect(message).toContain(id);
    expect(message).toMatch(/nothing was bought.*JD Cloud cn-east-tz1.*adoptOrphans true/);
    expect(orders()).toEqual([2]);
    const again = await create({ count: 2 }, { ...elsewhere(), adoptOrphans: true });
    expect(idsOf(again.outs).sort()).toEqual(idsOf(outs).sort());
    expect(orders()).toEqual([2]);
  });
});

describe("An EdcpsInstance that is replaced", () => {
  test("never takes over the servers that it replaces, and they alone are deleted then", async () => {
    const { id, outs } = await create({ count: 2 });
    const news = await create({ count: 2, osTypeId: "ostype-0002" }, { replaced: outs });
    expect(orders()).toEqual([2, 2]);
    expect(news.outs.marker).toBe(`${marker}1`);
    expect(idsOf(news.outs).filter((one) => idsOf(outs).includes(one))).toEqual([]);
    await destroy(id, outs, { heldGeneration: generationOf(news.outs) });
    expect(servers().sort()).toEqual(idsOf(news.outs).sort());
    expect(await read(news.id, news.outs)).toMatchObject({ outs: news.outs });
    await destroy(news.id, news.outs);
    expect(world.cloud.costing()).toEqual([]);
  });

  test("after a crash takes over the replacement, not what it replaces", async () => {
    const { outs } = await create();
    await crash((dying) => create({ osTypeId: "ostype-0002" }, { ...dying, replaced: outs }));
    const news = await create({ osTypeId: "ostype-0002" }, { ...elsewhere(), replaced: outs });
    expect(orders()).toEqual([1, 1]);
    expect(idsOf(news.outs)).toEqual(servers().filter((one) => !idsOf(outs).includes(one)));
  });

  test("while it is not known whether it was bought keeps its replacement, and gives back what shows late", async () => {
    const visibilityMs = 60 * minuteMs;
    happen({ kind: "lost-answer", ...onPurchase, times: 3 });
    happen({ kind: "late-lists", ms: 50 * minuteMs, times: 1 });
    const kept = await notReady(create({}, { ...within(2), visibilityMs }));
    const outs = stored(kept.outs);
    const news = await create({ osTypeId: "ostype-0002" }, { replaced: outs, visibilityMs, ...elsewhere() });
    expect(orders()).toEqual([1, 1]);
    await destroy(kept.id, outs, { ...elsewhere(), visibilityMs, heldGeneration: generationOf(news.outs) });
    expect(servers()).toEqual([news.id]);
    expect(world.cloud.costing()).toHaveLength(2);
  });

  test("after a forced replacement was cut off, which had marked its servers anew, is deleted all the same", async () => {
    const { id, outs } = await create();
    await create({}, elsewhere()); // by force; the state of this is lost
    const news = await create({ osTypeId: "ostype-0002" }, { replaced: outs, ...elsewhere() });
    expect(orders()).toEqual([1, 1]);
    await destroy(id, outs, { ...elsewhere(), heldGeneration: generationOf(news.outs) });
    expect(servers()).toEqual([news.id]);
    expect(world.cloud.costing()).toHaveLength(2);
  });

  test("by force, of which providers are not told, keeps its servers when the old state is deleted", async () => {
    const { id, outs } = await create({ count: 2 });
    const news = await create({ count: 2 }, elsewhere());
    const ctx = quickly({ ...elsewhere(), heldGeneration: generationOf(news.outs) });
    await edcpsInstance.delete(id, outs, ctx);
    expect(orders()).toEqual([2]);
    expect(servers().sort()).toEqual(idsOf(news.outs).sort());
    expect(world.cloud.costing()).toHaveLength(4);
    expect(ctx.lines).toHaveLength(2);
    expect(ctx.lines[0]).toMatch(/left alone, because by the marker in its description another resource has taken it over/);
  });
});

describe("An EdcpsInstance deleted", () => {
  test("takes what a crash left beside it along", async () => {
    const { id, outs } = await create();
    await crash((dying) => update(id, outs, { count: 3 }, dying));
    await destroy(id, outs, elsewhere());
    expect(world.cloud.costing()).toEqual([]);
    expect(orders()).toEqual([1, 2]);
  });

  test("while it is not known whether it was bought waits for the order to show, and takes it back", async () => {
    happen({ kind: "lost-answer", ...onPurchase });
    happen({ kind: "late-lists", ms: 8 * minuteMs, times: 1 });
    const kept = await notReady(create({}, within(2)));
    expect(kept.message).toMatch(/is not known yet.*`pulumi destroy` looks for it too/);
    await destroy(kept.id, stored(kept.outs), elsewhere());
    expect(orders()).toEqual([1]);
    expect(world.cloud.costing()).toEqual([]);
  });

  test("while that cannot be known in time fails, so that nothing is forgotten", async () => {
    happen({ kind: "lost-answer", ...onPurchase });
    happen({ kind: "late-lists", ms: 8 * minuteMs, times: 1 });
    const kept = await notReady(create({}, within(2)));
    expect(await messageOf(destroy(kept.id, stored(kept.outs), { ...elsewhere(), ...within(1) }))).toMatch(/is not known yet/);
  });

  test("goes on after a crash, with nobody asked about the servers that it had deleted", async () => {
    const { id, outs } = await create({ count: 5 });
    expect(await messageOf(destroy(id, outs, within(1)))).toMatch(/to be gone, and the time limit is over/);
    world.clock.advance(10 * minuteMs);
    expect(servers()).toEqual([]);
    expect(await messageOf(destroy(id, outs, elsewhere()))).toMatch(/5 of 5 servers/);
    await destroy(id, outs);
    expect(world.cloud.costing()).toEqual([]);
    expect([...journal.intents.values()]).toMatchObject([{ state: "over" }]);
  });

  test("leaves servers alone that another resource has taken over", async () => {
    const { id, outs } = await create();
    const theirs = await create({ adopt: id }, { marker: "zzzzzzzzzz", journal: memoryJournal() });
    await destroy(id, outs);
    expect(servers()).toEqual([theirs.id]);
  });
});

describe("An EdcpsInstance that is looked for with other keys or in another region", () => {
  const otherKeys = (): Over => {
    const { settings } = world.context();
    const { accessKey, secretKey } = world.cloud.otherAccount;
    const values: Record<string, string> = { "jdcloud:accessKey": accessKey, "jdcloud:secretKey": secretKey };
    return { settings: { ...settings, config: (key) => values[key] ?? settings.config(key) } };
  };

  test.each<[string, (outs: EdcpsInstanceOutputs) => [EdcpsInstanceOutputs, Over]]>([
    ["other keys", (outs) => [outs, otherKeys()]],
    ["another region in the state", (outs) => [{ ...outs, regionId: "cn-east-jn1" }, {}]],
  ])("(%s) is neither gone nor bought nor forgotten", async (_what, change) => {
    const { id, outs } = await create({ count: 2 });
    const [last, over] = change(outs);
    for (const work of [
      read(id, last, over),
      update(id, last, { count: 2, regionId: last.regionId, name: "edge-b" }, over),
      destroy(id, last, over),
    ]) {
      expect(await messageOf(work)).toMatch(
        /cannot be seen in JD Cloud cn-east-\w+, but the keys, project or region in use are not those that saw it last/,
      );
    }
    expect(servers()).toHaveLength(2);
    expect(orders()).toEqual([2]);
  });

  test("while its order is unclear is not bought there, nor forgotten", async () => {
    happen({ kind: "lost-answer", ...onPurchase });
    happen({ kind: "late-lists", ms: 14 * minuteMs, times: 1 });
    const kept = await notReady(create());
    world.simulator.faults.clear();
    const over = { ...otherKeys(), ...elsewhere() };
    for (const work of [read, destroy]) expect(await messageOf(work(kept.id, stored(kept.outs), over))).toMatch(/not those that sent it/);
    expect(await messageOf(update(kept.id, stored(kept.outs), {}, over))).toMatch(/not those that sent it/);
    expect(orders()).toEqual([1]);
  });

  test("that are new keys of the same account is seen, and known by these from then on", async () => {
    const { id, outs } = await create();
    const found = await read(id, { ...outs, identity: "0123456789ab" });
    expect(found?.outs.identity).toBe(outs.identity);
  });

  test("is gone only after two looks some seconds apart", async () => {
    const { id, outs } = await create();
    world.cloud.vanish(id);
    world.operations();
    const begun = world.clock.now();
    expect(await read(id, outs, { pollMs: undefined })).toBeUndefined();
    expect(world.clock.now() - begun).toBeGreaterThanOrEqual(5000);
    expect(world.operations().filter((name) => name === "describeInstance")).toHaveLength(2);
  });

  test("with most of a fleet is not believed until it is confirmed", async () => {
    const { id, outs } = await create({ count: 5 });
    for (const server of idsOf(outs)) world.cloud.vanish(server);
    for (const work of [read, destroy])
      expect(await messageOf(work(id, outs))).toMatch(
        /5 of 5 servers read in JD Cloud cn-east-tz1 look gone at once.*CLOUDPHONE_CONFIRM_GONE=true/,
      );
    expect(await read(id, outs, { confirmGone: true })).toBeUndefined();
  });
});

describe("Servers that an EdcpsInstance adopts", () => {
  const standing = async (given: Given = {}, over: Over = {}) => create(given, { marker: "zzzzzzzzzz", journal: memoryJournal(), ...over });

  test("are taken over instead of bought, unchanged but for the marker, and deleted like others", async () => {
    const { id } = await standing({ name: "theirs", description: "by hand", osTypeId: "ostype-0002" });
    const ctx = quickly();
    const adopt: Given = { adopt: id, description: "ours", resourceTags: [{ key: "a", value: "1" }] };
    const taken = await edcpsInstance.create(world.edge(adopt), ctx);
    expect(taken.id).toBe(id);
    expect(orders()).toEqual([1]);
    expect(taken.outs).toMatchObject({ name: "theirs", description: "by hand", isReady: true, marker: `${marker}0` });
    expect(changesOf(stored(taken.outs), adopt)).toEqual(["replace osTypeId", "update name", "update description", "update resourceTags"]);
    expect(ctx.lines).toContainEqual(expect.stringMatching(/carried the marker zzzzzzzzzz0 of another resource/));
    expect(world.lastCall("modifyInstance")).toMatchObject({ description: `by hand [pulumi:${marker}0]` });
    expect(world.lastCall("modifyInstance")).not.toHaveProperty("name");
    await destroy(id, stored(taken.outs));
    expect(world.cloud.costing()).toEqual([]);
  });

  test("may be several, and what is missing is bought by the next update", async () => {
    const { outs } = await standing({ count: 2 });
    const adopt: Given = { adopt: idsOf(outs), count: 3 };
    const taken = await create(adopt);
    expect(idsOf(taken.outs)).toEqual(idsOf(outs));
    expect(taken.outs.count).toBe(2);
    expect(changesOf(taken.outs, adopt)).toEqual(["update count"]);
    expect(await update(taken.id, taken.outs, adopt)).toMatchObject({ count: 3, isReady: true });
    expect(orders()).toEqual([2, 1]);
  });

  test("are waited for while they are being built", async () => {
    const kept = await notReady(standing({}, within(5)));
    expect(await create({ adopt: kept.id })).toMatchObject({ id: kept.id, outs: { isReady: true, status: "running" } });
    expect(orders()).toEqual([1]);
  });

  test("of a lost state are known by their marker, and get the next generation", async () => {
    const { id } = await create();
    world.clock.advance(3 * dayMs);
    expect(await create({ adopt: id }, elsewhere())).toMatchObject({ id, outs: { marker: `${marker}1` } });
    expect(orders()).toEqual([1]);
  });

  test("keep an elastic IP that was not bought through here when they are deleted", async () => {
    const { id } = await standing();
    world.cloud.change(id, { description: "bought in the console" });
    const taken = await create({ adopt: id });
    expect(taken.outs.purchasedElasticIpIds).toEqual([]);
    await destroy(id, taken.outs);
    expect(world.cloud.costing()).toMatchObject([{ kind: "eip" }]);
  });

  test("that were retained keep their elastic IP, of which nothing tells any more who bought it, and one line says that it costs", async () => {
    const { id, outs } = await create({ deletionPolicy: "retain" });
    await destroy(id, outs);
    const taken = await create({ adopt: id });
    const ctx = quickly();
    await edcpsInstance.delete(id, taken.outs, ctx);
    const { elasticIpId, publicIp } = outs.servers[0]!;
    expect(world.cloud.costing()).toEqual([{ kind: "eip", id: elasticIpId }]);
    expect(ctx.lines.filter((line) => line.includes(String(elasticIpId)))).toEqual([
      `EdcpsInstance ${id}: elastic IP ${elasticIpId} (${publicIp}) was bound to it, is not known to have been bought here, is kept, and goes on costing`,
    ]);
  });

  test("name no elastic IP that the cloud has taken along", async () => {
    world.cloud.switches.keepElasticIps = false;
    const { id } = await standing();
    world.cloud.change(id, { description: "bought in the console" });
    const taken = await create({ adopt: id });
    const ctx = quickly();
    await edcpsInstance.delete(id, taken.outs, ctx);
    expect(ctx.lines).toEqual([`EdcpsInstance ${id}: deleted`]);
  });

  test.each<[string, () => Promise<Given>, RegExp]>([
    ["do not exist", () => Promise.resolve({ adopt: "edcps-none" }), /nothing was taken over and nothing bought, because edcps-none of `adopt` does not exist in JD Cloud cn-east-tz1.*check the id, `regionId`/],
    ["are more than wanted", async () => ({ adopt: idsOf((await standing({ count: 2 })).outs), count: 1 }), /`adopt` names 2 servers and `count` is 1/],
  ])("that %s are named, and nothing is bought", async (_what, given, message) => {
    const wanted = await given();
    const before = orders();
    expect(await messageOf(create(wanted))).toMatch(message);
    expect(orders()).toEqual(before);
  }); // prettier-ignore

  test("and are replaced later are bought then", async () => {
    const { id } = await standing();
    const taken = await create({ adopt: id });
    const news = await create({ adopt: id, osTypeId: "ostype-0002" }, { replaced: taken.outs });
    expect(news.id).not.toBe(id);
    expect(orders()).toEqual([1, 1]);
  });
});

describe("The marker of an EdcpsInstance", () => {
  test("stands behind the user's description, which never shows it, and survives its changes", async () => {
    const { id, outs } = await create({ description: "web" });
    expect(world.lastOrder()["description"]).toBe(`web [pulumi:${marker}0]`);
    expect(outs.description).toBe("web");
    const changed = await update(id, outs, { description: "night" });
    expect(world.lastCall("modifyInstance")).toMatchObject({ description: `night [pulumi:${marker}0]` });
    const emptied = await update(id, changed, {});
    expect(world.lastCall("modifyInstance")).toMatchObject({ description: `[pulumi:${marker}0]` });
    expect((await read(id, emptied))?.outs).toEqual(emptied);
  });

  test("that somebody has removed is put back by the next update", async () => {
    const { id, outs } = await create();
    world.cloud.change(id, { description: "by hand" });
    const ctx = quickly();
    const found = await edcpsInstance.read(id, outs, ctx);
    expect(changesOf(stored(found?.outs ?? outs), {})).toEqual(["update isReady"]);
    expect(ctx.lines).toEqual([expect.stringMatching(/the description has lost the marker.*puts it back/)]);
    const changed = await update(id, stored(found?.outs ?? outs), {});
    expect(world.lastCall("modifyInstance")).toMatchObject({ description: `by hand [pulumi:${marker}0]` });
    expect((await read(id, changed))?.outs).toEqual(changed);
  });

  test("follows a resource that an alias has renamed, and an order of unknown outcome under its old name is asked for", async () => {
    const { id, outs } = await create();
    const losing = happen({ kind: "lost-answer", ...onPurchase });
    happen({ kind: "late-lists", ms: 9 * minuteMs, times: 1 });
    const kept = await notReady(update(id, outs, { count: 2 }, within(2)));
    losing.remove();
    const renamed = { marker: "bbbbbbbbbb" };
    expect(edcpsInstance.diff(outs, world.edge(), renamed.marker).properties).toMatchObject([{ property: "marker", kind: "update" }]);
    const changed = await update(id, stored(kept.outs), { count: 2 }, renamed);
    expect(changed).toMatchObject({ count: 2, isReady: true, marker: "bbbbbbbbbb1" });
    expect(idsOf(changed).sort()).toEqual(servers().sort());
    expect(orders()).toEqual([1, 1]);
    expect(journal.intents.size).toBe(0);
    expect((await read(id, changed, renamed))?.outs).toEqual(changed);
    await destroy(id, changed, renamed);
    expect(world.cloud.costing()).toEqual([]);
  });

  test("is not that of servers which a new resource of the old name has bought", async () => {
    const { id, outs } = await create();
    const other = await notReady(create({ name: "other" }, { replaced: outs, ...within(5), ...elsewhere() }));
    const changed = await update(id, outs, { name: "edge-b" }, { marker: "bbbbbbbbbb" });
    expect(idsOf(changed)).toEqual([id]);
    expect(servers().sort()).toEqual([id, other.id].sort());
  });

  test("is looked for in one list by many creates at once", async () => {
    const looks = new Map<string, Promise<unknown>>();
    const markers = ["aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc", "dddddddddd"];
    await Promise.all(markers.map((one) => create({}, { marker: one, looks, journal: memoryJournal() })));
    const operations = world.operations();
    expect(operations.slice(0, operations.indexOf("createInstances"))).toEqual(["describeInstances"]);
    expect(servers()).toHaveLength(4);
  });

  test("is found on every page of a list", async () => {
    world.cloud.switches.instancesPerNode = 1000;
    const letters = Array.from("abcdefghijklmnopqrstu");
    for (const one of letters) await create({ count: 5, enableInternet: "no", bandwidth: undefined }, { marker: `${one}aaaaaaaaa` });
    expect(servers()).toHaveLength(105);
    const again = await create({ count: 5, enableInternet: "no", bandwidth: undefined }, { marker: "uaaaaaaaaa", ...elsewhere() });
    expect(idsOf(again.outs).sort()).toEqual(servers().slice(100).sort());
    expect(orders()).toHaveLength(letters.length);
  });
});
