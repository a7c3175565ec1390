import { isDeepStrictEqual } from "node:util";
import { check } from "../../kit/check";
import { diffWith } from "../../kit/diff";
import type { DiffTable } from "../../kit/diff";
import { usualTimeouts } from "../../kit/handler";
import type { Difference, Handler } from "../../kit/handler";
import { buy } from "./buy";
import { change } from "./change";
import { cphPhoneServerInputs } from "./cph-phone-inputs";
import type { CphPhoneServerInputs } from "./cph-phone-inputs";
import { besideSharedBandwidth, fromWire, samePorts, toWire } from "./cph-phone-wire";
import { sameEnterpriseProject } from "./drift";
import { onlyInputs, withPlace } from "./inputs";
import { look } from "./look";
import type { Kind } from "./purchase-kind";
import { remove } from "./remove";
import { filled, purchaseOutputs } from "./server-outputs";
import type { CphPurchaseOutputs } from "./server-outputs";

export type { CphPhoneServerInputs, CphPhoneServerSpec } from "./cph-phone-inputs";

/** State of a CphPhoneServer. */
export interface CphPhoneServerOutputs extends CphPhoneServerInputs, CphPurchaseOutputs {
  /** Number of phones on all of the servers. */
  readonly phoneCount: number;
}

/** Servers with cloud phones, bought by one order. */
export const cphPhoneServer: Handler<CphPhoneServerInputs, CphPhoneServerOutputs> = {
  timeouts: usualTimeouts,
  check: (news, settings, last) => check(cphPhoneServerInputs, withPlace(news, settings, last)),
  diff: difference,
  create: (inputs, ctx) => buy(kind, inputs, ctx),
  read: (id, last, ctx) => look(kind, id, last, ctx),
  update: (id, last, news, ctx) => change(kind, id, last, news, ctx),
  delete: (id, last, ctx) => remove(kind, id, last, ctx),
};

const kind: Kind<CphPhoneServerInputs, CphPhoneServerOutputs> = {
  type: "CphPhoneServer",
  isOne: (wire) => filled(wire.phone_model_name) !== undefined,
  inputsOf: (state) => onlyInputs(cphPhoneServerInputs, state),
  version: (inputs) => (inputs.tenantVpcId === undefined ? "v1" : "v2"),
  moreLike: besideSharedBandwidth,
  toWire,
  terms: ({ extendParam }) => ({ isAutoPay: extendParam?.isAutoPay ?? false, isAutoRenew: extendParam?.isAutoRenew ?? false }),
  looks: (inputs) => ({
    phones: true,
    phoneDetail: inputs.serverName === undefined || inputs.ports !== undefined || inputs.phoneDataVolume !== undefined,
    tags: inputs.serverName === undefined || inputs.tags !== undefined,
  }),
  fromWire,
  outs(inputs, seen) {
    const outputs = purchaseOutputs(seen, { vpcId: inputs.tenantVpcId });
    return { ...inputs, ...outputs, phoneCount: outputs.servers.reduce((sum, server) => sum + (server.phoneCount ?? 0), 0) };
  },
};

/** The terms of the purchase differ in what a change of each means, so each has its own line. */
type Flat = Omit<CphPhoneServerInputs, "extendParam"> & {
  readonly [K in keyof CphPhoneServerInputs["extendParam"] as `extendParam.${K}`]: CphPhoneServerInputs["extendParam"][K];
};

const table: DiffTable<Flat> = {
  region: "replace",
  projectId: { change: "replace", chosenByCloud: true },
  serverName: "update",
  serverModelName: "replace",
  phoneModelName: "replace",
  imageId: "replace",
  count: "update",
  keypairName: { change: "update", chosenByCloud: true },
  vncEnable: { change: "replace", same: (a, b) => (a ?? false) === (b ?? false) },
  ports: { change: "replace", same: samePorts },
  subnetCidr: { change: "replace", chosenByCloud: true },
  bandWidth: { change: "replace", chosenByCloud: true },
  tenantVpcId: "replace",
  nics: "replace",
  publicIp: "replace",
  phoneCountPerIp: { change: "replace", chosenByCloud: true },
  phoneDataVolume: "replace",
  serverShareDataVolume: "replace",
  availabilityZone: { change: "replace", chosenByCloud: true },
  property: { change: "replace", same: (a, b) => isDeepStrictEqual(json(a), json(b)) },
  tags: { change: "update", same: (a, b) => isDeepStrictEqual(a ?? {}, b ?? {}) },
  timeouts: "update",
  adopt: "ignore",
  "extendParam.chargingMode": "replace",
  "extendParam.periodType": "ignore",
  "extendParam.periodNum": "ignore",
  "extendParam.isAutoPay": "ignore",
  "extendParam.isAutoRenew": "update",
  "extendParam.enterpriseProjectId": { change: "replace", same: sameEnterpriseProject },
};

function difference(last: CphPhoneServerOutputs, news: CphPhoneServerInputs, marker: string): Difference {
  const known = flat({ ...last, projectId: last.projectId ?? last.resolvedProjectId });
  const { isReady, marker: lastMarker, identity } = last;
  return diffWith<Flat>(table, { ...known, isReady, marker: lastMarker, identity }, flat(news), marker);
}

function flat({ extendParam, ...inputs }: CphPhoneServerInputs): Flat {
  return {
    ...inputs,
    "extendParam.chargingMode": extendParam.chargingMode,
    "extendParam.periodType": extendParam.periodType,
    "extendParam.periodNum": extendParam.periodNum,
    "extendParam.isAutoPay": extendParam.isAutoPay,
    "extendParam.isAutoRenew": extendParam.isAutoRenew,
    "extendParam.enterpriseProjectId": extendParam.enterpriseProjectId,
  };
}

const json = (value: string | undefined): unknown => (value === undefined ? undefined : JSON.parse(value));
