import { INSTANCES, MINUTE, REGION, jdWorld } from "./support/jdcloud-world";
import type { JdWorld } from "./support/jdcloud-world";
import type { Reply } from "./support/jdcloud-client";

const SECOND = 1000;
const DAY = 24 * 60 * MINUTE;
const EIPS = `${REGION}/elasticIps`;
const ALIASES = `${REGION}/aliasIps`;
const PACKAGE = `${REGION}/bandwidthPackages/bwp-0001`;
const done = { status: 200, body: { result: { success: true } } };
const refused = (code: number, status: string, message?: string) => ({
  status: code,
  body: { error: { code, status, ...(message === undefined ? {} : { message: expect.stringContaining(message) as string }) } },
});
const notNow = (message?: string) => refused(400, "FAILED_PRECONDITION", message);
const postpaid = { chargeMode: "postpaid_by_duration" };
const month = { chargeMode: "prepaid_by_duration", chargeUnit: "month", chargeDuration: 1 };
const offline = { enableInternet: "no", bandwidth: null };

let world: JdWorld;
beforeEach(async () => {
  world = await jdWorld();
});
afterEach(() => world.close());

const act = (id: string, action: string, body: unknown = {}): Promise<Reply> => world.call("PUT", `${INSTANCES}/${id}:${action}`, body);
const apply = async (over: Record<string, unknown> = {}): Promise<string> => {
  const elasticIpSpec = { bandwidth: 100, count: 1, charge: postpaid, ...over };
  const { body } = await world.call("PUT", EIPS, { elasticIpSpec });
  world.clock.advance(10 * SECOND);
  return (body.result!["elasticIpIds"] as string[])[0]!;
};
const eip = async (id: string): Promise<Record<string, unknown>> => {
  const { body } = await world.call("GET", `${EIPS}/${id}`);
  return (body.result?.["elasticIp"] ?? {}) as Record<string, unknown>;
};
const stopped = async (over?: Record<string, unknown>): Promise<string> => {
  const id = await world.running(over);
  await act(id, "stopInstance");
  world.clock.advance(MINUTE);
  return id;
};
const later = (): void => world.clock.advance(10 * SECOND);
const money = () => world.ledger.entries().map(({ kind, amount }) => [kind, amount]);

