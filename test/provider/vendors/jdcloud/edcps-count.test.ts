import { edcpsInstance } from "../../../../provider/vendors/jdcloud/edcps-instance";
import type { EdcpsInstanceGiven, EdcpsInstanceOutputs } from "../../../../provider/vendors/jdcloud/edcps-instance";
import type { CloudAnswer, CloudRequest } from "../../../../simulator/cloud";
import { jdClient } from "../../../simulator/support/jdcloud-client";
import { jdWorld, notReady, refused, tamperWith } from "../../../support/jdcloud";
import type { JdWorld } from "../../../support/jdcloud";

type Given = Partial<EdcpsInstanceGiven>;
const minuteMs = 60_000;
const prepaid = { charge: { chargeMode: "prepaid_by_duration", chargeDuration: 1 } } satisfies Given;

let world: JdWorld;
let undo: (() => Promise<void>)[];
beforeEach(async () => {
  world = await jdWorld();
  undo = [];
});
afterEach(async () => {
  for (const one of undo) await one();
  await world.close();
});

const quickly = (over: Parameters<JdWorld["context"]>[0] = {}) => world.context({ pollMs: 2 * minuteMs, ...over });
const within = (minutes: number) => quickly({ deadline: world.clock.now() + minutes * minuteMs });
/** A context whose requests go through `answer`. */
async function through(answer: (request: CloudRequest, pass: () => CloudAnswer) => CloudAnswer) {
  const way = await tamperWith(world, answer);
  undo.push(() => way.close());
  return quickly({ settings: way.settings });
}
const stored = <T>(outs: T): T => JSON.parse(JSON.stringify(outs)) as T;
async function create(given: Given = {}) {
  const { id, outs } = await edcpsInstance.create(world.edge(given), quickly());
  return { id, outs: stored(outs) };
}
const update = async (id: string, last: EdcpsInstanceOutputs, given: Given, ctx = quickly()) =>
  stored(await edcpsInstance.update(id, last, world.edge(given), ctx));
async function read(id: string, outs: EdcpsInstanceOutputs) {
  const found = await edcpsInstance.read(id, outs, quickly());
  if (found === undefined) throw new Error(`${id} is gone`);
  return stored(found);
}
const changesOf = (last: EdcpsInstanceOutputs, given: Given) =>
  edcpsInstance.diff(last, world.edge(given), "abcdefghij").properties.map(({ property, kind }) => `${kind} ${property}`);
const idsOf = (outs: EdcpsInstanceOutputs) => outs.servers.map((server) => server.id);
const namesOf = (outs: EdcpsInstanceOutputs) => outs.servers.map((server) => server.name);
/** How many servers each order bought. */
const orders = () => world.simulator.ledger.orders("jdcloud").map((order) => order.ids.length);
const costing = (kind: string) => world.cloud.costing().filter((thing) => thing.kind === kind).map((thing) => thing.id); // prettier-ignore
const isPurchase = (request: CloudRequest): boolean => request.method === "PUT" && request.path.endsWith("/instances");
const tokens = () =>
  world.cloud.received().flatMap((call) => (call.operation === "createInstances" ? [call.parameters["clientToken"]] : []));

