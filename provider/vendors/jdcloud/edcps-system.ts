/** System and password of servers that exist: one reinstallation, which wipes, or a reset of the password alone. Both need them stopped. */
import { CloudError, CloudPhoneError } from "../../http/errors";
import { isUnclear } from "../../kit/purchase";
import { waitFor } from "../../kit/wait";
import { findInstances } from "./client";
import { changeToken } from "./client-token";
import { credentialsFrom } from "./credentials";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { refuseUnknownSystem } from "./edcps-offer";
import { powerBefore, startAgain, stopAll } from "./edcps-power";
import type { EdcpsInstanceOutputs, EdcpsSystem } from "./edcps-state";
import { plainScript } from "./edcps-values";
import { calmly, isSettled } from "./edcps-wait";
import { refuseUnpaid, untilServers } from "./edcps-work";
import type { Work } from "./edcps-work";
import { reinstallInstance, resetPassword } from "./power-client";
import type { WireInstance } from "./wire";

const systemOf = (inputs: EdcpsInstanceInputs): EdcpsSystem => {
  const { osTypeId, sysRaidTypeId, dataRaidTypeId, hostname, userData, keypairId } = inputs;
  return { osTypeId, sysRaidTypeId, dataRaidTypeId, hostname, userData, keypairId };
};

const shownNames = ["osTypeId", "sysRaidTypeId", "dataRaidTypeId"] as const;

/** Whether it is another system, as far as JD Cloud shows one. A key pair that is not shown is none. */
const showsOther = (seen: Partial<EdcpsSystem>, wanted: EdcpsSystem): boolean =>
  shownNames.some((name) => seen[name] !== undefined && seen[name] !== wanted[name]) ||
  (wanted.keypairId !== undefined && seen.keypairId !== wanted.keypairId);

/** Whether it is another one in what JD Cloud never shows, or in a key pair that is to go. */
const hidesOther = (known: EdcpsSystem, wanted: EdcpsSystem): boolean =>
  (wanted.hostname !== undefined && known.hostname !== wanted.hostname) ||
  known.userData !== wanted.userData ||
  (known.keypairId !== undefined && wanted.keypairId === undefined);

const isOther = (known: EdcpsSystem, wanted: EdcpsSystem): boolean => showsOther(known, wanted) || hidesOther(known, wanted);

/** What each server needs. */
interface Needs {
  readonly reinstall: readonly WireInstance[];
  readonly password: readonly WireInstance[];
}

export async function changeSystem(ids: readonly string[], work: Work): Promise<void> {
  const { last, news, state, note, ctx } = work;
  const { underWay } = state();
  const isReinstall = news.reinstall === "inPlace" && (underWay?.reinstall !== undefined || isOther(systemOf(last), systemOf(news)));
  const isReset = news.password !== undefined && (underWay?.password !== undefined || last.password !== news.password);
  if (!isReinstall && !isReset) return;
  const servers = await findInstances(news.regionId, ids, ctx);
  const needs: Needs = {
    reinstall: isReinstall ? servers.filter((server) => needsReinstall(server, work)) : [],
    password: isReset ? servers.filter((server) => needsPassword(server, work)) : [],
  };
  await refuseUnknownSystem(needs.reinstall, news, ctx);
  const without = (others: readonly WireInstance[]): string[] => idsOf(servers.filter((server) => !others.includes(server)));
  note({
    underWay: {
      reinstall: isReinstall ? { to: systemOf(news), serverIds: without(needs.reinstall) } : undefined,
      password: news.password === undefined ? undefined : { to: news.password, serverIds: without(needs.password) },
      powerOf: powerBefore(servers, work),
    },
  });
  const stopped = servers.filter((server) => needs.reinstall.includes(server) || needs.password.includes(server));
  refuseUnpaid(stopped);
  await stopAll(idsOf(stopped), work);
  const passwordOnly = needs.password.filter((server) => !needs.reinstall.includes(server));
  await startedIfRefused(idsOf(stopped), work, async () => {
    await reinstall(needs.reinstall, work);
    if (isReinstall) note({ revision: (state().revision ?? 0) + 1 });
    await reset(passwordOnly, work);
  });
  const { powerOf = {} } = state().underWay ?? {};
  note({ ...(isReinstall ? systemOf(news) : {}), password: news.password, underWay: { powerOf } });
}

