/** From the calls of Pulumi's dynamic host to handlers: hidden properties off and on again, errors as the host wants them, a context for each operation. */
import { isDeepStrictEqual } from "node:util";
import type * as pulumi from "@pulumi/pulumi";
import type { Clock } from "./http/clock";
import { CloudPhoneError, SettingError } from "./http/errors";
import type { Transport } from "./http/transport";
import type { Context, Settings } from "./kit/context";
import { expiryWarning } from "./kit/expiry";
import { throughGate } from "./kit/gate";
import type { Gate } from "./kit/gate";
import { newTally } from "./kit/gone";
import type { CheckFailure, Handler, PropertyDifference, Timeouts } from "./kit/handler";
import type { Intent, Journal } from "./kit/journal";
import { markerFrom } from "./kit/marker";
import { isLeft } from "./kit/life-inputs";
import { NotReady } from "./kit/not-ready";
import { newcomerLines, previewLines } from "./kit/preview";
import { generationOf } from "./kit/purchase";
import type { PurchaseState } from "./kit/purchase";
import { find } from "./kit/settings";
import { timeoutMs } from "./kit/timeouts";
import { hasUnknown } from "./kit/unknown";

type ResourceProvider = pulumi.dynamic.ResourceProvider;
type Props = Record<string, unknown>;

