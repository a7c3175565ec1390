import { z } from "zod";
import { deletionPolicyField, skipAwaitInput, warnBeforeExpiryDaysInput } from "../../kit/life-inputs";
import { noteLength } from "../../kit/marker";
import type { PurchaseState } from "../../kit/purchase";
import { timeoutsInput } from "../../kit/timeouts";

const oneWord = "[\\p{Script=Han}A-Za-z0-9_.-]{1,63}";
const oneWordRule = 'use 1 to 63 Chinese characters, Latin letters, digits, "-", "_" or "."';
const catalogueName = (bytes: number, source: string) =>
  z
    .string()
    .min(1, `name one of those that ${source} lists`)
    .refine((text) => Buffer.byteLength(text, "utf8") <= bytes, `use at most ${bytes} bytes of UTF-8, as ${source} lists it`);
/** UCloud's own limit is 255 characters (general field rule). */
export const longestRemark = 255 - noteLength;
const atLeastOne = (what: string) => z.int(`write ${what} as a whole number`).min(1, `use ${what} of 1 or more`);

// 1. Inputs: what the program writes. Each names its field of CreateUPhoneServer (UCloud API docs) unless it says otherwise.

// A constant of its own, because only so its comments reach the type declarations that programs see; those of another file do by an intersection.
const ownFields = {
  /**
   * Project that pays for and holds the server, such as `org-abc123` (`ProjectId`). Sub-accounts must name one. Default: `ucloud:projectId`, else
   * `UCLOUD_PROJECT_ID`, else the account's default project. Changing it from one project to another replaces the server; setting it later for a
   * server that was bought without one does not move it.
   */
  projectId: z.string().min(1, "leave it out, or name a project such as org-abc123").optional().meta({ forceNew: true }),
  /** City that the server stands in, such as `cn-wlcb`, from DescribeUPhoneCities (`CityId`). Changing it replaces the server. */
  cityId: z.string().min(1, "name a city such as cn-wlcb").meta({ forceNew: true }),
  /**
   * Name of the server: 1 to 63 Chinese characters, Latin letters, digits, `-`, `_`, `.` (`Name`). While the server is being bought its marker stands
   * behind it, and in the names of its phones for good. Changes in place; the names of the phones stay.
   */
  name: z.string().regex(new RegExp(`^${oneWord}$`, "u"), oneWordRule),
  /** Model of the host, such as `28C60G1T4`, from DescribeUPhoneServerModel; at most 64 bytes (`ServerModelName`). Changing it replaces the server. */
  serverModelName: catalogueName(64, "DescribeUPhoneServerModel").meta({ forceNew: true }),
  /** Model of the phones, one of the server model's `UPhoneSpecs`; at most 64 bytes (`UPhoneModelName`). Changing it replaces the server. */
  uphoneModelName: catalogueName(64, "DescribeUPhoneModel").meta({ forceNew: true }),
  /**
   * Image of the phones, from DescribeUPhoneImage; at most 32 bytes (`ImageId`). Changing it replaces the server, unless `imageUpdate` says otherwise.
   * Phones that were reset one by one and differ from each other are no difference.
   */
  imageId: catalogueName(32, "DescribeUPhoneImage").meta({ forceNew: true }),
  /**
   * How another `imageId` gets onto the phones: `replace` buys another server; `reset` resets every phone of this one that does not have the image yet
   * (ResetUPhone), which **wipes those phones** and costs nothing. Default `replace`. Changes in place.
   */
  imageUpdate: z.enum(["replace", "reset"], "use replace or reset").optional(),
  /**
   * Charged by `Year`, `Month` or `Dynamic` (by the hour); always prepaid (`ChargeType`). Default `Month`. A change counts from the next order on and
   * never replaces the server; how it is charged now shows in `currentChargeType`, and is changed in the UCloud console.
   */
  chargeType: z.enum(["Year", "Month", "Dynamic"], "use Year, Month or Dynamic").default("Month"),
  /**
   * How many years, months or hours to buy at first; `0` with `Month`: to the end of the running month (`Quantity`). Default 1.
   * A change counts from the next order on; `paidUntil` lengthens what is bought.
   */
  quantity: z
    .union([z.int().min(0), z.string().regex(/^\d{1,4}$/)], "write a whole number of periods, 0 or more, such as 1")
    .transform((periods) => String(Number(periods)))
    .default("1"),
  /**
   * Whether UCloud renews the server by itself, and with it its independent addresses and their bandwidth (`Flag` of ModifyAutoRenewFlag). UCloud does
   * so unless told otherwise, and does not show whether it does. Left out, it stays as it is. Changes in place.
   */
  autoRenew: z.boolean("use true or false").optional(),
  /**
   * The server is to be paid at least until then: a date such as `2027-01-31` (its first moment in UTC), or a date with a time and an offset. When it
   * is not, it is renewed by as many whole months or years as are missing (`CreateRenew`), **which is a payment**; being paid for longer is no difference.
   * Independent addresses and their bandwidth have terms of their own, which this leaves alone. Not for `Dynamic`. Default: nothing is renewed on
   * request. Changes in place; an earlier date gives nothing back.
   */
  paidUntil: z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], 'write a date such as "2027-01-31", or one with a time and an offset')
    .optional(),
  /**
   * Region of the phones' independent addresses, such as `cn-bj2`, from DescribeUPhoneIpRegions (`IpDestRegion`). Default: no independent addresses.
   * Belongs together with `shareBandwidth` and `ipProportion`. Changing it replaces the server.
   */
  ipDestRegion: z.string().min(1, "name a region such as cn-bj2").optional().meta({ forceNew: true }),
  /**
   * Bandwidth that all phones share, in Mbps, 1 or more (`ShareBandwidth`). Default: none. Changes in place: more is paid for at once, for the rest of
   * the term.
   */
  shareBandwidth: atLeastOne("the bandwidth in Mbps").optional(),
  /** How many phones share one independent address: 4 means 4 to 1 (`IpProportion`). Default: none. Changing it replaces the server. */
  ipProportion: atLeastOne("the number of phones per address").optional().meta({ forceNew: true }),
  /**
   * Business group of the server's phones: 1 to 63 Chinese characters, Latin letters, digits, `-`, `_`, `.` (`Tag`). Default `Default`, which means
   * ungrouped. Changing it replaces the server, as UCloud's API has no other way; regrouping in the console does not show here.
   */
  tag: z
    .string()
    .regex(new RegExp(`^(?:${oneWord})?$`, "u"), oneWordRule)
    .transform((text) => text || "Default")
    .default("Default")
    .meta({ forceNew: true }),
  /** Voucher to pay with; it does not pay for bandwidth (`CouponId`). Kept secret. Default: none. A change counts from the next order on. */
  couponId: z.string().min(1, "leave it out, or give the id of a voucher").optional().meta({ secret: true }),
  /**
   * Remark shown in the console, at most 231 characters (`Remark` of ModifyUPhoneServerRemark). The console shows the server's marker behind it, such
   * as `[pulumi:q7f3k2mxab0]`. Default empty. Changes in place.
   */
  remark: z
    .string()
    .regex(
      new RegExp(`^.{0,${longestRemark}}$`, "su"),
      `use at most ${longestRemark} characters: the rest of UCloud's 255 is for the server's marker`,
    )
    .default(""),
  /**
   * Whether deleting the server also ends its independent addresses, which keep costing otherwise (`ReleaseEIP` of DeleteUPhoneServer), and whether
   * `deletionPolicy` `stopRenewal` stops their renewal and that of their bandwidth too. Default true. Changes in place.
   */
  releaseEip: z.boolean("use true or false").default(true),
  /** Whether deleting the server also ends its data disks, which keep costing otherwise (`ReleaseUDisk` of DeleteUPhoneServer). Default true. Changes in place. */
  releaseUdisk: z.boolean("use true or false").default(true),
  /**
   * Id of a server that exists, to be taken over instead of buying one (`ServerId`). It has to stand in this account, project and city; only its marker
   * is changed, and where it differs from the program the next preview says so. It is deleted like one that was bought. Default: none. It matters when
   * the resource is created only: changing it later does nothing.
   */
  adopt: z.string().min(1, "leave it out, or give the id of a server such as uphs-abc123").optional(),
  /**
   * Whether `pulumi up` is done as soon as the purchase is accepted, instead of waiting until the server runs. `pulumi refresh` then shows how far it
   * is (`state`), and the first `pulumi up` that finds it running gives it its name, remark and renewal. A server that is adopted is waited for all the
   * same, and one that is replaced goes without waiting for the other. Default false. Changes in place.
   */
  skipAwait: skipAwaitInput,
  /**
   * How many days before the end of its paid time `pulumi up` and `pulumi refresh` begin to warn, when `autoRenew` is false. Default 7; 0 never warns.
   * Changes in place.
   */
  warnBeforeExpiryDays: warnBeforeExpiryDaysInput,
  /** How long to wait for the server: `create` (default 90 minutes), `update` and `delete` (30 minutes each). Changes in place. */
  timeouts: timeoutsInput,
};

