/** Signing of Huawei Cloud requests, algorithm SDK-HMAC-SHA256 (API Gateway developer guide, "AK/SK signing and authentication"). */
import { createHash, createHmac } from "node:crypto";
import { percentEncoded } from "../../http/percent-encode";

const algorithm = "SDK-HMAC-SHA256";

export interface Keys {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** A request as the signature sees it. */
export interface Signable {
  readonly method: string;
  /** Decoded, e.g. `/v1/p/cph-server/a b/tags`. */
  readonly path: string;
  /** Decoded pairs, in any order. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** The headers to sign, `host` and `x-sdk-date` among them; names in any case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly the text that is sent; empty when there is none. */
  readonly body: string;
}

/** `20260102T030405Z` */
export const sdkDate = (now: number): string => new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, "");

/** The path as it goes over the wire: every segment encoded exactly once. */
export const encodedPath = (path: string): string => path.split("/").map(percentEncoded).join("/");

export const canonicalUri = (path: string): string => encodedPath(path).replace(/\/?$/, "/");

/** Also the query as it goes over the wire. */
export function canonicalQuery(query: Signable["query"]): string {
  return [...query]
    .sort((a, b) => ascending(a[0], b[0]) || ascending(a[1], b[1]))
    .map(([name, value]) => `${percentEncoded(name)}=${percentEncoded(value)}`)
    .join("&");
}

function lowerCased(headers: Signable["headers"]): [name: string, value: string][] {
  return Object.entries(headers)
    .map(([name, value]): [string, string] => [name.toLowerCase(), value.trim()])
    .sort((a, b) => ascending(a[0], b[0]));
}

export const canonicalHeaders = (headers: Signable["headers"]): string =>
  lowerCased(headers)
    .map(([name, value]) => `${name}:${value}\n`)
    .join("");

export const signedHeaders = (headers: Signable["headers"]): string =>
  lowerCased(headers)
    .map(([name]) => name)
    .join(";");

export const hashedBody = (body: string): string => sha256(body);

export function canonicalRequest({ method, path, query, headers, body }: Signable): string {
  return [method, canonicalUri(path), canonicalQuery(query), canonicalHeaders(headers), signedHeaders(headers), hashedBody(body)].join(
    "\n",
  );
}

export const stringToSign = (date: string, canonical: string): string => `${algorithm}\n${date}\n${sha256(canonical)}`;

export const signature = (secretKey: string, text: string): string => createHmac("sha256", secretKey).update(text).digest("hex");

/** The value of the `Authorization` header. */
export function authorization(request: Signable, keys: Keys): string {
  const date = lowerCased(request.headers).find(([name]) => name === "x-sdk-date")?.[1] ?? "";
  const signed = signature(keys.secretKey, stringToSign(date, canonicalRequest(request)));
  return `${algorithm} Access=${keys.accessKey}, SignedHeaders=${signedHeaders(request.headers)}, Signature=${signed}`;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
