import { buy, buyReady, listWith, serversPath, startHuawei, v1Path, v1Purchase } from "./support/huaweicloud-client";
import type { Answer, Huawei } from "./support/huaweicloud-client";

let huawei: Huawei;
beforeEach(async () => void (huawei = await startHuawei()));
afterEach(() => huawei.close());

type Tag = Answer["body"]["tags"][number];
const change = (id: string, action: string, tags: unknown): Promise<Answer> =>
  huawei.call("POST", `/v1/{p}/cph-server/${id}/tags/action`, { body: { action, tags } });
const tagsOf = async (id: string): Promise<readonly Tag[]> => (await huawei.call("GET", `/v1/{p}/cph-server/${id}/tags`)).body.tags;
const find = (body: object): Promise<Answer> => huawei.call("POST", "/v1/{p}/cph-server/resource_instances/action", { body });

describe("tags of a server", () => {
  test("are set, overwritten and taken away, with 204 each time and no move of update_time", async () => {
    const { serverId } = await buyReady(huawei);
    const updated = async () => (await huawei.call("GET", `${serversPath}/${serverId}`)).body.update_time;
    const before = await updated();
    huawei.clock.advance(60_000);
    expect(await tagsOf(serverId)).toEqual([]);
    expect(await change(serverId, "create", [{ key: "env", value: "test" }, { key: "队", value: "" }])).toMatchObject({ status: 204, text: "" }); // prettier-ignore
    expect(await change(serverId, "create", [{ key: "env", value: "prod" }])).toMatchObject({ status: 204 });
    expect(await tagsOf(serverId)).toEqual([{ key: "env", value: "prod" }, { key: "队", value: "" }]); // prettier-ignore
    expect(await change(serverId, "delete", [{ key: "env", value: "prod" }])).toMatchObject({ status: 204, text: "" });
    expect(await tagsOf(serverId)).toEqual([{ key: "队", value: "" }]);
    expect(await updated()).toBe(before);
    const operations = huawei.cloud.received().map((call) => call.operation);
    expect(operations.filter((name) => name.startsWith("Batch"))).toEqual(["BatchCreateTags", "BatchCreateTags", "BatchDeleteTags"]);
  });

  test("go only when key and value fit", async () => {
    const { serverId } = await buyReady(huawei);
    await change(serverId, "create", [{ key: "env", value: "prod" }]);
    await change(serverId, "delete", [{ key: "env", value: "test" }]);
    expect(await tagsOf(serverId)).toHaveLength(1);
  });

  test("are at most twenty", async () => {
    const { serverId } = await buyReady(huawei);
    await change(
      serverId,
      "create",
      Array.from({ length: 20 }, (_, nth) => ({ key: `k${nth}`, value: "v" })),
    );
    expect(await change(serverId, "create", [{ key: "one-more", value: "v" }])).toMatchObject({ status: 400 });
    expect(await change(serverId, "create", [{ key: "k1", value: "w" }])).toMatchObject({ status: 204 });
  });

  test.each([
    ["an unknown action", "update", [{ key: "a", value: "b" }]],
    ["no tags", "create", []],
    ["an empty key", "create", [{ key: "", value: "b" }]],
    ["a key of the system", "create", [{ key: "_sys_a", value: "b" }]],
    ["a key of 128 characters", "create", [{ key: "k".repeat(128), value: "b" }]],
    ["a forbidden character", "create", [{ key: "a/b", value: "b" }]],
    ["a value with a blank at its end", "create", [{ key: "a", value: "b " }]],
    ["a value of 256 characters", "create", [{ key: "a", value: "v".repeat(256) }]],
    ["a deletion without a value", "delete", [{ key: "a" }]],
    ["an unknown field", "create", [{ key: "a", value: "b", scope: "c" }]],
  ])("are refused with %s", async (_what, action, tags) => {
    const { serverId } = await buyReady(huawei);
    expect(await change(serverId, action, tags)).toMatchObject({ status: 400, body: { error_code: "APIGW.0201" } });
  });

  test("wait until the server is ready, but can be read before", async () => {
    const { serverIds } = await buy(huawei, v1Path, v1Purchase);
    expect(await change(serverIds[0]!, "create", [{ key: "a", value: "b" }])).toMatchObject({
      status: 400,
      body: { error_code: "CPS.0099" },
    });
    expect(await tagsOf(serverIds[0]!)).toEqual([]);
  });

  test("are not there for a server that is not", async () => {
    expect(await huawei.call("GET", `/v1/{p}/cph-server/${"0".repeat(32)}/tags`)).toMatchObject({
      status: 404,
      body: { error_code: "CPS.0015" },
    });
    expect(await change("0".repeat(32), "create", [{ key: "a", value: "b" }])).toMatchObject({ status: 404 });
  });
});

