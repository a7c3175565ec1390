/** Inputs that several kinds of CPH purchases share, and what their fields have in common. */
import { z } from "zod";
import type { Settings } from "../../kit/context";
import type { Bag } from "../../kit/handler";
import { deletionPolicyField, skipAwaitInput, warnBeforeExpiryDaysInput } from "../../kit/life-inputs";
import { timeoutsInput } from "../../kit/timeouts";
import { missingRegion } from "./account";
import { markerTag } from "./cph";
import { usualRegion } from "./credentials";
import { namedIn } from "./purchase-kind";

/** A change of the input means another server. */
export const forceNew = { forceNew: true } as const;

/** Text of 1 to `bytes` bytes. */
export function text(bytes: number, what: string): z.ZodString {
  const error = `give ${what}: text of 1 to ${bytes} bytes`;
  return z
    .string({ error })
    .min(1, { error })
    .refine((value) => Buffer.byteLength(value) <= bytes, { error });
}

/** A whole number in a range. */
export function whole(from: number, to: number, what: string): z.ZodInt {
  const error = `give ${what}: a whole number from ${from} to ${to}`;
  return z.int({ error }).min(from, { error }).max(to, { error });
}

/** Text of any content up to `characters` characters. */
export const anyText = (characters: number, what: string): z.ZodString =>
  z.string({ error: `give ${what} as text` }).max(characters, { error: `give ${what}: up to ${characters} characters` });

/** A flag that goes over the wire as it is. */
export const yesOrNo = z.boolean({ error: "write true or false" });

/** Several things. */
export const listOf = <T extends z.ZodType>(one: T, what: string): z.ZodArray<T> => z.array(one, { error: `give a list of ${what}` });

/** One of a few values. */
export const oneOf = <const T extends readonly (string | number)[]>(values: T, what: string): z.ZodLiteral<T[number]> =>
  z.literal<T>(values, { error: `give ${what}: ${values.map((value) => JSON.stringify(value)).join(" or ")}` });

/** A flag that goes over the wire as 0 or 1. */
const flag = z
  .union([z.boolean(), z.literal(0), z.literal(1)], { error: "write true or false (1 or 0 will do too)" })
  .transform((value) => value === true || value === 1);

/** A flag that goes over the wire as text: `"true"`, in any case, is on, and every other text is off. */
export const textFlag = z
  .union([z.boolean(), z.string()], { error: 'write true or false ("true" or "false" will do too)' })
  .transform((value) => String(value).toLowerCase() === "true");

export const wireFlag = (on: boolean): 0 | 1 => (on ? 1 : 0);
export const wireTextFlag = (on: boolean): "true" | "false" => (on ? "true" : "false");

const projectText = "give a project's id, e.g. 0123456789abcdef0123456789abcdef";
const regionText = "give a region's id as text: it consists of small letters, digits and dashes, e.g. cn-east-3";

/** Where the servers are. */
export const placeInputs = {
  /**
   * Region, e.g. `cn-east-3`. Default: stack configuration `huaweicloud:region`, else environment variable `HW_REGION_NAME`.
   * A change replaces the servers. (Huawei Cloud, "Regions and Endpoints")
   */
  region: z
    .string({ error: regionText })
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: regionText })
    .optional()
    .refine((region): boolean => region !== undefined, { error: missingRegion })
    .meta(forceNew),
  /**
   * Id of the project in that region. Default: stack configuration `huaweicloud:projectId`, else environment variable `HW_PROJECT_ID`,
   * else the region's default project, which IAM is asked for. A change replaces the servers. (IAM API reference, "Querying project information")
   */
  projectId: z
    .string({ error: projectText })
    .regex(/^[0-9A-Za-z_-]{1,64}$/, { error: projectText })
    .optional()
    .meta(forceNew),
};

/**
 * The same inputs with their place: the one of the last run when the program leaves it to the settings, so that another default does not move servers.
 * A region that nobody named stays in as `undefined`, and is then refused.
 */
export function withPlace(news: Bag, settings: Settings, last: Bag = {}): Bag {
  const projectId = news["projectId"] ?? last["projectId"];
  const region = news["region"] ?? last["region"] ?? usualRegion(settings);
  return { ...news, region, ...(projectId === undefined ? {} : { projectId }) };
}

