import * as z from "zod";
import { forgetRecords } from "./phone-work";
import type { Bandwidth, Server, Store } from "./state";

type Setter = (server: Server, value: unknown) => void;

const text =
  (set: (server: Server, value: string) => void): Setter =>
  (server, value) => {
    if (typeof value !== "string") throw new Error("a text is needed");
    set(server, value);
  };

const number =
  (set: (server: Server, value: number) => void): Setter =>
  (server, value) => {
    if (typeof value !== "number") throw new Error("a number is needed");
    set(server, value);
  };

const disk = z.strictObject({ volume_type: z.string(), size: z.int() });
const port = z.strictObject({ name: z.string(), listen_port: z.int(), internet_accessible: z.string() });

/** All addresses of the server have it. */
function setBandwidth(server: Server, fields: Partial<Bandwidth>): void {
  for (const { bandwidth } of server.eips) if (bandwidth !== undefined) Object.assign(bandwidth, fields);
}

const zeroOrOne = (value: number): 0 | 1 => (value === 1 ? 1 : 0);

/** What an owner can change in the console, and what the cloud can change by itself. */
const fields: Readonly<Record<string, Setter>> = {
  server_name: text((server, value) => void (server.name = value)),
  server_model_name: text((server, value) => void (server.serverModel = value)),
  phone_model_name: text((server, value) => void (server.phoneModel = value)),
  keypair_name: text((server, value) => {
    server.keypair = value;
    delete server.nextKeypair;
  }),
  availability_zone: text((server, value) => void (server.zone = value)),
  enterprise_project_id: text((server, value) => void (server.enterpriseProjectId = value)),
  vpc_id: text((server, value) => void (server.vpcId = value)),
  subnet_id: text((server, value) => void (server.subnetId = value)),
  status: number((server, value) => void (server.forcedStatus = value)),
  charging_mode: number((server, value) => void (server.chargingMode = zeroOrOne(value))),
  subnet_cidr: text((server, value) => void (server.wanted = { ...server.wanted, subnet: { ...server.wanted.subnet, cidr: value } })),
  band_width_id: text((server, value) => setBandwidth(server, { id: value })),
  band_width_size: number((server, value) => setBandwidth(server, { size: value })),
  band_width_charge_mode: number((server, value) => setBandwidth(server, { chargeMode: zeroOrOne(value) })),
  band_width_share_type: number((server, value) => setBandwidth(server, { shareType: zeroOrOne(value) })),
  volumes: (server, value) => {
    const disks = z.array(disk).parse(value);
    server.volumes = disks.map(({ volume_type, size }, index) => ({
      id: server.volumes[index]?.id ?? `volume-${index}`,
      type: volume_type,
      sizeGib: size,
    }));
  },
  share_volume_info: (server, value) => void (server.wanted = { ...server.wanted, server_share_data_volume: disk.parse(value) }),
  // Shown by the phones, by the tag calls and by billing: these leave the server's own update_time alone.
  image_id: text((server, value) => {
    server.phones.imageId = value;
    forgetRecords(server.phoneRecords ?? {}, "imageId");
  }),
  phone_data_volume: (server, value) => {
    server.wanted = { ...server.wanted, phone_data_volume: disk.parse(value) };
    forgetRecords(server.phoneRecords ?? {}, "volumeGib");
  },
  ports: (server, value) => void (server.wanted = { ...server.wanted, ports: z.array(port).parse(value) }),
  vnc_enable: text((server, value) => void (server.phones.isVncEnabled = value.toLowerCase() === "true")),
  property: text((server, value) => {
    server.phones.property = value;
    forgetRecords(server.phoneRecords ?? {}, "property");
  }),
  is_auto_renew: number((server, value) => void (server.isAutoRenewed = value === 1)),
  tags: (server, value) => {
    if (typeof value !== "object" || value === null) throw new Error("an object of texts is needed");
    server.tags = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, String(one)]));
  },
};

const shownElsewhere: readonly string[] = ["image_id", "phone_data_volume", "ports", "vnc_enable", "property", "is_auto_renew", "tags"];

/** Sets wire-named fields behind everybody's back. `tags` takes an object, key to value; status 5 lets the server live on as usual. */
export function changeServer(store: Store, server: Server, changes: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(changes)) {
    const set = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (set === undefined)
      throw new Error(`A CPH server has no field ${name} that can be changed; known: ${Object.keys(fields).join(", ")}.`);
    try {
      set(server, value);
    } catch (error) {
      throw new Error(`${name} cannot be changed to this: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
    }
    if (!shownElsewhere.includes(name)) server.changedAt = store.world.clock.now();
  }
  if (server.forcedStatus === 5) delete server.forcedStatus;
}
