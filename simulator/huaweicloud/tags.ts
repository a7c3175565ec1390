/** Tags of servers, resource type `cph-server`. */
import type { Project } from "./accounts";
import { badRequest } from "./errors";
import { isBuilding } from "./life";
import { findLiveServer, findShownServer, listServers } from "./servers";
import type { Server, Store } from "./state";
import { Refusal } from "./errors";

const tagQuota = 20;

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** A key that exists gets the new value. */
export function createTags(store: Store, server: Server, tags: readonly Tag[]): void {
  if (isBuilding(store, server)) throw new Refusal("CPS.0099", `The server ${server.id} is not ready.`);
  const next = { ...server.tags, ...Object.fromEntries(tags.map(({ key, value }) => [key, value])) };
  if (Object.keys(next).length > tagQuota) throw badRequest(`A server has at most ${tagQuota} tags.`);
  server.tags = next;
}

/** Only tags with this key and this value go; others are left alone without a word. */
export function deleteTags(server: Server, tags: readonly Tag[]): void {
  server.tags = Object.fromEntries(
    Object.entries(server.tags).filter(([key, value]) => !tags.some((tag) => tag.key === key && tag.value === value)),
  );
}

export const tagsOf = (server: Server): Tag[] => Object.entries(server.tags).map(([key, value]) => ({ key, value }));

/** Every key in use in the project with all its values. */
export function tagsOfProject(store: Store, project: Project): { key: string; values: string[] }[] {
  const values = new Map<string, Set<string>>();
  for (const tag of liveServers(store, project).flatMap(tagsOf)) values.set(tag.key, (values.get(tag.key) ?? new Set()).add(tag.value));
  return [...values].map(([key, of]) => ({ key, values: [...of] }));
}

export interface InstanceFilter {
  readonly without_any_tag?: boolean | undefined;
  /** All keys must be there, each with one of its values, or with any when it names none. */
  readonly tags?: readonly { readonly key: string; readonly values: readonly string[] }[] | undefined;
  /** Exact name. */
  readonly matches?: readonly Tag[] | undefined;
}

export function findByTags(store: Store, project: Project, filter: InstanceFilter): Server[] {
  return liveServers(store, project).filter((server) => {
    if (filter.without_any_tag === true) return Object.keys(server.tags).length === 0;
    const hasTags = (filter.tags ?? []).every(({ key, values }) => {
      const value = server.tags[key];
      return value !== undefined && (values.length === 0 || values.includes(value));
    });
    return hasTags && (filter.matches ?? []).every((match) => server.name === match.value);
  });
}

/** The server whose tags are asked for. */
export function findTagged(store: Store, project: Project, id: string): Server {
  findShownServer(store, project, id);
  return findLiveServer(store, project, id);
}

const liveServers = (store: Store, project: Project): Server[] =>
  listServers(store, project).filter((server) => server.endedAt === undefined);
