import type { Handler } from "../../../provider/kit/handler";
import type { PurchaseState } from "../../../provider/kit/purchase";
import { cphBmsServer } from "../../../provider/vendors/huaweicloud/cph-bms-server";
import { cphPhoneServer } from "../../../provider/vendors/huaweicloud/cph-phone-server";
import { edcpsInstance } from "../../../provider/vendors/jdcloud/edcps-instance";
import { uphoneServer } from "../../../provider/vendors/ucloud/uphone-server";

const none = { config: () => undefined, env: () => undefined };
const mistakes = <I extends object, O extends I & PurchaseState>(handler: Handler<I, O>, news: Record<string, unknown>) =>
  handler
    .check(news, none)
    .failures.map(({ property }) => property)
    .sort();

// One of the wrong kind, one of the wrong form, one of two that do not go together: zod alone would name the last only when the first is mended.
describe("mistakes of every kind come together", () => {
  test("in a UPhoneServer", () => {
    const news = { cityId: 7, name: "a b", serverModelName: "28C60G1T4", uphoneModelName: "basic", imageId: "image-1", ipDestRegion: "hk" };
    expect(mistakes(uphoneServer, news)).toEqual(["cityId", "ipProportion", "name", "shareBandwidth"]);
  });

  test("in a UPhoneServer, one rule for itself: what another looks at may be wrong", () => {
    const news = {
      name: "a",
      serverModelName: "28C60G1T4",
      uphoneModelName: "basic",
      imageId: "image-1",
      ipDestRegion: "hk",
      chargeType: "Weekly",
    };
    expect(mistakes(uphoneServer, news)).toEqual(["chargeType", "cityId", "ipProportion", "shareBandwidth"]);
  });

  test("in a CphPhoneServer", () => {
    const news = {
      region: "cn-east-3",
      serverName: "a b",
      serverModelName: 5,
      phoneModelName: "rx1.cp.c60.d10.e1v1",
      imageId: "20032120200330a20b000eae5b8c01e6",
      bandWidth: { bandWidthShareType: 0 },
      extendParam: { periodType: 2 },
      adopt: ["one", "two"],
    };
    expect(mistakes(cphPhoneServer, news)).toEqual(["adopt", "extendParam.periodNum", "serverModelName", "serverName"]);
  });

  test("in a CphBmsServer", () => {
    const news = {
      region: "cn-east-3",
      serverName: "a b",
      keypairName: "kp-farm",
      nics: [{ subnetId: "f1cbfc37-eb42-4357-a0ec-9e4f11950908" }],
      publicIp: { bandWidth: { bandWidthShareType: 0, bandWidthChargeMode: 0 } },
      orderParam: { periodType: 2, periodNum: 1 },
    };
    expect(mistakes(cphBmsServer, news)).toEqual(["publicIp.bandWidth.bandWidthSize", "serverModelName", "serverName"]);
  });

  test("in an EdcpsInstance, within `charge` too", () => {
    const news = {
      regionId: "cn-east-tz1",
      az: "cn-east-tz1a",
      deviceType: "edcps.c.normal1",
      osTypeId: "ostype-0001",
      sysRaidTypeId: "raid-sys-raid1",
      dataRaidTypeId: "raid-data-raid10",
      name: "edge-a",
      hostname: "a b",
      subnetId: 5,
      password: "Vq7#mXw2!Lz9",
      charge: { chargeMode: "prepaid_by_duration", autoRenew: "yes" },
    };
    expect(mistakes(edcpsInstance, news)).toEqual(["bandwidth", "charge.autoRenew", "charge.chargeDuration", "hostname", "subnetId"]);
  });
});

test("a tag that is taken is refused with its path, why, and what to do", () => {
  const { failures } = cphBmsServer.check({ tags: { "pulumi-marker": "x" } }, none);
  expect(failures).toContainEqual({
    property: "tags.pulumi-marker",
    reason: "the tag pulumi-marker ties servers to their resource: choose another key",
  });
});

describe("what may surprise a buyer is said before he buys", () => {
  test("that a prepaid EdcpsInstance stays until it expires, unless the program leaves it there anyway", () => {
    const edge = {
      ...{ regionId: "cn-east-tz1", az: "cn-east-tz1a", deviceType: "edcps.c.normal1", osTypeId: "ostype-0001", name: "edge-a" },
      ...{ sysRaidTypeId: "raid-sys-raid1", dataRaidTypeId: "raid-data-raid10", subnetId: "subnet-1", password: "Vq7#mXw2!Lz9" },
      ...{ enableInternet: "no", charge: { chargeMode: "prepaid_by_duration", chargeUnit: "month", chargeDuration: 1 } },
    };
    const notes = (given: object): unknown => {
      const checked = edcpsInstance.check({ ...edge, ...given }, none);
      expect(checked.failures).toEqual([]);
      return checked.notes;
    };
    expect(notes({})).toEqual([expect.stringContaining("before it expires")]);
    for (const given of [{ deletionPolicy: "retain" }, { charge: { chargeMode: "postpaid_by_duration" } }])
      expect(notes(given)).toEqual([]);
  });

  test("that an order of Huawei Cloud waits for its payment, unless it pays itself", () => {
    const bare = {
      ...{ region: "cn-east-3", serverName: "farm", serverModelName: "physical.kg1.4xlarge.cp", keypairName: "kp-farm" },
      ...{
        nics: [{ subnetId: "f1cbfc37-eb42-4357-a0ec-9e4f11950908" }],
        publicIp: { count: 0, bandWidth: { bandWidthShareType: 0, bandWidthChargeMode: 0, bandWidthSize: 5 } },
      },
    };
    const notes = (orderParam: object): unknown => {
      const checked = cphBmsServer.check({ ...bare, orderParam: { periodType: 2, periodNum: 1, ...orderParam } }, none);
      expect(checked.failures).toEqual([]);
      return checked.notes;
    };
    expect(notes({})).toEqual([expect.stringContaining("`orderParam.isAutoPay` is off")]);
    expect(notes({ isAutoPay: true })).toBeUndefined();
  });
});
