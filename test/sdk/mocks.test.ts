import * as pulumi from "@pulumi/pulumi";
import { UPhoneServer } from "../../sdk";
import { uphone } from "../engine/support/examples";

const value = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => void output.apply(resolve));

describe("a program under test with pulumi.runtime.setMocks", () => {
  const seen: { readonly inputs: Readonly<Record<string, unknown>> }[] = [];
  beforeAll(() =>
    pulumi.runtime.setMocks({
      newResource: (args) => {
        const inputs = args.inputs as Record<string, unknown>;
        seen.push({ inputs });
        return { id: `${args.name}-id`, state: { ...inputs, state: "Running" } };
      },
      call: () => ({}),
    }),
  );

  test("makes resources as usual, whose outputs can be looked at", async () => {
    const server = new UPhoneServer("one", uphone("one").args as never);
    expect(await value(server.id)).toBe("one-id");
    expect(await value(server.state)).toBe("Running");
    expect(await value(server.publicIp)).toBeUndefined();
    expect(seen[0]!.inputs["purchaseMarker"]).toMatch(/^[a-z2-7]{10}$/);
  });

  test("gives every resource a marker of its own, the same in every run", async () => {
    const two = new UPhoneServer("two", uphone("two").args as never);
    await value(two.id);
    const again = new UPhoneServer("one", uphone("one").args as never);
    await value(again.id);
    const [one, other, repeated] = seen.map((resource) => resource.inputs["purchaseMarker"] as string);
    expect(other).not.toBe(one);
    expect(repeated).toBe(one);
  });

  test("several of them may stand under one component", async () => {
    const farm = new pulumi.ComponentResource("test:index:Farm", "farm");
    const servers = ["four", "five"].map((name) => new UPhoneServer(name, uphone(name).args as never, { parent: farm }));
    expect(await Promise.all(servers.map(({ id }) => value(id)))).toEqual(["four-id", "five-id"]);
  });

  test("takes customTimeouts for timeouts", async () => {
    const server = new UPhoneServer("three", uphone("three").args as never, { customTimeouts: { create: "2h" } });
    await value(server.id);
    expect(seen.at(-1)!.inputs["timeouts"]).toEqual({ create: "2h" });
  });
});