/** The process that the engine's calls come to: what all its resources share. */
export interface Host {
  readonly clock: Clock;
  readonly random: () => number;
  /** Aborts when there is no engine any more that could store what is bought. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  env(name: string): string | undefined;
  transport(cloud: string): Transport;
  journal(settings: Settings): Journal;
}

/** What operations of one process have in common. */
interface Memory extends Pick<Context, "tally" | "looks"> {
  /** Lines that were shown to the user: a refresh and the comparison after it would say the same. */
  readonly said: Set<string>;
  /** Of fleets that limit how many of their purchases are under way at a time. */
  readonly gates: Map<string, Gate>;
}

/** Properties that belong to the front, not to the resource: taken off on the way in, put back on the way out. */
const hiddenNames: readonly string[] = ["__provider", "purchaseMarker", "purchaseGate", "replacementTrigger"];

/** How a host hands resources over to handlers. Everything that one process remembers is in here. */
export function newFront(host: Host): <I extends object, O extends I & PurchaseState>(handler: Handler<I, O>) => ResourceProvider {
  const memory: Memory = { tally: newTally(), looks: new Map(), said: new Set(), gates: new Map() };
  return (handler) => provider(handler, host, memory);
}

function provider<I extends object, O extends I & PurchaseState>(handler: Handler<I, O>, host: Host, memory: Memory): ResourceProvider {
  // The host calls `configure` once but does not hold other calls back until it is done, so each of them waits for this.
  let configured: (settings: Settings) => void;
  const settings = new Promise<Settings>((resolve) => (configured = resolve));
  // `create` and `delete` are told neither of the state that they replace nor of the one that stays: only other calls of the same run show these.
  const compared = new Map<string, Props>();
  /** What programs said at the last run, which only `check` is told. */
  const before = new Map<string, Props>();
  const generations = new Map<string, number>();
  const holds = (marker: string, state: object): void =>
    void generations.set(marker, Math.max(generations.get(marker) ?? 0, generationOf(state)));

  /** Runs one operation on the resource's own properties; `hidden` is what has to be put back into its answer. */
  async function run<T>(
    operation: keyof Timeouts,
    props: Props,
    work: (own: Props, ctx: Context) => Promise<T>,
  ): Promise<{ result: T; hidden: Props }> {
    const { own, hidden } = split(props);
    const known = await settings;
    const timeout = (which = operation): number => timeoutMs(which, own["timeouts"], handler.timeouts);
    const marker = markerOf(hidden);
    const replaced = operation === "create" ? compared.get(marker) : undefined;
    const about = { marker, timeout, replaced, heldGeneration: generations.get(marker) };
    const noting = async (): Promise<T> => {
      try {
        return await work(own, contextFor(host, memory, known, about));
      } catch (error) {
        if (error instanceof NotReady) holds(marker, error.outs);
        throw error;
      }
    };
    return { result: await forTheHost(hidden, noting), hidden };
  }

  /** The time that it waits for its turn does not count: its own begins then. */
  function inTurn<T>({ purchaseGate }: Props, work: () => Promise<T>): Promise<T> {
    const gate = gateFrom(purchaseGate);
    return gate === undefined ? work() : throughGate(memory.gates, gate.name, gate.most, work);
  }

  /** What an interrupted run left behind may stand in no state: then there is something to do although nothing differs. */
  async function underWay(marker: string, known: Settings): Promise<Intent | undefined> {
    const intent = await host.journal(known).read(marker);
    return intent?.state === "over" ? undefined : intent;
  }

  function warnOfExpiry(hidden: Props, state: object): void {
    if (markerOf(hidden) === "") return; // read, not managed
    const warning = expiryWarning(handler.nameOf(state), handler.expiry(state), state, host.clock.now());
    if (warning !== undefined) sayOnce(hidden, [warning]);
  }

  /** Resources may have the same name in the cloud. */
  function sayOnce(hidden: Props, lines: readonly string[]): void {
    for (const line of lines) {
      const said = `${markerOf(hidden)} ${line}`;
      if (!memory.said.has(said)) host.log(line);
      memory.said.add(said);
    }
  }

  /** In a preview the name may not be known yet. */
  const nameOf = (own: Props): string =>
    handler.nameOf(Object.fromEntries(Object.entries(own).filter(([, value]) => !hasUnknown(value))) as Partial<I>);

  return {
    configure(request) {
      configured(settingsFrom(request.config, host));
      return Promise.resolve();
    },

    async check(olds: Props, news: Props) {
      const { own, hidden } = split(news);
      const checked = handler.check(own, await settings, split(olds).own);
      const marker = markerOf(hidden);
      const isNew = Object.keys(olds).length === 0 && !before.has(marker); // of a replacement, too, nothing old is told
      if (!isNew && !before.has(marker)) before.set(marker, olds);
      if (isNew && checked.failures.length === 0) sayOnce(hidden, newcomerLines(nameOf(checked.inputs), checked));
      return { inputs: plain({ ...checked.inputs, ...hidden }), failures: checked.failures.map(withoutValue) };
    },

    async diff(_id, olds: Props, news: Props) {
      const known = await settings;
      const { own: last, hidden: lastHidden } = split(olds);
      const { own, hidden } = split(news);
      const marker = markerOf(hidden);
      compared.set(marker, last);
      holds(marker, last);
      // Renamed by an alias in this run: its servers carry its old name's marker until they are marked anew, and a resource of that name may be new.
      const renamed = markerFrom((last as Partial<PurchaseState>).marker)?.resource;
      if (renamed !== undefined && renamed !== marker && !compared.has(renamed)) compared.set(renamed, last);
      const difference = handler.diff(last as O, own as I, marker);
      const properties = [...difference.properties, ...triggered(lastHidden, hidden, (last as Partial<PurchaseState>).isReady === false)];
      const what = nameOf(own);
      const begun = await underWay(marker, known);
      sayOnce(hidden, previewLines(what, { ...difference, properties }, isSaidAnew(before.get(marker) ?? olds, news), isLeft(last)));
      if (properties.length === 0 && begun !== undefined) sayOnce(hidden, [`${what}: ${begun.state === "ending" ? ending : ordered}`]);
      warnOfExpiry(lastHidden, last);
      const replaces = properties.filter(({ kind }) => kind === "replace").map(({ property }) => property);
      if (replaces.length > 0 && difference.deleteBeforeReplace && isLeft(last)) throw forHost(leftInTheWay(what));
      return {
        changes: properties.length > 0 || begun !== undefined,
        replaces,
        deleteBeforeReplace: difference.deleteBeforeReplace,
      };
    },

    async create(news: Props) {
      const { result, hidden } = await inTurn(news, () => run("create", news, (own, ctx) => handler.create(own as I, ctx)));
      holds(markerOf(hidden), result.outs);
      return { id: result.id, outs: plain({ ...result.outs, ...hidden }) };
    },

    async read(id: string, props: Props = {}) {
      const { result: found, hidden } = await run("update", props, (own, ctx) => handler.read(id, own as Partial<O>, ctx));
      if (found === undefined) return { id: "", props: {} }; // an empty id means: gone
      warnOfExpiry(hidden, found.outs);
      return { id: found.id, props: plain({ ...found.outs, ...hidden }), inputs: plain({ ...found.inputs, ...hidden }) };
    },

    async update(id: string, olds: Props, news: Props) {
      const last = split(olds).own as O;
      const { result, hidden } = await inTurn(news, () => run("update", news, (own, ctx) => handler.update(id, last, own as I, ctx)));
      return { outs: plain({ ...result, ...hidden }) };
    },

    async delete(id: string, props: Props) {
      await run("delete", props, (own, ctx) => handler.delete(id, own as O, ctx));
    },
  };
}

function split(props: Props): { own: Props; hidden: Props } {
  const isHidden = ([name]: [string, unknown]): boolean => hiddenNames.includes(name);
  const entries = Object.entries(props);
  return {
    own: Object.fromEntries(entries.filter((entry) => !isHidden(entry))),
    hidden: Object.fromEntries(entries.filter(isHidden)),
  };
}

/**
 * The resource option of this name: a new value replaces. One that is set for the first time, or taken away, only has to get into the state; but
 * whoever sets it on a server that never came up wants another.
 */
function triggered({ replacementTrigger: last }: Props, { replacementTrigger: now }: Props, isUnready: boolean): PropertyDifference[] {
  if (!hasUnknown(now) && isDeepStrictEqual(last, now)) return [];
  const isReplaced = now !== undefined && (last !== undefined || isUnready);
  return [{ property: "replacementTrigger", kind: isReplaced ? "replace" : "update", old: last, new: now }];
}

const ending = "an earlier run was about to give servers back; the update sees to it";
const ordered = "an earlier run placed an order for it that its state does not know; the update looks what became of that";

/** Whether the program says an input otherwise than before: then the engine shows it. Of one with parts it shows all. */
const isSaidAnew =
  (before: Props, now: Props) =>
  (property: string): boolean => {
    const [input = ""] = property.split(".");
    return !isDeepStrictEqual(before[input], now[input]);
  };

const markerOf = ({ purchaseMarker }: Props): string => (typeof purchaseMarker === "string" ? purchaseMarker : "");

/** As `CloudPhoneFleet` hands it over. */
function gateFrom(said: unknown): { name: string; most: number } | undefined {
  if (typeof said !== "object" || said === null || !("name" in said) || !("most" in said)) return undefined;
  return { name: String(said.name), most: Number(said.most) };
}

/** The engine prints the value of a property that a failure names, secret or not: so none is named but in the reason. */
const withoutValue = ({ property, reason }: CheckFailure): CheckFailure => ({ property: "", reason: `${property}: ${reason}` });

/**
 * Errors as the host wants them. A thrown `{ id, properties, reasons }` is stored as "initialization failed"; without `__provider`
 * among the properties the resource could never be read, changed or deleted again. The host prints stacks: those of errors
 * made for users are left out.
 */
async function forTheHost<T>(hidden: Props, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CloudPhoneError)) throw error;
    const shown = forHost(error);
    if (!(error instanceof NotReady)) throw shown;
    throw Object.assign(shown, { id: error.id, properties: plain({ ...error.outs, ...hidden }), reasons: [...error.reasons] });
  }
}

