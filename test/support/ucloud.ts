import type { Context } from "../../provider/kit/context";
import { z } from "zod";
import { call } from "../../provider/vendors/ucloud/call";
import { findServer, listPhones } from "../../provider/vendors/ucloud/client";
import type { WirePhone, WireServer } from "../../provider/vendors/ucloud/client";
import { NotReady } from "../../provider/kit/not-ready";
import { uphoneServer } from "../../provider/vendors/ucloud/uphone-server";
import type { UPhoneServerInputs, UPhoneServerOutputs, UPhoneServerSpec } from "../../provider/vendors/ucloud/uphone-server";
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
  /** Settings with the keys of another account or user that exists in the simulator, and no usual project. */
  settingsOf(account: "other" | "sub"): Context["settings"];
  /** A server as DescribeUPhoneServer shows it, with everything that the provider hides. */
  shown(serverId: string): Promise<WireServer | undefined>;
  /** Its phones as DescribeUPhone shows them. */
  phones(serverId: string): Promise<readonly WirePhone[]>;
  /** Calls UCloud as the owner of the account would by other means than ours. */
  call(operation: string, parameters: Readonly<Record<string, string>>): Promise<unknown>;
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
    settingsOf(account) {
      const { config, secrets } = cloud.settings(simulator.urls.ucloud, account);
      const values: Readonly<Record<string, string | undefined>> = { ...config, ...secrets, "ucloud:projectId": undefined };
      return { config: (key) => values[key], env: () => undefined };
    },
    shown: (serverId) => findServer(context(), { cityId: farmSpec.cityId, projectId: "org-sim001" }, serverId),
    phones: (serverId) => listPhones(context(), { cityId: farmSpec.cityId, projectId: "org-sim001" }, serverId),
    call: (operation, parameters) =>
      call(context(), operation, { ...parameters, ProjectId: "org-sim001" }, z.looseObject({}), { doing: operation }),
    lastCall: (operation) => cloud.received().findLast((call) => call.operation === operation)?.parameters,
    close: () => simulator.close(),
  };
}

/** What a create or update that failed after the purchase leaves in the state. */
export async function notReady(failing: Promise<unknown>): Promise<NotReady & { readonly outs: UPhoneServerOutputs }> {
  const error = await failing.then(
    () => new Error("It was ready after all."),
    (thrown: unknown) => thrown,
  );
  if (error instanceof NotReady) return error as NotReady & { readonly outs: UPhoneServerOutputs };
  throw error;
}
