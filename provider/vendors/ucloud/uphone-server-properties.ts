import { z } from "zod";
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

// A constant of its own, because only so its comments reach the type declarations that programs see.
const fields = {
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
  /** Image of the phones, from DescribeUPhoneImage; at most 32 bytes (`ImageId`). Changing it replaces the server. */
  imageId: catalogueName(32, "DescribeUPhoneImage").meta({ forceNew: true }),
  /**
   * Charged by `Year`, `Month` or `Dynamic` (by the hour); always prepaid (`ChargeType`). Default `Month`. Changing it replaces the server;
   * a change made in the UCloud console does not, see `currentChargeType`.
   */
  chargeType: z.enum(["Year", "Month", "Dynamic"], "use Year, Month or Dynamic").default("Month").meta({ forceNew: true }),
  /**
   * How many years, months or hours to buy at first; `0` with `Month`: to the end of the running month (`Quantity`). Default 1.
   * It matters at the purchase only: changing it later does nothing.
   */
  quantity: z
    .union([z.int().min(0), z.string().regex(/^\d{1,4}$/)], "write a whole number of periods, 0 or more, such as 1")
    .transform((periods) => String(Number(periods)))
    .default("1"),
  /**
   * Region of the phones' independent addresses, such as `cn-bj2`, from DescribeUPhoneIpRegions (`IpDestRegion`). Default: no independent addresses.
   * Belongs together with `shareBandwidth` and `ipProportion`. Changing it replaces the server.
   */
  ipDestRegion: z.string().min(1, "name a region such as cn-bj2").optional().meta({ forceNew: true }),
  /** Bandwidth that all phones share, in Mbps, 1 or more (`ShareBandwidth`). Default: none. Changing it replaces the server. */
  shareBandwidth: atLeastOne("the bandwidth in Mbps").optional().meta({ forceNew: true }),
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
  /** Voucher to pay with; it does not pay for bandwidth (`CouponId`). Kept secret. Default: none. Changing it later does nothing. */
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
  /** Whether deleting the server also ends its independent addresses, which keep costing otherwise (`ReleaseEIP` of DeleteUPhoneServer). Default true. Changes in place. */
  releaseEip: z.boolean("use true or false").default(true),
  /** Whether deleting the server also ends its data disks, which keep costing otherwise (`ReleaseUDisk` of DeleteUPhoneServer). Default true. Changes in place. */
  releaseUdisk: z.boolean("use true or false").default(true),
  /**
   * Id of a server that exists, to be taken over instead of buying one (`ServerId`). It has to stand in this account, project and city; only its marker
   * is changed, and where it differs from the program the next preview says so. It is deleted like one that was bought. Default: none. It matters when
   * the resource is created only: changing it later does nothing.
   */
  adopt: z.string().min(1, "leave it out, or give the id of a server such as uphs-abc123").optional(),
  /** How long to wait for the server: `create` (default 90 minutes), `update` and `delete` (30 minutes each). Changes in place. */
  timeouts: timeoutsInput,
};

/** Checks the inputs and fills in defaults. */
export const uphoneServerInputs: z.ZodObject<typeof fields, z.core.$strict> = z.strictObject(fields).superRefine((inputs, ctx) => {
  if (inputs.quantity === "0" && inputs.chargeType !== "Month") {
    const message = `0 means "to the end of the month" and needs chargeType Month; use 1 or more with ${inputs.chargeType}`;
    ctx.addIssue({ code: "custom", path: ["quantity"], message });
  }
  const group = ["ipDestRegion", "shareBandwidth", "ipProportion"] as const;
  const missing = group.filter((name) => inputs[name] === undefined);
  if (missing.length === group.length) return;
  for (const name of missing) {
    ctx.addIssue({ code: "custom", path: [name], message: `${group.join(", ")} belong together: set all three or none` });
  }
});

/** What a program may write. */
export type UPhoneServerSpec = z.input<typeof uphoneServerInputs>;
/** The same, checked and with defaults filled in. */
export type UPhoneServerInputs = z.output<typeof uphoneServerInputs>;

// 2. Outputs: the inputs plus what the cloud decides. Each names its field of DescribeUPhoneServer or DescribeUPhone (UCloud API docs).

/** How the phones of a server are doing. */
export interface PhonesSummary {
  /** Phones in state RUNNING. */
  readonly running: number;
  /** Names of the phones that failed to start, stop, reboot or reset. RebootUPhone or ResetUPhone repairs them. */
  readonly failed: readonly string[];
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
  /** How its phones are doing, when last looked at (`State` of each phone). `undefined` until the server runs. */
  readonly phones?: PhonesSummary | undefined;
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
}
