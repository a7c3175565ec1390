const secretNames =
  "signature|password|private_?key|secret_?key|secret|access_?key|public_?key|security-?_?token|token|ticket|session_?id|authorization|coupon_?id|user_?data|buy_?scenario";
const name = `[\\w.-]*(?:${secretNames})[\\w.-]*`;
const number = "-?\\d[\\d.]*";
const inJson = new RegExp(`("${name}"\\s*:\\s*)(?:"(?:[^"\\\\]|\\\\.)*"|${number})`, "gi");
/** JSON that is itself a text within JSON. */
const inInnerJson = new RegExp(`(\\\\"${name}\\\\"\\s*:\\s*)(?:\\\\".*?(?<!\\\\)\\\\"|${number})`, "gi");
const inForm = new RegExp(`((?<![\\w.-])${name}=)[^&\\s,;"]*`, "gi");

/** Text that is safe to show: values of secret-looking names, and every one of `known`, are replaced by `[redacted]`. */
export function redact(text: string, known: readonly (string | undefined)[] = []): string {
  let shown = text;
  for (const secret of spellings(known)) shown = shown.replaceAll(secret, "[redacted]");
  return shown.replace(inInnerJson, '$1\\"[redacted]\\"').replace(inJson, '$1"[redacted]"').replace(inForm, "$1[redacted]");
}

/** Every way in which known secrets may be written, the longest first: a shorter one may be a part of it. */
function spellings(known: readonly (string | undefined)[]): string[] {
  return known
    .flatMap((secret) => (secret !== undefined && secret.length >= 4 ? [secret] : []))
    .flatMap((secret) => [secret, encodeURIComponent(secret), inFormOf(secret), JSON.stringify(secret).slice(1, -1)])
    .sort((a, b) => b.length - a.length);
}

const inFormOf = (text: string): string => new URLSearchParams({ "": text }).toString().slice(1);
