import * as z from "zod";

/** A whole number, written in digits as query parameters are. */
export const integer = (low: number, high = Number.MAX_SAFE_INTEGER) =>
  z
    .string()
    .regex(/^-?\d+$/, "not a whole number")
    .transform(Number)
    .refine((value) => value >= low && value <= high, `${low} to ${high}`);

/** `offset` and `limit`. */
export const page = (most: number, usual = most) => ({ offset: integer(0).default(0), limit: integer(1, most).default(usual) });