type Fields = typeof ownFields & typeof deletionPolicyField;

const fields: Fields = { ...ownFields, ...deletionPolicyField };

/** Checks the inputs and fills in defaults. */
export const uphoneServerInputs: z.ZodObject<Fields, z.core.$strict> = z.strictObject(fields).superRefine((inputs, ctx) => {
  if (inputs.quantity === "0" && inputs.chargeType !== "Month") {
    const message = `0 means "to the end of the month" and needs chargeType Month; use 1 or more with ${inputs.chargeType}`;
    ctx.addIssue({ code: "custom", path: ["quantity"], message });
  }
  if (inputs.paidUntil !== undefined && inputs.chargeType === "Dynamic") {
    const message = "a server that is charged by the hour is not paid for in advance; leave it out, or use chargeType Month or Year";
    ctx.addIssue({ code: "custom", path: ["paidUntil"], message });
  }
  const group = ["ipDestRegion", "shareBandwidth", "ipProportion"] as const;
  const missing = group.filter((name) => inputs[name] === undefined);
  if (missing.length === group.length) return;
  if (inputs.paidUntil !== undefined && inputs.autoRenew === false) {
    const message = "the server would outlive its independent addresses, whose terms end without autoRenew: leave one of the two out";
    ctx.addIssue({ code: "custom", path: ["paidUntil"], message });
  }
  for (const name of missing) {
    ctx.addIssue({ code: "custom", path: [name], message: `${group.join(", ")} belong together: set all three or none` });
  }
});