describe("A larger count of an EdcpsInstance", () => {
  test("buys just the difference with one order, a smaller one ends the newest with their elastic IPs", async () => {
    const { id, outs: one } = await create({ description: "web" });
    expect(changesOf(one, { description: "web", count: 3 })).toEqual(["update count"]);
    const ctx = quickly();
    const three = await update(id, one, { description: "web", count: 3 }, ctx);
    expect(orders()).toEqual([1, 2]);
    expect(world.lastOrder()).toMatchObject({ name: "edge-a", description: "web [pulumi:abcdefghij1]", count: 2 });
    expect(new Set(tokens()).size).toBe(2);
    expect(three).toMatchObject({ count: 3, isReady: true, status: "running", servers: [one.servers[0], {}, {}] });
    expect(idsOf(three).sort()).toEqual([...world.cloud.servers()].sort());
    expect(namesOf(three)).toEqual(["edge-a", "edge-a1", "edge-a2"]);
    expect(three.servers.map((server) => server.elasticIpId).sort()).toEqual(costing("eip").sort());
    const [, second = "", third = ""] = idsOf(three);
    expect(ctx.lines).toEqual([
      `EdcpsInstance edge-a: ordered ${second}, ${third}`,
      `EdcpsInstance ${second} (running, ${String(three.servers[1]?.publicIp)}), ${third} (running, ${String(three.servers[2]?.publicIp)})`,
    ]);
    expect(changesOf(three, { description: "web", count: 3 })).toEqual([]);
    expect((await read(id, three)).outs).toEqual(three);

    const two = await update(id, three, { description: "web", count: 2 });
    expect(orders()).toEqual([1, 2]);
    expect(two).toEqual({ ...three, count: 2, servers: three.servers.slice(0, 2) });
    expect([...world.cloud.servers()]).toEqual([id, second]);
    expect(costing("eip").sort()).toEqual(two.servers.map((server) => server.elasticIpId).sort());
    await edcpsInstance.delete(id, two, quickly());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("does everything else of the same update on all servers, the new ones too", async () => {
    const { id, outs } = await create({ count: 2, resourceTags: [{ key: "a", value: "1" }] });
    const given: Given = { count: 4, name: "farm", description: "night", resourceTags: [{ key: "a", value: "2" }] };
    const changed = await update(id, outs, given);
    expect(orders()).toEqual([2, 2]);
    expect(namesOf(changed)).toEqual(["farm1", "farm2", "farm3", "farm4"]);
    expect(changesOf(changed, given)).toEqual([]);
    for (const server of idsOf(changed)) {
      const { inputs } = await read(server, { regionId: "cn-east-tz1" } as EdcpsInstanceOutputs);
      expect(inputs).toMatchObject({ description: "night", resourceTags: [{ key: "a", value: "2" }] });
    }
  });

  test("that runs out of time keeps all ids, and the next update goes on without buying again", async () => {
    const { id, outs } = await create();
    world.cloud.stallProvisioning(true);
    const given: Given = { count: 3, description: "all of them" };
    const kept = await notReady(update(id, outs, given, within(10)));
    expect(kept.id).toBe(id);
    expect(kept.message).toMatch(/^Waited 10 min for EdcpsInstance .*run the same command again/);
    expect(kept.outs).toMatchObject({ count: 3, isReady: false });
    expect(idsOf(kept.outs).sort()).toEqual([...world.cloud.servers()].sort());
    const refreshed = await read(id, stored(kept.outs));
    expect(refreshed).toMatchObject({ id, outs: { count: 3, isReady: false } });
    expect(changesOf(refreshed.outs, { count: 3 })).toEqual(["update isReady"]);
    const late = await notReady(update(id, refreshed.outs, given, within(10)));
    world.cloud.stallProvisioning(false);
    const changed = await update(id, stored(late.outs), given);
    expect(orders()).toEqual([1, 2]);
    expect(changed).toMatchObject({ count: 3, isReady: true, description: "all of them" });
    expect(idsOf(changed)).toEqual(idsOf(kept.outs));
    await edcpsInstance.delete(id, changed, quickly());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("keeps the ids of servers that no answer shows yet, however long that takes", async () => {
    const { id, outs } = await create();
    let isHidden = false;
    const ctx = await through((request, pass) => {
      const answered = pass();
      if (isPurchase(request)) isHidden = true;
      if (!isHidden || request.method !== "GET" || !/\/instances($|\/)/.test(request.path)) return answered;
      if (!request.path.endsWith("/instances")) return refused(404, "NOT_FOUND", "Instance not found");
      const { requestId, result } = answered.body as { requestId: string; result: { instances: { instanceId: string }[] } };
      return { ...answered, body: { requestId, result: { instances: result.instances.filter((one) => one.instanceId === id) } } };
    });
    const kept = await notReady(update(id, outs, { count: 2 }, { ...ctx, deadline: world.clock.now() + 30 * minuteMs }));
    expect(idsOf(kept.outs).sort()).toEqual([...world.cloud.servers()].sort());
    const again = await notReady(update(id, stored(kept.outs), { count: 2 }, { ...ctx, deadline: world.clock.now() + 30 * minuteMs }));
    expect(orders()).toEqual([1, 1]);
    expect(await update(id, stored(again.outs), { count: 2 })).toMatchObject({ count: 2, isReady: true });
    expect(orders()).toEqual([1, 1]);
  });

  test.each<[string, () => void, RegExp]>([
    ["quota", () => void (world.cloud.switches.instancesPerNode = 2), /^Could not buy .*QUOTA_EXCEEDED.*higher quota/],
    ["stock", () => undefined, /^Could not buy .*FAILED_PRECONDITION, .*sold out.*in stock/],
  ])("that is refused for lack of %s leaves servers and state as they were", async (what, prepare, message) => {
    prepare();
    const given: Given = what === "stock" ? { deviceType: "edcps.s2.normal" } : {}; // the simulated region has two of these
    const { id, outs } = await create(given);
    const kept = await notReady(update(id, outs, { ...given, count: 3, name: "edge-b" }));
    expect(kept.message).toMatch(message);
    // The generation that was refused is spent, also for machines that do not share the journal.
    expect(stored(kept.outs)).toEqual({ ...outs, marker: "abcdefghij1" });
    expect(kept.outs.isReady).toBe(true);
    expect([...world.cloud.servers()]).toEqual([id]);
    world.clock.advance(minuteMs);
    expect(await update(id, stored(kept.outs), { ...given, count: 2, name: "edge-b" })).toMatchObject({ count: 2, isReady: true });
    expect(new Set(tokens()).size).toBe(3); // or the refusal would have been replayed
  });

  test("whose order stays unclear says so in the state, and the next update asks for it with the same token", async () => {
    const { id, outs } = await create();
    const ctx = await through((request, pass) => (isPurchase(request) ? { status: 502, body: "<html/>" } : pass()));
    const kept = await notReady(update(id, outs, { count: 2 }, ctx));
    expect(kept.message).toMatch(/HTTP 502.*did not show within 10 min.*run `pulumi up` again/);
    const unclear = { isReady: false, marker: "abcdefghij1", unclearSince: expect.any(String) as string };
    expect(stored(kept.outs)).toEqual({ ...outs, ...unclear });
    expect(await update(id, stored(kept.outs), { count: 2 })).toMatchObject({ count: 2, isReady: true, marker: "abcdefghij1" });
    expect(orders()).toEqual([1, 1]);
  });

  test("that is delivered in part orders the rest at once", async () => {
    const { id, outs } = await create();
    world.simulator.faults.add({ kind: "partial-order", cloud: "jdcloud", delivered: 1, times: 1 });
    expect(await update(id, outs, { count: 3 })).toMatchObject({ count: 3, isReady: true });
    expect(orders()).toEqual([1, 1, 1]);
    expect(new Set(tokens()).size).toBe(3);
  });

  test("whose rest is refused keeps what came and says so, and the next update orders the rest", async () => {
    const { id, outs } = await create();
    world.simulator.faults.add({ kind: "partial-order", cloud: "jdcloud", delivered: 1, times: 1 });
    world.simulator.faults.add({ kind: "out-of-balance", cloud: "jdcloud", after: 1, times: 1 });
    const kept = await notReady(update(id, outs, { count: 3 }));
    expect(kept.message).toMatch(
      /edge-a has 2 servers instead of 3, because JD Cloud delivered fewer.*Set `count` to 2.*rest failed: .*Top up/,
    );
    expect(kept.outs).toMatchObject({ count: 2, isReady: false });
    expect(await update(id, stored(kept.outs), { count: 3 })).toMatchObject({ count: 3, isReady: true });
    expect(orders()).toEqual([1, 1, 1]);
  });

  test("whose new servers fail to be built says so, run after run, and buys no more", async () => {
    const { id, outs } = await create();
    world.cloud.failProvisioning();
    const kept = await notReady(update(id, outs, { count: 2 }));
    expect(kept.message).toMatch(/is in state error/);
    const refreshed = await read(id, stored(kept.outs));
    expect(changesOf(refreshed.outs, { count: 2 })).toEqual(["update isReady"]);
    for (const count of [2, 4]) {
      const again = await notReady(update(id, refreshed.outs, { count }));
      expect(again.message).toBe(kept.message);
    }
    expect(orders()).toEqual([1, 1]);
    expect(await update(id, refreshed.outs, { count: 1 })).toMatchObject({ count: 1, isReady: true }); // the way out: the failed one ends
    expect([...world.cloud.servers()]).toEqual([id]);
  });

  test("of prepaid servers is one more prepaid order", async () => {
    const { id, outs } = await create(prepaid);
    const changed = await update(id, outs, { ...prepaid, count: 2 });
    expect(world.lastOrder()).toMatchObject({ count: 1, charge: { ...prepaid.charge, chargeUnit: "month" } });
    expect(changed.servers.map((server) => server.expiresAt)).toEqual(["2026-02-02T15:59:59Z", "2026-02-02T15:59:59Z"]);
  });

  test("claims no elastic IP that somebody else has bound to an older server", async () => {
    const { id, outs } = await create();
    const [ours = ""] = costing("eip");
    const theirs = await elasticIpOfSomebodyElse();
    world.cloud.change(id, { elasticIpId: theirs });
    const swapped = (await read(id, outs)).outs;
    expect(swapped.purchasedElasticIpIds).toEqual([ours]);
    const changed = await update(id, swapped, { count: 2 });
    expect([theirs, ...(changed.purchasedElasticIpIds ?? [])].sort()).toEqual(costing("eip").sort());
    await edcpsInstance.delete(id, changed, quickly());
    expect(world.cloud.costing()).toEqual([{ id: theirs, kind: "eip" }]);
  });
});

/** Bought by itself, with a client that is not ours. */
async function elasticIpOfSomebodyElse(): Promise<string> {
  const { config, secrets } = world.simulator.settings;
  const keys = { accessKey: config["jdcloud:accessKey"]!, secretKey: secrets["jdcloud:secretKey"]! };
  const call = jdClient({ url: config["jdcloud:endpoint"]!, keys, now: () => world.clock.now() });
  const elasticIpSpec = { bandwidth: 5, count: 1, charge: { chargeMode: "postpaid_by_duration" } };
  const { body } = await call("PUT", "/v1/regions/cn-east-tz1/elasticIps", { elasticIpSpec });
  world.clock.advance(minuteMs);
  return (body.result!["elasticIpIds"] as string[])[0]!;
}

describe("A server of an EdcpsInstance that vanished", () => {
  test("shows as a smaller count and is bought back, just that one", async () => {
    const { id, outs } = await create({ count: 3 });
    world.cloud.vanish(idsOf(outs)[1] ?? "");
    const found = await read(id, outs);
    expect(found.id).toBe(id);
    expect(changesOf(found.outs, { count: 3 })).toEqual(["update count"]);
    const changed = await update(id, found.outs, { count: 3 });
    expect(orders()).toEqual([3, 1]);
    expect(idsOf(changed).slice(0, 2)).toEqual(idsOf(found.outs));
    expect(namesOf(changed)).toEqual(["edge-a1", "edge-a3", "edge-a2"]);
    await edcpsInstance.delete(id, changed, quickly());
    expect(world.cloud.costing()).toEqual([]); // the elastic IP that the vanished one left behind, too
  });

  test("as the first hands the resource's id on to the next", async () => {
    const { id, outs } = await create({ count: 2 });
    world.cloud.vanish(id);
    const ctx = quickly();
    const found = await edcpsInstance.read(id, outs, ctx);
    expect(found?.id).toBe(idsOf(outs)[1]);
    expect(ctx.lines).toEqual([expect.stringMatching(new RegExp(`^EdcpsInstance ${id} is gone, but the elastic IP fip-\\w+ .*costs$`))]);
    const changed = await update(found?.id ?? "", stored(found?.outs ?? outs), { count: 2 });
    expect(orders()).toEqual([2, 1]);
    expect(changed.servers[0]?.id).toBe(found?.id);
  });

  test("counts in an update that was not told of it, with its elastic IP", async () => {
    const { id, outs } = await create({ count: 3 });
    const [, second = "", third = ""] = idsOf(outs);
    world.cloud.vanish(second);
    const two = await update(id, outs, { count: 2 });
    expect(idsOf(two)).toEqual([id, third]); // one less as wanted: nothing more is deleted
    expect(costing("eip")).toHaveLength(2);
    world.cloud.vanish(third);
    const three = await update(id, two, { count: 3 });
    expect(orders()).toEqual([3, 2]);
    expect(three).toMatchObject({ count: 3, isReady: true });
    expect(costing("eip")).toHaveLength(3);
  });

  test("is not bought back because one look did not find it", async () => {
    const { id, outs } = await create({ count: 2 });
    let looks = 0;
    const ctx = await through((request, pass) => {
      if (request.method !== "GET" || !/\/instances($|\/)/.test(request.path)) return pass();
      const answered = pass();
      if (!request.path.endsWith("/instances")) return looks === 1 ? refused(404, "NOT_FOUND", "Instance not found") : answered;
      if (++looks > 1) return answered;
      const { requestId, result } = answered.body as { requestId: string; result: { instances: object[] } };
      return { ...answered, body: { requestId, result: { instances: result.instances.slice(0, 1) } } };
    });
    expect(stored(await update(id, outs, { count: 2, description: "d" }, ctx))).toMatchObject({ count: 2, description: "d" });
    expect(orders()).toEqual([2]);
  });

  test("with all the others is bought back with them", async () => {
    const { id, outs } = await create({ count: 2 });
    for (const server of idsOf(outs)) world.cloud.vanish(server);
    const changed = await update(id, outs, { count: 3 });
    expect(orders()).toEqual([2, 3]);
    expect(idsOf(changed)).toEqual([...world.cloud.servers()]);
    expect(costing("eip")).toHaveLength(3);
  });
});

describe("A smaller count of an EdcpsInstance", () => {
  test("of prepaid servers is refused before anything changes, with expiry and choices", async () => {
    const { id, outs } = await create({ ...prepaid, count: 2 });
    world.operations();
    const kept = await notReady(update(id, outs, { ...prepaid, count: 1, name: "edge-b" }));
    expect(kept.message).toMatch(
      new RegExp(
        `${idsOf(outs)[1] ?? ""} \\(paid until 2026-02-02T15:59:59Z\\) is prepaid.*\`count\` back to 2.*autoRenew.*\`count\` to 1 then`,
      ),
    );
    expect(kept.message).not.toContain(id);
    expect(stored(kept.outs)).toEqual(outs);
    expect(new Set(world.operations())).toEqual(new Set(["describeInstances"]));
  });

  test("that runs out of time goes on with the same server the next time", async () => {
    const { id, outs } = await create({ count: 3 });
    const kept = await notReady(update(id, outs, { count: 2 }, within(1)));
    expect(kept.message).toMatch(/to be gone, and the time limit is over/);
    expect(stored(kept.outs)).toMatchObject({ count: 3, isReady: true });
    const two = await update(id, stored(kept.outs), { count: 2 });
    expect(idsOf(two)).toEqual(idsOf(outs).slice(0, 2));
    expect([...world.cloud.servers()]).toEqual(idsOf(two));
    expect(costing("eip")).toHaveLength(2);
  });

  test("that stopped before the elastic IP was deleted deletes it the next time", async () => {
    const { id, outs } = await create({ count: 2 });
    const ctx = await through((request, pass) =>
      request.method === "DELETE" && request.path.includes("/elasticIps/") ? { status: 503 } : pass(),
    );
    const kept = await notReady(update(id, outs, { count: 1 }, ctx));
    expect([...world.cloud.servers()]).toEqual([id]);
    expect(costing("eip")).toHaveLength(2);
    expect(await update(id, stored(kept.outs), { count: 1 })).toMatchObject({
      count: 1,
      name: "edge-a",
      servers: [{ id, name: "edge-a" }],
    });
    expect(costing("eip")).toHaveLength(1);
  });

  test("takes servers back that are still being built", async () => {
    const { id, outs } = await create();
    const kept = await notReady(update(id, outs, { count: 3 }, within(5)));
    expect(await update(id, stored(kept.outs), { count: 1 })).toMatchObject({ count: 1, isReady: true });
    expect([...world.cloud.servers()]).toEqual([id]);
    expect(costing("eip")).toHaveLength(1);
    expect(orders()).toEqual([1, 2]);
  });
});
