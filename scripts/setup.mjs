/**
 * Makes a clone ready to work: dependencies, build, and the project's own Node.
 * Plain JavaScript for any Node that npm runs on, because it comes before everything else.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const nodeBin = join(root, "node_modules", ".bin");
const projectNode = join(nodeBin, "node");
const minimumNode = [22, 19]; // what undici asks for

/** Sets the clone up; returns in the project's own Node, running the calling script there when this is another one. */
export function setUp(script) {
  if (process.env.CLOUDPHONE_SET_UP === "done") return;
  install();
  build();
  const path = [nodeBin, process.env.PATH].join(delimiter);
  const ran = spawnSync(nodeToUse(), [fileURLToPath(script), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, PATH: path, CLOUDPHONE_SET_UP: "done" },
  });
  process.exit(ran.status ?? 1);
}

function install() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules", ".set-up");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.log("Installing dependencies (npm ci) …");
  step("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  writeFileSync(stamp, lock);
}

/** The one build, for a set-up and for `npm run build`. */
export function build() {
  console.log("Building (tsc) …");
  rmSync(join(root, "dist"), { recursive: true, force: true }); // files whose source is gone must not stay
  step(nodeToUse(), [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"]);
}

function nodeToUse() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const isNewEnough = major > minimumNode[0] || (major === minimumNode[0] && minor >= minimumNode[1]);
  return isNewEnough ? process.execPath : projectNode;
}

function step(command, args) {
  const ran = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (ran.error) throw ran.error;
  if (ran.status !== 0) process.exit(ran.status ?? 1);
}
