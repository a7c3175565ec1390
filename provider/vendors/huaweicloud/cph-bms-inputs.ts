import { z } from "zod";
import {
  anyText,
  carriedAlong,
  checkAdopt,
  checkPeriod,
  checkVpcBandwidth,
  count,
  forceNew,
  listOf,
  oneOf,
  placeInputs,
  refusing,
  serverName,
  terms,
  text,
  whole,
  yesOrNo,
} from "./inputs";

// Fields are constants of their own, because only so their comments reach the type declarations that programs see;
// those of another file do by an intersection of types, not by being spread.

const bandWidthFields = {
  /** Id of an existing shared bandwidth; needed for one. A change replaces the servers. */
  bandWidthId: text(64, "the id of a shared bandwidth").optional(),
  /** 0 = a dedicated bandwidth, 1 = a shared one. A change replaces the servers. */
  bandWidthShareType: oneOf([0, 1], "the kind of bandwidth, 0 (dedicated) or 1 (shared)"),
  /** Mbit/s of a dedicated bandwidth, 1 to 2000; needed for one. A change replaces the servers. */
  bandWidthSize: whole(1, 2000, "the bandwidth in Mbit/s").optional(),
  /** 0 = paid by bandwidth, 1 = paid by traffic. A change replaces the servers. */
  bandWidthChargeMode: oneOf([0, 1], "how bandwidth is paid, 0 (by bandwidth) or 1 (by traffic)"),
};
const bandWidth: z.ZodObject<typeof bandWidthFields, z.core.$strict> = z.strictObject(bandWidthFields, {
  error: "give the bandwidth as an object, e.g. { bandWidthShareType: 0, bandWidthSize: 300, bandWidthChargeMode: 1 }",
});

const publicIpFields = {
  /** Id of one existing elastic IP; then `type` and `count` mean nothing. */
  ids: listOf(text(64, "the id of an elastic IP"), "one id of an elastic IP")
    .max(1, { error: "at most one elastic IP can be given" })
    .optional(),
  /** Type of a new elastic IP: `5_bgp` (dynamic BGP), `5_sbgp` (static BGP), `5_telcom` or `5_union`. Needed when `count` is 1. */
  type: oneOf(["5_telcom", "5_union", "5_bgp", "5_sbgp"], "the type of the elastic IP").optional(),
  /** Number of new elastic IPs for each server, 0 or 1. Default 0. */
  count: whole(0, 1, "the number of new elastic IPs").default(0),
  /** Bandwidth of the public address. Needed even without one. */
  bandWidth,
};
const publicIp: z.ZodObject<typeof publicIpFields, z.core.$strict> = z.strictObject(publicIpFields, {
  error: "give the public address as an object with its `bandWidth`; `count` 0 for none",
});

const nicFields = {
  /** Id of the subnet (its network id). */
  subnetId: text(64, "the subnet's network id"),
  /** Whether to have an IPv6 address too. Default `false`. */
  ipv6Enable: yesOrNo.default(false),
  /** Id of an existing shared bandwidth for the IPv6 address. Default: none. */
  ipv6BandWidthId: text(64, "the id of a shared bandwidth").optional(),
};
const nic: z.ZodObject<typeof nicFields, z.core.$strict> = z.strictObject(nicFields);

const orderParamFields = {
  /** 0 = prepaid, which is all there is. */
  chargingMode: oneOf([0], "how it is paid, 0 (prepaid)").default(0),
};
type OrderParamFields = typeof orderParamFields & typeof terms;
const orderParam: z.ZodObject<OrderParamFields, z.core.$strict> = z.strictObject(
  { ...orderParamFields, ...terms },
  {
    error: "say for how long to buy, e.g. { periodType: 2, periodNum: 1, isAutoPay: true }",
  },
);

const dataVolumeFields = {
  /** `SSD` (ultra-high I/O) or `GPSSD` (general purpose SSD). */
  volumeType: oneOf(["SSD", "GPSSD"], "the disk's type"),
  /** Size in GiB, 1 to 32768. */
  size: whole(1, 32_768, "the size in GiB"),
  /** How many such disks. Default 1. */
  count: z.int({ error: "give a whole number from 1" }).min(1, { error: "give a whole number from 1" }).default(1),
};
const dataVolume: z.ZodObject<typeof dataVolumeFields, z.core.$strict> = z.strictObject(dataVolumeFields);

