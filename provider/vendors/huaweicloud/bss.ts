/** Calls of the billing service (BSS API reference, "Pay-per-use and prepaid products"). */
import { z } from "zod";
import { remembered } from "./account";
import type { Account } from "./account";
import { bssEndpoint } from "./credentials";
import { meansForbidden, meansNoSuchOrder, meansOtherSite, meansRenewalIsOff, refusalOfOne } from "./errors";
import { call } from "./gateway";
import type { Call } from "./gateway";
import { readAll } from "./pages";

const text = z.string().nullish();
const number = z.number().nullish();
const nothing = z.unknown();

const chinaSite = "https://bss.myhuaweicloud.com";
const internationalSite = "https://bss-intl.myhuaweicloud.com";

/** Status of an order (BSS API reference, "Querying the details of an order"). */
export const orderStatus = { underReview: 1, processing: 3, cancelled: 4, completed: 5, unpaid: 6, toBeConfirmed: 9 } as const;

const { underReview, processing, unpaid, toBeConfirmed } = orderStatus;

/** The order may still bring servers. */
export const isUnderWay = (order: Pick<Order, "status">): boolean =>
  order.status === underReview || order.status === processing || order.status === unpaid || order.status === toBeConfirmed;

export interface Order {
  readonly id: string;
  readonly status: number;
  /** When an unpaid order lapses. */
  readonly payUntil: string | undefined;
  /** 2 months, 3 years. */
  readonly periodType: number | undefined;
  readonly periodNum: number | undefined;
  /** How many servers it is for. */
  readonly quantity: number | undefined;
}

/** `undefined` when billing does not know the order: it may show a while after the purchase. */
export async function findOrder(account: Account, id: string): Promise<Order | undefined> {
  try {
    return await readOrder(account, id);
  } catch (error) {
    if (meansNoSuchOrder(error)) return undefined;
    throw error;
  }
}

async function readOrder(account: Account, id: string): Promise<Order> {
  const answer = await call(account, {
    ...(await at(account, `/v2/orders/customer-orders/details/${id}`)),
    doing: `read order ${id}`,
    method: "GET",
    answer: z.object({
      order_info: z.object({ status: z.number(), pending_payment_end_time: text }),
      order_line_items: z.array(z.object({ period_type: number, period_num: number, subscription_num: number })).nullish(),
    }),
  });
  const line = answer.order_line_items?.[0];
  return {
    id,
    status: answer.order_info.status,
    payUntil: answer.order_info.pending_payment_end_time ?? undefined,
    periodType: line?.period_type ?? undefined,
    periodNum: line?.period_num ?? undefined,
    quantity: line?.subscription_num ?? undefined,
  };
}

/** An order as the list of orders shows it. */
export interface ListedOrder {
  readonly id: string;
  readonly status: number;
  /** As the cloud writes it. */
  readonly createdAt: string;
  readonly amount: number | undefined;
}

const ordersPage = 100;

/** Types of orders (BSS API reference, "Querying orders"). */
export const orderType = { purchase: 1, change: 3 } as const;

/** Orders of this type for cloud phone servers of the account, in all projects, that were placed in this time (ms since 1970). */
export async function listOrders(
  account: Account,
  type: (typeof orderType)[keyof typeof orderType],
  fromMs: number,
  toMs: number,
): Promise<ListedOrder[]> {
  const doing = "list the orders of CPH servers";
  const listed = await readAll(
    doing,
    ordersPage,
    async (offset) => {
      const { order_infos, total_count } = await call(account, {
        ...(await at(account, "/v2/orders/customer-orders")),
        doing,
        method: "GET",
        query: {
          order_type: type,
          create_time_begin: utcText(fromMs),
          create_time_end: utcText(toMs),
          offset,
          limit: ordersPage,
          order_by: "-createTime",
        },
        answer: z.object({ order_infos: z.array(listedOrder).nullish(), total_count: number }),
      });
      return { rows: order_infos ?? [], total: total_count ?? undefined };
    },
    (row) => row.order_id,
  );
  return listed.filter(isOfPhones).map((row) => ({
    id: row.order_id,
    status: row.status,
    createdAt: row.create_time ?? "",
    amount: row.amount_after_discount ?? undefined,
  }));
}

const listedOrder = z.object({
  order_id: z.string(),
  status: z.number(),
  service_type_code: text,
  service_type_name: text,
  create_time: text,
  amount_after_discount: number,
});

