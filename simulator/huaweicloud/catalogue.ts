/** What is on sale. Names as in the CPH API reference; prices, stocks and networks are invented. */

export interface ServerModel {
  readonly name: string;
  readonly cpu: number;
  readonly memoryGib: number;
  readonly chip: string;
  /** 0 cloud phone, 1 cloud game. */
  readonly productType: 0 | 1;
  /** Servers that can be bought now. */
  readonly stock: number;
  /** CNY a month. */
  readonly price: number;
  /** Label that a phone image must carry to run on it; absent on bare machines, which run no phones. */
  readonly imageLabel?: string;
}

export const serverModels: readonly ServerModel[] = [
  {
    name: "physical.rx1.xlarge",
    cpu: 64,
    memoryGib: 256,
    chip: "Hi1616",
    productType: 0,
    stock: 1000,
    price: 4200,
    imageLabel: "cloud_phone",
  },
  {
    name: "physical.rx1.xlarge.cg",
    cpu: 64,
    memoryGib: 256,
    chip: "Hi1616",
    productType: 1,
    stock: 0,
    price: 4800,
    imageLabel: "cloud_game",
  },
  {
    name: "physical.kg1.4xlarge.cp",
    cpu: 128,
    memoryGib: 512,
    chip: "Hi1620",
    productType: 0,
    stock: 5000,
    price: 6800,
    imageLabel: "cloud_phone_1620",
  },
  {
    name: "physical.kg1.4xlarge.cg",
    cpu: 128,
    memoryGib: 512,
    chip: "Hi1620",
    productType: 1,
    stock: 10,
    price: 7600,
    imageLabel: "cloud_game_1620",
  },
  { name: "physical.rx2.32xlarge.4", cpu: 128, memoryGib: 512, chip: "Hi1620", productType: 0, stock: 1000, price: 5900 },
  // What servers of the first generation can be changed to.
  {
    name: "physical.rx1.xlarge.special",
    cpu: 64,
    memoryGib: 256,
    chip: "Hi1616",
    productType: 0,
    stock: 1000,
    price: 5200,
    imageLabel: "cloud_phone",
  },
];

export interface PhoneModel {
  readonly name: string;
  readonly serverModel: string;
  /** Phones on one server. */
  readonly capacity: number;
  /** 1 on sale, 0 taken off. */
  readonly status: 0 | 1;
  readonly cpu: number;
  readonly memoryMib: number;
  readonly diskGib: number;
  /** 0: model generation 1.0. 1: generation 2.0, whose phones live on a data volume bought along. */
  readonly version: 0 | 1;
}

export const phoneModels: readonly PhoneModel[] = [
  {
    name: "rx1.cp.c60.d10.e1v1",
    serverModel: "physical.rx1.xlarge",
    capacity: 60,
    status: 1,
    cpu: 2,
    memoryMib: 3584,
    diskGib: 10,
    version: 0,
  },
  {
    name: "rx1.cp.c15.d46.e1v1",
    serverModel: "physical.rx1.xlarge",
    capacity: 15,
    status: 1,
    cpu: 8,
    memoryMib: 14336,
    diskGib: 46,
    version: 0,
  },
  {
    name: "rx1.cp.c60.d32.e1v1.qemu",
    serverModel: "physical.rx1.xlarge",
    capacity: 60,
    status: 0,
    cpu: 2,
    memoryMib: 3584,
    diskGib: 32,
    version: 0,
  },
  {
    name: "kg1.cp.c100.d10SSD.e1v1",
    serverModel: "physical.kg1.4xlarge.cp",
    capacity: 100,
    status: 1,
    cpu: 2,
    memoryMib: 4096,
    diskGib: 10,
    version: 0,
  },
  {
    name: "kg1.cg.c40.d30SSD.e1v1",
    serverModel: "physical.kg1.4xlarge.cg",
    capacity: 40,
    status: 1,
    cpu: 6,
    memoryMib: 8192,
    diskGib: 30,
    version: 0,
  },
  { name: "rs2.plus", serverModel: "physical.kg1.4xlarge.cp", capacity: 50, status: 1, cpu: 4, memoryMib: 8192, diskGib: 0, version: 1 },
  {
    name: "rx1.cp.sp.c60.d10.e1v1",
    serverModel: "physical.rx1.xlarge.special",
    capacity: 60,
    status: 1,
    cpu: 4,
    memoryMib: 3584,
    diskGib: 10,
    version: 0,
  },
  {
    name: "rx1.cp.sp.c105.d8.e5v5",
    serverModel: "physical.rx1.xlarge.special",
    capacity: 105,
    status: 1,
    cpu: 2,
    memoryMib: 2048,
    diskGib: 8,
    version: 0,
  },
  { name: "rs2.max", serverModel: "physical.kg1.4xlarge.cp", capacity: 25, status: 1, cpu: 8, memoryMib: 16384, diskGib: 0, version: 1 },
];

