import { INSTANCES, MINUTE, REGION, jdWorld } from "./support/jdcloud-world";
import type { JdWorld } from "./support/jdcloud-world";

const DAY = 24 * 60 * MINUTE;
const RENEWAL = "/v2/regions/cn-east-tz1/instances";
const product = { appCode: "jcloud", serviceCode: "edcps" };
const refused = (code: number, status: string) => ({ status: code, body: { error: { code, status } } });

describe("tag service of the simulated JD Cloud", () => {
  let world: JdWorld;
  beforeEach(async () => {
    world = await jdWorld();
  });
  afterEach(() => world.close());

  const tag = (ids: string[], tags: unknown, what = "tagResources", serviceCode = "edcps") =>
    world.call("POST", `${REGION}/tags:${what}`, { [what]: { resources: [{ serviceCode, resourceId: ids }], tags } });
  const tagsOf = async (id: string) => {
    const resourceVo = { serviceCodes: ["edcps"], resourceIds: [id], currentPage: 1, pageSize: 10 };
    const { body } = await world.call("POST", `${REGION}/tags:describeResources`, { resourceVo });
    const data = body.result?.["data"] as { resourceTagMappingList: { resourceId: string; tags: unknown }[] };
    return data.resourceTagMappingList;
  };

  test("shows the tags that came with the purchase, adds, overwrites and removes", async () => {
    const id = await world.running({ resourceTags: [{ key: "env", value: "test" }] });
    expect(await tagsOf(id)).toEqual([
      { jrn: expect.any(String) as string, serviceCode: "edcps", resourceId: id, tags: [{ key: "env", value: "test" }] },
    ]);
    const added = await tag(
      [id],
      [
        { key: "env", value: "live" },
        { key: "团队", value: "" },
      ],
    );
    expect(added.body.result).toEqual({ data: { pin: "sim-main", region: "cn-east-tz1", failedResourcesMap: [], successCount: 2 } });
    expect((await tagsOf(id))[0]?.tags).toEqual([
      { key: "env", value: "live" },
      { key: "团队", value: "" },
    ]);
    await tag(
      [id],
      [
        { key: "env", value: "other" },
        { key: "团队", value: "" },
      ],
      "unTagResources",
    );
    expect((await tagsOf(id))[0]?.tags).toEqual([{ key: "env", value: "live" }]);
    await tag([id], [{ key: "env", value: null }], "unTagResources");
    expect(await tagsOf(id)).toEqual([]);
  });

  test("reports what failed inside a successful answer", async () => {
    const id = await world.running();
    const [young = ""] = await world.buy();
    const { status, body } = await tag([id, young, "edcps-none"], [{ key: "a", value: "b" }]);
    expect(status).toBe(200);
    expect(body.result).toMatchObject({
      data: { successCount: 1, failedResourcesMap: [{ resourceId: young }, { resourceId: "edcps-none" }] },
    });
    const eleven = Array.from({ length: 11 }, (_, at) => ({ key: `k${at}`, value: "v" }));
    expect((await tag([id], eleven)).body.result).toMatchObject({ data: { successCount: 0, failedResourcesMap: [{ resourceId: id }] } });
    expect((await tagsOf(id))[0]?.tags).toEqual([{ key: "a", value: "b" }]);
  });

  test("refuses other services, missing tags, and a signature for another service", async () => {
    const id = await world.running();
    expect(await tag([id], [{ key: "a", value: "b" }], "tagResources", "vm")).toMatchObject(refused(400, "INVALID_ARGUMENT"));
    expect(await tag([id], [])).toMatchObject(refused(400, "INVALID_ARGUMENT"));
    expect(await tag([id], [{ key: "a" }])).toMatchObject(refused(400, "INVALID_ARGUMENT"));
    const foreign = await world.call("POST", `${REGION}/tags:describeResources`, { resourceVo: {} }, { service: "edcps" });
    expect(foreign).toMatchObject(refused(401, "ACCESS_ERROR"));
  });
});

