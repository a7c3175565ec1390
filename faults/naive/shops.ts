/** The few calls that a simple provider makes: buy, list, rename, remove. Purchases are sent like everything else. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Context } from "../../provider/kit/context";
import { signIn } from "../../provider/vendors/huaweicloud/account";
import { call as callHuawei } from "../../provider/vendors/huaweicloud/gateway";
import { call as callJd } from "../../provider/vendors/jdcloud/call";
import { call as callUcloud } from "../../provider/vendors/ucloud/call";
import type { Bag } from "../engine";
import type { Kind } from "../programs";

export interface Seen {
  readonly id: string;
  readonly isReady: boolean;
  readonly hasFailed: boolean;
}

/** One kind of server in one cloud. */
export interface Shop {
  buy(inputs: Bag, ctx: Context): Promise<readonly string[]>;
  list(inputs: Bag, ctx: Context): Promise<readonly Seen[]>;
  rename(inputs: Bag, id: string, name: string, ctx: Context): Promise<void>;
  remove(inputs: Bag, id: string, ctx: Context): Promise<void>;
}

const nothing = z.unknown();
const text = (value: unknown): string => (typeof value === "string" ? value : "");

const uphones: Shop = {
  async buy({ cityId, name, serverModelName, uphoneModelName, imageId }, ctx) {
    const wanted = { CityId: cityId, Name: name, ServerModelName: serverModelName, UPhoneModelName: uphoneModelName, ImageId: imageId };
    const reply = z.object({ ServerId: z.string() });
    const parameters = { ...(wanted as Record<string, string>), ChargeType: "Month", Quantity: "1" };
    const { ServerId } = await callUcloud(ctx, "CreateUPhoneServer", parameters, reply, { doing: "buy", once: true });
    return [ServerId];
  },
  async list({ cityId }, ctx) {
    const reply = z.object({ Servers: z.array(z.object({ ServerId: z.string(), State: z.string() })) });
    const parameters = { CityId: text(cityId), Offset: 0, Limit: 100 };
    const { Servers } = await callUcloud(ctx, "DescribeUPhoneServer", parameters, reply, { doing: "list" });
    return Servers.map(({ ServerId: id, State }) => ({ id, isReady: State === "Running", hasFailed: State === "CreateFailed" }));
  },
  async rename({ cityId }, id, name, ctx) {
    const parameters = { CityId: text(cityId), ServerId: id, Name: name };
    await callUcloud(ctx, "ModifyUPhoneServerName", parameters, nothing, { doing: "rename" });
  },
  async remove({ cityId }, id, ctx) {
    const parameters = { CityId: text(cityId), ServerId: id, ReleaseEIP: true, ReleaseUDisk: true };
    await callUcloud(ctx, "DeleteUPhoneServer", parameters, nothing, { doing: "delete" });
  },
};

/** @param toBody inputs -> what a create takes */
function cph(path: string, toBody: (inputs: Bag) => object): Shop {
  const servers = "/v1/{project}/cloud-phone/servers";
  const at = async (ctx: Context, where: string) => {
    const account = await signIn(ctx, {});
    return { account, what: { doing: "work", endpoint: account.cph, path: where.replace("{project}", account.projectId) } };
  };
  return {
    async buy(inputs, ctx) {
      const { account, what } = await at(ctx, path);
      const answer = z.object({ server_ids: z.array(z.string()) });
      const { server_ids } = await callHuawei(account, { ...what, method: "POST", body: toBody(inputs), answer });
      return server_ids;
    },
    async list(_inputs, ctx) {
      const { account, what } = await at(ctx, servers);
      const answer = z.object({ servers: z.array(z.object({ server_id: z.string(), status: z.number() })) });
      const listed = await callHuawei(account, { ...what, method: "GET", query: { offset: 0, limit: 100 }, answer });
      const there = listed.servers.filter(({ status }) => status !== 6);
      return there.map(({ server_id: id, status }) => ({ id, isReady: status === 5, hasFailed: status === 2 }));
    },
    async rename(_inputs, id, name, ctx) {
      const { account, what } = await at(ctx, `${servers}/${id}`);
      await callHuawei(account, { ...what, method: "PUT", body: { server_name: name }, answer: nothing });
    },
    async remove(_inputs, id, ctx) {
      const account = await signIn(ctx, {});
      const endpoint = ctx.settings.config("huaweicloud:bssEndpoint") ?? "";
      const path = "/v2/orders/subscriptions/resources/unsubscribe";
      const body = { resource_ids: [id], unsubscribe_type: 1 };
      await callHuawei(account, { doing: "give back", endpoint, path, method: "POST", body, answer: nothing });
    },
  };
}

