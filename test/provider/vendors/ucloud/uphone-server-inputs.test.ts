import { withNote } from "../../../../provider/kit/marker";
import { unknownMarker } from "../../../../provider/kit/unknown";
import { uphoneServer } from "../../../../provider/vendors/ucloud/uphone-server";
import type { UPhoneServerInputs, UPhoneServerOutputs, UPhoneServerSpec } from "../../../../provider/vendors/ucloud/uphone-server";
import { uphoneServerInputs } from "../../../../provider/vendors/ucloud/uphone-server-properties";
import { farmSpec, ucloudWorld } from "../../../support/ucloud";
import type { UcloudWorld } from "../../../support/ucloud";

/** One input of CreateUPhoneServer: what a program writes, and what UCloud then receives, as form text. */
interface Row {
  readonly input: keyof UPhoneServerSpec;
  readonly write: Partial<UPhoneServerSpec>;
  readonly received: Readonly<Record<string, string>>;
  /** What must not be written, and the paths that `check` names then. */
  readonly broken: readonly (readonly [value: unknown, paths?: readonly string[]])[];
}

const ipGroup = { ipDestRegion: "hk", shareBandwidth: 10, ipProportion: 4 };
const wholeGroup = ["ipDestRegion", "ipProportion", "shareBandwidth"];
const rows: readonly Row[] = [
  { input: "projectId", write: { projectId: "org-sim002" }, received: { ProjectId: "org-sim002" }, broken: [[""], [7]] },
  { input: "cityId", write: { cityId: "cn-shanghai" }, received: { CityId: "cn-shanghai" }, broken: [[undefined], [""], [7]] },
  {
    input: "name",
    write: { name: "云手机-a_1.b" },
    received: { Name: "云手机-a_1.b-abcdefghij0" },
    broken: [[undefined], [""], ["a b"], ["a/b"], ["x".repeat(64)], [7]],
  },
  {
    input: "serverModelName",
    write: { serverModelName: "24C60G1T4" },
    received: { ServerModelName: "24C60G1T4" },
    broken: [[undefined], [""], ["x".repeat(65)], ["型".repeat(22)]],
  },
  {
    input: "uphoneModelName",
    write: { uphoneModelName: "standard" },
    received: { UPhoneModelName: "standard" },
    broken: [[undefined], [""], ["x".repeat(65)], ["型".repeat(22)]],
  },
  {
    input: "imageId",
    write: { imageId: "image-Sim002" },
    received: { ImageId: "image-Sim002" },
    broken: [[undefined], [""], ["x".repeat(33)]],
  },
  { input: "chargeType", write: { chargeType: "Year" }, received: { ChargeType: "Year" }, broken: [["year"], ["Day"], [1]] },
  { input: "quantity", write: { quantity: 3 }, received: { Quantity: "3" }, broken: [[-1], [1.5], ["two"], ["-1"], [""]] },
  { input: "quantity", write: { quantity: "0" }, received: { Quantity: "0", ChargeType: "Month" }, broken: [] },
  {
    input: "ipDestRegion",
    write: ipGroup,
    received: { IpDestRegion: "hk", ShareBandwidth: "10", IpProportion: "4" },
    broken: [
      ["", wholeGroup],
      ["hk", ["ipProportion", "shareBandwidth"]],
    ],
  },
  {
    input: "shareBandwidth",
    write: ipGroup,
    received: { ShareBandwidth: "10" },
    broken: [[0, wholeGroup], [1.5], ["5"], [5, ["ipDestRegion", "ipProportion"]]],
  },
  {
    input: "ipProportion",
    write: ipGroup,
    received: { IpProportion: "4" },
    broken: [[0, wholeGroup], [2.5], [4, ["ipDestRegion", "shareBandwidth"]]],
  },
  { input: "tag", write: { tag: "业务组-1" }, received: { Tag: "业务组-1" }, broken: [["a b"], ["x".repeat(64)], [7]] },
  { input: "couponId", write: { couponId: "coupon-1" }, received: { CouponId: "coupon-1" }, broken: [[""], [7]] },
];

