import { CloudError } from "../../http/errors";
import type { FailureKind } from "../../http/errors";
import type { HttpAnswer } from "../../http/send";
import { redact } from "../../http/redact";
import { adviceOn } from "./advice";

/** What an answer says about itself when it is a refusal. */
export interface Refusal {
  readonly code: string;
  readonly text: string;
}

/**
 * Finds the vendor's code and text in any of the envelopes in use: `error_code`/`error_msg` (CPH, API gateway, BSS),
 * `code`/`message`, and both of these inside another object (IAM, whose codes may be numbers).
 */
export function refusalIn(body: unknown): Refusal | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const fields = body as Record<string, unknown>;
  const code = textOf(fields["error_code"]) ?? (fields["message"] === undefined ? undefined : textOf(fields["code"]));
  if (code !== undefined) {
    return { code: code.replace(/^CPS\.?(?=\d{4}$)/, "CPS."), text: textOf(fields["error_msg"]) ?? textOf(fields["message"]) ?? "" };
  }
  for (const inner of Object.values(fields)) {
    const found = Array.isArray(inner) ? undefined : refusalIn(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @param doing what was tried, on what, as in `rename server 0a1b to "farm"` */
export function cloudError(
  doing: string,
  answer: Pick<HttpAnswer, "status" | "headers" | "body">,
  secrets: readonly (string | undefined)[],
): CloudError {
  const json = parsed(answer.body);
  const refusal = refusalIn(json);
  const code = refusal?.code ?? `HTTP ${answer.status}`;
  const said = redact(refusal?.text ?? answer.body, secrets)
    .slice(0, 400)
    .trim();
  const requestId = requestIdOf(json) ?? answer.headers["x-request-id"] ?? answer.headers["x-iam-trace-id"];
  const from = requestId === undefined ? "" : ` (request ${requestId})`;
  const hint = adviceOn(code);
  return new CloudError(
    `Could not ${doing}: Huawei Cloud answered ${code}${said === "" ? "" : `, "${said}"`}${from}.${hint === "" ? "" : ` ${hint}`}`,
    { kind: kindOf(answer.status, code), code, status: answer.status, requestId },
  );
}

/** A refusal that stands inside a good answer, for one of the things asked for. */
export function refusalOfOne(
  doing: string,
  entry: { readonly error_code?: string | null | undefined; readonly error_msg?: string | null | undefined },
): CloudError {
  const code = entry.error_code ?? "no reason";
  const said = entry.error_msg ? `, "${entry.error_msg}"` : "";
  const hint = adviceOn(code);
  return new CloudError(`Could not ${doing}: Huawei Cloud answered ${code}${said}.${hint === "" ? "" : ` ${hint}`}`, {
    kind: "fatal",
    code,
    status: 200,
  });
}

/** The outcome of `work`; to a definite no, what else the user can do is added. */
export async function advised<T>(work: Promise<T>, advice: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (advice === "" || !(error instanceof CloudError) || error.kind !== "fatal") throw error;
    const { kind, code, status, requestId } = error;
    throw new CloudError(`${error.message} ${advice}`, { kind, code, status, requestId, cause: error });
  }
}

/** @param input that decides between a change in place and other servers */
export const replaceInstead = (input: string): string =>
  `Nothing was changed by that. If Huawei Cloud does not do it for these servers, \`${input}: "replace"\` buys others instead.`;

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === "number" ? String(value) : typeof value === "string" && value !== "" ? value : undefined;

const requestIdOf = (body: unknown): string | undefined =>
  typeof body === "object" && body !== null && "request_id" in body ? textOf(body.request_id) : undefined;

const slowDown = new Set(["APIGW.0308", "APIG.0308", "CBC.0250"]);
const unwell = new Set(["CPS.0003", "CPS.0042", "CPS.0054", "CPS.0061", "APIGW.0613", "APIG.0613", "CBC.0999"]);

function kindOf(status: number, code: string): FailureKind {
  if (status === 429 || slowDown.has(code)) return "throttled";
  return status >= 500 || unwell.has(code) ? "transient" : "fatal";
}

const hasCode = (error: unknown, codes: ReadonlySet<string>): boolean => error instanceof CloudError && codes.has(error.code);

const noSuchServer = new Set(["CPS.0015", "CPS.0156", "CPS.0159"]);

/** The cloud knows no such server. A 404 of the gateway itself (nothing published at this address) does not mean that. */
export const meansNoSuchServer = (error: unknown): boolean =>
  hasCode(error, noSuchServer) || (error instanceof CloudError && error.status === 404 && error.code.startsWith("CPS."));

const noLongerBilled = new Set(["CBC.30000067", "CBC.99003012", "CBC.99003016", "CBC.30050009", "CBC.3124"]);

/** Billing has closed the resource already, or never had it. */
export const meansNoLongerBilled = (error: unknown): boolean => hasCode(error, noLongerBilled);

const busyInBilling = new Set(["CBC.99003651", "CBC.30050011", "CBC.3144", "CBC.3002", "CBC.99000088"]);

/** Another transaction of this resource or order is under way: the same request works later. */
export const meansBusyInBilling = (error: unknown): boolean => hasCode(error, busyInBilling);

/** Billing does not know the order (yet). */
export const meansNoSuchOrder = (error: unknown): boolean => hasCode(error, new Set(["CBC.30000010"]));

/** The order is past the point where it could be cancelled. */
export const meansNotCancellable = (error: unknown): boolean => hasCode(error, new Set(["CBC.99005010"]));

/** The cloud knows no such job (any more). */
export const meansNoSuchJob = (error: unknown): boolean => hasCode(error, new Set(["CPS.0011"]));

/** Another job on the phone is running, or it is neither stopped nor running. */
export const isPhoneBusy = ({ error_code }: { readonly error_code?: string | null | undefined }): boolean => error_code === "CPS.0165";

/** Auto-renewal is off already. */
export const meansRenewalIsOff = (error: unknown): boolean => hasCode(error, new Set(["CBC.99003605"]));

const otherSite = new Set(["CBC.0150", "CBC.0156"]);

/** The account belongs to the other website, whose billing has a host of its own. */
export const meansOtherSite = (error: unknown): boolean => hasCode(error, otherSite);

/** The caller may use the cloud, but not this part of it. */
export const meansForbidden = (error: unknown): boolean => error instanceof CloudError && error.status === 403;

/** Nothing is published at this address: a wrong endpoint, or a call that the cloud has withdrawn. */
export const meansNoSuchApi = (error: unknown): boolean => hasCode(error, new Set(["APIGW.0101", "APIG.0101"]));
