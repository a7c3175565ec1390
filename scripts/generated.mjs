/** Documents that are written from the code. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

/**
 * Writes a page of `docs`; with `--check` only says whether it is current.
 * @param undescribed what the code says nothing about though it should
 */
export function keepDocument(name, text, undescribed) {
  if (undescribed.length > 0) {
    console.error(`Without a description:\n${undescribed.join("\n")}`);
    process.exit(1);
  }
  const target = join(root, "docs", name);
  if (!process.argv.includes("--check")) {
    writeFileSync(target, text);
    return;
  }
  if (readFileSync(target, "utf8") === text) return;
  console.error(`docs/${name} is not current: run \`npm run docs\`.`);
  process.exit(1);
}
