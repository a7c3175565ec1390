import { conflict, invalidArgument, outOfRange, quotaExceeded } from "./errors";
import { fields, flag, integer, listOf, oneOf, optional, orElse, text } from "./parameters";
import type { ReadOf } from "./parameters";

const yesNo = oneOf("yes", "no");
const lineType = oneOf("un", "ct", "cm");
const chargeMode = oneOf("prepaid_by_duration", "postpaid_by_duration");
export const aliasIp = fields({ id: optional(text), cidr: text, scope: optional(oneOf("ipv4", "ipv6")) });
const tag = fields({ key: text, value: text });

/** ChargeSpec. */
export const chargeFields = fields({
  chargeMode: orElse(chargeMode, "postpaid_by_duration"),
  chargeUnit: optional(oneOf("month", "year")),
  chargeDuration: optional(integer(1, 9)),
  autoRenew: orElse(flag, false),
  buyScenario: optional(text),
  autoChangeChargeMode: optional(flag),
  autoChangeChargeModeDate: optional(text),
});
export type Charge = ReturnType<typeof chargeFields.read>;

/** EdCPS API, createInstances: InstanceSpec, in the order of the document, then the fields that later editions added. */
const spec = {
  az: text,
  deviceType: text,
  hostname: optional(text),
  imageType: oneOf("standard"),
  osTypeId: text,
  sysRaidTypeId: text,
  dataRaidTypeId: text,
  subnetId: optional(text),
  enableInternet: orElse(yesNo, "yes"),
  internetChargeMode: optional(chargeMode),
  bandwidthPackageId: optional(text),
  networkType: oneOf("vpc"),
  cidr: optional(text),
  privateIp: optional(text),
  aliasIps: orElse(listOf(aliasIp), []),
  lineType: optional(lineType),
  bandwidth: optional(integer(1, 10_240)),
  extraUplinkBandwidth: optional(integer(0, 10_240)),
  name: text,
  description: orElse(text, ""),
  password: optional(text),
  count: integer(1, 1000),
  userData: optional(text),
  keypairId: optional(text),
  charge: chargeFields,
  interfaceMode: orElse(oneOf("bond", "dual"), "bond"),
  extensionSubnetId: optional(text),
  extensionPrivateIp: optional(text),
  extensionAliasIps: orElse(listOf(aliasIp), []),
  extensionEnableInternet: optional(yesNo),
  extensionLineType: optional(lineType),
  extensionBandwidth: optional(integer(1, 10_240)),
  extensionExtraUplinkBandwidth: optional(integer(0, 10_240)),
  extensionInternetChargeMode: optional(chargeMode),
  extensionBandwidthPackageId: optional(text),
  resourceTags: orElse(listOf(tag), []),
  enableIpv6: orElse(yesNo, "no"),
  extensionEnableIpv6: optional(yesNo),
  ipv6Address: optional(text),
  extensionIpv6Address: optional(text),
  ipv6AliasIps: optional(listOf(aliasIp)),
  extensionIpv6AliasIps: optional(listOf(aliasIp)),
};

export const createBody = fields({ instanceSpec: fields(spec) });
export type InstanceSpec = ReadOf<typeof spec>;

/** The rules that need nothing but the request itself. */
export function checkSpec(wanted: InstanceSpec): void {
  checkName(wanted.name);
  checkDescription(wanted.description);
  if (wanted.hostname !== undefined) checkHostname(wanted.hostname);
  if (wanted.password !== undefined) checkPassword(wanted.password);
  if (wanted.userData !== undefined) checkUserData(wanted.userData);
  if (wanted.count > 5) throw quotaExceeded("no more than 5 instances can be bought with one order");
  if (wanted.count > 1 && (wanted.privateIp ?? wanted.extensionPrivateIp) !== undefined)
    throw conflict("with a fixed private IP, count must be 1");
  checkCharge(wanted);
  checkInterfaces(wanted);
  checkTags(wanted.resourceTags);
}

/** How many months a prepaid order runs; 0 for a postpaid one. */
export function monthsOf({ charge }: { readonly charge: Charge }): number {
  return charge.chargeMode === "postpaid_by_duration" ? 0 : (charge.chargeDuration ?? 0) * (charge.chargeUnit === "year" ? 12 : 1);
}

function checkCharge({ charge, internetChargeMode, extensionInternetChargeMode }: InstanceSpec): void {
  checkTerm(charge, "instanceSpec");
  if (charge.chargeMode === "postpaid_by_duration" && [internetChargeMode, extensionInternetChargeMode].includes("prepaid_by_duration")) {
    throw conflict("a postpaid instance cannot be bought with a prepaid elastic IP");
  }
}

