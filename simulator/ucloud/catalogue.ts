/** What this cloud sells. Names, sizes and list prices follow UCloud's product pages of 2022; ids are made up. */
export interface City {
  readonly id: string;
  readonly name: string;
  readonly alias?: string;
  readonly type: "CENTER" | "EDGE";
  readonly isSoldOut: boolean;
  /** Factor on list prices. */
  readonly priceFactor: number;
}

export const cities: readonly City[] = [
  { id: "cn-wlcb", name: "华北二", alias: "cn-wlcb", type: "CENTER", isSoldOut: false, priceFactor: 1 },
  { id: "cn-shanghai", name: "上海", alias: "cn-sh2", type: "CENTER", isSoldOut: false, priceFactor: 1.2 },
  { id: "cn-jinan", name: "济南市", type: "EDGE", isSoldOut: true, priceFactor: 1 },
];

export interface ServerModel {
  readonly name: string;
  readonly cpu: number;
  readonly memoryMb: number;
  readonly gpu: number;
  readonly gpuType: string;
  readonly bootDiskGb: number;
  /** Phones per server, by phone model. */
  readonly phones: Readonly<Record<string, number>>;
  readonly isAvailable: boolean;
  /** Servers in stock, per city. */
  readonly stock: number;
  /** CNY a month, in a city of factor 1. */
  readonly monthPrice: number;
}

const phonesOn28Cores = { economy: 48, basic: 42, standard: 36 };

export const serverModels: readonly ServerModel[] = [
  {
    name: "28C60G1T4",
    cpu: 28,
    memoryMb: 61_440,
    gpu: 1,
    gpuType: "T4",
    bootDiskGb: 512,
    phones: phonesOn28Cores,
    isAvailable: true,
    stock: 100,
    monthPrice: 2450,
  },
  {
    name: "32C80G1T4",
    cpu: 32,
    memoryMb: 81_920,
    gpu: 1,
    gpuType: "T4",
    bootDiskGb: 512,
    phones: { economy: 56, basic: 48, standard: 40 },
    isAvailable: false,
    stock: 0,
    monthPrice: 2900,
  },
  {
    name: "24C60G1T4",
    cpu: 24,
    memoryMb: 61_440,
    gpu: 1,
    gpuType: "T4",
    bootDiskGb: 512,
    phones: { economy: 40, basic: 36, standard: 30 },
    isAvailable: true,
    stock: 100,
    monthPrice: 2250,
  },
];

export interface PhoneModel {
  readonly name: string;
  readonly cpu: number;
  readonly memoryMb: number;
  readonly diskGb: number;
  readonly description: string;
}

export const phoneModels: readonly PhoneModel[] = [
  { name: "economy", cpu: 1, memoryMb: 2048, diskGb: 10, description: "1 core, 2 GB" },
  { name: "basic", cpu: 1.5, memoryMb: 3072, diskGb: 10, description: "1.5 cores, 3 GB" },
  { name: "standard", cpu: 2, memoryMb: 4096, diskGb: 15, description: "2 cores, 4 GB" },
];

export interface Image {
  readonly id: string;
  readonly name: string;
  readonly type: "BASE" | "CUSTOM";
  /** Owner of a custom image; base images are everybody's. */
  readonly owner?: string;
}

export const images: readonly Image[] = [
  { id: "image-Sim001", name: "android-9-base", type: "BASE" },
  { id: "image-Sim002", name: "android-9-farm", type: "CUSTOM", owner: "main" },
];

/** Image times are fixed: images are older than the world. */
export const imageTime = Date.parse("2022-07-01T00:00:00Z");

export interface IpRegion {
  readonly id: string;
  readonly isSoldOut: boolean;
}

export const ipRegions: readonly IpRegion[] = [
  { id: "cn-bj2", isSoldOut: false },
  { id: "hk", isSoldOut: false },
  { id: "us-ca", isSoldOut: true },
];

export const visibleImages = (owner: string): readonly Image[] =>
  images.filter((image) => image.owner === undefined || image.owner === owner);
