/** What the engine sends in a preview for a value that is not known yet (Pulumi SDK, `runtime/rpc.ts`, `unknownValue`). */
export const unknownMarker = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether `value` is, or contains at any depth, a value that is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknownMarker) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  if (typeof value === "object" && value !== null) return Object.values(value).some(hasUnknown);
  return false;
}

/** A part of an input; in a preview the whole may not be known yet, and then neither is the part. */
export const part = <T extends object, K extends keyof T>(whole: T | undefined, name: K): T[K] | undefined =>
  (whole as unknown) === unknownMarker ? (unknownMarker as T[K] & string) : whole?.[name];
