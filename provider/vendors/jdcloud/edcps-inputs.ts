import { z } from "zod";
import { deletionPolicyField, skipAwaitInput, warnBeforeExpiryDaysInput } from "../../kit/life-inputs";
import { noteLength } from "../../kit/marker";
import { timeoutsInput } from "../../kit/timeouts";
import { chargeRules, refinedBy, spanningRules } from "./edcps-rules";
import { chargeMode, cidr, code, lineType, megabits, password, script, uplinkMegabits, yesNo } from "./edcps-values";

// Fields stand apart from the schemas made of them, each typed by its fields: only so their comments reach the declarations that programs see.
const replaces = { forceNew: true } as const;

const chargeFields = {
  /**
   * `"postpaid_by_duration"` (billed hourly by configuration, can be deleted at any time) or `"prepaid_by_duration"`
   * (months or years paid at once; JD Cloud neither refunds nor lets it be deleted). Default `"postpaid_by_duration"`; always sent.
   * A change replaces the servers. (ChargeSpec `chargeMode`)
   */
  chargeMode: chargeMode.default("postpaid_by_duration").meta(replaces),
  /** Unit of `chargeDuration`: `"month"` or `"year"`. Prepaid only; default `"month"`. It is a term of purchases: a later change counts from the next order on, and leaves what is bought as it is. (ChargeSpec `chargeUnit`) */
  chargeUnit: z.enum(["month", "year"], 'write "month" or "year"').optional(),
  /** How many units to buy: 1 to 9 months, or 1 to 3 years. Prepaid only, and needed there. It is a term of purchases: a later change counts from the next order on, and leaves what is bought as it is. (ChargeSpec `chargeDuration`) */
  chargeDuration: z.int("write a whole number of months or years").min(1, "buy at least 1 month or year").optional(),
  /** Whether a prepaid server renews itself, each time by one `chargeUnit`. Default: it does not. Changes in place, through the renewal service. (ChargeSpec `autoRenew`) */
  autoRenew: z.boolean("write true or false").optional(),
  /** A promotion to use: base64 of JD Cloud's JSON for it. It is a term of purchases: a later change counts from the next order on, and leaves what is bought as it is. (ChargeSpec `buyScenario`) */
  buyScenario: z.base64("write the base64 text that JD Cloud gives for the promotion").optional(),
};
const charge: z.ZodObject<typeof chargeFields, z.core.$strict> = z.strictObject(chargeFields).superRefine(refinedBy(chargeRules));

const aliasIpFields = {
  /** Id of the range that the addresses come from: the subnet's id for its own range, else the id of the secondary CIDR. (AliasIpInfo `id`) */
  id: code.optional(),
  /** The addresses, e.g. `"10.0.1.40/32"` or `"10.0.1.64/28"`; an address alone means just that one. (AliasIpInfo `cidr`) */
  cidr,
  /** `"ipv4"` or `"ipv6"`. Default `"ipv4"`. Part of JD Cloud's later documents only. (AliasIpInfo `scope`) */
  scope: z.enum(["ipv4", "ipv6"], 'write "ipv4" or "ipv6"').optional(),
};
const aliasIp: z.ZodObject<typeof aliasIpFields, z.core.$strict> = z.strictObject(aliasIpFields);
const aliasIps = z.array(aliasIp, "write a list of alias ranges").max(50, "an interface takes at most 50 alias ranges");

const tagText = /^(?! )[\p{Script=Han}A-Za-z0-9 _.:/=+\-@]*$/u;
const tagRule = "use Chinese characters, letters, digits, spaces (not first) and _ . : / = + - @";

