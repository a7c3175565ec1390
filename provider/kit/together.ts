import type { Context } from "./context";

const gatheringMs = 20;

/**
 * One look for all who ask for the same within a moment: it begins after the last of them has asked, so that it is as fresh as its own would be.
 * @param key what is looked at, with whose keys and where
 */
export function together<T>(key: string, look: () => Promise<T>, ctx: Context): Promise<T> {
  const begun = ctx.looks.get(key);
  if (begun !== undefined) return begun as Promise<T>; // one key, one kind of look
  const gathering = ctx.clock.sleep(gatheringMs, ctx.signal).then(() => {
    ctx.looks.delete(key);
    return look();
  });
  ctx.looks.set(key, gathering);
  return gathering;
}
