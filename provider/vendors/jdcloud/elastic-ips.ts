/** Elastic IPs that came with an order. */

interface Order {
  readonly enableInternet: "yes" | "no";
  readonly extensionEnableInternet?: "yes" | "no" | undefined;
}

interface Bound {
  readonly elasticIpId: string | undefined;
  readonly extensionElasticIpId: string | undefined;
}

/** Those that the servers show, each once. */
export function knownElasticIps(order: Order, servers: readonly Bound[]): readonly string[] {
  return [...new Set(orderedSlots(order, servers).filter((id) => id !== undefined))];
}

/** All of them; `undefined` while a server does not show one that was ordered. */
export function allElasticIps(order: Order, servers: readonly Bound[]): readonly string[] | undefined {
  return orderedSlots(order, servers).includes(undefined) ? undefined : knownElasticIps(order, servers);
}

const orderedSlots = (order: Order, servers: readonly Bound[]): (string | undefined)[] =>
  servers.flatMap((server) => [
    ...(order.enableInternet === "yes" ? [server.elasticIpId] : []),
    ...(order.extensionEnableInternet === "yes" ? [server.extensionElasticIpId] : []),
  ]);
