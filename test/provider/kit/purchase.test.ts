import { CloudError, CloudPhoneError, NetworkError } from "../../../provider/http/errors";
import type { Context } from "../../../provider/kit/context";
import type { Intent } from "../../../provider/kit/journal";
import { NotReady } from "../../../provider/kit/not-ready";
import {
  ending,
  forget,
  forgetServers,
  hasStrays,
  keepingUnresolved,
  obtain,
  recover,
  spend,
  Unresolved,
} from "../../../provider/kit/purchase";
import type { Found, Need, Seller } from "../../../provider/kit/purchase";
import { memoryJournal } from "../../support/context";
import { stillContext } from "../../support/still-context";

const minute = 60_000;
const need: Need = { want: 1, held: [], generation: 0 };
const lost = new NetworkError("POST failed: UND_ERR_SOCKET.", { cause: undefined, maybeSent: true });
const refused = new CloudError("Could not buy: no money.", { kind: "fatal", code: "520", status: 200 });

interface World {
  readonly seller: Seller;
  readonly ctx: ReturnType<typeof stillContext>;
  /** Orders that the cloud executed. */
  readonly orders: { marker: string; want: number }[];
  readonly servers: Found[];
  /** What becomes of the next requests: executed or not, answered or not. */
  readonly fates: ("ok" | "lost before" | "lost after" | "refused")[];
  /** A server that an earlier run bought. */
  readonly plant: (over?: Partial<Found>) => Found;
}

/** A cloud that shows what it sold `lagMs` later. */
function world(
  over: { lagMs?: number; remembersOrders?: boolean; openOrders?: () => readonly string[] } = {},
  ctx = stillContext(),
): World {
  const { lagMs = 0, remembersOrders = false, openOrders } = over;
  const orders: World["orders"] = [];
  const servers: Found[] = [];
  const answered = new Map<string, readonly string[]>();
  const fates: World["fates"] = [];
  const plant = (of: Partial<Found> = {}): Found => {
    const server: Found = {
      id: `s-${servers.length + 1}`,
      marker: { resource: ctx.marker, generation: 0 },
      isComplete: false,
      createdAt: ctx.clock.now(),
      ...of,
    };
    servers.push(server);
    return server;
  };
  const seller: Seller = {
    what: 'Server "farm"',
    place: "Cloud",
    identity: "mine",
    remembersOrders,
    find: (resource) =>
      Promise.resolve(servers.filter((one) => one.marker.resource === resource && (one.createdAt ?? 0) + lagMs <= ctx.clock.now())),
    buy(marker, want) {
      const fate = fates.shift() ?? "ok";
      if (fate === "refused") return Promise.reject(refused);
      if (fate === "lost before") return Promise.reject(lost);
      const key = JSON.stringify(marker);
      const before = remembersOrders ? answered.get(key) : undefined;
      const ids = before ?? Array.from({ length: want }, () => plant({ marker }).id);
      if (before === undefined) orders.push({ marker: `${marker.resource}${marker.generation}`, want });
      answered.set(key, ids);
      return fate === "lost after" ? Promise.reject(lost) : Promise.resolve({ serverIds: ids });
    },
    ...(openOrders === undefined ? {} : { openOrders: () => Promise.resolve(openOrders()) }),
  };
  return { seller, ctx, orders, servers, fates, plant };
}

const sent = (ctx: Context, over: Partial<Intent> = {}): Promise<void> =>
  ctx.journal.write(ctx.marker, {
    what: "",
    marker: `${ctx.marker}0`,
    place: "Cloud",
    identity: "mine",
    want: 1,
    sentAt: ctx.clock.now(),
    state: "sent",
    serverIds: [],
    ...over,
  });

