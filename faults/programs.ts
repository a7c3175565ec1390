/** The resources of the histories: small valid programs over all four kinds, and what the clouds are asked for by each. */
import type { CloudName } from "../simulator";

export const kinds = ["UPhoneServer", "CphPhoneServer", "CphBmsServer", "EdcpsInstance"] as const;
export type Kind = (typeof kinds)[number];

/** What may differ between two versions of one resource of a program. */
export interface Shape {
  /** Changes in place. */
  readonly isRenamed: boolean;
  /** Of the kinds that have it; changes in place. */
  readonly count: number;
  /** Only a new server has the other one. */
  readonly variant: "a" | "b";
}

/** One resource. Its name begins the name of everything bought for it, and of nothing else. */
export interface Planned extends Shape {
  readonly name: ResourceName;
  readonly kind: Kind;
}

export const resourceNames = ["ra", "rb", "rc", "rd"] as const;
export type ResourceName = (typeof resourceNames)[number];

export const hasCount = (kind: Kind): boolean => kind !== "UPhoneServer";
export const wantedOf = ({ kind, count }: Pick<Planned, "kind" | "count">): number => (hasCount(kind) ? count : 1);

const clouds: Readonly<Record<Kind, CloudName>> = {
  UPhoneServer: "ucloud",
  CphPhoneServer: "huaweicloud",
  CphBmsServer: "huaweicloud",
  EdcpsInstance: "jdcloud",
};
export const cloudOf = (kind: Kind): CloudName => clouds[kind];

/** The name that the user gives. */
export const givenName = ({ name, isRenamed }: Planned): string => (isRenamed ? `${name}-new` : `${name}-old`);

/** The resource that something with this name in a cloud was bought for. */
export const resourceOfName = (given: string): ResourceName | undefined =>
  resourceNames.find((name) => given.startsWith(`${name}-new`) || given.startsWith(`${name}-old`));

/** What ties the servers to the resource: of one stack, or of its neighbour that has the same program. */
export const markerOf = (name: ResourceName, stack: "own" | "neighbour"): string => (stack === "own" ? "ownstack" : "nextdoor") + name;

const period = { periodType: 2, periodNum: 1, isAutoPay: true };

export function inputsOf(planned: Planned, stack: "own" | "neighbour" = "own"): Record<string, unknown> {
  const own = specs[planned.kind](planned);
  const count = hasCount(planned.kind) ? { count: planned.count } : {};
  return { ...own, ...count, purchaseMarker: markerOf(planned.name, stack), __provider: "provider" };
}

const specs: Readonly<Record<Kind, (planned: Planned) => Record<string, unknown>>> = {
  UPhoneServer: (planned) => ({
    cityId: "cn-wlcb",
    name: givenName(planned),
    serverModelName: "28C60G1T4",
    uphoneModelName: planned.variant === "a" ? "basic" : "economy",
    imageId: "image-Sim001",
  }),
  CphPhoneServer: (planned) => ({
    serverName: givenName(planned),
    serverModelName: "physical.rx1.xlarge",
    phoneModelName: planned.variant === "a" ? "rx1.cp.c60.d10.e1v1" : "rx1.cp.c15.d46.e1v1",
    imageId: "20032120200330a20b000eae5b8c01e6",
    bandWidth: { bandWidthShareType: 0 },
    extendParam: period,
  }),
  CphBmsServer: (planned) => ({
    serverName: givenName(planned),
    serverModelName: "physical.rx2.32xlarge.4",
    orderParam: period,
    nics: [{ subnetId: planned.variant === "a" ? "f1cbfc37-eb42-4357-a0ec-9e4f11950908" : "3c5e2638-b71f-4499-8d1e-355e89f21ae0" }],
    publicIp: { type: "5_bgp", count: 1, bandWidth: { bandWidthShareType: 0, bandWidthSize: 300, bandWidthChargeMode: 1 } },
    keypairName: "kp-farm",
  }),
  EdcpsInstance: (planned) => ({
    regionId: "cn-east-tz1",
    az: "cn-east-tz1a",
    deviceType: "edcps.c.normal1",
    osTypeId: planned.variant === "a" ? "ostype-0001" : "ostype-0002",
    sysRaidTypeId: "raid-sys-raid1",
    dataRaidTypeId: "raid-data-raid10",
    subnetId: "subnet-0001",
    bandwidth: 100,
    name: givenName(planned),
  }),
};

/** How each kind is bought, and how the clouds list what there is. */
export const purchaseOperations: Readonly<Record<CloudName, readonly string[]>> = {
  ucloud: ["CreateUPhoneServer"],
  huaweicloud: ["CreateCloudPhoneServer", "CreateNet2CloudPhoneServer", "CreateCloudPhoneSingleServer"],
  jdcloud: ["createInstances"],
};
