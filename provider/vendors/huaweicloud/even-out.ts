import { CloudPhoneError } from "../../http/errors";
import { obtain, recover } from "../../kit/purchase";
import type { Need } from "../../kit/purchase";
import { arrive } from "./arrive";
import type { WireServer } from "./cph";
import type { PurchaseInputs } from "./purchase-kind";
import { refundText, removeServers } from "./remove-servers";
import { note } from "./run";
import type { Run } from "./run";
import { sellerOf } from "./seller";
import type { CphPurchaseOutputs } from "./server-outputs";
import { idsOf, isBroken } from "./servers";

/**
 * Brings the number of servers to what is wanted. Looks once more for servers that carry the marker: a request may be delivered twice, and a server may
 * show late. Those too many are given back, broken ones first and then the last; what is missing, because an order did not bring all of it, one further order brings.
 * @returns `undefined` when servers are not ready and are not waited for
 */
export async function evenOut<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Run<I, O>,
  standing: readonly WireServer[],
  news: I,
  need: Omit<Need, "want">,
): Promise<readonly WireServer[] | undefined> {
  const found = await withStrays(run, standing, news, need);
  if (found === undefined) return undefined;
  const wires = await withoutSurplus(run, found, news.count);
  const want = news.count - wires.length;
  if (want === 0) return wires;

  const patient = { ...run.account.ctx, deadline: run.account.ctx.purchaseDeadline };
  const seller = sellerOf(run, news, wires, run.order);
  const obtained = await obtain(seller, { ...need, want, held: [...need.held, ...idsOf(wires)], heldOrder: run.order.orderId }, patient);
  // From here on the state says that there are more. What only the new ones have by their purchase it says when the old ones have it, too.
  run.inputs = run.kind.withTerms(run.inputs, news);
  const arrived = await arrive(run, seller, wires, obtained, want);
  const all = arrived && (await withStrays(run, arrived, news, need));
  if (all === undefined) return undefined;
  if (all.length < news.count) throw new CloudPhoneError(stillShort(run, all.length, news.count));
  return withoutSurplus(run, all, news.count);
}

async function withStrays<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Run<I, O>,
  standing: readonly WireServer[],
  news: I,
  need: Omit<Need, "want">,
): Promise<readonly WireServer[] | undefined> {
  const seller = sellerOf(run, news, standing, run.order);
  const held = [...need.held, ...idsOf(standing)];
  const strays = await recover(seller, { ...need, held, heldOrder: run.order.orderId, unclearSince: undefined }, run.account.ctx);
  return strays === undefined ? standing : arrive(run, seller, standing, strays, 0);
}

async function withoutSurplus<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  run: Run<I, O>,
  wires: readonly WireServer[],
  wanted: number,
): Promise<readonly WireServer[]> {
  const surplus = idsOf([...wires.filter((wire) => !isBroken(wire)), ...wires.filter(isBroken)].slice(wanted));
  if (surplus.length === 0) return wires;
  const staying = wires.filter((wire) => !surplus.includes(wire.server_id));
  const refunds = await removeServers(run.account, run.what, { ids: surplus, coming: [], unnamed: 0, pendingOrder: undefined });
  run.refundOrderIds = [...(run.refundOrderIds ?? []), ...refunds];
  run.account.ctx.log(`${run.what}: gave back ${surplus.length === 1 ? "server" : "servers"} ${surplus.join(", ")}${refundText(refunds)}`);
  run.inputs = { ...run.inputs, count: wanted };
  note(run, staying);
  return staying;
}

const stillShort = (
  what: { readonly what: string; readonly order: { readonly orderId: string | undefined } },
  now: number,
  wanted: number,
): string =>
  `${what.what}: ${now} of ${wanted} servers stand, because an order brought fewer than it was for, and so did the one for the rest (order ${what.order.orderId ?? "unknown"}). Nothing more is bought in this run: look into the Billing Center, then run \`pulumi up\` again, which orders what is missing.`;
