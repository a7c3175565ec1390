import { unknownMarker } from "../../../../provider/kit/unknown";
import { cphPhoneServer } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import { cphPhoneServerInputs } from "../../../../provider/vendors/huaweicloud/cph-phone-inputs";
import type { CphPhoneServerSpec } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import { huaweiWorld, phonesInSystemNetwork, phonesInVpc } from "../../../support/huaweicloud";
import type { HuaweiWorld } from "../../../support/huaweicloud";

/** One input of the create calls: what a program writes, and what the cloud then receives. */
interface Row {
  readonly input: keyof CphPhoneServerSpec;
  readonly base: CphPhoneServerSpec;
  readonly write: Partial<CphPhoneServerSpec>;
  readonly received: Readonly<Record<string, unknown>>;
  /** Values that must not be written, and the path that `check` names (default: the input). */
  readonly broken: readonly (readonly [value: unknown, path?: string])[];
}

const rarely = { pollMs: 5 * 60_000 };
const shown = (value: unknown): string => (value === undefined ? "undefined" : JSON.stringify(value)).slice(0, 80);

const terms = phonesInVpc.extendParam;
const sentTerms = { charging_mode: 0, period_type: 2, period_num: 1, is_auto_pay: 1 };
const { bandWidth, nics, publicIp } = phonesInVpc;
const sharedId = "70bb40be-f50e-4a14-b116-a5a527fd7432";
const eipId = "9a1b2c3d-4e5f-4071-8293-a4b5c6d7e8f9";
const web = { name: "web", listenPort: 20_000, internetAccessible: true };
const volume = { volumeType: "SSD", size: 10 } as const;
const long = "x".repeat(65);

