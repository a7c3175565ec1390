import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Simulator } from "../../../simulator";
import { newProject } from "./project";
import type { Outcome, Project, StateResource } from "./project";
import { transpiled } from "./transpiled";

/** One resource of the program. A value `{ outputOf: [resource, output] }` is an output of an earlier one. */
export interface Declared {
  readonly type: "UPhoneServer" | "CphPhoneServer" | "CphBmsServer" | "EdcpsInstance";
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly opts?: Readonly<Record<string, unknown>>;
}

export interface Stack extends Pick<Project, "start" | "deployment" | "loseState" | "dispose"> {
  /** Makes this TypeScript program the stack's program, as it stands. */
  program(source: string): Promise<void>;
  declare(...resources: readonly Declared[]): Promise<void>;
  up(...flags: readonly string[]): Promise<Outcome>;
  preview(...flags: readonly string[]): Promise<Outcome>;
  refresh(...flags: readonly string[]): Promise<Outcome>;
  destroy(...flags: readonly string[]): Promise<Outcome>;
  /** After a killed engine: takes its lock off the stack, and puts back the last whole state if it died while it was writing one. */
  cancel(): Promise<void>;
  /** The state of our resources, as `pulumi stack export` shows it. */
  resources(): Promise<readonly StateResource[]>;
  /** The whole checkpoint as text. */
  exported(): Promise<string>;
  /** Puts another checkpoint in the place of the stack's. */
  imported(text: string): Promise<void>;
  configure(values: Readonly<Record<string, string>>, secrets?: Readonly<Record<string, string>>): Promise<void>;
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

// Two stacks of one project and name would carry the same markers, and take each other's servers over.
let stacks = 0;

/** A stack of its own in a folder of its own, on the real engine, against the simulator's three clouds. */
export async function newStack(simulator: Simulator, extraConfig: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const project = await newProject(`farm-${++stacks}`, { "index.js": program, "declared.json": "[]" });
  const { run, must } = project;
  const configure = async (plain: Readonly<Record<string, string>>, secrets: Readonly<Record<string, string>> = {}): Promise<void> => {
    const pairs = (flag: string, values: Readonly<Record<string, string>>): string[] =>
      Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
    await must(["config", "set-all", ...pairs("--plaintext", plain), ...pairs("--secret", secrets)]);
  };
  const exported = (): Promise<string> => must(["stack", "export"]);

  await configure({ ...simulator.settings.config, "cloudphone:pollSeconds": "0.2", ...extraConfig }, simulator.settings.secrets);
  return {
    start: project.start,
    deployment: project.deployment,
    loseState: project.loseState,
    dispose: project.dispose,
    program: (source) => project.write("index.js", transpiled(source)),
    declare: (...resources) => project.write("declared.json", JSON.stringify(resources)),
    up: (...flags) => run(["up", "--yes", ...flags]),
    preview: (...flags) => run(["preview", ...flags]),
    refresh: (...flags) => run(["refresh", "--yes", ...flags]),
    destroy: (...flags) => run(["destroy", "--yes", ...flags]),
    async cancel() {
      await project.mendState();
      await must(["cancel", "--yes"]);
    },
    exported,
    async imported(text) {
      const file = join(project.folder, "imported.json");
      await writeFile(file, text);
      await must(["stack", "import", "--file", file]);
    },
    async resources() {
      const state = JSON.parse(await exported()) as { deployment: { resources?: StateResource[] } };
      return (state.deployment.resources ?? []).filter((resource) => resource.type.startsWith("pulumi-nodejs:dynamic/"));
    },
    configure,
  };
}
