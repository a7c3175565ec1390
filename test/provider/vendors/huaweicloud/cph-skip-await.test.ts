import { cphPhoneServer } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import type { CphPhoneServerOutputs, CphPhoneServerSpec } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import { memoryJournal } from "../../../support/context";
import { huaweiWorld, leftBehind, phonesInVpc } from "../../../support/huaweicloud";
import type { HuaweiWorld } from "../../../support/huaweicloud";

const minute = 60_000;
const hasty = { ...phonesInVpc, tags: { env: "prod" }, skipAwait: true } satisfies CphPhoneServerSpec;

describe("CPH servers that are not waited for", () => {
  let world: HuaweiWorld;
  let journal: ReturnType<typeof memoryJournal>;
  beforeEach(async () => {
    world = await huaweiWorld();
    journal = memoryJournal();
  });
  afterEach(() => world.close());

  const context = (over = {}) => world.context({ journal, ...over });
  const orders = (): number => world.simulator.ledger.orders("huaweicloud").length;
  const kinds = (last: CphPhoneServerOutputs, spec: CphPhoneServerSpec): string[] =>
    cphPhoneServer.diff(last, world.phones(spec), "abcdefghij").properties.map(({ property }) => property);

  test("are in the state as soon as they are ordered, and get their name and tags by the first up after they run", async () => {
    const begun = world.clock.now();
    const { id, outs } = await cphPhoneServer.create(world.phones(hasty), context());
    expect(world.clock.now() - begun).toBeLessThan(minute);
    expect(world.cloud.servers()).toEqual([id]);
    expect(outs).toMatchObject({ isReady: false, state: "building", servers: [{ id }] });
    expect(kinds(outs, hasty)).toEqual(["isReady"]);

    const ctx = context();
    const early = await cphPhoneServer.update(id, outs, world.phones(hasty), ctx);
    expect(early).toMatchObject({ isReady: false, state: "building" });
    expect(ctx.lines).toEqual([
      'CphPhoneServer "farm-b": building, and not waited for (`skipAwait`): `pulumi refresh` shows how far it is; the first `pulumi up` after it runs sees it through',
    ]);
    expect(world.clock.now() - begun).toBeLessThan(minute);

    world.clock.advance(30 * minute);
    const read = await cphPhoneServer.read(id, early, context());
    expect(read?.outs).toMatchObject({ isReady: false, state: "running" });
    const ready = await cphPhoneServer.update(id, read!.outs, world.phones(hasty), context());
    expect(ready).toMatchObject({ isReady: true, serverName: "farm-b", tags: { env: "prod" }, phoneCount: 50 });
    expect(ready.servers[0]?.name).toBe("farm-b");
    expect(kinds(ready, hasty)).toEqual([]);
    expect(journal.intents.size).toBe(0);
    expect(orders()).toBe(1);
  });

  test("are not bought twice when the state was never written", async () => {
    const { id } = await cphPhoneServer.create(world.phones(hasty), context());
    const again = await cphPhoneServer.create(world.phones(hasty), context());
    expect(again).toMatchObject({ id, outs: { isReady: false } });
    expect(orders()).toBe(1);
  });

  test("grow in number without a wait, and what else differs follows when all run", async () => {
    const spec = { ...hasty, skipAwait: false };
    const { id, outs } = await cphPhoneServer.create(world.phones(spec), context());
    const news = { ...hasty, count: 3, serverName: "herd" };
    const begun = world.clock.now();
    const grown = await cphPhoneServer.update(id, outs, world.phones(news), context());
    expect(world.clock.now() - begun).toBeLessThan(minute);
    expect(grown).toMatchObject({ isReady: false, count: 3, serverName: "farm-b" });
    expect(grown.servers).toHaveLength(3);
    expect(kinds(grown, news)).toEqual(expect.arrayContaining(["serverName", "isReady"]));
    world.clock.advance(30 * minute);
    const ready = await cphPhoneServer.update(id, grown, world.phones(news), context());
    expect(ready).toMatchObject({ isReady: true, count: 3, serverName: "herd" });
    expect(kinds(ready, news)).toEqual([]);
    expect(orders()).toBe(2);
  });

  test("say so when their order is not paid, without failing", async () => {
    const spec = { ...hasty, extendParam: { periodType: 2, periodNum: 1 } } satisfies CphPhoneServerSpec;
    const { id, outs } = await cphPhoneServer.create(world.phones(spec), context());
    expect(id).toBe(`order/${outs.orderId ?? ""}`);
    const ctx = context();
    const unpaid = await cphPhoneServer.update(id, outs, world.phones(spec), ctx);
    expect(unpaid).toMatchObject({ isReady: false, state: "unpaid" });
    expect(ctx.lines[0]).toContain(`order ${outs.orderId ?? ""} waits for its payment`);
    await world.pay(outs.orderId ?? "");
    world.clock.advance(30 * minute);
    expect(await cphPhoneServer.update(id, unpaid, world.phones(spec), context())).toMatchObject({ isReady: true, state: "running" });
    expect(orders()).toBe(1);
  });

  test("fail all the same when they did not come up, or nobody knows what came of the order", async () => {
    world.cloud.failProvisioning();
    const { id, outs } = await cphPhoneServer.create(world.phones(hasty), context());
    world.clock.advance(30 * minute);
    const broken = await leftBehind<CphPhoneServerOutputs>(cphPhoneServer.update(id, outs, world.phones(hasty), context()));
    expect(broken.message).toContain("did not come up");
    await cphPhoneServer.delete(id, broken.outs, context());

    world.simulator.faults.add({ kind: "lost-request", cloud: "huaweicloud", operation: ["CreateNet2CloudPhoneServer"], times: 1 });
    const unclear = await leftBehind(cphPhoneServer.create(world.phones(hasty), context({ deadline: world.clock.now() + minute })));
    expect(unclear.id).toMatch(/^unresolved\//);
  });
});
