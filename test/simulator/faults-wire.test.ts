import { request as httpRequest } from "node:http";
import type { CloudRequest } from "../../simulator/cloud";
import { withFaults } from "../../simulator/faults";
import type { CloudName } from "../../simulator/ledger";
import { listen } from "../../simulator/listen";
import { accounts } from "../../simulator/ucloud/accounts";
import { closing, huaweiShop, jdShop, ucloudShop } from "./support/shops";
import type { Shop } from "./support/shops";
import { formRequest, order, signed } from "./support/ucloud-client";

const keep = closing();

/** A code that a fault may choose, and what the buyer then sees. */
interface Code {
  readonly code: number;
  readonly seen: unknown;
}

interface Case {
  readonly name: CloudName;
  readonly open: () => Promise<Shop>;
  readonly throttled: unknown;
  /** Every code; the usual one first. */
  readonly before: readonly Code[];
  readonly after: readonly Code[];
}

const code = (code: number, seen: unknown = code): Code => ({ code, seen });

const shops: readonly Case[] = [
  { name: "ucloud", open: ucloudShop, throttled: 153, before: [code(150), code(130), code(110)], after: [code(110), code(130), code(150)] },
  {
    name: "huaweicloud",
    open: huaweiShop,
    throttled: "APIGW.0308",
    before: [code(503, "APIGW.0613"), code(500, "CPS.0003"), code(502, "APIGW.0201"), code(504, "APIGW.0201")],
    // A gateway that cannot tell who calls has executed nothing: this 503 is the service's own.
    after: [code(500, "CPS.0003"), code(503, "CPS.0003"), code(502, "APIGW.0201"), code(504, "APIGW.0201")],
  },
  {
    name: "jdcloud",
    open: () => jdShop(),
    throttled: "RATE_LIMIT",
    before: [code(503, "UNAVAILABLE"), code(500, "INTERNAL")],
    after: [code(500, "INTERNAL"), code(503, "UNAVAILABLE")],
  },
];

