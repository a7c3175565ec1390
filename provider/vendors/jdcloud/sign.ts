/**
 * Signature `JDCLOUD2-HMAC-SHA256`, one function per step (JD Cloud OpenAPI docs, "Signature algorithm").
 * Everything is passed in: time and nonce stand in the headers.
 */
import { createHash, createHmac } from "node:crypto";
import { percentEncoded } from "../../http/percent-encode";
import type { JdCredentials } from "./credentials";

const algorithm = "JDCLOUD2-HMAC-SHA256";
const terminator = "jdcloud2_request";

export interface Signable {
  readonly method: string;
  /** Decoded, beginning with a slash, e.g. `/v1/regions/r/instances/i:stopInstance`. */
  readonly path: string;
  /** Decoded names and values. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Every one of them is signed. `x-jdcloud-date` and `x-jdcloud-nonce` must be among them; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly what is sent; empty when there is no body. */
  readonly body: string;
}

export interface Scope {
  readonly region: string;
  readonly service: string;
}

/** `20250102T030405Z` */
export const jdDate = (nowMs: number): string => `${new Date(nowMs).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;

export const canonicalUri = (path: string): string => path.split("/").map(percentEncoded).join("/") || "/";

export function canonicalQuery(query: Signable["query"]): string {
  return query
    .map(([name, value]) => [percentEncoded(name), percentEncoded(value)] as const)
    .sort(([a, x], [b, y]) => byCode(a, b) || byCode(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

export function canonicalHeaders(headers: Signable["headers"]): string {
  return signedNames(headers)
    .map((name) => `${name}:${(headers[name] ?? "").trim().replace(/ +/g, " ")}\n`)
    .join("");
}

export const signedHeaders = (headers: Signable["headers"]): string => signedNames(headers).join(";");

export const payloadHash = (body: string): string => sha256(body);

export function canonicalRequest(request: Signable): string {
  return [
    request.method.toUpperCase(),
    canonicalUri(request.path),
    canonicalQuery(request.query),
    canonicalHeaders(request.headers),
    signedHeaders(request.headers),
    payloadHash(request.body),
  ].join("\n");
}

export const credentialScope = (date: string, scope: Scope): string => [dayOf(date), scope.region, scope.service, terminator].join("/");

export const stringToSign = (date: string, scope: Scope, canonical: string): string =>
  [algorithm, date, credentialScope(date, scope), sha256(canonical)].join("\n");

export function signingKey(secretKey: string, date: string, scope: Scope): Buffer {
  const kDate = hmac(`JDCLOUD2${secretKey}`, dayOf(date));
  const kRegion = hmac(kDate, scope.region);
  const kService = hmac(kRegion, scope.service);
  return hmac(kService, terminator);
}

export const signature = (key: Buffer, text: string): string => hmac(key, text).toString("hex");

/** The value of the `Authorization` header. */
export function authorization(request: Signable, credentials: JdCredentials, scope: Scope): string {
  const date = request.headers["x-jdcloud-date"] ?? "";
  const text = stringToSign(date, scope, canonicalRequest(request));
  return [
    `${algorithm} Credential=${credentials.accessKey}/${credentialScope(date, scope)}`,
    `SignedHeaders=${signedHeaders(request.headers)}`,
    `Signature=${signature(signingKey(credentials.secretKey, date, scope), text)}`,
  ].join(", ");
}

const dayOf = (date: string): string => date.slice(0, 8);
const signedNames = (headers: Signable["headers"]): string[] => Object.keys(headers).sort(byCode);
const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text, "utf8").digest();
