/** Rules that span inputs. zod runs those of an object only when nothing in it is wrong; people want to know everything at once. */
import { z } from "zod";

type Broken = z.core.$ZodIssueCustom;

/** What the rules of `schema`, and of the objects in it, find in `given`. Each goes as far as it looks at nothing that is wrong itself. */
export const brokenRules = (schema: z.ZodType, given: unknown): readonly Broken[] => read(schema, given).broken;

interface Reading {
  /** The value with defaults and conversions; looking at what is wrong throws `stop`. */
  readonly value: () => unknown;
  readonly broken: readonly Broken[];
}

const stop = new Error("This value is wrong.");
const wrong: Reading = {
  value: () => {
    throw stop;
  },
  broken: [],
};

function read(schema: z.ZodType, given: unknown): Reading {
  const parsed = schema.safeParse(given);
  if (parsed.success) return { value: () => parsed.data, broken: [] };
  const object = objectIn(schema);
  if (object === undefined || typeof given !== "object" || given === null) return wrong;
  const fields = Object.entries(object.shape).map(([name, field]) => ({
    name,
    ...read(field as z.ZodType, (given as Record<string, unknown>)[name]),
  }));
  const value: object = {};
  for (const { name, value: get } of fields) Object.defineProperty(value, name, { get, enumerable: true });
  const below = fields.flatMap(({ name, broken }) => broken.map((issue) => ({ ...issue, path: [name, ...issue.path] })));
  return { value: () => value, broken: [...below, ...(object.def.checks ?? []).flatMap((rule) => foundBy(rule, value))] };
}

function foundBy(rule: z.core.$ZodCheck, value: object): Broken[] {
  const issues: z.core.$ZodRawIssue[] = [];
  try {
    void rule._zod.check({ value: value as never, issues }); // what it takes no type says
  } catch (error) {
    if (error !== stop) throw error;
  }
  return issues.map(({ path = [], message = "" }) => ({ code: "custom", path, message }));
}

/** The object that a value has to be, if it has to be one. */
function objectIn(schema: z.core.$ZodType): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema;
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
    ? objectIn(schema.unwrap())
    : undefined;
}
