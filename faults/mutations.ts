/** Mistakes put into a copy of the build on purpose: each of them has to be found by the histories, or these prove nothing. */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Mutation {
  readonly name: string;
  /** Compiled file, from the folder of the build. */
  readonly file: string;
  /** Must stand there exactly once. */
  readonly text: string;
  readonly becomes: string;
}

export const mutations: readonly Mutation[] = [
  {
    name: "does not look before it buys",
    file: "provider/kit/purchase.js",
    text: "    const { ours, orphans } = await look(seller, need, ctx, intent);\n    if (orphans.length > 0)\n        throw",
    becomes: "    const ours = [], orphans = [];\n    if (orphans.length > 0)\n        throw",
  },
  {
    name: "keeps no journal",
    file: "provider/front.js",
    text: "        journal: host.journal(settings),",
    becomes: "        journal: { read: async () => undefined, write: async () => undefined, clear: async () => undefined },",
  },
  {
    name: "repeats the purchase after a network failure",
    file: "provider/vendors/ucloud/call.js",
    text: "    if (how.once)\n        return attempt();\n",
    becomes: "",
  },
  {
    name: "marks without a generation",
    file: "provider/kit/purchase.js",
    text: "(0, marker_1.markerFrom)(marker)?.generation ?? 0;",
    becomes: "0;",
  },
  {
    name: "believes the first list that shows nothing",
    file: "provider/kit/gone.js",
    text: "    if (note(absent, ids, missing(first), expected).length === 0)\n",
    becomes: "",
  },
  {
    name: "loses the id when a wait fails",
    file: "provider/kit/not-ready.js",
    text: "        throw new NotReady(id, outs(), error);",
    becomes: "        throw error;",
  },
];

/** Makes a copy of the build in `folder` with the mistake in it. */
export function mutate({ name, file, text, becomes }: Mutation, build: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  cpSync(build, folder, { recursive: true });
  const path = join(folder, file);
  const [before, after, ...more] = readFileSync(path, "utf8").split(text);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`"${name}" cannot be put into ${file}: it does not hold this text exactly once:\n${text}`);
  }
  writeFileSync(path, before + becomes + after);
}
