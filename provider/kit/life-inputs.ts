/** Inputs of every resource about its life after the purchase, and what a change of them means. */
import { z } from "zod";
import type { Rule } from "./diff";

const policies = ["delete", "stopRenewal", "retain"] as const;
export type DeletionPolicy = (typeof policies)[number];

// Left out they stay out of the state, of which a fleet has thousands.
export const deletionPolicyInput = z.enum(policies, "use delete, stopRenewal or retain").optional();
export const skipAwaitInput = z.boolean("use true or false").optional();

const daysRule = "write a whole number of days, 0 or more; 0 never warns";
export const usualWarningDays = 7;
export const warnBeforeExpiryDaysInput = z.int(daysRule).min(0, daysRule).optional();

/** Left out is the same as the usual value. */
const ofState = <T>(usual: T, how: string): Rule<T | undefined> => ({
  change: "update",
  same: (last, news) => (last ?? usual) === (news ?? usual),
  how,
});

/** What a change of these inputs means: only our state has them. */
export const lifeRules = {
  deletionPolicy: ofState<DeletionPolicy>("delete", "kept in the state for the deletion"),
  skipAwait: ofState(false, "kept in the state for the next run"),
  warnBeforeExpiryDays: ofState(usualWarningDays, "kept in the state for the next run"),
  timeouts: { change: "update", how: "kept in the state for the next run" },
  adopt: { change: "ignore" },
} as const satisfies Readonly<Record<string, Rule<never>>>;
