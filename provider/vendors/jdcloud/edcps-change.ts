/** Changes in place of an `EdcpsInstance`: look, then send only what differs. */
import type { Context } from "../../kit/context";
import { noteLength, splitNote, withNote } from "../../kit/marker";
import type { Marker } from "../../kit/marker";
import { modifyInstance } from "./client";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { namesFor } from "./names";
import { addTags, readTags, removeTags, setAutoRenew } from "./neighbours";
import type { Tag } from "./neighbours";
import { same } from "./same";
import type { WireInstance } from "./wire";

type Inputs = EdcpsInstanceInputs;

/** Brings the servers from `last` to `news`, all with this marker; `done` is told of every input that is now as wanted. */
export async function changeInPlace(
  servers: readonly WireInstance[],
  last: Inputs,
  news: Inputs,
  marker: Marker,
  ctx: Context,
  done: (inputs: Partial<Inputs>) => void,
): Promise<void> {
  const names = namesFor(
    news.name,
    last.name,
    servers.map((server) => server.name),
  );
  // Left out now but set before: emptied. Never set: whatever the console wrote there stays.
  const description = news.description ?? (last.description === undefined ? undefined : "");
  for (const [index, server] of servers.entries())
    await changeTexts(server, { name: names[index], description, marker }, news.regionId, ctx);
  done({ name: news.name, description: news.description });
  if (!same.resourceTags(last.resourceTags, news.resourceTags)) {
    await changeTags(servers, last, news, ctx);
    done({ resourceTags: news.resourceTags });
  }
  if (news.charge.autoRenew !== undefined && !same.charge(last.charge, news.charge)) {
    await changeRenewal(servers, news.charge.autoRenew, news, ctx);
    done({ charge: news.charge });
  }
}

interface Texts {
  readonly name: string | undefined;
  /** The user's own part. `undefined`: as it is. */
  readonly description: string | undefined;
  readonly marker: Marker;
}

async function changeTexts(server: WireInstance, to: Texts, regionId: string, ctx: Context): Promise<void> {
  const text = splitNote(server.description).text;
  const description = noted(to.description ?? text, to.marker);
  const isOtherName = to.name !== undefined && to.name !== server.name;
  const isOtherText = to.description !== undefined && to.description !== text;
  const change = { ...(isOtherName ? { name: to.name } : {}), ...(description === server.description ? {} : { description }) };
  if (Object.keys(change).length === 0) return;
  await modifyInstance(regionId, server.instanceId, change, ctx);
  const changed = [...(isOtherName ? ["name"] : []), ...(isOtherText ? ["description"] : [])];
  if (changed.length > 0) ctx.log(`EdcpsInstance ${server.instanceId}: ${changed.join(" and ")} changed`);
}

/** Writes nothing but the marker. */
export const mark = (server: WireInstance, marker: Marker, regionId: string, ctx: Context): Promise<void> =>
  changeTexts(server, { name: undefined, description: undefined, marker }, regionId, ctx);

/** The description with its marker. One that was written in the console may be too long for both, and loses its end. */
const noted = (text: string, marker: Marker): string =>
  withNote(
    Array.from(text)
      .slice(0, 256 - noteLength)
      .join(""),
    marker,
  );

async function changeTags(servers: readonly WireInstance[], last: Inputs, news: Inputs, ctx: Context): Promise<void> {
  const ids = servers.map((server) => server.instanceId);
  const current = await readTags(news.regionId, ids, ctx);
  const wanted = news.resourceTags ?? [];
  // Without the input the tags are nobody's business any more, except those that were set through it.
  const ours = news.resourceTags === undefined ? (last.resourceTags ?? []) : undefined;
  for (const id of ids) {
    const now = current.get(id) ?? [];
    const stale = without(ours === undefined ? now : intersection(now, ours), wanted);
    const missing = without(wanted, now);
    if (stale.length > 0) await removeTags(news.regionId, [id], stale, ctx);
    if (missing.length > 0) await addTags(news.regionId, [id], missing, ctx);
    if (stale.length + missing.length > 0) ctx.log(`EdcpsInstance ${id}: tags changed`);
  }
}

const isIn = (tags: readonly Tag[], tag: Tag): boolean => tags.some(({ key, value }) => key === tag.key && value === tag.value);
const without = (tags: readonly Tag[], others: readonly Tag[]): Tag[] => tags.filter((tag) => !isIn(others, tag));
const intersection = (tags: readonly Tag[], others: readonly Tag[]): Tag[] => tags.filter((tag) => isIn(others, tag));

async function changeRenewal(servers: readonly WireInstance[], on: boolean, news: Inputs, ctx: Context): Promise<void> {
  const ids = servers.map((server) => server.instanceId);
  await setAutoRenew(news.regionId, ids, { on, unit: news.charge.chargeUnit ?? "month" }, ctx);
  ctx.log(`EdcpsInstance ${ids.join(", ")}: automatic renewal switched ${on ? "on" : "off"}`);
}
