import { INSTANCES, MINUTE, REGION, jdWorld, spec } from "./support/jdcloud-world";
import type { JdWorld } from "./support/jdcloud-world";

const refused = (code: number, status: string) => ({ status: code, body: { error: { code, status } } });
const DAY = 24 * 60 * MINUTE;

describe("life of an instance in the simulated JD Cloud", () => {
  let world: JdWorld;
  beforeEach(async () => {
    world = await jdWorld();
  });
  afterEach(() => world.close());

  test("is built for 25 minutes, runs, gets its charge, and is deleted", async () => {
    const { call, clock, cloud, look } = world;
    const [id = ""] = await world.buy();
    expect(await look(id)).toMatchObject({ status: "creating", privateIp: "10.0.1.2", elasticIpId: "", publicIp: "" });
    clock.advance(25 * MINUTE - 1);
    expect(await look(id)).toMatchObject({ status: "creating" });
    expect(await call("DELETE", `${INSTANCES}/${id}`)).toMatchObject(refused(400, "FAILED_PRECONDITION"));
    clock.advance(1);
    const ready = await look(id);
    expect(ready).toMatchObject({ status: "running", publicIp: expect.stringMatching(/^198\.1[89]\./) as string, bandwidth: 100 });
    expect(ready).not.toHaveProperty("charge");
    expect(await call("DELETE", `${INSTANCES}/${id}`)).toMatchObject(refused(403, "PERMISSION_DENIED"));
    clock.advance(MINUTE);
    expect(await look(id)).toMatchObject({
      charge: {
        chargeMode: "postpaid_by_duration",
        chargeStatus: "normal",
        chargeStartTime: "2026-01-02T03:04:05Z",
        chargeExpiredTime: "",
      },
    });
    expect(await call("DELETE", `${INSTANCES}/${id}?clientToken=d1`)).toMatchObject({ status: 200, body: { result: { success: true } } });
    expect(await look(id)).toMatchObject({ status: "deleting" });
    expect(await call("DELETE", `${INSTANCES}/${id}?clientToken=d1`)).toMatchObject({ status: 200 });
    expect(await call("DELETE", `${INSTANCES}/${id}`)).toMatchObject(refused(400, "FAILED_PRECONDITION"));
    clock.advance(3 * MINUTE);
    expect(await call("GET", `${INSTANCES}/${id}`)).toMatchObject(refused(404, "NOT_FOUND"));
    expect(await call("DELETE", `${INSTANCES}/${id}`)).toMatchObject(refused(404, "NOT_FOUND"));
    expect(cloud.servers()).toEqual([]);
  });

  test("shows everything that describeInstance documents, and nothing that it keeps back", async () => {
    const secret = { password: "Vq7#mXw2!Lz9", hostname: "edge-a", userData: Buffer.from("#!/bin/bash\n").toString("base64") };
    const id = await world.running({ ...secret, keypairId: "keypair-0001", resourceTags: [{ key: "env", value: "test" }] });
    const seen = await world.look(id);
    expect(seen).toEqual({
      instanceId: id,
      region: "cn-east-tz1",
      az: "cn-east-tz1a",
      deviceType: "edcps.c.normal1",
      name: "edge-a",
      description: "",
      status: "running",
      enableInternet: "yes",
      enableIpv6: "no",
      bandwidth: 100,
      extraUplinkBandwidth: 0,
      imageType: "standard",
      osTypeId: "ostype-0001",
      osName: "CentOS 7.5(x86_64)",
      osType: "centos",
      osVersion: "7.5",
      sysRaidTypeId: "raid-sys-raid1",
      sysRaidType: "RAID1",
      dataRaidTypeId: "raid-data-raid10",
      dataRaidType: "RAID10",
      networkType: "vpc",
      vpcId: "vpc-0001",
      vpcName: "edge",
      subnetId: "subnet-0001",
      subnetName: "phones",
      privateIp: "10.0.1.2",
      lineType: "ct",
      elasticIpId: expect.stringMatching(/^fip-/) as string,
      publicIp: expect.any(String) as string,
      publicIpv6: "",
      keypairId: "keypair-0001",
      interfaceMode: "bond",
      agentStatus: "",
      createTime: "2026-01-02T03:04:05Z",
      updateTime: "2026-01-02T03:29:05Z",
      charge: expect.any(Object) as object,
    });
    expect(JSON.stringify(world.cloud.save())).not.toContain(secret.password);
  });

  test("ends in error when its provisioning fails, paid for and deletable", async () => {
    world.cloud.failProvisioning();
    const [id = ""] = await world.buy();
    expect(await world.look(id)).toMatchObject({ status: "creating" });
    world.clock.advance(30 * MINUTE);
    expect(await world.look(id)).toMatchObject({ status: "error" });
    const [next = ""] = await world.buy();
    world.clock.advance(30 * MINUTE);
    expect(await world.look(next)).toMatchObject({ status: "running" });
    expect(await world.call("DELETE", `${INSTANCES}/${id}`)).toMatchObject({ status: 200 });
    expect(world.ledger.orders("jdcloud")).toHaveLength(2);
  });

  test("stands still while building is stalled, and goes on with the time that was left", async () => {
    const [early = ""] = await world.buy();
    world.clock.advance(10 * MINUTE);
    world.cloud.stallProvisioning(true);
    world.clock.advance(5 * MINUTE);
    const [late = ""] = await world.buy();
    world.clock.advance(120 * MINUTE);
    expect(await world.look(early)).toMatchObject({ status: "creating" });
    expect(await world.look(early)).not.toHaveProperty("charge");
    world.cloud.stallProvisioning(false);
    world.clock.advance(15 * MINUTE - 1);
    expect(await world.look(early)).toMatchObject({ status: "creating" });
    world.clock.advance(1);
    expect(await world.look(early)).toMatchObject({ status: "running" });
    expect(await world.look(late)).toMatchObject({ status: "creating" });
    world.clock.advance(10 * MINUTE);
    expect(await world.look(late)).toMatchObject({ status: "running" });
  });

  test("keeps what is ready running while building is stalled", async () => {
    const id = await world.running();
    world.cloud.stallProvisioning(true);
    world.clock.advance(60 * MINUTE);
    expect(await world.look(id)).toMatchObject({ status: "running" });
  });

  test("starts, stops and restarts only from the state that each needs", async () => {
    const id = await world.running();
    const act = (action: string) => world.call("PUT", `${INSTANCES}/${id}:${action}`, {});
    expect(await act("startInstance")).toMatchObject(refused(400, "FAILED_PRECONDITION"));
    expect(await act("stopInstance")).toMatchObject({ status: 200, body: { result: { success: true } } });
    expect(await world.look(id)).toMatchObject({ status: "stopping" });
    const busy = await act("startInstance");
    expect(busy).toMatchObject(refused(400, "FAILED_PRECONDITION"));
    expect(busy.body.error?.message).toBe("Conflict with underlay task");
    world.clock.advance(MINUTE);
    expect(await world.look(id)).toMatchObject({ status: "stopped" });
    expect(await act("stopInstance")).toMatchObject(refused(400, "FAILED_PRECONDITION"));
    expect(await act("restartInstance")).toMatchObject(refused(400, "FAILED_PRECONDITION"));
    await act("startInstance");
    world.clock.advance(2 * MINUTE);
    await act("restartInstance");
    expect(await world.look(id)).toMatchObject({ status: "restarting" });
    world.clock.advance(3 * MINUTE);
    expect(await world.look(id)).toMatchObject({ status: "running" });
  });

  test("changes name and description at once, each alone or both", async () => {
    const id = await world.running({ description: "first" });
    const modify = (body: unknown) => world.call("POST", `${INSTANCES}/${id}:modifyInstance`, body);
    expect(await modify({ name: "边缘-b" })).toMatchObject({ body: { result: { name: "边缘-b", description: "first" } } });
    expect(await modify({ description: "" })).toMatchObject({ body: { result: { name: "边缘-b", description: "" } } });
    expect(await world.look(id)).toMatchObject({ name: "边缘-b", description: "", updateTime: "2026-01-02T03:34:05Z" });
    expect(await world.call("GET", `${INSTANCES}/${id}:describeInstanceName`)).toMatchObject({ body: { result: { name: "边缘-b" } } });
    expect(await modify({})).toMatchObject(refused(400, "INVALID_ARGUMENT"));
    expect(await modify({ name: "1" })).toMatchObject(refused(400, "INVALID_ARGUMENT"));
    expect(await modify({ name: 1 })).toMatchObject(refused(400, "INVALID_ARGUMENT"));
    expect(await modify({ name: "edge-c", clientToken: "t" })).toMatchObject(refused(400, "INVALID_ARGUMENT"));
    expect(await modify({ description: "x".repeat(257) })).toMatchObject(refused(400, "INVALID_ARGUMENT"));
  });

  test("answers the small reads", async () => {
    const id = await world.running();
    expect((await world.call("GET", `${INSTANCES}/${id}:describeInstanceStatus`)).body.result).toEqual({
      cpus: true,
      mems: true,
      disks: true,
      nics: true,
    });
    expect((await world.call("GET", `${INSTANCES}/${id}:describeInstanceRaid`)).body.result).toEqual({
      sysRaidTypeId: "raid-sys-raid1",
      sysRaidType: "RAID1",
      dataRaidTypeId: "raid-data-raid10",
      dataRaidType: "RAID10",
    });
    for (const what of ["describeInstanceName", "describeInstanceRaid", "describeInstanceStatus"])
      expect(await world.call("GET", `${INSTANCES}/edcps-none:${what}`)).toMatchObject(refused(404, "NOT_FOUND"));
  });

  test("leaves its elastic IP behind, unbound and costing, until that is deleted", async () => {
    const id = await world.running();
    const { elasticIpId: eip } = (await world.look(id)) as { elasticIpId: string };
    const path = `${REGION}/elasticIps/${eip}`;
    expect(await world.call("GET", path)).toMatchObject({
      body: { result: { elasticIp: { status: "associate", instanceId: id, targetIp: "10.0.1.2", bandwidth: 100, instanceType: "edcps" } } },
    });
    expect(await world.call("DELETE", path)).toMatchObject(refused(400, "FAILED_PRECONDITION"));
    await world.call("DELETE", `${INSTANCES}/${id}`);
    world.clock.advance(5 * MINUTE);
    expect(world.cloud.costing()).toEqual([{ id: eip, kind: "eip" }]);
    expect(await world.call("GET", path)).toMatchObject({ body: { result: { elasticIp: { status: "disassociate", instanceId: "" } } } });
    expect(await world.call("DELETE", `${path}?clientToken=e1`)).toMatchObject({ body: { result: { success: true } } });
    expect(await world.call("DELETE", `${path}?clientToken=e1`)).toMatchObject({ status: 200 });
    expect(await world.call("DELETE", path)).toMatchObject(refused(404, "NOT_FOUND"));
    expect(world.cloud.costing()).toEqual([]);
    const deleted = world.ledger.entries("jdcloud").filter((entry) => entry.kind === "deletion");
    expect(deleted.map((entry) => entry.ids)).toEqual([[id], [eip]]);
  });

  test("takes its elastic IP along when the world is switched so", async () => {
    world.cloud.switches.keepElasticIps = false;
    const id = await world.running();
    await world.call("DELETE", `${INSTANCES}/${id}`);
    world.clock.advance(5 * MINUTE);
    expect(world.cloud.costing()).toEqual([]);
  });

  test("cannot be deleted by its owner when prepaid, and is released on the eighth day after expiry", async () => {
    const prepaid = { charge: { chargeMode: "prepaid_by_duration", chargeUnit: "month", chargeDuration: 1 } };
    const id = await world.running(prepaid);
    expect(await world.look(id)).toMatchObject({
      charge: { chargeStatus: "normal", chargeExpiredTime: "2026-02-02T15:59:59Z", chargeRetireTime: "2026-02-09T16:00:00Z" },
    });
    expect(await world.call("DELETE", `${INSTANCES}/${id}`)).toMatchObject(refused(400, "FAILED_PRECONDITION"));
    world.cloud.switches.prepaidRefusal = 403;
    expect(await world.call("DELETE", `${INSTANCES}/${id}`)).toMatchObject(refused(403, "PERMISSION_DENIED"));
    const { elasticIpId: eip } = (await world.look(id)) as { elasticIpId: string };
    expect(await world.call("DELETE", `${REGION}/elasticIps/${eip}`)).toMatchObject(refused(400, "FAILED_PRECONDITION"));
    world.clock.advance(35 * DAY);
    expect(await world.look(id)).toMatchObject({ status: "running", charge: { chargeStatus: "overdue" } });
    expect(await world.call("PUT", `${INSTANCES}/${id}:stopInstance`)).toMatchObject(refused(400, "FAILED_PRECONDITION"));
    world.clock.advance(5 * DAY);
    expect(await world.call("GET", `${INSTANCES}/${id}`)).toMatchObject(refused(404, "NOT_FOUND"));
    expect(world.cloud.costing()).toEqual([]);
    expect(world.ledger.entries().filter((entry) => entry.kind === "refund")).toEqual([]);
  });

  test("writes one order and its payment per purchase, and the bill at the end", async () => {
    const [id = ""] = await world.buy();
    const [order, payment] = world.ledger.entries("jdcloud");
    expect(order).toMatchObject({ kind: "order", ids: [id], orderId: expect.stringMatching(/^order-/) as string });
    expect(payment).toMatchObject({ kind: "payment", orderId: order?.orderId, amount: order?.amount });
    expect(order?.amount).toBeGreaterThan(0);
    world.clock.advance(10 * 60 * MINUTE);
    await world.call("DELETE", `${INSTANCES}/${id}`);
    world.clock.advance(3 * MINUTE);
    world.cloud.servers();
    expect(world.ledger.entries("jdcloud").map((entry) => entry.kind)).toEqual(["order", "payment", "usage", "deletion"]);
    expect(world.ledger.payments("jdcloud")).toEqual([payment]);
    expect(world.ledger.paid("jdcloud")).toBeGreaterThan(order?.amount ?? 0);
  });

  test("can vanish and be changed behind everybody's back", async () => {
    const id = await world.running();
    world.cloud.change(id, { name: "renamed", description: "by hand", status: "stopped", bandwidth: 50, keypairId: "keypair-0002" });
    expect(await world.look(id)).toMatchObject({ name: "renamed", description: "by hand", status: "stopped", bandwidth: 50 });
    expect(() => world.cloud.change(id, { name: "x", colour: "red" })).toThrow('no field "colour"');
    expect(() => world.cloud.change(id, { name: 7 })).toThrow('cannot set "name"');
    expect(() => world.cloud.change("edcps-none", {})).toThrow("no EdCPS instance edcps-none");
    expect(await world.look(id)).toMatchObject({ name: "renamed" });
    world.cloud.vanish(id);
    expect(await world.look(id)).toEqual({});
    expect(() => world.cloud.vanish(id)).toThrow("no EdCPS instance");
    expect(world.ledger.entries("jdcloud").at(-1)).toMatchObject({ kind: "deletion", ids: [id] });
  });

  test("can have its bandwidth, tags and billing changed by its owner", async () => {
    const id = await world.running();
    world.cloud.change(id, { extraUplinkBandwidth: 7, bandwidthPackageId: "bwp-0001", resourceTags: [{ key: "by", value: "hand" }] });
    expect(await world.look(id)).toMatchObject({ extraUplinkBandwidth: 7, charge: { chargeMode: "postpaid_by_duration" } });
    world.cloud.change(id, { chargeMode: "prepaid_by_duration", autoRenew: true });
    expect(await world.look(id)).toMatchObject({
      charge: { chargeMode: "prepaid_by_duration", chargeExpiredTime: "2026-02-02T15:59:59Z" },
    });
    world.cloud.change(id, { chargeExpiredTime: "2026-01-10T15:59:59Z", autoRenew: false });
    expect(await world.look(id)).toMatchObject({ charge: { chargeExpiredTime: "2026-01-10T15:59:59Z" } });
    for (const wrong of [{ extensionBandwidth: 5 }, { status: "creating" }, { resourceTags: [{ key: "k" }] }, { chargeMode: "free" }])
      expect(() => world.cloud.change(id, wrong)).toThrow("cannot set");
    world.cloud.change(id, { chargeMode: "postpaid_by_duration" });
    expect(await world.look(id)).toMatchObject({ charge: { chargeExpiredTime: "" } });
  });

  test("can have its elastic IP and alias IPs changed by its owner", async () => {
    const id = await world.running();
    const { elasticIpId } = await world.look(id);
    world.cloud.change(id, { elasticIpId: "", aliasIps: ["10.0.1.40/32"] });
    expect(await world.look(id)).toMatchObject({ elasticIpId: "", publicIp: "", bandwidth: 0 });
    const { body } = await world.call("GET", `${REGION}/aliasIps?instanceId=${id}`);
    expect(body.result).toMatchObject({ aliasIps: [{ cidr: "10.0.1.40/32", subnetId: "subnet-0001" }] });
    world.cloud.change(id, { elasticIpId, aliasIps: [] });
    expect(await world.look(id)).toMatchObject({ elasticIpId, bandwidth: 100 });
    world.cloud.change(id, { internetChargeMode: "prepaid_by_duration" });
    for (const wrong of [{ elasticIpId: 7 }, { aliasIps: "10.0.1.40" }, { extensionAliasIps: [] }, { internetChargeMode: "free" }])
      expect(() => world.cloud.change(id, wrong)).toThrow("cannot set");
  });

  test("survives a restart with everything that it knew, tokens and nonces included", async () => {
    const [id = ""] = await world.buy({ resourceTags: [{ key: "env", value: "test" }] }, "token-1");
    await world.call("GET", INSTANCES, undefined, { nonce: "used" });
    const saved: unknown = JSON.parse(JSON.stringify(world.cloud.save()));
    const again = await jdWorld(saved, world.clock);
    expect(await again.look(id)).toMatchObject({ status: "creating" });
    expect(await again.buy(undefined, "token-1")).toEqual([id]);
    expect(await again.call("GET", INSTANCES, undefined, { nonce: "used" })).toMatchObject({ status: 401 });
    const [next] = await again.buy();
    expect(next).not.toBe(id);
    world.clock.advance(30 * MINUTE);
    expect(await again.look(id)).toMatchObject({ status: "running" });
    expect(again.cloud.servers()).toEqual([id, next]);
    await again.close();
  });

  test("refuses what createInstances was not given", async () => {
    expect(await world.call("PUT", INSTANCES, {})).toMatchObject(refused(400, "INVALID_ARGUMENT"));
    expect(await world.call("PUT", INSTANCES, { instanceSpec: spec(), extra: 1 })).toMatchObject(refused(400, "INVALID_ARGUMENT"));
    expect(world.ledger.entries()).toEqual([]);
  });
});
