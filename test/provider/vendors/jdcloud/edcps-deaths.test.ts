import { edcpsInstance } from "../../../../provider/vendors/jdcloud/edcps-instance";
import type { EdcpsInstanceGiven, EdcpsInstanceOutputs } from "../../../../provider/vendors/jdcloud/edcps-instance";
import { memoryJournal } from "../../../support/context";
import { interruptEverywhere, mortal } from "../../../support/deaths";
import { jdWorld, notReady, refused, tamperWith } from "../../../support/jdcloud";
import type { JdWorld } from "../../../support/jdcloud";
import type { CloudAnswer, CloudRequest } from "../../../../simulator/cloud";

type Given = Partial<EdcpsInstanceGiven>;
const password = "Vq7#mXw2!Lz9";
const reinstall = { reinstall: "inPlace", password } satisfies Given;
const noInternet = { enableInternet: "no", bandwidth: undefined } satisfies Given;

jest.setTimeout(240_000);

type Journaled = JdWorld & { readonly journal: ReturnType<typeof memoryJournal> };

/** How often an operation was executed, and not only answered once more for its client token. */
function executed({ cloud }: JdWorld, operation: string): number {
  const calls = cloud.received().filter((call) => call.operation === operation);
  return new Set(calls.map(({ parameters }) => parameters["clientToken"])).size;
}

const payments = ({ simulator }: JdWorld): number =>
  simulator.ledger.entries("jdcloud").filter(({ kind, what }) => kind === "payment" && / × elastic IP/.test(what)).length;

/** Interrupts the change of servers from one program to another at every request. */
const interrupted = (from: Given, to: Given, check: (world: JdWorld, outs: EdcpsInstanceOutputs) => void): Promise<number> =>
  interruptEverywhere<Journaled, EdcpsInstanceOutputs>({
    async begin() {
      const world = { ...(await jdWorld()), journal: memoryJournal() };
      const { outs } = await edcpsInstance.create(world.edge(from), contextOf(world));
      return { world, outs: JSON.parse(JSON.stringify(outs)) as EdcpsInstanceOutputs };
    },
    context: contextOf,
    change: (world, outs, ctx) => edcpsInstance.update(outs.servers[0]!.id, outs, world.edge(to), ctx),
    async check(world, outs) {
      expect(edcpsInstance.diff(outs, world.edge(to), "abcdefghij").properties).toEqual([]);
      expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(1);
      check(world, outs);
      const found = await edcpsInstance.read(outs.servers[0]!.id, outs, contextOf(world));
      expect(edcpsInstance.diff(found!.outs, world.edge(to), "abcdefghij").properties).toEqual([]);
      await edcpsInstance.delete(outs.servers[0]!.id, found!.outs, contextOf(world));
      expect(world.cloud.costing()).toEqual([]);
    },
    end: (world) => world.close(),
  });

const contextOf = (world: Journaled) => world.context({ journal: world.journal, pollMs: 5 * 60_000 });
const statuses = (outs: EdcpsInstanceOutputs) => outs.servers.map(({ status }) => status);

