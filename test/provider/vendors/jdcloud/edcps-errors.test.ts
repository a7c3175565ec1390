import { edcpsInstance } from "../../../../provider/vendors/jdcloud/edcps-instance";
import type { EdcpsInstanceGiven } from "../../../../provider/vendors/jdcloud/edcps-instance";
import type { CloudAnswer, CloudRequest } from "../../../../simulator/cloud";
import { unknownMarker } from "../../../../provider/kit/unknown";
import { memoryJournal } from "../../../support/context";
import { jdWorld, notReady, refused, tamperWith } from "../../../support/jdcloud";
import type { JdWorld } from "../../../support/jdcloud";

const minuteMs = 60_000;
const password = "Vq7#mXw2!Lz9";

let world: JdWorld;
let undo: (() => Promise<void>)[];
beforeEach(async () => {
  world = await jdWorld();
  undo = [];
});
afterEach(async () => {
  for (const one of undo) await one();
  await world.close();
});

const quickly = (over: Parameters<JdWorld["context"]>[0] = {}) => world.context({ pollMs: 2 * minuteMs, ...over });
/** A context whose requests go through `answer`. */
async function through(answer: (request: CloudRequest, pass: () => CloudAnswer) => CloudAnswer) {
  const way = await tamperWith(world, answer);
  undo.push(() => way.close());
  return quickly({ settings: way.settings });
}
const create = (given: Partial<EdcpsInstanceGiven> = {}, ctx = quickly()) => edcpsInstance.create(world.edge(given), ctx);
const isPurchase = (request: CloudRequest): boolean => request.method === "PUT" && request.path.endsWith("/instances");
const messageOf = (failing: Promise<unknown>): Promise<string> =>
  failing.then(
    () => "it did not fail",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
const badGateway: CloudAnswer = { status: 502, body: "<html>bad gateway</html>" };

describe("A purchase of an EdcpsInstance", () => {
  test("whose answer is lost is sent again with the same token and a new signature, and is one order", async () => {
    const sent: CloudRequest[] = [];
    const ctx = await through((request, pass) => {
      if (!isPurchase(request)) return pass();
      sent.push(request);
      const answered = pass();
      return sent.length === 1 ? badGateway : answered;
    });
    const { id } = await create({}, ctx);
    const [first, second] = sent;
    expect(second?.body.equals(first?.body ?? Buffer.from("none"))).toBe(true);
    expect(second?.headers["x-jdcloud-nonce"]).not.toBe(first?.headers["x-jdcloud-nonce"]);
    expect(second?.headers["authorization"]).not.toBe(first?.headers["authorization"]);
    expect(world.simulator.ledger.orders("jdcloud")).toMatchObject([{ ids: [id] }]);
  });

  test("that stays unclear says so, and where to look", async () => {
    const ctx = await through((request, pass) => (isPurchase(request) ? badGateway : pass()));
    expect(await messageOf(create({}, ctx))).toMatch(
      /^Could not buy EdcpsInstance edge-a in cn-east-tz1: HTTP 502\. It did not show within 10 min.*run `pulumi up` again/,
    );
  });

  test("that something on the way has answered is not known to be refused", async () => {
    const ctx = await through((request, pass) => (isPurchase(request) ? { status: 408, body: "<html>request timeout</html>" } : pass()));
    expect(await messageOf(create({}, ctx))).toMatch(
      /^Could not buy EdcpsInstance edge-a in cn-east-tz1: HTTP 408\. It did not show within 10 min/,
    );
  });

  test("that JD Cloud refuses without a word for it is refused", async () => {
    const no: CloudAnswer = { status: 400, body: { requestId: "r-0001", error: { code: 400, message: "no such thing" } } };
    const ctx = await through((request, pass) => (isPurchase(request) ? no : pass()));
    expect(await messageOf(create({}, ctx))).toBe(
      "Could not buy EdcpsInstance edge-a in cn-east-tz1: 400, no such thing (JD Cloud request r-0001).",
    );
  });

  test("that never reached JD Cloud says just that", async () => {
    const { settings } = world.context();
    const nobody = { ...settings, config: (key: string) => (key === "jdcloud:endpoint" ? "http://127.0.0.1:1" : settings.config(key)) };
    expect(await messageOf(create({}, quickly({ settings: nobody })))).toBe(
      "Could not list the EdcpsInstances in cn-east-tz1. GET http://127.0.0.1:1/v1/regions/cn-east-tz1/instances failed: ECONNREFUSED.",
    );
  });

  test("that is refused for good is sent once", async () => {
    let purchases = 0;
    const ctx = await through((request, pass) => {
      if (isPurchase(request)) purchases += 1;
      return pass();
    });
    expect(await messageOf(create({ deviceType: "edcps.c2.perf1", sysRaidTypeId: "raid-sys-noraid", dataRaidTypeId: "raid-data-noraid" }, ctx))).toMatch(
      /FAILED_PRECONDITION, .*sold out \(JD Cloud request \w+\)\. Choose another deviceType or az/,
    ); // prettier-ignore
    expect(purchases).toBe(1);
    expect(world.cloud.costing()).toEqual([]);
  });

  test("is made with a token of its own each time, of at most 36 characters", async () => {
    const journal = memoryJournal();
    const tokenOf = async (): Promise<unknown> => {
      const { id, outs } = await create({}, quickly({ journal }));
      await edcpsInstance.delete(id, outs, quickly({ journal }));
      return world.lastCall("createInstances")?.["clientToken"];
    };
    const [first, second] = [await tokenOf(), await tokenOf()];
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).not.toBe(first);
    expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(2);
  });

  test("whose answer leaves servers out takes them over when they show", async () => {
    const ctx = await through((request, pass) => {
      const answered = pass();
      if (!isPurchase(request)) return answered;
      const { requestId, result } = answered.body as { requestId: string; result: { instanceIds: string[] } };
      return { ...answered, body: { requestId, result: { instanceIds: result.instanceIds.slice(0, 2) } } };
    });
    const { outs } = await create({ count: 3 }, ctx);
    expect(outs.servers.map((server) => server.id).sort()).toEqual([...world.cloud.servers()].sort());
    expect(world.simulator.ledger.orders("jdcloud")).toHaveLength(1);
  });

  test.each<[number, string, string, RegExp]>([
    [400, "FAILED_PRECONDITION", "insufficient balance", /Top up the account/],
    [403, "FORBIDDEN", "user has not passed real-name verification", /real-name check/],
    [429, "QUOTA_EXCEEDED", "instance quota exceeded", /ask JD Cloud by ticket/],
    [403, "PERMISSION_DENIED", "not allowed", /sub-account/],
  ])("refused with %i %s (%s) comes with advice", async (code, status, message, advice) => {
    const ctx = await through((request, pass) => (isPurchase(request) ? refused(code, status, message) : pass()));
    const shown = await messageOf(create({}, ctx));
    expect(shown).toContain(`${status}, ${message} (JD Cloud request r-0001).`);
    expect(shown).toMatch(advice);
  });
});

