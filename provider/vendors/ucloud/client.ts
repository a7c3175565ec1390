import { z } from "zod";
import { CloudError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { call } from "./call";
import { mayMeanAbsent } from "./ret-codes";

/** Where a server is: every call about it needs both. */
export interface Place {
  readonly cityId: string;
  /** `undefined`: the account's default project. */
  readonly projectId?: string | undefined;
}

// Wire schemas read only the fields in use. The Go SDK reads numbers that come as text, so does this.
const int = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);
const text = z.string().nullish();

const wireAddress = z.looseObject({ Ip: z.string(), IpType: text });
export type WireAddress = z.output<typeof wireAddress>;

/** `ServerInstance` (UCloud API docs, DescribeUPhoneServer). */
const wireServer = z.looseObject({
  ServerId: z.string().min(1),
  ServerName: text,
  ServerModel: z.looseObject({ ServerModelName: text }).nullish(),
  UPhoneModelName: text,
  UPhoneCount: int.nullish(),
  /** Empty or absent while UCloud cannot tell. */
  State: text,
  ChargeType: text,
  CityName: text,
  CreateTime: int.nullish(),
  ExpireTime: int.nullish(),
  Remark: text,
  IpSet: z.array(wireAddress).nullish(),
});
export type WireServer = z.output<typeof wireServer>;

/** `UPhoneInstance` (UCloud API docs, DescribeUPhone). */
const wirePhone = z.looseObject({
  UPhoneId: z.string(),
  UPhoneName: text,
  ServerId: text,
  ImageId: text,
  Tag: text,
  State: text,
  IpRegion: text,
  Ip: text,
  EipId: text,
  ADB: text,
  ShareBandwidthId: text,
});
export type WirePhone = z.output<typeof wirePhone>;

/** One element of `ShareBandwidth` (UCloud API docs, DescribeUPhoneShareBandwidth). */
const wireShareBandwidth = z.looseObject({
  Id: z.string(),
  Region: text,
  IpProportion: int.nullish(),
  Bandwidth: int.nullish(),
  BindCount: int.nullish(),
});
export type WireShareBandwidth = z.output<typeof wireShareBandwidth>;

const nothing = z.looseObject({});
const listed = { TotalCount: int.nullish() };
const serverList = z
  .looseObject({ ...listed, Servers: z.array(wireServer).nullish() })
  .refine((reply) => reply.Servers != null || reply.TotalCount === 0, { path: ["Servers"] });

const pageSize = 100;
const mostRestarts = 3;

const where = ({ cityId, projectId }: Place) => ({ ProjectId: projectId, CityId: cityId });

/** The parameters of CreateUPhoneServer (UCloud API docs). */
export interface Purchase {
  readonly ProjectId: string | undefined;
  readonly CityId: string;
  readonly Name: string;
  readonly ServerModelName: string;
  readonly UPhoneModelName: string;
  readonly ImageId: string;
  readonly ChargeType: string;
  readonly Quantity: string;
  readonly IpDestRegion: string | undefined;
  readonly ShareBandwidth: number | undefined;
  readonly IpProportion: number | undefined;
  readonly Tag: string;
  readonly CouponId: string | undefined;
}

/**
 * Buys one server and returns its id. Sent exactly once.
 * @param what as in `UPhoneServer "farm"`
 */
export async function createServer(ctx: Context, purchase: Purchase, what: string): Promise<string> {
  const reply = z.looseObject({ ServerId: z.union([z.string(), z.number()]).transform(String).nullish(), JobId: z.unknown().optional() });
  const { ServerId, JobId } = await call(ctx, "CreateUPhoneServer", { ...purchase }, reply, {
    doing: `buy ${what} in ${purchase.CityId}`,
    once: true,
    secret: purchase.CouponId,
  });
  if (ServerId) return ServerId;
  // The documented example shows a JobId where the table promises a ServerId.
  throw new CloudError(
    `Could not learn the id of the UPhoneServer just bought: UCloud's answer has none${typeof JobId === "string" ? ` (job ${JobId})` : ""}.`,
    {
      kind: "transient",
      code: "0",
      status: 200,
    },
  );
}

/** The server, or `undefined` when UCloud does not list it. */
export async function findServer(ctx: Context, place: Place, serverId: string): Promise<WireServer | undefined> {
  const doing = `read UPhoneServer ${serverId}`;
  try {
    const parameters = { ...where(place), ServerIds: [serverId], Offset: 0, Limit: pageSize };
    const { Servers, TotalCount } = await call(ctx, "DescribeUPhoneServer", parameters, serverList, { doing });
    const found = Servers?.find((server) => server.ServerId === serverId);
    if (found !== undefined || (!Servers?.length && !TotalCount)) return found;
  } catch (error) {
    if (!(error instanceof CloudError) || !mayMeanAbsent(error.code)) throw error;
  }
  // How an unknown id is answered is not documented: anything but an empty list is settled by listing the whole city.
  return (await listServers(ctx, place)).find((server) => server.ServerId === serverId);
}

