/**
 * A small model of Pulumi's engine: which calls a provider gets, and what is in the state after each of them. The real engine is its judge
 * (test/engine/stories.test.ts). Resources here depend on nothing but the provider.
 */
import type { Program } from "./story";

export type Bag = Record<string, unknown>;
/** `ResourceProvider` of the SDK, as far as it is called here. */
export interface Provider {
  check(olds: Bag, news: Bag): Promise<{ inputs: Bag; failures?: readonly { property: string; reason: string }[] }>;
  diff(id: string, olds: Bag, news: Bag): Promise<{ changes?: boolean; replaces?: readonly string[]; deleteBeforeReplace?: boolean }>;
  create(inputs: Bag): Promise<{ id: string; outs: Bag }>;
  read(id: string, props: Bag): Promise<{ id: string; props: Bag; inputs?: Bag }>;
  update(id: string, olds: Bag, news: Bag): Promise<{ outs: Bag }>;
  delete(id: string, props: Bag): Promise<void>;
}

/** One entry of the state. */
export interface Resource {
  readonly name: string;
  id: string;
  inputs: Bag;
  outs: Bag;
  /** Why its last create or update was not seen through: the next run updates it even if nothing differs. */
  initErrors: readonly string[];
  /** It is replaced: the next run that gets to its end deletes it. */
  isCondemned: boolean;
  /** It is deleted already, and its replacement does not exist yet. */
  isPendingReplacement: boolean;
}

export interface Snapshot {
  readonly resources: Resource[];
  /** Begun and not ended when the snapshot was written. A run only warns of them. */
  readonly pending: { readonly name: string; readonly operation: Operation }[];
}

type Operation = "creating" | "updating" | "deleting" | "reading";

/** What an engine stands in. Where it dies, nothing of this returns any more. */
export interface Surroundings {
  /** The provider of the resource of this name. */
  provider(name: string): Provider;
  /** The state as last written. */
  load(): Snapshot;
  /** Returns when the state is written. */
  store(snapshot: Snapshot): Promise<void>;
  /** Passes on what a call brings, unless the engine is dead by then. */
  hear<T>(call: Promise<T>): Promise<T>;
}

export interface Failure {
  readonly name: string;
  readonly message: string;
}

export interface Outcome {
  readonly failures: readonly Failure[];
  /** Steps that changed something: everything but the same, and reads that found what the state says. */
  readonly changes: number;
}

/** A run of the engine. `onStep` is told of each step before it is taken. */
export interface Run {
  readonly snapshot: Snapshot;
  readonly failures: Failure[];
  changes: number;
  readonly around: Surroundings;
  readonly onStep: (step: Step) => void;
}

/** For whoever watches: `replaced` is the entry that a create is to replace. */
export interface Step {
  readonly name: string;
  readonly operation: Operation;
  readonly replaced?: Resource;
}

const newRun = (around: Surroundings, onStep: Run["onStep"] = () => undefined): Run => {
  const { resources } = around.load();
  return { snapshot: { resources, pending: [] }, failures: [], changes: 0, around, onStep };
};

/** `pulumi up`, with `--replace` for the named ones. */
export async function up(
  around: Surroundings,
  program: Program,
  { replace = [], onStep }: { replace?: readonly string[]; onStep?: Run["onStep"] } = {},
): Promise<Outcome> {
  const run = newRun(around, onStep);
  const steps: Promise<void>[] = [];
  // Registrations are worked on one by one; their steps run side by side. After a failed step none is begun any more.
  for (const [name, news] of Object.entries(program)) {
    if (run.failures.length > 0) break;
    const step = await attempt(run, name, () => generate(run, name, { ...news }, replace.includes(name)));
    if (step !== undefined) steps.push(attempt(run, name, step));
  }
  await Promise.all(steps);
  // Deletes come last, and only when everything else went well.
  if (run.failures.length === 0) {
    await remove(
      run,
      run.snapshot.resources.filter((one) => one.isCondemned || !(one.name in program)),
    );
  }
  return ended(run);
}

/** `pulumi destroy`, of the named ones only if there are `targets`. */
export async function destroy(around: Surroundings, targets?: readonly string[], onStep?: Run["onStep"]): Promise<Outcome> {
  const run = newRun(around, onStep);
  await remove(
    run,
    run.snapshot.resources.filter(({ name }) => targets?.includes(name) ?? true),
  );
  return ended(run);
}

/** `pulumi refresh`. */
export async function refresh(around: Surroundings): Promise<Outcome> {
  const run = newRun(around);
  // What is deleted before its replacement has nothing that could be read.
  const read = run.snapshot.resources.filter((one) => !one.isPendingReplacement);
  await Promise.all(read.map((one) => attempt(run, one.name, () => reread(run, one))));
  return ended(run);
}

const ended = async (run: Run): Promise<Outcome> => {
  await run.around.store(run.snapshot);
  return { failures: run.failures, changes: run.changes };
};

