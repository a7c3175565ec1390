import { edcpsInstance } from "../../../../provider/vendors/jdcloud/edcps-instance";
import type { EdcpsInstanceGiven, EdcpsInstanceOutputs } from "../../../../provider/vendors/jdcloud/edcps-instance";
import { jdWorld, notReady, refused, tamperWith } from "../../../support/jdcloud";
import type { JdWorld } from "../../../support/jdcloud";

type Given = Partial<EdcpsInstanceGiven>;
const minuteMs = 60_000;
const password = "Vq7#mXw2!Lz9";
const noInternet = { enableInternet: "no", bandwidth: undefined } satisfies Given;
const dual = { interfaceMode: "dual", extensionSubnetId: "subnet-0002" } satisfies Given;
const reinstall = { reinstall: "inPlace", password } satisfies Given;
const prepaid = { charge: { chargeMode: "prepaid_by_duration", chargeDuration: 1 } } satisfies Given;

let world: JdWorld;
beforeEach(async () => void (world = await jdWorld()));
afterEach(() => world.close());

/** A context with few looks while waiting. */
const quickly = (over: Parameters<JdWorld["context"]>[0] = {}) => world.context({ pollMs: minuteMs / 2, ...over });
const stored = <T>(outs: T): T => JSON.parse(JSON.stringify(outs)) as T;
async function create(given: Given = {}) {
  const { id, outs } = await edcpsInstance.create(world.edge(given), quickly());
  return { id, outs: stored(outs) };
}
const update = async (id: string, outs: EdcpsInstanceOutputs, given: Given, ctx = quickly()) =>
  stored(await edcpsInstance.update(id, outs, world.edge(given), ctx));
const changesOf = (outs: EdcpsInstanceOutputs, given: Given) =>
  edcpsInstance.diff(outs, world.edge(given), "abcdefghij").properties.map(({ property, kind }) => `${kind} ${property}`);
async function read(id: string, outs: EdcpsInstanceOutputs) {
  const found = await edcpsInstance.read(id, outs, quickly());
  if (found === undefined) throw new Error(`${id} is gone`);
  return stored(found.outs);
}
const writes = () => world.operations().filter((name) => !/^(describe|query)/.test(name));
const count = (operation: string) => world.cloud.received().filter((call) => call.operation === operation).length;
const costing = (kind: string) => world.cloud.costing().filter((thing) => thing.kind === kind).length; // prettier-ignore
const orders = () => world.simulator.ledger.orders("jdcloud").length;
/** Servers bought, and elastic IPs bought by themselves. */
const bought = () => [orders(), world.simulator.ledger.entries("jdcloud").filter(({ what, kind }) => kind === "payment" && / × elastic IP/.test(what)).length]; // prettier-ignore

/** What a change of the program does: shown as one, sent once, then nothing is left to do. */
async function changed(from: Given, to: Given) {
  const { id, outs } = await create(from);
  const kinds = changesOf(outs, to);
  world.operations();
  const after = await update(id, outs, to);
  const sent = writes();
  expect(changesOf(after, to)).toEqual([]);
  const seen = await read(id, after);
  expect(seen).toEqual(after);
  expect(changesOf(seen, to)).toEqual([]);
  return { id, outs: after, kinds, sent };
}

/** JD Cloud in a mood in which it binds no elastic IP. */
const withoutBinding = () =>
  tamperWith(world, (request, pass) =>
    request.path.endsWith("associateElasticIp") && !request.path.endsWith("disassociateElasticIp")
      ? refused(400, "FAILED_PRECONDITION", "not now")
      : pass(),
  );

