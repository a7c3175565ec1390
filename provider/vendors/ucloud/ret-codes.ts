import type { FailureKind } from "../../http/errors";

// RetCodes of the common layer (UCloud API docs, "Common error codes") and of the host products (UHost); UPhone publishes none of its own.

const transient = new Set([110, 130, 150]);
const throttled = new Set([153]);

/** How a RetCode is to be treated. Product codes are 2000 and above. */
export function kindOf(retCode: number): FailureKind {
  if (throttled.has(retCode)) return "throttled";
  return transient.has(retCode) ? "transient" : "fatal";
}

/** How an HTTP status without a readable answer of the API is to be treated. */
export function kindOfStatus(status: number): FailureKind {
  if (status === 429) return "throttled";
  // 200 with a body that nobody can read: the request may well have been executed.
  return status >= 500 || status < 400 ? "transient" : "fatal";
}

/** Whether an answer about one id may only mean that there is no such id: products differ in how they say so. */
export const mayMeanAbsent = (code: string): boolean => code === "230" || Number(code) >= 2000;

/** What the owner of the account, or the program, can do about a refusal; `undefined` when nothing is known. */
export function adviceFor(retCode: number, message: string, action: string): string | undefined {
  const [, parameter = ""] = /\bparams? \[(\w+)\]/i.exec(message) ?? [];
  const input = inputs.get(`${action} ${parameter}`) ?? inputs.get(parameter);
  return advice.get(retCode) ?? (input === undefined ? undefined : `Check ${input}.`);
}

// The inputs that parameters come from, as "Params [CityId] not available" names them.
const inputs = new Map([
  ["ProjectId", "projectId"],
  ["CityId", "cityId: DescribeUPhoneCities lists what there is"],
  ["Name", "name"],
  ["ServerModelName", "serverModelName: DescribeUPhoneServerModel lists what there is in the city"],
  [
    "UPhoneModelName",
    "uphoneModelName: DescribeUPhoneModel lists what there is, and DescribeUPhoneServerModel what the server model takes",
  ],
  ["ImageId", "imageId: DescribeUPhoneImage lists what the account has"],
  ["ChargeType", "chargeType"],
  ["Quantity", "quantity"],
  ["CreateRenew Quantity", "paidUntil"],
  ["IpDestRegion", "ipDestRegion: DescribeUPhoneIpRegions lists what there is"],
  ["ShareBandwidth", "shareBandwidth"],
  ["Bandwidth", "shareBandwidth"],
  ["IpProportion", "ipProportion"],
  ["Tag", "tag"],
  ["CouponId", "couponId"],
  ["Remark", "remark"],
  ["ReleaseEIP", "releaseEip"],
  ["ReleaseUDisk", "releaseUdisk"],
]);

const wrongKeys =
  "Check ucloud:publicKey and ucloud:privateKey (or UCLOUD_PUBLIC_KEY and UCLOUD_PRIVATE_KEY): both must belong to the same account, without spaces or line breaks around them.";
const advice = new Map<number, string>([
  [110, "UCloud gave up on the request after 60 s; whether it was executed is not known."],
  [153, "UCloud asks for fewer requests per second."],
  [170, wrongKeys],
  [171, wrongKeys],
  [172, wrongKeys],
  [174, "The temporary credential is over: renew ucloud:securityToken together with its key pair."],
  [292, "There is no such project in this account: check projectId (or ucloud:projectId)."],
  [293, "The account has no right to this zone."],
  [294, "The account accepts requests only from listed addresses: add this machine's address to the account's API allow-list."],
  [295, "The account's safety lock holds dangerous calls back: unlock them in the UCloud console."],
  [
    299,
    "The key's owner lacks the permission, or no project was given, which sub-accounts must do: check projectId (or ucloud:projectId) and the rights granted in IAM.",
  ],
  [520, "The account's balance is too low: top it up, then run again."],
  [8095, "The account's quota is used up: ask UCloud to raise it."],
  [8104, "The account has unpaid orders: pay or cancel them in the UCloud console, then run again."],
  [8116, "Hourly charging has to be enabled for the account first: ask UCloud, or use chargeType Month or Year."],
  [8117, "The order is over: run again to place a new one."],
  [8226, "The account's real-name check is not done: do it in the UCloud console, then run again."],
]);