const idsOf = (servers: readonly WireInstance[]): string[] => servers.map((server) => server.instanceId);

/** What JD Cloud refuses for sure must not leave servers stopped that ran. */
async function startedIfRefused(ids: readonly string[], work: Work, change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!(error instanceof CloudError) || error.kind !== "fatal" || isUnclear(error)) throw error;
    throw new CloudPhoneError(`${error.message}${await startedAgain(ids, work)}`, { cause: error });
  }
}

async function startedAgain(ids: readonly string[], work: Work): Promise<string> {
  const what = (some: readonly string[]): string => ` EdcpsInstance ${some.join(", ")}, which had been stopped for it,`;
  try {
    const started = await startAgain(ids, work);
    return started.length === 0 ? "" : `${what(started)} ${started.length === 1 ? "runs" : "run"} again.`;
  } catch (error) {
    if (!(error instanceof CloudPhoneError)) throw error;
    return `${what(ids)} could not be started again: ${error.message} The next \`pulumi up\` does it.`;
  }
}

/**
 * What a server shows decides. What it never shows is known from the state alone; but where a visible change came along and is there already, an
 * interrupted run has reinstalled the server, and nobody needs to wipe it again.
 */
function needsReinstall(server: WireInstance, work: Work): boolean {
  const { last, fresh, state } = work;
  const { instanceId: id, osTypeId, sysRaidTypeId, dataRaidTypeId, keypairId } = server;
  const done = state().underWay?.reinstall;
  const wanted = systemOf(work.news);
  if (showsOther({ osTypeId, sysRaidTypeId, dataRaidTypeId, keypairId }, wanted)) return true;
  if (fresh.includes(id)) return false;
  const known = done?.serverIds.includes(id) ? done.to : systemOf(last);
  const isKeypairGone = known.keypairId !== undefined && wanted.keypairId === undefined && keypairId === undefined;
  return hidesOther(isKeypairGone ? { ...known, keypairId: undefined } : known, wanted) && !showsOther(known, wanted);
}

function needsPassword({ instanceId: id }: WireInstance, { last, news, fresh, state }: Work): boolean {
  const done = state().underWay?.password;
  return !fresh.includes(id) && (done?.serverIds.includes(id) ? done.to : last.password) !== news.password;
}

/** One reinstallation each. Sent again by a later run it carries the same token, and is not executed again. */
async function reinstall(servers: readonly WireInstance[], work: Work): Promise<void> {
  const { news, state, note, ctx } = work;
  if (servers.length === 0) return;
  for (const server of servers) {
    const { instanceId: id } = server;
    const spec = specOf(server, news);
    const { revision = 0 } = state();
    const token = changeToken("reinstallInstance", [id, spec, credentialsFrom(ctx.settings).secretKey], revision);
    try {
      await reinstallInstance(news.regionId, id, token, spec, [news.password, news.userData, spec.userData], ctx);
    } catch (error) {
      // JD Cloud may refuse this token for ever.
      if (error instanceof CloudError && error.kind !== "transient" && !isUnclear(error)) note({ revision: revision + 1 });
      throw error;
    }
    note(withDone(state(), [id], ["reinstall", "password"]));
    ctx.log(`EdcpsInstance ${id}: reinstalling`);
  }
  await untilReinstalled(idsOf(servers), work);
  ctx.log(`EdcpsInstance ${idsOf(servers).join(", ")}: reinstalled`);
}

