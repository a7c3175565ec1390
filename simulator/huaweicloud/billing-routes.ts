import * as z from "zod";
import { region } from "./accounts";
import type { Account } from "./accounts";
import {
  attachments,
  cancel,
  findShownOrder,
  findRefundOrder,
  ordersOf,
  pay,
  renewal,
  resourceStatus,
  resourcesOf,
  setAutoRenewal,
  unsubscribe,
} from "./billing";
import { Refusal } from "./errors";
import { expiresAt, orderStatus, readyAt } from "./life";
import { operation } from "./operation";
import type { Call, Operation } from "./operation";
import { integer } from "./query-fields";
import { utc } from "./state";
import type { Order, Server, Store } from "./state";

const service = { service_type_code: "hws.service.type.cph", service_type_name: "云手机" } as const;
const yesNo = z.enum(["YES", "NO"]);
const id = z.string().min(1);
const time = z.iso.datetime({ precision: 0 }).optional();

/** BSS: orders, resources and their renewal. */
export function billingRoutes(store: Store): Operation[] {
  /** Customers of the other website are turned away whatever they ask for. */
  const guarded =
    <Query, Body>(answer: (call: Call<Query, Body>) => object | undefined) =>
    (call: Call<Query, Body>): object | undefined => {
      if (store.behaviour.isOtherWebsite) throw new Refusal("CBC.0156", "This customer belongs to the other website.", 403);
      return answer(call);
    };
  const autoRenewal = "/v2/orders/subscriptions/resources/autorenew/{resource_id}";
  return [
    operation({
      service: "bss",
      name: "ListServiceTypes",
      method: "GET",
      path: "/v2/products/service-types",
      query: z.strictObject({
        service_type_name: z.string().optional(),
        limit: integer(1, 1000).default(1000),
        offset: integer(0).default(0),
      }),
      answer: guarded(() => ({ total_count: 1, service_types: [{ ...service, abbreviation: "CPH" }] })),
    }),
    operation({
      service: "bss",
      name: "CancelResourcesSubscription",
      method: "POST",
      path: "/v2/orders/subscriptions/resources/unsubscribe",
      body: z.strictObject({
        resource_ids: z.array(id).min(1).max(10),
        unsubscribe_type: z.int().min(1).max(2),
        unsubscribe_reason_type: z.int().min(1).max(5).optional(),
        unsubscribe_reason: z.string().optional(),
      }),
      answer: guarded(({ account, body }) => ({ order_ids: unsubscribe(store, account, body.resource_ids, body.unsubscribe_type) })),
    }),
    operation({
      service: "bss",
      name: "AutoRenewalResources",
      method: "POST",
      path: autoRenewal,
      body: z
        .strictObject({ auto_renew_times: z.int().min(0).max(99).optional(), period_type: z.enum(["MONTH", "YEAR"]).optional() })
        .optional(),
      answer: guarded(({ account, path }) => {
        setAutoRenewal(store, account, path["resource_id"] ?? "", true);
        return undefined;
      }),
    }),
    operation({
      service: "bss",
      name: "CancelAutoRenewalResources",
      method: "DELETE",
      path: autoRenewal,
      answer: guarded(({ account, path }) => {
        setAutoRenewal(store, account, path["resource_id"] ?? "", false);
        return undefined;
      }),
    }),
    operation({
      service: "bss",
      name: "ShowCustomerOrderDetails",
      method: "GET",
      path: "/v2/orders/customer-orders/details/{order_id}",
      query: z.strictObject({
        limit: integer(1, 100).default(10),
        offset: integer(0).default(0),
        indirect_partner_id: z.string().optional(),
      }),
      answer: guarded(({ account, path, query }) => {
        const order = findShownOrder(store, account, path["order_id"] ?? "");
        const items = lineItems(store, order);
        return {
          total_count: items.length,
          order_info: orderView(store, account, order),
          order_line_items: items.slice(query.offset, query.offset + query.limit),
        };
      }),
    }),
    operation({
      service: "bss",
      name: "ListCustomerOrders",
      method: "GET",
      path: "/v2/orders/customer-orders",
      query: z.strictObject({
        order_id: z.string().optional(),
        customer_id: z.string().optional(),
        create_time_begin: time,
        create_time_end: time,
        payment_time_begin: time,
        payment_time_end: time,
        service_type_code: z.string().optional(),
        status: integer(1, 13).optional(),
        order_type: integer(1, 15).optional(),
        limit: integer(1, 100).default(10),
        offset: integer(0).default(0),
        order_by: z.string().optional(),
        indirect_partner_id: z.string().optional(),
        method: z.string().optional(),
      }),
      answer: guarded(({ account, query }) => {
        const within = (at: number | undefined, begin?: string, end?: string): boolean =>
          (begin === undefined || (at ?? 0) >= Date.parse(begin)) && (end === undefined || (at ?? Infinity) <= Date.parse(end));
        const found = ordersOf(store, account).filter(
          (order) =>
            (query.order_id ?? order.id) === order.id &&
            (query.order_type ?? order.type) === order.type &&
            (query.status === undefined || query.status === orderStatus(store, order)) &&
            (query.service_type_code ?? service.service_type_code) === service.service_type_code &&
            within(order.createdAt, query.create_time_begin, query.create_time_end) &&
            within(order.paidAt, query.payment_time_begin, query.payment_time_end),
        );
        return {
          total_count: found.length,
          order_infos: found.slice(query.offset, query.offset + query.limit).map((order) => orderView(store, account, order)),
        };
      }),
    }),
    operation({
      service: "bss",
      name: "ListPayPerUseCustomerResources",
      method: "POST",
      path: "/v2/orders/suscriptions/resources/query", // spelled so by the vendor
      body: z.strictObject({
        resource_ids: z.array(id).max(50).optional(),
        order_id: z.string().optional(),
        only_main_resource: z.int().min(0).max(1).default(0),
        status_list: z.array(z.int()).optional(),
        offset: z.int().min(0).default(0),
        limit: z.int().min(1).max(500).default(10),
        expire_time_begin: time,
        expire_time_end: time,
        service_type_code: z.string().optional(),
        customer_id: z.string().optional(),
      }),
      answer: guarded(({ account, body }) => {
        const fits = (server: Server): boolean =>
          (body.resource_ids?.includes(server.id) ?? true) &&
          (body.order_id ?? server.orderId) === server.orderId &&
          (body.status_list?.includes(resourceStatus(store, server)) ?? true) &&
          (body.service_type_code ?? service.service_type_code) === service.service_type_code &&
          (expiresAt(server) ?? 0) >= Date.parse(body.expire_time_begin ?? "1970-01-01T00:00:00Z") &&
          (expiresAt(server) ?? 0) <= Date.parse(body.expire_time_end ?? "9999-01-01T00:00:00Z");
        const data = resourcesOf(store, account)
          .filter(fits)
          .flatMap((server) => resourceViews(store, server, body.only_main_resource === 1));
        return { total_count: data.length, data: data.slice(body.offset, body.offset + body.limit) };
      }),
    }),
    operation({
      service: "bss",
      name: "RenewalResources",
      method: "POST",
      path: "/v2/orders/subscriptions/resources/renew",
      body: z
        .strictObject({
          resource_ids: z.array(id).min(1).max(10),
          period_type: z.int().min(2).max(3),
          period_num: z.int().min(1).max(11),
          is_auto_pay: z.int().min(0).max(1).default(0),
        })
        .refine((term) => term.period_type === 2 || term.period_num <= 3, { path: ["period_num"], message: "1 to 3 years" }),
      answer: guarded(({ account, body: { resource_ids, is_auto_pay, ...term } }) => ({
        order_ids: [renewal(store, account, resource_ids, term, is_auto_pay === 1).id],
      })),
    }),
    operation({
      service: "bss",
      name: "ShowRefundOrderDetails",
      method: "GET",
      path: "/v2/orders/customer-orders/refund-orders",
      query: z.strictObject({ order_id: id }),
      answer: guarded(({ account, query }) => {
        const order = findRefundOrder(store, account, query.order_id);
        const refund_infos = [refundView(store, account, order)];
        return { total_count: refund_infos.length, refund_infos };
      }),
    }),
    operation({
      service: "bss",
      name: "CancelCustomerOrder",
      method: "PUT",
      path: "/v2/orders/customer-orders/cancel",
      body: z.strictObject({ order_id: id }),
      answer: guarded(({ account, body }) => {
        cancel(store, account, body.order_id);
        return undefined;
      }),
    }),
    operation({
      service: "bss",
      name: "PayOrders",
      method: "POST",
      path: "/v3/orders/customer-orders/pay",
      body: z.strictObject({
        order_id: id,
        use_coupon: yesNo,
        use_discount: yesNo,
        coupon_infos: z.array(z.looseObject({})).optional(),
        discount_infos: z.array(z.looseObject({})).optional(),
      }),
      answer: guarded(({ account, body }) => {
        pay(store, account, body.order_id);
        return undefined;
      }),
    }),
  ];
}

