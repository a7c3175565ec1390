import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { engineEnv, engineVersion, findEngine } from "../../engine";

const folders: string[] = [];
async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "cloudphone-engine-"));
  folders.push(made);
  return made;
}
afterEach(() => Promise.all(folders.splice(0).map((one) => rm(one, { recursive: true, force: true }))));

/** A stand-in that answers `pulumi version`. */
async function fakeEngine(at: string, version: string): Promise<string> {
  await mkdir(at, { recursive: true });
  for (const name of ["pulumi", "pulumi-language-nodejs"]) {
    await writeFile(join(at, name), `#!/bin/sh\necho ${version}\n`);
    await chmod(join(at, name), 0o755);
  }
  return at;
}

test("an engine on PATH is used as it is", async () => {
  const bin = await fakeEngine(await folder(), "v3.200.1");
  expect(await findEngine({ path: `/nowhere:${bin}`, cacheFolder: await folder() })).toEqual({ folder: bin, how: "on PATH" });
});

test("an engine on PATH that is too old is passed over for a kept one", async () => {
  const old = await fakeEngine(await folder(), "v2.25.0");
  const cacheFolder = await folder();
  const kept = await fakeEngine(
    join(cacheFolder, `engine-${engineVersion}-${process.platform}-${process.arch}`, "bin"),
    `v${engineVersion}`,
  );
  expect(await findEngine({ path: old, cacheFolder })).toEqual({ folder: kept, how: "kept" });
});

test("without engine, download and Go it says what to install and leaves nothing half made", async () => {
  const cacheFolder = await folder();
  const nodeOnly = dirname(process.execPath);
  process.env["HTTPS_PROXY"] = "http://127.0.0.1:9"; // no network, wherever this runs
  process.env["NODE_USE_ENV_PROXY"] = "1";
  try {
    await expect(findEngine({ path: nodeOnly, cacheFolder })).rejects.toThrow(/Install Pulumi .* or Go/s);
  } finally {
    delete process.env["HTTPS_PROXY"];
    delete process.env["NODE_USE_ENV_PROXY"];
  }
  expect(await readdir(cacheFolder)).toEqual([]);
});

test("the engine's environment puts the project's Node first and keeps away from the user's own Pulumi", () => {
  const env = engineEnv(
    { folder: "/engine/bin", how: "kept" },
    { backend: "/b", home: "/h", passphrase: "p", nodeBin: "/project/node_modules/.bin" },
  );
  expect(env["PATH"]).toMatch(/^\/project\/node_modules\/\.bin:\/engine\/bin:/);
  expect(env).toMatchObject({ PULUMI_BACKEND_URL: "file:///b", PULUMI_HOME: "/h", PULUMI_CONFIG_PASSPHRASE: "p" });
});
