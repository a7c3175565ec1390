import type { Provider } from "../../../faults/engine";
import type { StoryCall } from "../../../faults/story";

/** What the recorder keeps, over all runs of a story. */
export interface Diary {
  calls(): readonly StoryCall[];
  note(call: StoryCall): unknown;
  /** Returns at once, or never when something is to be killed in this call. */
  beginning(call: StoryCall): Promise<void>;
}

/** Inputs of a recorded resource, which say how it behaves. */
export interface Recorded {
  /** Changes in place. */
  readonly size?: number;
  /** A change replaces. */
  readonly shape?: string;
  readonly deleteBeforeReplace?: boolean;
  /** Its create and update fail: `plain` without an id, `init` with one. */
  readonly fail?: "plain" | "init";
  /** So many of its deletes fail before one works. */
  readonly failingDeletes?: number;
  /** `read` finds it gone, or finds this size. */
  readonly found?: number | "gone";
}

const named = (props: object): Recorded & { readonly name: string } => ({ name: "", ...props });

/** A provider that does nothing but write down how it is called. Runs in the engine's host and in a model of the engine alike. */
export function recordingProvider(diary: Diary): Provider {
  const begin = async (call: StoryCall): Promise<void> => {
    diary.note(call);
    await diary.beginning(call);
  };
  const fail = (how: Recorded["fail"], id: string, properties: object): void => {
    if (how === "plain") throw new Error("failed");
    if (how === "init") throw Object.assign(new Error("not ready"), { id, properties, reasons: ["not ready"] });
  };
  return {
    async check(olds, news) {
      await begin({ method: "check", resource: named(news).name, hasOlds: Object.keys(olds).length > 0 });
      return { inputs: news };
    },
    async diff(id, olds, news) {
      const [last, next] = [named(olds), named(news)];
      await begin({ method: "diff", resource: next.name, id });
      const replaces = last.shape === next.shape ? [] : ["shape"];
      return {
        changes: replaces.length > 0 || last.size !== next.size,
        replaces,
        deleteBeforeReplace: next.deleteBeforeReplace === true,
      };
    },
    async create(news) {
      const { name, fail: how } = named(news);
      const before = diary.calls().filter(({ method, resource }) => method === "create" && resource === name).length;
      const id = `${name}#${before + 1}`;
      await begin({ method: "create", resource: name });
      fail(how, id, news);
      return { id, outs: news };
    },
    async read(id, last) {
      const { name, found } = named(last);
      await begin({ method: "read", resource: name, id });
      if (found === "gone") return { id: "", props: {} };
      return { id, props: { ...last, ...(found === undefined ? {} : { size: found }) } };
    },
    async update(id, _olds, news) {
      const { name, fail: how } = named(news);
      await begin({ method: "update", resource: name, id });
      fail(how, id, news);
      return { outs: news };
    },
    async delete(id, last) {
      const { name, failingDeletes = 0 } = named(last);
      const before = diary.calls().filter((call) => call.method === "delete" && call.id === id).length;
      await begin({ method: "delete", resource: name, id });
      if (before < failingDeletes) throw new Error("not deleted");
    },
  };
}
