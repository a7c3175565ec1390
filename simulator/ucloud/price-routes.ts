import { missing, notAvailable } from "./errors";
import { operation } from "./operation";
import type { Operation } from "./operation";
import { chargeTypes, ipMonthPrice, mbpsMonthPrice, periodPrice } from "./prices";
import type { ChargeType } from "./prices";
import { checkedQuantity, cityOf, ipRegionOf, serverModelOf } from "./purchase";
import { serverOf } from "./store";
import { int, oneOf, required, text } from "./wire";

function priceSet(types: readonly ChargeType[], quantity: number, monthPrice: number, now: number): Record<string, unknown>[] {
  return types.map((ChargeType) => {
    const price = periodPrice(ChargeType, checkedQuantity(ChargeType, String(quantity)), monthPrice, now);
    return { ChargeType, Price: price, OriginalPrice: price, ListPrice: price };
  });
}

/** CNY a month for independent IPs; region, bandwidth and count come together or not at all. */
function ipsMonthPrice(region: string | undefined, mbps: number | undefined, count: number | undefined): number {
  if (region === undefined && mbps === undefined && count === undefined) return 0;
  if (region === undefined) throw missing("IpDestRegion");
  if (mbps === undefined) throw missing("Bandwidth");
  if (count === undefined) throw missing("IpCount");
  ipRegionOf(region);
  if (mbps < 1) throw notAvailable("Bandwidth");
  if (count < 1) throw notAvailable("IpCount");
  return mbps * mbpsMonthPrice + count * ipMonthPrice;
}

const chargeType = oneOf(...chargeTypes);

/** Prices of servers (UCloud API docs, "UPhone"). */
export const priceRoutes: Readonly<Record<string, Operation>> = {
  GetUPhoneServerPrice: operation(
    {
      CityId: required(text),
      ServerModelName: required(text),
      ChargeType: chargeType,
      Quantity: int,
      IpDestRegion: text,
      Bandwidth: int,
      IpCount: int,
    },
    (values, { world }) => {
      const monthPrice = serverModelOf(values.ServerModelName).monthPrice * cityOf(values.CityId).priceFactor;
      const ips = ipsMonthPrice(values.IpDestRegion, values.Bandwidth, values.IpCount);
      const types = values.ChargeType === undefined ? (["Year", "Month"] as const) : [values.ChargeType];
      return { PriceSet: priceSet(types, values.Quantity ?? 1, monthPrice + ips, world.clock.now()) };
    },
  ),

  GetUPhoneServerRenewPrice: operation(
    { CityId: required(text), ServerId: required(text), ChargeType: chargeType },
    (values, store, scope) => {
      const { billing } = serverOf(store, scope, values.CityId, values.ServerId);
      const types = values.ChargeType === undefined ? chargeTypes : [values.ChargeType];
      return { PriceSet: priceSet(types, 1, billing.monthPrice, store.world.clock.now()) };
    },
  ),
};
