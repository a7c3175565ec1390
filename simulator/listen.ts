import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { CloudAnswer, CloudRequest } from "./cloud";

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves `answer` on a loopback port (0: any free one). */
export async function listen(port: number, answer: (request: CloudRequest) => CloudAnswer): Promise<Listening> {
  const server = createServer((incoming, outgoing) => {
    void read(incoming).then((request) => {
      const { status, headers, body } = answerSafely(answer, request);
      const text = body === undefined ? "" : JSON.stringify(body);
      outgoing.writeHead(status, { ...(text === "" ? {} : { "content-type": "application/json; charset=utf-8" }), ...headers });
      outgoing.end(text);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

/** A mistake of the simulator is shown as one, loudly, and is never dressed as an answer of the vendor. */
function answerSafely(answer: (request: CloudRequest) => CloudAnswer, request: CloudRequest): CloudAnswer {
  try {
    return answer(request);
  } catch (error) {
    return { status: 599, body: { simulatorError: error instanceof Error ? error.stack : String(error) } };
  }
}

async function read(incoming: IncomingMessage): Promise<CloudRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const [path = "/", query = ""] = splitOnce(incoming.url ?? "/", "?");
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
  return { method: incoming.method ?? "GET", path, query, headers, body: Buffer.concat(chunks) };
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