describe("elastic IPs of the simulated JD Cloud", () => {
  test("are bought by themselves, appear a little later, and cost", async () => {
    const elasticIpSpec = { bandwidth: 100, extraUplinkBandwidth: 20, count: 2, charge: postpaid };
    const { body } = await world.call("PUT", EIPS, { clientToken: "two", elasticIpSpec });
    const ids = body.result!["elasticIpIds"] as string[];
    expect(ids).toHaveLength(2);
    expect((await world.call("PUT", EIPS, { clientToken: "two", elasticIpSpec })).body.result).toEqual(body.result);
    expect(world.cloud.costing()).toEqual(ids.map((id) => ({ id, kind: "eip" })));
    expect(await world.call("GET", `${EIPS}/${ids[0]!}`)).toMatchObject(refused(404, "NOT_FOUND"));
    expect((await world.call("GET", EIPS)).body.result).toMatchObject({ totalCount: 0 });
    later();
    expect(await eip(ids[0]!)).toMatchObject({
      bandwidth: 100,
      extraUplinkBandwidth: 20,
      status: "disassociate",
      lineType: "ct",
      instanceId: "",
    });
    expect((await world.call("GET", EIPS)).body.result).toMatchObject({ totalCount: 2 });
    // Two at 110 × 30 CNY a month of 720 hours, the first hour.
    expect(world.ledger.entries()).toMatchObject([{ kind: "payment", ids, amount: 9.17 }]);
    expect(world.ledger.orders()).toEqual([]);
    world.clock.advance(3 * 60 * MINUTE);
    for (const id of ids) expect(await world.call("DELETE", `${EIPS}/${id}`)).toMatchObject(done);
    expect(world.cloud.costing()).toEqual([]);
    expect(money().slice(1)).toEqual([["usage", 13.75], ["deletion", 0], ["usage", 13.75], ["deletion", 0]]); // prettier-ignore
  });

  test.each([
    ["no bandwidth", { bandwidth: null }, 400, "INVALID_ARGUMENT"],
    ["too much bandwidth", { bandwidth: 10_241 }, 400, "OUT_OF_RANGE"],
    ["a line of one's own", { lineType: "ct" }, 400, "INVALID_ARGUMENT"],
    ["no count", { count: null }, 400, "INVALID_ARGUMENT"],
    ["more than the quota", { count: 11 }, 429, "QUOTA_EXCEEDED"],
    ["a prepaid charge without a term", { charge: { chargeMode: "prepaid_by_duration" } }, 400, "INVALID_ARGUMENT"],
    ["an unknown bandwidth package", { bandwidthPackageId: "bwp-none" }, 404, "NOT_FOUND"],
  ])("are not bought with %s", async (_what, over, code, status) => {
    const elasticIpSpec = { bandwidth: 100, count: 1, charge: postpaid, ...over };
    expect(await world.call("PUT", EIPS, { elasticIpSpec })).toMatchObject(refused(code, status));
    expect(world.ledger.entries()).toEqual([]);
  });

  test("are not bought without money", async () => {
    world.faults.add({ cloud: "jdcloud", operation: "applyElasticIps", kind: "out-of-balance", times: 1 });
    const elasticIpSpec = { bandwidth: 100, count: 1, charge: postpaid };
    expect(await world.call("PUT", EIPS, { elasticIpSpec })).toMatchObject(notNow("balance"));
    expect(world.cloud.costing()).toEqual([]);
  });

  test("are bound to an instance and let go again, a little after the answer", async () => {
    const id = await world.running(offline);
    const ip = await apply();
    expect(await act(id, "associateElasticIp", { elasticIpId: ip })).toMatchObject(done);
    expect(await world.look(id)).toMatchObject({ elasticIpId: "", bandwidth: 0 });
    expect(await act(id, "associateElasticIp", { elasticIpId: ip })).toMatchObject(notNow());
    expect(await world.call("DELETE", `${EIPS}/${ip}`)).toMatchObject(notNow("Conflict with underlay task"));
    later();
    const { elasticIp } = await eip(ip);
    const shown = await world.look(id);
    expect(shown).toMatchObject({ elasticIpId: ip, publicIp: elasticIp, bandwidth: 100, enableInternet: "no" });
    expect(await eip(ip)).toMatchObject({ status: "associate", instanceId: id, instanceType: "edcps", targetIp: shown["privateIp"] });
    expect(await world.call("DELETE", `${EIPS}/${ip}`)).toMatchObject(notNow("bound"));

    expect(await act(id, "disassociateElasticIp", { elasticIpId: ip })).toMatchObject(done);
    expect(await world.look(id)).toMatchObject({ elasticIpId: ip });
    later();
    expect(await world.look(id)).toMatchObject({ elasticIpId: "", publicIp: "" });
    expect(await eip(ip)).toMatchObject({ status: "disassociate", instanceId: "", targetIp: "" });
    expect(await act(id, "disassociateElasticIp", { elasticIpId: ip })).toMatchObject(notNow("not bound"));
    expect(await world.call("DELETE", `${EIPS}/${ip}`)).toMatchObject(done);
  });

  test("can make enableInternet follow, where a test says so", async () => {
    const id = await world.running(offline);
    const ip = await apply();
    world.cloud.switches.internetFollowsBinding = true;
    await act(id, "associateElasticIp", { elasticIpId: ip });
    later();
    expect(await world.look(id)).toMatchObject({ enableInternet: "yes" });
    await act(id, "disassociateElasticIp", { elasticIpId: ip });
    later();
    expect(await world.look(id)).toMatchObject({ enableInternet: "no" });
  });

  test("are bound one to an address, which must be the instance's own", async () => {
    const id = await world.running();
    const { elasticIpId } = await world.look(id);
    const ip = await apply();
    const bind = (body: object) => act(id, "associateElasticIp", { elasticIpId: ip, ...body });
    expect(await bind({})).toMatchObject(notNow("is bound to"));
    expect(await bind({ elasticIpId })).toMatchObject(notNow("is bound to an instance"));
    expect(await bind({ targetIp: "10.0.1.200" })).toMatchObject(refused(400, "INVALID_ARGUMENT"));
    expect(await bind({ subnetId: "subnet-0002" })).toMatchObject(refused(400, "INVALID_ARGUMENT"));
    expect(await bind({ elasticIpId: "fip-none" })).toMatchObject(refused(404, "NOT_FOUND"));
    const [young = ""] = await world.buy(offline);
    expect(await act(young, "associateElasticIp", { elasticIpId: ip })).toMatchObject(notNow());
    expect(await act("edcps-none", "associateElasticIp", { elasticIpId: ip })).toMatchObject(refused(404, "NOT_FOUND"));
  });

  test("of an instance with two interfaces are bound to the one that the subnet names", async () => {
    const id = await world.running({ ...offline, interfaceMode: "dual", extensionSubnetId: "subnet-0002" });
    const ip = await apply();
    expect(await act(id, "associateElasticIp", { elasticIpId: ip })).toMatchObject(refused(400, "INVALID_ARGUMENT", "subnetId"));
    await act(id, "associateElasticIp", { elasticIpId: ip, subnetId: "subnet-0002" });
    later();
    const { publicIp } = { publicIp: (await eip(ip))["elasticIp"] };
    expect(await world.look(id)).toMatchObject({
      elasticIpId: "",
      extensionElasticIpId: ip,
      extensionPublicIp: publicIp,
      extensionBandwidth: 100,
    });
  });

  test("of an alias IP do not show on the instance", async () => {
    const id = await world.running({ ...offline, aliasIps: [{ cidr: "10.0.1.40/32" }] });
    const ip = await apply();
    const available = async () => (await world.call("GET", `${INSTANCES}/${id}/availablePrivateIps?subnetId=subnet-0001`)).body.result;
    const { privateIp } = await world.look(id);
    expect(await available()).toEqual({ availablePrivateIps: [privateIp, "10.0.1.40"] });
    await act(id, "associateElasticIp", { elasticIpId: ip, targetIp: "10.0.1.40" });
    later();
    expect(await available()).toEqual({ availablePrivateIps: [privateIp] });
    expect(await world.look(id)).toMatchObject({ elasticIpId: "" });
    const { aliasIps } = (await world.call("GET", `${ALIASES}?instanceId=${id}`)).body.result as { aliasIps: { aliasIpId: string }[] };
    expect(aliasIps).toMatchObject([{ cidr: "10.0.1.40/32", isBondEip: true }]);
    expect(await world.call("DELETE", `${ALIASES}/${aliasIps[0]!.aliasIpId}`)).toMatchObject(notNow("bound"));
  });

  test("get another bandwidth, and from then on another price", async () => {
    const id = await world.running();
    const ip = String((await world.look(id))["elasticIpId"]);
    const resize = (body: object) => world.call("PUT", `${EIPS}/${ip}:modifyElasticIpBandwidth`, body);
    expect(await resize({ bandwidth: 200, extraUplinkBandwidth: 50 })).toMatchObject(done);
    expect(await resize({ bandwidth: 300 })).toMatchObject(notNow("Conflict with underlay task"));
    later();
    expect(await world.look(id)).toMatchObject({ bandwidth: 200, extraUplinkBandwidth: 50 });
    // What is not sent goes.
    await resize({ bandwidth: 200 });
    later();
    expect(await world.look(id)).toMatchObject({ bandwidth: 200, extraUplinkBandwidth: 0 });
    expect(await resize({ bandwidth: 0 })).toMatchObject(refused(400, "OUT_OF_RANGE"));
    expect(await resize({})).toMatchObject(refused(400, "INVALID_ARGUMENT"));
    world.clock.advance(2 * 60 * MINUTE - 30 * MINUTE - 20 * SECOND);
    await act(id, "disassociateElasticIp", { elasticIpId: ip });
    later();
    await world.call("DELETE", `${EIPS}/${ip}`);
    // The first hour was paid at 100 Mbit/s; the second and the begun third are at 200.
    const charged = world.ledger.entries().filter((entry) => entry.kind === "usage" && entry.ids[0] === ip);
    expect(charged.map((entry) => entry.amount)).toEqual([16.67]);
  });

  test("that are prepaid cost the difference at once, give nothing back, and are never deleted", async () => {
    const ip = await apply({ charge: month });
    const resize = (bandwidth: number) => world.call("PUT", `${EIPS}/${ip}:modifyElasticIpBandwidth`, { bandwidth });
    world.faults.add({ cloud: "jdcloud", operation: "modifyElasticIpBandwidth", kind: "out-of-balance", times: 1 });
    expect(await resize(200)).toMatchObject(notNow("balance"));
    const paid = world.ledger.paid();
    await resize(200);
    later();
    expect(world.ledger.paid() - paid).toBeGreaterThan(3000); // 100 Mbit/s more until the end of a day, a calendar month later
    expect(world.ledger.paid() - paid).toBeLessThan(3200);
    const afterwards = world.ledger.paid();
    await resize(100);
    later();
    expect(world.ledger.paid()).toBe(afterwards);
    expect(await world.call("DELETE", `${EIPS}/${ip}`)).toMatchObject(notNow("prepaid"));
    world.clock.advance(33 * DAY);
    expect(await eip(ip)).toMatchObject({ charge: { chargeStatus: "overdue" } });
    expect(await resize(100)).toMatchObject(notNow("expired"));
    world.clock.advance(7 * DAY);
    expect(world.cloud.costing()).toEqual([]);
  });

  test("renew themselves when they are bought so", async () => {
    const ip = await apply({ charge: { ...month, autoRenew: true } });
    world.clock.advance(40 * DAY);
    expect(await eip(ip)).toMatchObject({ charge: { chargeStatus: "normal" } });
    expect(world.ledger.entries().filter((entry) => entry.kind === "renewal")).toMatchObject([{ ids: [ip], amount: 3000 }]);
  });

  test("join a bandwidth package and leave it", async () => {
    const id = await world.running();
    const ip = String((await world.look(id))["elasticIpId"]);
    const add = (elasticIpIds: string[]) => world.call("PUT", `${PACKAGE}:addBandwidthPackageIp`, { elasticIpIds });
    const remove = () => world.call("PUT", `${PACKAGE}:removeBandwidthPackageIp`, { elasticIpId: ip });
    expect(await remove()).toMatchObject(notNow("is not in"));
    expect(await add([ip, "fip-none"])).toMatchObject(refused(404, "NOT_FOUND"));
    expect(await add([ip])).toMatchObject(done);
    later();
    expect(await eip(ip)).toMatchObject({ bandwidthPackageId: "bwp-0001" });
    expect(await add([ip])).toMatchObject(notNow("is in a bandwidth package"));
    expect(await world.call("PUT", `${EIPS}/${ip}:modifyElasticIpBandwidth`, { bandwidth: 5 })).toMatchObject(notNow("bandwidth package"));
    expect(await remove()).toMatchObject(done);
    later();
    expect(await eip(ip)).toMatchObject({ bandwidthPackageId: "", bandwidth: 100 });
    const elsewhere = `${REGION}/bandwidthPackages/bwp-none:addBandwidthPackageIp`;
    expect(await world.call("PUT", elsewhere, { elasticIpIds: [ip] })).toMatchObject(refused(404, "NOT_FOUND"));
  });

  test("and work on them survive a restart, and the end of the instance", async () => {
    const id = await world.running(offline);
    const [bound, late] = [await apply(), await apply()];
    await act(id, "associateElasticIp", { elasticIpId: bound });
    const again = await jdWorld(JSON.parse(JSON.stringify(world.cloud.save())), world.clock);
    later();
    expect(await again.look(id)).toMatchObject({ elasticIpId: bound });
    await again.close();

    await act(id, "disassociateElasticIp", { elasticIpId: bound });
    later();
    await act(id, "associateElasticIp", { elasticIpId: late });
    world.cloud.vanish(id);
    later();
    expect(await eip(late)).toMatchObject({ status: "disassociate", instanceId: "" });
    expect(world.cloud.costing()).toEqual([
      { id: bound, kind: "eip" },
      { id: late, kind: "eip" },
    ]);
  });
});

