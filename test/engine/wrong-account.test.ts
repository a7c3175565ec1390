import { startSimulator } from "../../simulator";
import type { Simulator } from "../../simulator";
import { bare, edge, phones, uphone } from "./support/examples";
import type { Outcome, StateResource } from "./support/project";
import { newStack } from "./support/stack";
import type { Stack } from "./support/stack";

describe("a fleet that cannot be seen, because one looks with other keys or in another place", () => {
  let simulator: Simulator;
  let stack: Stack;
  let bought: readonly string[];
  const names = ["one", "two", "three", "four"];

  // Without a program, refresh and destroy go by the settings of the last `up`.
  const refresh = (): Promise<Outcome> => stack.refresh("--skip-preview", "--run-program");
  const destroy = (): Promise<Outcome> => stack.destroy("--skip-preview", "--run-program", "--continue-on-error");
  const servers = (): readonly string[] => simulator.clouds.flatMap((cloud) => cloud.servers()).sort();
  const ids = async (): Promise<readonly string[]> => (await stack.deployment()).resources.map(({ id }) => id).sort();
  /** Names of the resources for which the engine shows an error. */
  const failed = ({ text }: Outcome): readonly string[] =>
    names.filter((name) => new RegExp(` ${name} .*(?:\\*\\*failed\\*\\*|error)`).test(text));
  const useKeysOf = async (whose: "owner" | "other"): Promise<void> => {
    const { ucloud, huaweicloud, jdcloud } = simulator;
    const [, neighbour] = huaweicloud.accounts;
    const other = ucloud.settings(simulator.urls.ucloud, "other");
    const { config, secrets } = simulator.settings;
    if (whose === "owner") await stack.configure(config, secrets);
    else {
      await stack.configure(
        { ...other.config, "huaweicloud:accessKey": neighbour!.accessKey, "jdcloud:accessKey": jdcloud.otherAccount.accessKey },
        { ...other.secrets, "huaweicloud:secretKey": neighbour!.secretKey, "jdcloud:secretKey": jdcloud.otherAccount.secretKey },
      );
    }
  };

  beforeAll(async () => {
    simulator = await startSimulator({ speed: 3000 });
    stack = await newStack(simulator);
    await stack.declare(uphone("one"), phones("two", { count: 2 }), bare("three"), edge("four", { count: 2 }));
    expect((await stack.up("--skip-preview")).code).toBe(0);
    bought = await ids();
    expect([bought.length, servers().length]).toEqual([4, 6]);
  });
  afterAll(async () => {
    await stack.dispose();
    await simulator.close();
  });

  test("with another account's keys, refresh and destroy fail for every resource and forget none", async () => {
    await useKeysOf("other");
    const refreshed = await refresh();
    expect([refreshed.code === 0, failed(refreshed)]).toEqual([false, names]);
    expect(await ids()).toEqual(bought);

    const destroyed = await destroy();
    expect([destroyed.code === 0, failed(destroyed)]).toEqual([false, names]);
    expect(await ids()).toEqual(bought);
    expect(servers()).toHaveLength(6);
    await useKeysOf("owner");
  });

  test("with another region or project in the settings, each resource is still looked for where it was bought", async () => {
    await stack.configure({ "ucloud:projectId": "org-sim002", "huaweicloud:region": "cn-north-4", "jdcloud:region": "cn-east-jn1" });
    const refreshed = await refresh();
    expect([refreshed.code, failed(refreshed)]).toEqual([0, []]);
    expect(await ids()).toEqual(bought);
    const up = await stack.up("--skip-preview");
    expect([up.code, up.steps.map(({ op }) => op)]).toEqual([0, ["same", "same", "same", "same"]]);
    await useKeysOf("owner");
  });

  test("with another place in the state, refresh and destroy fail for every resource and forget none", async () => {
    const state = await stack.exported();
    const moved = movedElsewhere(state);
    await stack.imported(moved);
    const before = await stack.resources();
    expect(before.map(({ outputs }) => outputs["cityId"] ?? outputs["region"] ?? outputs["regionId"]).sort()).toEqual([
      "cn-east-jn1",
      "cn-north-4",
      "cn-north-4",
      "cn-shanghai",
    ]);
    const refreshed = await refresh();
    expect([refreshed.code === 0, failed(refreshed)]).toEqual([false, names]);
    expect(await ids()).toEqual(bought);
    const destroyed = await destroy();
    expect([destroyed.code === 0, failed(destroyed)]).toEqual([false, names]);
    expect(await ids()).toEqual(bought);
    expect(servers()).toHaveLength(6);
    await stack.imported(state);
  });

  test("in the end all of it can be given back", async () => {
    expect((await destroy()).code).toBe(0);
    expect(simulator.clouds.flatMap((cloud) => cloud.costing())).toEqual([]);
  });
});

/** Each resource's own place is another one. */
function movedElsewhere(state: string): string {
  // Of Huawei Cloud the project says it all: the simulator has one address for all regions.
  const places = {
    cityId: "cn-shanghai",
    region: "cn-north-4",
    resolvedProjectId: "b0000000000000000000000000000011",
    regionId: "cn-east-jn1",
  };
  const checkpoint = JSON.parse(state) as { deployment: { resources: StateResource[] } };
  const resources = checkpoint.deployment.resources.map(({ inputs, outputs, ...resource }) => ({
    ...resource,
    inputs: moved(inputs),
    outputs: moved(outputs),
  }));
  return JSON.stringify({ ...checkpoint, deployment: { ...checkpoint.deployment, resources } });

  function moved(properties: StateResource["inputs"] = {}): StateResource["inputs"] {
    return Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [name, name in places ? places[name as keyof typeof places] : value]),
    );
  }
}
