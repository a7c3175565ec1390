/** Whether servers run: they are stopped for some changes, and come back to what they were, or to what the program says. */
import { findInstances } from "./client";
import type { EdcpsUnderWay, Power } from "./edcps-state";
import { refuseUnpaid, untilServers } from "./edcps-work";
import type { Work } from "./edcps-work";
import { startInstance, stopInstance } from "./power-client";
import type { WireInstance } from "./wire";

/**
 * What servers that a change may stop are to come back to. One that is found stopped but ran when the state saw it last was most likely stopped by
 * a run that was killed: leaving it so would be an outage, starting one that its owner stopped is none.
 */
export function powerBefore(servers: readonly WireInstance[], { state, statusBefore }: Work): Readonly<Record<string, Power>> {
  const powerOf = (server: WireInstance): Power =>
    server.status === "running" || statusBefore(server.instanceId) === "running" ? "running" : "stopped";
  const known = state().underWay?.powerOf ?? {};
  return Object.fromEntries(servers.map((server) => [server.instanceId, known[server.instanceId] ?? powerOf(server)]));
}

/** Stops those that run. The state has to say already what they are to come back to. */
export async function stopAll(ids: readonly string[], work: Work): Promise<void> {
  const { news, ctx } = work;
  const running = (await findInstances(news.regionId, ids, ctx)).filter(({ status }) => status === "running");
  await switchPower(running, "stopped", work);
}

/** Starts those that a change has stopped and that are to run after it. Returns which. */
export async function startAgain(ids: readonly string[], work: Work): Promise<readonly string[]> {
  const { news, state, ctx } = work;
  const { powerOf = {} } = state().underWay ?? {};
  const stopped = (await findInstances(news.regionId, ids, ctx)).filter(({ status }) => status === "stopped");
  const toRun = stopped.filter(({ instanceId }) => (news.powerState ?? powerOf[instanceId]) === "running");
  await switchPower(toRun, "running", work);
  return toRun.map((server) => server.instanceId);
}

/** Brings the servers to what the program says, else to what they were before a change stopped them. */
export async function restorePower(ids: readonly string[], work: Work): Promise<void> {
  const { news, state, note, ctx } = work;
  const { underWay } = state();
  if (news.powerState === undefined && underWay === undefined) return;
  const servers = await findInstances(news.regionId, ids, ctx);
  const wanted = ({ instanceId }: WireInstance): Power | undefined => news.powerState ?? underWay?.powerOf[instanceId];
  for (const power of ["stopped", "running"] as const) {
    const others = servers.filter((server) => wanted(server) === power && server.status !== power);
    await switchPower(others, power, work);
  }
  note({ powerState: news.powerState, underWay: withoutPower(underWay) });
}

const withoutPower = (underWay: EdcpsUnderWay | undefined): EdcpsUnderWay | undefined => underWay && { ...underWay, powerOf: {} };

async function switchPower(servers: readonly WireInstance[], to: Power, work: Work): Promise<void> {
  const { news, ctx } = work;
  if (servers.length === 0) return;
  refuseUnpaid(servers);
  const ids = servers.map((server) => server.instanceId);
  const send = to === "running" ? startInstance : stopInstance;
  for (const id of ids) await send(news.regionId, id, ctx);
  await untilServers(to === "running" ? "to run" : "to be stopped", ids, ({ status }) => status === to, work);
  ctx.log(`EdcpsInstance ${ids.join(", ")}: ${to === "running" ? "started" : "stopped"}`);
}
