import { chmod, copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run";
import type { Ran } from "./run";

/** Builds `pulumi` and its Node plugins with Go, from published modules, into `root/bin`: for machines that reach package registries only. */
export async function build(version: string, root: string, path: string, log: (line: string) => void): Promise<void> {
  if ((await run("go", ["version"], { env: { ...process.env, PATH: path } })).code !== 0) {
    throw new Error(
      `There is no Pulumi engine here, it could not be downloaded, and there is no Go to build it with. ` +
        `Install Pulumi (https://www.pulumi.com/docs/install/) or Go 1.25 or newer (https://go.dev/doc/install), see that it is on PATH, and run this again.`,
    );
  }
  const bin = join(root, "bin");
  const env = { ...process.env, PATH: path, GOFLAGS: "-mod=mod", CGO_ENABLED: "0" };
  await mkdir(bin, { recursive: true });

  const cli = await module(root, "cli", [
    `require github.com/pulumi/pulumi/pkg/v3 v${version}`,
    // The replacement that the CLI's own go.mod makes; it does not reach us by itself.
    "replace github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e",
  ]);
  const stamp = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
  await go(
    cli,
    ["build", "-o", join(bin, "pulumi"), "-ldflags", stamp, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
    env,
    log,
    "the engine (4 minutes on two cores)",
  );

  // The last release that carries the Node language host in a module of its own; it runs today's SDK under today's CLI.
  const language = await module(root, "language", ["require github.com/pulumi/pulumi/sdk/v3 v3.68.0"]);
  await go(
    language,
    [
      "build",
      "-o",
      join(bin, "pulumi-language-nodejs"),
      "-ldflags",
      "-s -w",
      "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    ],
    env,
    log,
    "its Node language host",
  );

  // The dynamic host is a script that the SDK's module carries along.
  const sdk = await go(cli, ["list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"], env, log, undefined);
  const host = join(bin, "pulumi-resource-pulumi-nodejs");
  await copyFile(join(sdk.output.trim().split("\n").at(-1) ?? "", "nodejs", "dist", "pulumi-resource-pulumi-nodejs"), host);
  await chmod(host, 0o755);
  await Promise.all([cli, language].map((folder) => rm(folder, { recursive: true, force: true })));
}

async function module(root: string, name: string, lines: readonly string[]): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "go.mod"), [`module ${name}`, "go 1.25", ...lines, ""].join("\n"));
  return folder;
}

async function go(
  cwd: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  log: (line: string) => void,
  what: string | undefined,
): Promise<Ran> {
  const begun = Date.now();
  if (what !== undefined) log(`Building ${what} with Go …`);
  const progress = setInterval(() => {
    if (what !== undefined) log(`  still building ${what}: ${Math.round((Date.now() - begun) / 1000)} s so far`);
  }, 20_000);
  try {
    const ran = await run("go", args, { cwd, env });
    if (ran.code !== 0)
      throw new Error(`Building the Pulumi engine failed: go ${args.join(" ")}\n${ran.output.trim().split("\n").slice(-15).join("\n")}`);
    return ran;
  } finally {
    clearInterval(progress);
  }
}