describe("alias IPs of the simulated JD Cloud", () => {
  const create = (instanceId: string, ...cidrs: string[]) =>
    world.call("PUT", ALIASES, { aliasIpSpec: { instanceId, aliasIps: cidrs.map((cidr) => ({ id: "subnet-0001", cidr })) } });
  const cidrs = async (id: string): Promise<unknown[]> =>
    ((await world.call("GET", `${ALIASES}?instanceId=${id}`)).body.result!["aliasIps"] as { cidr: unknown }[]).map((one) => one.cidr);

  test("are created one by one: those that fail are told beside those that do not", async () => {
    const id = await world.running(offline);
    const { privateIp } = await world.look(id);
    world.cloud.switches.failingAliasCidrs.push("10.0.1.60/32");
    const reply = await create(
      id,
      "10.0.1.40/32",
      "10.9.9.9/32",
      "10.0.1.60/32",
      "10.0.1.40/31",
      `${String(privateIp)}/32`,
      "10.0.1.48/29",
    );
    expect(reply.status).toBe(200);
    expect(reply.body.result).toEqual({
      successList: [
        { aliasIpId: expect.any(String) as string, cidr: "10.0.1.40/32" },
        { aliasIpId: expect.any(String) as string, cidr: "10.0.1.48/29" },
      ],
      errorList: [
        { cidr: "10.9.9.9/32", message: "cidr not in subnet" },
        { cidr: "10.0.1.60/32", message: expect.stringContaining("could not be created") as string },
        { cidr: "10.0.1.40/31", message: expect.stringContaining("in use") as string },
        { cidr: `${String(privateIp)}/32`, message: expect.stringContaining("in use") as string },
      ],
    });
    expect(await cidrs(id)).toEqual([]);
    later();
    expect(await cidrs(id)).toEqual(["10.0.1.40/32", "10.0.1.48/29"]);
    expect((await create(id, "10.0.1.60/32")).body.result).toMatchObject({ successList: [{ cidr: "10.0.1.60/32" }], errorList: [] });
  });

  test("are deleted, a little after the answer", async () => {
    const id = await world.running(offline);
    const { successList } = (await create(id, "10.0.1.40/32")).body.result as { successList: { aliasIpId: string }[] };
    const path = `${ALIASES}/${successList[0]!.aliasIpId}`;
    expect(await world.call("DELETE", path)).toMatchObject(notNow("Conflict with underlay task"));
    later();
    expect(await world.call("DELETE", `${path}?clientToken=one`)).toMatchObject(done);
    expect(await cidrs(id)).toEqual(["10.0.1.40/32"]);
    expect(await world.call("DELETE", path)).toMatchObject(notNow("Conflict with underlay task"));
    later();
    expect(await cidrs(id)).toEqual([]);
    expect(await world.call("DELETE", path)).toMatchObject(refused(404, "NOT_FOUND"));
  });

  test("are no more than fifty on an interface, and need a settled instance", async () => {
    const id = await world.running(offline);
    const many = Array.from({ length: 51 }, (_, at) => `10.0.1.${at + 100}/32`);
    const { result } = (await create(id, ...many)).body;
    expect(result).toMatchObject({ errorList: [{ cidr: many[50], message: expect.stringContaining("50") as string }] });
    const [young = ""] = await world.buy(offline);
    expect(await create(young, "10.0.1.40/32")).toMatchObject(notNow());
    expect(await create("edcps-none", "10.0.1.40/32")).toMatchObject(refused(404, "NOT_FOUND"));
    expect(await create(id)).toMatchObject(refused(400, "INVALID_ARGUMENT"));
  });
});

