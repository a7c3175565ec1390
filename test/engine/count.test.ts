import { startSimulator } from "../../simulator";
import type { Cloud, Simulator } from "../../simulator";
import { bare, edge, phones } from "./support/examples";
import { newStack } from "./support/stack";
import type { Stack } from "./support/stack";

describe("a resource of several servers on the real engine", () => {
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

  const resources = { CphPhoneServer: phones, CphBmsServer: bare, EdcpsInstance: edge };
  const cloudOf = (type: string): Cloud => (type === "EdcpsInstance" ? simulator.jdcloud : simulator.huaweicloud);
  /** How many servers each order bought. */
  const orders = (): number[] => simulator.ledger.orders().map((order) => order.ids.length);

  test.each(Object.entries(resources))(
    "%s grows by one order for the difference, shrinks by the newest, and buys back what vanished",
    async (type, declare) => {
      const cloud = cloudOf(type);
      const upWith = async (count: number, expected: "create" | "update"): Promise<readonly string[]> => {
        await stack.declare(declare("farm", { count }));
        const up = await stack.up();
        expect([up.code, up.steps.map((step) => step.op)]).toEqual([0, [expected]]);
        const [resource] = await stack.resources();
        return (resource!.outputs["servers"] as { id: string }[]).map((server) => server.id);
      };

      const two = await upWith(2, "create");
      expect(orders()).toEqual([2]);

      const four = await upWith(4, "update");
      expect(orders()).toEqual([2, 2]);
      expect(four.slice(0, 2)).toEqual(two);
      expect([...four].sort()).toEqual([...cloud.servers()].sort());

      const three = await upWith(3, "update");
      expect(orders()).toEqual([2, 2]);
      expect(three).toEqual(four.slice(0, 3));
      expect([...three].sort()).toEqual([...cloud.servers()].sort());

      cloud.vanish(three[1]!);
      expect((await stack.refresh()).code).toBe(0);
      const again = await upWith(3, "update");
      expect(orders()).toEqual([2, 2, 1]);
      expect(again.slice(0, 2)).toEqual([three[0], three[2]]);

      expect((await stack.up()).steps.map((step) => step.op)).toEqual(["same"]);
      expect((await stack.destroy()).code).toBe(0);
      expect(simulator.clouds.flatMap((one) => one.costing())).toEqual([]);
    },
  );
});
