import type { Clock } from "./clock";
import type { CloudName, Ledger } from "./ledger";

/** One request as it came off the wire. */
export interface CloudRequest {
  readonly method: string;
  /** As sent, still percent-encoded, without the query. */
  readonly path: string;
  /** As sent, without the question mark; empty when there is none. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The raw bytes: signatures are checked over these. */
  readonly body: Buffer;
}

export interface CloudAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; `undefined` sends no body. */
  readonly body?: unknown;
}

/** What a cloud stands in: time, money, and where its ids come from. */
export interface World {
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** `length` random characters of `alphabet`; the same seed gives the same ids. */
  randomText(alphabet: string, length: number): string;
}

/** A call that passed the gateway (signature and action known), whether or not it was then granted. */
export interface ReceivedCall {
  readonly at: number;
  /** The vendor's operation name, e.g. `CreateUPhoneServer`, `CreateNet2CloudPhoneServer`, `createInstances`. */
  readonly operation: string;
  /** Path, query and body parameters under their wire names; JSON values keep their types. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Something that costs money as long as it exists. */
export interface CostingThing {
  readonly id: string;
  /** "server", "eip", "share-bandwidth" … */
  readonly kind: string;
}

/** One simulated cloud. `Change` are the fields that `change` may set behind everybody's back. */
export interface Cloud {
  readonly name: CloudName;
  /** Answers one request, signature checked first. Never throws for anything a client can send. */
  handle(request: CloudRequest): CloudAnswer;
  /** Every granted or refused call that passed the gateway, oldest first. */
  received(): readonly ReceivedCall[];
  costing(): readonly CostingThing[];
  /** Ids of the servers that exist now. */
  servers(): readonly string[];
  /** The next `times` purchases (default 1) are accepted and paid, and their servers then fail to be built. */
  failProvisioning(times?: number): void;
  /** While on, servers that are being built never become ready; those already ready stay so. Off: building goes on from here. */
  stallProvisioning(on: boolean): void;
  /** The server disappears as by the vendor's console or by expiry; the ledger notes a deletion. */
  vanish(serverId: string): void;
  /** Changes wire-named fields of a server as its owner would in the vendor's console. Unknown fields throw. */
  change(serverId: string, fields: Readonly<Record<string, unknown>>): void;
  /** Pulumi stack configuration and environment that make a stack use this cloud at `url`: `{ "ucloud:publicKey": "…" }`. */
  settings(url: string): { config: Record<string, string>; secrets: Record<string, string> };
  /** Everything that must survive a restart, as JSON. Given back to the constructor as `saved`. */
  save(): unknown;
}
