/**
 * What ties a server in the cloud to one resource of one stack. In the name of a server: its purchase is under way. In the permanent place that each
 * cloud has for it (a remark, a tag, a description): the server is complete.
 */
export interface Marker {
  /** 10 lower-case base32 characters: the same for a resource in every run of its stack. */
  readonly resource: string;
  /** Goes up with every replacement and every take-over, so that an older state of the resource cannot be mistaken for its owner. */
  readonly generation: number;
}

const pattern = "[a-z2-7]{10}[0-9]{1,4}";
const whole = new RegExp(`^${pattern}$`);
const inName = new RegExp(`^(.*)-(${pattern})((?:[-_.]?[0-9]{1,4})?)$`, "su");
const inText = new RegExp(`^(.*?) ?\\[pulumi:(${pattern})\\]$`, "su");

const resourceLength = 10;
/** How much longer a remark or description gets by its marker, at most. */
export const noteLength = " [pulumi:]".length + resourceLength + 4;

export const markerText = ({ resource, generation }: Marker): string => `${resource}${generation}`;

export function markerFrom(text: string | undefined): Marker | undefined {
  if (text === undefined || !whole.test(text)) return undefined;
  return { resource: text.slice(0, resourceLength), generation: Number(text.slice(resourceLength)) };
}

/** The name of servers while their purchase is under way, cut so that the marker fits. */
export function nameInFlight(name: string, marker: Marker, longest: number): string {
  const end = `-${markerText(marker)}`;
  return (
    Array.from(name)
      .slice(0, longest - end.length)
      .join("") + end
  );
}

/** The marker in the name of a server, before any number that the cloud appended; `undefined` when there is none. */
export function markerInName(name: string | null | undefined): Marker | undefined {
  const [, , marker] = inName.exec(name ?? "") ?? [];
  return markerFrom(marker);
}

/** The user's own text with the marker behind it. */
export const withNote = (text: string, marker: Marker): string => `${text}${text === "" ? "" : " "}[pulumi:${markerText(marker)}]`;

/** The user's own text and the marker, apart. */
export function splitNote(noted: string | null | undefined): { readonly text: string; readonly marker: Marker | undefined } {
  const [, text, marker] = inText.exec(noted ?? "") ?? [];
  return marker === undefined ? { text: noted ?? "", marker: undefined } : { text: text ?? "", marker: markerFrom(marker) };
}