/** Below zero: what came back (BSS API reference, "Querying the amount of unsubscription orders"). */
function refundView(store: Store, account: Account, order: Order): object {
  return {
    id: `${order.id}-000001`,
    amount: -Math.abs(order.amount),
    measure_id: "1",
    customer_id: account.domainId,
    resource_type_code: "hws.resource.type.cph.server",
    ...service,
    region_code: region,
    base_order_id: store.state.servers[order.serverIds[0] ?? ""]?.orderId ?? "",
  };
}

function orderView(store: Store, account: Account, order: Order): object {
  const money = order.type === 4 ? -order.amount : order.amount;
  return {
    order_id: order.id,
    customer_id: account.domainId,
    ...service,
    source_type: 1,
    status: orderStatus(store, order),
    order_type: order.type,
    amount_after_discount: money,
    official_amount: money,
    measure_id: 1,
    currency: "CNY",
    create_time: utc(order.createdAt),
    payment_time: order.paidAt === undefined ? null : utc(order.paidAt),
    pending_payment_end_time: order.type !== 4 ? utc(order.payBy) : null,
    contract_id: "",
    user_name: account.domainName,
  };
}

function lineItems(store: Store, order: Order): object[] {
  const first = store.state.servers[order.serverIds[0] ?? ""];
  const wanted = order.wanted ?? first?.wanted;
  if (wanted === undefined) return [];
  const isDelivered = first !== undefined && orderStatus(store, order) === 5;
  const term = order.term ?? wanted.order;
  const expiry = first === undefined ? undefined : order.type === 1 ? expiresAt(first, 1, 0) : expiresAt(first);
  return [
    {
      order_line_item_id: `${order.id}-000001`,
      ...service,
      product_id: order.productId,
      product_spec_desc: wanted.server_model_name,
      period_type: wanted.order.charging_mode === 1 ? 4 : term.period_type,
      period_num: term.period_num,
      effective_time: isDelivered ? utc(readyAt(first)) : null,
      expire_time: isDelivered && expiry !== undefined ? utc(expiry) : null,
      subscription_num: order.type === 1 ? wanted.count : order.serverIds.length,
      currency: "CNY",
      amount_after_discount: order.type === 4 ? -order.amount : order.amount,
    },
  ];
}

function resourceViews(store: Store, server: Server, onlyMain: boolean): object[] {
  const expiry = expiresAt(server);
  const shared = {
    region_code: region,
    ...service,
    project_id: server.projectId,
    product_id: server.productId,
    status: resourceStatus(store, server),
    effective_time: utc(readyAt(server)),
    expire_time: expiry === undefined ? null : utc(expiry),
    expire_policy: server.isAutoRenewed ? 3 : 0,
  };
  const main = {
    ...shared,
    id: `R${server.id}`,
    resource_id: server.id,
    resource_name: server.name,
    resource_type_code: "hws.resource.type.cph.server",
    resource_spec_code: server.serverModel,
    parent_resource_id: null,
    is_main_resource: 1,
  };
  if (onlyMain) return [main];
  const part = ({ id: partId, kind }: { id: string; kind: string }): object => ({
    ...shared,
    id: `R${partId}`,
    resource_id: partId,
    resource_name: partId,
    resource_type_code: `hws.resource.type.${kind}`,
    resource_spec_code: kind,
    parent_resource_id: server.id,
    is_main_resource: 0,
  });
  return [main, ...attachments(server).map(part)];
}
