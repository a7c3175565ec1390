import type { CloudAnswer } from "../cloud";

/** A refusal in the words of the vendor: HTTP code, status name and message of its error envelope. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    readonly status: string,
    message: string,
  ) {
    super(message);
  }
}

// Status names: the VM API reference of JD Cloud (EdCPS lists none of its own) and "Public errors" of the OpenAPI pages.
export const invalidArgument = (message: string): Refusal => new Refusal(400, "INVALID_ARGUMENT", message);
export const outOfRange = (message: string): Refusal => new Refusal(400, "OUT_OF_RANGE", message);
export const failedPrecondition = (message: string): Refusal => new Refusal(400, "FAILED_PRECONDITION", message);
export const conflict = (message: string): Refusal => new Refusal(400, "CONFLICT", message);
export const permissionDenied = (message: string): Refusal => new Refusal(403, "PERMISSION_DENIED", message);
export const notFound = (kind: string, id: string): Refusal => new Refusal(404, "NOT_FOUND", `${kind} '${id}' not found.`);
export const quotaExceeded = (message: string): Refusal => new Refusal(429, "QUOTA_EXCEEDED", message);
/** The gateway marks its own errors with a suffix. */
export const accessError = (message: string): Refusal => new Refusal(401, "ACCESS_ERROR", `${message}[gw]`);
export const noSuchOperation = (method: string, path: string): Refusal =>
  new Refusal(404, "NOT_FOUND", `no operation is published at ${method} ${path}[gw]`);

/** The two envelopes of every JD Cloud service. */
export function answerOf(requestId: string, outcome: Outcome): CloudAnswer {
  const headers = { "x-jdcloud-request-id": requestId };
  if (outcome.error === undefined) return { status: 200, headers, body: { requestId, result: outcome.result ?? {} } };
  const { code, status, message } = outcome.error;
  return { status: code, headers, body: { requestId, error: { code, status, message, details: null } } };
}

/** How a call ended, apart from its request id: plain JSON, so that it can be replayed for a used client token. */
export interface Outcome {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly status: string; readonly message: string };
}

/** Runs `work`; a refusal becomes an outcome, anything else is a mistake of the simulator and flies on. */
export function outcomeOf(work: () => Outcome): Outcome {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { error: { code: error.code, status: error.status, message: error.message } };
  }
}