describe("The internet of an EdcpsInstance", () => {
  test.each([false, true])("is enabled with one elastic IP, bought once (enableInternet follows: %s)", async (follows) => {
    world.cloud.switches.internetFollowsBinding = follows;
    const to: Given = { bandwidth: 50, extraUplinkBandwidth: 5, internetChargeMode: "postpaid_by_duration", lineType: "ct" };
    const { outs, kinds, sent } = await changed(noInternet, to);
    expect(new Set(kinds)).toEqual(new Set(["update enableInternet", "update internetChargeMode", "update lineType", "update bandwidth", "update extraUplinkBandwidth"])); // prettier-ignore
    expect(sent).toEqual(["applyElasticIps", "associateElasticIp"]);
    expect(world.lastCall("applyElasticIps")).toMatchObject({
      elasticIpSpec: { bandwidth: 50, extraUplinkBandwidth: 5, count: 1, charge: { chargeMode: "postpaid_by_duration" } },
    });
    expect(outs.servers[0]).toMatchObject({ elasticIpId: expect.any(String) as string, publicIp: expect.any(String) as string });
    expect(bought()).toEqual([1, 1]);
  });

  test("goes with the server that it was enabled for", async () => {
    const { id, outs } = await changed(noInternet, {});
    await edcpsInstance.delete(id, outs, quickly());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("of a second interface names its subnet", async () => {
    const to: Given = { ...dual, extensionEnableInternet: "yes", extensionBandwidth: 20 };
    const { sent, outs } = await changed(dual, to);
    expect(sent).toEqual(["applyElasticIps", "associateElasticIp"]);
    expect(world.lastCall("associateElasticIp")).toMatchObject({ subnetId: "subnet-0002" });
    expect(outs.servers[0]?.extensionPublicIp).toBeDefined();
  });

  test("is bought prepaid for the term of the server", async () => {
    await changed({ ...prepaid, ...noInternet }, prepaid);
    expect(world.lastCall("applyElasticIps")).toMatchObject({
      elasticIpSpec: { charge: { chargeMode: "prepaid_by_duration", chargeUnit: "month", chargeDuration: 1 } },
    });
  });

  test("is disabled, and its postpaid elastic IP deleted", async () => {
    const { sent, kinds } = await changed({}, noInternet);
    expect(kinds).toEqual(["update enableInternet", "update bandwidth"]);
    expect(sent).toEqual(["disassociateElasticIp", "deleteelasticIp"]);
    expect([costing("server"), costing("eip")]).toEqual([1, 0]);
  });

  test("is disabled, and a prepaid elastic IP is kept", async () => {
    const { sent } = await changed(prepaid, { ...prepaid, ...noInternet });
    expect(sent).toEqual(["disassociateElasticIp"]);
    expect(costing("eip")).toBe(1);
  });

  test("is disabled, and an elastic IP that was not bought here is kept", async () => {
    const { id, outs } = await create();
    const ctx = quickly();
    await update(id, { ...outs, purchasedElasticIpIds: [] }, noInternet, ctx);
    expect(ctx.lines.join()).toMatch(/was not bought here, is kept, and goes on costing/);
    expect(costing("eip")).toBe(1);
  });

  test("can be disabled and enabled again and again, each time with an elastic IP of its own", async () => {
    const { id, outs } = await create(noInternet);
    let state = outs;
    for (let round = 1; round <= 3; round++) {
      state = await update(id, state, {});
      expect([state.enableInternet, costing("eip")]).toEqual(["yes", 1]);
      state = await update(id, state, noInternet);
      expect([state.enableInternet, costing("eip")]).toEqual(["no", 0]);
    }
    expect(bought()).toEqual([1, 3]);
  });

  test("of three servers is enabled for the rest when it failed for one", async () => {
    const { id, outs } = await create({ ...noInternet, count: 3 });
    world.cloud.switches.elasticIpsPerNode = 2;
    const kept = await notReady(edcpsInstance.update(id, outs, world.edge({ count: 3 }), quickly()));
    expect(kept.message).toMatch(/QUOTA_EXCEEDED/);
    expect(costing("eip")).toBe(2);
    world.cloud.switches.elasticIpsPerNode = 10;
    const seen = await read(id, stored(kept.outs)); // a refresh shows what two of three have
    expect(changesOf(seen, { count: 3 })).toContain("update underWay");
    const after = await update(id, seen, { count: 3 });
    expect(after.servers.every((server) => server.elasticIpId !== undefined)).toBe(true);
    expect(bought()).toEqual([1, 3]);
    await edcpsInstance.delete(id, after, quickly());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("is enabled together with a larger count, and everything that was bought goes with the servers", async () => {
    const { id, outs } = await create(noInternet);
    const after = await update(id, outs, { count: 3 });
    expect(after.servers.every((server) => server.elasticIpId !== undefined)).toBe(true);
    expect(bought()).toEqual([2, 1]);
    await edcpsInstance.delete(id, after, quickly());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("of servers that are bought without waiting is theirs, and goes with them", async () => {
    const to = { count: 2, skipAwait: true } satisfies Given;
    const { id, outs } = await create(noInternet);
    let state = await update(id, outs, to);
    world.clock.advance(70 * minuteMs); // after so long nobody waits for the elastic IP that the older server has never had
    state = await read(id, state);
    for (let run = 1; changesOf(state, to).length > 0; run++) {
      expect(run).toBeLessThan(4);
      state = await update(id, state, to);
    }
    expect(state.servers.every((server) => server.elasticIpId !== undefined)).toBe(true);
    expect(bought()).toEqual([2, 1]);
    await edcpsInstance.delete(id, state, quickly());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("is not paid for twice when the elastic IP was bought and the program thinks otherwise then", async () => {
    const { id, outs } = await create(noInternet);
    const journal = quickly().journal;
    const way = await withoutBinding();
    await notReady(edcpsInstance.update(id, outs, world.edge(), quickly({ settings: way.settings, journal })));
    await way.close();
    expect(costing("eip")).toBe(1);
    await update(id, outs, { ...noInternet, name: "edge-b" }, quickly({ journal }));
    expect(costing("eip")).toBe(0);
  });

  test("that is bought and then not wanted with the server goes with it", async () => {
    const { id, outs } = await create(noInternet);
    const journal = quickly().journal;
    const way = await withoutBinding();
    await notReady(edcpsInstance.update(id, outs, world.edge(), quickly({ settings: way.settings, journal })));
    await way.close();
    await edcpsInstance.delete(id, outs, quickly({ journal })); // with the state from before
    expect(world.cloud.costing()).toEqual([]);
  });
});

describe("The bandwidth of an EdcpsInstance", () => {
  test("changes on its elastic IP, both values in one call", async () => {
    const { sent, kinds } = await changed({ extraUplinkBandwidth: 5 }, { bandwidth: 200, extraUplinkBandwidth: 10 });
    expect(kinds).toEqual(["update bandwidth", "update extraUplinkBandwidth"]);
    expect(sent).toEqual(["modifyElasticIpBandwidth"]);
    expect(world.lastCall("modifyElasticIpBandwidth")).toMatchObject({ bandwidth: 200, extraUplinkBandwidth: 10 });
  });

  test("keeps the extra upstream that somebody gave it in the console", async () => {
    const { id, outs } = await create();
    world.cloud.change(id, { extraUplinkBandwidth: 7 });
    await update(id, outs, { bandwidth: 200 });
    expect(world.lastCall("modifyElasticIpBandwidth")).toMatchObject({ bandwidth: 200, extraUplinkBandwidth: 7 });
  });

  test("of several servers changes on each that differs, and nothing is sent to the others", async () => {
    const { id, outs } = await create({ count: 3 });
    world.cloud.change(outs.servers[1]!.id, { bandwidth: 200 });
    world.operations();
    await update(id, outs, { count: 3, bandwidth: 200 });
    expect(writes()).toEqual(["modifyElasticIpBandwidth", "modifyElasticIpBandwidth"]);
  });

  test("of the second interface changes on the second elastic IP", async () => {
    const from: Given = { ...dual, extensionEnableInternet: "yes", extensionBandwidth: 20 };
    const { sent, outs } = await changed(from, { ...from, extensionBandwidth: 30 });
    expect(sent).toEqual(["modifyElasticIpBandwidth"]);
    expect(world.lastCall("modifyElasticIpBandwidth")?.["elasticIpId"]).toBe(outs.servers[0]?.extensionElasticIpId);
  });

  test("joins a package and leaves it again, for a bandwidth of its own", async () => {
    const { id, outs, sent } = await changed({}, { bandwidthPackageId: "bwp-0001", bandwidth: undefined });
    expect(sent).toEqual(["addBandwidthPackageIp"]);
    world.operations();
    const after = await update(id, outs, { bandwidth: 30 });
    expect(writes()).toEqual(["removeBandwidthPackageIp", "modifyElasticIpBandwidth"]);
    expect(changesOf(await read(id, after), { bandwidth: 30 })).toEqual([]);
  });

  test("of the second interface joins a package", async () => {
    const from: Given = { ...dual, extensionEnableInternet: "yes", extensionBandwidth: 20 };
    const { sent } = await changed(from, { ...from, extensionBandwidth: undefined, extensionBandwidthPackageId: "bwp-0001" });
    expect(sent).toEqual(["addBandwidthPackageIp"]);
  });

  test("waits for work on the elastic IP that somebody else has begun", async () => {
    const { id, outs } = await create();
    let refusals = 0;
    const way = await tamperWith(world, (request, pass) =>
      request.path.endsWith("modifyElasticIpBandwidth") && ++refusals <= 2
        ? refused(400, "FAILED_PRECONDITION", "Conflict with underlay task")
        : pass(),
    );
    await update(id, outs, { bandwidth: 150 }, quickly({ settings: way.settings }));
    await way.close();
    expect(count("modifyElasticIpBandwidth")).toBe(1);
  });
});

describe("The alias IPs of an EdcpsInstance", () => {
  const ranges = (...cidrs: string[]) => ({ aliasIps: cidrs.map((cidr) => ({ cidr })) }) satisfies Given;

  test("change as a set, range by range", async () => {
    const { sent, kinds } = await changed(ranges("10.0.1.40/32", "10.0.1.41/32"), ranges("10.0.1.42", "10.0.1.41"));
    expect(kinds).toEqual(["update aliasIps"]);
    expect(sent).toEqual(["deleteAliasIp", "createAliasIp"]);
    expect(world.lastCall("createAliasIp")).toMatchObject({ aliasIpSpec: { aliasIps: [{ id: "subnet-0001", cidr: "10.0.1.42/32" }] } });
  });

  test("of the second interface come from its subnet", async () => {
    const { sent } = await changed(dual, { ...dual, extensionAliasIps: [{ cidr: "10.0.16.40" }] });
    expect(sent).toEqual(["createAliasIp"]);
    expect(world.lastCall("createAliasIp")).toMatchObject({ aliasIpSpec: { aliasIps: [{ id: "subnet-0002" }] } });
  });

  test("that are not in the program any more go, and those of others stay", async () => {
    const { id, outs } = await create(ranges("10.0.1.40/32"));
    world.cloud.change(id, { aliasIps: ["10.0.1.40/32", "10.0.1.50/32"] });
    await update(id, outs, {});
    expect(count("deleteAliasIp")).toBe(1);
    expect((await edcpsInstance.read(id, { regionId: "cn-east-tz1" }, quickly()))?.inputs.aliasIps).toEqual([
      { id: "subnet-0001", cidr: "10.0.1.50/32" },
    ]);
  });

  test("of which one fails say so, and the next update adds just that one", async () => {
    const { id, outs } = await create();
    world.cloud.switches.failingAliasCidrs = ["10.0.1.41/32"];
    const to = ranges("10.0.1.40", "10.0.1.41");
    const kept = await notReady(edcpsInstance.update(id, outs, world.edge(to), quickly()));
    expect(kept.message).toMatch(/alias IPs .*10\.0\.1\.41\/32: .*could not be created.*others are in place/);
    const after = await update(id, stored(kept.outs), to);
    expect(world.lastCall("createAliasIp")).toMatchObject({ aliasIpSpec: { aliasIps: [{ cidr: "10.0.1.41/32" }] } });
    expect(changesOf(await read(id, after), to)).toEqual([]);
  });
});

describe("The password of an EdcpsInstance", () => {
  const next = "Rt6$nKw9?Hb4";

  test("is reset while the server is stopped, and the server runs again", async () => {
    const { outs, kinds, sent } = await changed({ password }, { password: next });
    expect(kinds).toEqual(["update password"]);
    expect(sent).toEqual(["stopInstance", "resetPassword", "startInstance"]);
    expect(outs.status).toBe("running");
  });

  test("of a stopped server leaves it stopped", async () => {
    const { id, outs } = await create({ password });
    world.cloud.change(id, { status: "stopped" });
    world.operations();
    const after = await update(id, await read(id, outs), { password: next });
    expect(writes()).toEqual(["resetPassword"]);
    expect(after.status).toBe("stopped");
  });

  test("of three servers is reset for each of them once, though the second fails at first", async () => {
    const { id, outs } = await create({ password, count: 3 });
    let resets = 0;
    const way = await tamperWith(world, (request, pass) =>
      request.path.endsWith("resetPassword") && ++resets === 2 ? refused(400, "INVALID_ARGUMENT", "no") : pass(),
    );
    const kept = await notReady(
      edcpsInstance.update(id, outs, world.edge({ password: next, count: 3 }), quickly({ settings: way.settings })),
    );
    await way.close();
    expect(kept.outs.underWay?.powerOf).toEqual(Object.fromEntries(outs.servers.map((server) => [server.id, "running"])));
    const after = await update(id, stored(kept.outs), { password: next, count: 3 });
    expect(count("resetPassword")).toBe(3);
    expect(after).toMatchObject({ servers: [{ status: "running" }, { status: "running" }, { status: "running" }], password: next });
    expect(after.underWay).toBeUndefined();
  });

  test("is in no line that is shown", async () => {
    const { id, outs } = await create({ password });
    const ctx = quickly();
    await update(id, outs, { password: next }, ctx);
    expect(ctx.lines.join()).not.toContain(next);
  });
});

describe("A reinstallation of an EdcpsInstance", () => {
  test.each<[string, Given, RegExp]>([
    ["system", { osTypeId: "ostype-9999" }, /`osTypeId` "ostype-9999" is none that JD Cloud has for edcps.c.normal1 in cn-east-tz1; choose one of ostype-0001 \(CentOS 7.5/],
    ["RAID", { sysRaidTypeId: "raid-data-raid10", dataRaidTypeId: "raid-9" }, /`sysRaidTypeId` "raid-data-raid10" is none.*; and `dataRaidTypeId` "raid-9" is none/],
    ["key pair", { keypairId: "keypair-9999" }, /`keypairId` "keypair-9999" does not exist/],
  ])("with a %s that does not exist is refused before anything is stopped", async (_what, change, message) => {
    const { id, outs } = await create({ ...reinstall, count: 2 });
    world.operations();
    const kept = await notReady(update(id, outs, { ...reinstall, count: 2, ...change }));
    expect(kept.message).toMatch(message);
    expect(writes()).toEqual([]);
    expect(changesOf(stored(kept.outs), { ...reinstall, count: 2 })).toEqual([]);
  }); // prettier-ignore

  test("that is refused when the servers are stopped has them run again, and says so", async () => {
    const { id, outs } = await create({ ...reinstall, count: 2 });
    const way = await tamperWith(world, (request, pass) =>
      request.path.endsWith("reinstallInstance") ? refused(400, "INVALID_ARGUMENT", "no such image here") : pass(),
    );
    const to: Given = { ...reinstall, count: 2, osTypeId: "ostype-0002" };
    const kept = await notReady(update(id, outs, to, quickly({ settings: way.settings })));
    await way.close();
    const both = outs.servers.map((server) => server.id).join(", ");
    expect(kept.message).toMatch(new RegExp(`no such image here.*EdcpsInstance ${both}, which had been stopped for it, run again`));
    expect((await read(id, outs)).servers.map(({ status }) => status)).toEqual(["running", "running"]);
    const after = await update(id, stored(kept.outs), to);
    expect(after.servers.map(({ status }) => status)).toEqual(["running", "running"]);
    expect(changesOf(after, to)).toEqual([]);
  });

  test("that is refused with its servers, which cannot be started either, says that too", async () => {
    const { id, outs } = await create(reinstall);
    const way = await tamperWith(world, (request, pass) =>
      /(reinstall|start)Instance$/.test(request.path) ? refused(400, "INVALID_ARGUMENT", "no") : pass(),
    );
    const kept = await notReady(update(id, outs, { ...reinstall, osTypeId: "ostype-0002" }, quickly({ settings: way.settings })));
    await way.close();
    expect(kept.message).toMatch(/Could not reinstall.*stopped for it, could not be started again: Could not start.*next `pulumi up`/);
    expect((await update(id, stored(kept.outs), reinstall)).status).toBe("running");
  });

  test.each<[string, Given]>([
    ["osTypeId", { osTypeId: "ostype-0002" }],
    ["sysRaidTypeId", { sysRaidTypeId: "raid-sys-noraid" }],
    ["dataRaidTypeId", { dataRaidTypeId: "raid-data-noraid" }],
    ["hostname", { hostname: "edge-b" }],
    ["userData", { userData: "#!/bin/bash\ntrue\n" }],
    ["keypairId", { keypairId: "keypair-0001" }],
  ])("for another %s is one call, when the program allows it, and a replacement otherwise", async (name, change) => {
    const { outs, kinds, sent } = await changed(reinstall, { ...reinstall, ...change });
    expect(kinds).toEqual([`update ${name}`]);
    expect(sent).toEqual(["stopInstance", "reinstallInstance", "startInstance"]);
    expect(outs.status).toBe("running");
    expect(bought()).toEqual([1, 0]);
    expect(changesOf({ ...outs, osTypeId: "ostype-0003" }, { ...reinstall, ...change, reinstall: "replace" })).toContain(
      "replace osTypeId",
    );
  });

  test("is one for everything, keeps the data of disks whose RAID stays, and wipes the others", async () => {
    const to: Given = { ...reinstall, osTypeId: "ostype-0002", hostname: "edge-b", keypairId: "keypair-0001", password: "Rt6$nKw9?Hb4" };
    const { id, outs, sent } = await changed(reinstall, to);
    expect(sent.filter((name) => name === "reinstallInstance")).toHaveLength(1);
    expect(sent).not.toContain("resetPassword");
    expect(world.lastCall("reinstallInstance")).toMatchObject({ instanceSpec: { keepData: "yes", osTypeId: "ostype-0002", hostname: "edge-b", keypairId: "keypair-0001", password: "Rt6$nKw9?Hb4" } }); // prettier-ignore
    await update(id, outs, { ...to, dataRaidTypeId: "raid-data-raid0" });
    expect(world.lastCall("reinstallInstance")).toMatchObject({ instanceSpec: { keepData: "no" } });
  });

  test.each(["running", "stopped"] as const)("that ends %s leaves servers as they were", async (ends) => {
    world.cloud.switches.reinstalled = ends;
    const { id, outs } = await create({ ...reinstall, count: 2 });
    world.cloud.change(outs.servers[1]!.id, { status: "stopped" });
    const after = await update(id, await read(id, outs), { ...reinstall, count: 2, osTypeId: "ostype-0002" });
    expect(after.servers.map(({ status }) => status)).toEqual(["running", "stopped"]);
  });

  test("gives each of several servers its own host name", async () => {
    const { id, outs } = await create({ ...reinstall, count: 2, hostname: "edge" });
    await update(id, outs, { ...reinstall, count: 2, hostname: "farm" });
    const names = world.cloud.received().filter((call) => call.operation === "reinstallInstance").map(({ parameters }) => (parameters["instanceSpec"] as { hostname: string }).hostname); // prettier-ignore
    expect(names).toEqual(["farm1", "farm2"]);
  });

  test("back and forth is executed each time", async () => {
    const { id, outs } = await create({ ...reinstall, hostname: "edge-a" });
    let state = outs;
    for (const hostname of ["edge-b", "edge-a", "edge-b"]) state = await update(id, state, { ...reinstall, hostname });
    const tokens = world.cloud.received().filter((call) => call.operation === "reinstallInstance").map(({ parameters }) => parameters["clientToken"]); // prettier-ignore
    expect(new Set(tokens).size).toBe(3);
  });

  test("that fails says so, and is made anew once the server is repaired", async () => {
    const to: Given = { ...reinstall, osTypeId: "ostype-0002" };
    const { id, outs } = await create(reinstall);
    world.cloud.switches.failingReinstalls = 1;
    const kept = await notReady(edcpsInstance.update(id, outs, world.edge(to), quickly()));
    expect(kept.message).toMatch(/reinstallation failed; JD Cloud shows state error, system ostype-0001/);
    expect((await notReady(edcpsInstance.update(id, stored(kept.outs), world.edge(to), quickly()))).message).toMatch(/state error/);
    expect(count("reinstallInstance")).toBe(1);
    world.cloud.change(id, { status: "running" });
    const after = await update(id, stored(kept.outs), to);
    expect(after).toMatchObject({ osTypeId: "ostype-0002", status: "running" });
    expect(count("reinstallInstance")).toBe(2);
  });

  test("that is over counts, though the server could not be started then", async () => {
    world.cloud.switches.reinstalled = "stopped";
    const { id, outs } = await create(reinstall);
    const way = await tamperWith(world, (request, pass) =>
      request.path.endsWith("startInstance") ? refused(403, "PERMISSION_DENIED", "no permission") : pass(),
    );
    const to = world.edge({ ...reinstall, osTypeId: "ostype-0002" });
    const kept = await notReady(edcpsInstance.update(id, outs, to, quickly({ settings: way.settings })));
    await way.close();
    expect(kept.outs).toMatchObject({ osTypeId: "ostype-0002", revision: 1 });
  });

  test("does not wipe a server that has the system already", async () => {
    const { id, outs } = await create({ ...reinstall, count: 2 });
    world.cloud.change(outs.servers[0]!.id, { osTypeId: "ostype-0002" });
    await update(id, outs, { ...reinstall, count: 2, osTypeId: "ostype-0002" });
    expect(count("reinstallInstance")).toBe(1);
    expect(world.lastCall("reinstallInstance")?.["instanceId"]).toBe(outs.servers[1]!.id);
  });

  test("is no by-product of another change: what drifted and nobody has seen is left alone", async () => {
    const { id, outs } = await create(reinstall);
    world.cloud.change(id, { osTypeId: "ostype-0002" });
    const after = await update(id, outs, { ...reinstall, name: "edge-b" });
    expect(count("reinstallInstance")).toBe(0);
    expect(changesOf(after, { ...reinstall, name: "edge-b" })).toEqual(["update osTypeId"]);
  });

  test("spares servers that the same change buys", async () => {
    const { id, outs } = await create({ ...reinstall, hostname: "edge" });
    const after = await update(id, outs, { ...reinstall, hostname: "farm", count: 2 });
    expect(count("reinstallInstance")).toBe(1);
    expect(world.lastCall("reinstallInstance")?.["instanceId"]).toBe(id);
    expect(after.servers).toHaveLength(2);
  });
});

describe("The power of an EdcpsInstance", () => {
  test("is switched in place", async () => {
    const { id, outs, kinds, sent } = await changed({}, { powerState: "stopped" });
    expect([kinds, sent, outs.status]).toEqual([["update powerState"], ["stopInstance"], "stopped"]);
    world.operations();
    const after = await update(id, outs, { powerState: "running" });
    expect([writes(), after.status]).toEqual([["startInstance"], "running"]);
  });

  test("of servers that are bought to be stopped is off when they are ready", async () => {
    const { outs } = await create({ powerState: "stopped", count: 2 });
    expect(outs.servers.map(({ status }) => status)).toEqual(["stopped", "stopped"]);
  });

  test("that the program does not mention is nobody's business", async () => {
    const { id, outs } = await create();
    world.cloud.change(id, { status: "stopped" });
    const seen = await read(id, outs);
    expect(changesOf(seen, {})).toEqual([]);
    expect((await update(id, seen, { name: "edge-b" })).status).toBe("stopped");
  });
});

describe("An EdcpsInstance that is not paid for", () => {
  test.each<[string, Given, (id: string) => void, RegExp]>([
    ["expired", prepaid, () => world.clock.advance(33 * 24 * 60 * minuteMs), /expired at 2026-02-02.*renew it in the console/],
    ["in arrears", {}, (id) => world.cloud.change(id, { chargeStatus: "arrear" }), /in arrears.*top up the account/],
  ])("because it has %s is not changed, and says why", async (_what, from, happens, reason) => {
    const given: Given = { ...from, password };
    const { id, outs } = await create(given);
    happens(id);
    for (const to of [{ name: "edge-b" }, { bandwidth: 5 }, { password: "Rt6$nKw9?Hb4" }, { powerState: "stopped" }] satisfies Given[]) {
      world.operations();
      const kept = await notReady(edcpsInstance.update(id, outs, world.edge({ ...given, ...to }), quickly()));
      expect(kept.message).toMatch(reason);
      expect(writes()).toEqual([]);
    }
    await update(id, outs, { ...given, deletionPolicy: "retain" }); // of which JD Cloud need not know
  });

  test("can still be renewed automatically", async () => {
    const { id, outs } = await create(prepaid);
    world.clock.advance(33 * 24 * 60 * minuteMs);
    await update(id, outs, { charge: { ...prepaid.charge, autoRenew: true } });
    expect(count("setRenewal")).toBe(1);
  });
});

test("Changes that cost or lose data say so before they are made", async () => {
  const { outs } = await create({ ...noInternet, count: 2 });
  const warns = (state: EdcpsInstanceOutputs, given: Given) =>
    edcpsInstance.diff(state, world.edge(given), "abcdefghij").properties.flatMap((one) => one.warns ?? []);
  expect(warns(outs, { ...noInternet, count: 3 })).toEqual(["orders the servers that are missing: a purchase"]);
  expect(warns(outs, { ...noInternet, count: 1 })).toEqual(["deletes the servers that are too many, with all that is on them"]);
  expect(warns(outs, { ...noInternet, count: 2, osTypeId: "os-other" })).toEqual([]); // a replacement, which the preview shows
  expect(warns(outs, { ...noInternet, ...reinstall, count: 2, osTypeId: "os-other" })).toEqual([
    "reinstalls every server: the data of its system disks is lost",
    "stops servers that run, and starts them again",
  ]);
  expect(warns(outs, { enableInternet: "yes", count: 2 })).toContain("buys an elastic IP for every server that has none");
  const online = { ...outs, enableInternet: "yes" as const, bandwidth: 10 };
  expect(warns(online, { enableInternet: "yes", bandwidth: 20, count: 2 })).toEqual(["may cost more from now on"]);
  expect(warns(online, { enableInternet: "yes", bandwidth: 5, count: 2 })).toEqual([]);
});

describe("The expiry of an EdcpsInstance", () => {
  test("of postpaid servers there is none", async () => {
    expect(edcpsInstance.expiry((await create()).outs)).toBeUndefined();
  });

  test("is that of the server that expires first", async () => {
    const { id, outs } = await create(prepaid);
    expect(edcpsInstance.expiry(outs)).toEqual({
      at: "2026-02-02T15:59:59Z",
      isRenewed: false,
      remedy: "charge: { autoRenew: true }",
    });
    expect(edcpsInstance.expiry(await update(id, outs, { charge: { ...prepaid.charge, autoRenew: true } }))?.isRenewed).toBe(true);
    expect(edcpsInstance.nameOf(outs)).toBe("EdcpsInstance edge-a");
  });

  test("is not warned of when somebody has switched renewal on in the console", async () => {
    const { id, outs } = await create(prepaid);
    world.cloud.change(id, { autoRenew: true });
    world.clock.advance(28 * 24 * 60 * minuteMs);
    expect(edcpsInstance.expiry(await read(id, outs))?.isRenewed).toBe(true);
  });
});
