import { edcpsInstanceChanges } from "../../../../provider/vendors/jdcloud/edcps-changes";
import { edcpsInstance } from "../../../../provider/vendors/jdcloud/edcps-instance";
import type { EdcpsInstanceGiven } from "../../../../provider/vendors/jdcloud/edcps-instance";
import { driftMatrix } from "../../../support/drift-matrix";
import type { Drift } from "../../../support/drift-matrix";
import { edgeSpec, jdWorld } from "../../../support/jdcloud";
import type { JdWorld } from "../../../support/jdcloud";

const dual = { interfaceMode: "dual", extensionSubnetId: "subnet-0002" } satisfies Partial<EdcpsInstanceGiven>;
const dualInternet = { ...dual, extensionEnableInternet: "yes", extensionBandwidth: 20 } satisfies Partial<EdcpsInstanceGiven>;
const prepaid = { chargeMode: "prepaid_by_duration", chargeDuration: 1 } as const;

/** Somebody sets `fields` in the console, under JD Cloud's names. */
const set =
  (fields: Record<string, unknown>): Drift<JdWorld>["meddle"] =>
  (ids, { cloud }) => {
    for (const id of ids) cloud.change(id, fields);
  };
const changed = (given: Partial<EdcpsInstanceGiven>, fields: Record<string, unknown>, shows: unknown): Drift<JdWorld> => ({
  given,
  meddle: set(fields),
  shows,
});
/** An input that has the wire's name and value. */
const plain = (given: Partial<EdcpsInstanceGiven>, fields: Record<string, unknown>): Drift<JdWorld> =>
  changed(given, fields, Object.values(fields)[0]);

describe("Drift of an EdcpsInstance", () =>
  driftMatrix({
    handler: edcpsInstance,
    table: edcpsInstanceChanges,
    world: jdWorld,
    spec: edgeSpec,
    idsOf: ({ servers }) => servers.map(({ id }) => id),
    drifts: {
      az: plain({}, { az: "cn-east-tz1b" }),
      deviceType: plain({}, { deviceType: "edcps.c.normal2" }),
      osTypeId: plain({ reinstall: "inPlace", password: "Vq7#mXw2!Lz9" }, { osTypeId: "ostype-0002" }),
      sysRaidTypeId: plain({ reinstall: "inPlace", password: "Vq7#mXw2!Lz9" }, { sysRaidTypeId: "raid-sys-noraid" }),
      dataRaidTypeId: plain({}, { dataRaidTypeId: "raid-data-noraid" }),
      keypairId: plain({ keypairId: "keypair-0001" }, { keypairId: "keypair-0002" }),
      subnetId: plain({}, { subnetId: "subnet-0002" }),
      privateIp: plain({ privateIp: "10.0.1.9" }, { privateIp: "10.0.1.10" }),
      aliasIps: changed({ aliasIps: [{ cidr: "10.0.1.40" }] }, { aliasIps: ["10.0.1.41/32"] }, [
        { id: "subnet-0001", cidr: "10.0.1.41/32" },
      ]),
      interfaceMode: plain({ interfaceMode: "bond" }, { interfaceMode: "dual" }),
      enableInternet: changed({}, { elasticIpId: "" }, "no"),
      internetChargeMode: plain({ internetChargeMode: "postpaid_by_duration" }, { internetChargeMode: "prepaid_by_duration" }),
      bandwidthPackageId: plain({ bandwidthPackageId: "bwp-0001", bandwidth: undefined }, { bandwidthPackageId: "" }),
      lineType: plain({ lineType: "ct" }, { lineType: "cm" }),
      bandwidth: plain({}, { bandwidth: 5 }),
      extraUplinkBandwidth: plain({ extraUplinkBandwidth: 1 }, { extraUplinkBandwidth: 9 }),
      name: plain({}, { name: "renamed" }),
      description: changed({ description: "web" }, { description: "by hand [pulumi:abcdefghij0]" }, "by hand"),
      count: {
        given: { count: 3 },
        meddle: ([, second = ""], { cloud }) => cloud.vanish(second),
        shows: 2,
        costs: ["1 × edcps.c.normal1, by the hour"],
      },
      "charge.chargeMode": changed({}, { chargeMode: "prepaid_by_duration" }, "prepaid_by_duration"),
      "charge.autoRenew": changed({ charge: { ...prepaid, autoRenew: true } }, { autoRenew: false }, false),
      extensionSubnetId: plain(dual, { extensionSubnetId: "subnet-0003" }),
      extensionPrivateIp: plain({ ...dual, extensionPrivateIp: "10.0.16.9" }, { extensionPrivateIp: "10.0.16.8" }),
      extensionAliasIps: changed({ ...dual, extensionAliasIps: [{ cidr: "10.0.16.40" }] }, { extensionAliasIps: ["10.0.16.41/32"] }, [
        { id: "subnet-0002", cidr: "10.0.16.41/32" },
      ]),
      extensionEnableInternet: changed(dualInternet, { extensionElasticIpId: "" }, "no"),
      extensionLineType: plain({ ...dualInternet, extensionLineType: "ct" }, { extensionLineType: "cm" }),
      extensionBandwidth: plain(dualInternet, { extensionBandwidth: 21 }),
      extensionExtraUplinkBandwidth: plain({ ...dualInternet, extensionExtraUplinkBandwidth: 1 }, { extensionExtraUplinkBandwidth: 2 }),
      extensionInternetChargeMode: plain(
        { ...dualInternet, extensionInternetChargeMode: "postpaid_by_duration" },
        { extensionInternetChargeMode: "prepaid_by_duration" },
      ),
      extensionBandwidthPackageId: plain(
        { ...dualInternet, extensionBandwidth: undefined, extensionBandwidthPackageId: "bwp-0001" },
        { extensionBandwidthPackageId: "" },
      ),
      enableIpv6: plain({ enableIpv6: "no" }, { enableIpv6: "yes" }),
      ipv6Address: plain({ enableIpv6: "yes", ipv6Address: "2001:db8::1" }, { ipv6Address: "2001:db8::2" }),
      extensionIpv6Address: plain({ ...dual, extensionIpv6Address: "2001:db8::1" }, { extensionIpv6Address: "2001:db8::2" }),
      resourceTags: plain({ resourceTags: [{ key: "a", value: "1" }] }, { resourceTags: [{ key: "a", value: "2" }] }),
      powerState: changed({ powerState: "running" }, { status: "stopped" }, "stopped"),
    },
    // Whose description and key pair nobody has set; a debt; time.
    restless(ids, { cloud, clock }) {
      for (const id of ids) cloud.change(id, { chargeStatus: "arrear", keypairId: "keypair-0001" });
      clock.advance(60 * 60_000);
    },
  }));
