import { createHash } from "node:crypto";
import type { CloudRequest } from "../../../simulator/cloud";
import { virtualClock } from "../../../simulator/clock";
import type { VirtualClock } from "../../../simulator/clock";
import { newFaults, withFaults } from "../../../simulator/faults";
import type { Faults } from "../../../simulator/faults";
import { newLedger } from "../../../simulator/ledger";
import type { Ledger } from "../../../simulator/ledger";
import { listen } from "../../../simulator/listen";
import { seededText } from "../../../simulator/seeded-text";
import { ucloud } from "../../../simulator/ucloud";
import type { Ucloud } from "../../../simulator/ucloud";
import { accounts } from "../../../simulator/ucloud/accounts";
import type { AccountName } from "../../../simulator/ucloud/accounts";

export type Reply = Record<string, unknown> & { RetCode: number; Message: string };
export type Parameters = Readonly<Record<string, string>>;

/** The tests' own signer: sorted names with their values, then the key (UCloud API docs, "Signature"). Flat text parameters only. */
export function signed(parameters: Parameters, privateKey: string): Record<string, string> {
  let toSign = "";
  for (const name of Object.keys(parameters).sort()) toSign += name + parameters[name]!;
  return {
    ...parameters,
    Signature: createHash("sha1")
      .update(toSign + privateKey)
      .digest("hex"),
  };
}

export interface TestUcloud {
  readonly cloud: Ucloud;
  readonly clock: VirtualClock;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly url: string;
  /** A form POST, signed for the account, in its default project. */
  call(action: string, parameters?: Parameters, account?: AccountName): Promise<Reply>;
  /** The same, which must succeed. */
  ok(action: string, parameters?: Parameters, account?: AccountName): Promise<Reply>;
  /** Buys a server and answers with its id. */
  buy(over?: Parameters): Promise<string>;
  /** The server as the main account sees it in cn-wlcb, undefined when it is absent. */
  see(id: string): Promise<Record<string, unknown> | undefined>;
  close(): Promise<void>;
}

export async function startUcloud(options: { saved?: unknown; clock?: VirtualClock; seed?: number } = {}): Promise<TestUcloud> {
  const clock = options.clock ?? virtualClock();
  const ledger = newLedger(() => clock.now());
  const world = { clock, ledger, randomText: seededText(options.seed ?? 7) };
  const cloud = ucloud(world, options.saved);
  const faults = newFaults([cloud], world);
  const port = await listen(0, withFaults(cloud, faults));
  const call: TestUcloud["call"] = (action, parameters = {}, account = "main") => {
    const { publicKey, privateKey } = accounts[account];
    return postForm(port.url, signed({ Action: action, PublicKey: publicKey, ...parameters }, privateKey));
  };
  const ok: TestUcloud["ok"] = async (action, parameters, account) => {
    const reply = await call(action, parameters, account);
    if (reply.RetCode !== 0) throw new Error(`${action}: ${JSON.stringify(reply)}`);
    return reply;
  };
  return {
    cloud,
    clock,
    ledger,
    faults,
    url: port.url,
    call,
    ok,
    buy: async (over) => String((await ok("CreateUPhoneServer", { ...order, ...over }))["ServerId"]),
    see: async (id) => list(await ok("DescribeUPhoneServer", { ...city, "ServerIds.0": id }), "Servers")[0],
    close: () => port.close(),
  };
}

export async function postForm(url: string, parameters: Parameters): Promise<Reply> {
  const reply = await fetch(url, { method: "POST", body: new URLSearchParams(parameters) });
  return (await reply.json()) as Reply;
}

export async function postJson(url: string, parameters: unknown): Promise<Reply> {
  const reply = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(parameters) });
  return (await reply.json()) as Reply;
}

export async function get(url: string, parameters: Parameters): Promise<Reply> {
  const reply = await fetch(`${url}/?${new URLSearchParams(parameters).toString()}`);
  return (await reply.json()) as Reply;
}

/** A list of objects in a reply. */
export const list = (reply: Reply, name: string): Record<string, unknown>[] => reply[name] as Record<string, unknown>[];

export const formRequest = (body: string): CloudRequest => request("application/x-www-form-urlencoded", body);
export const jsonRequest = (body: unknown): CloudRequest => request("application/json", JSON.stringify(body));

function request(contentType: string, body: string): CloudRequest {
  return { method: "POST", path: "/", query: "", headers: { "content-type": contentType }, body: Buffer.from(body) };
}

export const city = { CityId: "cn-wlcb" };

/** The least that CreateUPhoneServer takes. */
export const order = { ...city, Name: "farm", ServerModelName: "28C60G1T4", UPhoneModelName: "basic", ImageId: "image-Sim001" };

/** An order with independent IPs: 42 phones, 3 to an IP, 14 IPs. */
export const ipGroup = { IpDestRegion: "hk", ShareBandwidth: "10", IpProportion: "3" };

export const minutes = (count: number): number => count * 60_000;