test("the project's tags show every key with all its values", async () => {
  const first = await buyReady(huawei);
  const second = await buyReady(huawei);
  await change(first.serverId, "create", [{ key: "env", value: "test" }, { key: "team", value: "a" }]); // prettier-ignore
  await change(second.serverId, "create", [{ key: "env", value: "prod" }]);
  const { body } = await huawei.call("GET", "/v1/{p}/cph-server/tags", { query: "limit=1&offset=0" });
  expect(body.total_count).toBe(2);
  expect(body.tags).toEqual([{ key: "env", values: listWith("test", "prod") }]);
});

describe("looking servers up", () => {
  let a: string;
  let b: string;
  beforeEach(async () => {
    a = (await buyReady(huawei, v1Path, { ...v1Purchase, server_name: "a" })).serverId;
    b = (await buyReady(huawei, v1Path, { ...v1Purchase, server_name: "b" })).serverId;
    await change(a, "create", [{ key: "env", value: "test" }, { key: "team", value: "x" }]); // prettier-ignore
    await change(b, "create", [{ key: "env", value: "prod" }]);
  });

  const ids = async (body: object): Promise<string[]> =>
    (await find({ action: "filter", ...body })).body.resources.map((one) => one.resource_id);

  test("by tags: every key must fit, with any of its values", async () => {
    expect(await ids({ tags: [{ key: "env", values: ["test", "prod"] }] })).toEqual([b, a]);
    expect(await ids({ tags: [{ key: "env", values: ["test", "prod"] }, { key: "team", values: [] }] })).toEqual([a]); // prettier-ignore
    expect(await ids({ tags: [{ key: "env", values: ["other"] }] })).toEqual([]);
    expect(await ids({ without_any_tag: true })).toEqual([]);
  });

  test("by their exact name", async () => {
    expect(await ids({ matches: [{ key: "resource_name", value: "a-1" }] })).toEqual([a]);
    expect(await ids({ matches: [{ key: "resource_name", value: "a" }] })).toEqual([]);
  });

  test("in pages and with their tags, or only counted", async () => {
    const { body } = await find({ action: "filter", limit: "1", offset: "1" });
    expect(body).toMatchObject({ total_count: 2, resources: [{ resource_id: a, resource_name: "a-1", tags: [{ key: "env", value: "test" }, { key: "team", value: "x" }] }] }); // prettier-ignore
    expect((await find({ action: "count" })).body).toMatchObject({ total_count: 2 });
    expect((await find({ action: "count" })).body).not.toHaveProperty("resources");
  });

  test("leaves out servers that were given back", async () => {
    huawei.cloud.vanish(a);
    expect(await ids({})).toEqual([b]);
  });

  test("wants limit and offset as texts, and nothing unknown", async () => {
    expect(await find({ action: "filter", limit: 10 })).toMatchObject({ status: 400 });
    expect(await find({ action: "list" })).toMatchObject({ status: 400 });
    expect(await find({ action: "filter", name: "a" })).toMatchObject({ status: 400 });
    expect(await find({ action: "filter", matches: [{ key: "resource_id", value: a }] })).toMatchObject({ status: 400 });
  });
});
