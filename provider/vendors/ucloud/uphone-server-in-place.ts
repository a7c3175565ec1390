import { CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { isUnclear } from "../../kit/purchase";
import { findShareBandwidth, listPhones, resizeShareBandwidth } from "./client";
import type { WireShareBandwidth } from "./client";
import { payUntil, setAutoRenew } from "./uphone-server-paid-time";
import { putImage } from "./uphone-server-phones";
import type { UPhoneServerInputs } from "./uphone-server-properties";
import { placeOf } from "./uphone-server-sight";
import type { Known } from "./uphone-server-sight";
import { withPhones } from "./uphone-server-wire";

/** What a purchase cannot say: done after it, and whenever it changes. */
export async function setTerms(server: Known, wanted: UPhoneServerInputs, ctx: Context): Promise<void> {
  await setAutoRenew(server, wanted, ctx);
  await payUntil(server, wanted, ctx);
}

/** Changes of a server that is complete, one after another. The state says of each that it is done as soon as it is. */
export async function changeInPlace(server: Known, wanted: UPhoneServerInputs, ctx: Context): Promise<void> {
  await setTerms(server, wanted, ctx);
  await resizeBandwidth(server, wanted, ctx);
  await putImage(server, wanted, ctx);
}

async function resizeBandwidth(server: Known, { shareBandwidth: mbps }: UPhoneServerInputs, ctx: Context): Promise<void> {
  if (mbps === undefined || mbps === server.outs.shareBandwidth) return;
  const { Id: id, Bandwidth } = await bandwidthOf(server, ctx);
  if (Bandwidth !== mbps) {
    try {
      await resizeShareBandwidth(ctx, placeOf(server.outs), id, mbps);
    } catch (error) {
      if (!isUnclear(error) || (await bandwidthOf(server, ctx)).Bandwidth !== mbps) throw error;
    }
    ctx.log(`Shared bandwidth ${id} of UPhoneServer ${server.outs.serverId}: ${Bandwidth ?? "?"} to ${mbps} Mbps`);
  }
  server.outs = { ...server.outs, shareBandwidth: mbps };
}

async function bandwidthOf(server: Known, ctx: Context): Promise<WireShareBandwidth> {
  const { serverId, ipDestRegion } = server.outs;
  const place = placeOf(server.outs);
  if (server.outs.shareBandwidthId === undefined) server.outs = withPhones(server.outs, await listPhones(ctx, place, serverId));
  const { shareBandwidthId: id } = server.outs;
  const found = id === undefined ? undefined : await findShareBandwidth(ctx, place, id, ipDestRegion);
  if (found !== undefined) return found;
  throw new CloudPhoneError(
    `UCloud shows no bandwidth that the phones of UPhoneServer ${serverId} share. Run \`pulumi refresh\` and look at it in the console.`,
  );
}
