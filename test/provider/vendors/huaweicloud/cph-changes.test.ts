import { cphBmsServer } from "../../../../provider/vendors/huaweicloud/cph-bms-server";
import type { CphBmsServerSpec } from "../../../../provider/vendors/huaweicloud/cph-bms-server";
import { cphPhoneServer } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import type { CphPhoneServerOutputs, CphPhoneServerSpec } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import { memoryJournal } from "../../../support/context";
import { bareServer, huaweiWorld, leftBehind, phonesInSystemNetwork, phonesInVpc } from "../../../support/huaweicloud";
import type { HuaweiWorld } from "../../../support/huaweicloud";

const marker = "abcdefghij";
const otherImage = "22110120221209e101210a3000000b03";
const special = { serverModelName: "physical.rx1.xlarge.special", phoneModelName: "rx1.cp.sp.c60.d10.e1v1" };
const writes = /^(Create|Update|Change|Delete|BatchCreate|BatchDelete|Cancel|Auto|Reset|Restart|Expand|Put)/;

describe("Changes of CPH servers in place", () => {
  let world: HuaweiWorld;
  beforeEach(async () => (world = await huaweiWorld()));
  afterEach(() => world.close());

  const buy = async (spec: Partial<CphPhoneServerSpec>): Promise<{ id: string; outs: CphPhoneServerOutputs }> => {
    const bought = await cphPhoneServer.create(world.phones(spec), world.context({ pollMs: 300_000 }));
    world.operations();
    return bought;
  };
  const update = (id: string, last: CphPhoneServerOutputs, spec: Partial<CphPhoneServerSpec>, ctx = world.context()) =>
    cphPhoneServer.update(id, last, world.phones(spec), ctx);
  const kinds = (last: CphPhoneServerOutputs, spec: Partial<CphPhoneServerSpec>): [string, string][] =>
    cphPhoneServer.diff(last, world.phones(spec), marker).properties.map(({ property, kind }) => [property, kind]);
  const orders = (): number => world.simulator.ledger.orders("huaweicloud").length;
  const written = (): string[] => world.operations().filter((name) => writes.test(name));
  const payments = (): number => world.simulator.ledger.entries("huaweicloud").filter(({ kind }) => kind === "payment").length;
  const phoneOf = (nth: number, serverId: string): string =>
    serverId.split("").reverse().join("").slice(0, 28) + nth.toString(16).padStart(4, "0");
  /** A refresh, and what the next preview would show. */
  const previewed = async (id: string, outs: CphPhoneServerOutputs, spec: Partial<CphPhoneServerSpec>) =>
    kinds((await cphPhoneServer.read(id, outs, world.context()))!.outs, spec);

  test("give a shared bandwidth another size, once for all servers that share it", async () => {
    const spec = { ...phonesInSystemNetwork, count: 2, bandWidth: { bandWidthShareType: 1 as const, bandWidthSize: 100 } };
    const { id, outs } = await buy(spec);
    const news = { ...spec, bandWidth: { ...spec.bandWidth, bandWidthSize: 200 } };
    expect(kinds(outs, news)).toEqual([["bandWidth.bandWidthSize", "update"]]);
    const ctx = world.context();
    const changed = await update(id, outs, news, ctx);
    expect(changed.bandWidth).toEqual(news.bandWidth);
    expect(ctx.lines).toEqual(['CphPhoneServer "farm-a": has 200 Mbit/s']);
    expect(written()).toEqual(["UpdateBandwidth"]);
    expect(await previewed(id, changed, news)).toEqual([]);
    expect(orders()).toBe(1);
  });

  test("do not give a dedicated bandwidth another size", async () => {
    const { outs } = await buy(phonesInVpc);
    const news = { ...phonesInVpc, bandWidth: { ...phonesInVpc.bandWidth, bandWidthSize: 100 } };
    expect(kinds(outs, news)).toEqual([["bandWidth.bandWidthSize", "replace"]]);
  });

  test("let the data volumes of all phones grow, but for those that have the size", async () => {
    const { id, outs } = await buy({ ...phonesInVpc, count: 2 });
    const news = { ...phonesInVpc, count: 2, phoneDataVolume: { ...phonesInVpc.phoneDataVolume, size: 150 } };
    expect(kinds(outs, news)).toEqual([["phoneDataVolume.size", "update"]]);
    const failing = phoneOf(7, outs.servers[1]!.id);
    world.cloud.behave({ failingJobs: [failing] });
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, news));
    expect(left.message).toBe(
      `Waited for the data volumes of the phones of CPH server ${outs.servers[1]!.id} to have 150 GiB, but 1 of 49 failed: phone ${failing} (CPS0054, The job timed out.). What is done stays; the next \`pulumi up\` takes care of the rest.`,
    );
    expect(left.outs.phoneDataVolume).toEqual(phonesInVpc.phoneDataVolume);
    // A refresh in between does not take the change for done.
    const read = await cphPhoneServer.read(id, left.outs, world.context());
    expect(kinds(read!.outs, news)).toEqual([["phoneDataVolume.size", "update"]]);
    const before = payments();
    world.operations();
    const changed = await update(id, read!.outs, news);
    expect(written()).toEqual(["ExpandPhoneDataVolumeSize", "ExpandPhoneDataVolumeSize"]);
    expect(payments() - before).toBe(2); // the phone that failed, and the one that shows the size
    expect(await previewed(id, changed, news)).toEqual([]);
    expect(orders()).toBe(1);
  });

  test("take neither a smaller data volume nor another type of it", async () => {
    const { outs } = await buy(phonesInVpc);
    expect(kinds(outs, { ...phonesInVpc, phoneDataVolume: { volumeType: "GPSSD", size: 50 } })).toEqual([
      ["phoneDataVolume.size", "replace"],
    ]);
    expect(kinds(outs, { ...phonesInVpc, phoneDataVolume: { volumeType: "SSD", size: 100 } })).toEqual([
      ["phoneDataVolume.volumeType", "replace"],
    ]);
  });

  test.each([
    ["reset" as const, "ResetCloudPhone", "phones reset with image"],
    ["restart" as const, "RestartCloudPhone", "phones restarted with image"],
  ])("give phones another image by a %s when opted in, and name those that fail", async (imageUpdate, operation, line) => {
    const { id, outs } = await buy(phonesInVpc);
    expect(kinds(outs, { ...phonesInVpc, imageId: otherImage })).toEqual([["imageId", "replace"]]);
    const news = { ...phonesInVpc, imageId: otherImage, imageUpdate };
    expect(kinds(outs, news)).toEqual([
      ["imageId", "update"],
      ["imageUpdate", "update"],
    ]);
    const failing = phoneOf(3, id);
    world.cloud.behave({ failingJobs: [failing] });
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, news));
    expect(left.message).toContain(`1 of 50 failed: phone ${failing} (CPS0054, The job timed out.)`);
    expect(left.outs.imageId).toBe(phonesInVpc.imageId);
    world.operations();
    const ctx = world.context();
    const changed = await update(id, left.outs, news, ctx);
    expect(written()).toEqual([operation]);
    expect(world.lastCall(operation)?.["phones"]).toEqual([{ phone_id: failing }]); // no other phone is worked on again
    expect(ctx.lines).toEqual([`CphPhoneServer "farm-b": ${line} ${otherImage}`]);
    expect(await previewed(id, changed, news)).toEqual([]);
    expect(orders()).toBe(1);
  });

  test.each(["as it is", "refreshed"])("put phones back whose reset was given up, with the state %s", async (how) => {
    const { id, outs } = await buy(phonesInVpc);
    const reset = { ...phonesInVpc, imageUpdate: "reset" as const };
    world.cloud.behave({ failingJobs: [phoneOf(3, id)] });
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, { ...reset, imageId: otherImage }));
    expect(left.outs.uneven).toEqual(["imageId"]);
    const last = how === "as it is" ? left.outs : (await cphPhoneServer.read(id, left.outs, world.context()))!.outs;
    expect(kinds(last, reset)).toEqual([["imageId", "update"]]);
    expect(kinds(last, { ...reset, imageId: otherImage })).toEqual([["imageId", "update"]]);
    world.cloud.behave({ failingJobs: [phoneOf(5, id)] });
    const again = await leftBehind<CphPhoneServerOutputs>(update(id, last, reset));
    const back = await update(id, again.outs, reset);
    expect(back).toMatchObject({ imageId: phonesInVpc.imageId, uneven: undefined });
    expect(written()).toEqual(["ResetCloudPhone", "ResetCloudPhone", "ResetCloudPhone"]);
    expect(world.lastCall("ResetCloudPhone")?.["phones"]).toEqual([{ phone_id: phoneOf(5, id) }]);
    expect(await previewed(id, back, reset)).toEqual([]);
  });

  test("leave phones as they are when a reset is given up together with the wish for it", async () => {
    const { id, outs } = await buy(phonesInVpc);
    const ofAnotherChip = { ...phonesInVpc, imageId: "20032120200330a20b000eae5b8c01e6", imageUpdate: "reset" as const };
    const refused = await leftBehind<CphPhoneServerOutputs>(update(id, outs, ofAnotherChip));
    expect(kinds(refused.outs, phonesInVpc)).toEqual([["imageUpdate", "update"]]); // all phones have the image of before

    world.cloud.behave({ failingJobs: [phoneOf(3, id)] });
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, { ...ofAnotherChip, imageId: otherImage }));
    expect(kinds(left.outs, phonesInVpc)).toEqual([["imageUpdate", "update"]]);
    expect(cphPhoneServer.diff(left.outs, world.phones(phonesInVpc), marker).notes).toEqual([
      `phones may have other images, since a change of it was interrupted or given up, and that is left so: \`imageUpdate: "reset"\` or \`"restart"\` gives all phones ${phonesInVpc.imageId}`,
    ]);
    expect(kinds(left.outs, { ...phonesInVpc, imageId: otherImage })[0]).toEqual(["imageId", "replace"]);
    const ctx = world.context();
    await cphPhoneServer.read(id, left.outs, ctx);
    expect(ctx.lines).toEqual([
      `CphPhoneServer "farm-b": the phones of server ${id} have different images: 49 have ${otherImage}, 1 has ${phonesInVpc.imageId}`,
    ]);
  });

  test("that cost or lose data say so before they are made", async () => {
    const { outs } = await buy({ ...phonesInVpc, count: 2 });
    const warns = (spec: Partial<CphPhoneServerSpec>): [string, readonly string[]][] =>
      cphPhoneServer
        .diff(outs, world.phones({ ...phonesInVpc, count: 2, ...spec }), marker)
        .properties.flatMap(({ property, warns: said }) => (said === undefined ? [] : [[property, said]]));
    const difference = "costs the difference of price at once";
    const reset = "resets all phones that have another image: their data is lost";
    const swapped = "gives every server another machine with new phones: all data of the old ones is lost";
    expect(warns({ imageId: otherImage, imageUpdate: "reset" })).toEqual([["imageId", [reset]]]);
    expect(warns({ imageId: otherImage, imageUpdate: "restart" })).toEqual([]);
    expect(warns({ imageId: otherImage })).toEqual([]); // a replacement, which the preview shows
    expect(warns({ phoneDataVolume: { volumeType: "GPSSD", size: 150 } })).toEqual([["phoneDataVolume.size", [difference]]]);
    expect(warns({ imageId: otherImage, phoneDataVolume: { volumeType: "GPSSD", size: 50 }, serverUpdate: "swap" })).toEqual([
      ["imageId", [swapped]],
      ["phoneDataVolume.size", [swapped]],
    ]);
    expect(warns({ phoneModelName: "rs2.max", serverModelUpdate: "inPlace" })).toEqual([
      ["phoneModelName", ["orders another model of every server: the difference of price is paid, or paid back, at once"]],
    ]);
    expect(warns({ count: 3 })).toEqual([["count", ["orders the servers that are missing: a purchase"]]]);
    expect(warns({ count: 1 })).toEqual([["count", ["gives back the servers that are too many, with all that is on them"]]]);
    const uneven = { ...outs, uneven: ["imageId"] };
    const news = world.phones({ ...phonesInVpc, count: 2, imageUpdate: "reset" });
    expect(cphPhoneServer.diff(uneven, news, marker).properties).toContainEqual(
      expect.objectContaining({ property: "imageId", kind: "update", warns: [reset] }),
    );
  });

  test("swap a server of which some phones only have the image", async () => {
    const { id, outs } = await buy(phonesInVpc);
    const news = { ...phonesInVpc, imageId: otherImage };
    world.cloud.behave({ failingJobs: [phoneOf(3, id)] });
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, { ...news, imageUpdate: "reset" }));
    const swapped = await update(id, left.outs, { ...news, serverUpdate: "swap" });
    expect(written()).toEqual(["ResetCloudPhone", "ChangeCloudPhoneServer"]);
    expect(await previewed(id, swapped, { ...news, serverUpdate: "swap" })).toEqual([]);
  });

  test("wait for phones that somebody else works on", async () => {
    const { id, outs } = await buy(phonesInVpc);
    const news = { ...phonesInVpc, imageId: otherImage, imageUpdate: "reset" as const };
    world.simulator.faults.add({ kind: "lost-answer", cloud: "huaweicloud", operation: ["ResetCloudPhone"], times: 1 });
    const changed = await update(id, outs, news);
    expect(changed.imageId).toBe(otherImage);
    expect(written()).toEqual(["ResetCloudPhone"]); // its answer was lost, and it was not repeated
  });

  test("order another model when opted in, and wait for it", async () => {
    const { id, outs } = await buy(phonesInSystemNetwork);
    const news = { ...phonesInSystemNetwork, ...special, serverModelUpdate: "inPlace" as const };
    expect(kinds(outs, { ...phonesInSystemNetwork, ...special })).toEqual([
      ["serverModelName", "replace"],
      ["phoneModelName", "replace"],
    ]);
    expect(kinds(outs, news)).toEqual([
      ["serverModelName", "update"],
      ["phoneModelName", "update"],
      ["serverModelUpdate", "update"],
    ]);
    const changed = await update(id, outs, news);
    expect(changed).toMatchObject({ ...special, state: "running" });
    expect(changed.changesUnderWay).toBeUndefined();
    expect(written()).toEqual(["ChangeCloudPhoneServerModel"]);
    expect(await previewed(id, changed, news)).toEqual([]);
    expect(orders()).toBe(1);
    expect(payments()).toBe(2);
  });

  test("keep an unpaid order for another model in the state, and go on when it is paid", async () => {
    const { id, outs } = await buy(phonesInSystemNetwork);
    const news = {
      ...phonesInSystemNetwork,
      ...special,
      serverModelUpdate: "inPlace" as const,
      extendParam: { ...phonesInSystemNetwork.extendParam, isAutoPay: false },
    };
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, news));
    const orderId = left.outs.changesUnderWay?.[0]?.orderId ?? "";
    expect(left.message).toContain(`CphPhoneServer "farm-a": order ${orderId} for another model waits for its payment`);
    expect(left.outs.serverModelName).toBe(phonesInSystemNetwork.serverModelName);
    // One whose state was lost is not doubled either.
    const blind = await leftBehind<CphPhoneServerOutputs>(update(id, outs, news));
    expect(blind.message).toContain(`no other model was ordered, because order ${orderId} of`);
    await world.pay(orderId);
    const read = await cphPhoneServer.read(id, left.outs, world.context());
    const changed = await update(id, read!.outs, news);
    expect(changed).toMatchObject(special);
    expect(changed.changesUnderWay).toBeUndefined();
    expect(written()).toEqual(["ChangeCloudPhoneServerModel"]);
    expect(payments()).toBe(2);
  });

  test("order again what was cancelled, and say what to do when the cloud refuses", async () => {
    const { id, outs } = await buy(phonesInSystemNetwork);
    const unpaid = { ...phonesInSystemNetwork.extendParam, isAutoPay: false };
    const news = { ...phonesInSystemNetwork, ...special, serverModelUpdate: "inPlace" as const };
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, { ...news, extendParam: unpaid }));
    await world.cancel(left.outs.changesUnderWay?.[0]?.orderId ?? "");
    expect(await update(id, left.outs, news)).toMatchObject(special);
    const other = { ...news, serverModelName: "physical.kg1.4xlarge.cp", phoneModelName: "kg1.cp.c100.d10SSD.e1v1" };
    const refused = await leftBehind<CphPhoneServerOutputs>(update(id, left.outs, other));
    expect(refused.message).toContain("CPS.0089");
    expect(refused.message).toContain('`serverModelUpdate: "replace"` buys others instead.');
  });

  test("never order again what is paid and shows late, in the same run or a later one", async () => {
    const { id, outs } = await buy(phonesInSystemNetwork);
    const news = { ...phonesInSystemNetwork, ...special, serverModelUpdate: "inPlace" as const };
    const { serverModelName, phoneModelName } = phonesInSystemNetwork;
    world.intercept = () => {
      world.cloud.servers(); // what is due happens before the cloud shows the old model
      world.cloud.change(id, { server_model_name: serverModelName, phone_model_name: phoneModelName });
      return undefined;
    };
    const begun = world.clock.now();
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, news));
    const orderId = left.outs.changesUnderWay?.[0]?.orderId ?? "";
    expect(left.message).toContain(`order ${orderId} for another model is completed, but server ${id} does not show that model`);
    expect(world.clock.now() - begun).toBeGreaterThanOrEqual(4 * 60_000); // two until it is completed, and two more
    const later = await leftBehind<CphPhoneServerOutputs>(update(id, left.outs, news));
    expect(later.outs.changesUnderWay).toEqual(left.outs.changesUnderWay);
    world.intercept = () => undefined;
    world.cloud.change(id, { server_model_name: special.serverModelName, phone_model_name: special.phoneModelName });
    expect(await update(id, later.outs, news)).toMatchObject({ ...special, changesUnderWay: undefined });
    expect(written()).toEqual(["ChangeCloudPhoneServerModel"]);
    expect(payments()).toBe(2);
  });

  test("do not order again what may have been ordered, until billing would show it", async () => {
    const { id, outs } = await buy(phonesInSystemNetwork);
    const extendParam = { ...phonesInSystemNetwork.extendParam, isAutoPay: false };
    const news = { ...phonesInSystemNetwork, ...special, serverModelUpdate: "inPlace" as const, extendParam };
    const shownFrom = world.clock.now() + 5 * 60_000;
    world.intercept = ({ path }) =>
      path === "/v2/orders/customer-orders" && world.clock.now() < shownFrom
        ? { status: 200, body: { order_infos: [], total_count: 0 } }
        : undefined;
    world.simulator.faults.add({ kind: "lost-answer", cloud: "huaweicloud", operation: ["ChangeCloudPhoneServerModel"], times: 1 });
    const unclear = await leftBehind<CphPhoneServerOutputs>(update(id, outs, news));
    expect(unclear.outs.changesUnderWay).toMatchObject([{ serverId: id, sentAt: expect.any(String) as string }]);
    const found = await leftBehind<CphPhoneServerOutputs>(update(id, unclear.outs, news));
    const [, orderId = ""] = /because order (CS\w+) of/.exec(found.message) ?? [];
    await world.pay(orderId);
    expect(await update(id, found.outs, news)).toMatchObject({ ...special, changesUnderWay: undefined });
    expect(written()).toEqual(["ChangeCloudPhoneServerModel"]);
    expect(payments()).toBe(2);
  });

  test("know an order whose run died until it is over, or its server is gone or let go of", async () => {
    for (const deletionPolicy of ["delete", "retain"] as const) {
      const journal = memoryJournal();
      const { id, outs } = await buy({ ...phonesInSystemNetwork, deletionPolicy });
      const news = { ...phonesInSystemNetwork, deletionPolicy, ...special, serverModelUpdate: "inPlace" as const };
      world.simulator.faults.add({ kind: "lost-answer", cloud: "huaweicloud", operation: ["ChangeCloudPhoneServerModel"], times: 1 });
      await leftBehind<CphPhoneServerOutputs>(update(id, outs, news, world.context({ journal })));
      expect([...journal.intents]).toMatchObject([
        [`${id}-model`, { state: "sent", serverIds: [id], model: `${special.serverModelName} ${special.phoneModelName}` }],
      ]);
      await cphPhoneServer.delete(id, outs, world.context({ journal }));
      expect([...journal.intents.keys()]).toEqual([]);
    }
  });

  test("order again what was never received", async () => {
    const { id, outs } = await buy(phonesInSystemNetwork);
    const news = { ...phonesInSystemNetwork, ...special, serverModelUpdate: "inPlace" as const };
    world.simulator.faults.add({ kind: "lost-request", cloud: "huaweicloud", operation: ["ChangeCloudPhoneServerModel"], times: 1 });
    const unclear = await leftBehind<CphPhoneServerOutputs>(update(id, outs, news));
    expect(await update(id, unclear.outs, news)).toMatchObject({ ...special, changesUnderWay: undefined });
    expect(payments()).toBe(2);
    const other = { ...news, serverModelName: "physical.kg1.4xlarge.cp", phoneModelName: "kg1.cp.c100.d10SSD.e1v1" };
    const refused = await leftBehind<CphPhoneServerOutputs>(update(id, outs, other));
    expect(refused.outs.changesUnderWay).toBeUndefined(); // a definite no is remembered by nobody
  });

  test("give every server another machine when opted in, without a purchase", async () => {
    const spec = { ...phonesInVpc, count: 2, keypairName: "kp-farm", tags: { env: "prod" } };
    const { id, outs } = await buy(spec);
    const news = {
      ...spec,
      phoneModelName: "rs2.max",
      imageId: otherImage,
      ports: [{ name: "api", listenPort: 21_000, internetAccessible: true }],
      bandWidth: { ...phonesInVpc.bandWidth, bandWidthSize: 200 },
      phoneDataVolume: { volumeType: "SSD" as const, size: 50 },
      serverShareDataVolume: { volumeType: "SSD" as const, size: 20 },
      serverUpdate: "swap" as const,
    };
    expect(kinds(outs, news).map(([, kind]) => kind)).toEqual(Array(8).fill("update"));
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, news, world.context({ deadline: world.clock.now() + 60_000 })));
    expect(left.outs.changesUnderWay?.map((one) => one.serverId)).toEqual(outs.servers.map((server) => server.id));
    expect(left.outs).toMatchObject({ phoneModelName: "rs2.plus" });
    const changed = await update(id, left.outs, news);
    expect(changed).toMatchObject({ ...news, state: "running", phoneCount: 50 });
    expect(changed.changesUnderWay).toBeUndefined();
    expect(changed.servers.map((server) => server.id)).toEqual(outs.servers.map((server) => server.id));
    expect(written()).toEqual(["ChangeCloudPhoneServer", "ChangeCloudPhoneServer"]);
    expect(await previewed(id, changed, news)).toEqual([]);
    expect(orders()).toBe(1);
  });

  test("swap for a disk that the servers have not got", async () => {
    const { id, outs } = await buy(phonesInVpc);
    const news = { ...phonesInVpc, serverShareDataVolume: { volumeType: "SSD" as const, size: 20 }, serverUpdate: "swap" as const };
    expect(await update(id, outs, news)).toMatchObject({ serverShareDataVolume: news.serverShareDataVolume });
    expect(written()).toEqual(["ChangeCloudPhoneServer"]);
    await update(id, outs, news); // as if the state had not been written
    expect(written()).toEqual([]);
  });

  test("swap again when the job failed, and never between kinds of networks", async () => {
    const { id, outs } = await buy(phonesInVpc);
    const news = { ...phonesInVpc, phoneCountPerIp: 10, serverUpdate: "swap" as const };
    world.cloud.behave({ failingJobs: [id] });
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, news));
    expect(left.message).toContain(`${id} got no other machine, and stay what they were`);
    expect(left.outs.phoneCountPerIp).toBeUndefined();
    expect(await update(id, left.outs, news)).toMatchObject({ phoneCountPerIp: 10 });
    expect(written()).toEqual(["ChangeCloudPhoneServer", "ChangeCloudPhoneServer"]);
    const system = await buy({ ...phonesInSystemNetwork, serverName: "farm-c" });
    expect(kinds(system.outs, news)).toContainEqual(["tenantVpcId", "replace"]);
  });

  test("swap no server twice because the swap of another failed", async () => {
    const { id, outs } = await buy({ ...phonesInVpc, count: 2 });
    const [first, second] = outs.servers.map((server) => server.id);
    const news = { ...phonesInVpc, count: 2, phoneCountPerIp: 10, serverUpdate: "swap" as const };
    const swapped = (): unknown[] => {
      const calls = world.cloud.received().filter(({ operation }) => operation === "ChangeCloudPhoneServer");
      return calls.map(({ parameters }) => parameters["server_id"]);
    };
    world.cloud.behave({ failingJobs: [second!] });
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, news));
    expect(left.message).toContain(`${second ?? ""} got no other machine`);
    expect(left.outs.changesUnderWay).toMatchObject([{ serverId: first, isDone: true }]);
    world.cloud.behave({ failingJobs: [second!] });
    const again = await leftBehind<CphPhoneServerOutputs>(update(id, left.outs, news));
    const read = await cphPhoneServer.read(id, again.outs, world.context());
    expect(await update(id, read!.outs, news)).toMatchObject({ phoneCountPerIp: 10, changesUnderWay: undefined });
    expect(swapped()).toEqual([first, second, second, second]);

    // What was done to a server before it was done otherwise counts no more.
    world.cloud.behave({ failingJobs: [second!] });
    const other = await leftBehind<CphPhoneServerOutputs>(update(id, again.outs, { ...news, phoneCountPerIp: 5 }));
    expect(other.outs.changesUnderWay).toHaveLength(1);
    expect(await update(id, other.outs, news)).toMatchObject({ phoneCountPerIp: 10 });
    expect(swapped().slice(4)).toEqual([first, second, first, second]);
  });

  const web = { name: "web", listenPort: 20_000, internetAccessible: true };
  const api = { name: "api", listenPort: 20_001, internetAccessible: false };

  test("change application ports where the cloud still does that", async () => {
    world.cloud.behave({ publishesAccessInfos: true });
    const { id, outs } = await buy({ ...phonesInVpc, ports: [web, api] });
    const moved = { ...web, listenPort: 20_002 };
    const news = { ...phonesInVpc, ports: [moved, api], portsUpdate: "inPlace" as const };
    expect(kinds(outs, { ...news, portsUpdate: "replace" })).toEqual([["ports", "replace"]]);
    const changed = await update(id, outs, news);
    expect(written()).toEqual(["DeleteAccessInfos", "PutAccessInfos"]);
    expect(world.lastCall("DeleteAccessInfos")?.["ports"]).toEqual([{ name: "web" }]);
    expect(await previewed(id, changed, news)).toEqual([]);

    const third = { ...news, ports: [{ ...web, listenPort: 20_003 }, api] };
    world.intercept = ({ method, path }) =>
      method === "PUT" && path.endsWith("/access-infos")
        ? { status: 400, body: { error_code: "CPS.0041", error_msg: "The port is taken." } }
        : undefined;
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, changed, third));
    expect(left.outs.ports).toEqual([api]); // the state says what is left
    world.intercept = () => undefined;
    expect((await update(id, left.outs, third)).ports).toEqual(third.ports);
    expect(orders()).toBe(1);
  });

  test("say what to do where it does not", async () => {
    const { id, outs } = await buy({ ...phonesInVpc, ports: [web] });
    const left = await leftBehind<CphPhoneServerOutputs>(update(id, outs, { ...phonesInVpc, ports: [api], portsUpdate: "inPlace" }));
    expect(left.message).toContain("APIGW.0101");
    expect(left.message).toContain('`portsUpdate: "replace"` buys others instead.');
    expect(left.outs.ports).toEqual([web]);
    expect(written()).toEqual([]);
  });

  test("of periods and payment send nothing, and count from the next order on", async () => {
    const { id, outs } = await buy(phonesInVpc);
    const news = { ...phonesInVpc, extendParam: { periodType: 3 as const, periodNum: 2, isAutoPay: false } };
    const changed = await update(id, outs, news);
    expect(changed.extendParam).toMatchObject(news.extendParam);
    expect(written()).toEqual([]);
    expect(await previewed(id, changed, news)).toEqual([]);
    const more = await update(id, changed, { ...news, count: 2, extendParam: { ...news.extendParam, isAutoPay: true } });
    expect(world.lastCall("CreateNet2CloudPhoneServer")?.["extend_param"]).toMatchObject({ period_type: 3, period_num: 2, is_auto_pay: 1 });
    expect(more.servers).toHaveLength(2);
  });

  test("made to some servers only, before a run died, are seen by a refresh and finished", async () => {
    const { id, outs } = await buy({ ...phonesInVpc, count: 3 });
    world.cloud.change(outs.servers[0]!.id, { server_name: "herd-1" });
    const news = { ...phonesInVpc, count: 3, serverName: "herd" };
    const read = await cphPhoneServer.read(id, outs, world.context());
    expect(read?.outs.uneven).toEqual(["serverName"]);
    const changed = await update(id, read!.outs, news);
    expect(changed.uneven).toBeUndefined();
    expect(changed.servers.map((server) => server.name)).toEqual(["herd-1", "herd-2", "herd-3"]);

    const last = { ...changed, serverName: "herd-1", uneven: ["serverName"] };
    expect(kinds(last, { ...news, serverName: "herd-1" })).toEqual([["serverName", "update"]]);
  });

  test("of an elastic IP that both servers would need ask for the old one to go first", async () => {
    const spec = { ...phonesInVpc, publicIp: { ids: ["6b1f2a4e-0c3d-4e5f-8a9b-0c1d2e3f4a5b"] } };
    const { outs } = await buy(spec);
    expect(cphPhoneServer.diff(outs, world.phones({ ...spec, phoneCountPerIp: 2 }), marker).deleteBeforeReplace).toBe(true);
    expect(cphPhoneServer.diff(outs, world.phones({ ...phonesInVpc, phoneCountPerIp: 2 }), marker).deleteBeforeReplace).toBe(false);
  });

  test("of a bare server's key pair can be refused, which says what to do", async () => {
    const bare = (over: Partial<CphBmsServerSpec>) => world.bare({ ...bareServer, ...over });
    const { id, outs } = await cphBmsServer.create(bare({}), world.context());
    const kindOf = (over: Partial<CphBmsServerSpec>): unknown => cphBmsServer.diff(outs, bare(over), marker).properties[0];
    expect(kindOf({ keypairName: "kp2" })).toMatchObject({ property: "keypairName", kind: "update" });
    expect(kindOf({ keypairName: "kp2", keypairUpdate: "replace" })).toMatchObject({ property: "keypairName", kind: "replace" });
    world.intercept = ({ path }) =>
      path.endsWith("/open-access")
        ? { status: 200, body: { request_id: "r", jobs: [{ server_id: id, error_code: "CPS.0098", error_msg: "Not supported." }] } }
        : undefined;
    const left = await leftBehind(cphBmsServer.update(id, outs, bare({ keypairName: "kp2" }), world.context()));
    expect(left.message).toContain('`keypairUpdate: "replace"` buys others instead.');
    expect(left.outs).toMatchObject({ keypairName: "kp-farm" });
  });

  test("end with the paid time, which the state tells", async () => {
    const { outs } = await buy(phonesInVpc);
    const remedy = "extendParam.isAutoRenew: true";
    expect(cphPhoneServer.expiry(outs)).toEqual({ at: "2026-02-02T15:59:59Z", isRenewed: false, remedy });
    const renewed = await update(outs.servers[0]!.id, outs, {
      ...phonesInVpc,
      extendParam: { ...phonesInVpc.extendParam, isAutoRenew: true },
    });
    expect(cphPhoneServer.expiry(renewed)).toMatchObject({ isRenewed: true });
    await cphPhoneServer.delete(renewed.servers[0]!.id, renewed, world.context());
    world.cloud.behave({ sellsPayPerUse: true });
    const byUse = await buy({ ...phonesInVpc, serverName: "use", extendParam: { chargingMode: 1 } });
    expect(cphPhoneServer.expiry(byUse.outs)).toBeUndefined();
  });
});
