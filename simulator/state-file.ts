import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { LedgerEntry } from "./ledger";

export interface Saved {
  /** World time, ms since 1970. */
  readonly now: number;
  readonly ledger: readonly LedgerEntry[];
  readonly clouds: Readonly<Record<string, unknown>>;
}

export interface StateFile {
  read(): Saved | undefined;
  /** Writes when something changed, when a minute of world time went by since the last time, or always. */
  write(now: number, ledger: Saved["ledger"], clouds: Saved["clouds"], when: "changed" | "always"): void;
}

const minuteMs = 60_000;

/** The simulated world in one file, replaced as a whole. */
export function stateFile(path: string): StateFile {
  let written = { text: "", now: 0 };
  return {
    read() {
      return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Saved) : undefined;
    },
    write(now, ledger, clouds, when) {
      const text = JSON.stringify({ ledger, clouds });
      if (when === "changed" && text === written.text && now - written.now < minuteMs) return;
      written = { text, now };
      writeFileSync(`${path}.new`, JSON.stringify({ now, ledger, clouds }, undefined, 1));
      renameSync(`${path}.new`, path);
    },
  };
}
