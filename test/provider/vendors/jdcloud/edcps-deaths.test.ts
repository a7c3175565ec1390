import { edcpsInstance } from "../../../../provider/vendors/jdcloud/edcps-instance";
import type { EdcpsInstanceGiven, EdcpsInstanceOutputs } from "../../../../provider/vendors/jdcloud/edcps-instance";
import { memoryJournal } from "../../../support/context";
import { interruptEverywhere, mortal } from "../../../support/deaths";
import { jdWorld } from "../../../support/jdcloud";
import type { JdWorld } from "../../../support/jdcloud";

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

  test("enabling internet and then no more: with the server goes what was bought for it", async () => {
    let points = 0;
    for (let request = 1; ; request++) {
      const world = { ...(await jdWorld()), journal: memoryJournal() };
      const { id, outs } = await edcpsInstance.create(world.edge(noInternet), contextOf(world));
      const { ctx, died, hasStruck } = mortal(contextOf(world), { how: "dies", request, when: "before" });
      await Promise.race([edcpsInstance.update(id, outs, world.edge(), ctx), died]);
      if (hasStruck()) {
        points++;
        await edcpsInstance.delete(id, outs, contextOf(world));
        expect({ request, costing: world.cloud.costing() }).toEqual({ request, costing: [] });
      }
      await world.close();
      if (!hasStruck()) break;
    }
    expect(points).toBeGreaterThan(5);
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
