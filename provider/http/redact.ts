const secretNames =
  "signature|password|private_?key|secret_?key|secret|access_?key|public_?key|security-?_?token|token|ticket|session_?id|authorization|coupon_?id|user_?data|buy_?scenario";
const inJson = new RegExp(`("[\\w-]*(?:${secretNames})[\\w-]*"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, "gi");
const inForm = new RegExp(`((?:^|[?&\\s;,])[\\w.-]*(?:${secretNames})[\\w.-]*=)[^&\\s,;"]*`, "gi");

/** Text that is safe to show: values of secret-looking names, and every one of `known`, are replaced by `[redacted]`. */
export function redact(text: string, known: readonly (string | undefined)[] = []): string {
  let shown = text.replace(inJson, '$1"[redacted]"').replace(inForm, "$1[redacted]");
  for (const secret of known) {
    if (secret !== undefined && secret.length >= 4) shown = shown.replaceAll(secret, "[redacted]");
  }
  return shown;
}
