import type { z } from "zod";
import type { Bag, Checked } from "./handler";
import { hasUnknown, unknownMarker } from "./unknown";

/**
 * Checks `news` against `schema`. In a preview some values are not known yet: failures at or under them are dropped,
 * and so are failures of rules that span properties (`refine`) while anything is unknown; the real run checks again with real values.
 */
export function check(schema: z.ZodType<object>, news: Bag): Checked {
  const parsed = schema.safeParse(news);
  if (parsed.success) return { inputs: parsed.data as Bag, failures: [] };
  const previewing = hasUnknown(news);
  const failures = parsed.error.issues
    .flatMap((issue) => failuresOf(issue, schema, news))
    .filter((failure) => !previewing || !concernsUnknown(news, failure));
  return { inputs: withDefaults(schema, news), failures: failures.map(({ path, reason }) => ({ property: pathText(path), reason })) };
}

interface Failure {
  readonly path: readonly PropertyKey[];
  readonly reason: string;
  readonly spansProperties: boolean;
}

function failuresOf(issue: z.core.$ZodIssue, schema: z.ZodType<object>, news: Bag): Failure[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      reason: "there is no such input; check the spelling",
      spansProperties: false,
    }));
  }
  return [{ path: issue.path, reason: issue.message, spansProperties: issue.code === "custom" && !failsAlone(issue, schema, news) }];
}

/** Whether the top-level property breaks the rule all by itself, whatever its neighbours are. */
function failsAlone(issue: z.core.$ZodIssue, schema: z.ZodType<object>, news: Bag): boolean {
  const name = String(issue.path[0] ?? "");
  const alone = fieldsOf(schema)[name]?.safeParse(news[name]);
  return alone?.error?.issues.some((one) => one.message === issue.message) ?? false;
}

const fieldsOf = (schema: z.ZodType<object>): Record<string, z.ZodType> =>
  "shape" in schema ? (schema.shape as Record<string, z.ZodType>) : {};

function concernsUnknown(news: Bag, failure: Failure): boolean {
  if (failure.spansProperties) return true;
  let value: unknown = news;
  for (const key of failure.path) {
    if (value === unknownMarker) return true;
    value = typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
  }
  return hasUnknown(value);
}

/** Defaults of top-level fields, filled in one by one, so that a preview with unknown values shows them too. */
function withDefaults(schema: z.ZodType<object>, news: Bag): Bag {
  const filled: Record<string, unknown> = { ...news };
  for (const [name, field] of Object.entries(fieldsOf(schema))) {
    const parsed = field.safeParse(news[name]);
    if (parsed.success && parsed.data !== undefined) filled[name] = parsed.data;
  }
  return filled;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index > 0 ? "." : ""}${String(key)}`)).join("");
}
