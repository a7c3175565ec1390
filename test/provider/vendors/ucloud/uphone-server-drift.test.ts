import { uphoneServer } from "../../../../provider/vendors/ucloud/uphone-server";
import { uphoneServerChanges } from "../../../../provider/vendors/ucloud/uphone-server-changes";
import { driftMatrix } from "../../../support/drift-matrix";
import type { Drift } from "../../../support/drift-matrix";
import { farmSpec, notReady, ucloudWorld } from "../../../support/ucloud";
import type { UcloudWorld } from "../../../support/ucloud";

const ipGroup = { ipDestRegion: "hk", shareBandwidth: 10, ipProportion: 3 };
const seconds = (iso: string): number => Date.parse(iso) / 1000;

/** Fields as the console sets them. */
const set =
  (fields: Readonly<Record<string, unknown>>) =>
  ([id]: readonly string[], world: UcloudWorld): void =>
    world.cloud.change(id!, fields);
const drift = (fields: Readonly<Record<string, unknown>>, shows: unknown, given?: Drift<UcloudWorld>["given"]): Drift<UcloudWorld> => ({
  meddle: set(fields),
  shows,
  ...(given === undefined ? {} : { given }),
});

describe("Drift of a UPhoneServer", () => {
  driftMatrix({
    handler: uphoneServer,
    table: uphoneServerChanges,
    world: ucloudWorld,
    spec: farmSpec,
    idsOf: ({ serverId }) => [serverId],
    drifts: {
      name: drift({ ServerName: "renamed" }, "renamed"),
      remark: drift({ Remark: "noted [pulumi:abcdefghij0]" }, "noted"),
      serverModelName: drift({ ServerModelName: "24C60G1T4" }, "24C60G1T4"),
      uphoneModelName: drift({ UPhoneModelName: "standard" }, "standard"),
      imageId: drift({ ImageId: "image-Sim002" }, "image-Sim002", { imageUpdate: "reset" }),
      paidUntil: {
        ...drift({ ExpireTime: seconds("2026-01-20T00:00:00Z") }, "2026-01-20T00:00:00.000Z", { paidUntil: "2026-01-31" }),
        costs: ["renewal, 1 Month"],
      },
      ipDestRegion: drift({ IpRegion: "cn-bj2" }, "cn-bj2", ipGroup),
      shareBandwidth: drift({ Bandwidth: 20 }, 20, ipGroup),
      ipProportion: drift({ IpProportion: 2 }, 2, ipGroup),
    },
    restless: ([id], world) => {
      world.cloud.change(id!, { ChargeType: "Year", ExpireTime: seconds("2027-01-01T00:00:00Z"), Tag: "night" });
      world.clock.advance(24 * 3_600_000);
    },
  });

  test("of the image replaces the server when resets are not wanted, and phones that differ from each other are none", async () => {
    const world = await ucloudWorld();
    const { id, outs } = await uphoneServer.create(world.farm(), world.context());
    const [one] = await world.phones(id);
    await world.call("ResetUPhone", { "UPhoneIds.0": one!.UPhoneId, ImageId: "image-Sim002" });
    world.clock.advance(5 * 60_000);
    const context = world.context();
    const found = await uphoneServer.read(id, outs, context);
    expect(found!.outs.imageId).toBe("image-Sim001");
    expect(uphoneServer.diff(found!.outs, world.farm(), "abcdefghij").properties).toEqual([]);
    expect(context.lines).toEqual([
      `UPhoneServer ${id}: its phones differ, which is left so: 41 phones have image image-Sim001, 1 has image-Sim002 (farm-a-abcdefghij0-1)`,
    ]);

    world.cloud.change(id, { ImageId: "image-Sim002" });
    const all = await uphoneServer.read(id, outs, world.context());
    expect(uphoneServer.diff(all!.outs, world.farm(), "abcdefghij").properties).toMatchObject([{ property: "imageId", kind: "replace" }]);
    await world.close();
  });

  test("never shows addresses that came to a server which was bought without", async () => {
    const world = await ucloudWorld();
    const kept = await notReady(uphoneServer.create(world.farm(ipGroup), world.context({ deadline: world.clock.now() })));
    world.clock.advance(25 * 60_000);
    const without = { ...kept.outs, ipDestRegion: undefined, shareBandwidth: undefined, ipProportion: undefined };
    const found = await uphoneServer.read(kept.id, without, world.context());
    expect(uphoneServer.diff({ ...found!.outs, isReady: true }, world.farm(), "abcdefghij").properties).toEqual([]);
    await world.close();
  });
});
