import { z } from "zod";
import { CloudError, NetworkError } from "../../http/errors";
import type { FailureKind } from "../../http/errors";
import { redact } from "../../http/redact";
import { patiently, withRetries } from "../../http/retry";
import { send } from "../../http/send";
import type { HttpAnswer } from "../../http/send";
import type { Context } from "../../kit/context";
import { credentials } from "./credentials";
import { adviceFor, kindOf, kindOfStatus } from "./ret-codes";
import { flatten, signature } from "./sign";
import type { Parameters } from "./sign";

const readTimeoutMs = 30_000;
// The gateway answers RetCode 110 after 60 s; hanging up before that would lose the answer to a purchase.
const purchaseTimeoutMs = 70_000;

/** How one action is called. */
export interface How {
  /** What is done, for messages: "read UPhoneServer uphs-1". */
  readonly doing: string;
  /** Sent exactly once: it costs money or wipes phones, and UCloud knows no idempotency token. Everything else is repeated after passing failures. */
  readonly once?: true;
  /** A secret among the parameters: kept out of every message. */
  readonly secret?: string | undefined;
  /** Empty text is sent, which clears a value; otherwise it is left out. */
  readonly keepEmpty?: true;
}

const envelope = z.looseObject({
  RetCode: z.union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number),
  ]),
  Message: z.string().nullish(),
});

/** Calls one action of the UCloud API in one project and reads its answer by `reply`. */
export async function call<T>(ctx: Context, action: string, parameters: Parameters, reply: z.ZodType<T>, how: How): Promise<T> {
  const { dispatcher, purchases, budget } = ctx.transport("ucloud");
  const attempt = async (): Promise<T> => {
    const { publicKey, privateKey, securityToken, endpoint } = credentials(ctx.settings);
    const secrets = [privateKey, publicKey, securityToken, how.secret];
    const flat = flatten(
      { ...parameters, Action: action, PublicKey: publicKey, SecurityToken: securityToken },
      how.keepEmpty ? "keep" : "omit",
    );
    const answer = await sending(how, secrets, () =>
      send(
        {
          method: "POST",
          url: endpoint,
          headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
          body: new URLSearchParams({ ...flat, Signature: signature(flat, privateKey) }).toString(),
        },
        { dispatcher: how.once ? purchases : dispatcher, timeoutMs: how.once ? purchaseTimeoutMs : readTimeoutMs, signal: ctx.signal },
      ),
    );
    return understand(answer, action, reply, how, secrets);
  };
  if (how.once) return attempt();
  return withRetries(attempt, patiently, { budget, clock: ctx.clock, random: ctx.random, signal: ctx.signal, deadline: ctx.deadline });
}

/** Says in the message of a network failure what was being done. */
async function sending(how: How, secrets: readonly (string | undefined)[], request: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw new NetworkError(redact(`Could not ${how.doing}: ${error.message}`, secrets), { cause: error, maybeSent: error.maybeSent });
  }
}

/** UCloud answers HTTP 200 with a RetCode for everything its API decides; other statuses come from the gateway before or after it. */
function understand<T>(answer: HttpAnswer, action: string, reply: z.ZodType<T>, how: How, secrets: readonly (string | undefined)[]): T {
  const { status } = answer;
  const requestId = answer.headers["x-ucloud-request-uuid"];
  const trace = requestId === undefined ? action : `${action}, request ${requestId}`;
  const refusal = (kind: FailureKind, code: string, said: string, advice = ""): CloudError =>
    new CloudError(redact(`Could not ${how.doing}: ${said} (${trace}). ${advice}`.trimEnd(), secrets), { kind, code, status, requestId });

  const body = json(answer.body);
  const read = envelope.safeParse(body);
  if (!read.success || (status >= 400 && read.data.RetCode === 0)) {
    throw refusal(kindOfStatus(status), `HTTP ${status}`, `UCloud answered HTTP ${status} without a readable result`);
  }
  const { RetCode, Message } = read.data;
  if (RetCode !== 0) {
    const said = `UCloud answered RetCode ${RetCode}${Message ? ` "${Message}"` : ""}`;
    throw refusal(status >= 400 ? kindOfStatus(status) : kindOf(RetCode), String(RetCode), said, adviceFor(RetCode, Message ?? "", action));
  }
  const understood = reply.safeParse(body);
  if (understood.success) return understood.data;
  const where = understood.error.issues.map((issue) => issue.path.join(".")).join(", ");
  // RetCode 0 says that it was done: of a purchase that counts, whatever the answer looks like.
  throw refusal(how.once ? "transient" : "fatal", "0", `UCloud's answer does not have the documented shape at ${where}`);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
