import { cphBmsServerChanges } from "../../../../provider/vendors/huaweicloud/cph-bms-changes";
import { cphBmsServer } from "../../../../provider/vendors/huaweicloud/cph-bms-server";
import type { CphBmsServerInputs, CphBmsServerOutputs } from "../../../../provider/vendors/huaweicloud/cph-bms-server";
import { cphPhoneServerChanges } from "../../../../provider/vendors/huaweicloud/cph-phone-changes";
import { cphPhoneServer } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import type { CphPhoneServerInputs, CphPhoneServerOutputs } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import { driftMatrix } from "../../../support/drift-matrix";
import type { Drift } from "../../../support/drift-matrix";
import { bareServer, huaweiWorld, phonesInSystemNetwork, phonesInVpc } from "../../../support/huaweicloud";
import type { HuaweiWorld } from "../../../support/huaweicloud";

const days = 24 * 60 * 60_000;
const otherImage = "22110120221209e101210a3000000b03";
const otherVpc = "4fdf12dc-7a53-489e-b448-32e0eed99ea7";
const sharedBandwidth = "70bb40be-f50e-4a14-b116-a5a527fd7432";
const web = { name: "web", listenPort: 20_000, internetAccessible: true };

/** What the console sets in every server. */
const set =
  (fields: Readonly<Record<string, unknown>>) =>
  (ids: readonly string[], { cloud }: HuaweiWorld): void => {
    for (const id of ids) cloud.change(id, fields);
  };
const vanish = ([, second = ""]: readonly string[], { cloud }: HuaweiWorld): void => cloud.vanish(second);
const marked = (tags: object): object => ({ ...tags, "pulumi-marker": "abcdefghij0" });

const inSystemNetwork = {
  ...phonesInSystemNetwork,
  tenantVpcId: undefined,
  nics: undefined,
  publicIp: undefined,
  phoneDataVolume: undefined,
  serverShareDataVolume: undefined,
  availabilityZone: undefined,
  property: undefined,
};

describe("drift of a CphPhoneServer", () => {
  const drifts: Readonly<Record<string, Drift<HuaweiWorld>>> = {
    serverName: { meddle: set({ server_name: "mine" }), shows: "mine" },
    serverModelName: { meddle: set({ server_model_name: "physical.rx1.xlarge" }), shows: "physical.rx1.xlarge" },
    phoneModelName: { meddle: set({ phone_model_name: "rs2.max" }), shows: "rs2.max" },
    imageId: { given: { imageUpdate: "reset" }, meddle: set({ image_id: otherImage }), shows: otherImage },
    count: { given: { count: 2 }, meddle: vanish, shows: 1, costs: ["CPH physical.kg1.4xlarge.cp × 1, 1 month(s)"] },
    keypairName: { meddle: set({ keypair_name: "kp2" }), shows: "kp2" },
    vncEnable: { given: { ...inSystemNetwork, vncEnable: true }, meddle: set({ vnc_enable: "false" }), shows: false },
    ports: {
      meddle: set({ ports: [{ name: "web", listen_port: 20_001, internet_accessible: "true" }] }),
      shows: [{ ...web, listenPort: 20_001 }],
    },
    subnetCidr: {
      given: { ...inSystemNetwork, subnetCidr: "172.30.0.0/16" },
      meddle: set({ subnet_cidr: "172.29.0.0/16" }),
      shows: "172.29.0.0/16",
    },
    "bandWidth.bandWidthId": {
      given: { bandWidth: { bandWidthId: sharedBandwidth, bandWidthShareType: 1, bandWidthChargeMode: 0 } },
      meddle: set({ band_width_id: "another" }),
      shows: "another",
    },
    "bandWidth.bandWidthShareType": { meddle: set({ band_width_share_type: 1 }), shows: 1 },
    "bandWidth.bandWidthChargeMode": { meddle: set({ band_width_charge_mode: 0 }), shows: 0 },
    "bandWidth.bandWidthSize": {
      given: { ...inSystemNetwork, bandWidth: { bandWidthShareType: 1, bandWidthSize: 100 } },
      meddle: set({ band_width_size: 50 }),
      shows: 50,
      costs: ["CPH bandwidth, 50 to 100 Mbit/s"],
    },
    tenantVpcId: { meddle: set({ vpc_id: otherVpc }), shows: otherVpc },
    nics: { meddle: set({ subnet_id: "other" }), shows: [{ subnetId: "other", ipv6Enable: false }] },
    "phoneDataVolume.volumeType": { meddle: set({ phone_data_volume: { volume_type: "SSD", size: 100 } }), shows: "SSD" },
    "phoneDataVolume.size": {
      meddle: set({ phone_data_volume: { volume_type: "GPSSD", size: 50 } }),
      shows: 50,
      costs: Array.from({ length: 50 }, () => expect.stringMatching(/volume of phone \w+, 50 GiB more$/) as string),
    },
    serverShareDataVolume: {
      meddle: set({ share_volume_info: { volume_type: "SSD", size: 40 } }),
      shows: { volumeType: "SSD", size: 40 },
    },
    availabilityZone: { meddle: set({ availability_zone: "cn-east-3b" }), shows: "cn-east-3b" },
    tags: { meddle: set({ tags: marked({ env: "test", more: "x" }) }), shows: { env: "test", more: "x" } },
    "extendParam.chargingMode": { meddle: set({ charging_mode: 1 }), shows: 1 },
    "extendParam.isAutoRenew": { meddle: set({ is_auto_renew: 1 }), shows: true },
    "extendParam.enterpriseProjectId": {
      given: { extendParam: { ...phonesInVpc.extendParam, enterpriseProjectId: "0" } },
      meddle: set({ enterprise_project_id: "ep-2" }),
      shows: "ep-2",
    },
  };
  driftMatrix<CphPhoneServerInputs, CphPhoneServerOutputs, HuaweiWorld>({
    handler: cphPhoneServer,
    table: cphPhoneServerChanges,
    world: huaweiWorld,
    spec: {
      ...phonesInVpc,
      keypairName: "kp-farm",
      ports: [web],
      serverShareDataVolume: { volumeType: "SSD", size: 20 },
      availabilityZone: "cn-east-3a",
      property: '{"com.cph.mainkeys":0}',
      tags: { env: "prod" },
    },
    idsOf: (outs) => outs.servers.map((server) => server.id),
    drifts,
    restless: ([id = ""], { cloud, clock }) => {
      cloud.change(id, { property: '{"com.cph.mainkeys":1}' }); // the cloud shows more properties than were given
      clock.advance(2 * days);
    },
  });
});

