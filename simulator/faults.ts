import { bodyText } from "./cloud";
import type { Cloud, CloudPart, CloudRequest, Outcome, World } from "./cloud";
import { faultKinds, parseFault, wireKinds } from "./fault";
import type { Fault, FaultKind, FaultOf } from "./fault";
import type { CloudName } from "./ledger";
import type { Mishaps } from "./mishaps";

export interface FaultHandle {
  readonly fault: Fault;
  /** How often it has struck. */
  injected(): number;
  /** It strikes no more. */
  remove(): void;
}

/** What goes wrong in the simulated clouds, and what did. */
export interface Faults {
  /** From now on this may strike. Throws when it is no fault of that cloud: an unknown field, operation or code. */
  add(fault: Fault): FaultHandle;
  /** Nothing strikes any more. The counts stay. */
  clear(): void;
  /** How often each kind has really struck. */
  injected(): Readonly<Record<FaultKind, number>>;
  /** Those that may still strike, in the order in which they were added. */
  active(): readonly FaultHandle[];
  /** For `withFaults`: the first fault of these kinds that strikes this call, which is then counted. */
  take<K extends FaultKind>(kinds: readonly K[], call: Call, fits?: (fault: FaultOf<K>) => boolean): FaultOf<K> | undefined;
}

/** A call as far as faults are concerned. */
export interface Call {
  readonly cloud: CloudName;
  /** The vendor's name; undefined when the cloud knows no such operation. */
  readonly operation: string | undefined;
  readonly part: CloudPart | undefined;
}

/** A fault with what it has done so far. */
interface Active {
  readonly fault: Fault;
  /** Calls still to be let pass. */
  passes: number;
  injected: number;
}

/** No faults yet, for these clouds. Chance is drawn from their world: the same seed strikes the same calls. */
export function newFaults(clouds: readonly Cloud[], world: Pick<World, "randomText">): Faults {
  const active = new Set<Active>();
  const counts = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  const chance = (): number => Number(world.randomText("0123456789", 9)) / 1e9;

  const strikes = (one: Active): boolean => {
    const { kind, probability, times } = one.fault;
    if (one.passes > 0) {
      one.passes -= 1;
      return false;
    }
    if (probability !== undefined && chance() >= probability) return false;
    one.injected += 1;
    counts[kind] += 1;
    if (one.injected === times) active.delete(one);
    return true;
  };
  const handle = (one: Active): FaultHandle => ({
    fault: one.fault,
    injected: () => one.injected,
    remove: () => void active.delete(one),
  });

  return {
    add(wanted) {
      const fault = parseFault(wanted);
      check(clouds, fault);
      const one: Active = { fault, passes: fault.after ?? 0, injected: 0 };
      active.add(one);
      return handle(one);
    },
    clear: () => active.clear(),
    injected: () => ({ ...counts }),
    active: () => [...active].map(handle),
    take(kinds, call, fits = () => true) {
      for (const one of active) {
        const { fault } = one;
        if (isOf(fault, kinds) && isAbout(fault, call) && fits(fault) && strikes(one)) return fault;
      }
      return undefined;
    },
  };
}

/** Refuses what could never strike, so that a misspelt name is not taken for a cloud that never fails. */
function check(clouds: readonly Cloud[], fault: Fault): void {
  const cloud = clouds.find((one) => one.name === fault.cloud);
  if (cloud === undefined) throw new Error(`There is no cloud ${fault.cloud} here.`);
  const unknown = operationsOf(fault).find((name) => !cloud.operations.includes(name));
  if (unknown !== undefined) throw new Error(`${cloud.name} knows no operation ${unknown}; it knows ${cloud.operations.join(", ")}.`);
  if (fault.kind !== "error-before" && fault.kind !== "error-after") return;
  const codes = cloud.failureCodes[fault.kind === "error-before" ? "before" : "after"];
  if (fault.code !== undefined && !codes.includes(fault.code))
    throw new Error(`${cloud.name} fails with ${codes.join(", ")}, not with ${fault.code}.`);
}

const operationsOf = ({ operation }: Fault): readonly string[] => (operation === undefined ? [] : [operation].flat());

const isOf = <K extends FaultKind>(fault: Fault, kinds: readonly K[]): fault is FaultOf<K> => kinds.some((kind) => kind === fault.kind);

function isAbout(fault: Fault, call: Call): boolean {
  if (fault.cloud !== call.cloud) return false;
  if (fault.kind === "tags-down" && call.part !== "tags") return false;
  if (fault.kind === "billing-down" && call.part !== "billing") return false;
  return fault.operation === undefined || (call.operation !== undefined && operationsOf(fault).includes(call.operation));
}

/** The cloud as its clients meet it while these faults strike. Needs no socket: what to do on one is said in the outcome. */
export function withFaults(cloud: Cloud, faults: Faults): (request: CloudRequest) => Outcome {
  return (request) => {
    if (faults.active().length === 0) return { answer: cloud.handle(request) };
    const call = { cloud: cloud.name, operation: cloud.operationOf(request), part: cloud.partOf(request) };
    const mishaps = mishapsOf(faults, call);
    const execute = (isRepeated = false) => cloud.handle(request, { mishaps, isRepeated });
    const fault = faults.take(wireKinds, call);
    switch (fault?.kind) {
      case undefined:
        return { answer: execute() };
      case "lost-request":
        return { dropped: "before" };
      case "lost-answer":
        execute();
        return { dropped: "after" };
      case "reset-mid-answer": {
        const answer = execute();
        return { answer, cutAfterBytes: Math.floor(Buffer.byteLength(bodyText(answer)) / 2) };
      }
      case "error-before":
        return { answer: cloud.failure(request, fault.code ?? first(cloud.failureCodes.before), false) };
      case "error-after":
        execute();
        return { answer: cloud.failure(request, fault.code ?? first(cloud.failureCodes.after), true) };
      case "throttled":
        return { answer: cloud.throttled(request) };
      case "slow":
        return { answer: execute(), delayMs: fault.ms ?? Infinity };
      case "duplicate-delivery": {
        const answer = execute();
        execute(true);
        return { answer };
      }
      case "tags-down":
      case "billing-down":
        return { answer: cloud.failure(request, 503, false) };
    }
  };
}

const first = ([code]: readonly [number, ...number[]]): number => code;

/** The faults of purchases, asked one by one by the cloud that makes one. */
function mishapsOf(faults: Faults, call: Call): Mishaps {
  return {
    isOutOfBalance: () => faults.take(["out-of-balance"], call) !== undefined,
    failsToBuild: () => faults.take(["provisioning-fails"], call) !== undefined,
    delivered(ordered) {
      const wanted = ({ delivered }: FaultOf<"partial-order">): number => delivered ?? Math.max(1, ordered - 1);
      const fault = faults.take(["partial-order"], call, (one) => wanted(one) < ordered);
      return fault === undefined ? ordered : wanted(fault);
    },
    lateListsMs: () => faults.take(["late-lists"], call)?.ms ?? 0,
    lateOrdersMs: () => faults.take(["late-orders"], call)?.ms ?? 0,
    vanishing() {
      const fault = faults.take(["vanishes"], call);
      return fault && { afterMs: fault.ms, servers: fault.servers ?? 1 };
    },
  };
}
