import { cphPhoneServer } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import type { CphPhoneServerOutputs, CphPhoneServerSpec } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import { memoryJournal } from "../../../support/context";
import { interruptEverywhere } from "../../../support/deaths";
import { huaweiWorld, phonesInSystemNetwork, phonesInVpc } from "../../../support/huaweicloud";
import type { HuaweiWorld } from "../../../support/huaweicloud";

const minute = 60_000;
const marker = "abcdefghij";

interface Stage {
  readonly world: HuaweiWorld;
  readonly journal: ReturnType<typeof memoryJournal>;
  readonly id: string;
}

interface Story {
  readonly from: CphPhoneServerSpec;
  readonly to: CphPhoneServerSpec;
  /** Operations that cost or wipe: sent once for each of what they name. */
  readonly once: string;
  /** What a call of it changes. */
  readonly of: (parameters: Readonly<Record<string, unknown>>) => readonly unknown[];
  /** Payments in the ledger, at the end. */
  readonly payments: number;
  /** How long neither billing nor the server shows an order of the operation. */
  readonly lateMs?: number;
}

/** @returns at how many points the change was interrupted */
const interrupted = ({ from, to, once, of, payments, lateMs }: Story): Promise<number> =>
  interruptEverywhere<Stage, CphPhoneServerOutputs>({
    async begin() {
      const world = await huaweiWorld();
      const journal = memoryJournal();
      const { id, outs } = await cphPhoneServer.create(world.phones(from), world.context({ journal, pollMs: 5 * minute }));
      if (lateMs !== undefined)
        for (const kind of ["late-orders", "late-lists"] as const)
          world.simulator.faults.add({ kind, cloud: "huaweicloud", operation: once, ms: lateMs });
      return { world: { world, journal, id }, outs };
    },
    context: ({ world, journal }) =>
      world.context({ journal, pollMs: lateMs === undefined ? 5 * minute : 3 * minute, deadline: world.clock.now() + 90 * minute }),
    change: ({ world, id }, outs, ctx) => cphPhoneServer.update(id, outs, world.phones(to), ctx),
    async check({ world, journal, id }, outs) {
      const inputs = world.phones(to);
      expect(cphPhoneServer.diff(outs, inputs, marker).properties).toEqual([]);
      const read = await cphPhoneServer.read(id, outs, world.context());
      expect(cphPhoneServer.diff(read!.outs, inputs, marker).properties).toEqual([]);
      expect(outs).toMatchObject({ isReady: true, state: "running" });
      expect(outs.changesUnderWay).toBeUndefined();
      expect([...journal.intents.keys()]).toEqual([]);
      const { ledger } = world.simulator;
      expect(ledger.orders()).toHaveLength(1);
      expect(ledger.entries().filter(({ kind }) => kind === "payment")).toHaveLength(payments);
      const calls = world.cloud.received().filter(({ operation }) => operation === once);
      const changed = calls.flatMap(({ parameters }) => of(parameters));
      expect(changed.length).toBeGreaterThan(0);
      expect(new Set(changed).size).toBe(changed.length);
    },
    end: ({ world }) => world.close(),
  });

const phonesIn = ({ phones }: Readonly<Record<string, unknown>>): readonly unknown[] =>
  (phones as { phone_id: string }[]).map((phone) => phone.phone_id);

describe("A change of CPH servers that is interrupted anywhere is completed by the next run, and nothing that costs or wipes happens twice:", () => {
  test("another model, with a name and tags", async () => {
    const points = await interrupted({
      from: phonesInSystemNetwork,
      to: {
        ...phonesInSystemNetwork,
        serverName: "herd",
        tags: { env: "prod" },
        serverModelName: "physical.rx1.xlarge.special",
        phoneModelName: "rx1.cp.sp.c60.d10.e1v1",
        serverModelUpdate: "inPlace",
      },
      once: "ChangeCloudPhoneServerModel",
      of: ({ server_id }) => [server_id],
      payments: 2,
    });
    expect(points).toBeGreaterThan(30);
  }, 120_000);

  test("another model, of which neither billing nor the server shows anything for a while", async () => {
    const points = await interrupted({
      from: phonesInSystemNetwork,
      to: {
        ...phonesInSystemNetwork,
        serverModelName: "physical.rx1.xlarge.special",
        phoneModelName: "rx1.cp.sp.c60.d10.e1v1",
        serverModelUpdate: "inPlace",
      },
      once: "ChangeCloudPhoneServerModel",
      of: ({ server_id }) => [server_id],
      payments: 2,
      lateMs: 8 * minute,
    });
    expect(points).toBeGreaterThan(30);
  }, 120_000);

  test("phones reset with another image", async () => {
    const points = await interrupted({
      from: phonesInVpc,
      to: { ...phonesInVpc, imageId: "22110120221209e101210a3000000b03", imageUpdate: "reset" },
      once: "ResetCloudPhone",
      of: phonesIn,
      payments: 1,
    });
    expect(points).toBeGreaterThan(20);
  }, 120_000);

  test("another machine", async () => {
    const points = await interrupted({
      from: phonesInVpc,
      to: { ...phonesInVpc, phoneModelName: "rs2.max", phoneDataVolume: { volumeType: "SSD", size: 50 }, serverUpdate: "swap" },
      once: "ChangeCloudPhoneServer",
      of: ({ server_id }) => [server_id],
      payments: 1,
    });
    expect(points).toBeGreaterThan(20);
  }, 120_000);
});
