import { check } from "../../kit/check";
import { usualTimeouts } from "../../kit/handler";
import type { Handler } from "../../kit/handler";
import { heldByState } from "../../kit/life-inputs";
import type { Order } from "./bss";
import type { WireServer } from "./cph";
import { buy } from "./buy";
import { change } from "./change";
import { bmsDifference } from "./cph-bms-changes";
import { cphBmsServerInputs } from "./cph-bms-inputs";
import type { CphBmsServerInputs } from "./cph-bms-inputs";
import { autoRenewOf, bandwidthFromWire, periodOf, sameEnterpriseProject, seenInAll } from "./drift";
import type { Drift } from "./drift";
import { replaceInstead } from "./errors";
import { bandwidthToWire, onlyInputs, wireFlag, withPlace } from "./inputs";
import { look } from "./look";
import { expiryOf, nameOf, withPaymentNote } from "./purchase-kind";
import type { Kind } from "./purchase-kind";
import { remove } from "./remove";
import { filled, purchaseOutputs } from "./server-outputs";
import type { CphPurchaseOutputs, Sighting } from "./server-outputs";

export type { CphBmsServerInputs, CphBmsServerSpec } from "./cph-bms-inputs";

/** State of a CphBmsServer. */
export interface CphBmsServerOutputs extends CphBmsServerInputs, CphPurchaseOutputs {}

/** Bare servers of the cloud phone service, without phones, bought by one order. */
export const cphBmsServer: Handler<CphBmsServerInputs, CphBmsServerOutputs> = {
  timeouts: usualTimeouts,
  nameOf: ({ serverName }) => nameOf(kind, serverName),
  expiry: (last) => expiryOf(last, last.orderParam?.isAutoRenew, "orderParam.isAutoRenew: true"),
  check: (news, settings, last) => withPaymentNote(check(cphBmsServerInputs, withPlace(news, settings, last)), "orderParam"),
  diff: bmsDifference,
  create: (inputs, ctx) => buy(kind, inputs, ctx),
  read: (id, last, ctx) => look(kind, id, last, ctx),
  update: (id, last, news, ctx) => change(kind, id, last, news, ctx),
  delete: (id, last, ctx) => remove(kind, id, last, ctx),
};

const kind: Kind<CphBmsServerInputs, CphBmsServerOutputs> = {
  type: "CphBmsServer",
  isOne: (wire) => filled(wire.phone_model_name) === undefined,
  inputsOf: (state) => onlyInputs(cphBmsServerInputs, state),
  heldByState: (news) => ({ ...heldByState(news), keypairUpdate: news.keypairUpdate }),
  version: () => "v2.1",
  moreLike: (inputs) => inputs,
  toWire,
  terms: ({ orderParam }) => ({ isAutoPay: orderParam?.isAutoPay ?? false, isAutoRenew: orderParam?.isAutoRenew ?? false }),
  withTerms: (inputs, { orderParam: { periodType, periodNum, isAutoPay } }) => ({
    ...inputs,
    orderParam: { ...inputs.orderParam, periodType, periodNum, isAutoPay },
  }),
  keypair: ({ keypairName, keypairUpdate }) => ({
    wanted: keypairUpdate === "inPlace" ? keypairName : undefined,
    advice: replaceInstead("keypairUpdate"),
  }),
  changeMore: () => Promise.resolve(),
  looks: (inputs) => ({ phones: false, phoneDetail: false, tags: inputs.serverName === undefined || inputs.tags !== undefined }),
  fromWire,
  outs: (inputs, seen) => ({ ...inputs, ...purchaseOutputs(seen, {}) }),
};