const ownFields = {
  /**
   * Name of the servers: 1 to 60 letters (Chinese ones too), digits, `_` and `-`. The cloud may append a number (`farm-0001`), which does not count
   * as a difference. Changed in place.
   */
  serverName,
  /** Server model, e.g. `physical.rx2.32xlarge.4`, up to 64 bytes. A change replaces the servers. */
  serverModelName: text(64, "the server model, e.g. physical.rx2.32xlarge.4").meta(forceNew),
  /**
   * Number of servers, 1 to 10. Default 1. Changes in place: more are bought by one further order with the same inputs, and waited for within
   * `timeouts.update`; of fewer, those bought last are unsubscribed. One that vanished is bought again.
   */
  count: count.default(1),
  /** For how long and how the servers are bought. */
  orderParam,
  /** The network card, exactly one. A change replaces the servers. */
  nics: z
    .array(nic, { error: "give the network card: [{ subnetId }]" })
    .length(1, { error: "give exactly one network card" })
    .meta(forceNew),
  /**
   * Public address of each server. A change replaces the servers. An elastic IP that `ids` names can only be at one server: a replacement gives the old
   * server back before the new one is bought.
   */
  publicIp: publicIp.meta(forceNew),
  /** Key pair for logging in to the servers, up to 64 bytes. Changed as `keypairUpdate` says. */
  keypairName: text(64, "the name of a key pair"),
  /** Zone, e.g. `cn-east-3a`. Default: the cloud chooses. A change replaces the servers. */
  availabilityZone: text(64, "an availability zone, e.g. cn-east-3a").optional().meta(forceNew),
  /** Data disks of each server. Default: none. A change replaces the servers. Compared with the cloud only where it shows no other disks beside them. */
  dataVolume: dataVolume.optional().meta(forceNew),
  /** Enterprise project that the servers are booked on. Default `"0"`, the default project. A change replaces the servers. */
  enterpriseProjectId: anyText(64, "the id of an enterprise project").optional().meta(forceNew),
  /** Server image, up to 36 bytes. Default: the cloud's own for the model. A change replaces the servers. */
  imageId: text(36, "the id of a server image").optional().meta(forceNew),
  /**
   * What another `keypairName` does. `inPlace` (default): the servers get it; no document says whether the cloud does that for bare servers, and when it
   * refuses nothing has changed. `replace`: new servers are bought. (CPH API reference, "Changing the key pair of a cloud phone server")
   */
  keypairUpdate: oneOf(["inPlace", "replace"], "what another key pair does").default("inPlace"),
};
type Fields = typeof placeInputs & typeof ownFields & typeof carriedAlong;

const fields: Fields = { ...placeInputs, ...ownFields, ...carriedAlong };

/** What a program says about a CphBmsServer. (CPH API reference, CreateCloudPhoneSingleServer of v2.1) */
export const cphBmsServerInputs: z.ZodObject<Fields, z.core.$strict> = z.strictObject(fields).superRefine((inputs, context) => {
  checkAdopt(inputs, refusing(context));
  checkPeriod(inputs.orderParam, refusing(context, "orderParam"));
  checkVpcBandwidth(inputs.publicIp.bandWidth, refusing(context, "publicIp", "bandWidth"));
  const { ids, type, count: eips } = inputs.publicIp;
  const hasEip = (ids ?? []).length > 0;
  if (hasEip && type !== undefined) refusing(context, "publicIp")("type", "goes without `ids`: an existing elastic IP, or a new one");
  if (!hasEip && eips > 0 && type === undefined) refusing(context, "publicIp")("type", "is needed for a new elastic IP, e.g. 5_bgp");
});

/** What a program may write. */
export type CphBmsServerSpec = z.input<typeof cphBmsServerInputs>;
/** The same, checked and with defaults filled in. */
export type CphBmsServerInputs = z.output<typeof cphBmsServerInputs>;
