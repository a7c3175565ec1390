import { isShown } from "../mishaps";
import { mustBePaid } from "./billing";
import { conflict, failedPrecondition, invalidArgument } from "./errors";
import { findInstance, findShown, mustBe } from "./lifecycle";
import { beginWork, findElasticIp } from "./network-work";
import { isInside, rangeOf, textOf } from "./networks";
import { operation } from "./operation";
import { fields, optional, text } from "./parameters";
import type { Instance, Store } from "./store";

const one = "/v1/regions/{regionId}/instances/{instanceId}";

/** Binding elastic IPs to the addresses of instances. */
export const bindingOperations = [
  operation("describeAvailablePrivateIp", `GET ${one}/availablePrivateIps`, {
    query: fields({ subnetId: text }),
    handle({ store, caller, id, query: { subnetId } }) {
      const instance = findShown(store, caller, id);
      const free = rangesIn(store, instance, subnetId).flatMap(addressesIn);
      return { availablePrivateIps: free.filter((address) => !isTaken(store, instance, address)) };
    },
  }),
  operation("associateElasticIp", `PUT ${one}:associateElasticIp`, {
    takesToken: true,
    body: fields({ elasticIpId: text, targetIp: optional(text), subnetId: optional(text) }),
    handle({ store, caller, id, body }) {
      const instance = findInstance(store, caller, id);
      const eip = findElasticIp(store, caller, body.elasticIpId);
      const subnetId = subnetOf(instance, body.subnetId);
      const isPrimary = subnetId === instance.texts.subnetId;
      const targetIp = body.targetIp ?? (isPrimary ? instance.texts.privateIp : instance.texts.extensionPrivateIp);
      if (!rangesIn(store, instance, subnetId).some((range) => isInside(targetIp, range)) || targetIp.includes("/"))
        throw invalidArgument(`'${targetIp}' is no address of instance '${id}' in subnet '${subnetId}'`);
      mustBe(instance, "running", "stopped");
      for (const { billing } of [instance, eip]) mustBePaid(billing, store.world.clock.now());
      if (eip.instanceId !== "") throw failedPrecondition(`elastic IP '${eip.elasticIpId}' is bound to an instance`);
      if (isTaken(store, instance, targetIp)) throw failedPrecondition(`an elastic IP is bound to '${targetIp}'`);
      if (isPrimary && eip.lineType !== instance.texts.lineType) throw conflict("the elastic IP is of another operator");
      beginWork(store, eip, { instanceId: id, targetIp, subnetId });
      return { success: true };
    },
  }),
  operation("disassociateElasticIp", `PUT ${one}:disassociateElasticIp`, {
    takesToken: true,
    body: fields({ elasticIpId: text }),
    handle({ store, caller, id, body: { elasticIpId } }) {
      const instance = findInstance(store, caller, id);
      const eip = findElasticIp(store, caller, elasticIpId);
      if (eip.instanceId !== id) throw failedPrecondition(`elastic IP '${elasticIpId}' is not bound to instance '${id}'`);
      mustBe(instance, "running", "stopped");
      for (const { billing } of [instance, eip]) mustBePaid(billing, store.world.clock.now());
      beginWork(store, eip, { instanceId: "", targetIp: "", subnetId: "" });
      return { success: true };
    },
  }),
];

/** Which interface is meant: with two of them the caller has to say. */
function subnetOf({ texts }: Instance, wanted: string | undefined): string {
  if (wanted === undefined && texts.interfaceMode === "dual")
    throw invalidArgument("parameter 'subnetId' is required for an instance with two interfaces");
  const subnetId = wanted ?? texts.subnetId;
  if (subnetId === "" || ![texts.subnetId, texts.extensionSubnetId].includes(subnetId))
    throw invalidArgument(`the instance has no interface in subnet '${subnetId}'`);
  return subnetId;
}

/** Own address and alias IPs of the interface in a subnet. */
function rangesIn(store: Store, { instanceId, texts }: Instance, subnetId: string): string[] {
  const own = [
    ...(texts.subnetId === subnetId ? [texts.privateIp] : []),
    ...(texts.extensionSubnetId === subnetId ? [texts.extensionPrivateIp] : []),
  ];
  const aliases = Object.values(store.state.aliasIps).filter(
    (alias) => alias.instanceId === instanceId && alias.subnetId === subnetId && alias.goneAt === undefined,
  );
  return [...own, ...aliases.filter((alias) => isShown(alias, store.world.clock.now())).map((alias) => alias.cidr)];
}

function addressesIn(range: string): string[] {
  const { first, size } = rangeOf(range) ?? { first: 0, size: 0 };
  return Array.from({ length: size }, (_, index) => textOf(first + index));
}

/** Whether an elastic IP is bound to the address, or about to be. */
const isTaken = ({ state }: Store, { instanceId }: Instance, address: string): boolean =>
  Object.values(state.elasticIps).some((eip) =>
    [eip, eip.task?.change].some((binding) => binding?.instanceId === instanceId && binding.targetIp === address),
  );
