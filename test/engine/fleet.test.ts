import { eachOnABench } from "./support/each";

describe("a fleet on the real engine", () => {
  const bench = eachOnABench();

  const declare = (size: number, rest = ""): Promise<void> =>
    bench.stack.program(`
      import { CloudPhoneFleet } from "pulumi-cloudphone";
      const fleet = new CloudPhoneFleet("farm", {
        kind: "UPhoneServer",
        size: ${size},
        server: { cityId: "cn-wlcb", serverModelName: "28C60G1T4", uphoneModelName: "basic", imageId: "image-Sim001" },
        ${rest}
      });
      export const addresses = fleet.addresses;
    `);
  const up = async (...flags: readonly string[]): Promise<readonly string[]> => {
    const done = await bench.stack.up(...flags);
    expect([done.code, done.code === 0 ? "" : done.text]).toEqual([0, ""]);
    return done.steps.map(({ op, name }) => `${op} ${name}`);
  };
  const ids = async (): Promise<Record<string, string>> =>
    Object.fromEntries((await bench.stack.resources()).map(({ urn, id }) => [urn.split("::").at(-1)!, id]));
  const numbered = (from: number, to: number, op: string): string[] =>
    Array.from({ length: to - from + 1 }, (_, at) => `${op} farm-${from + at}`).sort();
  const orders = (): number => bench.simulator.ledger.orders().length;

  test("grows and shrinks by exactly the difference, and those not touched stay", async () => {
    await declare(10);
    await up();
    const ten = await ids();
    expect([Object.keys(ten).length, orders()]).toEqual([10, 10]);

    await declare(100);
    expect((await up()).filter((step) => !step.startsWith("same")).sort()).toEqual(numbered(11, 100, "create"));
    const hundred = await ids();
    expect([hundred, orders()]).toMatchObject([ten, 100]);

    await declare(37);
    expect((await up()).filter((step) => !step.startsWith("same")).sort()).toEqual(numbered(38, 100, "delete"));
    const left = await ids();
    expect([Object.keys(left).length, orders(), bench.simulator.ucloud.servers().length]).toEqual([37, 100, 37]);
    expect(hundred).toMatchObject(left);

    await declare(100);
    await up();
    expect([await ids(), orders(), bench.simulator.ucloud.servers().length]).toMatchObject([left, 163, 100]);
    expect((await up()).every((step) => step.startsWith("same"))).toBe(true);
  });

  test("replacing the middle one touches only it", async () => {
    await declare(3);
    await up();
    const before = await ids();
    bench.simulator.ucloud.vanish(before["farm-2"]!);
    await bench.stack.refresh();
    expect((await up()).filter((step) => !step.startsWith("same"))).toEqual(["create farm-2"]);
    const { "farm-2": anew, ...others } = await ids();
    expect(others).toEqual({ "farm-1": before["farm-1"], "farm-3": before["farm-3"] });
    expect([anew === before["farm-2"], orders()]).toEqual([false, 4]);
  });

  test("buys no more at a time than it may", async () => {
    await declare(7, "maxParallel: 2,");
    await up("--parallel", "16");
    const entries = bench.simulator.ledger.entries("ucloud");
    const boughtAt = bench.simulator.ucloud
      .received()
      .filter(({ operation }) => operation === "CreateUPhoneServer")
      .map(({ at }) => at)
      .sort((a, b) => a - b);
    expect([boughtAt.length, entries.filter(({ kind }) => kind === "order").length]).toEqual([7, 7]);
    // Building takes 25 minutes: a third purchase only begins when one of the first two is over.
    const minutesAfterTheOneBefore = boughtAt.slice(2).map((at, index) => (at - boughtAt[index]!) / 60_000);
    expect(minutesAfterTheOneBefore.every((minutes) => minutes >= 20)).toBe(true);
  });
});
