import type { Clock } from "../http/clock";
import type { Transport } from "../http/transport";
import type { Tally } from "./gone";
import type { Journal } from "./journal";

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
  /** The state that a purchase is to replace, as the engine compared it in this run; `undefined` when the resource is new, or its state was lost. */
  readonly replaced: object | undefined;
  /**
   * The highest generation of the resource's marker that a state holds which the engine showed in this run; `undefined` when it showed none. Deleting
   * an older state leaves servers of newer generations alone only when one holds them.
   */
  readonly heldGeneration: number | undefined;
  /** What this machine knows of purchases that may not have reached the state. */
  readonly journal: Journal;
  /** How long something bought may be missing from the cloud's lists, in ms (`cloudphone:visibilitySeconds`, default 600). */
  readonly visibilityMs: number;
  /** Whether servers that carry our marker and stand in no state are taken over, however old they are (`cloudphone:adoptOrphans`). */
  readonly adoptOrphans: boolean;
  /** Whether servers that look gone are gone, even many at once or with other keys (`cloudphone:confirmGone`). */
  readonly confirmGone: boolean;
  /** Servers of this run that look gone, among those that were read. */
  readonly tally: Tally;
  /** Looks at lists that are about to begin: whoever wants the same one joins in. */
  readonly looks: Map<string, Promise<unknown>>;
}
