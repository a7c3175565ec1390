import { isDeepStrictEqual } from "node:util";
import { diffWith, differenceIn, grows, shrinks } from "../../kit/diff";
import type { DiffTable, Effect, Rule } from "../../kit/diff";
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

function evened(name: string, rule: Rule<never>, last: object, news: object): PropertyDifference[] {
  const { change, inPlaceWith } = rule;
  const valueIn = (bag: object, input: string): unknown => (bag as Record<string, unknown>)[input];
  if (change === "ignore" || valueIn(news, name) === undefined) return [];
  const isInPlace = inPlaceWith !== undefined && valueIn(news, inPlaceWith.input) === inPlaceWith.value;
  // The servers' values are not told here: each may cost or lose.
  const always = ({ says }: Effect<never>): Effect<unknown> => ({ says });
  const effects = { costs: rule.costs && always(rule.costs), wipes: rule.wipes && always(rule.wipes) };
  return [differenceIn<unknown>(name, { change, ...effects }, isInPlace ? "update" : change, valueIn(last, name), valueIn(news, name))];
}

/** An elastic IP can be at one server only: a replacement that is to have it comes after the old one has gone. */
export function sharesAddress(
  last: { readonly publicIp?: { readonly ids?: readonly string[] | undefined } | undefined },
  news: typeof last,
): boolean {
  const ids = part(news.publicIp, "ids");
  return Array.isArray(ids) && ids.some((id) => last.publicIp?.ids?.includes(id as string));
}

/** What comes with another number of servers. */
export const ofCount = {
  costs: { says: "orders the servers that are missing: a purchase", when: grows },
  wipes: { says: "gives back the servers that are too many, with all that is on them", when: shrinks },
} as const;

/** No tags are as good as none said. */
export const sameTags = (last: object | undefined, news: object | undefined): boolean => isDeepStrictEqual(last ?? {}, news ?? {});
