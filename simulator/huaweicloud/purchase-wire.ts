/** Parameters of the three create calls (CPH API reference). Unknown ones are refused. */
import * as z from "zod";

const nameText = /^[\p{Script=Han}A-Za-z0-9_-]+$/u;
/** Lengths count characters, not UTF-16 units. */
const chars = (max: number) =>
  z
    .string()
    .min(1)
    .refine((text) => Array.from(text).length <= max, `at most ${max} characters`);
const bytes = (max: number) =>
  z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= max, `at most ${max} bytes`);
const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, "not a UUID");
const between = (low: number, high: number) => z.int().min(low).max(high);
const zeroOrOne = between(0, 1);

export const serverName = chars(60).regex(nameText, "only letters, digits, Chinese characters, _ and -");

const order = z
  .strictObject({
    charging_mode: zeroOrOne,
    period_type: between(2, 3).optional(),
    period_num: between(1, 10).optional(),
    is_auto_pay: zeroOrOne.default(0),
    is_auto_renew: zeroOrOne.default(0),
  })
  .superRefine(requirePeriod);
const extendParam = z.strictObject({ ...order.shape, enterprise_project_id: z.string().optional() }).superRefine(requirePeriod);

function requirePeriod(
  param: { charging_mode: number; period_type?: number | undefined; period_num?: number | undefined },
  ctx: z.RefinementCtx,
): void {
  if (param.charging_mode === 1) return;
  for (const name of ["period_type", "period_num"] as const)
    if (param[name] === undefined) ctx.addIssue({ code: "custom", path: [name], message: "required for a prepaid purchase" });
  if (param.period_type === 2 && (param.period_num ?? 0) > 9)
    ctx.addIssue({ code: "custom", path: ["period_num"], message: "1 to 9 months" });
}

export const portName = bytes(16).refine((name) => !["adb", "vnc"].includes(name.toLowerCase()), "adb and vnc are taken");

const port = z.strictObject({
  name: portName,
  listen_port: between(10_000, 50_000),
  internet_accessible: z.string().min(1),
});

const common = { server_name: serverName, server_model_name: bytes(64), count: between(1, 10) };
const phones = {
  phone_model_name: bytes(64),
  image_id: bytes(32),
  keypair_name: bytes(64).optional(),
  ports: z.array(port).optional(),
  extend_param: extendParam,
};

export const purchaseV1 = z.strictObject({
  ...common,
  ...phones,
  vnc_enable: z.string().optional(),
  subnet_cidr: z.string().optional(),
  band_width: z
    .strictObject({
      band_width_id: uuid.optional(),
      band_width_share_type: zeroOrOne.optional(),
      band_width_size: between(1, 300).optional(),
    })
    .superRefine((wanted, ctx) => {
      if (wanted.band_width_id !== undefined) return;
      if (wanted.band_width_share_type === undefined)
        ctx.addIssue({ code: "custom", path: ["band_width_share_type"], message: "required without band_width_id" });
      if (wanted.band_width_share_type === 1 && wanted.band_width_size === undefined)
        ctx.addIssue({ code: "custom", path: ["band_width_size"], message: "required for a new shared bandwidth" });
    }),
});

const bandwidthV2 = z
  .strictObject({
    band_width_id: uuid.optional(),
    band_width_size: between(1, 2000).optional(),
    band_width_charge_mode: zeroOrOne,
    band_width_share_type: zeroOrOne,
  })
  .superRefine((wanted, ctx) => {
    const needed = wanted.band_width_share_type === 1 ? "band_width_id" : "band_width_size";
    if (wanted[needed] === undefined)
      ctx.addIssue({ code: "custom", path: [needed], message: `required with band_width_share_type ${wanted.band_width_share_type}` });
  });
const eipType = z.enum(["5_telcom", "5_union", "5_bgp", "5_sbgp"]);
const volume = (least: number) => z.strictObject({ volume_type: z.enum(["SSD", "GPSSD"]), size: between(least, 32_768) });

const placeV2 = {
  tenant_vpc_id: uuid,
  nics: z
    .array(
      z.strictObject({
        subnet_id: uuid,
        ipv6_enable: z.boolean().optional(),
        ipv6_bandwidth: z.strictObject({ band_width_id: uuid }).optional(),
      }),
    )
    .length(1),
  public_ip: z
    .strictObject({
      ids: z.array(uuid).max(1).optional(),
      eip: z.strictObject({ type: eipType }).optional(),
      count: z.int().min(0).optional(),
    })
    .superRefine((wanted, ctx) => {
      const hasIds = (wanted.ids ?? []).length > 0;
      if (hasIds && wanted.eip !== undefined) ctx.addIssue({ code: "custom", path: [], message: "ids and eip exclude each other" });
      if (!hasIds && wanted.eip === undefined && wanted.count !== 0)
        ctx.addIssue({ code: "custom", path: [], message: "ids or eip is required" });
    }),
  phone_count_per_ip: z.int().min(1).optional(),
  phone_data_volume: volume(1).optional(),
  server_share_data_volume: volume(10).optional(),
  availability_zone: z.string().min(1).optional(),
  property: z.string().min(1).max(8192).optional(),
};

export const purchaseV2 = z
  .strictObject({ ...common, ...phones, ...placeV2, band_width: bandwidthV2.optional() })
  // A purchase that brings its own address may leave the bandwidth out, as the official Terraform provider does.
  .refine((wanted) => wanted.band_width !== undefined || (wanted.public_ip.ids ?? []).length > 0, {
    path: ["band_width"],
    message: "required",
  });

/** A swap asks for what a purchase asks for, but for name, server model, count and time. */
export const swapBody = z.strictObject({
  ...phones,
  ...placeV2,
  band_width: bandwidthV2,
  phone_data_volume: volume(10).optional(),
  extend_param: z.strictObject({ enterprise_project_id: z.string().optional() }).optional(),
});
export type SwapBody = z.infer<typeof swapBody>;

export const purchaseV21 = z.strictObject({
  ...common,
  order_param: order,
  nics: z
    // The document's example also carries `vpc_id`, which its table does not know.
    .array(
      z.strictObject({
        subnet_id: uuid,
        vpc_id: uuid.optional(),
        ipv6_enable: z.boolean().optional(),
        ipv6_band_width_id: uuid.optional(),
      }),
    )
    .length(1),
  public_ip: z
    .strictObject({
      ids: z.array(uuid).max(1).optional(),
      type: eipType.optional(),
      count: between(0, 1).default(0),
      band_width: bandwidthV2,
    })
    .refine((wanted) => (wanted.ids ?? []).length > 0 || wanted.count === 0 || wanted.type !== undefined, {
      path: ["type"],
      message: "required for a new address",
    }),
  keypair_name: bytes(64),
  availability_zone: z.string().min(1).optional(),
  data_volume: z.strictObject({ ...volume(1).shape, count: between(1, 100).default(1) }).optional(),
  enterprise_project_id: z.string().optional(),
  image_id: bytes(36).optional(),
});
