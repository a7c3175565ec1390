import { dueAtPurchase, dueAtRepricing, mustBePaid, newBilling, priceOfBandwidth, reprice, round } from "./billing";
import { lineOf } from "./catalogue";
import { conflict, failedPrecondition, notFound, quotaExceeded } from "./errors";
import { chargeFields, checkTerm, monthsOf } from "./instance-spec";
import { beginWork, findElasticIp, mustBeFree } from "./network-work";
import { bandwidthPackages, owned } from "./networks";
import { newPublicAddress } from "./offer";
import { operation } from "./operation";
import { fields, integer, listOf, optional, orElse, text } from "./parameters";
import { newId, ownedBy } from "./store";
import type { Caller, ElasticIp, Store } from "./store";

const all = "/v1/regions/{regionId}/elasticIps";
const onePackage = "/v1/regions/{regionId}/bandwidthPackages/{bandwidthPackageId}";
const bandwidth = integer(1, 10_240);
const extraUplinkBandwidth = integer(0, 10_240);
const IPS_PER_PACKAGE = 300;

const elasticIpSpec = fields({
  bandwidth,
  extraUplinkBandwidth: orElse(extraUplinkBandwidth, 0),
  bandwidthPackageId: optional(text),
  count: integer(1, 1000),
  charge: chargeFields,
});
type ElasticIpSpec = ReturnType<typeof elasticIpSpec.read>;

/** Buying elastic IPs by themselves, and what they cost afterwards. */
export const elasticIpOrders = [
  operation("applyElasticIps", `PUT ${all}`, {
    takesToken: true,
    body: fields({ elasticIpSpec }),
    handle: ({ store, caller, body }) => ({ elasticIpIds: apply(store, caller, body.elasticIpSpec) }),
  }),
  operation("modifyElasticIpBandwidth", `PUT ${all}/{elasticIpId}:modifyElasticIpBandwidth`, {
    takesToken: true,
    // Whether the extra upstream stays when it is not sent is not documented: here it goes.
    body: fields({ bandwidth, extraUplinkBandwidth: orElse(extraUplinkBandwidth, 0) }),
    handle({ store, caller, id, body }) {
      const eip = findElasticIp(store, caller, id);
      if (eip.bandwidthPackageId !== "") throw failedPrecondition(`the bandwidth of '${id}' is that of its bandwidth package`);
      changePrice(store, eip, priceOfBandwidth(body.bandwidth, body.extraUplinkBandwidth), `elastic IP, ${body.bandwidth} Mbit/s`);
      beginWork(store, eip, body);
      return { success: true };
    },
  }),
  operation("addBandwidthPackageIp", `PUT ${onePackage}:addBandwidthPackageIp`, {
    takesToken: true,
    body: fields({ elasticIpIds: listOf(text) }),
    handle({ store, caller, id, body: { elasticIpIds } }) {
      const eips = [...new Set(elasticIpIds)].map((one) => findElasticIp(store, caller, one));
      const shared = packageOf(caller, id);
      for (const eip of eips) {
        mustBeFree(store, eip);
        mustBePaid(eip.billing, store.world.clock.now());
        if (eip.bandwidthPackageId !== "") throw failedPrecondition(`elastic IP '${eip.elasticIpId}' is in a bandwidth package`);
        if (eip.lineType !== shared.lineType) throw conflict(`elastic IP '${eip.elasticIpId}' is of another operator`);
      }
      checkRoom(store, caller, id, eips.length);
      for (const eip of eips) {
        changePrice(store, eip, 0, "elastic IP in a bandwidth package");
        beginWork(store, eip, { bandwidthPackageId: id });
      }
      return { success: true };
    },
  }),
  operation("removeBandwidthPackageIp", `PUT ${onePackage}:removeBandwidthPackageIp`, {
    takesToken: true,
    body: fields({ elasticIpId: text }),
    handle({ store, caller, id, body: { elasticIpId } }) {
      packageOf(caller, id);
      const eip = findElasticIp(store, caller, elasticIpId);
      if (eip.bandwidthPackageId !== id) throw failedPrecondition(`elastic IP '${elasticIpId}' is not in bandwidth package '${id}'`);
      changePrice(store, eip, priceOfBandwidth(eip.bandwidth, eip.extraUplinkBandwidth), `elastic IP, ${eip.bandwidth} Mbit/s`);
      beginWork(store, eip, { bandwidthPackageId: "" });
      return { success: true };
    },
  }),
];

