import { z } from "zod";
import type { Timeouts } from "./handler";

const rule = 'write a duration such as "90m", "1h30m" or "45s"';
// The durations of Pulumi's own customTimeouts, which are Go's.
const duration = z.string(rule).refine((text) => /^(\d+(\.\d+)?(h|ms?|s))+$/.test(text) && milliseconds(text) > 0, rule);

// Written out, because only so its comments reach the type declarations that programs see.
export type TimeoutFields = {
  /** How long to wait for a bought server to be ready, e.g. `"90m"`, `"1h30m"`. Default 90 minutes. A server that is late is kept: the next `pulumi up` goes on waiting. Servers that a larger `count` buys have as long. */
  create: z.ZodOptional<z.ZodString>;
  /** How long a change in place may take. Default 30 minutes. */
  update: z.ZodOptional<z.ZodString>;
  /** How long to wait for a server to be gone. Default 30 minutes. */
  delete: z.ZodOptional<z.ZodString>;
};
const limit = duration.optional();

/** The `timeouts` input, the same for every resource. */
export const timeoutsInput: z.ZodOptional<z.ZodObject<TimeoutFields, z.core.$strict>> = z
  .strictObject({ create: limit, update: limit, delete: limit })
  .optional();

/** How long `operation` may take, in ms: the program's word, else the resource's default. */
export function timeoutMs(operation: keyof Timeouts, said: unknown, defaults: Timeouts): number {
  const text = typeof said === "object" && said !== null && operation in said ? (said as Record<string, unknown>)[operation] : undefined;
  const { data } = duration.safeParse(text);
  return data === undefined ? defaults[operation] * 60_000 : milliseconds(data);
}

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

function milliseconds(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms?|s)/g)];
  return parts.reduce((total, [, amount, unit]) => total + Number(amount) * (unitMs[unit ?? ""] ?? 0), 0);
}
