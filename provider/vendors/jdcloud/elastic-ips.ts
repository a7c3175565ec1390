/** Elastic IPs that came with an order. */

interface Order {
  readonly enableInternet: "yes" | "no";
  readonly extensionEnableInternet?: "yes" | "no" | undefined;
}

interface Bound {
  readonly elasticIpId?: string | undefined;
  readonly extensionElasticIpId?: string | undefined;
}

const orderedSlots = (order: Order): (keyof Bound)[] => [
  ...(order.enableInternet === "yes" ? (["elasticIpId"] as const) : []),
  ...(order.extensionEnableInternet === "yes" ? (["extensionElasticIpId"] as const) : []),
];

/** Whether the server shows every elastic IP that was ordered with it. */
export const showsItsElasticIps = (order: Order, server: Bound): boolean => orderedSlots(order).every((slot) => server[slot] !== undefined);

/** Those that a server shows for the first time. While it is being bought they are the ones it came with. */
export const firstShown = (order: Order, before: Bound, now: Bound): string[] =>
  orderedSlots(order).flatMap((slot) => (before[slot] === undefined && now[slot] !== undefined ? [now[slot]] : []));

/** Every elastic IP that is bound to one of `servers`. */
export const boundTo = (servers: readonly Bound[]): readonly string[] =>
  servers.flatMap((server) => [server.elasticIpId, server.extensionElasticIpId]).filter((id) => id !== undefined);
