import type { LedgerEntry, Simulator } from "../../../simulator";
import type { Line } from "../../support/drift-matrix";
import type { Outcome, StateResource } from "./project";
import { eachOnABench } from "./each";
import type { Declared } from "./stack";

type Args = Declared["args"];

/** One edit of a program. */
export interface Edit {
  /** What the program says at first beside the usual inputs. */
  readonly from?: Args;
  /** What it says then, on top of that. `undefined` takes an input out. */
  readonly to: Args;
}

export interface InPlace extends Edit {
  /** What the cloud has to say afterwards, and what that is to be; left out for inputs that only our state has. */
  readonly cloud?: { readonly shows: (ids: readonly string[], simulator: Simulator) => unknown; readonly value: unknown };
  /** What it pays for, in the ledger's words. Default: nothing. */
  readonly costs?: readonly string[];
}

export interface Changes {
  readonly declare: (name: string, args: Args) => Declared;
  readonly table: Readonly<Record<string, Line>>;
  /** By lines of the table: those that change in place, also those that do so when the program allows it. */
  readonly inPlace: Readonly<Record<string, InPlace>>;
  /** Those that count from the next order on. */
  readonly later: Readonly<Record<string, Edit>>;
  readonly replacing: Readonly<Record<string, Edit>>;
  /** Those that replace and have one value only here, and why. */
  readonly fixed?: Readonly<Record<string, string>>;
}

const idsOf = ({ outputs }: { readonly outputs: Readonly<Record<string, unknown>> }): string[] =>
  "servers" in outputs ? (outputs["servers"] as { id: string }[]).map(({ id }) => id) : [String(outputs["serverId"])];

/** Each line of a diff table, as a user meets it: an edit of the program and what the engine makes of it. */
export function changesOnTheRealEngine({ declare, table, inPlace, later, replacing, fixed = {} }: Changes): void {
  const bench = eachOnABench();

  /** `charge.autoRenew` -> a name that a resource may have. */
  const nameOf = (line: string): string => `r-${line.replaceAll(".", "-").toLowerCase()}`;
  const first = (edits: Readonly<Record<string, Edit>>): Declared[] =>
    Object.entries(edits).map(([line, { from }]) => declare(nameOf(line), { ...from }));
  const then = (edits: Readonly<Record<string, Edit>>): Declared[] =>
    Object.entries(edits).map(([line, { from, to }]) => declare(nameOf(line), { ...from, ...to }));
  const ops = ({ steps }: Outcome): Record<string, string[]> => {
    const names = [...new Set(steps.map(({ name }) => name))];
    return Object.fromEntries(names.map((name) => [name, steps.filter((step) => step.name === name).map(({ op }) => op)]));
  };
  const payments = (): readonly LedgerEntry[] => bench.simulator.ledger.payments();
  /** What the latest payments were for, by the resource whose state names it. */
  const paidFor = (latest: readonly LedgerEntry[], resources: readonly StateResource[]): Record<string, string[]> => {
    const states = resources.map(({ urn, outputs }) => ({ name: urn.split("::").at(-1) ?? "", text: JSON.stringify(outputs) }));
    const paid: Record<string, string[]> = {};
    for (const { what, orderId, ids } of latest) {
      const named = [...ids, orderId].filter((id) => id !== "");
      const { name } = states.find(({ text }) => named.some((id) => text.includes(`"${id}"`))) ?? { name: "nobody" };
      (paid[name] ??= []).push(what);
    }
    return paid;
  };
  const all = (edits: object, op: string): Record<string, string[]> =>
    Object.fromEntries(Object.keys(edits).map((line) => [nameOf(line), [op]]));

  test("every line of the table is tried", () => {
    const lines = (is: (rule: Line) => boolean): string[] =>
      Object.entries(table)
        .filter(([, rule]) => is(rule))
        .map(([line]) => line)
        .sort();
    expect(Object.keys(inPlace).sort()).toEqual(lines(({ change, inPlaceWith }) => change === "update" || inPlaceWith !== undefined));
    expect(Object.keys(later).sort()).toEqual(lines(({ change }) => change === "nextOrder"));
    expect([...Object.keys(replacing), ...Object.keys(fixed)].sort()).toEqual(lines(({ change }) => change === "replace"));
  });

  test("what changes in place does so, pays for nothing but what it says, and stays", async () => {
    await bench.stack.declare(...first({ ...inPlace, ...later }));
    const bought = await bench.stack.up();
    expect([bought.code, bought.code === 0 ? "" : bought.text]).toEqual([0, ""]);
    const paid = payments().length;

    await bench.stack.declare(...then({ ...inPlace, ...later }));
    const changed = await bench.stack.up();
    expect([changed.code, changed.code === 0 ? "" : changed.text]).toEqual([0, ""]);
    expect(ops(changed)).toEqual(all({ ...inPlace, ...later }, "update"));
    for (const line of Object.keys(later)) expect(changed.text).toContain(`${line} will count from the next order on`);

    const resources = await bench.stack.resources();
    const paidAfterwards = payments().length;
    const costing = Object.entries(inPlace).flatMap(([line, { costs }]) => (costs === undefined ? [] : [[nameOf(line), costs]]));
    expect(paidFor(payments().slice(paid), resources)).toEqual(Object.fromEntries(costing));
    for (const [line, { cloud }] of Object.entries(inPlace)) {
      if (cloud === undefined) continue;
      const resource = resources.find(({ urn }) => urn.endsWith(`::${nameOf(line)}`));
      expect({ line, shows: await cloud.shows(idsOf(resource!), bench.simulator) }).toEqual({ line, shows: cloud.value });
    }

    expect((await bench.stack.refresh()).code).toBe(0);
    expect(ops(await bench.stack.up())).toEqual(all({ ...inPlace, ...later }, "same"));
    expect(payments()).toHaveLength(paidAfterwards);
  });

  test("what only a new server has is shown as a replacement", async () => {
    await bench.stack.declare(...first(replacing));
    const bought = await bench.stack.up();
    expect([bought.code, bought.code === 0 ? "" : bought.text]).toEqual([0, ""]);
    const paid = payments().length;
    await bench.stack.declare(...then(replacing));
    const { steps } = await bench.stack.preview();
    expect(payments()).toHaveLength(paid);
    for (const line of Object.keys(replacing)) {
      const ofIt = steps.filter(({ name }) => name === nameOf(line));
      expect({ line, replaces: ofIt.some(({ op }) => op === "replace"), for: ofIt.flatMap((step) => step.replacedFor) }).toEqual({
        line,
        replaces: true,
        for: expect.arrayContaining([line]) as unknown,
      });
    }
  });
}
