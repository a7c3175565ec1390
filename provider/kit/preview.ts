import type { Checked, Difference, PropertyDifference } from "./handler";
import { hasUnknown } from "./unknown";

/**
 * What a preview does not show by itself: the engine compares only what the program says now with what it said last, and knows nothing of money and data.
 * @param what as in `CphPhoneServer "farm"`
 * @param isShown whether the program says an input otherwise than last time
 * @param isLeft whether what is replaced stays in the cloud
 */
export function previewLines(
  what: string,
  { properties, notes = [], deleteBeforeReplace }: Difference,
  isShown: (property: string) => boolean,
  isLeft: boolean,
): readonly string[] {
  const ofKind = (kind: PropertyDifference["kind"]) => properties.filter((one) => one.kind === kind);
  const hidden = (kind: PropertyDifference["kind"]) =>
    ofKind(kind).filter(({ property, says }) => says === undefined && !isShown(property));
  const line = (ones: readonly PropertyDifference[], text: (names: string) => string): string[] =>
    ones.length === 0 ? [] : [text(namesOf(ones))];
  const isReplaced = ofKind("replace").length > 0;
  const later = line(ofKind("nextOrder"), (names) =>
    isReplaced
      ? `${names} will count for the order that replaces it`
      : `${names} will count from the next order on; what is bought stays as it is`,
  );
  const replacing = [
    ...line(hidden("replace"), (names) => `servers differ from the program in ${names}`),
    ...line(ofKind("replace"), (names) => `${names} can change by another purchase only: ${turnOver(deleteBeforeReplace, isLeft)}`),
  ];
  const inPlace = isReplaced
    ? []
    : [
        ...ofKind("update").flatMap(({ says }) => says ?? []),
        ...line(hidden("update"), (names) => `servers differ from the program in ${names}; they will be brought to it`),
        ...warnings(ofKind("update")),
      ];
  return [...later, ...replacing, ...inPlace, ...notes].map((text) => `${what}: ${text}`);
}

function turnOver(isDeletedFirst: boolean, isLeft: boolean): string {
  if (isLeft) return "others are bought, and those that are there stay in the cloud (`deletionPolicy`)";
  const deleted = "those that are there are deleted with all that is on them";
  return isDeletedFirst ? `${deleted}, and then others are bought` : `others are bought, and then ${deleted}`;
}

/** What changes cost, lose and interrupt, once for all that do the same. */
function warnings(changes: readonly PropertyDifference[]): string[] {
  const said = new Set(changes.flatMap(({ warns = [] }) => warns));
  return [...said].map((text) => `the change of ${namesOf(changes.filter(({ warns }) => warns?.includes(text)))} ${text}`);
}

const namesOf = (ones: readonly PropertyDifference[]): string => ones.map(({ property }) => property).join(", ");

/** Said of a new resource: what is taken over otherwise looks like a purchase, and of a purchase what the user may not expect. */
export function newcomerLines(what: string, { inputs, notes = [] }: Checked): readonly string[] {
  const ids = [inputs["adopt"] ?? []].flat();
  if (ids.length === 0) return hasUnknown(inputs) ? [] : notes.map((text) => `${what}: ${text}`);
  return hasUnknown(ids) ? [] : [`${what}: will take over ${ids.map(String).join(", ")}, if the cloud has it; nothing will be bought`];
}