describe("drift of a CphBmsServer", () => {
  const drifts: Readonly<Record<string, Drift<HuaweiWorld>>> = {
    serverName: { meddle: set({ server_name: "mine" }), shows: "mine" },
    serverModelName: { meddle: set({ server_model_name: "other" }), shows: "other" },
    count: { given: { count: 2 }, meddle: vanish, shows: 1, costs: ["CPH physical.rx2.32xlarge.4 × 1, 1 month(s)"] },
    nics: { meddle: set({ subnet_id: "other" }), shows: [{ subnetId: "other", ipv6Enable: false }] },
    publicIp: {
      meddle: set({ band_width_size: 100 }),
      shows: { ...bareServer.publicIp, bandWidth: { ...bareServer.publicIp.bandWidth, bandWidthSize: 100 } },
    },
    keypairName: { meddle: set({ keypair_name: "kp2" }), shows: "kp2" },
    availabilityZone: { meddle: set({ availability_zone: "cn-east-3b" }), shows: "cn-east-3b" },
    dataVolume: {
      meddle: set({
        volumes: [
          { volume_type: "GPSSD", size: 300 },
          { volume_type: "GPSSD", size: 300 },
        ],
      }),
      shows: { volumeType: "GPSSD", size: 300, count: 2 },
    },
    enterpriseProjectId: { meddle: set({ enterprise_project_id: "ep-2" }), shows: "ep-2" },
    tags: { meddle: set({ tags: marked({ env: "test" }) }), shows: { env: "test" } },
    "orderParam.isAutoRenew": { meddle: set({ is_auto_renew: 1 }), shows: true },
  };
  driftMatrix<CphBmsServerInputs, CphBmsServerOutputs, HuaweiWorld>({
    handler: cphBmsServer,
    table: cphBmsServerChanges,
    world: huaweiWorld,
    spec: {
      ...bareServer,
      availabilityZone: "cn-east-3a",
      enterpriseProjectId: "0",
      dataVolume: { volumeType: "GPSSD", size: 200, count: 2 },
      tags: { env: "prod" },
    },
    idsOf: (outs) => outs.servers.map((server) => server.id),
    drifts,
    restless: ([id = ""], { cloud, clock }) => {
      // A system disk beside those that were bought.
      const bought = { volume_type: "GPSSD", size: 200 };
      cloud.change(id, { volumes: [{ volume_type: "SSD", size: 600 }, bought, bought] });
      clock.advance(2 * days);
    },
  });

  test("disks that cannot be told from those of the system are no difference", async () => {
    const world = await huaweiWorld();
    const inputs = world.bare({ dataVolume: { volumeType: "GPSSD", size: 200 } });
    const { id, outs } = await cphBmsServer.create(inputs, world.context());
    world.cloud.change(id, {
      volumes: [
        { volume_type: "SSD", size: 600 },
        { volume_type: "GPSSD", size: 300 },
      ],
    });
    const read = await cphBmsServer.read(id, outs, world.context());
    expect(cphBmsServer.diff(read!.outs, inputs, "abcdefghij").properties).toEqual([]);
    await world.close();
  });
});
