import { createHash } from "node:crypto";

/** A request parameter before it is flattened; `undefined` means: not given. */
export type Parameter = string | number | boolean | undefined | readonly Parameter[] | { readonly [name: string]: Parameter };
export type Parameters = Readonly<Record<string, Parameter>>;

/** Request parameters as they are signed and sent: one text per flat name. */
export type FlatParameters = Readonly<Record<string, string>>;

// The steps of "Signature algorithm" (UCloud API docs), in their order.

/**
 * Step 1: nested values get flat names, arrays counted from 0: `Ids.0`, `Things.1.Name`.
 * @param empty "omit" leaves empty text out; "keep" sends and signs it, which is how a value is cleared.
 */
export function flatten(parameters: Parameters, empty: "omit" | "keep" = "omit"): FlatParameters {
  const flat: Record<string, string> = {};
  const add = (name: string, value: Parameter): void => {
    if (value === undefined || (value === "" && empty === "omit")) return;
    if (typeof value !== "object") flat[name] = valueText(value);
    else for (const [key, member] of Object.entries(value)) add(`${name}.${key}`, member);
  };
  for (const [name, value] of Object.entries(parameters)) add(name, value);
  return flat;
}

/** Step 2: the text of one value. What is signed must be sent letter by letter: `true`, not `True`; no exponent in numbers. */
export function valueText(value: string | number | boolean): string {
  return typeof value === "number" ? decimal(value) : String(value);
}

/** Step 3: names in byte order, each followed by its value, then the private key. */
export function stringToSign(parameters: Parameters, privateKey: string): string {
  return concatenated(parameters) + privateKey;
}

/** Step 4: SHA-1 of the UTF-8 bytes, in lower-case hex. */
export function signature(parameters: Parameters, privateKey: string): string {
  return createHash("sha1").update(stringToSign(parameters, privateKey), "utf8").digest("hex");
}

/** Array elements follow each other without an index; that matters for JSON bodies only, a form is flat by now. */
function concatenated(value: Exclude<Parameter, undefined>): string {
  if (typeof value !== "object") return valueText(value);
  if (Array.isArray(value)) return value.map((element: Parameter) => (element === undefined ? "" : concatenated(element))).join("");
  const members = Object.entries(value as Parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return members.map(([name, member]) => (member === undefined ? "" : name + concatenated(member))).join("");
}

/** The shortest decimal form, written out: 1e-7 is 0.0000001, 1e21 has 22 digits. */
function decimal(value: number): string {
  const [mantissa = "", exponent] = String(Object.is(value, -0) ? 0 : value).split("e");
  if (exponent === undefined) return mantissa;
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const shift = Number(exponent);
  return shift < 0 ? `${sign}0.${"0".repeat(-shift - whole.length)}${whole}${fraction}` : `${sign}${whole}${fraction.padEnd(shift, "0")}`;
}
