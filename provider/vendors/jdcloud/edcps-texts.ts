/** Name and description of servers: the description carries the marker. */
import type { Context } from "../../kit/context";
import { noteLength, splitNote, withNote } from "../../kit/marker";
import type { Marker } from "../../kit/marker";
import { modifyInstance } from "./client";
import { refuseUnpaid } from "./edcps-work";
import type { Work } from "./edcps-work";
import { namesFor } from "./names";
import type { WireInstance } from "./wire";

export async function changeTexts(servers: readonly WireInstance[], marker: Marker, { last, news, note, ctx }: Work): Promise<void> {
  const names = namesFor(
    news.name,
    last.name,
    servers.map((server) => server.name),
  );
  // Left out now but set before: emptied. Never set: whatever the console wrote there stays.
  const description = news.description ?? (last.description === undefined ? undefined : "");
  for (const [index, server] of servers.entries()) await change(server, { name: names[index], description, marker }, news.regionId, ctx);
  note({ name: news.name, description: news.description });
}

interface Texts {
  readonly name: string | undefined;
  /** The user's own part. `undefined`: as it is. */
  readonly description: string | undefined;
  readonly marker: Marker;
}

async function change(server: WireInstance, to: Texts, regionId: string, ctx: Context): Promise<void> {
  const text = splitNote(server.description).text;
  const description = noted(to.description ?? text, to.marker);
  const isOtherName = to.name !== undefined && to.name !== server.name;
  const isOtherText = to.description !== undefined && to.description !== text;
  const wanted = { ...(isOtherName ? { name: to.name } : {}), ...(description === server.description ? {} : { description }) };
  if (Object.keys(wanted).length === 0) return;
  refuseUnpaid([server]);
  await modifyInstance(regionId, server.instanceId, wanted, ctx);
  const changed = [...(isOtherName ? ["name"] : []), ...(isOtherText ? ["description"] : [])];
  if (changed.length > 0) ctx.log(`EdcpsInstance ${server.instanceId}: ${changed.join(" and ")} changed`);
}

/** Writes nothing but the marker. */
export const mark = (server: WireInstance, marker: Marker, regionId: string, ctx: Context): Promise<void> =>
  change(server, { name: undefined, description: undefined, marker }, regionId, ctx);

/** The description with its marker. One that was written in the console may be too long for both, and loses its end. */
const noted = (text: string, marker: Marker): string =>
  withNote(
    Array.from(text)
      .slice(0, 256 - noteLength)
      .join(""),
    marker,
  );
