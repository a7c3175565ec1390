import { CloudError } from "../../http/errors";
import type { FailureKind } from "../../http/errors";
import type { HttpAnswer } from "../../http/send";
import { redact } from "../../http/redact";

/** What an answer says about itself when it is a refusal. */
export interface Refusal {
  readonly code: string;
  readonly text: string;
}

/**
 * Finds the vendor's code and text in any of the envelopes in use: `error_code`/`error_msg` (CPH, API gateway, BSS),
 * `code`/`message`, and both of these inside another object (IAM, whose codes may be numbers).
 */
export function refusalIn(body: unknown): Refusal | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const fields = body as Record<string, unknown>;
  const code = textOf(fields["error_code"]) ?? (fields["message"] === undefined ? undefined : textOf(fields["code"]));
  if (code !== undefined) {
    return { code: code.replace(/^CPS\.?(?=\d{4}$)/, "CPS."), text: textOf(fields["error_msg"]) ?? textOf(fields["message"]) ?? "" };
  }
  for (const inner of Object.values(fields)) {
    const found = Array.isArray(inner) ? undefined : refusalIn(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @param doing what was tried, on what, as in `rename server 0a1b to "farm"` */
export function cloudError(
  doing: string,
  answer: Pick<HttpAnswer, "status" | "headers" | "body">,
  secrets: readonly (string | undefined)[],
): CloudError {
  const json = parsed(answer.body);
  const refusal = refusalIn(json);
  const code = refusal?.code ?? `HTTP ${answer.status}`;
  const said = redact(refusal?.text ?? answer.body, secrets)
    .slice(0, 400)
    .trim();
  const requestId = requestIdOf(json) ?? answer.headers["x-request-id"] ?? answer.headers["x-iam-trace-id"];
  const from = requestId === undefined ? "" : ` (request ${requestId})`;
  const hint = adviceOn(code);
  return new CloudError(
    `Could not ${doing}: Huawei Cloud answered ${code}${said === "" ? "" : `, "${said}"`}${from}.${hint === "" ? "" : ` ${hint}`}`,
    { kind: kindOf(answer.status, code), code, status: answer.status, requestId },
  );
}

/** A refusal that stands inside a good answer, for one of the things asked for. */
export function refusalOfOne(
  doing: string,
  entry: { readonly error_code?: string | null | undefined; readonly error_msg?: string | null | undefined },
): CloudError {
  const code = entry.error_code ?? "no reason";
  const said = entry.error_msg ? `, "${entry.error_msg}"` : "";
  const hint = adviceOn(code);
  return new CloudError(`Could not ${doing}: Huawei Cloud answered ${code}${said}.${hint === "" ? "" : ` ${hint}`}`, {
    kind: "fatal",
    code,
    status: 200,
  });
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === "number" ? String(value) : typeof value === "string" && value !== "" ? value : undefined;

const requestIdOf = (body: unknown): string | undefined =>
  typeof body === "object" && body !== null && "request_id" in body ? textOf(body.request_id) : undefined;

const slowDown = new Set(["APIGW.0308", "APIG.0308", "CBC.0250"]);
const unwell = new Set(["CPS.0003", "CPS.0042", "CPS.0054", "CPS.0061", "APIGW.0613", "APIG.0613", "CBC.0999"]);

function kindOf(status: number, code: string): FailureKind {
  if (status === 429 || slowDown.has(code)) return "throttled";
  return status >= 500 || unwell.has(code) ? "transient" : "fatal";
}

const hasCode = (error: unknown, codes: ReadonlySet<string>): boolean => error instanceof CloudError && codes.has(error.code);

const noSuchServer = new Set(["CPS.0015", "CPS.0156", "CPS.0159"]);

/** The cloud knows no such server. A 404 of the gateway itself (nothing published at this address) does not mean that. */
export const meansNoSuchServer = (error: unknown): boolean =>
  hasCode(error, noSuchServer) || (error instanceof CloudError && error.status === 404 && error.code.startsWith("CPS."));

const noLongerBilled = new Set(["CBC.30000067", "CBC.99003012", "CBC.99003016", "CBC.30050009", "CBC.3124"]);

/** Billing has closed the resource already, or never had it. */
export const meansNoLongerBilled = (error: unknown): boolean => hasCode(error, noLongerBilled);

const busyInBilling = new Set(["CBC.99003651", "CBC.30050011", "CBC.3144", "CBC.3002", "CBC.99000088"]);

/** Another transaction of this resource or order is under way: the same request works later. */
export const meansBusyInBilling = (error: unknown): boolean => hasCode(error, busyInBilling);

/** The order is past the point where it could be cancelled. */
export const meansNotCancellable = (error: unknown): boolean => hasCode(error, new Set(["CBC.99005010"]));

/** Auto-renewal is off already. */
export const meansRenewalIsOff = (error: unknown): boolean => hasCode(error, new Set(["CBC.99003605"]));

const otherSite = new Set(["CBC.0150", "CBC.0156"]);

/** The account belongs to the other website, whose billing has a host of its own. */
export const meansOtherSite = (error: unknown): boolean => hasCode(error, otherSite);

/** The caller may use the cloud, but not this part of it. */
export const meansForbidden = (error: unknown): boolean => error instanceof CloudError && error.status === 403;

/** Nothing is published at this address: a wrong endpoint, or a call that the cloud has withdrawn. */
export const meansNoSuchApi = (error: unknown): boolean => hasCode(error, new Set(["APIGW.0101", "APIG.0101"]));

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

const adviceOn = (code: string): string => advice[code.replace(/^APIG\./, "APIGW.")] ?? "";
