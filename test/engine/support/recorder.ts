import { existsSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Kill, StoryAction, StoryCall, StoryResource } from "../../../faults/story";
import { newProject } from "./project";
import type { Victim } from "./project";
import { transpiled } from "./transpiled";

/** What a story has come to so far. */
export interface Told {
  /** Calls per action, in the order in which they came. */
  readonly calls: StoryCall[][];
  readonly state: readonly StoryResource[];
}

const program = `
const pulumi = require("@pulumi/pulumi");
class Thing extends pulumi.CustomResource {
  constructor(name, args) {
    super("pulumi-nodejs:dynamic/recorder:Thing", name, { ...args, name, __provider: 'exports.handler = () => require("recorder");' });
  }
}
for (const [name, args] of Object.entries(require("./declared.json"))) new Thing(name, args);
`;

/** The diary of the provider in the engine's host: a line per call. */
const inTheHost = (folder: string): string => `
const { appendFileSync, existsSync, readFileSync } = require("node:fs");
const { recordingProvider } = require("./recording-provider");
const file = (name) => ${JSON.stringify(folder)} + "/" + name;
const lines = (name) => (existsSync(file(name)) ? readFileSync(file(name), "utf8").split("\\n").filter((line) => line !== "") : []);
module.exports = recordingProvider({
  calls: () => lines("calls.jsonl").map((line) => JSON.parse(line)),
  note: (call) => appendFileSync(file("calls.jsonl"), JSON.stringify(call) + "\\n"),
  async beginning({ method, resource }) {
    const during = JSON.parse(readFileSync(file("during.json"), "utf8"));
    if (during.method === method && during.resource === resource) await new Promise(() => {});
  },
});
`;

const victims: Readonly<Record<Kill["victim"], readonly Victim[]>> = { host: ["host"], engine: ["cli"], machine: ["cli", "host"] };

export interface Recorder {
  /** Lives through a story, in a stack that is empty at first. */
  tell(actions: readonly StoryAction[]): Promise<Told>;
  dispose(): Promise<void>;
}

/** The real engine, with a provider that writes down how it is called. */
export async function newRecorder(): Promise<Recorder> {
  const project = await newProject("recorder", {
    "index.js": program,
    "node_modules/recorder/package.json": '{ "main": "index.js" }',
    "node_modules/recorder/recording-provider.js": transpiled(await readFile(join(__dirname, "recording-provider.ts"), "utf8")),
  });
  await project.write("node_modules/recorder/index.js", inTheHost(project.folder));
  const empty = await readFile(project.stateFile, "utf8");
  const diary = (): StoryCall[] => {
    const file = join(project.folder, "calls.jsonl");
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
    return lines.map((line) => JSON.parse(line) as StoryCall);
  };

  async function act(action: StoryAction): Promise<void> {
    await project.write("during.json", JSON.stringify(action.kill?.during ?? {}));
    if (action.do === "up") await project.write("declared.json", JSON.stringify(action.program));
    const urns = action.do === "up" ? (action.replace ?? []).map((name) => ["--replace", urnOf(name)]) : [];
    const before = diary().length;
    const running = project.start([action.do, "--yes", "--skip-preview", ...urns.flat()]);
    if (action.kill === undefined) {
      await running.over;
      return;
    }
    const { victim, during } = action.kill;
    const isThere = ({ method, resource }: StoryCall): boolean => method === during.method && resource === during.resource;
    for (let tries = 0; !diary().slice(before).some(isThere); tries++) {
      if (tries > 600) throw new Error(`No ${during.method} of ${during.resource} came in a minute.`);
      await wait(100);
    }
    await wait(300); // what else is under way comes to its end
    if (!running.kill(...victims[victim])) throw new Error("There was nothing to kill.");
    await running.over;
    if (victim !== "host") await project.must(["cancel", "--yes"]);
  }

  return {
    async tell(actions) {
      await writeFile(project.stateFile, empty);
      await project.write("calls.jsonl", "");
      const calls: StoryCall[][] = [];
      for (const action of actions) {
        const before = diary().length;
        await act(action);
        calls.push(diary().slice(before));
      }
      const { resources } = await project.deployment();
      return {
        calls,
        state: resources.map(({ urn, id, outputs, initErrors, delete: isCondemned, pendingReplacement }) => ({
          resource: urn.split("::").at(-1) ?? "",
          id,
          outs: Object.fromEntries(Object.entries(outputs).filter(([name]) => name !== "__provider")),
          hasInitErrors: initErrors !== undefined && initErrors.length > 0,
          isCondemned: isCondemned === true,
          isPendingReplacement: pendingReplacement === true,
        })),
      };
    },
    dispose: project.dispose,
  };
}

const urnOf = (name: string): string => `urn:pulumi:test::recorder::pulumi-nodejs:dynamic/recorder:Thing::${name}`;
