import { startSimulator } from "../../simulator";
import type { Fault, Simulator } from "../../simulator";
import { newFaults, withFaults } from "../../simulator/faults";
import { seededText } from "../../simulator/seeded-text";
import { closing, huaweiShop, jdShop, ucloudShop } from "./support/shops";
import type { Shop } from "./support/shops";

const keep = closing();

describe("the list of faults", () => {
  let shop: Shop;
  beforeEach(async () => void (shop = await keep(ucloudShop())));
  const refused: Fault = { kind: "throttled", cloud: "ucloud" };
  const outcomes = async (calls: number): Promise<unknown[]> => {
    const codes: unknown[] = [];
    for (let call = 0; call < calls; call++) codes.push((await shop.buy()).code);
    return codes;
  };

  test("strikes every call that fits when it is told neither how often nor how likely", async () => {
    const handle = shop.faults.add(refused);
    expect(await outcomes(3)).toEqual([153, 153, 153]);
    expect(handle.injected()).toBe(3);
  });

  test("strikes so often and no more", async () => {
    shop.faults.add({ ...refused, times: 2 });
    expect(await outcomes(3)).toEqual([153, 153, undefined]);
    expect(shop.faults.active()).toEqual([]);
  });

  test("lets the first calls pass that fit", async () => {
    shop.faults.add({ ...refused, operation: "CreateUPhoneServer", after: 2, times: 1 });
    await shop.listed();
    expect(await outcomes(4)).toEqual([undefined, undefined, 153, undefined]);
  });

  test("strikes only the operations that it names", async () => {
    shop.faults.add({ ...refused, operation: ["DeleteUPhoneServer", "DescribeUPhoneServer"] });
    expect(await outcomes(1)).toEqual([undefined]);
    await expect(shop.listed()).rejects.toThrow("153");
  });

  test("strikes by chance, the same calls for the same seed", () => {
    const struck = (seed: number): number[] => {
      const faults = newFaults([shop.cloud], { randomText: seededText(seed) });
      faults.add({ ...refused, probability: 0.3 });
      const call = { cloud: "ucloud", operation: "CreateUPhoneServer", part: undefined } as const;
      return Array.from({ length: 1000 }, (_, at) => at).filter(() => faults.take(["throttled"], call) !== undefined);
    };
    expect(struck(1)).toEqual(struck(1));
    expect(struck(1)).not.toEqual(struck(2));
    expect(struck(1).length).toBeGreaterThan(230);
    expect(struck(1).length).toBeLessThan(370);
  });

  test("lets one fault at most come between a call and its answer, the first that was added", async () => {
    shop.faults.add({ ...refused, times: 1 });
    shop.faults.add({ kind: "error-before", cloud: "ucloud", times: 1 });
    expect(await outcomes(3)).toEqual([153, 150, undefined]);
    expect(shop.faults.injected()).toMatchObject({ throttled: 1, "error-before": 1 });
  });

  test("forgets faults one by one or all at once, and keeps the counts", async () => {
    const handle = shop.faults.add(refused);
    shop.faults.add({ kind: "error-before", cloud: "ucloud" });
    await outcomes(1);
    handle.remove();
    expect(await outcomes(1)).toEqual([150]);
    shop.faults.clear();
    expect(await outcomes(1)).toEqual([undefined]);
    expect(shop.faults.injected()).toMatchObject({ throttled: 1, "error-before": 1, slow: 0 });
  });

  test.each<[string, unknown, string]>([
    ["an unknown kind", { kind: "explodes", cloud: "ucloud" }, "kind"],
    ["an unknown cloud", { kind: "slow", cloud: "aws" }, "cloud"],
    ["an unknown field", { kind: "slow", cloud: "ucloud", seconds: 3 }, "seconds"],
    ["no world time", { kind: "late-lists", cloud: "ucloud" }, "ms"],
    ["a chance above one", { kind: "slow", cloud: "ucloud", probability: 2 }, "probability"],
    ["no times at all", { kind: "slow", cloud: "ucloud", times: 0 }, "times"],
    ["half a fault of another cloud", { kind: "late-orders", cloud: "ucloud", ms: 1 }, "cloud"],
    ["partial orders of single servers", { kind: "partial-order", cloud: "ucloud" }, "cloud"],
    ["a service that is not there", { kind: "tags-down", cloud: "ucloud" }, "cloud"],
    ["a misspelt operation", { kind: "slow", cloud: "ucloud", operation: "createUPhoneServer" }, "createUPhoneServer"],
    ["a code of another cloud", { kind: "error-after", cloud: "ucloud", code: 599 }, "599"],
    ["a cloud that is not here", { kind: "slow", cloud: "jdcloud" }, "jdcloud"],
    ["nothing", undefined, "fault"],
  ])("refuses %s", (_what, fault, named) => {
    expect(() => shop.faults.add(fault as Fault)).toThrow(named);
    expect(shop.faults.active()).toEqual([]);
  });
});

