/** Rules that span several EdCPS inputs. */

import type { z } from "zod";

interface Spanned {
  readonly count: number;
  readonly privateIp?: string | undefined;
  readonly extensionPrivateIp?: string | undefined;
  readonly ipv6Address?: string | undefined;
  readonly extensionIpv6Address?: string | undefined;
  readonly enableInternet: "yes" | "no";
  readonly internetChargeMode?: string | undefined;
  readonly bandwidth?: number | undefined;
  readonly extraUplinkBandwidth?: number | undefined;
  readonly bandwidthPackageId?: string | undefined;
  readonly interfaceMode?: string | undefined;
  readonly extensionSubnetId?: string | undefined;
  readonly extensionEnableInternet?: "yes" | "no" | undefined;
  readonly extensionInternetChargeMode?: string | undefined;
  readonly extensionBandwidth?: number | undefined;
  readonly extensionExtraUplinkBandwidth?: number | undefined;
  readonly extensionBandwidthPackageId?: string | undefined;
  readonly charge: { readonly chargeMode: string };
  readonly resourceTags?: readonly { readonly key: string }[] | undefined;
  readonly reinstall?: "replace" | "inPlace" | undefined;
  readonly password?: string | undefined;
}

interface ChargeTerms {
  readonly chargeMode: string;
  readonly chargeUnit?: "month" | "year" | undefined;
  readonly chargeDuration?: number | undefined;
  readonly autoRenew?: boolean | undefined;
}

type Broken = readonly [path: readonly (string | number)[], message: string];

/** Hands what `rules` find to a schema. */
export const refinedBy =
  <T>(rules: (value: T) => Iterable<Broken>) =>
  (value: T, context: z.RefinementCtx): void => {
    for (const [path, message] of rules(value)) context.addIssue({ code: "custom", path: [...path], message });
  };

export function* spanningRules(inputs: Spanned): Generator<Broken> {
  yield* fixedAddressRules(inputs);
  yield* internetRules(inputs);
  yield* secondaryInterfaceRules(inputs);
  yield* tagRules(inputs.resourceTags ?? []);
  yield* reinstallRules(inputs);
}

/** What belongs together in `charge`. */
export function* chargeRules(charge: ChargeTerms): Generator<Broken> {
  if (charge.chargeMode === "prepaid_by_duration") {
    const most = charge.chargeUnit === "year" ? 3 : 9;
    if (charge.chargeDuration === undefined) {
      yield [["chargeDuration"], "a prepaid server needs `chargeDuration`: 1 to 9 months, or 1 to 3 years"];
    } else if (charge.chargeDuration > most) {
      yield [
        ["chargeDuration"],
        `JD Cloud sells at most ${most} ${most === 3 ? "years" : "months"} at once: 1 to 9 months, or 1 to 3 years`,
      ];
    }
    return;
  }
  const prepaidOnly = 'it has a meaning for prepaid servers only: leave it out, or set `chargeMode` to "prepaid_by_duration"';
  if (charge.chargeUnit !== undefined) yield [["chargeUnit"], prepaidOnly];
  if (charge.chargeDuration !== undefined) yield [["chargeDuration"], prepaidOnly];
  if (charge.autoRenew === true) yield [["autoRenew"], prepaidOnly];
}

function* fixedAddressRules(inputs: Spanned): Generator<Broken> {
  if (inputs.count === 1) return;
  for (const name of ["privateIp", "extensionPrivateIp", "ipv6Address", "extensionIpv6Address"] as const) {
    if (inputs[name] !== undefined)
      yield [[name], "several servers cannot share one address: set `count` to 1, or leave the address to JD Cloud"];
  }
}

function* internetRules(inputs: Spanned): Generator<Broken> {
  if (inputs.enableInternet === "yes" && inputs.bandwidth === undefined && inputs.bandwidthPackageId === undefined) {
    yield [["bandwidth"], 'a server with internet needs `bandwidth` or `bandwidthPackageId`; or set `enableInternet` to "no"'];
  }
  if (inputs.enableInternet === "no") {
    for (const name of ["bandwidth", "extraUplinkBandwidth", "bandwidthPackageId", "internetChargeMode"] as const) {
      if (inputs[name] !== undefined)
        yield [[name], 'there is no elastic IP to apply it to: set `enableInternet` to "yes", or leave it out'];
    }
  }
  if (inputs.charge.chargeMode === "prepaid_by_duration") return;
  for (const name of ["internetChargeMode", "extensionInternetChargeMode"] as const) {
    if (inputs[name] === "prepaid_by_duration") {
      yield [[name], 'a postpaid server cannot have a prepaid elastic IP: use "postpaid_by_duration", or a prepaid server'];
    }
  }
}

const secondaryNames = [
  "extensionSubnetId",
  "extensionPrivateIp",
  "extensionAliasIps",
  "extensionEnableInternet",
  "extensionLineType",
  "extensionBandwidth",
  "extensionExtraUplinkBandwidth",
  "extensionInternetChargeMode",
  "extensionBandwidthPackageId",
  "extensionEnableIpv6",
  "extensionIpv6Address",
  "extensionIpv6AliasIps",
] as const;

function* secondaryInterfaceRules(inputs: Spanned & Partial<Record<(typeof secondaryNames)[number], unknown>>): Generator<Broken> {
  if (inputs.interfaceMode !== "dual") {
    for (const name of secondaryNames) {
      if (inputs[name] !== undefined) yield [[name], 'there is no secondary interface: set `interfaceMode` to "dual", or leave it out'];
    }
    return;
  }
  if (inputs.extensionSubnetId === undefined)
    yield [["extensionSubnetId"], 'with `interfaceMode` "dual" the secondary interface needs a subnet'];
  if (inputs.extensionEnableInternet === "yes") {
    if (inputs.extensionBandwidth === undefined && inputs.extensionBandwidthPackageId === undefined) {
      yield [["extensionBandwidth"], "a secondary interface with internet needs `extensionBandwidth` or `extensionBandwidthPackageId`"];
    }
    return;
  }
  for (const name of [
    "extensionBandwidth",
    "extensionExtraUplinkBandwidth",
    "extensionBandwidthPackageId",
    "extensionInternetChargeMode",
  ] as const) {
    if (inputs[name] !== undefined) {
      yield [[name], 'there is no second elastic IP to apply it to: set `extensionEnableInternet` to "yes", or leave it out'];
    }
  }
}

function* tagRules(tags: readonly { readonly key: string }[]): Generator<Broken> {
  for (const [index, { key }] of tags.entries()) {
    if (tags.findIndex((other) => other.key === key) < index) {
      yield [["resourceTags", index, "key"], `the tag ${key} is there twice; a server has one value per key`];
    }
  }
}

function* reinstallRules({ reinstall, password }: Spanned): Generator<Broken> {
  if (reinstall === "inPlace" && password === undefined) {
    yield [["password"], 'JD Cloud reinstalls a server only with a password: set `password`, or leave `reinstall` at "replace"'];
  }
}