/** What a program may write. */
export type UPhoneServerSpec = z.input<typeof uphoneServerInputs>;
/** The same, checked and with defaults filled in. */
export type UPhoneServerInputs = z.output<typeof uphoneServerInputs>;

// 2. Outputs: the inputs plus what the cloud decides. Each names its field of DescribeUPhoneServer or DescribeUPhone (UCloud API docs).

/** One phone of a server. */
export interface UPhone {
  /** Id of the phone (`UPhoneId`). */
  readonly id: string;
  /** Name of the phone (`UPhoneName`); that of the server's purchase with a number. */
  readonly name: string;
  /** `RUNNING`, `STOPPED`, `RESETTING`, `RESET_FAILED` …, when last looked at; empty when UCloud could not tell (`State`). */
  readonly state: string;
  /** Its independent address, which it may share with others (`Ip`). `undefined` without one. */
  readonly ip?: string | undefined;
  /** Where a debug bridge reaches it (`ADB`). `undefined` when UCloud shows none. */
  readonly adbAddress?: string | undefined;
}

/** A renewal that was sent and does not show yet. */
export interface RenewalUnderWay {
  /** Until when the server was paid before, ISO 8601. */
  readonly from: string;
  /** When it was sent, ISO 8601. */
  readonly sentAt: string;
  /** UCloud's order for it (`OrderNo`). `undefined`: it was never answered. */
  readonly orderNo?: string | undefined;
}

export interface UPhoneServerOutputs extends UPhoneServerInputs, PurchaseState {
  /**
   * Id of the server (`ServerId`). The resource's id is the same, as soon as there is one: after a purchase of unknown outcome a refresh puts it there.
   * Empty while it is not known whether a server was bought.
   */
  readonly serverId: string;
  /** `Initializing`, `UPhoneCreating`, `Running`, `CreateFailed` or `Deleting`, the last one known; empty until UCloud first showed the server (`State`). */
  readonly state: string;
  /** How many phones the server carries (`UPhoneCount`). `undefined` until it runs. */
  readonly phoneCount?: number | undefined;
  /**
   * Its phones, packed: some 40 of them would take more room in the state than everything else (`UPhoneServer` unpacks them for programs).
   * `undefined` until the server runs.
   */
  readonly phones?: string | undefined;
  /** All addresses of the host itself, public ones first (`IpSet`); phones have their own. */
  readonly addresses: readonly string[];
  /** First public address of the host; `undefined` when it has none. */
  readonly publicIp?: string | undefined;
  /** How the server is charged now: its owner may change that in the UCloud console (`ChargeType`). */
  readonly currentChargeType?: string | undefined;
  /** Name of the city for people, such as 华北二 (`CityName`). */
  readonly cityName?: string | undefined;
  /** When the server was bought, ISO 8601 (`CreateTime`); empty while it is not known whether one was. */
  readonly createdAt: string;
  /** Until when it is paid, ISO 8601; moves with every renewal (`ExpireTime`). `undefined` until UCloud shows it. */
  readonly expiresAt?: string | undefined;
  /** The bandwidth that its phones share (`ShareBandwidthId` of the phones). `undefined` without independent addresses. */
  readonly shareBandwidthId?: string | undefined;
  /** A renewal for `paidUntil` whose outcome is not known yet: nothing more is paid before it is. `undefined`: there is none. */
  readonly renewalUnderWay?: RenewalUnderWay | undefined;
  /** Job of UCloud that resets phones, while it is under way (`JobId` of ResetUPhone). `undefined`: there is none. */
  readonly resetJobId?: string | undefined;
  /** Image that a reset was to bring, until all phones have one again: some may have it and others not. `undefined`: no reset is unfinished. */
  readonly imageUnderWay?: string | undefined;
}
