import { startSimulator } from "../../simulator";
import type { Cloud, Simulator } from "../../simulator";
import { bare, edge, phones, uphone } from "./support/examples";
import { newStack } from "./support/stack";
import type { Declared, Stack } from "./support/stack";

/** What differs between the four resources in one and the same story. */
interface Kind {
  readonly declare: (name: string, args?: Declared["args"], opts?: Declared["opts"]) => Declared;
  readonly cloud: (simulator: Simulator) => Cloud;
  /** Changes that keep the server. */
  readonly inPlace: Declared["args"];
  /** A change that needs another server. */
  readonly replacing: Declared["args"];
  /** What somebody does in the vendor's console, and the inputs that `refresh` then shows as different. */
  readonly drift: { readonly fields: Readonly<Record<string, unknown>>; readonly shown: Declared["args"] };
}

const kinds: Readonly<Record<string, Kind>> = {
  UPhoneServer: {
    declare: uphone,
    cloud: (simulator) => simulator.ucloud,
    inPlace: { name: "renamed", remark: "night shift" },
    replacing: { imageId: "image-Sim002" },
    drift: { fields: { Remark: "changed by hand" }, shown: { remark: "changed by hand" } },
  },
  CphPhoneServer: {
    declare: phones,
    cloud: (simulator) => simulator.huaweicloud,
    inPlace: { serverName: "renamed", keypairName: "kp2", tags: { env: "prod" } },
    replacing: { phoneCountPerIp: 2 },
    drift: { fields: { keypair_name: "kp2" }, shown: { keypairName: "kp2" } },
  },
  CphBmsServer: {
    declare: bare,
    cloud: (simulator) => simulator.huaweicloud,
    inPlace: { serverName: "renamed", tags: { env: "prod" } },
    replacing: { serverModelName: "physical.rx2.16xlarge.4" },
    drift: { fields: { server_name: "by-hand" }, shown: { serverName: "by-hand" } },
  },
  EdcpsInstance: {
    declare: edge,
    cloud: (simulator) => simulator.jdcloud,
    inPlace: { name: "renamed", description: "night shift" },
    replacing: { osTypeId: "ostype-0002" },
    drift: { fields: { description: "changed by hand" }, shown: { description: "changed by hand" } },
  },
};

