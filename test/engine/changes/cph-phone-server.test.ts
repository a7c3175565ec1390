import { cphPhoneServerChanges } from "../../../provider/vendors/huaweicloud/cph-phone-changes";
import type { Simulator } from "../../../simulator";
import { changesOnTheRealEngine } from "../support/changes";
import { phones } from "../support/examples";

const otherImage = "22110120221209e101210a3000000b03";
const otherNetwork = {
  tenantVpcId: "4fdf12dc-7a53-489e-b448-32e0eed99ea7",
  nics: [{ subnetId: "99462cb1-511c-4b3e-8f09-c80565304843" }],
};
const sharedId = "70bb40be-f50e-4a14-b116-a5a527fd7432";
const terms = { chargingMode: 0, periodType: 2, periodNum: 1, isAutoPay: true };
const swap = { serverUpdate: "swap" };
const dedicated = { bandWidthShareType: 0, bandWidthSize: 300, bandWidthChargeMode: 1 };
const shared = { bandWidthId: sharedId, bandWidthShareType: 1, bandWidthChargeMode: 0 };
const inSystemNetwork = {
  serverModelName: "physical.rx1.xlarge",
  phoneModelName: "rx1.cp.c60.d10.e1v1",
  imageId: "20032120200330a20b000eae5b8c01e6",
  bandWidth: { bandWidthShareType: 0 },
  tenantVpcId: undefined,
  nics: undefined,
  publicIp: undefined,
  phoneDataVolume: undefined,
};
const sharedInSystem = { ...inSystemNetwork, bandWidth: { bandWidthShareType: 1, bandWidthSize: 100 } };

interface Bandwidth {
  readonly id: string;
  readonly size: number;
  readonly shareType: number;
  readonly chargeMode: number;
}

/** What stands in the simulator's state of a server. */
interface Stored {
  readonly name: string;
  readonly serverModel: string;
  readonly phoneModel: string;
  readonly zone: string;
  readonly nextKeypair?: { readonly name: string };
  readonly enterpriseProjectId: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly isAutoRenewed: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly eips: readonly { readonly id: string; readonly bandwidth?: Bandwidth }[];
  readonly phones: { readonly imageId: string; readonly property: string };
  readonly phoneRecords?: Readonly<Record<string, { readonly work?: { readonly leaves: { imageId?: string; volumeGib?: number } } }>>;
  readonly wanted: {
    readonly ports: unknown;
    readonly phone_data_volume?: { readonly volume_type: string };
    readonly server_share_data_volume?: unknown;
  };
}

type At = readonly [ids: readonly string[], simulator: Simulator];

function stored([[id = ""], simulator]: At): Stored {
  const { servers } = simulator.huaweicloud.save() as { servers: Readonly<Record<string, Stored>> };
  return servers[id]!;
}

const saying = (shows: (server: Stored) => unknown, value: unknown) => ({ shows: (...at: At) => shows(stored(at)), value });
const bandwidth = (of: (bandwidth: Bandwidth) => unknown, value: unknown) =>
  saying(({ eips }) => eips.flatMap((eip) => (eip.bandwidth === undefined ? [] : [of(eip.bandwidth)]))[0], value);
const phonesWith = (of: (leaves: { imageId?: string; volumeGib?: number }) => boolean, value: number) =>
  saying(({ phoneRecords = {} }) => Object.values(phoneRecords).filter(({ work }) => work !== undefined && of(work.leaves)).length, value);

