import { check } from "../../kit/check";
import { usualTimeouts } from "../../kit/handler";
import type { Handler } from "../../kit/handler";
import { heldByState } from "../../kit/life-inputs";
import { buy } from "./buy";
import { change } from "./change";
import { phoneDifference } from "./cph-phone-changes";
import { cphPhoneServerInputs } from "./cph-phone-inputs";
import type { CphPhoneServerInputs } from "./cph-phone-inputs";
import { besideSharedBandwidth, fromWire, toWire } from "./cph-phone-wire";
import { changePhones } from "./cph-phone-work";
import { onlyInputs, withPlace } from "./inputs";
import { look } from "./look";
import { expiryOf, nameOf, withPaymentNote } from "./purchase-kind";
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
  nameOf: ({ serverName }) => nameOf(kind, serverName),
  expiry: (last) => expiryOf(last, last.extendParam?.isAutoRenew, "extendParam.isAutoRenew: true"),
  check: (news, settings, last) => withPaymentNote(check(cphPhoneServerInputs, withPlace(news, settings, last)), "extendParam"),
  diff: phoneDifference,
  create: (inputs, ctx) => buy(kind, inputs, ctx),
  read: (id, last, ctx) => look(kind, id, last, ctx),
  update: (id, last, news, ctx) => change(kind, id, last, news, ctx),
  delete: (id, last, ctx) => remove(kind, id, last, ctx),
};

const kind: Kind<CphPhoneServerInputs, CphPhoneServerOutputs> = {
  type: "CphPhoneServer",
  isOne: (wire) => filled(wire.phone_model_name) !== undefined,
  inputsOf: (state) => onlyInputs(cphPhoneServerInputs, state),
  heldByState({ imageUpdate, serverModelUpdate, serverUpdate, portsUpdate, ...news }) {
    return { ...heldByState(news), imageUpdate, serverModelUpdate, serverUpdate, portsUpdate };
  },
  version: (inputs) => (inputs.tenantVpcId === undefined ? "v1" : "v2"),
  moreLike: besideSharedBandwidth,
  toWire,
  terms: ({ extendParam }) => ({ isAutoPay: extendParam?.isAutoPay ?? false, isAutoRenew: extendParam?.isAutoRenew ?? false }),
  withTerms: (inputs, { extendParam: { periodType, periodNum, isAutoPay } }) => ({
    ...inputs,
    extendParam: { ...inputs.extendParam, periodType, periodNum, isAutoPay },
  }),
  keypair: ({ keypairName }) => ({ wanted: keypairName, advice: "" }),
  changeMore: changePhones,
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
