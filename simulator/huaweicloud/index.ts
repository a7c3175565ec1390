import type { Cloud, World } from "../cloud";

export type HuaweiCloud = Cloud;

export function huaweiCloud(_world: World, _saved?: unknown): HuaweiCloud {
  throw new Error("being written");
}
