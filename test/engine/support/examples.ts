import type { Declared } from "./stack";

/** One valid declaration of each resource, for stacks under test; `args` override single inputs. */
export const uphone = (name: string, args: Declared["args"] = {}, opts?: Declared["opts"]): Declared => ({
  type: "UPhoneServer",
  name,
  args: { cityId: "cn-wlcb", name, serverModelName: "28C60G1T4", uphoneModelName: "basic", imageId: "image-Sim001", ...args },
  ...(opts === undefined ? {} : { opts }),
});

export const phones = (name: string, args: Declared["args"] = {}, opts?: Declared["opts"]): Declared => ({
  type: "CphPhoneServer",
  name,
  args: {
    serverName: name,
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
    ...args,
  },
  ...(opts === undefined ? {} : { opts }),
});

export const bare = (name: string, args: Declared["args"] = {}, opts?: Declared["opts"]): Declared => ({
  type: "CphBmsServer",
  name,
  args: {
    serverName: name,
    serverModelName: "physical.rx2.32xlarge.4",
    count: 1,
    keypairName: "kp-farm",
    nics: [{ subnetId: "f1cbfc37-eb42-4357-a0ec-9e4f11950908" }],
    publicIp: { type: "5_bgp", count: 1, bandWidth: { bandWidthShareType: 0, bandWidthSize: 100, bandWidthChargeMode: 0 } },
    orderParam: { chargingMode: 0, periodType: 2, periodNum: 1, isAutoPay: true },
    ...args,
  },
  ...(opts === undefined ? {} : { opts }),
});

export const edge = (name: string, args: Declared["args"] = {}, opts?: Declared["opts"]): Declared => ({
  type: "EdcpsInstance",
  name,
  args: {
    az: "cn-east-tz1a",
    deviceType: "edcps.c.normal1",
    imageType: "standard",
    osTypeId: "ostype-0001",
    sysRaidTypeId: "raid-sys-raid1",
    dataRaidTypeId: "raid-data-raid10",
    networkType: "vpc",
    subnetId: "subnet-0001",
    name,
    password: "Vq7#mXw2!Lz9",
    lineType: "ct",
    bandwidth: 100,
    count: 1,
    charge: { chargeMode: "postpaid_by_duration" },
    ...args,
  },
  ...(opts === undefined ? {} : { opts }),
});