/** All servers of a city in a project. An incomplete list is an error: it would prove nothing. */
export async function listServers(ctx: Context, place: Place): Promise<WireServer[]> {
  const doing = `list the UPhoneServers of ${place.cityId}`;
  let servers: WireServer[] = [];
  let counted = 0;
  for (let restarts = 0; ;) {
    const parameters = { ...where(place), Offset: servers.length, Limit: pageSize };
    const { Servers, TotalCount } = await call(ctx, "DescribeUPhoneServer", parameters, serverList, { doing });
    if (TotalCount != null && TotalCount < counted && restarts < mostRestarts) {
      // A server that went away since an earlier page has moved another one from the next page to that one.
      restarts++;
      servers = [];
      counted = 0;
      continue;
    }
    counted = Math.max(counted, TotalCount ?? 0);
    const others = (Servers ?? []).filter((server) => servers.every((known) => known.ServerId !== server.ServerId));
    servers.push(...others);
    if (TotalCount != null && TotalCount >= counted && servers.length >= TotalCount) return servers;
    if (others.length > 0) continue;
    if (TotalCount == null) return servers;
    const message = `Could not ${doing}: UCloud counts ${counted} but lists ${servers.length}. Run again.`;
    throw new CloudError(message, { kind: "transient", code: "0", status: 200 });
  }
}

/** The phones that a server carries. */
export async function listPhones(ctx: Context, place: Place, serverId: string): Promise<WirePhone[]> {
  const reply = z.looseObject({ ...listed, UPhones: z.array(wirePhone).nullish() });
  // The page calls ProductType fixed to "uphone"; UCloud's own console sends "uphone-server" for the phones of a server.
  for (const ProductType of ["uphone-server", "uphone"]) {
    const parameters = { ...where(place), ProductType, ServerId: serverId, IsAll: true };
    const { UPhones } = await call(ctx, "DescribeUPhone", parameters, reply, { doing: `list the phones of UPhoneServer ${serverId}` });
    if (UPhones?.length) return UPhones;
  }
  return [];
}

export async function renameServer(ctx: Context, place: Place, serverId: string, name: string): Promise<void> {
  const parameters = { ...where(place), ServerId: serverId, Name: name };
  await call(ctx, "ModifyUPhoneServerName", parameters, nothing, { doing: `rename UPhoneServer ${serverId} to "${name}"` });
}

/** An empty remark clears it. */
export async function remarkServer(ctx: Context, place: Place, serverId: string, remark: string): Promise<void> {
  const parameters = { ...where(place), ServerId: serverId, Remark: remark };
  await call(ctx, "ModifyUPhoneServerRemark", parameters, nothing, {
    doing: `change the remark of UPhoneServer ${serverId}`,
    keepEmpty: true,
  });
}

/** Asks for the end of a server; it disappears some time later. */
export async function deleteServer(ctx: Context, place: Place, serverId: string, release: { eip: boolean; udisk: boolean }): Promise<void> {
  const parameters = { ...where(place), ServerId: serverId, ReleaseEIP: release.eip, ReleaseUDisk: release.udisk };
  await call(ctx, "DeleteUPhoneServer", parameters, nothing, { doing: `delete UPhoneServer ${serverId}` });
}

/** @param region of the addresses; without it UCloud is asked for all regions. */
export async function findShareBandwidth(
  ctx: Context,
  place: Place,
  id: string,
  region: string | undefined,
): Promise<WireShareBandwidth | undefined> {
  const reply = z.looseObject({ ShareBandwidth: z.array(wireShareBandwidth).nullish() });
  const parameters = { ProjectId: place.projectId, Region: region, ShareBandwidthId: id };
  const { ShareBandwidth } = await call(ctx, "DescribeUPhoneShareBandwidth", parameters, reply, { doing: `read shared bandwidth ${id}` });
  return ShareBandwidth?.find((one) => one.Id === id);
}

/** A larger one is paid for at once, so this is sent exactly once. */
export async function resizeShareBandwidth(ctx: Context, place: Place, id: string, mbps: number): Promise<void> {
  // The bandwidth is a number where it is bought, and text here.
  const parameters = { ProjectId: place.projectId, ShareBandwidthId: id, Bandwidth: String(mbps) };
  await call(ctx, "ModifyUPhoneShareBandwidth", parameters, nothing, { doing: `set shared bandwidth ${id} to ${mbps} Mbps`, once: true });
}

export async function deleteShareBandwidth(ctx: Context, place: Place, id: string): Promise<void> {
  const parameters = { ProjectId: place.projectId, ShareBandwidthId: id };
  await call(ctx, "DeleteUPhoneShareBandwidth", parameters, nothing, { doing: `delete shared bandwidth ${id}` });
}
