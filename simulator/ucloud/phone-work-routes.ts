import { visibleImages } from "./catalogue";
import { missing, notAvailable, tooLarge, wrongState } from "./errors";
import { operation, productType } from "./operation";
import type { Operation } from "./operation";
import { phoneIds, phoneState } from "./phones";
import { beginWork, canBegin, phoneActions } from "./phone-work";
import type { PhoneAction } from "./phone-work";
import { isStoppedByExpiry } from "./prices";
import type { Server } from "./state";
import { isIn, newId, serversIn, shownState } from "./store";
import type { Scope, Store } from "./store";
import { text, texts } from "./wire";

const which = { UPhoneIds: texts, CityId: text, ProductType: productType };

interface Which {
  readonly UPhoneIds: readonly string[];
  readonly CityId: string | undefined;
  readonly ProductType: "uphone-server" | "uphone" | undefined;
}

interface Phone {
  readonly id: string;
  readonly server: Server;
  /** From 1. */
  readonly number: number;
}

/** The phones that a call names, fewer than 200. Single phones are not sold here. */
function phonesOf(store: Store, scope: Scope, { UPhoneIds, CityId, ProductType }: Which): Phone[] {
  if (UPhoneIds.length === 0) throw missing("UPhoneIds");
  if (UPhoneIds.length >= 200) throw tooLarge("UPhoneIds");
  const all = store.state.servers.filter((server) => isIn(server, scope));
  const servers = ProductType === "uphone" ? [] : CityId === undefined ? all : serversIn(store, scope, CityId);
  const known = new Map(
    servers.flatMap((server) => phoneIds(server).map((id, index): [string, Phone] => [id, { id, server, number: index + 1 }])),
  );
  return UPhoneIds.map((id, index) => {
    const phone = known.get(id);
    if (phone === undefined || UPhoneIds.indexOf(id) !== index) throw notAvailable(`UPhoneIds.${index}`);
    return phone;
  });
}

/** Begins a job on all of them, or on none when one is not in a state for it. */
function begin(store: Store, scope: Scope, action: PhoneAction, phones: readonly Phone[], imageId?: string): { JobId: string } {
  const now = store.world.clock.now();
  for (const { id, server, number } of phones) {
    const state = shownState(store, server) === "Running" ? phoneState(store, server, number) : shownState(store, server);
    if (isStoppedByExpiry(server.billing, now)) throw wrongState(id, "expired");
    if (!canBegin(action, state)) throw wrongState(id, state);
  }
  const tasks = phones.map(({ id, server, number }) => {
    const isFailure = fails(store, id);
    beginWork(server, number, now, action, { isFailure, imageId });
    return { phoneId: id, fails: isFailure };
  });
  const cityIds = [...new Set(phones.map(({ server }) => server.cityId))];
  const job = { id: newId(store, "job"), ...scope, cityIds, type: action.type, createdAt: now, endsAt: now + action.ms, tasks };
  store.state.phoneJobs.push(job);
  return { JobId: job.id };
}

function fails({ choices: { failingPhoneWork } }: Store, id: string): boolean {
  const at = failingPhoneWork.indexOf(id);
  if (at >= 0) failingPhoneWork.splice(at, 1);
  return at >= 0;
}

const work = (action: PhoneAction): Operation =>
  operation(which, (wanted, store, scope) => begin(store, scope, action, phonesOf(store, scope, wanted)));

/** What can be done to phones on servers (UCloud API docs, "UPhone"). */
export const phoneWorkRoutes: Readonly<Record<string, Operation>> = {
  PoweronUPhone: work(phoneActions.on),
  PoweroffUPhone: work(phoneActions.off),
  RebootUPhone: work(phoneActions.reboot),
  ResetUPhone: operation({ ...which, ImageId: text }, ({ ImageId, ...wanted }, store, scope) => {
    const phones = phonesOf(store, scope, wanted);
    if (ImageId !== undefined && !visibleImages(scope.owner).some((image) => image.id === ImageId)) throw notAvailable("ImageId");
    return begin(store, scope, phoneActions.reset, phones, ImageId);
  }),
};
