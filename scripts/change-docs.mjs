/** Writes docs/changes.md from the tables that the provider compares with, so that both say the same. `--check`: only says whether it is current. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { keepDocument } from "./generated.mjs";
import { root } from "./setup.mjs";

const load = createRequire(import.meta.url);
const vendors = join(root, "dist", "provider", "vendors");
const tables = {
  UPhoneServer: load(join(vendors, "ucloud", "uphone-server-changes.js")).uphoneServerChanges,
  CphPhoneServer: load(join(vendors, "huaweicloud", "cph-phone-changes.js")).cphPhoneServerChanges,
  CphBmsServer: load(join(vendors, "huaweicloud", "cph-bms-changes.js")).cphBmsServerChanges,
  EdcpsInstance: load(join(vendors, "jdcloud", "edcps-changes.js")).edcpsInstanceChanges,
};

// The fleet compares nothing itself: what it says becomes resources and their inputs.
const fleet = `## CloudPhoneFleet

A fleet is made of the resources above; an input changes what they are told, and their tables say what comes of it.

| Input | A change of it |
|---|---|
| \`size\` | larger: one order for each resource that is new, and a larger \`count\` of the last one; smaller: the resources with the highest numbers are deleted, as \`deletionPolicy\` says, and a smaller \`count\` of the last one gives servers back. The others are not touched |
| \`server\` | as the resource's table says, for every resource that is in no share which says otherwise |
| \`spread\` | a resource's share depends on its number and the weights: with other weights, or another order of the shares, some get the \`args\` of another share, which for a city or a zone replaces them; other \`args\` count for the resources of that share |
| \`serversPerOrder\` | servers move between resources: what one of them gives back another one buys anew |
| \`naming\` | the servers are renamed in place; the resources keep their names in the stack |
| \`kind\` | everything is bought anew, then the old ones are given back |
| \`maxParallel\` | nothing; the next purchases and changes keep to it |
`;

keepDocument("changes.md", page(), undescribed());

/** Lines that say that something changes in place, but not how. */
function undescribed() {
  return Object.entries(tables).flatMap(([resource, table]) =>
    Object.entries(table)
      .filter(([, rule]) => (rule.change === "update" || rule.inPlaceWith) && !rule.how)
      .map(([input]) => `${resource}.${input}`),
  );
}

function page() {
  const sections = Object.entries(tables).map(([resource, table]) => {
    const rows = Object.entries(table).map(([input, rule]) => `| \`${input}\` | ${meaning(rule)} | ${how(rule)} | ${rule.shown ?? "–"} |`);
    return `## ${resource}\n\n| Input | A change of it | How it is done | Read back from |\n|---|---|---|---|\n${rows.join("\n")}\n`;
  });
  return `# What a change of each input does

<!-- Written by \`npm run docs\` from the tables that the provider compares state and program with. -->

- **in place**: the servers stay, and what is in the next column is done to them.
- **replaces**: only a new server has it. The preview shows the replacement; it is a purchase. The old server is given back afterwards, as \`deletionPolicy\` says; before, where both cannot have the same address.
- **next order**: a term of purchases. Nothing is done now; the state takes it, and the next order (a larger \`count\`, a replacement) has it. The preview says so in a line.
- **nothing**: it counts when the resource is created, and never again.

**costs**, **loses data** and **interrupts**: a change in place may do so, and then the preview says it in a line. A preview also names inputs in which servers differ from the program although it says what it said before: they were taken over so, differ from each other, or a run was cut off.

An input that the program leaves out and the cloud chooses is never compared. What cannot be read back is compared with what the program said last.

${sections.join("\n")}
${fleet}`;
}

function meaning({ change, inPlaceWith, chosenByCloud }) {
  const word = { update: "in place", replace: "replaces", nextOrder: "next order", ignore: "nothing" }[change];
  const optedIn = inPlaceWith ? `in place with \`${inPlaceWith.input}: "${inPlaceWith.value}"\`, else ` : "";
  return `${optedIn}${word}${chosenByCloud ? "; left out: as the cloud chose" : ""}`;
}

function how({ change, how: done, inPlaceWith, costs, wipes, interrupts }) {
  const effects = [costs && "**costs**", wipes && "**loses data**", interrupts && "**interrupts**"].filter(Boolean);
  if (change === "update" || inPlaceWith) return [done, ...effects].join("; ");
  return { replace: "by a new purchase", nextOrder: done ?? "kept in the state", ignore: "–" }[change];
}
