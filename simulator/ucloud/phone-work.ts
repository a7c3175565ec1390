import type { PhoneRecord, Server } from "./state";

/** Whether a phone did not start when its server was built. `number` counts from 1. */
export const hasFailed = (server: Server, number: number): boolean => number > server.phoneCount - server.failedPhones;

const minuteMs = 60_000;

/** What can be done to phones, and how long it takes: UCloud's console announces 3 to 5 minutes for a reboot; the other times are made up. */
export const phoneActions = {
  on: { type: "POWERON_UPHONE", from: ["STOPPED"], via: "STARTING", becomes: "RUNNING", fails: "START_FAILED", ms: 2 * minuteMs },
  off: { type: "POWEROFF_UPHONE", from: ["RUNNING"], via: "STOPPING", becomes: "STOPPED", fails: "STOP_FAILED", ms: minuteMs },
  reboot: { type: "REBOOT_UPHONE", from: ["RUNNING"], via: "REBOOTING", becomes: "RUNNING", fails: "REBOOT_FAILED", ms: 4 * minuteMs },
  reset: {
    type: "RESET_UPHONE",
    from: ["RUNNING", "STOPPED"],
    via: "RESETTING",
    becomes: "RUNNING",
    fails: "RESET_FAILED",
    ms: 5 * minuteMs,
  },
} as const;
export type PhoneAction = (typeof phoneActions)[keyof typeof phoneActions];

/** A phone that failed to start, reboot, stop or reset is repaired by each of them. */
export const canBegin = ({ from }: PhoneAction, state: string): boolean => from.some((one) => one === state) || state.endsWith("_FAILED");

/** State and image of a phone on a server that is built. */
export function phoneNow(server: Server, number: number, now: number): Pick<PhoneRecord, "state" | "imageId"> {
  const record = server.phones?.[number];
  if (record === undefined) return { state: hasFailed(server, number) ? "START_FAILED" : "RUNNING" };
  const { state, imageId, work } = record;
  const image = (id: string | undefined): { imageId?: string } => (id === undefined ? {} : { imageId: id });
  if (work === undefined) return { state, ...image(imageId) };
  return now < work.endsAt ? { state: work.via, ...image(imageId) } : { state: work.becomes, ...image(work.imageId ?? imageId) };
}

/** Begins work on a phone. A phone on which it fails keeps its image. */
export function beginWork(
  server: Server,
  number: number,
  now: number,
  { via, becomes, fails, ms }: PhoneAction,
  outcome: { readonly isFailure: boolean; readonly imageId: string | undefined },
): void {
  const image = outcome.isFailure || outcome.imageId === undefined ? {} : { imageId: outcome.imageId };
  const work = { via, becomes: outcome.isFailure ? fails : becomes, endsAt: now + ms, ...image };
  server.phones = { ...server.phones, [number]: { ...phoneNow(server, number, now), work } };
}

/** From now on all phones of the server have the server's image. */
export function forgetImages({ phones }: Server): void {
  for (const record of Object.values(phones ?? {})) {
    delete record.imageId;
    delete record.work?.imageId;
  }
}
