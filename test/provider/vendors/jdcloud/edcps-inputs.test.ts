import { edcpsInstance } from "../../../../provider/vendors/jdcloud/edcps-instance";
import type { EdcpsInstanceGiven } from "../../../../provider/vendors/jdcloud/edcps-instance";
import { edcpsInstanceChanges } from "../../../../provider/vendors/jdcloud/edcps-changes";
import { edcpsInputs } from "../../../../provider/vendors/jdcloud/edcps-inputs";
import { unknownMarker } from "../../../../provider/kit/unknown";
import { edgeSpec, jdWorld } from "../../../support/jdcloud";
import type { JdWorld } from "../../../support/jdcloud";

type Given = Partial<EdcpsInstanceGiven>;

const dual = { interfaceMode: "dual", extensionSubnetId: "subnet-0002" } as const;
const dualInternet = { ...dual, extensionEnableInternet: "yes", extensionBandwidth: 20 } as const;
const prepaid = { chargeMode: "prepaid_by_duration", chargeDuration: 1 } as const;
const script = "#!/bin/bash\necho edge\n";
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** Inputs that JD Cloud is not told of at the purchase. */
const ours = ["timeouts", "adopt", "reinstall", "powerState", "deletionPolicy", "skipAwait", "warnBeforeExpiryDays"];

interface Line {
  readonly input: string;
  /** What the program writes. */
  readonly set: Given;
  /** What the cloud receives for it, in InstanceSpec; `undefined`: elsewhere. */
  readonly sent: unknown;
  /** What breaks it, and where that is reported when not at the input itself. */
  readonly broken: Record<string, unknown>;
  readonly at?: string;
}

