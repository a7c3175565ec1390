/** The main job: four servers on three simulated clouds through a real `pulumi up`. Arguments go to pulumi: `npm run quickstart -- destroy`. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeBin, root, setUp } from "./setup.mjs";

const verb = process.argv[2] ?? "up";
if (!["up", "preview", "refresh", "destroy", "cancel"].includes(verb)) {
  console.error(`quickstart does up (without a word), preview, refresh, destroy and cancel, not "${verb}".`);
  process.exit(2);
}
setUp(import.meta.url);

const { engineEnv, findEngine } = (await import("../dist/engine/index.js")).default;
const { startSimulator } = (await import("../dist/simulator/index.js")).default;

const folder = join(root, ".quickstart");
const state = join(folder, "state");
mkdirSync(state, { recursive: true });

const engine = await findEngine({ log: console.log });
console.log(`Pulumi engine: ${engine.how}.`);
const env = engineEnv(engine, { backend: state, home: join(folder, "pulumi"), passphrase: "quickstart", nodeBin });
const stack = ["--stack", "quickstart", "--cwd", root, "--config-file", join(folder, "Pulumi.quickstart.yaml")];

// Building a server takes 25 minutes of the clouds' time: 10 seconds of ours.
const simulator = await startClouds();
// Ctrl-C reaches pulumi by itself, which finishes what it began; the clouds have to stay until then.
process.on("SIGINT", () => undefined);
let code = 1;
try {
  code = await quickstart();
} finally {
  await simulator.close();
}
process.exit(code);

/** On the ports of the last run when they are free, so that settings copied from it go on working. */
async function startClouds() {
  const file = join(folder, "ports.json");
  const options = { speed: 150, stateFile: join(folder, "clouds.json") };
  const ports = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const started = await startSimulator({ ...options, ports }).catch((error) => {
    if (error.code === "EADDRINUSE") return startSimulator(options);
    throw error;
  });
  writeFileSync(
    file,
    JSON.stringify(Object.fromEntries(Object.entries(started.urls).map(([name, url]) => [name, Number(new URL(url).port)]))),
  );
  return started;
}

async function quickstart() {
  const { config, secrets } = simulator.settings;
  const pairs = (flag, values) => Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
  await quietly(["stack", "select", "--create", "quickstart", "--cwd", root]);
  await quietly([
    "config",
    "set-all",
    ...stack,
    ...pairs("--plaintext", { ...config, "cloudphone:pollSeconds": "1" }),
    ...pairs("--secret", secrets),
  ]);
  const done = await pulumi(
    verb === "cancel"
      ? ["cancel", "--yes", "--stack", "quickstart", "--cwd", root]
      : [verb, ...(verb === "preview" ? [] : ["--yes"]), ...process.argv.slice(3), "--suppress-permalink=true", ...stack],
    "inherit",
  );
  console.log();
  if (done.code !== 0) {
    console.log(
      "That did not end well. If the stack is locked because a run was killed: npm run quickstart -- cancel, then npm run quickstart.",
    );
    console.log("What exists and what was paid all the same:\n");
  } else if (verb === "up") {
    // Pulumi computes outputs in an `up` alone, and keeps those of the last one when it fails.
    const { servers = [] } = JSON.parse(await quietly(["stack", "output", "--json", "--stack", "quickstart", "--cwd", root]));
    if (servers.length > 0) console.log(table(servers));
  }
  const costing = simulator.clouds.flatMap((cloud) => cloud.costing().map((thing) => `${thing.kind} ${thing.id}`));
  console.log(`Ledger: ${simulator.ledger.orders().length} orders, ${simulator.ledger.paid().toFixed(2)} CNY paid (less refunds).`);
  console.log(costing.length === 0 ? "Nothing is left that costs." : `Costing now: ${costing.join(", ")}.`);
  if (verb === "destroy" && costing.length > 0) {
    console.log(
      "What is left belongs to the stack no more (deletionPolicy, prepaid at JD Cloud), or was bought by a run that was killed: then npm run quickstart finds it, and destroy gives it back.",
    );
  }
  console.log(`
How to go on
  change examples/quickstart/index.ts and run \`npm run quickstart\` again: only the difference is done
  npm run quickstart -- destroy      gives everything back
  README.md, "With a real account"   how a program of your own buys from the real clouds`);
  return done.code;
}

function table(servers) {
  const rows = servers.map((server) => [
    server.resource,
    server.cloud,
    server.id,
    server.state,
    server.address ?? "-",
    server.expiresAt ?? "paid by the hour",
  ]);
  const all = [["resource", "cloud", "id", "state", "address", "expiry"], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return `${all.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  ")).join("\n")}\n`;
}

async function quietly(args) {
  const { code, output } = await pulumi(args, "pipe");
  if (code !== 0) throw new Error(`pulumi ${args[0]} ${args[1]} failed:\n${output}`);
  return output;
}

function pulumi(args, output) {
  return new Promise((resolve, reject) => {
    const child = spawn(join(engine.folder, "pulumi"), args, {
      cwd: root,
      env,
      stdio: ["ignore", output, output === "pipe" ? "pipe" : output],
    });
    let out = "";
    let err = "";
    child.stdout?.on("data", (data) => (out += data));
    child.stderr?.on("data", (data) => (err += data));
    child.on("error", reject);
    child.on("close", (status) => resolve({ code: status ?? 1, output: status === 0 ? out : out + err }));
  });
}