describe("obtaining a server", () => {
  test("orders once, with the intent in the journal before the request and the ids after it", async () => {
    const { seller, ctx, orders } = world();
    const before: unknown[] = [];
    const noting: Seller = { ...seller, buy: async (...order) => (before.push(await ctx.journal.read(ctx.marker)), seller.buy(...order)) };
    const obtained = await obtain(noting, { ...need, want: 2 }, ctx);
    expect(obtained).toEqual({ marker: { resource: "abcdefghij", generation: 0 }, serverIds: ["s-1", "s-2"], found: [] });
    expect(orders).toEqual([{ marker: "abcdefghij0", want: 2 }]);
    expect(before).toMatchObject([{ state: "sent", want: 2, what: 'Server "farm"', marker: "abcdefghij0" }]);
    expect(ctx.journal.intents.get(ctx.marker)).toMatchObject({ state: "accepted", serverIds: ["s-1", "s-2"] });
    await forget(ctx);
    expect(ctx.journal.intents.size).toBe(0);
  });

  test("does not order at all without a marker, without a journal, or when the engine is gone", async () => {
    const nameless = world({}, stillContext({ marker: "" }));
    await expect(obtain(nameless.seller, need, nameless.ctx)).rejects.toThrow("purchaseMarker");
    const { seller, ctx, orders } = world();
    const full = { ...ctx, journal: { ...ctx.journal, write: () => Promise.reject(new Error("disk full")) } };
    await expect(obtain(seller, need, full)).rejects.toThrow("disk full");
    await expect(obtain(seller, need, { ...ctx, signal: AbortSignal.abort(new Error("engine gone")) })).rejects.toThrow("engine gone");
    expect([...orders, ...nameless.orders]).toEqual([]);
  });

  test("takes over what an interrupted run bought, and orders nothing", async () => {
    const { seller, ctx, orders, plant } = world();
    plant();
    expect(await obtain(seller, need, ctx)).toMatchObject({ serverIds: ["s-1"], marker: { generation: 0 }, found: [{ id: "s-1" }] });
    expect(orders).toEqual([]);
    expect(ctx.lines.join()).toContain("an earlier run bought s-1, which is taken over; nothing is bought");
  });

  test("a complete one is taken over with a higher generation, so that an older state cannot delete it", async () => {
    const { seller, ctx, plant } = world();
    plant({ isComplete: true, marker: { resource: "abcdefghij", generation: 3 } });
    expect((await obtain(seller, need, ctx)).marker).toEqual({ resource: "abcdefghij", generation: 4 });
  });

  test("a complete one of more than a day is shown and left, until that is allowed", async () => {
    const { seller, ctx, orders, plant } = world();
    plant({ isComplete: true, createdAt: ctx.clock.now() - 25 * 60 * minute });
    await expect(obtain(seller, need, ctx)).rejects.toThrow(/nothing was bought.*s-1 \(of 2026-01-01T02:04:05.000Z\).*adoptOrphans/s);
    expect(await obtain(seller, need, { ...ctx, adoptOrphans: true })).toMatchObject({ serverIds: ["s-1"] });
    expect(orders).toEqual([]);
  });

  test("never takes what the state holds, what it is to replace, or what is another's", async () => {
    const { seller, ctx, orders, plant } = world();
    plant();
    plant({ marker: { resource: "abcdefghij", generation: 1 } });
    plant({ marker: { resource: "zzzzzzzzzz", generation: 5 } });
    const obtained = await obtain(seller, { ...need, generation: 1, held: ["s-2"] }, ctx);
    expect(obtained).toMatchObject({ serverIds: ["s-4"], marker: { generation: 1 } });
    expect(orders).toHaveLength(1);
  });

  test("does not order elsewhere as long as an order of another place may have brought servers there", async () => {
    const { seller, ctx, orders } = world();
    await sent(ctx, { place: "Cloud, another city" });
    await expect(obtain(seller, need, ctx)).rejects.toThrow(
      /interrupted run ordered a server for it in Cloud, another city .*Set the place back/s,
    );
    expect(orders).toEqual([]);
    await sent(ctx, { place: "Cloud, another city", state: "over" });
    await obtain(seller, need, ctx);
    expect(orders).toHaveLength(1);
  });

  test("does not take over or give up what other keys have ordered, unless that is confirmed", async () => {
    for (const intent of [
      { state: "accepted", serverIds: ["s-9"] },
      { state: "sent", sentAt: 0 },
    ] as const) {
      const { seller, ctx, orders } = world();
      await sent(ctx, { ...intent, identity: "theirs" });
      for (const work of [() => obtain(seller, need, ctx), () => recover(seller, need, ctx)])
        await expect(work()).rejects.toThrow(
          /keys, project or region in use now .* are not those that sent it.*CLOUDPHONE_CONFIRM_GONE=true/s,
        );
      expect(orders).toEqual([]);
      await obtain(seller, need, { ...ctx, confirmGone: true });
    }
  });

  test("takes over what the journal knows, however old it is", async () => {
    const begun = Date.parse("2026-01-02T03:04:05Z") - 60 * 60 * minute;
    for (const over of [
      { state: "accepted", serverIds: ["s-1"], sentAt: begun },
      { state: "sent", sentAt: begun },
    ] as const) {
      const { seller, ctx, orders, plant } = world();
      await sent(ctx, over);
      plant({ isComplete: true, createdAt: begun + minute });
      expect(await recover(seller, need, ctx)).toMatchObject({ serverIds: ["s-1"] });
      expect(await obtain(seller, need, ctx)).toMatchObject({ serverIds: ["s-1"] });
      expect(await obtain(seller, { ...need, unclearSince: begun }, { ...ctx, journal: memoryJournal() })).toMatchObject({
        serverIds: ["s-1"],
      });
      expect(orders).toEqual([]);
    }
  });

  test("an order of unknown outcome is found under the name that the resource had then", async () => {
    const { seller, ctx, orders, plant } = world({}, stillContext({ marker: "zzzzzzzzzz" }));
    plant({ marker: { resource: "abcdefghij", generation: 0 } });
    const renamed: Need = { ...need, marker: "abcdefghij0", unclearSince: ctx.clock.now() };
    expect(await obtain(seller, renamed, ctx)).toMatchObject({ serverIds: ["s-1"], marker: { resource: "zzzzzzzzzz" } });
    expect(orders).toEqual([]);
    expect(await recover(seller, { ...renamed, unclearSince: undefined }, ctx)).toBeUndefined(); // another resource may have that name by now
    const failing = { ...seller, find: () => Promise.reject(lost) };
    const left = await obtain(seller, { ...renamed, held: ["s-1"] }, { ...ctx, deadline: ctx.clock.now() }).catch(
      (error: unknown) => error,
    );
    expect(left).toMatchObject({ marker: { resource: "abcdefghij" } });
    await expect(obtain(failing, renamed, ctx)).rejects.toBe(lost);
  });

  test("the journal of an old name is cleared with the servers that it is about, and only then", async () => {
    const { ctx } = world({}, stillContext({ marker: "zzzzzzzzzz" }));
    const { journal } = ctx;
    await sent({ ...ctx, marker: "abcdefghij" }, { state: "accepted", serverIds: ["s-1"] });
    await forget(ctx, { marker: "abcdefghij0" }, ["s-2"]);
    expect(journal.intents.size).toBe(1);
    await forget(ctx, { marker: "abcdefghij0" }, ["s-1", "s-2"]);
    expect(journal.intents.size).toBe(0);
  });

  test("the end of servers adds to what an earlier end has noted, and forgets nothing that outlives them", async () => {
    const { seller, ctx } = world();
    await sent(ctx, { state: "ending", serverIds: ["s-1"], leftOvers: ["ip-1"] });
    await ending(seller, ["s-2"], { resource: ctx.marker, generation: 1 }, ctx);
    expect(ctx.journal.intents.get(ctx.marker)).toMatchObject({ state: "ending", serverIds: ["s-1", "s-2"], leftOvers: ["ip-1"] });
  });

  test("what was bought counts even if the disk is full by then", async () => {
    const { seller, ctx, orders } = world();
    const write = (resource: string, intent: Intent): Promise<void> =>
      intent.state === "accepted" ? Promise.reject(new CloudPhoneError("disk full")) : ctx.journal.write(resource, intent);
    expect(await obtain(seller, need, { ...ctx, journal: { ...ctx.journal, write } })).toMatchObject({ serverIds: ["s-1"] });
    expect([orders.length, ctx.lines.join()]).toEqual([
      1,
      expect.stringContaining("bought s-1, but that is not in the journal. disk full"),
    ]);
  });

  test("a refusal buys nothing and leaves nothing behind", async () => {
    const { seller, ctx, orders, fates } = world();
    fates.push("refused");
    await expect(obtain(seller, need, ctx)).rejects.toBe(refused);
    expect([orders, ctx.journal.intents.size]).toEqual([[], 0]);
  });
});

