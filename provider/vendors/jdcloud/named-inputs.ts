/** Which inputs a refusal is about, as far as its words tell: JD Cloud calls them as its own fields are called, or repeats their values. */
import { edcpsInputs } from "./edcps-inputs";

/** What a refused request has said. */
export interface Said {
  readonly regionId: string;
  readonly body?: object | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Inputs that stand in a body by themselves. Other bodies are about things that an input alone does not name. */
const alone = ["name", "description", "password"];

export function namedInputs(message: string, { regionId, body = {} }: Said): readonly string[] {
  const spec = (body as { readonly instanceSpec?: Fields }).instanceSpec;
  const fields = spec ?? Object.fromEntries(Object.entries(body).filter(([name]) => alone.includes(name)));
  const isInput = (name: string): boolean => {
    const [root = ""] = name.split(".");
    return spec === undefined ? root in fields : root in edcpsInputs.shape;
  };
  const matches = (pattern: RegExp): string[] => [...new Set([...message.matchAll(pattern)].map(([, name = ""]) => name))].filter(isInput);
  for (const pattern of [inSpec, quoted, unlikeAWord]) {
    const names = matches(pattern);
    if (names.length > 0) return names;
  }
  const values = Object.entries<unknown>({ ...fields, regionId });
  return values.filter(([, value]) => typeof value === "string" && isQuoted(value, message)).map(([name]) => name);
}

const inSpec = /\binstanceSpec\.([A-Za-z0-9]+(?:\.[A-Za-z]+)?)/g;
const quoted = /['"`]([A-Za-z0-9]+(?:\.[A-Za-z]+)?)['"`]/g;
const unlikeAWord = /\b([a-z]+[A-Z][A-Za-z0-9]*)\b/g;

const isQuoted = (value: string, message: string): boolean =>
  value !== "" && [`'${value}'`, `"${value}"`, `\`${value}\``].some((text) => message.includes(text));