describe.each(shops)("between a client and $name", ({ name, open, throttled, before, after }) => {
  let shop: Shop;
  beforeEach(async () => void (shop = await keep(open())));
  const bought = (): number => shop.ledger.orders().length;

  test("a lost request executes nothing, and its connection ends", async () => {
    shop.faults.add({ kind: "lost-request", cloud: name, operation: shop.operations.buy, times: 1 });
    await expect(shop.buy()).rejects.toThrow();
    expect(bought()).toBe(0);
    expect(shop.cloud.received()).toEqual([]);
    expect(shop.faults.injected()).toMatchObject({ "lost-request": 1 });
    expect((await shop.buy()).ids).toEqual(await shop.listed());
  });

  test("a lost answer belongs to a purchase that was made", async () => {
    shop.faults.add({ kind: "lost-answer", cloud: name, operation: shop.operations.buy });
    await expect(shop.buy()).rejects.toThrow();
    expect(bought()).toBe(1);
    expect(await shop.listed()).toEqual(shop.ledger.orders()[0]?.ids);
  });

  test("a reset in the middle of the answer belongs to a purchase that was made", async () => {
    shop.faults.add({ kind: "reset-mid-answer", cloud: name, operation: shop.operations.buy });
    await expect(shop.buy()).rejects.toThrow();
    expect(bought()).toBe(1);
    expect(await shop.listed()).toHaveLength(1);
  });

  test.each(before)("a server error $code before execution buys nothing", async ({ code, seen }) => {
    shop.faults.add({ kind: "error-before", cloud: name, operation: shop.operations.buy, code });
    expect(await shop.buy()).toEqual({ code: seen, ids: [] });
    expect(bought()).toBe(0);
    expect(await shop.listed()).toEqual([]);
  });

  test.each(after)("a server error $code after execution has bought", async ({ code, seen }) => {
    shop.faults.add({ kind: "error-after", cloud: name, operation: shop.operations.buy, code });
    expect(await shop.buy()).toEqual({ code: seen, ids: [] });
    expect(bought()).toBe(1);
    expect(await shop.listed()).toHaveLength(1);
  });

  test("a server error has a usual code", async () => {
    shop.faults.add({ kind: "error-before", cloud: name, times: 1 });
    shop.faults.add({ kind: "error-after", cloud: name, times: 1 });
    expect([(await shop.buy()).code, (await shop.buy()).code]).toEqual([before[0]?.seen, after[0]?.seen]);
    expect(bought()).toBe(1);
  });

  test("too many calls are refused before anything happens", async () => {
    shop.faults.add({ kind: "throttled", cloud: name, operation: shop.operations.buy });
    expect(await shop.buy()).toEqual({ code: throttled, ids: [] });
    expect(bought()).toBe(0);
    expect(shop.cloud.received()).toEqual([]);
  });

  test("a slow answer comes in the end", async () => {
    shop.faults.add({ kind: "slow", cloud: name, operation: shop.operations.buy, ms: 20 });
    expect((await shop.buy()).ids).toEqual(await shop.listed());
    expect(bought()).toBe(1);
  });

  test("an answer that never comes belongs to a purchase that was made", async () => {
    shop.faults.add({ kind: "slow", cloud: name, operation: shop.operations.buy });
    const answer = shop.buy();
    const outcome = answer.then(
      () => "answered",
      () => "hung up",
    );
    while (bought() === 0) await shop.listed();
    expect(await shop.listed()).toHaveLength(1);
    await shop.close();
    expect(await outcome).toBe("hung up");
  });

  test("a request delivered twice buys twice, and the first answer is seen", async () => {
    shop.faults.add({ kind: "duplicate-delivery", cloud: name, operation: shop.operations.buy });
    const { code, ids } = await shop.buy();
    expect(code).toBeUndefined();
    expect(bought()).toBe(2);
    expect(ids).toEqual(shop.ledger.orders()[0]?.ids);
    expect((await shop.listed()).sort()).toEqual(shop.ledger.orders().flatMap((entry) => entry.ids).sort()); // prettier-ignore
    expect(shop.faults.injected()["duplicate-delivery"]).toBe(1);
  });

  test("reads suffer like purchases", async () => {
    shop.faults.add({ kind: "lost-answer", cloud: name, operation: shop.operations.list });
    expect((await shop.buy()).ids).toHaveLength(1);
    await expect(shop.listed()).rejects.toThrow();
  });
});

describe("faults that only some clouds have", () => {
  test("JD Cloud's client token makes the second delivery a replay", async () => {
    const shop = await keep(jdShop(true));
    shop.faults.add({ kind: "duplicate-delivery", cloud: "jdcloud" });
    const { ids } = await shop.buy();
    expect(shop.ledger.orders()).toMatchObject([{ ids }]);
    expect(shop.cloud.received()).toHaveLength(2);
    expect(await shop.listed()).toEqual(ids);
  });

  test("JD Cloud's client token makes a purchase safe to repeat after a lost answer", async () => {
    const shop = await keep(jdShop(true));
    shop.faults.add({ kind: "lost-answer", cloud: "jdcloud", times: 2 });
    await expect(shop.buy()).rejects.toThrow();
    await expect(shop.buy()).rejects.toThrow();
    expect((await shop.buy()).ids).toEqual(shop.ledger.orders()[0]?.ids);
    expect(shop.ledger.orders()).toHaveLength(1);
  });

  test.each([500, 502, 503, 504])("UCloud's gateway also answers HTTP %d without a word", async (code) => {
    const shop = await keep(ucloudShop());
    shop.faults.add({ kind: "error-after", cloud: "ucloud", code });
    expect(withFaults(shop.cloud, shop.faults)(purchase)).toMatchObject({ answer: { status: code } });
    await expect(shop.buy()).rejects.toThrow();
    expect(shop.ledger.orders()).toHaveLength(2);
  });
});

