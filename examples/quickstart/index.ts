import { CphBmsServer, CphPhoneServer, EdcpsInstance, UPhoneServer } from "pulumi-cloudphone";

const uphone = new UPhoneServer("uphone", {
  cityId: "cn-wlcb",
  name: "quickstart-uphone",
  serverModelName: "28C60G1T4",
  uphoneModelName: "basic",
  imageId: "image-Sim001",
  remark: "bought by the quickstart",
});

const phones = new CphPhoneServer("phones", {
  serverName: "quickstart-phones",
  serverModelName: "physical.kg1.4xlarge.cp",
  phoneModelName: "rs2.plus",
  imageId: "22110120221209e101210a3000000b02",
  count: 1,
  keypairName: "kp-farm",
  tenantVpcId: "fca063f6-b942-42a8-9004-e5545f58d6a2",
  nics: [{ subnetId: "f1cbfc37-eb42-4357-a0ec-9e4f11950908" }],
  publicIp: { eip: { type: "5_bgp" }, count: 1 },
  bandWidth: { bandWidthShareType: 0, bandWidthSize: 300, bandWidthChargeMode: 1 },
  phoneDataVolume: { volumeType: "GPSSD", size: 100 },
  extendParam: { chargingMode: 0, periodType: 2, periodNum: 1, isAutoPay: true },
  tags: { env: "quickstart" },
});

const bare = new CphBmsServer("bare", {
  serverName: "quickstart-bare",
  serverModelName: "physical.rx2.32xlarge.4",
  count: 1,
  keypairName: "kp-farm",
  nics: [{ subnetId: "f1cbfc37-eb42-4357-a0ec-9e4f11950908" }],
  publicIp: { type: "5_bgp", count: 1, bandWidth: { bandWidthShareType: 0, bandWidthSize: 100, bandWidthChargeMode: 0 } },
  orderParam: { chargingMode: 0, periodType: 2, periodNum: 1, isAutoPay: true },
});

const edge = new EdcpsInstance("edge", {
  az: "cn-east-tz1a",
  deviceType: "edcps.c.normal1",
  imageType: "standard",
  osTypeId: "ostype-0001",
  sysRaidTypeId: "raid-sys-raid1",
  dataRaidTypeId: "raid-data-raid10",
  networkType: "vpc",
  subnetId: "subnet-0001",
  name: "quickstart-edge",
  password: "Vq7#mXw2!Lz9",
  lineType: "ct",
  bandwidth: 100,
  count: 1,
  charge: { chargeMode: "postpaid_by_duration" },
});

/** What the quickstart shows as a table. */
export const servers = [
  { resource: "UPhoneServer", cloud: "UCloud", id: uphone.id, state: uphone.state, address: uphone.publicIp, expiresAt: uphone.expiresAt },
  {
    resource: "CphPhoneServer",
    cloud: "Huawei Cloud",
    id: phones.id,
    state: phones.servers.apply(([server]) => server?.state),
    address: phones.servers.apply(([server]) => server?.publicIps[0]),
    expiresAt: phones.servers.apply(([server]) => server?.expiresAt),
  },
  {
    resource: "CphBmsServer",
    cloud: "Huawei Cloud",
    id: bare.id,
    state: bare.servers.apply(([server]) => server?.state),
    address: bare.servers.apply(([server]) => server?.publicIps[0]),
    expiresAt: bare.servers.apply(([server]) => server?.expiresAt),
  },
  { resource: "EdcpsInstance", cloud: "JD Cloud", id: edge.id, state: edge.status, address: edge.publicIp },
];
