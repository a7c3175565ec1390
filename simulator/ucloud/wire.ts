import type { CloudRequest } from "../cloud";
import { missing, notAvailable } from "./errors";

/** Parameters as they were sent: text from a query or a form, JSON values from a JSON body. */
export type Sent = Readonly<Record<string, unknown>>;

/** The parameters of a GET query, a form or a JSON body; undefined when the request carries none that can be read. */
export function sentParameters(request: CloudRequest): Sent | undefined {
  if (request.method === "GET") return fromForm(request.query);
  // With POST the query is not read: official clients repeat Action there, for logs only.
  const body = request.body.toString("utf8");
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/x-www-form-urlencoded") return fromForm(body);
  return type === "application/json" ? fromJson(body) : undefined;
}

function fromForm(text: string): Sent {
  const pairs = [...new URLSearchParams(text)];
  const twice = pairs.find(([name], index) => pairs.findIndex(([other]) => other === name) !== index);
  if (twice !== undefined) throw notAvailable(twice[0]);
  return Object.fromEntries(pairs);
}

function fromJson(text: string): Sent | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) && isShallow(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** No parameter goes deeper than a few levels; a body that does is not read. */
function isShallow(value: unknown, levels = 10): boolean {
  return typeof value !== "object" || value === null || (levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1)));
}

/** A copy of an object without some of its members. */
export function without(members: Readonly<Record<string, unknown>>, ...names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
}

/** Parameters by their flat names (`ServerIds.0`), whatever shape they were sent in. */
export type Flat = ReadonlyMap<string, string | number | boolean>;

export function flatten(sent: Sent): Flat {
  const flat = new Map<string, string | number | boolean>();
  const add = (name: string, value: unknown): void => {
    if (typeof value === "object" && value !== null) {
      for (const [member, inner] of Object.entries(value)) add(`${name}.${member}`, inner);
    } else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      if (flat.has(name)) throw notAvailable(name);
      flat.set(name, value);
    } else {
      throw notAvailable(name);
    }
  };
  for (const [name, value] of Object.entries(sent)) add(name, value);
  return flat;
}

type Scalar = string | number | boolean;

/** Hands out each value once: what nobody has taken in the end is unknown. */
type Take = (name: string) => Scalar | undefined;

/** One parameter of an operation: how its value is read under its name. */
export interface Parameter<T> {
  /** Absent, or present but empty where that means nothing, is undefined; a value of the wrong type is refused. */
  read(name: string, take: Take): T;
}

const scalar = <T>(convert: (value: Scalar) => T | undefined): Parameter<T | undefined> => ({
  read: (name, take) => {
    const value = take(name);
    if (value === undefined) return undefined;
    const converted = convert(value);
    if (converted === undefined) throw notAvailable(name);
    return converted;
  },
});

/** Text. What an empty value means is undocumented; where nothing is known about it, it is refused. */
export const text = scalar((value) => (typeof value === "string" && value !== "" ? value : undefined));

/** Text that may be empty. */
export const emptyableText = scalar((value) => (typeof value === "string" ? value : undefined));

/** Whole number, as digits or as a JSON number. */
export const int = scalar((value) => {
  const number = typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : undefined;
});

export const bool = scalar((value) =>
  value === true || value === "true" ? true : value === false || value === "false" ? false : undefined,
);

/** One of the given words. */
export const oneOf = <W extends string>(...words: readonly W[]): Parameter<W | undefined> =>
  scalar((value) => words.find((word) => word === value));

/** List of texts, sent as `Name.0`, `Name.1` … or as a JSON array. Absent: empty. */
export const texts: Parameter<readonly string[]> = {
  read: (name, take) => {
    const values: string[] = [];
    for (let value = take(`${name}.0`); value !== undefined; value = take(`${name}.${values.length}`)) {
      if (typeof value !== "string" || value === "") throw notAvailable(`${name}.${values.length}`);
      values.push(value);
    }
    return values;
  },
};

/** The same parameter, refused with "Missing params" when it is absent. */
export function required<T>(parameter: Parameter<T>): Parameter<NonNullable<T>> {
  return {
    read: (name, take) => {
      const value = parameter.read(name, take);
      if (value === undefined || value === null) throw missing(name);
      return value;
    },
  };
}

export type Values<S> = { readonly [N in keyof S]: S[N] extends Parameter<infer T> ? T : never };

/** Reads all parameters of an operation. Names that are neither its own nor in `everywhere` are refused. */
export function readParameters<S extends Readonly<Record<string, Parameter<unknown>>>>(
  own: S,
  everywhere: readonly string[],
  flat: Flat,
): Values<S> {
  const left = new Map(flat);
  const take: Take = (name) => {
    const value = left.get(name);
    left.delete(name);
    return value;
  };
  const values = Object.entries(own).map(([name, parameter]) => [name, parameter.read(name, take)] as const);
  const unknown = [...left.keys()].find((name) => !everywhere.includes(name));
  if (unknown !== undefined) throw notAvailable(unknown);
  // The one cast: the mapped type says for every name what its parameter reads.
  return Object.fromEntries(values) as Values<S>;
}
