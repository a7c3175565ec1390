/** One purchase of CPH servers: what both kinds have in common, and in what they differ. */
import type { Account } from "./account";
import type { Order } from "./bss";
import type { PurchaseVersion, Tags } from "./cph";
import type { CphPurchaseOutputs, Sighting } from "./server-outputs";
import { idsOfOrder } from "./servers";
import type { Looks } from "./servers";

/** Inputs that both kinds of purchases have. */
export interface PurchaseInputs {
  readonly region: string;
  readonly projectId?: string | undefined;
  readonly serverName: string;
  readonly count: number;
  readonly keypairName?: string | undefined;
  readonly tags?: Tags | undefined;
}

/** How a purchase is paid. */
export interface Terms {
  readonly isAutoPay: boolean;
  readonly isAutoRenew: boolean;
}

/** In what the two kinds of purchases differ. */
export interface Kind<I extends PurchaseInputs, O extends I & CphPurchaseOutputs> {
  readonly type: string;
  /** Those of the state's properties that are inputs. */
  inputsOf(state: Partial<O>): Partial<I>;
  version(inputs: I): PurchaseVersion;
  toWire(inputs: I): object;
  terms(inputs: Partial<I>): Terms;
  /** What is to be looked at beside the servers, so that drift in the given inputs shows. */
  looks(inputs: Partial<I>): Looks;
  /** The inputs as the cloud has them now. What `last` does not say stays unsaid, unless it says nothing at all. */
  fromWire(seen: Sighting, last: Partial<I>, order: Order | undefined): I;
  outs(inputs: I, seen: Sighting): O;
}

/** An id for the time in which only the order of the servers is known. */
const orderPrefix = "order/";

export const idOfOrder = (orderId: string | undefined): string => `${orderPrefix}${orderId ?? ""}`;

export const orderOfId = (id: string): string | undefined => (id.startsWith(orderPrefix) ? id.slice(orderPrefix.length) : undefined);

/** The servers of a purchase, also while only its order is known. */
export async function serverIds(account: Account, id: string, last: Partial<CphPurchaseOutputs>): Promise<string[]> {
  if (last.servers !== undefined && last.servers.length > 0) return last.servers.map((server) => server.id);
  const orderId = orderOfId(id);
  return orderId === undefined ? [id] : idsOfOrder(account, orderId);
}

/** Where a purchase is, also when its project came from IAM. */
export const placeOf = (
  last: Partial<PurchaseInputs & CphPurchaseOutputs>,
): { region: string | undefined; projectId: string | undefined } => ({
  region: last.region,
  projectId: last.projectId ?? last.resolvedProjectId,
});

/** For errors and for progress, as in `CphPhoneServer "farm"`. */
export const nameOf = (kind: { readonly type: string }, name: string | undefined): string =>
  name === undefined ? kind.type : `${kind.type} "${name}"`;

/** For progress: which servers, and how many phones. */
export function summary(outs: CphPurchaseOutputs): string {
  const phones = outs.servers.reduce((sum, server) => sum + (server.phoneCount ?? 0), 0);
  const servers = outs.servers.length === 1 ? `server ${outs.servers[0]?.id ?? ""}` : `${outs.servers.length} servers`;
  return phones === 0 ? servers : `${servers}, ${phones} phones`;
}
