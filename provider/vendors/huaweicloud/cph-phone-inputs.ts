import { isIPv4 } from "node:net";
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
  textFlag,
  whole,
  yesOrNo,
} from "./inputs";

const uuid = (what: string): z.ZodString =>
  z
    .string({ error: `give ${what}, a UUID` })
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, { error: `give ${what}, a UUID such as fca063f6-b942-42a8-9004-e5545f58d6a2` });

// Fields are constants of their own, because only so their comments reach the type declarations that programs see;
// those of another file do by an intersection of types, not by being spread.

const cidrText = "write a range of IPv4 addresses such as 172.31.0.0/16";
const propertyText = 'write a JSON object as text, e.g. "{\\"com.cph.mainkeys\\":0}"';

const portFields = {
  /** Name of the port, 1 to 16 bytes; not `adb` or `vnc`, which exist anyway. */
  name: text(16, "the port's name").refine((name) => !["adb", "vnc"].includes(name.toLowerCase()), {
    error: "adb and vnc are ports of the cloud itself: choose another name",
  }),
  /** Port on the phones, 10000 to 50000. */
  listenPort: whole(10_000, 50_000, "the port on the phones"),
  /** Whether it can be reached from the internet. `true`, `false`, or text of which only `"true"` is on. */
  internetAccessible: textFlag,
};
const port: z.ZodObject<typeof portFields, z.core.$strict> = z.strictObject(portFields);

const bandWidthFields = {
  /** Id of an existing shared bandwidth. A change replaces the servers, or swaps them (`serverUpdate`). */
  bandWidthId: text(64, "the id of a shared bandwidth").optional(),
  /**
   * 0 = a dedicated bandwidth, 1 = a shared one. Needed unless a system-defined network gets `bandWidthId`. A change replaces the servers, or swaps
   * them (`serverUpdate`).
   */
  bandWidthShareType: oneOf([0, 1], "the kind of bandwidth, 0 (dedicated) or 1 (shared)").optional(),
  /**
   * Mbit/s. In a VPC 1 to 2000 for a dedicated bandwidth; in a system-defined network 1 to 300 for a shared one (a dedicated one always has 300).
   * That of a shared one in a system-defined network changes in place, for all that share it; that of a dedicated one replaces the servers, or swaps
   * them (`serverUpdate`).
   */
  bandWidthSize: whole(1, 2000, "the bandwidth in Mbit/s").optional(),
  /** 0 = paid by bandwidth, 1 = paid by traffic. Needed in a VPC, and only there. A change replaces the servers, or swaps them (`serverUpdate`). */
  bandWidthChargeMode: oneOf([0, 1], "how bandwidth is paid, 0 (by bandwidth) or 1 (by traffic)").optional(),
};
const bandWidth: z.ZodObject<typeof bandWidthFields, z.core.$strict> = z.strictObject(bandWidthFields, {
  error: "give the bandwidth as an object, e.g. { bandWidthShareType: 0 }",
});

const extendParamFields = {
  /**
   * 0 = prepaid (default), 1 = paid by use, which exists only in a VPC and on few private editions of the cloud. A change replaces the servers.
   * (CPH API reference, purchase calls)
   */
  chargingMode: oneOf([0, 1], "how it is paid, 0 (prepaid) or 1 (by use)").default(0),
  /** Enterprise project that the servers are booked on. Default `"0"`, the default project. A change replaces the servers. */
  enterpriseProjectId: anyText(64, "the id of an enterprise project").optional(),
};
type ExtendParamFields = typeof extendParamFields & typeof terms;
const extendParam: z.ZodObject<ExtendParamFields, z.core.$strict> = z.strictObject(
  { ...extendParamFields, ...terms },
  {
    error: "say for how long to buy, e.g. { periodType: 2, periodNum: 1, isAutoPay: true }",
  },
);

const ipv6BandwidthFields = {
  /** Id of an existing shared bandwidth. A change replaces the servers. */
  bandWidthId: text(64, "the id of a shared bandwidth"),
};
const ipv6Bandwidth: z.ZodObject<typeof ipv6BandwidthFields, z.core.$strict> = z.strictObject(ipv6BandwidthFields);

