import type { CloudAnswer, CloudRequest, ReceivedCall } from "../cloud";
import { aliasIpOperations } from "./alias-ips";
import { bindingOperations } from "./bindings";
import { regions } from "./catalogue";
import { catalogueOperations } from "./catalogue-routes";
import { elasticIpOrders } from "./elastic-ip-orders";
import { elasticIpOperations } from "./elastic-ips";
import { accessError, answerOf, invalidArgument, noSuchOperation, outcomeOf } from "./errors";
import type { Outcome } from "./errors";
import { admit } from "./gateway";
import { instanceOperations } from "./instance-routes";
import { networkOperations } from "./network-routes";
import { settle } from "./lifecycle";
import { matchPath } from "./operation";
import type { Operation, Sent } from "./operation";
import { optional, text } from "./parameters";
import { readQuery } from "./query";
import { queryPairs } from "./signature";
import { reinstallOperations } from "./reinstall";
import { renewalOperations } from "./renewals";
import { tagOperations } from "./tags";
import { newRequestId } from "./store";
import type { Caller, Store } from "./store";

/** All services answer on one port: their paths do not meet (renewal is v2, tags have a segment of their own). */
export const operations: readonly Operation[] = [
  ...instanceOperations,
  ...reinstallOperations,
  ...bindingOperations,
  ...elasticIpOperations,
  ...elasticIpOrders,
  ...aliasIpOperations,
  ...catalogueOperations,
  ...networkOperations,
  ...tagOperations,
  ...renewalOperations,
];

/** Answers one request: gateway, then operation, then client token, then the rules. */
export function answer(store: Store, received: ReceivedCall[], request: CloudRequest, isRepeated: boolean): CloudAnswer {
  const { clock } = store.world;
  const outcome = outcomeOf(() => {
    const { account, region, service } = admit(request, clock.gatewayNow(), store.state.nonces, isRepeated);
    const found = findOperation(request);
    if (found === undefined) throw noSuchOperation(request.method, request.path);
    const { operation, path } = found;
    if (service !== operation.service) throw accessError(`the credential scope is for service '${service}', not '${operation.service}'`);
    if ("regionId" in path && region !== path["regionId"]) throw accessError(`the credential scope is for region '${region}'`);
    const body = bodyOf(request);
    const parameters = { ...Object.fromEntries(queryPairs(request.query)), ...(body ?? {}), ...path };
    received.push({ at: clock.now(), operation: operation.name, parameters });
    if (body === undefined) throw invalidArgument("the body is not a JSON object");
    const caller = { pin: account.pin, region: path["regionId"] ?? "" };
    if ("regionId" in path && !regions.some((one) => one.region === caller.region))
      throw invalidArgument(`there is no region '${caller.region}'`);
    settle(store);
    return perform(store, caller, operation, { path, query: readQuery(request.query), body });
  });
  return answerOf(newRequestId(store), outcome);
}

/** The operation that a request asks for, with the parameters of its path. */
export function findOperation({ method, path }: CloudRequest): { operation: Operation; path: Record<string, string> } | undefined {
  for (const operation of operations) {
    const found = operation.method === method ? matchPath(operation, path) : undefined;
    if (found !== undefined) return { operation, path: found };
  }
  return undefined;
}

/** Of several requests with one token only the first is executed; the others get its outcome (EdCPS API, createInstances). */
function perform(store: Store, caller: Caller, operation: Operation, sent: Sent): Outcome {
  if (!operation.takesToken) return { result: operation.run(store, caller, sent) };
  const inQuery = operation.method === "DELETE";
  const { clientToken, ...rest } = inQuery ? sent.query : sent.body;
  const token = optional(text).read(clientToken, "clientToken");
  const work = (): Outcome => ({ result: operation.run(store, caller, inQuery ? { ...sent, query: rest } : { ...sent, body: rest }) });
  if (token === undefined || token === "") return work();
  if (token.length > 36) throw invalidArgument("parameter 'clientToken' has more than 36 characters");

  const { state, switches, world } = store;
  const key = [caller.pin, caller.region, operation.name, token].join(" ");
  const known = state.tokens[key];
  if (known !== undefined && world.clock.now() - known.at < switches.tokenMemoryMs) return known.outcome;
  const outcome = outcomeOf(work);
  if (outcome.error === undefined || switches.replayFailures) state.tokens[key] = { at: world.clock.now(), outcome };
  return outcome;
}

/** The JSON object of the body; empty when there is none, `undefined` when it is something else. */
function bodyOf(request: CloudRequest): Record<string, unknown> | undefined {
  if (request.body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(request.body.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
