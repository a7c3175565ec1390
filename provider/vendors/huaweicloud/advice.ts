const topUp = "Top up the account in Huawei Cloud's Billing Center, then run `pulumi up` again.";
const billingRight =
  "Give the user the billing permissions (billing:subscription:unsubscribe for giving servers back) or the role BSS Administrator.";
const wrongSite =
  "The account belongs to Huawei Cloud's other website: remove huaweicloud:bssEndpoint from the stack configuration, or set it to https://bss.myhuaweicloud.com (China) or https://bss-intl.myhuaweicloud.com (international).";
const waitInBilling = "Another order for this resource is being handled: wait a few minutes and run it again.";
const chooseSubnet = "Check `tenantVpcId` and `nics`: the subnet must be part of that VPC, in the same region.";

/** What to do in the situations that users meet. Codes of dedicated gateways (`APIG.`) mean the same as `APIGW.`. */
const advice: Readonly<Record<string, string>> = {
  "CPS.0001": "The keys have no right to this: grant the user the CPH permissions (cph:servers:*) in this project, or check `projectId`.",
  "CPS.0006": `The account is restricted. ${topUp}`,
  "CPS.0007": "The account is suspended: settle its arrears in Huawei Cloud's Billing Center, or ask Huawei Cloud's support.",
  "CPS.0008": "The account has to pass Huawei Cloud's real-name authentication before it can buy.",
  "CPS.0028": "`phoneModelName` must be on sale for `serverModelName`: see the list of phone models.",
  "CPS.0030": "`imageId` must be a phone image of this region whose label fits `serverModelName`.",
  "CPS.0036": "Up to 300 Mbit/s every number can be had, up to 1000 every 50th, beyond that every 500th.",
  "CPS.0042": "The service is busy: try again in a few minutes.",
  "CPS.0051": "The project has a shared bandwidth already: name it in `bandWidth.bandWidthId`.",
  "CPS.0062": "Placing the order failed: check the account's balance and unpaid orders in the Billing Center.",
  "CPS.0065": "The quota of cloud phone servers is used up: ask for more by a service ticket, or give back servers.",
  "CPS.0066": "This server model is out of stock: choose another `serverModelName`, `availabilityZone` or `region`, or try later.",
  "CPS.0067": "There is no key pair of that name in this region: check `keypairName`.",
  "CPS.0087": "Server names have 1 to 60 letters, digits, `_` and `-`; with several servers the number at the end counts too.",
  "CPS.0089": "`serverModelName` is not on sale in this region: see the list of server models.",
  "CPS.0096": "At most 10 servers can be bought at once.",
  "CPS.0098": "The server is not ready for a new key pair, or there is no such key pair: check `keypairName`, then try again.",
  "CPS.0099": "The server is not ready: try again when it is running.",
  "CPS.0115": "There is no such bandwidth: check `bandWidthId`.",
  "CPS.0157": "`phoneModelName` is not offered with this server model: see the list of phone models.",
  "CPS.0160": "Only a shared bandwidth can be given another size.",
  "CPS.0165": "The phone is neither stopped nor running, or another job on it is: try again later.",
  "CPS.0166": "There is no such phone image: check `imageId`.",
  "CPS.0190": "The number of phones exceeds the quota: ask for more by a service ticket, or give back servers.",
  "CPS.0194": "`subnetCidr` overlaps a subnet that exists: choose another range.",
  "CPS.0196": "The quota does not suffice: ask for more by a service ticket, or give back servers.",
  "CPS.0204": "The subnet is being deleted or out of order: use another one.",
  "CPS.0223": chooseSubnet,
  "CPS.0224": chooseSubnet,
  "CPS.0228": chooseSubnet,
  "CPS.0229": chooseSubnet,
  "CPS.0236": chooseSubnet,
  "CPS.0238": "Check `publicIp`: the EIP must exist, be free and be in this region.",
  "CPS.0239": "Check `publicIp`: the EIP must exist, be free and be in this region.",
  "CPS.0241": "The subnet has too few free addresses: use a larger one.",
  "APIGW.0101": "This call does not exist there: check huaweicloud:cphEndpoint and `region`.",
  "APIGW.0301":
    "Check huaweicloud:accessKey and huaweicloud:secretKey (and the security token of temporary keys), and that this machine's clock is right: more than 15 minutes off is refused. After more than 5 wrong signatures the key is locked for 5 minutes.",
  "APIGW.0302": "These keys may not use this service: check the user's permissions.",
  "APIGW.0303": "The keys were not accepted: check huaweicloud:accessKey and huaweicloud:secretKey.",
  "APIGW.0304": "These keys may not use this service: check the user's permissions.",
  "APIGW.0305": "The keys were not accepted: check huaweicloud:accessKey and huaweicloud:secretKey.",
  "APIGW.0306": "These keys may not use this service: check the user's permissions.",
  "APIGW.0307": "The security token is out of date or of another region: fetch new temporary keys.",
  "APIGW.0308": "Too many requests: try again in a minute.",
  "APIGW.0310": "The project cannot be used: check `projectId` and `region`.",
  "APIGW.0401": "The service refuses requests from this network address.",
  "APIGW.0802": "The user may not work in this region: ask the account's administrator.",
  "CBC.0150": wrongSite,
  "CBC.0156": wrongSite,
  "CBC.0151": billingRight,
  "CBC.0155": billingRight,
  "CBC.99003651": waitInBilling,
  "CBC.30050011": waitInBilling,
  "CBC.3144": waitInBilling,
  "CBC.3002": "The resource is locked in billing: wait a few minutes and run it again.",
  "CBC.99000088": "A payment is being made: wait a few minutes and run it again.",
  "CBC.99003100": "The server is part of an unpaid order: pay or cancel that order in the Billing Center first.",
  "CBC.30050010": "The server is part of an unpaid order: pay or cancel that order in the Billing Center first.",
  "CBC.99003602": "Auto-renewal cannot be set for an expired or frozen server: renew it first.",
  "CBC.99003643": "It has been invoiced: Huawei Cloud's support can unsubscribe it.",
  "CBC.99003656": "The server is frozen: unfreeze it (renew, or settle the arrears) or ask Huawei Cloud's support.",
  "CBC.99005003": `The balance is too low. ${topUp}`,
  "CBC.99008056": "The account's number of transactions for today is used up: try again tomorrow.",
  "CBC.30050006": `The automatic payment failed. ${topUp}`,
};

/** Empty when there is none. */
export const adviceOn = (code: string): string => advice[code.replace(/^APIG\./, "APIGW.")] ?? "";
