import * as z from "zod";
import { resizeBandwidth, systemBandwidths } from "./bandwidths";
import { phoneImages, phoneModels, serverModels } from "./catalogue";
import { operation } from "./operation";
import type { Operation } from "./operation";
import { integer, page } from "./query-fields";
import { bandwidthView } from "./server-view";
import type { Store } from "./state";

/** CPH: what is on sale, and what is there to build on. */
export function catalogueRoutes(store: Store): Operation[] {
  const read = { service: "cph", method: "GET" } as const;
  const base = "/v1/{project_id}/cloud-phone";
  const marked = { limit: integer(1, 1000).optional(), marker: z.string().optional() };
  return [
    operation({
      ...read,
      name: "ListCloudPhoneServerModels",
      path: `${base}/server-models`,
      query: z.strictObject({ ...marked, product_type: integer(0, 1).optional() }),
      answer({ query }) {
        const fitting = serverModels.filter((model) => (query.product_type ?? model.productType) === model.productType);
        const { rows, page_info } = pageOf(fitting, (model) => model.name, query);
        return { server_models: rows.map(serverModelView), page_info };
      },
    }),
    operation({
      ...read,
      name: "ListCloudPhoneModels",
      path: `${base}/phone-models`,
      query: z.strictObject({ ...page(100), status: integer(0, 1).optional() }),
      answer({ query }) {
        const fitting = phoneModels.filter((model) => (query.status ?? model.status) === model.status);
        return { count: fitting.length, phone_models: fitting.slice(query.offset, query.offset + query.limit).map(phoneModelView) };
      },
    }),
    operation({
      ...read,
      name: "ListCloudPhoneImages",
      path: `${base}/phone-images`,
      query: z.strictObject({ ...marked, image_type: z.enum(["public", "private", "share", "all"]).optional() }),
      answer({ query }) {
        const fitting = ["public", "all", undefined].includes(query.image_type) ? phoneImages : [];
        const { rows, page_info } = pageOf(fitting, (image) => image.id, query);
        return { phone_images: rows.map(phoneImageView), page_info };
      },
    }),
    operation({
      ...read,
      name: "ListImages",
      path: `${base}/images`,
      query: z.strictObject({
        ...page(100),
        image_type: z.enum(["private", "share"]).optional(),
        status: integer(0, 2).optional(),
        image_id: z.string().optional(),
        image_name: z.string().optional(),
        create_since: integer(0).optional(),
        create_until: integer(0).optional(),
        src_project_id: z.string().optional(),
      }),
      answer: () => ({ image_infos: [], total: 0 }), // nobody has made an image of their own here
    }),
    operation({
      ...read,
      name: "ShowBandwidthDetail",
      path: `${base}/bandwidths`,
      query: z.strictObject(page(100)),
      answer({ account, query }) {
        // Those of customers' own networks belong to the VPC service.
        const all = [...new Map(systemBandwidths(store, account).map((one) => [one.id, one])).values()];
        return { count: all.length, band_widths: all.slice(query.offset, query.offset + query.limit).map(bandwidthView) };
      },
    }),
    operation({
      service: "cph",
      method: "PUT",
      name: "UpdateBandwidth",
      path: `${base}/bandwidths/{band_width_id}`,
      body: z.strictObject({ band_width_size: z.int().min(1).max(10_000) }),
      answer({ account, path, body }) {
        resizeBandwidth(store, account, path["band_width_id"] ?? "", body.band_width_size);
        return {};
      },
    }),
  ];
}

/** Rows after the one that `marker` names. */
function pageOf<T>(all: readonly T[], idOf: (row: T) => string, query: { limit?: number | undefined; marker?: string | undefined }) {
  const from = query.marker === undefined ? 0 : all.findIndex((row) => idOf(row) === query.marker) + 1;
  const rows = all.slice(from, from + (query.limit ?? all.length));
  const last = rows.at(-1);
  const hasMore = from + rows.length < all.length;
  return { rows, page_info: { current_count: rows.length, next_marker: hasMore && last !== undefined ? idOf(last) : null } };
}

function serverModelView(model: (typeof serverModels)[number]): object {
  return {
    server_model_name: model.name,
    server_type: model.chip,
    cpu: model.cpu,
    memory: model.memoryGib,
    extend_spec: {
      cpu: model.chip,
      memory: "DDR4",
      disk: model.name.startsWith("physical.rx1") ? "2*1.2T SAS" : "",
      network_interface: "2 x 2*10GE",
      gpu: "3*WX5100",
      gpu_count: 3,
      numa_count: 4,
    },
    disk_max_num: model.name.startsWith("physical.rx1") ? 0 : 24,
    product_type: model.productType,
    free_size: 0,
  };
}

function phoneModelView(model: (typeof phoneModels)[number]): object {
  return {
    server_model_name: model.serverModel,
    phone_model_name: model.name,
    status: model.status,
    cpu: model.cpu,
    memory: model.memoryMib,
    disk: model.diskGib,
    resolution: "720x1280",
    extend_spec: '{"eip_count":1,"vip_count":1}',
    spec_code: model.name,
    phone_capacity: model.capacity,
    image_label: serverModels.find((one) => one.name === model.serverModel)?.imageLabel ?? "",
    product_type: serverModels.find((one) => one.name === model.serverModel)?.productType ?? 0,
    phone_model_version: model.version,
  };
}

function phoneImageView(image: (typeof phoneImages)[number]): object {
  return {
    image_name: image.name,
    os_type: "aosp",
    os_name: image.version,
    is_public: 1,
    image_label: image.label,
    image_id: image.id,
    is_support_encrypt: false,
  };
}
