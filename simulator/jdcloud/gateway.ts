import type { CloudRequest } from "../cloud";
import { accounts } from "./catalogue";
import type { Account } from "./catalogue";
import { accessError, invalidArgument } from "./errors";
import { isSignedBy, mustSign, readAuthorization } from "./signature";

/** How far a signature date may be from the gateway's own time. The vendor publishes no figure. */
const SKEW_MS = 15 * 60_000;
/** A nonce is remembered for as long as its signature could be sent again. */
const NONCE_MEMORY_MS = 2 * SKEW_MS;

/** Nonces seen, under "<access key> <nonce>", with the time in ms since 1970 when they may be forgotten. */
export type Nonces = Record<string, number>;

/** Who calls, and for which region and service the signature is made out. */
export interface Admission {
  readonly account: Account;
  readonly region: string;
  readonly service: string;
}

/** Lets a request in, or refuses it as the gateway does. `isRepeated`: it has let this very request in before. */
export function admit(request: CloudRequest, now: number, nonces: Nonces, isRepeated: boolean): Admission {
  const { authorization, "x-jdcloud-date": date, "x-jdcloud-nonce": nonce, "x-jdcloud-algorithm": algorithm } = request.headers;
  if (!authorization) throw accessError("lack of header authorization");
  if (!date) throw accessError("lack of header x-jdcloud-date");
  if (!nonce) throw accessError("lack of header x-jdcloud-nonce");
  const claim = readAuthorization(authorization);
  if (claim === undefined) throw accessError("header authorization is malformed");
  if (algorithm !== undefined && algorithm !== claim.scheme.algorithm) throw accessError("header x-jdcloud-algorithm does not match");
  const unsigned = mustSign(claim, request).find((name) => !claim.signedHeaders.includes(name));
  if (unsigned !== undefined) throw accessError(`header ${unsigned} must be signed`);
  if (claim.day !== date.slice(0, 8)) throw accessError("date of the credential scope does not match x-jdcloud-date");
  const signedAt = timeOf(date);
  if (signedAt === undefined) throw accessError("x-jdcloud-date is not of the form yyyyMMddTHHmmssZ");
  if (Math.abs(now - signedAt) > SKEW_MS) throw accessError("x-jdcloud-date is too far from the time of the gateway");
  const account = accounts.find((one) => one.accessKey === claim.accessKey);
  if (account === undefined) throw accessError("access key does not exist");
  if (!isSignedBy(account.secretKey, claim, request)) throw accessError("signature does not match");
  if (!isRepeated) spend(nonces, `${claim.accessKey} ${nonce}`, now);
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? ""))
    throw invalidArgument("content-type must be application/json[gw]");
  return { account, region: claim.region, service: claim.service };
}

function spend(nonces: Nonces, key: string, now: number): void {
  if ((nonces[key] ?? 0) > now) throw accessError("x-jdcloud-nonce has been used");
  // The oldest come first.
  for (const old in nonces) {
    if ((nonces[old] ?? 0) > now) break;
    Reflect.deleteProperty(nonces, old);
  }
  nonces[key] = now + NONCE_MEMORY_MS;
}

function timeOf(date: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}
