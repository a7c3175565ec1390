/** From the wire back to inputs: what the cloud shows of them, laid over what was asked for. */
import { splitNote } from "../../kit/marker";
import { edcpsInstanceChanges } from "./edcps-changes";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { askedName } from "./names";
import type { Tag } from "./neighbours";
import { sameInput } from "./same";
import type { WireAliasIp, WireElasticIp, WireInstance } from "./wire";

type Inputs = EdcpsInstanceInputs;
type Last = Partial<Inputs> & Pick<Inputs, "regionId">;
type Aliases = NonNullable<Inputs["aliasIps"]>;

/** What other calls and services know about the servers. What is left out could not be read, or is not needed. */
export interface Beside {
  readonly elasticIps?: readonly WireElasticIp[] | undefined;
  readonly aliasIps?: readonly WireAliasIp[] | undefined;
  readonly tags?: ReadonlyMap<string, readonly Tag[]> | undefined;
  readonly autoRenew?: boolean | undefined;
}

interface Seen {
  readonly server: WireInstance;
  readonly beside: Beside;
  readonly last: Last;
}

/** Where each input is shown that can be read back at all. `undefined`: not shown, so it stays as it was. */
const shown: { readonly [K in keyof Inputs]?: (seen: Seen) => Inputs[K] | undefined } = {
  az: ({ server }) => server.az,
  deviceType: ({ server }) => server.deviceType,
  osTypeId: ({ server }) => server.osTypeId,
  sysRaidTypeId: ({ server }) => server.sysRaidTypeId,
  dataRaidTypeId: ({ server }) => server.dataRaidTypeId,
  subnetId: ({ server }) => server.subnetId,
  privateIp: ({ server }) => server.privateIp,
  aliasIps: (seen) => aliasesOf(seen, false),
  interfaceMode: ({ server }) => server.interfaceMode,
  enableInternet: ({ server }) => internetOf(server.elasticIpId),
  internetChargeMode: (seen) => eipOf(seen)?.charge?.chargeMode,
  bandwidthPackageId: (seen) => packageOf(eipOf(seen)),
  lineType: ({ server }) => orderable(server.lineType),
  // In a package the bandwidth of its own means nothing; without an elastic IP it shows as 0.
  bandwidth: ({ server, last }) => (last.bandwidthPackageId === undefined ? unlessZero(server.bandwidth) : undefined),
  extraUplinkBandwidth: ({ server, last }) => (last.bandwidthPackageId === undefined ? server.extraUplinkBandwidth : undefined),
  name: ({ server, last }) => server.name && askedName(last.name ?? server.name, server.name, last.count ?? 1),
  description: ({ server }) => splitNote(server.description).text,
  keypairId: ({ server }) => server.keypairId,
  extensionSubnetId: ({ server }) => server.extensionSubnetId,
  extensionPrivateIp: ({ server }) => server.extensionPrivateIp,
  extensionAliasIps: (seen) => aliasesOf(seen, true),
  extensionEnableInternet: ({ server }) => internetOf(server.extensionElasticIpId),
  extensionInternetChargeMode: (seen) => extensionEipOf(seen)?.charge?.chargeMode,
  extensionBandwidthPackageId: (seen) => packageOf(extensionEipOf(seen)),
  extensionLineType: (seen) => orderable(extensionEipOf(seen)?.lineType),
  extensionBandwidth: ({ server, last }) =>
    last.extensionBandwidthPackageId === undefined ? unlessZero(server.extensionBandwidth) : undefined,
  extensionExtraUplinkBandwidth: ({ server, last }) =>
    last.extensionBandwidthPackageId === undefined ? server.extensionExtraUplinkBandwidth : undefined,
  enableIpv6: ({ server }) => server.enableIpv6,
  ipv6Address: ({ server }) => server.ipv6Address,
  extensionIpv6Address: ({ server }) => server.extensionIpv6Address,
  powerState: ({ server: { status } }) => (status === "running" || status === "stopped" ? status : undefined),
  resourceTags: ({ server, beside }) => beside.tags && [...(beside.tags.get(server.instanceId) ?? [])],
};

/**
 * The inputs as the cloud has them now. An input that nobody set stays unset, whatever the cloud chose, unless `everything` is wanted
 * because the servers are read by id alone. What the cloud does not show stays as it was, and so does `count`: the state tells how many there are.
 */
