import type { Context } from "../../provider/kit/context";
import { uphoneServer } from "../../provider/vendors/ucloud/uphone-server";
import type { UPhoneServerInputs, UPhoneServerSpec } from "../../provider/vendors/ucloud/uphone-server";
import { startSimulator, virtualClock } from "../../simulator";
import type { Simulator, VirtualClock } from "../../simulator";
import { testContext } from "./context";

/** UCloud on loopback at a virtual time, and an operation's context in it. */
export interface UcloudWorld {
  readonly simulator: Simulator;
  readonly cloud: Simulator["ucloud"];
  readonly clock: VirtualClock;
  context(over?: Partial<Context>): Context & { readonly lines: string[] };
  /** The inputs of a farm, checked, with `over` written by the program. */
  farm(over?: Partial<UPhoneServerSpec>): UPhoneServerInputs;
  /** Names of the operations received since the last call of this. */
  operations(): string[];
  /** Parameters of the last call of an operation. */
  lastCall(operation: string): Readonly<Record<string, unknown>> | undefined;
  close(): Promise<void>;
}

export const farmSpec = {
  cityId: "cn-wlcb",
  name: "farm-a",
  serverModelName: "28C60G1T4",
  uphoneModelName: "basic",
  imageId: "image-Sim001",
} satisfies UPhoneServerSpec;

export async function ucloudWorld(): Promise<UcloudWorld> {
  const clock = virtualClock();
  const simulator = await startSimulator({ clock, seed: 1 });
  const cloud = simulator.ucloud;
  let seen = 0;
  const context = (over?: Partial<Context>): Context & { readonly lines: string[] } => testContext(simulator, clock, over);
  return {
    simulator,
    cloud,
    clock,
    context,
    farm(over) {
      const { inputs, failures } = uphoneServer.check({ ...farmSpec, ...over }, context().settings);
      if (failures.length > 0) throw new Error(`Not a farm: ${JSON.stringify(failures)}`);
      return inputs as unknown as UPhoneServerInputs; // checked just now
    },
    operations() {
      const names = cloud.received().map((call) => call.operation);
      const fresh = names.slice(seen);
      seen = names.length;
      return fresh;
    },
    lastCall: (operation) => cloud.received().findLast((call) => call.operation === operation)?.parameters,
    close: () => simulator.close(),
  };
}
