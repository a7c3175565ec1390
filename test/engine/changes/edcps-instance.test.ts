import { edcpsInstanceChanges } from "../../../provider/vendors/jdcloud/edcps-changes";
import type { Simulator } from "../../../simulator";
import { changesOnTheRealEngine } from "../support/changes";
import type { InPlace } from "../support/changes";
import { edge } from "../support/examples";
import { eachOnABench } from "../support/each";

const reinstall = { reinstall: "inPlace" };
const noInternet = { enableInternet: "no", bandwidth: undefined };
const dual = { interfaceMode: "dual", extensionSubnetId: "subnet-0002" };
const dualInternet = { ...dual, extensionEnableInternet: "yes", extensionBandwidth: 20 };
const prepaid = { chargeMode: "prepaid_by_duration", chargeDuration: 1 };
/** JD Cloud sells 20 servers per zone: these stand in another. */
const otherZone = { az: "cn-east-tz1b", subnetId: "subnet-0003" };
/** And 10 elastic IPs per node beside those that come with servers. */
const otherRegion = { regionId: "cn-east-jn1", az: "cn-east-jn1a", subnetId: "subnet-0101", lineType: "un" };

/** What stands in the simulator's state; JD Cloud shows not all of it. */
interface Stored {
  readonly instances: Readonly<
    Record<
      string,
      {
        readonly status: string;
        readonly texts: Readonly<Record<string, string>>;
        readonly tags: object;
        readonly billing: { readonly autoRenew: boolean };
      }
    >
  >;
  readonly elasticIps: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly aliasIps: Readonly<Record<string, { readonly instanceId: string; readonly cidr: string }>>;
}

const stored = ({ jdcloud }: Simulator) => jdcloud.save() as Stored;
const instance = ([id = ""]: readonly string[], simulator: Simulator) => stored(simulator).instances[id]!;
const eip = (ids: readonly string[], simulator: Simulator, field: "elasticIpId" | "extensionElasticIpId") =>
  stored(simulator).elasticIps[instance(ids, simulator).texts[field] ?? ""];
const aliases = (ids: readonly string[], simulator: Simulator): string[] =>
  Object.values(stored(simulator).aliasIps)
    .filter(({ instanceId }) => ids.includes(instanceId))
    .map(({ cidr }) => cidr);
/** How often an operation was called for a server. */
const calls = ([id = ""]: readonly string[], { jdcloud }: Simulator, operation: string): number =>
  jdcloud.received().filter((call) => call.operation === operation && call.parameters["instanceId"] === id).length;

type Shows = NonNullable<InPlace["cloud"]>["shows"];
const text =
  (name: string): Shows =>
  (...at) =>
    instance(...at).texts[name];
const reinstalled: Shows = (...at) => calls(...at, "reinstallInstance");

