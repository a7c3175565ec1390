import * as z from "zod";
import type { CloudAnswer, CloudRequest } from "../cloud";
import type { Account, Project } from "./accounts";
import { Refusal, badRequest } from "./errors";
import type { Service } from "./errors";
import { cphCode } from "./field-codes";
import { queryPairs } from "./signature";

export interface Call<Query, Body> {
  readonly account: Account;
  /** The project named in the path; for calls without one, the account's first. */
  readonly project: Project;
  /** Variables of the path, decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly requestId: string;
}

interface Description<Query extends z.ZodType, Body extends z.ZodType> {
  readonly service: Service;
  /** The vendor's operation name. */
  readonly name: string;
  /** Where the body's `action` makes it another operation for the vendor. */
  readonly nameByAction?: Readonly<Record<string, string>>;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** `/v1/{project_id}/…`. */
  readonly path: string;
  /** Default: no query parameters. */
  readonly query?: Query;
  /** Default: no body. */
  readonly body?: Body;
  /** Returns the body of a 200, or `undefined` for a 204. */
  readonly answer: (call: Call<z.infer<Query>, z.infer<Body>>) => object | undefined;
}

export interface Operation {
  readonly service: Service;
  readonly method: string;
  /** All names that `nameOf` may give. */
  readonly names: readonly string[];
  /** The vendor's name for a call with these parameters. */
  nameOf(parameters: Readonly<Record<string, unknown>>): string;
  /** Variables of the path when it fits. */
  match(path: string): Record<string, string> | undefined;
  /** All parameters under their wire names, before any of them is checked. */
  parameters(path: Record<string, string>, request: CloudRequest): Record<string, unknown>;
  run(request: CloudRequest, account: Account, path: Record<string, string>, requestId: string): CloudAnswer;
}

const nothing = z.strictObject({});

export function operation<Query extends z.ZodType = typeof nothing, Body extends z.ZodType = z.ZodUndefined>(
  description: Description<Query, Body>,
): Operation {
  const { service, name, method, answer } = description;
  const variables = [...description.path.matchAll(/\{(\w+)\}/g)].map(([, variable = ""]) => variable);
  const pattern = new RegExp(`^${description.path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "([^/]+)")}/?$`);
  return {
    service,
    method,
    names: [name, ...Object.values(description.nameByAction ?? {})],
    nameOf: ({ action }) => (typeof action === "string" ? description.nameByAction?.[action] : undefined) ?? name,
    match(path) {
      const values = pattern.exec(path)?.slice(1);
      return values && Object.fromEntries(values.map((value, index) => [variables[index] ?? "", decodeURIComponent(value)]));
    },
    parameters(path, request) {
      const body = readJson(request.body);
      const fields = typeof body === "object" && body !== null && !Array.isArray(body) ? body : {};
      return { ...path, ...readQuery(request), ...fields };
    },
    run(request, account, path, requestId) {
      const project = projectOf(account, path["project_id"], request.headers["x-project-id"]);
      const query = parse(service, description.query ?? nothing, readQuery(request), "query parameter") as z.infer<Query>;
      if (description.body === undefined) refuseBody(request);
      const sent = description.body === undefined ? undefined : readJson(request.body);
      if (sent === notJson) throw badRequest("The request body is not well-formed JSON.");
      const body = parse(service, description.body ?? z.undefined(), sent, "field") as z.infer<Body>;
      const result = answer({ account, project, path, query, body, requestId });
      if (result === undefined) return { status: 204 };
      return { status: 200, body: service === "cph" ? { request_id: requestId, ...result } : result };
    },
  };
}

function projectOf(account: Account, inPath: string | undefined, inHeader: string | undefined): Project {
  const [first] = account.projects;
  if (first === undefined) throw new Error("a simulated account has no project");
  if (inPath === undefined) return first;
  const project = account.projects.find((one) => one.id === inPath);
  if (project === undefined) throw new Refusal("CPS.0001", `No permission for the project ${inPath}.`);
  if (!project.isHere) throw new Refusal("APIGW.0310", `The project ${inPath} is not available in this region.`, 403);
  if (inHeader !== undefined && inHeader !== inPath) throw new Refusal("CPS.0001", "X-Project-Id and the project of the path differ.");
  return project;
}

const notJson = Symbol("not JSON");

function readJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    return notJson;
  }
}

function refuseBody(request: CloudRequest): void {
  const text = request.body.toString("utf8").trim();
  if (text !== "" && text !== "{}") throw badRequest("This operation takes no request body.");
}

/** A key that comes several times keeps all its values, which no schema here accepts. */
function readQuery(request: CloudRequest): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const [key, value] of queryPairs(request.query)) {
    const known = query[key];
    query[key] = known === undefined ? value : [known, value].flat();
  }
  return query;
}

function parse(service: Service, schema: z.ZodType, value: unknown, what: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = (issue?.path ?? []).map(String);
  const where = path.join(".");
  if (issue?.code === "unrecognized_keys") {
    const unknown = [where, issue.keys[0]].filter((part) => part !== "").join(".");
    throw service === "bss" ? new Refusal("CBC.0100", `Unknown ${what} ${unknown}.`) : badRequest(`Unknown ${what} ${unknown}.`);
  }
  const given = path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
  const isMissing = given === undefined || given === "" || (Array.isArray(given) && given.length === 0);
  const message = `The ${what} ${where === "" ? "body" : where} is ${isMissing ? "missing" : "invalid"}: ${issue?.message ?? ""}`;
  if (service === "bss") throw new Refusal("CBC.0100", message);
  if (service === "iam") throw new Refusal("Bad Request", message, 400);
  throw cphRefusal(path, isMissing, message);
}

function cphRefusal(path: readonly string[], isMissing: boolean, message: string): Refusal {
  const code = cphCode(path, isMissing);
  return code === undefined ? badRequest(message) : new Refusal(code, message);
}
