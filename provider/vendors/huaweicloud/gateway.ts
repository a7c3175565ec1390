import type { z } from "zod";
import { CloudError } from "../../http/errors";
import { patiently, withRetries } from "../../http/retry";
import { send } from "../../http/send";
import type { HttpAnswer } from "../../http/send";
import type { Context } from "../../kit/context";
import type { Credentials } from "./credentials";
import { cloudError, parsed, refusalIn } from "./errors";
import { authorization, canonicalQuery, encodedPath, sdkDate } from "./sign";

/** Who asks, and by which connections. */
export interface Caller {
  readonly ctx: Context;
  readonly credentials: Credentials;
}

/** One call of Huawei Cloud. */
export interface Call<T> {
  /** For errors: what is tried, on what, as in `rename server 0a1b to "farm"`. */
  readonly doing: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Scheme and host. */
  readonly endpoint: string;
  /** Decoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: object;
  /** Goes into `X-Project-Id`. */
  readonly projectId?: string;
  /** Further headers, signed like the rest. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly answer: z.ZodType<T>;
  /** `data`: an error code in a good answer is about what was asked for, not about the call. */
  readonly errorInAnswer?: "data";
}

const quickMs = 30_000;
/** Longer than any gateway waits for its back end, so that a late answer to a purchase is not lost. */
const purchaseMs = 90_000;

/** For reads, and writes that may be repeated without harm. */
export async function call<T>(caller: Caller, what: Call<T>): Promise<T> {
  const { ctx } = caller;
  const { dispatcher, budget } = ctx.transport("huaweicloud");
  return withRetries(() => exchange(caller, what, { dispatcher, timeoutMs: quickMs }), patiently, { ...ctx, budget });
}

/** For orders, and whatever else must reach the cloud once at most. */
export async function callOnce<T>(caller: Caller, what: Call<T>): Promise<T> {
  return exchange(caller, what, { dispatcher: caller.ctx.transport("huaweicloud").purchases, timeoutMs: purchaseMs });
}

type Via = Parameters<typeof send>[1];

async function exchange<T>(caller: Caller, what: Call<T>, via: Pick<Via, "dispatcher" | "timeoutMs">): Promise<T> {
  const { ctx, credentials } = caller;
  const answer = await send(signed(caller, what), { ...via, signal: ctx.signal });
  const secrets = [credentials.secretKey, credentials.accessKey, credentials.securityToken];
  const json = parsed(answer.body);
  if (answer.status < 200 || answer.status > 299 || (what.errorInAnswer !== "data" && isRefusal(json))) {
    throw cloudError(what.doing, answer, secrets);
  }
  const read = what.answer.safeParse(json);
  if (!read.success) throw strangeAnswer(what.doing, answer, read.error);
  return read.data;
}

function signed({ ctx, credentials }: Caller, what: Call<unknown>): Parameters<typeof send>[0] {
  const url = new URL(what.endpoint);
  const body = what.body === undefined ? "" : JSON.stringify(what.body);
  const headers = {
    host: url.host,
    "x-sdk-date": sdkDate(ctx.clock.now()),
    ...(what.projectId === undefined ? {} : { "x-project-id": what.projectId }),
    ...(credentials.securityToken === undefined ? {} : { "x-security-token": credentials.securityToken }),
    ...(body === "" ? {} : { "content-type": "application/json" }),
    ...what.headers,
  };
  const query = Object.entries(what.query ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]));
  const search = query.length === 0 ? "" : `?${canonicalQuery(query)}`;
  return {
    method: what.method,
    url: `${url.origin}${encodedPath(what.path)}${search}`,
    headers: { ...headers, authorization: authorization({ method: what.method, path: what.path, query, headers, body }, credentials) },
    ...(body === "" ? {} : { body }),
  };
}

/** Some refusals come with status 200. An answer that names an order or servers is none: they were bought. */
function isRefusal(json: unknown): boolean {
  if (typeof json !== "object" || json === null || ("order_id" in json && json.order_id) || hasServers(json)) return false;
  const refusal = "error_code" in json ? refusalIn({ error_code: json.error_code }) : undefined;
  return refusal !== undefined && refusal.code !== "CBC.0000";
}

const hasServers = (json: object): boolean => "server_ids" in json && Array.isArray(json.server_ids) && json.server_ids.length > 0;

function strangeAnswer(doing: string, answer: HttpAnswer, cause: z.ZodError): CloudError {
  const where = [...new Set(cause.issues.map((issue) => issue.path.map(String).join(".") || "the whole"))].join(", ");
  const requestId = answer.headers["x-request-id"];
  const from = requestId === undefined ? "" : ` (request ${requestId})`;
  return new CloudError(`Could not ${doing}: the answer of Huawei Cloud has not the documented shape in ${where}${from}.`, {
    kind: "transient",
    code: "strange answer",
    status: answer.status,
    requestId,
    cause,
  });
}
