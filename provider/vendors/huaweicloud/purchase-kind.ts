/** One purchase of CPH servers: what both kinds have in common, and in what they differ. */
import { isUnresolvedId } from "../../kit/purchase";
import type { Checked, Expiry } from "../../kit/handler";
import type { DeletionPolicy } from "../../kit/life-inputs";
import type { Order } from "./bss";
import type { PurchaseVersion, Tags, WireServer } from "./cph";
import type { Drift } from "./drift";
import type { Run } from "./run";
import type { CphPurchaseOutputs, Sighting } from "./server-outputs";
import type { Looks } from "./servers";

/** Inputs that both kinds of purchases have. */
export interface PurchaseInputs {
  readonly region?: string | undefined;
  readonly projectId?: string | undefined;
  readonly serverName: string;
  readonly count: number;
  readonly keypairName?: string | undefined;
  readonly tags?: Tags | undefined;
  readonly adopt?: string | readonly string[] | undefined;
  readonly deletionPolicy?: DeletionPolicy | undefined;
  readonly skipAwait?: boolean | undefined;
}

/** How a purchase is paid. */
export interface Terms {
  readonly isAutoPay: boolean;
  readonly isAutoRenew: boolean;
}

/** In what the two kinds of purchases differ. */
export interface Kind<I extends PurchaseInputs, O extends I & CphPurchaseOutputs> {
  readonly type: string;
  /** Whether it is a server of this kind. */
  isOne(wire: WireServer): boolean;
  /** Those of the state's properties that are inputs. */
  inputsOf(state: Partial<O>): Partial<I>;
  /** Inputs that only the state has. */
  heldByState(inputs: I): Partial<I>;
  version(inputs: I): PurchaseVersion;
  /** What to order when more servers are to stand beside those that exist. */
  moreLike(inputs: I, wires: readonly WireServer[]): I;
  toWire(inputs: I): object;
  terms(inputs: Partial<I>): Terms;
  /** The inputs with the terms of `news`, which the next order has. */
  withTerms(inputs: I, news: I): I;
  /** The key pair that servers are to be given; `undefined`: none, or not in place. `advice`: what else can be done when the cloud refuses. */
  keypair(news: I): { readonly wanted: string | undefined; readonly advice: string };
  /**
   * Changes what only this kind of servers has.
   * @param last the state, which the user saw compared
   */
  changeMore(run: Run<I, O>, wires: readonly WireServer[], last: O, news: I): Promise<void>;
  /** What is to be looked at beside the servers, so that drift in the given inputs shows. */
  looks(inputs: Partial<I>): Looks;
  /** The inputs as the cloud has them now. What `last` does not say stays unsaid, unless it says nothing at all. */
  fromWire(seen: Sighting, last: Partial<I>, order: Order | undefined, now: Drift): I;
  outs(inputs: I, seen: Sighting): O;
}

/** When the first of the servers ends. @param remedy what the program has to say so that they are renewed */
export const expiryOf = ({ expiresAt }: Partial<CphPurchaseOutputs>, isRenewed: boolean | undefined, remedy: string): Expiry | undefined =>
  expiresAt === undefined ? undefined : { at: expiresAt, isRenewed: isRenewed ?? false, remedy };

/** An id for the time in which only the order of the servers is known. */
const orderPrefix = "order/";

export const idOfOrder = (orderId: string | undefined): string => `${orderPrefix}${orderId ?? ""}`;

/** Ids of the servers that the program names for being taken over, each of them once. */
export const namedIn = ({ adopt = [] }: Pick<PurchaseInputs, "adopt">): string[] => [...new Set([adopt].flat())];

/** Ids of the servers that the state names. */
export const serversIn = ({ servers = [] }: Partial<CphPurchaseOutputs>): string[] => servers.map((server) => server.id);

/** The same; read by its id alone, a resource is that one server. */
export function idsIn(id: string, last: Partial<CphPurchaseOutputs>): string[] {
  const known = serversIn(last);
  return known.length > 0 || id.startsWith(orderPrefix) || isUnresolvedId(id) ? known : [id];
}

/** The last run did not see everything through: servers may still come, or lack what is set after a purchase. */
export const isPending = (last: Partial<CphPurchaseOutputs>): boolean => last.isReady === false;

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

/** Tells whoever buys that nothing comes before somebody has paid. */
export function withPaymentNote(checked: Checked, terms: "extendParam" | "orderParam"): Checked {
  const { chargingMode, isAutoPay } = (checked.inputs[terms] ?? {}) as { readonly chargingMode?: 0 | 1; readonly isAutoPay?: boolean };
  if (checked.failures.length > 0 || chargingMode !== 0 || isAutoPay) return checked;
  const note = `\`${terms}.isAutoPay\` is off: the order waits until somebody pays it in Huawei Cloud's Billing Center; \`pulumi up\` stops there, and the next one goes on`;
  return { ...checked, notes: [note] };
}
