/** What is done to single phones. One request is about many; each has a job or a refusal of its own. */
import type { Project } from "./accounts";
import { prices } from "./catalogue";
import { Refusal } from "./errors";
import { charge, monthsLeft } from "./life";
import { findPhone, isWorkedOn, phoneId, phoneNow, phoneStatus } from "./phones";
import type { Phone } from "./phones";
import { checkProperty, fittingImage } from "./purchase";
import { refusalOf, startJob } from "./servers";
import type { PhoneRecord, Store } from "./state";

export type PhoneOutcome =
  | { readonly phone_id: string; readonly job_id: string }
  | { readonly phone_id: string; readonly error_code: string; readonly error_msg: string };

/** A request about phones, as the store sees it. */
export interface PhoneRequest {
  readonly store: Store;
  readonly project: Project;
  readonly requestId: string;
}

/** What a job does: the phone's status meanwhile and afterwards, and what else it leaves. */
interface Work {
  readonly via: number;
  readonly becomes: number;
  readonly fails: number;
  readonly leaves?: Partial<PhoneRecord>;
  /** Called when the job is going to succeed. */
  readonly begun?: () => void;
}

const failures: readonly number[] = [-5, -6, -7, -9];

/** Stopped or running phones only (CPS.0165). Whether one that has failed can be repaired is not documented: usually it can. */
function mustBeSettled(store: Store, phone: Phone, ...wanted: readonly number[]): void {
  if (isWorkedOn(store, phone)) throw new Refusal("CPS.0165", "A job on the phone is running.");
  const is = phoneStatus(store, phone);
  const isRepairable = store.behaviour.repairsFailedPhones && failures.includes(is);
  if (!wanted.includes(is) && !isRepairable) throw new Refusal("CPS.0165", "The phone is neither stopped nor running.");
}

function forEach<T extends { readonly phone_id: string }>(
  { store, project, requestId }: PhoneRequest,
  entries: readonly T[],
  workOf: (phone: Phone, entry: T) => Work,
): PhoneOutcome[] {
  return entries.map((entry) => {
    const phone_id = entry.phone_id;
    try {
      if (!/^[0-9a-f]{32}$/.test(phone_id)) throw new Refusal("CPS.0004", `${phone_id} is no phone id.`);
      const phone = findPhone(store, project, phone_id);
      const work = workOf(phone, entry);
      const job = startJob(store, project, requestId, phone.server, { phoneId: phone_id });
      const isFailing = job.fails === true;
      if (!isFailing) work.begun?.();
      const leaves = isFailing ? { status: work.fails } : { ...work.leaves, status: work.becomes };
      const { server, index } = phone;
      const { work: last, ...record } = server.phoneRecords?.[index] ?? { status: 2 };
      const settled = { ...record, ...last?.leaves };
      server.phoneRecords = { ...server.phoneRecords, [index]: { ...settled, work: { status: work.via, endsAt: job.endsAt, leaves } } };
      return { phone_id, job_id: job.id };
    } catch (error) {
      return { phone_id, ...refusalOf(error) };
    }
  });
}

export const stopPhones = (request: PhoneRequest, ids: readonly string[]): PhoneOutcome[] =>
  forEach(
    request,
    ids.map((phone_id) => ({ phone_id })),
    (phone) => {
      if (phoneStatus(request.store, phone) === 8) throw new Refusal("CPS.0141", "The phone is not running.");
      mustBeSettled(request.store, phone, 2);
      return { via: 7, becomes: 8, fails: -9 };
    },
  );

interface Boot {
  readonly image_id?: string | undefined;
  readonly phones: readonly { readonly phone_id: string; readonly property?: string | undefined }[];
}

/** Both end in a running phone, with another image and properties if asked for; a reset loses all data. */
export const bootPhones = (request: PhoneRequest, how: "restart" | "reset", { image_id, phones }: Boot): PhoneOutcome[] =>
  forEach(request, phones, (phone, { property }) => {
    checkProperty(property);
    const imageId = image_id === undefined ? undefined : fittingImage(image_id, phone.server.wanted.server_model_name);
    mustBeSettled(request.store, phone, 2, 8);
    const leaves = {
      ...(imageId === undefined ? {} : { imageId }),
      ...(property === undefined ? {} : { property: merged(phoneNow(request.store, phone).property, property) }),
    };
    return how === "reset" ? { via: 3, becomes: 2, fails: -5, leaves } : { via: 4, becomes: 2, fails: -6, leaves };
  });

export const setProperties = (
  request: PhoneRequest,
  phones: readonly { readonly phone_id: string; readonly property: string }[],
): PhoneOutcome[] =>
  forEach(request, phones, (phone, { property }) => {
    checkProperty(property);
    mustBeSettled(request.store, phone, 2, 8);
    const is = phoneStatus(request.store, phone);
    return { via: is, becomes: is, fails: is, leaves: { property: merged(phoneNow(request.store, phone).property, property) } };
  });

/** Properties that are not named stay. */
function merged(last: string, next: string): string {
  const parse = (text: string): object => (text === "" ? {} : (JSON.parse(text) as object));
  return JSON.stringify({ ...parse(last), ...parse(next) });
}

/** Only grows, and costs from then on. Phones of generation 1.0 have no volume of their own. */
export const expandVolumes = (
  request: PhoneRequest,
  phones: readonly { readonly phone_id: string; readonly new_size: number }[],
): PhoneOutcome[] =>
  forEach(request, phones, (phone, { new_size }) => {
    const { store } = request;
    const { server } = phone;
    if (server.wanted.phone_data_volume === undefined) throw new Refusal("CPS.0077", "The phone has no data volume.");
    const { volumeGib } = phoneNow(store, phone);
    if (new_size < volumeGib) throw new Refusal("CPS.0077", `The volume has ${volumeGib} GiB already.`);
    mustBeSettled(store, phone, 2, 8);
    const growth = new_size - volumeGib;
    if (growth > 0 && store.mishaps.isOutOfBalance())
      throw new Refusal("CPS.0006", "The account is restricted: its balance is insufficient.");
    const is = phoneStatus(store, phone);
    const begun = (): void => {
      const perMonth = growth * prices.volumeGib;
      charge(store, server, "payment", perMonth * monthsLeft(store, server), `volume of phone ${phoneId(phone)}, ${growth} GiB more`);
      server.extraPerMonth = (server.extraPerMonth ?? 0) + perMonth;
    };
    return { via: is, becomes: is, fails: is, leaves: { volumeGib: new_size }, begun };
  });

export function renamePhone({ store, project }: Omit<PhoneRequest, "requestId">, id: string, name: string): void {
  const { server, index } = findPhone(store, project, id);
  const isTaken = Object.entries(server.phoneRecords ?? {}).some(([other, record]) => record.name === name && Number(other) !== index);
  if (isTaken) throw new Refusal("CPS.0026", `Another phone is called ${name}.`);
  server.phoneRecords = { ...server.phoneRecords, [index]: { status: 2, ...server.phoneRecords?.[index], name } };
}

/** From now on all phones of the server have what the server says. */
export function forgetRecords(records: Readonly<Record<number, PhoneRecord>>, field: "imageId" | "property" | "volumeGib"): void {
  for (const record of Object.values(records))
    for (const one of [record, record.work?.leaves]) {
      if (field === "imageId") delete one?.imageId;
      else if (field === "property") delete one?.property;
      else delete one?.volumeGib;
    }
}