describe("an order whose answer is lost", () => {
  test("is looked for until it shows", async () => {
    const { seller, ctx, orders, fates } = world({ lagMs: 7 * minute });
    fates.push("lost after");
    expect(await obtain(seller, need, ctx)).toMatchObject({ serverIds: ["s-1"] });
    expect(orders).toHaveLength(1);
  });

  test("and that never shows is left to the next run, which looks again and orders only then", async () => {
    const { seller, ctx, orders, fates } = world();
    const begun = ctx.clock.now();
    fates.push("lost before");
    const left = await keepingUnresolved(
      (state) => state,
      () => obtain(seller, need, ctx),
    ).catch((error: unknown) => error);
    expect(left).toBeInstanceOf(NotReady);
    expect(left).toMatchObject({
      id: "unresolved/abcdefghij0",
      outs: { isReady: false, marker: "abcdefghij0", unclearSince: "2026-01-02T03:04:05.000Z" },
    });
    expect(String(left)).toContain("run `pulumi up` again, which looks once more and buys only if there still is nothing");
    expect(ctx.clock.now() - begun).toBeGreaterThanOrEqual(ctx.visibilityMs);
    expect(orders).toEqual([]);
    expect(await obtain(seller, { ...need, unclearSince: begun }, ctx)).toMatchObject({ serverIds: ["s-1"] });
    expect(orders).toHaveLength(1);
  });

  test("after a crash the next run waits until it would show: by the journal, or by the state", async () => {
    for (const known of ["journal", "state"] as const) {
      const { seller, ctx, orders, servers, fates } = world({ lagMs: 8 * minute });
      fates.push("lost after");
      await expect(obtain(seller, need, { ...ctx, deadline: ctx.clock.now() + minute })).rejects.toBeInstanceOf(Unresolved);
      const [server] = servers;
      if (known === "state") ctx.journal.intents.clear();
      const again = await obtain(seller, known === "state" ? { ...need, unclearSince: server?.createdAt } : need, ctx);
      expect(again).toMatchObject({ serverIds: ["s-1"] });
      expect(orders).toHaveLength(1);
    }
  });

  test("ids that the cloud had named before the crash count as bought, though no list shows them yet", async () => {
    const { seller, ctx, orders } = world({ lagMs: 8 * minute });
    await obtain(seller, need, ctx);
    expect(await obtain(seller, need, ctx)).toMatchObject({ serverIds: ["s-1"], found: [] });
    expect(orders).toHaveLength(1);
    await forgetServers(["s-2"], ctx);
    expect(ctx.journal.intents.size).toBe(1);
    await forgetServers(["s-1", "s-2"], ctx);
    expect(ctx.journal.intents.size).toBe(0);
  });

  test("and that billing may know of is never made again, whatever the time, before somebody has cleared it up", async () => {
    let open = ["order CS1, unpaid"];
    const { seller, ctx, orders, fates } = world({ openOrders: () => open });
    fates.push("lost before");
    const message = await obtain(seller, need, ctx).catch((error: unknown) => String(error));
    expect(message).toMatch(/These orders may be it: order CS1, unpaid: pay those that are wanted or cancel them/);
    const unclearSince = ctx.clock.now() - 60 * minute;
    await expect(obtain(seller, { ...need, unclearSince }, ctx)).rejects.toBeInstanceOf(Unresolved);
    open = [];
    await obtain(seller, { ...need, unclearSince }, ctx);
    expect(orders).toHaveLength(1);
  });

  test("is sent again at once where the cloud remembers orders", async () => {
    const { seller, ctx, orders, fates } = world({ remembersOrders: true, lagMs: 60 * minute });
    fates.push("lost after");
    await expect(obtain(seller, need, ctx)).rejects.toBeInstanceOf(Unresolved);
    expect(await obtain(seller, need, ctx)).toMatchObject({ serverIds: ["s-1"] });
    expect(orders).toHaveLength(1);
  });

  test("where the cloud remembers orders, one that was refused or is over is never asked for again", async () => {
    const { seller, ctx, orders, fates } = world({ remembersOrders: true });
    fates.push("refused");
    await expect(obtain(seller, need, ctx)).rejects.toBe(refused);
    expect((await obtain(seller, need, ctx)).marker.generation).toBe(1);
    await spend(seller, { resource: ctx.marker, generation: 4 }, ctx);
    await obtain(seller, { ...need, held: ["s-1"] }, ctx);
    expect(orders.map((order) => order.marker)).toEqual(["abcdefghij1", "abcdefghij5"]);
  });
});