/** What is prepaid needs a term. `where`: the object that holds the charge. */
export function checkTerm({ chargeMode, chargeUnit, chargeDuration }: Charge, where: string): void {
  if (chargeMode !== "prepaid_by_duration") return;
  if (chargeUnit === undefined || chargeDuration === undefined)
    throw invalidArgument("what is prepaid needs charge.chargeUnit and charge.chargeDuration");
  if (chargeUnit === "year" && chargeDuration > 3) throw outOfRange(`parameter '${where}.charge.chargeDuration' is out of range [1, 3]`);
}

function checkInterfaces(wanted: InstanceSpec): void {
  if (wanted.subnetId === undefined) throw invalidArgument("parameter 'instanceSpec.subnetId' is required in a vpc");
  if (wanted.enableInternet === "yes" && wanted.bandwidth === undefined && wanted.bandwidthPackageId === undefined)
    throw invalidArgument("internet access needs instanceSpec.bandwidth or instanceSpec.bandwidthPackageId");
  if (wanted.interfaceMode === "dual") {
    if (wanted.extensionSubnetId === undefined) throw invalidArgument("parameter 'instanceSpec.extensionSubnetId' is required for dual");
    if (wanted.extensionEnableInternet === "yes" && (wanted.extensionBandwidth ?? wanted.extensionBandwidthPackageId) === undefined)
      throw invalidArgument("internet access needs instanceSpec.extensionBandwidth or instanceSpec.extensionBandwidthPackageId");
  } else if (wanted.extensionSubnetId !== undefined || wanted.extensionEnableInternet === "yes") {
    throw conflict("a second interface needs instanceSpec.interfaceMode dual");
  }
  if (wanted.aliasIps.length > 50 || wanted.extensionAliasIps.length > 50)
    throw quotaExceeded("an interface has no more than 50 alias IP ranges");
}

/** EdCPS product docs, "Create an instance": names, descriptions, host names. */
export function checkName(name: string): void {
  if (!/^[A-Za-z\p{Script=Han}][A-Za-z\p{Script=Han}0-9._:-]{1,127}$/u.test(name))
    throw invalidArgument("parameter 'name' must have 2 to 128 characters, begin with a letter and hold only letters, digits and . _ : -");
}

export function checkDescription(description: string): void {
  if (description.length > 256) throw invalidArgument("parameter 'description' has more than 256 characters");
}

export function checkHostname(hostname: string): void {
  const isShaped = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(hostname) && !/\.\.|--|\.-/.test(hostname);
  if (hostname.length < 2 || hostname.length > 64 || !isShaped) throw invalidArgument("parameter 'hostname' is malformed");
}

export function checkUserData(userData: string): void {
  const script = Buffer.from(userData, "base64");
  if (script.toString("base64") !== userData) throw invalidArgument("parameter 'userData' is not base64");
  if (script.length > 16 * 1024) throw invalidArgument("parameter 'userData' is larger than 16 KB");
  if (!/^#!\/(bin\/bash|usr\/bin\/env python)/.test(script.toString("utf8")))
    throw invalidArgument("parameter 'userData' must begin with #!/bin/bash or #!/usr/bin/env python");
}

/** JD Cloud VM API, "Public parameter specification": passwords. The value itself is never repeated. */
export function checkPassword(password: string): void {
  const refuse = (why: string): never => {
    throw invalidArgument(`parameter 'password' ${why}`);
  };
  if (password.length < 8 || password.length > 30) refuse("must have 8 to 30 characters");
  if (!/^[\x21-\x7e]+$/.test(password)) refuse("holds a character that is not allowed");
  if ([/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((one) => one.test(password)).length < 3)
    refuse("needs three of upper case, lower case, digits and special characters");
  if (/jd|JD|360|bug|BUG|com|COM|cloud|CLOUD|password|PASSWORD|root/.test(password)) refuse("holds a forbidden word");
  const rows = [
    "0123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qaz",
    "wsx",
    "edc",
    "rfv",
    "tgb",
    "yhn",
    "ujm",
  ];
  const runs = rows.flatMap((row) => [row, Array.from(row).reverse().join("")]);
  const lower = password.toLowerCase();
  for (let at = 0; at + 3 <= lower.length; at += 1)
    if (runs.some((run) => run.includes(lower.slice(at, at + 3)))) refuse("holds three neighbouring characters in a row");
}

/** EdCPS product docs, "Tags". */
export function checkTags(tags: readonly { readonly key: string; readonly value: string }[]): void {
  const isAllowed = (part: string): boolean => /^[\p{Script=Han}A-Za-z0-9 _.:/=+@-]*$/u.test(part) && !part.startsWith(" ");
  for (const { key, value } of tags) {
    if (key === "" || key.length > 127 || value.length > 255) throw invalidArgument(`tag '${key}' is too long or has no key`);
    if (key.startsWith("jrn:") || !isAllowed(key) || !isAllowed(value))
      throw invalidArgument(`tag '${key}' holds a character that is not allowed`);
  }
  if (new Set(tags.map((one) => one.key)).size > 10) throw quotaExceeded("an instance has no more than 10 tags");
}
