/** What this machine knows of a purchase that may not have reached the state yet: written before the request, removed when all is done. */
export interface Intent {
  /** As in `UPhoneServer "farm"`, for whoever reads the file. */
  readonly what: string;
  /** Marker of the purchase, with its generation. */
  readonly marker: string;
  /** Where it is bought, as in `ucloud cn-wlcb`. */
  readonly place: string;
  /** Account, project and region with which it was bought (a fingerprint). */
  readonly identity: string;
  /** How many servers. */
  readonly want: number;
  /** When the request was sent, ms since 1970. */
  readonly sentAt: number;
  /**
   * `sent`: the outcome is not known. `accepted`: the cloud took the order. `over`: the cloud refused it for sure, or its servers are gone again;
   * kept where a cloud remembers what it was asked (JD Cloud's client tokens), so that the next purchase asks anew. `ending`: no purchase; the
   * servers are being deleted, and that they are gone then is no surprise.
   */
  readonly state: "sent" | "accepted" | "over" | "ending";
  /** Ids of the servers, as far as the cloud named them. */
  readonly serverIds: readonly string[];
  readonly orderId?: string | undefined;
  /** What was bought with servers that are being deleted and outlives them, where nothing in the cloud tells whose it is: to be deleted too. */
  readonly leftOvers?: readonly string[] | undefined;
  /** Purchases beside servers that were sent and whose answer was not heard: what they brought is to be asked for, and deleted when nothing uses it. */
  readonly unanswered?: readonly Unanswered[] | undefined;
  /** Of a renewal: until when the server was paid before, ISO 8601. */
  readonly paidUntil?: string | undefined;
  /** Of an order for another model of a server: that model. */
  readonly model?: string | undefined;
}

/** A purchase that can be sent again without being executed again. */
export interface Unanswered {
  /** Its idempotency token. */
  readonly token: string;
  /** Account and region with which it was sent (a fingerprint): with other keys asking for it would buy. */
  readonly identity: string;
  readonly regionId: string;
  /** What was ordered, as the cloud takes it. */
  readonly spec: object;
  /** When it was sent first, ms since 1970. */
  readonly sentAt: number;
}

/** One intent per resource at most, under the resource's part of its marker; what is ordered for one server stands under the server's id. */
export interface Journal {
  read(resource: string): Promise<Intent | undefined>;
  /** Returns when the intent is on the disk. */
  write(resource: string, intent: Intent): Promise<void>;
  clear(resource: string): Promise<void>;
}
