import { unknownMarker } from "../../../../provider/kit/unknown";
import { edcpsInstance } from "../../../../provider/vendors/jdcloud/edcps-instance";
import type { EdcpsInstanceGiven, EdcpsInstanceOutputs } from "../../../../provider/vendors/jdcloud/edcps-instance";
import { jdWorld, notReady, refused, tamperWith } from "../../../support/jdcloud";
import type { JdWorld } from "../../../support/jdcloud";

type Given = Partial<EdcpsInstanceGiven>;
const minuteMs = 60_000;
const prepaid = { charge: { chargeMode: "prepaid_by_duration", chargeDuration: 1 } } satisfies Given;

let world: JdWorld;
beforeEach(async () => void (world = await jdWorld()));
afterEach(() => world.close());

/** A context with few looks while waiting. */
const quickly = (over: Parameters<JdWorld["context"]>[0] = {}) => world.context({ pollMs: 2 * minuteMs, ...over });
const within = (minutes: number) => quickly({ deadline: world.clock.now() + minutes * minuteMs });
/** As a state comes back from where it is kept. */
const stored = <T>(outs: T): T => JSON.parse(JSON.stringify(outs)) as T;
async function create(given: Given = {}, ctx = quickly()) {
  const { id, outs } = await edcpsInstance.create(world.edge(given), ctx);
  return { id, outs: stored(outs) };
}
const server = (outs: EdcpsInstanceOutputs, index = 0) => outs.servers[index]!;
const kinds = () =>
  world.cloud
    .costing()
    .map((thing) => thing.kind)
    .sort();
const ledger = () => world.simulator.ledger.entries("jdcloud").map((entry) => entry.kind);

async function read(id: string, outs: Partial<EdcpsInstanceOutputs>, ctx = quickly()) {
  const found = await edcpsInstance.read(id, outs, ctx);
  if (found === undefined) throw new Error(`${id} is gone`);
  return stored(found);
}

