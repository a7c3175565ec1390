import { setImmediate as turn } from "node:timers/promises";
import { destroy, refresh, up } from "../../../faults/engine";
import type { Outcome, Provider, Snapshot, Surroundings } from "../../../faults/engine";
import type { Kill, StoryAction, StoryCall } from "../../../faults/story";
import type { Told } from "./recorder";
import { recordingProvider } from "./recording-provider";

/** Lives through a story with the model of the engine. */
export async function toldByTheModel(actions: readonly StoryAction[]): Promise<Told> {
  const all: StoryCall[] = [];
  const calls: StoryCall[][] = [];
  let saved: Snapshot = { resources: [], pending: [] };
  for (const action of actions) {
    const before = all.length;
    const death = deathIn(action.kill);
    const provider: Provider = recordingProvider({
      calls: () => all,
      note: (call) => all.push(call),
      beginning: (call) => death.beginning(call),
    });
    const around: Surroundings = {
      provider: () => provider,
      load: () => structuredClone(saved),
      store: (snapshot) =>
        death.unlessDead(() => {
          saved = structuredClone(snapshot);
        }),
      hear: death.hear,
    };
    await Promise.race([act(around, action), death.ofTheEngine]);
    calls.push(all.slice(before));
  }
  return {
    calls,
    state: saved.resources.map(({ name, id, outs, initErrors, isCondemned, isPendingReplacement }) => ({
      resource: name,
      id,
      outs,
      hasInitErrors: initErrors.length > 0,
      isCondemned,
      isPendingReplacement,
    })),
  };
}

function act(around: Surroundings, action: StoryAction): Promise<Outcome> {
  switch (action.do) {
    case "up":
      return up(around, named(action.program), action.replace === undefined ? {} : { replace: action.replace });
    case "refresh":
      return refresh(around);
    case "destroy":
      return destroy(around);
  }
}

/** The recorded resources know their names, as the program of the real engine tells them. */
const named = (program: Extract<StoryAction, { do: "up" }>["program"]): typeof program =>
  Object.fromEntries(Object.entries(program).map(([name, inputs]) => [name, { ...inputs, name }]));

/** The one death of a run: in the call that it is to be during. */
function deathIn(kill: Kill | undefined) {
  let isEngineDead = false;
  let dieEngine: () => void;
  let dieHost: (error: Error) => void;
  const ofTheEngine = new Promise<void>((resolve) => (dieEngine = resolve));
  const ofTheHost = new Promise<never>((_, reject) => (dieHost = reject));
  ofTheHost.catch(() => undefined);
  return {
    ofTheEngine,
    hear: <T>(call: Promise<T>): Promise<T> => Promise.race([call, ofTheHost]),
    async unlessDead(work: () => void): Promise<void> {
      if (isEngineDead) await new Promise(() => undefined);
      work();
    },
    async beginning({ method, resource }: StoryCall): Promise<void> {
      if (kill?.during.method !== method || kill.during.resource !== resource) return;
      for (let turns = 0; turns < 10; turns++) await turn(); // what else is under way comes to its end
      if (kill.victim === "host") dieHost(new Error("The host was killed."));
      else {
        isEngineDead = true;
        dieEngine();
      }
      await new Promise(() => undefined);
    },
  };
}
