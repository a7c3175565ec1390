/**
 * The front for Pulumi's dynamic host: the engine's calls -> handlers, one export per resource.
 * The text `require("pulumi-cloudphone/dynamic").<export>` is kept in users' state for years: never move this path, never rename an export.
 */
import "./node-version";
import type * as pulumi from "@pulumi/pulumi";
import type { Context, Settings } from "./kit/context";
import type { Readiness } from "./kit/diff";
import type { CheckFailure, Handler, Timeouts } from "./kit/handler";
import { NotReady } from "./kit/not-ready";
import { find } from "./kit/settings";
import { timeoutMs } from "./kit/timeouts";
import { CloudPhoneError, SettingError } from "./http/errors";
import { newTransport } from "./http/transport";
import type { Transport } from "./http/transport";
import { systemClock } from "./system-clock";
import { cphBmsServer } from "./vendors/huaweicloud/cph-bms-server";
import { cphPhoneServer } from "./vendors/huaweicloud/cph-phone-server";
import { edcpsInstance } from "./vendors/jdcloud/edcps-instance";
import { uphoneServer } from "./vendors/ucloud/uphone-server";

type ResourceProvider = pulumi.dynamic.ResourceProvider;
type Props = Record<string, unknown>;

export const UPhoneServer = front(uphoneServer);
export const CphPhoneServer = front(cphPhoneServer);
export const CphBmsServer = front(cphBmsServer);
export const EdcpsInstance = front(edcpsInstance);

/** Properties that belong to the front, not to the resource: taken off on the way in, put back on the way out. */
const hiddenNames: readonly string[] = ["__provider", "purchaseMarker"];

function front<I extends object, O extends I & Readiness>(handler: Handler<I, O>): () => ResourceProvider {
  // The host calls `configure` once but does not hold other calls back until it is done, so each of them waits for this.
  let configured: (settings: Settings) => void;
  const settings = new Promise<Settings>((resolve) => (configured = resolve));

  /** Runs one operation on the resource's own properties; `hidden` is what has to be put back into its answer. */
  async function run<T>(
    operation: keyof Timeouts,
    props: Props,
    work: (own: Props, ctx: Context) => Promise<T>,
  ): Promise<{ result: T; hidden: Props }> {
    const { own, hidden } = split(props);
    const known = await settings;
    const timeout = (which = operation): number => timeoutMs(which, own["timeouts"], handler.timeouts);
    return { result: await forTheHost(hidden, () => work(own, contextFor(known, hidden, timeout))), hidden };
  }

  const provider: ResourceProvider = {
    configure(request) {
      configured(settingsFrom(request.config));
      return Promise.resolve();
    },

    async check(olds: Props, news: Props) {
      const { own, hidden } = split(news);
      const checked = handler.check(own, await settings, split(olds).own);
      return { inputs: plain({ ...checked.inputs, ...hidden }), failures: checked.failures.map(withoutValue) };
    },

    async diff(_id, olds: Props, news: Props) {
      await settings;
      const difference = handler.diff(split(olds).own as O, split(news).own as I);
      return {
        changes: difference.properties.length > 0,
        replaces: difference.properties.filter((property) => property.kind === "replace").map((property) => property.property),
        deleteBeforeReplace: difference.deleteBeforeReplace,
      };
    },

    async create(news: Props) {
      const { result, hidden } = await run("create", news, (own, ctx) => handler.create(own as I, ctx));
      return { id: result.id, outs: plain({ ...result.outs, ...hidden }) };
    },

    async read(id: string, props: Props = {}) {
      const { result: found, hidden } = await run("update", props, (own, ctx) => handler.read(id, own as Partial<O>, ctx));
      if (found === undefined) return { id: "", props: {} }; // an empty id means: gone
      return { id: found.id, props: plain({ ...found.outs, ...hidden }), inputs: plain({ ...found.inputs, ...hidden }) };
    },

    async update(id: string, olds: Props, news: Props) {
      const last = split(olds).own as O;
      const { result, hidden } = await run("update", news, (own, ctx) => handler.update(id, last, own as I, ctx));
      return { outs: plain({ ...result, ...hidden }) };
    },

    async delete(id: string, props: Props) {
      await run("delete", props, (own, ctx) => handler.delete(id, own as O, ctx));
    },
  };
  return () => provider;
}

function split(props: Props): { own: Props; hidden: Props } {
  const isHidden = ([name]: [string, unknown]): boolean => hiddenNames.includes(name);
  const entries = Object.entries(props);
  return {
    own: Object.fromEntries(entries.filter((entry) => !isHidden(entry))),
    hidden: Object.fromEntries(entries.filter(isHidden)),
  };
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
    const shown = Object.assign(new Error(error.message), { name: error.name, stack: "" });
    if (!(error instanceof NotReady)) throw shown;
    throw Object.assign(shown, { id: error.id, properties: plain({ ...error.outs, ...hidden }), reasons: [...error.reasons] });
  }
}

/** Without `undefined`, at any depth: the host cannot send it. */
function plain(props: Props): Props {
  return JSON.parse(JSON.stringify(props)) as Props;
}

function settingsFrom(config: { get(key: string): string | undefined }): Settings {
  const filled = (value: string | undefined): string | undefined => (value === "" ? undefined : value);
  return { config: (key) => filled(config.get(key)), env: (name) => filled(process.env[name]) };
}

const transports = new Map<string, Transport>();

function transport(cloud: string): Transport {
  const known = transports.get(cloud) ?? newTransport();
  transports.set(cloud, known);
  return known;
}

function contextFor(settings: Settings, hidden: Props, timeout: (operation?: keyof Timeouts) => number): Context {
  return {
    settings,
    clock: systemClock,
    random: Math.random,
    signal: new AbortController().signal, // the dynamic host has no cancellation to pass on
    deadline: systemClock.now() + timeout(),
    purchaseDeadline: systemClock.now() + timeout("create"),
    log: (line) => process.stdout.write(`${line}\n`),
    transport,
    pollMs: pollMs(settings),
    marker: typeof hidden["purchaseMarker"] === "string" ? hidden["purchaseMarker"] : "",
  };
}

function pollMs(settings: Settings): number | undefined {
  const seconds = find(settings, { config: ["cloudphone:pollSeconds"], env: ["CLOUDPHONE_POLL_SECONDS"] });
  if (seconds === undefined) return undefined;
  if (!(Number(seconds) > 0)) throw new SettingError(`cloudphone:pollSeconds must be a number of seconds above 0, not "${seconds}".`);
  return Number(seconds) * 1000;
}
