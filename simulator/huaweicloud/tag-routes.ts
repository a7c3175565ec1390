import * as z from "zod";
import { operation } from "./operation";
import type { Operation } from "./operation";
import { integer } from "./query-fields";
import { findLiveServer } from "./servers";
import type { Store } from "./state";
import { createTags, deleteTags, findByTags, findTagged, tagsOf, tagsOfProject } from "./tags";

const characters = /^[\p{L}\p{M}\p{N} _.:=+@-]*$/u;
const key = z
  .string()
  .min(1)
  .max(127)
  .regex(characters)
  .refine((text) => !text.startsWith("_sys_"), "must not start with _sys_");
const value = z
  .string()
  .max(255)
  .regex(characters)
  .refine((text) => text.trim() === text, "no blanks at either end");

const textNumber = (low: number, high: number) => z.string().pipe(integer(low, high)).optional();

/** CPH: the five calls about tags. */
export function tagRoutes(store: Store): Operation[] {
  const server = "/v1/{project_id}/cph-server/{server_id}/tags";
  return [
    operation({
      service: "cph",
      name: "ListResourceInstances",
      method: "POST",
      path: "/v1/{project_id}/cph-server/resource_instances/action",
      body: z.strictObject({
        action: z.enum(["filter", "count"]),
        limit: textNumber(1, 1000),
        offset: textNumber(0, Number.MAX_SAFE_INTEGER),
        without_any_tag: z.boolean().optional(),
        tags: z
          .array(z.strictObject({ key, values: z.array(value).max(10).default([]) }))
          .max(10)
          .optional(),
        matches: z.array(z.strictObject({ key: z.literal("resource_name"), value: z.string() })).optional(),
      }),
      answer({ project, body }) {
        const found = findByTags(store, project, body);
        if (body.action === "count") return { total_count: found.length };
        const { offset = 0, limit = 1000 } = body;
        const resources = found
          .slice(offset, offset + limit)
          .map((one) => ({ resource_id: one.id, resource_name: one.name, resource_detail: null, tags: tagsOf(one) }));
        return { resources, total_count: found.length };
      },
    }),
    operation({
      service: "cph",
      name: "ListProjectTags",
      method: "GET",
      path: "/v1/{project_id}/cph-server/tags",
      query: z.strictObject({ limit: integer(1, 1000).default(1000), offset: integer(0).default(0) }),
      answer({ project, query }) {
        const all = tagsOfProject(store, project);
        return { tags: all.slice(query.offset, query.offset + query.limit), total_count: all.length };
      },
    }),
    operation({
      service: "cph",
      name: "ListResourceTags",
      method: "GET",
      path: server,
      answer: ({ project, path }) => ({ tags: tagsOf(findTagged(store, project, path["server_id"] ?? "")) }),
    }),
    operation({
      service: "cph",
      name: "BatchCreateTags",
      nameByAction: { delete: "BatchDeleteTags" },
      method: "POST",
      path: `${server}/action`,
      body: z.strictObject({ action: z.enum(["create", "delete"]), tags: z.array(z.strictObject({ key, value })).min(1).max(20) }),
      answer({ project, path, body }) {
        const found = findLiveServer(store, project, path["server_id"] ?? "");
        if (body.action === "create") createTags(store, found, body.tags);
        else deleteTags(found, body.tags);
        return undefined;
      },
    }),
  ];
}
