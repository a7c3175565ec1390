import { z } from "zod";
import { CloudError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { call } from "./call";
import type { Place } from "./client";

// Billing knows everything that has a paid time by its id alone (UCloud API docs, "UBill"); no call of it shows whether something renews itself.

/** Pays for more periods of the resource's own charge type, and returns the order's number. Sent exactly once. */
export async function createRenew(ctx: Context, { projectId }: Place, resourceId: string, periods: number): Promise<string | undefined> {
  const parameters = { ProjectId: projectId, ResourceId: resourceId, Quantity: periods };
  const reply = z.looseObject({ OrderNo: z.union([z.string(), z.number()]).transform(String).nullish() });
  const { OrderNo } = await call(ctx, "CreateRenew", parameters, reply, { doing: `renew ${resourceId}`, once: true });
  return OrderNo ?? undefined;
}

const result = z.looseObject({ RetCode: z.union([z.number(), z.string()]).nullish(), Message: z.string().nullish() });

/** A refusal stands inside an answer that is none of an error. */
export async function switchAutoRenew(ctx: Context, { projectId }: Place, resourceId: string, isOn: boolean): Promise<void> {
  const doing = `switch automatic renewal of ${resourceId} ${isOn ? "on" : "off"}`;
  const parameters = { ProjectId: projectId, ResourceId: resourceId, Flag: isOn ? "TURN_ON" : "TURN_OFF" };
  const reply = z.looseObject({ Fail: z.number().nullish(), ResultSet: z.array(result).nullish() });
  const { Fail, ResultSet } = await call(ctx, "ModifyAutoRenewFlag", parameters, reply, { doing });
  const refused = ResultSet?.find(({ RetCode }) => Number(RetCode ?? 0) !== 0);
  if (refused === undefined && !Fail) return;
  const code = String(refused?.RetCode ?? 0);
  const message = `Could not ${doing}: UCloud answered RetCode ${code} "${refused?.Message ?? ""}" (ModifyAutoRenewFlag). The UCloud console can do it too.`;
  throw new CloudError(message, { kind: "fatal", code, status: 200 });
}
