import type { Kill, StoryAction, StoryCall } from "../../../faults/story";
import type { Recorded } from "./recording-provider";

const check = (resource: string): StoryCall => ({ method: "check", resource, hasOlds: true });
const checkNew = (resource: string): StoryCall => ({ method: "check", resource, hasOlds: false });
const create = (resource: string): StoryCall => ({ method: "create", resource });
const on =
  (method: "diff" | "read" | "update" | "delete") =>
  (id: string): StoryCall => ({ method, resource: id.split("#")[0] ?? "", id });
const [diff, read, update, remove] = [on("diff"), on("read"), on("update"), on("delete")];

/** What is done, and the calls that come of it. */
type Chapter = readonly [StoryAction, ...StoryCall[]];

const a: Recorded = { size: 1, shape: "round" };
const up = (inputs: Recorded, kill?: Kill): StoryAction => ({
  do: "up",
  program: { a: { ...inputs } },
  ...(kill === undefined ? {} : { kill }),
});
const refresh: StoryAction = { do: "refresh" };
const destroy: StoryAction = { do: "destroy" };
const both = (of: { readonly a: Recorded; readonly b: Recorded }, kill?: Kill): StoryAction => ({
  do: "up",
  program: { a: { ...of.a }, b: { ...of.b } },
  ...(kill === undefined ? {} : { kill }),
});
const killed = (victim: Kill["victim"], method: Kill["during"]["method"]): Kill => ({ victim, during: { method, resource: "a" } });

const bigger = { ...a, size: 2 };
const square = { ...a, shape: "square" };
const single = { ...a, deleteBeforeReplace: true };
const singleSquare = { ...square, deleteBeforeReplace: true };

