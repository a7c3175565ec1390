import { INSTANCES, MINUTE, REGION, jdWorld, spec } from "./support/jdcloud-world";
import type { JdWorld } from "./support/jdcloud-world";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("purchases in the simulated JD Cloud", () => {
  let world: JdWorld;
  beforeEach(async () => {
    world = await jdWorld();
  });
  afterEach(() => world.close());

  const order = (over: Record<string, unknown>) => world.call("PUT", INSTANCES, { instanceSpec: spec(over) });

  test("takes every documented field at once", async () => {
    const full = {
      hostname: "edge-a.example",
      description: "web node",
      enableInternet: "yes",
      internetChargeMode: "prepaid_by_duration",
      cidr: "10.0.1.0/24",
      privateIp: "10.0.1.77",
      aliasIps: [{ id: "subnet-0001", cidr: "10.0.1.80/32", scope: "ipv4" }],
      lineType: "cm",
      bandwidth: 10_240,
      extraUplinkBandwidth: 0,
      bandwidthPackageId: "bwp-0001",
      password: "Vq7#mXw2!Lz9",
      userData: base64("#!/bin/bash\necho ready\n"),
      keypairId: "keypair-0001",
      charge: { chargeMode: "prepaid_by_duration", chargeUnit: "year", chargeDuration: 1, autoRenew: true, buyScenario: "e30=" },
      interfaceMode: "dual",
      extensionSubnetId: "subnet-0002",
      extensionPrivateIp: "10.0.16.9",
      extensionAliasIps: [{ id: "subnet-0002", cidr: "10.0.17.0/24" }],
      extensionEnableInternet: "yes",
      extensionLineType: "un",
      extensionBandwidth: 5,
      extensionExtraUplinkBandwidth: 1,
      extensionInternetChargeMode: "postpaid_by_duration",
      extensionBandwidthPackageId: "",
      resourceTags: [{ key: "环境", value: "test" }],
      enableIpv6: "no",
    };
    const id = await world.running({ ...full, extensionBandwidthPackageId: null });
    const seen = await world.look(id);
    expect(seen).toMatchObject({
      description: "web node",
      privateIp: "10.0.1.77",
      lineType: "cm",
      keypairId: "keypair-0001",
      interfaceMode: "dual",
      extensionVpcId: "vpc-0001",
      extensionSubnetId: "subnet-0002",
      extensionPrivateIp: "10.0.16.9",
      extensionEnableInternet: "yes",
      extensionBandwidth: 5,
      extensionExtraUplinkBandwidth: 1,
      charge: { chargeExpiredTime: "2027-01-02T15:59:59Z" },
    });
    const eip = await world.call("GET", `${REGION}/elasticIps/${String(seen["extensionElasticIpId"])}`);
    expect(eip.body.result).toMatchObject({
      elasticIp: { lineType: "un", targetIp: "10.0.16.9", charge: { chargeMode: "postpaid_by_duration" } },
    });
    const aliases = await world.call("GET", `${REGION}/aliasIps?instanceId=${id}`);
    expect(aliases.body.result).toMatchObject({
      totalCount: 2,
      aliasIps: [
        { subnetId: "subnet-0001", cidr: "10.0.1.80/32", isBondEip: false },
        { subnetId: "subnet-0002", cidr: "10.0.17.0/24" },
      ],
    });
  });

  test("takes nulls for what is not set, as official clients send them", async () => {
    const nulls = {
      hostname: null,
      privateIp: null,
      aliasIps: null,
      enableInternet: null,
      resourceTags: null,
      extensionSubnetId: null,
      someday: null,
    };
    expect(await order(nulls)).toMatchObject({ status: 200 });
  });

  test.each(["az", "deviceType", "imageType", "osTypeId", "sysRaidTypeId", "dataRaidTypeId", "networkType", "name", "count", "charge"])(
    "needs %s",
    async (field) => {
      const reply = await order({ [field]: undefined });
      expect(reply).toMatchObject({ status: 400, body: { error: { status: "INVALID_ARGUMENT" } } });
      expect(reply.body.error?.message).toContain(`'instanceSpec.${field}'`);
      expect(world.ledger.entries()).toEqual([]);
    },
  );

  const dual = { interfaceMode: "dual", extensionSubnetId: "subnet-0002" };
  const prepaid = { chargeMode: "prepaid_by_duration", chargeUnit: "month", chargeDuration: 1 };
  test.each<[string, Record<string, unknown>, number, string]>([
    ["an unknown field", { colour: "red" }, 400, "INVALID_ARGUMENT"],
    ["a number as text", { bandwidth: "100" }, 400, "INVALID_ARGUMENT"],
    ["a text as number", { name: 7 }, 400, "INVALID_ARGUMENT"],
    ["a broken number", { count: 1.5 }, 400, "INVALID_ARGUMENT"],
    ["a zone of another region", { az: "cn-east-jn1a" }, 400, "INVALID_ARGUMENT"],
    ["another image type", { imageType: "custom" }, 400, "INVALID_ARGUMENT"],
    ["another network type", { networkType: "basic" }, 400, "INVALID_ARGUMENT"],
    ["an unknown device type", { deviceType: "edcps.none" }, 404, "NOT_FOUND"],
    ["an unknown system", { osTypeId: "ostype-none" }, 404, "NOT_FOUND"],
    ["a data RAID for the system disks", { sysRaidTypeId: "raid-data-raid10" }, 404, "NOT_FOUND"],
    ["an unknown data RAID", { dataRaidTypeId: "raid-none" }, 404, "NOT_FOUND"],
    ["an unknown subnet", { subnetId: "subnet-none" }, 404, "NOT_FOUND"],
    ["a subnet of another account", { subnetId: "subnet-1001" }, 404, "NOT_FOUND"],
    ["a subnet of another zone", { subnetId: "subnet-0003" }, 400, "CONFLICT"],
    ["no subnet", { subnetId: undefined }, 400, "INVALID_ARGUMENT"],
    ["an unknown key pair", { keypairId: "keypair-none" }, 404, "NOT_FOUND"],
    ["an unknown bandwidth package", { bandwidthPackageId: "bwp-none" }, 404, "NOT_FOUND"],
    [
      "a device type that is sold out",
      { deviceType: "edcps.c2.perf1", sysRaidTypeId: "raid-sys-noraid", dataRaidTypeId: "raid-data-noraid" },
      400,
      "FAILED_PRECONDITION",
    ],
    ["more than there are", { deviceType: "edcps.s2.normal", count: 3 }, 400, "FAILED_PRECONDITION"],
    ["a count of 0", { count: 0 }, 400, "OUT_OF_RANGE"],
    ["a count of 6", { count: 6 }, 429, "QUOTA_EXCEEDED"],
    ["a bandwidth of 0", { bandwidth: 0 }, 400, "OUT_OF_RANGE"],
    ["a bandwidth of 10241", { bandwidth: 10_241 }, 400, "OUT_OF_RANGE"],
    ["internet without bandwidth", { bandwidth: undefined }, 400, "INVALID_ARGUMENT"],
    ["an answer that is neither yes nor no", { enableInternet: "true" }, 400, "INVALID_ARGUMENT"],
    ["an unknown line", { lineType: "bgp" }, 400, "INVALID_ARGUMENT"],
    ["an address outside the subnet", { privateIp: "10.0.2.1" }, 400, "INVALID_ARGUMENT"],
    ["a fixed address for two", { privateIp: "10.0.1.9", count: 2 }, 400, "CONFLICT"],
    ["an alias range outside the subnet", { aliasIps: [{ cidr: "10.9.9.9/32" }] }, 400, "INVALID_ARGUMENT"],
    ["a name that is too short", { name: "a" }, 400, "INVALID_ARGUMENT"],
    ["a name that begins with a digit", { name: "1edge" }, 400, "INVALID_ARGUMENT"],
    ["a name with a space", { name: "edge a" }, 400, "INVALID_ARGUMENT"],
    ["a name of 129 characters", { name: "e".repeat(129) }, 400, "INVALID_ARGUMENT"],
    ["a description of 257 characters", { description: "d".repeat(257) }, 400, "INVALID_ARGUMENT"],
    ["a host name with two dots", { hostname: "a..b" }, 400, "INVALID_ARGUMENT"],
    ["a host name that ends in a hyphen", { hostname: "edge-" }, 400, "INVALID_ARGUMENT"],
    ["user data that is not base64", { userData: "#!/bin/bash" }, 400, "INVALID_ARGUMENT"],
    ["user data without an interpreter", { userData: base64("echo ready") }, 400, "INVALID_ARGUMENT"],
    ["user data of more than 16 KB", { userData: base64(`#!/bin/bash\n${"#".repeat(16_384)}`) }, 400, "INVALID_ARGUMENT"],
    ["prepaid without a duration", { charge: { chargeMode: "prepaid_by_duration", chargeUnit: "month" } }, 400, "INVALID_ARGUMENT"],
    ["prepaid without a unit", { charge: { chargeMode: "prepaid_by_duration", chargeDuration: 1 } }, 400, "INVALID_ARGUMENT"],
    ["10 months", { charge: { ...prepaid, chargeDuration: 10 } }, 400, "OUT_OF_RANGE"],
    ["4 years", { charge: { ...prepaid, chargeUnit: "year", chargeDuration: 4 } }, 400, "OUT_OF_RANGE"],
    ["payment by usage", { charge: { chargeMode: "postpaid_by_usage" } }, 400, "INVALID_ARGUMENT"],
    ["a prepaid address for a postpaid server", { internetChargeMode: "prepaid_by_duration" }, 400, "CONFLICT"],
    ["a second interface without its subnet", { interfaceMode: "dual" }, 400, "INVALID_ARGUMENT"],
    ["a second interface on one", { extensionSubnetId: "subnet-0002" }, 400, "CONFLICT"],
    ["a second internet access without bandwidth", { ...dual, extensionEnableInternet: "yes" }, 400, "INVALID_ARGUMENT"],
    ["a reserved tag", { resourceTags: [{ key: "jrn:x", value: "" }] }, 400, "INVALID_ARGUMENT"],
    ["a tag without a value", { resourceTags: [{ key: "a" }] }, 400, "INVALID_ARGUMENT"],
    ["11 tags", { resourceTags: Array.from({ length: 11 }, (_, at) => ({ key: `k${at}`, value: "v" })) }, 429, "QUOTA_EXCEEDED"],
  ])("refuses %s", async (_, over, code, status) => {
    expect(await order(over)).toMatchObject({ status: code, body: { error: { code, status } } });
    expect(world.ledger.entries()).toEqual([]);
    expect(world.cloud.servers()).toEqual([]);
  });

  test.each([
    "Short1!",
    "alllowercase",
    "Has space 1!",
    "Vq7#jd!Lz92",
    "Vq7#mXw2!cloud",
    "Vq!123mXwLz",
    "Vq7!abcmXwLz",
    "Vq7!QAZmXwLz",
    "Vq7!poimXwLz",
    "Vq7#root!Lz9",
    `Vq7#${"mX".repeat(14)}`,
  ])("refuses the password %p and does not repeat it", async (password) => {
    const reply = await order({ password });
    expect(reply).toMatchObject({ status: 400, body: { error: { status: "INVALID_ARGUMENT" } } });
    expect(JSON.stringify(reply.body)).not.toContain(password);
  });

  test("numbers the names of several, gives each its own addresses, and bills one order", async () => {
    const ids = await world.buy({ count: 3 });
    expect(ids).toHaveLength(3);
    const seen = await Promise.all(ids.map((id) => world.look(id)));
    expect(seen.map((one) => one["name"])).toEqual(["edge-a1", "edge-a2", "edge-a3"]);
    expect(seen.map((one) => one["privateIp"])).toEqual(["10.0.1.2", "10.0.1.3", "10.0.1.4"]);
    expect(world.ledger.orders("jdcloud").map((entry) => entry.ids)).toEqual([ids]);
    expect(world.cloud.costing()).toHaveLength(6);
  });

  test("does not give an address twice", async () => {
    await world.buy({ privateIp: "10.0.1.2" });
    expect(await order({ privateIp: "10.0.1.2" })).toMatchObject({ status: 400, body: { error: { status: "CONFLICT" } } });
    const [id = ""] = await world.buy();
    expect(await world.look(id)).toMatchObject({ privateIp: "10.0.1.3" });
  });

  test("buys no elastic IP when there shall be no internet", async () => {
    const [id = ""] = await world.buy({ enableInternet: "no", bandwidth: undefined });
    expect(world.cloud.costing()).toEqual([{ id, kind: "server" }]);
    expect(await world.look(id)).toMatchObject({ enableInternet: "no", bandwidth: 0 });
  });

  test("counts the quota of a zone, until it is raised", async () => {
    for (let at = 0; at < 4; at += 1) await world.buy({ count: 5 });
    expect(await order({})).toMatchObject({ status: 429, body: { error: { status: "QUOTA_EXCEEDED" } } });
    expect(await order({ az: "cn-east-tz1b", subnetId: "subnet-0003" })).toMatchObject({ status: 200 });
    world.cloud.switches.instancesPerNode = 100;
    expect(await order({})).toMatchObject({ status: 200 });
  });

  test("executes the first request of a client token only, and repeats its result", async () => {
    const [first] = await world.buy({ name: "one" }, "same");
    const [second] = await world.buy({ name: "two" }, "same");
    expect(second).toBe(first);
    expect(world.ledger.orders("jdcloud")).toHaveLength(1);
    expect(await world.buy({}, "other")).not.toEqual([first]);
    expect(await world.buy({})).not.toEqual([first]);
  });

  test("repeats the first result even when the instance is long gone, and forgets tokens after a day", async () => {
    const [first = ""] = await world.buy({}, "same");
    world.cloud.vanish(first);
    expect(await world.buy({}, "same")).toEqual([first]);
    world.clock.advance(24 * 60 * MINUTE);
    expect(await world.buy({}, "same")).not.toEqual([first]);
  });

  test("repeats a refusal too, unless the world is switched otherwise", async () => {
    const create = (over: Record<string, unknown>, clientToken: string) =>
      world.call("PUT", INSTANCES, { clientToken, instanceSpec: spec(over) });
    expect(await create({ name: "1" }, "bad")).toMatchObject({ status: 400 });
    expect(await create({}, "bad")).toMatchObject({ status: 400, body: { error: { status: "INVALID_ARGUMENT" } } });
    world.cloud.switches.replayFailures = false;
    expect(await create({ name: "1" }, "worse")).toMatchObject({ status: 400 });
    expect(await create({}, "worse")).toMatchObject({ status: 200 });
  });

  test("keeps the tokens of operations apart and refuses long ones", async () => {
    const id = await world.running();
    await world.buy({}, "t");
    expect(await world.call("PUT", `${INSTANCES}/${id}:stopInstance`, { clientToken: "t" })).toMatchObject({ status: 200 });
    expect(await world.look(id)).toMatchObject({ status: "stopping" });
    const long = await world.call("PUT", INSTANCES, { clientToken: "x".repeat(37), instanceSpec: spec() });
    expect(long).toMatchObject({ status: 400, body: { error: { status: "INVALID_ARGUMENT" } } });
    const number = await world.call("PUT", INSTANCES, { clientToken: 7, instanceSpec: spec() });
    expect(number).toMatchObject({ status: 400 });
  });
});
