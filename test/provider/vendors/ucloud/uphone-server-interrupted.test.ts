import type { Context } from "../../../../provider/kit/context";
import { uphoneServer } from "../../../../provider/vendors/ucloud/uphone-server";
import type { UPhoneServerOutputs, UPhoneServerSpec } from "../../../../provider/vendors/ucloud/uphone-server";
import { listen } from "../../../../simulator/listen";
import { memoryJournal } from "../../../support/context";
import { interruptEverywhere } from "../../../support/deaths";
import { ucloudWorld } from "../../../support/ucloud";
import type { UcloudWorld } from "../../../support/ucloud";

const minuteMs = 60_000;
const ipGroup = { ipDestRegion: "hk", shareBandwidth: 10, ipProportion: 21 };

interface Machine {
  readonly cloud: UcloudWorld;
  readonly journal: ReturnType<typeof memoryJournal>;
  /** Between the provider and the cloud. */
  readonly port: Awaited<ReturnType<typeof listen>>;
}

/** UCloud, which takes a while to show until when a server is paid that was renewed. */
function showingLate({ cloud, clock }: UcloudWorld): Machine["port"] | Promise<Machine["port"]> {
  const lateMs = 7 * minuteMs;
  let before: unknown;
  let until = 0;
  return listen(0, (request) => {
    if (request.body.toString().includes("Action=CreateRenew")) until = clock.now() + lateMs;
    const answer = cloud.handle(request);
    const body = answer.body as { Servers?: { ExpireTime: unknown }[] };
    const [server] = body.Servers ?? [];
    if (server === undefined) return answer;
    if (clock.now() >= until) before = server.ExpireTime;
    return { ...answer, body: { ...body, Servers: [{ ...server, ExpireTime: before }] } };
  });
}

/** Interrupts the change from one program to another everywhere. */
function interrupted(
  from: Partial<UPhoneServerSpec>,
  to: Partial<UPhoneServerSpec>,
  check: (cloud: UcloudWorld, outs: UPhoneServerOutputs) => Promise<void> | void,
): Promise<number> {
  const context = ({ cloud, journal, port }: Machine): Context => {
    const { settings } = cloud.context();
    const config = (key: string): string | undefined => (key === "ucloud:endpoint" ? port.url : settings.config(key));
    return cloud.context({ journal, pollMs: minuteMs, settings: { ...settings, config } });
  };
  return interruptEverywhere<Machine, UPhoneServerOutputs>({
    async begin() {
      const cloud = await ucloudWorld();
      const world = { cloud, journal: memoryJournal(), port: await showingLate(cloud) };
      const { outs } = await uphoneServer.create(world.cloud.farm(from), { ...context(world), pollMs: 30 * minuteMs });
      return { world, outs };
    },
    context,
    change: ({ cloud }, outs, ctx) => uphoneServer.update(outs.serverId, outs, cloud.farm(to), ctx),
    async check({ cloud, journal }, outs) {
      expect([...journal.intents.keys()]).toEqual([]);
      expect(cloud.simulator.ledger.orders()).toHaveLength(1);
      expect(uphoneServer.diff(outs, cloud.farm(to), "abcdefghij").properties).toEqual([]);
      expect((await uphoneServer.read(outs.serverId, outs, cloud.context()))?.outs).toEqual(outs);
      await check(cloud, outs);
    },
    async end({ cloud, port }) {
      await port.close();
      await cloud.close();
    },
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

  test("a renewal, which shows late: it is paid once", async () => {
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
