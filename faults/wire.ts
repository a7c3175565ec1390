/** HTTP without sockets: requests of a host go straight to a simulated cloud, and suffer what it says about them. */
import { Dispatcher } from "undici";
import type { CloudAnswer, CloudRequest, Outcome } from "../simulator/cloud";
import { bodyText } from "../simulator/cloud";
import type { JumpingClock } from "./clock";
import type { Run } from "./machine";

export interface Line {
  readonly run: Run;
  readonly clock: JumpingClock;
  /** Executes one request. */
  answer(request: CloudRequest): Outcome;
  /** It was executed, and whoever asked is dead. */
  unheard(request: CloudRequest): void;
}

type Handler = Dispatcher.DispatchHandler;

// Longer than any client waits for an answer.
const patienceMs = 75_000;
const longestAnswerMs = 25_000;

/** Takes the part of undici's connection pool: `request` asks no more of it than `dispatch`. */
export class LineDispatcher extends Dispatcher {
  readonly #line: Line;

  constructor(line: Line) {
    super();
    this.#line = line;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Handler): boolean {
    deliver(this.#line, options, handler).catch((error: unknown) => this.#line.clock.fail(error));
    return true;
  }
}

async function deliver(line: Line, options: Dispatcher.DispatchOptions, handler: Handler): Promise<void> {
  const { run, clock } = line;
  const hangUp = new AbortController();
  const controller = controllerOf((reason) => {
    if (hangUp.signal.aborted) return;
    hangUp.abort(reason);
    handler.onResponseError?.(controller, reason);
  });
  clock.stir();
  handler.onRequestStart?.(controller, {});
  if (controller.aborted) return;
  const request = requestOf(options);
  const executed: Outcome[] = [];
  const isAlive = run.reach(run.host, () => executed.push(line.answer(request))) !== undefined;
  const [result] = executed;
  if (!isAlive && result !== undefined) line.unheard(request);
  if (!isAlive || result === undefined) return;
  const late = "delayMs" in result ? Number(result.delayMs) : 0;
  if (late > 0 && !(await slept(clock, late > longestAnswerMs ? patienceMs : late, line, hangUp.signal))) return;
  await Promise.resolve(); // as over a socket, the answer is not there before the caller waits for it
  if (run.reach(run.host, () => undefined) === undefined) line.unheard(request);
  if (run.host.isDead || isHungUp(controller)) return;
  clock.stir();
  if (late > longestAnswerMs) handler.onResponseError?.(controller, failure("UND_ERR_HEADERS_TIMEOUT"));
  else if ("dropped" in result) handler.onResponseError?.(controller, failure("UND_ERR_SOCKET"));
  else give(result.answer, "cutAfterBytes" in result ? Number(result.cutAfterBytes) : undefined, handler, controller);
}

const isHungUp = ({ aborted }: Dispatcher.DispatchController): boolean => aborted;

/** Whether the caller still listens after so long. */
const slept = (clock: JumpingClock, ms: number, { run }: Line, signal: AbortSignal): Promise<boolean> =>
  clock.sleep(ms, run.host, signal).then(
    () => true,
    () => false,
  );

function give(answer: CloudAnswer, cutAfterBytes: number | undefined, handler: Handler, controller: Dispatcher.DispatchController): void {
  const body = Buffer.from(bodyText(answer));
  if (cutAfterBytes !== undefined && body.length === 0) {
    handler.onResponseError?.(controller, failure("UND_ERR_SOCKET"));
    return;
  }
  const headers = Object.fromEntries(Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  handler.onResponseStart?.(controller, answer.status, { "content-type": "application/json; charset=utf-8", ...headers }, "");
  if (cutAfterBytes === undefined) {
    if (body.length > 0) handler.onResponseData?.(controller, body);
    handler.onResponseEnd?.(controller, {});
  } else {
    handler.onResponseData?.(controller, body.subarray(0, cutAfterBytes));
    handler.onResponseError?.(controller, failure("ECONNRESET"));
  }
}

const failure = (code: string): Error => Object.assign(new Error(code), { code });

function controllerOf(hungUp: (reason: Error) => void): Dispatcher.DispatchController {
  let reason: Error | null = null;
  return {
    get aborted() {
      return reason !== null;
    },
    get paused() {
      return false;
    },
    get reason() {
      return reason;
    },
    rawHeaders: null,
    rawTrailers: null,
    abort(why) {
      reason = why;
      hungUp(why);
    },
    pause: () => undefined,
    resume: () => undefined,
  };
}

function requestOf({ origin, path, method, headers, body }: Dispatcher.DispatchOptions): CloudRequest {
  const url = new URL(String(origin));
  const [bare = "/", ...query] = path.split("?");
  const bytes = typeof body === "string" ? Buffer.from(body) : Buffer.alloc(0);
  const named = Object.entries(headers as Record<string, string>).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    method,
    path: bare,
    query: query.join("?"),
    headers: {
      host: url.host,
      ...(bytes.length === 0 ? {} : { "content-length": String(bytes.length) }),
      ...Object.fromEntries(named),
    },
    body: bytes,
  };
}
