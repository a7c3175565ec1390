import type { Work } from "./edcps-work";
import { readAutoRenew, setAutoRenew } from "./neighbours";

/** Automatic renewal can be switched on of servers that have expired, too: it is what they need. */
export async function changeRenewal(ids: readonly string[], { last, news, note, ctx }: Work): Promise<void> {
  const { autoRenew: on, chargeUnit: unit = "month" } = news.charge;
  if (on === undefined || last.charge.autoRenew === on) return;
  const states = await Promise.all(ids.map((id) => readAutoRenew(news.regionId, id, ctx)));
  const others = ids.filter((_, index) => states[index] !== on);
  if (others.length > 0) {
    await setAutoRenew(news.regionId, others, { on, unit }, ctx);
    ctx.log(`EdcpsInstance ${others.join(", ")}: automatic renewal switched ${on ? "on" : "off"}`);
  }
  note({ charge: news.charge, isRenewed: on });
}
