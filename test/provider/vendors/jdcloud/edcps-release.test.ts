import type { Context } from "../../../../provider/kit/context";
import { edcpsInstance } from "../../../../provider/vendors/jdcloud/edcps-instance";
import type { EdcpsInstanceGiven } from "../../../../provider/vendors/jdcloud/edcps-instance";
import { memoryJournal } from "../../../support/context";
import { jdWorld, notReady, refused, tamperWith } from "../../../support/jdcloud";
import type { JdWorld } from "../../../support/jdcloud";

type Given = Partial<EdcpsInstanceGiven>;
const minuteMs = 60_000;
const prepaid = { charge: { chargeMode: "prepaid_by_duration", chargeDuration: 1, autoRenew: true } } satisfies Given;

let world: JdWorld;
beforeEach(async () => void (world = await jdWorld()));
afterEach(() => world.close());

const quickly = (over: Partial<Context> = {}) => world.context({ pollMs: 2 * minuteMs, ...over });
const stored = <T>(outs: T): T => JSON.parse(JSON.stringify(outs)) as T;
async function create(given: Given = {}, ctx = quickly()) {
  const { id, outs } = await edcpsInstance.create(world.edge(given), ctx);
  return { id, outs: stored(outs) };
}
const writes = () => world.operations().filter((name) => !/^(describe|query)/.test(name));
const seen = async (id: string) => {
  const found = await edcpsInstance.read(id, { regionId: "cn-east-tz1" }, quickly({ marker: "" }));
  return found === undefined ? undefined : { description: found.inputs.description ?? "", marker: found.outs.marker, autoRenew: found.inputs.charge?.autoRenew }; // prettier-ignore
};
const costing = () => world.cloud.costing().length;

describe("An EdcpsInstance that is deleted", () => {
  test("but retained stays as it is, without its marker, and says so", async () => {
    const { id, outs } = await create({ ...prepaid, description: "web", deletionPolicy: "retain" });
    world.operations();
    const ctx = quickly();
    await edcpsInstance.delete(id, outs, ctx);
    expect(writes()).toEqual(["modifyInstance"]);
    expect(await seen(id)).toEqual({ description: "web", marker: "", autoRenew: true });
    expect(costing()).toBe(2);
    expect(ctx.lines).toEqual([
      `EdcpsInstance edge-a: left in JD Cloud by \`deletionPolicy\` retain: ${id} (paid until 2026-02-02T15:59:59Z); no longer managed`,
    ]);
  });

  test("with renewal stopped is left to expire, and is gone then", async () => {
    const { id, outs } = await create({ ...prepaid, deletionPolicy: "stopRenewal" });
    const ctx = quickly();
    world.operations();
    await edcpsInstance.delete(id, outs, ctx);
    expect(writes()).toEqual(["setRenewal", "modifyInstance"]);
    expect(await seen(id)).toEqual({ description: "", marker: "", autoRenew: undefined });
    expect(ctx.lines).toEqual([
      `EdcpsInstance edge-a: left in JD Cloud by \`deletionPolicy\` stopRenewal: ${id} (paid until 2026-02-02T15:59:59Z, not renewed); no longer managed`,
    ]);
    world.clock.advance(60 * 24 * 60 * minuteMs);
    expect(costing()).toBe(0);
  });

  test("but retained says of a postpaid one that it goes on costing", async () => {
    const { id, outs } = await create({ deletionPolicy: "stopRenewal" });
    const ctx = quickly();
    world.operations();
    await edcpsInstance.delete(id, outs, ctx);
    expect(writes()).toEqual(["modifyInstance"]);
    expect(ctx.lines.join()).toContain(`${id} (charged by the hour, until somebody deletes it)`);
  });

  test("and retained is nobody's: the next purchase of the resource is another server", async () => {
    const journal = memoryJournal();
    const { id, outs } = await create({ deletionPolicy: "retain", count: 2 }, quickly({ journal }));
    await edcpsInstance.delete(id, outs, quickly({ journal }));
    const ids = world.cloud.servers();
    const again = await create({}, quickly({ journal }));
    expect(ids).not.toContain(again.id);
    expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(2);
    await edcpsInstance.delete(again.id, again.outs, quickly({ journal }));
    expect([...world.cloud.servers()]).toEqual(ids);
  });

  test("and retained releases those that stand in no state, too", async () => {
    const { id, outs } = await create({ deletionPolicy: "retain" });
    const grown = await edcpsInstance.update(id, outs, world.edge({ deletionPolicy: "retain", count: 2 }), quickly());
    await edcpsInstance.delete(id, outs, quickly()); // with the state from before
    for (const server of grown.servers) expect((await seen(server.id))?.marker).toBe("");
    expect(world.cloud.servers()).toHaveLength(2);
  });

  test("and cannot be released stays in the state, and the next time is", async () => {
    const { id, outs } = await create({ deletionPolicy: "retain", count: 2 });
    let changes = 0;
    const way = await tamperWith(world, (request, pass) =>
      request.path.endsWith("modifyInstance") && ++changes === 2 ? refused(403, "PERMISSION_DENIED", "no permission") : pass(),
    );
    await expect(edcpsInstance.delete(id, outs, quickly({ settings: way.settings }))).rejects.toThrow(/PERMISSION_DENIED/);
    await way.close();
    world.operations();
    await edcpsInstance.delete(id, outs, quickly());
    expect(writes()).toEqual(["modifyInstance"]); // the second one only
    await edcpsInstance.delete(id, outs, quickly());
    expect(writes()).toEqual([]);
  });

  test("and retained by a change that failed on the way is retained", async () => {
    const { id, outs } = await create(prepaid);
    const way = await tamperWith(world, (request, pass) =>
      request.path.endsWith("modifyInstance") ? refused(403, "PERMISSION_DENIED", "no permission") : pass(),
    );
    const news = world.edge({ ...prepaid, name: "edge-b", deletionPolicy: "retain", warnBeforeExpiryDays: 3, reinstall: "replace" });
    const kept = await notReady(edcpsInstance.update(id, outs, news, quickly({ settings: way.settings })));
    await way.close();
    expect(kept.outs).toMatchObject({ name: "edge-a", deletionPolicy: "retain", warnBeforeExpiryDays: 3, reinstall: "replace" });
    await edcpsInstance.delete(id, stored(kept.outs), quickly());
    expect(costing()).toBe(2);
  });

  test("and retained is fine when it is gone already", async () => {
    const { id, outs } = await create({ deletionPolicy: "retain" });
    world.cloud.vanish(id);
    const ctx = quickly();
    await edcpsInstance.delete(id, outs, ctx);
    expect(ctx.lines.join()).toContain(`elastic IP ${String(outs.servers[0]?.elasticIpId)} (bound to nothing)`);
  });

  test("while prepaid is refused with the date and what can be done", async () => {
    const { id, outs } = await create(prepaid);
    await expect(edcpsInstance.delete(id, outs, quickly())).rejects.toThrow(
      new RegExp(
        `${id} \\(paid until 2026-02-02T15:59:59Z\\) is prepaid.*\`deletionPolicy\` to "stopRenewal".*"retain".*\`pulumi up --target <its urn>\``,
      ),
    );
    expect(costing()).toBe(2);
  });
});

