/** The simulated clouds without their ports, and what the judge sees of them: everything bought, for which resource, and what became of it. */
import { z } from "zod";
import type { CloudName, Faults, Ledger } from "../simulator";
import type { Cloud, CloudRequest, Outcome, World } from "../simulator/cloud";
import { newFaults, withFaults } from "../simulator/faults";
import { huaweiCloud } from "../simulator/huaweicloud";
import { secondAccount } from "../simulator/huaweicloud/accounts";
import { jdCloud } from "../simulator/jdcloud";
import { newLedger } from "../simulator/ledger";
import { seededText } from "../simulator/seeded-text";
import { ucloud } from "../simulator/ucloud";
import type { JumpingClock } from "./clock";
import { purchaseOperations, resourceOfName } from "./programs";
import type { ResourceName } from "./programs";

/** One executed order. */
export interface Order {
  readonly resource: ResourceName;
  /** Of servers; none yet when it waits for its payment. */
  readonly ids: readonly string[];
  readonly count: number;
  /** The vendor's id, or an internal one. */
  readonly orderId: string;
  /** Orders that waited for their payment before. */
  readonly unpaidBefore: readonly UnpaidOrder[];
  /** An order that somebody pays in the console was placed before, and judged then. */
  readonly isPaidByHand: boolean;
  /** The gateway executed the request once more: nobody could know. */
  readonly isSecondExecution: boolean;
}

/** A Huawei order that waits for its payment. */
export interface UnpaidOrder {
  readonly id: string;
  readonly resource: ResourceName | undefined;
  readonly count: number;
}

/** A server that exists now. */
export interface Standing {
  readonly id: string;
  readonly cloud: CloudName;
  readonly name: string;
  /** It was never built, and everybody can see that. */
  readonly hasFailed: boolean;
  /** It is being deleted. */
  readonly isEnding: boolean;
}

export interface Clouds {
  readonly all: readonly Cloud[];
  readonly faults: Faults;
  readonly ledger: Ledger;
  /** Executes one request, and suffers what faults do to it. */
  answer(cloud: CloudName, request: CloudRequest): Outcome;
  /** Answers from a replica of the cloud that knows of no servers. */
  answerStale(cloud: CloudName, request: CloudRequest): Outcome;
  /** The same for Huawei Cloud's console, which nothing happens to. */
  executeFaultless(request: CloudRequest): Outcome;
  /** The operation that a request asks for, by the vendor's name. */
  operationOf(cloud: CloudName, request: CloudRequest): string;
  standing(): readonly Standing[];
  /** Of everything that exists and costs. */
  costingIds(): readonly string[];
  unpaidOrders(): readonly UnpaidOrder[];
  readonly settings: Readonly<Record<string, string>>;
  /** The keys of another account. */
  readonly otherKeys: Readonly<Record<string, string>>;
}

export function newClouds(clock: JumpingClock, seed: number, onOrder: (order: Order) => void): Clouds {
  const ledger = newLedger(() => clock.now());
  const world: World = { clock, ledger, randomText: seededText(seed) };
  const huaweicloud = huaweiCloud(world);
  const uphones = ucloud(world);
  const edge = jdCloud(world);
  const byName: Readonly<Record<CloudName, Cloud>> = { ucloud: uphones, huaweicloud, jdcloud: edge };
  const all = Object.values(byName);
  const faults = newFaults(all, world);
  const answers = {
    ucloud: withFaults(uphones, faults),
    huaweicloud: withFaults(huaweicloud, faults),
    jdcloud: withFaults(edge, faults),
  };
  const settings = all
    .map((cloud, index) => cloud.settings(`http://127.0.0.1:${index + 1}`))
    .flatMap(({ config, secrets }) => [config, secrets]);
  const others = uphones.settings("http://127.0.0.1:1", "other");
  const unpaidOrders = (): UnpaidOrder[] => unpaidIn(huaweicloud.save() as HuaweiState, clock.now());
  const watched = (
    name: CloudName,
    { isPaidByHand, mayOrder }: { isPaidByHand: boolean; mayOrder: boolean },
    execute: () => Outcome,
  ): Outcome => {
    if (!mayOrder) return execute();
    const before = ledger.entries().length;
    const unpaidBefore = name === "huaweicloud" ? unpaidOrders() : [];
    const doubledBefore = faults.injected()["duplicate-delivery"];
    const outcome = execute();
    // Of two executions the first may have been refused, and so its answer says.
    let isSecondExecution = faults.injected()["duplicate-delivery"] > doubledBefore && isRefusal(outcome);
    const placed = (orderId: string, resource: ResourceName | undefined, ids: readonly string[], count: number): void => {
      if (resource === undefined) throw new Error(`Nobody knows for what ${ids.join(", ") || "an unpaid order"} was bought.`);
      onOrder({ resource, ids, count, orderId, unpaidBefore, isPaidByHand, isSecondExecution });
      isSecondExecution = true;
    };
    for (const { kind, ids, orderId } of ledger.entries().slice(before)) {
      if (kind === "order") placed(orderId, resourceOfName(nameOf(byName[name], ids)), ids, ids.length);
    }
    if (name === "huaweicloud") {
      for (const { id, resource, count } of unpaidOrders()) if (unpaidBefore.every((one) => one.id !== id)) placed(id, resource, [], count);
    }
    return outcome;
  };
  return {
    all,
    faults,
    ledger,
    answer: (name, request) =>
      watched(name, { isPaidByHand: false, mayOrder: purchaseOperations[name].includes(byName[name].operationOf(request) ?? "") }, () =>
        answers[name](request),
      ),
    answerStale: (name, request) => ({ answer: emptyCloud(name, { ...world, ledger: newLedger(() => clock.now()) }).handle(request) }),
    executeFaultless: (request) =>
      watched("huaweicloud", { isPaidByHand: true, mayOrder: true }, () => ({ answer: huaweicloud.handle(request) })),
    operationOf: (name, request) => byName[name].operationOf(request) ?? "",
    standing: () => all.flatMap((cloud) => standingIn(cloud, clock.now())),
    costingIds: () => all.flatMap((cloud) => cloud.costing().map(({ id }) => id)),
    unpaidOrders,
    settings: Object.assign({}, ...settings) as Record<string, string>,
    otherKeys: {
      ...others.config,
      ...others.secrets,
      "huaweicloud:accessKey": secondAccount.accessKey,
      "huaweicloud:secretKey": secondAccount.secretKey,
      "jdcloud:accessKey": edge.otherAccount.accessKey,
      "jdcloud:secretKey": edge.otherAccount.secretKey,
    },
  };
}

