import * as pulumi from "@pulumi/pulumi";
import type { UPhone, UPhoneServerOutputs, UPhoneServerSpec } from "../provider/vendors/ucloud/uphone-server";
import type { Args, Outputs, Unset } from "./args";
import { handledBy } from "./handled-by";
import { uphones } from "./uphones";

/** What a program says about a UPhoneServer it buys. */
export type UPhoneServerArgs = Args<UPhoneServerSpec>;

/** What it takes, beside its id, to find a UPhoneServer that exists. */
export type UPhoneServerPlace = Pick<UPhoneServerArgs, "cityId" | "projectId">;

// The outputs are described once, beside the code that fills them; a class cannot take them over without this merge.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type
export interface UPhoneServer extends Outputs<Omit<UPhoneServerOutputs, "phones">> {}

/**
 * A UPhone server of UCloud: a whole host with its cloud phones, bought for a term (UCloud API docs, CreateUPhoneServer).
 * Creating one is a purchase, also when it replaces another.
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export class UPhoneServer extends pulumi.CustomResource {
  /** Its phones, when last looked at (DescribeUPhone). `undefined` until the server runs. */
  declare readonly phones: pulumi.Output<readonly UPhone[] | undefined>;

  /** Buys a server. */
  constructor(name: string, args: UPhoneServerArgs, opts?: pulumi.CustomResourceOptions) {
    super(...handledBy("UPhoneServer", "pulumi-nodejs:dynamic/ucloud:UPhoneServer", name, { unset, args, secrets: ["couponId"] }, opts));
    this.phones = (this.phones as pulumi.Output<unknown>).apply(uphones);
  }

  /** Reads a server that exists, without managing it: nothing is bought, changed or deleted. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, place: UPhoneServerPlace, opts?: pulumi.CustomResourceOptions): UPhoneServer {
    // With an id the engine only reads. A second constructor signature for that would spoil what editors offer for the first.
    return new UPhoneServer(name, place as UPhoneServerArgs, { ...opts, id });
  }
}

const unset: Unset<UPhoneServerOutputs> = {
  projectId: undefined,
  cityId: undefined,
  name: undefined,
  serverModelName: undefined,
  uphoneModelName: undefined,
  imageId: undefined,
  imageUpdate: undefined,
  chargeType: undefined,
  quantity: undefined,
  autoRenew: undefined,
  paidUntil: undefined,
  ipDestRegion: undefined,
  shareBandwidth: undefined,
  ipProportion: undefined,
  tag: undefined,
  couponId: undefined,
  remark: undefined,
  releaseEip: undefined,
  releaseUdisk: undefined,
  deletionPolicy: undefined,
  skipAwait: undefined,
  warnBeforeExpiryDays: undefined,
  adopt: undefined,
  timeouts: undefined,
  serverId: undefined,
  state: undefined,
  isReady: undefined,
  marker: undefined,
  identity: undefined,
  unclearSince: undefined,
  phoneCount: undefined,
  phones: undefined,
  addresses: undefined,
  publicIp: undefined,
  currentChargeType: undefined,
  cityName: undefined,
  createdAt: undefined,
  expiresAt: undefined,
  shareBandwidthId: undefined,
  renewalUnderWay: undefined,
  resetJobId: undefined,
  imageUnderWay: undefined,
};
