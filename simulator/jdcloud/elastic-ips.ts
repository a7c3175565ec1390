import { isShown } from "../mishaps";
import { chargeOf, isoTime } from "./billing";
import { failedPrecondition, notFound } from "./errors";
import { endElasticIp } from "./lifecycle";
import { findElasticIp, mustBeFree } from "./network-work";
import { operation } from "./operation";
import { fields, oneOf, optional, text } from "./parameters";
import { agrees, filtersOn, matches, pageOf, paging } from "./query";
import { ownedBy } from "./store";
import type { Caller, ElasticIp, Store } from "./store";

const all = "/v1/regions/{regionId}/elasticIps";
const one = `${all}/{elasticIpId}`;

const listQuery = fields({
  ...paging,
  status: optional(oneOf("associate", "disassociate")),
  hasJoinBandwidthPackage: optional(oneOf("yes", "no")),
  chargeMode: optional(text),
  instanceId: optional(text),
  subnetId: optional(text),
  filters: filtersOn("elasticIpId", "elasticIp", "bandwidthPackageId"),
});

/** Elastic IPs: what is there, and ending it. */
export const elasticIpOperations = [
  operation("describeElasticIps", `GET ${all}`, {
    query: listQuery,
    handle({ store, caller, query: { filters, pageNumber, pageSize, ...wanted } }) {
      const now = store.world.clock.now();
      const shown = ownedBy(store.state.elasticIps, caller).filter((eip) => isShown(eip, now));
      const found = shown.filter((eip) => matches(filters, eip) && agrees(wanted, traits(eip)));
      return pageOf("elasticIps", found, { pageNumber, pageSize }, (eip) => view(store, eip));
    },
  }),
  operation("describeElasticIp", `GET ${one}`, {
    handle: ({ store, caller, id }) => ({ elasticIp: view(store, findShown(store, caller, id)) }),
  }),
  // The vendor really spells it this way.
  operation("deleteelasticIp", `DELETE ${one}`, {
    takesToken: true,
    handle({ store, caller, id }) {
      const eip = findElasticIp(store, caller, id);
      if (eip.billing.mode === "prepaid_by_duration") throw failedPrecondition("a prepaid elastic IP cannot be deleted");
      if (eip.instanceId !== "") throw failedPrecondition("the elastic IP is bound to an instance");
      mustBeFree(store, eip);
      endElasticIp(store, eip);
      return { success: true };
    },
  }),
];

/** As far as reads show it. */
function findShown(store: Store, caller: Caller, id: string): ElasticIp {
  const eip = findElasticIp(store, caller, id);
  if (!isShown(eip, store.world.clock.now())) throw notFound("ElasticIp", id);
  return eip;
}

const statusOf = (eip: ElasticIp): string => (eip.instanceId === "" ? "disassociate" : "associate");

const traits = (eip: ElasticIp): Record<string, string> => ({
  status: statusOf(eip),
  hasJoinBandwidthPackage: eip.bandwidthPackageId === "" ? "no" : "yes",
  chargeMode: eip.billing.mode,
  instanceId: eip.instanceId,
  subnetId: eip.subnetId,
});

function view(store: Store, eip: ElasticIp): Record<string, unknown> {
  const { region, elasticIpId, elasticIp, bandwidth, extraUplinkBandwidth, lineType, instanceId, targetIp, bandwidthPackageId } = eip;
  return {
    ...{ region, elasticIpId, elasticIp, bandwidth, extraUplinkBandwidth, lineType, instanceId, targetIp, bandwidthPackageId },
    status: statusOf(eip),
    instanceType: instanceId === "" ? "" : "edcps",
    createTime: isoTime(eip.createdAt),
    charge: chargeOf(eip.billing, store.world.clock.now()),
  };
}
