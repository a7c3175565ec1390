import { newTransport } from "../../../../provider/http/transport";
import type { Transport } from "../../../../provider/http/transport";
import { generationOf } from "../../../../provider/kit/purchase";
import { signIn } from "../../../../provider/vendors/huaweicloud/account";
import { listOrders, orderType } from "../../../../provider/vendors/huaweicloud/bss";
import { cphBmsServer } from "../../../../provider/vendors/huaweicloud/cph-bms-server";
import type { CphBmsServerOutputs } from "../../../../provider/vendors/huaweicloud/cph-bms-server";
import { cphPhoneServer } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import type { CphPhoneServerOutputs, CphPhoneServerSpec } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import type { Context } from "../../../../provider/kit/context";
import { memoryJournal } from "../../../support/context";
import { huaweiWorld, leftBehind, messageOf, phonesInVpc } from "../../../support/huaweicloud";
import type { HuaweiWorld } from "../../../support/huaweicloud";

const minute = 60_000;
const hour = 60 * minute;
const rarely = { pollMs: 5 * minute };
const unpaidTerms = { ...phonesInVpc.extendParam, isAutoPay: false };
const purchases = ["CreateCloudPhoneServer", "CreateNet2CloudPhoneServer", "CreateCloudPhoneSingleServer"];

