import { CloudPhoneError } from "../../../../provider/http/errors";
import type { Context } from "../../../../provider/kit/context";
import type { Intent } from "../../../../provider/kit/journal";
import { cphPhoneServer } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import type { CphPhoneServerOutputs, CphPhoneServerSpec } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import { memoryJournal } from "../../../support/context";
import { huaweiWorld, leftBehind, messageOf, phonesInSystemNetwork } from "../../../support/huaweicloud";
import type { HuaweiWorld } from "../../../support/huaweicloud";

const minute = 60_000;
const ordering = "ChangeCloudPhoneServerModel";
const inPlace = { ...phonesInSystemNetwork, serverModelUpdate: "inPlace" as const };
const special = { ...inPlace, serverModelName: "physical.rx1.xlarge.special", phoneModelName: "rx1.cp.sp.c60.d10.e1v1" };
const unpaid = { ...phonesInSystemNetwork.extendParam, isAutoPay: false };

describe("An order for another model in the journal of a machine whose run died", () => {
  let world: HuaweiWorld;
  let journal: ReturnType<typeof memoryJournal>;
  let bought: { id: string; outs: CphPhoneServerOutputs };
  beforeEach(async () => {
    world = await huaweiWorld();
    journal = memoryJournal();
    bought = await cphPhoneServer.create(world.phones(inPlace), world.context({ pollMs: 5 * minute }));
  });
  afterEach(() => world.close());

  const update = (last: CphPhoneServerOutputs, spec: CphPhoneServerSpec, over: Partial<Context> = {}) =>
    cphPhoneServer.update(bought.id, last, world.phones(spec), world.context({ journal, ...over }));
  const payments = (): number => world.simulator.ledger.entries("huaweicloud").filter(({ kind }) => kind === "payment").length;
  /** Runs until its order stands in the journal; the state gets nothing. */
  const dies = (last: CphPhoneServerOutputs, spec: CphPhoneServerSpec): Promise<string> =>
    messageOf(
      update(last, spec, {
        journal: {
          ...journal,
          async write(resource: string, intent: Intent) {
            await journal.write(resource, intent);
            if (intent.state === "accepted") throw new Error("killed");
          },
        },
      }),
    );
  const showLate = (): void => {
    for (const kind of ["late-orders", "late-lists"] as const)
      world.simulator.faults.add({ kind, cloud: "huaweicloud", operation: ordering, ms: 8 * minute });
  };
  const refuseBilling = (): void => {
    world.intercept = ({ path }) =>
      path.startsWith("/v2/orders") ? { status: 403, body: { error_code: "CBC.0151", error_msg: "Access denied." } } : undefined;
  };

  test("is younger than the unanswered one that the state knows: nothing is ordered a third time", async () => {
    world.simulator.faults.add({ kind: "lost-request", cloud: "huaweicloud", operation: [ordering], times: 1 });
    const unclear = await leftBehind<CphPhoneServerOutputs>(update(bought.outs, special));
    expect(unclear.outs.changesUnderWay).toMatchObject([{ sentAt: expect.any(String) as string }]);
    await world.clock.sleep(15 * minute, new AbortController().signal);
    showLate();
    expect(await dies(unclear.outs, special)).toBe("killed");
    const changed = await update(unclear.outs, special);
    expect(changed).toMatchObject({ serverModelName: special.serverModelName, changesUnderWay: undefined });
    expect([...journal.intents.keys()]).toEqual([]);
    expect(payments()).toBe(2);
  }, 20_000);

  test("is younger than the cancelled one that the state knows: nothing is ordered a third time", async () => {
    const left = await leftBehind<CphPhoneServerOutputs>(update(bought.outs, { ...special, extendParam: unpaid }));
    await world.cancel(left.outs.changesUnderWay?.[0]?.orderId ?? "");
    showLate();
    expect(await dies(left.outs, special)).toBe("killed");
    const changed = await update(left.outs, special);
    expect(changed).toMatchObject({ serverModelName: special.serverModelName, changesUnderWay: undefined });
    expect([...journal.intents.keys()]).toEqual([]);
    expect(payments()).toBe(2);
  }, 20_000);

  test("is older than what the state knows by now: that one is gone on with", async () => {
    await dies(bought.outs, { ...special, extendParam: unpaid });
    await world.cancel(journal.intents.get(`${bought.id}-model`)?.orderId ?? "");
    const elsewhere = { journal: memoryJournal() };
    const left = await leftBehind<CphPhoneServerOutputs>(update(bought.outs, { ...special, extendParam: unpaid }, elsewhere));
    const orderId = left.outs.changesUnderWay?.[0]?.orderId ?? "";
    expect(await messageOf(update(left.outs, special))).toContain(`order ${orderId} for another model waits for its payment`);
    await world.pay(orderId);
    expect(await update(left.outs, special)).toMatchObject({ changesUnderWay: undefined });
    expect([...journal.intents.keys()]).toEqual([]);
    expect(payments()).toBe(2);
  }, 20_000);

  test.each(["can be read", "is refused"])(
    "blocks no update when another machine saw it through and went on to a further model, and billing %s",
    async (billing) => {
      expect(await dies(bought.outs, special)).toBe("killed");
      const elsewhere = { journal: memoryJournal() };
      const seen = await update(bought.outs, special, elsewhere);
      const back = await update(seen, inPlace, elsewhere);
      const paid = payments();
      if (billing === "is refused") refuseBilling();
      const ctx = world.context({ journal });
      const begunAt = world.clock.now();
      const renamed = await cphPhoneServer.update(bought.id, back, world.phones({ ...inPlace, serverName: "herd" }), ctx);
      expect(renamed).toMatchObject({ serverName: "herd", serverModelName: inPlace.serverModelName, changesUnderWay: undefined });
      expect(ctx.lines.join("\n")).toMatch(/order CS\w+ for another model/);
      expect(world.clock.now() - begunAt).toBeLessThan(15 * minute);
      expect([...journal.intents.keys()]).toEqual([]);
      expect(payments()).toBe(paid);
    },
    20_000,
  );

  test("blocks no update when its owner gave the server another model in the console", async () => {
    expect(await dies(bought.outs, special)).toBe("killed");
    await world.clock.sleep(5 * minute, new AbortController().signal);
    const { serverModelName, phoneModelName } = inPlace;
    world.cloud.servers(); // what is due happens before
    world.cloud.change(bought.id, { server_model_name: serverModelName, phone_model_name: phoneModelName });
    // Cut off while it waits: that the order came from the journal is known to the state too.
    const left = await leftBehind<CphPhoneServerOutputs>(update(bought.outs, inPlace, { deadline: world.clock.now() + minute }));
    expect(await update(left.outs, inPlace)).toMatchObject({ serverModelName, changesUnderWay: undefined });
    expect([...journal.intents.keys()]).toEqual([]);
    expect(payments()).toBe(2);
  }, 20_000);

  test("is seen through although the disk was full when the cloud accepted it", async () => {
    const full = {
      ...journal,
      write: (resource: string, intent: Intent) =>
        intent.state === "accepted" ? Promise.reject(new CloudPhoneError("No space.")) : journal.write(resource, intent),
    };
    const ctx = world.context({ journal: full });
    const changed = await cphPhoneServer.update(bought.id, bought.outs, world.phones(special), ctx);
    expect(changed).toMatchObject({ serverModelName: special.serverModelName, changesUnderWay: undefined });
    expect(ctx.lines.join("\n")).toMatch(/order CS\w+ .* is not in the journal\. No space\./);
    expect([...journal.intents.keys()]).toEqual([]);
  }, 20_000);
});
