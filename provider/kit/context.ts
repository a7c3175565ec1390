import type { Clock } from "../http/clock";
import type { Transport } from "../http/transport";

/** Where settings come from: stack configuration first, then the environment. Both are read at the moment of the call. */
export interface Settings {
  /** A value of the stack configuration, e.g. `config("ucloud:publicKey")`; `undefined` when unset or empty. */
  config(key: string): string | undefined;
  /** An environment variable; `undefined` when unset or empty. */
  env(name: string): string | undefined;
}

/** The world as one operation of one resource sees it. Handlers take everything from here and keep nothing. */
export interface Context {
  readonly settings: Settings;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Aborts when the run is cancelled. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970: when the operation's timeout is over. Every wait ends there. */
  readonly deadline: number;
  /** Milliseconds since 1970: when servers bought by this operation have to be ready. A change that buys more has as much time for them as a purchase. */
  readonly purchaseDeadline: number;
  /** Shows one line to the user. For real changes only, never for polls. */
  readonly log: (line: string) => void;
  /** The connections and retry budget of one cloud, shared by the whole process. */
  transport(cloud: string): Transport;
  /** Time between two looks while waiting, in ms, when the user set `cloudphone:pollSeconds`; otherwise each wait has its own rhythm. */
  readonly pollMs: number | undefined;
  /** Ties a purchase to its resource in its stack: 10 lower-case base32 characters. Empty when the program did not come through our classes. */
  readonly marker: string;
}