const lines: readonly Line[] = [
  { input: "regionId", set: { regionId: "cn-east-tz1" }, sent: undefined, broken: { regionId: "" } },
  { input: "az", set: { az: "cn-east-tz1a" }, sent: "cn-east-tz1a", broken: { az: "" } },
  { input: "deviceType", set: { deviceType: "edcps.c.normal2" }, sent: "edcps.c.normal2", broken: { deviceType: 7 } },
  { input: "hostname", set: { hostname: "edge-1.farm" }, sent: "edge-1.farm", broken: { hostname: "-edge..farm" } },
  { input: "imageType", set: { imageType: "standard" }, sent: "standard", broken: { imageType: "private" } },
  { input: "osTypeId", set: { osTypeId: "ostype-0002" }, sent: "ostype-0002", broken: { osTypeId: undefined } },
  { input: "sysRaidTypeId", set: { sysRaidTypeId: "raid-sys-noraid" }, sent: "raid-sys-noraid", broken: { sysRaidTypeId: "" } },
  { input: "dataRaidTypeId", set: { dataRaidTypeId: "raid-data-noraid" }, sent: "raid-data-noraid", broken: { dataRaidTypeId: null } },
  { input: "subnetId", set: { subnetId: "subnet-0002" }, sent: "subnet-0002", broken: { subnetId: undefined } },
  {
    input: "enableInternet",
    set: { enableInternet: false, bandwidth: undefined },
    sent: "no",
    broken: { enableInternet: "maybe" },
  },
  {
    input: "internetChargeMode",
    set: { internetChargeMode: "postpaid_by_duration" },
    sent: "postpaid_by_duration",
    broken: { internetChargeMode: "prepaid_by_duration" },
  },
  {
    input: "bandwidthPackageId",
    set: { bandwidthPackageId: "bwp-0001", bandwidth: undefined },
    sent: "bwp-0001",
    broken: { bandwidthPackageId: "" },
  },
  { input: "networkType", set: { networkType: "vpc" }, sent: "vpc", broken: { networkType: "basic" } },
  { input: "cidr", set: { cidr: "10.0.0.0/16" }, sent: "10.0.0.0/16", broken: { cidr: "10.0.0.0" } },
  { input: "privateIp", set: { privateIp: "10.0.1.77" }, sent: "10.0.1.77", broken: { privateIp: "10.0.1.300" } },
  {
    input: "aliasIps",
    set: { aliasIps: [{ id: "subnet-0001", cidr: "10.0.1.40" }] },
    sent: [{ id: "subnet-0001", cidr: "10.0.1.40/32" }],
    broken: { aliasIps: [{ cidr: "10.0.1.40/32" }, { cidr: "10.0.1.40/99" }] },
    at: "aliasIps[1].cidr",
  },
  { input: "lineType", set: { lineType: "ct" }, sent: "ct", broken: { lineType: "bgp" } },
  { input: "bandwidth", set: { bandwidth: 200 }, sent: 200, broken: { bandwidth: 10_241 } },
  { input: "extraUplinkBandwidth", set: { extraUplinkBandwidth: 50 }, sent: 50, broken: { extraUplinkBandwidth: -1 } },
  { input: "name", set: { name: "边缘.edge_1:a-b" }, sent: "边缘.edge_1:a-b", broken: { name: "1edge" } },
  {
    input: "description",
    set: { description: "web node" },
    sent: "web node [pulumi:abcdefghij0]",
    broken: { description: "é".repeat(233) },
  },
  { input: "password", set: { password: "Vq7#mXw2!Lz9" }, sent: "Vq7#mXw2!Lz9", broken: { password: "onlylowercase" } },
  { input: "count", set: { count: 3 }, sent: 3, broken: { count: 6 } },
  { input: "userData", set: { userData: script }, sent: base64(script), broken: { userData: "echo no first line" } },
  { input: "keypairId", set: { keypairId: "keypair-0001" }, sent: "keypair-0001", broken: { keypairId: "" } },
  {
    input: "charge.chargeMode",
    set: { charge: { chargeMode: "postpaid_by_duration" } },
    sent: "postpaid_by_duration",
    broken: { charge: { chargeMode: "postpaid_by_usage" } },
  },
  {
    input: "charge.chargeUnit",
    set: { charge: { ...prepaid, chargeUnit: "year" } },
    sent: "year",
    broken: { charge: { chargeUnit: "month" } },
  },
  {
    input: "charge.chargeDuration",
    set: { charge: { ...prepaid, chargeDuration: 9 } },
    sent: 9,
    broken: { charge: { chargeMode: "prepaid_by_duration" } },
  },
  {
    input: "charge.autoRenew",
    set: { charge: { ...prepaid, autoRenew: true } },
    sent: true,
    broken: { charge: { ...prepaid, autoRenew: "OPEN" } },
  },
  {
    input: "charge.buyScenario",
    set: { charge: { ...prepaid, buyScenario: base64("{}") } },
    sent: base64("{}"),
    broken: { charge: { ...prepaid, buyScenario: "not base64!" } },
  },
  { input: "interfaceMode", set: { interfaceMode: "bond" }, sent: "bond", broken: { interfaceMode: "triple" } },
  { input: "extensionSubnetId", set: dual, sent: "subnet-0002", broken: { interfaceMode: "dual" } },
  {
    input: "extensionPrivateIp",
    set: { ...dual, extensionPrivateIp: "10.0.16.9" },
    sent: "10.0.16.9",
    broken: { ...dual, extensionPrivateIp: "::1" },
  },
  {
    input: "extensionAliasIps",
    set: { ...dual, extensionAliasIps: [{ cidr: "10.0.17.0/28" }] },
    sent: [{ cidr: "10.0.17.0/28" }],
    broken: { extensionAliasIps: [] },
  },
  { input: "extensionEnableInternet", set: dualInternet, sent: "yes", broken: { extensionEnableInternet: true } },
  {
    input: "extensionLineType",
    set: { ...dualInternet, extensionLineType: "cm" },
    sent: "cm",
    broken: { ...dualInternet, extensionLineType: "xx" },
  },
  { input: "extensionBandwidth", set: dualInternet, sent: 20, broken: { ...dual, extensionEnableInternet: "yes" } },
  {
    input: "extensionExtraUplinkBandwidth",
    set: { ...dualInternet, extensionExtraUplinkBandwidth: 5 },
    sent: 5,
    broken: { ...dual, extensionExtraUplinkBandwidth: 5 },
  },
  {
    input: "extensionInternetChargeMode",
    set: { ...dualInternet, extensionInternetChargeMode: "postpaid_by_duration" },
    sent: "postpaid_by_duration",
    broken: { ...dualInternet, extensionInternetChargeMode: "prepaid_by_duration" },
  },
  {
    input: "extensionBandwidthPackageId",
    set: { ...dual, extensionEnableInternet: true, extensionBandwidthPackageId: "bwp-0001" },
    sent: "bwp-0001",
    broken: { ...dual, extensionBandwidthPackageId: "bwp-0001" },
  },
  {
    input: "resourceTags",
    set: { resourceTags: [{ key: "环境", value: "test" }] },
    sent: [{ key: "环境", value: "test" }],
    broken: { resourceTags: [{ key: "jrn:x", value: "" }] },
    at: "resourceTags[0].key",
  },
  { input: "enableIpv6", set: { enableIpv6: true }, sent: "yes", broken: { enableIpv6: "on" } },
  { input: "ipv6Address", set: { ipv6Address: "2001:db8::7" }, sent: "2001:db8::7", broken: { ipv6Address: "10.0.1.7" } },
  {
    input: "ipv6AliasIps",
    set: { ipv6AliasIps: [{ cidr: "2001:db8::8", scope: "ipv6" }] },
    sent: [{ cidr: "2001:db8::8/128", scope: "ipv6" }],
    broken: { ipv6AliasIps: [{ cidr: "2001:db8::8", scope: "ipv5" }] },
    at: "ipv6AliasIps[0].scope",
  },
  { input: "extensionEnableIpv6", set: { ...dual, extensionEnableIpv6: "no" }, sent: "no", broken: { extensionEnableIpv6: "no" } },
  {
    input: "extensionIpv6Address",
    set: { ...dual, extensionIpv6Address: "2001:db8::9" },
    sent: "2001:db8::9",
    broken: { ...dual, count: 2, extensionIpv6Address: "2001:db8::9" },
  },
  {
    input: "extensionIpv6AliasIps",
    set: { ...dual, extensionIpv6AliasIps: [{ cidr: "2001:db8::/64" }] },
    sent: [{ cidr: "2001:db8::/64" }],
    broken: { ...dual, extensionIpv6AliasIps: "2001:db8::/64" },
  },
];

