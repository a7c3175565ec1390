import { prepaidEnd } from "./billing";
import { end } from "./lifecycle";
import { checkTags } from "./instance-spec";
import { INSTANCE_TEXTS, newId } from "./store";
import type { Instance, InstanceText, Status, Store } from "./store";

const STABLE: readonly Status[] = ["running", "stopped", "error"];

/** What the owner does in the vendor's console: the instance disappears. */
export function vanish(store: Store, instanceId: string): void {
  end(store, mustFind(store, instanceId));
}

/** What the owner does in the vendor's console: fields change, under their wire names. */
export function change(store: Store, instanceId: string, wanted: Readonly<Record<string, unknown>>): void {
  const instance = mustFind(store, instanceId);
  const setters = Object.entries(wanted).map(([field, value]) => setterOf(store, instance, field, value));
  for (const set of setters) set();
  instance.updatedAt = store.world.clock.now();
}

function mustFind(store: Store, instanceId: string): Instance {
  const instance = store.state.instances[instanceId];
  if (instance === undefined) throw new Error(`There is no EdCPS instance ${instanceId} in the simulated JD Cloud.`);
  return instance;
}

type Setter = () => void;

/** Checks the value now, sets it later: either all fields change or none. */
function setterOf(store: Store, instance: Instance, field: string, value: unknown): Setter {
  const text = INSTANCE_TEXTS.find((one): one is InstanceText => one === field);
  const find = SETTERS[field];
  if (text === undefined && find === undefined) throw new Error(`An EdCPS instance has no field "${field}" that can be changed.`);
  const setter = find === undefined && text !== undefined ? textSetter(instance, text, value) : find?.(store, instance, value);
  if (setter === undefined)
    throw new Error(`The simulated JD Cloud cannot set "${field}" of EdCPS instance ${instance.instanceId} to this value.`);
  return setter;
}

function textSetter(instance: Instance, text: InstanceText, value: unknown): Setter | undefined {
  return typeof value === "string" ? () => void (instance.texts[text] = value) : undefined;
}

/** Fields that are more than a text of the instance; `undefined` for a value that does not fit. */
const SETTERS: Readonly<Record<string, (store: Store, instance: Instance, value: unknown) => Setter | undefined>> = {
  status(_store, instance, value) {
    const status = STABLE.find((one) => one === value);
    if (status === undefined) return undefined;
    return () => {
      instance.status = status;
      delete instance.task;
    };
  },
  autoRenew: (_store, { billing }, value) => (typeof value === "boolean" ? () => void (billing.autoRenew = value) : undefined),
  chargeMode(store, { billing }, value) {
    if (value === "postpaid_by_duration")
      return () => {
        billing.mode = value;
        delete billing.expiresAt;
      };
    if (value !== "prepaid_by_duration") return undefined;
    return () => Object.assign(billing, { mode: value, expiresAt: prepaidEnd(store.world.clock.now(), 1) });
  },
  chargeExpiredTime(_store, { billing }, value) {
    const time = typeof value === "string" ? Date.parse(value) : NaN;
    return Number.isNaN(time) || billing.mode !== "prepaid_by_duration" ? undefined : () => void (billing.expiresAt = time);
  },
  /** "arrear": the account owes for a postpaid instance; "normal": it has paid. */
  chargeStatus(store, { billing }, value) {
    if (billing.mode !== "postpaid_by_duration") return undefined;
    if (value === "normal")
      return () => {
        delete billing.arrearsSince;
      };
    return value === "arrear" ? () => void (billing.arrearsSince = store.world.clock.now()) : undefined;
  },
  resourceTags(_store, instance, value) {
    const tags = tagList(value);
    if (tags === undefined) return undefined;
    checkTags(tags);
    return () => void (instance.tags = Object.fromEntries(tags.map((tag) => [tag.key, tag.value])));
  },
  // Empty: it is unbound.
  elasticIpId: (store, instance, value) => eipOf(store, instance, "", value),
  extensionElasticIpId: (store, instance, value) => eipOf(store, instance, "extension", value),
  aliasIps: (store, instance, value) => aliasesOf(store, instance, instance.texts.subnetId, value),
  extensionAliasIps: (store, instance, value) => aliasesOf(store, instance, instance.texts.extensionSubnetId, value),
  bandwidth: (store, { texts }, value) => eipNumber(store, texts.elasticIpId, "bandwidth", value),
  extraUplinkBandwidth: (store, { texts }, value) => eipNumber(store, texts.elasticIpId, "extraUplinkBandwidth", value),
  extensionBandwidth: (store, { texts }, value) => eipNumber(store, texts.extensionElasticIpId, "bandwidth", value),
  extensionExtraUplinkBandwidth: (store, { texts }, value) => eipNumber(store, texts.extensionElasticIpId, "extraUplinkBandwidth", value),
  internetChargeMode: (store, { texts }, value) => eipChargeMode(store, texts.elasticIpId, value),
  extensionInternetChargeMode: (store, { texts }, value) => eipChargeMode(store, texts.extensionElasticIpId, value),
  extensionLineType: (store, { texts }, value) => eipText(store, texts.extensionElasticIpId, "lineType", value),
  bandwidthPackageId: (store, { texts }, value) => eipText(store, texts.elasticIpId, "bandwidthPackageId", value),
  extensionBandwidthPackageId: (store, { texts }, value) => eipText(store, texts.extensionElasticIpId, "bandwidthPackageId", value),
};

