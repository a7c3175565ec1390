import { virtualClock } from "../../../simulator/clock";
import type { VirtualClock } from "../../../simulator/clock";
import { newFaults, withFaults } from "../../../simulator/faults";
import type { Faults } from "../../../simulator/faults";
import { jdCloud } from "../../../simulator/jdcloud";
import type { JdCloud } from "../../../simulator/jdcloud";
import { newLedger } from "../../../simulator/ledger";
import type { Ledger } from "../../../simulator/ledger";
import { listen } from "../../../simulator/listen";
import { seededText } from "../../../simulator/seeded-text";
import { jdClient } from "./jdcloud-client";
import type { Keys, Send } from "./jdcloud-client";

export const MINUTE = 60_000;
export const REGION = "/v1/regions/cn-east-tz1";
export const INSTANCES = `${REGION}/instances`;

export interface JdWorld {
  readonly cloud: JdCloud;
  readonly clock: VirtualClock;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly url: string;
  readonly keys: Keys;
  readonly call: Send;
  /** Buys; the ids. */
  readonly buy: (over?: Record<string, unknown>, clientToken?: string) => Promise<string[]>;
  /** Buys one instance and waits until it runs and is booked. */
  readonly running: (over?: Record<string, unknown>) => Promise<string>;
  /** What describeInstance shows; empty when it is gone. */
  readonly look: (id: string) => Promise<Record<string, unknown>>;
  readonly close: () => Promise<void>;
}

/** JD Cloud alone on a loopback port, with a clock that the test moves. */
export async function jdWorld(saved?: unknown, clock = virtualClock()): Promise<JdWorld> {
  const ledger = newLedger(() => clock.now());
  const world = { clock, ledger, randomText: seededText(7) };
  const cloud = jdCloud(world, saved);
  const faults = newFaults([cloud], world);
  const port = await listen(0, withFaults(cloud, faults));
  const { config, secrets } = cloud.settings(port.url);
  const keys = { accessKey: config["jdcloud:accessKey"]!, secretKey: secrets["jdcloud:secretKey"]! };
  const call = jdClient({ url: port.url, keys, now: () => clock.now() });
  const buy: JdWorld["buy"] = async (over, clientToken) => {
    const { body } = await call("PUT", INSTANCES, { clientToken, instanceSpec: spec(over) });
    if (body.result === undefined) throw new Error(JSON.stringify(body.error));
    return body.result["instanceIds"] as string[];
  };
  return {
    cloud,
    clock,
    ledger,
    faults,
    url: port.url,
    keys,
    call,
    buy,
    async running(over) {
      const [id = ""] = await buy(over);
      clock.advance(30 * MINUTE);
      return id;
    },
    async look(id) {
      const { body } = await call("GET", `${INSTANCES}/${id}`);
      return (body.result?.["instance"] ?? {}) as Record<string, unknown>;
    },
    close: () => port.close(),
  };
}

/** The smallest sensible purchase: one postpaid server with an elastic IP. */
export function spec(over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    az: "cn-east-tz1a",
    deviceType: "edcps.c.normal1",
    imageType: "standard",
    osTypeId: "ostype-0001",
    sysRaidTypeId: "raid-sys-raid1",
    dataRaidTypeId: "raid-data-raid10",
    networkType: "vpc",
    subnetId: "subnet-0001",
    bandwidth: 100,
    name: "edge-a",
    count: 1,
    charge: { chargeMode: "postpaid_by_duration" },
    ...over,
  };
}
