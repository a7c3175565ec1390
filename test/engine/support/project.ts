import { spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { engineEnv, findEngine } from "../../../engine";
import { isHost, killNow, startedBy, stillRunning } from "./processes";
import type { Process } from "./processes";

const root = join(__dirname, "..", "..", "..");

export interface Step {
  /** `create`, `update`, `replace`, `create-replacement`, `delete`, `same`, `refresh` … */
  readonly op: string;
  readonly name: string;
  /** Names of the inputs for whose sake it is replaced. */
  readonly replacedFor: readonly string[];
}

export interface Outcome {
  /** 137 when it was killed. */
  readonly code: number;
  /** Everything that was printed. */
  readonly text: string;
  /** What the engine did, or plans to do, with our resources. */
  readonly steps: readonly Step[];
}

/** `cli`: the engine. `host`: the Node process that runs the handlers. */
export type Victim = "cli" | "host";

/** A command of the engine that is under way. */
export interface Run {
  readonly over: Promise<Outcome>;
  /** Ends these processes of it as `kill -9` does; false when one of them is not there (any more), and then nothing is done. */
  kill(...victims: readonly Victim[]): boolean;
  /** The host that runs now. */
  host(): Process | undefined;
}

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly initErrors?: readonly string[];
  /** Replaced, and yet to be deleted. */
  readonly delete?: boolean;
  /** Deleted already, because both cannot be there at once; its replacement is yet to be created. */
  readonly pendingReplacement?: boolean;
}

export interface Deployment {
  readonly resources: readonly StateResource[];
  /** What the engine was at when it was killed. */
  readonly pending: readonly { readonly type: string; readonly resource: StateResource }[];
}

/** A Pulumi project with the stack `test` in a folder of its own: real engine, local state, a Pulumi home that nobody else uses. */
export interface Project {
  readonly folder: string;
  /** Where the state lies. */
  readonly stateFile: string;
  readonly write: (file: string, text: string) => Promise<void>;
  /** @param more environment beside the project's */
  readonly start: (args: readonly string[], more?: NodeJS.ProcessEnv) => Run;
  readonly run: (args: readonly string[]) => Promise<Outcome>;
  /** @returns what was printed; throws when it fails */
  readonly must: (args: readonly string[]) => Promise<string>;
  /** Dynamic resources of the stack, and what is pending, from the state as it lies on the disk. */
  readonly deployment: () => Promise<Deployment>;
  /** After a killed engine: puts back the state before the one that it was writing when it died, which the local backend keeps beside it. */
  readonly mendState: () => Promise<void>;
  /** The state is gone, as with the disk on which it was; settings stay. */
  readonly loseState: () => Promise<void>;
  /** Ends what killed engines have left running, and removes the folder. */
  readonly dispose: () => Promise<void>;
}

const isOurs = (type: string): boolean => type.startsWith("pulumi-nodejs:dynamic");

