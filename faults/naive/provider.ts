/**
 * The provider that is written when nobody thinks of crashes: POST, wait, return; what fails is tried again; what is not found is gone. It stands
 * beside ours in the same histories, before the same judge.
 */
import { isDeepStrictEqual } from "node:util";
import { CloudPhoneError } from "../../provider/http/errors";
import type { Context } from "../../provider/kit/context";
import { bareContext } from "../bare-context";
import type { Bag, Provider } from "../engine";
import { kinds } from "../programs";
import type { Subject } from "../subject";
import { shops } from "./shops";
import type { Seen, Shop } from "./shops";

export const naive: Subject = (host, settings) => {
  const providers = Object.fromEntries(kinds.map((kind) => [kind, providerOf(shops[kind], () => bareContext(host, settings))]));
  return (kind) => providers[kind] as Provider;
};

const nameKeys = ["name", "serverName"];
const countOf = ({ count }: Bag): number => (typeof count === "number" ? count : 1);
const idsOf = (outs: Bag): string[] => ((outs["servers"] ?? []) as { id: string }[]).map(({ id }) => id);
const stateOf = (inputs: Bag, ids: readonly string[]): Bag => ({ ...inputs, servers: ids.map((id) => ({ id })) });
const pollMs = 300_000;

function providerOf(shop: Shop, context: () => Context): Provider {
  return {
    check: (_olds: Bag, inputs: Bag) => Promise.resolve({ inputs }),

    diff(_id: string, olds: Bag, news: Bag) {
      const changed = Object.keys(news).filter((key) => !isDeepStrictEqual(olds[key], news[key]));
      const replaces = changed.filter((key) => key !== "count" && !nameKeys.includes(key));
      return Promise.resolve({ changes: changed.length > 0, replaces });
    },

    async create(inputs: Bag) {
      const ctx = context();
      const ids = await retried(() => shop.buy(inputs, ctx));
      await untilReady(shop, inputs, ids, ctx);
      return { id: ids[0] ?? "", outs: stateOf(inputs, ids) };
    },

    async read(id: string, outs: Bag) {
      const listed = await retried(() => shop.list(outs, context()));
      const ids = idsOf(outs).filter((one) => listed.some((server) => server.id === one));
      if (ids.length === 0) return { id: "", props: {} };
      const found = { ...outs, ...("count" in outs ? { count: ids.length } : {}) };
      return { id, props: stateOf(found, ids) };
    },

    async update(_id: string, olds: Bag, news: Bag) {
      const ctx = context();
      let ids = idsOf(olds);
      const missing = countOf(news) - ids.length;
      if (missing > 0) {
        const more = await retried(() => shop.buy({ ...news, count: missing }, ctx));
        await untilReady(shop, news, more, ctx);
        ids = [...ids, ...more];
      }
      for (const id of ids.slice(countOf(news))) await removed(shop, news, id, ctx);
      ids = ids.slice(0, countOf(news));
      const name = nameKeys.find((key) => olds[key] !== news[key]);
      if (name !== undefined) for (const id of ids) await retried(() => shop.rename(news, id, String(news[name]), ctx));
      return { outs: stateOf(news, ids) };
    },

    async delete(_id: string, outs: Bag) {
      const ctx = context();
      for (const id of idsOf(outs)) await removed(shop, outs, id, ctx);
    },
  };
}

/** Three times, whatever goes wrong. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 3 || !(error instanceof CloudPhoneError)) throw error;
    }
  }
}

async function untilReady(shop: Shop, inputs: Bag, ids: readonly string[], ctx: Context): Promise<void> {
  for (;;) {
    if (ctx.clock.now() > ctx.deadline) throw new CloudPhoneError(`${ids.join(", ")}: not ready in time`);
    await ctx.clock.sleep(pollMs, ctx.signal);
    const listed = await retried(() => shop.list(inputs, ctx));
    const seen = ids.flatMap((id): readonly Seen[] => listed.filter((one) => one.id === id));
    if (seen.some(({ hasFailed }) => hasFailed)) throw new CloudPhoneError(`${ids.join(", ")}: failed`);
    if (seen.length === ids.length && seen.every(({ isReady }) => isReady)) return;
  }
}

/** Gone already is fine. */
async function removed(shop: Shop, inputs: Bag, id: string, ctx: Context): Promise<void> {
  const listed = await retried(() => shop.list(inputs, ctx));
  if (listed.some((one) => one.id === id)) await retried(() => shop.remove(inputs, id, ctx));
}
