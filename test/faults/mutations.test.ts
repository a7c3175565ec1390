import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { mutations } from "../../faults/mutations";

const cli = join(__dirname, "../../dist/faults/cli.js");

test("every mistake that is put into the built provider on purpose is found", () => {
  expect(existsSync(cli)).toBe(true); // npm run build
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "--mutations", "--workers", "1"], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  for (const { name } of mutations) expect(stdout).toContain(`A provider that ${name}: found after`);
}, 600_000);