describe("changes of a CphPhoneServer on the real engine", () =>
  changesOnTheRealEngine({
    declare: phones,
    table: cphPhoneServerChanges,
    inPlace: {
      serverName: { to: { serverName: "renamed" }, cloud: saying(({ name }) => name, "renamed") },
      serverModelName: {
        from: { ...inSystemNetwork, serverModelUpdate: "inPlace" },
        to: { serverModelName: "physical.rx1.xlarge.special", phoneModelName: "rx1.cp.sp.c60.d10.e1v1" },
        costs: ["CPH server physical.rx1.xlarge becomes physical.rx1.xlarge.special"],
        cloud: saying(({ serverModel }) => serverModel, "physical.rx1.xlarge.special"),
      },
      phoneModelName: { from: swap, to: { phoneModelName: "rs2.max" }, cloud: saying(({ phoneModel }) => phoneModel, "rs2.max") },
      imageId: {
        from: { imageUpdate: "reset" },
        to: { imageId: otherImage },
        cloud: phonesWith(({ imageId }) => imageId === otherImage, 50),
      },
      count: { to: { count: 2 }, costs: ["CPH physical.kg1.4xlarge.cp × 1, 1 month(s)"], cloud: { shows: (ids) => ids.length, value: 2 } },
      keypairName: { to: { keypairName: "kp2" }, cloud: saying(({ nextKeypair }) => nextKeypair?.name, "kp2") },
      ports: {
        from: swap,
        to: { ports: [{ name: "web", listenPort: 20000, internetAccessible: true }] },
        cloud: saying(({ wanted }) => wanted.ports, [{ name: "web", listen_port: 20000, internet_accessible: "true" }]),
      },
      "bandWidth.bandWidthId": {
        from: { ...swap, bandWidth: dedicated },
        to: { bandWidth: shared },
        cloud: bandwidth(({ id }) => id, sharedId),
      },
      "bandWidth.bandWidthShareType": {
        from: { ...swap, bandWidth: shared },
        to: { bandWidth: dedicated },
        cloud: bandwidth(({ shareType }) => shareType, 0),
      },
      "bandWidth.bandWidthChargeMode": {
        from: swap,
        to: { bandWidth: { ...dedicated, bandWidthChargeMode: 0 } },
        cloud: bandwidth(({ chargeMode }) => chargeMode, 0),
      },
      "bandWidth.bandWidthSize": {
        from: sharedInSystem,
        to: { bandWidth: { bandWidthShareType: 1, bandWidthSize: 200 } },
        costs: ["CPH bandwidth, 100 to 200 Mbit/s"],
        cloud: bandwidth(({ size }) => size, 200),
      },
      tenantVpcId: { from: swap, to: otherNetwork, cloud: saying(({ vpcId }) => vpcId, otherNetwork.tenantVpcId) },
      nics: { from: swap, to: otherNetwork, cloud: saying(({ subnetId }) => subnetId, otherNetwork.nics[0]?.subnetId) },
      publicIp: { from: swap, to: { publicIp: { count: 0 } }, cloud: saying(({ eips }) => eips.length, 0) },
      phoneCountPerIp: { from: swap, to: { phoneCountPerIp: 10 } },
      "phoneDataVolume.volumeType": {
        from: swap,
        to: { phoneDataVolume: { volumeType: "SSD", size: 100 } },
        cloud: saying(({ wanted }) => wanted.phone_data_volume?.volume_type, "SSD"),
      },
      "phoneDataVolume.size": {
        to: { phoneDataVolume: { volumeType: "GPSSD", size: 150 } },
        costs: Array.from({ length: 50 }, () => expect.stringMatching(/volume of phone \w+, 50 GiB more$/) as string),
        cloud: phonesWith(({ volumeGib }) => volumeGib === 150, 50),
      },
      serverShareDataVolume: {
        from: swap,
        to: { serverShareDataVolume: { volumeType: "SSD", size: 20 } },
        cloud: saying(({ wanted }) => wanted.server_share_data_volume, { volume_type: "SSD", size: 20 }),
      },
      availabilityZone: {
        from: { ...swap, availabilityZone: "cn-east-3a" },
        to: { availabilityZone: "cn-east-3b" },
        cloud: saying(({ zone }) => zone, "cn-east-3b"),
      },
      property: {
        from: swap,
        to: { property: '{"com.cph.mainkeys":0}' },
        cloud: saying((server) => server.phones.property, '{"com.cph.mainkeys":0}'),
      },
      tags: { to: { tags: { env: "prod" } }, cloud: saying(({ tags }) => tags["env"], "prod") },
      imageUpdate: { to: { imageUpdate: "restart" } },
      serverModelUpdate: { to: { serverModelUpdate: "inPlace" } },
      serverUpdate: { to: swap },
      portsUpdate: { to: { portsUpdate: "inPlace" } },
      "extendParam.isAutoRenew": {
        to: { extendParam: { ...terms, isAutoRenew: true } },
        cloud: saying(({ isAutoRenewed }) => isAutoRenewed, true),
      },
      "extendParam.enterpriseProjectId": {
        from: swap,
        to: { extendParam: { ...terms, enterpriseProjectId: "ep-2" } },
        cloud: saying(({ enterpriseProjectId }) => enterpriseProjectId, "ep-2"),
      },
      deletionPolicy: { to: { deletionPolicy: "retain" } },
      skipAwait: { to: { skipAwait: true } },
      warnBeforeExpiryDays: { to: { warnBeforeExpiryDays: 3 } },
      timeouts: { to: { timeouts: { update: "2h" } } },
    },
    later: {
      "extendParam.periodType": { to: { extendParam: { ...terms, periodType: 3 } } },
      "extendParam.periodNum": { to: { extendParam: { ...terms, periodNum: 2 } } },
      "extendParam.isAutoPay": { to: { extendParam: { ...terms, isAutoPay: false } } },
    },
    replacing: {
      region: { to: { region: "cn-north-4" } },
      projectId: { to: { projectId: "b0000000000000000000000000000011" } },
      serverModelName: { to: { serverModelName: "physical.kg1.4xlarge.cg", phoneModelName: "kg1.cg.c40.d30SSD.e1v1" } },
      phoneModelName: { to: { phoneModelName: "rs2.max" } },
      imageId: { to: { imageId: otherImage } },
      vncEnable: { from: inSystemNetwork, to: { vncEnable: true } },
      ports: { to: { ports: [{ name: "web", listenPort: 20000, internetAccessible: true }] } },
      subnetCidr: { from: { ...inSystemNetwork, subnetCidr: "172.30.0.0/16" }, to: { subnetCidr: "172.29.0.0/16" } },
      "bandWidth.bandWidthId": { from: { bandWidth: shared }, to: { bandWidth: { ...shared, bandWidthId: "another" } } },
      "bandWidth.bandWidthShareType": { to: { bandWidth: shared } },
      "bandWidth.bandWidthChargeMode": { to: { bandWidth: { ...dedicated, bandWidthChargeMode: 0 } } },
      tenantVpcId: { to: otherNetwork },
      nics: { to: otherNetwork },
      publicIp: { to: { publicIp: { count: 0 } } },
      phoneCountPerIp: { to: { phoneCountPerIp: 10 } },
      "phoneDataVolume.volumeType": { to: { phoneDataVolume: { volumeType: "SSD", size: 100 } } },
      serverShareDataVolume: { to: { serverShareDataVolume: { volumeType: "SSD", size: 20 } } },
      availabilityZone: { from: { availabilityZone: "cn-east-3a" }, to: { availabilityZone: "cn-east-3b" } },
      property: { to: { property: '{"com.cph.mainkeys":0}' } },
      "extendParam.chargingMode": { to: { extendParam: { chargingMode: 1 } } },
      "extendParam.enterpriseProjectId": { to: { extendParam: { ...terms, enterpriseProjectId: "ep-2" } } },
    },
  }));