const nicFields = {
  /** Id of the subnet (its network id), which is part of the VPC. */
  subnetId: uuid("the subnet's network id"),
  /** Whether to have an IPv6 address too. Default `false`. */
  ipv6Enable: yesOrNo.default(false),
  /** Bandwidth of the IPv6 address. Default: none. */
  ipv6Bandwidth: ipv6Bandwidth.optional(),
};
const nic: z.ZodObject<typeof nicFields, z.core.$strict> = z.strictObject(nicFields);

const eipFields = {
  /** `5_bgp` (dynamic BGP), `5_sbgp` (static BGP), `5_telcom` or `5_union`. A change replaces the servers. */
  type: oneOf(["5_telcom", "5_union", "5_bgp", "5_sbgp"], "the type of the elastic IP"),
};
const eip: z.ZodObject<typeof eipFields, z.core.$strict> = z.strictObject(eipFields);

const publicIpFields = {
  /** Id of one existing elastic IP. Goes without `eip`. */
  ids: listOf(text(64, "the id of an elastic IP"), "one id of an elastic IP")
    .max(1, { error: "at most one elastic IP can be given" })
    .optional(),
  /** A new elastic IP. Goes without `ids`. */
  eip: eip.optional(),
  /** Number of elastic IPs for each server, from 0 to the number of its phones' addresses. Default 1. */
  count: z.int({ error: "give a whole number from 0" }).min(0, { error: "give a whole number from 0" }).default(1),
};
const publicIp: z.ZodObject<typeof publicIpFields, z.core.$strict> = z.strictObject(publicIpFields);

const phoneVolumeFields = {
  /** `SSD` (ultra-high I/O) or `GPSSD` (general purpose SSD). A change replaces the servers, or swaps them (`serverUpdate`). */
  volumeType: oneOf(["SSD", "GPSSD"], "the disk's type"),
  /** Size in GiB, 1 to 32768. Grows in place, on every phone; a smaller one replaces the servers, or swaps them (`serverUpdate`). */
  size: whole(1, 32_768, "the size in GiB"),
};
const phoneVolume: z.ZodObject<typeof phoneVolumeFields, z.core.$strict> = z.strictObject(phoneVolumeFields);

const shareVolumeFields = {
  /** `SSD` (ultra-high I/O) or `GPSSD` (general purpose SSD). A change replaces the servers, or swaps them (`serverUpdate`). */
  volumeType: oneOf(["SSD", "GPSSD"], "the disk's type"),
  /** Size in GiB, 10 to 32768. A change replaces the servers, or swaps them (`serverUpdate`). */
  size: whole(10, 32_768, "the size in GiB"),
};
const shareVolume: z.ZodObject<typeof shareVolumeFields, z.core.$strict> = z.strictObject(shareVolumeFields);