describe("A refusal of an input of an EdcpsInstance", () => {
  test.each<[Partial<EdcpsInstanceGiven>, string]>([
    [{ osTypeId: "ostype-9999" }, "`osTypeId`"],
    [{ sysRaidTypeId: "raid-x" }, "`sysRaidTypeId`"],
    [{ dataRaidTypeId: "raid-x", sysRaidTypeId: "raid-x" }, "`sysRaidTypeId` or `dataRaidTypeId`"],
    [{ deviceType: "edcps.none" }, "`deviceType`"],
    [{ keypairId: "keypair-9999" }, "`keypairId`"],
    [{ subnetId: "subnet-9999" }, "`subnetId`"],
    [{ az: "cn-east-tz1z" }, "`az`"],
    [{ regionId: "cn-none-1" }, "`regionId`"],
    [{ bandwidthPackageId: "bwp-9999", bandwidth: undefined }, "`bandwidthPackageId`"],
    [{ password: "Rt6$root9?Hb4" }, "`password`"],
  ])("as in %j names the property", async (given, property) => {
    expect(await messageOf(create(given))).toMatch(new RegExp(`\\(JD Cloud request \\w+\\)\\. The input: ${property}\\.`));
  });

  test.each<[string, string | undefined]>([
    ["parameter 'instanceSpec.charge.chargeUnit' is malformed", "charge.chargeUnit"],
    ["instanceSpec.extensionSubnetId required", "extensionSubnetId"],
    ["bad extraUplinkBandwidth", "extraUplinkBandwidth"],
    ["the name of the thing has no count", undefined],
    ["Subnet 'subnet-00011' not found.", undefined],
  ])('that says "%s" names what it is sure of', async (said, property) => {
    const ctx = await through((request, pass) => (isPurchase(request) ? refused(400, "INVALID_ARGUMENT", said) : pass()));
    const named = property === undefined ? "" : ` The input: \`${property}\`.`;
    expect(await messageOf(create({}, ctx))).toBe(
      `Could not buy EdcpsInstance edge-a in cn-east-tz1: INVALID_ARGUMENT, ${said.replace(/\.$/, "")} (JD Cloud request r-0001).${named}`,
    );
  });

  test("of a reset of the password names it too", async () => {
    const { id, outs } = await create({ password });
    const message = await messageOf(edcpsInstance.update(id, outs, world.edge({ password: "Rt6$root9?Hb4" }), quickly()));
    expect(message).toMatch(/forbidden word.*The input: `password`\..*runs? again/);
  });
});

