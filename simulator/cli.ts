#!/usr/bin/env node
import { parseArgs } from "node:util";
import { startSimulator } from "./index";

const usage = `Usage: cloudphone-simulator [options]

Serves three simulated clouds and a control port on loopback until it is stopped.

  --ucloud-port <n>        port of UCloud (default: a free one)
  --huaweicloud-port <n>   port of Huawei Cloud
  --jdcloud-port <n>       port of JD Cloud
  --control-port <n>       port for people and scripts: GET /ledger, /costing, /servers, … (docs/simulator.md)
  --speed <n>              how many times faster than real time the clouds work (default 60: a server is ready after 25 s)
  --state-file <path>      keep the clouds in this file, so that they survive a restart
  --help
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      "ucloud-port": { type: "string" },
      "huaweicloud-port": { type: "string" },
      "jdcloud-port": { type: "string" },
      "control-port": { type: "string" },
      speed: { type: "string", default: "60" },
      "state-file": { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const simulator = await startSimulator({
    ports: {
      ucloud: port("ucloud-port", values["ucloud-port"]),
      huaweicloud: port("huaweicloud-port", values["huaweicloud-port"]),
      jdcloud: port("jdcloud-port", values["jdcloud-port"]),
      control: port("control-port", values["control-port"]),
    },
    speed: positive("speed", values.speed),
    ...(values["state-file"] === undefined ? {} : { stateFile: values["state-file"] }),
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void simulator.close().then(() => process.exit(0)));
  }
  for (const [name, url] of Object.entries(simulator.urls)) console.log(`${name.padEnd(12)} ${url}`);
  console.log("\nTell a stack to use them:\n");
  for (const [key, value] of Object.entries(simulator.settings.config)) console.log(`pulumi config set ${key} ${value}`);
  for (const [key, value] of Object.entries(simulator.settings.secrets)) console.log(`pulumi config set --secret ${key} ${value}`);
  console.log("pulumi config set cloudphone:pollSeconds 1");
}

function port(name: string, text: string | undefined): number {
  const value = Number(text ?? "0");
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new Error(`--${name} takes a port number, not "${String(text)}".`);
  return value;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} takes a number above 0, not "${text}".`);
  return value;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 2;
});
