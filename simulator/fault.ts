import * as z from "zod";

const clouds = z.enum(["ucloud", "huaweicloud", "jdcloud"]);
const named = z.string().min(1);
const counted = z.int().min(0);
/** World time in ms; at most ten years. */
const worldMs = z
  .int()
  .min(1)
  .max(10 * 366 * 86_400_000);

/** Which calls a fault strikes. With neither `times` nor `probability`: every one that fits, until it is removed. */
const calls = {
  /** The cloud that it happens to. */
  cloud: clouds,
  /** The vendor's name of the operation, or several. Default: any. For faults of purchases: the operation that makes the purchase. */
  operation: z.union([named, z.array(named).min(1).readonly()]).optional(),
  /** Strikes so often in all, and is over then. */
  times: counted.min(1).optional(),
  /** Chance that a call which fits is struck, above 0 and at most 1. */
  probability: z.number().gt(0).max(1).optional(),
  /** Lets the first so many calls that fit pass unharmed. */
  after: counted.optional(),
};

const plain = <K extends string>(kind: K) => z.strictObject({ kind: z.literal(kind), ...calls });
const onlyOn = <K extends string, C extends string>(kind: K, ...names: readonly C[]) =>
  z.strictObject({ kind: z.literal(kind), ...calls, cloud: z.enum(names) });

/** Faults between a client and a cloud. A call suffers one of them at most: the first that strikes, in the order in which they were added. */
const wire = [
  /** The connection is closed; nothing was executed. */
  plain("lost-request"),
  /** Executed; the connection is closed without an answer. */
  plain("lost-answer"),
  /** Executed; the connection is reset after the first half of the answer. */
  plain("reset-mid-answer"),
  z.strictObject({
    /** Not executed; a server error instead. */
    kind: z.literal("error-before"),
    ...calls,
    /** HTTP status, for UCloud also RetCode 110, 130 or 150. Default: UCloud 150, the others 503. */
    code: z.int().optional(),
  }),
  z.strictObject({
    /** Executed, and then a server error instead of the answer. */
    kind: z.literal("error-after"),
    ...calls,
    /** As of `error-before`. Default: UCloud 110, the others 500. */
    code: z.int().optional(),
  }),
  /** Not executed; the vendor's answer to too many calls. */
  plain("throttled"),
  z.strictObject({
    /** Executed at once, answered late. */
    kind: z.literal("slow"),
    ...calls,
    /** Real time until the answer, at most a day. Default: none comes, until the client hangs up. */
    ms: counted.max(86_400_000).optional(),
  }),
  /** The gateway lets the request in once and executes it twice; the first answer is given. A client token makes the second a replay. */
  plain("duplicate-delivery"),
  /** The calls about tags answer 503; not executed. */
  onlyOn("tags-down", "huaweicloud", "jdcloud"),
  /** Billing (Huawei Cloud: BSS; JD Cloud: renewal) answers 503; not executed. */
  onlyOn("billing-down", "huaweicloud", "jdcloud"),
] as const;

/** Faults inside a cloud: they strike purchases that are really made, several at once if they are of different kinds. */
const purchase = [
  z.strictObject({
    /**
     * The new servers stay out of what lists and details show, though they exist and cost. Calls that change something find them. Of an order for
     * another model (Huawei Cloud): the server shows nothing of it.
     */
    kind: z.literal("late-lists"),
    ...calls,
    /** World time from the purchase. */
    ms: worldMs,
  }),
  z.strictObject({
    /** The order and its resources stay out of what billing shows. */
    kind: z.literal("late-orders"),
    ...calls,
    cloud: z.enum(["huaweicloud"]),
    /** World time from the purchase. */
    ms: worldMs,
  }),
  z.strictObject({
    /**
     * Fewer servers are delivered than were ordered. Huawei Cloud names all of them at first; those missing are taken back and refunded when
     * the others are ready. JD Cloud names and charges only those that it delivers. Passes over orders that are not larger than `delivered`.
     */
    kind: z.literal("partial-order"),
    ...calls,
    cloud: z.enum(["huaweicloud", "jdcloud"]),
    /** Default: one less than ordered, of orders for two or more. */
    delivered: counted.min(1).optional(),
  }),
  /** Accepted and paid; the servers end in the vendor's failed state. */
  plain("provisioning-fails"),
  z.strictObject({
    /** Servers disappear as by the vendor's console. Counted when the purchase is made. */
    kind: z.literal("vanishes"),
    ...calls,
    /** World time from the purchase. */
    ms: worldMs,
    /** How many servers of the order. Default 1. */
    servers: counted.min(1).optional(),
  }),
  /** No money: refused, but by Huawei Cloud, where an order with automatic payment stays unpaid and paying it is refused. */
  plain("out-of-balance"),
] as const;

const fault = z.discriminatedUnion("kind", [...wire, ...purchase]);

/** Something that goes wrong: where, how often, and what. */
export type Fault = z.infer<typeof fault>;
export type FaultKind = Fault["kind"];
export type FaultOf<K extends FaultKind> = Extract<Fault, { readonly kind: K }>;
export type WireKind = z.infer<(typeof wire)[number]>["kind"];
export type PurchaseKind = z.infer<(typeof purchase)[number]>["kind"];

export const wireKinds: readonly WireKind[] = wire.map((one) => one.shape.kind.value);
export const faultKinds: readonly FaultKind[] = [...wireKinds, ...purchase.map((one) => one.shape.kind.value)];

/** Takes what somebody wants to happen; throws when that is not a fault. */
export function parseFault(wanted: unknown): Fault {
  const parsed = fault.safeParse(wanted);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`));
  throw new Error(`This is no fault: ${issues.join("; ")}.`);
}
