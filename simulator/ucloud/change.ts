import { forgetImages } from "./phone-work";
import type { Eip, Server, ShareBandwidth } from "./state";
import type { Store } from "./store";

type Setter = (server: Server, store: Store, value: string | number) => void;

const text =
  (set: (server: Server, value: string, store: Store) => void): Setter =>
  (server, store, value) => {
    if (typeof value !== "string") throw new Error(`Expected text, got ${value}.`);
    set(server, value, store);
  };
const number =
  (set: (server: Server, value: number, store: Store) => void): Setter =>
  (server, store, value) => {
    if (typeof value !== "number") throw new Error(`Expected a number, got "${value}".`);
    set(server, value, store);
  };

/** The addresses of a server's phones, and the bandwidth that they share. */
const sharedThings = (server: Server, { state }: Store): (Eip | ShareBandwidth)[] =>
  [state.eips, state.bandwidths].flat().filter((thing) => thing.serverId === server.id);

const setters: ReadonlyMap<string, Setter> = new Map(
  Object.entries({
    ServerName: text((server, value) => (server.name = value)),
    Remark: text((server, value) => (server.remark = value)),
    CityId: text((server, value) => (server.cityId = value)),
    ServerModelName: text((server, value) => (server.modelName = value)),
    UPhoneModelName: text((server, value) => (server.phoneModelName = value)),
    UPhoneCount: number((server, value) => (server.phoneCount = value)),
    /** Any text; it stays until it is changed to another one. "" is the state that could not be fetched. */
    State: text((server, value) => (server.pinnedState = value)),
    ChargeType: text((server, value) => {
      if (value !== "Year" && value !== "Month" && value !== "Dynamic") throw new Error(`UCloud has no charge type "${value}".`);
      server.billing = { ...server.billing, chargeType: value };
    }),
    /** Unix seconds. */
    ExpireTime: number((server, value, { world }) => {
      if (value * 1000 <= world.clock.now()) throw new Error("A period cannot end in the past.");
      server.billing = { ...server.billing, end: value * 1000 };
    }),
    // Not on the server itself: its phones show these two, its shared bandwidth and addresses the others.
    ImageId: text((server, value) => {
      server.imageId = value;
      forgetImages(server);
    }),
    Tag: text((server, value) => (server.tag = value)),
    Bandwidth: number((server, value, { state }) => {
      const bandwidth = state.bandwidths.find((one) => one.id === server.bandwidthId);
      if (bandwidth === undefined) throw new Error(`Server ${server.id} has no shared bandwidth.`);
      bandwidth.mbps = value;
    }),
    IpRegion: text((server, value, store) => {
      for (const thing of sharedThings(server, store)) thing.region = value;
    }),
    IpProportion: number((server, value, store) => {
      for (const thing of sharedThings(server, store)) thing.proportion = value;
    }),
  }),
);

/** Sets wire-named fields of a server, as its owner would in the console. */
export function change(store: Store, serverId: string, fields: Readonly<Record<string, unknown>>): void {
  const server = store.state.servers.find((one) => one.id === serverId);
  if (server === undefined) throw new Error(`UCloud has no server ${serverId}.`);
  for (const [name, value] of Object.entries(fields)) {
    const set = setters.get(name);
    if (set === undefined) throw new Error(`A UPhone server has no field ${name} that could be changed.`);
    if (typeof value !== "string" && typeof value !== "number") throw new Error(`${name} takes text or a number.`);
    set(server, store, value);
  }
  server.modifiedAt = store.world.clock.now();
}
