import { fatesOf } from "../mishaps";
import { cities, ipRegions, serverModels, visibleImages } from "./catalogue";
import type { City, IpRegion, ServerModel } from "./catalogue";
import { missing, noBalance, notAvailable, soldOut } from "./errors";
import { ipMonthPrice, mbpsMonthPrice, newBilling, round, voucherWorth } from "./prices";
import type { Billing, ChargeType } from "./prices";
import type { Eip, Server, ShareBandwidth } from "./state";
import { checkedName, newId, nextOrderId, refuseIfAsked } from "./store";
import type { Scope, Store } from "./store";

/** What CreateUPhoneServer asks for, unchecked. */
export interface Wanted {
  readonly Name: string;
  readonly ServerModelName: string;
  readonly UPhoneModelName: string;
  readonly ImageId: string;
  readonly CityId: string;
  readonly ChargeType: ChargeType | undefined;
  readonly Quantity: string | undefined;
  readonly IpDestRegion: string | undefined;
  readonly ShareBandwidth: number | undefined;
  readonly IpProportion: number | undefined;
  readonly Tag: string | undefined;
  readonly CouponId: string | undefined;
}

/** Buys one server at once, with its independent IPs and shared bandwidth if asked for; building takes its time. Equal names are nothing special. */
export function purchase(store: Store, scope: Scope, wanted: Wanted): Server {
  const city = cityOf(wanted.CityId);
  const model = serverModelOf(wanted.ServerModelName);
  const phoneCount = phonesPerServer(model, wanted.UPhoneModelName);
  if (!visibleImages(scope.owner).some((image) => image.id === wanted.ImageId)) throw notAvailable("ImageId");
  const name = checkedName("Name", wanted.Name);
  const tag = wanted.Tag === undefined || wanted.Tag === "" ? "Default" : checkedName("Tag", wanted.Tag);
  if (wanted.CouponId !== undefined && !wanted.CouponId.startsWith("coupon-")) throw notAvailable("CouponId");
  const chargeType = wanted.ChargeType ?? "Month";
  const quantity = checkedQuantity(chargeType, wanted.Quantity ?? "1");
  const ips = checkedIps(wanted, phoneCount);
  checkStock(store, city, model);
  refuseIfAsked(store);
  if (store.mishaps.isOutOfBalance()) throw noBalance();

  const now = store.world.clock.now();
  const isNextToFail = store.state.failing > 0;
  const billing = newBilling(chargeType, quantity, model.monthPrice * city.priceFactor, now);
  const voucher = wanted.CouponId === undefined ? 0 : Math.min(voucherWorth, billing.paid);
  const id = newId(store, "uphs");
  const orderId = nextOrderId(store.state);
  const belongings = ips === undefined ? undefined : buyIps(store, scope, { ...ips, name, orderId, serverId: id, chargeType, quantity });
  const server: Server = {
    id,
    ...scope,
    orderId,
    cityId: city.id,
    name,
    remark: "",
    modelName: model.name,
    phoneModelName: wanted.UPhoneModelName,
    phoneCount,
    phonesName: name,
    imageId: wanted.ImageId,
    tag,
    billing: { ...billing, paid: round(billing.paid - voucher) },
    boughtAt: now,
    buildStart: now,
    isFailing: isNextToFail || store.mishaps.failsToBuild(),
    failedPhones: Math.min(store.choices.failingPhones, phoneCount),
    modifiedAt: now,
    jobId: newId(store, "job"),
    diskId: newId(store, "bsm"),
    ...(belongings === undefined ? {} : { bandwidthId: belongings.bandwidth.id }),
    ...fatesOf(store.mishaps, now)(0),
  };
  if (isNextToFail) store.state.failing--;
  store.choices.failingPhones = 0;
  store.state.servers.push(server);
  const price = round(billing.paid + sum(belongings === undefined ? [] : [belongings.bandwidth, ...belongings.eips]));
  const entry = { cloud: "ucloud", orderId, ids: [id], what: `UPhoneServer ${model.name}, ${quantity} ${chargeType}` } as const;
  store.world.ledger.record({ ...entry, kind: "order", amount: price });
  store.world.ledger.record({ ...entry, kind: "payment", amount: round(price - voucher) });
  return server;
}

