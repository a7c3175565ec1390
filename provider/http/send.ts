import { request, errors } from "undici";
import type { Dispatcher } from "undici";
import { NetworkError, SettingError } from "./errors";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; repeated headers joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const neverConnected = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);
const untrusted = /^(ERR_TLS_|CERT_|UNABLE_TO_)|SELF_SIGNED_CERT/;

/** Sends one request once and returns the answer, whatever its status. The timeout covers everything up to the last byte. */
export async function send(
  message: HttpRequest,
  via: { dispatcher: Dispatcher; timeoutMs: number; signal: AbortSignal },
): Promise<HttpAnswer> {
  const url = addressOf(message.url);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    throw new SettingError(`Refusing to send signed requests to ${url.origin} without TLS: use https (plain http is for loopback only).`);
  }
  const timeout = AbortSignal.timeout(via.timeoutMs);
  try {
    const answer = await request(url, {
      method: message.method,
      headers: { ...message.headers },
      body: message.body ?? null,
      dispatcher: via.dispatcher,
      signal: AbortSignal.any([timeout, via.signal]),
      headersTimeout: 0, // `timeout` is the one deadline
      bodyTimeout: 0,
    });
    return { status: answer.statusCode, headers: flat(answer.headers), body: await answer.body.text() };
  } catch (cause) {
    via.signal.throwIfAborted();
    if (cause instanceof errors.InvalidArgumentError) {
      const what = `${message.method} ${url.origin}${url.pathname}`;
      throw new SettingError(
        `Could not send ${what}: a header holds characters that HTTP does not allow. Look for line breaks in the keys.`,
      );
    }
    const code = codeOf(cause);
    if (code !== undefined && untrusted.test(code)) {
      throw new SettingError(
        `The certificate of ${url.origin} cannot be trusted (${code}). Nothing was sent. Check the endpoint and this machine's certificates.`,
      );
    }
    const what = timeout.aborted ? `no answer within ${via.timeoutMs / 1000} s` : (code ?? String(cause));
    throw new NetworkError(`${message.method} ${url.origin}${url.pathname} failed: ${what}.`, {
      cause,
      maybeSent: !(code !== undefined && neverConnected.has(code)) && !isFailureToConnect(cause),
    });
  }
}

function addressOf(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && url.host !== "") return url;
  throw new SettingError(`"${text}" is no address to send requests to: write it in full, such as https://api.example.com.`);
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

const isFailureToConnect = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "syscall" in error && error.syscall === "connect";

function codeOf(error: unknown): string | undefined {
  // Errors of undici and of node's network modules alike.
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
}