/** The state in which these servers have what is under way. */
function withDone(
  { underWay }: EdcpsInstanceOutputs,
  ids: readonly string[],
  names: readonly ("reinstall" | "password")[],
): Partial<EdcpsInstanceOutputs> {
  if (underWay === undefined) return {};
  const done = names.flatMap((name) => {
    const part = underWay[name];
    return part === undefined ? [] : [[name, { ...part, serverIds: [...new Set([...part.serverIds, ...ids])] }] as const];
  });
  return { underWay: { ...underWay, ...Object.fromEntries(done) } };
}

type ReinstallSpec = Readonly<Record<string, string | undefined>>;

function specOf(server: WireInstance, news: EdcpsInstanceInputs): ReinstallSpec {
  const { az, imageType, osTypeId, sysRaidTypeId, dataRaidTypeId, password, hostname, userData, keypairId } = news;
  // Of several servers each has its number behind the host name, as behind the name.
  const number = news.count > 1 ? (/\d+$/.exec(server.name?.slice(news.name.length) ?? "")?.[0] ?? "") : "";
  return {
    ...{ az, imageType, osTypeId, sysRaidTypeId, dataRaidTypeId, password, keypairId },
    keepData: server.dataRaidTypeId === dataRaidTypeId ? "yes" : "no",
    hostname: hostname === undefined ? undefined : `${hostname}${number}`,
    userData: userData === undefined ? undefined : plainScript(userData).toString("base64"),
  };
}

/** What a reinstalled server shows may be late. */
const lateMs = 5 * 60_000;

/** Reinstalling may take as long as building. */
async function untilReinstalled(ids: readonly string[], { news, state, note, ctx }: Work): Promise<void> {
  const patience = { ...ctx, deadline: Math.max(ctx.deadline, ctx.purchaseDeadline) };
  const wanted = systemOf(news);
  const isReached = ({ status, osTypeId, sysRaidTypeId, dataRaidTypeId, keypairId }: WireInstance): boolean =>
    status !== "error" && !showsOther({ osTypeId, sysRaidTypeId, dataRaidTypeId, keypairId }, wanted);
  let settledSince: number | undefined;
  const failed = await waitFor(`EdcpsInstance ${ids.join(", ")} to be reinstalled`, calmly, patience, async () => {
    const seen = await findInstances(news.regionId, ids, ctx);
    if (!seen.every(isSettled)) return undefined;
    settledSince ??= ctx.clock.now();
    const others = seen.filter((server) => !isReached(server));
    return others.every(({ status }) => status === "error") || ctx.clock.now() - settledSince >= lateMs ? others : undefined;
  });
  if (failed.length === 0) return;
  const { underWay, revision = 0 } = state();
  const part = underWay?.reinstall;
  const stillDone = part?.serverIds.filter((id) => !idsOf(failed).includes(id)) ?? [];
  // What JD Cloud has not done is to be asked for anew.
  note({
    revision: revision + 1,
    underWay: underWay && { ...underWay, reinstall: part && { ...part, serverIds: stillDone } },
  });
  throw new CloudPhoneError(
    `EdcpsInstance ${idsOf(failed).join(", ")}: the reinstallation failed; JD Cloud shows ${failed.map(({ status, osTypeId }) => `state ${String(status)}, system ${String(osTypeId)}`).join("; ")}. ` +
      "Ask JD Cloud by ticket to repair what is in state error. The next `pulumi up` reinstalls those again that do not have the wanted system.",
  );
}

/** Only of stopped servers; the password works after the next start (EdCPS product docs, "Reset the password"). */
async function reset(servers: readonly WireInstance[], work: Work): Promise<void> {
  const { news, state, note, ctx } = work;
  const { password } = news;
  if (password === undefined || servers.length === 0) return;
  const ids = idsOf(servers);
  // A reinstalled one may run again by now.
  await stopAll(ids, work);
  for (const id of ids) {
    await resetPassword(news.regionId, id, password, ctx);
    note(withDone(state(), [id], ["password"]));
  }
  await untilServers("to have its password reset", ids, () => true, work);
  ctx.log(`EdcpsInstance ${ids.join(", ")}: password changed`);
}
