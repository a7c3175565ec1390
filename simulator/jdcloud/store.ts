import type { World } from "../cloud";
import { isShown, noMishaps } from "../mishaps";
import type { Fate, Mishaps } from "../mishaps";
import type { Outcome } from "./errors";
import type { Nonces } from "./gateway";

export type ChargeMode = "prepaid_by_duration" | "postpaid_by_duration";

/** How something is paid for. Times in ms since 1970. */
export interface Billing {
  mode: ChargeMode;
  /** CNY per month. */
  pricePerMonth: number;
  readonly boughtAt: number;
  /** Before this time the order is not booked: no charge is shown. */
  bookedAt: number;
  /** Prepaid only. */
  expiresAt?: number;
  autoRenew: boolean;
  /** Months that automatic renewal adds each time. */
  renewMonths: number;
  /** Postpaid only: hours before this time are paid. Default: the first one. */
  paidUntil?: number;
  /** Postpaid only: since when the account owes for it. */
  arrearsSince?: number;
}

/** The readable text fields of an instance, under their wire names; those of a second interface begin with `extension`. */
export const INSTANCE_TEXTS = [
  "name",
  "description",
  "az",
  "deviceType",
  "imageType",
  "osTypeId",
  "sysRaidTypeId",
  "dataRaidTypeId",
  "networkType",
  "enableInternet",
  "enableIpv6",
  "ipv6Address",
  "subnetId",
  "privateIp",
  "lineType",
  "elasticIpId",
  "keypairId",
  "interfaceMode",
  "agentStatus",
  "extensionEnableInternet",
  "extensionSubnetId",
  "extensionPrivateIp",
  "extensionElasticIpId",
  "extensionIpv6Address",
] as const;
export type InstanceText = (typeof INSTANCE_TEXTS)[number];

/** Stable states, then those on the way to one. The vendor names only the stable ones in its API pages. */
export type Status =
  ("running" | "stopped" | "error") | ("creating" | "starting" | "stopping" | "restarting" | "reinstalling" | "resetting" | "deleting");

export interface Instance extends Fate {
  readonly instanceId: string;
  readonly pin: string;
  readonly region: string;
  readonly orderId: string;
  readonly createdAt: number;
  updatedAt: number;
  status: Status;
  /** Work under way: when it ends, and the state it ends in. */
  task?: {
    readonly since: number;
    endsAt: number;
    readonly becomes: "running" | "stopped" | "error" | "gone";
    /** What has changed when it ends. */
    readonly texts?: Partial<Record<InstanceText, string>>;
  };
  texts: Record<InstanceText, string>;
  tags: Record<string, string>;
  billing: Billing;
}

/** What work under way changes of an elastic IP. */
export type ElasticIpChange = Partial<
  Pick<ElasticIp, "instanceId" | "targetIp" | "subnetId" | "bandwidth" | "extraUplinkBandwidth" | "bandwidthPackageId">
>;

export interface ElasticIp {
  /** Reads leave it out before. */
  readonly shownFrom?: number;
  task?: { readonly endsAt: number; readonly change: ElasticIpChange };
  readonly elasticIpId: string;
  readonly pin: string;
  readonly region: string;
  readonly elasticIp: string;
  readonly orderId: string;
  readonly createdAt: number;
  bandwidth: number;
  extraUplinkBandwidth: number;
  lineType: string;
  /** Empty when it is bound to nothing. */
  instanceId: string;
  targetIp: string;
  subnetId: string;
  bandwidthPackageId: string;
  billing: Billing;
}

export interface AliasIp {
  /** Reads leave it out before. */
  readonly shownFrom?: number;
  /** It is being deleted, and gone then. */
  goneAt?: number;
  readonly aliasIpId: string;
  readonly pin: string;
  readonly region: string;
  readonly az: string;
  readonly instanceId: string;
  readonly subnetId: string;
  readonly secondaryCidrId: string;
  readonly cidr: string;
}

