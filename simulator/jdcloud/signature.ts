import { createHash, createHmac } from "node:crypto";
import type { CloudRequest } from "../cloud";

/** The two schemes in use (JD Cloud OpenAPI, "Signature algorithm"; V3 as current official Python clients send it). */
interface Scheme {
  readonly algorithm: string;
  readonly keyPrefix: string;
  readonly terminator: string;
  canonicalPath(path: string): string;
  headerValue(value: string): string;
}

const V2: Scheme = {
  algorithm: "JDCLOUD2-HMAC-SHA256",
  keyPrefix: "JDCLOUD2",
  terminator: "jdcloud2_request",
  canonicalPath: (path) => encodeSegments(path) || "/",
  headerValue: (value) => value.trim().replace(/ +/g, " "),
};

const V3: Scheme = {
  algorithm: "JDCLOUD3-HMAC-SHA256",
  keyPrefix: "JDCLOUD3",
  terminator: "jdcloud3_request",
  canonicalPath: (path) => encodeSegments(path.replace(/\/{2,}/g, "/")) || "/",
  headerValue: (value) => value.trim(),
};

/** What an Authorization header claims. */
export interface Claim {
  readonly scheme: Scheme;
  readonly accessKey: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Takes an Authorization header apart; `undefined` when it has another shape or names an unknown scheme. */
export function readAuthorization(header: string): Claim | undefined {
  const parts = /^(\S+) +Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(header);
  const [, algorithm, credential = "", names = "", signature = ""] = parts ?? [];
  const scheme = [V2, V3].find((one) => one.algorithm === algorithm);
  const [accessKey, day, region, service, terminator, ...rest] = credential.split("/");
  if (scheme === undefined || rest.length > 0) return undefined;
  if (!accessKey || !day || !region || !service || terminator === undefined) return undefined;
  return { scheme, accessKey, day, region, service, terminator, signedHeaders: names.split(";"), signature };
}

/** Headers that must be among the signed ones. V3 clients sign neither date nor nonce as headers. */
export function mustSign(claim: Claim, request: CloudRequest): readonly string[] {
  if (claim.scheme === V3) return [];
  return ["x-jdcloud-date", "x-jdcloud-nonce", ...("x-jdcloud-security-token" in request.headers ? ["x-jdcloud-security-token"] : [])];
}

/** Whether the claimed signature is the one that the holder of `secretKey` makes for this request. */
export function isSignedBy(secretKey: string, claim: Claim, request: CloudRequest): boolean {
  const { scheme, day, region, service } = claim;
  if (claim.terminator !== scheme.terminator) return false;
  if (claim.signedHeaders.some((name) => !(name in request.headers))) return false;
  const date = request.headers["x-jdcloud-date"] ?? "";
  const scope = `${day}/${region}/${service}/${scheme.terminator}`;
  const stringToSign = [scheme.algorithm, date, scope, sha256(canonicalRequest(claim, request))].join("\n");
  const signingKey = [day, region, service, scheme.terminator].reduce<string | Buffer>(hmac, scheme.keyPrefix + secretKey);
  return hmac(signingKey, stringToSign).toString("hex") === claim.signature;
}

function canonicalRequest(claim: Claim, request: CloudRequest): string {
  const names = [...claim.signedHeaders].sort();
  return [
    request.method.toUpperCase(),
    claim.scheme.canonicalPath(request.path),
    canonicalQuery(request.query),
    ...names.map((name) => `${name}:${claim.scheme.headerValue(request.headers[name] ?? "")}`),
    "",
    names.join(";"),
    sha256(request.body),
  ].join("\n");
}

function canonicalQuery(query: string): string {
  return queryPairs(query)
    .sort(([a, x], [b, y]) => order(a, b) || order(x, y))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join("&");
}

/** Decoded names and values in the order sent. A plus sign is a plus sign. */
export function queryPairs(query: string): [name: string, value: string][] {
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      return at < 0 ? [decode(pair), ""] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
    });
}

/** Percent-decodes; text that is not a valid encoding stands for itself. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const encodeSegments = (path: string): string => path.split("/").map(decode).map(encode).join("/");
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const sha256 = (bytes: string | Buffer): string => createHash("sha256").update(bytes).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