describe("the system of instances of the simulated JD Cloud", () => {
  const wanted = {
    az: "cn-east-tz1a",
    imageType: "standard",
    osTypeId: "ostype-0002",
    sysRaidTypeId: "raid-sys-raid0",
    keepData: "yes",
    dataRaidTypeId: "raid-data-raid10",
    password: "Vq7#mXw2!Lz9",
  };
  const reinstall = (id: string, over: Record<string, unknown> = {}) =>
    act(id, "reinstallInstance", { instanceSpec: { ...wanted, ...over } });

  test("is reinstalled while the instance is stopped, and shows when that is done", async () => {
    const id = await stopped({ keypairId: "keypair-0001" });
    expect(await reinstall(id)).toMatchObject(done);
    expect(await world.look(id)).toMatchObject({ status: "reinstalling", osTypeId: "ostype-0001", sysRaidTypeId: "raid-sys-raid1" });
    expect(await act(id, "startInstance")).toMatchObject(notNow("Conflict with underlay task"));
    expect(await world.call("DELETE", `${INSTANCES}/${id}`)).toMatchObject(notNow("Conflict with underlay task"));
    world.clock.advance(20 * MINUTE);
    expect(await world.look(id)).toMatchObject({
      status: "stopped",
      osTypeId: "ostype-0002",
      osName: "Ubuntu 16.04(x86_64)",
      sysRaidTypeId: "raid-sys-raid0",
      keypairId: "",
    });
    expect(await act(id, "startInstance")).toMatchObject(done);
    expect(world.ledger.orders()).toHaveLength(1);
  });

  test("can end running and keep the key pair, or fail, where a test says so", async () => {
    const id = await stopped({ keypairId: "keypair-0001" });
    Object.assign(world.cloud.switches, { reinstalled: "running", reinstallKeepsKeypair: true });
    await reinstall(id, { keepData: "no", dataRaidTypeId: "raid-data-raid0", hostname: "edge-a", userData: null });
    world.clock.advance(20 * MINUTE);
    expect(await world.look(id)).toMatchObject({ status: "running", dataRaidTypeId: "raid-data-raid0", keypairId: "keypair-0001" });
    const other = await stopped();
    world.cloud.switches.failingReinstalls = 1;
    await reinstall(other);
    world.clock.advance(20 * MINUTE);
    expect(await world.look(other)).toMatchObject({ status: "error", osTypeId: "ostype-0001" });
  });

  test.each([
    ["without a password", { password: null }, 400, "INVALID_ARGUMENT"],
    ["with a weak password", { password: "password1A" }, 400, "INVALID_ARGUMENT"],
    ["in another zone", { az: "cn-east-tz1b" }, 400, "INVALID_ARGUMENT"],
    ["with an unknown system", { osTypeId: "ostype-none" }, 404, "NOT_FOUND"],
    ["with an unknown RAID", { sysRaidTypeId: "raid-data-raid0" }, 404, "NOT_FOUND"],
    ["with an unknown key pair", { keypairId: "keypair-1001" }, 404, "NOT_FOUND"],
    ["keeping data on another RAID", { dataRaidTypeId: "raid-data-raid0" }, 400, "CONFLICT"],
    ["saying nothing about data", { keepData: null }, 400, "INVALID_ARGUMENT"],
    ["with a name for the instance", { name: "edge-b" }, 400, "INVALID_ARGUMENT"],
  ])("is not reinstalled %s", async (_what, over, code, status) => {
    const id = await stopped();
    expect(await reinstall(id, over)).toMatchObject(refused(code, status));
    expect(await world.look(id)).toMatchObject({ status: "stopped" });
  });

  test("and the password are not touched while the instance runs", async () => {
    const id = await world.running();
    expect(await reinstall(id)).toMatchObject(notNow("Invalid instance status"));
    expect(await act(id, "resetPassword", { password: wanted.password })).toMatchObject(notNow("Invalid instance status"));
  });

  test("gets another password while the instance is stopped", async () => {
    const id = await stopped();
    expect(await act(id, "resetPassword", { password: "short" })).toMatchObject(refused(400, "INVALID_ARGUMENT"));
    expect(await act(id, "resetPassword", {})).toMatchObject(refused(400, "INVALID_ARGUMENT"));
    expect(await act(id, "resetPassword", { password: wanted.password, clientToken: "one" })).toMatchObject(done);
    expect(await world.look(id)).toMatchObject({ status: "resetting" });
    world.clock.advance(MINUTE);
    expect(await world.look(id)).toMatchObject({ status: "stopped" });
    // A used token: the old answer, and nothing is done.
    expect(await act(id, "resetPassword", { password: wanted.password, clientToken: "one" })).toMatchObject(done);
    expect(await world.look(id)).toMatchObject({ status: "stopped" });
  });

  test("keeps being reinstalled over a restart", async () => {
    const id = await stopped();
    await reinstall(id);
    const again = await jdWorld(JSON.parse(JSON.stringify(world.cloud.save())), world.clock);
    world.clock.advance(20 * MINUTE);
    expect(await again.look(id)).toMatchObject({ status: "stopped", osTypeId: "ostype-0002" });
    await again.close();
  });
});

