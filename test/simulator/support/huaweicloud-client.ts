/** A small client of Huawei Cloud for tests, signing as the document "API Gateway: signing with AK/SK" says. */
import { createHash, createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import { virtualClock } from "../../../simulator/clock";
import type { VirtualClock } from "../../../simulator/clock";
import type { World } from "../../../simulator/cloud";
import { newFaults, withFaults } from "../../../simulator/faults";
import type { Faults } from "../../../simulator/faults";
import { huaweiCloud } from "../../../simulator/huaweicloud";
import type { HuaweiCloud } from "../../../simulator/huaweicloud";
import { newLedger } from "../../../simulator/ledger";
import type { Ledger } from "../../../simulator/ledger";
import { listen } from "../../../simulator/listen";
import { seededText } from "../../../simulator/seeded-text";

export const minutes = 60_000;
export const days = 24 * 60 * minutes;

/** One row or object of an answer, with the fields that tests read one by one. */
export interface Row {
  readonly order_id: string;
  readonly server_id: string;
  readonly server_name: string;
  readonly job_id: string;
  readonly phone_id: string;
  readonly phone_name: string;
  readonly phone_model_name: string;
  readonly server_model_name: string;
  readonly resource_id: string;
  readonly next_marker: string;
  readonly status: number;
  readonly expire_policy: number;
  readonly band_width_size: number;
  readonly addresses: readonly object[];
}

/** The body of an answer. Which of the fields it has depends on the call. */
export interface Body {
  readonly request_id: string;
  readonly error_code: string;
  readonly order_id: string;
  readonly product_id: string;
  /** Absent while the order is unpaid. */
  readonly server_ids?: readonly string[];
  readonly order_ids: readonly string[];
  readonly status: number;
  readonly keypair_name: string;
  readonly update_time: string;
  readonly count: number;
  readonly total_count: number;
  readonly servers: readonly Row[];
  readonly phones: readonly Row[];
  readonly jobs: readonly Row[];
  readonly addresses: readonly object[];
  readonly band_widths: readonly Row[];
  readonly access_infos: readonly object[];
  readonly order_info: Row;
  readonly order_infos: readonly Row[];
  readonly order_line_items: readonly object[];
  readonly refund_infos: readonly object[];
  readonly image_id: string;
  readonly data: readonly Row[];
  readonly resources: readonly Row[];
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly projects: readonly object[];
  readonly domains: readonly object[];
  readonly server_models: readonly Row[];
  readonly phone_models: readonly Row[];
  readonly phone_images: readonly object[];
  readonly page_info: Row;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Empty when the answer had no body. */
  readonly body: Body;
  readonly text: string;
}

// Jest types its matchers as `any`.
export const anyText: unknown = expect.any(String);
export const anyNumber: unknown = expect.any(Number);
export const anyList: unknown = expect.any(Array);
export const textLike = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const having = (fields: object): unknown => expect.objectContaining(fields);
export const listWith = (...values: unknown[]): unknown => expect.arrayContaining(values);

export interface Sent {
  readonly query?: string;
  /** Sent as JSON; a text is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that travel without being part of the signature. */
  readonly unsigned?: Readonly<Record<string, string>>;
  /** Names of the headers to sign. Default: all but the unsigned. */
  readonly sign?: readonly string[];
  /** Account number, from 0. */
  readonly account?: number;
  readonly accessKey?: string;
  readonly secretKey?: string;
  /** Time of the signature, ms since 1970. */
  readonly at?: number;
  readonly authorization?: string | undefined;
}

export interface Huawei {
  readonly cloud: HuaweiCloud;
  readonly clock: VirtualClock;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly url: string;
  readonly host: string;
  /** `{p}` in the path becomes the id of the account's project. */
  call(method: string, path: string, sent?: Sent): Promise<Answer>;
  /** The same world after the cloud was stopped and started again from what it saved. */
  restart(): Promise<Huawei>;
  close(): Promise<void>;
}

export function startHuawei(): Promise<Huawei> {
  const clock = virtualClock();
  const ledger = newLedger(() => clock.now());
  return serve({ clock, ledger, randomText: seededText(1) }, clock, undefined);
}

async function serve(world: World, clock: VirtualClock, saved: unknown): Promise<Huawei> {
  const cloud = huaweiCloud(world, saved);
  const faults = newFaults([cloud], world);
  const port = await listen(0, withFaults(cloud, faults));
  const host = new URL(port.url).host;
  return {
    cloud,
    clock,
    ledger: world.ledger,
    faults,
    url: port.url,
    host,
    call: (method, path, sent = {}) => send({ cloud, clock, host }, method, path, sent),
    async restart() {
      const state = JSON.stringify(cloud.save());
      await port.close();
      return serve(world, clock, JSON.parse(state));
    },
    close: () => port.close(),
  };
}

function send(to: Pick<Huawei, "cloud" | "clock" | "host">, method: string, pathText: string, sent: Sent): Promise<Answer> {
  const account = to.cloud.accounts[sent.account ?? 0]!;
  const path = pathText.replace("{p}", account.projects[0]!.id);
  const body = sent.body === undefined ? "" : typeof sent.body === "string" ? sent.body : JSON.stringify(sent.body);
  const signedHeaders: Record<string, string> = {
    host: to.host,
    "x-sdk-date": new Date(sent.at ?? to.clock.now()).toISOString().replace(/[-:]|\.\d{3}/g, ""),
    ...(body === "" ? {} : { "content-type": "application/json" }),
    ...sent.headers,
  };
  const names = sent.sign ?? Object.keys(signedHeaders);
  const authorization = sign({
    method,
    path,
    query: sent.query ?? "",
    headers: names.map((name) => [name, signedHeaders[name] ?? ""]),
    body,
    accessKey: sent.accessKey ?? account.accessKey,
    secretKey: sent.secretKey ?? account.secretKey,
  });
  const headers: Record<string, string> = { ...signedHeaders, ...sent.unsigned, authorization };
  if ("authorization" in sent) {
    if (sent.authorization === undefined) delete headers["authorization"];
    else headers["authorization"] = sent.authorization;
  }
  return exchange(to.host, method, sent.query === undefined ? path : `${path}?${sent.query}`, headers, body);
}

interface ToSign {
  method: string;
  path: string;
  query: string;
  headers: readonly (readonly [string, string])[];
  body: string;
  accessKey: string;
  secretKey: string;
}

function sign(to: ToSign): string {
  const encode = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const uri = to.path.split("/").map((part) => encode(decodeURIComponent(part))).join("/"); // prettier-ignore
  const pairs = to.query === "" ? [] : to.query.split("&").map((pair) => pair.split("=").map((part) => decodeURIComponent(part)));
  const query = pairs.map(([key = "", value = ""]) => `${encode(key)}=${encode(value)}`).sort().join("&"); // prettier-ignore
  const headers = [...to.headers].sort(([a], [b]) => (a < b ? -1 : 1));
  const names = headers.map(([name]) => name).join(";");
  const block = headers.map(([name, value]) => `${name}:${value.trim()}\n`).join("");
  const canonical = `${to.method}\n${uri.endsWith("/") ? uri : `${uri}/`}\n${query}\n${block}\n${names}\n${sha256(to.body)}`;
  const date = headers.find(([name]) => name === "x-sdk-date")?.[1] ?? "";
  const signature = createHmac("sha256", to.secretKey)
    .update(`SDK-HMAC-SHA256\n${date}\n${sha256(canonical)}`)
    .digest("hex");
  return `SDK-HMAC-SHA256 Access=${to.accessKey}, SignedHeaders=${names}, Signature=${signature}`;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function exchange(host: string, method: string, target: string, headers: Record<string, string>, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const [hostname, port] = host.split(":");
    const outgoing = httpRequest(
      { hostname, port, method, path: target, headers: { ...headers, "content-length": Buffer.byteLength(body), connection: "close" } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("error", reject);
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: JSON.parse(text || "{}") as Body, text });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

// What the tests buy, as complete as the documents' examples.

export const v1Purchase = {
  server_name: "farm-a",
  server_model_name: "physical.rx1.xlarge",
  phone_model_name: "rx1.cp.c60.d10.e1v1",
  image_id: "20032120200330a20b000eae5b8c01e6",
  count: 1,
  keypair_name: "kp-farm",
  vnc_enable: "true",
  ports: [{ name: "web", listen_port: 20000, internet_accessible: "true" }],
  band_width: { band_width_share_type: 0 },
  extend_param: { charging_mode: 0, period_type: 2, period_num: 1, is_auto_pay: 1 },
};

export const v2Purchase = {
  server_name: "farm-b",
  server_model_name: "physical.kg1.4xlarge.cp",
  phone_model_name: "rs2.plus",
  image_id: "22110120221209e101210a3000000b02",
  count: 1,
  keypair_name: "kp-farm",
  ports: [{ name: "web", listen_port: 20000, internet_accessible: "false" }],
  extend_param: { charging_mode: 0, period_type: 2, period_num: 1, is_auto_pay: 1, is_auto_renew: 0, enterprise_project_id: "0" },
  tenant_vpc_id: "fca063f6-b942-42a8-9004-e5545f58d6a2",
  nics: [{ subnet_id: "f1cbfc37-eb42-4357-a0ec-9e4f11950908" }],
  public_ip: { eip: { type: "5_bgp" }, count: 1 },
  band_width: { band_width_share_type: 0, band_width_size: 300, band_width_charge_mode: 1 },
  phone_data_volume: { volume_type: "GPSSD", size: 100 },
  server_share_data_volume: { volume_type: "GPSSD", size: 100 },
  availability_zone: "cn-east-3a",
};

export const v21Purchase = {
  server_name: "bms-x",
  server_model_name: "physical.rx2.32xlarge.4",
  count: 1,
  order_param: { charging_mode: 0, period_type: 2, period_num: 1, is_auto_pay: 1, is_auto_renew: 0 },
  nics: [{ subnet_id: "f1cbfc37-eb42-4357-a0ec-9e4f11950908", ipv6_enable: false }],
  public_ip: { type: "5_bgp", count: 1, band_width: { band_width_share_type: 0, band_width_size: 300, band_width_charge_mode: 1 } },
  data_volume: { volume_type: "GPSSD", size: 200, count: 1 },
  keypair_name: "kp-farm",
  enterprise_project_id: "0",
};

export const v1Path = "/v1/{p}/cloud-phone/phones";
export const v2Path = "/v2/{p}/cloud-phone/servers";
export const v21Path = "/v2.1/{p}/cloud-phone/servers";
export const serversPath = "/v1/{p}/cloud-phone/servers";

/** Buys and returns the ids; the servers are still being built. */
export async function buy(huawei: Huawei, path: string, body: object, sent: Sent = {}): Promise<{ orderId: string; serverIds: string[] }> {
  const bought = await huawei.call("POST", path, { ...sent, body });
  if (bought.status !== 200) throw new Error(`not bought: ${bought.text}`);
  return { orderId: bought.body.order_id, serverIds: [...(bought.body.server_ids ?? [])] };
}

/** One v1 server, ready to use. */
export async function buyReady(huawei: Huawei, path = v1Path, body: object = v1Purchase): Promise<{ orderId: string; serverId: string }> {
  const { orderId, serverIds } = await buy(huawei, path, body);
  huawei.clock.advance(25 * minutes);
  return { orderId, serverId: serverIds[0]! };
}
