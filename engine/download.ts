import { run } from "./run";

const timeoutMs = 90_000;

/**
 * Puts an engine into `root` with Pulumi's official installer, which the SDK's Automation API runs.
 * In a process of its own, so that a network that swallows everything costs no more than the timeout.
 * @returns why it did not work, or `undefined` when it did
 */
export async function download(version: string, root: string): Promise<string | undefined> {
  const script = `
    const { PulumiCommand } = require("@pulumi/pulumi/automation");
    const { SemVer } = require(require.resolve("semver", { paths: [require.resolve("@pulumi/pulumi")] }));
    PulumiCommand.install({ version: new SemVer(process.argv[1]), root: process.argv[2] })
      .catch((error) => { console.error(String(error.message).split("\\n")[0]); process.exit(1); });`;
  const { code, output } = await run(process.execPath, ["-e", script, version, root], { cwd: __dirname, timeoutMs });
  if (code === 0) return undefined;
  return code === 124 ? `no answer within ${timeoutMs / 1000} s` : (output.trim().split("\n")[0] ?? "it failed");
}
