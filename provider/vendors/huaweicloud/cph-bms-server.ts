import { isDeepStrictEqual } from "node:util";
import { check } from "../../kit/check";
import { diffWith } from "../../kit/diff";
import type { DiffTable } from "../../kit/diff";
import { usualTimeouts } from "../../kit/handler";
import type { Difference, Handler } from "../../kit/handler";
import type { Order } from "./bss";
import { buy } from "./buy";
import { change } from "./change";
import { cphBmsServerInputs } from "./cph-bms-inputs";
import type { CphBmsServerInputs } from "./cph-bms-inputs";
import { autoRenewOf, bandwidthFromWire, drift, periodOf, sameEnterpriseProject, seenInAll } from "./drift";
import { bandwidthToWire, onlyInputs, wireFlag, withPlace } from "./inputs";
import { look } from "./look";
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
  check: (news, settings, last) => check(cphBmsServerInputs, withPlace(news, settings, last)),
  diff: difference,
  create: (inputs, ctx) => buy(kind, inputs, ctx),
  read: (id, last, ctx) => look(kind, id, last, ctx),
  update: (id, last, news, ctx) => change(kind, id, last, news, ctx),
  delete: (id, last, ctx) => remove(kind, id, last, ctx),
};

const kind: Kind<CphBmsServerInputs, CphBmsServerOutputs> = {
  type: "CphBmsServer",
  isOne: (wire) => filled(wire.phone_model_name) === undefined,
  inputsOf: (state) => onlyInputs(cphBmsServerInputs, state),
  version: () => "v2.1",
  moreLike: (inputs) => inputs,
  toWire,
  terms: ({ orderParam }) => ({ isAutoPay: orderParam?.isAutoPay ?? false, isAutoRenew: orderParam?.isAutoRenew ?? false }),
  looks: (inputs) => ({ phones: false, phoneDetail: false, tags: inputs.serverName === undefined || inputs.tags !== undefined }),
  fromWire,
  outs: (inputs, seen) => ({ ...inputs, ...purchaseOutputs(seen, {}) }),
};

/** The terms of the purchase differ in what a change of each means, so each has its own line. */
type Flat = Omit<CphBmsServerInputs, "orderParam"> & {
  readonly [K in keyof CphBmsServerInputs["orderParam"] as `orderParam.${K}`]: CphBmsServerInputs["orderParam"][K];
};

const table: DiffTable<Flat> = {
  region: "replace",
  projectId: { change: "replace", chosenByCloud: true },
  serverName: "update",
  serverModelName: "replace",
  count: "update",
  nics: "replace",
  publicIp: "replace",
  keypairName: "update",
  availabilityZone: { change: "replace", chosenByCloud: true },
  dataVolume: "replace",
  enterpriseProjectId: { change: "replace", same: sameEnterpriseProject },
  imageId: { change: "replace", chosenByCloud: true },
  tags: { change: "update", same: (a, b) => isDeepStrictEqual(a ?? {}, b ?? {}) },
  timeouts: "update",
  adopt: "ignore",
  "orderParam.chargingMode": "replace",
  "orderParam.periodType": "ignore",
  "orderParam.periodNum": "ignore",
  "orderParam.isAutoPay": "ignore",
  "orderParam.isAutoRenew": "update",
};

function difference(last: CphBmsServerOutputs, news: CphBmsServerInputs, marker: string): Difference {
  const known = flat({ ...last, projectId: last.projectId ?? last.resolvedProjectId });
  const { isReady, marker: lastMarker, identity } = last;
  return diffWith<Flat>(table, { ...known, isReady, marker: lastMarker, identity }, flat(news), marker);
}

function flat({ orderParam, ...inputs }: CphBmsServerInputs): Flat {
  return {
    ...inputs,
    "orderParam.chargingMode": orderParam.chargingMode,
    "orderParam.periodType": orderParam.periodType,
    "orderParam.periodNum": orderParam.periodNum,
    "orderParam.isAutoPay": orderParam.isAutoPay,
    "orderParam.isAutoRenew": orderParam.isAutoRenew,
  };
}

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

/** The image, the disks and the choice of the public address do not come back: they stay as they were. */
function fromWire(seen: Sighting, last: Partial<CphBmsServerInputs>, order: Order | undefined): CphBmsServerInputs {
  const now = drift(last.serverName === undefined);
  const wires = seen.servers.map(({ wire }) => wire);
  const shown = seenInAll(seen, last, now);
  const nic = last.nics?.[0];
  const found = bandwidthFromWire(seen, last.publicIp?.bandWidth, now);
  return {
    ...last,
    region: last.region ?? seen.account.region,
    serverName: shown.serverName ?? "",
    serverModelName: now(last.serverModelName, shown.serverModelName) ?? "",
    count: seen.count,
    orderParam: {
      ...last.orderParam,
      chargingMode: 0,
      isAutoPay: last.orderParam?.isAutoPay ?? false,
      isAutoRenew: autoRenewOf(seen, last.orderParam?.isAutoRenew, now),
      ...(order === undefined ? {} : periodOf(order)),
    },
    nics: [
      {
        ipv6Enable: false,
        ...nic,
        subnetId:
          now(
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
      last.enterpriseProjectId,
      wires.map((wire) => wire.enterprise_project_id ?? undefined),
      sameEnterpriseProject,
    ),
    tags: shown.tags,
  };
}
