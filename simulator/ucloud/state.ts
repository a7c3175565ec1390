import type { Fate } from "../mishaps";
import type { Billing } from "./prices";

/** What has become of one phone since its server was built. */
export interface PhoneRecord {
  readonly state: string;
  /** Default: the server's. */
  imageId?: string;
  /** Work on it, and what it ends in; once that time has come, `state` and `imageId` are the past. */
  readonly work?: { readonly via: string; readonly becomes: string; readonly endsAt: number; imageId?: string };
}

/** A request to do something to phones. */
export interface PhoneJob {
  readonly id: string;
  readonly owner: string;
  readonly projectId: string;
  readonly cityIds: readonly string[];
  readonly type: string;
  readonly createdAt: number;
  readonly endsAt: number;
  readonly tasks: readonly { readonly phoneId: string; readonly fails: boolean }[];
}

/** A bought server. Its phase is not stored: it follows from times. */
export interface Server extends Fate {
  readonly id: string;
  readonly owner: string;
  readonly projectId: string;
  /** UCloud shows no order ids for these purchases; this one is internal. */
  readonly orderId: string;
  cityId: string;
  name: string;
  remark: string;
  modelName: string;
  phoneModelName: string;
  phoneCount: number;
  /** Phones keep the name of the purchase. */
  readonly phonesName: string;
  imageId: string;
  tag: string;
  billing: Billing;
  /** ms since 1970, as all times here. */
  readonly boughtAt: number;
  /** When building began; moved on by the time it stood still. */
  buildStart: number;
  readonly isFailing: boolean;
  /** How many of its phones will not start. */
  readonly failedPhones: number;
  modifiedAt: number;
  /** Set by an accepted delete: when the server will be gone, and what goes with it. */
  deletion?: { readonly endsAt: number; readonly releasesIps: boolean; readonly releasesDisk: boolean };
  readonly jobId: string;
  readonly diskId: string;
  readonly bandwidthId?: string;
  /** Phones that something was done to, by number. */
  phones?: Record<number, PhoneRecord>;
  isRenewalOff?: boolean;
  /** State shown instead of the true one, until the server is being deleted. */
  pinnedState?: string;
}

/** Something bought with a server that can outlive it. */
export interface Belonging {
  readonly id: string;
  readonly owner: string;
  readonly projectId: string;
  readonly orderId: string;
  /** The server it was bought with; that server may be gone. */
  readonly serverId: string;
  readonly createdAt: number;
  billing: Billing;
  isRenewalOff?: boolean;
}

export interface Eip extends Belonging {
  region: string;
  readonly address: string;
  proportion: number;
  readonly bandwidthId: string;
}

export interface ShareBandwidth extends Belonging {
  region: string;
  readonly name: string;
  proportion: number;
  mbps: number;
}

/** Everything that survives a restart. */
export interface State {
  readonly servers: Server[];
  readonly eips: Eip[];
  readonly bandwidths: ShareBandwidth[];
  /** Data disks whose server is gone; before, the server's price covers them. */
  readonly leftDisks: Belonging[];
  readonly phoneJobs: PhoneJob[];
  /** Ids of servers that are gone: never given again. */
  readonly goneIds: string[];
  stalledAt?: number;
  /** How many of the next purchases will fail to be built. */
  failing: number;
  orders: number;
  /** How many addresses independent IPs have had. */
  addresses: number;
}

export const newState = (): State => ({
  servers: [],
  eips: [],
  bandwidths: [],
  leftDisks: [],
  phoneJobs: [],
  goneIds: [],
  failing: 0,
  orders: 0,
  addresses: 0,
});
