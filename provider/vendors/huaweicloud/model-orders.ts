/** Orders for other models in the journal: the process may end before the state has them, and billing may show them late. */
import { markerText } from "../../kit/marker";
import type { Account } from "./account";
import { identityOf, placeText } from "./inventory";
import type { CphChange } from "./server-outputs";

/** A name of its own: under the resource's marker stands its purchase. */
const journalKey = (serverId: string): string => `${serverId}-model`;

/** Puts an order into the journal: before it is sent, and once more when it has an id. */
export function noteModelOrder(account: Account, { serverId, orderId, sentAt, wanted }: CphChange, generation: number): Promise<void> {
  const { ctx } = account;
  return ctx.journal.write(journalKey(serverId), {
    what: `Another model of CPH server ${serverId}`,
    marker: markerText({ resource: ctx.marker, generation }),
    place: placeText(account),
    identity: identityOf(account),
    want: 1,
    sentAt: sentAt === undefined ? ctx.clock.now() : Date.parse(sentAt),
    state: orderId === undefined ? "sent" : "accepted",
    serverIds: [serverId],
    orderId,
    model: wanted,
  });
}

/** Orders of earlier runs for these servers, whose end none of them has seen. */
export async function notedModelOrders({ ctx }: Account, serverIds: readonly string[]): Promise<CphChange[]> {
  const changes = serverIds.map(async (serverId): Promise<CphChange[]> => {
    const intent = await ctx.journal.read(journalKey(serverId));
    if (intent === undefined) return [];
    const { orderId, sentAt, model: wanted } = intent;
    return [{ serverId, orderId, sentAt: new Date(sentAt).toISOString(), wanted, isNoted: true }];
  });
  return (await Promise.all(changes)).flat();
}

/** The journal need not know them any more: they are over, or their servers are gone or let go of. */
export async function forgetModelOrders({ ctx }: Pick<Account, "ctx">, serverIds: readonly string[]): Promise<void> {
  await Promise.all(serverIds.map((serverId) => ctx.journal.clear(journalKey(serverId))));
}