const ownFields = {
  /**
   * Name of the servers: 1 to 60 letters (Chinese ones too), digits, `_` and `-`. The cloud appends a number (`farm-1`), which does not count as a difference.
   * Changed in place; the phones keep the names that they got at the purchase, when a marker stands in the server's (`farm-q7f3k2m9xa0-1-00001`).
   */
  serverName,
  /** Server model, e.g. `physical.kg1.4xlarge.cp`, up to 64 bytes. A change replaces the servers, or upgrades them (`serverModelUpdate`). */
  serverModelName: text(64, "the server model, e.g. physical.kg1.4xlarge.cp").meta(forceNew),
  /**
   * Phone model offered on that server model, e.g. `rs2.plus`, up to 64 bytes. A change replaces the servers, upgrades them (`serverModelUpdate`) or
   * swaps them (`serverUpdate`).
   */
  phoneModelName: text(64, "the phone model, e.g. rs2.plus").meta(forceNew),
  /**
   * Phone image whose label fits the server model, up to 32 bytes. A change replaces the servers, unless `imageUpdate` (or `serverUpdate`) says
   * otherwise. Read back from the phones: as long as those of a server have several images, none of them counts as the server's.
   */
  imageId: text(32, "the id of a phone image").meta(forceNew),
  /**
   * Number of servers, 1 to 10. Default 1. Changes in place: more are bought by one further order with the same inputs, and waited for within
   * `timeouts.update`; of fewer, those bought last are unsubscribed (deleted when paid by use). One that vanished is bought again.
   */
  count: count.default(1),
  /** Key pair for logging in by ADB, up to 64 bytes. Default: none. Changed in place; it cannot be taken away again. */
  keypairName: text(64, "the name of a key pair").optional(),
  /**
   * Whether the phones can be reached by VNC. `true`, `false`, or text of which only `"true"` is on. Default `false`.
   * Only in a system-defined network (without `tenantVpcId`). A change replaces the servers.
   */
  vncEnable: textFlag.optional().meta(forceNew),
  /**
   * Ports of applications that are forwarded for every phone. Default: none. A change replaces the servers, unless `portsUpdate` (or `serverUpdate`)
   * says otherwise.
   */
  ports: listOf(port, "ports").optional().meta(forceNew),
  /**
   * Address range of a system-defined network, e.g. `172.31.0.0/16`, which must not overlap an existing one. Default: the cloud's own.
   * Only without `tenantVpcId`. A change replaces the servers.
   */
  subnetCidr: z.string({ error: cidrText }).refine(isCidr, { error: cidrText }).optional().meta(forceNew),
  /**
   * Bandwidth of the servers' public addresses. Needed, except in a VPC with an existing elastic IP (`publicIp.ids`), which has its own.
   * A change replaces the servers, but for the size of a shared one. In a system-defined network a project can have one shared bandwidth: when both
   * the old and the new servers would make it, the old ones are given back before the new ones are bought.
   */
  bandWidth: bandWidth.optional().meta(forceNew),
  /** For how long and how the servers are bought. */
  extendParam,
  /**
   * Id of the VPC to buy into. Without it the servers get a system-defined network by the v1 call, which Huawei Cloud no longer documents.
   * A change replaces the servers; from one VPC to another it can swap them (`serverUpdate`).
   */
  tenantVpcId: uuid("the id of a VPC").optional().meta(forceNew),
  /**
   * The network card, exactly one. Needed with `tenantVpcId`, and only there.
   * A change replaces the servers, or swaps them (`serverUpdate`).
   */
  nics: listOf(nic, "one network card: [{ subnetId }]").length(1, { error: "give exactly one network card" }).optional().meta(forceNew),
  /**
   * Public addresses. Needed with `tenantVpcId`, and only there: `{ eip: { type: "5_bgp" } }`, `{ ids: […] }`, or `{ count: 0 }` for none.
   * A change replaces the servers, or swaps them (`serverUpdate`). One that `ids` names can only be at one server: a replacement gives the old server
   * back before the new one is bought.
   */
  publicIp: publicIp.optional().meta(forceNew),
  /**
   * Number of phones that share one virtual address. Default: all of a server. Only with `tenantVpcId`.
   * A change replaces the servers, or swaps them (`serverUpdate`).
   */
  phoneCountPerIp: z.int({ error: "give a whole number from 1" }).min(1, { error: "give a whole number from 1" }).optional().meta(forceNew),
  /**
   * Data disk of every phone, 1 to 32768 GiB. Needed for phone models of generation 2.0. Only with `tenantVpcId`. Grows in place; any other change
   * replaces the servers, or swaps them (`serverUpdate`).
   */
  phoneDataVolume: phoneVolume.optional().meta(forceNew),
  /**
   * Disk shared by all phones of a server, 10 to 32768 GiB; for phone models of generation 2.0. Only with `tenantVpcId`.
   * A change replaces the servers, or swaps them (`serverUpdate`).
   */
  serverShareDataVolume: shareVolume.optional().meta(forceNew),
  /**
   * Zone, e.g. `cn-east-3a`. Default: the cloud chooses. Only with `tenantVpcId`.
   * A change replaces the servers, or swaps them (`serverUpdate`).
   */
  availabilityZone: text(64, "an availability zone, e.g. cn-east-3a").optional().meta(forceNew),
  /**
   * Properties of the phones as the text of a JSON object, 1 to 8192 characters. Default: none. Only with `tenantVpcId`.
   * A change replaces the servers, or swaps them (`serverUpdate`).
   */
  property: anyText(8192, "the properties as the text of a JSON object")
    .refine(isJsonObject, { error: propertyText })
    .optional()
    .meta(forceNew),
  /**
   * What another `imageId` does. `replace` (default): new servers are bought. `reset`: every phone that has another image is set back to the new one, and
   * loses all its data. `restart`: the same by a restart, which upgrades an image and keeps the data. Phones that fail are named, and the next
   * `pulumi up` takes care of those only. (CPH API reference, "Resetting cloud phones" and "Restarting cloud phones")
   */
  imageUpdate: oneOf(["replace", "reset", "restart"], "what another image does").optional(),
  /**
   * What another `serverModelName` or `phoneModelName` does. `replace` (default): new servers are bought. `inPlace`: the model of the servers is changed
   * by an order (paid as `isAutoPay` says; what is cheaper is paid back), which the cloud takes for certain servers only, within one generation of
   * hardware and for as many phones as before. (CPH API reference, "Changing the model of a cloud phone server")
   */
  serverModelUpdate: oneOf(["replace", "inPlace"], "what another server model does").optional(),
  /**
   * What a change does that only another machine can have. `replace` (default): new servers are bought. `swap`: in a VPC of yours every server gets
   * another machine under its id, name and paid time, for `phoneModelName`, `imageId`, `ports`, `bandWidth`, `tenantVpcId`, `nics`, `publicIp`,
   * `phoneCountPerIp`, `phoneDataVolume`, `serverShareDataVolume`, `availabilityZone`, `property` and `enterpriseProjectId`. All data of the phones is
   * lost, and so are phones with their ids. It takes about as long as building a server: raise `timeouts.update`. What the cloud never shows
   * (`publicIp`, `nics` but for the subnet, `phoneCountPerIp`, `property`) is swapped once more when this machine dies before the state is written.
   * (CPH API reference, "Changing a cloud phone server")
   */
  serverUpdate: oneOf(["replace", "swap"], "what a change does that needs another machine").optional(),
  /**
   * What other `ports` do. `replace` (default): new servers are bought. `inPlace`: they are taken away and added on the phones, by calls that Huawei
   * Cloud documented until 2021 and may have withdrawn: then the change fails and nothing is lost. (CPH API reference of 2021, "Application ports")
   */
  portsUpdate: oneOf(["replace", "inPlace"], "what other ports do").optional(),
};
type Fields = typeof placeInputs & typeof ownFields & typeof carriedAlong;

