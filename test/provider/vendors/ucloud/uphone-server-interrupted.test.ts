import type { Context } from "../../../../provider/kit/context";
import { uphoneServer } from "../../../../provider/vendors/ucloud/uphone-server";
import type { UPhoneServerOutputs, UPhoneServerSpec } from "../../../../provider/vendors/ucloud/uphone-server";
import { memoryJournal } from "../../../support/context";
import { interruptEverywhere } from "../../../support/deaths";
import { ucloudWorld } from "../../../support/ucloud";
import type { UcloudWorld } from "../../../support/ucloud";

const minuteMs = 60_000;
const ipGroup = { ipDestRegion: "hk", shareBandwidth: 10, ipProportion: 21 };

interface Machine {
  readonly cloud: UcloudWorld;
  readonly journal: Context["journal"];
}

/** Interrupts the change from one program to another everywhere. */
function interrupted(
  from: Partial<UPhoneServerSpec>,
  to: Partial<UPhoneServerSpec>,
  check: (cloud: UcloudWorld, outs: UPhoneServerOutputs) => Promise<void> | void,
): Promise<number> {
  const context = ({ cloud, journal }: Machine): Context => cloud.context({ journal, pollMs: minuteMs });
  return interruptEverywhere<Machine, UPhoneServerOutputs>({
    async begin() {
      const world = { cloud: await ucloudWorld(), journal: memoryJournal() };
      const { outs } = await uphoneServer.create(world.cloud.farm(from), { ...context(world), pollMs: 30 * minuteMs });
      return { world, outs };
    },
    context,
    change: ({ cloud }, outs, ctx) => uphoneServer.update(outs.serverId, outs, cloud.farm(to), ctx),
    async check({ cloud }, outs) {
      expect(cloud.simulator.ledger.orders()).toHaveLength(1);
      expect(uphoneServer.diff(outs, cloud.farm(to), "abcdefghij").properties).toEqual([]);
      expect((await uphoneServer.read(outs.serverId, outs, cloud.context()))?.outs).toEqual(outs);
      await check(cloud, outs);
    },
    end: ({ cloud }) => cloud.close(),
  });
}

describe("A change of a UPhoneServer that is interrupted anywhere is finished by the next run", () => {
  test("a reset of all phones: each is wiped once", async () => {
    const points = await interrupted({}, { imageId: "image-Sim002", imageUpdate: "reset" }, async (cloud, { serverId }) => {
      const resets = cloud.cloud.received().filter((call) => call.operation === "ResetUPhone");
      const ids = resets.flatMap(({ parameters }) => Object.keys(parameters).filter((name) => name.startsWith("UPhoneIds.")));
      expect(ids).toHaveLength(42);
      expect(new Set((await cloud.phones(serverId)).map(({ ImageId }) => ImageId))).toEqual(new Set(["image-Sim002"]));
    });
    expect(points).toBeGreaterThan(20);
  }, 120_000);

  test("a renewal: it is paid once", async () => {
    const points = await interrupted({}, { paidUntil: "2026-04-01" }, (cloud, { expiresAt }) => {
      expect(cloud.simulator.ledger.entries().filter(({ kind }) => kind === "renewal")).toHaveLength(1);
      expect(expiresAt).toBe("2026-04-02T03:04:05.000Z");
    });
    expect(points).toBeGreaterThan(8);
  }, 120_000);

  test("name, remark, automatic renewal and bandwidth at once: the bandwidth is paid once", async () => {
    const to = { ...ipGroup, name: "farm-b", remark: "night", autoRenew: true, shareBandwidth: 20 };
    const points = await interrupted(ipGroup, to, async (cloud, { serverId }) => {
      expect(cloud.simulator.ledger.entries().filter(({ kind }) => kind === "payment")).toHaveLength(2);
      expect(await cloud.shown(serverId)).toMatchObject({ ServerName: "farm-b", Remark: "night [pulumi:abcdefghij0]" });
    });
    expect(points).toBeGreaterThan(30);
  }, 120_000);
});
