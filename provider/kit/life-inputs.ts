/** Inputs of every resource about its life after the purchase, and what a change of them means. */
import { z } from "zod";
import { leftOutIs } from "./diff";
import type { Rule } from "./diff";

const policies = ["delete", "stopRenewal", "retain"] as const;
export type DeletionPolicy = (typeof policies)[number];

// Left out, all of them stay out of the state, of which a fleet has thousands.
export const skipAwaitInput = z.boolean("use true or false").optional();

// A constant of its own, because only so its comment reaches the type declarations that programs see.
export const deletionPolicyField = {
  /**
   * What becomes of the servers when the resource is deleted or replaced. `delete` (default): they are given back, which a cloud may refuse for prepaid
   * ones. `stopRenewal`: they stay, and their automatic renewal is switched off, so that prepaid ones end with their paid time. `retain`: they and what
   * was bought with them stay as they are, and are renewed or expire as they were set to. Whatever stays loses its marker and belongs to the resource
   * no more, and what is paid by use goes on costing. A smaller `count` gives servers back all the same. What counts is the value of the last
   * `pulumi up`: set it in a run before the one that deletes. Changes in place.
   */
  deletionPolicy: z.enum(policies, "use delete, stopRenewal or retain").optional(),
};

/** Whether the deletion of this state leaves what was bought to itself. */
export const isLeft = ({ deletionPolicy = "delete" }: { readonly deletionPolicy?: DeletionPolicy | undefined }): boolean =>
  deletionPolicy !== "delete";

const daysRule = "write a whole number of days, 0 or more; 0 never warns";
export const usualWarningDays = 7;
export const warnBeforeExpiryDaysInput = z.int(daysRule).min(0, daysRule).optional();

const ofState = <T>(usual: T, how: string): Rule<T | undefined> => ({ change: "update", same: leftOutIs(usual), how });

/** What a change of these inputs means: only our state has them. */
export const lifeRules = {
  deletionPolicy: ofState<DeletionPolicy>("delete", "kept in the state for the deletion"),
  skipAwait: ofState(false, "kept in the state for the next run"),
  warnBeforeExpiryDays: ofState(usualWarningDays, "kept in the state for the next run"),
  timeouts: { change: "update", how: "kept in the state for the next run" },
  adopt: { change: "ignore" },
} as const satisfies Readonly<Record<string, Rule<never>>>;

/** These inputs as the program says them. An update takes them into the state before anything can fail: a destroy after it must know them. */
export const heldByState = <I extends { readonly [K in keyof typeof lifeRules]?: unknown }>(
  news: I,
): Pick<I, keyof typeof lifeRules & keyof I> => {
  const { deletionPolicy, skipAwait, warnBeforeExpiryDays, timeouts, adopt } = news;
  return { deletionPolicy, skipAwait, warnBeforeExpiryDays, timeouts, adopt } as Pick<I, keyof typeof lifeRules & keyof I>;
};