/** Everything that survives a restart. Plain JSON. */
export interface State {
  instances: Record<string, Instance>;
  elasticIps: Record<string, ElasticIp>;
  aliasIps: Record<string, AliasIp>;
  /** First outcomes of used client tokens. */
  tokens: Record<string, { readonly at: number; readonly outcome: Outcome }>;
  nonces: Nonces;
  /** Counts everything that ever got an id, so that none is given twice. */
  made: number;
  /** How many of the next purchases end in failed servers. */
  failing: number;
  /** Since when building stands still. */
  stalledSince?: number;
}

/** What the vendor's documents leave open, and account limits. Tests may turn them. */
export interface Switches {
  /** Whether an elastic IP bought with an instance outlives it (unbound, and still costing). Default true. */
  keepElasticIps: boolean;
  /** Whether a failed first result is replayed for its client token, too. Default true. */
  replayFailures: boolean;
  /** How long a client token is remembered, in ms of world time. Default 24 hours. */
  tokenMemoryMs: number;
  /** HTTP code of the refusal to delete a prepaid instance. Default 400. */
  prepaidRefusal: 400 | 403;
  /** Instances per zone and account. Default 20; the vendor raises it on request. */
  instancesPerNode: number;
  /** Elastic IPs per node that applyElasticIps lets an account have. Default 10; the vendor raises it on request. */
  elasticIpsPerNode: number;
  /** How long work on elastic IPs, bandwidth packages and alias IPs takes, in ms of world time. Default 10 seconds. */
  networkMs: number;
  /** Whether `enableInternet` of an instance follows the binding of elastic IPs. Default false: it stays as it was bought. */
  internetFollowsBinding: boolean;
  /** The state after a reinstallation. Default "stopped". */
  reinstalled: "running" | "stopped";
  /** Whether a reinstallation without `keypairId` keeps the key pair. Default false. */
  reinstallKeepsKeypair: boolean;
  /** How many of the next reinstallations end in "error". Default 0. */
  failingReinstalls: number;
  /** Ranges that createAliasIp reports as failed, as they are sent; each fails once. Default none. */
  failingAliasCidrs: string[];
  /** From accepted order to running, in ms of world time. Default 25 minutes. */
  provisioningMs: number;
  /** From running to the first shown charge, in ms of world time. Default 1 minute. */
  bookingMs: number;
}

export interface Store {
  readonly world: World;
  readonly state: State;
  readonly switches: Switches;
  /** What goes wrong with a purchase of the request under way. */
  mishaps: Mishaps;
}

export function newStore(world: World, saved: unknown): Store {
  const fresh: State = { instances: {}, elasticIps: {}, aliasIps: {}, tokens: {}, nonces: {}, made: 0, failing: 0 };
  const switches: Switches = {
    keepElasticIps: true,
    replayFailures: true,
    tokenMemoryMs: 24 * 3_600_000,
    prepaidRefusal: 400,
    instancesPerNode: 20,
    elasticIpsPerNode: 10,
    networkMs: 10_000,
    internetFollowsBinding: false,
    reinstalled: "stopped",
    reinstallKeepsKeypair: false,
    failingReinstalls: 0,
    failingAliasCidrs: [],
    provisioningMs: 25 * 60_000,
    bookingMs: 60_000,
  };
  return { world, state: { ...fresh, ...(saved as Partial<State> | undefined) }, switches, mishaps: noMishaps };
}

const LETTERS_AND_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

/** A new id: random text, then the running number, so that it is new even after a restart with the same seed. */
export function newId(store: Store, prefix: string): string {
  store.state.made += 1;
  return `${prefix}-${store.world.randomText(LETTERS_AND_DIGITS, 6)}${store.state.made.toString(36).padStart(4, "0")}`;
}

export const newRequestId = (store: Store): string => `c${store.world.randomText(LETTERS_AND_DIGITS, 31)}`;

export interface Caller {
  readonly pin: string;
  readonly region: string;
}

/** What the caller has in the region, oldest first. */
export const ownedBy = <T extends { readonly pin: string; readonly region: string }>(things: Record<string, T>, caller: Caller): T[] =>
  Object.values(things).filter((one) => one.pin === caller.pin && one.region === caller.region);

/** The caller's instances as far as reads show them, oldest first. */
export const shownTo = (store: Store, caller: Caller): Instance[] =>
  ownedBy(store.state.instances, caller).filter((instance) => isShown(instance, store.world.clock.now()));
