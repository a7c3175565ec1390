/** The life of one purchase of CPH servers, the same for servers with phones and without. */
import { CloudPhoneError, NetworkError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { keepingId } from "../../kit/not-ready";
import { signIn } from "./account";
import type { Account } from "./account";
import { billedServers, ifAllowed, isUnderWay, orderStatus, readOrder } from "./bss";
import type { BilledServer, Order } from "./bss";
import { giveKeypair, rename, renewAutomatically, tag } from "./change-servers";
import { purchase } from "./cph";
import type { Purchased, PurchaseVersion, Tags, WireServer } from "./cph";
import { meansNoSuchApi } from "./errors";
import { removeServers } from "./remove-servers";
import { existing, idsOfOrder, lookCloser, notYetVisible } from "./servers";
import type { CphPurchaseOutputs, Looks, SeenServer, Sighting } from "./servers";
import { waitForServers } from "./wait-for-servers";
import type { Purchase } from "./wait-for-servers";

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

export async function buy<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  inputs: I,
  ctx: Context,
): Promise<{ id: string; outs: O }> {
  const account = await signIn(ctx, inputs);
  const what = nameOf(kind, inputs.serverName);
  const bought = await order(kind, account, inputs, what);
  const { orderId, productId, serverIds } = bought;
  const id = serverIds[0] ?? `${orderPrefix}${orderId ?? ""}`;
  const seenAs = (servers: readonly SeenServer[], isUnpaid = false): Sighting => ({
    account,
    servers,
    count: inputs.count,
    orderId,
    productId,
    isUnpaid,
  });

  let outs = kind.outs(inputs, seenAs(serverIds.map((one) => ({ wire: notYetVisible(one) }))));
  return keepingId(
    id,
    () => outs,
    async () => {
      ctx.log(`${what}: ${inputs.count} ordered (order ${orderId ?? "unknown"})`);
      const awaited: Purchase = {
        what,
        ids: serverIds,
        count: inputs.count,
        orderId,
        isAutoPay: kind.terms(inputs).isAutoPay,
        isNew: true,
        isJustPlaced: true,
      };
      const wires = await waitForServers(account, awaited, (seen, isUnpaid) => {
        outs = kind.outs(
          inputs,
          seenAs(
            seen.map((wire) => ({ wire })),
            isUnpaid,
          ),
        );
      });
      await tag(account, wires, undefined, inputs.tags);
      outs = kind.outs(inputs, seenAs(await lookCloser(account, wires, { ...kind.looks(inputs), phoneDetail: false, tags: false })));
      ctx.log(`${what}: running, ${summary(outs)}`);
      return { id: serverIds[0] ?? wires[0]?.server_id ?? id, outs };
    },
  );
}

async function order<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  account: Account,
  inputs: I,
  what: string,
): Promise<Purchased> {
  const version = kind.version(inputs);
  let bought: Purchased;
  try {
    bought = await purchase(account, `buy ${what} in ${account.region}`, version, kind.toWire(inputs));
  } catch (error) {
    if (version === "v1" && meansNoSuchApi(error)) throw new CloudPhoneError(`${messageOf(error)} ${withdrawn}`, { cause: error });
    if (error instanceof CloudPhoneError && error.kind === "transient" && !(error instanceof NetworkError && !error.maybeSent)) {
      throw new CloudPhoneError(`${error.message} ${unclear(inputs.serverName)}`, { cause: error });
    }
    throw error;
  }
  if (bought.orderId === undefined && bought.serverIds.length === 0) {
    throw new CloudPhoneError(
      `Huawei Cloud accepted the purchase of ${what} but named neither order nor servers. ${unclear(inputs.serverName)}`,
    );
  }
  return bought;
}

const withdrawn =
  "Huawei Cloud has withdrawn the purchase with a system-defined network from its documents: give `tenantVpcId`, `nics` and `publicIp` to buy into a VPC of your own.";
const unclear = (name: string): string =>
  `It is not known whether the order was placed: before running this again, look in Huawei Cloud's console for servers and orders named "${name}", or it may be bought twice.`;

export async function look<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  id: string,
  last: Partial<O>,
  ctx: Context,
): Promise<{ id: string; inputs: I; outs: O } | undefined> {
  const account = await signIn(ctx, placeOf(last));
  const ids = await serverIds(account, id, last);
  const wires = await existing(account, ids);
  const missing = ids.filter((one) => !wires.some((wire) => wire.server_id === one));
  const open = missing.length > 0 || ids.length === 0 ? await openOrder(account, id, last) : undefined;
  if (wires.length === 0 && open === undefined) return undefined;

  const coming = open === undefined ? [] : missing.map((one): SeenServer => ({ wire: notYetVisible(one) }));
  const servers = [...(await lookCloser(account, wires, kind.looks(last))), ...coming];
  const seen: Sighting = {
    account,
    servers,
    count: (open === undefined ? undefined : last.count) ?? servers.length,
    orderId: last.orderId ?? wires[0]?.metadata?.order_id ?? orderOfId(id),
    productId: last.productId ?? wires[0]?.metadata?.product_id ?? undefined,
    isUnpaid: open?.status === orderStatus.unpaid,
  };
  // Read by its id alone, the server's order is all that still knows the terms of the purchase.
  const bought =
    last.serverName === undefined && seen.orderId !== undefined ? await ifAllowed(readOrder(account, seen.orderId)) : undefined;
  const inputs = kind.fromWire(seen, last, bought);
  const own = servers.find(({ wire }) => wire.server_id === id) ?? servers[0];
  return { id: own?.wire.server_id ?? id, inputs, outs: kind.outs(inputs, seen) };
}