const inSystemNetwork: readonly Omit<Row, "base">[] = [
  {
    input: "serverName",
    write: { serverName: "云手机_a-1" },
    received: { server_name: "云手机_a-1-abcdefghij0" },
    broken: [[undefined], [""], ["a b"], ["a.b"], ["机".repeat(61)], [7]],
  },
  {
    input: "serverModelName",
    write: { serverModelName: "physical.rx1.xlarge" },
    received: { server_model_name: "physical.rx1.xlarge" },
    broken: [[undefined], [""], [long], ["型".repeat(22)], [7]],
  },
  {
    input: "phoneModelName",
    write: { phoneModelName: "rx1.cp.c15.d46.e1v1" },
    received: { phone_model_name: "rx1.cp.c15.d46.e1v1" },
    broken: [[undefined], [""], [long], [7]],
  },
  {
    input: "imageId",
    write: { imageId: "20032120200330a20b000eae5b8c01e7" },
    received: { image_id: "20032120200330a20b000eae5b8c01e7" },
    broken: [[undefined], [""], ["x".repeat(33)], [7]],
  },
  { input: "count", write: { count: 3 }, received: { count: 3 }, broken: [[0], [11], [1.5], ["1"]] },
  { input: "count", write: {}, received: { count: 1 }, broken: [] },
  { input: "keypairName", write: { keypairName: "kp-farm" }, received: { keypair_name: "kp-farm" }, broken: [[""], [long], [7]] },
  { input: "vncEnable", write: { vncEnable: true }, received: { vnc_enable: "true" }, broken: [[1], [{}]] },
  { input: "vncEnable", write: { vncEnable: "TRUE" }, received: { vnc_enable: "true" }, broken: [] },
  { input: "vncEnable", write: { vncEnable: "yes" }, received: { vnc_enable: "false" }, broken: [] },
  {
    input: "ports",
    write: { ports: [web, { name: "api", listenPort: 50_000, internetAccessible: "False" }] },
    received: {
      ports: [
        { name: "web", listen_port: 20_000, internet_accessible: "true" },
        { name: "api", listen_port: 50_000, internet_accessible: "false" },
      ],
    },
    broken: [
      ["web"],
      [[{ ...web, name: "" }], "ports[0].name"],
      [[{ ...web, name: "Adb" }], "ports[0].name"],
      [[{ ...web, name: "端口端口端口" }], "ports[0].name"],
      [[{ ...web, listenPort: 9999 }], "ports[0].listenPort"],
      [[{ ...web, listenPort: 50_001 }], "ports[0].listenPort"],
      [[{ ...web, internetAccessible: 1 }], "ports[0].internetAccessible"],
      [[{ ...web, host: "x" }], "ports[0].host"],
      [[web, { ...web, listenPort: 20_001 }], "ports[1].name"],
      [[web, { ...web, name: "api" }], "ports[1].listenPort"],
    ],
  },
  {
    input: "subnetCidr",
    write: { subnetCidr: "172.30.0.0/16" },
    received: { subnet_cidr: "172.30.0.0/16" },
    broken: [["172.30.0.0"], ["172.30.0.256/16"], ["172.30.0.0/33"], ["::/16"], [7]],
  },
  {
    input: "bandWidth",
    write: { bandWidth: { bandWidthShareType: 0 } },
    received: { band_width: { band_width_share_type: 0 } },
    broken: [
      [undefined],
      [{}, "bandWidth.bandWidthShareType"],
      [{ bandWidthShareType: 2 }, "bandWidth.bandWidthShareType"],
      [{ bandWidthShareType: 0, bandWidthSize: 300 }, "bandWidth.bandWidthSize"],
      [{ bandWidthShareType: 0, bandWidthChargeMode: 1 }, "bandWidth.bandWidthChargeMode"],
      [{ bandWidthShareType: 1 }, "bandWidth.bandWidthSize"],
      [{ bandWidthShareType: 1, bandWidthSize: 301 }, "bandWidth.bandWidthSize"],
      [{ bandWidthId: "" }, "bandWidth.bandWidthId"],
    ],
  },
  {
    input: "bandWidth",
    write: { bandWidth: { bandWidthShareType: 1, bandWidthSize: 200 } },
    received: { band_width: { band_width_share_type: 1, band_width_size: 200 } },
    broken: [],
  },
  {
    input: "bandWidth",
    write: { bandWidth: { bandWidthId: sharedId } },
    received: { band_width: { band_width_id: sharedId } },
    broken: [],
  },
  {
    input: "extendParam",
    write: { extendParam: { chargingMode: 0, periodType: 3, periodNum: 2, isAutoPay: 1, isAutoRenew: 1, enterpriseProjectId: "ep-1" } },
    received: {
      extend_param: { charging_mode: 0, period_type: 3, period_num: 2, is_auto_pay: 1, is_auto_renew: 1, enterprise_project_id: "ep-1" },
    },
    broken: [
      [undefined],
      [{ ...terms, chargingMode: 2 }, "extendParam.chargingMode"],
      [{ chargingMode: 1 }, "extendParam.chargingMode"],
      [{ periodNum: 1 }, "extendParam.periodType"],
      [{ periodType: 2 }, "extendParam.periodNum"],
      [{ ...terms, periodType: 1 }, "extendParam.periodType"],
      [{ ...terms, periodNum: 0 }, "extendParam.periodNum"],
      [{ ...terms, periodNum: 10 }, "extendParam.periodNum"],
      [{ ...terms, periodType: 3, periodNum: 11 }, "extendParam.periodNum"],
      [{ ...terms, isAutoPay: "yes" }, "extendParam.isAutoPay"],
      [{ ...terms, isAutoRenew: 2 }, "extendParam.isAutoRenew"],
      [{ ...terms, enterpriseProjectId: 7 }, "extendParam.enterpriseProjectId"],
    ],
  },
];

