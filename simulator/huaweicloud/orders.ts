/** From a purchase to an order, and from a paid order to servers. */
import { fatesOf } from "../mishaps";
import type { Fate } from "../mishaps";
import type { Account, Project } from "./accounts";
import { seededSize } from "./bandwidths";
import { phoneModels, prices, serverModels } from "./catalogue";
import { addressOf, parseCidr } from "./cidr";
import { Refusal } from "./errors";
import { cents, dayMs } from "./life";
import { renewServers } from "./renewals";
import { changeModel } from "./model-change";
import { newId, newOrderId, newProductId, newUuid } from "./state";
import type { Bandwidth, Eip, Order, Server, Store } from "./state";
import type { Wanted } from "./wanted";

/** An unpaid order lapses after this time. */
const paymentMs = 7 * dayMs;
const serverQuota = 5000;

/** Executes a purchase. Paid at once when it asks for it and the money is there; otherwise nothing is built, and nothing costs, until it is paid. */
export function placeOrder(store: Store, account: Account, project: Project, wanted: Wanted): Order {
  const existing = Object.values(store.state.servers).filter(
    (server) => server.domainId === account.domainId && server.endedAt === undefined,
  );
  if (existing.length + wanted.count > serverQuota) throw new Refusal("CPS.0065", `The quota of ${serverQuota} servers is used up.`);
  const { mishaps } = store;
  const isPayPerUse = wanted.order.charging_mode === 1;
  const isPaid = (isPayPerUse || wanted.order.is_auto_pay === 1) && !mishaps.isOutOfBalance();
  if (isPayPerUse && !isPaid) throw new Refusal("CPS.0006", "The account is restricted: its balance is insufficient.");
  const now = store.world.clock.now();
  const lateMs = mishaps.lateOrdersMs();
  const order: Order = {
    id: newOrderId(store),
    domainId: account.domainId,
    projectId: project.id,
    productId: newProductId(store),
    type: 1,
    amount: isPayPerUse ? 0 : priceOf(wanted),
    createdAt: now,
    payBy: now + paymentMs,
    ...(lateMs === 0 ? {} : { shownFrom: now + lateMs }),
    wanted,
    serverIds: [],
  };
  store.state.orders[order.id] = order;
  if (isPaid) payOrder(store, order);
  return order;
}

/** Takes the money and starts what was ordered. */
export function payOrder(store: Store, order: Order): void {
  if (order.type === 1) buildServers(store, order);
  else if (order.type === 2) renewServers(store, order);
  else changeModel(store, order);
}

function buildServers(store: Store, order: Order): void {
  const { state, world, mishaps } = store;
  const { wanted } = order;
  if (wanted === undefined) throw new Error(`order ${order.id} buys nothing`);
  const isNextToFail = state.purchasesToFail > 0;
  if (isNextToFail) state.purchasesToFail -= 1;
  const failsToBuild = isNextToFail || mishaps.failsToBuild();
  const delivered = mishaps.delivered(wanted.count);
  const fateOf = fatesOf(mishaps, world.clock.now());
  order.paidAt = world.clock.now();
  const bandwidth = sharedBandwidth(store, wanted);
  const servers = Array.from({ length: wanted.count }, (_, index) => {
    const missing = index < delivered ? {} : ({ isMissing: true } as const);
    return newServer(store, order, wanted, index, bandwidth, { failsToBuild, ...missing, ...fateOf(index) });
  });
  for (const server of servers) state.servers[server.id] = server;
  order.serverIds = servers.map((server) => server.id).sort(); // nothing is promised about their order: it does not follow the names
  const what = `CPH ${wanted.server_model_name} × ${wanted.count}, ${periodText(wanted)}`;
  const entry = { cloud: "huaweicloud", orderId: order.id, ids: order.serverIds, amount: order.amount, what } as const;
  world.ledger.record({ ...entry, kind: "order" });
  world.ledger.record({ ...entry, kind: "payment" });
}

function periodText({ order }: Wanted): string {
  return order.charging_mode === 1 ? "pay per use" : `${order.period_num} ${order.period_type === 3 ? "year(s)" : "month(s)"}`;
}

/** CNY for the whole order. Ten months' price for a year. */
function priceOf(wanted: Wanted): number {
  const model = serverModels.find((one) => one.name === wanted.server_model_name);
  const { phone_data_volume: ofPhone, server_share_data_volume: share } = wanted;
  const phones = phoneModels.find((one) => one.name === wanted.phone_model_name)?.capacity ?? 0;
  const gib = (disks: readonly { readonly size: number }[]): number => disks.reduce((sum, disk) => sum + disk.size, 0);
  // Every phone has a volume of its own, as the calls see it that let single ones grow.
  const volumesGib = (ofPhone === undefined ? gib(wanted.volumes) : ofPhone.size * phones) + (share?.size ?? 0);
  const byBandwidth =
    wanted.band_width?.band_width_charge_mode === 0 && wanted.band_width.band_width_id === undefined
      ? (wanted.band_width.band_width_size ?? 0)
      : 0;
  const monthly = (model?.price ?? 0) + wanted.eip.count * (prices.eip + byBandwidth * prices.mbit) + volumesGib * prices.volumeGib;
  return cents(monthly * wanted.count * wanted.order.period_num * (wanted.order.period_type === 3 ? 10 : 1));
}

