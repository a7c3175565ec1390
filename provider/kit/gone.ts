import { createHash } from "node:crypto";
import { CloudPhoneError } from "../http/errors";
import type { Context } from "./context";

/** Stands for account, project and region in a state: whether two are the same shows, and nothing else. */
export const fingerprint = (...parts: readonly (string | undefined)[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12);

/** Servers read in this run, and those of them that look gone, per place. Shared by all resources of the process. */
export interface Tally {
  readonly read: Map<string, Set<string>>;
  readonly missing: Map<string, Set<string>>;
}

export const newTally = (): Tally => ({ read: new Map(), missing: new Map() });

/** Whose servers are looked at. */
export interface Whereabouts {
  /** As in `UPhoneServer uphs-1`. */
  readonly what: string;
  /** As in `UCloud cn-wlcb`. */
  readonly place: string;
  /** Account, project and region in which the servers are looked for now. */
  readonly identity: string;
  /** Those in which the state saw them last; `undefined` when it does not say. */
  readonly lastIdentity: string | undefined;
}

/** Between an answer that does not show something and the one that may confirm it. */
export const secondLookMs = 5000;
const fewest = 5;

/**
 * Looks, and looks again some seconds later when servers are missing, before anybody may take them for gone.
 * @param ids the servers that should be there
 * @param missing which of them an answer does not show, though it would if they existed
 * @throws when another account, project or region was asked than the one that had them; when too many of a place are missing at once
 */
export async function sureLook<T>(
  about: Whereabouts,
  ids: readonly string[],
  look: () => Promise<T>,
  missing: (seen: T) => readonly string[],
  ctx: Context,
): Promise<T> {
  const { place } = about;
  const read = setOf(ctx.tally.read, place);
  const absent = setOf(ctx.tally.missing, place);
  for (const id of ids) read.add(id);
  const intent = await ctx.journal.read(ctx.marker);
  const expected = intent?.state === "ending" ? intent.serverIds : []; // an earlier run deleted them
  const first = await look();
  if (note(absent, ids, missing(first), expected).length === 0) return first;
  await ctx.clock.sleep(ctx.pollMs === undefined ? secondLookMs : Math.min(ctx.pollMs, secondLookMs), ctx.signal);
  const second = await look();
  const gone = note(absent, ids, missing(second), expected);
  if (gone.length === 0 || ctx.confirmGone) return second;
  if (about.lastIdentity !== undefined && about.lastIdentity !== about.identity) throw new CloudPhoneError(elsewhere(about, gone));
  if (gone.some((id) => !expected.includes(id)) && absent.size >= fewest && absent.size * 2 > read.size)
    throw new CloudPhoneError(tooMany(about, absent, read));
  return second;
}

function setOf(sets: Map<string, Set<string>>, place: string): Set<string> {
  const known = sets.get(place) ?? new Set<string>();
  sets.set(place, known);
  return known;
}

function note(absent: Set<string>, ids: readonly string[], missing: readonly string[], expected: readonly string[]): readonly string[] {
  for (const id of ids) {
    if (missing.includes(id) && !expected.includes(id)) absent.add(id);
    else absent.delete(id);
  }
  return missing;
}

// Not a setting of the stack: `refresh` and `destroy` hand a dynamic provider the settings of the last `up`.
export const confirm = "the environment variable CLOUDPHONE_CONFIRM_GONE=true in one more run";

const elsewhere = ({ what, place }: Whereabouts, gone: readonly string[]): string =>
  `${what}: ${gone.join(", ")} cannot be seen in ${place}, but the keys, project or region in use are not those that saw it last. ` +
  `It is not taken for gone. Set the keys and the place of the account that owns it and run again; if the keys were merely renewed and it really is gone, confirm with ${confirm}.`;

const tooMany = ({ place }: Whereabouts, absent: ReadonlySet<string>, read: ReadonlySet<string>): string =>
  `${absent.size} of ${read.size} servers read in ${place} look gone at once: ${[...absent].sort().join(", ")}. ` +
  `That is rather a wrong account or an unwell cloud, so none of them is taken for gone. Check keys and console; if they really are gone, confirm with ${confirm}.`;
