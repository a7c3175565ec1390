/** Stories about the engine as plain JSON: what somebody does, and which calls of the provider and which state come of it. */

/** Inputs of the resources of a program, by their names. */
export type Program = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What dies in the middle of a run. `host`: the process of the provider. `engine`: the engine; the host notices. `machine`: both at once. */
export type Victim = "host" | "engine" | "machine";

/** A death while the provider works on one call. */
export interface Kill {
  readonly victim: Victim;
  /** During the first call of this kind for this resource in the run. */
  readonly during: { readonly method: StoryCall["method"]; readonly resource: string };
}

/** What somebody does with the stack. */
export type StoryAction =
  | { readonly do: "up"; readonly program: Program; readonly replace?: readonly string[]; readonly kill?: Kill }
  | { readonly do: "refresh"; readonly kill?: Kill }
  | { readonly do: "destroy"; readonly kill?: Kill };

/** One call of the provider as it came. */
export interface StoryCall {
  readonly method: "check" | "diff" | "create" | "read" | "update" | "delete";
  readonly resource: string;
  /** Absent for `check` and `create`. */
  readonly id?: string;
  /** Of `check`: whether it is told the inputs of the last run. Absent otherwise. */
  readonly hasOlds?: boolean;
}

/** One entry of the state at the end. */
export interface StoryResource {
  readonly resource: string;
  readonly id: string;
  readonly outs: Readonly<Record<string, unknown>>;
  readonly hasInitErrors: boolean;
  /** Replaced, and to be deleted by the next run. */
  readonly isCondemned: boolean;
  /** Deleted before its replacement exists. */
  readonly isPendingReplacement: boolean;
}

/**
 * A story and how it goes. How the recording provider behaves is said by inputs of its resources, so that the same provider can be run by the real
 * engine and by the model: `fail: "plain" | "init"` for create and update, `replaceOn`, `deleteBeforeReplace`, as that provider defines them.
 */
export interface Story {
  readonly name: string;
  readonly actions: readonly StoryAction[];
  /** Calls per action; those of resources that run at the same time stand in the order of their names. */
  readonly calls: readonly (readonly StoryCall[])[];
  readonly state: readonly StoryResource[];
}
