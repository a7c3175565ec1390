import { CloudError, NetworkError } from "../../http/errors";
import type { FailureKind } from "../../http/errors";
import { namedInputs } from "./named-inputs";
import type { Said } from "./named-inputs";

/** A failed answer, before it is an error. */
export interface Refused {
  /** As in "Could not <this>". */
  readonly doing: string;
  readonly status: number;
  /** The vendor's word, e.g. `QUOTA_EXCEEDED`; absent when something on the way answered. */
  readonly code: string | undefined;
  readonly message: string;
  readonly requestId: string | undefined;
  /** What the request has said. */
  readonly said: Said;
  /** Our time, ms since 1970, and the answer's `date` header: they show a clock that is wrong. */
  readonly now: number;
  readonly date: string | undefined;
}

export function refusal(refused: Refused): CloudError {
  const code = refused.code ?? `HTTP ${refused.status}`;
  const said = [code, refused.message.trim()].filter((part) => part !== "").join(", ");
  const request = refused.requestId === undefined ? "" : ` (JD Cloud request ${refused.requestId})`;
  const advice = adviceOn(refused) || inputIn(refused);
  return new CloudError(`Could not ${refused.doing}: ${said.replace(/\.$/, "")}${request}.${advice === "" ? "" : ` ${advice}`}`, {
    kind: kindOf(refused),
    code,
    status: refused.status,
    requestId: refused.requestId,
  });
}

/** Whether the service itself says that the thing asked for does not exist; a gateway or proxy on the way does not count. */
export function saysMissing(error: unknown): boolean {
  return error instanceof CloudError && error.status === 404 && error.code === "NOT_FOUND" && !error.message.includes(gatewayMark);
}

/** What `calling` answers; `undefined` when the thing asked for does not exist. */
export async function orMissing<T>(calling: Promise<T>): Promise<T | undefined> {
  try {
    return await calling;
  } catch (error) {
    if (saysMissing(error)) return undefined;
    throw error;
  }
}

/** Whether the request never came to the service, so that nothing is said about one that was sent before. */
export function isTurnedAway(error: unknown): boolean {
  if (error instanceof CloudError) return error.kind === "throttled" || error.message.includes(gatewayMark);
  return error instanceof NetworkError && !error.maybeSent;
}

/** Errors of the gateway, as opposed to the service behind it, end with this (JD Cloud OpenAPI docs, "Error codes"). */
const gatewayMark = "[gw]";

function kindOf({ status, code, message }: Refused): FailureKind {
  // 429 is two things: too many calls (wait), or the quota of servers is used up (waiting changes nothing).
  if (status === 429) return code === "QUOTA_EXCEEDED" ? "fatal" : "throttled";
  // Without an error of JD Cloud's own shape something on the way has answered: that tells nothing about the call.
  if (status >= 500 || code === undefined) return "transient";
  // Refused because another task is at work on the same thing; the service has no code of its own for it.
  if (code === "FAILED_PRECONDITION" && /conflict with underlay task/i.test(message)) return "throttled";
  return "fatal";
}

/** The program's own word for what was refused. */
function inputIn({ status, message, said }: Refused): string {
  if ((status !== 400 && status !== 404) || message.includes(gatewayMark)) return "";
  const names = namedInputs(message, said);
  return names.length === 0 ? "" : `The input: ${names.map((name) => `\`${name}\``).join(" or ")}.`;
}

function adviceOn({ status, code, message, now, date }: Refused): string {
  if (status === 401) {
    return (
      `Check the access key and secret key (jdcloud:accessKey, jdcloud:secretKey) and this machine's clock: ` +
      `it says ${new Date(now).toISOString()}${date === undefined ? "" : `, the answer is dated ${date}`}.`
    );
  }
  if (/balance|insufficient|arrear|余额|欠费/i.test(message)) {
    return "Top up the account: a postpaid server needs at least 50 CNY of balance and vouchers, a prepaid one its whole price.";
  }
  if (/real.?name|实名/i.test(message)) return "The account has to pass JD Cloud's real-name check before it can buy.";
  if (/\bmfa\b|operation protection|操作保护/i.test(message)) {
    return "The account protects this operation with MFA: switch operation protection off for it, or do it once in the console.";
  }
  if (/sold.?out|stock|库存|售罄/i.test(message)) return "Choose another deviceType or az that is in stock, or try later.";
  if (code === "QUOTA_EXCEEDED") return "Delete servers that are not needed, or ask JD Cloud by ticket for a higher quota.";
  if (code === "PERMISSION_DENIED") return "If the key belongs to a sub-account, it needs the EdCPS permission for this call.";
  return "";
}
