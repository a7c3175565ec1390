/** What many histories came to, for people. */
import type { Counts, Tally } from "./batch";
import { violationKinds } from "./judge";

type Row = readonly [what: string, of: (tally: Tally) => number];

const sum = (counts: Counts): number => Object.values(counts).reduce((total, number) => total + number, 0);

const keysOf = (tallies: readonly Tally[], which: "deaths" | "faults"): string[] =>
  [...new Set(tallies.flatMap((tally) => Object.keys(tally[which])))].sort();

const rows = (tallies: readonly Tally[]): readonly Row[] => [
  ["histories", (tally) => tally.histories],
  ["orders executed", (tally) => tally.orders],
  ["deaths", (tally) => sum(tally.deaths)],
  ...keysOf(tallies, "deaths").map((kind): Row => [`  of the ${kind}`, (tally) => tally.deaths[kind] ?? 0]),
  ["faults injected", (tally) => sum(tally.faults)],
  ...keysOf(tallies, "faults").map((kind): Row => [`  ${kind}`, (tally) => tally.faults[kind] ?? 0]),
  ["purchases with an unclear outcome", (tally) => tally.unclear],
  ["  resolved without a human", (tally) => tally.unclear - tally.instructed - tally.unresolved],
  ["  stopped with an instruction, and resolved by it", (tally) => tally.instructed],
  ["  unresolved", (tally) => tally.unresolved],
  ["histories in which something went wrong", (tally) => tally.failed],
  ...violationKinds.map((kind): Row => [`  ${names[kind]}`, (tally) => tally.violations[kind] ?? 0]),
];

const names = {
  "double purchase": "double purchases",
  "lost server": "lost servers",
  "wrongly adopted": "wrongly adopted servers",
  "state differs from the cloud": "states that differ from the cloud",
  "never settles": "stacks that never settle",
  "left after destroy": "things left after destroy",
  broken: "histories that broke",
} as const satisfies Readonly<Record<(typeof violationKinds)[number], string>>;

/** One column per tally. */
export function table(columns: Readonly<Record<string, Tally>>): string {
  const tallies = Object.values(columns);
  const cells = [
    ["", ...Object.keys(columns)],
    ...rows(tallies).map(([what, of]) => [what, ...tallies.map((one) => of(one).toLocaleString("en-US"))]),
  ];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ");
  return cells.map(line).join("\n");
}
