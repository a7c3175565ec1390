import * as z from "zod";
import { operation } from "./operation";
import type { Operation } from "./operation";
import { findPhone, listPhones, phoneDetail, phoneRow } from "./phones";
import { integer, page } from "./query-fields";
import type { Store } from "./state";

const phones = "/v1/{project_id}/cloud-phone/phones";

/** CPH: looking at phones. */
export function phoneRoutes(store: Store): Operation[] {
  return [
    operation({
      service: "cph",
      name: "ListCloudPhones",
      method: "GET",
      path: phones,
      query: z.strictObject({
        ...page(200, 100),
        phone_name: z.string().optional(),
        server_id: z.string().optional(),
        status: integer(-9, 8).optional(),
        type: integer(0, 1).optional(),
      }),
      answer({ project, query }) {
        const { offset, limit, ...filter } = query;
        const found = listPhones(store, project, filter);
        return { count: found.length, phones: found.slice(offset, offset + limit).map((phone) => phoneRow(store, phone)) };
      },
    }),
    operation({
      service: "cph",
      name: "ShowCloudPhoneDetail",
      method: "GET",
      path: `${phones}/{phone_id}`,
      answer: ({ project, path }) => phoneDetail(store, findPhone(store, project, path["phone_id"] ?? "")),
    }),
  ];
}
