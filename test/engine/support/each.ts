import { startSimulator } from "../../../simulator";
import type { Simulator } from "../../../simulator";
import { newStack } from "./stack";
import type { Stack } from "./stack";

/** What a test on the real engine stands in. */
export interface Bench {
  readonly simulator: Simulator;
  readonly stack: Stack;
}

/** For each test of the block clouds and a stack of its own. */
export function eachOnABench(): Bench {
  let bench: Bench | undefined;
  beforeEach(async () => {
    const simulator = await startSimulator({ speed: 3000 });
    bench = { simulator, stack: await newStack(simulator) };
  });
  afterEach(async () => {
    await bench?.stack.dispose();
    await bench?.simulator.close();
  });
  const now = (): Bench => {
    if (bench === undefined) throw new Error("There is a bench within tests only.");
    return bench;
  };
  return {
    get simulator() {
      return now().simulator;
    },
    get stack() {
      return now().stack;
    },
  };
}
