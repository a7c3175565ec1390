import { CloudError, CloudPhoneError } from "../../http/errors";
import type { Account } from "./account";
import { purchase } from "./cph";
import type { Purchased } from "./cph";
import { meansNoSuchApi } from "./errors";
import type { Kind, PurchaseInputs } from "./purchase-kind";
import type { CphPurchaseOutputs } from "./server-outputs";

/**
 * Places one order; it is sent once.
 * @param doing for errors, as in `buy CphPhoneServer "farm"`
 */
export async function placeOrder<I extends PurchaseInputs, O extends I & CphPurchaseOutputs>(
  kind: Kind<I, O>,
  account: Account,
  inputs: I,
  doing: string,
): Promise<Purchased> {
  const version = kind.version(inputs);
  const bought = await purchase(account, `${doing} in ${account.region}`, version, kind.toWire(inputs)).catch((error: unknown): never => {
    if (version === "v1" && error instanceof CloudError && meansNoSuchApi(error))
      throw new CloudPhoneError(`${error.message} ${withdrawn}`, { cause: error });
    throw error;
  });
  if (bought.orderId !== undefined || bought.serverIds.length > 0) return bought;
  throw new CloudError(`Tried to ${doing}, and Huawei Cloud said yes but named neither order nor servers.`, {
    kind: "transient",
    code: "no order",
    status: 200,
  });
}

const withdrawn =
  "Huawei Cloud has withdrawn the purchase with a system-defined network from its documents: give `tenantVpcId`, `nics` and `publicIp` to buy into a VPC of your own, which replaces servers that exist.";