function toWire(inputs: CphBmsServerInputs): object {
  const { orderParam, publicIp, dataVolume } = inputs;
  return {
    server_name: inputs.serverName,
    server_model_name: inputs.serverModelName,
    count: inputs.count,
    order_param: {
      charging_mode: orderParam.chargingMode,
      period_type: orderParam.periodType,
      period_num: orderParam.periodNum,
      is_auto_pay: wireFlag(orderParam.isAutoPay),
      is_auto_renew: wireFlag(orderParam.isAutoRenew),
    },
    nics: inputs.nics.map((nic) => ({ subnet_id: nic.subnetId, ipv6_enable: nic.ipv6Enable, ipv6_band_width_id: nic.ipv6BandWidthId })),
    public_ip: { ids: publicIp.ids, type: publicIp.type, count: publicIp.count, band_width: bandwidthToWire(publicIp.bandWidth) },
    keypair_name: inputs.keypairName,
    availability_zone: inputs.availabilityZone,
    data_volume:
      dataVolume === undefined ? undefined : { volume_type: dataVolume.volumeType, size: dataVolume.size, count: dataVolume.count },
    enterprise_project_id: filled(inputs.enterpriseProjectId),
    image_id: inputs.imageId,
  };
}

/** The image and the choice of the public address do not come back: they stay as they were. */
function fromWire(seen: Sighting, last: Partial<CphBmsServerInputs>, order: Order | undefined, now: Drift): CphBmsServerInputs {
  const wires = seen.servers.map(({ wire }) => wire);
  const shown = seenInAll(seen, last, now);
  const nic = last.nics?.[0];
  const found = bandwidthFromWire(seen, last.publicIp?.bandWidth, now);
  return {
    ...last,
    region: last.region ?? seen.account.region,
    serverName: shown.serverName ?? "",
    serverModelName: now("serverModelName", last.serverModelName, shown.serverModelName) ?? "",
    count: seen.count,
    orderParam: {
      ...last.orderParam,
      chargingMode: 0,
      isAutoPay: last.orderParam?.isAutoPay ?? false,
      isAutoRenew: autoRenewOf("orderParam.isAutoRenew", seen, last.orderParam?.isAutoRenew, now),
      ...(order === undefined ? {} : periodOf(order)),
    },
    nics: [
      {
        ipv6Enable: false,
        ...nic,
        subnetId:
          now(
            "nics",
            nic?.subnetId,
            wires.map((wire) => filled(wire.subnet_id)),
          ) ?? "",
      },
    ],
    publicIp: {
      count: wires[0]?.addresses?.some((address) => filled(address.public_ip) !== undefined) ? 1 : 0,
      ...last.publicIp,
      bandWidth: { ...found, bandWidthShareType: found.bandWidthShareType ?? 0, bandWidthChargeMode: found.bandWidthChargeMode ?? 0 },
    },
    keypairName: shown.keypairName ?? "",
    availabilityZone: shown.availabilityZone,
    enterpriseProjectId: now(
      "enterpriseProjectId",
      last.enterpriseProjectId,
      wires.map((wire) => wire.enterprise_project_id ?? undefined),
      sameEnterpriseProject,
    ),
    dataVolume: now(
      "dataVolume",
      last.dataVolume,
      wires.map((wire) => dataVolumeOf(wire, last.dataVolume)),
    ),
    tags: shown.tags,
    keypairUpdate: last.keypairUpdate ?? "inPlace",
  };
}

/**
 * The data disks, if they can be told: no document says whether the disks of the system are listed, too. As long as those that were bought are among
 * the disks there is no difference; otherwise only a list of as many, all alike, is one of data disks.
 */
function dataVolumeOf({ volumes }: WireServer, last: DataVolume): DataVolume {
  if (last === undefined || !volumes) return undefined;
  const isOne = (type: string | null | undefined, size: number | null | undefined) => (one: NonNullable<typeof volumes>[number]) =>
    one.volume_type === type && one.volume_size === size;
  if (volumes.filter(isOne(last.volumeType, last.size)).length === last.count) return last;
  const { volume_type: type, volume_size: size } = volumes[0] ?? {};
  const areAlike = volumes.length === last.count && volumes.every(isOne(type, size));
  return areAlike && (type === "SSD" || type === "GPSSD") && typeof size === "number"
    ? { volumeType: type, size, count: last.count }
    : undefined;
}

type DataVolume = CphBmsServerInputs["dataVolume"];
