import { prepaidEnd } from "./billing";
import { end } from "./lifecycle";
import { checkTags } from "./instance-spec";
import { INSTANCE_TEXTS } from "./store";
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
  const setter = text === undefined ? find?.(store, instance, value) : textSetter(instance, text, value);
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
  bandwidth: (store, { texts }, value) => eipNumber(store, texts.elasticIpId, "bandwidth", value),
  extraUplinkBandwidth: (store, { texts }, value) => eipNumber(store, texts.elasticIpId, "extraUplinkBandwidth", value),
  extensionBandwidth: (store, { texts }, value) => eipNumber(store, texts.extensionElasticIpId, "bandwidth", value),
  extensionExtraUplinkBandwidth: (store, { texts }, value) => eipNumber(store, texts.extensionElasticIpId, "extraUplinkBandwidth", value),
  bandwidthPackageId: (store, { texts }, value) => eipPackage(store, texts.elasticIpId, value),
  extensionBandwidthPackageId: (store, { texts }, value) => eipPackage(store, texts.extensionElasticIpId, value),
};

function eipNumber(store: Store, id: string, field: "bandwidth" | "extraUplinkBandwidth", value: unknown): Setter | undefined {
  const eip = store.state.elasticIps[id];
  return eip !== undefined && typeof value === "number" ? () => void (eip[field] = value) : undefined;
}

function eipPackage(store: Store, id: string, value: unknown): Setter | undefined {
  const eip = store.state.elasticIps[id];
  return eip !== undefined && typeof value === "string" ? () => void (eip.bandwidthPackageId = value) : undefined;
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
