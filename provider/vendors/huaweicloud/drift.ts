import { isDeepStrictEqual } from "node:util";
import type { Order } from "./bss";
import type { WireServer } from "./cph";
import type { BandwidthTerms } from "./inputs";
import { isNamed } from "./change-servers";
import { filled, plainName } from "./server-outputs";
import type { SeenServer, Sighting } from "./server-outputs";

/** What an input is now: the last value as long as every server still agrees with it, otherwise that of the first which does not. */
export interface Drift {
  /** @param input as the table of changes calls it */
  <T>(input: string, last: T | undefined, seen: readonly (T | undefined)[], same?: (last: T, seen: T) => boolean): T | undefined;
  /** Inputs that some servers have and others have not: one value cannot say how they are. */
  readonly uneven: readonly string[];
}

/** @param isById nothing but the servers' ids is known: then every input is what the cloud shows. Otherwise what was not said stays unsaid. */
export function drift(isById: boolean): Drift {
  const uneven: string[] = [];
  const now = <T>(
    input: string,
    last: T | undefined,
    seen: readonly (T | undefined)[],
    same: (last: T, seen: T) => boolean = isDeepStrictEqual,
  ): T | undefined => {
    const known = seen.filter((value) => value !== undefined);
    if (last === undefined) return isById ? known[0] : undefined;
    const value = known.find((one) => !same(last, one)) ?? last;
    if (known.some((one) => !same(value, one))) uneven.push(input);
    return value;
  };
  return Object.assign(now, { uneven });
}

/** The inputs that both kinds of purchases have and the servers themselves show. */
export function seenInAll(
  seen: Sighting,
  last: {
    readonly serverName?: string;
    readonly keypairName?: string | undefined;
    readonly availabilityZone?: string | undefined;
    readonly tags?: Readonly<Record<string, string>> | undefined;
  },
  now: Drift,
) {
  const each = <T>(of: (wire: WireServer) => T): T[] => seen.servers.map(({ wire }) => of(wire));
  return {
    serverName: now(
      "serverName",
      last.serverName,
      last.serverName === undefined ? each((wire) => plainName(wire, seen)) : seen.servers.map(nameGiven),
      isNamed,
    ),
    serverModelName: each((wire) => filled(wire.server_model_name)),
    // An empty text is a difference to a key pair that was given, and otherwise nothing.
    keypairName: now(
      "keypairName",
      last.keypairName,
      each((wire) => (last.keypairName === undefined ? filled(wire.keypair_name) : (wire.keypair_name ?? undefined))),
    ),
    availabilityZone: now(
      "availabilityZone",
      last.availabilityZone,
      each((wire) => filled(wire.availability_zone)),
    ),
    tags: now(
      "tags",
      last.tags,
      seen.servers.map((server) => server.tags),
    ),
  };
}

/** While a purchase is under way its marker stands in the name, which says nothing about what somebody wants it to be. */
const nameGiven = ({ wire, mark }: SeenServer): string | undefined => (mark?.isComplete === false ? undefined : filled(wire.server_name));

/** Whether any server is renewed automatically otherwise than wanted. */
export const autoRenewOf = (input: string, seen: Sighting, last: boolean | undefined, now: Drift): boolean =>
  now(
    input,
    last,
    seen.servers.map((server) => server.billed?.isAutoRenew),
  ) ?? false;

/** Absent, empty and `"0"` are the default enterprise project. */
export const sameEnterpriseProject = (a: string | undefined, b: string | undefined): boolean => defaultProject(a) === defaultProject(b);
const defaultProject = (id: string | undefined): string => (id === undefined || id === "" ? "0" : id);

/** The bandwidth of the servers' addresses; fields that `last` leaves out are the cloud's choice. */
export function bandwidthFromWire(seen: Sighting, last: BandwidthTerms | undefined, now: Drift): BandwidthTerms {
  const perServer = seen.servers.map(({ wire }) => (wire.band_widths ?? []).map(bandwidth));
  // A server with several addresses has several: one that fits is enough.
  const seenOnes = perServer.map((ones) => ones.find((one) => last !== undefined && fits(last, one)) ?? ones[0]);
  const found = now("bandWidth", last, seenOnes, fits) ?? {};
  if (last === undefined) return asInput(found);
  return found === last ? last : only(found, last);
}

/** A dedicated bandwidth has a size of its own; a shared one is named. */
const asInput = ({ bandWidthId, bandWidthSize, ...kinds }: BandwidthTerms): BandwidthTerms =>
  kinds.bandWidthShareType === 1 ? { ...kinds, bandWidthId } : { ...kinds, bandWidthSize };

const bandwidth = (wire: NonNullable<WireServer["band_widths"]>[number]): BandwidthTerms => ({
  bandWidthId: filled(wire.band_width_id),
  bandWidthSize: wire.band_width_size ?? undefined,
  bandWidthChargeMode: zeroOrOne(wire.band_width_charge_mode),
  bandWidthShareType: zeroOrOne(wire.band_width_share_type),
});

const fits = (last: BandwidthTerms, seen: BandwidthTerms): boolean =>
  (last.bandWidthId === undefined || same(last.bandWidthId, seen.bandWidthId)) &&
  (last.bandWidthSize === undefined || same(last.bandWidthSize, seen.bandWidthSize)) &&
  (last.bandWidthChargeMode === undefined || same(last.bandWidthChargeMode, seen.bandWidthChargeMode)) &&
  (last.bandWidthShareType === undefined || same(last.bandWidthShareType, seen.bandWidthShareType));

/** What the cloud does not show is taken to be as it was. */
const same = (last: unknown, seen: unknown): boolean => seen === undefined || seen === last;

function only(seen: BandwidthTerms, last: BandwidthTerms): BandwidthTerms {
  const said = Object.keys(last).filter((name) => last[name as keyof BandwidthTerms] !== undefined);
  return Object.fromEntries(said.map((name) => [name, seen[name as keyof BandwidthTerms] ?? last[name as keyof BandwidthTerms]]));
}

/** The term of the purchase, for servers of which nothing but their ids is known. */
export const periodOf = ({ periodType, periodNum }: Order): { periodType: 2 | 3 | undefined; periodNum: number | undefined } => ({
  periodType: periodType === 2 || periodType === 3 ? periodType : undefined,
  periodNum,
});

export const zeroOrOne = (value: number | null | undefined): 0 | 1 | undefined => (value === 0 || value === 1 ? value : undefined);