describe("Inputs of UPhoneServer", () => {
  let world: UcloudWorld;
  beforeEach(async () => void (world = await ucloudWorld()));
  afterEach(() => world.close());
  const check = (news: Readonly<Record<string, unknown>>) => uphoneServer.check(news, world.context().settings);

  test.each(rows)("$input reaches UCloud under its own name", async ({ write, received }) => {
    await uphoneServer.create(world.farm(write), world.context({ pollMs: 30 * 60_000 }));
    expect(world.lastCall("CreateUPhoneServer")).toMatchObject(received);
  });

  test.each(rows.flatMap(({ input, broken }) => broken.map(([value, paths]) => ({ input, value, paths: paths ?? [input] }))))(
    "$input = $value is refused before anything is sent",
    ({ input, value, paths }) => {
      const { failures } = check({ ...farmSpec, [input]: value });
      expect(failures.map((failure) => failure.property).sort()).toEqual(paths);
      expect(failures.every((failure) => failure.reason.length > 10)).toBe(true);
      expect(world.cloud.received()).toEqual([]);
    },
  );

  test("the table has a row for every input of the purchase", () => {
    const ofLaterLife = ["imageUpdate", "autoRenew", "paidUntil", "deletionPolicy", "skipAwait", "warnBeforeExpiryDays"];
    const notBought = ["remark", "releaseEip", "releaseUdisk", "adopt", "timeouts", ...ofLaterLife];
    const expected = Object.keys(uphoneServerInputs.shape).filter((name) => !notBought.includes(name));
    expect([...new Set(rows.map((row) => row.input))].sort()).toEqual(expected.sort());
  });

  test("a purchase with the five inputs that must be given sends nothing that was not asked for", async () => {
    await uphoneServer.create(world.farm(), world.context({ pollMs: 30 * 60_000 }));
    expect(world.lastCall("CreateUPhoneServer")).toEqual({
      ProjectId: "org-sim001",
      CityId: "cn-wlcb",
      Name: "farm-a-abcdefghij0",
      ServerModelName: "28C60G1T4",
      UPhoneModelName: "basic",
      ImageId: "image-Sim001",
      ChargeType: "Month",
      Quantity: "1",
      Tag: "Default",
    });
  });

  test("defaults are filled in, but for those of later life, which stay out of the state", () => {
    expect(check(farmSpec)).toEqual({
      inputs: {
        ...farmSpec,
        projectId: "org-sim001",
        chargeType: "Month",
        quantity: "1",
        tag: "Default",
        remark: "",
        releaseEip: true,
        releaseUdisk: true,
      },
      failures: [],
    });
  });

  test("the program's project comes before the settings', and neither is needed", () => {
    expect(check({ ...farmSpec, projectId: "org-mine" }).inputs["projectId"]).toBe("org-mine");
    const without = uphoneServer.check(farmSpec, { config: () => undefined, env: () => undefined });
    expect(without.failures).toEqual([]);
    expect(without.inputs).not.toHaveProperty("projectId");
  });

  test.each([
    ["remark", "x".repeat(232)],
    ["adopt", ""],
    ["adopt", 7],
    ["releaseEip", "true"],
    ["releaseUdisk", 1],
    ["imageUpdate", "wipe"],
    ["autoRenew", "yes"],
    ["paidUntil", "31.01.2027"],
    ["paidUntil", "2027-02-30"],
    ["paidUntil", "2027-01-31T00:00:00"],
    ["deletionPolicy", "keep"],
    ["skipAwait", "true"],
    ["warnBeforeExpiryDays", -1],
    ["warnBeforeExpiryDays", 1.5],
    ["nmae", "farm"],
  ])("%s = %p is refused", (input, value) => {
    expect(check({ ...farmSpec, [input]: value }).failures.map((failure) => failure.property)).toEqual([input]);
  });

  test("a bad time limit is refused by its path", () => {
    expect(check({ ...farmSpec, timeouts: { create: "soon" } }).failures).toMatchObject([{ property: "timeouts.create" }]);
  });

  test("a remark of 231 characters outside the basic plane is fine, and fits with the longest marker behind it", () => {
    const remark = "📱".repeat(231);
    expect(check({ ...farmSpec, remark }).failures).toEqual([]);
    expect(Array.from(withNote(remark, { resource: "abcdefghij", generation: 9999 }))).toHaveLength(255);
  });

  test("a remark that leaves no room for the marker is refused with the reason", () => {
    expect(check({ ...farmSpec, remark: "x".repeat(232) }).failures).toEqual([
      { property: "remark", reason: "use at most 231 characters: the rest of UCloud's 255 is for the server's marker" },
    ]);
  });

  test("a name of 63 characters is cut for the purchase, so that the marker fits", async () => {
    const name = "云".repeat(63);
    const { id, outs } = await uphoneServer.create(world.farm({ name }), world.context({ pollMs: 30 * 60_000 }));
    expect(world.lastCall("CreateUPhoneServer")).toMatchObject({ Name: `${"云".repeat(51)}-abcdefghij0` });
    expect(outs.name).toBe(name);
    expect((await world.shown(id))?.ServerName).toBe(name);
  });

  test.each(["Year", "Dynamic"])("quantity 0 is refused with chargeType %s", (chargeType) => {
    expect(check({ ...farmSpec, chargeType, quantity: 0 }).failures).toMatchObject([{ property: "quantity" }]);
  });

  test("paidUntil is refused where nothing is paid in advance, and where the addresses would end before the server", () => {
    const failing = (over: object) => check({ ...farmSpec, paidUntil: "2027-01-31", ...over }).failures.map(({ property }) => property);
    expect(failing({ chargeType: "Dynamic" })).toEqual(["paidUntil"]);
    expect(failing({ ...ipGroup, autoRenew: false })).toEqual(["paidUntil"]);
    expect(failing({ ...ipGroup, autoRenew: true })).toEqual([]);
    expect(failing({ autoRenew: false, paidUntil: "2027-01-31T08:00:00+08:00" })).toEqual([]);
  });

  test("an empty tag is the default group, and quantities mean the same as number and as text", () => {
    expect(check({ ...farmSpec, tag: "", quantity: 2 }).inputs).toMatchObject({ tag: "Default", quantity: "2" });
    expect(check({ ...farmSpec, quantity: "02" }).inputs).toMatchObject({ quantity: "2" });
  });

  test("in a preview, what is not known yet is let through, and what is known is still checked", () => {
    const unknown = { ...farmSpec, imageId: unknownMarker, shareBandwidth: unknownMarker, remark: unknownMarker };
    expect(check(unknown).failures).toEqual([]);
    expect(check(unknown).inputs).toMatchObject({ imageId: unknownMarker, shareBandwidth: unknownMarker, chargeType: "Month" });
    expect(check({ ...unknown, chargeType: "Day" }).failures).toMatchObject([{ property: "chargeType" }]);
  });
});

