import { cphBmsServerInputs } from "../../../../provider/vendors/huaweicloud/cph-bms-inputs";
import { cphBmsServer } from "../../../../provider/vendors/huaweicloud/cph-bms-server";
import type { CphBmsServerSpec } from "../../../../provider/vendors/huaweicloud/cph-bms-server";
import { bareServer, huaweiWorld } from "../../../support/huaweicloud";
import type { HuaweiWorld } from "../../../support/huaweicloud";

/** One input of the create call: what a program writes, and what the cloud then receives. */
interface Row {
  readonly input: keyof CphBmsServerSpec;
  readonly write: Partial<CphBmsServerSpec>;
  readonly received: Readonly<Record<string, unknown>>;
  /** Values that must not be written, and the path that `check` names (default: the input). */
  readonly broken: readonly (readonly [value: unknown, path?: string])[];
}

const rarely = { pollMs: 5 * 60_000 };
const shown = (value: unknown): string => (value === undefined ? "undefined" : JSON.stringify(value)).slice(0, 80);
const long = "x".repeat(65);
const terms = bareServer.orderParam;
const { publicIp, nics } = bareServer;
const { bandWidth } = publicIp;
const sharedId = "70bb40be-f50e-4a14-b116-a5a527fd7432";
const eipId = "9a1b2c3d-4e5f-4071-8293-a4b5c6d7e8f9";
const sentBandwidth = { band_width_share_type: 0, band_width_size: 300, band_width_charge_mode: 1 };
const disk = { volumeType: "GPSSD", size: 200 } as const;
const withBandwidth = (over: object): object => ({ ...publicIp, bandWidth: { ...bandWidth, ...over } });

const rows: readonly Row[] = [
  { input: "region", write: { region: "cn-east-3" }, received: {}, broken: [["Shanghai/"], [7]] },
  {
    input: "projectId",
    write: { projectId: "b0000000000000000000000000000011" },
    received: { project_id: "b0000000000000000000000000000011" },
    broken: [["a/b"], [""], [7]],
  },
  {
    input: "serverName",
    write: { serverName: "裸机_a-1" },
    received: { server_name: "裸机_a-1-abcdefghij0" },
    broken: [[undefined], [""], ["a b"], ["机".repeat(61)], [7]],
  },
  {
    input: "serverModelName",
    write: {},
    received: { server_model_name: "physical.rx2.32xlarge.4" },
    broken: [[undefined], [""], [long], [7]],
  },
  { input: "count", write: { count: 2 }, received: { count: 2 }, broken: [[0], [11], [1.5], ["1"]] },
  {
    input: "orderParam",
    write: { orderParam: { chargingMode: 0, periodType: 3, periodNum: 1, isAutoPay: 1, isAutoRenew: true } },
    received: { order_param: { charging_mode: 0, period_type: 3, period_num: 1, is_auto_pay: 1, is_auto_renew: 1 } },
    broken: [
      [undefined],
      [{ ...terms, chargingMode: 1 }, "orderParam.chargingMode"],
      [{ periodNum: 1 }, "orderParam.periodType"],
      [{ periodType: 2 }, "orderParam.periodNum"],
      [{ ...terms, periodType: 4 }, "orderParam.periodType"],
      [{ ...terms, periodNum: 10 }, "orderParam.periodNum"],
      [{ ...terms, periodType: 3, periodNum: 11 }, "orderParam.periodNum"],
      [{ ...terms, isAutoPay: "yes" }, "orderParam.isAutoPay"],
      [{ ...terms, isAutoRenew: 2 }, "orderParam.isAutoRenew"],
      [{ ...terms, enterpriseProjectId: "0" }, "orderParam.enterpriseProjectId"],
    ],
  },
  {
    input: "nics",
    write: { nics: [{ subnetId: "3c5e2638-b71f-4499-8d1e-355e89f21ae0", ipv6Enable: true, ipv6BandWidthId: sharedId }] },
    received: { nics: [{ subnet_id: "3c5e2638-b71f-4499-8d1e-355e89f21ae0", ipv6_enable: true, ipv6_band_width_id: sharedId }] },
    broken: [
      [undefined],
      [[]],
      [[nics[0], nics[0]]],
      [[{}], "nics[0].subnetId"],
      [[{ ...nics[0], ipv6Enable: 1 }], "nics[0].ipv6Enable"],
      [[{ ...nics[0], ipv6BandWidthId: "" }], "nics[0].ipv6BandWidthId"],
    ],
  },
  {
    input: "publicIp",
    write: { publicIp: { type: "5_sbgp", count: 1, bandWidth } },
    received: { public_ip: { type: "5_sbgp", count: 1, band_width: sentBandwidth } },
    broken: [
      [undefined],
      [{ count: 0 }, "publicIp.bandWidth"],
      [{ ...publicIp, type: "bgp" }, "publicIp.type"],
      [{ ...publicIp, type: undefined }, "publicIp.type"],
      [{ ...publicIp, count: 2 }, "publicIp.count"],
      [{ ...publicIp, ids: [eipId] }, "publicIp.type"],
      [{ ids: [eipId, sharedId], bandWidth }, "publicIp.ids"],
      [withBandwidth({ bandWidthShareType: undefined }), "publicIp.bandWidth.bandWidthShareType"],
      [withBandwidth({ bandWidthShareType: 2 }), "publicIp.bandWidth.bandWidthShareType"],
      [withBandwidth({ bandWidthChargeMode: undefined }), "publicIp.bandWidth.bandWidthChargeMode"],
      [withBandwidth({ bandWidthSize: undefined }), "publicIp.bandWidth.bandWidthSize"],
      [withBandwidth({ bandWidthSize: 2001 }), "publicIp.bandWidth.bandWidthSize"],
      [withBandwidth({ bandWidthId: sharedId }), "publicIp.bandWidth.bandWidthId"],
      [withBandwidth({ bandWidthShareType: 1, bandWidthSize: undefined }), "publicIp.bandWidth.bandWidthId"],
    ],
  },
  {
    input: "publicIp",
    write: { publicIp: { bandWidth } },
    received: { public_ip: { count: 0, band_width: sentBandwidth } },
    broken: [],
  },
  {
    input: "publicIp",
    write: { publicIp: { ids: [eipId], bandWidth: { bandWidthShareType: 1, bandWidthChargeMode: 0, bandWidthId: sharedId } } },
    received: {
      public_ip: { ids: [eipId], count: 0, band_width: { band_width_share_type: 1, band_width_charge_mode: 0, band_width_id: sharedId } },
    },
    broken: [],
  },
  { input: "keypairName", write: { keypairName: "kp2" }, received: { keypair_name: "kp2" }, broken: [[undefined], [""], [long], [7]] },
  {
    input: "availabilityZone",
    write: { availabilityZone: "cn-east-3b" },
    received: { availability_zone: "cn-east-3b" },
    broken: [[""], [7]],
  },
  {
    input: "dataVolume",
    write: { dataVolume: { ...disk, count: 2 } },
    received: { data_volume: { volume_type: "GPSSD", size: 200, count: 2 } },
    broken: [
      [{ ...disk, volumeType: "SATA" }, "dataVolume.volumeType"],
      [{ ...disk, size: 0 }, "dataVolume.size"],
      [{ ...disk, size: 32_769 }, "dataVolume.size"],
      [{ ...disk, count: 0 }, "dataVolume.count"],
    ],
  },
  {
    input: "dataVolume",
    write: { dataVolume: disk },
    received: { data_volume: { volume_type: "GPSSD", size: 200, count: 1 } },
    broken: [],
  },
  { input: "enterpriseProjectId", write: { enterpriseProjectId: "ep-1" }, received: { enterprise_project_id: "ep-1" }, broken: [[7]] },
  {
    input: "imageId",
    write: { imageId: "7f21d1f0-5ad5-4a4c-8a3e-1b0e5a1d9c01" },
    received: { image_id: "7f21d1f0-5ad5-4a4c-8a3e-1b0e5a1d9c01" },
    broken: [[""], ["x".repeat(37)], [7]],
  },
  {
    input: "tags",
    write: { tags: { a: "b" } },
    received: {},
    broken: [[{ _sys_a: "x" }, "tags._sys_a"], [{ "pulumi-marker": "x" }, "tags.pulumi-marker"], ["a=b"]],
  },
  { input: "adopt", write: {}, received: {}, broken: [[""], ["a b"], [[]], [["a", ""], "adopt[1]"], [7], [["a", "b"]]] },
  { input: "keypairUpdate", write: { keypairUpdate: "replace" }, received: {}, broken: [["always"]] },
  { input: "deletionPolicy", write: { deletionPolicy: "retain" }, received: {}, broken: [["keep"], [7]] },
  { input: "skipAwait", write: { skipAwait: true }, received: {}, broken: [["yes"]] },
  { input: "warnBeforeExpiryDays", write: { warnBeforeExpiryDays: 0 }, received: {}, broken: [[-1], [1.5], ["7"]] },
  { input: "timeouts", write: { timeouts: { delete: "45m" } }, received: {}, broken: [[{ delete: "soon" }, "timeouts.delete"]] },
];