/** Stories of one or two resources. The calls of each resource stand together, in the order in which they come. */
export const stories: Readonly<Record<string, readonly Chapter[]>> = {
  "create, nothing, update, refresh, destroy": [
    [up(a), checkNew("a"), create("a")],
    [up(a), check("a"), diff("a#1")],
    [up(bigger), check("a"), diff("a#1"), update("a#1")],
    [refresh, read("a#1"), diff("a#1")],
    [destroy, remove("a#1")],
  ],
  "replacement, by a change and by force": [
    [up(a), checkNew("a"), create("a")],
    [up(square), check("a"), diff("a#1"), checkNew("a"), create("a"), remove("a#1")],
    [{ do: "up", program: { a: bigger }, replace: ["a"] }, checkNew("a"), create("a"), remove("a#2")],
  ],
  "delete before replace, whole and interrupted in both halves": [
    [up(single), checkNew("a"), create("a")],
    [up(singleSquare), check("a"), diff("a#1"), checkNew("a"), remove("a#1"), create("a")],
    [up(single, killed("engine", "delete")), check("a"), diff("a#2"), checkNew("a"), remove("a#2")],
    [up(single, killed("engine", "create")), check("a"), diff("a#2"), checkNew("a"), remove("a#2"), create("a")],
    [up(single), check("a"), diff("a#2"), checkNew("a"), create("a")],
  ],
  "delete before replace whose create fails, then refresh and destroy": [
    [up(single), checkNew("a"), create("a")],
    [up({ ...singleSquare, fail: "plain" }), check("a"), diff("a#1"), checkNew("a"), remove("a#1"), create("a")],
    [refresh],
    [destroy],
  ],
  "half a create, then up": [
    [up({ ...a, fail: "init" }), checkNew("a"), create("a")],
    [up({ ...a, fail: "init" }), check("a"), diff("a#1"), update("a#1")],
    [up(a), check("a"), diff("a#1"), update("a#1")],
    [up(a), check("a"), diff("a#1")],
  ],
  "half a create, then refresh and up": [
    [up({ ...a, fail: "init" }), checkNew("a"), create("a")],
    [refresh, read("a#1"), diff("a#1")],
    [up(a), check("a"), diff("a#1")],
    [up({ ...bigger, fail: "init" }), check("a"), diff("a#1"), update("a#1")],
    [destroy, remove("a#1")],
  ],
  "plain failures": [
    [up({ ...a, fail: "plain" }), checkNew("a"), create("a")],
    [up(a), checkNew("a"), create("a")],
    [up({ ...bigger, fail: "plain" }), check("a"), diff("a#2"), update("a#2")],
    [up({ ...square, fail: "plain" }), check("a"), diff("a#2"), checkNew("a"), create("a")],
    [up(square), check("a"), diff("a#2"), checkNew("a"), create("a"), remove("a#2")],
  ],
  "half a replacement": [
    [up(a), checkNew("a"), create("a")],
    [up({ ...square, fail: "init" }), check("a"), diff("a#1"), checkNew("a"), create("a")],
    [up(square), check("a"), diff("a#2"), update("a#2"), remove("a#1")],
  ],
  "a pending delete, then refresh and up": [
    [up({ ...a, failingDeletes: 1 }), checkNew("a"), create("a")],
    [up(square), check("a"), diff("a#1"), checkNew("a"), create("a"), remove("a#1")],
    [refresh, read("a#1"), diff("a#1"), read("a#2"), diff("a#2")],
    [up(square), check("a"), diff("a#2"), remove("a#1")],
  ],
  "the engine killed in a create, then refresh and up": [
    [up(a, killed("engine", "create")), checkNew("a"), create("a")],
    [refresh],
    [up(a), checkNew("a"), create("a")],
    [up(a), check("a"), diff("a#2")],
  ],
  "the engine killed in both halves of a replacement": [
    [up(a), checkNew("a"), create("a")],
    [up(square, killed("engine", "create")), check("a"), diff("a#1"), checkNew("a"), create("a")],
    [up(square, killed("engine", "delete")), check("a"), diff("a#1"), checkNew("a"), create("a"), remove("a#1")],
    [up(square), check("a"), diff("a#3"), remove("a#1")],
  ],
  "the machine gone in an update and in a destroy": [
    [up(a), checkNew("a"), create("a")],
    [up(bigger, killed("machine", "update")), check("a"), diff("a#1"), update("a#1")],
    [up(bigger), check("a"), diff("a#1"), update("a#1")],
    [{ do: "destroy", kill: killed("machine", "delete") }, remove("a#1")],
    [destroy, remove("a#1")],
  ],
  "the host killed in a create, and in both halves of a replacement": [
    [up(a, killed("host", "create")), checkNew("a"), create("a")],
    [up(a), checkNew("a"), create("a")],
    [up(square, killed("host", "create")), check("a"), diff("a#2"), checkNew("a"), create("a")],
    [up(square, killed("host", "delete")), check("a"), diff("a#2"), checkNew("a"), create("a"), remove("a#2")],
    [up(square), check("a"), diff("a#4"), remove("a#2")],
  ],
  "out of the program and back": [
    [both({ a, b: a }), checkNew("a"), create("a"), checkNew("b"), create("b")],
    [up(a), check("a"), diff("a#1"), remove("b#1")],
    [both({ a, b: a }), check("a"), diff("a#1"), checkNew("b"), create("b")],
  ],
  "drift and disappearance": [
    [both({ a: { ...a, found: 9 }, b: { ...a, found: "gone" } }), checkNew("a"), create("a"), checkNew("b"), create("b")],
    [refresh, read("a#1"), diff("a#1"), read("b#1")],
    [both({ a, b: a }), check("a"), diff("a#1"), update("a#1"), checkNew("b"), create("b")],
  ],
  "two creates, one of them killed with the machine": [
    [both({ a, b: a }, killed("machine", "create")), checkNew("a"), create("a"), checkNew("b"), create("b")],
    [both({ a, b: a }), checkNew("a"), create("a"), check("b"), diff("b#1")],
  ],
};
