import { isoTime } from "./billing";
import { failedPrecondition, invalidArgument, outOfRange } from "./errors";
import { findInstance, renew } from "./lifecycle";
import { operation } from "./operation";
import { fields, flag, integer, oneOf, optional, orElse, text } from "./parameters";
import { newId, ownedBy } from "./store";
import type { Caller, Instance, Store } from "./store";

// The renewal service, service code `renewal`, version v2.

const path = "/v2/regions/{regionId}/instances";
const product = { appCode: oneOf("jcloud"), serviceCode: oneOf("edcps") };
const timeUnit = oneOf("MONTH", "YEAR");

const queryParam = fields({
  ...product,
  instanceId: optional(text),
  instanceName: optional(text),
  renewStatus: orElse(oneOf("AUTO", "MANUAL", "ALL"), "ALL"),
  billingType: optional(oneOf("CONFIG", "FLOW", "MONTHLY")),
  expireType: orElse(oneOf("EXPIRED", "UNEXPIRED", "ONE", "THREE", "SEVEN", "ALL_TIME"), "ALL_TIME"),
  ipAddress: optional(text),
  pageNumber: orElse(integer(1, 1_000_000), 1),
  pageSize: orElse(integer(1, 100), 10),
});
type Query = ReturnType<typeof queryParam.read>;

const renewParam = fields({
  ...product,
  timeSpan: integer(1, 9),
  timeUnit,
  instanceIds: text,
  unifyDate: optional(oneOf("YES", "NO")),
  autoPay: optional(flag),
  returnURL: optional(text),
});

const setParam = fields({
  ...product,
  timeSpan: optional(integer(1, 9)),
  timeUnit: optional(timeUnit),
  instanceIds: text,
  autoRenewStatus: oneOf("OPEN", "CLOSE", "MODIFY"),
  // Two pairs of names for yes and no are in use, one per edition of the interface.
  allAutoPay: optional(oneOf("BIND", "UNBIND", "AUTO_RENEW", "UN_AUTO_RENEW")),
});

export const renewalOperations = [
  operation("queryInstance", `POST ${path}`, {
    service: "renewal",
    body: fields({ queryInstanceParam: queryParam }),
    handle({ store, caller, body: { queryInstanceParam: query } }) {
      const now = store.world.clock.now();
      const found = ownedBy(store.state.instances, caller).filter((instance) => isWanted(instance, query, now));
      const from = (query.pageNumber - 1) * query.pageSize;
      const page = found.slice(from, from + query.pageSize);
      return { listQueries: page.map((instance) => view(store, instance)), totalCount: found.length };
    },
  }),
  operation("renewInstance", `POST ${path}:renew`, {
    service: "renewal",
    body: fields({ renewInstanceParam: renewParam }),
    handle({ store, caller, body: { renewInstanceParam: wanted } }) {
      if (wanted.autoPay === false) throw invalidArgument("parameter 'autoPay' can only be true");
      const months = monthsOf(wanted.timeSpan, wanted.timeUnit);
      const instances = prepaid(store, caller, wanted.instanceIds);
      if (store.mishaps.isOutOfBalance()) throw failedPrecondition("the balance of the account is insufficient");
      const orderNumber = newId(store, "order");
      for (const instance of instances) renew(store, instance, months, orderNumber);
      return { orderNumber };
    },
  }),
  operation("setRenewal", `PUT ${path}:autoRenewStatus`, {
    service: "renewal",
    body: fields({ setRenewalParam: setParam }),
    handle({ store, caller, body: { setRenewalParam: wanted } }) {
      const { timeSpan, timeUnit = "MONTH", autoRenewStatus } = wanted;
      const instances = prepaid(store, caller, wanted.instanceIds);
      if (autoRenewStatus === "MODIFY") {
        if (timeSpan === undefined) throw invalidArgument("parameter 'timeSpan' is required to modify");
        if (instances.some(({ billing }) => !billing.autoRenew)) throw failedPrecondition("automatic renewal is not open");
      }
      for (const { billing } of instances) {
        if (timeSpan !== undefined) billing.renewMonths = monthsOf(timeSpan, timeUnit);
        billing.autoRenew = autoRenewStatus !== "CLOSE";
      }
      return { stringResult: "success" };
    },
  }),
];

function monthsOf(timeSpan: number, unit: "MONTH" | "YEAR"): number {
  if (unit === "YEAR" && timeSpan > 3) throw outOfRange("parameter 'timeSpan' is out of range [1, 3]");
  return timeSpan * (unit === "YEAR" ? 12 : 1);
}

function prepaid(store: Store, caller: Caller, instanceIds: string): Instance[] {
  const instances = instanceIds.split(",").map((id) => findInstance(store, caller, id.trim()));
  if (instances.some(({ billing }) => billing.mode !== "prepaid_by_duration"))
    throw failedPrecondition("only prepaid instances can be renewed");
  return instances;
}

const DAYS = { ONE: 1, THREE: 3, SEVEN: 7 } as const;

function isWanted({ instanceId, texts, billing }: Instance, query: Query, now: number): boolean {
  const { expiresAt = Infinity } = billing;
  const { expireType } = query;
  const isDue =
    expireType === "ALL_TIME" ||
    ((expireType === "EXPIRED" ? expiresAt < now : expiresAt >= now) &&
      (expireType === "EXPIRED" || expireType === "UNEXPIRED" || expiresAt < now + DAYS[expireType] * 24 * 3_600_000));
  return (
    isDue &&
    [undefined, instanceId].includes(query.instanceId) &&
    texts.name.includes(query.instanceName ?? "") &&
    [undefined, texts.privateIp].includes(query.ipAddress) &&
    ["ALL", billing.autoRenew ? "AUTO" : "MANUAL"].includes(query.renewStatus) &&
    (query.billingType ?? billingTypeOf(billing.mode)) === billingTypeOf(billing.mode)
  );
}

const billingTypeOf = (mode: Instance["billing"]["mode"]): "MONTHLY" | "CONFIG" => (mode === "prepaid_by_duration" ? "MONTHLY" : "CONFIG");

function view(store: Store, { instanceId, region, texts, billing }: Instance): Record<string, unknown> {
  const bound = Object.values(store.state.elasticIps).filter((eip) => eip.instanceId === instanceId && eip.billing.expiresAt !== undefined);
  return {
    appCode: "jcloud",
    serviceCode: "edcps",
    resourceId: instanceId,
    resourceName: texts.name,
    region,
    billingType: billingTypeOf(billing.mode),
    expireTime: billing.expiresAt === undefined ? "" : isoTime(billing.expiresAt),
    autoRenewStatus: billing.autoRenew ? "OPENED" : "UNOPENED",
    autoRenewPeriod: billing.autoRenew ? String(billing.renewMonths) : "",
    // A bound elastic IP is always renewed together with its instance (EdCPS product docs, "Renewal").
    associateResource: bound.length > 0 ? "BIND" : "UNBIND",
    relationList: bound.map((eip) => ({ resourceId: eip.elasticIpId, serviceCode: "edcps" })),
  };
}
