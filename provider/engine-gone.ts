import { Socket } from "node:net";

/**
 * Aborts when the engine that this host works for has died. A killed engine leaves its host running, which would go on to buy servers that
 * no state will ever hold. The engine keeps the other end of the host's standard input open as long as it lives (Pulumi SDK, `plugin.go`, `execPlugin`).
 */
export function engineGone(): AbortSignal {
  const controller = new AbortController();
  const { stdin } = process;
  if (/[\\/]dynamic-provider([\\/]|$)/.test(process.argv[1] ?? "") && stdin instanceof Socket) {
    const abort = (): void => controller.abort(new Error("The Pulumi engine has ended."));
    stdin.once("end", abort).once("error", abort).once("close", abort).resume();
    stdin.unref();
    process.stdout.on("error", abort); // nobody reads progress any more
  }
  return controller.signal;
}
