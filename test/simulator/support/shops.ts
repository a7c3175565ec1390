import type { Cloud } from "../../../simulator/cloud";
import type { VirtualClock } from "../../../simulator/clock";
import type { Faults } from "../../../simulator/faults";
import type { Ledger } from "../../../simulator/ledger";
import { serversPath, startHuawei, v2Path, v2Purchase } from "./huaweicloud-client";
import { INSTANCES, jdWorld, spec } from "./jdcloud-world";
import { city, list, order, startUcloud } from "./ucloud-client";

/** What a buyer sees of a purchase that was answered. */
export interface Seen {
  /** The vendor's code for the outcome: RetCode, error_code, or status name; undefined when it was granted. */
  readonly code: unknown;
  /** Ids of the servers, as far as the answer names them. */
  readonly ids: readonly string[];
}

/** Keeps what a file's tests open, and closes it after each of them, however the test ended. */
export function closing(): <T extends { close(): Promise<void> }>(opening: Promise<T>) => Promise<T> {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });
  return async (opening) => {
    const one = await opening;
    open.push(one);
    return one;
  };
}

/** The same few wishes to each cloud, in its own words and signed. */
export interface Shop {
  readonly cloud: Cloud;
  readonly clock: VirtualClock;
  readonly ledger: Ledger;
  readonly faults: Faults;
  /** The vendor's names of what `buy` and `listed` call. */
  readonly operations: { readonly buy: string; readonly list: string };
  /** The vendor's state of a server that could not be built. */
  readonly failed: unknown;
  /** Buys with one request. `count` only where the vendor sells several with one order. */
  buy(count?: number): Promise<Seen>;
  /** Ids of the servers in the list. */
  listed(): Promise<string[]>;
  /** The state of a server in its detail; undefined when it is said not to exist. */
  state(id: string): Promise<unknown>;
  close(): Promise<void>;
}

export async function ucloudShop(): Promise<Shop> {
  const here = await startUcloud();
  return {
    ...here,
    operations: { buy: "CreateUPhoneServer", list: "DescribeUPhoneServer" },
    failed: "CreateFailed",
    async buy() {
      const reply = await here.call("CreateUPhoneServer", order);
      const { ServerId } = reply;
      return { code: reply.RetCode || undefined, ids: typeof ServerId === "string" ? [ServerId] : [] };
    },
    listed: async () => list(await here.ok("DescribeUPhoneServer", city), "Servers").map((server) => String(server["ServerId"])),
    state: async (id) => (await here.see(id))?.["State"],
  };
}

export async function huaweiShop(): Promise<Shop> {
  const here = await startHuawei();
  return {
    ...here,
    operations: { buy: "CreateNet2CloudPhoneServer", list: "ListCloudPhoneServers" },
    failed: 2,
    async buy(count = 1) {
      const { body } = await here.call("POST", v2Path, { body: { ...v2Purchase, count } });
      return { code: body.error_code, ids: body.server_ids ?? [] };
    },
    listed: async () => (await here.call("GET", serversPath)).body.servers.map((server) => server.server_id),
    async state(id) {
      const { status, body } = await here.call("GET", `${serversPath}/${id}`);
      return status === 404 ? undefined : body.status;
    },
  };
}

/** Without client tokens unless `withToken`. */
export async function jdShop(withToken = false): Promise<Shop> {
  const here = await jdWorld();
  return {
    ...here,
    operations: { buy: "createInstances", list: "describeInstances" },
    failed: "error",
    async buy(count = 1) {
      const clientToken = withToken ? "one-purchase" : undefined;
      const { body } = await here.call("PUT", INSTANCES, { clientToken, instanceSpec: spec({ count }) });
      return { code: body.error?.status, ids: (body.result?.["instanceIds"] ?? []) as string[] };
    },
    async listed() {
      const { body } = await here.call("GET", INSTANCES);
      return (body.result?.["instances"] as { instanceId: string }[]).map((one) => one.instanceId);
    },
    state: async (id) => (await here.look(id))["status"],
  };
}
