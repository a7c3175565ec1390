import { cphPhoneServerInputs } from "../../../../provider/vendors/huaweicloud/cph-phone-inputs";
import { cphPhoneServer } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import type {
  CphPhoneServerInputs,
  CphPhoneServerOutputs,
  CphPhoneServerSpec,
} from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import { huaweiWorld, leftBehind, messageOf, phonesInSystemNetwork, phonesInVpc } from "../../../support/huaweicloud";
import type { HuaweiWorld } from "../../../support/huaweicloud";

const minute = 60_000;
const writes = /^(Create|Update|Change|Delete|Batch|Cancel|Auto)/;

describe("CphPhoneServer", () => {
  let world: HuaweiWorld;
  beforeEach(async () => (world = await huaweiWorld()));
  afterEach(() => world.close());

  const buy = async (spec: Partial<CphPhoneServerSpec>): Promise<Bought> => {
    const inputs = world.phones(spec);
    return { inputs, ...(await cphPhoneServer.create(inputs, world.context({ pollMs: 5 * minute }))) };
  };
  interface Bought {
    inputs: CphPhoneServerInputs;
    id: string;
    outs: CphPhoneServerOutputs;
  }
  const orders = (): number => world.simulator.ledger.orders("huaweicloud").length;
  const kindsInLedger = (): string[] => world.simulator.ledger.entries("huaweicloud").map((entry) => entry.kind);

  test("is bought into a system-defined network, and tells all about its servers", async () => {
    const ctx = world.context();
    const inputs = world.phones({ ...phonesInSystemNetwork, count: 2, keypairName: "kp-farm", tags: { env: "prod" } });
    const { id, outs } = await cphPhoneServer.create(inputs, ctx);
    expect(world.cloud.servers()).toContain(id);
    expect(outs).toMatchObject({
      ...inputs,
      isReady: true,
      state: "running",
      phoneCount: 120,
      resolvedProjectId: "b0000000000000000000000000000001",
      expiresAt: "2026-02-02T15:59:59Z",
      network: { subnetCidr: "172.31.0.0/16", vpcCidr: "172.31.0.0/16", securityGroupIds: undefined },
    });
    expect(outs.orderId).toMatch(/^CS/);
    expect(outs.productId).toMatch(/^OFFI/);
    expect(outs.servers.map((server) => server.name)).toEqual(["farm-a-1", "farm-a-2"]);
    expect(outs.servers[0]).toMatchObject({
      state: "running",
      phoneCount: 60,
      availabilityZone: "cn-east-3a",
      createdAt: "2026-01-02T03:04:05Z",
    });
    expect(outs.address).toBe(outs.servers[0]?.publicIps[0]);
    expect(ctx.lines).toEqual([
      `CphPhoneServer "farm-a": 2 ordered (order ${outs.orderId ?? ""})`,
      'CphPhoneServer "farm-a": running, 2 servers, 120 phones',
    ]);
    expect(orders()).toBe(1);
  });

  test("is bought into a VPC, and looks the same when read at once", async () => {
    const { id, outs, inputs } = await buy({
      ...phonesInVpc,
      keypairName: "kp-farm",
      ports: [
        { name: "web", listenPort: 20_000, internetAccessible: true },
        { name: "api", listenPort: 20_001, internetAccessible: false },
      ],
      serverShareDataVolume: { volumeType: "SSD", size: 20 },
      availabilityZone: "cn-east-3b",
      property: '{"com.cph.mainkeys": 0}',
      tags: { env: "prod" },
      timeouts: { create: "2h" },
    });
    expect(outs).toMatchObject({ phoneCount: 50, network: { vpcId: undefined, subnetId: undefined } });
    const read = await cphPhoneServer.read(id, outs, world.context());
    expect(read?.id).toBe(id);
    expect(read?.inputs).toMatchObject(inputs);
    expect(read?.outs).toEqual(outs);
    expect(cphPhoneServer.diff(read!.outs, inputs, "abcdefghij").properties).toEqual([]);
  });

  test("reads without changes also when little was said", async () => {
    for (const spec of [phonesInSystemNetwork, phonesInVpc]) {
      const { id, outs, inputs } = await buy(spec);
      const read = await cphPhoneServer.read(id, outs, world.context());
      expect(read?.outs).toEqual(outs);
      expect(Object.keys(read!.inputs).filter((name) => !(name in cphPhoneServerInputs.shape))).toEqual([]);
      for (const name of ["keypairName", "availabilityZone", "subnetCidr", "ports", "tags", "vncEnable"] as const) {
        expect(read?.outs[name]).toBeUndefined();
      }
      expect(cphPhoneServer.diff(read!.outs, inputs, "abcdefghij").properties).toEqual([]);
      await cphPhoneServer.delete(id, outs, world.context());
    }
  });

  const full: CphPhoneServerSpec = { ...phonesInVpc, keypairName: "kp-farm", availabilityZone: "cn-east-3a", tags: { env: "prod" } };
  const inV1: CphPhoneServerSpec = { ...phonesInSystemNetwork, vncEnable: true };
  const drifts: readonly [change: Record<string, unknown>, spec: CphPhoneServerSpec, property: string, kind: string, now: unknown][] = [
    [{ server_name: "mine" }, full, "serverName", "update", "mine"],
    [{ server_model_name: "other" }, full, "serverModelName", "replace", "other"],
    [{ phone_model_name: "rs2.max" }, full, "phoneModelName", "replace", "rs2.max"],
    [{ image_id: "22110120221209e101210a3000000b03" }, full, "imageId", "replace", "22110120221209e101210a3000000b03"],
    [{ keypair_name: "kp2" }, full, "keypairName", "update", "kp2"],
    [{ keypair_name: "" }, full, "keypairName", "update", ""],
    [{ availability_zone: "cn-east-3b" }, full, "availabilityZone", "replace", "cn-east-3b"],
    [
      { enterprise_project_id: "ep-2" },
      { ...full, extendParam: { ...full.extendParam, enterpriseProjectId: "0" } },
      "extendParam.enterpriseProjectId",
      "replace",
      "ep-2",
    ],
    [{ charging_mode: 1 }, full, "extendParam.chargingMode", "replace", 1],
    [{ is_auto_renew: 1 }, full, "extendParam.isAutoRenew", "update", true],
    [{ vpc_id: "4fdf12dc-7a53-489e-b448-32e0eed99ea7" }, full, "tenantVpcId", "replace", "4fdf12dc-7a53-489e-b448-32e0eed99ea7"],
    [{ subnet_id: "other" }, full, "nics", "replace", [{ subnetId: "other", ipv6Enable: false }]],
    [{ band_width_size: 100 }, full, "bandWidth.bandWidthSize", "replace", 100],
    [{ vnc_enable: "false" }, inV1, "vncEnable", "replace", false],
    [{ tags: { env: "test", more: "x", "pulumi-marker": "abcdefghij0" } }, full, "tags", "update", { env: "test", more: "x" }],
    [{ tags: { "pulumi-marker": "abcdefghij0" } }, full, "tags", "update", {}],
  ];
  for (const [change, spec, property, kind, now] of drifts) {
    test(`notices that somebody changed ${JSON.stringify(change)}`, async () => {
      const { id, outs, inputs } = await buy(spec);
      world.cloud.change(id, change);
      const read = await cphPhoneServer.read(id, outs, world.context());
      expect(cphPhoneServer.diff(read!.outs, inputs, "abcdefghij").properties).toMatchObject([{ property, kind, old: now }]);
    });
  }

  test("does not take what was never said for drift", async () => {
    const { id, outs, inputs } = await buy(phonesInSystemNetwork);
    world.cloud.change(id, {
      keypair_name: "kp2",
      tags: { a: "b", "pulumi-marker": "abcdefghij0" },
      vnc_enable: "true",
      availability_zone: "cn-east-3b",
      band_width_size: 100,
    });
    const read = await cphPhoneServer.read(id, outs, world.context());
    expect(cphPhoneServer.diff(read!.outs, inputs, "abcdefghij").properties).toEqual([]);
    expect(read?.outs.servers[0]).toMatchObject({ availabilityZone: "cn-east-3b" });
  });

  test("notices other ports, whatever their order, and an image only when all phones have it", async () => {
    const ports = [
      { name: "web", listenPort: 20_000, internetAccessible: true },
      { name: "api", listenPort: 20_001, internetAccessible: false },
    ];
    const { id, outs, inputs } = await buy({ ...phonesInVpc, ports });
    const reordered = { ...inputs, ports: [...ports].reverse() };
    expect(cphPhoneServer.diff(outs, reordered, "abcdefghij").properties).toEqual([]);

    world.intercept = (request) => {
      const answer = world.cloud.handle(request);
      const body = answer.body as { phones?: { image_id: string }[]; access_infos?: { type: string; listen_port: number }[] };
      if (body.phones?.[0] !== undefined) body.phones[0].image_id = "another";
      const web = body.access_infos?.find((one) => one.type === "web");
      if (web !== undefined) web.listen_port = 30_000;
      return answer;
    };
    const read = await cphPhoneServer.read(id, outs, world.context());
    expect(cphPhoneServer.diff(read!.outs, inputs, "abcdefghij").properties).toMatchObject([
      { property: "ports", kind: "replace", new: ports },
    ]);
  });

  test("what a change means is known for every input", async () => {
    const { outs, inputs } = await buy({ ...phonesInVpc, projectId: "b0000000000000000000000000000001" });
    const kindsOf = (news: Partial<CphPhoneServerInputs>): [string, string][] =>
      cphPhoneServer.diff(outs, { ...inputs, ...news }, "abcdefghij").properties.map((one) => [one.property, one.kind]);
    expect(kindsOf({ region: "cn-north-4" })).toEqual([["region", "replace"]]);
    expect(kindsOf({ projectId: undefined })).toEqual([]);
    expect(kindsOf({ projectId: "b0000000000000000000000000000011" })).toEqual([["projectId", "replace"]]);
    expect(kindsOf({ count: 2 })).toEqual([["count", "update"]]);
    expect(kindsOf({ serverName: "x" })).toEqual([["serverName", "update"]]);
    expect(kindsOf({ tags: {} })).toEqual([]);
    expect(kindsOf({ tags: { a: "b" } })).toEqual([["tags", "update"]]);
    expect(kindsOf({ timeouts: { create: "1h" } })).toEqual([["timeouts", "update"]]);
    expect(kindsOf({ property: "{}" })).toEqual([["property", "replace"]]);
    expect(kindsOf({ vncEnable: false })).toEqual([]);
    expect(kindsOf({ tenantVpcId: undefined })).toEqual([["tenantVpcId", "replace"]]);
    expect(kindsOf({ publicIp: { count: 0 } })).toEqual([["publicIp", "replace"]]);
    const terms = inputs.extendParam;
    expect(kindsOf({ extendParam: { ...terms, periodType: 3, periodNum: 2, isAutoPay: false } })).toEqual([
      ["extendParam.periodType", "nextOrder"],
      ["extendParam.periodNum", "nextOrder"],
      ["extendParam.isAutoPay", "nextOrder"],
    ]);
    expect(kindsOf({ extendParam: { ...terms, enterpriseProjectId: "0" } })).toEqual([]);
    expect(kindsOf({ extendParam: { ...terms, isAutoRenew: true } })).toEqual([["extendParam.isAutoRenew", "update"]]);
    expect(kindsOf({ extendParam: { ...terms, chargingMode: 1 } })).toEqual([["extendParam.chargingMode", "replace"]]);
  });

  test("a project that was found through IAM may be written down later", async () => {
    const { outs, inputs } = await buy(phonesInVpc);
    expect(cphPhoneServer.diff(outs, { ...inputs, projectId: "b0000000000000000000000000000001" }, "abcdefghij").properties).toEqual([]);
    expect(cphPhoneServer.diff(outs, { ...inputs, projectId: "b0000000000000000000000000000011" }, "abcdefghij").properties).toHaveLength(
      1,
    );
  });

  test("changes name, key pair, tags and auto-renewal in place, and nothing twice", async () => {
    const { id, outs } = await buy({ ...phonesInVpc, keypairName: "kp-farm", tags: { env: "prod", old: "x" } });
    const news = world.phones({
      ...phonesInVpc,
      serverName: "farm-new",
      keypairName: "kp2",
      tags: { env: "test", new: "y" },
      extendParam: { ...phonesInVpc.extendParam, isAutoRenew: true },
      timeouts: { update: "1h" },
    });
    world.operations();
    const ctx = world.context();
    const changed = await cphPhoneServer.update(id, outs, news, ctx);
    expect(changed).toMatchObject({ ...news, state: "running" });
    expect(changed.servers[0]).toMatchObject({ id, name: "farm-new" });
    expect(ctx.lines).toEqual(
      ["renamed", "has key pair kp2", "tags changed", "auto-renewal on"].map((what) => `CphPhoneServer "farm-new": ${what}`),
    );
    const read = await cphPhoneServer.read(id, changed, world.context());
    expect(read?.outs).toEqual(changed);
    expect(cphPhoneServer.diff(read!.outs, news, "abcdefghij").properties).toEqual([]);

    world.operations();
    const again = world.context();
    await cphPhoneServer.update(id, changed, news, again);
    expect(world.operations().filter((name) => writes.test(name) && !name.startsWith("BatchShow"))).toEqual([]);
    expect(again.lines).toEqual([]);

    const back = await cphPhoneServer.update(id, changed, world.phones(phonesInVpc), world.context());
    expect(back.tags).toBeUndefined();
    expect((await cphPhoneServer.read(id, { region: "cn-east-3" }, world.context()))?.outs).toMatchObject({
      tags: {},
      extendParam: { isAutoRenew: false },
      keypairName: "kp2",
    });
    expect(orders()).toBe(1);
  });

  test("renames several servers without making their names the same", async () => {
    const { id, outs } = await buy({ ...phonesInVpc, count: 3 });
    const changed = await cphPhoneServer.update(id, outs, world.phones({ ...phonesInVpc, count: 3, serverName: "herd" }), world.context());
    expect(changed.servers.map((server) => server.name)).toEqual(["herd-1", "herd-2", "herd-3"]);
    world.cloud.change(changed.servers[1]!.id, { server_name: "mine" });
    const read = await cphPhoneServer.read(id, changed, world.context());
    expect(read?.outs.serverName).toBe("mine");
    const back = await cphPhoneServer.update(
      id,
      read!.outs,
      world.phones({ ...phonesInVpc, count: 3, serverName: "herd" }),
      world.context(),
    );
    expect(back.servers.map((server) => server.name)).toEqual(["herd-1", "herd-2", "herd-3"]);
  });

  test("a change that fails half-way says in the state what was done", async () => {
    const { id, outs } = await buy({ ...phonesInVpc, keypairName: "kp-farm" });
    const news = world.phones({ ...phonesInVpc, serverName: "farm-new", keypairName: "none", tags: { a: "b" } });
    const left = await leftBehind<CphPhoneServerOutputs>(cphPhoneServer.update(id, outs, news, world.context()));
    expect(left).toMatchObject({ id, outs: { serverName: "farm-new", keypairName: "kp-farm" } });
    expect(left.outs.tags).toBeUndefined();
    expect(left.message).toBe(
      `Could not change the key pair of CPH server ${id} to "none": Huawei Cloud answered CPS.0067, "There is no key pair none.". There is no key pair of that name in this region: check \`keypairName\`.`,
    );
    const right = { ...news, keypairName: "kp2" };
    expect(await cphPhoneServer.update(id, left.outs, right, world.context())).toMatchObject({ keypairName: "kp2", tags: { a: "b" } });
  });

  test("is given back by unsubscribing, all servers with one request, and twice without harm", async () => {
    const { id, outs } = await buy({ ...phonesInVpc, count: 3 });
    world.operations();
    await cphPhoneServer.delete(id, outs, world.context());
    expect(world.cloud.costing()).toEqual([]);
    expect(world.operations().filter((name) => name === "CancelResourcesSubscription")).toHaveLength(1);
    expect(await cphPhoneServer.read(id, outs, world.context())).toBeUndefined();
    await cphPhoneServer.delete(id, outs, world.context());
    expect(kindsInLedger().filter((kind) => kind === "refund" || kind === "deletion")).toHaveLength(6);
    expect(world.simulator.ledger.paid("huaweicloud")).toBe(0);
  });

  test("gives the rest back when some servers are gone already", async () => {
    const { id, outs } = await buy({ ...phonesInVpc, count: 3 });
    world.cloud.vanish(outs.servers[1]!.id);
    await cphPhoneServer.delete(id, outs, world.context());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("a server that billing has closed already does not hold up the others", async () => {
    const { id, outs } = await buy({ ...phonesInVpc, count: 2 });
    const closed = outs.servers[0]!.id;
    world.intercept = (request) => {
      if (!request.path.endsWith("/unsubscribe") || !request.body.toString().includes(closed)) return undefined;
      if (request.body.toString().includes(outs.servers[1]!.id))
        return { status: 400, body: { error_code: "CBC.30000067", error_msg: "closed" } };
      world.cloud.vanish(closed);
      return { status: 400, body: { error_code: "CBC.99003012", error_msg: "closed" } };
    };
    await cphPhoneServer.delete(id, outs, world.context());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("one that is paid by use is deleted in CPH", async () => {
    world.cloud.behave({ sellsPayPerUse: true });
    const { id, outs, inputs } = await buy({ ...phonesInVpc, extendParam: { chargingMode: 1 } });
    expect(outs).toMatchObject({ state: "running", expiresAt: undefined });
    const read = await cphPhoneServer.read(id, outs, world.context());
    expect(cphPhoneServer.diff(read!.outs, inputs, "abcdefghij").properties).toEqual([]);
    world.operations();
    await cphPhoneServer.delete(id, outs, world.context());
    expect(world.operations()).toContain("DeleteCloudPhoneServer");
    expect(world.cloud.costing()).toEqual([]);
  });

  test("keeps the id when the servers fail to be built, says so, and gives them back", async () => {
    world.cloud.failProvisioning();
    const left = await leftBehind<CphPhoneServerOutputs>(cphPhoneServer.create(world.phones(phonesInVpc), world.context()));
    expect(world.cloud.servers()).toEqual([left.id]);
    expect(left.outs).toMatchObject({ serverName: "farm-b", state: "abnormal", servers: [{ id: left.id, state: "abnormal" }] });
    expect(left.message).toBe(
      `CphPhoneServer "farm-b" did not come up: server ${left.id} is abnormal (status 2). It exists and may be billed (order ${left.outs.orderId ?? ""}): \`pulumi destroy --target <its URN>\` gives it back and then \`pulumi up\` buys another, or the resource option \`replacementTrigger\`; Huawei Cloud's support may be able to repair it.`,
    );
    const again = await leftBehind(cphPhoneServer.update(left.id, left.outs, world.phones(phonesInVpc), world.context()));
    expect(again.message).toBe(left.message);
    await cphPhoneServer.delete(left.id, left.outs, world.context());
    expect(world.cloud.costing()).toEqual([]);
    expect(orders()).toBe(1);
  });

  test("keeps the id when time is up, and goes on waiting in the next run", async () => {
    world.cloud.stallProvisioning(true);
    const inputs = world.phones({ ...phonesInVpc, tags: { a: "b" } });
    const left = await leftBehind<CphPhoneServerOutputs>(cphPhoneServer.create(inputs, world.context()));
    expect(left.outs).toMatchObject({ ...inputs, state: "building", servers: [{ id: left.id }] });
    expect(left.message).toContain('Waited 90 min for CphPhoneServer "farm-b" to be running');
    world.cloud.stallProvisioning(false);
    const read = await cphPhoneServer.read(left.id, left.outs, world.context());
    expect(read?.outs).toMatchObject({ state: "building", orderId: left.outs.orderId });
    const outs = await cphPhoneServer.update(left.id, left.outs, inputs, world.context());
    expect(outs).toMatchObject({ state: "running", phoneCount: 50, tags: { a: "b" } });
    expect((await cphPhoneServer.read(left.id, outs, world.context()))?.outs).toEqual(outs);
    expect(orders()).toBe(1);
  });

  test("one that is still being built is waited for before it is given back", async () => {
    const left = await leftBehind<CphPhoneServerOutputs>(
      cphPhoneServer.create(world.phones(phonesInVpc), world.context({ deadline: world.clock.now() + 5 * minute })),
    );
    await cphPhoneServer.delete(left.id, left.outs, world.context());
    expect(world.cloud.costing()).toEqual([]);
    expect(kindsInLedger()).toEqual(["order", "payment", "refund", "deletion"]);
  });

  test("one that cannot be seen yet right after the purchase is waited for", async () => {
    const hiddenUntil = world.clock.now() + 5 * minute;
    world.intercept = (request) =>
      request.method === "GET" && /\/cloud-phone\/servers\/\w+$/.test(request.path) && world.clock.now() < hiddenUntil
        ? { status: 404, body: { error_code: "CPS.0156", error_msg: "The server does not exist." } }
        : undefined;
    const early = await leftBehind<CphPhoneServerOutputs>(
      cphPhoneServer.create(world.phones(phonesInVpc), world.context({ deadline: world.clock.now() + 2 * minute })),
    );
    // Not seen, but its order is being handled: not gone.
    expect((await cphPhoneServer.read(early.id, early.outs, world.context()))?.outs).toMatchObject({ state: "building", count: 1 });
    expect(await cphPhoneServer.update(early.id, early.outs, world.phones(phonesInVpc), world.context())).toMatchObject({
      state: "running",
    });
    expect(orders()).toBe(1);
  });

  test("an order that waits for its payment is kept, and goes on when it is paid", async () => {
    const spec = { ...phonesInVpc, count: 2, extendParam: { ...phonesInVpc.extendParam, isAutoPay: false } };
    const begun = world.clock.now();
    const left = await leftBehind<CphPhoneServerOutputs>(cphPhoneServer.create(world.phones(spec), world.context()));
    expect(world.clock.now() - begun).toBeLessThan(minute);
    const orderId = left.outs.orderId ?? "";
    expect(left).toMatchObject({ id: `order/${orderId}`, outs: { state: "unpaid", servers: [] } });
    expect(left.message).toMatch(
      new RegExp(
        `^CphPhoneServer "farm-b": order ${orderId} waits for its payment. It is not paid automatically \\(\`isAutoPay\` is off\\): pay it in Huawei Cloud's Billing Center under "Unpaid Orders" before 2026-[-\\dT:Z]+, then run \`pulumi up\` again, which goes on from here; \`pulumi destroy\` cancels the order.$`,
      ),
    );
    const read = await cphPhoneServer.read(left.id, left.outs, world.context());
    expect(read).toMatchObject({ id: left.id, outs: { state: "unpaid", count: 2 } });
    const again = await leftBehind(cphPhoneServer.update(left.id, read!.outs, world.phones(spec), world.context()));
    expect(again.message).toBe(left.message);
    expect(orders()).toBe(0);

    await world.pay(orderId);
    const outs = await cphPhoneServer.update(left.id, left.outs, world.phones(spec), world.context());
    expect(outs).toMatchObject({ state: "running", phoneCount: 100 });
    expect(outs.servers.map((server) => server.name)).toEqual(["farm-b-1", "farm-b-2"]);
    const found = await cphPhoneServer.read(left.id, outs, world.context());
    expect(found?.id).toBe(outs.servers[0]?.id);
    expect(cphPhoneServer.diff(found!.outs, world.phones(spec), "abcdefghij").properties).toEqual([]);
    await cphPhoneServer.delete(left.id, outs, world.context());
    expect(world.cloud.costing()).toEqual([]);
    expect(orders()).toBe(1);
  });

  test("an unpaid order is cancelled by deleting, and then is gone", async () => {
    const spec = { ...phonesInVpc, extendParam: { periodType: 2, periodNum: 1 } } as const;
    const left = await leftBehind<CphPhoneServerOutputs>(cphPhoneServer.create(world.phones(spec), world.context()));
    const ctx = world.context();
    await cphPhoneServer.delete(left.id, left.outs, ctx);
    expect(ctx.lines).toEqual([
      `CphPhoneServer "farm-b": unpaid order ${left.outs.orderId ?? ""} cancelled`,
      'CphPhoneServer "farm-b": gone',
    ]);
    expect(await cphPhoneServer.read(left.id, left.outs, world.context())).toBeUndefined();
    await expect(world.pay(left.outs.orderId ?? "")).rejects.toThrow("CBC.");
    const cancelled = await leftBehind(cphPhoneServer.update(left.id, left.outs, world.phones(spec), world.context()));
    expect(cancelled.message).toContain("was cancelled, so nothing was bought and nothing is billed.");
    await cphPhoneServer.delete(left.id, left.outs, world.context());
    expect(orders()).toBe(0);
  });

  test("servers that the purchase does not name are found by their order", async () => {
    world.intercept = (request) => {
      if (request.method !== "POST" || !request.path.endsWith("/cloud-phone/phones")) return undefined;
      const answer = world.cloud.handle(request);
      delete (answer.body as { server_ids?: unknown }).server_ids;
      return answer;
    };
    const { id, outs } = await buy({ ...phonesInSystemNetwork, count: 2 });
    expect(world.cloud.servers()).toContain(id);
    expect(outs.servers).toHaveLength(2);
    expect(outs).toMatchObject({ state: "running", phoneCount: 120 });
  });

  test("is gone when all servers are, and has another count when some are", async () => {
    const { id, outs, inputs } = await buy({ ...phonesInVpc, count: 2 });
    world.cloud.vanish(outs.servers[1]!.id);
    const read = await cphPhoneServer.read(id, outs, world.context());
    expect(cphPhoneServer.diff(read!.outs, inputs, "abcdefghij").properties).toMatchObject([{ property: "count", old: 1, new: 2 }]);
    expect(read?.outs.servers).toHaveLength(1);
    world.cloud.vanish(outs.servers[0]!.id);
    expect(await cphPhoneServer.read(id, outs, world.context())).toBeUndefined();
    // Without a refresh in between the next update buys them back.
    const again = await cphPhoneServer.update(id, outs, inputs, world.context({ pollMs: 5 * minute }));
    expect(again.servers).toHaveLength(2);
    expect(orders()).toBe(2);
  });

  test("a gateway that knows no such call, or an outage, does not make it gone", async () => {
    const { id, outs } = await buy(phonesInVpc);
    const detail = (status: number, code: string) => () => ({ status, body: { error_code: code, error_msg: "no", request_id: "r-1" } });
    world.intercept = detail(404, "APIGW.0101");
    expect(await messageOf(cphPhoneServer.read(id, outs, world.context()))).toBe(
      `Could not read CPH server ${id}: Huawei Cloud answered APIGW.0101, "no" (request r-1). This call does not exist there: check huaweicloud:cphEndpoint and \`region\`.`,
    );
    world.intercept = detail(503, "APIGW.0201");
    expect(await messageOf(cphPhoneServer.read(id, outs, world.context()))).toContain("APIGW.0201");
    world.intercept = detail(400, "CPS.0015");
    expect(await cphPhoneServer.read(id, outs, world.context())).toBeUndefined();
  });

  test("is read by its id alone", async () => {
    const spec: CphPhoneServerSpec = {
      ...phonesInVpc,
      keypairName: "kp-farm",
      ports: [{ name: "web", listenPort: 20_000, internetAccessible: true }],
      availabilityZone: "cn-east-3b",
      serverShareDataVolume: { volumeType: "SSD", size: 20 },
      tags: { a: "b" },
      extendParam: { ...phonesInVpc.extendParam, isAutoRenew: true },
    };
    const { id, outs, inputs } = await buy(spec);
    const read = await cphPhoneServer.read(id, { region: "cn-east-3" }, world.context());
    const { publicIp, ...readable } = inputs;
    expect(publicIp).toBeDefined(); // the choice of the public address does not come back
    expect(read?.inputs).toMatchObject({
      ...readable,
      serverName: "farm-b",
      extendParam: { chargingMode: 0, periodType: 2, periodNum: 1, isAutoRenew: true, enterpriseProjectId: "0" },
    });
    expect(read?.outs).toMatchObject({
      phoneCount: outs.phoneCount,
      orderId: outs.orderId,
      productId: outs.productId,
      servers: outs.servers,
    });
    expect(await cphPhoneServer.read("0".repeat(32), { region: "cn-east-3" }, world.context())).toBeUndefined();
  });

  test("one in a system-defined network is read by its id alone", async () => {
    const { id } = await buy({ ...phonesInSystemNetwork, vncEnable: "true" });
    const read = await cphPhoneServer.read(id, {}, world.context());
    expect(read?.inputs).toMatchObject({ vncEnable: true, subnetCidr: "172.31.0.0/16", region: "cn-east-3" });
    expect(read?.inputs.keypairName).toBeUndefined();
    expect(read?.inputs.tenantVpcId).toBeUndefined();
    expect(read?.inputs.nics).toBeUndefined();
  });

  test("works for users who may not read billing, but says what is missing to give it back", async () => {
    const allowed = world.intercept;
    world.intercept = (request) =>
      request.path.startsWith("/v2/orders") ? { status: 403, body: { error_code: "CBC.0151", error_msg: "Access denied." } } : undefined;
    const { id, outs, inputs } = await buy(phonesInVpc);
    expect(outs).toMatchObject({ state: "running", expiresAt: undefined });
    const read = await cphPhoneServer.read(id, outs, world.context());
    expect(cphPhoneServer.diff(read!.outs, inputs, "abcdefghij").properties).toEqual([]);
    const refused = await messageOf(cphPhoneServer.delete(id, outs, world.context()));
    expect(refused).toContain(
      `Could not unsubscribe CPH servers ${id}: Huawei Cloud answered CBC.0151, "Access denied.". Give the user the billing permissions`,
    );
    world.intercept = allowed;
    await cphPhoneServer.delete(id, outs, world.context());
    expect(world.cloud.costing()).toEqual([]);
  });
});
