import { CloudPhoneError, NetworkError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { keepingId } from "../../kit/not-ready";
import { signIn } from "./account";
import type { Account } from "./account";
import { tag } from "./change-servers";
import { purchase } from "./cph";
import type { Purchased } from "./cph";
import { meansNoSuchApi } from "./errors";
import { idOfOrder, nameOf, summary } from "./purchase-kind";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import type { CphPurchaseOutputs, SeenServer, Sighting } from "./server-outputs";
import { lookCloser, notYetVisible } from "./servers";
import { waitForServers } from "./wait-for-servers";
import type { Purchase } from "./wait-for-servers";

/** Places one order and waits until its servers run. Once the order is placed, every failure carries the id. */
export async function buy<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  inputs: I,
  ctx: Context,
): Promise<{ id: string; outs: O }> {
  const account = await signIn(ctx, inputs);
  const what = nameOf(kind, inputs.serverName);
  const bought = await order(kind, account, inputs, what);
  const { orderId, productId, serverIds } = bought;
  const id = serverIds[0] ?? idOfOrder(orderId);
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

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