let world: JdWorld;
beforeEach(async () => void (world = await jdWorld()));
afterEach(() => world.close());

/** With few looks while a server is built. */
const quickly = () => world.context({ pollMs: 5 * 60_000 });
const failuresOf = (news: Record<string, unknown>) => edcpsInstance.check(news, world.context().settings).failures;

describe("Inputs of EdcpsInstance", () => {
  test.each(lines)("$input reaches the cloud under its wire name", async ({ input, set, sent }) => {
    await edcpsInstance.create(world.edge(set), quickly());
    const order = world.lastOrder();
    const at = input.startsWith("charge.") ? (order["charge"] as Record<string, unknown>) : order;
    if (input === "regionId") expect(world.lastCall("createInstances")).toMatchObject({ regionId: sent ?? "cn-east-tz1" });
    else expect(at[input.replace("charge.", "")]).toEqual(sent);
  });

  test.each(lines)("$input that is wrong is named before any request", ({ input, broken, at = input }) => {
    const failures = failuresOf({ ...edgeSpec, ...broken });
    expect(failures.map((failure) => failure.property)).toContain(at);
    expect(failures.find((failure) => failure.property === at)?.reason).not.toMatch(/^Invalid/);
    expect(world.operations()).toEqual([]);
  });

  test("are all in the table above, in the table of changes, and replace exactly where they say so", () => {
    const known = new Set(lines.map(({ input }) => input.split(".")[0]));
    const fields = Object.entries(edcpsInputs.shape);
    expect(fields.map(([name]) => name).filter((name) => !ours.includes(name) && !known.has(name))).toEqual([]);
    for (const [name, field] of fields) {
      if (name === "charge") continue; // its parts have lines of their own
      const { change } = edcpsInstanceChanges[name as keyof typeof edcpsInstanceChanges];
      const replaces = change === "replace";
      expect([name, field.meta()?.["forceNew"] === true]).toEqual([name, replaces]);
    }
    expect(fields.filter(([, field]) => field.meta()?.["secret"] === true).map(([name]) => name)).toEqual(["password", "userData"]);
  });

  test("leave nothing unsaid that costs: payment, internet, second interface", async () => {
    await edcpsInstance.create(world.edge(dual), quickly());
    const { charge, enableInternet, extensionEnableInternet, count, imageType, networkType } = world.lastOrder();
    expect({ charge, enableInternet, extensionEnableInternet, count, imageType, networkType }).toEqual({
      charge: { chargeMode: "postpaid_by_duration" },
      enableInternet: "yes",
      extensionEnableInternet: "no",
      count: 1,
      imageType: "standard",
      networkType: "vpc",
    });
    for (const name of [...ours, "regionId"]) expect(Object.keys(world.lastOrder())).not.toContain(name);
  });

  test("send a script that is base64 already as it is", async () => {
    await edcpsInstance.create(world.edge({ userData: base64(script) }), quickly());
    expect(world.lastOrder()["userData"]).toBe(base64(script));
  });

  test("take the region from stack configuration, else from the environment, else name every place", () => {
    const spec = { ...edgeSpec, regionId: undefined };
    const nothing = { config: () => undefined, env: () => undefined };
    const fromEnv = { ...nothing, env: (name: string) => (name === "JDCLOUD_REGION" ? "cn-env" : undefined) };
    expect(edcpsInstance.check(spec, world.context().settings).inputs["regionId"]).toBe("cn-east-tz1");
    expect(edcpsInstance.check(spec, fromEnv).inputs["regionId"]).toBe("cn-env");
    expect(edcpsInstance.check(spec, nothing).failures).toEqual([
      { property: "regionId", reason: expect.stringMatching(/`regionId`.*jdcloud:region.*JDCLOUD_REGION/) as string },
    ]);
  });

  test("keep servers in their region when the settings name another by now", () => {
    const regionAfter = (regionId?: string) => {
      const last = edcpsInstance.check({ ...edgeSpec, regionId: "cn-old" }, world.context().settings).inputs;
      return edcpsInstance.check({ ...edgeSpec, regionId }, world.context().settings, last).inputs["regionId"];
    };
    expect(regionAfter()).toBe("cn-old");
    expect(regionAfter("cn-new")).toBe("cn-new");
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["internet without bandwidth", { bandwidth: undefined }, "bandwidth"],
    ["bandwidth without internet", { enableInternet: "no" }, "bandwidth"],
    ["one address for several servers", { count: 2, privateIp: "10.0.1.9" }, "privateIp"],
    ["ten months", { charge: { ...prepaid, chargeDuration: 10 } }, "charge.chargeDuration"],
    ["four years", { charge: { ...prepaid, chargeUnit: "year", chargeDuration: 4 } }, "charge.chargeDuration"],
    ["renewal of what is postpaid", { charge: { autoRenew: true } }, "charge.autoRenew"],
    ["a second interface that is not there", { extensionBandwidth: 5 }, "extensionBandwidth"],
    ["the same tag twice", { resourceTags: [{ key: "a", value: "1" }, { key: "a", value: "2" }] }, "resourceTags[1].key"], // prettier-ignore
    ["a tag with a leading space", { resourceTags: [{ key: " a", value: "1" }] }, "resourceTags[0].key"],
    ["eleven tags", { resourceTags: Array.from({ length: 11 }, (_, n) => ({ key: `k${n}`, value: "" })) }, "resourceTags"],
    ["51 alias ranges", { aliasIps: Array.from({ length: 51 }, (_, n) => ({ cidr: `10.0.1.${n}` })) }, "aliasIps"],
    ["a script of more than 16 KB", { userData: `#!/bin/bash\n${"x".repeat(16 * 1024)}` }, "userData"],
    ["a password of 31 characters", { password: `Aa1#${"z".repeat(27)}` }, "password"],
    ["a password with a space", { password: "Aa1# zzzzz" }, "password"],
    ["a name of 129 characters", { name: `a${"边".repeat(128)}` }, "name"],
    ["an empty list of servers to take over", { adopt: [] }, "adopt"],
    ["an id that is no text", { adopt: [7] }, "adopt"],
    ["an input that does not exist", { bandWidth: 5 }, "bandWidth"],
    ["a part of the charge that does not exist", { charge: { chargeTime: 1 } }, "charge.chargeTime"],
    ["a reinstallation without a password", { reinstall: "inPlace" }, "password"],
    ["another word for reinstalling", { reinstall: "yes" }, "reinstall"],
    ["another state of power", { powerState: "off" }, "powerState"],
    ["another word for what becomes of servers", { deletionPolicy: "keep" }, "deletionPolicy"],
    ["a wait that is neither true nor false", { skipAwait: "yes" }, "skipAwait"],
    ["less than no days", { warnBeforeExpiryDays: -1 }, "warnBeforeExpiryDays"],
    ["a timeout without a unit", { timeouts: { create: "90" } }, "timeouts.create"],
  ])("refuse %s", (_what, broken, path) => {
    expect(new Set(failuresOf({ ...edgeSpec, ...broken }).map((failure) => failure.property))).toEqual(new Set([path]));
  });

  test("that are not known yet in a preview are let through, beside faults that are certain", () => {
    const failures = failuresOf({
      ...edgeSpec,
      subnetId: unknownMarker,
      bandwidth: unknownMarker,
      count: 9,
      charge: { chargeDuration: 1 },
    });
    expect(failures.map((failure) => failure.property)).toEqual(["count", "charge.chargeDuration"]);
    expect(edcpsInstance.check({ ...edgeSpec, keypairId: unknownMarker }, world.context().settings)).toMatchObject({
      failures: [],
      inputs: { keypairId: unknownMarker, count: 1, enableInternet: "yes", charge: { chargeMode: "postpaid_by_duration" } },
    });
  });

  test("that are secret are not repeated when they are wrong", () => {
    const reasons = failuresOf({ ...edgeSpec, password: "hunter2-hunter2", userData: "echo s3cr3t" }).map((failure) => failure.reason);
    expect(reasons).toHaveLength(1); // three classes are there; the script is not one
    expect(reasons.join()).not.toMatch(/hunter2|s3cr3t/);
  });
});