const tagFields = {
  /** 1 to 127 characters, not beginning with `jrn:`. Upper and lower case differ. (Tag `key`) */
  key: z
    .string()
    .min(1, "write a key")
    .max(127, "a key has at most 127 characters")
    .regex(tagText, tagRule)
    .refine((key) => !key.startsWith("jrn:"), 'keys that begin with "jrn:" belong to JD Cloud'),
  /** Up to 255 characters. (Tag `value`) */
  value: z.string().max(255, "a value has at most 255 characters").regex(tagText, tagRule),
};
const resourceTag: z.ZodObject<typeof tagFields, z.core.$strict> = z.strictObject(tagFields);

const hostnameRule =
  "use labels of letters, digits and hyphens, separated by single dots, with no dot or hyphen at either end and no two hyphens in a row";

const longestDescription = 256 - noteLength;

const ownFields = {
  /**
   * Region of the edge node, e.g. `"cn-east-tz1"`. Default when the servers are bought: stack configuration `jdcloud:region`, else environment
   * variable `JDCLOUD_REGION`; afterwards the region that they are in. A change replaces the servers.
   */
  regionId: z
    .string()
    .default("")
    .refine(
      (region) => region !== "",
      "no region found: set `regionId`, stack configuration jdcloud:region, or environment variable JDCLOUD_REGION",
    )
    .meta(replaces),
  /** Availability zone, e.g. `"cn-east-tz1a"` (describeEdCPSRegions lists them). A change replaces the servers. (InstanceSpec `az`) */
  az: code.meta(replaces),
  /** Model of the server, e.g. `"edcps.c.normal1"` (describeDeviceTypes). A change replaces the servers. (InstanceSpec `deviceType`) */
  deviceType: code.meta(replaces),
  /** Kind of image; JD Cloud has only `"standard"`, which is the default. (InstanceSpec `imageType`) */
  imageType: z.literal("standard", 'JD Cloud has only "standard"').default("standard").meta(replaces),
  /** Id of the operating system (describeOS, for the device type). A change replaces the servers, or with `reinstall` `"inPlace"` reinstalls them. (InstanceSpec `osTypeId`) */
  osTypeId: code.meta(replaces),
  /** Id of the RAID of the system disks (describeDeviceRaids, volume type `system`). A change replaces the servers, or with `reinstall` `"inPlace"` reinstalls them. (InstanceSpec `sysRaidTypeId`) */
  sysRaidTypeId: code.meta(replaces),
  /** Id of the RAID of the data disks (describeDeviceRaids, volume type `data`). A change replaces the servers, or with `reinstall` `"inPlace"` reinstalls them and wipes their data disks too. (InstanceSpec `dataRaidTypeId`) */
  dataRaidTypeId: code.meta(replaces),
  /** Host name, 2 to 64 characters. Default: `host-` and the last two numbers of the private address. With `count` above 1 the service appends numbers, from 1 in every order. JD Cloud never shows it again. A change replaces the servers, or with `reinstall` `"inPlace"` reinstalls them. (InstanceSpec `hostname`) */
  hostname: z
    .string()
    .min(2, "a host name has 2 to 64 characters")
    .max(64, "a host name has 2 to 64 characters")
    .regex(/^(?!.*--)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/, hostnameRule)
    .optional()
    .meta(replaces),
  /** Kind of network; JD Cloud has only `"vpc"`, which is the default. (InstanceSpec `networkType`) */
  networkType: z.literal("vpc", 'JD Cloud has only "vpc"').default("vpc").meta(replaces),
  /** Id of the subnet of the primary interface, in the same region and zone. A change replaces the servers. (InstanceSpec `subnetId`) */
  subnetId: code.meta(replaces),
  /** Network range of the early, operator-wide intranets. Not needed with a VPC. JD Cloud never shows it again. A change replaces the servers. (InstanceSpec `cidr`) */
  cidr: z.cidrv4('write an IPv4 range such as "10.0.0.0/16"').optional().meta(replaces),
  /** Fixed private IPv4 address of the primary interface, free in the subnet; only with `count` 1. Default: JD Cloud assigns one, see `servers`. A change replaces the server. (InstanceSpec `privateIp`) */
  privateIp: z.ipv4('write an IPv4 address such as "10.0.1.10"').optional().meta(replaces),
  /** Further private addresses of the primary interface, at most 50 ranges; their order means nothing. Changes in place, range by range. (InstanceSpec `aliasIps`) */
  aliasIps: aliasIps.optional(),
  /** `"bond"` (both ports as one interface) or `"dual"` (a secondary interface beside the primary one). Default: JD Cloud's, `"bond"`. A change replaces the servers. (InstanceSpec `interfaceMode`) */
  interfaceMode: z.enum(["bond", "dual"], 'write "bond" or "dual"').optional().meta(replaces),
  /** Whether an elastic IP is bought and bound: `"yes"` or `"no"`, or true or false. Default `"yes"`. Changes in place: an elastic IP per server is bought and bound, or taken away and, when it is postpaid and was bought here, deleted. (InstanceSpec `enableInternet`) */
  enableInternet: yesNo.default("yes"),
  /** How that elastic IP is paid: `"prepaid_by_duration"` or `"postpaid_by_duration"`; never prepaid with a postpaid server. Default: JD Cloud's. A change replaces the servers, unless it comes with the elastic IP. (InstanceSpec `internetChargeMode`) */
  internetChargeMode: chargeMode.optional().meta(replaces),
  /** Id of the shared bandwidth package that the elastic IP joins. Changes in place. (InstanceSpec `bandwidthPackageId`) */
  bandwidthPackageId: code.optional(),
  /** Line of the elastic IP: `"un"` China Unicom, `"ct"` China Telecom, `"cm"` China Mobile. Default: the node's. A change replaces the servers, unless it comes with the elastic IP. (InstanceSpec `lineType`) */
  lineType: lineType.optional().meta(replaces),
  /** Bandwidth of the elastic IP in Mbit/s, 1 to 10240. Needed with `enableInternet` unless it joins a package. Changes in place. (InstanceSpec `bandwidth`) */
  bandwidth: megabits.optional(),
  /** Extra upstream bandwidth of the elastic IP in Mbit/s, 0 to 10240. Default: JD Cloud's, 0. Changes in place. (InstanceSpec `extraUplinkBandwidth`) */
  extraUplinkBandwidth: uplinkMegabits.optional(),
  /** Name, 2 to 128 characters, beginning with a letter or Chinese character; then also digits and `.` `_` `:` `-`. With `count` above 1 the service appends numbers. Changes in place. (InstanceSpec `name`) */
  name: z
    .string()
    .regex(
      /^[\p{Script=Han}A-Za-z][\p{Script=Han}A-Za-z0-9._:-]*$/u,
      "begin with a letter or Chinese character, then use those, digits and . _ : -",
    )
    .refine((name) => Array.from(name).length >= 2 && Array.from(name).length <= 128, "a name has 2 to 128 characters"),
  /**
   * Description, up to 232 characters: what is left of JD Cloud's 256 carries a marker, as in `web node [pulumi:q7f3k2m9xa0]`, by which the servers
   * are found again after a crash or a lost state. Default: empty but for the marker. Changes in place. (InstanceSpec `description`)
   */
  description: z
    .string()
    .refine(
      (description) => Array.from(description).length <= longestDescription,
      `a description has at most ${longestDescription} characters, because the other ${noteLength} of JD Cloud's 256 carry the marker by which the server is found again`,
    )
    .optional(),
  /** Password of the administrator: 8 to 30 characters with at least three of upper case, lower case, digit, special. Default: a random one, which JD Cloud sends by SMS and e-mail. Kept secret. Changes in place: the servers are stopped for it, all at once, and started again. (InstanceSpec `password`) */
  password: password.optional().meta({ secret: true }),
  /**
   * How many servers, 1 to 5. Default 1. Changes in place: more servers are bought with one further order for just the difference; of fewer, the
   * newest are deleted with the elastic IPs that came with them, which JD Cloud allows for postpaid ones only. One that vanished is bought back.
   * (InstanceSpec `count`)
   */
  count: z.int("write a whole number").min(1, "buy at least 1 server").max(5, "JD Cloud takes at most 5 servers per order").default(1),
  /** Script that runs at the first boot: plain or as base64, at most 16 KB, its first line `#!/bin/bash` or `#!/usr/bin/env python`. Kept secret. A change replaces the servers, or with `reinstall` `"inPlace"` reinstalls them. (InstanceSpec `userData`) */
  userData: script.optional().meta({ secret: true, ...replaces }),
  /** Id of the SSH key pair, Linux only (describeKeypairs). A change replaces the servers, or with `reinstall` `"inPlace"` reinstalls them. (InstanceSpec `keypairId`) */
  keypairId: code.optional().meta(replaces),
  /** How the servers are paid. Default: postpaid. (InstanceSpec `charge`) */
  charge: charge.prefault({}),
  /** Subnet of the secondary interface. Needed with `interfaceMode` `"dual"`. A change replaces the servers. (InstanceSpec `extensionSubnetId`) */
  extensionSubnetId: code.optional().meta(replaces),
  /** Fixed private IPv4 address of the secondary interface; only with `count` 1. Default: JD Cloud assigns one, see `servers`. A change replaces the server. (InstanceSpec `extensionPrivateIp`) */
  extensionPrivateIp: z.ipv4('write an IPv4 address such as "10.0.2.10"').optional().meta(replaces),
  /** Further private addresses of the secondary interface, as `aliasIps`. Changes in place, range by range. (InstanceSpec `extensionAliasIps`) */
  extensionAliasIps: aliasIps.optional(),
  /** Whether an elastic IP is bought for the secondary interface too. Default `"no"`. Changes in place, as `enableInternet` does. (InstanceSpec `extensionEnableInternet`) */
  extensionEnableInternet: yesNo.optional(),
  /** Line of the second elastic IP, as `lineType`. A change replaces the servers, unless it comes with the elastic IP. (InstanceSpec `extensionLineType`) */
  extensionLineType: lineType.optional().meta(replaces),
  /** Bandwidth of the second elastic IP in Mbit/s, 1 to 10240. Changes in place. (InstanceSpec `extensionBandwidth`) */
  extensionBandwidth: megabits.optional(),
  /** Extra upstream bandwidth of the second elastic IP in Mbit/s, 0 to 10240. Default: JD Cloud's, 0. Changes in place. (InstanceSpec `extensionExtraUplinkBandwidth`) */
  extensionExtraUplinkBandwidth: uplinkMegabits.optional(),
  /** How the second elastic IP is paid, as `internetChargeMode`. A change replaces the servers, unless it comes with the elastic IP. (InstanceSpec `extensionInternetChargeMode`) */
  extensionInternetChargeMode: chargeMode.optional().meta(replaces),
  /** Shared bandwidth package that the second elastic IP joins. Changes in place. (InstanceSpec `extensionBandwidthPackageId`) */
  extensionBandwidthPackageId: code.optional(),
  /** Whether the primary interface has IPv6: `"yes"` or `"no"`, or true or false. Default: JD Cloud's, `"no"`. Part of its later documents only; not every node has it. A change replaces the servers. (InstanceSpec `enableIpv6`) */
  enableIpv6: yesNo.optional().meta(replaces),
  /** Fixed IPv6 address of the primary interface; only with `count` 1. Later documents only. A change replaces the server. (InstanceSpec `ipv6Address`) */
  ipv6Address: z.ipv6("write an IPv6 address").optional().meta(replaces),
  /** Further IPv6 addresses of the primary interface. Later documents only. A change replaces the servers. (InstanceSpec `ipv6AliasIps`) */
  ipv6AliasIps: aliasIps.optional().meta(replaces),
  /** Whether the secondary interface has IPv6, as `enableIpv6`. Later documents only. A change replaces the servers. (InstanceSpec `extensionEnableIpv6`) */
  extensionEnableIpv6: yesNo.optional().meta(replaces),
  /** Fixed IPv6 address of the secondary interface; only with `count` 1. Later documents only. A change replaces the server. (InstanceSpec `extensionIpv6Address`) */
  extensionIpv6Address: z.ipv6("write an IPv6 address").optional().meta(replaces),
  /** Further IPv6 addresses of the secondary interface. Later documents only. A change replaces the servers. (InstanceSpec `extensionIpv6AliasIps`) */
  extensionIpv6AliasIps: aliasIps.optional().meta(replaces),
  /** Tags, at most 10, each key once; their order means nothing. Changes in place, through the tag service. (InstanceSpec `resourceTags`) */
  resourceTags: z
    .array(resourceTag, "write a list of tags, each with `key` and `value`")
    .max(10, "a server takes at most 10 tags")
    .optional(),
  /**
   * Servers that exist, to be taken over instead of buying any when the resource is created: their instance ids, as text or as a list of at most
   * `count`; what is missing is bought by the next `pulumi up`. They have to be in `regionId` and belong to the account of the keys. Nothing about
   * them changes but the marker in their description; where they differ from the program, the next preview shows it. From then on they are like
   * bought ones, deleted with the resource too. Their elastic IPs are deleted with them only if the servers carried a marker of this package when they
   * were taken over, which those that `deletionPolicy` left do not: others stay and go on costing, and the deletion names them. Default: servers are
   * bought.
   * A later change does nothing.
   */
  adopt: z.union([code, z.array(code).min(1).max(5)], "write the id of a server that exists, or a list of 1 to 5 such ids").optional(),
  /**
   * What a change of system, RAID, host name, user data or key pair does: `"replace"` buys other servers; `"inPlace"` reinstalls those that exist,
   * all at once, which **wipes their system disks**, and their data disks when `dataRaidTypeId` changes. It needs `password`, stops the servers, and
   * leaves them running or stopped as they were. A run that is killed in the middle is finished by the next one, and no server is wiped twice; only
   * of host name and user data, which JD Cloud never shows, it can tell no longer than JD Cloud remembers requests. Default `"replace"`.
   */
  reinstall: z.enum(["replace", "inPlace"], 'write "replace" or "inPlace"').optional(),
  /**
   * Whether the servers are to be `"running"` or `"stopped"`; stopped ones cost as much. Changes in place. Default: not managed. Servers that a
   * change stops are started again, by the next run if need be; after a run that was killed, only if no refresh came between.
   */
  powerState: z.enum(["running", "stopped"], 'write "running" or "stopped"').optional(),
  /** Whether a purchase ends as soon as it is accepted, instead of when the servers run: `pulumi refresh` shows how far they are, and each `pulumi up` looks once and goes on when they run. Changes in place. Default false. */
  skipAwait: skipAwaitInput,
  /** How many days before prepaid servers expire every `up` and `refresh` warns, unless they renew themselves; 0 never warns. Changes in place. Default 7. */
  warnBeforeExpiryDays: warnBeforeExpiryDaysInput,
  /** How long each operation may take; a reinstallation as long as a purchase. Changes in place. */
  timeouts: timeoutsInput,
};

type Fields = typeof ownFields & typeof deletionPolicyField;
const fields: Fields = { ...ownFields, ...deletionPolicyField };

/** Inputs of an `EdcpsInstance`: JD Cloud's InstanceSpec (API docs, EdCPS, createInstances), spread out beside `regionId`. */
export const edcpsInputs: z.ZodObject<Fields, z.core.$strict> = z.strictObject(fields).superRefine(refinedBy(spanningRules));

/** The inputs once checked, with defaults filled in. */
export type EdcpsInstanceInputs = z.output<typeof edcpsInputs>;
/** The inputs as a program may write them. */
export type EdcpsInstanceGiven = z.input<typeof edcpsInputs>;
