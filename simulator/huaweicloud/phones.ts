/** The phones on a server. They follow from the server: nothing is stored for each. */
import type { Project } from "./accounts";
import { phoneImages, phoneModels } from "./catalogue";
import { Refusal } from "./errors";
import { readyAt, status, statusOf, updatedAt } from "./life";
import { listServers } from "./servers";
import type { Server, Store } from "./state";
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
    .filter((server) => filter.status === undefined || phoneStatus(store, server) === filter.status)
    .flatMap((server) => phonesOn(store, server))
    .filter((phone) => phoneName(phone).includes(filter.phone_name ?? ""));
}

export function findPhone(store: Store, project: Project, id: string): Phone {
  const phones = listServers(store, project).filter((server) => phoneId({ server, index: 0 }).slice(0, 28) === id.slice(0, 28));
  const found = phones.flatMap((server) => phonesOn(store, server)).find((phone) => phoneId(phone) === id);
  if (found === undefined) throw new Refusal("CPS.0005", `The phone ${id} does not exist.`);
  return found;
}

/** A server has its phones once its machine stands (status 4); a bare, failed or ended one has none. */
function phonesOn(store: Store, server: Server): Phone[] {
  const capacity = phoneModels.find((model) => model.name === server.wanted.phone_model_name)?.capacity ?? 0;
  const hasPhones = ![0, 1, 3, status.abnormal, status.gone].includes(statusOf(store, server));
  return hasPhones ? Array.from({ length: capacity }, (_, index) => ({ server, index })) : [];
}

/** The server's id backwards with the phone's number for the last four digits. */
const phoneId = ({ server, index }: Phone): string =>
  server.id.split("").reverse().join("").slice(0, 28) + (index + 1).toString(16).padStart(4, "0");

const phoneName = ({ server, index }: Phone): string => `${server.phones.namePrefix}-${String(index + 1).padStart(5, "0")}`;

/** 1 creating, 2 running, 6 frozen, 8 shut down. */
function phoneStatus(store: Store, server: Server): number {
  switch (statusOf(store, server)) {
    case status.normal:
      return 2;
    case status.frozen:
      return 6;
    case 10:
      return 8;
    default:
      return 1;
  }
}

export function phoneRow(store: Store, phone: Phone): Record<string, unknown> {
  const { server } = phone;
  return {
    phone_name: phoneName(phone),
    server_id: server.id,
    phone_id: phoneId(phone),
    phone_model_name: server.phoneModel,
    image_id: server.phones.imageId,
    image_version: phoneImages.find((image) => image.id === server.phones.imageId)?.version ?? "",
    vnc_enable: String(server.phones.isVncEnabled),
    status: phoneStatus(store, server),
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
  const { server } = phone;
  const disk = server.wanted.phone_data_volume;
  return {
    ...phoneRow(store, phone),
    access_infos: accessInfos(phone),
    property: server.phones.property,
    ...(disk === undefined ? {} : { phone_data_volume: { volume_type: disk.volume_type, volume_size: disk.size } }),
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
