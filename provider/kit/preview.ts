import type { Difference, PropertyDifference } from "./handler";
import { hasUnknown } from "./unknown";

/**
 * What a preview does not show by itself: the engine compares only what the program says now with what it said last, and knows nothing of money and data.
 * @param what as in `CphPhoneServer "farm"`
 * @param isShown whether the program says an input otherwise than last time
 */
export function previewLines(
  what: string,
  { properties, notes = [] }: Difference,
  isShown: (property: string) => boolean,
): readonly string[] {
  const ofKind = (kind: PropertyDifference["kind"]) => properties.filter((one) => one.kind === kind);
  const hidden = (kind: PropertyDifference["kind"]) =>
    ofKind(kind).filter(({ property, says }) => says === undefined && !isShown(property));
  const line = (ones: readonly PropertyDifference[], text: (names: string) => string): string[] =>
    ones.length === 0 ? [] : [text(namesOf(ones))];
  const later = line(ofKind("nextOrder"), (names) => `${names} will count from the next order on; what is bought stays as it is`);
  const replacing = line(hidden("replace"), (names) => `servers differ from the program in ${names}, which replaces them`);
  const inPlace =
    ofKind("replace").length > 0
      ? []
      : [
          ...ofKind("update").flatMap(({ says }) => says ?? []),
          ...line(hidden("update"), (names) => `servers differ from the program in ${names}; they will be brought to it`),
          ...warnings(ofKind("update")),
        ];
  return [...later, ...replacing, ...inPlace, ...notes].map((text) => `${what}: ${text}`);
}

/** What changes cost and lose, once for all that do the same. */
function warnings(changes: readonly PropertyDifference[]): string[] {
  const said = new Set(changes.flatMap(({ warns = [] }) => warns));
  return [...said].map((text) => `the change of ${namesOf(changes.filter(({ warns }) => warns?.includes(text)))} ${text}`);
}

const namesOf = (ones: readonly PropertyDifference[]): string => ones.map(({ property }) => property).join(", ");

/** Said of a new resource, which otherwise looks like a purchase. */
export function takeOverLines(what: string, adopt: unknown): readonly string[] {
  const ids = [adopt ?? []].flat();
  return ids.length === 0 || hasUnknown(ids) ? [] : [`${what}: takes over ${ids.map(String).join(", ")}; nothing will be bought`];
}