describe("EdcpsInstance, created", () => {
  test("buys once, waits until the server runs and its order is booked, and shows what there is to know", async () => {
    const ctx = quickly();
    const begun = new Date(world.clock.now()).toISOString();
    const { id, outs } = await create({ description: "web", resourceTags: [{ key: "env", value: "test" }] }, ctx);
    expect(world.simulator.ledger.orders("jdcloud")).toMatchObject([{ ids: [id] }]);
    expect(outs).toEqual({
      ...world.edge({ description: "web", resourceTags: [{ key: "env", value: "test" }] }),
      servers: [
        {
          id,
          name: "edge-a",
          status: "running",
          privateIp: "10.0.1.2",
          publicIp: expect.stringMatching(/^198\.18\./) as string,
          elasticIpId: expect.stringMatching(/^fip-/) as string,
          vpcId: "vpc-0001",
          osName: "CentOS 7.5(x86_64)",
          createTime: begun.replace(".000", ""),
        },
      ],
      isReady: true,
      marker: "abcdefghij0",
      identity: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
      status: "running",
      publicIp: server(outs).publicIp,
      expiresAt: undefined,
      orderedAt: undefined,
      purchasedElasticIpIds: undefined, // just those that the servers show
    });
    expect(ctx.lines).toEqual([`EdcpsInstance edge-a: ordered ${id}`, `EdcpsInstance ${id}: running, ${String(server(outs).publicIp)}`]);
  });

  test("looks for the first time after a minute, then every ten seconds", async () => {
    const bought = world.clock.now();
    await notReady(edcpsInstance.create(world.edge(), world.context({ deadline: bought + 90_000 })));
    const looks = world.cloud.received().filter((call) => call.operation === "describeInstances");
    // The first one looks for servers of an earlier run, together with whoever else is about to buy.
    expect(looks.map((call) => call.at - bought)).toEqual([20, 60_020, 70_020, 80_020, 90_000]);
  });

  test("keeps its state small", async () => {
    const { outs } = await create({ count: 5 });
    expect(JSON.stringify(outs).length).toBeLessThan(5 * 500);
  });

  test("of a prepaid server shows when it expires", async () => {
    const { outs } = await create(prepaid);
    expect(outs.expiresAt).toBe("2026-02-02T15:59:59Z");
    expect(world.lastOrder()["charge"]).toEqual({ chargeMode: "prepaid_by_duration", chargeUnit: "month", chargeDuration: 1 });
  });

  test("with count 3 is one order, three servers under one name", async () => {
    const { id, outs } = await create({ count: 3, resourceTags: [{ key: "a", value: "b" }] });
    expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(1);
    expect(outs).toMatchObject({ name: "edge-a", count: 3, servers: [{ name: "edge-a1" }, { name: "edge-a2" }, { name: "edge-a3" }] });
    expect(new Set(outs.servers.map((one) => one.privateIp)).size).toBe(3);
    expect(new Set(outs.servers.map((one) => one.elasticIpId)).size).toBe(3);
    const again = await read(id, outs);
    expect(again.outs).toEqual(outs);
    expect(
      edcpsInstance.diff(again.outs, world.edge({ count: 3, resourceTags: [{ key: "a", value: "b" }] }), "abcdefghij").properties,
    ).toEqual([]);
  });

  test("keeps the id when building fails; the next update says so again, and delete removes it", async () => {
    world.cloud.failProvisioning();
    const kept = await notReady(create());
    expect(kept.id).toBe(world.cloud.servers()[0]);
    expect(kept.message).toMatch(/edcps-\w+ is in state error.*may be billed.*pulumi destroy/);
    expect(kept.outs).toMatchObject({ status: "error", name: "edge-a", charge: { chargeMode: "postpaid_by_duration" } });
    const again = await notReady(edcpsInstance.update(kept.id, kept.outs, world.edge(), quickly()));
    expect(again.message).toBe(kept.message);
    await edcpsInstance.delete(kept.id, again.outs, quickly());
    expect(world.cloud.costing()).toEqual([]);
    expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(1);
  });

  test("keeps the id when time runs out, and update goes on waiting and then settles the rest", async () => {
    world.cloud.stallProvisioning(true);
    const kept = await notReady(create({}, within(40)));
    expect(kept.message).toMatch(/^Waited 40 min for EdcpsInstance edcps-\w+ to run.*run the same command again/);
    expect(kept.outs).toMatchObject({ status: "creating", servers: [{ id: kept.id }], isReady: false });
    world.cloud.stallProvisioning(false);
    const outs = await edcpsInstance.update(kept.id, kept.outs, world.edge({ name: "edge-b" }), quickly());
    expect(outs).toMatchObject({ status: "running", name: "edge-b", isReady: true });
    expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(1);
    await edcpsInstance.delete(kept.id, outs, quickly());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("that is late is still not over after a refresh, and the next update goes on", async () => {
    world.cloud.stallProvisioning(true);
    const kept = await notReady(create({}, within(5)));
    world.cloud.stallProvisioning(false);
    world.clock.advance(60 * minuteMs);
    const found = await read(kept.id, stored(kept.outs));
    expect(found.outs).toMatchObject({ status: "running", isReady: false });
    expect(edcpsInstance.diff(found.outs, world.edge(), "abcdefghij").properties).toMatchObject([{ property: "isReady", kind: "update" }]);
    const outs = await edcpsInstance.update(kept.id, found.outs, world.edge(), quickly());
    expect(outs).toMatchObject({ isReady: true, orderedAt: undefined });
    expect(edcpsInstance.diff(outs, world.edge(), "abcdefghij").properties).toEqual([]);
    expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(1);
    await edcpsInstance.delete(kept.id, stored(outs), quickly());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("that failed is still a failure after a refresh", async () => {
    world.cloud.failProvisioning();
    const kept = await notReady(create());
    const found = await read(kept.id, stored(kept.outs));
    expect(found.outs).toMatchObject({ status: "error", isReady: false });
    expect(edcpsInstance.diff(found.outs, world.edge(), "abcdefghij").properties).toMatchObject([{ property: "isReady", kind: "update" }]);
    const again = await notReady(edcpsInstance.update(kept.id, found.outs, world.edge(), quickly()));
    expect(again.message).toBe(kept.message);
    expect(again.outs.isReady).toBe(false);
  });

  test("is no drift in what it shows while half built", async () => {
    const kept = await notReady(create({ description: "d" }, within(5)));
    world.cloud.change(kept.id, { enableInternet: "no", description: "", subnetId: "" });
    const found = await read(kept.id, stored(kept.outs));
    expect(
      edcpsInstance.diff(found.outs, world.edge({ description: "d" }), "abcdefghij").properties.map(({ property }) => property),
    ).toEqual(["isReady"]);
  });

  test("that shows its elastic IP late is waited for, so that it is known whose it is", async () => {
    const isReadyAt = world.clock.now() + 28 * minuteMs;
    const way = await tamperWith(world, (request, pass) => {
      const answered = pass();
      if (world.clock.now() >= isReadyAt || !request.path.endsWith("/instances")) return answered;
      const text = JSON.stringify(answered.body).replace(/"elasticIpId":"[^"]+"/g, '"elasticIpId":""');
      return { ...answered, body: JSON.parse(text) as unknown };
    });
    const { id, outs } = await create({}, world.context({ settings: way.settings }));
    await way.close();
    expect(world.clock.now()).toBeGreaterThanOrEqual(isReadyAt);
    await edcpsInstance.delete(id, outs, quickly());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("whose server disappears while it is built is bought anew by the next update, once two looks say so", async () => {
    world.cloud.stallProvisioning(true);
    const kept = await notReady(create({}, within(10)));
    world.cloud.vanish(kept.id);
    world.cloud.stallProvisioning(false);
    const outs = await edcpsInstance.update(kept.id, kept.outs, world.edge(), quickly());
    expect(outs).toMatchObject({ isReady: true, servers: [{ id: world.cloud.servers()[0] }] });
    expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(2);
  });
});

describe("EdcpsInstance, read", () => {
  test("sees nothing new when nothing changed, and asks no other service than it must", async () => {
    const { id, outs } = await create();
    world.operations();
    const found = await read(id, outs);
    expect(found.outs).toEqual(outs);
    expect(found.inputs).toEqual(world.edge());
    expect(world.operations()).toEqual(["describeInstances", "describeInstances"]); // its servers, and whether there are more
  });

  test.each<[string, Given, Record<string, unknown>, Given]>([
    ["name", {}, { name: "renamed" }, { name: "renamed" }],
    ["description", { description: "a" }, { description: "[pulumi:abcdefghij0]" }, { description: "" }],
    ["az", {}, { az: "cn-east-tz1b" }, { az: "cn-east-tz1b" }],
    ["deviceType", {}, { deviceType: "edcps.c.normal2" }, { deviceType: "edcps.c.normal2" }],
    ["osTypeId", {}, { osTypeId: "ostype-0002" }, { osTypeId: "ostype-0002" }],
    ["sysRaidTypeId", {}, { sysRaidTypeId: "raid-sys-noraid" }, { sysRaidTypeId: "raid-sys-noraid" }],
    ["dataRaidTypeId", {}, { dataRaidTypeId: "raid-data-noraid" }, { dataRaidTypeId: "raid-data-noraid" }],
    ["subnetId", {}, { subnetId: "subnet-0002" }, { subnetId: "subnet-0002" }],
    ["privateIp", { privateIp: "10.0.1.9" }, { privateIp: "10.0.1.10" }, { privateIp: "10.0.1.10" }],
    ["keypairId", { keypairId: "keypair-0001" }, { keypairId: "keypair-0002" }, { keypairId: "keypair-0002" }],
    ["enableInternet", {}, { elasticIpId: "" }, { enableInternet: "no" }],
    ["powerState", { powerState: "running" }, { status: "stopped" }, { powerState: "stopped" }],
    ["aliasIps", { aliasIps: [{ cidr: "10.0.1.40" }] }, { aliasIps: ["10.0.1.41/32"] }, { aliasIps: [{ id: "subnet-0001", cidr: "10.0.1.41/32" }] }], // prettier-ignore
    [
      "bandwidthPackageId",
      { bandwidthPackageId: "bwp-0001", bandwidth: undefined },
      { bandwidthPackageId: "" },
      { bandwidthPackageId: "" },
    ],
    ["bandwidth", {}, { bandwidth: 5 }, { bandwidth: 5 }],
    ["extraUplinkBandwidth", { extraUplinkBandwidth: 0 }, { extraUplinkBandwidth: 9 }, { extraUplinkBandwidth: 9 }],
    ["lineType", { lineType: "ct" }, { lineType: "cm" }, { lineType: "cm" }],
    ["interfaceMode", { interfaceMode: "bond" }, { interfaceMode: "dual" }, { interfaceMode: "dual" }],
    ["enableIpv6", { enableIpv6: "no" }, { enableIpv6: "yes" }, { enableIpv6: "yes" }],
    [
      "resourceTags",
      { resourceTags: [{ key: "a", value: "1" }] },
      { resourceTags: [{ key: "a", value: "2" }] },
      { resourceTags: [{ key: "a", value: "2" }] },
    ],
    [
      "charge.autoRenew",
      { charge: { ...prepaid.charge, autoRenew: false } },
      { autoRenew: true },
      { charge: { ...prepaid.charge, autoRenew: true } },
    ],
  ])("notices a changed %s, and the next update or replacement is about just that", async (name, given, change, expected) => {
    const { id, outs } = await create(given);
    world.cloud.change(id, change);
    const found = await read(id, outs);
    expect(found.inputs).toEqual({ ...world.edge(given), ...expected });
    expect(edcpsInstance.diff(found.outs, world.edge(given), "abcdefghij").properties.map(({ property }) => property)).toEqual([name]);
  });

  test.each<[string, "update" | "replace", Given, Record<string, unknown>, Given]>([
    ["extensionSubnetId", "replace", {}, { extensionSubnetId: "subnet-0003" }, { extensionSubnetId: "subnet-0003" }],
    ["extensionPrivateIp", "replace", { extensionPrivateIp: "10.0.16.9" }, { extensionPrivateIp: "10.0.16.8" }, { extensionPrivateIp: "10.0.16.8" }], // prettier-ignore
    ["extensionEnableInternet", "update", {}, { extensionElasticIpId: "" }, { extensionEnableInternet: "no" }],
    ["extensionBandwidth", "update", {}, { extensionBandwidth: 21 }, { extensionBandwidth: 21 }],
    [
      "extensionExtraUplinkBandwidth",
      "update",
      { extensionExtraUplinkBandwidth: 1 },
      { extensionExtraUplinkBandwidth: 2 },
      { extensionExtraUplinkBandwidth: 2 },
    ],
    [
      "extensionAliasIps",
      "update",
      { extensionAliasIps: [{ cidr: "10.0.16.40" }] },
      { extensionAliasIps: ["10.0.16.41/32"] },
      { extensionAliasIps: [{ id: "subnet-0002", cidr: "10.0.16.41/32" }] },
    ],
  ])("notices a changed %s of the second interface", async (name, kind, given, change, expected) => {
    const dual: Given = { interfaceMode: "dual", extensionSubnetId: "subnet-0002", extensionEnableInternet: "yes", extensionBandwidth: 20, ...given }; // prettier-ignore
    const { id, outs } = await create(dual);
    world.cloud.change(id, change);
    const found = await read(id, outs);
    expect(found.inputs).toEqual({ ...world.edge(dual), ...expected });
    expect(edcpsInstance.diff(found.outs, world.edge(dual), "abcdefghij").properties).toMatchObject([{ property: name, kind }]);
  });

  test("notices what only elastic IPs and alias IPs show", async () => {
    const given: Given = {
      bandwidthPackageId: "bwp-0001",
      internetChargeMode: "postpaid_by_duration",
      aliasIps: [{ cidr: "10.0.1.41/32" }, { cidr: "10.0.1.40/32" }],
    };
    const { id, outs } = await create(given);
    expect((await read(id, outs)).inputs).toEqual(world.edge(given));
    const last = { ...outs, bandwidthPackageId: "bwp-0009", aliasIps: [{ cidr: "10.0.1.40/32" }] };
    expect((await read(id, last)).inputs).toMatchObject({
      bandwidthPackageId: "bwp-0001",
      internetChargeMode: "postpaid_by_duration",
      aliasIps: [{ id: "subnet-0001", cidr: "10.0.1.41/32" }, { id: "subnet-0001", cidr: "10.0.1.40/32" }], // prettier-ignore
    });
  });

  test("leaves inputs alone that nobody set, and lines that nobody can order", async () => {
    const { id, outs } = await create({ lineType: "ct" });
    world.cloud.change(id, { description: "by hand", keypairId: "keypair-0001", lineType: "bgp" });
    expect((await read(id, outs)).inputs).toEqual(world.edge({ lineType: "ct" }));
  });

  test("by id alone fills in everything that can be read", async () => {
    const given: Given = { ...prepaid, description: "d", keypairId: "keypair-0001", resourceTags: [{ key: "a", value: "1" }], password: "Vq7#mXw2!Lz9" }; // prettier-ignore
    const { id, outs } = await create({ ...given, charge: { ...prepaid.charge, autoRenew: true } });
    const found = await read(id, { regionId: "cn-east-tz1" });
    expect(found.inputs).toMatchObject({
      ...world.edge({ description: "d", keypairId: "keypair-0001", resourceTags: [{ key: "a", value: "1" }] }),
      charge: { chargeMode: "prepaid_by_duration", autoRenew: true },
      privateIp: "10.0.1.2",
      lineType: "ct",
      internetChargeMode: "prepaid_by_duration",
    });
    expect(found.inputs.password).toBeUndefined();
    expect(found.outs.servers).toEqual(outs.servers);
    expect(found.outs.purchasedElasticIpIds).toEqual([]); // not bought here, so not ours to delete
    await expect(edcpsInstance.read(id, {}, quickly())).resolves.toMatchObject({ inputs: { regionId: "cn-east-tz1" } });
  });

  test("answers gone, and names the elastic IP that stayed behind", async () => {
    const { id, outs } = await create();
    world.cloud.vanish(id);
    const ctx = quickly();
    await expect(edcpsInstance.read(id, outs, ctx)).resolves.toBeUndefined();
    expect(ctx.lines).toEqual([
      `EdcpsInstance ${id} is gone, but the elastic IP ${String(server(outs).elasticIpId)} that was bought with it still exists and costs`,
    ]);
  });

  test("shows a smaller count when one of several servers is gone", async () => {
    const { id, outs } = await create({ count: 3 });
    world.cloud.vanish(server(outs, 1).id);
    const found = await read(id, outs);
    expect(found.outs).toMatchObject({ count: 2, name: "edge-a", servers: [{ name: "edge-a1" }, { name: "edge-a3" }] });
    expect(edcpsInstance.diff(found.outs, world.edge({ count: 3 }), "abcdefghij").properties).toMatchObject([
      { property: "count", kind: "update" },
    ]);
  });
});

describe("EdcpsInstance, updated", () => {
  test("changes name, description and tags in place and sends only what differs", async () => {
    const { id, outs } = await create({ description: "a", resourceTags: [{ key: "x", value: "1" }, { key: "y", value: "1" }] }); // prettier-ignore
    const news = world.edge({ name: "edge-b", resourceTags: [{ key: "y", value: "2" }, { key: "x", value: "1" }] }); // prettier-ignore
    expect(edcpsInstance.diff(outs, news, "abcdefghij").properties.map(({ property, kind }) => [property, kind])).toEqual([
      ["name", "update"],
      ["description", "update"],
      ["resourceTags", "update"],
    ]);
    world.operations();
    const ctx = quickly();
    const changed = await edcpsInstance.update(id, outs, news, ctx);
    const sent = world.operations();
    expect(sent.filter((name) => name !== "describeInstances")).toEqual([
      "modifyInstance",
      "describeResources",
      "unTagResources",
      "tagResources",
    ]);
    expect(world.lastCall("modifyInstance")).toMatchObject({ name: "edge-b", description: "[pulumi:abcdefghij0]" });
    expect(ctx.lines).toEqual([`EdcpsInstance ${id}: name and description changed`, `EdcpsInstance ${id}: tags changed`]);
    expect(edcpsInstance.diff(changed, news, "abcdefghij").properties).toEqual([]);
    expect((await read(id, changed)).outs).toEqual(changed);
    expect(ledger()).toEqual(["order", "payment"]);
  });

  test("takes tags away that are no longer wanted, and no others", async () => {
    const { id, outs } = await create({ resourceTags: [{ key: "ours", value: "1" }] });
    world.cloud.change(id, { resourceTags: [{ key: "ours", value: "1" }, { key: "theirs", value: "1" }] }); // prettier-ignore
    const changed = await edcpsInstance.update(id, outs, world.edge(), quickly());
    expect(changed.resourceTags).toBeUndefined();
    expect(await read(id, { regionId: "cn-east-tz1" })).toMatchObject({ inputs: { resourceTags: [{ key: "theirs", value: "1" }] } });
  });

  test("renames every server of a batch and keeps its number", async () => {
    const { id, outs } = await create({ count: 2 });
    world.cloud.change(server(outs, 1).id, { name: "somebody's" });
    const drifted = await read(id, outs);
    expect(drifted.inputs.name).toBe("somebody's");
    const changed = await edcpsInstance.update(id, drifted.outs, world.edge({ count: 2, name: "farm" }), quickly());
    expect(changed).toMatchObject({ name: "farm", servers: [{ name: "farm1" }, { name: "farm2" }] });
  });

  test("switches automatic renewal through the renewal service", async () => {
    const { id, outs } = await create(prepaid);
    const news = world.edge({ charge: { ...prepaid.charge, autoRenew: true } });
    expect(edcpsInstance.diff(outs, news, "abcdefghij").properties).toMatchObject([{ property: "charge.autoRenew", kind: "update" }]);
    const changed = await edcpsInstance.update(id, outs, news, quickly());
    expect(world.lastCall("setRenewal")).toMatchObject({
      setRenewalParam: {
        appCode: "jcloud",
        serviceCode: "edcps",
        instanceIds: id,
        autoRenewStatus: "OPEN",
        timeSpan: 1,
        timeUnit: "MONTH",
      },
    });
    expect((await read(id, changed)).inputs.charge).toEqual(news.charge);
  });

  test("says in the state what was done before it failed, and does the rest the next time", async () => {
    const { id, outs } = await create({ description: "a" });
    const news = world.edge({ name: "edge-b", resourceTags: [{ key: "a", value: "1" }] });
    const way = await tamperWith(world, (request, pass) =>
      request.path.endsWith("tagResources") ? refused(403, "PERMISSION_DENIED", "no permission") : pass(),
    );
    const kept = await notReady(edcpsInstance.update(id, outs, news, quickly({ settings: way.settings })));
    await way.close();
    expect(kept.message).toMatch(/^Could not tag EdcpsInstance .*PERMISSION_DENIED, no permission \(JD Cloud request r-0001\)\./);
    expect(edcpsInstance.diff(kept.outs, news, "abcdefghij").properties.map(({ property }) => property)).toEqual(["resourceTags"]);
    const changed = await edcpsInstance.update(id, kept.outs, news, quickly());
    expect(edcpsInstance.diff(changed, news, "abcdefghij").properties).toEqual([]);
  });
});

describe("EdcpsInstance, compared", () => {
  test.each<[string, Given]>([
    ["the usual unit of payment, now written down", { charge: { ...prepaid.charge, chargeUnit: "month" } }],
    ["a password that is left out now", { ...prepaid, password: undefined }],
    ["the order of tags and alias ranges", { ...prepaid, resourceTags: [{ key: "b", value: "2" }, { key: "a", value: "1" }], aliasIps: [{ cidr: "10.0.1.41" }, { id: "subnet-0001", cidr: "10.0.1.40/32" }] }], // prettier-ignore
    ["what means the same as left out", { ...prepaid, description: "", extraUplinkBandwidth: 0, enableIpv6: "no" }],
  ])("sees no difference in %s", (_what, given) => {
    const last: Given = { ...prepaid, password: "Vq7#mXw2!Lz9", resourceTags: [{ key: "a", value: "1" }, { key: "b", value: "2" }], aliasIps: [{ cidr: "10.0.1.40" }, { cidr: "10.0.1.41" }] }; // prettier-ignore
    const merged = world.edge({ ...last, ...given });
    expect(edcpsInstance.diff(outputs(world.edge(last)), merged, "abcdefghij").properties).toEqual([]);
  });

  test("of the terms of the purchase are for the next order", async () => {
    const { id, outs } = await create(prepaid);
    const news = world.edge({ charge: { ...prepaid.charge, chargeUnit: "year", chargeDuration: 2, buyScenario: "e30=" } });
    expect(edcpsInstance.diff(outs, news, "abcdefghij").properties.map(({ property, kind }) => [property, kind])).toEqual([
      ["charge.chargeUnit", "nextOrder"],
      ["charge.chargeDuration", "nextOrder"],
      ["charge.buyScenario", "nextOrder"],
    ]);
    world.operations();
    const changed = await edcpsInstance.update(id, outs, news, quickly());
    expect(new Set(world.operations())).toEqual(new Set(["describeInstances"]));
    expect(edcpsInstance.diff(changed, news, "abcdefghij").properties).toEqual([]);
    expect(ledger()).toEqual(["order", "payment"]);
  });

  test("replaces for another way of payment, and for a value not known yet", () => {
    const last = outputs(world.edge());
    expect(edcpsInstance.diff(last, world.edge(prepaid), "abcdefghij").properties).toMatchObject([
      { property: "charge.chargeMode", kind: "replace" },
      { property: "charge.chargeDuration", kind: "nextOrder" },
    ]);
    const unknown = { ...world.edge(), osTypeId: unknownMarker };
    expect(edcpsInstance.diff(last, unknown, "abcdefghij").properties).toMatchObject([{ property: "osTypeId", kind: "replace" }]);
  });

  test("takes terms of payment and addresses that are not known yet for changed, and replaces for none of the terms", () => {
    const last = outputs(world.edge({ ...prepaid, aliasIps: [{ cidr: "10.0.1.40" }] }));
    const unknown = { ...world.edge(prepaid), osTypeId: "ostype-0002", aliasIps: unknownMarker, charge: unknownMarker };
    const { properties, deleteBeforeReplace } = edcpsInstance.diff(last, unknown as unknown as typeof last, "abcdefghij");
    expect(deleteBeforeReplace).toBe(false);
    const kinds = properties.filter(({ property }) => /^(charge|aliasIps)/.test(property)).map(({ property, kind }) => [property, kind]);
    expect(kinds).toContainEqual(["aliasIps", "update"]);
    expect(kinds).toContainEqual(["charge.chargeMode", "update"]);
    expect(kinds.filter(([, kind]) => kind === "replace")).toEqual([]);
  });

  test("sees automatic renewal that somebody switched on and the program wants off", () => {
    const off = world.edge({ charge: { ...prepaid.charge, autoRenew: false } });
    const properties = (last: boolean | undefined) =>
      edcpsInstance.diff(outputs({ ...off, charge: { ...off.charge, autoRenew: last } }), off, "abcdefghij").properties;
    expect(properties(false)).toEqual([]);
    expect(properties(true)).toMatchObject([{ property: "charge.autoRenew", kind: "update" }]);
    expect(properties(undefined)).toMatchObject([{ property: "charge.autoRenew", kind: "update" }]);
  });

  test("switches automatic renewal off that was switched on in the console while the program said nothing", async () => {
    const { id, outs } = await create(prepaid);
    const on = world.edge({ charge: { ...prepaid.charge, autoRenew: true } });
    await edcpsInstance.update(id, outs, on, quickly()); // `outs` is the state from before
    const off = world.edge({ charge: { ...prepaid.charge, autoRenew: false } });
    await edcpsInstance.update(id, outs, off, quickly());
    expect(world.lastCall("setRenewal")).toMatchObject({ setRenewalParam: { autoRenewStatus: "CLOSE" } });
  });

  test("deletes before it replaces only when both servers would need the same address", () => {
    const fixed = outputs(world.edge({ privateIp: "10.0.1.9" }));
    expect(
      edcpsInstance.diff(fixed, world.edge({ privateIp: "10.0.1.9", osTypeId: "ostype-0002" }), "abcdefghij").deleteBeforeReplace,
    ).toBe(true);
    expect(edcpsInstance.diff(fixed, world.edge({ privateIp: "10.0.1.8" }), "abcdefghij").deleteBeforeReplace).toBe(false);
    expect(edcpsInstance.diff(fixed, world.edge({ privateIp: "10.0.1.9", name: "edge-b" }), "abcdefghij").deleteBeforeReplace).toBe(false);
    expect(edcpsInstance.diff(outputs(world.edge()), world.edge({ osTypeId: "ostype-0002" }), "abcdefghij").deleteBeforeReplace).toBe(
      false,
    );
  });
});

describe("EdcpsInstance, deleted", () => {
  test("is gone with the elastic IP that came with it, without being stopped first", async () => {
    const { id, outs } = await create();
    world.operations();
    const ctx = quickly();
    await edcpsInstance.delete(id, outs, ctx);
    expect(world.cloud.costing()).toEqual([]);
    expect(ledger().filter((kind) => kind === "deletion")).toHaveLength(2);
    expect(world.operations()).not.toContain("stopInstance");
    expect(ctx.lines).toEqual([
      `EdcpsInstance ${id}: deleted`,
      `Elastic IP ${String(server(outs).elasticIpId)} (${String(server(outs).publicIp)}): deleted`,
    ]);
  });

  test("is fine when the cloud takes the elastic IP along", async () => {
    world.cloud.switches.keepElasticIps = false;
    const { id, outs } = await create();
    await edcpsInstance.delete(id, outs, quickly());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("can be deleted twice, and when it is gone already the elastic IP goes still", async () => {
    const { id, outs } = await create();
    world.cloud.vanish(id);
    expect(kinds()).toEqual(["eip"]);
    await edcpsInstance.delete(id, outs, quickly());
    expect(kinds()).toEqual([]);
    await edcpsInstance.delete(id, outs, quickly());
  });

  test("of several servers deletes all of them", async () => {
    const { id, outs } = await create({ count: 3 });
    expect(kinds()).toEqual(["eip", "eip", "eip", "server", "server", "server"]);
    await edcpsInstance.delete(id, outs, quickly());
    expect(kinds()).toEqual([]);
  });

  test("while half built waits until it is built and its order booked, and then takes all of it away", async () => {
    const kept = await notReady(create({}, within(5)));
    expect(kept.outs.status).toBe("creating");
    await edcpsInstance.delete(kept.id, kept.outs, within(60));
    expect(world.cloud.costing()).toEqual([]);
    expect(world.cloud.received().filter((call) => call.operation === "deleteInstance").length).toBeGreaterThan(0);
  });

  test("right after it began to run is refused until the order is booked, and is deleted then", async () => {
    world.cloud.switches.bookingMs = 4 * minuteMs;
    const kept = await notReady(create({}, within(26)));
    expect(kept.outs.status).toBe("running");
    await edcpsInstance.delete(kept.id, kept.outs, world.context());
    expect(world.cloud.received().filter((call) => call.operation === "deleteInstance").length).toBeGreaterThan(1);
    expect(world.cloud.costing()).toEqual([]);
  });

  test("that never becomes deletable ends with a bounded wait", async () => {
    world.cloud.stallProvisioning(true);
    const kept = await notReady(create({}, within(5)));
    await expect(edcpsInstance.delete(kept.id, kept.outs, within(30))).rejects.toThrow(/Waited 30 min for EdcpsInstance .* can be deleted/);
    expect(kinds()).toEqual(["eip", "server"]);
  });

  test.each([400, 403] as const)(
    "of a prepaid server is refused with its expiry and the choices, before the cloud would (%i)",
    async (status) => {
      world.cloud.switches.prepaidRefusal = status;
      const { id, outs } = await create(prepaid);
      world.operations();
      await expect(edcpsInstance.delete(id, outs, quickly())).rejects.toThrow(
        new RegExp(`${id} \\(paid until 2026-02-02T15:59:59Z\\) is prepaid.*autoRenew.*7 days.*pulumi state delete.*retainOnDelete`),
      );
      expect(new Set(world.operations())).toEqual(new Set(["describeInstances"]));
      expect(kinds()).toEqual(["eip", "server"]);
    },
  );

  test("of a prepaid server that has expired and was released is fine", async () => {
    const { id, outs } = await create(prepaid);
    world.clock.advance(60 * 24 * 60 * minuteMs);
    await edcpsInstance.delete(id, outs, quickly());
    expect(kinds()).toEqual([]);
  });
});

const outputs = (inputs: ReturnType<JdWorld["edge"]>): EdcpsInstanceOutputs => ({
  ...inputs,
  servers: [],
  isReady: true,
  marker: "abcdefghij0",
  identity: "",
  status: undefined,
  publicIp: undefined,
  expiresAt: undefined,
  orderedAt: undefined,
  purchasedElasticIpIds: [],
  underWay: undefined,
  isRenewed: undefined,
  revision: undefined,
});