describe("inputs of a CphBmsServer", () => {
  let world: HuaweiWorld;
  beforeAll(async () => (world = await huaweiWorld()));
  afterAll(() => world.close());

  for (const { input, write, received, broken } of rows) {
    test(`${input} ${shown(write[input])} reaches CreateCloudPhoneSingleServer`, async () => {
      const bought = await cphBmsServer.create(world.bare(write), world.context(rarely));
      expect(world.lastCall("CreateCloudPhoneSingleServer")).toMatchObject(received);
      await cphBmsServer.delete(bought.id, bought.outs, world.context(rarely));
    });

    for (const [value, path = input] of broken) {
      test(`${input} ${shown(value)} is refused at ${path} before anything is sent`, () => {
        world.operations();
        const { failures } = cphBmsServer.check({ ...bareServer, [input]: value }, world.context().settings, {});
        expect(failures.map((failure) => failure.property)).toContain(path);
        for (const { reason } of failures) expect(reason).not.toMatch(/Invalid input|Too (small|big)|expected/);
        expect(world.operations()).toEqual([]);
      });
    }
  }

  test("every input has a row", () => {
    const inTable = new Set(rows.map((row) => row.input));
    expect(Object.keys(cphBmsServerInputs.shape).filter((name) => !inTable.has(name as keyof CphBmsServerSpec))).toEqual([]);
  });

  test("nothing of servers with phones is taken", () => {
    const { failures } = cphBmsServer.check({ ...bareServer, phoneModelName: "rs2.plus", extendParam: {} }, world.context().settings, {});
    expect(failures.map((failure) => failure.property)).toEqual(["phoneModelName", "extendParam"]);
  });
});
