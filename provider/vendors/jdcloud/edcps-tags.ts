import { refuseUnpaid } from "./edcps-work";
import type { Work } from "./edcps-work";
import { addTags, readTags, removeTags } from "./neighbours";
import type { Tag } from "./neighbours";
import { same } from "./same";
import type { WireInstance } from "./wire";

export async function changeTags(servers: readonly WireInstance[], { last, news, note, ctx }: Work): Promise<void> {
  if (same.resourceTags(last.resourceTags, news.resourceTags)) return;
  const ids = servers.map((server) => server.instanceId);
  const current = await readTags(news.regionId, ids, ctx);
  const wanted = news.resourceTags ?? [];
  // Without the input the tags are nobody's business any more, except those that were set through it.
  const ours = news.resourceTags === undefined ? (last.resourceTags ?? []) : undefined;
  for (const server of servers) {
    const { instanceId: id } = server;
    const now = current.get(id) ?? [];
    const stale = without(ours === undefined ? now : intersection(now, ours), wanted);
    const missing = without(wanted, now);
    if (stale.length + missing.length === 0) continue;
    refuseUnpaid([server]);
    if (stale.length > 0) await removeTags(news.regionId, [id], stale, ctx);
    if (missing.length > 0) await addTags(news.regionId, [id], missing, ctx);
    ctx.log(`EdcpsInstance ${id}: tags changed`);
  }
  note({ resourceTags: news.resourceTags });
}

const isIn = (tags: readonly Tag[], tag: Tag): boolean => tags.some(({ key, value }) => key === tag.key && value === tag.value);
const without = (tags: readonly Tag[], others: readonly Tag[]): Tag[] => tags.filter((tag) => !isIn(others, tag));
const intersection = (tags: readonly Tag[], others: readonly Tag[]): Tag[] => tags.filter((tag) => isIn(others, tag));
