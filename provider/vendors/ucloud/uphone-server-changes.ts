import { grows, leftOutIs } from "../../kit/diff";
import type { DiffTable } from "../../kit/diff";
import { lifeRules } from "../../kit/life-inputs";
import type { UPhoneServerInputs } from "./uphone-server-properties";

const forDeletion = "kept in the state for the deletion";

const isLater = (last: string | undefined, news: string | undefined): boolean =>
  news !== undefined && (last === undefined || Date.parse(news) > Date.parse(last));

/** What a change of each input means (UCloud API docs, "UPhone": a server has no call for most of them). */
export const uphoneServerChanges: DiffTable<UPhoneServerInputs> = {
  // A server never moves between projects, and one bought without naming a project may well be in the one named now.
  projectId: { change: "replace", same: (last, news) => last === undefined || news === undefined || last === news },
  cityId: { change: "replace" },
  name: { change: "update", how: "ModifyUPhoneServerName", shown: "DescribeUPhoneServer ServerName" },
  serverModelName: { change: "replace", shown: "DescribeUPhoneServer ServerModel.ServerModelName" },
  uphoneModelName: { change: "replace", shown: "DescribeUPhoneServer UPhoneModelName" },
  imageId: {
    change: "replace",
    inPlaceWith: { input: "imageUpdate", value: "reset" },
    wipes: { says: "resets all phones that have another image: their data is lost" },
    how: "ResetUPhone of every phone that has another image, which wipes them; the jobs are awaited",
    shown: "DescribeUPhone ImageId, when all phones have the same",
  },
  imageUpdate: {
    change: "update",
    same: leftOutIs<"replace" | "reset">("replace"),
    how: "kept in the state; it says how imageId changes",
  },
  // The console moves servers between these, too, which is nothing to fight: `currentChargeType` shows it.
  chargeType: { change: "nextOrder" },
  quantity: { change: "nextOrder" },
  autoRenew: {
    change: "update",
    chosenByCloud: true,
    how: "ModifyAutoRenewFlag of the server, its independent addresses and their bandwidth",
  },
  paidUntil: {
    change: "update",
    costs: { says: "pays at once for the months or years that are missing until then", when: isLater },
    how: "CreateRenew by as many months or years as are missing: a payment",
    shown: "DescribeUPhoneServer ExpireTime, when it is earlier",
  },
  ipDestRegion: { change: "replace", shown: "DescribeUPhone IpRegion" },
  shareBandwidth: {
    change: "update",
    costs: { says: "costs the difference of price at once", when: grows },
    how: "ModifyUPhoneShareBandwidth: a larger one is paid for",
    shown: "DescribeUPhoneShareBandwidth Bandwidth",
  },
  ipProportion: { change: "replace", shown: "DescribeUPhoneShareBandwidth IpProportion" },
  tag: { change: "replace" },
  couponId: { change: "nextOrder" },
  remark: { change: "update", how: "ModifyUPhoneServerRemark", shown: "DescribeUPhoneServer Remark" },
  releaseEip: { change: "update", how: forDeletion },
  releaseUdisk: { change: "update", how: forDeletion },
  ...lifeRules,
};
