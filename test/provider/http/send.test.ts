import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Agent } from "undici";
import { NetworkError } from "../../../provider/http/errors";
import { send } from "../../../provider/http/send";
import type { HttpRequest } from "../../../provider/http/send";

describe("send", () => {
  let server: Server;
  let url: string;
  let answer: (incoming: IncomingMessage, outgoing: ServerResponse, body: string) => void;
  const received: { method?: string | undefined; url?: string | undefined; headers: IncomingMessage["headers"]; body: string }[] = [];
  const dispatcher = new Agent();

  beforeEach(async () => {
    received.length = 0;
    answer = (_incoming, outgoing) => void outgoing.end("fine");
    server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        received.push({ method: incoming.method, url: incoming.url, headers: incoming.headers, body });
        answer(incoming, outgoing, body);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  });
  afterAll(() => dispatcher.close());

  const get = (over: Partial<HttpRequest> = {}, via: { timeoutMs?: number; signal?: AbortSignal } = {}) =>
    send({ method: "GET", url, headers: {}, ...over }, { dispatcher, timeoutMs: 30_000, signal: new AbortController().signal, ...via });
  const failureOf = (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => Promise.reject(new Error("did not fail")),
      (error: unknown) => error as Error,
    );

  test("sends method, path, query, headers and body as they are", async () => {
    await get({ method: "POST", url: `${url}/a%20b?q=1%2F2`, headers: { "X-Key": "v", "content-type": "text/plain" }, body: "云手机 &=+" });
    expect(received).toMatchObject([
      {
        method: "POST",
        url: "/a%20b?q=1%2F2",
        headers: { "x-key": "v", "content-type": "text/plain", "content-length": "13" },
        body: "云手机 &=+",
      },
    ]);
  });

  test.each([200, 204, 301, 404, 429, 500, 503])("returns an answer with status %i as it is, after one request", async (status) => {
    answer = (_incoming, outgoing) => {
      outgoing.writeHead(status, { location: `${url}/elsewhere`, "X-Request-Id": "r-1", "Set-Cookie": ["a=1", "b=2"] });
      outgoing.end(status === 204 ? undefined : "说");
    };
    const answered = await get();
    expect(answered).toMatchObject({
      status,
      body: status === 204 ? "" : "说",
      headers: { "x-request-id": "r-1", "set-cookie": "a=1, b=2" },
    });
    expect(received).toHaveLength(1);
  });

  test.each(["http://cloud.example/", "http://127.0.0.1.evil.example/", "http://10.0.0.1/", "ftp://127.0.0.1/"])(
    "refuses to send to %s without TLS",
    async (insecure) => {
      expect(await failureOf(get({ url: insecure }))).toMatchObject({
        name: "SettingError",
        message: expect.stringContaining("https") as string,
      });
    },
  );

  test.each(["api.cloud.example", "localhost:8080", ""])('says of "%s" that it is no address', async (text) => {
    const error = await failureOf(get({ url: text }));
    expect(error.name).toBe("SettingError");
    expect(error.message).toContain(`"${text}"`);
  });

  test("gives up when no answer comes in time, and says that the request may have arrived", async () => {
    answer = () => undefined;
    const error = await failureOf(get({ url: `${url}/slow?Signature=abc`, body: "Password=abc", method: "POST" }, { timeoutMs: 50 }));
    expect(error).toMatchObject({ name: "NetworkError", kind: "transient", maybeSent: true });
    expect(error.message).toBe(`POST ${url}/slow failed: no answer within 0.05 s.`);
  });

  test("gives up when an answer begins in time but does not end", async () => {
    answer = (_incoming, outgoing) => {
      outgoing.writeHead(200, { "content-length": "100" });
      outgoing.write("half");
    };
    expect(await failureOf(get({}, { timeoutMs: 50 }))).toMatchObject({ name: "NetworkError", maybeSent: true });
  });

  test("says that the request may have arrived when the connection breaks", async () => {
    answer = (incoming) => incoming.socket.destroy();
    const error = await failureOf(get());
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ maybeSent: true, cause: expect.anything() as unknown });
    expect(received).toHaveLength(1);
  });

  test("knows that nothing was sent when nobody listens", async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const error = await failureOf(get());
    expect(error).toMatchObject({ name: "NetworkError", maybeSent: false, message: `GET ${url}/ failed: ECONNREFUSED.` });
  });

  test("ends with the reason of a cancellation, not as a failure of the network", async () => {
    const cancelled = new AbortController();
    answer = () => cancelled.abort(new Error("cancelled by the user"));
    const error = await failureOf(get({}, { signal: cancelled.signal }));
    expect(error).not.toBeInstanceOf(NetworkError);
    expect(error.message).toBe("cancelled by the user");
  });

  test("sends nothing when the run is cancelled already", async () => {
    await expect(get({}, { signal: AbortSignal.abort(new Error("cancelled by the user")) })).rejects.toThrow("cancelled by the user");
    expect(received).toEqual([]);
  });

  test("does not take headers that HTTP does not allow for a failure of the network", async () => {
    const error = await failureOf(get({ headers: { authorization: "key with a\nline break" } }));
    expect(error).toMatchObject({ name: "SettingError", kind: "fatal" });
    expect(error.message).not.toContain("key with a");
    expect(received).toEqual([]);
  });
});
