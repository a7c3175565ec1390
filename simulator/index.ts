import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Cloud, CloudAnswer, CloudRequest, World } from "./cloud";
import { runningClock } from "./clock";
import type { Clock } from "./clock";
import { answerControl } from "./control";
import { huaweiCloud } from "./huaweicloud";
import type { HuaweiCloud } from "./huaweicloud";
import { jdCloud } from "./jdcloud";
import type { JdCloud } from "./jdcloud";
import { newLedger } from "./ledger";
import type { Ledger, LedgerEntry } from "./ledger";
import { listen } from "./listen";
import { seededText } from "./seeded-text";
import { ucloud } from "./ucloud";
import type { Ucloud } from "./ucloud";

export { runningClock, virtualClock } from "./clock";
export type { Clock, VirtualClock } from "./clock";
export type { Cloud, CostingThing, ReceivedCall } from "./cloud";
export type { CloudName, Ledger, LedgerEntry } from "./ledger";

export interface SimulatorOptions {
  /** Loopback ports; 0 or absent: any free one. */
  readonly ports?: { ucloud?: number; huaweicloud?: number; jdcloud?: number; control?: number };
  /** Default: real time. See `virtualClock` for tests. */
  readonly clock?: Clock;
  /** How many times faster than real time the world runs, when no `clock` is given. Default 1. */
  readonly speed?: number;
  /** State is read from this file at the start, and written to it after every change. */
  readonly stateFile?: string;
  /** Makes ids repeatable. Default: different in every run. */
  readonly seed?: number;
}

export interface Simulator {
  readonly ucloud: Ucloud;
  readonly huaweicloud: HuaweiCloud;
  readonly jdcloud: JdCloud;
  readonly clouds: readonly Cloud[];
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly urls: Readonly<Record<"ucloud" | "huaweicloud" | "jdcloud" | "control", string>>;
  /** What a stack must be told to use these clouds: plain and secret stack configuration. */
  readonly settings: { readonly config: Readonly<Record<string, string>>; readonly secrets: Readonly<Record<string, string>> };
  close(): Promise<void>;
}

interface Saved {
  readonly now: number;
  readonly ledger: readonly LedgerEntry[];
  readonly clouds: Readonly<Record<string, unknown>>;
}

/** Starts the three clouds and the control port on loopback. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const saved = options.stateFile === undefined ? undefined : readState(options.stateFile);
  const clock = options.clock ?? runningClock(options.speed ?? 1, Math.max(Date.now(), saved?.now ?? 0));
  const ledger = newLedger(() => clock.now(), saved?.ledger);
  const world: World = { clock, ledger, randomText: seededText(options.seed ?? Date.now()) };
  const clouds = {
    ucloud: ucloud(world, saved?.clouds["ucloud"]),
    huaweicloud: huaweiCloud(world, saved?.clouds["huaweicloud"]),
    jdcloud: jdCloud(world, saved?.clouds["jdcloud"]),
  };
  const all: readonly Cloud[] = Object.values(clouds);

  let written = "";
  const save = (): void => {
    if (options.stateFile === undefined) return;
    const state = { ledger: ledger.entries(), clouds: Object.fromEntries(all.map((cloud) => [cloud.name, cloud.save()])) };
    const text = JSON.stringify(state);
    if (text === written) return;
    written = text;
    writeState(options.stateFile, { now: clock.now(), ...state });
  };
  const saving =
    (answer: (request: CloudRequest) => CloudAnswer) =>
    (request: CloudRequest): CloudAnswer => {
      const answered = answer(request);
      save();
      return answered;
    };
  const serve = (cloud: Cloud) =>
    listen(
      options.ports?.[cloud.name] ?? 0,
      saving((request) => cloud.handle(request)),
    );

  const [ucloudPort, huaweiPort, jdPort] = await Promise.all([serve(clouds.ucloud), serve(clouds.huaweicloud), serve(clouds.jdcloud)]);
  const urls = { ucloud: ucloudPort.url, huaweicloud: huaweiPort.url, jdcloud: jdPort.url, control: "" };
  const settings = {
    config: Object.assign({}, ...all.map((cloud) => cloud.settings(urls[cloud.name]).config)) as Record<string, string>,
    secrets: Object.assign({}, ...all.map((cloud) => cloud.settings(urls[cloud.name]).secrets)) as Record<string, string>,
  };
  const control = await listen(
    options.ports?.control ?? 0,
    saving((request) => answerControl({ clouds: all, ledger, clock, settings }, request)),
  );
  urls.control = control.url;
  return {
    ...clouds,
    clouds: all,
    ledger,
    clock,
    urls,
    settings,
    close: async () => {
      await Promise.all([ucloudPort, huaweiPort, jdPort, control].map((port) => port.close()));
      save();
    },
  };
}

function readState(file: string): Saved | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Saved;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function writeState(file: string, state: Saved): void {
  writeFileSync(`${file}.new`, JSON.stringify(state, undefined, 1));
  renameSync(`${file}.new`, file);
}
