/** What a change of each input of a CphBmsServer means. */
import { leftOutIs } from "../../kit/diff";
import type { DiffTable } from "../../kit/diff";
import type { Difference } from "../../kit/handler";
import { lifeRules } from "../../kit/life-inputs";
import { part } from "../../kit/unknown";
import { compare, ofCount, sameTags, sharesAddress } from "./compare";
import type { CphBmsServerInputs } from "./cph-bms-inputs";
import { sameEnterpriseProject } from "./drift";
import type { CphPurchaseOutputs } from "./server-outputs";

/** The terms of the purchase differ in what a change of each means, so each has its own line. */
type Flat = Omit<CphBmsServerInputs, "orderParam"> & {
  readonly [K in keyof CphBmsServerInputs["orderParam"] as `orderParam.${K}`]: CphBmsServerInputs["orderParam"][K] | undefined;
};

export const cphBmsServerChanges: DiffTable<Flat> = {
  region: { change: "replace" },
  projectId: { change: "replace", chosenByCloud: true },
  serverName: { change: "update", how: "UpdateServerName of every server", shown: "ShowCloudPhoneServerDetail server_name" },
  serverModelName: { change: "replace", shown: "ShowCloudPhoneServerDetail server_model_name" },
  count: {
    change: "update",
    how: "one order for those that are missing; the last ones too many are unsubscribed",
    ...ofCount,
    shown: "the servers that exist",
  },
  nics: { change: "replace", shown: "ShowCloudPhoneServerDetail subnet_id" },
  publicIp: { change: "replace", shown: "ShowCloudPhoneServerDetail band_widths" },
  keypairName: {
    change: "replace",
    inPlaceWith: { input: "keypairUpdate", value: "inPlace" },
    how: "UpdateKeypair: a job for every server; keypairUpdate is inPlace unless the program says otherwise",
    shown: "ShowCloudPhoneServerDetail keypair_name",
  },
  availabilityZone: { change: "replace", chosenByCloud: true, shown: "ShowCloudPhoneServerDetail availability_zone" },
  dataVolume: { change: "replace", shown: "ShowCloudPhoneServerDetail volumes, where it lists as many as were bought" },
  enterpriseProjectId: { change: "replace", same: sameEnterpriseProject, shown: "ShowCloudPhoneServerDetail enterprise_project_id" },
  imageId: { change: "replace", chosenByCloud: true },
  tags: { change: "update", same: sameTags, how: "BatchCreateTags and BatchDeleteTags of every server", shown: "ListResourceTags" },
  keypairUpdate: { change: "update", same: leftOutIs<"replace" | "inPlace">("inPlace"), how: "kept in the state for the next change" },
  "orderParam.chargingMode": { change: "replace" },
  "orderParam.periodType": { change: "nextOrder" },
  "orderParam.periodNum": { change: "nextOrder" },
  "orderParam.isAutoPay": { change: "nextOrder" },
  "orderParam.isAutoRenew": {
    change: "update",
    how: "AutoRenewalResources or CancelAutoRenewalResources of every server",
    shown: "ListPayPerUseCustomerResources expire_policy",
  },
  ...lifeRules,
};

export function bmsDifference(last: CphBmsServerInputs & CphPurchaseOutputs, news: CphBmsServerInputs, marker: string): Difference {
  const known = flat({ ...last, projectId: last.projectId ?? last.resolvedProjectId });
  const { isReady, marker: lastMarker, identity, uneven } = last;
  const properties = compare<Flat>(cphBmsServerChanges, { ...known, isReady, marker: lastMarker, identity, uneven }, flat(news), marker);
  return { properties, deleteBeforeReplace: sharesAddress(last, news) };
}

function flat({ orderParam, ...inputs }: CphBmsServerInputs): Flat {
  return {
    ...inputs,
    "orderParam.chargingMode": part(orderParam, "chargingMode"),
    "orderParam.periodType": part(orderParam, "periodType"),
    "orderParam.periodNum": part(orderParam, "periodNum"),
    "orderParam.isAutoPay": part(orderParam, "isAutoPay"),
    "orderParam.isAutoRenew": part(orderParam, "isAutoRenew"),
  };
}