const fields: Fields = { ...placeInputs, ...ownFields, ...carriedAlong };

/** What a program says about a CphPhoneServer. (CPH API reference, CreateCloudPhoneServer of v1 and CreateNet2CloudPhoneServer of v2) */
export const cphPhoneServerInputs: z.ZodObject<Fields, z.core.$strict> = z.strictObject(fields).superRefine((inputs, context) => {
  checkPorts(inputs.ports ?? [], context);
  checkAdopt(inputs, refusing(context));
  checkPeriod(inputs.extendParam, refusing(context, "extendParam"));
  if (inputs.tenantVpcId === undefined) checkSystemNetwork(inputs, context);
  else checkVpc(inputs, context);
});

/** What a program may write. */
export type CphPhoneServerSpec = z.input<typeof cphPhoneServerInputs>;
/** The same, checked and with defaults filled in. */
export type CphPhoneServerInputs = z.output<typeof cphPhoneServerInputs>;

const onlyInVpc = [
  "nics",
  "publicIp",
  "phoneCountPerIp",
  "phoneDataVolume",
  "serverShareDataVolume",
  "availabilityZone",
  "property",
] as const;
const onlyInSystemNetwork = ["vncEnable", "subnetCidr"] as const;

function checkSystemNetwork(inputs: CphPhoneServerInputs, context: z.RefinementCtx): void {
  const refuse = refusing(context);
  for (const field of onlyInVpc) {
    if (inputs[field] !== undefined) refuse(field, "works only in a VPC of yours: give `tenantVpcId` too, or leave this out");
  }
  if (inputs.serverUpdate === "swap")
    refuse(
      "serverUpdate",
      'can only be "replace" in a system-defined network, whose servers cannot be swapped: leave it out, or give `tenantVpcId`',
    );
  if (inputs.extendParam.chargingMode === 1) {
    refusing(context, "extendParam")("chargingMode", "can only be 0 (prepaid) in a system-defined network: set 0, or give `tenantVpcId`");
  }
  if (inputs.bandWidth === undefined) {
    refuse("bandWidth", "is needed, e.g. { bandWidthShareType: 0 } for a dedicated bandwidth of 300 Mbit/s");
    return;
  }
  checkSystemBandwidth(inputs.bandWidth, refusing(context, "bandWidth"));
}

