import * as pulumi from "@pulumi/pulumi";
import { CloudPhoneFleet } from "../../sdk";
import type { CloudPhoneFleetArgs, FleetKind } from "../../sdk";

const value = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => void output.apply(resolve));

/** Resources that the engine was told of, by name. */
const seen = new Map<string, Readonly<Record<string, unknown>>>();

beforeAll(() =>
  pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => {
      const given = { ...(inputs as Record<string, unknown>) };
      if ("__provider" in given) seen.set(name, given);
      const count = typeof given["count"] === "number" ? given["count"] : 0;
      const servers = Array.from({ length: count }, (_, at) => ({
        id: `${name}/${at}`,
        publicIps: [],
        privateIp: `10.0.0.${at}`,
        expiresAt: at === 0 ? "2027-01-31T00:00:00Z" : "2027-02-28T00:00:00Z",
      }));
      const state = count === 0 ? { serverId: `id-of-${name}`, publicIp: "198.18.0.1", addresses: [] } : { servers };
      return { id: `id-of-${name}`, state: { ...given, ...state } };
    },
    call: () => ({}),
  }),
);
beforeEach(() => seen.clear());

const host = { serverModelName: "28C60G1T4", uphoneModelName: "basic", imageId: "image-Sim001" };
const cities = [
  { weight: 2, args: { cityId: "cn-wlcb" } },
  { weight: 1, args: { cityId: "cn-sh2" } },
];
const phones = {
  serverModelName: "physical.rx1.xlarge",
  phoneModelName: "rx1.cp.c60.d10.e1v1",
  imageId: "20032120200330a20b000eae5b8c01e6",
  extendParam: { periodType: 2 as const, periodNum: 1 },
};

async function made<K extends FleetKind, W extends number = never>(args: CloudPhoneFleetArgs<K, W>): Promise<CloudPhoneFleet<K, W>> {
  const fleet = new CloudPhoneFleet("farm", args);
  await value(fleet.members);
  return fleet;
}

test("numbers its servers from 1, and names them by its pattern", async () => {
  const fleet = await made({ kind: "UPhoneServer", size: 3, naming: "phone-{index}-a", server: { ...host, cityId: "cn-wlcb" } });
  expect([...seen].map(([name, inputs]) => [name, inputs["name"], inputs["cityId"]])).toEqual([
    ["farm-1", "phone-1-a", "cn-wlcb"],
    ["farm-2", "phone-2-a", "cn-wlcb"],
    ["farm-3", "phone-3-a", "cn-wlcb"],
  ]);
  expect(fleet.resources).toHaveLength(3);
  expect((await value(fleet.members))[1]).toEqual({ resource: "farm-2", id: "id-of-farm-2", address: "198.18.0.1", expiresAt: undefined });
  expect(await value(fleet.addresses)).toEqual(["198.18.0.1", "198.18.0.1", "198.18.0.1"]);
});

test("all that servers need has to be in `server`, unless there are shares", () => {
  const args: CloudPhoneFleetArgs<"UPhoneServer"> = { kind: "UPhoneServer", size: 1, server: { ...host, cityId: "cn-wlcb" } };
  // @ts-expect-error the city is missing
  const lacking: CloudPhoneFleetArgs<"UPhoneServer"> = { ...args, server: host };
  const spread: CloudPhoneFleetArgs<"UPhoneServer", number> = { ...args, server: host, spread: cities };
  expect([lacking.server, spread.server]).toEqual([host, host]);
});

test("spreads by weight, and a larger fleet moves none of those that are there", async () => {
  const placesAt = async (size: number): Promise<unknown[]> => {
    seen.clear();
    await made({ kind: "UPhoneServer", size, server: host, spread: cities });
    return [...seen.values()].map((inputs) => inputs["cityId"]);
  };
  const nine = await placesAt(9);
  expect(nine.filter((place) => place === "cn-wlcb")).toHaveLength(6);
  expect((await placesAt(30)).slice(0, 9)).toEqual(nine);
});

test("buys several servers per order where it may, the last order for the rest", async () => {
  const fleet = await made({ kind: "CphPhoneServer", size: 23, serversPerOrder: 10, server: phones });
  expect([...seen].map(([name, { serverName, count }]) => [name, serverName, count])).toEqual([
    ["farm-1", "farm-1", 10],
    ["farm-2", "farm-2", 10],
    ["farm-3", "farm-3", 3],
  ]);
  expect((await value(fleet.members)).map(({ id }) => id)).toHaveLength(23);
  expect(await value(fleet.expiry)).toEqual({
    earliest: "2027-01-31T00:00:00Z",
    latest: "2027-02-28T00:00:00Z",
    byDay: { "2027-01-31": 3, "2027-02-28": 20 },
  });
});

test("of size 0 it has nothing, and says so", async () => {
  const fleet = await made({ kind: "UPhoneServer", size: 0, server: { ...host, cityId: "cn-wlcb" } });
  expect(await value(fleet.expiry)).toEqual({ earliest: undefined, latest: undefined, byDay: {} });
});

test.each([
  [{ size: 2.5 }, "size: write a whole number"],
  [{ serversPerOrder: 2 }, "serversPerOrder: UPhoneServer takes 1 to 1"],
  [{ maxParallel: 0 }, "maxParallel: write a whole number"],
  [{ naming: "phone" }, 'naming: "phone" has no {index}'],
  [{ spread: [] }, "spread: name at least one share"],
  [{ spread: [{ weight: 0, args: {} }] }, "spread[0].weight: write a number above 0"],
  [{ kind: "Phone" as never }, "kind: use one of UPhoneServer"],
])("refuses %j before anything is bought", (mistake, message) => {
  const args = { kind: "UPhoneServer", size: 1, server: { ...host, cityId: "cn-wlcb" }, ...mistake } as CloudPhoneFleetArgs<"UPhoneServer">;
  expect(() => new CloudPhoneFleet("farm", args)).toThrow(`CloudPhoneFleet "farm": ${message}`);
  expect(seen.size).toBe(0);
});
