import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { bodyText } from "./cloud";
import type { CloudAnswer, CloudRequest, Outcome } from "./cloud";

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves `answer` on a loopback port (0: any free one). */
export async function listen(port: number, answer: (request: CloudRequest) => CloudAnswer | Outcome): Promise<Listening> {
  const server = createServer((incoming, outgoing) => {
    read(incoming).then(
      (request) => deliver(outgoing, answerSafely(answer, request)),
      () => outgoing.destroy(), // the client hung up before it had asked
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

export interface Port {
  /** 0: any free one. */
  readonly port: number;
  readonly answer: (request: CloudRequest) => CloudAnswer | Outcome;
  readonly opened: (url: string) => void;
}

/** Opens all ports or none. Returns how to close them. */
export async function listenAll(ports: readonly Port[]): Promise<() => Promise<void>> {
  const opened = await Promise.allSettled(ports.map(({ port, answer }) => listen(port, answer)));
  const open = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const closeAll = async (): Promise<void> => {
    await Promise.all(open.map((one) => one.close()));
  };
  const failed = opened.find((one) => one.status === "rejected");
  if (failed !== undefined) {
    await closeAll();
    throw failed.reason;
  }
  ports.forEach((port, index) => port.opened(open[index]?.url ?? ""));
  return closeAll;
}

/** A mistake of the simulator is shown as one, loudly, and is never dressed as an answer of the vendor. */
function answerSafely(answer: (request: CloudRequest) => CloudAnswer | Outcome, request: CloudRequest): Outcome {
  try {
    const given = answer(request);
    return "status" in given ? { answer: given } : given;
  } catch (error) {
    return { answer: { status: 599, body: { simulatorError: error instanceof Error ? error.stack : String(error) } } };
  }
}

function deliver(outgoing: ServerResponse, outcome: Outcome): void {
  if ("dropped" in outcome) {
    outgoing.destroy();
  } else if ("cutAfterBytes" in outcome) {
    cut(outgoing, outcome.answer, outcome.cutAfterBytes);
  } else if (!("delayMs" in outcome)) {
    send(outgoing, outcome.answer);
  } else if (outcome.delayMs !== Infinity) {
    const timer = setTimeout(() => send(outgoing, outcome.answer), outcome.delayMs);
    outgoing.once("close", () => clearTimeout(timer));
  }
}

function send(outgoing: ServerResponse, answer: CloudAnswer): void {
  const text = bodyText(answer);
  outgoing.writeHead(answer.status, headersOf(answer));
  outgoing.end(text);
}

/** The head promises the whole body; its first bytes come, then a reset. */
function cut(outgoing: ServerResponse, answer: CloudAnswer, afterBytes: number): void {
  const body = Buffer.from(bodyText(answer));
  if (body.length === 0) {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(answer.status, { ...headersOf(answer), "content-length": body.length });
  outgoing.write(body.subarray(0, afterBytes), () => outgoing.socket?.resetAndDestroy());
}

const headersOf = ({ headers, body }: CloudAnswer): Record<string, string> => ({
  ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
  ...headers,
});

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