type Bandwidth = z.output<typeof bandWidth>;

function checkSystemBandwidth(given: Bandwidth, refuse: (field: keyof Bandwidth, reason: string) => void): void {
  if (given.bandWidthChargeMode !== undefined)
    refuse("bandWidthChargeMode", "works only in a VPC of yours: give `tenantVpcId` too, or leave this out");
  if (given.bandWidthId !== undefined) return;
  if (given.bandWidthShareType === undefined)
    refuse("bandWidthShareType", "is needed without `bandWidthId`: 0 for a dedicated bandwidth, 1 for a shared one");
  if (given.bandWidthShareType === 0 && given.bandWidthSize !== undefined)
    refuse("bandWidthSize", "is always 300 Mbit/s for a dedicated bandwidth here: leave it out");
  if (given.bandWidthShareType !== 1) return;
  if (given.bandWidthSize === undefined) refuse("bandWidthSize", "is needed for a shared bandwidth: 1 to 300 Mbit/s");
  else if (given.bandWidthSize > 300) refuse("bandWidthSize", "can be 1 to 300 Mbit/s in a system-defined network");
}

function checkVpc(inputs: CphPhoneServerInputs, context: z.RefinementCtx): void {
  const refuse = refusing(context);
  for (const field of onlyInSystemNetwork) {
    if (inputs[field] !== undefined) refuse(field, "works only in a system-defined network: leave it out, or leave out `tenantVpcId`");
  }
  if (inputs.nics === undefined) refuse("nics", "is needed with `tenantVpcId`: [{ subnetId }] with a subnet of that VPC");
  const hasEip = (inputs.publicIp?.ids ?? []).length > 0;
  if (inputs.bandWidth !== undefined) checkVpcBandwidth(inputs.bandWidth, refusing(context, "bandWidth"));
  else if (!hasEip) refuse("bandWidth", "is needed, e.g. { bandWidthShareType: 0, bandWidthSize: 300, bandWidthChargeMode: 1 }");
  if (inputs.publicIp === undefined) {
    refuse("publicIp", 'is needed with `tenantVpcId`: { eip: { type: "5_bgp" } }, { ids: [id] }, or { count: 0 } for no public address');
    return;
  }
  const { eip, count: eips } = inputs.publicIp;
  if (hasEip && eip !== undefined) refusing(context, "publicIp")("eip", "goes without `ids`: an existing elastic IP, or a new one");
  if (!hasEip && eip === undefined && eips > 0)
    refusing(context, "publicIp")("eip", "is needed for a new elastic IP: give its `type`, or `ids`, or `count` 0 for none");
}

function checkPorts(ports: readonly z.output<typeof port>[], context: z.RefinementCtx): void {
  for (const field of ["name", "listenPort"] as const) {
    ports.forEach((one, index) => {
      const isTaken = ports.findIndex((other) => other[field] === one[field]) < index;
      if (isTaken) refusing(context, "ports", index)(field, `is used twice: ${String(one[field])}`);
    });
  }
}

function isCidr(range: string): boolean {
  const [address = "", bits = "", ...more] = range.split("/");
  return isIPv4(address) && /^\d{1,2}$/.test(bits) && Number(bits) <= 32 && more.length === 0;
}

function isJsonObject(value: string): boolean {
  try {
    const read: unknown = JSON.parse(value);
    return typeof read === "object" && read !== null && !Array.isArray(read);
  } catch {
    return false;
  }
}
