import { createHash, createHmac, randomUUID } from "node:crypto";

// A small JD Cloud client for the simulator's tests, written from the vendor's signature document.

export interface Keys {
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface Options {
  readonly url: string;
  readonly keys: Keys;
  /** The time that the signature is dated with, in ms since 1970. */
  readonly now: () => number;
}

export interface Over {
  readonly version?: 2 | 3;
  readonly nonce?: string;
  readonly date?: string;
  readonly scopeDay?: string;
  readonly scopeRegion?: string;
  readonly service?: string;
  /** Changed or added after signing; `undefined` takes a header away. */
  readonly headers?: Record<string, string | undefined>;
  /** Signed along with the usual ones. */
  readonly signed?: Record<string, string>;
  /** Left out of the signature. */
  readonly unsigned?: string[];
  readonly keys?: Keys;
  readonly rawBody?: string;
}

export interface Reply {
  readonly status: number;
  readonly body: {
    readonly requestId: string;
    readonly result?: Record<string, unknown>;
    readonly error?: { readonly code: number; readonly status: string; readonly message: string };
  };
}

export type Send = (method: string, path: string, body?: unknown, over?: Over) => Promise<Reply>;

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text, "utf8").digest();
const percent = (text: string): string =>
  Array.from(Buffer.from(text, "utf8"), (byte) =>
    /[A-Za-z0-9._~-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");

export function compactDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

/** `path` as a person writes it: `/v1/regions/cn-east-tz1/instances?name=a b`; names and values are encoded here. */
export function jdClient(options: Options): Send {
  return async (method, path, body, over = {}) => {
    const [rawPath = "", rawQuery = ""] = path.split("?");
    const url = new URL(options.url);
    const canonicalPath = rawPath.split("/").map(percent).join("/");
    const pairs = rawQuery === "" ? [] : rawQuery.split("&").map((pair) => pair.split("=").map(percent).join("="));
    const query = pairs.sort().join("&");
    const text = over.rawBody ?? (body === undefined ? "" : JSON.stringify(body));
    const service = over.service ?? (rawPath.startsWith("/v2/") ? "renewal" : rawPath.includes("/tags:") ? "resourcetag" : "edcps");
    const region = over.scopeRegion ?? /\/regions\/([^/]+)/.exec(rawPath)?.[1] ?? "jdcloud-api";
    const date = over.date ?? compactDate(options.now());
    const headers: Record<string, string> = {
      "content-type": "application/json",
      host: url.host,
      "x-jdcloud-date": date,
      "x-jdcloud-nonce": over.nonce ?? randomUUID(),
      ...over.signed,
    };
    const authorization = sign({
      method,
      path: canonicalPath,
      query,
      headers,
      text,
      service,
      region,
      date,
      keys: over.keys ?? options.keys,
      over,
    });
    const sent: Record<string, string | undefined> = { ...headers, authorization, ...over.headers };
    delete sent["host"];
    const response = await fetch(`${options.url}${canonicalPath}${query === "" ? "" : `?${query}`}`, {
      method,
      headers: Object.fromEntries(Object.entries(sent).filter((one): one is [string, string] => one[1] !== undefined)),
      ...(text === "" ? {} : { body: text }),
    });
    return { status: response.status, body: (await response.json()) as Reply["body"] };
  };
}

interface Signing {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  text: string;
  service: string;
  region: string;
  date: string;
  keys: Keys;
  over: Over;
}

function sign({ method, path, query, headers, text, service, region, date, keys, over }: Signing): string {
  const version = over.version ?? 2;
  const wanted = version === 3 ? ["content-type", "host"] : Object.keys(headers);
  const names = wanted.filter((name) => !over.unsigned?.includes(name)).sort();
  const lines = names.map((name) => `${name}:${headers[name] ?? ""}\n`).join("");
  const canonical = [method, path, query, lines, names.join(";"), sha256(text)].join("\n");
  const day = over.scopeDay ?? date.slice(0, 8);
  const terminator = `jdcloud${version}_request`;
  const scope = `${day}/${region}/${service}/${terminator}`;
  const toSign = `JDCLOUD${version}-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`;
  let key: string | Buffer = `JDCLOUD${version}${keys.secretKey}`;
  for (const part of scope.split("/")) key = hmac(key, part);
  const signature = hmac(key, toSign).toString("hex");
  return `JDCLOUD${version}-HMAC-SHA256 Credential=${keys.accessKey}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
}