describe("A prepaid EdcpsInstance that is to be replaced", () => {
  const other = { ...prepaid, osTypeId: "ostype-0002" } satisfies Given;

  test("is kept, and no other is bought, because JD Cloud would never let the old one be deleted", async () => {
    const { id, outs } = await create(prepaid);
    world.operations();
    await expect(create(other, quickly({ replaced: outs, heldGeneration: 0 }))).rejects.toThrow(
      new RegExp(
        `nothing was bought.*${id} \\(paid until 2026-02-02T15:59:59Z\\) is prepaid.*\`deletionPolicy\` to "stopRenewal".*"retain".*\`pulumi up --target <its urn>\``,
      ),
    );
    expect(writes()).toEqual([]);
    expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(1);
    expect(costing()).toBe(2);
  });

  test("is kept when it has expired, too: until JD Cloud releases it, it can only be renewed", async () => {
    const given = { charge: { ...prepaid.charge, autoRenew: false } };
    const { id, outs } = await create(given);
    world.clock.advance(33 * 24 * 60 * minuteMs);
    await expect(create(other, quickly({ replaced: outs, heldGeneration: 0 }))).rejects.toThrow(/nothing was bought.*only renewed/);
    await expect(edcpsInstance.delete(id, outs, quickly())).rejects.toThrow(/only renewed/);
    expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(1);
    world.clock.advance(8 * 24 * 60 * minuteMs);
    const { outs: after } = await create({ ...other, charge: given.charge }, quickly({ replaced: outs, heldGeneration: 0 }));
    expect(after.servers).toHaveLength(1);
    await edcpsInstance.delete(id, outs, quickly({ heldGeneration: 1 }));
    expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(2);
  });

  test("is replaced when its state says that it is to be left, and when another resource has it by now", async () => {
    const retained = await create({ ...prepaid, deletionPolicy: "retain" });
    await create(other, quickly({ replaced: retained.outs, heldGeneration: 0 }));
    expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(2);
    const lost = await create(prepaid, quickly({ marker: "yyyyyyyyyy" }));
    await create({ ...prepaid, adopt: lost.id }, quickly({ marker: "xxxxxxxxxx" }));
    await create(other, quickly({ marker: "yyyyyyyyyy", replaced: lost.outs, heldGeneration: 0 }));
    expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(4);
  });

  test("is none when an alias has renamed it in this run, and a new resource has the old name", async () => {
    const { id, outs } = await create(prepaid);
    const fresh = await create(prepaid, quickly({ replaced: outs })); // the engine has shown no state of the new one
    expect(fresh.id).not.toBe(id);
    expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(2);
  });

  test("and the preview says already that it will be refused, and what can be done", async () => {
    const { outs } = await create(prepaid);
    expect(edcpsInstance.diff(outs, world.edge(other), "abcdefghij").notes?.join()).toMatch(/will be refused.*stopRenewal.*retainOnDelete/);
    const left = { ...outs, deletionPolicy: "retain" as const };
    expect(edcpsInstance.diff(left, world.edge(other), "abcdefghij").notes).toBeUndefined();
    expect(edcpsInstance.diff(outs, world.edge({ ...prepaid, name: "edge-b" }), "abcdefghij").notes).toBeUndefined();
  });
});