describe.each(Object.keys(kinds))("the life of a %s on the real engine", (type) => {
  const kind = kinds[type]!;
  let simulator: Simulator;
  let stack: Stack;

  beforeEach(async () => {
    simulator = await startSimulator({ speed: 3000 });
    stack = await newStack(simulator);
  });
  afterEach(async () => {
    await stack.dispose();
    await simulator.close();
  });

  const ops = (outcome: { steps: readonly { op: string }[] }): string[] => outcome.steps.map((step) => step.op);
  const orders = (): number => simulator.ledger.orders().length;
  const costing = (): readonly unknown[] => simulator.clouds.flatMap((cloud) => cloud.costing());

  test("is bought once, changed in place, brought back from drift, and given back", async () => {
    await stack.declare(kind.declare("one"));
    const bought = await stack.up();
    expect(bought.text).toContain("one");
    expect([bought.code, ops(bought)]).toEqual([0, ["create"]]);
    expect(orders()).toBe(1);
    const [server] = kind.cloud(simulator).servers();
    expect((await stack.resources()).map((resource) => resource.id)).toEqual([server]);

    const again = await stack.up();
    expect([again.code, ops(again)]).toEqual([0, ["same"]]);

    await stack.declare(kind.declare("one", kind.inPlace));
    const changed = await stack.up();
    expect([changed.code, ops(changed)]).toEqual([0, ["update"]]);
    const read = await stack.refresh();
    expect(read.code).toBe(0);
    const [after] = await stack.resources();
    expect(after!.outputs).toMatchObject(kind.inPlace);
    expect(ops(await stack.up())).toEqual(["same"]);

    kind.cloud(simulator).change(server!, kind.drift.fields);
    const drifted = await stack.refresh();
    expect(drifted.code).toBe(0);
    expect((await stack.resources())[0]!.outputs).toMatchObject(kind.drift.shown);
    const repaired = await stack.up();
    expect([repaired.code, ops(repaired)]).toEqual([0, ["update"]]);
    expect((await stack.resources())[0]!.outputs).not.toMatchObject(kind.drift.shown);

    await stack.declare(kind.declare("one", { ...kind.inPlace, ...kind.replacing }));
    const planned = await stack.preview();
    expect(ops(planned)).toContain("replace");
    expect(planned.steps.flatMap((step) => step.diffs)).toContain(Object.keys(kind.replacing)[0]);

    expect(orders()).toBe(1);
    expect((await stack.destroy()).code).toBe(0);
    expect(kind.cloud(simulator).servers()).toEqual([]);
    expect(costing()).toEqual([]);
  });

  test("that was removed behind our back is noticed by refresh and bought again by the next up", async () => {
    await stack.declare(kind.declare("one"));
    expect((await stack.up()).code).toBe(0);
    const [server] = kind.cloud(simulator).servers();
    kind.cloud(simulator).vanish(server!);

    expect((await stack.refresh()).code).toBe(0);
    expect(await stack.resources()).toEqual([]);
    expect(ops(await stack.up())).toEqual(["create"]);
    expect(orders()).toBe(2);
  });

  test("whose building fails is kept with its id, and destroy removes it", async () => {
    kind.cloud(simulator).failProvisioning();
    await stack.declare(kind.declare("one"));
    const failed = await stack.up();
    expect(failed.code).not.toBe(0);
    const [server] = kind.cloud(simulator).servers();
    const [kept] = await stack.resources();
    expect(kept!.id).toBe(server);
    expect(kept!.initErrors).toHaveLength(1);
    expect(kept!.outputs["__provider"]).toContain(`.${type};`);

    expect((await stack.up()).code).not.toBe(0);
    expect(orders()).toBe(1);
    expect((await stack.destroy()).code).toBe(0);
    expect(kind.cloud(simulator).servers()).toEqual([]);
    expect(costing()).toEqual([]);
  });

  test("that is late is kept, and the next up goes on waiting", async () => {
    kind.cloud(simulator).stallProvisioning(true);
    await stack.declare(kind.declare("one", { timeouts: { create: "1s", update: "30m" } }));
    const late = await stack.up();
    expect(late.code).not.toBe(0);
    expect(late.text).toContain("run `pulumi up` again");
    const [kept] = await stack.resources();
    expect([kept!.id]).toEqual(kind.cloud(simulator).servers());

    kind.cloud(simulator).stallProvisioning(false);
    const waited = await stack.up();
    expect([waited.code, ops(waited)]).toEqual([0, ["update"]]);
    expect((await stack.resources())[0]!.initErrors ?? []).toEqual([]);
    expect(orders()).toBe(1);
    expect(ops(await stack.up())).toEqual(["same"]);
  });

  test("previews with inputs that are not known yet", async () => {
    const text = Object.keys(kind.inPlace)[0]!;
    const whole = { ...uphone("first") };
    await stack.declare(whole, kind.declare("one", { [text]: { outputOf: ["first", "id"] } }));
    const planned = await stack.preview();
    expect(planned.text).not.toContain("error");
    expect([planned.code, ops(planned)]).toEqual([0, ["create", "create"]]);
    expect(simulator.clouds.flatMap((cloud) => cloud.received())).toEqual([]);
  });

  test("with bad input is refused by name before any request", async () => {
    await stack.declare(kind.declare("one", { timeouts: { create: "soon" } }));
    const refused = await stack.up();
    expect(refused.code).not.toBe(0);
    expect(refused.text).toContain("timeouts.create");
    expect(simulator.clouds.flatMap((cloud) => cloud.received())).toEqual([]);
  });
});