const { publicKey, privateKey } = accounts.main;
const purchase: CloudRequest = formRequest(
  new URLSearchParams(signed({ Action: "CreateUPhoneServer", PublicKey: publicKey, ...order }, privateKey)).toString(),
);

describe("without sockets", () => {
  let shop: Shop;
  beforeEach(async () => void (shop = await keep(ucloudShop())));
  const outcome = () => withFaults(shop.cloud, shop.faults)(purchase);

  test("the same decisions are made", () => {
    expect(outcome()).toMatchObject({ answer: { status: 200, body: { RetCode: 0 } } });
    for (const kind of ["lost-request", "lost-answer", "reset-mid-answer", "throttled"] as const)
      shop.faults.add({ kind, cloud: "ucloud", times: 1 });
    shop.faults.add({ kind: "slow", cloud: "ucloud", times: 1, ms: 5000 });
    shop.faults.add({ kind: "slow", cloud: "ucloud", times: 1 });
    expect(outcome()).toEqual({ dropped: "before" });
    expect(shop.ledger.orders()).toHaveLength(1);
    expect(outcome()).toEqual({ dropped: "after" });
    expect(shop.ledger.orders()).toHaveLength(2);
    const cut = outcome();
    if (!("cutAfterBytes" in cut)) throw new Error("not cut");
    expect(cut.cutAfterBytes).toBe(Math.floor(JSON.stringify(cut.answer.body).length / 2));
    expect(shop.ledger.orders()).toHaveLength(3);
    expect(outcome()).toMatchObject({ answer: { body: { RetCode: 153 } } });
    expect(shop.ledger.orders()).toHaveLength(3);
    expect(outcome()).toMatchObject({ answer: { body: { RetCode: 0 } }, delayMs: 5000 });
    expect(outcome()).toMatchObject({ answer: { body: { RetCode: 0 } }, delayMs: Infinity });
    expect(shop.ledger.orders()).toHaveLength(5);
    expect(outcome()).toEqual({ answer: expect.objectContaining({ status: 200 }) as unknown });
  });
});

describe("a port", () => {
  const body = { text: "0123456789" };
  const get = (url: string): Promise<{ text: string; length: string | undefined; error: string | undefined }> =>
    new Promise((resolve) => {
      let [text, length]: [string, string | undefined] = ["", undefined];
      const end = (error?: Error): void => resolve({ text, length, error: error && "code" in error ? String(error.code) : undefined });
      httpRequest(url, (incoming) => {
        length = incoming.headers["content-length"];
        incoming.on("data", (chunk: Buffer) => (text += chunk.toString()));
        incoming.on("error", end).on("end", () => end());
      })
        .on("error", end)
        .end();
    });

  test("sends the first bytes of an answer that is cut, and then resets", async () => {
    const port = await keep(listen(0, () => ({ answer: { status: 200, body }, cutAfterBytes: 7 })));
    expect(await get(port.url)).toEqual({ text: '{"text"', length: "21", error: "ECONNRESET" });
  });

  test.each([{ dropped: "after" } as const, { answer: { status: 204 }, cutAfterBytes: 0 }])("sends nothing for %j", async (outcome) => {
    const port = await keep(listen(0, () => outcome));
    expect(await get(port.url)).toEqual({ text: "", length: undefined, error: "ECONNRESET" });
  });

  test("goes on when a client gives up waiting for a slow answer", async () => {
    let [asked, isSlow] = [0, true];
    const port = await keep(
      listen(0, () => ((asked += 1), isSlow ? { answer: { status: 200, body }, delayMs: 10 } : { status: 200, body })),
    );
    const hangUp = new AbortController();
    const answer = fetch(port.url, { signal: hangUp.signal });
    const given = expect(answer).rejects.toThrow();
    while (asked === 0) await new Promise(setImmediate);
    hangUp.abort();
    await given;
    isSlow = false;
    expect(await (await fetch(port.url)).json()).toEqual(body);
  });
});
