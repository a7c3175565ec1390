/** Everything that must hold, from a fresh clone: types, lint, format, every test, the real engine included. Ends with `N passed, N failed`. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { root, setUp } from "./setup.mjs";

setUp(import.meta.url);

const { findEngine } = (await import("../dist/engine/index.js")).default;
const engine = await findEngine({ log: console.log });
console.log(`Pulumi engine: ${engine.how}, ${engine.folder}`);

const bin = (...path) => join(root, "node_modules", ...path);
const run = (args) => spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status === 0;

let passed = 0;
let failed = 0;
for (const [name, ...args] of [
  ["types", bin("typescript", "bin", "tsc"), "-p", "tsconfig.json"],
  ["lint", bin("eslint", "bin", "eslint.js"), ".", "--max-warnings", "0"],
  ["format", bin("prettier", "bin", "prettier.cjs"), "--check", "--log-level", "warn", "."],
]) {
  const good = run(args);
  console.log(`${good ? "ok" : "FAILED"}: ${name}`);
  if (good) passed++;
  else failed++;
}

// The engine's own processes leave room for two, where jest would run one.
const workers = Math.max(2, availableParallelism() - 1);
const report = join(root, ".cache", "jest.json");
mkdirSync(dirname(report), { recursive: true });
rmSync(report, { force: true });
const testsGood = run([
  bin("jest", "bin", "jest.js"),
  `--maxWorkers=${workers}`,
  "--json",
  `--outputFile=${report}`,
  "--silent=false",
  ...process.argv.slice(2),
]);
if (existsSync(report)) {
  const counted = JSON.parse(readFileSync(report, "utf8"));
  passed += counted.numPassedTests;
  failed += counted.numFailedTests + counted.numRuntimeErrorTestSuites + counted.numPendingTests;
}
if (!testsGood && failed === 0) failed++;

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