describe("instances of the simulated JD Cloud that are not paid for", () => {
  test("can only be renewed once they have expired", async () => {
    const id = await world.running({ charge: month });
    const ip = await apply();
    const bound = String((await world.look(id))["elasticIpId"]);
    world.clock.advance(33 * DAY);
    expect(await world.look(id)).toMatchObject({ status: "running", charge: { chargeStatus: "overdue" } });
    for (const attempt of [
      act(id, "stopInstance"),
      act(id, "associateElasticIp", { elasticIpId: ip, targetIp: (await world.look(id))["privateIp"] }),
      act(id, "disassociateElasticIp", { elasticIpId: bound }),
      world.call("POST", `${INSTANCES}/${id}:modifyInstance`, { name: "edge-b" }),
      world.call("PUT", ALIASES, { aliasIpSpec: { instanceId: id, aliasIps: [{ cidr: "10.0.1.40/32" }] } }),
    ])
      expect(await attempt).toMatchObject(notNow("only be renewed"));
    const renewInstanceParam = { appCode: "jcloud", serviceCode: "edcps", timeSpan: 1, timeUnit: "MONTH", instanceIds: id };
    const renew = () => world.call("POST", "/v2/regions/cn-east-tz1/instances:renew", { renewInstanceParam });
    world.faults.add({ cloud: "jdcloud", operation: "renewInstance", kind: "out-of-balance", times: 1 });
    expect(await renew()).toMatchObject(notNow("balance"));
    expect((await renew()).status).toBe(200);
    expect(await act(id, "stopInstance")).toMatchObject(done);
  });

  test("can only be deleted while the account owes for them, and are released after a week", async () => {
    const [kept, deleted] = [await world.running(), await world.running()];
    for (const id of [kept, deleted]) world.cloud.change(id, { chargeStatus: "arrear" });
    expect(await world.look(kept)).toMatchObject({
      charge: { chargeStatus: "arrear", chargeExpiredTime: "", chargeRetireTime: "2026-01-09T04:04:05Z" },
    });
    expect(await act(kept, "stopInstance")).toMatchObject(notNow("only be deleted"));
    expect(await world.call("DELETE", `${INSTANCES}/${deleted}`)).toMatchObject(done);
    world.cloud.change(kept, { chargeStatus: "normal" });
    expect(await act(kept, "restartInstance")).toMatchObject(done);
    world.cloud.change(kept, { chargeStatus: "arrear" });
    world.clock.advance(7 * DAY);
    expect(world.cloud.servers()).toEqual([]);
    expect(() => world.cloud.change(kept, { chargeStatus: "overdue" })).toThrow();
  });
});
