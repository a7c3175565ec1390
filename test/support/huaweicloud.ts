import { z } from "zod";
import type { Context } from "../../provider/kit/context";
import type { PurchaseState } from "../../provider/kit/purchase";
import type { Bag, Handler } from "../../provider/kit/handler";
import { NotReady } from "../../provider/kit/not-ready";
import { cphBmsServer } from "../../provider/vendors/huaweicloud/cph-bms-server";
import type { CphBmsServerInputs, CphBmsServerSpec } from "../../provider/vendors/huaweicloud/cph-bms-server";
import { cphPhoneServer } from "../../provider/vendors/huaweicloud/cph-phone-server";
import type { CphPhoneServerInputs, CphPhoneServerSpec } from "../../provider/vendors/huaweicloud/cph-phone-server";
import { credentials } from "../../provider/vendors/huaweicloud/credentials";
import { call } from "../../provider/vendors/huaweicloud/gateway";
import type { Call } from "../../provider/vendors/huaweicloud/gateway";
import { startSimulator, virtualClock } from "../../simulator";
import type { Simulator, VirtualClock } from "../../simulator";
import type { CloudAnswer, CloudRequest } from "../../simulator/cloud";
import { withFaults } from "../../simulator/faults";
import { listen } from "../../simulator/listen";
import { testContext } from "./context";

/** A purchase into a system-defined network (v1). */
export const phonesInSystemNetwork = {
  serverName: "farm-a",
  serverModelName: "physical.rx1.xlarge",
  phoneModelName: "rx1.cp.c60.d10.e1v1",
  imageId: "20032120200330a20b000eae5b8c01e6",
  bandWidth: { bandWidthShareType: 0 },
  extendParam: { periodType: 2, periodNum: 1, isAutoPay: true },
} satisfies CphPhoneServerSpec;

/** A purchase into a VPC (v2). */
export const phonesInVpc = {
  serverName: "farm-b",
  serverModelName: "physical.kg1.4xlarge.cp",
  phoneModelName: "rs2.plus",
  imageId: "22110120221209e101210a3000000b02",
  tenantVpcId: "fca063f6-b942-42a8-9004-e5545f58d6a2",
  nics: [{ subnetId: "f1cbfc37-eb42-4357-a0ec-9e4f11950908" }],
  publicIp: { eip: { type: "5_bgp" } },
  bandWidth: { bandWidthShareType: 0, bandWidthSize: 300, bandWidthChargeMode: 1 },
  phoneDataVolume: { volumeType: "GPSSD", size: 100 },
  extendParam: { periodType: 2, periodNum: 1, isAutoPay: true },
} satisfies CphPhoneServerSpec;

/** A bare server (v2.1). */
export const bareServer = {
  serverName: "bare-a",
  serverModelName: "physical.rx2.32xlarge.4",
  orderParam: { periodType: 2, periodNum: 1, isAutoPay: true },
  nics: [{ subnetId: "f1cbfc37-eb42-4357-a0ec-9e4f11950908" }],
  publicIp: {
    type: "5_bgp",
    count: 1,
    bandWidth: { bandWidthShareType: 0, bandWidthSize: 300, bandWidthChargeMode: 1 },
  },
  keypairName: "kp-farm",
} satisfies CphBmsServerSpec;

/** Huawei Cloud on loopback at a virtual time. */
export interface HuaweiWorld {
  readonly simulator: Simulator;
  readonly cloud: Simulator["huaweicloud"];
  readonly clock: VirtualClock;
  readonly url: string;
  /** Answers instead of the cloud, where it answers at all. */
  intercept: (request: CloudRequest) => CloudAnswer | undefined;
  /** A context of its own for one operation; all of a world share their connections. */
  context(over?: Partial<Context>, settings?: Readonly<Record<string, string | undefined>>): Context & { readonly lines: string[] };
  phones(spec: Partial<CphPhoneServerSpec>): CphPhoneServerInputs;
  bare(over?: Partial<CphBmsServerSpec>): CphBmsServerInputs;
  /** Names of the operations received since the last call of this. */
  operations(): string[];
  /** Parameters of the last call of an operation. */
  lastCall(operation: string): Readonly<Record<string, unknown>> | undefined;
  /** Pays an order in the Billing Center. */
  pay(orderId: string): Promise<void>;
  /** Cancels an unpaid order there. */
  cancel(orderId: string): Promise<void>;
  close(): Promise<void>;
}

export async function huaweiWorld(): Promise<HuaweiWorld> {
  const clock = virtualClock();
  const simulator = await startSimulator({ clock, seed: 1 });
  const cloud = simulator.huaweicloud;
  const faulty = withFaults(cloud, simulator.faults);
  const port = await listen(0, (request) => world.intercept(request) ?? faulty(request));
  const { config, secrets } = cloud.settings(port.url);
  const shared = testContext(simulator, clock);
  let seen = 0;
  const world: HuaweiWorld = {
    simulator,
    cloud,
    clock,
    url: port.url,
    intercept: () => undefined,
    context(over, settings) {
      const values: Record<string, string | undefined> = { ...config, ...secrets, ...settings };
      return testContext(simulator, clock, {
        transport: (name) => shared.transport(name),
        settings: { config: (key) => values[key], env: () => undefined },
        ...over,
      });
    },
    phones: (spec) => checked(cphPhoneServer, spec, world.context()),
    bare: (over) => checked(cphBmsServer, { ...bareServer, ...over }, world.context()),
    operations() {
      const names = cloud.received().map((call) => call.operation);
      const fresh = names.slice(seen);
      seen = names.length;
      return fresh;
    },
    lastCall: (operation) => cloud.received().findLast((call) => call.operation === operation)?.parameters,
    pay: (orderId) =>
      inBilling({
        doing: `pay order ${orderId}`,
        method: "POST",
        path: "/v3/orders/customer-orders/pay",
        body: { order_id: orderId, use_coupon: "NO", use_discount: "NO" },
      }),
    cancel: (orderId) =>
      inBilling({
        doing: `cancel order ${orderId}`,
        method: "PUT",
        path: "/v2/orders/customer-orders/cancel",
        body: { order_id: orderId },
      }),
    async close() {
      await port.close();
      await simulator.close();
    },
  };
  async function inBilling(what: Pick<Call<unknown>, "doing" | "method" | "path" | "body">): Promise<void> {
    const ctx = world.context();
    await call({ ctx, credentials: credentials(ctx.settings) }, { ...what, endpoint: port.url, answer: z.unknown() });
  }
  return world;
}

function checked<I extends object, O extends I & PurchaseState>(handler: Handler<I, O>, spec: object, ctx: Context): I {
  const { inputs, failures } = handler.check(spec as Bag, ctx.settings, {});
  if (failures.length > 0) throw new Error(`Refused: ${JSON.stringify(failures)}`);
  return inputs as unknown as I; // checked just now
}

/** What a failed operation left for the state. */
export async function leftBehind<O>(work: Promise<{ outs: O } | O>): Promise<{ id: string; outs: O; message: string }> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof NotReady)) throw new Error(`Expected NotReady, not ${String(error)}`);
  return { id: error.id, outs: error.outs as O, message: error.message };
}

/** The message of a failed operation. */
export async function messageOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error(`Expected an error, not ${JSON.stringify(error)}`);
  return error.message;
}
