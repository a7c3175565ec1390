import { startSimulator } from "../../simulator";
import type { Simulator } from "../../simulator";
import { bare, edge, phones, uphone } from "./support/examples";
import { newStack } from "./support/stack";
import type { Stack } from "./support/stack";

const userData = Buffer.from("#!/bin/bash\necho very-secret-script\n").toString("base64");

describe("the state of a stack with one of each", () => {
  let simulator: Simulator;
  let stack: Stack;

  beforeAll(async () => {
    simulator = await startSimulator({ speed: 3000 });
    stack = await newStack(simulator);
    await stack.declare(uphone("phones-a"), phones("phones-b"), bare("bare"), edge("edge", { userData }));
    const up = await stack.up();
    expect(up.code).toBe(0);
    expect((await stack.refresh()).code).toBe(0); // a read must not let out what a create kept in
  });
  afterAll(async () => {
    await stack.dispose();
    await simulator.close();
  });

  test("keeps the provider as a short text, the same for years", async () => {
    const texts = (await stack.resources()).map((resource) => resource.outputs["__provider"]);
    expect(texts.sort()).toEqual(
      ["CphBmsServer", "CphPhoneServer", "EdcpsInstance", "UPhoneServer"].map(
        (type) => `exports.handler = require("pulumi-cloudphone/dynamic").${type};`,
      ),
    );
    for (const text of texts) expect(Buffer.byteLength(String(text))).toBeLessThanOrEqual(120);
  });

  test("takes at most 3 KB for each server", async () => {
    for (const resource of await stack.resources()) {
      expect([resource.type, Buffer.byteLength(JSON.stringify(resource)) <= 3 * 1024]).toEqual([resource.type, true]);
    }
  });

  test("holds no secret in clear", async () => {
    const text = await stack.exported();
    expect(text).toContain("phones-a");
    for (const secret of ["Vq7#mXw2!Lz9", userData, ...Object.values(simulator.settings.secrets)]) expect(text).not.toContain(secret);
  });
});
