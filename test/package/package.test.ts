import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const dependencies = ["@pulumi", "zod", "undici"];

describe("the package as it is published", () => {
  const folder = mkdtempSync(join(tmpdir(), "cloudphone-package-"));
  const installed = join(folder, "node_modules", "pulumi-cloudphone");

  beforeAll(() => {
    const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder, "--loglevel=error"], {
      cwd: root,
    });
    const [{ filename }] = JSON.parse(packed.toString()) as [{ filename: string }];
    mkdirSync(installed, { recursive: true });
    execFileSync("tar", ["-xzf", join(folder, filename), "-C", installed, "--strip-components=1"]);
    for (const name of dependencies) symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const node = (script: string): string => execFileSync(process.execPath, ["-e", script], { cwd: folder }).toString().trim();

  test("loads by plain require, whole and by cloud", () => {
    expect(node(`console.log(Object.keys(require("pulumi-cloudphone")).sort().join())`)).toBe(
      "CloudPhoneFleet,CphBmsServer,CphPhoneServer,EdcpsInstance,UPhoneServer",
    );
    expect(node(`console.log(Object.keys(require("pulumi-cloudphone/ucloud")).join())`)).toBe("UPhoneServer");
    expect(node(`console.log(Object.keys(require("pulumi-cloudphone/huaweicloud")).sort().join())`)).toBe("CphBmsServer,CphPhoneServer");
    expect(node(`console.log(Object.keys(require("pulumi-cloudphone/jdcloud")).join())`)).toBe("EdcpsInstance");
    expect(node(`console.log(typeof require("pulumi-cloudphone/simulator").startSimulator)`)).toBe("function");
  });

  // Kept in users' state for years: these names must go on working.
  test.each(["UPhoneServer", "CphPhoneServer", "CphBmsServer", "EdcpsInstance"])("keeps the provider text of %s working", (name) => {
    const methods = node(`
      const text = 'exports.handler = require("pulumi-cloudphone/dynamic").${name};';
      const host = new module.constructor(); host.paths = module.paths; host._compile(text, require("path").join(process.cwd(), "host.js"));
      const provider = host.exports.handler();
      if (provider !== host.exports.handler()) throw new Error("one shared object per type is expected");
      console.log(Object.keys(provider).sort().join());`);
    expect(methods).toBe("check,configure,create,delete,diff,read,update");
  });

  test("a program that loads the resources loads neither the schemas nor the HTTP client", () => {
    const loaded = node(
      `require("pulumi-cloudphone"); console.log(Object.keys(require.cache).filter((file) => /node_modules.(zod|undici).|dist.provider./.test(file)).join())`,
    );
    expect(loaded).toBe("");
  });

  test("carries the simulator as a command, licence and documentation, and nothing of the tests", () => {
    expect(execFileSync(process.execPath, [join(installed, "dist", "simulator", "cli.js"), "--help"]).toString()).toContain("--state-file");
    for (const file of ["LICENSE", "README.md", "CHANGELOG.md", join("docs", "resources.md"), join("docs", "changes.md")])
      expect(existsSync(join(installed, file))).toBe(true);
    for (const file of ["test", "engine", "examples", join("dist", "engine")]) expect(existsSync(join(installed, file))).toBe(false);
  });
});

test.each([
  ["resources.md says what an editor shows", "resource-docs.mjs"],
  ["changes.md says what the provider compares with", "change-docs.mjs"],
  ["simulator.md says what the simulated clouds sell", "simulator-docs.mjs"],
])("docs/%s", (_, script) => {
  execFileSync(process.execPath, [join(root, "scripts", script), "--check"], { cwd: root });
});
