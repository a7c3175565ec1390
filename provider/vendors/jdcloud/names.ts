/** With `count` above 1 the service appends ascending numbers to the name; how it joins and pads them is not documented. */

/** The number, with whatever joins it, that makes `name` out of `base`; `undefined` if `name` is not made of `base`. */
function appended(base: string, name: string): string | undefined {
  const rest = name.startsWith(base) ? name.slice(base.length) : undefined;
  return rest !== undefined && /^([-_.:]?\d+)?$/.test(rest) ? rest : undefined;
}

/** The name that was asked for, given the name that one of `count` servers has. */
export function askedName(asked: string, name: string, count: number): string {
  return count > 1 && appended(asked, name) !== undefined ? asked : name;
}

/**
 * What servers that have `names` are to be called when `wanted` is asked for. One server gets just that. Of several each keeps its number, and
 * the first its having none; one with a number that another has (every order is numbered from 1), or a foreign name, gets the next free one.
 * @param asked the name asked for before
 */
export function namesFor(wanted: string, asked: string, names: readonly (string | undefined)[]): readonly string[] {
  if (names.length === 1) return [wanted];
  const own = names.map((name = "", index) => {
    const number = appended(wanted, name) ?? appended(asked, name);
    return number === "" && index > 0 ? undefined : number;
  });
  const kept = own.map((number, index) => (own.indexOf(number) === index ? number : undefined));
  const taken = new Set(kept);
  let next = 1;
  return kept.map((number) => {
    if (number !== undefined) return `${wanted}${number}`;
    while (taken.has(String(next))) next++;
    return `${wanted}${next++}`;
  });
}
