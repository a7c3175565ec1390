import type { Context } from "../../provider/kit/context";
import { NotReady } from "../../provider/kit/not-ready";
import { edcpsInstance } from "../../provider/vendors/jdcloud/edcps-instance";
import type { EdcpsInstanceGiven, EdcpsInstanceInputs, EdcpsInstanceOutputs } from "../../provider/vendors/jdcloud/edcps-instance";
import { startSimulator, virtualClock } from "../../simulator";
import type { Simulator, VirtualClock } from "../../simulator";
import type { CloudAnswer, CloudRequest } from "../../simulator/cloud";
import { listen } from "../../simulator/listen";
import { testContext } from "./context";

/** JD Cloud on loopback at a virtual time, and an operation's context in it. */
export interface JdWorld {
  readonly simulator: Simulator;
  readonly cloud: Simulator["jdcloud"];
  readonly clock: VirtualClock;
  context(over?: Partial<Context>): Context & { readonly lines: string[] };
  /** The inputs of an edge server, checked, with `over` written by the program. */
  edge(over?: Partial<EdcpsInstanceGiven>): EdcpsInstanceInputs;
  /** Names of the operations received since the last call of this. */
  operations(): string[];
  /** Parameters of the last call of an operation. */
  lastCall(operation: string): Readonly<Record<string, unknown>> | undefined;
  /** The InstanceSpec of the last purchase. */
  lastOrder(): Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

export const edgeSpec = {
  regionId: "cn-east-tz1",
  az: "cn-east-tz1a",
  deviceType: "edcps.c.normal1",
  osTypeId: "ostype-0001",
  sysRaidTypeId: "raid-sys-raid1",
  dataRaidTypeId: "raid-data-raid10",
  subnetId: "subnet-0001",
  bandwidth: 100,
  name: "edge-a",
} satisfies EdcpsInstanceGiven;

export async function jdWorld(): Promise<JdWorld> {
  const clock = virtualClock();
  const simulator = await startSimulator({ clock, seed: 1 });
  const cloud = simulator.jdcloud;
  let seen = 0;
  const context = (over?: Partial<Context>): Context & { readonly lines: string[] } => testContext(simulator, clock, over);
  const lastCall: JdWorld["lastCall"] = (operation) => cloud.received().findLast((call) => call.operation === operation)?.parameters;
  return {
    simulator,
    cloud,
    clock,
    context,
    edge(over) {
      const { inputs, failures } = edcpsInstance.check({ ...edgeSpec, ...over }, context().settings);
      if (failures.length > 0) throw new Error(`Not an edge server: ${JSON.stringify(failures)}`);
      return inputs as unknown as EdcpsInstanceInputs; // checked just now
    },
    operations() {
      const names = cloud.received().map((call) => call.operation);
      const fresh = names.slice(seen);
      seen = names.length;
      return fresh;
    },
    lastCall,
    lastOrder: () => (lastCall("createInstances")?.["instanceSpec"] ?? {}) as Record<string, unknown>,
    close: () => simulator.close(),
  };
}

/** What a create or update that failed after the purchase leaves in the state. */
export async function notReady(failing: Promise<unknown>): Promise<NotReady & { readonly outs: EdcpsInstanceOutputs }> {
  const error = await failing.then(
    () => new Error("It was ready after all."),
    (thrown: unknown) => thrown,
  );
  if (error instanceof NotReady) return error as NotReady & { readonly outs: EdcpsInstanceOutputs };
  throw error;
}

/** Something on the way to the cloud that may answer by itself: instead of the cloud, or after it (`pass`) has executed the request. */
export async function tamperWith(
  world: JdWorld,
  answer: (request: CloudRequest, pass: () => CloudAnswer) => CloudAnswer,
): Promise<{ readonly settings: Context["settings"]; close(): Promise<void> }> {
  const port = await listen(0, (request) => answer(request, () => world.cloud.handle(request)));
  const { settings } = world.context();
  return {
    settings: { ...settings, config: (key) => (key === "jdcloud:endpoint" ? port.url : settings.config(key)) },
    close: () => port.close(),
  };
}

/** A refusal in JD Cloud's envelope. */
export const refused = (code: number, status: string, message: string): CloudAnswer => ({
  status: code,
  body: { requestId: "r-0001", error: { code, status, message } },
});
