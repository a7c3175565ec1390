/** The phones on a server. They follow from the server: only what was done to one of them is stored for it. */
import type { Project } from "./accounts";
import { phoneImages, phoneModels } from "./catalogue";
import { Refusal } from "./errors";
import { readyAt, status, statusOf, updatedAt } from "./life";
import { listServers } from "./servers";
import type { PhoneRecord, Server, Store } from "./state";
import { utc } from "./state";

export interface Phone {
  readonly server: Server;
  /** From 0. */
  readonly index: number;
}

export interface PhoneFilter {
  readonly phone_name?: string | undefined;
  readonly server_id?: string | undefined;
  readonly status?: number | undefined;
  /** 0 normal, 1 trial; nobody has trial phones here. */
  readonly type?: number | undefined;
}

/** Phones of the newest server first. */
export function listPhones(store: Store, project: Project, filter: PhoneFilter): Phone[] {
  if (filter.type === 1) return [];
  return listServers(store, project, { server_id: filter.server_id })
    .flatMap((server) => phonesOn(store, server))
    .filter((phone) => filter.status === undefined || phoneStatus(store, phone) === filter.status)
    .filter((phone) => phoneNow(store, phone).name.includes(filter.phone_name ?? ""));
}

export function findPhone(store: Store, project: Project, id: string): Phone {
  const phones = listServers(store, project).filter((server) => phoneId({ server, index: 0 }).slice(0, 28) === id.slice(0, 28));
  const found = phones.flatMap((server) => phonesOn(store, server)).find((phone) => phoneId(phone) === id);
  if (found === undefined) throw new Refusal("CPS.0005", `The phone ${id} does not exist.`);
  return found;
}

/** A server has its phones once its machine stands (status 4); a bare, failed or ended one has none. */
export function phonesOn(store: Store, server: Server): Phone[] {
  const capacity = phoneModels.find((model) => model.name === server.wanted.phone_model_name)?.capacity ?? 0;
  const hasPhones = ![0, 1, 3, status.abnormal, status.gone].includes(statusOf(store, server));
  return hasPhones ? Array.from({ length: capacity }, (_, index) => ({ server, index })) : [];
}

/** The server's id backwards with the phone's number for the last four digits. */
export const phoneId = ({ server, index }: Phone): string =>
  server.id.split("").reverse().join("").slice(0, 28) + (index + 1).toString(16).padStart(4, "0");

/** A phone as its own record says, and where that is silent, its server. */
export function phoneNow(store: Store, { server, index }: Phone): Required<Omit<PhoneRecord, "work">> {
  const { work, ...own } = server.phoneRecords?.[index] ?? { status: 2 };
  const isOver = work === undefined || store.world.clock.now() >= work.endsAt;
  return {
    name: `${server.phones.namePrefix}-${String(index + 1).padStart(5, "0")}`,
    imageId: server.phones.imageId,
    property: server.phones.property,
    volumeGib: server.wanted.phone_data_volume?.size ?? 0,
    ...own,
    ...(isOver ? work?.leaves : { status: work.status }),
  };
}

export const isWorkedOn = (store: Store, { server, index }: Phone): boolean =>
  store.world.clock.now() < (server.phoneRecords?.[index]?.work?.endsAt ?? 0);

/** 1 creating, 4 restarting with the server, 6 frozen, 8 shut down; of a server that is ready, the phone's own. */
export function phoneStatus(store: Store, phone: Phone): number {
  switch (statusOf(store, phone.server)) {
    case status.normal:
      return phoneNow(store, phone).status;
    case status.frozen:
      return 6;
    case 10:
      return 8;
    case 13:
      return 4;
    default:
      return 1;
  }
}

export function phoneRow(store: Store, phone: Phone): Record<string, unknown> {
  const { server } = phone;
  const { name, imageId } = phoneNow(store, phone);
  return {
    phone_name: name,
    server_id: server.id,
    phone_id: phoneId(phone),
    phone_model_name: server.phoneModel,
    image_id: imageId,
    image_version: phoneImages.find((image) => image.id === imageId)?.version ?? "",
    vnc_enable: String(server.phones.isVncEnabled),
    status: phoneStatus(store, phone),
    type: 0,
    imei: "",
    traffic_type: "direct",
    volume_mode: 0,
    availability_zone: server.zone,
    metadata: { order_id: server.orderId, product_id: server.productId },
    has_encrypt: false,
    create_time: utc(server.createdAt),
    update_time: utc(Math.min(readyAt(server), updatedAt(store, server))),
  };
}

export function phoneDetail(store: Store, phone: Phone): Record<string, unknown> {
  const disk = phone.server.wanted.phone_data_volume;
  const { property, volumeGib } = phoneNow(store, phone);
  return {
    ...phoneRow(store, phone),
    access_infos: accessInfos(phone),
    property,
    ...(disk === undefined ? {} : { phone_data_volume: { volume_type: disk.volume_type, volume_size: volumeGib } }),
  };
}

/** Ports of one phone: the debug bridge, the screen if it is switched on, and the application ports that were bought. */
function accessInfos({ server, index }: Phone): object[] {
  const own = [
    { name: "adb", listen_port: 5555, isPublic: false },
    ...(server.phones.isVncEnabled ? [{ name: "vnc", listen_port: 5901, isPublic: true }] : []),
    ...server.wanted.ports.map(({ name, listen_port, internet_accessible }) => ({
      name,
      listen_port,
      isPublic: internet_accessible.toLowerCase() === "true",
    })),
  ];
  const phoneIp = `10.237.${Math.floor(index / 250)}.${(index % 250) + 2}`;
  return own.map((port, nth) => {
    const publicIp = port.isPublic ? (server.eips[0]?.address ?? "") : "";
    return {
      type: port.name,
      phone_ip: phoneIp,
      device_ip: phoneIp,
      listen_port: port.listen_port,
      public_ip: publicIp,
      access_ip: publicIp,
      server_ip: server.serverIp,
      intranet_ip: server.serverIp,
      access_port: 10_000 + nth * 200 + index,
    };
  });
}
