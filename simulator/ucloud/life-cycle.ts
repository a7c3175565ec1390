import type { Server } from "./state";

const minuteMs = 60_000;
/** From the purchase until the phones begin to appear. */
export const initializingMs = 10 * minuteMs;
/** From the purchase until all phones run. */
export const buildingMs = 25 * minuteMs;
/** From an accepted delete until the server is gone. */
export const deletingMs = 2 * minuteMs;

export type ServerState = "Initializing" | "UPhoneCreating" | "Running" | "CreateFailed" | "Deleting";

/** Building time that has passed, in ms. While building stands still, none passes. */
export const built = (server: Server, now: number, stalledAt: number | undefined): number =>
  Math.max(0, Math.min(now, stalledAt ?? now) - server.buildStart);

export const stateOf = (server: Server, now: number, stalledAt: number | undefined): ServerState =>
  server.deletion === undefined ? buildStateOf(server, now, stalledAt) : "Deleting";

/** How far building has come, whether or not the server is being deleted meanwhile. */
export function buildStateOf(server: Server, now: number, stalledAt: number | undefined): Exclude<ServerState, "Deleting"> {
  const passed = built(server, now, stalledAt);
  if (passed < initializingMs) return "Initializing";
  if (server.isFailing) return "CreateFailed";
  return passed < buildingMs ? "UPhoneCreating" : "Running";
}

/** Whether the server is still on its way to Running or CreateFailed. */
export const isBuilding = (server: Server, now: number, stalledAt: number | undefined): boolean =>
  built(server, now, stalledAt) < (server.isFailing ? initializingMs : buildingMs);

/** The last time something changed: a call, or a step of building. */
export function modifiedAt(server: Server, now: number, stalledAt: number | undefined): number {
  const passed = built(server, now, stalledAt);
  const step = passed < initializingMs ? 0 : passed < buildingMs || server.isFailing ? initializingMs : buildingMs;
  return Math.max(server.modifiedAt, step === 0 ? 0 : server.buildStart + step);
}