describe("changes of an EdcpsInstance on the real engine", () =>
  changesOnTheRealEngine({
    declare: edge,
    table: edcpsInstanceChanges,
    inPlace: {
      name: { to: { name: "renamed" }, cloud: { shows: text("name"), value: "renamed" } },
      description: {
        to: { description: "night shift" },
        cloud: { shows: (...at) => instance(...at).texts["description"]?.replace(/ \[pulumi:.*$/, ""), value: "night shift" },
      },
      resourceTags: {
        to: { resourceTags: [{ key: "shift", value: "night" }] },
        cloud: { shows: (...at) => instance(...at).tags, value: { shift: "night" } },
      },
      osTypeId: { from: reinstall, to: { osTypeId: "ostype-0002" }, cloud: { shows: text("osTypeId"), value: "ostype-0002" } },
      sysRaidTypeId: {
        from: reinstall,
        to: { sysRaidTypeId: "raid-sys-noraid" },
        cloud: { shows: text("sysRaidTypeId"), value: "raid-sys-noraid" },
      },
      dataRaidTypeId: {
        from: reinstall,
        to: { dataRaidTypeId: "raid-data-noraid" },
        cloud: { shows: text("dataRaidTypeId"), value: "raid-data-noraid" },
      },
      keypairId: { from: reinstall, to: { keypairId: "keypair-0001" }, cloud: { shows: text("keypairId"), value: "keypair-0001" } },
      hostname: { from: reinstall, to: { hostname: "farm" }, cloud: { shows: reinstalled, value: 1 } },
      userData: { from: reinstall, to: { userData: "#!/bin/bash\ntrue\n" }, cloud: { shows: reinstalled, value: 1 } },
      reinstall: { to: reinstall, cloud: { shows: reinstalled, value: 0 } },
      password: { to: { password: "Rt6$nKw9?Hb4" }, cloud: { shows: (...at) => calls(...at, "resetPassword"), value: 1 } },
      powerState: { to: { powerState: "stopped" }, cloud: { shows: (...at) => instance(...at).status, value: "stopped" } },
      count: { to: { count: 2 }, costs: ["1 × edcps.c.normal1, by the hour"], cloud: { shows: (ids) => ids.length, value: 2 } },
      enableInternet: {
        from: { ...otherRegion, ...noInternet },
        to: { enableInternet: "yes", bandwidth: 50 },
        costs: ["1 × elastic IP, 50 Mbit/s"],
        cloud: { shows: (...at) => eip(...at, "elasticIpId")?.["bandwidth"], value: 50 },
      },
      bandwidth: {
        from: { ...otherZone, charge: prepaid },
        to: { bandwidth: 200 },
        costs: ["elastic IP, 200 Mbit/s"],
        cloud: { shows: (...at) => eip(...at, "elasticIpId")?.["bandwidth"], value: 200 },
      },
      extraUplinkBandwidth: {
        from: otherZone,
        to: { extraUplinkBandwidth: 10 },
        cloud: { shows: (...at) => eip(...at, "elasticIpId")?.["extraUplinkBandwidth"], value: 10 },
      },
      bandwidthPackageId: {
        from: otherZone,
        to: { bandwidthPackageId: "bwp-0001" },
        cloud: { shows: (...at) => eip(...at, "elasticIpId")?.["bandwidthPackageId"], value: "bwp-0001" },
      },
      aliasIps: {
        from: { aliasIps: [{ cidr: "10.0.1.240" }] },
        to: { aliasIps: [{ cidr: "10.0.1.241" }] },
        cloud: { shows: aliases, value: ["10.0.1.241/32"] },
      },
      extensionAliasIps: {
        from: dual,
        to: { extensionAliasIps: [{ cidr: "10.0.16.241" }] },
        cloud: { shows: aliases, value: ["10.0.16.241/32"] },
      },
      extensionEnableInternet: {
        from: dualInternet,
        to: { extensionEnableInternet: "no", extensionBandwidth: undefined },
        cloud: { shows: (...at) => eip(...at, "extensionElasticIpId"), value: undefined },
      },
      extensionBandwidth: {
        from: dualInternet,
        to: { extensionBandwidth: 30 },
        cloud: { shows: (...at) => eip(...at, "extensionElasticIpId")?.["bandwidth"], value: 30 },
      },
      extensionExtraUplinkBandwidth: {
        from: dualInternet,
        to: { extensionExtraUplinkBandwidth: 7 },
        cloud: { shows: (...at) => eip(...at, "extensionElasticIpId")?.["extraUplinkBandwidth"], value: 7 },
      },
      extensionBandwidthPackageId: {
        from: dualInternet,
        to: { extensionBandwidthPackageId: "bwp-0001" },
        cloud: { shows: (...at) => eip(...at, "extensionElasticIpId")?.["bandwidthPackageId"], value: "bwp-0001" },
      },
      "charge.autoRenew": {
        from: { ...otherZone, charge: prepaid },
        to: { charge: { ...prepaid, autoRenew: true } },
        cloud: { shows: (...at) => instance(...at).billing.autoRenew, value: true },
      },
      deletionPolicy: { from: otherZone, to: { deletionPolicy: "retain" } },
      skipAwait: { from: otherZone, to: { skipAwait: true } },
      warnBeforeExpiryDays: { from: otherZone, to: { warnBeforeExpiryDays: 0 } },
      timeouts: { from: otherZone, to: { timeouts: { update: "45m" } } },
    },
    later: {
      "charge.chargeUnit": { from: { ...otherZone, charge: prepaid }, to: { charge: { ...prepaid, chargeUnit: "year" } } },
      "charge.chargeDuration": { from: { ...otherZone, charge: prepaid }, to: { charge: { ...prepaid, chargeDuration: 2 } } },
      "charge.buyScenario": { from: { ...otherZone, charge: prepaid }, to: { charge: { ...prepaid, buyScenario: "e30=" } } },
    },
    replacing: {
      regionId: { to: otherRegion },
      az: { to: otherZone },
      deviceType: { to: { deviceType: "edcps.c.normal2" } },
      osTypeId: { to: { osTypeId: "ostype-0002" } },
      sysRaidTypeId: { to: { sysRaidTypeId: "raid-sys-noraid" } },
      dataRaidTypeId: { to: { dataRaidTypeId: "raid-data-noraid" } },
      keypairId: { to: { keypairId: "keypair-0001" } },
      hostname: { to: { hostname: "farm" } },
      userData: { to: { userData: "#!/bin/bash\ntrue\n" } },
      subnetId: { to: { subnetId: "subnet-0002" } },
      cidr: { to: { cidr: "10.0.0.0/16" } },
      privateIp: { from: otherZone, to: { privateIp: "10.0.32.200" } },
      interfaceMode: { from: otherZone, to: { interfaceMode: "dual", extensionSubnetId: "subnet-0003" } },
      lineType: { from: otherZone, to: { lineType: "cm" } },
      internetChargeMode: { from: otherZone, to: { internetChargeMode: "postpaid_by_duration" } },
      "charge.chargeMode": { from: otherZone, to: { charge: prepaid } },
      extensionSubnetId: { from: dual, to: { extensionSubnetId: "subnet-0001" } },
      extensionPrivateIp: { from: dual, to: { extensionPrivateIp: "10.0.16.200" } },
      extensionLineType: { from: dualInternet, to: { extensionLineType: "ct" } },
      extensionInternetChargeMode: { from: dualInternet, to: { extensionInternetChargeMode: "postpaid_by_duration" } },
      enableIpv6: { from: otherZone, to: { enableIpv6: "yes" } },
      ipv6Address: { from: otherZone, to: { ipv6Address: "2001:db8::1" } },
      ipv6AliasIps: { from: otherZone, to: { ipv6AliasIps: [{ cidr: "2001:db8::1" }] } },
      extensionEnableIpv6: { from: dual, to: { extensionEnableIpv6: "yes" } },
      extensionIpv6Address: { from: dual, to: { extensionIpv6Address: "2001:db8::1" } },
      extensionIpv6AliasIps: { from: dual, to: { extensionIpv6AliasIps: [{ cidr: "2001:db8::1" }] } },
    },
    fixed: {
      imageType: 'JD Cloud has only "standard"',
      networkType: 'JD Cloud has only "vpc"',
    },
  }));

describe("a prepaid EdcpsInstance on the real engine", () => {
  const bench = eachOnABench();

  const declare = (args: object = {}) => bench.stack.declare(edge("one", { charge: { ...prepaid, autoRenew: true }, ...args }));
  const marker = (id: string): boolean => /\[pulumi:/.test(instance([id], bench.simulator).texts["description"] ?? "");

  test("is not destroyed: the refusal names the date and the choices", async () => {
    await declare();
    expect((await bench.stack.up()).code).toBe(0);
    const [id = ""] = bench.simulator.jdcloud.servers();
    const refused = await bench.stack.destroy();
    expect(refused.code).not.toBe(0);
    expect(refused.text).toMatch(new RegExp(`${id} \\(paid until [0-9T:-]+Z\\) is prepaid`));
    for (const choice of ["stopRenewal", "retain", "pulumi state delete"]) expect(refused.text).toContain(choice);
    expect([await bench.stack.resources(), bench.simulator.jdcloud.servers()]).toMatchObject([[{ id }], [id]]);
    expect(marker(id)).toBe(true);
  });

  test.each([
    ["stopRenewal", false],
    ["retain", true],
  ])("with deletionPolicy %s is destroyed from the stack and left in the cloud", async (deletionPolicy, renews) => {
    await declare();
    expect((await bench.stack.up()).code).toBe(0);
    const [id = ""] = bench.simulator.jdcloud.servers();
    await declare({ deletionPolicy });
    expect((await bench.stack.up()).steps.map(({ op }) => op)).toEqual(["update"]);
    const destroyed = await bench.stack.destroy();
    expect([destroyed.code, await bench.stack.resources()]).toEqual([0, []]);
    expect(destroyed.text).toContain(`left in JD Cloud by \`deletionPolicy\` ${deletionPolicy}: ${id} (paid until`);
    expect(bench.simulator.jdcloud.servers()).toEqual([id]);
    expect([instance([id], bench.simulator).billing.autoRenew, marker(id)]).toEqual([renews, false]);
    expect(bench.simulator.ledger.payments()).toHaveLength(1);
  });
});