describe("Changes of UPhoneServer", () => {
  const last: UPhoneServerInputs = {
    ...farmSpec,
    projectId: "org-a",
    ipDestRegion: "hk",
    shareBandwidth: 5,
    ipProportion: 3,
    chargeType: "Month",
    imageUpdate: "replace",
    quantity: "1",
    autoRenew: true,
    paidUntil: "2026-06-30",
    tag: "Default",
    couponId: "coupon-1",
    remark: "",
    releaseEip: true,
    releaseUdisk: true,
    deletionPolicy: "delete",
    skipAwait: false,
    warnBeforeExpiryDays: 7,
    timeouts: { create: "1h" },
  };
  const outs: UPhoneServerOutputs = {
    ...last,
    serverId: "uphs-1",
    state: "Running",
    isReady: true,
    marker: "abcdefghij0",
    identity: "0123456789ab",
    addresses: [],
    createdAt: "2026-01-02T03:04:05.000Z",
  };
  const diff = (news: Partial<UPhoneServerInputs>) => uphoneServer.diff(outs, { ...last, ...news }, "abcdefghij").properties;

  test("nothing changed is no change", () => expect(diff({})).toEqual([]));

  test.each<[keyof UPhoneServerInputs, unknown]>([
    ["name", "farm-b"],
    ["remark", "night"],
    ["releaseEip", false],
    ["releaseUdisk", false],
    ["timeouts", undefined],
    ["imageUpdate", "reset"],
    ["shareBandwidth", 10],
    ["autoRenew", false],
    ["paidUntil", "2026-12-31"],
    ["deletionPolicy", "retain"],
    ["skipAwait", true],
    ["warnBeforeExpiryDays", 14],
  ])("%s changes in place", (property, value) => {
    expect(diff({ [property]: value })).toMatchObject([{ property, kind: "update", old: last[property], new: value }]);
  });

  test("what costs or wipes says so, and only then", () => {
    const warns = (news: Partial<UPhoneServerInputs>) => diff(news).flatMap((one) => one.warns ?? []);
    expect(warns({ shareBandwidth: 10 })).toEqual(["costs the difference of price at once"]);
    expect(warns({ paidUntil: "2026-12-31" })).toEqual(["pays at once for the months or years that are missing until then"]);
    expect(warns({ imageId: "image-2", imageUpdate: "reset" })).toEqual(["resets all phones that have another image: their data is lost"]);
    expect(warns({ shareBandwidth: 1, paidUntil: "2026-01-31", imageId: "image-2", name: "farm-b" })).toEqual([]);
  });

  test.each<[keyof UPhoneServerInputs, unknown]>([
    ["projectId", "org-b"],
    ["cityId", "cn-shanghai"],
    ["serverModelName", "24C60G1T4"],
    ["uphoneModelName", "standard"],
    ["imageId", "image-Sim002"],
    ["ipDestRegion", "cn-bj2"],
    ["ipProportion", 2],
    ["tag", "group"],
  ])("%s replaces the server, and its schema says so", (property, value) => {
    expect(diff({ [property]: value })).toEqual([{ property, kind: "replace", old: last[property], new: value }]);
    expect(uphoneServerInputs.shape[property].meta()).toMatchObject({ forceNew: true });
  });

  test("only what replaces is marked so in the schema", () => {
    const marked = Object.entries(uphoneServerInputs.shape).filter(([, field]) => field.meta()?.["forceNew"] === true);
    expect(marked).toHaveLength(8);
  });

  test.each<[keyof UPhoneServerInputs, unknown]>([
    ["chargeType", "Year"],
    ["quantity", "3"],
    ["couponId", "coupon-2"],
  ])("%s counts from the next order on", (property, value) => {
    expect(diff({ [property]: value })).toEqual([{ property, kind: "nextOrder", old: last[property], new: value }]);
  });

  test("another image changes in place when resets are wanted", () => {
    expect(diff({ imageId: "image-Sim002", imageUpdate: "reset" })).toMatchObject([
      { property: "imageId", kind: "update" },
      { property: "imageUpdate", kind: "update" },
    ]);
    expect(diff({ imageId: "image-Sim002", imageUpdate: "reset", tag: "group" })).toContainEqual(
      expect.objectContaining({ property: "tag", kind: "replace" }),
    );
  });

  test("what only matters when the resource is created changes nothing, and renewal that the program leaves out stays as it is", () =>
    expect(diff({ adopt: "uphs-2", autoRenew: undefined })).toEqual([]));

  test("a state from before these inputs were there is no difference", () => {
    const later = { imageUpdate: undefined, deletionPolicy: undefined, skipAwait: undefined, warnBeforeExpiryDays: undefined };
    const older = { ...outs, ...later } as unknown as UPhoneServerOutputs;
    expect(uphoneServer.diff(older, last, "abcdefghij").properties).toEqual([]);
  });

  test("a resource that was renamed by an alias is marked anew", () => {
    expect(uphoneServer.diff(outs, last, "zzzzzzzzzz").properties).toMatchObject([{ property: "marker", kind: "update" }]);
  });

  test("another default project on another machine moves no server: one that the program does not name stays", () => {
    const elsewhere = { config: (key: string) => (key === "ucloud:projectId" ? "org-elsewhere" : undefined), env: () => undefined };
    expect(uphoneServer.check(farmSpec, elsewhere, { projectId: "org-sim001" }).inputs["projectId"]).toBe("org-sim001");
    expect(uphoneServer.check({ ...farmSpec, projectId: "org-b" }, elsewhere, { projectId: "org-a" }).inputs["projectId"]).toBe("org-b");
    expect(uphoneServer.check(farmSpec, elsewhere).inputs["projectId"]).toBe("org-elsewhere");
  });

  test("a project that is named later, or no longer, does not replace a server that is paid for", () => {
    expect(diff({ projectId: undefined })).toEqual([]);
    expect(uphoneServer.diff({ ...outs, projectId: undefined }, last, "abcdefghij").properties).toEqual([]);
  });

  test("a value not known yet counts as changed", () => {
    expect(diff({ name: unknownMarker })).toMatchObject([{ property: "name", kind: "update" }]);
  });
});
