import { createHash } from "node:crypto";
import { cities, serverModels } from "./catalogue";
import type { ServerModel } from "./catalogue";
import { modifiedAt } from "./life-cycle";
import { isStoppedByExpiry } from "./prices";
import type { Server } from "./state";
import { shownState } from "./store";
import type { Store } from "./store";
import { without } from "./wire";

/** Unix seconds, as UCloud writes times. */
export const seconds = (ms: number): number => Math.floor(ms / 1000);

export function cityName(id: string): string {
  return cities.find((city) => city.id === id)?.name ?? id;
}

export function serverModelInstance(model: ServerModel): Record<string, unknown> {
  return {
    ServerModelName: model.name,
    CPU: model.cpu,
    Memory: model.memoryMb,
    GPU: model.gpu,
    GPUType: model.gpuType,
    DiskSet: [{ DiskType: "CLOUD_SSD", IsBoot: true, Size: model.bootDiskGb }],
    UPhoneSpecs: Object.entries(model.phones).map(([UPhoneModelName, UPhoneCount]) => ({ UPhoneModelName, UPhoneCount })),
    ServerModelState: model.isAvailable ? "AVAILABLE" : "UNAVAILABLE",
  };
}

/** A server as DescribeUPhoneServer shows it. */
export function serverInstance(store: Store, server: Server): Record<string, unknown> {
  const now = store.world.clock.now();
  const state = shownState(store, server);
  const model = serverModels.find((one) => one.name === server.modelName);
  const { choices } = store;
  const whole = {
    ServerId: server.id,
    ServerName: server.name,
    State: server.deletion === undefined ? (server.pinnedState ?? stateByExpiry(store, server) ?? state) : state,
    UPhoneModelName: server.phoneModelName,
    UPhoneCount: server.phoneCount,
    ServerModel: model === undefined ? { ServerModelName: server.modelName } : serverModelInstance(model),
    ChargeType: server.billing.chargeType,
    CityId: server.cityId,
    CityName: cityName(server.cityId),
    CreateTime: seconds(server.boughtAt),
    ModifyTime: seconds(modifiedAt(server, now, store.state.stalledAt)),
    ExpireTime: seconds(server.billing.end),
    Remark: server.remark,
    IpSet: state === "Initializing" ? [] : ipSet(server.id),
  };
  if (choices.emptyStates > 0) {
    choices.emptyStates--;
    return { ...whole, State: "" };
  }
  if (!choices.leavesOutOptional) return whole;
  return { ...without(whole, "State", "Remark", "UPhoneCount", "IpSet"), ServerModel: {} };
}

const stateByExpiry = ({ world, choices }: Store, { billing }: Server): string | undefined =>
  isStoppedByExpiry(billing, world.clock.now()) ? choices.expiredState : undefined;

/** The host's own addresses: from 198.19.0.0/16, which nobody routes (RFC 2544), and a private one. */
function ipSet(serverId: string): unknown[] {
  const [a = 0, b = 0, c = 0] = createHash("sha256").update(serverId).digest();
  return [
    { Ip: `198.19.${b}.${c}`, IpMode: "ipv4", IpType: "public", Isp: "BGP" },
    { Ip: `10.${a}.${b}.${c}`, IpMode: "ipv4", IpType: "private", Isp: "" },
  ];
}