/** The order of servers that were never seen running, as long as it may still bring them. */
async function openOrder(account: Account, id: string, last: Partial<CphPurchaseOutputs>): Promise<Order | undefined> {
  const orderId = last.orderId ?? orderOfId(id);
  if (orderId === undefined || last.state === "running") return undefined;
  const read = await ifAllowed(readOrder(account, orderId));
  return read !== undefined && isUnderWay(read) ? read : undefined;
}

export async function change<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  id: string,
  last: O,
  news: I,
  ctx: Context,
): Promise<O> {
  const account = await signIn(ctx, placeOf(last));
  const what = nameOf(kind, news.serverName);
  const { orderId, productId } = last;
  const wanted = kind.terms(news);
  let done = last;
  return keepingId(
    id,
    () => done,
    async () => {
      const ids = await serverIds(account, id, last);
      const isNew = last.state !== "running";
      const awaited: Purchase = {
        what,
        ids,
        count: last.count,
        orderId,
        isAutoPay: kind.terms(last).isAutoPay,
        isNew,
        isJustPlaced: false,
      };
      const seenAs = (servers: readonly SeenServer[], isUnpaid = false): Sighting => ({
        account,
        servers,
        count: news.count,
        orderId,
        productId,
        isUnpaid,
      });
      const wires = await waitForServers(account, awaited, (seen, isUnpaid) => {
        done = kind.outs(
          last,
          seenAs(
            seen.map((wire) => ({ wire })),
            isUnpaid,
          ),
        );
      });
      const say = (changed: boolean, how: string): void => {
        if (changed) ctx.log(`${what}: ${how}`);
      };

      say(await rename(account, wires, last.serverName, news.serverName), "renamed");
      done = { ...done, serverName: news.serverName };
      say(await giveKeypair(account, wires, news.keypairName), `has key pair ${news.keypairName ?? ""}`);
      done = { ...done, keypairName: news.keypairName };
      say(await tag(account, wires, last.tags, news.tags), "tags changed");
      done = { ...done, tags: news.tags };
      const billed = await billedIfPrepaid(account, wires);
      const renewal = await renewAutomatically(account, wires, billed, kind.terms(last).isAutoRenew, wanted.isAutoRenew);
      say(renewal, `auto-renewal ${wanted.isAutoRenew ? "on" : "off"}`);

      const now = await existing(account, ids.length > 0 ? ids : wires.map((wire) => wire.server_id));
      const outs = kind.outs(news, seenAs(await lookCloser(account, now, { ...kind.looks(news), phoneDetail: false, tags: false })));
      say(isNew, `${outs.state}, ${summary(outs)}`);
      return outs;
    },
  );
}

async function billedIfPrepaid(account: Account, wires: readonly WireServer[]): Promise<BilledServer[] | undefined> {
  const ids = wires.filter((wire) => wire.metadata?.charging_mode !== 1).map((wire) => wire.server_id);
  return ids.length === 0 ? [] : ifAllowed(billedServers(account, { ids }));
}

export async function remove<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  id: string,
  last: O,
  ctx: Context,
): Promise<void> {
  const account = await signIn(ctx, placeOf(last));
  const ids = last.servers.map((server) => server.id);
  const known = ids.length > 0 || orderOfId(id) !== undefined ? ids : [id];
  // The order of servers that ran has been handled long ago.
  const openOrderId = last.state === "running" ? undefined : (last.orderId ?? orderOfId(id));
  await removeServers(account, nameOf(kind, last.serverName), known, openOrderId);
}

const placeOf = (last: Partial<PurchaseInputs & CphPurchaseOutputs>): { region: string | undefined; projectId: string | undefined } => ({
  region: last.region,
  projectId: last.projectId ?? last.resolvedProjectId,
});

const orderOfId = (id: string): string | undefined => (id.startsWith(orderPrefix) ? id.slice(orderPrefix.length) : undefined);

async function serverIds(account: Account, id: string, last: Partial<CphPurchaseOutputs>): Promise<string[]> {
  if (last.servers !== undefined && last.servers.length > 0) return last.servers.map((server) => server.id);
  const orderId = orderOfId(id);
  return orderId === undefined ? [id] : idsOfOrder(account, orderId);
}

const nameOf = (kind: { readonly type: string }, name: string | undefined): string =>
  name === undefined ? kind.type : `${kind.type} "${name}"`;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function summary(outs: CphPurchaseOutputs): string {
  const phones = outs.servers.reduce((sum, server) => sum + (server.phoneCount ?? 0), 0);
  const servers = outs.servers.length === 1 ? `server ${outs.servers[0]?.id ?? ""}` : `${outs.servers.length} servers`;
  return phones === 0 ? servers : `${servers}, ${phones} phones`;
}
