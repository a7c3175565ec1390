import type { Cloud, ReceivedCall, World } from "../cloud";
import { noMishaps } from "../mishaps";
import { mainAccount, otherAccount } from "./catalogue";
import { failure, failureCodes, throttled } from "./failures";
import { settle, stall } from "./lifecycle";
import { change, vanish } from "./owner";
import { answer, findOperation, operations } from "./routes";
import { newStore } from "./store";
import type { Switches } from "./store";

export interface JdCloud extends Cloud {
  /** What the vendor leaves open, and account limits; a test may turn them at any time. Not kept over a restart. */
  readonly switches: Switches;
  /** Credentials of a second account, which sees nothing of the first. It has `subnet-1001` in cn-east-tz1a and `keypair-1001`. */
  readonly otherAccount: { readonly accessKey: string; readonly secretKey: string };
}

/** JD Cloud: EdCPS with the tag and renewal services that it needs, on one port. */
export function jdCloud(world: World, saved?: unknown): JdCloud {
  const store = newStore(world, saved);
  const received: ReceivedCall[] = [];
  const { state } = store;
  return {
    name: "jdcloud",
    switches: store.switches,
    otherAccount: { accessKey: otherAccount.accessKey, secretKey: otherAccount.secretKey },
    handle(request, delivery) {
      store.mishaps = delivery?.mishaps ?? noMishaps;
      return answer(store, received, request, delivery?.isRepeated ?? false);
    },
    operations: operations.map((operation) => operation.name),
    operationOf: (request) => findOperation(request)?.operation.name,
    partOf(request) {
      switch (findOperation(request)?.operation.service) {
        case "resourcetag":
          return "tags";
        case "renewal":
          return "billing";
        case "edcps":
        case undefined:
          return undefined;
      }
    },
    failureCodes,
    failure: (_request, code) => failure(store, code),
    throttled: () => throttled(store),
    received: () => [...received],
    costing() {
      settle(store);
      return [
        ...Object.keys(state.instances).map((id) => ({ id, kind: "server" })),
        ...Object.keys(state.elasticIps).map((id) => ({ id, kind: "eip" })),
      ];
    },
    servers() {
      settle(store);
      return Object.keys(state.instances);
    },
    failProvisioning: (times = 1) => void (state.failing += times),
    stallProvisioning: (on) => stall(store, on),
    vanish(serverId) {
      settle(store);
      vanish(store, serverId);
    },
    change(serverId, fields) {
      settle(store);
      change(store, serverId, fields);
    },
    settings: (url) => ({
      config: { "jdcloud:region": "cn-east-tz1", "jdcloud:endpoint": url, "jdcloud:accessKey": mainAccount.accessKey },
      secrets: { "jdcloud:secretKey": mainAccount.secretKey },
    }),
    save: () => structuredClone(state),
  };
}
