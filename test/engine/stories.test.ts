import type { StoryAction, StoryCall } from "../../faults/story";
import { toldByTheModel } from "./support/model";
import { newRecorder } from "./support/recorder";
import type { Told } from "./support/recorder";
import { stories } from "./support/stories";

/** Resources run side by side: the calls of each are put together, those of a refresh or destroy by id. */
const inOrder = ({ calls, state }: Told, actions: readonly StoryAction[]): Told => ({
  calls: calls.map((some, index) => {
    const key = ({ resource, id }: StoryCall): string => (actions[index]?.do === "up" ? resource : `${resource} ${id ?? ""}`);
    return some.toSorted((one, other) => key(one).localeCompare(key(other)));
  }),
  state: state.toSorted((one, other) => one.id.localeCompare(other.id)),
});

describe("how the engine calls a provider, and what it keeps", () => {
  const actionsOf = (name: string): readonly StoryAction[] => (stories[name] ?? []).map(([action]) => action);
  const told = new Map<string, Told>();

  beforeAll(async () => {
    const names = Object.keys(stories).values();
    const some = async (): Promise<void> => {
      const recorder = await newRecorder();
      try {
        for (const name of names) told.set(name, inOrder(await recorder.tell(actionsOf(name)), actionsOf(name)));
      } finally {
        await recorder.dispose();
      }
    };
    await Promise.all([some(), some()]);
  }, 600_000);

  test.each(Object.entries(stories))("%s: on the real engine", (name, story) => {
    expect(told.get(name)?.calls).toEqual(story.map(([, ...calls]) => calls));
  });

  test.each(Object.keys(stories))("%s: in the model", async (name) => {
    expect(inOrder(await toldByTheModel(actionsOf(name)), actionsOf(name))).toEqual(told.get(name));
  });
});
