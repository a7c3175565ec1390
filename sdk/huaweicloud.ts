import * as pulumi from "@pulumi/pulumi";
import type { CphBmsServerOutputs, CphBmsServerSpec } from "../provider/vendors/huaweicloud/cph-bms-server";
import type { CphPhoneServerOutputs, CphPhoneServerSpec } from "../provider/vendors/huaweicloud/cph-phone-server";
import type { Args, Outputs, Unset } from "./args";
import { handledBy } from "./handled-by";

/** What a program says about a CphPhoneServer it buys. */
export type CphPhoneServerArgs = Args<CphPhoneServerSpec>;

/** What it takes, beside its id, to find a CphPhoneServer that exists. */
export type CphPhoneServerPlace = Pick<CphPhoneServerArgs, "region" | "projectId">;

// The outputs are described once, beside the code that fills them; a class cannot take them over without this merge.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type
export interface CphPhoneServer extends Outputs<CphPhoneServerOutputs> {}

/**
 * Cloud phone servers of Huawei Cloud with their phones: 1 to 10 servers, in a VPC of yours when `tenantVpcId` is given,
 * else in a system-defined network (CPH API reference, CreateNet2CloudPhoneServer and CreateCloudPhoneServer).
 * Creating one is a purchase, also when it replaces another, and so is a larger `count`; deleting it unsubscribes, unless `deletionPolicy` says otherwise.
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export class CphPhoneServer extends pulumi.CustomResource {
  /** Buys servers. */
  constructor(name: string, args: CphPhoneServerArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      ...handledBy(
        "CphPhoneServer",
        "pulumi-nodejs:dynamic/huaweicloud:CphPhoneServer",
        name,
        { unset: phoneUnset, args, secrets: [] },
        opts,
      ),
    );
  }

  /** Reads one server that exists, without managing it: nothing is bought, changed or deleted. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, place: CphPhoneServerPlace, opts?: pulumi.CustomResourceOptions): CphPhoneServer {
    // With an id the engine only reads. A second constructor signature for that would spoil what editors offer for the first.
    return new CphPhoneServer(name, place as CphPhoneServerArgs, { ...opts, id });
  }
}

/** What a program says about a CphBmsServer it buys. */
export type CphBmsServerArgs = Args<CphBmsServerSpec>;

/** What it takes, beside its id, to find a CphBmsServer that exists. */
export type CphBmsServerPlace = Pick<CphBmsServerArgs, "region" | "projectId">;

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- as above
export interface CphBmsServer extends Outputs<CphBmsServerOutputs> {}

/**
 * Bare servers of Huawei Cloud's cloud phone service, without phones: 1 to 10 servers (CPH API reference, CreateCloudPhoneSingleServer).
 * Creating one is a purchase, also when it replaces another, and so is a larger `count`; deleting it unsubscribes, unless `deletionPolicy` says otherwise.
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export class CphBmsServer extends pulumi.CustomResource {
  /** Buys servers. */
  constructor(name: string, args: CphBmsServerArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      ...handledBy("CphBmsServer", "pulumi-nodejs:dynamic/huaweicloud:CphBmsServer", name, { unset: bmsUnset, args, secrets: [] }, opts),
    );
  }

  /** Reads one server that exists, without managing it: nothing is bought, changed or deleted. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, place: CphBmsServerPlace, opts?: pulumi.CustomResourceOptions): CphBmsServer {
    return new CphBmsServer(name, place as CphBmsServerArgs, { ...opts, id }); // as above
  }
}

const both = {
  region: undefined,
  projectId: undefined,
  serverName: undefined,
  serverModelName: undefined,
  imageId: undefined,
  count: undefined,
  keypairName: undefined,
  nics: undefined,
  publicIp: undefined,
  availabilityZone: undefined,
  tags: undefined,
  timeouts: undefined,
  adopt: undefined,
  deletionPolicy: undefined,
  skipAwait: undefined,
  warnBeforeExpiryDays: undefined,
  isReady: undefined,
  marker: undefined,
  identity: undefined,
  unclearSince: undefined,
  servers: undefined,
  state: undefined,
  address: undefined,
  expiresAt: undefined,
  orderId: undefined,
  productId: undefined,
  resolvedProjectId: undefined,
  network: undefined,
  refundOrderIds: undefined,
  changesUnderWay: undefined,
  uneven: undefined,
};

const phoneUnset: Unset<CphPhoneServerOutputs> = {
  ...both,
  phoneModelName: undefined,
  vncEnable: undefined,
  ports: undefined,
  subnetCidr: undefined,
  bandWidth: undefined,
  extendParam: undefined,
  tenantVpcId: undefined,
  phoneCountPerIp: undefined,
  phoneDataVolume: undefined,
  serverShareDataVolume: undefined,
  property: undefined,
  imageUpdate: undefined,
  serverModelUpdate: undefined,
  serverUpdate: undefined,
  portsUpdate: undefined,
  phoneCount: undefined,
};

const bmsUnset: Unset<CphBmsServerOutputs> = {
  ...both,
  orderParam: undefined,
  dataVolume: undefined,
  enterpriseProjectId: undefined,
  keypairUpdate: undefined,
};
