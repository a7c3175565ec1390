import { mainAccount, otherAccount } from "./catalogue";

/** What each account has before it buys its first server: networks, key pairs, shared bandwidth. Read-only for now. */
export interface Vpc {
  readonly pin: string;
  readonly region: string;
  readonly vpcId: string;
  readonly name: string;
  readonly cidr: string;
}

export interface Subnet {
  readonly pin: string;
  readonly region: string;
  readonly az: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly name: string;
  readonly cidr: string;
}

const { pin: main } = mainAccount;
const { pin: other } = otherAccount;
export const SEEDED_AT = "2025-06-01T08:00:00Z";

export const vpcs: readonly Vpc[] = [
  { pin: main, region: "cn-east-tz1", vpcId: "vpc-0001", name: "edge", cidr: "10.0.0.0/16" },
  { pin: main, region: "cn-east-jn1", vpcId: "vpc-0101", name: "edge-jn", cidr: "10.1.0.0/16" },
  { pin: other, region: "cn-east-tz1", vpcId: "vpc-1001", name: "elsewhere", cidr: "10.2.0.0/16" },
];

export const subnets: readonly Subnet[] = [
  { pin: main, region: "cn-east-tz1", az: "cn-east-tz1a", subnetId: "subnet-0001", vpcId: "vpc-0001", name: "phones", cidr: "10.0.1.0/24" },
  { pin: main, region: "cn-east-tz1", az: "cn-east-tz1a", subnetId: "subnet-0002", vpcId: "vpc-0001", name: "farm", cidr: "10.0.16.0/20" },
  {
    pin: main,
    region: "cn-east-tz1",
    az: "cn-east-tz1b",
    subnetId: "subnet-0003",
    vpcId: "vpc-0001",
    name: "farm-b",
    cidr: "10.0.32.0/20",
  },
  {
    pin: main,
    region: "cn-east-jn1",
    az: "cn-east-jn1a",
    subnetId: "subnet-0101",
    vpcId: "vpc-0101",
    name: "farm-jn",
    cidr: "10.1.16.0/20",
  },
  { pin: other, region: "cn-east-tz1", az: "cn-east-tz1a", subnetId: "subnet-1001", vpcId: "vpc-1001", name: "other", cidr: "10.2.1.0/24" },
];

export const keypairs = [
  {
    pin: main,
    region: "cn-east-tz1",
    keypairId: "keypair-0001",
    name: "ops",
    fingerPrint: "aa:bb:cc:00:00:00:00:00:00:00:00:00:00:00:00:01",
  },
  {
    pin: main,
    region: "cn-east-tz1",
    keypairId: "keypair-0002",
    name: "ops-next",
    fingerPrint: "aa:bb:cc:00:00:00:00:00:00:00:00:00:00:00:00:02",
  },
  {
    pin: other,
    region: "cn-east-tz1",
    keypairId: "keypair-1001",
    name: "other",
    fingerPrint: "aa:bb:cc:00:00:00:00:00:00:00:00:00:00:00:10:01",
  },
] as const;

export const bandwidthPackages = [
  {
    pin: main,
    region: "cn-east-tz1",
    az: "cn-east-tz1a",
    bandwidthPackageId: "bwp-0001",
    name: "shared",
    bandwidth: 500,
    extraUplinkBandwidth: 0,
    lineType: "ct",
  },
] as const;

/** Those of `all` that the caller has in the region. */
export const owned = <T extends { readonly pin: string; readonly region: string }>(
  all: readonly T[],
  caller: { readonly pin: string; readonly region: string },
): readonly T[] => all.filter((one) => one.pin === caller.pin && one.region === caller.region);

interface Range {
  readonly first: number;
  readonly size: number;
}

/** Reads `10.0.1.0/24` or a single address; `undefined` when it is neither. */
export function rangeOf(cidr: string): Range | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(cidr);
  if (parts === null) return undefined;
  const [a, b, c, d] = parts.slice(1, 5).map(Number);
  const bits = parts[5] === undefined ? 32 : Number(parts[5]);
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
  if (Math.max(a, b, c, d) > 255 || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return { first: address - (address % size), size };
}

/** Whether all of `inner` lies in `outer`. */
export function isInside(inner: string, outer: string): boolean {
  const [small, large] = [rangeOf(inner), rangeOf(outer)];
  if (small === undefined || large === undefined) return false;
  return small.first >= large.first && small.first + small.size <= large.first + large.size;
}

/** Addresses that servers can get: not the network's own, the gateway's or the broadcast one. */
export function addressesOf(subnet: Subnet): { readonly count: number; at(index: number): string } {
  const range = rangeOf(subnet.cidr) ?? { first: 0, size: 0 };
  return { count: Math.max(0, range.size - 3), at: (index) => textOf(range.first + 2 + index) };
}

export const textOf = (address: number): string => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