export function fromWire(last: Last, servers: readonly WireInstance[], beside: Beside, everything: boolean): Inputs {
  const seen = servers.map((server) => ({ server, beside, last }));
  const names = (Object.keys(shown) as (keyof Inputs)[]).filter((name) => everything || last[name] !== undefined);
  const now: Partial<Inputs> = Object.fromEntries(
    names
      .map((name) => [name, asSeen(name, last[name], seen)] as const)
      .filter(([name, value]) => value !== undefined && (value !== "" || last[name] !== undefined)),
  );
  return {
    ...required,
    ...last,
    ...now,
    count: last.count ?? servers.length,
    charge: chargeOf(last.charge, servers, beside.autoRenew, everything),
  };
}

/** Whether the servers differ among themselves in something that they share: a change has reached some of them only. */
export function isUneven(last: Last, servers: readonly WireInstance[], beside: Beside): boolean {
  const names = (Object.keys(shown) as (keyof Inputs)[]).filter((name) => last[name] !== undefined && isChangedInPlace(name));
  return names.some((name) => {
    const [first, ...others] = servers.map((server) => asSeen(name, last[name], [{ server, beside, last }]));
    return others.some((other) => !sameInput(name, first, other));
  });
}

/** Servers may well differ in what no change in place could even out. */
const isChangedInPlace = (name: keyof Inputs): boolean => name !== "charge" && edcpsInstanceChanges[name].change === "update";

/** Stands in for what the cloud does not show when the servers are read by id alone. */
const required = {
  az: "",
  deviceType: "",
  imageType: "standard",
  osTypeId: "",
  sysRaidTypeId: "",
  dataRaidTypeId: "",
  networkType: "vpc",
  subnetId: "",
  enableInternet: "no",
  name: "",
} as const;

/** Several servers share one input: the first of them that differs from it is the drift. */
function asSeen<K extends keyof Inputs>(name: K, was: Inputs[K] | undefined, seen: readonly Seen[]): Inputs[K] | undefined {
  const values = seen.map((one) => shown[name]?.(one)).filter((value) => value !== undefined);
  return was === undefined ? values[0] : (values.find((value) => !sameInput(name, was, value)) ?? was);
}

type Charge = Inputs["charge"];

function chargeOf(last: Charge | undefined, servers: readonly WireInstance[], autoRenew: boolean | undefined, everything: boolean): Charge {
  const modes = servers.map((server) => server.charge?.chargeMode).filter((mode) => mode !== undefined);
  const chargeMode = modes.find((mode) => mode !== last?.chargeMode) ?? last?.chargeMode ?? "postpaid_by_duration";
  const isWanted = everything ? autoRenew === true : last?.autoRenew !== undefined;
  return { ...last, chargeMode, ...(isWanted && autoRenew !== undefined ? { autoRenew } : {}) };
}

const eipOf = ({ server, beside }: Seen) => beside.elasticIps?.find((one) => one.elasticIpId === server.elasticIpId);
const extensionEipOf = ({ server, beside }: Seen) => beside.elasticIps?.find((one) => one.elasticIpId === server.extensionElasticIpId);

/** Whether `enableInternet` follows when elastic IPs are bound later is not documented: so only they count. */
const internetOf = (elasticIpId: string | undefined) => (elasticIpId === undefined ? "no" : "yes");

/** Empty: the elastic IP is in no package. */
const packageOf = (eip: WireElasticIp | undefined): string | undefined => eip && (eip.bandwidthPackageId ?? "");

const unlessZero = (value: number | undefined): number | undefined => (value === 0 ? undefined : value);

/** The service may name a line that nobody can order, such as `bgp`: that is no drift. */
const orderable = (line: string | undefined): "un" | "ct" | "cm" | undefined =>
  line === "un" || line === "ct" || line === "cm" ? line : undefined;

function aliasesOf({ server, beside }: Seen, ofSecondary: boolean): Aliases | undefined {
  const isSecondary = (alias: WireAliasIp): boolean => alias.subnetId !== undefined && alias.subnetId === server.extensionSubnetId;
  return beside.aliasIps
    ?.filter((alias) => alias.instanceId === server.instanceId && isSecondary(alias) === ofSecondary)
    .flatMap(({ secondaryCidrId, subnetId, cidr }) => (cidr === undefined ? [] : [{ id: secondaryCidrId ?? subnetId, cidr }]));
}
