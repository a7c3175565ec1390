import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startSimulator } from "../../simulator";
import { newStack } from "./support/stack";

const root = join(__dirname, "..", "..");
const blocks = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/```ts\n(.*?)```/gs)].map((block) => block[1] ?? "");
const blockWith = (text: string): string => {
  const block = blocks.find((one) => one.includes(text));
  if (block === undefined) throw new Error(`README.md has no example with ${text}`);
  return block;
};

describe("the examples of the README run as they stand", () => {
  test("a program", async () => {
    const simulator = await startSimulator({ speed: 3000 });
    const stack = await newStack(simulator);
    try {
      await stack.program(blockWith("new UPhoneServer("));
      const up = await stack.up();
      expect([up.code, up.steps.map((step) => step.op)]).toEqual([0, ["create"]]);
      expect((await stack.resources())[0]!.id).toBe(simulator.ucloud.servers()[0]);
    } finally {
      await stack.dispose();
      await simulator.close();
    }
  });

  test("a fleet", async () => {
    const simulator = await startSimulator({ speed: 3000 });
    const stack = await newStack(simulator);
    try {
      await stack.program(blockWith("new CloudPhoneFleet("));
      const up = await stack.up();
      expect([up.code, up.steps.map((step) => step.op)]).toEqual([0, ["create", "create", "create"]]);
      expect(
        simulator.ledger
          .orders()
          .map(({ ids }) => ids.length)
          .sort(),
      ).toEqual([10, 10, 3]);
    } finally {
      await stack.dispose();
      await simulator.close();
    }
  });

  test("the simulator as a library", () => {
    const printed = execFileSync(process.execPath, ["--input-type=module", "-e", blockWith("startSimulator")], { cwd: root }).toString();
    expect(printed).toMatch(/"?ucloud:endpoint"?/);
    expect(printed.trim().split("\n").at(-1)).toBe("0");
  });

  test("there are no others that nobody runs", () => expect(blocks).toHaveLength(3));
});
