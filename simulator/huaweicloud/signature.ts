/**
 * Request signing "SDK-HMAC-SHA256", read from Huawei Cloud's document "API Gateway: signing with AK/SK", seen from the server's side.
 * Only headers that the request names in `SignedHeaders` are part of the signature.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { CloudRequest } from "../cloud";

export const algorithm = "SDK-HMAC-SHA256";

export interface Credential {
  readonly accessKey: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Reads the `Authorization` header; `undefined` when it does not have the documented form. */
export function readAuthorization(header: string): Credential | undefined {
  const found = /^SDK-HMAC-SHA256 Access=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/.exec(header);
  const [, accessKey, names, signature] = found ?? [];
  if (accessKey === undefined || names === undefined || signature === undefined) return undefined;
  return { accessKey, signedHeaders: names.split(";"), signature };
}

/** `false` when the signature is not the one that `secretKey` gives for exactly this request. */
export function isSignedBy(secretKey: string, credential: Credential, request: CloudRequest): boolean {
  const expected = createHmac("sha256", secretKey).update(stringToSign(request, credential.signedHeaders)).digest();
  const given = Buffer.from(credential.signature, "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

export function stringToSign(request: CloudRequest, signedHeaders: readonly string[]): string {
  const hashed = createHash("sha256").update(canonicalRequest(request, signedHeaders)).digest("hex");
  return [algorithm, request.headers["x-sdk-date"] ?? "", hashed].join("\n");
}

export function canonicalRequest(request: CloudRequest, signedHeaders: readonly string[]): string {
  const names = signedHeaders.map((name) => name.toLowerCase()).sort();
  const headers = names.map((name) => `${name}:${(request.headers[name] ?? "").trim()}\n`).join("");
  return [
    request.method,
    canonicalUri(request.path),
    canonicalQuery(request.query),
    headers,
    signedHeaders.join(";"),
    bodyHash(request),
  ].join("\n");
}

/** The path as sent is decoded before it is encoded again, so that a client encodes each segment once. */
function canonicalUri(path: string): string {
  const encoded = path
    .split("/")
    .map((segment) => encode(decodeURIComponent(segment)))
    .join("/");
  return encoded.endsWith("/") ? encoded : `${encoded}/`;
}

function canonicalQuery(query: string): string {
  return queryPairs(query)
    .sort(([keyA, valueA], [keyB, valueB]) => compare(keyA, keyB) || compare(valueA, valueB))
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .join("&");
}

/** Decoded pairs in the order sent. A plus sign stands for itself. */
export function queryPairs(query: string): [string, string][] {
  const parts = query.split("&").filter((part) => part !== "");
  return parts.map((part) => {
    const at = part.indexOf("=");
    return at < 0 ? [decodeURIComponent(part), ""] : [decodeURIComponent(part.slice(0, at)), decodeURIComponent(part.slice(at + 1))];
  });
}

/** A client may announce the hash itself, but only "not signed" or the true one is believed. */
function bodyHash(request: CloudRequest): string {
  return request.headers["x-sdk-content-sha256"] === "UNSIGNED-PAYLOAD"
    ? "UNSIGNED-PAYLOAD"
    : createHash("sha256").update(request.body).digest("hex");
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
