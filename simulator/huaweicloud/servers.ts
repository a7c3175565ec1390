/** Rules about servers that exist: finding, listing, renaming, key pairs, deletion of those paid by use. */
import { isShown } from "../mishaps";
import type { Account, Project } from "./accounts";
import { Refusal, serverNotFound } from "./errors";
import { cents, end, isBuilding, leavingMs, readyAt, record, status, statusOf } from "./life";
import { pricePerHour } from "./orders";
import { knownKeyPair } from "./purchase";
import { networkVersion } from "./server-view";
import { newId } from "./state";
import type { Job, Server, Store } from "./state";

/** A job on one phone or one key pair; those on whole servers say how long they take. */
export const jobMs = 30_000;

/** The server with this id, as long as anything of it can be seen. */
export function findServer(store: Store, project: Project, id: string): Server {
  const server = store.state.servers[id];
  if (server === undefined || server.projectId !== project.id || isGone(store, server)) throw serverNotFound(id);
  return server;
}

/** The same, as far as reads show it. */
export function findShownServer(store: Store, project: Project, id: string): Server {
  const server = findServer(store, project, id);
  if (!isShown(server, store.world.clock.now())) throw serverNotFound(id);
  return server;
}

/** One that has not been given back. */
export function findLiveServer(store: Store, project: Project, id: string): Server {
  const server = findServer(store, project, id);
  if (server.endedAt !== undefined) throw serverNotFound(id);
  return server;
}

export const isGone = (store: Store, server: Server): boolean => server.goneAt !== undefined && store.world.clock.now() >= server.goneAt;

/** Everything of an account that exists and costs. */
export const liveServersOf = (store: Store, account: Account): Server[] =>
  Object.values(store.state.servers).filter((server) => server.domainId === account.domainId && server.endedAt === undefined);

export interface ServerFilter {
  readonly server_name?: string | undefined;
  readonly server_id?: string | undefined;
  readonly network_version?: string | undefined;
  readonly phone_model_name?: string | undefined;
  readonly status?: number | undefined;
  /** Unix seconds. */
  readonly create_since?: number | undefined;
  readonly create_until?: number | undefined;
}

/** Those that reads show, newest first. Rows that are about to vanish (status 6) still show. */
export function listServers(store: Store, project: Project, filter: ServerFilter = {}): Server[] {
  const now = store.world.clock.now();
  const fits = (server: Server): boolean =>
    server.projectId === project.id &&
    !isGone(store, server) &&
    isShown(server, now) &&
    server.name.includes(filter.server_name ?? "") &&
    same(filter.server_id, server.id) &&
    same(filter.network_version?.toLowerCase(), networkVersion(server)) &&
    same(filter.phone_model_name, server.phoneModel) &&
    (filter.status === undefined || filter.status === statusOf(store, server)) &&
    server.createdAt >= (filter.create_since ?? 0) * 1000 &&
    server.createdAt <= (filter.create_until ?? Infinity) * 1000;
  return Object.values(store.state.servers)
    .filter(fits)
    .reverse()
    .sort((a, b) => b.createdAt - a.createdAt);
}

const same = (wanted: string | undefined, value: string): boolean => wanted === undefined || wanted === value;

/** The new name is stored as given. Its phones keep theirs. Whether a server that is being built can be renamed is not documented: here it cannot. */
export function rename(store: Store, server: Server, name: string): void {
  if (isBuilding(store, server)) throw new Refusal("CPS.0099", `The server ${server.id} is not ready.`);
  server.name = name;
  server.changedAt = store.world.clock.now();
}

/** What became of one entry of a request about several servers. */
export type Outcome =
  | { readonly server_id: string; readonly job_id: string }
  | { readonly server_id: string; readonly error_code: string; readonly error_msg: string };

export function refusalOf(error: unknown): { error_code: string; error_msg: string } {
  if (!(error instanceof Refusal)) throw error;
  return { error_code: error.code, error_msg: error.message };
}

export function changeKeypair(
  store: Store,
  project: Project,
  requestId: string,
  wanted: { server_id: string; keypair_name: string },
): Outcome {
  try {
    const server = findLiveServer(store, project, wanted.server_id);
    const name = knownKeyPair(wanted.keypair_name);
    if (statusOf(store, server) !== status.normal) throw new Refusal("CPS.0098", `The server ${server.id} is not ready.`);
    const job = startJob(store, project, requestId, server);
    if (server.nextKeypair !== undefined) server.keypair = server.nextKeypair.name;
    server.nextKeypair = { name: job.fails === true ? server.keypair : name, at: job.endsAt };
    return { server_id: server.id, job_id: job.id };
  } catch (error) {
    return { server_id: wanted.server_id, ...refusalOf(error) };
  }
}

/** A job on a server, or on one of its phones. It fails when a test has named either, once. */
export function startJob(
  store: Store,
  project: Project,
  requestId: string,
  server: Server,
  { phoneId, ms = jobMs }: { readonly phoneId?: string; readonly ms?: number } = {},
): Job {
  const now = store.world.clock.now();
  const about = { requestId, projectId: project.id, serverId: server.id, ...(phoneId === undefined ? {} : { phoneId }) };
  const fails = takeFailure(store, phoneId ?? server.id);
  const job: Job = { id: newId(store), ...about, fails, beginsAt: now, endsAt: now + ms };
  store.state.jobs[job.id] = job;
  return job;
}

function takeFailure({ behaviour }: Store, id: string): boolean {
  const at = behaviour.failingJobs.indexOf(id);
  if (at >= 0) behaviour.failingJobs = behaviour.failingJobs.toSpliced(at, 1);
  return at >= 0;
}

/** Refuses while the server is being built, worked on, frozen or broken. */
export function mustBeReady(store: Store, server: Server): void {
  if (statusOf(store, server) !== status.normal) throw new Refusal("CPS.0099", `The server ${server.id} is not ready.`);
}

/** Gives back servers that are paid by use; prepaid ones can only be unsubscribed. Returns the job. */
export function deletePayPerUse(store: Store, project: Project, requestId: string, ids: readonly string[]): Job {
  const servers = ids.map((id) => findLiveServer(store, project, id));
  const [first] = servers;
  if (first === undefined) throw new Refusal("CPS.0095", "server_ids is empty.");
  const prepaid = servers.find((server) => server.chargingMode === 0);
  if (prepaid !== undefined) throw new Refusal("CPS.0056", `The server ${prepaid.id} is prepaid and cannot be deleted here.`);
  for (const server of servers) {
    const hours = Math.max(0, Math.ceil((store.world.clock.now() - readyAt(server)) / 3_600_000));
    record(store, server, "usage", cents(hours * pricePerHour(server)), `used for ${hours} h`);
    end(store, server, "deleted", leavingMs);
  }
  return startJob(store, project, requestId, first);
}
