import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { engineEnv, findEngine } from "../../../engine";
import type { Simulator } from "../../../simulator";

const root = join(__dirname, "..", "..", "..");

/** One resource of the program. A value `{ outputOf: [resource, output] }` is an output of an earlier one. */
export interface Declared {
  readonly type: "UPhoneServer" | "CphPhoneServer" | "CphBmsServer" | "EdcpsInstance";
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly opts?: Readonly<Record<string, unknown>>;
}

export interface Step {
  /** `create`, `update`, `replace`, `create-replacement`, `delete`, `same`, `refresh` … */
  readonly op: string;
  readonly name: string;
  /** Names of the inputs for whose sake it is replaced. */
  readonly replacedFor: readonly string[];
}

export interface Outcome {
  readonly code: number;
  /** Everything that was printed. */
  readonly text: string;
  /** What the engine did, or plans to do, with our resources. */
  readonly steps: readonly Step[];
}

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly initErrors?: readonly string[];
}

export interface Stack {
  /** Makes this TypeScript program the stack's program, as it stands. */
  program(source: string): Promise<void>;
  declare(...resources: readonly Declared[]): Promise<void>;
  up(...flags: readonly string[]): Promise<Outcome>;
  preview(...flags: readonly string[]): Promise<Outcome>;
  refresh(...flags: readonly string[]): Promise<Outcome>;
  destroy(...flags: readonly string[]): Promise<Outcome>;
  /** The state of our resources, as `pulumi stack export` shows it. */
  resources(): Promise<readonly StateResource[]>;
  /** The whole checkpoint as text. */
  exported(): Promise<string>;
  configure(values: Readonly<Record<string, string>>): Promise<void>;
  dispose(): Promise<void>;
}

const program = `
const pulumi = require("@pulumi/pulumi");
const cloudphone = require("pulumi-cloudphone");
const made = {};
const real = (value) => {
  if (Array.isArray(value)) return value.map(real);
  if (typeof value !== "object" || value === null) return value;
  if (value.outputOf) return made[value.outputOf[0]][value.outputOf[1]];
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, real(inner)]));
};
for (const { type, name, args, opts } of require("./declared.json")) made[name] = new cloudphone[type](name, real(args), opts);
exports.ids = Object.fromEntries(Object.entries(made).map(([name, resource]) => [name, resource.id]));
`;

/** A stack of its own in a folder of its own, on the real engine, against the simulator's three clouds. */
export async function newStack(simulator: Simulator, extraConfig: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const engine = await findEngine();
  const folder = await mkdtemp(join(tmpdir(), "cloudphone-stack-"));
  const backend = join(folder, "state");
  await mkdir(backend);
  await mkdir(join(folder, "node_modules"));
  await symlink(root, join(folder, "node_modules", "pulumi-cloudphone"));
  await symlink(join(root, "node_modules", "@pulumi"), join(folder, "node_modules", "@pulumi"));
  await writeFile(join(folder, "Pulumi.yaml"), "name: farm\nruntime: nodejs\nmain: index.js\n");
  await writeFile(join(folder, "package.json"), '{ "name": "farm", "main": "index.js" }\n');
  await writeFile(join(folder, "index.js"), program);
  await writeFile(join(folder, "declared.json"), "[]");
  const nodeBin = join(root, "node_modules", ".bin");
  const env = {
    ...engineEnv(engine, { backend, home: join(folder, "home"), passphrase: "test", nodeBin }),
    PULUMI_DEBUG_COMMANDS: "true", // which is what --event-log counts as
  };

  let runs = 0;
  async function pulumi(args: readonly string[]): Promise<Outcome> {
    const events = join(folder, `events-${++runs}.jsonl`);
    const logged = ["up", "preview", "refresh", "destroy"].includes(args[0] ?? "") ? ["--event-log", events] : [];
    const { code, text } = await spawned(
      join(engine.folder, "pulumi"),
      [...args, ...logged, "--non-interactive", "--color", "never"],
      folder,
      env,
    );
    return { code, text, steps: logged.length === 0 ? [] : stepsIn(await readFile(events, "utf8").catch(() => "")) };
  }
  async function must(args: readonly string[]): Promise<string> {
    const { code, text } = await pulumi(args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} failed:\n${text}`);
    return text;
  }
  const configure = async (plain: Readonly<Record<string, string>>, secret: Readonly<Record<string, string>> = {}): Promise<void> => {
    const pairs = (flag: string, values: Readonly<Record<string, string>>): string[] =>
      Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
    await must(["config", "set-all", ...pairs("--plaintext", plain), ...pairs("--secret", secret)]);
  };
  const exported = (): Promise<string> => must(["stack", "export"]);

  await must(["stack", "init", "test"]);
  await configure({ ...simulator.settings.config, "cloudphone:pollSeconds": "0.2", ...extraConfig }, simulator.settings.secrets);
  return {
    program: (source) => writeFile(join(folder, "index.js"), transpiled(source)),
    declare: (...resources) => writeFile(join(folder, "declared.json"), JSON.stringify(resources)),
    up: (...flags) => pulumi(["up", "--yes", ...flags]),
    preview: (...flags) => pulumi(["preview", ...flags]),
    refresh: (...flags) => pulumi(["refresh", "--yes", ...flags]),
    destroy: (...flags) => pulumi(["destroy", "--yes", ...flags]),
    exported,
    resources: async () => {
      const state = JSON.parse(await exported()) as { deployment: { resources?: StateResource[] } };
      return (state.deployment.resources ?? []).filter((resource) => resource.type.startsWith("pulumi-nodejs:dynamic/"));
    },
    configure: (values) => configure(values),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

const transpiled = (source: string): string =>
  ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023, esModuleInterop: true } })
    .outputText;

interface EngineEvent {
  readonly resourcePreEvent?: {
    metadata: { op: string; urn: string; type: string; keys?: string[] };
  };
}

function stepsIn(events: string): Step[] {
  return events
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const metadata = (JSON.parse(line) as EngineEvent).resourcePreEvent?.metadata;
      if (metadata === undefined || !metadata.type.startsWith("pulumi-nodejs:dynamic/")) return [];
      return [{ op: metadata.op, name: metadata.urn.split("::").at(-1) ?? "", replacedFor: metadata.keys ?? [] }];
    });
}

function spawned(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<{ code: number; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    child.stdout.on("data", (data: Buffer) => (text += data.toString()));
    child.stderr.on("data", (data: Buffer) => (text += data.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, text }));
  });
}
