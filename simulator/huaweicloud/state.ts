import type { World } from "../cloud";
import { noMishaps } from "../mishaps";
import type { Fate, Mishaps } from "../mishaps";
import type { Failures } from "./gateway";
import type { Wanted } from "./wanted";

export interface Bandwidth {
  readonly id: string;
  size: number;
  /** 0 by bandwidth, 1 by traffic. */
  readonly chargeMode: 0 | 1;
  /** 0 dedicated, 1 shared. */
  readonly shareType: 0 | 1;
  /** Whether a purchase here made it; one that existed before stays when the servers go. */
  readonly isOwn: boolean;
  readonly createdAt: number;
}

export interface Eip {
  readonly id: string;
  readonly address: string;
  readonly isOwn: boolean;
  readonly bandwidth?: Bandwidth;
}

export interface Volume {
  readonly id: string;
  readonly type: string;
  readonly sizeGib: number;
}

/** What has become of one phone since its server was built. Absent: as the server says. */
export interface PhoneRecord {
  name?: string;
  imageId?: string;
  property?: string;
  volumeGib?: number;
  /** 2 running, 8 shut down, or a failure. */
  status: number;
  /** A job on it: the status meanwhile, and what it leaves. */
  work?: {
    readonly status: number;
    readonly endsAt: number;
    readonly leaves: Partial<Omit<PhoneRecord, "work">>;
  };
}

/** Something that is done to a whole server. */
export interface ServerWork {
  /** Shown meanwhile. */
  readonly status: number;
  readonly endsAt: number;
  /** What it leaves; absent when it changes nothing. */
  readonly leaves?: {
    readonly wanted: Wanted;
    /** A new machine under the old id, with new phones. */
    readonly swap?: Pick<Server, "eips" | "volumes">;
  };
}

/** One server, from the moment its order was paid. Times are world time in ms. */
export interface Server extends Fate {
  readonly id: string;
  readonly domainId: string;
  readonly projectId: string;
  readonly orderId: string;
  readonly productId: string;
  /** What was asked for at last: at the purchase, by a change of model, by a swap. */
  wanted: Wanted;
  name: string;
  serverModel: string;
  phoneModel: string;
  keypair: string;
  zone: string;
  enterpriseProjectId: string;
  vpcId: string;
  subnetId: string;
  chargingMode: 0 | 1;
  isAutoRenewed: boolean;
  readonly serverIp: string;
  eips: Eip[];
  volumes: Volume[];
  /** State of its phones, as far as it can change. */
  phones: { readonly namePrefix: string; imageId: string; isVncEnabled: boolean; property: string };
  /** Phones that something was done to, by index. */
  phoneRecords?: Record<number, PhoneRecord>;
  tags: Record<string, string>;
  readonly createdAt: number;
  /** When building began; moves on when building was held up. */
  buildingSince: number;
  readonly failsToBuild: boolean;
  /** Its order will not deliver it, and gives it back when the others are ready. */
  readonly isMissing?: true;
  changedAt: number;
  /** A key pair that a running job is about to set. */
  nextKeypair?: { readonly name: string; readonly at: number };
  /** Application ports that running jobs are about to set. */
  nextPorts?: { readonly ports: Wanted["ports"]; readonly at: number };
  work?: ServerWork;
  /** Shown instead of the status that its life gives. */
  forcedStatus?: number;
  /** Renewals so far, each as long as the first period. */
  renewals: number;
  /** Months that were bought by renewals of other lengths. */
  extraMonths?: number;
  /** CNY a month beyond the price of the purchase. */
  extraPerMonth?: number;
  /** CNY paid after the purchase, less what came back. */
  paidLater?: number;
  /** Unsubscribed, deleted or expired at. */
  endedAt?: number;
  /** Not found from then on. */
  goneAt?: number;
}

export interface Order {
  readonly id: string;
  readonly domainId: string;
  readonly projectId: string;
  readonly productId: string;
  /** 1 new purchase, 2 renewal, 3 change, 4 unsubscription. */
  readonly type: 1 | 2 | 3 | 4;
  /** CNY. */
  readonly amount: number;
  readonly createdAt: number;
  /** Billing leaves it out before. */
  readonly shownFrom?: number;
  /** Lapses then when it is not paid. */
  readonly payBy: number;
  paidAt?: number;
  cancelledAt?: number;
  /** The purchase, for a new one. */
  readonly wanted?: Wanted;
  /** What a change makes of the server, and when it is done. */
  readonly change?: { readonly wanted: Wanted; readonly perMonth: number };
  changedAt?: number;
  /** How much time a renewal buys. */
  readonly term?: { readonly period_type: number; readonly period_num: number };
  serverIds: readonly string[];
}

export interface Job {
  readonly id: string;
  readonly requestId: string;
  readonly projectId: string;
  readonly serverId: string;
  readonly phoneId?: string;
  readonly fails?: boolean;
  readonly beginsAt: number;
  readonly endsAt: number;
}

/** Everything that survives a restart. */
export interface State {
  readonly servers: Record<string, Server>;
  readonly orders: Record<string, Order>;
  readonly jobs: Record<string, Job>;
  readonly failures: Failures;
  /** Purchases that will fail to be built. */
  purchasesToFail: number;
  /** Building stands still since. */
  stalledAt?: number;
  /** Counts addresses given away. */
  addresses: number;
  /** Size of the bandwidth that every account has, once it was changed. */
  seededBandwidthSize?: number;
}

/** How this cloud behaves where the documents are silent or contradict each other; see `HuaweiCloud`. */
export interface Behaviour {
  suffix: "vendor" | "-1" | "-0001" | "none";
  isOtherWebsite: boolean;
  sellsPayPerUse: boolean;
  publishesAccessInfos: boolean;
  repairsFailedPhones: boolean;
  failingJobs: readonly string[];
}

export interface Store {
  readonly world: World;
  readonly state: State;
  readonly behaviour: Behaviour;
  /** What goes wrong with a purchase of the request under way. */
  mishaps: Mishaps;
}

const usualBehaviour = (): Behaviour => ({
  suffix: "vendor",
  isOtherWebsite: false,
  sellsPayPerUse: false,
  publishesAccessInfos: false,
  repairsFailedPhones: true,
  failingJobs: [],
});

export function newStore(world: World, saved: unknown): Store {
  const empty: State = { servers: {}, orders: {}, jobs: {}, failures: {}, purchasesToFail: 0, addresses: 0 };
  const state: State = { ...empty, ...(typeof saved === "object" ? saved : undefined) };
  return { world, state, behaviour: usualBehaviour(), mishaps: noMishaps };
}

/** An id of 32 hexadecimal digits. */
export const newId = (store: Store): string => store.world.randomText("0123456789abcdef", 32);

/** The same in the form 8-4-4-4-12. */
export const newUuid = (store: Store): string => newId(store).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/** "CS", the minute, five letters or digits. */
export function newOrderId(store: Store): string {
  const minute = new Date(store.world.clock.now()).toISOString().replace(/\D/g, "").slice(2, 12);
  return `CS${minute}${store.world.randomText("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 5)}`;
}

export const newProductId = (store: Store): string => `OFFI${store.world.randomText("0123456789", 18)}`;

/** World time as the API writes it. */
export const utc = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