function eipOf(store: Store, instance: Instance, side: "" | "extension", value: unknown): Setter | undefined {
  const { texts, instanceId } = instance;
  const [field, subnetId, targetIp] =
    side === ""
      ? (["elasticIpId", texts.subnetId, texts.privateIp] as const)
      : (["extensionElasticIpId", texts.extensionSubnetId, texts.extensionPrivateIp] as const);
  if (typeof value !== "string") return undefined;
  const next = store.state.elasticIps[value];
  if (next !== undefined && next.instanceId !== "") return undefined;
  return () => {
    const before = store.state.elasticIps[texts[field]];
    if (before !== undefined) Object.assign(before, { instanceId: "", targetIp: "", subnetId: "" });
    if (next !== undefined) Object.assign(next, { instanceId, targetIp, subnetId });
    texts[field] = value;
  };
}

/** `["10.0.1.40/32"]`: the ranges of one interface. */
function aliasesOf(store: Store, { instanceId, pin, region, texts }: Instance, subnetId: string, value: unknown): Setter | undefined {
  if (subnetId === "" || !Array.isArray(value) || !value.every((cidr) => typeof cidr === "string")) return undefined;
  const { aliasIps } = store.state;
  return () => {
    for (const alias of Object.values(aliasIps))
      if (alias.instanceId === instanceId && alias.subnetId === subnetId) Reflect.deleteProperty(aliasIps, alias.aliasIpId);
    for (const cidr of value) {
      const aliasIpId = newId(store, "alias");
      aliasIps[aliasIpId] = { aliasIpId, pin, region, az: texts.az, instanceId, subnetId, secondaryCidrId: "", cidr };
    }
  };
}

function eipNumber(store: Store, id: string, field: "bandwidth" | "extraUplinkBandwidth", value: unknown): Setter | undefined {
  const eip = store.state.elasticIps[id];
  return eip !== undefined && typeof value === "number" ? () => void (eip[field] = value) : undefined;
}

function eipText(store: Store, id: string, field: "bandwidthPackageId" | "lineType", value: unknown): Setter | undefined {
  const eip = store.state.elasticIps[id];
  return eip !== undefined && typeof value === "string" ? () => void (eip[field] = value) : undefined;
}

function eipChargeMode(store: Store, id: string, value: unknown): Setter | undefined {
  const eip = store.state.elasticIps[id];
  if (eip === undefined || (value !== "prepaid_by_duration" && value !== "postpaid_by_duration")) return undefined;
  return () => void (eip.billing.mode = value);
}

/** `[{"key": "k", "value": "v"}]`. */
function tagList(value: unknown): { key: string; value: string }[] | undefined {
  const isTag = (one: unknown): one is { key: string; value: string } =>
    typeof one === "object" &&
    one !== null &&
    "key" in one &&
    typeof one.key === "string" &&
    "value" in one &&
    typeof one.value === "string";
  return Array.isArray(value) && value.every(isTag) ? value : undefined;
}
