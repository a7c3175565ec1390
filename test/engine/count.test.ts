import type { Cloud } from "../../simulator";
import { bare, edge, phones } from "./support/examples";
import { eachOnABench } from "./support/each";

describe("a resource of several servers on the real engine", () => {
  const bench = eachOnABench();

  const resources = { CphPhoneServer: phones, CphBmsServer: bare, EdcpsInstance: edge };
  const cloudOf = (type: string): Cloud => (type === "EdcpsInstance" ? bench.simulator.jdcloud : bench.simulator.huaweicloud);
  /** How many servers each order bought. */
  const orders = (): number[] => bench.simulator.ledger.orders().map((order) => order.ids.length);

  test.each(Object.entries(resources))(
    "%s grows by one order for the difference, shrinks by the newest, and buys back what vanished",
    async (type, declare) => {
      const cloud = cloudOf(type);
      const upWith = async (count: number, expected: "create" | "update"): Promise<readonly string[]> => {
        await bench.stack.declare(declare("farm", { count }));
        const up = await bench.stack.up();
        expect([up.code, up.steps.map((step) => step.op)]).toEqual([0, [expected]]);
        const [resource] = await bench.stack.resources();
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
      expect((await bench.stack.refresh()).code).toBe(0);
      const again = await upWith(3, "update");
      expect(orders()).toEqual([2, 2, 1]);
      expect(again.slice(0, 2)).toEqual([three[0], three[2]]);

      expect((await bench.stack.up()).steps.map((step) => step.op)).toEqual(["same"]);
      expect((await bench.stack.destroy()).code).toBe(0);
      expect(bench.simulator.clouds.flatMap((one) => one.costing())).toEqual([]);
    },
  );
});
