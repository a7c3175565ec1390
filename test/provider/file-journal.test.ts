import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileJournal, journalFolder } from "../../provider/file-journal";
import type { Intent } from "../../provider/kit/journal";

const intent: Intent = {
  what: 'UPhoneServer "farm"',
  marker: "abcdefghij0",
  place: "UCloud cn-wlcb",
  identity: "f",
  want: 1,
  sentAt: Date.parse("2026-01-02T03:04:05Z"),
  state: "sent",
  serverIds: [],
};

describe("the journal on the disk", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "cloudphone-journal-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test("keeps one intent per resource, over processes, until it is cleared", async () => {
    const inside = join(folder, "made", "when needed");
    await fileJournal(inside).write("abcdefghij", intent);
    await fileJournal(inside).write("abcdefghij", { ...intent, state: "accepted", serverIds: ["uphs-1"] });
    await fileJournal(inside).write("zzzzzzzzzz", intent);
    expect(await fileJournal(inside).read("abcdefghij")).toMatchObject({ ...intent, state: "accepted", serverIds: ["uphs-1"] });
    expect(readdirSync(inside).sort()).toEqual(["abcdefghij.json", "zzzzzzzzzz.json"]);
    await fileJournal(inside).clear("abcdefghij");
    await fileJournal(inside).clear("abcdefghij"); // fine if it is gone
    expect(await fileJournal(inside).read("abcdefghij")).toBeUndefined();
    expect(await fileJournal(inside).read("zzzzzzzzzz")).toMatchObject(intent);
  });

  test("can be read by a human, and by nobody else", async () => {
    await fileJournal(folder).write("abcdefghij", intent);
    const file = join(folder, "abcdefghij.json");
    const text = readFileSync(file, "utf8");
    expect(text).toContain('"what": "UPhoneServer \\"farm\\""');
    expect(text).toContain('"at": "2026-01-02T03:04:05.000Z"');
    if (process.platform !== "win32") expect(statSync(file).mode & 0o077).toBe(0);
  });

  test("a file that was cut off stands for an order of which nothing is known", async () => {
    writeFileSync(join(folder, "abcdefghij.json"), '{ "what": "UPho');
    const read = await fileJournal(folder).read("abcdefghij");
    expect(read).toMatchObject({ state: "sent", marker: "abcdefghij0", serverIds: [] });
    expect(Math.abs((read?.sentAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test("a folder that cannot be written says so, and what to do", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    await expect(fileJournal(join(file, "journal")).write("abcdefghij", intent)).rejects.toThrow(
      /nothing is bought without it: .*cloudphone:journal/s,
    );
    await expect(fileJournal(join(file, "journal")).read("abcdefghij")).rejects.toThrow(/Could not read the purchase journal/);
  });

  test("is where the settings say, else under Pulumi's home", () => {
    const settings = (config?: string, home?: string) => ({
      config: (key: string) => (key === "cloudphone:journal" ? config : undefined),
      env: (name: string) => (name === "PULUMI_HOME" ? home : undefined),
    });
    expect(journalFolder(settings("/shared/journal", "/home"))).toBe("/shared/journal");
    expect(journalFolder(settings(undefined, "/home/p"))).toBe(join("/home/p", "cloudphone", "journal"));
    expect(journalFolder(settings())).toMatch(/\.pulumi[\\/]cloudphone[\\/]journal$/);
  });
});
