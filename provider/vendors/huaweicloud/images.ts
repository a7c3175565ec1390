import { filled } from "./server-outputs";
import type { SeenServer } from "./server-outputs";

/** How many phones of a server have which image, when they differ. Of more than a page of phones the newest count. */
export function imagesText({ wire, phones }: SeenServer): string[] {
  const counts = new Map<string, number>();
  for (const image of phones?.phones.flatMap((phone) => filled(phone.image_id) ?? []) ?? [])
    counts.set(image, (counts.get(image) ?? 0) + 1);
  if (counts.size < 2) return [];
  const each = [...counts].sort(([, a], [, b]) => b - a).map(([image, count]) => `${count} ${count === 1 ? "has" : "have"} ${image}`);
  return [`the phones of server ${wire.server_id} have different images: ${each.join(", ")}`];
}
