import * as z from "zod";
import type { Project } from "./accounts";
import { operation } from "./operation";
import type { Operation } from "./operation";

/** IAM: who am I, and which projects have I got. */
export function identityRoutes(): Operation[] {
  return [
    operation({
      service: "iam",
      name: "KeystoneListProjects",
      method: "GET",
      path: "/v3/projects",
      query: z.strictObject({
        name: z.string().optional(),
        domain_id: z.string().optional(),
        parent_id: z.string().optional(),
        enabled: z.enum(["true", "false"]).optional(),
        is_domain: z.enum(["true", "false"]).optional(),
        page: z.string().optional(),
        per_page: z.string().optional(),
      }),
      answer({ account, query }) {
        const fits = (project: Project): boolean =>
          (query.name === undefined || query.name === project.name) && query.enabled !== "false" && query.is_domain !== "true";
        const view = (project: Project): object => ({
          id: project.id,
          name: project.name,
          domain_id: account.domainId,
          parent_id: account.domainId,
          enabled: true,
          is_domain: false,
          description: "",
          links: { self: `https://iam.myhuaweicloud.com/v3/projects/${project.id}` },
        });
        return {
          projects: account.projects.filter(fits).map(view),
          links: { self: "https://iam.myhuaweicloud.com/v3/projects", next: null, previous: null },
        };
      },
    }),
    operation({
      service: "iam",
      name: "KeystoneListAuthDomains",
      method: "GET",
      path: "/v3/auth/domains",
      answer: ({ account }) => ({
        domains: [
          {
            id: account.domainId,
            name: account.domainName,
            enabled: true,
            description: "",
            links: { self: `https://iam.myhuaweicloud.com/v3/domains/${account.domainId}` },
          },
        ],
        links: { self: "https://iam.myhuaweicloud.com/v3/auth/domains", next: null, previous: null },
      }),
    }),
  ];
}
