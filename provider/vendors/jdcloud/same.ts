/** Which values of an input mean the same to JD Cloud. */
import { isDeepStrictEqual } from "node:util";
import { leftOutIs } from "../../kit/diff";
import type { EdcpsInstanceInputs } from "./edcps-inputs";

type Inputs = EdcpsInstanceInputs;
type Same<K extends keyof Inputs> = (a: Inputs[K], b: Inputs[K]) => boolean;

const sets: <T>(text: (item: T) => string) => (a: readonly T[] | undefined, b: readonly T[] | undefined) => boolean =
  (text) =>
  (a = [], b = []) => {
    const [left, right] = [new Set(a.map(text)), new Set(b.map(text))];
    return left.size === right.size && [...left].every((one) => right.has(one));
  };

/** Alias ranges are a set; the id of the range they come from does not count. */
const aliases = sets<{ cidr: string }>(({ cidr }) => cidr);
/** Tags are a map. */
const tags = sets<{ key: string; value: string }>(({ key, value }) => JSON.stringify([key, value]));

/** Inputs that do not have to be deeply equal to be the same. */
export const same = {
  description: leftOutIs(""),
  extraUplinkBandwidth: leftOutIs(0),
  extensionExtraUplinkBandwidth: leftOutIs(0),
  extensionEnableInternet: leftOutIs<"yes" | "no">("no"),
  enableIpv6: leftOutIs<"yes" | "no">("no"),
  extensionEnableIpv6: leftOutIs<"yes" | "no">("no"),
  aliasIps: aliases,
  extensionAliasIps: aliases,
  ipv6AliasIps: aliases,
  extensionIpv6AliasIps: aliases,
  resourceTags: tags,
  reinstall: leftOutIs<"replace" | "inPlace">("replace"),
} satisfies { [K in keyof Inputs]?: Same<K> };

const rules: { readonly [K in keyof Inputs]?: Same<K> } = same;

export const sameInput = <K extends keyof Inputs>(name: K, a: Inputs[K], b: Inputs[K]): boolean => (rules[name] ?? isDeepStrictEqual)(a, b);
