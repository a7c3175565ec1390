import { CloudPhoneError } from "../../http/errors";
import { fingerprint } from "../../kit/gone";
import type { Account } from "./account";
import { begun, seeChangesThrough, untilItRuns } from "./changes-under-way";
import { phoneChanges } from "./cph-phone-changes";
import type { CphPhoneServerInputs } from "./cph-phone-inputs";
import { fromWire, swapToWire } from "./cph-phone-wire";
import type { PhoneRun } from "./cph-phone-work";
import type { WireServer } from "./cph";
import { swapMachine } from "./cph-work";
import { drift } from "./drift";
import { advised, replaceInstead } from "./errors";
import type { CphChange } from "./server-outputs";
import { lookCloser } from "./servers";

/**
 * Gives another machine to every server that lacks any of what is wanted, to all at once, and waits for them.
 * @param lines that differ between the state and the program
 */
export async function swap(
  run: PhoneRun,
  wires: readonly WireServer[],
  news: CphPhoneServerInputs,
  lines: readonly string[],
): Promise<boolean> {
  const { account, what } = run;
  const servers = wires.map((wire) => wire.server_id);
  const jobs: CphChange[] = [];
  for (const serverId of servers) {
    const wire = await untilItRuns(account, serverId);
    const body = swapToWire(news, wire);
    const wanted = fingerprint(JSON.stringify(body), serverId);
    const isDone = run.changesUnderWay?.some((one) => one.isDone === true && one.wanted === wanted) === true;
    if (isDone || !(await lacksAny(account, wire, news, lines))) continue;
    const job: CphChange = { serverId, jobId: await advised(swapMachine(account, serverId, body), replaceInstead("serverUpdate")), wanted };
    begun(run, job);
    jobs.push(job);
    account.ctx.log(`${what}: server ${serverId} gets another machine (job ${job.jobId ?? ""})`);
  }
  const ended = await seeChangesThrough(run, false);
  const failed = jobs.filter((job) => !ended.includes(job)).map((job) => job.serverId);
  if (failed.length > 0)
    throw new CloudPhoneError(`${what}: ${failed.join(", ")} got no other machine, and stay what they were. \`pulumi up\` tries it again.`);
  return jobs.length > 0;
}

const neverShown = ["publicIp", "phoneCountPerIp", "property"];

/** What the cloud never shows the server is taken to lack. */
async function lacksAny(account: Account, wire: WireServer, news: CphPhoneServerInputs, lines: readonly string[]): Promise<boolean> {
  if (lines.some((line) => neverShown.includes(line))) return true;
  const servers = await lookCloser(account, [wire], { phones: true, phoneDetail: true, tags: false });
  const unsaid = { orderId: undefined, productId: undefined, unclearSince: undefined };
  const noChanges = { refundOrderIds: undefined, changesUnderWay: undefined, uneven: undefined };
  const state = { isReady: true, isUnpaid: false, marker: "", identity: "", resolvedProjectId: account.projectId };
  const seen = { account, servers, known: [], count: news.count, ...unsaid, ...noChanges, ...state, uneven: ["imageId"] };
  // Read against the program, a disk that is not there passes for the one that is wanted.
  const { phoneDataVolume, serverShareDataVolume } = fromWire(seen, {}, undefined, drift(true));
  const is = { ...fromWire(seen, news, undefined, drift(false)), phoneDataVolume, serverShareDataVolume, ...noChanges, ...state };
  return phoneChanges(is, news, "").some(({ property }) => lines.includes(property));
}

/** Inputs that a swapped server has as the program says them. */
export function asSwapped(news: CphPhoneServerInputs): Partial<CphPhoneServerInputs> {
  const { phoneModelName, imageId, ports, bandWidth, tenantVpcId, nics, publicIp, phoneCountPerIp } = news;
  const { phoneDataVolume, serverShareDataVolume, availabilityZone, property } = news;
  const network = { bandWidth, tenantVpcId, nics, publicIp, phoneCountPerIp, availabilityZone };
  return { phoneModelName, imageId, ports, ...network, phoneDataVolume, serverShareDataVolume, property };
}
