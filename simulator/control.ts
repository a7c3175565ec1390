import type { Cloud, CloudAnswer, CloudRequest } from "./cloud";
import type { Clock } from "./clock";
import { parseFault } from "./fault";
import type { Faults } from "./faults";
import type { Ledger } from "./ledger";

interface Controlled {
  readonly clouds: readonly Cloud[];
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly settings: unknown;
}

/**
 * The control port, for people and scripts beside the clouds:
 * GET /ledger, /costing, /servers, /received, /settings, /clock, /faults · POST /<cloud>/fail, /<cloud>/stall, /<cloud>/unstall,
 * /<cloud>/vanish/<id>, /<cloud>/change/<id> with a JSON object of wire-named fields · POST /faults with a fault as JSON · DELETE /faults.
 */
export function answerControl(world: Controlled, request: CloudRequest): CloudAnswer {
  const [first = "", action, id = ""] = request.path.split("/").slice(1).map(decodeURIComponent);
  const perCloud = (of: (cloud: Cloud) => unknown): CloudAnswer =>
    ok(Object.fromEntries(world.clouds.map((cloud) => [cloud.name, of(cloud)])));
  if (request.method === "GET") {
    switch (first) {
      case "ledger":
        return ok({ entries: world.ledger.entries(), orders: world.ledger.orders().length, paid: world.ledger.paid() });
      case "costing":
        return perCloud((cloud) => cloud.costing());
      case "servers":
        return perCloud((cloud) => cloud.servers());
      case "received":
        return perCloud((cloud) => JSON.parse(JSON.stringify(cloud.received(), masked)) as unknown);
      case "settings":
        return ok(world.settings);
      case "clock":
        return ok({ now: new Date(world.clock.now()).toISOString() });
      case "faults":
        return shown(world.faults);
      default:
        return refused(404, `no such page: GET ${request.path}`);
    }
  }
  if (request.path === "/faults") return changeFaults(world.faults, request);
  const cloud = world.clouds.find((one) => one.name === first);
  if (request.method !== "POST" || cloud === undefined) return refused(404, `no such page: ${request.method} ${request.path}`);
  try {
    switch (action) {
      case "fail":
        cloud.failProvisioning();
        return ok({});
      case "stall":
      case "unstall":
        cloud.stallProvisioning(action === "stall");
        return ok({});
      case "vanish":
        cloud.vanish(id);
        return ok({});
      case "change":
        cloud.change(id, JSON.parse(request.body.toString("utf8")) as Record<string, unknown>);
        return ok({});
      case undefined:
      default:
        return refused(404, `no such action: ${String(action)}`);
    }
  } catch (error) {
    return refused(400, error instanceof Error ? error.message : String(error));
  }
}

function changeFaults(faults: Faults, { method, body }: CloudRequest): CloudAnswer {
  try {
    if (method === "POST") faults.add(parseFault(JSON.parse(body.toString("utf8"))));
    else if (method === "DELETE") faults.clear();
    else return refused(404, `no such page: ${method} /faults`);
    return shown(faults);
  } catch (error) {
    return refused(400, error instanceof Error ? error.message : String(error));
  }
}

const shown = (faults: Faults): CloudAnswer =>
  ok({ active: faults.active().map((one) => ({ ...one.fault, injected: one.injected() })), injected: faults.injected() });

/** Tests see every parameter as it came; people who look at the control port need no secrets. */
const masked = (name: string, value: unknown): unknown => (/password|user_?data|coupon|buy_?scenario/i.test(name) ? "(hidden)" : value);

const ok = (body: unknown): CloudAnswer => ({ status: 200, body });
const refused = (status: number, error: string): CloudAnswer => ({ status, body: { error } });
