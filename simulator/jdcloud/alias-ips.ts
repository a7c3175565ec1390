import { isShown } from "../mishaps";
import { mustBePaid } from "./billing";
import { failedPrecondition, invalidArgument, notFound, outcomeOf, quotaExceeded } from "./errors";
import { aliasIp } from "./instance-spec";
import { findInstance, mustBe } from "./lifecycle";
import { isInside, rangeOf, subnets } from "./networks";
import { operation } from "./operation";
import { fields, listOf, text } from "./parameters";
import { newId } from "./store";
import type { AliasIp, Instance, Store } from "./store";

const all = "/v1/regions/{regionId}/aliasIps";
const ALIASES_PER_INTERFACE = 50;

/** Alias IPs after the purchase. Single ranges fail inside a successful answer. */
export const aliasIpOperations = [
  operation("createAliasIp", `PUT ${all}`, {
    takesToken: true,
    body: fields({ aliasIpSpec: fields({ instanceId: text, aliasIps: listOf(aliasIp) }) }),
    handle({ store, caller, body: { aliasIpSpec } }) {
      const instance = findInstance(store, caller, aliasIpSpec.instanceId);
      if (aliasIpSpec.aliasIps.length === 0) throw invalidArgument("parameter 'aliasIpSpec.aliasIps' is empty");
      mustBe(instance, "running", "stopped");
      mustBePaid(instance.billing, store.world.clock.now());
      const successList: { aliasIpId: string; cidr: string }[] = [];
      const errorList: { cidr: string; message: string }[] = [];
      for (const wanted of aliasIpSpec.aliasIps) {
        const { error } = outcomeOf(() => {
          successList.push(add(store, instance, wanted));
          return {};
        });
        if (error !== undefined) errorList.push({ cidr: wanted.cidr, message: error.message });
      }
      return { successList, errorList };
    },
  }),
  operation("deleteAliasIp", `DELETE ${all}/{aliasIpId}`, {
    takesToken: true,
    handle({ store, caller, id }) {
      const alias = store.state.aliasIps[id];
      if (alias?.pin !== caller.pin || alias.region !== caller.region) throw notFound("AliasIp", id);
      const now = store.world.clock.now();
      if (alias.goneAt !== undefined || !isShown(alias, now)) throw failedPrecondition("Conflict with underlay task");
      const instance = findInstance(store, caller, alias.instanceId);
      mustBe(instance, "running", "stopped");
      mustBePaid(instance.billing, now);
      if (hasElasticIp(store, alias)) throw failedPrecondition(`an elastic IP is bound to alias IP '${id}'`);
      alias.goneAt = now + store.switches.networkMs;
      return { success: true };
    },
  }),
];

/** `id` names the CIDR: of a subnet itself, that is the subnet (there are no secondary CIDRs here). Default: the primary interface's. */
function add(store: Store, instance: Instance, wanted: ReturnType<typeof aliasIp.read>): { aliasIpId: string; cidr: string } {
  const { texts, pin, region, instanceId } = instance;
  const { failingAliasCidrs } = store.switches;
  const failing = failingAliasCidrs.indexOf(wanted.cidr);
  if (failing >= 0) {
    failingAliasCidrs.splice(failing, 1);
    throw failedPrecondition(`alias IP range '${wanted.cidr}' could not be created`);
  }
  if (wanted.scope === "ipv6") throw invalidArgument("the instance has no IPv6 network");
  const subnet = subnets.find((one) => one.subnetId === (wanted.id ?? texts.subnetId));
  if (subnet === undefined || ![texts.subnetId, texts.extensionSubnetId].includes(subnet.subnetId))
    throw invalidArgument(`the instance has no interface in CIDR '${wanted.id ?? ""}'`);
  if (!isInside(wanted.cidr, subnet.cidr)) throw invalidArgument("cidr not in subnet");
  const inSubnet = Object.values(store.state.aliasIps).filter((alias) => alias.subnetId === subnet.subnetId);
  const own = Object.values(store.state.instances).flatMap(({ texts: others }) => [
    ...(others.subnetId === subnet.subnetId ? [others.privateIp] : []),
    ...(others.extensionSubnetId === subnet.subnetId ? [others.extensionPrivateIp] : []),
  ]);
  if ([...inSubnet.map((alias) => alias.cidr), ...own].some((taken) => overlap(taken, wanted.cidr)))
    throw failedPrecondition(`alias IP range '${wanted.cidr}' is in use`);
  if (inSubnet.filter((alias) => alias.instanceId === instanceId).length >= ALIASES_PER_INTERFACE)
    throw quotaExceeded(`an interface has no more than ${ALIASES_PER_INTERFACE} alias IP ranges`);
  const aliasIpId = newId(store, "alias");
  const shownFrom = store.world.clock.now() + store.switches.networkMs;
  const place = { pin, region, az: texts.az, instanceId, subnetId: subnet.subnetId };
  store.state.aliasIps[aliasIpId] = { aliasIpId, shownFrom, ...place, secondaryCidrId: "", cidr: wanted.cidr };
  return { aliasIpId, cidr: wanted.cidr };
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  return a !== undefined && b !== undefined && a.first < b.first + b.size && b.first < a.first + a.size;
}

/** Whether an elastic IP is bound to an address of the range, or about to be. */
export const hasElasticIp = ({ state }: Store, { instanceId, cidr }: AliasIp): boolean =>
  Object.values(state.elasticIps).some((eip) =>
    [eip, eip.task?.change].some((binding) => binding?.instanceId === instanceId && isInside(binding.targetIp ?? "", cidr)),
  );
