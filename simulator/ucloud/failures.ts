/** Server errors of UCloud's gateway, which come in place of a product's answer. */

/** RetCodes of the common layer (UCloud API docs, "Common error codes"), answered with HTTP 200; the texts are made up. */
const messages = new Map([
  [110, "API response timeout"],
  [130, "Internal gateway error"],
  [150, "Service unavailable"],
  [153, "Request was throttled"],
]);

const httpStatuses = [500, 502, 503, 504] as const;

/** 110 says that the product did not answer in time: whether it did its work is left open. */
export const failureCodes = { before: [150, 130, 110, ...httpStatuses], after: [110, 130, 150, ...httpStatuses] } as const;

export const throttledCode = 153;

/** The RetCode's text; undefined when the code is an HTTP status. */
export const failureMessage = (code: number): string | undefined => messages.get(code);
