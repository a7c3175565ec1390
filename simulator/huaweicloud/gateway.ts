import type { CloudRequest } from "../cloud";
import { accounts } from "./accounts";
import type { Account } from "./accounts";
import { Refusal, badRequest } from "./errors";
import { canonicalRequest, isSignedBy, readAuthorization } from "./signature";

const skewMs = 15 * 60_000;
const lockMs = 5 * 60_000;
const failuresAllowed = 5;

/** Bad signatures in a row per access key, and until when a key is locked. Kept over a restart. */
export type Failures = Record<string, { count: number; lockedUntil: number }>;

/** Who signed the request; throws the gateway's refusal otherwise. `now` is the gateway's own time. */
export function authenticate(request: CloudRequest, failures: Failures, now: number): Account {
  const header = request.headers["authorization"];
  if (header === undefined) throw unauthorized("x-auth-token not found");
  const credential = readAuthorization(header);
  if (credential === undefined) throw unauthorized("the Authorization header does not have the form of SDK-HMAC-SHA256");
  const failed = failures[credential.accessKey] ?? { count: 0, lockedUntil: 0 };
  if (now < failed.lockedUntil) throw unauthorized("AK access failed to reach the limit, forbidden");

  for (const name of ["x-sdk-date", ...credential.signedHeaders])
    if (request.headers[name.toLowerCase()] === undefined) throw unauthorized(`the signed header ${name} is missing`);
  if (!credential.signedHeaders.includes("x-sdk-date")) throw unauthorized("x-sdk-date is not among the signed headers");
  const signedAt = readSdkDate(request.headers["x-sdk-date"] ?? "");
  if (signedAt === undefined || Math.abs(now - signedAt) > skewMs)
    throw unauthorized("signature expired: x-sdk-date is more than 15 minutes off");

  const account = accounts.find((one) => one.accessKey === credential.accessKey);
  if (account === undefined) throw unauthorized(`get secretKey failed, AK ${credential.accessKey} does not exist`);
  if (isSignedWell(account, credential, request)) {
    failures[account.accessKey] = { count: 0, lockedUntil: 0 };
    return account;
  }
  const count = failed.count + 1;
  failures[account.accessKey] = count > failuresAllowed ? { count: 0, lockedUntil: now + lockMs } : { count, lockedUntil: 0 };
  const canonical = canonicalRequest(request, credential.signedHeaders).replaceAll("\n", "|");
  throw unauthorized(`verify aksk signature fail, canonicalRequest:${canonical}`);
}

function isSignedWell(account: Account, credential: Parameters<typeof isSignedBy>[1], request: CloudRequest): boolean {
  try {
    return isSignedBy(account.secretKey, credential, request);
  } catch (error) {
    if (error instanceof URIError) throw badRequest("The address is not well percent-encoded.");
    throw error;
  }
}

function unauthorized(why: string): Refusal {
  return new Refusal("APIGW.0301", `Incorrect IAM authentication information: ${why}`, 401);
}

function readSdkDate(text: string): number | undefined {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (found === null) return undefined;
  const [, year = "", month = "", day = "", hour = "", minute = "", second = ""] = found;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}
