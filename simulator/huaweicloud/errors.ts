/** Whose envelope an answer wears. */
export type Service = "cph" | "bss" | "iam";

/** The cloud says no. `code` is the vendor's ("CPS.0087", "APIGW.0301", "CBC.0100", "IAM.0011"). */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly code: string,
    message: string,
    readonly status: number = statusOf(code),
  ) {
    super(message);
  }
}

/** For what no documented code names: an unknown parameter, a body that is not JSON. */
export const badRequest = (message: string): Refusal => new Refusal("APIGW.0201", message, 400);

export const serverNotFound = (serverId: string): Refusal => new Refusal("CPS.0015", `The server ${serverId} does not exist.`);

/** Numbers of CPS codes (CPH API reference, "Error codes") that the current pages file under another HTTP status than 400. */
const cpsStatuses: readonly (readonly [number, readonly number[]])[] = [
  [403, [1, 6, 7, 8]],
  [404, [5, 11, 15, 17, 18, 19, 44, 50, 67, 100, 101, 115, 123, 136, 156, 159, 166, 201, 229, 236]],
  [500, [3, 54, 62, 90, 91, 92]],
];

function statusOf(code: string): number {
  const cps = /^CPS\.(\d{4})$/.exec(code)?.[1];
  if (cps === undefined) return 400;
  return cpsStatuses.find(([, numbers]) => numbers.includes(Number(cps)))?.[0] ?? 400;
}

/** The body of an error as the service, or the gateway in front of it, writes it. */
export function envelope(service: Service, refusal: Refusal, requestId: string): unknown {
  const plain = { error_code: refusal.code, error_msg: refusal.message };
  if (refusal.code.startsWith("APIGW.") || service === "cph") return { ...plain, request_id: requestId };
  if (service === "bss" || refusal.code.startsWith("IAM.")) return plain;
  return { error: { code: refusal.status, message: refusal.message, title: refusal.code } };
}
