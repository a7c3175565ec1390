import { end } from "./lifecycle";
import { checkTags } from "./instance-spec";
import { INSTANCE_TEXTS } from "./store";
import type { Instance, InstanceText, Status, Store } from "./store";

const STABLE: readonly Status[] = ["running", "stopped", "error"];
const BANDWIDTHS = ["bandwidth", "extraUplinkBandwidth"] as const;

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

/** Checks the value now, sets it later: either all fields change or none. */
function setterOf(store: Store, instance: Instance, field: string, value: unknown): () => void {
  const wrong = (): never => {
    throw new Error(`The simulated JD Cloud cannot set "${field}" of EdCPS instance ${instance.instanceId} to this value.`);
  };
  const text = INSTANCE_TEXTS.find((one): one is InstanceText => one === field);
  if (text !== undefined) return typeof value === "string" ? () => void (instance.texts[text] = value) : wrong();
  if (field === "status") {
    const status = STABLE.find((one) => one === value) ?? wrong();
    return () => {
      instance.status = status;
      delete instance.task;
    };
  }
  if (field === "autoRenew") return typeof value === "boolean" ? () => void (instance.billing.autoRenew = value) : wrong();
  if (field === "resourceTags") return tagSetter(instance, value) ?? wrong();
  for (const name of BANDWIDTHS) {
    const isExtension = field === `extension${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    if (field !== name && !isExtension) continue;
    const eip = store.state.elasticIps[isExtension ? instance.texts.extensionElasticIpId : instance.texts.elasticIpId];
    return eip !== undefined && typeof value === "number" ? () => void (eip[name] = value) : wrong();
  }
  throw new Error(`An EdCPS instance has no field "${field}" that can be changed.`);
}

function tagSetter(instance: Instance, value: unknown): (() => void) | undefined {
  if (!Array.isArray(value)) return undefined;
  const tags = value.map((tag: unknown) => ({ key: "", value: "", ...(tag as object) }));
  checkTags(tags);
  return () => void (instance.tags = Object.fromEntries(tags.map((tag) => [tag.key, tag.value])));
}
