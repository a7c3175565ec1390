import { fields } from "./parameters";
import type { Kind } from "./parameters";
import { decode } from "./signature";
import type { Caller, Store } from "./store";

export type Service = "edcps" | "resourcetag" | "renewal";

/** One call of an operation, its parameters read and typed. */
export interface Call<Q, B> {
  readonly store: Store;
  readonly caller: Caller;
  /** The id in the path, if there is one besides the region. */
  readonly id: string;
  readonly query: Q;
  readonly body: B;
}

/** Parameters as they came, sorted by where they came in. */
export interface Sent {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Operation {
  /** The vendor's name for it. */
  readonly name: string;
  readonly service: Service;
  readonly method: string;
  /** Path with `{names}`, e.g. `/v1/regions/{regionId}/instances/{instanceId}:stopInstance`. */
  readonly path: string;
  /** Whether it takes a `clientToken`: in the body, or in the query of a DELETE. */
  readonly takesToken: boolean;
  run(store: Store, caller: Caller, sent: Sent): unknown;
}

interface Description<Q, B> {
  readonly service?: Service;
  readonly takesToken?: boolean;
  readonly query?: Kind<Q>;
  readonly body?: Kind<B>;
  handle(call: Call<Q, B>): unknown;
}

/** `route` is method and path: `PUT /v1/regions/{regionId}/instances`. */
export function operation<Q = unknown, B = unknown>(name: string, route: string, about: Description<Q, B>): Operation;
export function operation(name: string, route: string, about: Description<unknown, unknown>): Operation {
  const [method = "", path = ""] = route.split(" ");
  return {
    name,
    service: about.service ?? "edcps",
    method,
    path,
    takesToken: about.takesToken ?? false,
    run(store, caller, sent) {
      const id = Object.entries(sent.path).find(([name]) => name !== "regionId")?.[1] ?? "";
      const query = (about.query ?? nothing).read(sent.query, "");
      // Official Go and Python clients repeat the path's parameters in the body.
      const own = Object.entries(sent.body).filter(([field]) => !(field in sent.path));
      const body = method === "GET" || method === "DELETE" ? {} : (about.body ?? nothing).read(Object.fromEntries(own), "");
      return about.handle({ store, caller, id, query, body });
    },
  };
}

const nothing = fields({});

/** The path's parameters, if the path is one of this operation. */
export function matchPath(operation: Operation, path: string): Record<string, string> | undefined {
  const wanted = segmentsOf(operation.path);
  const sent = segmentsOf(path);
  if (sent.length !== wanted.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, pattern] of wanted.entries()) {
    const segment = sent[index] ?? "";
    const name = /^\{(\w+)\}$/.exec(pattern)?.[1];
    if (name === undefined ? segment !== pattern : segment === "") return undefined;
    if (name !== undefined) found[name] = segment;
  }
  return found;
}

/** Decoded segments. What follows the last colon of the last one is the action, and a segment of its own. */
function segmentsOf(path: string): string[] {
  const segments = path.split("/").slice(1).map(decode);
  const last = segments.pop() ?? "";
  const at = last.lastIndexOf(":");
  return at < 0 ? [...segments, last] : [...segments, last.slice(0, at), last.slice(at)];
}
