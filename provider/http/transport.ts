import { Agent } from "undici";
import type { Dispatcher } from "undici";
import { newRetryBudget } from "./retry";
import type { RetryBudget } from "./retry";

/** What the requests to one cloud share: the pool of kept-alive connections and the retry budget. */
export interface Transport {
  readonly dispatcher: Dispatcher;
  /** For purchases: a new connection each, so that none waits in a queue or dies with a connection that was idle for too long. */
  readonly purchases: Dispatcher;
  readonly budget: RetryBudget;
}

export const newTransport = (): Transport => ({
  dispatcher: new Agent({ connections: 16, keepAliveTimeout: 30_000, connect: { timeout: 10_000 } }),
  purchases: new Agent({ pipelining: 0, connect: { timeout: 10_000 } }),
  budget: newRetryBudget(),
});
