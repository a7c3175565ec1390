/** Server errors and throttling, which come in place of an answer (API Gateway, "Error codes"; CPH and BSS API references, "Error codes"). */
import { Refusal } from "./errors";
import type { Service } from "./errors";

export const failureCodes = { before: [503, 500, 502, 504], after: [500, 503, 502, 504] } as const;

const internal: Readonly<Record<Service, string>> = { cph: "CPS.0003", bss: "CBC.0999", iam: "Internal Server Error" };

/** 502 and 504 come from the gateway. So does a 503 before execution, when callers cannot be identified; afterwards it is the service's own. */
export function failure(service: Service, status: number, isExecuted: boolean): Refusal {
  const isGateway = status === 502 || status === 504;
  if (isGateway) return new Refusal("APIGW.0201", status === 504 ? "Backend timeout." : "Backend unavailable.", status);
  if (status === 503 && !isExecuted) return new Refusal("APIGW.0613", "The IAM service is temporarily unavailable.", status);
  return new Refusal(internal[service], "The service failed.", status);
}

export const throttled = (): Refusal => new Refusal("APIGW.0308", "The request was throttled: too many calls.", 429);