const isRefusal = (outcome: Outcome): boolean =>
  "answer" in outcome && (outcome.answer.status >= 400 || (retCode.safeParse(outcome.answer.body).data?.RetCode ?? 0) !== 0);
const retCode = z.object({ RetCode: z.number() });

const emptyCloud = (name: CloudName, world: World): Cloud => ({ ucloud, huaweicloud: huaweiCloud, jdcloud: jdCloud })[name](world);

// What the judge reads in the saved states of the simulator.
interface UcloudState {
  readonly servers: readonly { id: string; name: string; isFailing: boolean; boughtAt: number; deletion?: unknown }[];
}
interface HuaweiState {
  readonly servers: Readonly<Record<string, { id: string; name: string; failsToBuild: boolean; createdAt: number; endedAt?: number }>>;
  readonly orders: Readonly<
    Record<
      string,
      { id: string; type: number; payBy: number; paidAt?: number; cancelledAt?: number; wanted?: { server_name: string; count: number } }
    >
  >;
}
interface JdState {
  readonly instances: Readonly<Record<string, { instanceId: string; status: string; task?: { becomes: string }; texts: { name: string } }>>;
}

const unpaidIn = ({ orders }: HuaweiState, now: number): UnpaidOrder[] =>
  Object.values(orders)
    .filter((order) => order.type === 1 && order.paidAt === undefined && order.cancelledAt === undefined && order.payBy > now)
    .map(({ id, wanted }) => ({ id, resource: resourceOfName(wanted?.server_name ?? ""), count: wanted?.count ?? 0 }));

const ucloudFailsAfterMs = 10 * 60_000;
const huaweiFailsAfterMs = 25 * 60_000;

function standingIn(cloud: Cloud, now: number): Standing[] {
  const ids = cloud.servers(); // also brings the saved state up to the present
  const seen = rawServers(cloud, now);
  return ids.flatMap((id) => seen.filter((server) => server.id === id));
}

function rawServers(cloud: Cloud, now: number): Standing[] {
  const saved = cloud.save();
  switch (cloud.name) {
    case "ucloud":
      return (saved as UcloudState).servers.map(({ id, name, isFailing, boughtAt, deletion }) => {
        return {
          id,
          cloud: "ucloud",
          name,
          hasFailed: isFailing && now - boughtAt >= ucloudFailsAfterMs,
          isEnding: deletion !== undefined,
        };
      });
    case "huaweicloud":
      return Object.values((saved as HuaweiState).servers).map(({ id, name, failsToBuild, createdAt, endedAt }) => {
        const hasFailed = failsToBuild && now - createdAt >= huaweiFailsAfterMs;
        return { id, cloud: "huaweicloud", name, hasFailed, isEnding: endedAt !== undefined };
      });
    case "jdcloud":
      return Object.values((saved as JdState).instances).map(({ instanceId: id, status, task, texts: { name } }) => {
        return { id, cloud: "jdcloud", name, hasFailed: status === "error", isEnding: task?.becomes === "gone" };
      });
  }
}

/** The name that servers got when they were bought. */
const nameOf = (cloud: Cloud, ids: readonly string[]): string => rawServers(cloud, 0).find(({ id }) => ids.includes(id))?.name ?? "";
