import { createHash } from "node:crypto";
import { cityName, seconds } from "./answers";
import { phoneModels } from "./catalogue";
import { buildingMs, buildStateOf, built, initializingMs } from "./life-cycle";
import { phoneNow } from "./phone-work";
import { isStoppedByExpiry } from "./prices";
import type { Server } from "./state";
import { shownState } from "./store";
import type { Store } from "./store";

/** Phones are not stored: they follow from their server. `number` counts from 1. */
export function phoneId(server: Server, number: number): string {
  const digest = createHash("sha256").update(`${server.id}/${number}`).digest();
  return `uphone-${digest.readBigUInt64BE().toString(36).padStart(8, "0").slice(-8)}`;
}

export const phoneIds = (server: Server): string[] => Array.from({ length: server.phoneCount }, (_, index) => phoneId(server, index + 1));

/** Phones appear one after another while UPhoneCreating lasts. */
function shownPhones({ world, state }: Store, server: Server): number {
  const now = world.clock.now();
  switch (buildStateOf(server, now, state.stalledAt)) {
    case "Initializing":
    case "CreateFailed":
      return 0;
    case "UPhoneCreating": {
      const passed = built(server, now, state.stalledAt) - initializingMs;
      return Math.ceil((server.phoneCount * passed) / (buildingMs - initializingMs));
    }
    case "Running":
      return server.phoneCount;
  }
}

export function phoneState(store: Store, server: Server, number: number): string {
  const state = shownState(store, server);
  if (state === "Deleting") return "STOPPING";
  if (state !== "Running") return "STARTING";
  const now = store.world.clock.now();
  return isStoppedByExpiry(server.billing, now) ? "STOPPED" : phoneNow(server, number, now).state;
}

/** Address for the debug bridge: its form is documented nowhere. Phones that share an IP differ in the port. */
const adbAddress = (ip: string, index: number): string => `${ip}:${20_001 + index}`;

/** The phones of a server as DescribeUPhone shows them. */
export function uphoneInstances(store: Store, server: Server): Record<string, unknown>[] {
  const model = phoneModels.find((one) => one.name === server.phoneModelName);
  const eips = store.state.eips.filter((eip) => eip.serverId === server.id);
  const bandwidth = store.state.bandwidths.find((one) => one.id === server.bandwidthId);
  return Array.from({ length: shownPhones(store, server) }, (_, index) => {
    const eip = eips[Math.floor(index / (bandwidth?.proportion ?? 1))];
    return {
      UPhoneId: phoneId(server, index + 1),
      UPhoneName: `${server.phonesName}-${index + 1}`,
      UPhoneModelName: server.phoneModelName,
      CPU: model?.cpu ?? 0,
      Memory: model?.memoryMb ?? 0,
      DiskSize: model?.diskGb ?? 0,
      Resolution: "720x1280",
      Refresh: 30,
      ServerId: server.id,
      ImageId: phoneNow(server, index + 1, store.world.clock.now()).imageId ?? server.imageId,
      OsType: "Android armv8",
      State: phoneState(store, server, index + 1),
      CityId: server.cityId,
      CityName: cityName(server.cityId),
      CreateTime: seconds(server.buildStart + initializingMs),
      ExpireTime: seconds(server.billing.end),
      ChargeType: server.billing.chargeType,
      Tag: server.tag,
      SplashScreen: "",
      Callback: "",
      Remark: "",
      ...(eip === undefined ? {} : { IpRegion: eip.region, Ip: eip.address, EipId: eip.id, ADB: adbAddress(eip.address, index) }),
      ...(bandwidth === undefined ? {} : { ShareBandwidthId: bandwidth.id, ShareBandwidthName: bandwidth.name }),
    };
  });
}

export const hasRunningPhones = (store: Store, server: Server): boolean =>
  uphoneInstances(store, server).some((phone) => !/STOPPED|_FAILED$/.test(String(phone["State"])));
