/** Changes in place that only servers with phones know. Each looks at what is there and sends only what differs, so that it can be repeated. */
import type { Account } from "./account";
import { flat, inPlace, phoneChanges, swappedLines } from "./cph-phone-changes";
import type { CphPhoneServerInputs } from "./cph-phone-inputs";
import type { CphPhoneServerOutputs } from "./cph-phone-server";
import { readPhone } from "./cph";
import type { WireServer } from "./cph";
import { bootPhones, growVolumes, resizeBandwidth } from "./cph-work";
import { idlePhones, workOnPhones } from "./phone-work";
import { givePorts } from "./ports";
import { noteUneven } from "./run";
import type { Run } from "./run";
import { giveModel } from "./server-model";
import { filled } from "./server-outputs";
import { shownPhone, union } from "./servers";
import { asSwapped, swap } from "./swap";

export type PhoneRun = Run<CphPhoneServerInputs, CphPhoneServerOutputs>;

/** What brings other things along comes first, so that these need not be done once more. */
export async function changePhones(
  run: PhoneRun,
  wires: readonly WireServer[],
  last: CphPhoneServerOutputs,
  news: CphPhoneServerInputs,
): Promise<void> {
  const { account, what } = run;
  const direct = inPlace(flat(last), flat(news));
  const differing = phoneChanges(last, news, account.ctx.marker).map(({ property }) => property);
  const isAsked = (line: (typeof direct)[number]): boolean => direct.includes(line) && differing.includes(line);
  const done = (changed: boolean, how: string, now: Partial<CphPhoneServerInputs>): void => {
    if (changed) account.ctx.log(`${what}: ${how}`);
    run.outs = { ...run.outs, ...now };
  };
  const { serverModelName, phoneModelName, bandWidth, phoneDataVolume, ports, imageId, imageUpdate } = news;

  if (isAsked("bandWidth.bandWidthSize") && bandWidth?.bandWidthSize !== undefined) {
    const { bandWidthSize } = bandWidth;
    const changed = await giveBandwidth(account, wires, bandWidthSize);
    done(changed, `has ${bandWidthSize} Mbit/s`, { bandWidth: { ...last.bandWidth, bandWidthSize } });
  }
  if (isAsked("serverModelName") || isAsked("phoneModelName")) {
    const changed = await giveModel(run, wires, news);
    done(changed, `has model ${serverModelName} with ${phoneModelName}`, { serverModelName, phoneModelName });
  }
  const swapped = swappedLines.filter((line) => differing.includes(line) && !direct.includes(line));
  if (swapped.length > 0) done(await swap(run, wires, news, swapped), "has other machines", asSwapped(news));
  if (isAsked("phoneDataVolume.size") && phoneDataVolume !== undefined) {
    const { size } = phoneDataVolume;
    done(await giveVolume(account, wires, size), `phones have data volumes of ${size} GiB`, { phoneDataVolume });
  }
  if (isAsked("ports")) await givePorts(run, wires, last.ports ?? [], ports ?? []);
  if (isAsked("imageId") && imageUpdate !== undefined && imageUpdate !== "replace") {
    const changed = await giveImage(run, wires, imageId, imageUpdate);
    noteUneven(
      run,
      (run.uneven ?? []).filter((name) => name !== "imageId"),
    );
    done(changed, `phones ${inWords[imageUpdate]} with image ${imageId}`, { imageId });
  }
}

/** Once for each bandwidth, however many servers share it. */
async function giveBandwidth(account: Account, wires: readonly WireServer[], mbits: number): Promise<boolean> {
  const shared = wires.flatMap((wire) => wire.band_widths ?? []).filter((one) => one.band_width_share_type === 1);
  const others = shared.filter((one) => one.band_width_size !== mbits).flatMap((one) => filled(one.band_width_id) ?? []);
  for (const id of new Set(others)) await resizeBandwidth(account, id, mbits);
  return others.length > 0;
}

/** The phone of which a refresh shows the size comes last: as long as one lacks it, no refresh takes the change for done. */
async function giveVolume(account: Account, wires: readonly WireServer[], gib: number): Promise<boolean> {
  const sizeOf = async (id: string): Promise<number> => (await readPhone(account, id)).phone_data_volume?.volume_size ?? 0;
  let changed = false;
  for (const { server_id } of wires) {
    const isNew = await workOnPhones(account, {
      what: `the data volumes of the phones of CPH server ${server_id} to have ${gib} GiB`,
      async find() {
        const phones = await idlePhones(account, server_id);
        if (phones === undefined) return undefined;
        const sizes = await Promise.all(phones.map((phone) => sizeOf(phone.phone_id)));
        const small = phones.filter((_, index) => (sizes[index] ?? 0) < gib).map((phone) => phone.phone_id);
        const shown = shownPhone(phones)?.phone_id;
        return [small.filter((id) => id !== shown), small.filter((id) => id === shown)];
      },
      send: (ids) => growVolumes(account, server_id, gib, ids),
    });
    changed ||= isNew;
  }
  return changed;
}

const inWords = { reset: "reset", restart: "restarted" } as const;

/** From the first request on the state says that phones may differ: if it is given up, the image before it is a difference, too. */
async function giveImage(run: PhoneRun, wires: readonly WireServer[], imageId: string, how: "reset" | "restart"): Promise<boolean> {
  const { account } = run;
  let changed = false;
  for (const { server_id } of wires) {
    const isNew = await workOnPhones(account, {
      what: `the phones of CPH server ${server_id} to be ${inWords[how]} with image ${imageId}`,
      async find() {
        const phones = await idlePhones(account, server_id);
        return phones && [phones.filter((phone) => phone.image_id !== imageId).map((phone) => phone.phone_id)];
      },
      send(ids) {
        noteUneven(run, union(run.uneven ?? [], ["imageId"]));
        return bootPhones(account, how, server_id, imageId, ids);
      },
    });
    changed ||= isNew;
  }
  return changed;
}
