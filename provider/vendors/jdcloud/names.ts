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

/** What the server in place `index` (from 0) of `count` is to be called when `wanted` is asked for: its number stays. */
export function nameFor(wanted: string, index: number, count: number, now: { asked: string; name: string | undefined }): string {
  if (count === 1) return wanted;
  const name = now.name ?? "";
  return `${wanted}${appended(wanted, name) ?? (appended(now.asked, name) || String(index + 1))}`;
}
