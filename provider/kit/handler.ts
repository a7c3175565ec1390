import type { Context, Settings } from "./context";
import type { PurchaseState } from "./purchase";

/** A bag of properties as the engine hands it over, before a schema has read it. */
export type Bag = Readonly<Record<string, unknown>>;

export interface CheckFailure {
  /** Path in the user's vocabulary, e.g. `bandWidth.bandWidthSize`. */
  readonly property: string;
  /** What is wrong and how to put it right. */
  readonly reason: string;
}

export interface Checked {
  /** The inputs with defaults filled in; values not yet known in a preview are kept as they came. */
  readonly inputs: Bag;
  readonly failures: readonly CheckFailure[];
  /** For the user, before it is bought: what comes of these inputs that nobody may expect. */
  readonly notes?: readonly string[];
}

export interface PropertyDifference {
  readonly property: string;
  /** `nextOrder`: only the state changes now; the next order has it. */
  readonly kind: "update" | "replace" | "nextOrder";
  readonly old: unknown;
  readonly new: unknown;
  /** Of a change in place: what it costs, loses and interrupts, each as it stands behind "the change of imageId", as in `costs the difference of price at once`. */
  readonly warns?: readonly string[];
  /** Of what is no input, so that nothing else shows it to the user: what is to be done. */
  readonly says?: string;
}

export interface Difference {
  readonly properties: readonly PropertyDifference[];
  /** For the user: differences that are left as they are. */
  readonly notes?: readonly string[];
  /** Delete the old server before buying the new one, because both cannot exist at once. */
  readonly deleteBeforeReplace: boolean;
}

/**
 * The life of one kind of bought server. Plain objects, free of Pulumi.
 * `I` are the checked inputs; `O` is the state: the inputs (where the cloud can be read: as the cloud has them) plus what the cloud decides.
 */
export interface Handler<I, O extends I & PurchaseState> {
  /** How long each operation may take when the program sets no `timeouts`. */
  readonly timeouts: Timeouts;
  /** What a line for the user calls it, as in `UPhoneServer "farm"`. */
  nameOf(inputs: Partial<I>): string;
  /** When what is bought ends, as far as the state says; `undefined` when it does not end by itself. */
  expiry(last: Partial<O>): Expiry | undefined;
  /**
   * `last` are the inputs of the last run; absent or empty for a new resource. A place (project, region) that the program leaves to the settings stays
   * where it was: another default on another machine must not move a paid server.
   */
  check(news: Bag, settings: Settings, last?: Bag): Checked;
  /** @param marker the resource's part of the marker: servers that carry another are marked anew */
  diff(last: O, news: I, marker: string): Difference;
  /** Takes over what an earlier run bought, else buys. Throws `NotReady`, which carries id and state, once money may have moved. */
  create(inputs: I, ctx: Context): Promise<{ id: string; outs: O }>;
  /** `undefined` = surely gone. `last` may be only part of the state (reading by id alone). */
  read(id: string, last: Partial<O>, ctx: Context): Promise<{ id: string; inputs: Partial<I>; outs: O } | undefined>;
  /** Also called after a `NotReady`: goes on waiting first, then changes what differs. */
  update(id: string, last: O, news: I, ctx: Context): Promise<O>;
  /** Fine if already gone. */
  delete(id: string, last: O, ctx: Context): Promise<void>;
}

/** The end of a prepaid time. */
export interface Expiry {
  /** ISO 8601. */
  readonly at: string;
  /** Whether the cloud goes on renewing it by itself. */
  readonly isRenewed: boolean;
  /** What the program has to say so that it is, as in `autoRenew: true`. */
  readonly remedy: string;
}

/** Minutes per operation. */
export interface Timeouts {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
}

export const usualTimeouts: Timeouts = { create: 90, update: 30, delete: 30 };