/** @param files of the project, beside `Pulumi.yaml` */
export async function newProject(name: string, files: Readonly<Record<string, string>>): Promise<Project> {
  const engine = await findEngine();
  const folder = await mkdtemp(join(tmpdir(), "cloudphone-stack-"));
  const backend = join(folder, "state");
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  };
  await mkdir(backend);
  await mkdir(join(folder, "node_modules"));
  await symlink(root, join(folder, "node_modules", "pulumi-cloudphone"));
  await symlink(join(root, "node_modules", "@pulumi"), join(folder, "node_modules", "@pulumi"));
  await write("Pulumi.yaml", `name: ${name}\nruntime: nodejs\nmain: index.js\n`);
  await write("package.json", `{ "name": "${name}", "main": "index.js" }\n`);
  for (const [file, text] of Object.entries(files)) await write(file, text);
  const env = {
    ...engineEnv(engine, { backend, home: join(folder, "home"), passphrase: "test", nodeBin: join(root, "node_modules", ".bin") }),
    PULUMI_DEBUG_COMMANDS: "true", // which is what --event-log counts as
  };

  const stateFile = join(backend, ".pulumi", "stacks", name, "test.json");
  let runs = 0;
  const left: Process[] = [];
  function start(args: readonly string[], more: NodeJS.ProcessEnv = {}): Run {
    const events = join(folder, `events-${++runs}.jsonl`);
    const isLogged = ["up", "preview", "refresh", "destroy"].includes(args[0] ?? "");
    const child = spawn(
      join(engine.folder, "pulumi"),
      [...args, ...(isLogged ? ["--event-log", events] : []), "--non-interactive", "--color", "never"],
      { cwd: folder, env: { ...env, ...more }, stdio: ["ignore", "pipe", "pipe"] },
    );
    let text = "";
    child.stdout.on("data", (data: Buffer) => (text += data.toString()));
    child.stderr.on("data", (data: Buffer) => (text += data.toString()));
    const code = new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status) => resolve(status ?? 137));
    });
    const pidOf = (victim: Victim): number | undefined =>
      child.exitCode !== null || child.signalCode !== null || child.pid === undefined
        ? undefined
        : victim === "cli"
          ? child.pid
          : startedBy(child.pid).find(isHost)?.pid;
    return {
      over: code.then(async (status) => ({
        code: status,
        text,
        steps: isLogged ? stepsIn(await readFile(events, "utf8").catch(() => "")) : [],
      })),
      kill(...victims) {
        const pids = victims.map(pidOf);
        if (pids.includes(undefined)) return false;
        left.push(...startedBy(child.pid ?? 0));
        for (const pid of pids) killNow(pid ?? 0);
        return true;
      },
      host: () => (child.pid === undefined ? undefined : startedBy(child.pid).find(isHost)),
    };
  }
  const run = (args: readonly string[]): Promise<Outcome> => start(args).over;
  async function must(args: readonly string[]): Promise<string> {
    const { code, text } = await run(args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} failed:\n${text}`);
    return text;
  }
  const newState = (): Promise<string> => must(["stack", "init", "test"]);

  await newState();
  return {
    folder,
    stateFile,
    write,
    start,
    run,
    must,
    async deployment() {
      let text = await readFile(stateFile, "utf8");
      for (let tries = 0; !isWhole(text) && tries < 100; tries++) {
        await wait(20); // the engine is writing it
        text = await readFile(stateFile, "utf8");
      }
      const { resources = [], pending_operations: pending = [] } = (JSON.parse(text) as State).checkpoint.latest ?? {};
      return {
        resources: resources.filter(({ type }) => isOurs(type)),
        pending: pending.filter(({ resource }) => isOurs(resource.type)),
      };
    },
    async mendState() {
      // What the backend's store says of the file lies beside it, and may be cut off too.
      const attributes = `${stateFile}.attrs`;
      if (!isWhole(await readFile(attributes, "utf8").catch(() => "{}"))) await rm(attributes);
      if (isWhole(await readFile(stateFile, "utf8").catch(() => ""))) return;
      await copyFile(`${stateFile}.bak`, stateFile);
    },
    async loseState() {
      await rm(join(backend, ".pulumi"), { recursive: true });
      await newState();
    },
    async dispose() {
      for (const { pid } of stillRunning(left)) killNow(pid);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function isWhole(state: string): boolean {
  try {
    return typeof JSON.parse(state) === "object";
  } catch {
    return false;
  }
}

interface State {
  readonly checkpoint: {
    readonly latest: {
      readonly resources?: StateResource[];
      readonly pending_operations?: { readonly type: string; readonly resource: StateResource }[];
    } | null;
  };
}

interface EngineEvent {
  readonly resourcePreEvent?: {
    metadata: { op: string; urn: string; type: string; keys?: string[] };
  };
}

function stepsIn(events: string): Step[] {
  return events
    .split("\n")
    .slice(0, -1) // a killed engine may have left half a line
    .flatMap((line) => {
      const metadata = (JSON.parse(line) as EngineEvent).resourcePreEvent?.metadata;
      if (metadata === undefined || !isOurs(metadata.type)) return [];
      return [{ op: metadata.op, name: metadata.urn.split("::").at(-1) ?? "", replacedFor: metadata.keys ?? [] }];
    });
}
