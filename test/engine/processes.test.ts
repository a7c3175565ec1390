import { spawnSync } from "node:child_process";
import { killNow } from "./support/processes";

test("ending a process that has ended already is fine", () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  expect(() => killNow(pid)).not.toThrow();
});
