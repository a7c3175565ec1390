import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startSimulator } from "../../simulator";
import type { Simulator } from "../../simulator";
import { edge, uphone } from "./support/examples";
import { newStack } from "./support/stack";
import type { Stack } from "./support/stack";

const quickstart = join(__dirname, "..", "..", "examples", "quickstart", "index.ts");
const maxBytes = 3 * 1024;

describe("the quickstart's program, as it stands", () => {
  let simulator: Simulator;
  let stack: Stack;

  beforeAll(async () => {
    simulator = await startSimulator({ speed: 3000 });
    stack = await newStack(simulator);
    await stack.program(await readFile(quickstart, "utf8"));
    const up = await stack.up();
    expect([up.code, up.steps.map((step) => step.op)]).toEqual([0, ["create", "create", "create", "create"]]);
  });
  afterAll(async () => {
    await stack.dispose();
    await simulator.close();
  });

  test("buys four servers with four orders, and nothing in a second run", async () => {
    expect(simulator.ledger.orders()).toHaveLength(4);
    const again = await stack.up();
    expect([again.code, again.steps.map((step) => step.op)]).toEqual([0, ["same", "same", "same", "same"]]);
    expect(simulator.ledger.orders()).toHaveLength(4);
  });

  test("keeps the provider as a short text in state, the same for years", async () => {
    const texts = (await stack.resources()).map((resource) => resource.outputs["__provider"]);
    expect(texts.sort()).toEqual(
      ["CphBmsServer", "CphPhoneServer", "EdcpsInstance", "UPhoneServer"].map(
        (type) => `exports.handler = require("pulumi-cloudphone/dynamic").${type};`,
      ),
    );
    for (const text of texts) expect(Buffer.byteLength(String(text))).toBeLessThanOrEqual(120);
  });

  test("takes at most 3 KB of state for each server, the engine's own bookkeeping included", async () => {
    const resources = await stack.resources();
    const bytes = Buffer.byteLength(resources.map((resource) => JSON.stringify(resource)).join(""));
    expect(bytes / resources.length).toBeLessThanOrEqual(maxBytes);
  });

  test("leaves no secret in clear in the state, not even after a refresh", async () => {
    expect((await stack.refresh()).code).toBe(0);
    const text = await stack.exported();
    expect(text).toContain("quickstart-edge");
    for (const secret of ["Vq7#mXw2!Lz9", ...Object.values(simulator.settings.secrets)]) expect(text).not.toContain(secret);
  });

  test("keeps vouchers, passwords and user data secret of servers that failed, too", async () => {
    const couponId = "coupon-very-secret";
    const userData = Buffer.from("#!/bin/bash\necho very-secret-script\n").toString("base64");
    const own = await newStack(simulator);
    simulator.ucloud.failProvisioning();
    simulator.jdcloud.failProvisioning();
    await own.declare(uphone("phones", { couponId }), edge("edge", { userData }));
    const failed = await own.up();
    expect(failed.code).not.toBe(0);
    expect((await own.resources()).map((resource) => resource.initErrors?.length)).toEqual([1, 1]);
    for (const secret of [couponId, userData, "Vq7#mXw2!Lz9"]) {
      expect(failed.text).not.toContain(secret);
      expect(await own.exported()).not.toContain(secret);
    }
    expect((await own.destroy()).code).toBe(0);
    await own.dispose();
  });

  test.each([
    [uphone("phones", { couponId: 98765432101 }), { couponId: "98765432101" }],
    [edge("edge", { password: "hunter2pw", userData: "echo TOPSECRET" }), { password: "hunter2pw", userData: "TOPSECRET" }],
  ])("keeps secrets to itself that it refuses: $type", async (declared, secrets) => {
    const own = await newStack(simulator);
    await own.declare(declared);
    const refused = await own.preview();
    await own.dispose();
    expect(refused.code).not.toBe(0);
    for (const [name, secret] of Object.entries(secrets)) {
      expect(refused.text).toContain(`has a problem: ${name}: `);
      expect(refused.text).not.toContain(secret);
    }
  });

  test("gives everything back", async () => {
    expect((await stack.destroy()).code).toBe(0);
    expect(simulator.clouds.flatMap((cloud) => cloud.costing())).toEqual([]);
  });
});
