/** Somebody who may call. `pin` is the vendor's word for an account name. */
export interface Account {
  readonly pin: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

export const mainAccount: Account = {
  pin: "sim-main",
  accessKey: "JDC_SIMULATED000000000000000MAIN",
  secretKey: "FakeFakeFakeSimulatedSecretMain1",
};
export const otherAccount: Account = {
  pin: "sim-other",
  accessKey: "JDC_SIMULATED00000000000000OTHER",
  secretKey: "FakeFakeFakeSimulatedSecretOther",
};
export const accounts: readonly Account[] = [mainAccount, otherAccount];

export interface Region {
  readonly region: string;
  readonly regionName: string;
  /** The operator whose lines the node has: `un`, `ct` or `cm`. */
  readonly lineType: string;
  readonly azs: readonly { readonly az: string; readonly azName: string }[];
}

export const regions: readonly Region[] = [
  {
    region: "cn-east-tz1",
    regionName: "华东-台州",
    lineType: "ct",
    azs: [
      { az: "cn-east-tz1a", azName: "电信1" },
      { az: "cn-east-tz1b", azName: "电信2" },
    ],
  },
  { region: "cn-east-jn1", regionName: "华东-济南", lineType: "un", azs: [{ az: "cn-east-jn1a", azName: "联通1" }] },
];

export const lineOf = (region: string): string => regions.find((one) => one.region === region)?.lineType ?? "ct";

export interface DeviceType {
  readonly deviceType: string;
  readonly name: string;
  readonly family: string;
  readonly cpuConcise: string;
  readonly memConcise: string;
  readonly systemDisk: readonly [amount: number, sizeGb: number, model: string];
  readonly dataDisk: readonly [amount: number, sizeGb: number, model: string];
  /** How many each region has before anybody bought one. */
  readonly stock: number;
  /** CNY; invented, the vendor's price list is not public. */
  readonly pricePerMonth: number;
  readonly hasRaid: boolean;
}

export const deviceTypes: readonly DeviceType[] = [
  {
    deviceType: "edcps.c.normal1",
    name: "边缘标准计算型Ⅰ",
    family: "计算",
    cpuConcise: "2*2620V4",
    memConcise: "128G",
    systemDisk: [2, 300, "SAS"],
    dataDisk: [8, 960, "SSD"],
    stock: 4000,
    pricePerMonth: 2600,
    hasRaid: true,
  },
  {
    deviceType: "edcps.c.normal2",
    name: "边缘标准计算型Ⅱ",
    family: "计算",
    cpuConcise: "2*2640V4",
    memConcise: "256G",
    systemDisk: [2, 300, "SAS"],
    dataDisk: [14, 800, "SSD"],
    stock: 4000,
    pricePerMonth: 3900,
    hasRaid: true,
  },
  {
    deviceType: "edcps.s2.normal",
    name: "边缘标准存储型Ⅱ",
    family: "存储",
    cpuConcise: "2*4116",
    memConcise: "256G",
    systemDisk: [2, 300, "SAS"],
    dataDisk: [12, 10_000, "SATA"],
    stock: 2,
    pricePerMonth: 5200,
    hasRaid: true,
  },
  {
    deviceType: "edcps.c2.perf1",
    name: "边缘高性能计算型Ⅰ",
    family: "计算",
    cpuConcise: "2*6148",
    memConcise: "384G",
    systemDisk: [1, 240, "SSD"],
    dataDisk: [1, 2000, "NVMe"],
    stock: 0,
    pricePerMonth: 6800,
    hasRaid: false,
  },
];

export const operatingSystems = [
  { osTypeId: "ostype-0001", osName: "CentOS 7.5(x86_64)", osType: "centos", osVersion: "7.5" },
  { osTypeId: "ostype-0002", osName: "Ubuntu 16.04(x86_64)", osType: "ubuntu", osVersion: "16.04" },
  { osTypeId: "ostype-0003", osName: "Ubuntu 18.04(x86_64)", osType: "ubuntu", osVersion: "18.04" },
] as const;

export const raids = [
  { raidTypeId: "raid-sys-noraid", volumeType: "system", raidType: "NORAID" },
  { raidTypeId: "raid-sys-raid0", volumeType: "system", raidType: "RAID0" },
  { raidTypeId: "raid-sys-raid1", volumeType: "system", raidType: "RAID1" },
  { raidTypeId: "raid-data-noraid", volumeType: "data", raidType: "NORAID" },
  { raidTypeId: "raid-data-raid0", volumeType: "data", raidType: "RAID0" },
  { raidTypeId: "raid-data-raid1", volumeType: "data", raidType: "RAID1" },
  { raidTypeId: "raid-data-raid10", volumeType: "data", raidType: "RAID10" },
] as const;

export const raidsOf = (device: DeviceType): readonly (typeof raids)[number][] =>
  raids.filter((raid) => device.hasRaid || raid.raidType === "NORAID");

/** CNY per Mbit/s and month; invented. */
export const BANDWIDTH_PRICE = 30;
