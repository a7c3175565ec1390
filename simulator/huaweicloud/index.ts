import type { Cloud, CloudAnswer, CloudRequest, ReceivedCall, World } from "../cloud";
import { noMishaps } from "../mishaps";
import { accounts, mainAccount, region } from "./accounts";
import type { Account } from "./accounts";
import { attachments } from "./billing";
import { billingRoutes } from "./billing-routes";
import { catalogueRoutes } from "./catalogue-routes";
import { changeServer } from "./change";
import { Refusal, badRequest, envelope } from "./errors";
import type { Service } from "./errors";
import { failure, failureCodes, throttled } from "./failures";
import { authenticate } from "./gateway";
import { identityRoutes } from "./identity-routes";
import { end, stall } from "./life";
import type { Operation } from "./operation";
import { phoneRoutes } from "./phone-routes";
import { phoneWorkRoutes } from "./phone-work-routes";
import { serverRoutes } from "./server-routes";
import { settle } from "./settle";
import { newId, newStore } from "./state";
import type { Behaviour, Server, Store } from "./state";
import { tagRoutes } from "./tag-routes";

export interface HuaweiCloud extends Cloud {
  /** Credentials and ids of the customers; the first is the one that `settings` names. */
  readonly accounts: readonly Account[];
  /**
   * How servers are named: `vendor` (default) as each create really does, or one way for all. `isOtherWebsite`: billing answers that the
   * account belongs to the other website. `sellsPayPerUse`: the v2 create takes charging_mode 1. `publishesAccessInfos`: application ports can be
   * changed after the purchase (default: the API is withdrawn). `repairsFailedPhones` (default): phones that failed to stop, restart or reset
   * can be restarted and reset. `failingJobs`: ids of phones and servers whose next job fails, once each.
   */
  behave(how: Partial<Behaviour>): void;
}

/** CPH with the parts of IAM and BSS that it needs, all at the root of one port. */
export function huaweiCloud(world: World, saved?: unknown): HuaweiCloud {
  const store = newStore(world, saved);
  const tagOperations = tagRoutes(store);
  const operations = [
    ...serverRoutes(store),
    ...phoneRoutes(store),
    ...phoneWorkRoutes(store),
    ...tagOperations,
    ...catalogueRoutes(store),
    ...identityRoutes(),
    ...billingRoutes(store),
  ];
  const calls: ReceivedCall[] = [];
  const live = (): Server[] => {
    settle(store);
    return Object.values(store.state.servers).filter((server) => server.endedAt === undefined);
  };
  const existing = (id: string): Server => {
    const server = live().find((one) => one.id === id);
    if (server === undefined) throw new Error(`There is no CPH server ${id}.`);
    return server;
  };
  return {
    name: "huaweicloud",
    accounts,
    handle(request, delivery) {
      store.mishaps = delivery?.mishaps ?? noMishaps;
      settle(store);
      return answer(store, operations, request, (call) => calls.push(call));
    },
    operations: operations.flatMap((operation) => operation.names),
    operationOf(request) {
      const asked = find(operations, request);
      return asked?.operation.nameOf(asked.operation.parameters(asked.path, request));
    },
    partOf(request) {
      const operation = find(operations, request)?.operation;
      if (operation === undefined) return undefined;
      return operation.service === "bss" ? "billing" : tagOperations.includes(operation) ? "tags" : undefined;
    },
    failureCodes,
    failure(request, code, isExecuted) {
      const service = find(operations, request)?.operation.service ?? "cph";
      return refused(service, failure(service, code, isExecuted), newId(store));
    },
    throttled: (request) => refused(find(operations, request)?.operation.service ?? "cph", throttled(), newId(store)),
    received: () => calls,
    costing() {
      const things = live().flatMap((server) => [
        { id: server.id, kind: "server" },
        ...attachments(server).filter((part) => part.kind !== "bandwidth"),
      ]);
      return [...new Map(things.map((thing) => [thing.id, thing])).values()];
    },
    servers: () => live().map((server) => server.id),
    failProvisioning: (times = 1) => void (store.state.purchasesToFail += times),
    stallProvisioning: (on) => stall(store, on),
    vanish: (id) => end(store, existing(id), "vanished", 0),
    change: (id, fields) => changeServer(store, existing(id), fields),
    behave: (how) => void Object.assign(store.behaviour, how),
    settings: (url) => ({
      config: {
        "huaweicloud:region": region,
        "huaweicloud:cphEndpoint": url,
        "huaweicloud:iamEndpoint": url,
        "huaweicloud:bssEndpoint": url,
        "huaweicloud:accessKey": mainAccount.accessKey,
      },
      secrets: { "huaweicloud:secretKey": mainAccount.secretKey },
    }),
    save: () => store.state,
  };
}

/** Gateway, then operation, then its rules; whatever refuses gets the envelope of the service asked. */
function answer(store: Store, operations: readonly Operation[], request: CloudRequest, note: (call: ReceivedCall) => void): CloudAnswer {
  const requestId = newId(store);
  const headers = { "X-Request-Id": requestId };
  let asked: Operation | undefined;
  try {
    const { operation, path } = route(operations, request);
    asked = operation;
    const account = authenticate(request, store.state.failures, store.world.clock.gatewayNow());
    const parameters = operation.parameters(path, request);
    note({ at: store.world.clock.now(), operation: operation.nameOf(parameters), parameters });
    const { status, body } = operation.run(request, account, path, requestId);
    return { status, headers, body };
  } catch (error) {
    const refusal = error instanceof URIError ? badRequest("The address is not well percent-encoded.") : error;
    if (!(refusal instanceof Refusal)) throw error;
    return refused(asked?.service ?? "cph", refusal, requestId);
  }
}

const refused = (service: Service, refusal: Refusal, requestId: string): CloudAnswer => ({
  status: refusal.status,
  headers: { "X-Request-Id": requestId },
  body: envelope(service, refusal, requestId),
});

/** Operations are tried in the order of the tables, so fixed paths stand before those with a variable in the same place. */
function route(operations: readonly Operation[], request: CloudRequest): { operation: Operation; path: Record<string, string> } {
  for (const operation of operations) {
    const path = operation.method === request.method ? operation.match(request.path) : undefined;
    if (path !== undefined) return { operation, path };
  }
  throw new Refusal("APIGW.0101", "The API does not exist or has not been published in the environment.", 404);
}

/** The same, of whatever request: undefined when there is no such operation. */
function find(operations: readonly Operation[], request: CloudRequest): ReturnType<typeof route> | undefined {
  try {
    return route(operations, request);
  } catch (error) {
    if (error instanceof Refusal || error instanceof URIError) return undefined;
    throw error;
  }
}
