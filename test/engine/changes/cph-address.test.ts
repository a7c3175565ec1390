import { startSimulator } from "../../../simulator";
import { phones } from "../support/examples";
import { newStack } from "../support/stack";

test("an elastic IP moves over to the replacement of its CphPhoneServer: the old server goes first", async () => {
  const simulator = await startSimulator({ speed: 3000 });
  const stack = await newStack(simulator);
  const args = { publicIp: { ids: ["6b1f2a4e-0c3d-4e5f-8a9b-0c1d2e3f4a5b"], count: 1 } };
  await stack.declare(phones("one", args));
  expect((await stack.up()).code).toBe(0);
  const [old] = simulator.huaweicloud.servers();

  await stack.declare(phones("one", { ...args, phoneCountPerIp: 10 }));
  const replaced = await stack.up();
  expect([replaced.code, replaced.code === 0 ? "" : replaced.text]).toEqual([0, ""]);
  const [now, ...more] = simulator.huaweicloud.servers();
  expect(more).toEqual([]);
  expect(now).not.toBe(old);
  const order = simulator.ledger.entries().map(({ kind, ids }) => `${kind} ${ids.includes(old ?? "") ? "old" : "new"}`);
  expect(order).toEqual(["order old", "payment old", "refund old", "deletion old", "order new", "payment new"]);
  expect(await stack.up().then(({ steps }) => steps.map(({ op }) => op))).toEqual(["same"]);
  await stack.dispose();
  await simulator.close();
});