const order = { charging_mode: 0, period_type: 2, period_num: 1, is_auto_pay: 1 };

const cphPhones = cph("/v1/{project}/cloud-phone/phones", ({ serverName, serverModelName, phoneModelName, imageId, count }) => ({
  server_name: serverName,
  server_model_name: serverModelName,
  phone_model_name: phoneModelName,
  image_id: imageId,
  count,
  band_width: { band_width_share_type: 0 },
  extend_param: order,
}));

const cphBms = cph("/v2.1/{project}/cloud-phone/servers", ({ serverName, serverModelName, nics, count }) => ({
  server_name: serverName,
  server_model_name: serverModelName,
  count,
  order_param: order,
  nics: (nics as readonly { subnetId: string }[]).map(({ subnetId }) => ({ subnet_id: subnetId })),
  public_ip: { type: "5_bgp", count: 1, band_width: { band_width_share_type: 0, band_width_size: 300, band_width_charge_mode: 1 } },
  keypair_name: "kp-farm",
}));

const edcps: Shop = {
  async buy({ regionId, ...rest }, ctx) {
    const instanceSpec = Object.fromEntries(Object.entries(rest).filter(([name]) => !["purchaseMarker", "__provider"].includes(name)));
    const defaults = { imageType: "standard", networkType: "vpc", enableInternet: "yes", interfaceMode: "bond", enableIpv6: "no" };
    const charge = { chargeMode: "postpaid_by_duration", autoRenew: false };
    const { instanceIds } = await callJd(ctx, {
      doing: "buy",
      method: "PUT",
      regionId: text(regionId),
      path: "instances",
      body: { instanceSpec: { ...defaults, charge, ...instanceSpec }, clientToken: randomUUID() },
      result: z.object({ instanceIds: z.array(z.string()) }),
      retries: { attempts: 1, baseMs: { throttled: 0, transient: 0 }, maxMs: 0 },
    });
    return instanceIds;
  },
  async list({ regionId }, ctx) {
    const { instances } = await callJd(ctx, {
      doing: "list",
      method: "GET",
      regionId: text(regionId),
      path: "instances",
      query: [
        ["pageNumber", "1"],
        ["pageSize", "100"],
      ],
      result: z.object({ instances: z.array(z.object({ instanceId: z.string(), status: z.string() })) }),
    });
    return instances.map(({ instanceId: id, status }) => ({ id, isReady: status === "running", hasFailed: status === "error" }));
  },
  async rename({ regionId }, id, name, ctx) {
    const path = `instances/${id}:modifyInstance`;
    await callJd(ctx, { doing: "rename", method: "POST", regionId: text(regionId), path, body: { name }, result: nothing });
  },
  async remove({ regionId: said }, id, ctx) {
    const regionId = text(said);
    const shown = z.object({ instance: z.object({ status: z.string(), elasticIpId: z.string().optional() }) });
    const { instance } = await callJd(ctx, { doing: "read", method: "GET", regionId, path: `instances/${id}`, result: shown });
    if (instance.status === "running") {
      const body = { clientToken: randomUUID() };
      await callJd(ctx, { doing: "stop", method: "PUT", regionId, path: `instances/${id}:stopInstance`, body, result: nothing });
      await ctx.clock.sleep(300_000);
    }
    const token = (): [string, string][] => [["clientToken", randomUUID()]];
    await callJd(ctx, { doing: "delete", method: "DELETE", regionId, path: `instances/${id}`, query: token(), result: nothing });
    if (!instance.elasticIpId) return;
    await ctx.clock.sleep(300_000);
    const path = `elasticIps/${instance.elasticIpId}`;
    await callJd(ctx, { doing: "delete", method: "DELETE", regionId, path, query: token(), result: nothing });
  },
};

export const shops: Readonly<Record<Kind, Shop>> = {
  UPhoneServer: uphones,
  CphPhoneServer: cphPhones,
  CphBmsServer: cphBms,
  EdcpsInstance: edcps,
};
