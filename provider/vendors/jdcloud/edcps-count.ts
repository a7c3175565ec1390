/** How many servers an `EdcpsInstance` has: more are bought, fewer are kept. */
import type { Context } from "../../kit/context";
import { findInstances } from "./client";
import { buy, withOrdered } from "./edcps-buy";
import { endServers } from "./edcps-delete";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { idsOf } from "./edcps-state";
import type { EdcpsInstanceOutputs, EdcpsServer } from "./edcps-state";
import { calmly, refuseFailed, refuseLost } from "./edcps-wait";
import type { WireInstance } from "./wire";

/**
 * Brings the servers that exist to `news.count`: with one order for just the difference, or by deleting the newest.
 * @param keep is told the state after every step, before the next can fail
 * @returns whether servers were bought
 */
export async function bringToCount(
  last: EdcpsInstanceOutputs,
  news: EdcpsInstanceInputs,
  ctx: Context,
  keep: (state: EdcpsInstanceOutputs) => void,
): Promise<boolean> {
  const { staying, leaving, seen } = await surePresence(last, news.count, ctx);
  if (staying.length === 0) refuseLost(idsOf(last.servers)); // and the resource's id with them: only a new resource gets another
  const missing = news.count - staying.length;
  if (missing > 0) refuseFailed(seen);
  const doomed = [...leaving, ...staying.slice(news.count)];
  const state = doomed.length === 0 ? last : await endServers(last, doomed, choicesFor(staying.length, news.count), ctx);
  keep(state);
  if (missing <= 0) return false;
  const ids = await buy({ ...news, count: missing }, ctx);
  keep(withOrdered(state, state, ids, ctx));
  ctx.log(`EdcpsInstance ${news.name}: ordered ${ids.join(", ")}`);
  return true;
}

interface Presence {
  /** The servers that count, the oldest first. One that was ordered and has not shown yet is one of them. */
  readonly staying: readonly EdcpsServer[];
  /** Those that were there and are gone, or going. What was bought with them may have stayed. */
  readonly leaving: readonly EdcpsServer[];
  readonly seen: readonly WireInstance[];
}

/** Who is there. Before servers are bought because others are missing, a second look has to say so too. */
async function surePresence(last: EdcpsInstanceOutputs, wanted: number, ctx: Context): Promise<Presence> {
  const first = await presence(last, ctx);
  if (first.leaving.length === 0 || first.staying.length >= wanted) return first;
  await ctx.clock.sleep(ctx.pollMs ?? calmly.everyMs, ctx.signal);
  return presence(last, ctx);
}

async function presence(last: EdcpsInstanceOutputs, ctx: Context): Promise<Presence> {
  const seen = await findInstances(last.regionId, idsOf(last.servers), ctx);
  const isLeaving = (server: EdcpsServer): boolean => {
    const wire = seen.find((one) => one.instanceId === server.id);
    return wire === undefined ? server.status !== undefined : wire.status === "deleting";
  };
  return { seen, leaving: last.servers.filter(isLeaving), staying: last.servers.filter((server) => !isLeaving(server)) };
}

const choicesFor = (have: number, wanted: number): string =>
  `set \`count\` back to ${have} and keep it; or let it expire first (with \`charge.autoRenew\` false; JD Cloud releases it 7 days after the date, ` +
  `and \`pulumi refresh\` notices), and set \`count\` to ${wanted} then.`;
