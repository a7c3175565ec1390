import type { Dispatcher } from "undici";
import type { Transport } from "../../provider/http/transport";
import type { Context } from "../../provider/kit/context";
import type { Intent } from "../../provider/kit/journal";
import { NotReady } from "../../provider/kit/not-ready";

/** Before the request is sent, or when it has been executed and its answer is under way. */
type Moment = "before" | "after";

/** The n-th request of an operation, counted from 1, and what happens there. */
export interface Death {
  /** `dies`: the process ends, and nothing of it is heard any more. `cut off`: this request and all later ones fail, and the operation can still say so. */
  readonly how: "dies" | "cut off";
  readonly request: number;
  readonly when: Moment;
}

/** The world as an operation sees it that does not get to its end. */
export interface Mortal {
  readonly ctx: Context;
  /** Resolves when the process dies. */
  readonly died: Promise<"died">;
  /** Whether the operation came to the request at all. */
  readonly hasStruck: () => boolean;
}

const never = new Promise<never>(() => undefined);

export function mortal(ctx: Context, death: Death): Mortal {
  let sent = 0;
  let hasStruck = false;
  let die: (word: "died") => void = () => undefined;
  const died = new Promise<"died">((resolve) => (die = resolve));
  const isDead = (): boolean => hasStruck && death.how === "dies";
  const alive =
    <A extends unknown[], T>(work: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      if (isDead()) return never;
      const result = await work(...given);
      return isDead() ? never : result;
    };

  const fail = (code: string): Error => Object.assign(new Error(code), { code });
  const through = (dispatcher: Dispatcher): Dispatcher =>
    dispatcher.compose((dispatch) => (options, handler) => {
      sent++;
      const isStruckNow = sent === death.request;
      if (sent < death.request) return dispatch(options, handler);
      hasStruck = true;
      if (isStruckNow && death.when === "after") return dispatch(options, unheard(handler));
      if (death.how === "cut off") throw fail("ECONNREFUSED");
      die("died");
      return true;
    });
  const unheard = (handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler => {
    const end = (controller: Dispatcher.DispatchController): void => {
      if (death.how === "cut off") handler.onResponseError?.(controller, fail("UND_ERR_SOCKET"));
      else die("died");
    };
    return {
      onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
      onResponseStart: () => undefined,
      onResponseData: () => undefined,
      onResponseEnd: (controller) => end(controller),
      onResponseError: (controller) => end(controller),
    };
  };
  const transports = new Map<string, Transport>();
  const transport = (cloud: string): Transport => {
    const known = transports.get(cloud);
    if (known !== undefined) return known;
    const { dispatcher, purchases, budget } = ctx.transport(cloud);
    const made = { dispatcher: through(dispatcher), purchases: through(purchases), budget };
    transports.set(cloud, made);
    return made;
  };
  const { clock, journal } = ctx;
  return {
    ctx: {
      ...ctx,
      transport,
      clock: { now: () => clock.now(), sleep: alive((ms: number, signal: AbortSignal) => clock.sleep(ms, signal)) },
      journal: {
        read: alive((resource: string) => journal.read(resource)),
        write: alive((resource: string, intent: Intent) => journal.write(resource, intent)),
        clear: alive((resource: string) => journal.clear(resource)),
      },
    },
    died,
    hasStruck: () => hasStruck,
  };
}

/** A change that is interrupted, and the run after it. */
export interface Interrupted<W, O> {
  /** A fresh world with the resource as it is before the change. */
  readonly begin: () => Promise<{ readonly world: W; readonly outs: O }>;
  /** Every operation has a context of its own; those of one world share its journal. */
  readonly context: (world: W) => Context;
  /** `update` to what is wanted. */
  readonly change: (world: W, outs: O, ctx: Context) => Promise<O>;
  /** After the second run: all is as wanted, and nothing that costs or wipes happened twice. */
  readonly check: (world: W, outs: O, death: Death) => Promise<void> | void;
  readonly end: (world: W) => Promise<void>;
}

/**
 * Interrupts a change at each of its requests, before and after its execution; once so that the failure reaches the state, once so that nothing does.
 * @returns at how many points
 */
export async function interruptEverywhere<W, O extends object>(of: Interrupted<W, O>): Promise<number> {
  let points = 0;
  for (const how of ["dies", "cut off"] as const) {
    for (const when of ["before", "after"] as const) {
      for (let request = 1; ; request++) {
        const death: Death = { how, request, when };
        const { world, outs } = await of.begin();
        try {
          const { ctx, died, hasStruck } = mortal(of.context(world), death);
          const first = await Promise.race([of.change(world, outs, ctx).catch((error: unknown) => error), died]);
          if (!hasStruck()) break;
          points++;
          const state = first instanceof NotReady ? (JSON.parse(JSON.stringify(first.outs)) as O) : outs;
          await of.check(world, await of.change(world, state, of.context(world)), death);
        } catch (error) {
          throw new Error(`After a run that ${how} ${when} request ${request}`, { cause: error });
        } finally {
          await of.end(world); // open ports would keep a failing test from ending
        }
      }
    }
  }
  return points;
}