describe("A CPH purchase", () => {
  let world: HuaweiWorld;
  /** As on one machine. */
  let journal: ReturnType<typeof memoryJournal>;
  beforeEach(async () => {
    world = await huaweiWorld();
    journal = memoryJournal();
  });
  afterEach(() => world.close());

  const { faults } = {
    faults: (...all: Parameters<HuaweiWorld["simulator"]["faults"]["add"]>[0][]) => all.map((one) => world.simulator.faults.add(one)),
  };
  const context = (over: Partial<Context> = {}) => world.context({ journal, ...over });
  const patient = (over: Partial<Context> = {}) => context({ ...rarely, ...over });
  const soon = (over: Partial<Context> = {}) => context({ deadline: world.clock.now() + 5 * minute, ...over });
  const create = (spec: Partial<CphPhoneServerSpec> = phonesInVpc, ctx = patient()) => cphPhoneServer.create(world.phones(spec), ctx);
  const update = (id: string, last: CphPhoneServerOutputs, spec: Partial<CphPhoneServerSpec> = phonesInVpc, ctx = patient()) =>
    cphPhoneServer.update(id, last, world.phones(spec), ctx);
  const left = (work: Promise<{ outs: CphPhoneServerOutputs } | CphPhoneServerOutputs>) => leftBehind<CphPhoneServerOutputs>(work);
  /** How many servers each paid order was for. */
  const ordered = (): number[] => world.simulator.ledger.orders("huaweicloud").map((order) => order.ids.length);
  const refunds = (): number => world.simulator.ledger.entries("huaweicloud").filter((entry) => entry.kind === "refund").length;
  const alive = (): string[] => [...world.cloud.servers()].sort();
  const idsOf = (outs: { servers: readonly { id: string }[] }): string[] => outs.servers.map((server) => server.id);
  const sent = (): number => world.cloud.received().filter(({ operation }) => purchases.includes(operation)).length;
  const otherOrder = async (known: string | undefined): Promise<string> => {
    const ctx = context();
    const listed = await listOrders(await signIn(ctx, {}), orderType.purchase, 0, ctx.clock.now());
    return listed.find((order) => order.id !== known)?.id ?? "";
  };
  const tagsOf = async (id: string): Promise<unknown> => {
    const seen = world.cloud
      .received()
      .filter((call) => call.operation === "BatchCreateTags" && JSON.stringify(call.parameters).includes(id));
    return Promise.resolve(seen.map((call) => call.parameters["tags"]));
  };
  const lost = (operation = purchases): void => void faults({ kind: "lost-answer", cloud: "huaweicloud", operation, times: 1 });

  test("carries the marker in its name, then in a tag, which nobody sees", async () => {
    const { id, outs } = await create({ ...phonesInVpc, tags: { env: "prod" } });
    expect(world.lastCall("CreateNet2CloudPhoneServer")).toMatchObject({ server_name: "farm-b-abcdefghij0" });
    expect(await tagsOf(id)).toEqual([[{ key: "pulumi-marker", value: "abcdefghij0" }], [{ key: "env", value: "prod" }]]);
    expect(outs).toMatchObject({ marker: "abcdefghij0", isReady: true, tags: { env: "prod" }, servers: [{ name: "farm-b" }] });
    expect(outs.unclearSince).toBeUndefined();
    expect(journal.intents.size).toBe(0);
    // Other tags come and go, and the marker stays.
    const changed = await update(id, outs, { ...phonesInVpc, tags: {} });
    expect(changed.tags).toEqual({});
    const read = await cphPhoneServer.read(id, changed, context());
    expect(read?.outs).toEqual(changed);
    expect(read?.outs.marker).toBe("abcdefghij0");
  });

  test("of several resources at once looks once for all of them", async () => {
    const markers = ["aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"];
    const { looks } = context(); // as in one process
    const works = markers.map((marker) => create(phonesInVpc, soon({ marker, journal: memoryJournal(), looks })).catch(() => undefined));
    await Promise.all(works);
    const received = world.cloud.received().map((call) => call.operation);
    const before = received.slice(
      0,
      received.findIndex((operation) => purchases.includes(operation)),
    );
    expect(before.filter((operation) => operation === "ListCloudPhoneServers")).toHaveLength(1);
    expect(before.filter((operation) => operation === "ListResourceInstances")).toHaveLength(1);
    expect(ordered()).toEqual([1, 1, 1]);
  });

  test("a name as long as can be leaves room for marker and number, and comes whole in the end", async () => {
    const serverName = "n".repeat(60);
    const { outs } = await create({ ...phonesInVpc, serverName, count: 2 });
    expect(world.lastCall("CreateNet2CloudPhoneServer")).toMatchObject({ server_name: `${"n".repeat(43)}-abcdefghij0` });
    expect(outs.servers.map((server) => server.name)).toEqual([`${"n".repeat(58)}-1`, `${"n".repeat(58)}-2`]);
    const read = await cphPhoneServer.read(idsOf(outs)[0] ?? "", outs, context());
    expect(cphPhoneServer.diff(read!.outs, world.phones({ ...phonesInVpc, serverName, count: 2 }), "abcdefghij").properties).toEqual([]);
  });

  for (const fault of ["lost-answer", "reset-mid-answer", "error-after"] as const) {
    test(`whose answer is gone (${fault}) is found by its name, and nothing is bought again`, async () => {
      faults({ kind: fault, cloud: "huaweicloud", operation: purchases, times: 1 });
      const { id, outs } = await create({ ...phonesInVpc, count: 2 });
      expect(outs).toMatchObject({ isReady: true, state: "running", count: 2, marker: "abcdefghij0" });
      expect(idsOf(outs).sort()).toEqual(alive());
      expect(ordered()).toEqual([2]);
      expect(sent()).toBe(1);
      expect((await cphPhoneServer.read(id, outs, context()))?.outs).toEqual(outs);
    });
  }

  test("of bare servers is found as well", async () => {
    lost();
    const { outs } = await cphBmsServer.create(world.bare({ count: 2 }), patient());
    expect(outs.servers.map((server) => server.name)).toEqual(["bare-a-0001", "bare-a-0002"]);
    expect(ordered()).toEqual([2]);
  });

  for (const fault of ["lost-request", "error-before"] as const) {
    test(`that may have reached the cloud and did not (${fault}) is made by the next run, once`, async () => {
      faults({ kind: fault, cloud: "huaweicloud", operation: purchases, times: 1 });
      const inputs = world.phones(phonesInVpc);
      const failed = await left(cphPhoneServer.create(inputs, patient()));
      expect(failed.id).toBe("unresolved/abcdefghij0");
      expect(failed.outs).toMatchObject({
        ...inputs,
        isReady: false,
        marker: "abcdefghij0",
        unclearSince: expect.any(String) as string,
        servers: [],
      });
      expect(failed.message).toContain("It did not show within 10 min");
      expect(ordered()).toEqual([]);
      expect(cphPhoneServer.diff(failed.outs, inputs, "abcdefghij").properties).toMatchObject([{ property: "isReady" }]);
      const outs = await update(failed.id, failed.outs);
      expect(outs).toMatchObject({ isReady: true, state: "running", marker: "abcdefghij0" });
      expect(outs.unclearSince).toBeUndefined();
      expect(ordered()).toEqual([1]);
      expect((await cphPhoneServer.read(failed.id, outs, context()))?.id).toBe(idsOf(outs)[0]);
    });
  }

  test("that never showed is gone for a refresh when the time is over, and not before", async () => {
    faults({ kind: "lost-request", cloud: "huaweicloud", operation: purchases, times: 1 });
    const failed = await left(create(phonesInVpc, soon()));
    expect(failed.message).toContain("is not known yet");
    expect(await cphPhoneServer.read(failed.id, failed.outs, context())).toMatchObject({ id: failed.id, outs: failed.outs });
    await world.clock.sleep(10 * minute);
    expect(await cphPhoneServer.read(failed.id, failed.outs, context())).toBeUndefined();
    await create();
    expect(ordered()).toEqual([1]);
  });

  test("that shows late in the lists is found by a refresh, and gone on with", async () => {
    lost();
    faults({ kind: "late-lists", cloud: "huaweicloud", ms: 8 * minute });
    const failed = await left(create({ ...phonesInVpc, count: 2 }, soon()));
    expect(failed.id).toBe("unresolved/abcdefghij0");
    await world.clock.sleep(10 * minute);
    const read = await cphPhoneServer.read(failed.id, failed.outs, context());
    expect(read?.outs).toMatchObject({ isReady: false, state: "building", count: 2, serverName: "farm-b" });
    expect(alive()).toContain(read?.id);
    for (const state of [failed, read!]) {
      const outs = await update(state.id, state.outs, { ...phonesInVpc, count: 2 });
      expect(outs).toMatchObject({ isReady: true, count: 2, state: "running" });
      expect(idsOf(outs).sort()).toEqual(alive());
    }
    expect(ordered()).toEqual([2]);
  });

  test("that shows late in lists and in billing is found by its own run", async () => {
    lost();
    faults({ kind: "late-lists", cloud: "huaweicloud", ms: 9 * minute }, { kind: "late-orders", cloud: "huaweicloud", ms: 20 * minute });
    const { outs } = await create();
    expect(outs).toMatchObject({ isReady: true, state: "running" });
    expect(ordered()).toEqual([1]);
  });

  test("with an answer is not lost while billing does not know its order yet", async () => {
    faults({ kind: "late-orders", cloud: "huaweicloud", ms: 20 * minute }, { kind: "late-lists", cloud: "huaweicloud", ms: 5 * minute });
    expect((await create({ ...phonesInVpc, count: 2 })).outs).toMatchObject({ isReady: true, count: 2 });
    expect(ordered()).toEqual([2]);
  });

  test("is not decided by lists that can only be had in part", async () => {
    lost();
    faults({ kind: "tags-down", cloud: "huaweicloud" });
    const failed = await messageOf(create(phonesInVpc, soon()));
    expect(failed).toContain("Could not list CPH servers with the tag pulumi-marker");
    expect(sent()).toBe(0); // not even looked at whether an earlier run bought something
    world.simulator.faults.clear();
    lost();
    world.intercept = (request) => {
      if (!request.path.endsWith("/cloud-phone/servers") || request.method !== "GET" || sent() === 0) return undefined;
      const answer = world.cloud.handle(request);
      (answer.body as { servers: unknown[] }).servers = [];
      return answer;
    };
    const partial = await left(create(phonesInVpc, soon()));
    expect(partial.message).toContain("a part of it proves nothing");
    world.intercept = () => undefined;
    expect(await update(partial.id, partial.outs)).toMatchObject({ isReady: true });
    expect(ordered()).toEqual([1]);
  });

  describe("that waits for its payment, and whose answer was lost,", () => {
    const spec = { ...phonesInVpc, count: 2, extendParam: unpaidTerms };
    const stopped = async () => {
      lost();
      const failed = await left(create(spec));
      expect(failed.id).toBe("unresolved/abcdefghij0");
      const [, orderId = ""] =
        /These orders may be it: order (CS\w+) of [-\dT:Z]+, unpaid: pay those that are wanted or cancel them\./.exec(failed.message) ?? [];
      expect(orderId).not.toBe("");
      expect(await cphPhoneServer.read(failed.id, failed.outs, context())).toMatchObject({ id: failed.id });
      // Days later it is the same.
      await world.clock.sleep(48 * hour);
      const again = await left(update(failed.id, failed.outs, spec));
      expect(again.message).toContain(orderId);
      expect(sent()).toBe(1);
      return { ...again, orderId };
    };

    test("is named, and taken over when it is paid", async () => {
      const { id, outs, orderId } = await stopped();
      await world.pay(orderId);
      const done = await update(id, outs, spec);
      expect(done).toMatchObject({ isReady: true, count: 2, state: "running", orderId });
      expect(ordered()).toEqual([2]);
      expect(sent()).toBe(1);
    });

    test("is named, and bought anew when it is cancelled", async () => {
      const { id, outs, orderId } = await stopped();
      await world.cancel(orderId);
      expect(await cphPhoneServer.read(id, outs, context())).toBeUndefined();
      const done = await update(id, outs, { ...phonesInVpc, count: 2 });
      expect(done).toMatchObject({ isReady: true, count: 2 });
      expect(done.orderId).not.toBe(orderId);
      expect(ordered()).toEqual([2]);
    });

    test("makes destroy fail rather than be forgotten", async () => {
      const { id, outs, orderId } = await stopped();
      expect(await messageOf(cphPhoneServer.delete(id, outs, context()))).toContain(orderId);
      await world.pay(orderId);
      await cphPhoneServer.delete(id, outs, context({ deadline: world.clock.now() + hour }));
      expect(world.cloud.costing()).toEqual([]);
    });
  });

  test("orders of other resources are not taken for the one whose answer was lost", async () => {
    const connections = newTransport();
    const elsewhere = (): Transport => connections; // of another process
    const other = await left(
      create({ ...phonesInVpc, extendParam: unpaidTerms }, context({ marker: "bbbbbbbbbb", journal: memoryJournal() })),
    );
    expect(other.id).toContain("order/");
    const running = await left(
      create({ ...phonesInVpc, serverName: "other" }, soon({ marker: "cccccccccc", journal: memoryJournal(), transport: elsewhere })),
    );
    expect(running.outs.state).toBe("building");
    faults({ kind: "lost-request", cloud: "huaweicloud", operation: purchases, times: 1 });
    const failed = await left(create());
    expect(failed.message).toContain("It did not show within 10 min");
    expect(await update(failed.id, failed.outs)).toMatchObject({ isReady: true });
    expect(ordered()).toEqual([1, 1]);
  });

  test("an order that somebody else left unpaid later stops neither the purchase nor its end", async () => {
    const connections = newTransport();
    faults({ kind: "lost-request", cloud: "huaweicloud", operation: purchases });
    const failed = await left(create(phonesInVpc, soon()));
    world.simulator.faults.clear();
    await world.clock.sleep(24 * hour);
    const colleague = context({ marker: "bbbbbbbbbb", journal: memoryJournal(), transport: () => connections });
    expect((await left(create({ ...phonesInVpc, extendParam: unpaidTerms }, colleague))).id).toContain("order/");
    const sure = { ...failed.outs };
    await cphPhoneServer.delete(failed.id, sure, context({ journal: memoryJournal() }));
    expect(await cphPhoneServer.read(failed.id, sure, context({ journal: memoryJournal() }))).toBeUndefined();
    expect(await update(failed.id, failed.outs)).toMatchObject({ isReady: true });
    expect(ordered()).toEqual([1]);
  });

  test("without the right to read billing the time alone decides", async () => {
    world.intercept = (request) =>
      request.path.startsWith("/v2/orders") ? { status: 403, body: { error_code: "CBC.0151", error_msg: "Access denied." } } : undefined;
    lost();
    expect((await create()).outs).toMatchObject({ isReady: true });
    expect(ordered()).toEqual([1]);
  });

  test("while billing is down nothing is decided, and the next run goes on", async () => {
    faults({ kind: "lost-request", cloud: "huaweicloud", operation: purchases, times: 1 }, { kind: "billing-down", cloud: "huaweicloud" });
    const failed = await left(create());
    expect(failed.message).toContain("is not known yet");
    expect((await left(update(failed.id, failed.outs))).message).toContain("is not known yet");
    expect(sent()).toBe(0);
    world.simulator.faults.clear();
    expect(await update(failed.id, failed.outs)).toMatchObject({ isReady: true });
    expect(ordered()).toEqual([1]);
  });

  test("with billing down is seen through by the next run", async () => {
    faults({ kind: "billing-down", cloud: "huaweicloud" });
    const failed = await left(create());
    expect(failed.outs).toMatchObject({ isReady: false, servers: [{ id: failed.id }] });
    world.simulator.faults.clear();
    expect(await update(failed.id, failed.outs)).toMatchObject({ isReady: true });
    expect(ordered()).toEqual([1]);
  });

  for (const keeps of [true, false]) {
    test(`that a crash interrupted right after the request is taken over, ${keeps ? "with" : "without"} the journal`, async () => {
      const crash = new AbortController();
      world.intercept = (request) => {
        if (request.method !== "POST" || !request.path.endsWith("/cloud-phone/servers")) return undefined;
        queueMicrotask(() => crash.abort(new Error("killed")));
        return world.cloud.handle(request);
      };
      await create({ ...phonesInVpc, count: 2 }, patient({ signal: crash.signal })).catch(() => undefined);
      world.intercept = () => undefined;
      expect(ordered()).toEqual([2]);
      expect(journal.intents.size).toBe(1);
      if (!keeps) journal = memoryJournal();
      const { outs } = await create({ ...phonesInVpc, count: 2 });
      expect(outs).toMatchObject({ isReady: true, count: 2, marker: "abcdefghij0", serverName: "farm-b" });
      expect(ordered()).toEqual([2]);
    });
  }

  test("that was taken over with other inputs shows how it differs", async () => {
    await left(create(phonesInVpc, soon()));
    const spec = {
      ...phonesInVpc,
      keypairName: "kp2",
      tags: { a: "b" },
      serverName: "herd",
      phoneDataVolume: { volumeType: "SSD", size: 50 },
    } as const;
    const { outs } = await create(spec);
    expect(outs).toMatchObject({ isReady: true, serverName: "herd", keypairName: "kp2", tags: { a: "b" } });
    expect(cphPhoneServer.diff(outs, world.phones(spec), "abcdefghij").properties).toMatchObject([
      { property: "phoneDataVolume.volumeType", kind: "replace", old: "GPSSD" },
      { property: "phoneDataVolume.size", kind: "replace", old: 100 },
    ]);
    expect(ordered()).toEqual([1]);
  });

  test("of too many for what is wanted now is taken over, and the rest given back", async () => {
    await left(create({ ...phonesInVpc, count: 3 }, soon()));
    const { outs } = await create({ ...phonesInVpc, count: 2 });
    expect(outs).toMatchObject({ isReady: true, count: 2 });
    expect(idsOf(outs).sort()).toEqual(alive());
    expect(ordered()).toEqual([3]);
  });

  test("of which only the order was known when a crash interrupted it is waited for, however late it shows", async () => {
    const spec = { ...phonesInVpc, count: 2, extendParam: unpaidTerms };
    const failed = await left(create(spec)); // and its state was lost: only the journal knows the order
    faults({ kind: "late-lists", cloud: "huaweicloud", ms: 5 * minute });
    await world.pay(failed.outs.orderId ?? "");
    const { outs } = await create(spec, context());
    expect(outs).toMatchObject({ isReady: true, count: 2, orderId: failed.outs.orderId });
    expect(ordered()).toEqual([2]);
  });

  test("is not completed by another order because a look does not show a server once", async () => {
    world.cloud.behave({ sellsPayPerUse: true });
    let hidden = "";
    const readyAt = world.clock.now() + 25 * minute;
    world.intercept = (request) => {
      const [, id] = /\/v1\/\w+\/cloud-phone\/servers\/(\w+)$/.exec(request.path) ?? [];
      if (request.method !== "GET" || id === undefined || hidden !== "" || world.clock.now() < readyAt) return undefined;
      hidden = id;
      return { status: 404, body: { error_code: "CPS.0156", error_msg: "The server does not exist." } };
    };
    const { outs } = await create({ ...phonesInVpc, count: 2, extendParam: { chargingMode: 1 } });
    expect(outs).toMatchObject({ isReady: true, count: 2 });
    expect(idsOf(outs)).toContain(hidden);
    expect(ordered()).toEqual([2]);
  });

  describe("whose state was lost", () => {
    test("less than a day ago is taken over, also what is marked and complete", async () => {
      const { outs: before } = await create({ ...phonesInVpc, count: 2 });
      await world.clock.sleep(hour);
      const { outs } = await create({ ...phonesInVpc, count: 2 });
      expect(idsOf(outs).sort()).toEqual(idsOf(before).sort());
      expect(outs.marker).toBe("abcdefghij1");
      expect(ordered()).toEqual([2]);
      expect((await cphPhoneServer.read(idsOf(outs)[0]!, outs, context()))?.outs).toEqual(outs);
      // The older state, if it comes back, is not the owner any more.
      const ctx = context({ heldGeneration: generationOf(outs) });
      await cphPhoneServer.delete(idsOf(before)[0]!, before, ctx);
      expect(alive()).toEqual(idsOf(outs).sort());
      expect(ctx.lines.filter((line) => line.includes("belongs to a newer state of this one now"))).toHaveLength(2);
    });

    test("longer ago stops everything until it is said what to do", async () => {
      const { outs: before } = await create();
      await world.clock.sleep(30 * 24 * hour);
      const message = await messageOf(create());
      expect(message).toContain(
        "nothing was bought, because a server of this resource of this stack already stands in Huawei Cloud cn-east-3",
      );
      expect(message).toContain(idsOf(before)[0]);
      expect(ordered()).toEqual([1]);
      const { outs } = await create(phonesInVpc, patient({ adoptOrphans: true }));
      expect(idsOf(outs)).toEqual(idsOf(before));
      expect(ordered()).toEqual([1]);
    });
  });

  test("that replaces another buys and never takes over what it replaces, which then goes alone", async () => {
    const { id, outs: old } = await create({ ...phonesInVpc, count: 2 });
    const news = {
      ...phonesInVpc,
      count: 2,
      serverModelName: "physical.kg1.4xlarge.cp",
      phoneDataVolume: { volumeType: "SSD", size: 50 },
    } as const;
    const { outs } = await create(news, patient({ replaced: old }));
    expect(outs).toMatchObject({ isReady: true, marker: "abcdefghij1" });
    expect(ordered()).toEqual([2, 2]);
    await cphPhoneServer.delete(id, old, context({ heldGeneration: 1 }));
    expect(alive()).toEqual(idsOf(outs).sort());
    expect((await cphPhoneServer.read(idsOf(outs)[0]!, outs, context()))?.outs).toEqual(outs);
  });

  test("that replaces another and whose outcome is not known is not ended with the other", async () => {
    const { id, outs: old } = await create();
    lost();
    faults({ kind: "late-lists", cloud: "huaweicloud", ms: 8 * minute });
    const failed = await left(create(phonesInVpc, soon({ replaced: old })));
    expect(failed.id).toBe("unresolved/abcdefghij1");
    await cphPhoneServer.delete(id, old, context({ heldGeneration: 1 }));
    expect(alive()).toHaveLength(1);
    expect(await update(failed.id, failed.outs)).toMatchObject({ isReady: true, marker: "abcdefghij1" });
    expect(ordered()).toEqual([1, 1]);
  });

  test("that the engine forces without a word takes over the server, which the end of the old state leaves alone", async () => {
    const { id, outs: old } = await create();
    const { outs } = await create(); // `--replace`: the old state is not shown
    expect(idsOf(outs)).toEqual([id]);
    await cphPhoneServer.delete(id, old, context({ heldGeneration: generationOf(outs) }));
    expect(alive()).toEqual([id]);
    expect(ordered()).toEqual([1]);
    await cphPhoneServer.delete(id, outs, context({ heldGeneration: generationOf(outs) }));
    expect(world.cloud.costing()).toEqual([]);
  });

  test("that an order fills only in part is completed by one more order for the rest", async () => {
    faults({ kind: "partial-order", cloud: "huaweicloud", times: 1 });
    const { outs } = await create({ ...phonesInVpc, count: 3 });
    expect(outs).toMatchObject({ isReady: true, count: 3, state: "running" });
    expect(idsOf(outs).sort()).toEqual(alive());
    expect(ordered()).toEqual([3, 1]);
    expect(outs.servers.map((server) => server.name)).toEqual(["farm-b-1", "farm-b-2", "farm-b-3"]);
  });

  test("that an order fills only in part is completed by the next run when time is up, and then by one more order", async () => {
    faults({ kind: "partial-order", cloud: "huaweicloud", times: 1 });
    const deadline = world.clock.now() + 20 * minute;
    const failed = await left(create({ ...phonesInVpc, count: 3 }, context({ deadline })));
    expect(ordered()).toEqual([3]);
    await world.clock.sleep(hour);
    const read = await cphPhoneServer.read(failed.id, failed.outs, context());
    expect(read?.outs).toMatchObject({ count: 2, isReady: false });
    for (const state of [failed, read!]) {
      const outs = await update(state.id, state.outs, { ...phonesInVpc, count: 3 });
      expect(outs).toMatchObject({ isReady: true, count: 3 });
      expect(idsOf(outs).sort()).toEqual(alive());
    }
    expect(ordered()).toEqual([3, 1]);
  });

  test("that orders fill only in part again and again stops after one more", async () => {
    faults({ kind: "partial-order", cloud: "huaweicloud", delivered: 1 });
    const failed = await left(create({ ...phonesInVpc, count: 3 }));
    expect(failed.message).toContain("2 of 3 servers stand");
    expect(failed.outs).toMatchObject({ isReady: false, count: 2 });
    expect(ordered()).toEqual([3, 2]);
    expect(await update(failed.id, failed.outs, { ...phonesInVpc, count: 3 })).toMatchObject({ isReady: true, count: 3 });
    expect(ordered()).toEqual([3, 2, 1]);
  });

  test("that is delivered twice is kept once, and the other is given back", async () => {
    faults({ kind: "duplicate-delivery", cloud: "huaweicloud", operation: purchases, times: 1 });
    const { outs } = await create({ ...phonesInVpc, count: 2 });
    expect(outs).toMatchObject({ isReady: true, count: 2 });
    expect(ordered()).toEqual([2, 2]);
    expect(refunds()).toBe(2);
    expect(idsOf(outs).sort()).toEqual(alive());
    expect((await cphPhoneServer.read(idsOf(outs)[0]!, outs, context()))?.outs).toEqual(outs);
  });

  test("that is delivered twice and waits for its payment costs what is paid, and what is too much is given back", async () => {
    faults({ kind: "duplicate-delivery", cloud: "huaweicloud", operation: purchases, times: 1 });
    const spec = { ...phonesInVpc, extendParam: unpaidTerms };
    const failed = await left(create(spec));
    await world.pay(failed.outs.orderId ?? "");
    const outs = await update(failed.id, failed.outs, spec);
    expect(outs).toMatchObject({ isReady: true, count: 1 });
    expect(ordered()).toEqual([1]);

    await world.pay(await otherOrder(failed.outs.orderId));
    const read = await cphPhoneServer.read(outs.servers[0]?.id ?? "", outs, context());
    expect(read?.outs.isReady).toBe(false);
    const even = await update(read!.id, read!.outs, spec);
    expect(idsOf(even)).toEqual(idsOf(outs));
    expect(alive()).toEqual(idsOf(outs));
  });

  test("whose marker cannot be put into its tag is not over, and the next run sees it through", async () => {
    faults({ kind: "tags-down", cloud: "huaweicloud", operation: "BatchCreateTags" });
    const failed = await left(create());
    expect(failed.outs).toMatchObject({ isReady: false, serverName: "farm-b", servers: [{ name: "farm-b-1", state: "running" }] });
    world.simulator.faults.clear();
    const read = await cphPhoneServer.read(failed.id, failed.outs, context());
    expect(read?.outs).toMatchObject({ isReady: false, serverName: "farm-b", marker: "abcdefghij0" });
    expect(await update(failed.id, read!.outs)).toMatchObject({ isReady: true, servers: [{ name: "farm-b" }] });
    expect(ordered()).toEqual([1]);
  });

  test("of more servers, whose answer was lost, is found, or shows in the state until it is clear", async () => {
    const { id, outs } = await create();
    lost();
    const grown = await update(id, outs, { ...phonesInVpc, count: 3 });
    expect(grown).toMatchObject({ isReady: true, count: 3, marker: "abcdefghij0" });
    expect(idsOf(grown).sort()).toEqual(alive());
    expect(ordered()).toEqual([1, 2]);

    faults({ kind: "lost-request", cloud: "huaweicloud", operation: purchases, times: 1 });
    const failed = await left(update(id, grown, { ...phonesInVpc, count: 4 }));
    expect(failed).toMatchObject({ id, outs: { isReady: false, count: 3, unclearSince: expect.any(String) as string } });
    expect(idsOf(failed.outs)).toEqual(idsOf(grown));
    expect((await cphPhoneServer.read(id, failed.outs, context()))?.outs).toMatchObject({
      isReady: false,
      unclearSince: failed.outs.unclearSince,
    });
    const whole = await update(id, failed.outs, { ...phonesInVpc, count: 4 });
    expect(whole).toMatchObject({ isReady: true, count: 4 });
    expect(ordered()).toEqual([1, 2, 1]);
  });

  test("of more servers that a crash interrupted is seen by a refresh, and joins in the next update", async () => {
    const { id, outs } = await create();
    await left(update(id, outs, { ...phonesInVpc, count: 2 }, soon()));
    journal = memoryJournal(); // and the state of that moment was lost as well
    const ctx = context();
    const read = await cphPhoneServer.read(id, outs, ctx);
    expect(read?.outs).toMatchObject({ isReady: false, count: 1 });
    expect(ctx.lines).toEqual([
      'CphPhoneServer "farm-b": there are servers that an earlier run bought; the next `pulumi up` takes care of them',
    ]);
    const grown = await update(id, read!.outs, { ...phonesInVpc, count: 2 });
    expect(grown).toMatchObject({ isReady: true, count: 2 });
    expect(ordered()).toEqual([1, 1]);
    // When nothing more is wanted, it goes.
    await left(update(id, grown, { ...phonesInVpc, count: 3 }, soon()));
    journal = memoryJournal();
    const back = await update(id, grown, { ...phonesInVpc, count: 2, serverName: "herd" });
    expect(idsOf(back).sort()).toEqual(alive());
    expect(back).toMatchObject({ isReady: true, count: 2 });
  });

  test("that no state knows is ended by destroy, too", async () => {
    const { id, outs } = await create();
    await left(update(id, outs, { ...phonesInVpc, count: 2 }, soon()));
    journal = memoryJournal();
    await cphPhoneServer.delete(id, outs, context({ deadline: world.clock.now() + hour }));
    expect(world.cloud.costing()).toEqual([]);

    lost();
    faults({ kind: "late-lists", cloud: "huaweicloud", ms: 8 * minute });
    const failed = await left(create(phonesInVpc, soon()));
    await cphPhoneServer.delete(failed.id, failed.outs, context({ deadline: world.clock.now() + hour }));
    expect(world.cloud.costing()).toEqual([]);
  });

  test("whose resource was renamed by an alias is marked anew, also while its outcome is not known", async () => {
    const { id, outs } = await create();
    const inputs = world.phones(phonesInVpc);
    expect(cphPhoneServer.diff(outs, inputs, "zzzzzzzzzz").properties).toMatchObject([
      { property: "marker", old: "abcdefghij0", new: "zzzzzzzzzz" },
    ]);
    const renamed = await update(id, outs, phonesInVpc, patient({ marker: "zzzzzzzzzz" }));
    expect(renamed.marker).toBe("zzzzzzzzzz0");
    expect((await cphPhoneServer.read(id, renamed, context({ marker: "zzzzzzzzzz" })))?.outs).toEqual(renamed);

    lost();
    faults({ kind: "late-lists", cloud: "huaweicloud", ms: 8 * minute });
    const failed = await left(create(phonesInVpc, soon({ marker: "yyyyyyyyyy" })));
    expect(failed.id).toBe("unresolved/yyyyyyyyyy0");
    const found = await update(failed.id, failed.outs, phonesInVpc, patient({ marker: "xxxxxxxxxx" }));
    expect(found).toMatchObject({ isReady: true, marker: "xxxxxxxxxx0" });
    expect(ordered()).toEqual([1, 1]);
  });

  for (const how of ["seen through", "ended"] as const) {
    test(`whose resource was renamed by an alias and then ${how} leaves nothing in the journal under its old name`, async () => {
      const renamed = { marker: "zzzzzzzzzz", deadline: world.clock.now() + 3 * hour };
      const goOn = (state: { id: string; outs: CphPhoneServerOutputs }): Promise<unknown> =>
        how === "ended"
          ? cphPhoneServer.delete(state.id, state.outs, patient(renamed))
          : update(state.id, state.outs, phonesInVpc, patient(renamed));
      const accepted = await left(create(phonesInVpc, soon()));
      expect(journal.intents.get("abcdefghij")).toMatchObject({ state: "accepted", serverIds: [accepted.id] });
      await goOn(accepted);
      expect([...journal.intents.keys()]).toEqual([]);

      lost();
      faults({ kind: "late-lists", cloud: "huaweicloud", ms: 8 * minute });
      const unclear = await left(create(phonesInVpc, soon()));
      expect(journal.intents.get("abcdefghij")).toMatchObject({ state: "sent" });
      await goOn(unclear);
      expect([...journal.intents.keys()]).toEqual([]);
      expect(alive()).toHaveLength(how === "ended" ? 0 : 2);
      expect(ordered()).toEqual([1, 1]);
    });
  }

  test("a name that looks like a marker is a name", async () => {
    const spec = { ...phonesInVpc, serverName: "farm-production1", count: 2 };
    const interrupted = await left(create(spec, soon()));
    expect(interrupted.outs.serverName).toBe("farm-production1");
    const building = await cphPhoneServer.read(interrupted.id, interrupted.outs, context());
    expect(building?.outs).toMatchObject({ serverName: "farm-production1", marker: "abcdefghij0" });
    expect(building?.outs.servers.map(({ name }) => name).sort()).toEqual(["farm-production1-1", "farm-production1-2"]);
    const outs = await update(interrupted.id, building!.outs, spec);
    const [first = "", second = ""] = idsOf(outs);
    expect(outs.servers.map(({ name }) => name).sort()).toEqual(["farm-production1-1", "farm-production1-2"]);
    expect((await cphPhoneServer.read(first, outs, context()))?.outs).toEqual(outs);
    expect((await cphPhoneServer.read(first, {}, context({ marker: "" })))?.outs).toMatchObject({
      serverName: outs.servers[0]?.name,
      servers: [{ name: outs.servers[0]?.name }],
    });
    for (const id of [first, second]) world.cloud.change(id, { tags: {} });
    const bare = await cphPhoneServer.read(first, outs, context());
    expect(bare?.outs).toMatchObject({ marker: "", servers: outs.servers.map(({ name }) => ({ name })) });
  });

  test("a name that looks like a marker does not keep a server from its end when somebody took its tag away", async () => {
    const { id, outs } = await create({ ...phonesInVpc, serverName: "farm-production1" });
    world.cloud.change(id, { tags: {} });
    await cphPhoneServer.delete(id, outs, context());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("a foreign marker shows and is put right; what another stack took over is not ended here", async () => {
    const { id, outs } = await create({ ...phonesInVpc, count: 2 });
    const [, second = ""] = idsOf(outs);
    world.cloud.change(second, { tags: { "pulumi-marker": "zzzzzzzzzz3" } });
    const read = await cphPhoneServer.read(id, outs, context());
    expect(read?.outs.marker).toBe(""); // the other stack's would make its server look like ours
    const ctx = context();
    await cphPhoneServer.delete(id, read?.outs ?? outs, ctx);
    expect(alive()).toEqual([second]);
    expect(ctx.lines).toContain(`CphPhoneServer "farm-b": left alone ${second}, which belongs to another resource now`);
  });

  test("a server is gone only after two looks, and many at once are not believed", async () => {
    const { id, outs } = await create({ ...phonesInVpc, count: 6 });
    let hiddenLooks = 1;
    world.intercept = (request) => {
      if (request.method !== "GET" || !request.path.endsWith(`/servers/${id}`) || hiddenLooks === 0) return undefined;
      hiddenLooks -= 1;
      return { status: 404, body: { error_code: "CPS.0156", error_msg: "The server does not exist." } };
    };
    expect((await cphPhoneServer.read(id, outs, context()))?.outs).toEqual(outs);
    for (const one of idsOf(outs)) world.cloud.vanish(one);
    const tally = context().tally;
    for (const work of [
      () => cphPhoneServer.read(id, outs, context({ tally })),
      () => cphPhoneServer.delete(id, outs, context({ tally })),
      () => update(id, outs, { ...phonesInVpc, count: 6 }, patient({ tally })),
    ])
      expect(await messageOf(work())).toContain("6 of 6 servers read in Huawei Cloud cn-east-3 look gone at once");
    expect(ordered()).toEqual([6]);
    expect(await cphPhoneServer.read(id, outs, context({ tally, confirmGone: true }))).toBeUndefined();
  });

  test("keys of another account do not make it gone, nor forgotten by destroy", async () => {
    const { id, outs } = await cphBmsServer.create(world.bare(), patient());
    const [, other] = world.cloud.accounts;
    const settings = { "huaweicloud:accessKey": other?.accessKey, "huaweicloud:secretKey": other?.secretKey };
    const foreign = () => world.context({ journal }, settings);
    const works = [
      () => cphBmsServer.read(id, outs, foreign()),
      () => cphBmsServer.update(id, outs, world.bare(), foreign()),
      () => cphBmsServer.delete(id, outs, foreign()),
    ];
    for (const work of works) expect(await messageOf(work())).toMatch(/^Could not .*Huawei Cloud answered/);
    expect(alive()).toEqual([id]);
    expect(ordered()).toEqual([1]);
  });

  test("that an interrupted run sent with other keys is not sent again with these", async () => {
    const [, other] = world.cloud.accounts;
    const settings = { "huaweicloud:accessKey": other?.accessKey, "huaweicloud:secretKey": other?.secretKey };
    await left(create(phonesInVpc, soon())); // and its state was lost
    const spec = { ...phonesInVpc, serverName: "elsewhere" };
    const foreign = () => world.context({ journal, ...rarely }, settings);
    expect(await messageOf(create(spec, foreign()))).toContain("are not those that sent it");
    expect(ordered()).toEqual([1]);
    expect(await create()).toMatchObject({ outs: { isReady: true } });
    expect(ordered()).toEqual([1]);
  });

  test("of what was built wrong is not made again without a word", async () => {
    world.cloud.failProvisioning();
    const failed = await leftBehind<CphBmsServerOutputs>(cphBmsServer.create(world.bare(), patient()));
    expect(failed.message).toContain("`pulumi destroy --target <its URN>`");
    await cphBmsServer.delete(failed.id, failed.outs, context());
    expect(world.cloud.costing()).toEqual([]);
  });
});
