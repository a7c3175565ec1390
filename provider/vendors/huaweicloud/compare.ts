import { isDeepStrictEqual } from "node:util";
import { diffWith } from "../../kit/diff";
import type { DiffTable, Rule } from "../../kit/diff";
import type { PropertyDifference } from "../../kit/handler";
import type { PurchaseState } from "../../kit/purchase";
import { part } from "../../kit/unknown";
import type { CphPurchaseOutputs } from "./server-outputs";

/** Compares by the table; inputs in which the servers differ from each other differ from whatever is wanted. */
export function compare<I extends object>(
  table: DiffTable<I>,
  last: I & PurchaseState & Pick<CphPurchaseOutputs, "uneven">,
  news: I,
  marker: string,
): readonly PropertyDifference[] {
  const { properties } = diffWith<I>(table, last, news, marker);
  const seen = new Set(properties.map(({ property }) => property));
  const isHidden = (name: string): boolean => !seen.has(name) && last.uneven?.includes(name) === true;
  const hidden = Object.entries<Rule<never>>(table).filter(([name]) => isHidden(name));
  return [...properties, ...hidden.flatMap(([name, rule]) => evened(name, rule, last, news))];
}

function evened(name: string, { change, inPlaceWith }: Rule<never>, last: object, news: object): PropertyDifference[] {
  const valueIn = (bag: object, input: string): unknown => (bag as Record<string, unknown>)[input];
  if (change === "ignore" || valueIn(news, name) === undefined) return [];
  const isInPlace = inPlaceWith !== undefined && valueIn(news, inPlaceWith.input) === inPlaceWith.value;
  return [{ property: name, kind: isInPlace ? "update" : change, old: valueIn(last, name), new: valueIn(news, name) }];
}

/** An elastic IP can be at one server only: a replacement that is to have it comes after the old one has gone. */
export function sharesAddress(
  last: { readonly publicIp?: { readonly ids?: readonly string[] | undefined } | undefined },
  news: typeof last,
): boolean {
  const ids = part(news.publicIp, "ids");
  return Array.isArray(ids) && ids.some((id) => last.publicIp?.ids?.includes(id as string));
}

/** No tags are as good as none said. */
export const sameTags = (last: object | undefined, news: object | undefined): boolean => isDeepStrictEqual(last ?? {}, news ?? {});
