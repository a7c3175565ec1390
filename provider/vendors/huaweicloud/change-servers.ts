/** Changes of servers in place. Each looks at what is there and sends only what differs, so that it can be repeated. */
import { CloudPhoneError } from "../../http/errors";
import type { Account } from "./account";
import { setAutoRenew } from "./bss";
import type { BilledServer } from "./bss";
import { markerInName, markerText } from "../../kit/marker";
import type { Marker } from "../../kit/marker";
import { changeKeypair, changeTags, markerTag, readTags, renameServer } from "./cph";
import type { Tags, WireServer } from "./cph";
import { refusalOfOne } from "./errors";
import type { Inventory } from "./inventory";
import { endOfJob, jobFailed } from "./jobs";

/** Names may be as long at a purchase and when they are changed (CPH API reference, "Changing the name of a server"). */
export const longestName = 60;

/** Whether the cloud's name for a server is the wanted one, up to a number at its end, for which a name as long as can be is cut. */
export function isNamed(wanted: string, seen: string): boolean {
  if (seen === wanted) return true;
  const [, base] = /^(.+)-\d+$/su.exec(seen) ?? [];
  return base !== undefined && (base === wanted || (Array.from(seen).length === longestName && wanted.startsWith(base)));
}

/**
 * The names that servers are to be given; those that are right already are left out.
 * One server gets exactly the wanted name; several keep the numbers at the end of theirs, unless another has the same: each purchase counts from 1.
 * @param last the name wanted before
 */
function newNames(servers: readonly WireServer[], last: string | undefined, wanted: string): Map<string, string> {
  const taken = new Set<string>();
  const wrong = servers.filter(({ server_name }) => {
    const name = server_name ?? "";
    const isRight = isNamed(wanted, name) && !(last !== wanted && name === last) && !taken.has(name);
    if (isRight) taken.add(name);
    return !isRight;
  });
  const names = new Map<string, string>();
  for (const { server_id, server_name } of wrong) {
    const seen = server_name ?? "";
    const name = servers.length === 1 ? wanted : freeName(wanted, /-(\d+)$/.exec(seen)?.[1] ?? "1", taken);
    taken.add(name);
    names.set(server_id, name);
  }
  return names;
}

/** With the number itself when that is free, else the next that is, with as many digits. */
function freeName(wanted: string, number: string, taken: ReadonlySet<string>): string {
  for (let next = Number(number); ; next++) {
    const end = `-${String(next).padStart(number.length, "0")}`;
    const name =
      Array.from(wanted)
        .slice(0, longestName - end.length)
        .join("") + end;
    if (!taken.has(name)) return name;
  }
}

/** Puts the marker into its permanent place wherever it is not. */
export async function mark(account: Account, servers: readonly WireServer[], { tagged }: Inventory, marker: Marker): Promise<void> {
  const text = markerText(marker);
  for (const { server_id } of servers) {
    if (tagged.get(server_id) !== text) await changeTags(account, server_id, "create", { [markerTag]: text });
  }
}

/** @returns whether a name changed that was not that of a purchase under way */
export async function rename(account: Account, servers: readonly WireServer[], last: string | undefined, wanted: string): Promise<boolean> {
  const names = newNames(servers, last, wanted);
  for (const [id, name] of names) await renameServer(account, id, name);
  return servers.some((wire) => names.has(wire.server_id) && markerInName(wire.server_name)?.resource !== account.ctx.marker);
}

/** @param wanted `undefined`: the program says nothing, and a key pair cannot be taken away */
export async function giveKeypair(account: Account, servers: readonly WireServer[], wanted: string | undefined): Promise<boolean> {
  const others = servers.filter((wire) => (wire.keypair_name ?? "") !== wanted).map((wire) => wire.server_id);
  if (wanted === undefined || others.length === 0) return false;
  const jobs = await changeKeypair(account, others, wanted);
  const refused = jobs.find((job) => !job.job_id);
  if (refused !== undefined) throw refusalOfOne(`change the key pair of CPH server ${refused.server_id ?? ""} to "${wanted}"`, refused);
  await Promise.all(
    jobs.flatMap((job) =>
      job.job_id ? [finish(account, job.job_id, `the key pair of CPH server ${job.server_id ?? ""} to be changed`)] : [],
    ),
  );
  return true;
}

const jobRhythm = { firstMs: 5000, everyMs: 10_000 };

async function finish(account: Account, jobId: string, what: string): Promise<void> {
  const job = await endOfJob(account, jobId, what, jobRhythm);
  if (job.status === jobFailed)
    throw new CloudPhoneError(`Waited for ${what}, but job ${jobId} failed: ${job.said === "" ? "no reason given" : job.said}.`);
}

/** @param wanted `undefined`: the program says nothing any more, so only the tags that it set (`last`) go */
export async function tag(
  account: Account,
  servers: readonly WireServer[],
  last: Tags | undefined,
  wanted: Tags | undefined,
): Promise<boolean> {
  if (wanted === undefined && last === undefined) return false;
  let changed = false;
  for (const { server_id } of servers) {
    const seen = await readTags(account, server_id);
    const isUnwanted = (key: string): boolean => wanted?.[key] === undefined && (wanted !== undefined || last?.[key] !== undefined);
    const unwanted = pick(seen, isUnwanted);
    const missing = pick(wanted ?? {}, (key) => seen[key] !== wanted?.[key]);
    await changeTags(account, server_id, "create", missing);
    await changeTags(account, server_id, "delete", unwanted);
    changed ||= Object.keys(unwanted).length + Object.keys(missing).length > 0;
  }
  return changed;
}

const pick = (tags: Tags, isWanted: (key: string) => boolean): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => isWanted(key)));

/** @param billed what billing says about the servers; of one that it does not tell about, `last` says what is set */
export async function renewAutomatically(
  account: Account,
  servers: readonly WireServer[],
  billed: readonly BilledServer[],
  last: boolean | undefined,
  wanted: boolean,
): Promise<boolean> {
  let changed = false;
  for (const { server_id, metadata } of servers) {
    const seen = billed.find((one) => one.id === server_id)?.isAutoRenew ?? last;
    if (metadata?.charging_mode === 1 || seen === wanted) continue;
    await setAutoRenew(account, server_id, wanted);
    changed = true;
  }
  return changed;
}
