import { invalidArgument } from "./errors";
import { digits, orElse } from "./parameters";
import type { Kind } from "./parameters";
import { queryPairs } from "./signature";

/** One filter of a list call: `filters.1.name=status&filters.1.values.1=running`. */
export interface Filter {
  readonly name: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** The parameters of a query string; `filters.N…` come together under `filters`. */
export function readQuery(query: string): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  const filters = new Map<number, { name: string; operator: string; values: string[] }>();
  for (const [name, value] of queryPairs(query)) {
    const parts = /^filters\.([1-9]\d*)\.(name|operator|values\.[1-9]\d*)$/.exec(name);
    if (parts === null) {
      if (name in plain) throw invalidArgument(`parameter '${name}' is given twice`);
      plain[name] = value;
      continue;
    }
    const number = Number(parts[1]);
    const filter = filters.get(number) ?? { name: "", operator: "eq", values: [] };
    filters.set(number, filter);
    if (parts[2] === "name") filter.name = value;
    else if (parts[2] === "operator") filter.operator = value;
    else filter.values.push(value);
  }
  return filters.size === 0 ? plain : { ...plain, filters: [...filters.values()] };
}

/** Reads `filters`, which may use these names. Several values of a filter mean "or", several filters "and". */
export function filtersOn(...names: readonly string[]): Kind<readonly Filter[]> {
  return {
    read(value, name) {
      const filters = (value ?? []) as readonly Filter[];
      for (const filter of filters) {
        if (!names.includes(filter.name)) throw invalidArgument(`parameter '${name}': a filter named '${filter.name}' is unknown`);
        if (!["eq", "in"].includes(filter.operator))
          throw invalidArgument(`parameter '${name}': operator '${filter.operator}' is not supported by '${filter.name}'`);
        if (filter.values.length === 0) throw invalidArgument(`parameter '${name}': filter '${filter.name}' has no values`);
      }
      return filters;
    },
  };
}

export const matches = (filters: readonly Filter[], thing: object): boolean =>
  filters.every((filter) => filter.values.includes(String((thing as Record<string, unknown>)[filter.name])));

/** Whether every wanted field (those that are not `undefined`) has exactly that value. */
export const agrees = (wanted: Readonly<Record<string, string | undefined>>, thing: object): boolean =>
  Object.entries(wanted).every(([name, value]) => value === undefined || (thing as Record<string, unknown>)[name] === value);

/** Page sizes below 20 and above 100 are out of range (EdCPS API, describeInstances). */
export const paging = { pageNumber: orElse(digits(1, 1_000_000), 1), pageSize: orElse(digits(20, 100), 20) };

export interface Page {
  readonly pageNumber: number;
  readonly pageSize: number;
}

export function pageOf<T>(
  name: string,
  all: readonly T[],
  { pageNumber, pageSize }: Page,
  view: (one: T) => unknown,
): Record<string, unknown> {
  const from = (pageNumber - 1) * pageSize;
  return { [name]: all.slice(from, from + pageSize).map(view), pageNumber, pageSize, totalCount: all.length };
}
