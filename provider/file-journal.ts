import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { CloudPhoneError } from "./http/errors";
import type { Settings } from "./kit/context";
import type { Intent, Journal } from "./kit/journal";
import { find } from "./kit/settings";

/** Where the journal is: `cloudphone:journal`, else a folder under Pulumi's home. */
export const journalFolder = (settings: Settings): string =>
  find(settings, { config: ["cloudphone:journal"], env: ["CLOUDPHONE_JOURNAL"] }) ??
  join(settings.env("PULUMI_HOME") ?? join(homedir(), ".pulumi"), "cloudphone", "journal");

/** One small file per intent; a purchase is not sent before its file is on the disk. */
export function fileJournal(folder: string): Journal {
  const fileOf = (resource: string): string => join(folder, `${resource}.json`);
  return {
    async read(resource) {
      const file = fileOf(resource);
      const text = await orAbsent(readFile(file, "utf8"), "read", file);
      if (text === undefined) return undefined;
      return parsed(text) ?? { ...unreadable, what: file, marker: `${resource}0`, sentAt: (await stat(file)).mtimeMs };
    },
    async write(resource, intent) {
      const file = fileOf(resource);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const draft = `${file}.${process.pid}.tmp`;
        await written(draft, `${JSON.stringify({ ...intent, at: new Date(intent.sentAt).toISOString(), help }, undefined, 2)}\n`);
        await rename(draft, file);
        await synced(folder);
      } catch (error) {
        throw failed("write", file, error);
      }
    },
    async clear(resource) {
      const file = fileOf(resource);
      try {
        await rm(file, { force: true });
      } catch (error) {
        throw failed("remove", file, error);
      }
    },
  };
}

const help = "Written by pulumi-cloudphone before it buys, removed when the server is in Pulumi's state. Leave it to the next `pulumi up`.";

/** A file that nobody can read stands for a purchase of which nothing is known. */
const unreadable: Omit<Intent, "what" | "marker" | "sentAt"> = { place: "", identity: "", want: 1, state: "sent", serverIds: [] };

function parsed(text: string): Intent | undefined {
  try {
    const intent = JSON.parse(text) as Partial<Intent>;
    return typeof intent.sentAt === "number" && typeof intent.marker === "string" && Array.isArray(intent.serverIds)
      ? (intent as Intent)
      : undefined;
  } catch {
    return undefined;
  }
}

async function written(file: string, text: string): Promise<void> {
  const handle = await open(file, "w", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a new name in the folder last. Windows opens no folders, and needs none of this. */
async function synced(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function orAbsent(reading: Promise<string>, doing: string, file: string): Promise<string | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw failed(doing, file, error);
  }
}

const failed = (doing: string, file: string, cause: unknown): CloudPhoneError =>
  new CloudPhoneError(
    `Could not ${doing} the purchase journal ${file}: ${cause instanceof Error ? cause.message : String(cause)}. ` +
      "It keeps a purchase from being made twice after a crash, so nothing is bought without it: make its folder writable, or name another with `pulumi config set cloudphone:journal <folder>`.",
    { cause },
  );
