import { startSimulator } from "../../simulator";
import { bare, edge, phones, uphone } from "./support/examples";
import { newStack } from "./support/stack";

test("get reads servers that exist, managing none of them", async () => {
  const simulator = await startSimulator({ speed: 3000 });
  const owner = await newStack(simulator);
  const reader = await newStack(simulator);
  try {
    await owner.declare(uphone("aa"), phones("bb"), bare("cc"), edge("dd"));
    expect((await owner.up()).code).toBe(0);
    const ids = Object.fromEntries((await owner.resources()).map(({ type, id }) => [type.split(":").at(-1) ?? "", id]));
    await reader.program(`
      import { UPhoneServer, CphPhoneServer, CphBmsServer, EdcpsInstance } from "pulumi-cloudphone";
      const ids = ${JSON.stringify(ids)};
      const a = UPhoneServer.get("a", ids.UPhoneServer, { cityId: "cn-wlcb" });
      const b = CphPhoneServer.get("b", ids.CphPhoneServer, { region: "cn-east-3" });
      const c = CphBmsServer.get("c", ids.CphBmsServer, { region: "cn-east-3" });
      const d = EdcpsInstance.get("d", ids.EdcpsInstance, { regionId: "cn-east-tz1" });
      export const names = [a.name, b.serverName, c.serverName, d.name];
    `);
    const read = await reader.up();
    expect([read.code, read.steps.map((step) => step.op)]).toEqual([0, ["read", "read", "read", "read"]]);
    for (const name of ["aa", "bb", "cc", "dd"]) expect(read.text).toContain(`"${name}"`);

    expect((await reader.destroy()).code).toBe(0);
    expect(simulator.clouds.flatMap((cloud) => cloud.servers())).toHaveLength(4);
  } finally {
    await Promise.all([owner, reader].map((stack) => stack.dispose()));
    await simulator.close();
  }
});
