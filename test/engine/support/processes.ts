import { execFileSync } from "node:child_process";

/** A process that runs on this machine. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): Process[] {
  const table = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,args="], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return table.split("\n").flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

/** What a process has started, and what that has started, and so on, as it stands now. */
export function startedBy(pid: number): Process[] {
  const all = processes();
  const below = (parent: number): Process[] => all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

/** The Node process to which the engine's calls of dynamic resources go. */
export const isHost = ({ command }: Process): boolean => /\bnode\S* .*[\\/]dynamic-provider\b/.test(command);

/** Those that still run: a number that was given to another process since is not one of them. */
export const stillRunning = (some: readonly Process[]): Process[] => {
  if (some.length === 0) return [];
  const all = processes();
  return some.filter(({ pid, command }) => all.some((one) => one.pid === pid && one.command === command));
};

/** Ends a process at once, as `kill -9` does; one that has ended already is fine. */
export function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // no `instanceof Error`: jest runs tests in a realm of their own
  }
}
