/** Changes in place of an `EdcpsInstance`: look, then send only what differs. */
import type { Marker } from "../../kit/marker";
import { changeAliases } from "./edcps-aliases";
import { changeBandwidth } from "./edcps-bandwidth";
import { changeInternet } from "./edcps-internet";
import { restorePower } from "./edcps-power";
import { changeRenewal } from "./edcps-renewal";
import { changeSystem } from "./edcps-system";
import { changeTags } from "./edcps-tags";
import { changeTexts } from "./edcps-texts";
import type { Work } from "./edcps-work";
import type { WireInstance } from "./wire";

/**
 * Brings the servers to `news`, all with this marker: first what they take while they run, then what stops them.
 * @returns whether their network was looked at, so that what was read of it before is old
 */
export async function changeInPlace(servers: readonly WireInstance[], marker: Marker, work: Work): Promise<boolean> {
  const ids = servers.map((server) => server.instanceId);
  await changeTexts(servers, marker, work);
  await changeTags(servers, work);
  const isOtherInternet = await changeInternet(servers, work);
  const isOtherBandwidth = await changeBandwidth(ids, work);
  const areOtherAliases = await changeAliases(servers, work);
  await changeRenewal(ids, work);
  await changeSystem(ids, work);
  await restorePower(ids, work);
  if (isOtherInternet) work.note({ revision: (work.state().revision ?? 0) + 1 });
  return isOtherInternet || isOtherBandwidth || areOtherAliases;
}