/** No document names the code of the service, so it is told by what the service is called in code or name. */
const isOfPhones = (row: z.output<typeof listedOrder>): boolean =>
  /cph|phone|手机/i.test(`${row.service_type_code ?? ""} ${row.service_type_name ?? ""}`);

const utcText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

/** What billing knows about a prepaid server. */
export interface BilledServer {
  readonly id: string;
  readonly expireTime: string | undefined;
  readonly isAutoRenew: boolean;
  /** Delivered, paid for and not closed. */
  readonly isInUse: boolean;
}

const renewsByItself = 3; // expire_policy
const inUse = 2; // status

/** @param of the servers themselves, or the order that bought them */
export async function billedServers(account: Account, of: { ids: readonly string[] } | { orderId: string }): Promise<BilledServer[]> {
  const answer = await call(account, {
    // The path is spelled so (BSS API reference, "Querying yearly/monthly resources").
    ...(await at(account, "/v2/orders/suscriptions/resources/query")),
    doing: "read the billing of CPH servers",
    method: "POST",
    body: { ...("ids" in of ? { resource_ids: of.ids } : { order_id: of.orderId }), only_main_resource: 1, limit: 50 },
    answer: z.object({
      data: z.array(z.object({ resource_id: z.string(), expire_time: text, expire_policy: number, status: number })).nullish(),
    }),
  });
  return (answer.data ?? []).map((row) => ({
    id: row.resource_id,
    expireTime: row.expire_time ?? undefined,
    isAutoRenew: row.expire_policy === renewsByItself,
    isInUse: row.status === inUse,
  }));
}

/** Gives prepaid servers back, with everything attached to them. At most 10. @returns the orders that pay back what is left of the money */
export async function unsubscribe(account: Account, ids: readonly string[]): Promise<readonly string[]> {
  const answer = await call(account, {
    ...(await at(account, "/v2/orders/subscriptions/resources/unsubscribe")),
    doing: `unsubscribe CPH servers ${ids.join(", ")}`,
    method: "POST",
    body: { resource_ids: ids, unsubscribe_type: 1 },
    answer: z.object({
      order_ids: z.array(z.string()).nullish(),
      fail_resource_infos: z.array(z.object({ resource_id: text, error_code: text, error_msg: text })).nullish(),
    }),
  });
  const failed = answer.fail_resource_infos?.find((entry) => entry.error_code);
  if (failed !== undefined) throw refusalOfOne(`unsubscribe CPH server ${failed.resource_id ?? ids.join(" or ")}`, failed);
  return answer.order_ids ?? [];
}

export async function setAutoRenew(account: Account, id: string, on: boolean): Promise<void> {
  try {
    await call(account, {
      ...(await at(account, `/v2/orders/subscriptions/resources/autorenew/${id}`)),
      doing: `switch auto-renewal of CPH server ${id} ${on ? "on" : "off"}`,
      method: on ? "POST" : "DELETE",
      answer: nothing,
    });
  } catch (error) {
    if (on || !meansRenewalIsOff(error)) throw error;
  }
}

/** Only an unpaid order can be cancelled. */
export async function cancelOrder(account: Account, id: string): Promise<void> {
  await call(account, {
    ...(await at(account, "/v2/orders/customer-orders/cancel")),
    doing: `cancel the unpaid order ${id}`,
    method: "PUT",
    body: { order_id: id },
    answer: nothing,
  });
}

/** The answer of billing, or `undefined` when the keys may use CPH but not billing. */
export async function ifAllowed<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (meansForbidden(error) && !meansOtherSite(error)) return undefined;
    throw error;
  }
}

async function at(account: Account, path: string): Promise<Pick<Call<never>, "endpoint" | "path" | "projectId" | "headers">> {
  return { endpoint: await site(account), path, projectId: account.projectId, headers: { "x-language": "en_US" } };
}

/** China and the rest of the world bill on different hosts, and only asking tells whose customer the account is. */
async function site(account: Account): Promise<string> {
  return bssEndpoint(account.ctx.settings) ?? remembered(account, "billing site", () => probe(account));
}

async function probe(account: Account): Promise<string> {
  try {
    await call(account, {
      doing: "find the account's billing site",
      method: "GET",
      endpoint: chinaSite,
      path: "/v2/products/service-types",
      query: { limit: 1 },
      projectId: account.projectId,
      answer: nothing,
    });
    return chinaSite;
  } catch (error) {
    if (meansOtherSite(error)) return internationalSite;
    if (meansForbidden(error)) return chinaSite; // not allowed to ask this, so its own call will tell
    throw error;
  }
}