const keyText = "a tag's key has 1 to 127 letters, digits, blanks or _.:=+-@, and does not begin with _sys_";
const valueText = "a tag's value is a text of up to 255 letters, digits, blanks or _.:=+-@, with no blank at either end";
const keyPattern = /^(?!_sys_)[\p{L}\p{N} _.:=+\-@]{1,127}$/u;
const valuePattern = /^(?! )[\p{L}\p{N} _.:=+\-@]{0,255}(?<! )$/u;

const tagKey = z
  .string()
  .regex(keyPattern, { error: keyText })
  .refine((key) => key !== markerTag, { error: `the tag ${markerTag} ties servers to their resource: choose another key` });

const tagsInput = z
  .record(tagKey, z.string({ error: valueText }).regex(valuePattern, { error: valueText }), {
    error: "give tags as an object of texts",
  })
  .optional();

const adoptText = "give the id of a server that exists, or a list of 1 to 10 of them";
const adoptable = z.string({ error: adoptText }).regex(/^\S+$/, { error: adoptText });

/** What every purchase can have besides. */
const ownCarriedAlong = {
  /**
   * Id of a server that exists, or ids of 1 to 10: they are taken over instead of bought. They have to stand in this project and region and be of this
   * kind; nothing about them changes but the tag `pulumi-marker`. Where they differ from the program the next preview shows it, as a replacement where
   * only a new server has what is wanted; when `count` is larger, the next `pulumi up` buys the rest; it cannot be smaller. From then on they are this
   * resource's, and deleted with it. Default: none. Matters when the resource is created only: later changes do nothing.
   */
  adopt: z
    .union([adoptable, z.array(adoptable, { error: adoptText }).min(1, { error: adoptText }).max(10, { error: adoptText })], {
      error: adoptText,
    })
    .optional(),
  /**
   * Tags of every server: keys up to 127, values up to 255 characters. Default: tags are left alone. Changed in place. The key `pulumi-marker` is taken.
   * (CPH API reference, "Tag management")
   */
  tags: tagsInput,
  /** How long operations may take. Default: create 90 minutes, update and delete 30 minutes each. Changed in place. */
  timeouts: timeoutsInput,
  /**
   * Whether not to wait until servers run that were ordered: the order is taken, and the run goes on with servers that have no addresses yet.
   * `pulumi refresh` shows how far they are; the next `pulumi up` looks once, and gives them their name, tags and marker when they run. Default `false`.
   * Changed in place.
   */
  skipAwait: skipAwaitInput,
  /**
   * From how many days before the end of the paid time every run warns, unless the servers are renewed by themselves. 0 never warns. Default 7.
   * Changed in place.
   */
  warnBeforeExpiryDays: warnBeforeExpiryDaysInput,
};

export const carriedAlong: typeof ownCarriedAlong & typeof deletionPolicyField = { ...ownCarriedAlong, ...deletionPolicyField };

/** Rules of what is taken over. */
export function checkAdopt(
  given: { readonly adopt?: string | readonly string[] | undefined; readonly count: number },
  refuse: (field: "adopt", reason: string) => void,
): void {
  const { length } = namedIn(given);
  if (length > given.count)
    refuse(
      "adopt",
      `names ${length} servers, and \`count\` is ${given.count}: raise \`count\` to ${length}, or those too many would be given back`,
    );
}

const nameText = "give a name of 1 to 60 letters (Chinese ones too), digits, underscores and dashes";
export const serverName = z.string({ error: nameText }).regex(/^[\p{Script=Han}A-Za-z0-9_-]{1,60}$/u, { error: nameText });

/** The servers of one order. */
export const count = whole(1, 10, "the number of servers");

const periodType = oneOf([2, 3], "the unit of the period, 2 (months) or 3 (years)");

