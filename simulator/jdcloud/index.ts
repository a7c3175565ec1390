import type { Cloud, World } from "../cloud";

export type JdCloud = Cloud;

export function jdCloud(_world: World, _saved?: unknown): JdCloud {
  throw new Error("being written");
}
