import { seconds } from "./answers";
import { notAvailable } from "./errors";
import { operation } from "./operation";
import type { Operation } from "./operation";
import { phoneIds } from "./phones";
import type { Belonging, Eip, ShareBandwidth } from "./state";
import { deleteBandwidth, isIn, resizeBandwidth } from "./store";
import type { Store } from "./store";
import { required, text } from "./wire";

/** Ids of the phones of the server that a thing was bought with; none once that server is gone. */
function boundPhones({ state }: Store, thing: Belonging): string[] {
  const server = state.servers.find((one) => one.id === thing.serverId);
  return server === undefined ? [] : phoneIds(server);
}

const period = (thing: Belonging): Record<string, unknown> => ({
  CreateTime: seconds(thing.createdAt),
  ExpireTime: seconds(thing.billing.end),
  ChargeType: thing.billing.chargeType,
});

function eipInfo(store: Store, eip: Eip): Record<string, unknown> {
  const index = store.state.eips.filter((one) => one.bandwidthId === eip.bandwidthId).indexOf(eip);
  const bound = boundPhones(store, eip).slice(index * eip.proportion, (index + 1) * eip.proportion);
  return {
    EipId: eip.id,
    EipIp: eip.address,
    Region: eip.region,
    Name: "",
    Remark: "",
    Proportion: eip.proportion,
    ...period(eip),
    UPhoneIds: bound,
    BindCount: bound.length,
    RemainCount: eip.proportion - bound.length,
  };
}

function shareBandwidth(store: Store, bandwidth: ShareBandwidth): Record<string, unknown> {
  const ips = store.state.eips.filter((eip) => eip.bandwidthId === bandwidth.id).length;
  const bound = boundPhones(store, bandwidth).length;
  return {
    Id: bandwidth.id,
    Region: bandwidth.region,
    IpProportion: bandwidth.proportion,
    Bandwidth: bandwidth.mbps,
    Name: bandwidth.name,
    IpCount: ips,
    BindCount: bound,
    RemainCount: Math.max(0, ips * bandwidth.proportion - bound),
    Remark: "",
    ...period(bandwidth),
  };
}

/** Independent IPs and shared bandwidth (UCloud API docs, "UPhone"). Region is the IPs' region and filters; it may be left out. */
export const networkRoutes: Readonly<Record<string, Operation>> = {
  DescribeUPhoneEipList: operation({ Region: text, Proportion: text }, ({ Region, Proportion }, store, scope) => {
    const found = store.state.eips
      .filter((eip) => isIn(eip, scope) && (Region === undefined || eip.region === Region))
      .filter((eip) => Proportion === undefined || String(eip.proportion) === Proportion);
    return { TotalCount: found.length, EipInfos: found.map((eip) => eipInfo(store, eip)) };
  }),

  DescribeUPhoneShareBandwidth: operation({ Region: text, ShareBandwidthId: text }, ({ Region, ShareBandwidthId }, store, scope) => {
    const found = store.state.bandwidths
      .filter((one) => isIn(one, scope) && (Region === undefined || one.region === Region))
      .filter((one) => ShareBandwidthId === undefined || one.id === ShareBandwidthId);
    return { TotalCount: found.length, ShareBandwidth: found.map((one) => shareBandwidth(store, one)) };
  }),

  // The tables call Bandwidth a text here, and a whole number where it is bought.
  ModifyUPhoneShareBandwidth: operation(
    { ShareBandwidthId: required(text), Bandwidth: required(text) },
    ({ ShareBandwidthId, Bandwidth }, store, scope) => {
      const bandwidth = store.state.bandwidths.find((one) => isIn(one, scope) && one.id === ShareBandwidthId);
      if (bandwidth === undefined) throw notAvailable("ShareBandwidthId");
      if (!/^[1-9]\d{0,4}$/.test(Bandwidth)) throw notAvailable("Bandwidth");
      resizeBandwidth(store, bandwidth, Number(Bandwidth));
      return {};
    },
  ),

  DeleteUPhoneShareBandwidth: operation({ ShareBandwidthId: required(text) }, ({ ShareBandwidthId }, store, scope) => {
    const bandwidth = store.state.bandwidths.find((one) => isIn(one, scope) && one.id === ShareBandwidthId);
    if (bandwidth === undefined) throw notAvailable("ShareBandwidthId");
    deleteBandwidth(store, bandwidth);
    return {};
  }),
};
