import type { Cloud, CloudRequest, World } from "./cloud";
import { runningClock } from "./clock";
import type { Clock } from "./clock";
import { answerControl } from "./control";
import { newFaults, withFaults } from "./faults";
import type { Faults } from "./faults";
import { huaweiCloud } from "./huaweicloud";
import type { HuaweiCloud } from "./huaweicloud";
import { jdCloud } from "./jdcloud";
import type { JdCloud } from "./jdcloud";
import { newLedger } from "./ledger";
import type { Ledger } from "./ledger";
import { listenAll } from "./listen";
import { seededText } from "./seeded-text";
import { stateFile } from "./state-file";
import { ucloud } from "./ucloud";
import type { Ucloud } from "./ucloud";

export { runningClock, virtualClock } from "./clock";
export type { Clock, VirtualClock } from "./clock";
export type { Cloud, CostingThing, Outcome, ReceivedCall } from "./cloud";
export type { Fault, FaultKind } from "./fault";
export type { FaultHandle, Faults } from "./faults";
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
  /** What goes wrong on demand. Not kept over a restart. */
  readonly faults: Faults;
  readonly urls: Readonly<Record<"ucloud" | "huaweicloud" | "jdcloud" | "control", string>>;
  /** What a stack must be told to use these clouds: plain and secret stack configuration. */
  readonly settings: { readonly config: Readonly<Record<string, string>>; readonly secrets: Readonly<Record<string, string>> };
  close(): Promise<void>;
}

/** Starts the three clouds and the control port on loopback. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const file = options.stateFile === undefined ? undefined : stateFile(options.stateFile);
  const saved = file?.read();
  const clock = options.clock ?? runningClock(options.speed ?? 1, Math.max(Date.now(), saved?.now ?? 0));
  const ledger = newLedger(() => clock.now(), saved?.ledger);
  const world: World = { clock, ledger, randomText: seededText((options.seed ?? Date.now()) + ledger.entries().length) };
  const clouds = {
    ucloud: ucloud(world, saved?.clouds["ucloud"]),
    huaweicloud: huaweiCloud(world, saved?.clouds["huaweicloud"]),
    jdcloud: jdCloud(world, saved?.clouds["jdcloud"]),
  };
  const all: readonly Cloud[] = Object.values(clouds);
  const faults = newFaults(all, world);

  const save = (when: "changed" | "always" = "changed"): void =>
    file?.write(clock.now(), ledger.entries(), Object.fromEntries(all.map((cloud) => [cloud.name, cloud.save()])), when);
  const saving =
    <T>(answer: (request: CloudRequest) => T) =>
    (request: CloudRequest): T => {
      const answered = answer(request);
      save();
      return answered;
    };
  const settings: { config: Record<string, string>; secrets: Record<string, string> } = { config: {}, secrets: {} };
  const urls = { ucloud: "", huaweicloud: "", jdcloud: "", control: "" };
  const close = await listenAll([
    ...all.map((cloud) => ({
      port: options.ports?.[cloud.name] ?? 0,
      answer: saving(withFaults(cloud, faults)),
      opened: (url: string) => {
        urls[cloud.name] = url;
        Object.assign(settings.config, cloud.settings(url).config);
        Object.assign(settings.secrets, cloud.settings(url).secrets);
      },
    })),
    {
      port: options.ports?.control ?? 0,
      answer: saving((request) => answerControl({ clouds: all, ledger, clock, faults, settings }, request)),
      opened: (url: string) => void (urls.control = url),
    },
  ]);
  return {
    ...clouds,
    clouds: all,
    ledger,
    clock,
    faults,
    urls,
    settings,
    close: async () => {
      await close();
      save("always"); // the time too, so that a restart does not turn it back
    },
  };
}