function apply(store: Store, caller: Caller, spec: ElasticIpSpec): string[] {
  const { charge, count, bandwidthPackageId = "" } = spec;
  checkTerm(charge, "elasticIpSpec");
  const shared = bandwidthPackageId === "" ? undefined : packageOf(caller, bandwidthPackageId);
  const lineType = lineOf(caller.region);
  if (shared !== undefined && shared.lineType !== lineType) throw conflict("the bandwidth package is of another operator");
  const quota = store.switches.elasticIpsPerNode;
  if (ownedBy(store.state.elasticIps, caller).length + count > quota)
    throw quotaExceeded(`the quota of ${quota} elastic IPs in '${caller.region}' is used up`);
  if (shared !== undefined) checkRoom(store, caller, bandwidthPackageId, count);
  if (store.mishaps.isOutOfBalance()) throw failedPrecondition("the balance of the account is insufficient");
  const now = store.world.clock.now();
  const months = monthsOf(spec);
  const price = shared === undefined ? priceOfBandwidth(spec.bandwidth, spec.extraUplinkBandwidth) : 0;
  const orderId = newId(store, "order");
  const ids = Array.from({ length: count }, () => {
    const elasticIpId = newId(store, "fip");
    const billing = newBilling(charge.chargeMode, price, now, months);
    billing.autoRenew = charge.autoRenew && charge.chargeMode === "prepaid_by_duration";
    billing.renewMonths = charge.chargeUnit === "year" ? 12 : 1;
    store.state.elasticIps[elasticIpId] = {
      shownFrom: now + store.switches.networkMs,
      elasticIpId,
      pin: caller.pin,
      region: caller.region,
      elasticIp: newPublicAddress(store),
      orderId,
      createdAt: now,
      bandwidth: spec.bandwidth,
      extraUplinkBandwidth: spec.extraUplinkBandwidth,
      lineType,
      instanceId: "",
      targetIp: "",
      subnetId: "",
      bandwidthPackageId,
      billing,
    };
    return elasticIpId;
  });
  // Orders in the ledger are those of servers.
  const amount = round(count * dueAtPurchase(newBilling(charge.chargeMode, price, now, months), months));
  const what = `${count} × elastic IP, ${spec.bandwidth} Mbit/s`;
  store.world.ledger.record({ cloud: "jdcloud", kind: "payment", orderId, ids, amount, what });
  return ids;
}

/** From now on it costs that much a month: to be called before work on it begins. */
function changePrice(store: Store, eip: ElasticIp, price: number, what: string): void {
  const now = store.world.clock.now();
  mustBeFree(store, eip);
  mustBePaid(eip.billing, now);
  if (dueAtRepricing(eip.billing, price, now) > 0 && store.mishaps.isOutOfBalance())
    throw failedPrecondition("the balance of the account is insufficient");
  reprice(store, { id: eip.elasticIpId, ...eip }, price, what);
}

function packageOf(caller: Caller, id: string): (typeof bandwidthPackages)[number] {
  const found = bandwidthPackages.find((one) => owned(bandwidthPackages, caller).includes(one) && one.bandwidthPackageId === id);
  if (found === undefined) throw notFound("BandwidthPackage", id);
  return found;
}

function checkRoom(store: Store, caller: Caller, id: string, count: number): void {
  const inside = ownedBy(store.state.elasticIps, caller).filter((eip) => eip.bandwidthPackageId === id).length;
  if (inside + count > IPS_PER_PACKAGE) throw quotaExceeded(`a bandwidth package has no more than ${IPS_PER_PACKAGE} IPs`);
}
