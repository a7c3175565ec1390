/** What JD Cloud offers (JD Cloud API docs, EdCPS 1.3.0). An empty answer means that it does not say. */
import { z } from "zod";
import type { Context } from "../../kit/context";
import { call } from "./call";
import { orMissing } from "./refusal";

/** Something that an input can name. */
export interface Offered {
  readonly id: string;
  readonly name: string;
}

const word = z.string().nullish();

/** Systems for a device type. */
export async function listSystems(regionId: string, deviceType: string, ctx: Context): Promise<readonly Offered[]> {
  const { oss } = await call(ctx, {
    doing: `list the systems for ${deviceType} in ${regionId}`,
    method: "GET",
    regionId,
    path: "os",
    query: [["deviceType", deviceType]],
    result: z.object({ oss: z.array(z.object({ osTypeId: z.string(), osName: word })).nullish() }),
  });
  return (oss ?? []).map(({ osTypeId: id, osName }) => ({ id, name: osName ?? "" }));
}

/** RAIDs of a device type's system disks or data disks. */
export async function listRaids(
  regionId: string,
  deviceType: string,
  volumeType: "system" | "data",
  ctx: Context,
): Promise<readonly Offered[]> {
  const { raids } = await call(ctx, {
    doing: `list the RAIDs for ${deviceType} in ${regionId}`,
    method: "GET",
    regionId,
    path: "raids",
    query: [
      ["deviceType", deviceType],
      ["volumeType", volumeType],
    ],
    result: z.object({ raids: z.array(z.object({ raidTypeId: z.string(), raidType: word, volumeType: word })).nullish() }),
  });
  const ofVolume = (raids ?? []).filter((raid) => (raid.volumeType ?? volumeType) === volumeType);
  return ofVolume.map(({ raidTypeId: id, raidType }) => ({ id, name: raidType ?? "" }));
}

export async function hasKeypair(regionId: string, keypairId: string, ctx: Context): Promise<boolean> {
  const reply = call(ctx, {
    doing: `read key pair ${keypairId} in ${regionId}`,
    method: "GET",
    regionId,
    path: `keypairs/${keypairId}`,
    result: z.unknown(),
  });
  return (await orMissing(reply.then(() => true))) ?? false;
}
