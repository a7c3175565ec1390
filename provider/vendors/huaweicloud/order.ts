import { CloudError, CloudPhoneError, NetworkError } from "../../http/errors";
import type { Account } from "./account";
import { purchase } from "./cph";
import type { Purchased } from "./cph";
import { meansNoSuchApi } from "./errors";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import type { CphPurchaseOutputs } from "./server-outputs";

/**
 * Places one order; it is sent once.
 * @param doing for errors, as in `buy CphPhoneServer "farm"`
 * @throws when nothing was bought, or when that is not known, which the message then says
 */
export async function placeOrder<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  account: Account,
  inputs: I,
  doing: string,
): Promise<Purchased> {
  const version = kind.version(inputs);
  const bought = await purchase(account, `${doing} in ${account.region}`, version, kind.toWire(inputs)).catch((error: unknown): never => {
    if (version === "v1" && meansNoSuchApi(error)) throw new CloudPhoneError(`${messageOf(error)} ${withdrawn}`, { cause: error });
    if (isRefused(error)) throw error;
    throw new CloudPhoneError(`${messageOf(error)} ${unclear(inputs.serverName)}`, { cause: error });
  });
  if (bought.orderId !== undefined || bought.serverIds.length > 0) return bought;
  throw new CloudPhoneError(
    `Tried to ${doing}, and Huawei Cloud said yes but named neither order nor servers. ${unclear(inputs.serverName)}`,
  );
}

/** Nothing was bought for sure: the request never left, or the vendor itself said no. */
function isRefused(error: unknown): boolean {
  if (error instanceof NetworkError) return !error.maybeSent;
  if (error instanceof CloudError) return error.kind === "throttled" || (error.kind === "fatal" && !error.code.startsWith("HTTP "));
  return error instanceof CloudPhoneError;
}

const withdrawn =
  "Huawei Cloud has withdrawn the purchase with a system-defined network from its documents: give `tenantVpcId`, `nics` and `publicIp` to buy into a VPC of your own, which replaces servers that exist.";
const unclear = (name: string): string =>
  `It is not known whether the order was placed: before running this again, look in Huawei Cloud's console for servers and orders named "${name}", or it may be bought twice.`;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