/** CNY for one server that is paid by use. */
export const pricePerHour = (server: Server): number => (serverModels.find((model) => model.name === server.serverModel)?.price ?? 0) / 500;

/** The one bandwidth that all servers of the purchase share; `undefined` when each address has its own. */
function sharedBandwidth(store: Store, wanted: Wanted): Bandwidth | undefined {
  const sent = wanted.band_width;
  if (sent?.band_width_share_type !== 1) return undefined;
  const live = Object.values(store.state.servers).filter((server) => server.endedAt === undefined);
  const known = live.flatMap((server) => server.eips).find((eip) => eip.bandwidth?.id === sent.band_width_id)?.bandwidth;
  return known ?? newBandwidth(store, wanted);
}

function newBandwidth(store: Store, wanted: Wanted): Bandwidth {
  const sent = wanted.band_width ?? {};
  return {
    id: sent.band_width_id ?? newUuid(store),
    size: sent.band_width_size ?? seededSize(store),
    chargeMode: sent.band_width_charge_mode === 1 ? 1 : 0,
    shareType: sent.band_width_share_type === 1 ? 1 : 0,
    isOwn: sent.band_width_id === undefined,
    createdAt: store.world.clock.now(),
  };
}

/** What a machine brings along: addresses with their bandwidths, and disks. */
export function newEquipment(
  store: Store,
  wanted: Wanted,
  index = 0,
  bandwidth = sharedBandwidth(store, wanted),
): Pick<Server, "eips" | "volumes"> {
  const eip = (id: string, isOwn: boolean): Eip => ({
    id,
    address: `203.0.113.${(nextAddress(store) % 254) + 1}`,
    isOwn,
    ...(wanted.band_width === undefined ? {} : { bandwidth: bandwidth ?? newBandwidth(store, wanted) }),
  });
  return {
    eips: [
      ...wanted.eip.ids.slice(index, index + 1).map((id) => eip(id, false)),
      ...Array.from({ length: wanted.eip.count }, () => eip(newUuid(store), true)),
    ],
    volumes: wanted.volumes.map((volume) => ({ id: newUuid(store), type: volume.volume_type, sizeGib: volume.size })),
  };
}

const nextAddress = ({ state }: Store): number => (state.addresses += 1);

function newServer(
  store: Store,
  order: Order,
  wanted: Wanted,
  index: number,
  bandwidth: Bandwidth | undefined,
  fate: Fate & Pick<Server, "failsToBuild" | "isMissing">,
): Server {
  const now = store.world.clock.now();
  const name = `${wanted.server_name}${suffix(store, wanted, index)}`;
  const network = parseCidr(wanted.subnet.cidr) ?? { first: 0, last: 255 };
  return {
    id: newId(store),
    domainId: order.domainId,
    projectId: order.projectId,
    orderId: order.id,
    productId: order.productId,
    wanted,
    name,
    serverModel: wanted.server_model_name,
    phoneModel: wanted.phone_model_name,
    keypair: wanted.keypair_name,
    zone: wanted.availability_zone,
    enterpriseProjectId: wanted.enterprise_project_id,
    vpcId: wanted.vpc.id,
    subnetId: wanted.subnet.id,
    chargingMode: wanted.order.charging_mode === 1 ? 1 : 0,
    isAutoRenewed: wanted.order.is_auto_renew === 1,
    serverIp: addressOf(network, 10 + nextAddress(store)),
    ...newEquipment(store, wanted, index, bandwidth),
    phones: { namePrefix: name, imageId: wanted.image_id, isVncEnabled: wanted.is_vnc_enabled, property: wanted.property },
    tags: {},
    createdAt: now,
    buildingSince: now,
    ...fate,
    changedAt: now,
    renewals: 0,
  };
}

/** Servers of v1 and v2 are numbered even when only one is bought; bare ones in four digits, and only when there are several. */
function suffix(store: Store, wanted: Wanted, index: number): string {
  const four = `-${String(index + 1).padStart(4, "0")}`;
  switch (store.behaviour.suffix) {
    case "none":
      return "";
    case "-1":
      return `-${index + 1}`;
    case "-0001":
      return four;
    case "vendor":
      if (wanted.generation !== "v2.1") return `-${index + 1}`;
      return wanted.count > 1 ? four : "";
  }
}
