import { inflateRawSync } from "node:zlib";
import type { UPhone } from "../provider/vendors/ucloud/uphone-server";

/** The phones of a server, which stand packed in the state; as they are where a program's test sets them. `undefined`: the server was never seen running. */
export function uphones(packed: unknown): readonly UPhone[] | undefined {
  if (Array.isArray(packed)) return packed as readonly UPhone[];
  if (typeof packed !== "string") return undefined; // none yet, or a state of an earlier release
  return JSON.parse(inflateRawSync(Buffer.from(packed, "base64")).toString("utf8")) as readonly UPhone[];
}
