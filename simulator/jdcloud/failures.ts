/** Server errors and throttling, which come in place of an answer (EdCPS API, "Return codes"; status names as in the VM API reference). */
import type { CloudAnswer } from "../cloud";
import { answerOf } from "./errors";
import type { Outcome } from "./errors";
import { newRequestId } from "./store";
import type { Store } from "./store";

export const failureCodes = { before: [503, 500], after: [500, 503] } as const;

/** No status name is published for 503. */
export function failure(store: Store, code: number): CloudAnswer {
  const isInternal = code === 500;
  const status = isInternal ? "INTERNAL" : "UNAVAILABLE";
  return answered(store, { code, status, message: isInternal ? "internal server error" : "the service is unavailable[gw]" });
}

export const throttled = (store: Store): CloudAnswer =>
  answered(store, { code: 429, status: "RATE_LIMIT", message: "the frequency of calls exceeds the limit[gw]" });

const answered = (store: Store, error: NonNullable<Outcome["error"]>): CloudAnswer => answerOf(newRequestId(store), { error });
