import { spawn } from "node:child_process";

export interface Ran {
  /** Exit code; 127 when the command could not be started, 124 when it took too long. */
  readonly code: number;
  /** What it printed, both streams together. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

/** Runs a command to its end. Never throws: a command that is missing or too slow has a code of its own. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    let output = "";
    let tooSlow = false;
    // A process group of its own, so that a time limit ends everything it started; so does the end of ours.
    const end = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    };
    const interrupted = (signal: NodeJS.Signals): void => {
      end();
      process.exit(signal === "SIGINT" ? 130 : 143);
    };
    process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
    const over = (): void => void process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            tooSlow = true;
            end();
          }, options.timeoutMs);
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    child.stderr.on("data", (data: Buffer) => (output += data.toString()));
    child.on("error", (error) => {
      over();
      clearTimeout(timer);
      resolve({ code: 127, output: error.message });
    });
    child.on("close", (code) => {
      over();
      clearTimeout(timer);
      resolve({ code: tooSlow ? 124 : (code ?? 1), output });
    });
  });
}