const sum = (things: readonly { readonly billing: Billing }[]): number => things.reduce((total, { billing }) => total + billing.paid, 0);

function phonesPerServer(model: ServerModel, phoneModel: string): number {
  const [, count] = Object.entries(model.phones).find(([name]) => name === phoneModel) ?? [];
  if (count === undefined) throw notAvailable("UPhoneModelName");
  return count;
}

export function cityOf(id: string): City {
  const city = cities.find((one) => one.id === id);
  if (city === undefined) throw notAvailable("CityId");
  return city;
}

export function serverModelOf(name: string): ServerModel {
  const model = serverModels.find((one) => one.name === name);
  if (model === undefined) throw notAvailable("ServerModelName");
  return model;
}

/** Year 1-5, Month 0-9 with 0 for the rest of the calendar month (UCloud billing docs), hours at least 1. */
export function checkedQuantity(chargeType: ChargeType, value: string): number {
  const quantity = /^\d{1,4}$/.test(value) ? Number(value) : -1;
  const [least, most] = { Year: [1, 5] as const, Month: [0, 9] as const, Dynamic: [1, 9999] as const }[chargeType];
  if (quantity < least || quantity > most) throw notAvailable("Quantity");
  return quantity;
}

interface Ips {
  readonly region: string;
  readonly mbps: number;
  readonly proportion: number;
  readonly count: number;
}

/** Region, bandwidth and proportion come together or not at all. */
function checkedIps({ IpDestRegion: region, ShareBandwidth: mbps, IpProportion: proportion }: Wanted, phoneCount: number): Ips | undefined {
  if (region === undefined && mbps === undefined && proportion === undefined) return undefined;
  if (region === undefined) throw missing("IpDestRegion");
  if (mbps === undefined) throw missing("ShareBandwidth");
  if (proportion === undefined) throw missing("IpProportion");
  if (ipRegionOf(region).isSoldOut) throw soldOut(`IP region ${region}`);
  if (mbps < 1) throw notAvailable("ShareBandwidth");
  if (proportion < 1 || proportion > phoneCount) throw notAvailable("IpProportion");
  return { region, mbps, proportion, count: Math.ceil(phoneCount / proportion) };
}

export function ipRegionOf(id: string): IpRegion {
  const region = ipRegions.find((one) => one.id === id);
  if (region === undefined) throw notAvailable("IpDestRegion");
  return region;
}

export function stockOf({ state, choices }: Store, city: City, model: ServerModel): number {
  const sold = state.servers.filter((server) => server.cityId === city.id && server.modelName === model.name).length;
  return city.isSoldOut || !model.isAvailable ? 0 : Math.max(0, (choices.stock[model.name] ?? model.stock) - sold);
}

function checkStock(store: Store, city: City, model: ServerModel): void {
  if (city.isSoldOut) throw soldOut(`City ${city.id}`);
  if (stockOf(store, city, model) === 0) throw soldOut(`Server model ${model.name}`);
}

function buyIps(
  store: Store,
  scope: Scope,
  wanted: Ips & { name: string; orderId: string; serverId: string; chargeType: ChargeType; quantity: number },
): { bandwidth: ShareBandwidth; eips: Eip[] } {
  const { orderId, serverId, region, proportion, mbps, name } = wanted;
  const createdAt = store.world.clock.now();
  const common = { ...scope, orderId, serverId, region, proportion, createdAt };
  const bill = (monthPrice: number): Billing => newBilling(wanted.chargeType, wanted.quantity, monthPrice, createdAt);
  const bandwidth: ShareBandwidth = { ...common, id: newId(store, "bwshare"), name, mbps, billing: bill(mbps * mbpsMonthPrice) };
  store.state.bandwidths.push(bandwidth);
  const eips: Eip[] = [];
  for (let n = 0; n < wanted.count; n++) {
    const eip = { ...common, id: newId(store, "eip"), bandwidthId: bandwidth.id, address: newAddress(store), billing: bill(ipMonthPrice) };
    store.state.eips.push(eip);
    eips.push(eip);
  }
  return { bandwidth, eips };
}

/** From 198.18.0.0/16, which nobody routes (RFC 2544). */
function newAddress({ state }: Store): string {
  const number = ++state.addresses;
  return `198.18.${(number >> 8) % 256}.${number % 256}`;
}
