import { SettingError } from "../http/errors";
import type { Settings } from "./context";

/** Where one setting may stand. */
export interface Place {
  /** Keys of the stack configuration, the preferred one first, e.g. `ucloud:publicKey`. */
  readonly config: readonly string[];
  /** Environment variables, the preferred one first. */
  readonly env: readonly string[];
}

export function find(settings: Settings, place: Place): string | undefined {
  for (const key of place.config) {
    const value = settings.config(key);
    if (value !== undefined) return value;
  }
  for (const name of place.env) {
    const value = settings.env(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** @throws SettingError: one sentence that names every place looked at. */
export function need(settings: Settings, what: string, place: Place, flag: "--secret " | "" = ""): string {
  const value = find(settings, place);
  if (value !== undefined) return value;
  const places = [...place.config.map((key) => `stack configuration ${key}`), ...place.env.map((name) => `environment variable ${name}`)];
  throw new SettingError(
    `No ${what} found: looked at ${places.join(", ")}; set it with \`pulumi config set ${flag}${place.config[0] ?? ""} <value>\`.`,
  );
}
