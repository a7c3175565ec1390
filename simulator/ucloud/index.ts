import type { Cloud, World } from "../cloud";

export type Ucloud = Cloud;

export function ucloud(_world: World, _saved?: unknown): Ucloud {
  throw new Error("being written");
}
