import { randomUUID } from "node:crypto";
import { z } from "zod";
import { CloudError, CloudPhoneError, NetworkError } from "../../http/errors";
import { redact } from "../../http/redact";
import { patiently, withRetries } from "../../http/retry";
import type { RetryPolicy } from "../../http/retry";
import { send } from "../../http/send";
import type { HttpAnswer, HttpRequest } from "../../http/send";
import type { Context } from "../../kit/context";
import { isUnclear } from "../../kit/purchase";
import { credentialsFrom, endpointFrom } from "./credentials";
import type { JdCredentials, JdService } from "./credentials";
import { isTurnedAway, refusal } from "./refusal";
import { authorization, canonicalQuery, canonicalUri, jdDate } from "./sign";

export interface JdCall<T> {
  /** What is being done, as in "Could not <this>". */
  readonly doing: string;
  readonly method: HttpRequest["method"];
  readonly regionId: string;
  /** After `/regions/{regionId}/`, decoded. */
  readonly path: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly body?: object;
  /** Makes the client token of a write: one for all attempts, but for a refusal that passes, which JD Cloud may hand back to the old one. */
  readonly token?: () => string;
  /** Reads the fields in use out of `result`. */
  readonly result: z.ZodType<T>;
  /** Default `edcps`. */
  readonly service?: JdService;
  /** Default `v1`. */
  readonly version?: "v1" | "v2";
  /** For one attempt. Default 30 s. */
  readonly timeoutMs?: number;
  /** Sent over a connection of its own. Default: over a kept-alive one. */
  readonly isPurchase?: true;
  /** Default: patiently. Repeating must be harmless, or the body must carry a client token. */
  readonly retries?: RetryPolicy;
  /** Values that must not be shown, should the service repeat them. */
  readonly secrets?: readonly (string | undefined)[];
}

const envelope = z.object({
  requestId: z.string().optional().catch(undefined),
  result: z.unknown().optional(),
  error: z
    .object({
      code: z.number().optional().catch(undefined),
      status: z.string().optional().catch(undefined),
      message: z.string().optional().catch(undefined),
    })
    .nullish(),
});

/** Makes one call, signed anew for every attempt. */
export function call<T>(ctx: Context, what: JdCall<T>): Promise<T> {
  const credentials = credentialsFrom(ctx.settings);
  const { dispatcher, purchases, budget } = ctx.transport("jdcloud");
  let token = what.token?.();
  const once = async (): Promise<T> => {
    const message = signed(withToken(what, token), credentials, ctx);
    const via = what.isPurchase ? purchases : dispatcher;
    const sending = send(message, { dispatcher: via, timeoutMs: what.timeoutMs ?? 30_000, signal: ctx.signal });
    const answer = await sending.catch((error: unknown) => {
      if (!(error instanceof NetworkError)) throw error;
      throw new NetworkError(`Could not ${what.doing}. ${error.message}`, { cause: error, maybeSent: error.maybeSent });
    });
    return understood(what, answer, [credentials.accessKey, credentials.secretKey, ...(what.secrets ?? [])], ctx.clock.now());
  };
  let unclear: CloudPhoneError | undefined; // what an earlier attempt has left open
  const attempt = async (): Promise<T> => {
    try {
      return await once();
    } catch (error) {
      if (error instanceof CloudPhoneError && isUnclear(error)) unclear = error;
      else if (unclear !== undefined && isTurnedAway(error)) throw unclear;
      else if (error instanceof CloudError && error.kind === "throttled") token = what.token?.();
      else if (error instanceof CloudError) error.cause ??= unclear;
      throw error;
    }
  };
  const world = { budget, clock: ctx.clock, random: ctx.random, signal: ctx.signal, deadline: ctx.deadline };
  return withRetries(attempt, what.retries ?? patiently, world);
}

/** Of a DELETE the token stands in the query, else in the body. */
function withToken<T>(what: JdCall<T>, clientToken: string | undefined): JdCall<T> {
  if (clientToken === undefined) return what;
  if (what.method === "DELETE") return { ...what, query: [...(what.query ?? []), ["clientToken", clientToken]] };
  return { ...what, body: { ...what.body, clientToken } };
}

function signed<T>(what: JdCall<T>, credentials: JdCredentials, ctx: Context): HttpRequest {
  const service = what.service ?? "edcps";
  const base = new URL(endpointFrom(ctx.settings, service));
  const path = `${base.pathname.replace(/\/$/, "")}/${what.version ?? "v1"}/regions/${what.regionId}/${what.path}`;
  const query = what.query ?? [];
  const body = what.body === undefined ? "" : JSON.stringify(what.body);
  const headers = {
    "content-type": "application/json",
    host: base.host,
    "x-jdcloud-date": jdDate(ctx.clock.now()),
    "x-jdcloud-nonce": randomUUID(),
  };
  const request = { method: what.method, path, query, headers, body };
  const search = query.length === 0 ? "" : `?${canonicalQuery(query)}`;
  return {
    method: what.method,
    url: `${base.origin}${canonicalUri(path)}${search}`,
    headers: { ...headers, authorization: authorization(request, credentials, { region: what.regionId, service }) },
    body: body === "" ? undefined : body,
  };
}

/** The result, or the failure as an error. An answer that cannot be read is `transient`: whether the call was executed is not known. */
function understood<T>(what: JdCall<T>, answer: HttpAnswer, secrets: readonly (string | undefined)[], now: number): T {
  const { requestId = answer.headers["x-jdcloud-request-id"], result, error } = envelope.safeParse(json(answer.body)).data ?? {};
  if (answer.status >= 400 || error) {
    throw refusal({
      doing: what.doing,
      status: error?.code ?? answer.status,
      code: error ? (error.status ?? String(error.code ?? answer.status)) : undefined,
      message: redact(error?.message ?? "", secrets),
      requestId,
      said: what,
      now,
      date: answer.headers["date"],
    });
  }
  const read = what.result.safeParse(result);
  if (read.success) return read.data;
  throw new CloudError(
    `Could not ${what.doing}: JD Cloud answered HTTP ${answer.status} with something that is no answer to this call` +
      `${requestId === undefined ? "" : ` (JD Cloud request ${requestId})`}.`,
    { kind: "transient", code: `HTTP ${answer.status}`, status: answer.status, requestId, cause: read.error },
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
