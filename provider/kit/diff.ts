import { isDeepStrictEqual } from "node:util";
import type { Difference, PropertyDifference } from "./handler";
import { markerFrom } from "./marker";
import type { PurchaseState } from "./purchase";
import { hasUnknown } from "./unknown";

/** What a changed input means. */
export type Change =
  /** The cloud changes it in place, or only our own state has it. */
  | "update"
  /** Only a new server has it. */
  | "replace"
  /** It is a term of purchases (a period, a voucher): the next order has it, and what is bought stays as it is. */
  | "nextOrder"
  /** It matters when the resource is created, and never again. */
  | "ignore";

export interface Rule<T> {
  readonly change: Change;
  /** With this value of another input the cloud changes it in place, instead of being asked for a new server. */
  readonly inPlaceWith?: { readonly input: string; readonly value: string };
  /** Whether two values mean the same to the cloud. Default: deeply equal. */
  readonly same?: (last: T, news: T) => boolean;
  /** When the input is left out the cloud chooses: then nothing is compared. */
  readonly chosenByCloud?: true;
  /** What a change in place costs; the preview says so. */
  readonly costs?: Effect<T>;
  /** Which data a change in place loses; the preview says so. */
  readonly wipes?: Effect<T>;
  /** What does not run during a change in place; the preview says so. */
  readonly interrupts?: Effect<T>;
  /** By which calls a change is made in place, for docs/changes.md; of one that only our state has, when it takes effect. Default: none is. */
  readonly how?: string;
  /** Where the cloud shows the value, for docs/changes.md. Default: nowhere, so that only changes of the program are seen. */
  readonly shown?: string;
}

/** What comes with a change in place. */
export interface Effect<T> {
  /** Behind "the change of imageId", as in `resets all phones: their data is lost`. */
  readonly says: string;
  /** Default: with every change. */
  readonly when?: (last: T, news: T) => boolean;
}

/** One line per input: a forgotten one does not compile. */
export type DiffTable<I> = { readonly [K in keyof Required<I>]: Rule<I[K]> };

/**
 * Compares state and inputs by the table. A value not known yet counts as changed, and so does a purchase that is not over, and a marker
 * that is not the resource's (the resource was renamed by an alias, or its state is older than markers).
 * @param marker the resource's part of the marker; empty: not compared
 */
export function diffWith<I extends object>(table: DiffTable<I>, last: I & PurchaseState, news: I, marker: string): Difference {
  const properties: PropertyDifference[] = [];
  for (const name of Object.keys(table) as (keyof I & string)[]) {
    const rule: Rule<I[typeof name]> = table[name];
    if (rule.change === "ignore") continue;
    if (rule.chosenByCloud && news[name] === undefined) continue;
    if (!hasUnknown(news[name]) && (rule.same ?? sameValue)(last[name], news[name])) continue;
    properties.push(differenceIn(name, rule, kindOf(rule, rule.change, news), last[name], news[name]));
  }
  if (!last.isReady) properties.push({ property: "isReady", kind: "update", old: false, new: true, says: unfinished });
  if (marker !== "" && markerFrom(last.marker)?.resource !== marker)
    properties.push({ property: "marker", kind: "update", old: last.marker, new: marker, says: otherMarker });
  return { properties, deleteBeforeReplace: false };
}

const unfinished = "the last run did not see it through; the update goes on where that stopped";
const otherMarker = "what is bought carries another marker than this resource's; the update marks it anew";

/** One input's difference, with what it costs, loses and interrupts when it is made in place. */
export function differenceIn<T>(
  property: string,
  { costs, wipes, interrupts }: Rule<T>,
  kind: PropertyDifference["kind"],
  last: T,
  news: T,
): PropertyDifference {
  const isOpen = hasUnknown(news);
  const happens = ({ when }: Effect<T>): boolean => isOpen || (when?.(last, news) ?? true);
  const effects = kind === "update" ? [costs, wipes, interrupts].filter((effect) => effect !== undefined).filter(happens) : [];
  const warns = effects.map(({ says, when }) => (isOpen && when !== undefined ? `${says} (perhaps: the value is not known yet)` : says));
  return { property, kind, old: last, new: news, ...(warns.length === 0 ? {} : { warns }) };
}

/** The value is a larger number than before, or there was none. */
export const grows = (last: unknown, news: unknown): boolean => typeof news === "number" && news > (typeof last === "number" ? last : 0);
/** The value is a smaller number than before. */
export const shrinks = (last: unknown, news: unknown): boolean => typeof last === "number" && typeof news === "number" && news < last;

const kindOf = <T>({ inPlaceWith }: Rule<T>, change: PropertyDifference["kind"], news: object): PropertyDifference["kind"] =>
  inPlaceWith !== undefined && (news as Readonly<Record<string, unknown>>)[inPlaceWith.input] === inPlaceWith.value ? "update" : change;

/** Left out means the same as the usual value. */
export const leftOutIs =
  <T>(usual: T) =>
  (last: T | undefined, news: T | undefined): boolean =>
    (last ?? usual) === (news ?? usual);

/** The engine drops members that are undefined, so state and inputs may differ in them. */
const sameValue = (last: unknown, news: unknown): boolean => isDeepStrictEqual(withoutUndefined(last), withoutUndefined(news));

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutUndefined(member)]));
}
