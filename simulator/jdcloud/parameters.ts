import { invalidArgument, outOfRange } from "./errors";

/** Reads one parameter, or refuses it in the vendor's words. A missing parameter arrives as `undefined`. */
export interface Kind<T> {
  read(value: unknown, name: string): T;
}

export type Shape = Readonly<Record<string, Kind<unknown>>>;
export type ReadOf<S extends Shape> = { [Name in keyof S]: S[Name] extends Kind<infer T> ? T : never };

const kind = <T>(what: string, accepts: (value: unknown) => value is T): Kind<T> => ({
  read(value, name) {
    if (value === undefined) throw invalidArgument(`parameter '${name}' is required`);
    if (!accepts(value)) throw invalidArgument(`parameter '${name}' must be ${what}`);
    return value;
  },
});

export const text: Kind<string> = kind("a string", (value) => typeof value === "string");
export const flag: Kind<boolean> = kind("a boolean", (value) => typeof value === "boolean");
const wholeNumber: Kind<number> = kind("an integer", (value): value is number => Number.isSafeInteger(value));

export function integer(min: number, max: number): Kind<number> {
  return {
    read(value, name) {
      const number = wholeNumber.read(value, name);
      if (number < min || number > max) throw outOfRange(`parameter '${name}' is out of range [${min}, ${max}]`);
      return number;
    },
  };
}

/** An integer in a query string. */
export function digits(min: number, max: number): Kind<number> {
  return {
    read(value, name) {
      const sent = text.read(value, name);
      if (!/^-?\d{1,15}$/.test(sent)) throw invalidArgument(`parameter '${name}' must be an integer`);
      return integer(min, max).read(Number(sent), name);
    },
  };
}

export function oneOf<const V extends string>(...values: readonly V[]): Kind<V> {
  return kind(`one of ${values.join(", ")}`, (value): value is V => values.some((one) => one === value));
}

export function listOf<T>(item: Kind<T>): Kind<T[]> {
  const list = kind("a list", (value): value is unknown[] => Array.isArray(value));
  return { read: (value, name) => list.read(value, name).map((one, index) => item.read(one, `${name}[${index}]`)) };
}

/** Official clients send `null` for what is not set. */
export function optional<T>(inner: Kind<T>): Kind<T | undefined> {
  return { read: (value, name) => (value === undefined || value === null ? undefined : inner.read(value, name)) };
}

export function orElse<T>(inner: Kind<T>, fallback: T): Kind<T> {
  return { read: (value, name) => (value === undefined || value === null ? fallback : inner.read(value, name)) };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const object = kind("an object", isObject);

/** An object of these fields, checked in this order; any other that is not `null` is refused. */
export function fields<S extends Shape>(shape: S): Kind<ReadOf<S>> {
  return {
    read(value, name) {
      const sent = object.read(value, name);
      const inside = (field: string): string => (name === "" ? field : `${name}.${field}`);
      const read = Object.entries(shape).map(([field, one]) => [field, one.read(sent[field] ?? undefined, inside(field))] as const);
      const unknown = Object.keys(sent).find((field) => !(field in shape) && sent[field] !== null);
      if (unknown !== undefined) throw invalidArgument(`parameter '${inside(unknown)}' is unknown`);
      return Object.fromEntries(read) as ReadOf<S>;
    },
  };
}

export const nothing = fields({});
