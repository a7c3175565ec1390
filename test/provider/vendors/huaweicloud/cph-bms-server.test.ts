import { cphBmsServerInputs } from "../../../../provider/vendors/huaweicloud/cph-bms-inputs";
import { cphBmsServer } from "../../../../provider/vendors/huaweicloud/cph-bms-server";
import type { CphBmsServerInputs, CphBmsServerOutputs, CphBmsServerSpec } from "../../../../provider/vendors/huaweicloud/cph-bms-server";
import { bareServer, huaweiWorld, leftBehind } from "../../../support/huaweicloud";
import type { HuaweiWorld } from "../../../support/huaweicloud";

const rarely = { pollMs: 5 * 60_000 };

describe("CphBmsServer", () => {
  let world: HuaweiWorld;
  beforeEach(async () => (world = await huaweiWorld()));
  afterEach(() => world.close());

  const buy = async (over?: Partial<CphBmsServerSpec>): Promise<{ inputs: CphBmsServerInputs; id: string; outs: CphBmsServerOutputs }> => {
    const inputs = world.bare(over);
    return { inputs, ...(await cphBmsServer.create(inputs, world.context(rarely))) };
  };
  const full = { availabilityZone: "cn-east-3a", enterpriseProjectId: "0", tags: { env: "prod" } } satisfies Partial<CphBmsServerSpec>;

  test("is bought, read, changed in place and given back", async () => {
    const { id, outs, inputs } = await buy({ ...full, count: 2, dataVolume: { volumeType: "GPSSD", size: 200, count: 2 } });
    expect(outs).toMatchObject({
      ...inputs,
      state: "running",
      isReady: true,
      network: { subnetId: undefined },
      expiresAt: "2026-02-02T15:59:59Z",
    });
    expect(outs.network?.vpcId).toBeDefined();
    expect(outs.servers.map((server) => server.name)).toEqual(["bare-a-0001", "bare-a-0002"]);
    expect(outs.servers[0]).toMatchObject({ state: "running", availabilityZone: "cn-east-3a" });
    expect(outs.servers[0]?.phoneCount).toBeUndefined();
    const read = await cphBmsServer.read(id, outs, world.context());
    expect(read?.outs).toEqual(outs);
    expect(Object.keys(read!.inputs).filter((name) => !(name in cphBmsServerInputs.shape))).toEqual([]);
    expect(cphBmsServer.diff(read!.outs, inputs, "abcdefghij").properties).toEqual([]);

    const news = world.bare({
      ...full,
      count: 2,
      dataVolume: { volumeType: "GPSSD", size: 200, count: 2 },
      serverName: "iron",
      keypairName: "kp2",
      tags: {},
      orderParam: { ...bareServer.orderParam, isAutoRenew: true },
    });
    const changed = await cphBmsServer.update(id, outs, news, world.context());
    expect(changed).toMatchObject({ ...news, state: "running" });
    expect(changed.servers.map((server) => server.name)).toEqual(["iron-0001", "iron-0002"]);
    expect((await cphBmsServer.read(id, changed, world.context()))?.outs).toEqual(changed);

    await cphBmsServer.delete(id, changed, world.context());
    expect(world.cloud.costing()).toEqual([]);
    expect(world.simulator.ledger.orders("huaweicloud")).toHaveLength(1);
    expect(await cphBmsServer.read(id, changed, world.context())).toBeUndefined();
  });

  const drifts: readonly [change: Record<string, unknown>, property: string, kind: string, now: unknown][] = [
    [{ server_name: "mine" }, "serverName", "update", "mine"],
    [{ server_model_name: "other" }, "serverModelName", "replace", "other"],
    [{ keypair_name: "kp2" }, "keypairName", "update", "kp2"],
    [{ keypair_name: "" }, "keypairName", "update", ""],
    [{ availability_zone: "cn-east-3b" }, "availabilityZone", "replace", "cn-east-3b"],
    [{ enterprise_project_id: "ep-2" }, "enterpriseProjectId", "replace", "ep-2"],
    [{ is_auto_renew: 1 }, "orderParam.isAutoRenew", "update", true],
    [{ subnet_id: "other" }, "nics", "replace", [{ subnetId: "other", ipv6Enable: false }]],
    [
      { band_width_size: 100 },
      "publicIp",
      "replace",
      { ...bareServer.publicIp, bandWidth: { ...bareServer.publicIp.bandWidth, bandWidthSize: 100 } },
    ],
    [{ tags: { env: "test", "pulumi-marker": "abcdefghij0" } }, "tags", "update", { env: "test" }],
  ];
  for (const [change, property, kind, now] of drifts) {
    test(`notices that somebody changed ${JSON.stringify(change)}`, async () => {
      const { id, outs, inputs } = await buy(full);
      world.cloud.change(id, change);
      const read = await cphBmsServer.read(id, outs, world.context());
      expect(cphBmsServer.diff(read!.outs, inputs, "abcdefghij").properties).toMatchObject([{ property, kind, old: now }]);
    });
  }

  test("what a change means is known for every input", async () => {
    const { outs, inputs } = await buy();
    const kindsOf = (news: Partial<CphBmsServerInputs>): [string, string][] =>
      cphBmsServer.diff(outs, { ...inputs, ...news }, "abcdefghij").properties.map((one) => [one.property, one.kind]);
    expect(kindsOf({ region: "cn-north-4" })).toEqual([["region", "replace"]]);
    expect(kindsOf({ projectId: outs.resolvedProjectId })).toEqual([]);
    expect(kindsOf({ count: 2 })).toEqual([["count", "update"]]);
    expect(kindsOf({ imageId: "x" })).toEqual([["imageId", "replace"]]);
    expect(kindsOf({ dataVolume: { volumeType: "SSD", size: 1, count: 1 } })).toEqual([["dataVolume", "replace"]]);
    expect(kindsOf({ enterpriseProjectId: "0" })).toEqual([]);
    expect(kindsOf({ tags: {} })).toEqual([]);
    expect(kindsOf({ orderParam: { ...inputs.orderParam, periodType: 3, isAutoPay: false } })).toEqual([
      ["orderParam.periodType", "nextOrder"],
      ["orderParam.isAutoPay", "nextOrder"],
    ]);
    expect(kindsOf({ orderParam: { ...inputs.orderParam, isAutoRenew: true } })).toEqual([["orderParam.isAutoRenew", "update"]]);
  });

  test("keeps the id when it fails to be built, and gives it back", async () => {
    world.cloud.failProvisioning();
    const left = await leftBehind<CphBmsServerOutputs>(cphBmsServer.create(world.bare(), world.context(rarely)));
    expect(left.outs).toMatchObject({ isReady: false, state: "abnormal", servers: [{ id: left.id }] });
    await cphBmsServer.delete(left.id, left.outs, world.context());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("is read by its id alone", async () => {
    const { id, outs, inputs } = await buy({ ...full, orderParam: { periodType: 3, periodNum: 2, isAutoPay: true } });
    const read = await cphBmsServer.read(id, { region: "cn-east-3" }, world.context());
    const { publicIp, ...readable } = inputs;
    expect(read?.inputs).toMatchObject({
      ...readable,
      orderParam: { chargingMode: 0, periodType: 3, periodNum: 2, isAutoRenew: false },
      publicIp: { count: 1, bandWidth: publicIp.bandWidth },
    });
    expect(read?.outs.servers).toEqual(outs.servers);
  });
});
