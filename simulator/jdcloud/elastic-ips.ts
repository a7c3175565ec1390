import { chargeOf, isoTime } from "./billing";
import { failedPrecondition, notFound } from "./errors";
import { endElasticIp } from "./lifecycle";
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

/** Operations on elastic IPs. Applying for, binding and resizing them can join here. */
export const elasticIpOperations = [
  operation("describeElasticIps", `GET ${all}`, {
    query: listQuery,
    handle({ store, caller, query: { filters, pageNumber, pageSize, ...wanted } }) {
      const found = ownedBy(store.state.elasticIps, caller).filter((eip) => matches(filters, eip) && agrees(wanted, traits(eip)));
      return pageOf("elasticIps", found, { pageNumber, pageSize }, (eip) => view(store, eip));
    },
  }),
  operation("describeElasticIp", `GET ${one}`, {
    handle: ({ store, caller, id }) => ({ elasticIp: view(store, find(store, caller, id)) }),
  }),
  // The vendor really spells it this way.
  operation("deleteelasticIp", `DELETE ${one}`, {
    takesToken: true,
    handle({ store, caller, id }) {
      const eip = find(store, caller, id);
      if (eip.billing.mode === "prepaid_by_duration") throw failedPrecondition("a prepaid elastic IP cannot be deleted");
      if (eip.instanceId !== "") throw failedPrecondition("the elastic IP is bound to an instance");
      endElasticIp(store, eip);
      return { success: true };
    },
  }),
];

function find(store: Store, caller: Caller, id: string): ElasticIp {
  const eip = store.state.elasticIps[id];
  if (eip?.pin !== caller.pin || eip.region !== caller.region) throw notFound("ElasticIp", id);
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