describe("What is said of an EdcpsInstance", () => {
  test("names the address of each server with it", async () => {
    const ctx = quickly();
    const { outs } = await create({ count: 2 }, ctx);
    const [a, b] = outs.servers;
    expect(ctx.lines.filter((line) => line.includes("running"))).toEqual([
      `EdcpsInstance ${a!.id} (running, ${a!.publicIp}), ${b!.id} (running, ${b!.publicIp})`,
    ]);
  });

  test("has no empty name or unknown value in front of its colon", () => {
    expect(edcpsInstance.nameOf({})).toBe("EdcpsInstance");
    expect(edcpsInstance.nameOf({ name: unknownMarker })).toBe("EdcpsInstance");
    expect(edcpsInstance.nameOf({ name: "edge-a" })).toBe("EdcpsInstance edge-a");
  });
});

describe("Errors about an EdcpsInstance", () => {
  test("never show a secret, even when the cloud repeats it", async () => {
    const { settings } = world.context();
    const secrets = [settings.config("jdcloud:accessKey"), settings.config("jdcloud:secretKey")];
    const userData = "#!/bin/bash\necho s3cr3t-of-the-farm";
    const encoded = Buffer.from(userData).toString("base64");
    const promotion = Buffer.from('{"activity":{}}').toString("base64");
    const said = `bad password '${password}', ${secrets.join(" ")}, ${userData}, ${encoded}, ${promotion}`;
    const ctx = await through((request, pass) => (isPurchase(request) ? refused(400, "INVALID_ARGUMENT", said) : pass()));
    const shown = await messageOf(create({ password, userData, charge: { buyScenario: promotion } }, ctx));
    expect(shown).toMatch(/INVALID_ARGUMENT, bad password '\[redacted\]'/);
    for (const secret of [password, "s3cr3t-of-the-farm", encoded, promotion, ...secrets]) expect(shown).not.toContain(secret);
    expect(ctx.lines.join()).not.toContain(password);
  });

  test("of a wrong secret key name the settings, the clock and no secret", async () => {
    const { settings } = world.context();
    const wrong = { ...settings, config: (key: string) => (key === "jdcloud:secretKey" ? "not-the-secret-key" : settings.config(key)) };
    const shown = await messageOf(create({}, quickly({ settings: wrong })));
    expect(shown).toMatch(
      /ACCESS_ERROR, signature does not match.*jdcloud:accessKey, jdcloud:secretKey.*clock: it says 2026-01-02T03:04:05/,
    );
    expect(shown).not.toContain("not-the-secret-key");
  });

  test("of a skewed clock show both times", async () => {
    const clock = { ...world.clock, now: () => world.clock.now() - 60 * minuteMs };
    expect(await messageOf(create({}, quickly({ clock })))).toMatch(
      /ACCESS_ERROR.*it says 2026-01-02T02:04:05.\d{3}Z, the answer is dated \w+,/,
    );
  });

  test("without credentials are one sentence, before any request", async () => {
    const nothing = { config: () => undefined, env: () => undefined };
    expect(await messageOf(create({}, quickly({ settings: nothing })))).toMatch(/^No JD Cloud access key found/);
    expect(world.operations()).toEqual([]);
  });
});