describe("renewal service of the simulated JD Cloud", () => {
  let world: JdWorld;
  beforeEach(async () => {
    world = await jdWorld();
  });
  afterEach(() => world.close());

  const month = { charge: { chargeMode: "prepaid_by_duration", chargeUnit: "month", chargeDuration: 1 } };
  const query = async (over: Record<string, unknown> = {}) =>
    (await world.call("POST", RENEWAL, { queryInstanceParam: { ...product, ...over } })).body.result;
  const setRenewal = (over: Record<string, unknown>) =>
    world.call("PUT", `${RENEWAL}:autoRenewStatus`, { setRenewalParam: { ...product, ...over } });
  const renew = (over: Record<string, unknown>) =>
    world.call("POST", `${RENEWAL}:renew`, { renewInstanceParam: { ...product, timeSpan: 2, timeUnit: "MONTH", ...over } });
  const expiry = async (id: string) => ((await world.look(id))["charge"] as Record<string, string>)["chargeExpiredTime"];

  test("lists instances with their expiry and renewal", async () => {
    const paid = await world.running({ ...month, name: "paid" });
    const metered = await world.running({ name: "metered" });
    expect(await query()).toMatchObject({
      totalCount: 2,
      listQueries: [
        { resourceId: paid, billingType: "MONTHLY", expireTime: "2026-02-02T15:59:59Z", autoRenewStatus: "UNOPENED", relationList: [{}] },
        { resourceId: metered, billingType: "CONFIG", expireTime: "", autoRenewStatus: "UNOPENED", relationList: [] },
      ],
    });
    expect(await query({ instanceId: paid })).toMatchObject({ totalCount: 1 });
    expect(await query({ instanceName: "met" })).toMatchObject({ totalCount: 1 });
    expect(await query({ billingType: "MONTHLY" })).toMatchObject({ totalCount: 1 });
    expect(await query({ renewStatus: "AUTO" })).toMatchObject({ totalCount: 0 });
    expect(await query({ expireType: "SEVEN" })).toMatchObject({ totalCount: 0 });
    world.clock.advance(28 * DAY);
    expect(await query({ expireType: "SEVEN" })).toMatchObject({ totalCount: 1 });
    expect(await query({ pageNumber: 2, pageSize: 1 })).toMatchObject({ totalCount: 2, listQueries: [{ resourceId: metered }] });
  });

  test("renews an instance together with its elastic IP", async () => {
    const id = await world.running(month);
    const before = world.ledger.paid("jdcloud");
    const reply = await renew({ instanceIds: id, autoPay: true });
    expect(reply.body.result).toEqual({ orderNumber: expect.stringMatching(/^order-/) as string });
    expect(await expiry(id)).toBe("2026-04-02T15:59:59Z");
    const { elasticIpId } = await world.look(id);
    const eip = await world.call("GET", `${REGION}/elasticIps/${String(elasticIpId)}`);
    expect(eip.body.result).toMatchObject({ elasticIp: { charge: { chargeExpiredTime: "2026-04-02T15:59:59Z" } } });
    expect(world.ledger.entries().at(-1)).toMatchObject({ kind: "renewal", ids: [id] });
    expect(world.ledger.paid("jdcloud")).toBeGreaterThan(before);
    expect(world.ledger.orders("jdcloud")).toHaveLength(1);
  });

  test("renews by itself from when that is opened until it is closed", async () => {
    const id = await world.running(month);
    expect(await setRenewal({ instanceIds: id, autoRenewStatus: "MODIFY", timeSpan: 2 })).toMatchObject(
      refused(400, "FAILED_PRECONDITION"),
    );
    const opened = await setRenewal({ instanceIds: id, autoRenewStatus: "OPEN", timeSpan: 1, timeUnit: "MONTH", allAutoPay: "BIND" });
    expect(opened.body.result).toEqual({ stringResult: "success" });
    expect(await query({ renewStatus: "AUTO" })).toMatchObject({ listQueries: [{ autoRenewStatus: "OPENED", autoRenewPeriod: "1" }] });
    world.clock.advance(32 * DAY);
    expect(await expiry(id)).toBe("2026-03-02T15:59:59Z");
    await setRenewal({ instanceIds: id, autoRenewStatus: "CLOSE" });
    world.clock.advance(40 * DAY);
    expect(await world.call("GET", `${INSTANCES}/${id}`)).toMatchObject({ status: 404 });
    expect(world.ledger.entries().filter((entry) => entry.kind === "renewal")).toHaveLength(1);
  });

  test("opens automatic renewal at the purchase, by the unit bought", async () => {
    await world.running({ charge: { ...month.charge, chargeUnit: "year", autoRenew: true } });
    expect(await query()).toMatchObject({ listQueries: [{ autoRenewStatus: "OPENED", autoRenewPeriod: "12" }] });
  });

  test("refuses what cannot be renewed", async () => {
    const metered = await world.running();
    const paid = await world.running(month);
    expect(await renew({ instanceIds: metered })).toMatchObject(refused(400, "FAILED_PRECONDITION"));
    expect(await setRenewal({ instanceIds: metered, autoRenewStatus: "OPEN" })).toMatchObject(refused(400, "FAILED_PRECONDITION"));
    expect(await renew({ instanceIds: `${paid},edcps-none` })).toMatchObject(refused(404, "NOT_FOUND"));
    expect(await renew({ instanceIds: paid, autoPay: false })).toMatchObject(refused(400, "INVALID_ARGUMENT"));
    expect(await renew({ instanceIds: paid, timeUnit: "YEAR", timeSpan: 4 })).toMatchObject(refused(400, "OUT_OF_RANGE"));
    expect(await renew({ instanceIds: paid, serviceCode: "vm" })).toMatchObject(refused(400, "INVALID_ARGUMENT"));
    expect(await expiry(paid)).toBe("2026-02-02T15:59:59Z");
  });

  test("ends prepaid months on the last day of shorter ones", async () => {
    world.clock.advance(29 * DAY);
    const id = await world.running(month);
    expect(await expiry(id)).toBe("2026-02-28T15:59:59Z");
  });
});
