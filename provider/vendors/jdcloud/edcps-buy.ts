/** Orders of EdCPS servers. */
import { CloudPhoneError, NetworkError } from "../../http/errors";
import type { Context } from "../../kit/context";
import { createInstances } from "./client";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { purchasedIn, stateOf, toWire, unseenServer } from "./edcps-state";
import type { EdcpsInstanceOutputs } from "./edcps-state";

/** Makes one order, with a client token of its own. Returns the ids of the servers, which are paid for from here on. */
export async function buy(inputs: EdcpsInstanceInputs, ctx: Context): Promise<[string, ...string[]]> {
  const wire = toWire(inputs);
  try {
    return await createInstances(inputs.regionId, wire, [wire.password, inputs.userData, wire.userData, wire.charge.buyScenario], ctx);
  } catch (error) {
    if (!(error instanceof CloudPhoneError) || error.kind !== "transient") throw error;
    if (error instanceof NetworkError && !error.maybeSent) throw error;
    throw new CloudPhoneError(
      `${error.message} It is not known whether JD Cloud executed the order for EdcpsInstance ${inputs.name}: ` +
        "look for the server in the console before you run `pulumi up` again, or it may be bought twice.",
      { cause: error },
    );
  }
}

/** The state right after an order: servers `ids` join those there were `before`, and nothing else is known of them. */
export function withOrdered(
  inputs: EdcpsInstanceInputs,
  before: Partial<EdcpsInstanceOutputs>,
  ids: readonly string[],
  ctx: Context,
): EdcpsInstanceOutputs {
  const orderedAt = new Date(ctx.clock.now()).toISOString();
  const servers = [...(before.servers ?? []), ...ids.map(unseenServer)];
  return stateOf(inputs, servers, { isReady: false, orderedAt, purchased: purchasedIn(before) });
}

/** @throws when an order delivered another number of servers than it was made for */
export function refuseOtherNumber(inputs: EdcpsInstanceInputs, { servers }: EdcpsInstanceOutputs): void {
  if (servers.length === inputs.count) return;
  throw new CloudPhoneError(
    `EdcpsInstance ${inputs.name} has ${servers.length} servers instead of ${inputs.count}, because JD Cloud delivered another number than was ordered: ` +
      `${servers.map((server) => server.id).join(", ")}. They are kept. ` +
      `Set \`count\` to ${servers.length} to go on with them, or run \`pulumi up\` again to bring them to ${inputs.count}.`,
  );
}