async function attempt<T>(run: Run, name: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    run.failures.push({ name, message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

type StepOf = () => Promise<void>;

/** Check and diff, and what is to be done then. */
async function generate(run: Run, name: string, news: Bag, isForced: boolean): Promise<StepOf> {
  const { around, snapshot } = run;
  const provider = around.provider(name);
  const old = snapshot.resources.find((one) => one.name === name && !one.isCondemned);
  const check = async (olds: Bag): Promise<Bag> => {
    const { inputs, failures } = await around.hear(provider.check(olds, news));
    if (failures !== undefined && failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
    return inputs;
  };
  if (old === undefined) {
    const inputs = await check({});
    return () => create(run, name, inputs);
  }
  // A replacement that is asked for on the command line is not compared.
  if (isForced) {
    const inputs = await check({});
    return () => create(run, name, inputs, old);
  }
  const inputs = await check(old.inputs);
  const { changes, replaces = [], deleteBeforeReplace } = await around.hear(provider.diff(old.id, old.outs, inputs));
  // An interrupted delete-before-replace is compared, and goes on with the create whatever comes of it.
  if (old.isPendingReplacement) {
    const anew = await check({});
    return () => create(run, name, anew, old);
  }
  if (changes === true && replaces.length > 0) {
    const anew = await check({}); // defaults of the replaced resource do not bind the new one
    return async () => {
      if (deleteBeforeReplace === true) await deleteFirst(run, old);
      await create(run, name, anew, old);
    };
  }
  if (changes === true || old.initErrors.length > 0) return () => update(run, old, inputs);
  return async () => {
    old.inputs = inputs;
    await around.store(snapshot);
  };
}

/** The state is written before and after each operation. */
async function operate<T>(run: Run, step: Step, work: () => Promise<T>): Promise<T> {
  const { snapshot, around } = run;
  const begun = { name: step.name, operation: step.operation };
  run.onStep(step);
  run.changes++;
  snapshot.pending.push(begun);
  await around.store(snapshot);
  try {
    return await work();
  } finally {
    snapshot.pending.splice(snapshot.pending.indexOf(begun), 1);
    await around.store(snapshot);
  }
}

/** A new resource, or one that takes the place of `old`: which is condemned as soon as the new one has an id. */
async function create(run: Run, name: string, inputs: Bag, old?: Resource): Promise<void> {
  const { resources } = run.snapshot;
  const enter = (id: string, outs: Bag, initErrors: readonly string[]): void => {
    if (old?.isPendingReplacement === true) resources.splice(resources.indexOf(old), 1);
    else if (old !== undefined) old.isCondemned = true;
    resources.push({ name, id, inputs, outs, initErrors, isCondemned: false, isPendingReplacement: false });
  };
  await operate(run, { name, operation: "creating", ...(old === undefined ? {} : { replaced: old }) }, async () => {
    try {
      const { id, outs } = await run.around.hear(run.around.provider(name).create(inputs));
      enter(id, outs, []);
    } catch (error) {
      const kept = initFailure(error);
      if (kept !== undefined) enter(kept.id, kept.properties, kept.reasons);
      throw error;
    }
  });
}

async function update(run: Run, old: Resource, news: Bag): Promise<void> {
  const { name } = old;
  await operate(run, { name, operation: "updating" }, async () => {
    try {
      const { outs } = await run.around.hear(run.around.provider(name).update(old.id, old.outs, news));
      Object.assign(old, { outs, inputs: news, initErrors: [] });
    } catch (error) {
      const kept = initFailure(error);
      // The id of an update's failure counts for nothing.
      if (kept !== undefined) Object.assign(old, { outs: kept.properties, inputs: news, initErrors: kept.reasons });
      throw error;
    }
  });
}

async function deleteFirst(run: Run, old: Resource): Promise<void> {
  await operate(run, { name: old.name, operation: "deleting" }, async () => {
    await run.around.hear(run.around.provider(old.name).delete(old.id, old.outs));
    old.isPendingReplacement = true;
  });
}

/** Deletes run side by side. What is deleted already only leaves the state. */
async function remove(run: Run, which: readonly Resource[]): Promise<void> {
  const { resources } = run.snapshot;
  await Promise.all(
    which.map((one) =>
      attempt(run, one.name, () =>
        operate(run, { name: one.name, operation: "deleting" }, async () => {
          if (!one.isPendingReplacement) await run.around.hear(run.around.provider(one.name).delete(one.id, one.outs));
          resources.splice(resources.indexOf(one), 1);
        }),
      ),
    ),
  );
}

/**
 * A read puts in what it found: id, outputs and inputs. An empty id: it is gone. What was wrong at its last create or update is forgotten.
 * What was found is compared with the inputs of the last run, for the display only.
 */
async function reread(run: Run, one: Resource): Promise<void> {
  const { resources } = run.snapshot;
  const { id, props, inputs = one.inputs } = await run.around.hear(run.around.provider(one.name).read(one.id, one.outs));
  if (id === "") resources.splice(resources.indexOf(one), 1);
  else {
    await run.around.hear(run.around.provider(one.name).diff(id, props, one.inputs));
    Object.assign(one, { id, outs: props, inputs, initErrors: [] });
  }
  await run.around.store(run.snapshot);
}

/** A failure that carries an id: the resource is in the state all the same. */
function initFailure(error: unknown): { id: string; properties: Bag; reasons: readonly string[] } | undefined {
  if (typeof error !== "object" || error === null || !("id" in error) || typeof error.id !== "string") return undefined;
  const { properties = {}, reasons = [] } = error as { properties?: Bag; reasons?: readonly string[] };
  return { id: error.id, properties, reasons };
}
