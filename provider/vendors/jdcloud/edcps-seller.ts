/** How EdCPS servers are bought and found again: their description carries the marker from the order on. */
import type { Context } from "../../kit/context";
import { fingerprint } from "../../kit/gone";
import { splitNote } from "../../kit/marker";
import type { Marker } from "../../kit/marker";
import type { Found, Seller } from "../../kit/purchase";
import { together } from "../../kit/together";
import { createInstances, listInstances } from "./client";
import { purchaseToken } from "./client-token";
import { credentialsFrom, endpointFrom } from "./credentials";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { toWire } from "./edcps-state";
import { isSettled } from "./edcps-wait";
import type { WireInstance } from "./wire";

export const placeOf = (regionId: string): string => `JD Cloud ${regionId}`;

/** Account and region, as a state records them. */
export const identityOf = (regionId: string, ctx: Context): string => fingerprint(credentialsFrom(ctx.settings).accessKey, regionId);

export const markerOf = ({ description }: WireInstance): Marker | undefined => splitNote(description).marker;

export const sellerOf = (inputs: EdcpsInstanceInputs, ctx: Context): Seller => ({
  what: `EdcpsInstance ${inputs.name}`,
  place: placeOf(inputs.regionId),
  identity: identityOf(inputs.regionId, ctx),
  ...finderOf(inputs.regionId, ctx),
  remembersOrders: true,
  async buy(marker, want) {
    const { userData } = inputs;
    const wire = toWire({ ...inputs, count: want }, marker);
    const secrets = [wire.password, userData, wire.userData, wire.charge.buyScenario];
    const serverIds = await createInstances(inputs.regionId, purchaseToken(inputs.regionId, marker), wire, secrets, ctx);
    ctx.log(`EdcpsInstance ${inputs.name}: ordered ${serverIds.join(", ")}`);
    return { serverIds };
  },
});

/** The part of a seller that only looks. */
export const finderOf = (regionId: string, ctx: Context): Pick<Seller, "find"> => ({
  async find(resource) {
    const key = `jdcloud ${endpointFrom(ctx.settings, "edcps")} ${identityOf(regionId, ctx)} instances`;
    const all = await together(key, () => listInstances(regionId, ctx), ctx);
    return all.filter(({ status }) => status !== "deleting").flatMap((server) => foundOf(server, resource));
  },
});

function foundOf(server: WireInstance, resource: string): Found[] {
  const marker = markerOf(server);
  if (marker?.resource !== resource) return [];
  const created = Date.parse(server.createTime ?? ""); // its format is not documented
  return [{ id: server.instanceId, marker, isComplete: isSettled(server), createdAt: Number.isNaN(created) ? undefined : created }];
}
