import { Agent } from "undici";
import type { Dispatcher } from "undici";
import { newTransport } from "../../../../provider/http/transport";
import { cphPhoneServer } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import type { CphPhoneServerOutputs } from "../../../../provider/vendors/huaweicloud/cph-phone-server";
import { refusalIn } from "../../../../provider/vendors/huaweicloud/errors";
import { huaweiWorld, leftBehind, messageOf, phonesInSystemNetwork, phonesInVpc } from "../../../support/huaweicloud";
import type { HuaweiWorld } from "../../../support/huaweicloud";

const rarely = { pollMs: 5 * 60_000 };

describe("talking to Huawei Cloud", () => {
  let world: HuaweiWorld;
  beforeEach(async () => (world = await huaweiWorld()));
  afterEach(() => world.close());

  const secretKey = (): string => world.cloud.accounts[0]!.secretKey;
  const accessKey = (): string => world.cloud.accounts[0]!.accessKey;

  test("a wrong secret is answered with what to check, and no key is shown", async () => {
    const ctx = world.context({}, { "huaweicloud:secretKey": "a-secret-that-is-wrong" });
    const message = await messageOf(cphPhoneServer.create(world.phones(phonesInVpc), ctx));
    expect(message).toContain("Could not look up the project of region cn-east-3: Huawei Cloud answered APIGW.0301");
    expect(message).toContain("Check huaweicloud:accessKey and huaweicloud:secretKey");
    expect(message).not.toContain("a-secret-that-is-wrong");
    expect(message).not.toContain(accessKey());
    expect(world.operations()).toEqual([]);
  });

  test("a clock that is off is named as a possible reason", async () => {
    const { clock } = world;
    const late = { ...clock, now: () => clock.now() + 16 * 60_000 };
    const message = await messageOf(cphPhoneServer.create(world.phones(phonesInVpc), world.context({ clock: late })));
    expect(message).toContain("APIGW.0301");
    expect(message).toContain("this machine's clock is right: more than 15 minutes off is refused");
    expect(world.simulator.ledger.entries("huaweicloud")).toEqual([]);
  });

  test("a locked or wrong key is asked for once, not again and again", async () => {
    let asked = 0;
    world.intercept = (request) => {
      asked += 1;
      const said = `verify failed, canonicalRequest GET|/v3/projects|x-security-token:${request.headers["x-security-token"] ?? ""}|${request.headers["authorization"] ?? ""}`;
      return { status: 401, body: { error_code: "APIGW.0301", error_msg: said } };
    };
    const token = "temporary-token/0123456789==";
    const ctx = world.context({}, { "huaweicloud:securityToken": token });
    const message = await messageOf(cphPhoneServer.read("a".repeat(32), {}, ctx));
    expect(asked).toBe(1);
    for (const secret of [token, accessKey(), secretKey()]) expect(message).not.toContain(secret);
  });

  test("nothing that is shown or kept holds a secret", async () => {
    const ctx = world.context(rarely);
    const { outs } = await cphPhoneServer.create(world.phones(phonesInVpc), ctx);
    const kept = JSON.stringify([outs, ctx.lines]);
    for (const secret of [accessKey(), secretKey()]) expect(kept).not.toContain(secret);
  });

  test("throttled and failing reads are repeated, each with a fresh signature", async () => {
    const { id, outs } = await cphPhoneServer.create(world.phones(phonesInVpc), world.context(rarely));
    const dates: string[] = [];
    world.intercept = (request) => {
      if (!request.path.endsWith(`/servers/${id}`)) return undefined;
      dates.push(request.headers["x-sdk-date"] ?? "");
      if (dates.length === 1) return { status: 429, body: { error_code: "APIGW.0308", error_msg: "slow down" } };
      if (dates.length === 2) return { status: 502 };
      if (dates.length === 3) return { status: 400, body: { error_code: "CPS.0042", error_msg: "busy" } };
      return undefined;
    };
    expect(await cphPhoneServer.read(id, outs, world.context())).toBeDefined();
    expect(dates).toHaveLength(4);
    expect(new Set(dates).size).toBeGreaterThan(1);
  });

  test("an answer that names servers is a purchase, whatever else it says", async () => {
    world.intercept = (request) => {
      if (request.method !== "POST" || !request.path.endsWith("/cloud-phone/servers")) return undefined;
      const { server_ids } = world.cloud.handle(request).body as { server_ids: string[] };
      return { status: 200, body: { server_ids, product_id: 7, error_code: "CPS.0003", error_msg: "internal" } };
    };
    const { id, outs } = await cphPhoneServer.create(world.phones(phonesInVpc), world.context(rarely));
    expect(world.cloud.servers()).toEqual([id]);
    expect(outs).toMatchObject({ isReady: true, state: "running" });
  });

  const unclear: readonly [string, { status: number; body?: unknown }, string][] = [
    ["a gateway timeout", { status: 504, body: { error_code: "APIGW.0201", error_msg: "Backend timeout." } }, "APIGW.0201"],
    ["an answer that is no JSON", { status: 502, body: "<html>bad gateway</html>" }, "HTTP 502"],
    ["a refusal that is not the vendor's own", { status: 408, body: "<html>proxy</html>" }, "HTTP 408"],
    ["an answer without order and servers", { status: 200, body: { request_id: "r" } }, "named neither order nor servers"],
  ];
  for (const [what, answer, said] of unclear) {
    test(`a purchase that ends in ${what} is sent once, and the doubt is said`, async () => {
      let sent = 0;
      world.intercept = (request) => {
        if (request.method !== "POST" || !request.path.endsWith("/cloud-phone/servers")) return undefined;
        sent += 1;
        return answer;
      };
      const message = await messageOf(cphPhoneServer.create(world.phones(phonesInVpc), world.context(rarely)));
      expect(sent).toBe(1);
      expect(message).toContain(said);
      expect(message).toContain("It did not show within 10 min, so it was most likely not executed: run `pulumi up` again");
    });
  }

  test("a purchase that never left the machine leaves no doubt", async () => {
    const ctx = world.context({}, { "huaweicloud:cphEndpoint": "http://127.0.0.1:9" });
    const message = await messageOf(cphPhoneServer.create(world.phones(phonesInVpc), ctx));
    expect(message).toContain("ECONNREFUSED");
    expect(message).not.toContain("bought twice");
  });

  test("a refusal that comes with status 200 is one, and nothing was bought", async () => {
    world.intercept = (request) =>
      request.method === "POST" && request.path.startsWith("/v2/b0")
        ? { status: 200, body: { request_id: "r-7", error_code: "CPS0066", error_msg: "sold out" } }
        : undefined;
    expect(await messageOf(cphPhoneServer.create(world.phones(phonesInVpc), world.context()))).toBe(
      'Could not buy CphPhoneServer "farm-b" in cn-east-3: Huawei Cloud answered CPS.0066, "sold out" (request r-7). This server model is out of stock: choose another `serverModelName`, `availabilityZone` or `region`, or try later.',
    );
  });

  test("an order that came with a warning stands", async () => {
    world.intercept = (request) => {
      if (request.method !== "POST" || !request.path.startsWith("/v2/b0")) return undefined;
      const answer = world.cloud.handle(request);
      return { ...answer, body: { ...(answer.body as object), error_code: "CPS.0042", error_msg: "late" } };
    };
    const { outs } = await cphPhoneServer.create(world.phones(phonesInVpc), world.context(rarely));
    expect(outs.state).toBe("running");
  });

  test("refusals of the catalogue are shown with the vendor's code and advice", async () => {
    const spec = { ...phonesInVpc, imageId: "20032120200330a20b000eae5b8c01e6" };
    const message = await messageOf(cphPhoneServer.create(world.phones(spec), world.context()));
    expect(message).toMatch(
      /^Could not buy CphPhoneServer "farm-b" in cn-east-3: Huawei Cloud answered CPS\.0030, ".+" \(request [0-9a-f]{32}\)\. `imageId` must be a phone image of this region whose label fits `serverModelName`\.$/,
    );
  });

  test("where the purchase with a system-defined network is no longer offered, the other way is named", async () => {
    world.intercept = (request) =>
      request.method === "POST" && request.path.endsWith("/cloud-phone/phones")
        ? { status: 404, body: { error_code: "APIGW.0101", error_msg: "The API does not exist." } }
        : undefined;
    expect(await messageOf(cphPhoneServer.create(world.phones(phonesInSystemNetwork), world.context()))).toContain(
      "give `tenantVpcId`, `nics` and `publicIp` to buy into a VPC of your own",
    );
  });

  test("the project of a region is asked for once, and for each key apart", async () => {
    const { id, outs } = await cphPhoneServer.create(world.phones(phonesInVpc), world.context(rarely));
    await cphPhoneServer.read(id, { region: "cn-east-3" }, world.context());
    const lookUps = (): number => world.cloud.received().filter((call) => JSON.stringify(call).includes("KeystoneListProjects")).length;
    expect(lookUps()).toBe(1);
    const neighbour = world.cloud.accounts[1]!;
    const theirs = world.context({}, { "huaweicloud:accessKey": neighbour.accessKey, "huaweicloud:secretKey": neighbour.secretKey });
    // The neighbour's project does not know the server: what was remembered for one key is not used for the other.
    expect(await cphPhoneServer.read(id, { region: "cn-east-3" }, theirs)).toBeUndefined();
    const mine = await cphPhoneServer.read(id, { region: "cn-east-3" }, world.context());
    expect(mine?.outs.resolvedProjectId).toBe(outs.resolvedProjectId);
    expect(lookUps()).toBe(2);
  });

  test("a look-up that failed is tried again by the next operation", async () => {
    world.intercept = () => ({ status: 403, body: { error: { code: 403, message: "no", title: "Forbidden" } } });
    expect(await messageOf(cphPhoneServer.read("a".repeat(32), {}, world.context()))).toContain('Huawei Cloud answered 403, "no"');
    world.intercept = () => undefined;
    expect(await cphPhoneServer.read("a".repeat(32), {}, world.context())).toBeUndefined();
  });

  test("a region without exactly one project asks for the project", async () => {
    expect(await messageOf(cphPhoneServer.read("a".repeat(32), { region: "cn-south-1" }, world.context()))).toBe(
      "IAM knows 0 projects named cn-south-1, and exactly one is needed: check the region, or set `projectId` (or stack configuration huaweicloud:projectId).",
    );
  });

  test("without configured hosts the region's are used, and billing is found by asking", async () => {
    const hosts: string[] = [];
    const inChina = new Set<string>();
    world.intercept = (request) => {
      const host = request.headers["host"] ?? "";
      hosts.push(`${host} ${request.path.split("/").slice(0, 4).join("/")}`);
      if (host !== "bss.myhuaweicloud.com") return undefined;
      inChina.add(request.path);
      return { status: 403, body: { error_code: "CBC.0156", error_msg: "wrong site" } };
    };
    const none = { "huaweicloud:cphEndpoint": undefined, "huaweicloud:iamEndpoint": undefined, "huaweicloud:bssEndpoint": undefined };
    const transport = { ...newTransport(), dispatcher: redirectingTo(world.url), purchases: redirectingTo(world.url) };
    const ctx = world.context({ ...rarely, transport: () => transport }, none);
    const { id, outs } = await cphPhoneServer.create(world.phones(phonesInVpc), ctx);
    await cphPhoneServer.read(id, outs, ctx);
    expect(outs.expiresAt).toBeDefined();
    expect([...inChina]).toEqual(["/v2/products/service-types"]);
    expect(hosts.filter((host) => host.startsWith("bss.myhuaweicloud.com"))).toHaveLength(1);
    expect(new Set(hosts.map((host) => host.split(" ")[0]))).toEqual(
      new Set([
        "iam.cn-east-3.myhuaweicloud.com",
        "cph.cn-east-3.myhuaweicloud.com",
        "bss.myhuaweicloud.com",
        "bss-intl.myhuaweicloud.com",
      ]),
    );
  });

  test("a configured billing host of the wrong website is named as such", async () => {
    const { id, outs } = await cphPhoneServer.create(world.phones(phonesInVpc), world.context(rarely));
    world.cloud.behave({ isOtherWebsite: true });
    expect(await messageOf(cphPhoneServer.read(id, outs, world.context()))).toContain(
      "The account belongs to Huawei Cloud's other website: remove huaweicloud:bssEndpoint",
    );
  });

  test("a purchase that was refused for want of credentials says where to put them", async () => {
    const ctx = world.context({}, { "huaweicloud:secretKey": undefined });
    await expect(cphPhoneServer.create(world.phones(phonesInVpc), ctx)).rejects.toThrow("No Huawei Cloud secret key (SK) found");
  });

  test("an automatic payment that does not go through ends the wait with the reason", async () => {
    world.intercept = (request) => {
      if (!request.path.includes("/customer-orders/details/")) return undefined;
      return { status: 200, body: { order_info: { status: 6, pending_payment_end_time: "2026-01-09T03:04:05Z" }, order_line_items: [] } };
    };
    const left = await leftBehind<CphPhoneServerOutputs>(cphPhoneServer.create(world.phones(phonesInVpc), world.context()));
    expect(left.outs.state).toBe("unpaid");
    expect(left.message).toContain("Its automatic payment did not go through (is the balance too low?)");
    expect(world.clock.now() - Date.parse("2026-01-02T03:04:05Z")).toBeLessThan(4 * 60_000);
  });
});

describe("refusals", () => {
  test("are found in every envelope", () => {
    expect(refusalIn({ request_id: "r", error_code: "CPS.0065", error_msg: "quota" })).toEqual({ code: "CPS.0065", text: "quota" });
    expect(refusalIn({ error_code: "CPS0005", error_msg: "" })).toEqual({ code: "CPS.0005", text: "" });
    expect(refusalIn({ error: { code: 401, message: "no", title: "Unauthorized" } })).toEqual({ code: "401", text: "no" });
    expect(refusalIn({ error: { error_code: "IAM.0011", error_msg: "no" } })).toEqual({ code: "IAM.0011", text: "no" });
    expect(refusalIn({ code: 3 })).toBeUndefined();
    expect(refusalIn({ jobs: [{ error_code: "CPS.0004", error_msg: "one of many" }] })).toBeUndefined();
    expect([refusalIn("text"), refusalIn(null), refusalIn([])]).toEqual([undefined, undefined, undefined]);
  });
});

/** Connects to `url` whatever host is asked for. */
function redirectingTo(url: string): Dispatcher {
  return new Agent().compose((dispatch) => (options, handler) => dispatch({ ...options, origin: url }, handler));
}