describe("An EdcpsInstance that nobody waits for", () => {
  const skip = { skipAwait: true } satisfies Given;
  const update = async (id: string, outs: Awaited<ReturnType<typeof create>>["outs"], given: Given, ctx = quickly()) =>
    stored(await edcpsInstance.update(id, outs, world.edge(given), ctx));
  const changesOf = (outs: Awaited<ReturnType<typeof create>>["outs"], given: Given) =>
    edcpsInstance.diff(outs, world.edge(given), "abcdefghij").properties.map(({ property, kind }) => `${kind} ${property}`);

  test("is there as soon as its purchase is accepted; refresh shows how far it is, and each update looks once", async () => {
    const journal = memoryJournal();
    const ctx = quickly({ journal });
    const begun = world.clock.now();
    const { id, outs } = await create(skip, ctx);
    expect(world.clock.now() - begun).toBeLessThan(minuteMs);
    expect(outs).toMatchObject({ isReady: false, servers: [{ id }] });
    expect(journal.intents.size).toBe(0);
    expect(ctx.lines.at(-1)).toMatch(/not waited for \(`skipAwait`\)/);

    world.clock.advance(minuteMs);
    const building = stored((await edcpsInstance.read(id, outs, quickly()))!.outs);
    expect(building).toMatchObject({ isReady: false, status: "creating" });
    expect(changesOf(building, skip)).toEqual(["update isReady"]);
    const still = await update(id, building, skip);
    expect(still).toMatchObject({ isReady: false, status: "creating" });

    world.clock.advance(30 * minuteMs);
    const ready = await update(id, still, { ...skip, resourceTags: [{ key: "a", value: "1" }] });
    expect(ready).toMatchObject({ isReady: true, status: "running", resourceTags: [{ key: "a", value: "1" }] });
    expect(changesOf(ready, { ...skip, resourceTags: [{ key: "a", value: "1" }] })).toEqual([]);
    expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(1);
    await edcpsInstance.delete(id, ready, quickly());
    expect(costing()).toBe(0);
  });

  test("is waited for once the program wants that", async () => {
    const { id, outs } = await create(skip);
    const after = await update(id, outs, {});
    expect(after).toMatchObject({ isReady: true, status: "running" });
    expect(after.skipAwait).toBeUndefined();
  });

  test("is bought no second time while nothing shows it", async () => {
    const { id, outs } = await create(skip);
    const again = await edcpsInstance.create(world.edge(skip), quickly()); // its state was lost
    expect(again.id).toBe(id);
    expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(1);
    await edcpsInstance.delete(id, outs, quickly());
    expect(costing()).toBe(0);
  });

  test("grows without waiting, and settles the new servers later", async () => {
    const { id, outs } = await create({ name: "farm" });
    const begun = world.clock.now();
    const grown = await update(id, outs, { ...skip, name: "farm", count: 3 });
    expect(world.clock.now() - begun).toBeLessThan(minuteMs);
    expect(grown).toMatchObject({ isReady: false, count: 3 });
    world.clock.advance(30 * minuteMs);
    const ready = await update(id, grown, { ...skip, name: "farm", count: 3 });
    expect(ready).toMatchObject({ isReady: true, servers: [{ name: "farm" }, { name: "farm1" }, { name: "farm2" }] });
    expect(world.simulator.ledger.orders("jdcloud").map(({ ids }) => ids.length)).toEqual([1, 2]);
  });

  test("and fails to be built is an error of the run that sees it", async () => {
    world.cloud.failProvisioning();
    const { id, outs } = await create(skip);
    world.clock.advance(30 * minuteMs);
    const kept = await notReady(edcpsInstance.update(id, outs, world.edge(skip), quickly()));
    expect(kept.message).toMatch(/is in state error/);
  });

  test("and of which the outcome is not known is looked for all the same", async () => {
    const way = await tamperWith(world, (request, pass) =>
      request.method === "PUT" && request.path.endsWith("/instances") ? { status: 502, body: "bad gateway" } : pass(),
    );
    const kept = await notReady(edcpsInstance.create(world.edge(skip), quickly({ settings: way.settings })));
    await way.close();
    expect(kept.id).toMatch(/^unresolved\//);
  });
});
