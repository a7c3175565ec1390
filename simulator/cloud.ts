import type { Clock } from "./clock";
import type { CloudName, Ledger } from "./ledger";
import type { Mishaps } from "./mishaps";

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

/** The body as it is sent; empty when there is none. */
export const bodyText = ({ body }: CloudAnswer): string => (body === undefined ? "" : JSON.stringify(body));

/** What a client meets instead of a plain answer, without a word about sockets: a transport in memory can act on it as well as a port. */
export type Outcome =
  | { readonly answer: CloudAnswer }
  /** The connection ends without an answer, before or after the request was executed. */
  | { readonly dropped: "before" | "after" }
  /** Executed; the connection is reset after so many bytes of the body. Of an answer without a body nothing is sent. */
  | { readonly answer: CloudAnswer; readonly cutAfterBytes: number }
  /** Executed; the answer comes after so much real time. `Infinity`: never. */
  | { readonly answer: CloudAnswer; readonly delayMs: number };

/** How a request reaches a cloud. */
export interface Delivery {
  readonly mishaps: Mishaps;
  /** The gateway has let this very request in before and hands it on once more: its nonce is not spent again. */
  readonly isRepeated: boolean;
}

/** Services beside the one that sells servers, which can be down by themselves. */
export type CloudPart = "tags" | "billing";

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
  handle(request: CloudRequest, delivery?: Delivery): CloudAnswer;
  /** Names of all operations that this cloud knows. */
  readonly operations: readonly string[];
  /** The vendor's name of the operation that a request asks for, whether or not it would be granted; undefined when there is no such operation. */
  operationOf(request: CloudRequest): string | undefined;
  /** Which of the services that can be down by themselves a request asks. */
  partOf(request: CloudRequest): CloudPart | undefined;
  /** Codes of server errors, by whether they are met before or after the request was executed; the usual one first. */
  readonly failureCodes: Readonly<Record<"before" | "after", readonly [number, ...number[]]>>;
  /** A server error with one of these codes, in the envelope of the service asked. Touches nothing. */
  failure(request: CloudRequest, code: number, isExecuted: boolean): CloudAnswer;
  /** The gateway's answer to too many calls. Touches nothing. */
  throttled(request: CloudRequest): CloudAnswer;
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
