import type { Context } from "../../provider/kit/context";
import type { Rule } from "../../provider/kit/diff";
import type { Bag, Handler } from "../../provider/kit/handler";
import type { PurchaseState } from "../../provider/kit/purchase";
import type { Simulator } from "../../simulator";

/** A cloud for one test. */
export interface DriftWorld {
  readonly simulator: Simulator;
  context(over?: Partial<Context>): Context;
  close(): Promise<void>;
}

/** What happens to one input behind the provider's back. */
export interface Drift<W> {
  /** What the program says beside the usual inputs. */
  readonly given?: Bag;
  /** Changes the servers of the resource in the cloud, as their owner would in the console. */
  readonly meddle: (ids: readonly string[], world: W) => unknown;
  /** What the state says after a refresh. */
  readonly shows: unknown;
  /** What `pulumi up` pays for to put it right, in the ledger's words. Default: nothing. */
  readonly costs?: readonly string[];
}

/** A line of a diff table, whatever its type. */
export type Line = Pick<Rule<never>, "change" | "inPlaceWith" | "how" | "shown">;

export interface DriftMatrix<I, O extends I & PurchaseState, W> {
  readonly handler: Handler<I, O>;
  readonly table: Readonly<Record<string, Line>>;
  readonly world: () => Promise<W>;
  /** The usual inputs. */
  readonly spec: Bag;
  readonly idsOf: (outs: O) => readonly string[];
  /** One for each line of the table that the cloud shows. */
  readonly drifts: Readonly<Record<string, Drift<W>>>;
  /** Lets volatile things happen that are nobody's change: time, renewals, restarted phones. */
  readonly restless: (ids: readonly string[], world: W) => unknown;
}

/**
 * For each input that the cloud shows: when somebody changes it there, a refresh shows that input and no other, and `pulumi up` puts it right in place or
 * shows the replacement.
 */
export function driftMatrix<I, O extends I & PurchaseState, W extends DriftWorld>(of: DriftMatrix<I, O, W>): void {
  const { handler, table, spec, idsOf } = of;

  interface Stage {
    readonly world: W;
    readonly inputs: I;
    readonly id: string;
    readonly outs: O;
  }

  const open: W[] = [];
  afterEach(async () => {
    for (const world of open.splice(0)) await world.close();
  });

  async function bought(given: Bag = {}): Promise<Stage> {
    const world = await of.world();
    open.push(world);
    const checked = handler.check({ ...spec, ...given }, world.context().settings);
    expect(checked.failures).toEqual([]);
    const inputs = checked.inputs as I;
    const { id, outs } = await handler.create(inputs, world.context());
    return { world, inputs, id, outs };
  }

  async function differences(stage: Stage, outs: O): Promise<{ outs: O; properties: { property: string; kind: string; old: unknown }[] }> {
    const { world, id, inputs } = stage;
    const found = await handler.read(id, outs, world.context());
    if (found === undefined) throw new Error("It is gone.");
    const { properties } = handler.diff(found.outs, inputs, world.context().marker);
    return { outs: found.outs, properties: properties.map(({ property, kind, old }) => ({ property, kind, old })) };
  }

  const paidFor = ({ simulator }: W): string[] => simulator.ledger.payments().map(({ what }) => what);

  test("every input that the cloud shows is in the matrix", () => {
    const shown = Object.entries(table).filter(([, { shown }]) => shown !== undefined);
    expect(Object.keys(of.drifts).sort()).toEqual(shown.map(([name]) => name).sort());
  });

  test("what changes by itself is no difference", async () => {
    const stage = await bought();
    const paid = paidFor(stage.world);
    expect((await differences(stage, stage.outs)).properties).toEqual([]);
    await of.restless(idsOf(stage.outs), stage.world);
    expect((await differences(stage, stage.outs)).properties).toEqual([]);
    expect(paidFor(stage.world)).toEqual(paid);
  });

  test.each(Object.entries(of.drifts))("%s", async (name, { given, meddle, shows, costs = [] }) => {
    const stage = await bought(given);
    const { world, id, inputs } = stage;
    const paid = paidFor(world);
    const before = await differences(stage, stage.outs);
    expect(before.properties).toEqual([]);

    await meddle(idsOf(before.outs), world);
    const drifted = await differences(stage, before.outs);
    const rule = table[name];
    const isOptedIn = rule?.inPlaceWith !== undefined && (inputs as Bag)[rule.inPlaceWith.input] === rule.inPlaceWith.value;
    const kind = isOptedIn ? "update" : rule?.change;
    expect(drifted.properties).toEqual([{ property: name, kind, old: shows }]);
    if (kind === "update") {
      const outs = await handler.update(id, drifted.outs, inputs, world.context());
      expect((await differences(stage, outs)).properties).toEqual([]);
    }
    expect(paidFor(world)).toEqual([...paid, ...costs]);
  });
}
