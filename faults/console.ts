/** What the owner of the accounts does in the vendors' consoles. */
import { z } from "zod";
import { newRetryBudget } from "../provider/http/retry";
import { credentials } from "../provider/vendors/huaweicloud/credentials";
import { call } from "../provider/vendors/huaweicloud/gateway";
import { bareContext } from "./bare-context";
import type { JumpingClock } from "./clock";
import type { Clouds } from "./clouds";
import { newRun } from "./machine";
import { LineDispatcher } from "./wire";

/** Pays or cancels all Huawei orders that wait for their payment. */
export async function settleOrders(clouds: Clouds, clock: JumpingClock, how: "pay" | "cancel"): Promise<void> {
  const run = newRun(undefined, () => undefined);
  const dispatcher = new LineDispatcher({ run, clock, answer: (request) => clouds.executeFaultless(request), unheard: () => undefined });
  const ctx = bareContext(
    {
      clock: { now: () => clock.now(), sleep: (ms) => clock.sleep(ms, run.host) },
      random: () => 0.5,
      signal: run.host.engineGone,
      log: () => undefined,
      env: () => undefined,
      transport: () => ({ dispatcher, purchases: dispatcher, budget: newRetryBudget() }),
    },
    clouds.settings,
  );
  const caller = { ctx, credentials: credentials(ctx.settings) };
  const common = { doing: `${how} an order`, endpoint: clouds.settings["huaweicloud:bssEndpoint"] ?? "", answer: z.unknown() };
  const sent = {
    pay: { method: "POST", path: "/v3/orders/customer-orders/pay", body: { use_coupon: "NO", use_discount: "NO" } },
    cancel: { method: "PUT", path: "/v2/orders/customer-orders/cancel", body: {} },
  } as const;
  for (const { id: order_id } of clouds.unpaidOrders()) {
    await clock.run(call(caller, { ...common, ...sent[how], body: { order_id, ...sent[how].body } }));
  }
}
