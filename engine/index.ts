/** How a Pulumi engine gets onto this machine: found on PATH, else kept from an earlier run, else downloaded, else built. */
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { build } from "./build";
import { download } from "./download";
import { run } from "./run";

/** The engine that is downloaded or built where there is none. */
export const engineVersion = "3.259.0";

export interface Engine {
  /** Folder with `pulumi` and the plugins that run Node programs and dynamic resources. */
  readonly folder: string;
  readonly how: "on PATH" | "kept" | "downloaded" | "built";
}

export interface EngineOptions {
  /** Where a downloaded or built engine is kept. Default: `pulumi-cloudphone` in the user's cache folder. */
  readonly cacheFolder?: string;
  /** Shows one line of progress. */
  readonly log?: (line: string) => void;
  /** Searched for an engine that is already there, and for Go. Default: the environment's. */
  readonly path?: string;
}

/** @throws Error that says what to install when there is no engine and no way to get one. */
export async function findEngine(options: EngineOptions = {}): Promise<Engine> {
  const log = options.log ?? (() => undefined);
  const path = options.path ?? process.env["PATH"] ?? "";
  const onPath = await engineOnPath(path);
  if (onPath !== undefined) return { folder: onPath, how: "on PATH" };

  const kept = join(options.cacheFolder ?? userCacheFolder(), `engine-${engineVersion}-${process.platform}-${process.arch}`);
  const folder = join(kept, "bin");
  if (existsSync(join(folder, "pulumi"))) return { folder, how: "kept" };

  // Made beside its place and moved there when whole: a run cut short leaves no half engine, and two runs do not mix theirs.
  await removeLeftovers(kept);
  const making = `${kept}.${process.pid}`;
  await mkdir(making, { recursive: true });
  try {
    log(`No Pulumi engine on PATH. Getting Pulumi ${engineVersion} (once; it is kept in ${kept}).`);
    let how: Engine["how"] = "downloaded";
    const failed = await download(engineVersion, making);
    if (failed !== undefined) {
      log(`The official installer did not work here (${failed}).`);
      await build(engineVersion, making, path, log);
      how = "built";
    }
    // Another run may have been quicker; its engine may be at work already.
    if (!existsSync(join(folder, "pulumi"))) {
      await rm(kept, { recursive: true, force: true });
      await rename(making, kept);
    }
    return { folder, how };
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

export interface Surroundings {
  /** Folder for the state of all stacks: the local file backend. */
  readonly backend: string;
  /** Pulumi's own folder: credentials, plugins, locks. */
  readonly home: string;
  readonly passphrase: string;
  /** Folder of executables that come first on PATH, so that the Node of the project runs programs and hosts. */
  readonly nodeBin: string;
}

/** The environment in which the engine works by itself, touching nothing of the user's own Pulumi. */
export function engineEnv(engine: Engine, around: Surroundings): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: [around.nodeBin, engine.folder, process.env["PATH"] ?? ""].join(delimiter),
    PULUMI_BACKEND_URL: `file://${around.backend}`,
    PULUMI_CONFIG_PASSPHRASE: around.passphrase,
    PULUMI_HOME: around.home,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_SUPPRESS_NEO_LINK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

async function engineOnPath(path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    if (!existsSync(join(folder, "pulumi")) || !existsSync(join(folder, "pulumi-language-nodejs"))) continue;
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const { code, output } = await run(join(folder, "pulumi"), ["version"], { env, timeoutMs: 20_000 });
    if (code === 0 && /^v3\.(1\d\d|[2-9]\d\d)\./.test(output.trim())) return folder;
  }
  return undefined;
}

/** What runs that were killed half-way left behind. */
async function removeLeftovers(kept: string): Promise<void> {
  const names = await readdir(dirname(kept)).catch(() => []);
  for (const name of names) {
    const pid = name.startsWith(`${basename(kept)}.`) ? Number(name.split(".").at(-1)) : NaN;
    if (Number.isInteger(pid) && !isAlive(pid)) await rm(join(dirname(kept), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function userCacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "pulumi-cloudphone");
}