export interface PhoneImage {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly label: string;
}

export const phoneImages: readonly PhoneImage[] = [
  { id: "20032120200330a20b000eae5b8c01e6", name: "AOSP", version: "AOSP7.1.1", label: "cloud_phone" },
  { id: "20032120200330a20b000eae5b8c01e7", name: "AOSP 9", version: "AOSP9.0", label: "cloud_phone" },
  { id: "22110120221209e101210a3000000b02", name: "AOSP", version: "AOSP9.0", label: "cloud_phone_1620" },
  { id: "22110120221209e101210a3000000b03", name: "AOSP 11", version: "AOSP11.0", label: "cloud_phone_1620" },
];

/** Images of bare servers. The first is what a purchase without an image gets. */
export const serverImageIds = ["7f21d1f0-5ad5-4a4c-8a3e-1b0e5a1d9c01", "7f21d1f0-5ad5-4a4c-8a3e-1b0e5a1d9c02"] as const;

export const keyPairs: readonly string[] = ["kp-farm", "kp2"];

export const zones = ["cn-east-3a", "cn-east-3b"] as const;

export interface Subnet {
  readonly vpcId: string;
  readonly vpcCidr: string;
  readonly id: string;
  readonly cidr: string;
}

/** The customers' own networks (every account sees the same ones). */
export const subnets: readonly Subnet[] = [
  {
    vpcId: "fca063f6-b942-42a8-9004-e5545f58d6a2",
    vpcCidr: "192.168.0.0/16",
    id: "f1cbfc37-eb42-4357-a0ec-9e4f11950908",
    cidr: "192.168.0.0/20",
  },
  {
    vpcId: "fca063f6-b942-42a8-9004-e5545f58d6a2",
    vpcCidr: "192.168.0.0/16",
    id: "3c5e2638-b71f-4499-8d1e-355e89f21ae0",
    cidr: "192.168.16.0/20",
  },
  {
    vpcId: "4fdf12dc-7a53-489e-b448-32e0eed99ea7",
    vpcCidr: "10.20.0.0/16",
    id: "99462cb1-511c-4b3e-8f09-c80565304843",
    cidr: "10.20.0.0/20",
  },
];

/** A shared bandwidth that every account already has in its system-defined network. */
export const seededBandwidth = { id: "70bb40be-f50e-4a14-b116-a5a527fd7432", size: 300 } as const;

/** CNY a month: a public address, 1 Mbit/s paid by bandwidth, 1 GiB of a volume. */
export const prices = { eip: 18, mbit: 20, volumeGib: 0.7 } as const;

/** Phone properties that a customer may set (CPH API reference, "Updating phone properties"). */
export const isSettableProperty = (key: string): boolean =>
  settableProperties.has(key) || key.startsWith("com.cph.cg.") || /^gsm\.(sim\.)?operator\.(iso-country|numeric|alpha)$/.test(key);

const settableProperties: ReadonlySet<string> = new Set([
  "com.cph.mainkeys",
  "disable.status.bar",
  "ro.permission.changed",
  "ro.install.auto",
  "ro.com.cph.non_root",
  "ro.com.cph.notification_disable",
  "com.cph.disable_fb_permission",
  "com.cph.bandwidth_limit",
  "ro.com.cph.toast_enable",
  "com.cph.cam_local_pic_path",
  "persist.sys.locale",
  "sys.prop.writeimsi",
  "sys.prop.writephonenum",
  "sys.prop.writewifissid",
  "ro.horizontal.screen",
]);