const inVpc: readonly Omit<Row, "base">[] = [
  {
    input: "tenantVpcId",
    write: {},
    received: { tenant_vpc_id: phonesInVpc.tenantVpcId },
    broken: [["vpc-1"], [""], [7], [undefined, "nics"]],
  },
  {
    input: "nics",
    write: {
      nics: [{ subnetId: "f1cbfc37-eb42-4357-a0ec-9e4f11950908", ipv6Enable: true, ipv6Bandwidth: { bandWidthId: sharedId } }],
    },
    received: {
      nics: [{ subnet_id: "f1cbfc37-eb42-4357-a0ec-9e4f11950908", ipv6_enable: true, ipv6_bandwidth: { band_width_id: sharedId } }],
    },
    broken: [
      [undefined],
      [[]],
      [[nics[0], nics[0]]],
      [[{}], "nics[0].subnetId"],
      [[{ subnetId: "x" }], "nics[0].subnetId"],
      [[{ ...nics[0], ipv6Enable: "yes" }], "nics[0].ipv6Enable"],
      [[{ ...nics[0], ipv6Bandwidth: {} }], "nics[0].ipv6Bandwidth.bandWidthId"],
    ],
  },
  {
    input: "publicIp",
    write: { publicIp: { eip: { type: "5_sbgp" }, count: 1 } },
    received: { public_ip: { eip: { type: "5_sbgp" }, count: 1 } },
    broken: [
      [undefined],
      [{}, "publicIp.eip"],
      [{ eip: { type: "bgp" } }, "publicIp.eip.type"],
      [{ ...publicIp, count: -1 }, "publicIp.count"],
      [{ ids: [eipId, sharedId] }, "publicIp.ids"],
      [{ ids: [eipId], eip: { type: "5_bgp" } }, "publicIp.eip"],
    ],
  },
  { input: "publicIp", write: { publicIp: { count: 0 } }, received: { public_ip: { count: 0 } }, broken: [] },
  {
    input: "publicIp",
    write: { publicIp: { ids: [eipId] } },
    received: { public_ip: { ids: [eipId], count: 1 } },
    broken: [],
  },
  {
    input: "bandWidth",
    write: { bandWidth: { bandWidthShareType: 0, bandWidthSize: 2000, bandWidthChargeMode: 0 } },
    received: { band_width: { band_width_share_type: 0, band_width_size: 2000, band_width_charge_mode: 0 } },
    broken: [
      [undefined],
      [{ ...bandWidth, bandWidthSize: 2001 }, "bandWidth.bandWidthSize"],
      [{ ...bandWidth, bandWidthSize: undefined }, "bandWidth.bandWidthSize"],
      [{ ...bandWidth, bandWidthId: sharedId }, "bandWidth.bandWidthId"],
      [{ ...bandWidth, bandWidthChargeMode: undefined }, "bandWidth.bandWidthChargeMode"],
      [{ ...bandWidth, bandWidthShareType: undefined }, "bandWidth.bandWidthShareType"],
      [{ bandWidthShareType: 1, bandWidthChargeMode: 0 }, "bandWidth.bandWidthId"],
      [{ bandWidthShareType: 1, bandWidthChargeMode: 0, bandWidthId: sharedId, bandWidthSize: 5 }, "bandWidth.bandWidthSize"],
    ],
  },
  {
    input: "bandWidth",
    write: { bandWidth: { bandWidthShareType: 1, bandWidthId: sharedId, bandWidthChargeMode: 0 } },
    received: { band_width: { band_width_share_type: 1, band_width_id: sharedId, band_width_charge_mode: 0 } },
    broken: [],
  },
  {
    input: "phoneCountPerIp",
    write: { phoneCountPerIp: 25 },
    received: { phone_count_per_ip: 25 },
    broken: [[0], [1.5], ["1"]],
  },
  {
    input: "phoneDataVolume",
    write: { phoneDataVolume: { volumeType: "SSD", size: 1 } },
    received: { phone_data_volume: { volume_type: "SSD", size: 1 } },
    broken: [
      [{ ...volume, volumeType: "SATA" }, "phoneDataVolume.volumeType"],
      [{ ...volume, size: 0 }, "phoneDataVolume.size"],
      [{ ...volume, size: 32_769 }, "phoneDataVolume.size"],
    ],
  },
  {
    input: "serverShareDataVolume",
    write: { serverShareDataVolume: volume },
    received: { server_share_data_volume: { volume_type: "SSD", size: 10 } },
    broken: [
      [{ ...volume, volumeType: "SATA" }, "serverShareDataVolume.volumeType"],
      [{ ...volume, size: 9 }, "serverShareDataVolume.size"],
      [{ ...volume, size: 32_769 }, "serverShareDataVolume.size"],
    ],
  },
  {
    input: "availabilityZone",
    write: { availabilityZone: "cn-east-3b" },
    received: { availability_zone: "cn-east-3b" },
    broken: [[""], [7]],
  },
  {
    input: "property",
    write: { property: '{"com.cph.mainkeys":0}' },
    received: { property: '{"com.cph.mainkeys":0}' },
    broken: [[""], ["{"], ["[]"], ["7"], [`{"a":"${"x".repeat(8192)}"}`], [{}]],
  },
  {
    input: "extendParam",
    write: { extendParam: { ...terms, isAutoPay: true, isAutoRenew: false } },
    received: { extend_param: { ...sentTerms, is_auto_renew: 0 } },
    broken: [[{ chargingMode: 1, periodType: 2 }, "extendParam.periodType"]],
  },
  { input: "region", write: { region: "cn-east-3" }, received: {}, broken: [["Shanghai/"], [7]] },
  {
    input: "projectId",
    write: { projectId: "b0000000000000000000000000000011" },
    received: { project_id: "b0000000000000000000000000000011" },
    broken: [["a/b"], [""]],
  },
  {
    input: "tags",
    write: { tags: { "环境 env": "prod" } },
    received: {},
    broken: [
      [{ "": "x" }, "tags."],
      [{ _sys_a: "x" }, "tags._sys_a"],
      [{ "a/b": "x" }, "tags.a/b"],
      [{ "pulumi-marker": "x" }, "tags.pulumi-marker"],
      [{ a: " x" }, "tags.a"],
      [{ a: "x".repeat(256) }, "tags.a"],
      [{ a: 1 }, "tags.a"],
      ["a=b"],
    ],
  },
  { input: "adopt", write: {}, received: {}, broken: [[""], ["a b"], [[]], [["a", ""], "adopt[1]"], [7], [["a", "b"]]] },
  { input: "imageUpdate", write: { imageUpdate: "restart" }, received: {}, broken: [["wipe"]] },
  { input: "serverModelUpdate", write: { serverModelUpdate: "inPlace" }, received: {}, broken: [[true]] },
  { input: "serverUpdate", write: { serverUpdate: "swap" }, received: {}, broken: [["inPlace"]] },
  { input: "portsUpdate", write: { portsUpdate: "inPlace" }, received: {}, broken: [["add"]] },
  { input: "deletionPolicy", write: { deletionPolicy: "retain" }, received: {}, broken: [["keep"], [7]] },
  { input: "skipAwait", write: { skipAwait: true }, received: {}, broken: [["yes"]] },
  { input: "warnBeforeExpiryDays", write: { warnBeforeExpiryDays: 0 }, received: {}, broken: [[-1], [1.5], ["7"]] },
  {
    input: "timeouts",
    write: { timeouts: { create: "1h" } },
    received: {},
    broken: [[{ create: "soon" }, "timeouts.create"]],
  },
];

