/** Whether JD Cloud has what a reinstallation asks for: to be known before servers are stopped for it. */
import { CloudError, CloudPhoneError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { hasKeypair, listRaids, listSystems } from "./catalogue-client";
import type { Offered } from "./catalogue-client";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import type { WireInstance } from "./wire";

/** @throws when there is no such system, RAID or key pair; what the servers have already is not asked for */
export async function refuseUnknownSystem(servers: readonly WireInstance[], news: EdcpsInstanceInputs, ctx: Context): Promise<void> {
  if (servers.length === 0) return;
  const { regionId, deviceType, keypairId } = news;
  const inCatalogue = async (name: "osTypeId" | "sysRaidTypeId" | "dataRaidTypeId", list: () => Promise<readonly Offered[]>) => {
    if (servers.every((server) => server[name] === news[name])) return [];
    const offered = (await ifSaid(list)) ?? [];
    if (offered.length === 0 || offered.some(({ id }) => id === news[name])) return [];
    const choice = offered.map(({ id, name: called }) => (called === "" ? id : `${id} (${called})`)).join(", ");
    return [`\`${name}\` "${news[name]}" is none that JD Cloud has for ${deviceType} in ${regionId}; choose one of ${choice}`];
  };
  const unknownKeypair = async (): Promise<string[]> => {
    if (keypairId === undefined || servers.every((server) => server.keypairId === keypairId)) return [];
    const isThere = (await ifSaid(() => hasKeypair(regionId, keypairId, ctx))) ?? true;
    return isThere ? [] : [`\`keypairId\` "${keypairId}" does not exist in ${regionId}`];
  };
  const wrong = await Promise.all([
    inCatalogue("osTypeId", () => listSystems(regionId, deviceType, ctx)),
    inCatalogue("sysRaidTypeId", () => listRaids(regionId, deviceType, "system", ctx)),
    inCatalogue("dataRaidTypeId", () => listRaids(regionId, deviceType, "data", ctx)),
    unknownKeypair(),
  ]);
  const reasons = wrong.flat();
  if (reasons.length === 0) return;
  const ids = servers.map((server) => server.instanceId);
  throw new CloudPhoneError(`EdcpsInstance ${ids.join(", ")}: not reinstalled, and not stopped, because ${reasons.join("; and ")}.`);
}

/** The key may not be allowed to look: then the reinstallation itself will tell. */
async function ifSaid<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof CloudError && error.kind === "fatal") return undefined;
    throw error;
  }
}
