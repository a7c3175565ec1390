import { createHash } from "node:crypto";
import { without } from "./wire";

/**
 * The signature of a request (UCloud API docs, "Signature"): names in byte order, each followed by its value as text, then the private key; SHA-1, in hex.
 * Real arrays and objects in a JSON body count as their elements one after another, without index; members of objects again in byte order.
 */
export function signatureOf(parameters: Readonly<Record<string, unknown>>, privateKey: string): string {
  return createHash("sha1")
    .update(membersAsText(without(parameters, "Signature")) + privateKey, "utf8")
    .digest("hex");
}

/** Whether the parameters carry the right `Signature` for this key. */
export function isSignedBy(parameters: Readonly<Record<string, unknown>>, privateKey: string): boolean {
  return parameters["Signature"] === signatureOf(parameters, privateKey);
}

function membersAsText(members: object): string {
  return Object.entries(members)
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, value]) => name + asText(value))
    .join("");
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return plainDecimal(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  if (Array.isArray(value)) return value.map(asText).join("");
  return typeof value === "object" && value !== null ? membersAsText(value) : "";
}

/** The shortest decimal form, never with an exponent: 1e-7 is 0.0000001. */
function plainDecimal(value: number): string {
  const text = String(value);
  const [, sign = "", whole = "", fraction = "", exponent] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const shift = Number(exponent);
  return shift < 0 ? `${sign}0.${"0".repeat(-shift - 1)}${whole}${fraction}` : sign + whole + fraction.padEnd(shift, "0");
}
