/** Application ports after the purchase: they change on all phones of a server, each with a job of its own. */
import type { Project } from "./accounts";
import { Refusal } from "./errors";
import type { PhoneOutcome, PhoneRequest } from "./phone-work";
import { phoneId, phonesOn } from "./phones";
import { checkedPorts } from "./purchase";
import { findLiveServer, findShownServer, mustBeReady, startJob } from "./servers";
import type { Store } from "./state";
import type { Wanted } from "./wanted";

type Ports = Wanted["ports"];

export const portsOf = (store: Store, project: Project, serverId: string): Ports => findShownServer(store, project, serverId).wanted.ports;

export const addPorts = (request: PhoneRequest, serverIds: readonly string[], added: Ports): PhoneOutcome[] =>
  change(request, serverIds, (ports) => checkedPorts([...ports, ...added]));

export const removePorts = (request: PhoneRequest, serverIds: readonly string[], names: readonly string[]): PhoneOutcome[] =>
  change(request, serverIds, (ports) => {
    const unknown = names.find((name) => !ports.some((port) => port.name === name));
    if (unknown !== undefined) throw new Refusal("CPS.0018", `There is no port ${unknown}.`);
    return ports.filter((port) => !names.includes(port.name));
  });

/** All servers, or none when one of them refuses. */
function change({ store, project, requestId }: PhoneRequest, serverIds: readonly string[], next: (ports: Ports) => Ports): PhoneOutcome[] {
  const changes = serverIds.map((id) => {
    const server = findLiveServer(store, project, id);
    mustBeReady(store, server);
    if (server.nextPorts !== undefined) throw new Refusal("CPS.0042", `The ports of the server ${id} are being changed.`);
    return { server, ports: next(server.wanted.ports) };
  });
  return changes.flatMap(({ server, ports }) => {
    const jobs = phonesOn(store, server).map((phone) => startJob(store, project, requestId, server, { phoneId: phoneId(phone) }));
    const [first] = jobs;
    if (first !== undefined && jobs.every((job) => job.fails !== true)) server.nextPorts = { ports, at: first.endsAt };
    return jobs.map((job) => ({ phone_id: job.phoneId ?? "", job_id: job.id }));
  });
}