describe("the operation of a request", () => {
  test.each([
    ["ucloud", ucloudShop],
    ["huaweicloud", huaweiShop],
    ["jdcloud", jdShop],
  ] as const)("is known to %s before it is executed, by the name under which it is received", async (_name, open) => {
    const shop = await keep(open());
    const look = async (): Promise<void> => {
      const { ids } = await shop.buy();
      await shop.listed();
      await shop.state(ids[0] ?? "");
    };
    await look();
    const names = [...new Set(shop.cloud.received().map((call) => call.operation))];
    const handles = names.map((operation) => shop.faults.add({ kind: "slow", cloud: shop.cloud.name, operation, ms: 0 }));
    await look();
    const later = shop.cloud.received().slice(3);
    const calls = (operation: unknown): number => later.filter((call) => call.operation === operation).length;
    for (const handle of handles) expect(handle.injected()).toBe(calls(handle.fault.operation));

    const nonsense = { method: "POST", path: "/%zz", query: "", headers: {}, body: Buffer.from("{") };
    expect(shop.cloud.operationOf(nonsense)).toBeUndefined();
    expect(withFaults(shop.cloud, shop.faults)(nonsense)).toHaveProperty("answer");
  });
});

describe("faults over the control port", () => {
  let simulator: Simulator;
  beforeEach(async () => void (simulator = await keep(startSimulator({ seed: 1 }))));
  const send = (method: string, body?: unknown): Promise<Response> =>
    fetch(`${simulator.urls.control}/faults`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

  test("are added, shown with their counts, and taken away", async () => {
    const fault = { kind: "error-before", cloud: "jdcloud", operation: "createInstances", code: 500, times: 2 };
    const added = await send("POST", fault);
    expect([added.status, await added.json()]).toMatchObject([200, { active: [{ ...fault, injected: 0 }], injected: { slow: 0 } }]);
    const path = `${simulator.urls.jdcloud}/v1/regions/cn-east-tz1/instances`;
    expect((await fetch(path, { method: "PUT" })).status).toBe(500);
    expect((await fetch(path)).status).toBe(401);
    expect(await (await send("GET")).json()).toMatchObject({ active: [{ ...fault, injected: 1 }], injected: { "error-before": 1 } });
    expect(simulator.faults.injected()["error-before"]).toBe(1);
    expect((await send("DELETE")).status).toBe(200);
    expect(await (await send("GET")).json()).toMatchObject({ active: [], injected: { "error-before": 1 } });
    expect((await fetch(path, { method: "PUT" })).status).toBe(401);
  });

  test("are refused with a reason", async () => {
    const answer = await send("POST", { kind: "slow", cloud: "jdcloud", operation: "createServer" });
    expect([answer.status, JSON.stringify(await answer.json())]).toEqual([400, expect.stringContaining("createServer")]);
    expect((await send("POST", "slow")).status).toBe(400);
    expect((await send("POST")).status).toBe(400);
    expect((await send("PUT", {})).status).toBe(404);
    expect(simulator.faults.active()).toEqual([]);
  });
});
