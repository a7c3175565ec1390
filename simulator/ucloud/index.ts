import type { Cloud, CloudAnswer, CloudRequest, ReceivedCall, World } from "../cloud";
import { noMishaps } from "../mishaps";
import { accounts } from "./accounts";
import type { AccountName } from "./accounts";
import { change } from "./change";
import type { Choices } from "./choices";
import { Refused, unknownAction } from "./errors";
import { failureCodes, failureMessage, throttledCode } from "./failures";
import { actionOf, admit } from "./gateway";
import { routes } from "./routes";
import { newState } from "./state";
import type { State } from "./state";
import { catchUp, costing, newStore, stall, vanish } from "./store";
import { flatten, without } from "./wire";

export interface Ucloud extends Cloud {
  /** Settings of the main account, or of another one that exists here. */
  settings(url: string, account?: AccountName): { config: Record<string, string>; secrets: Record<string, string> };
  /** What UCloud leaves open, or decides per account; tests may set it. */
  readonly choices: Choices;
}

/** UCloud UPhone: one address, one path, all operations. */
export function ucloud(world: World, saved?: unknown): Ucloud {
  // The state file is the simulator's own: nobody else writes it.
  const state = saved === undefined ? newState() : { ...newState(), ...(structuredClone(saved) as State) };
  const store = newStore(world, state);
  const calls: ReceivedCall[] = [];
  let answered = 0;

  const answer = (request: CloudRequest): Record<string, unknown> => {
    let action: string | undefined;
    try {
      const { action: asked, sent, scope } = admit(request);
      const operation = routes.get(asked);
      if (operation === undefined) throw unknownAction(asked);
      action = asked;
      calls.push({
        at: world.clock.now(),
        operation: asked,
        parameters: without(sent, "Action", "PublicKey", "Signature", "SecurityToken"),
      });
      return { RetCode: 0, Action: `${asked}Response`, Message: "", ...operation(flatten(sent), store, scope()) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return {
        RetCode: error.retCode,
        ...(action === undefined || store.choices.errorsLackAction ? {} : { Action: `${action}Response` }),
        Message: error.message,
      };
    }
  };

  const envelope = (status: number, body?: Record<string, unknown>): CloudAnswer => {
    const headers = { "x-ucloud-request-uuid": `00000000-0000-4000-8000-${String(++answered).padStart(12, "0")}` };
    return body === undefined ? { status, headers } : { status, headers, body: dressed(body, store.choices) };
  };
  const operationOf = (request: CloudRequest): string | undefined => {
    const action = actionOf(request);
    return action !== undefined && routes.has(action) && request.path === "/" ? action : undefined;
  };
  const failure = (request: CloudRequest, code: number): CloudAnswer => {
    const Message = failureMessage(code);
    if (Message === undefined) return envelope(code);
    const action = store.choices.errorsLackAction ? undefined : operationOf(request);
    return envelope(200, { RetCode: code, ...(action === undefined ? {} : { Action: `${action}Response` }), Message });
  };

  return {
    name: "ucloud",
    choices: store.choices,
    handle: (request, delivery): CloudAnswer => {
      if (request.path !== "/") return { status: 404 };
      if (request.method !== "GET" && request.method !== "POST") return { status: 405 };
      store.mishaps = delivery?.mishaps ?? noMishaps;
      catchUp(store);
      return envelope(200, answer(request));
    },
    operations: [...routes.keys()],
    operationOf,
    // Tags and billing of these servers are fields of the servers themselves.
    partOf: () => undefined,
    failureCodes,
    failure,
    throttled: (request) => failure(request, throttledCode),
    received: () => calls,
    costing: () => {
      catchUp(store);
      return costing(store);
    },
    servers: () => {
      catchUp(store);
      return state.servers.map((server) => server.id);
    },
    failProvisioning: (times = 1) => void (state.failing += times),
    stallProvisioning: (on) => stall(store, on),
    vanish: (serverId) => vanish(store, serverId),
    change: (serverId, fields) => change(store, serverId, fields),
    settings: (url, account = "main") => ({
      config: {
        "ucloud:endpoint": url,
        "ucloud:publicKey": accounts[account].publicKey,
        "ucloud:projectId": accounts[account].projects[0],
      },
      secrets: { "ucloud:privateKey": accounts[account].privateKey },
    }),
    save: () => structuredClone(state),
  };
}

/** What is odd about answers as a whole, where a test asks for it. */
function dressed(answer: Record<string, unknown>, { retCodeAsText, hasUnknownFields }: Choices): Record<string, unknown> {
  return {
    ...answer,
    ...(retCodeAsText ? { RetCode: String(answer["RetCode"]) } : {}),
    ...(hasUnknownFields ? { FieldOfTomorrow: { Value: 1 } } : {}),
  };
}