describe("A change of an EdcpsInstance that is interrupted at any request is finished by the next run", () => {
  test("reinstalling: no server is wiped twice, and all run again", async () => {
    const to: Given = { ...reinstall, osTypeId: "ostype-0002", hostname: "farm", password: "Rt6$nKw9?Hb4" };
    const points = await interrupted(reinstall, to, (world, outs) => {
      expect(executed(world, "reinstallInstance")).toBe(1);
      expect(statuses(outs)).toEqual(["running"]);
    });
    expect(points).toBeGreaterThan(20);
  });

  test("reinstalling two servers for what JD Cloud never shows", async () => {
    const points = await interrupted({ ...reinstall, count: 2 }, { ...reinstall, count: 2, hostname: "farm" }, (world, outs) => {
      expect(executed(world, "reinstallInstance")).toBe(2);
      expect(statuses(outs)).toEqual(["running", "running"]);
    });
    expect(points).toBeGreaterThan(20);
  });

  test("resetting the password", async () => {
    await interrupted({ password }, { password: "Rt6$nKw9?Hb4" }, (_world, outs) => {
      expect(statuses(outs)).toEqual(["running"]);
    });
  });

  test("enabling internet for two servers: no elastic IP is bought twice or forgotten", async () => {
    const points = await interrupted({ ...noInternet, count: 2 }, { count: 2 }, (world) => {
      expect(payments(world)).toBe(2);
      expect(world.cloud.costing().filter(({ kind }) => kind === "eip")).toHaveLength(2);
    });
    expect(points).toBeGreaterThan(20);
  });

  const whenGivenUp = async (end: (world: Journaled, id: string, outs: EdcpsInstanceOutputs) => Promise<void>): Promise<void> => {
    let points = 0;
    for (const when of ["before", "after"] as const) {
      for (let request = 1; ; request++) {
        const world = { ...(await jdWorld()), journal: memoryJournal() };
        try {
          const { id, outs } = await edcpsInstance.create(world.edge(noInternet), contextOf(world));
          const { ctx, died, hasStruck } = mortal(contextOf(world), { how: "dies", request, when });
          await Promise.race([edcpsInstance.update(id, outs, world.edge(), ctx), died]);
          if (!hasStruck()) break;
          points++;
          await end(world, id, JSON.parse(JSON.stringify(outs)) as EdcpsInstanceOutputs);
          const costing = world.cloud.costing().filter(({ kind }) => kind === "eip");
          expect({ when, request, costing, payments: payments(world) <= 1 }).toEqual({ when, request, costing: [], payments: true });
        } finally {
          await world.close();
        }
      }
    }
    expect(points).toBeGreaterThan(10);
  };

  test("enabling internet and then no more: with the server goes what was bought for it", async () => {
    await whenGivenUp(async (world, id, outs) => {
      await edcpsInstance.delete(id, outs, contextOf(world));
      expect(world.cloud.costing()).toEqual([]);
    });
  });

  test("enabling internet, which the program takes back: what was bought for it goes", async () => {
    await whenGivenUp(async (world, id, outs) => {
      const after = await edcpsInstance.update(id, outs, world.edge({ ...noInternet, name: "edge-b" }), contextOf(world));
      await edcpsInstance.delete(id, after, contextOf(world));
    });
    await whenGivenUp(async (world, id, outs) => {
      const found = await edcpsInstance.read(id, outs, contextOf(world));
      const after = await edcpsInstance.update(id, found!.outs, world.edge(noInternet), contextOf(world));
      expect(after.servers).toMatchObject([{ elasticIpId: undefined }]);
    });
  });

  test.each([
    ["prepaid", { charge: { chargeMode: "prepaid_by_duration", chargeDuration: 1 } } satisfies Given, 0, /JD Cloud deletes no prepaid one/],
    ["of days ago", {}, 3 * 24 * 60, /JD Cloud may not remember it any more/],
  ])("enabling internet with an elastic IP that is %s, whose answer is lost for good: nothing is sent again, and one line says so", async (_what, given, minutes, why) => {
    const world = { ...(await jdWorld()), journal: memoryJournal() };
    const way = await tamperWith(world, (request, pass) => {
      const answer = pass();
      return request.method === "PUT" && request.path.endsWith("/elasticIps") ? { status: 502, body: "bad gateway" } : answer;
    });
    try {
      const { id, outs } = await edcpsInstance.create(world.edge({ ...noInternet, ...given }), contextOf(world));
      const kept = await notReady(edcpsInstance.update(id, outs, world.edge(given), { ...contextOf(world), settings: way.settings }));
      world.clock.advance(minutes * 60_000);
      const sent = payments(world);
      world.operations();
      const ctx = contextOf(world);
      await edcpsInstance.update(id, kept.outs, world.edge({ ...noInternet, ...given }), ctx);
      expect(world.operations()).not.toContain("applyElasticIps");
      expect([sent, payments(world)]).toEqual([1, 1]);
      expect(ctx.lines.filter((line) => line.includes("never answered"))).toEqual([expect.stringMatching(why)]);
    } finally {
      await way.close();
      await world.close();
    }
  }); // prettier-ignore

  test("enabling internet, which is given up with other keys: those buy nothing, and the right ones find what there is to delete", async () => {
    const world = { ...(await jdWorld()), journal: memoryJournal() };
    try {
      const { id, outs } = await edcpsInstance.create(world.edge(noInternet), contextOf(world));
      for (let request = 1; payments(world) === 0; request++) {
        const { ctx, died } = mortal(contextOf(world), { how: "dies", request, when: "after" });
        await Promise.race([edcpsInstance.update(id, outs, world.edge(), ctx), died]);
      }
      const { settings } = contextOf(world);
      const { accessKey, secretKey } = world.cloud.otherAccount;
      const others = { config: (key: string) => ({ "jdcloud:accessKey": accessKey, "jdcloud:secretKey": secretKey })[key] ?? settings.config(key), env: () => undefined }; // prettier-ignore
      const ctx = { ...contextOf(world), settings: others };
      await expect(edcpsInstance.delete(id, outs, ctx)).rejects.toThrow(/not those that saw it last/);
      expect(payments(world)).toBe(1);
      await edcpsInstance.delete(id, outs, contextOf(world));
      expect(world.cloud.costing()).toEqual([]);
    } finally {
      await world.close();
    }
  });

  const isPurchase = ({ method, path }: CloudRequest): boolean => method === "PUT" && path.endsWith("/elasticIps");
  const noQuota = refused(429, "QUOTA_EXCEEDED", "the quota of elastic IPs is used up");
  const lost = { status: 502, body: "bad gateway" };

  /** An update to `given` whose purchase of an elastic IP goes `way`, the first time by itself and then as often as it is repeated. */
  async function withLostPurchase(
    given: Given,
    way: (attempt: number, pass: () => CloudAnswer) => CloudAnswer,
    then: (world: Journaled, id: string, outs: EdcpsInstanceOutputs) => Promise<void>,
  ): Promise<void> {
    const world = { ...(await jdWorld()), journal: memoryJournal() };
    let attempts = 0;
    const broken = await tamperWith(world, (request, pass) => (isPurchase(request) ? way(++attempts, pass) : pass()));
    try {
      const { id, outs } = await edcpsInstance.create(world.edge(noInternet), contextOf(world));
      const kept = await notReady(edcpsInstance.update(id, outs, world.edge(given), { ...contextOf(world), settings: broken.settings }));
      expect(payments(world)).toBe(1);
      await then(world, id, JSON.parse(JSON.stringify(kept.outs)) as EdcpsInstanceOutputs);
    } finally {
      await broken.close();
      await world.close();
    }
  }
  const unheard = (_attempt: number, pass: () => CloudAnswer): CloudAnswer => (pass(), lost);
  const eips = (world: JdWorld) => world.cloud.costing().filter(({ kind }) => kind === "eip");

  test("enabling internet, whose answer is lost, and then with another bandwidth: asked for as it was ordered, and changed then", async () => {
    await withLostPurchase({ bandwidth: 10 }, unheard, async (world, id, outs) => {
      const strict = await tamperWith(world, (request, pass) =>
        isPurchase(request) && !request.body.toString().includes('"bandwidth":10,')
          ? refused(400, "INVALID_ARGUMENT", "the token was used with other parameters")
          : pass(),
      );
      const ctx = { ...contextOf(world), settings: strict.settings };
      const after = await edcpsInstance.update(id, outs, world.edge({ bandwidth: 20 }), ctx).finally(() => strict.close());
      expect(after.bandwidth).toBe(20);
      expect([payments(world), eips(world).length]).toEqual([1, 1]);
      await edcpsInstance.delete(id, after, contextOf(world));
      expect(world.cloud.costing()).toEqual([]);
    });
  });

  test("enabling internet, whose answer is lost, and the repetition is refused: it is no proof, and the next run gets what was bought", async () => {
    const once = (attempt: number, pass: () => CloudAnswer): CloudAnswer => (attempt === 1 ? (pass(), lost) : noQuota);
    await withLostPurchase({}, once, async (world, id, outs) => {
      const way = await tamperWith(world, (request, pass) => (isPurchase(request) ? noQuota : pass()));
      const ctx = { ...contextOf(world), settings: way.settings };
      const kept = await notReady(edcpsInstance.update(id, outs, world.edge(), ctx).finally(() => way.close()));
      expect(ctx.lines.join()).toMatch(/never answered may be left and cost: .*QUOTA_EXCEEDED/);
      const after = await edcpsInstance.update(id, kept.outs, world.edge(), contextOf(world));
      expect([payments(world), eips(world).length]).toEqual([1, 1]);
      await edcpsInstance.delete(id, after, contextOf(world));
      expect(world.cloud.costing()).toEqual([]);
    });
  });

  test("enabling internet, whose answer is lost, with the last of the quota: a deletion that is refused the answer says so, and what comes after it asks again", async () => {
    await withLostPurchase({}, unheard, async (world, id, outs) => {
      const way = await tamperWith(world, (request, pass) => (isPurchase(request) ? noQuota : pass()));
      const ctx = { ...contextOf(world), settings: way.settings };
      await edcpsInstance.delete(id, outs, ctx).finally(() => way.close());
      expect(ctx.lines.join()).toMatch(/never answered may be left and cost: .*QUOTA_EXCEEDED/);
      expect(eips(world)).toHaveLength(1);
      const again = await edcpsInstance.create(world.edge(noInternet), contextOf(world));
      expect([payments(world), eips(world).length]).toEqual([1, 0]);
      expect(world.journal.intents.size).toBe(0);
      await edcpsInstance.delete(again.id, again.outs, contextOf(world));
    });
  });

  test("enabling internet with keys that are not in use any more: the purchase stays known until they are, or are said to be the same account's", async () => {
    await withLostPurchase({}, unheard, async (world, id, outs) => {
      const intent = world.journal.intents.get("abcdefghij")!;
      const unanswered = intent.unanswered!.map((one) => ({ ...one, identity: "of other keys" }));
      world.journal.intents.set("abcdefghij", { ...intent, unanswered });
      const ctx = contextOf(world);
      await edcpsInstance.delete(id, outs, ctx);
      expect(ctx.lines.join()).toMatch(/never answered may be left and cost: .*keys/);
      const again = await edcpsInstance.create(world.edge(noInternet), contextOf(world));
      expect([payments(world), eips(world).length]).toEqual([1, 1]);
      expect(world.journal.intents.get("abcdefghij")).toMatchObject({ state: "over", unanswered });
      await edcpsInstance.delete(again.id, again.outs, { ...contextOf(world), confirmGone: true });
      expect(world.cloud.costing()).toEqual([]);
      expect(payments(world)).toBe(1);
    });
  });

  test("enabling internet, whose answer is lost, and then no more: what was bought is deleted as soon as it is booked", async () => {
    await withLostPurchase({}, unheard, async (world, id, outs) => {
      let refusals = 0;
      const way = await tamperWith(world, (request, pass) =>
        request.method === "DELETE" && request.path.includes("/elasticIps/") && ++refusals < 2
          ? refused(403, "PERMISSION_DENIED", "no billing information")
          : pass(),
      );
      const ctx = { ...contextOf(world), settings: way.settings };
      await edcpsInstance.update(id, outs, world.edge(noInternet), ctx).finally(() => way.close());
      expect([refusals, eips(world).length, payments(world)]).toEqual([2, 0, 1]);
    });
  });

  test("enabling internet, whose answer is lost for longer than JD Cloud may remember it: sent again, and one line says what may be left", async () => {
    await withLostPurchase({}, unheard, async (world, id, outs) => {
      world.clock.advance(2 * 24 * 3_600_000);
      const ctx = contextOf(world);
      const after = await edcpsInstance.update(id, outs, world.edge(), ctx);
      expect(ctx.lines.filter((line) => line.includes("never answered"))).toEqual([expect.stringMatching(/may not remember it any more/)]);
      expect(after.servers[0]?.elasticIpId).toBeDefined();
    });
  });

  test("enabling internet, whose answer is lost, before all servers vanish: the refresh says what may be left", async () => {
    await withLostPurchase({}, unheard, async (world, id, outs) => {
      world.cloud.vanish(id);
      const ctx = contextOf(world);
      expect(await edcpsInstance.read(id, outs, ctx)).toBeUndefined();
      expect(ctx.lines.join()).toMatch(/never answered may be left and cost: .*its servers are gone/);
      const again = await edcpsInstance.create(world.edge(noInternet), contextOf(world));
      expect([payments(world), eips(world).length]).toEqual([1, 0]);
      await edcpsInstance.delete(again.id, again.outs, contextOf(world));
    });
  });

  test("disabling internet: no elastic IP is left to cost", async () => {
    await interrupted({ count: 2 }, { ...noInternet, count: 2 }, (world) => {
      expect(world.cloud.costing().filter(({ kind }) => kind === "eip")).toEqual([]);
    });
  });

  test("everything that is done while servers run", async () => {
    const from: Given = { extraUplinkBandwidth: 1, aliasIps: [{ cidr: "10.0.1.40" }], resourceTags: [{ key: "a", value: "1" }] };
    const to: Given = { name: "edge-b", bandwidth: 200, aliasIps: [{ cidr: "10.0.1.41" }], resourceTags: [{ key: "b", value: "1" }] };
    await interrupted(from, to, (world) => {
      expect(payments(world)).toBe(0);
    });
  });
});
