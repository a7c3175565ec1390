import type { Cloud, Simulator } from "../../../simulator";
import { uphone } from "./examples";
import { eachOnABench } from "./each";
import type { Declared } from "./stack";

/** What differs between the four resources in one and the same story. */
export interface Kind {
  readonly declare: (name: string, args?: Declared["args"], opts?: Declared["opts"]) => Declared;
  readonly cloud: (simulator: Simulator) => Cloud;
  /** Changes that keep the server. */
  readonly inPlace: Declared["args"];
  /** A change that needs another server. */
  readonly replacing: Declared["args"];
  /** What somebody does in the vendor's console, and the inputs that `refresh` then shows as different. */
  readonly drift: { readonly fields: Readonly<Record<string, unknown>>; readonly shown: Declared["args"] };
}

/** The story that every resource has to live through. */
export function livesOnTheRealEngine(type: Declared["type"], kind: Kind): void {
  const bench = eachOnABench();

  const ops = (outcome: { steps: readonly { op: string }[] }): string[] => outcome.steps.map((step) => step.op);
  const cloud = (): Cloud => kind.cloud(bench.simulator);
  const orders = (): number => bench.simulator.ledger.orders().length;
  const costing = (): readonly unknown[] => bench.simulator.clouds.flatMap((cloud) => cloud.costing());

  test("is bought once, changed in place, brought back from drift, and given back", async () => {
    await bench.stack.declare(kind.declare("one"));
    const bought = await bench.stack.up();
    expect(bought.text).toContain("one");
    expect([bought.code, ops(bought)]).toEqual([0, ["create"]]);
    expect(orders()).toBe(1);
    const [server] = cloud().servers();
    expect((await bench.stack.resources()).map((resource) => resource.id)).toEqual([server]);

    const again = await bench.stack.up();
    expect([again.code, ops(again)]).toEqual([0, ["same"]]);

    await bench.stack.declare(kind.declare("one", kind.inPlace));
    const changed = await bench.stack.up();
    expect([changed.code, ops(changed)]).toEqual([0, ["update"]]);
    const read = await bench.stack.refresh();
    expect(read.code).toBe(0);
    const [after] = await bench.stack.resources();
    expect(after!.outputs).toMatchObject(kind.inPlace);
    expect(ops(await bench.stack.up())).toEqual(["same"]);

    cloud().change(server!, kind.drift.fields);
    const drifted = await bench.stack.refresh();
    expect(drifted.code).toBe(0);
    expect((await bench.stack.resources())[0]!.outputs).toMatchObject(kind.drift.shown);
    const repaired = await bench.stack.up();
    expect([repaired.code, ops(repaired)]).toEqual([0, ["update"]]);
    expect((await bench.stack.resources())[0]!.outputs).not.toMatchObject(kind.drift.shown);

    await bench.stack.declare(kind.declare("one", { ...kind.inPlace, ...kind.replacing }));
    const planned = await bench.stack.preview();
    expect(ops(planned)).toContain("replace");
    expect(planned.steps.flatMap((step) => step.replacedFor)).toContain(Object.keys(kind.replacing)[0]);

    expect(orders()).toBe(1);
    expect((await bench.stack.destroy()).code).toBe(0);
    expect(cloud().servers()).toEqual([]);
    expect(costing()).toEqual([]);
  });

  test("that was removed behind our back is noticed by refresh and bought again by the next up", async () => {
    await bench.stack.declare(kind.declare("one"));
    expect((await bench.stack.up()).code).toBe(0);
    const [server] = cloud().servers();
    cloud().vanish(server!);

    expect((await bench.stack.refresh()).code).toBe(0);
    expect(await bench.stack.resources()).toEqual([]);
    expect(ops(await bench.stack.up())).toEqual(["create"]);
    expect(orders()).toBe(2);
  });

  test("whose building fails is kept with its id, and destroy removes it", async () => {
    cloud().failProvisioning();
    await bench.stack.declare(kind.declare("one"));
    const failed = await bench.stack.up();
    expect(failed.code).not.toBe(0);
    const [server] = cloud().servers();
    const [kept] = await bench.stack.resources();
    expect(kept!.id).toBe(server);
    expect(kept!.initErrors).toHaveLength(1);
    expect(kept!.outputs["__provider"]).toContain(`.${type};`);

    expect((await bench.stack.up()).code).not.toBe(0);
    expect((await bench.stack.refresh()).code).toBe(0);
    expect((await bench.stack.up()).code).not.toBe(0); // a refresh makes no good server of a failed one
    expect(orders()).toBe(1);
    expect((await bench.stack.destroy()).code).toBe(0);
    expect(cloud().servers()).toEqual([]);
    expect(costing()).toEqual([]);
  });

  test("that is late is kept, and the next up goes on waiting", async () => {
    cloud().stallProvisioning(true);
    await bench.stack.declare(kind.declare("one", { timeouts: { create: "1s", update: "30m" } }));
    const late = await bench.stack.up();
    expect(late.code).not.toBe(0);
    expect(late.text).toContain("run the same command again to go on waiting");
    const [kept] = await bench.stack.resources();
    expect([kept!.id]).toEqual(cloud().servers());

    cloud().stallProvisioning(false);
    const waited = await bench.stack.up();
    expect([waited.code, ops(waited)]).toEqual([0, ["update"]]);
    expect((await bench.stack.resources())[0]!.initErrors ?? []).toEqual([]);
    expect(orders()).toBe(1);
    expect(ops(await bench.stack.up())).toEqual(["same"]);
  });

  test("that is late is waited for by the next up even when a refresh came between", async () => {
    cloud().stallProvisioning(true);
    await bench.stack.declare(kind.declare("one", { timeouts: { create: "1s", update: "30m" } }));
    expect((await bench.stack.up()).code).not.toBe(0);
    expect((await bench.stack.refresh()).code).toBe(0);
    expect((await bench.stack.resources()).map((resource) => resource.id)).toEqual(cloud().servers());

    cloud().stallProvisioning(false);
    const waited = await bench.stack.up();
    expect([waited.code, ops(waited)]).toEqual([0, ["update"]]);
    expect(orders()).toBe(1);
    expect(ops(await bench.stack.up())).toEqual(["same"]);
  });

  test("previews with inputs that are not known yet", async () => {
    const text = Object.keys(kind.inPlace)[0]!;
    await bench.stack.declare(uphone("first"), kind.declare("one", { [text]: { outputOf: ["first", "id"] } }));
    const planned = await bench.stack.preview();
    expect(planned.text).not.toContain("error");
    expect([planned.code, ops(planned)]).toEqual([0, ["create", "create"]]);
    expect(bench.simulator.clouds.flatMap((cloud) => cloud.received())).toEqual([]);
  });

  test("with bad input is refused by name before any request", async () => {
    await bench.stack.declare(kind.declare("one", { timeouts: { create: "soon" } }));
    const refused = await bench.stack.up();
    expect(refused.code).not.toBe(0);
    expect(refused.text).toContain("timeouts.create");
    expect(bench.simulator.clouds.flatMap((cloud) => cloud.received())).toEqual([]);
  });
}
