import type * as pulumi from "@pulumi/pulumi";

/** What a program may write for a value of type `T`: the value, or an output of another resource, at any depth. */
export type Args<T> = { [K in keyof T]: DeepInput<T[K]> };
type DeepInput<T> = pulumi.Input<T extends readonly (infer E)[] ? DeepInput<E>[] : T extends object ? Args<T> : T>;

/** What a resource shows for state of type `T`. Optional values are `undefined` when the cloud or the program says nothing. */
export type Outputs<T> = { readonly [K in keyof T]-?: pulumi.Output<T[K]> };

/** One `undefined` for every output, so that each exists on the resource before the engine has answered. */
export type Unset<T> = { readonly [K in keyof Required<T>]: undefined };