describe("Reading an EdcpsInstance", () => {
  test.each<[string, CloudAnswer]>([
    ["a page of a proxy", { status: 404, body: "<html>not found</html>" }],
    ["a gateway that knows no such path", refused(404, "NOT_FOUND", "no api found[gw]")],
    ["a wrong key", refused(401, "ACCESS_ERROR", "access key does not exist[gw]")],
    ["an answer of another shape", { status: 200, body: { requestId: "r-0001", result: { instances: "none" } } }],
    [
      "an error dressed as success",
      { status: 200, body: { requestId: "r-0001", error: { code: 403, status: "PERMISSION_DENIED", message: "" } } },
    ],
    ["an outage", { status: 503 }],
  ])("does not take %s for gone", async (_what, answer) => {
    const { id, outs } = await create();
    const ctx = await through(() => answer);
    expect(await messageOf(edcpsInstance.read(id, outs, ctx))).toMatch(/^Could not read EdcpsInstance/);
    expect(await messageOf(edcpsInstance.delete(id, outs, ctx))).toMatch(/^Could not list the EdcpsInstances/);
    expect(world.cloud.servers()).toEqual([id]);
  });

  test("asks again when it is told to slow down", async () => {
    const { id, outs } = await create();
    let asked = 0;
    const ctx = await through((_request, pass) => (++asked < 3 ? refused(429, "RATE_LIMIT", "too fast[gw]") : pass()));
    await expect(edcpsInstance.read(id, outs, ctx)).resolves.toMatchObject({ id });
    expect(asked).toBe(4); // twice in vain, then its servers, and whether there are more
  });

  test("keeps tags, renewal, alias IPs and terms of the elastic IP as last known when they cannot be read", async () => {
    const given: Partial<EdcpsInstanceGiven> = {
      charge: { chargeMode: "prepaid_by_duration", chargeDuration: 1, autoRenew: true },
      resourceTags: [{ key: "a", value: "1" }],
      aliasIps: [{ cidr: "10.0.1.40/32" }],
      internetChargeMode: "prepaid_by_duration",
    };
    const { id, outs } = await create(given);
    const isBeside = (path: string): boolean => /^\/v2\/|\/tags|\/aliasIps|\/elasticIps/.test(path);
    const ctx = await through((request, pass) => (isBeside(request.path) ? refused(403, "PERMISSION_DENIED", "no") : pass()));
    const found = await edcpsInstance.read(id, outs, ctx);
    expect(found?.outs).toEqual(outs);
    expect(ctx.lines.map((line) => / ([\w ]+) as last known/.exec(line)?.[1]?.split(": ").at(-1)).sort()).toEqual([
      "alias IPs",
      "tags",
      "terms of renewal",
      "terms of the elastic IP",
    ]);
  });

  test("does not lose a server that the list does not show yet", async () => {
    const isHidden = (request: CloudRequest): boolean => request.method === "GET" && request.path.includes("/instances");
    const none: CloudAnswer = { status: 200, body: { requestId: "r-0001", result: { instances: [], totalCount: 0 } } };
    const ctx = await through((request, pass) =>
      !isHidden(request) ? pass() : request.path.endsWith("/instances") ? none : refused(404, "NOT_FOUND", "Instance not found"),
    );
    const kept = await notReady(create({}, { ...ctx, deadline: world.clock.now() + 5 * minuteMs }));
    expect(kept.outs).toMatchObject({ status: undefined, servers: [{ id: kept.id }] });
    await expect(edcpsInstance.read(kept.id, kept.outs, ctx)).resolves.toMatchObject({ outs: kept.outs });
    world.clock.advance(10 * minuteMs);
    await expect(edcpsInstance.read(kept.id, kept.outs, ctx)).resolves.toBeUndefined();
    expect(ctx.lines.at(-1)).toMatch(new RegExp(`^EdcpsInstance ${kept.id}, ordered 2026-.*never shown up.*look for it in the console$`));
    await edcpsInstance.delete(kept.id, kept.outs, quickly());
    expect(world.cloud.costing()).toEqual([]);
  });

  test("finds by its id what only the list leaves out", async () => {
    const { id, outs } = await create();
    const none: CloudAnswer = { status: 200, body: { requestId: "r-0001", result: { instances: [], totalCount: 0 } } };
    const ctx = await through((request, pass) => (request.path.endsWith("/instances") ? none : pass()));
    await expect(edcpsInstance.read(id, outs, ctx)).resolves.toMatchObject({ outs });
  });
});

describe("Deleting an EdcpsInstance", () => {
  test("stops the server when the service insists on it", async () => {
    const { id, outs } = await create();
    world.clock.advance(20 * minuteMs); // long booked
    const ctx = await through((request, pass) => {
      const isRunning = world.cloud.received().every((call) => call.operation !== "stopInstance");
      return request.method === "DELETE" && isRunning ? refused(400, "FAILED_PRECONDITION", "Invalid instance status") : pass();
    });
    await edcpsInstance.delete(id, outs, ctx);
    expect(world.cloud.costing()).toEqual([]);
  });

  test("gives up on a refusal that means no, with the cloud's words", async () => {
    const { id, outs } = await create();
    world.clock.advance(20 * minuteMs);
    const ctx = await through((request, pass) => (request.method === "DELETE" ? refused(403, "PERMISSION_DENIED", "not yours") : pass()));
    expect(await messageOf(edcpsInstance.delete(id, outs, ctx))).toMatch(/^Could not delete EdcpsInstance .*PERMISSION_DENIED, not yours/);
    expect(world.cloud.servers()).toEqual([id]);
  });

  test("reports an elastic IP that is bound to something else by now, and leaves it", async () => {
    const { id, outs } = await create();
    const ctx = await through((request, pass) => {
      const answered = pass();
      if (!request.path.endsWith("/elasticIps")) return answered;
      const text = JSON.stringify(answered.body).replaceAll('"instanceId":""', '"instanceId":"edcps-other"');
      return { ...answered, body: JSON.parse(text) as unknown };
    });
    await edcpsInstance.delete(id, outs, ctx);
    expect(ctx.lines.at(-1)).toMatch(/^Elastic IP .*: kept, because it is bound to edcps-other; it goes on costing$/);
  });
});