describe("recovering before a change or a deletion", () => {
  test("finds what no state holds, orders nothing, and waits for an order of unknown outcome", async () => {
    const { seller, ctx, orders, plant } = world({ lagMs: 5 * minute });
    expect(await recover(seller, need, ctx)).toBeUndefined();
    await sent(ctx);
    plant();
    expect(await recover(seller, need, ctx)).toMatchObject({ serverIds: ["s-1"] });
    expect(await recover(seller, { ...need, held: ["s-1"], unclearSince: ctx.clock.now() - 60 * minute }, ctx)).toBeUndefined();
    expect(orders).toEqual([]);
  });

  test("an order whose servers all show has been answered: nothing waits for it any more", async () => {
    for (const work of [obtain, recover]) {
      const { seller, ctx, plant } = world();
      const begun = ctx.clock.now();
      await sent(ctx, { want: 2 });
      plant();
      await work(seller, { ...need, want: 2 }, ctx);
      expect(ctx.journal.intents.get(ctx.marker)).toMatchObject({ serverIds: [] }); // the other one may still show
      plant();
      await work(seller, { ...need, want: 2 }, ctx);
      expect(ctx.journal.intents.get(ctx.marker)).toMatchObject({ state: "sent", serverIds: ["s-1", "s-2"] });
      expect(await recover(seller, { ...need, held: ["s-1", "s-2"] }, ctx)).toBeUndefined();
      expect(ctx.clock.now()).toBe(begun);
    }
  });

  test("nor after the run that lost the answer has found them, and it says how long it looks", async () => {
    const { seller, ctx, fates } = world({ lagMs: minute });
    fates.push("lost after");
    await obtain(seller, need, ctx);
    expect(ctx.lines.join()).toContain("looking for it, until 2026-01-02T03:14:05.000Z at the latest");
    const found = ctx.clock.now();
    expect(await recover(seller, { ...need, held: ["s-1"] }, ctx)).toBeUndefined();
    expect(ctx.clock.now()).toBe(found);
  });

  test("leaves alone what may be somebody else's, and says so", async () => {
    const { seller, ctx, plant } = world();
    plant({ isComplete: true, createdAt: ctx.clock.now() - 25 * 60 * minute });
    expect(await hasStrays(seller, need, ctx)).toBe(false);
    expect(await recover(seller, need, ctx)).toBeUndefined();
    expect(ctx.lines.join()).toContain("left alone s-1");
    plant();
    expect(await hasStrays(seller, need, ctx)).toBe(true);
  });
});
