import type { z } from "zod";
import type { Bag, CheckFailure, Checked } from "./handler";
import { brokenRules } from "./rules";
import { hasUnknown, unknownMarker } from "./unknown";

/**
 * Checks `news` against `schema`, and names everything that is wrong at once. In a preview some values are not known yet: failures at or under them are dropped,
 * and so are failures of rules that span properties (`refine`) while anything is unknown; the real run checks again with real values.
 */
export function check(schema: z.ZodType<object>, news: Bag): Checked {
  const parsed = schema.safeParse(news);
  if (parsed.success) return { inputs: withUnknowns(parsed.data as Bag, news), failures: [] };
  const previewing = hasUnknown(news);
  const failures = [...parsed.error.issues, ...brokenRules(schema, news)]
    .flatMap((issue) => failuresOf(issue, schema, news))
    .filter((failure) => !previewing || !mayBeOver(news, failure))
    .map(({ path, reason }) => ({ property: pathText(path), reason }));
  const isNew = ({ property, reason }: CheckFailure, index: number): boolean =>
    index === failures.findIndex((other) => other.property === property && other.reason === reason);
  return { inputs: withUnknowns(withDefaults(schema, news), news), failures: failures.filter(isNew) };
}

interface Failure {
  readonly path: readonly PropertyKey[];
  readonly reason: string;
  /** Path of the value that it depends on; `[]` is everything, `undefined` no value at all. */
  readonly dependsOn: readonly PropertyKey[] | undefined;
}

function failuresOf(issue: z.core.$ZodIssue, schema: z.ZodType<object>, news: Bag): Failure[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      reason: "there is no such input; check the spelling",
      dependsOn: undefined,
    }));
  }
  // A rule of the schema's own may look at everything below the place where it was written, whatever path it names.
  const dependsOn = issue.code !== "custom" ? issue.path : failsAlone(issue, schema, news) ? issue.path.slice(0, 1) : [];
  return [{ path: issue.path, reason: reasonOf(issue, news), dependsOn }];
}

/** The schema's own words, if it has any; of a missing input zod says only what type it expected, and of a key in a map only what the map should be. */
function reasonOf(issue: z.core.$ZodIssue, news: Bag): string {
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  const isMissing = issue.code === "invalid_type" && issue.message.startsWith("Invalid input") && valueAt(news, issue.path) === undefined;
  return isMissing ? `is required (${issue.expected})` : issue.message;
}

/** Whether the top-level property breaks the rule all by itself, whatever its neighbours are. */
function failsAlone(issue: z.core.$ZodIssue, schema: z.ZodType<object>, news: Bag): boolean {
  const name = String(issue.path[0] ?? "");
  const alone = fieldsOf(schema)[name]?.safeParse(news[name]);
  return alone?.error?.issues.some((one) => one.message === issue.message) ?? false;
}

const fieldsOf = (schema: z.ZodType<object>): Record<string, z.ZodType> =>
  "shape" in schema ? (schema.shape as Record<string, z.ZodType>) : {};

/** Whether the failure may be gone once every value is known. */
function mayBeOver(news: Bag, { dependsOn }: Failure): boolean {
  if (dependsOn === undefined) return false;
  return hasUnknown(valueAt(news, dependsOn)) || dependsOn.some((_, depth) => valueAt(news, dependsOn.slice(0, depth)) === unknownMarker);
}

function valueAt(news: Bag, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined),
    news,
  );
}

/** What is not known yet stays as it came: no schema can convert it. */
function withUnknowns(inputs: Bag, news: Bag): Bag {
  return { ...inputs, ...Object.fromEntries(Object.entries(news).filter(([, value]) => hasUnknown(value))) };
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
