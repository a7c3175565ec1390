import { notAvailable, tooLarge } from "./errors";
import type { Scope, Store } from "./store";
import { int, oneOf, readParameters } from "./wire";
import type { Flat, Parameter, Values } from "./wire";

/** One operation: reads its parameters, then answers with the members of the reply beside the envelope. */
export type Operation = (flat: Flat, store: Store, scope: Scope) => Record<string, unknown>;

// Region and Zone belong to no UPhone operation, but official clients add the configured ones to every call.
const everywhere = ["Action", "PublicKey", "Signature", "SecurityToken", "ProjectId", "Region", "Zone"];

export function operation<S extends Readonly<Record<string, Parameter<unknown>>>>(
  parameters: S,
  run: (values: Values<S>, store: Store, scope: Scope) => Record<string, unknown>,
): Operation {
  return (flat, store, scope) => run(readParameters(parameters, everywhere, flat), store, scope);
}

export const productType = oneOf("uphone-server", "uphone");

export const paging = { Offset: int, Limit: int };

/** One page of a list. UCloud's default is 20 and its maximum 100, unless said otherwise. */
export function page<T>(
  all: readonly T[],
  { Offset = 0, Limit }: { Offset: number | undefined; Limit: number | undefined },
  usual = 20,
  most = 100,
): readonly T[] {
  if (Offset < 0) throw notAvailable("Offset");
  if (Limit !== undefined && Limit < 1) throw notAvailable("Limit");
  if (Limit !== undefined && Limit > most) throw tooLarge("Limit");
  return all.slice(Offset, Offset + (Limit ?? usual));
}