const rows: readonly Row[] = [
  ...inSystemNetwork.map((row) => ({ ...row, base: phonesInSystemNetwork })),
  ...inVpc.map((row) => ({ ...row, base: phonesInVpc })),
];

describe("inputs of a CphPhoneServer", () => {
  let world: HuaweiWorld;
  beforeAll(async () => (world = await huaweiWorld()));
  afterAll(() => world.close());

  for (const { input, base, write, received, broken } of rows) {
    const call = base === phonesInVpc ? "CreateNet2CloudPhoneServer" : "CreateCloudPhoneServer";

    test(`${input} ${shown(write[input])} reaches ${call}`, async () => {
      const ctx = world.context(rarely);
      const bought = await cphPhoneServer.create(world.phones({ ...base, ...write }), ctx);
      expect(world.lastCall(call)).toMatchObject(received);
      await cphPhoneServer.delete(bought.id, bought.outs, world.context(rarely));
    });

    for (const [value, path = input] of broken) {
      test(`${input} ${shown(value)} (${call}) is refused at ${path} before anything is sent`, () => {
        world.operations();
        const { failures } = cphPhoneServer.check({ ...base, [input]: value }, world.context().settings, {});
        expect(failures.map((failure) => failure.property)).toContain(path);
        for (const { reason } of failures) expect(reason).not.toMatch(/Invalid input|Too (small|big)|expected/);
        expect(world.operations()).toEqual([]);
      });
    }
  }

  test("every input has a row", () => {
    const inTable = new Set(rows.map((row) => row.input));
    expect(Object.keys(cphPhoneServerInputs.shape).filter((name) => !inTable.has(name as keyof CphPhoneServerSpec))).toEqual([]);
  });

  test("more servers to take over than wanted are refused with the fix", () => {
    const { settings } = world.context();
    const check = (adopt: string[], count: number) => cphPhoneServer.check({ ...phonesInVpc, adopt, count }, settings, {}).failures;
    expect(check(["a", "b", "c"], 2)).toEqual([
      { property: "adopt", reason: "names 3 servers, and `count` is 2: raise `count` to 3, or those too many would be given back" },
    ]);
    expect(check(["a", "b"], 2)).toEqual([]);
    expect(check(["a", "a"], 1)).toEqual([]);
  });

  test("inputs of the other network are refused with the fix", () => {
    const { settings } = world.context();
    const inV1 = {
      nics,
      publicIp,
      phoneCountPerIp: 1,
      phoneDataVolume: volume,
      serverShareDataVolume: volume,
      availabilityZone: "cn-east-3a",
      property: "{}",
    };
    const refusedInV1 = cphPhoneServer.check({ ...phonesInSystemNetwork, ...inV1 }, settings, {}).failures;
    expect(refusedInV1.map((failure) => failure.property).sort()).toEqual(Object.keys(inV1).sort());
    expect(new Set(refusedInV1.map((failure) => failure.reason))).toEqual(
      new Set(["works only in a VPC of yours: give `tenantVpcId` too, or leave this out"]),
    );
    expect(cphPhoneServer.check({ ...phonesInSystemNetwork, serverUpdate: "swap" }, settings, {}).failures).toEqual([
      {
        property: "serverUpdate",
        reason: 'can only be "replace" in a system-defined network, whose servers cannot be swapped: leave it out, or give `tenantVpcId`',
      },
    ]);
    const refusedInV2 = cphPhoneServer.check({ ...phonesInVpc, vncEnable: true, subnetCidr: "172.31.0.0/16" }, settings, {}).failures;
    expect(refusedInV2).toEqual(
      ["vncEnable", "subnetCidr"].map((property) => ({
        property,
        reason: "works only in a system-defined network: leave it out, or leave out `tenantVpcId`",
      })),
    );
  });

  test("in a VPC with an elastic IP of one's own the bandwidth is that of the address", async () => {
    const given: CphPhoneServerSpec = { ...phonesInVpc, publicIp: { ids: [eipId] } };
    delete given.bandWidth;
    const bought = await cphPhoneServer.create(world.phones(given), world.context());
    expect(world.lastCall("CreateNet2CloudPhoneServer")).not.toHaveProperty("band_width");
    await cphPhoneServer.delete(bought.id, bought.outs, world.context());
  });

  test("the region comes from the settings, and is missed by its path", () => {
    expect(cphPhoneServer.check(phonesInVpc, world.context().settings, {}).inputs["region"]).toBe("cn-east-3");
    const { failures } = cphPhoneServer.check(phonesInVpc, world.context({}, { "huaweicloud:region": undefined }).settings, {});
    expect(failures).toEqual([
      {
        property: "region",
        reason: "say where: set `region` (e.g. cn-east-3), stack configuration huaweicloud:region, or environment variable HW_REGION_NAME",
      },
    ]);
  });

  test("a place left to the settings stays where it was in the last run", () => {
    const { settings } = world.context({}, { "huaweicloud:region": "cn-north-4" });
    const last = { region: "cn-east-3", projectId: "b0000000000000000000000000000001" };
    expect(cphPhoneServer.check(phonesInVpc, settings, last).inputs).toMatchObject(last);
    expect(cphPhoneServer.check({ ...phonesInVpc, region: "cn-south-1" }, settings, last).inputs["region"]).toBe("cn-south-1");
  });

  test("values not yet known in a preview pass, and what is known is still checked", () => {
    const unknown = { ...phonesInVpc, tenantVpcId: unknownMarker, nics: [{ subnetId: unknownMarker }], count: 11 };
    const { inputs, failures } = cphPhoneServer.check(unknown, world.context().settings, {});
    expect(failures.map((failure) => failure.property)).toEqual(["count"]);
    expect(inputs["tenantVpcId"]).toBe(unknownMarker);
  });

  test("an input that does not exist is refused by its name", () => {
    const { failures } = cphPhoneServer.check({ ...phonesInVpc, serverNmae: "x" }, world.context().settings, {});
    expect(failures.map((failure) => failure.property)).toEqual(["serverNmae"]);
  });

  test("fields that mean another server are marked so", () => {
    const isMarked = (name: keyof CphPhoneServerSpec): unknown => cphPhoneServerInputs.shape[name].meta()?.["forceNew"];
    expect([isMarked("imageId"), isMarked("region"), isMarked("bandWidth")]).toEqual([true, true, true]);
    expect([isMarked("serverName"), isMarked("tags"), isMarked("keypairName"), isMarked("count")]).toEqual(Array(4).fill(undefined));
  });
});