const forHost = (error: CloudPhoneError): Error => Object.assign(new Error(error.message), { name: error.name, stack: "" });

const leftInTheWay = (what: string): CloudPhoneError =>
  new CloudPhoneError(
    `${what}: the new servers need an address that the old ones would keep, because deletionPolicy leaves these where they are. ` +
      'Set deletionPolicy to "delete" in a `pulumi up` before, or give the new ones other addresses.',
  );

/** Without `undefined`, at any depth: the host cannot send it. */
function plain(props: Props): Props {
  return JSON.parse(JSON.stringify(props)) as Props;
}

function settingsFrom(config: { get(key: string): string | undefined }, host: Host): Settings {
  const filled = (value: string | undefined): string | undefined => (value === "" ? undefined : value);
  return { config: (key) => filled(config.get(key)), env: (name) => filled(host.env(name)) };
}

interface About {
  readonly marker: string;
  readonly timeout: (operation?: keyof Timeouts) => number;
  readonly replaced: object | undefined;
  readonly heldGeneration: number | undefined;
}

function contextFor(host: Host, memory: Memory, settings: Settings, { timeout, ...about }: About): Context {
  const { clock, random, signal, log } = host;
  return {
    settings,
    clock,
    random,
    signal,
    deadline: clock.now() + timeout(),
    purchaseDeadline: clock.now() + timeout("create"),
    log,
    transport: (cloud) => host.transport(cloud),
    pollMs: secondsMs(settings, "pollSeconds"),
    ...about,
    journal: host.journal(settings),
    visibilityMs: secondsMs(settings, "visibilitySeconds") ?? usualVisibilityMs,
    adoptOrphans: isOn(settings, "adoptOrphans"),
    confirmGone: isOn(settings, "confirmGone"),
    tally: memory.tally,
    looks: memory.looks,
  };
}

const usualVisibilityMs = 10 * 60_000;

const placeOf = (name: string): { config: string[]; env: string[] } => ({
  config: [`cloudphone:${name}`],
  env: [`CLOUDPHONE_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`],
});

function secondsMs(settings: Settings, name: string): number | undefined {
  const seconds = find(settings, placeOf(name));
  if (seconds === undefined) return undefined;
  if (!(Number(seconds) > 0)) throw new SettingError(`cloudphone:${name} must be a number of seconds above 0, not "${seconds}".`);
  return Number(seconds) * 1000;
}

function isOn(settings: Settings, name: string): boolean {
  const said = find(settings, placeOf(name)) ?? "false";
  if (said === "true" || said === "false") return said === "true";
  throw new SettingError(`cloudphone:${name} must be true or false, not "${said}".`);
}