/** What a purchase costs and how it is paid. */
export const terms = {
  /**
   * 2 = months, 3 = years. Needed for prepaid servers. A change never touches servers that exist: it counts from the next order on.
   * (CPH API reference, purchase calls)
   */
  periodType: periodType.optional(),
  /**
   * Number of months (1 to 9) or years (1 to 10; the console sells up to 3). Needed for prepaid servers.
   * A change never touches servers that exist: it counts from the next order on.
   */
  periodNum: whole(1, 10, "the length of the period").optional(),
  /**
   * Pay orders from the account's balance at once. Default `false`, as at the vendor: an order then waits in the Billing Center for somebody to pay it,
   * and until then there is no server. `true`, `false`, 1 or 0. A change counts from the next order on.
   */
  isAutoPay: flag.default(false),
  /**
   * Renew the servers by themselves before they expire. Default `false`. `true`, `false`, 1 or 0. Changed in place.
   * (BSS API reference, "Enabling automatic subscription renewal")
   */
  isAutoRenew: flag.default(false),
};

export interface PeriodTerms {
  readonly chargingMode: 0 | 1;
  readonly periodType?: 2 | 3 | undefined;
  readonly periodNum?: number | undefined;
}

/** Rules of prepaid periods. `refuse` takes the field and the reason. */
export function checkPeriod(given: PeriodTerms, refuse: (field: keyof PeriodTerms, reason: string) => void): void {
  if (given.chargingMode === 1) {
    for (const field of ["periodType", "periodNum"] as const) {
      if (given[field] !== undefined) refuse(field, "is for prepaid servers: leave it out, or set `chargingMode` to 0");
    }
    return;
  }
  if (given.periodType === undefined) refuse("periodType", "is needed for prepaid servers: 2 for months, 3 for years");
  if (given.periodNum === undefined) refuse("periodNum", "is needed for prepaid servers: how many months or years to buy");
  if (given.periodType === 2 && (given.periodNum ?? 0) > 9)
    refuse("periodNum", "can be 1 to 9 months; for longer buy years (`periodType` 3)");
}

export interface BandwidthTerms {
  readonly bandWidthId?: string | undefined;
  readonly bandWidthSize?: number | undefined;
  readonly bandWidthChargeMode?: 0 | 1 | undefined;
  readonly bandWidthShareType?: 0 | 1 | undefined;
}

/** Rules of bandwidths in the customer's VPC (purchases v2 and v2.1). */
export function checkVpcBandwidth(given: BandwidthTerms, refuse: (field: keyof BandwidthTerms, reason: string) => void): void {
  if (given.bandWidthChargeMode === undefined) refuse("bandWidthChargeMode", "is needed here: 0 to pay by bandwidth, 1 to pay by traffic");
  switch (given.bandWidthShareType) {
    case undefined:
      refuse("bandWidthShareType", "is needed here: 0 for a dedicated bandwidth, 1 for a shared one");
      return;
    case 0:
      if (given.bandWidthSize === undefined) refuse("bandWidthSize", "is needed for a dedicated bandwidth: 1 to 2000 Mbit/s");
      if (given.bandWidthId !== undefined)
        refuse("bandWidthId", "names a shared bandwidth: leave it out, or set `bandWidthShareType` to 1");
      return;
    case 1:
      if (given.bandWidthId === undefined) refuse("bandWidthId", "is needed for a shared bandwidth: the id of an existing one");
      if (given.bandWidthSize !== undefined) refuse("bandWidthSize", "is that of the shared bandwidth itself: leave it out");
  }
}

/** Shared and dedicated bandwidths in the words of the wire, and back. */
export const bandwidthToWire = (given: BandwidthTerms): object => ({
  band_width_id: given.bandWidthId,
  band_width_size: given.bandWidthSize,
  band_width_charge_mode: given.bandWidthChargeMode,
  band_width_share_type: given.bandWidthShareType,
});

/** Adds an issue at a path. */
export const refusing =
  (context: z.RefinementCtx, ...path: PropertyKey[]) =>
  (field: string, reason: string): void =>
    context.addIssue({ code: "custom", path: [...path, field], message: reason });

/** The state without what no program writes. */
export function onlyInputs<I extends object>(schema: z.ZodObject, state: I): I {
  return Object.fromEntries(Object.entries(state).filter(([name]) => name in schema.shape)) as I; // the same, with fewer properties
}
