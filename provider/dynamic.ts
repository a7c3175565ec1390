/**
 * The front for Pulumi's dynamic host: one export per resource.
 * The text `require("pulumi-cloudphone/dynamic").<export>` is kept in users' state for years: never move this path, never rename an export.
 */
import "./node-version";
import type * as pulumi from "@pulumi/pulumi";
import { engineGone } from "./engine-gone";
import { fileJournal, journalFolder } from "./file-journal";
import { newFront } from "./front";
import { newTransport } from "./http/transport";
import type { Transport } from "./http/transport";
import type { Handler } from "./kit/handler";
import type { PurchaseState } from "./kit/purchase";
import { systemClock } from "./system-clock";
import { cphBmsServer } from "./vendors/huaweicloud/cph-bms-server";
import { cphPhoneServer } from "./vendors/huaweicloud/cph-phone-server";
import { edcpsInstance } from "./vendors/jdcloud/edcps-instance";
import { uphoneServer } from "./vendors/ucloud/uphone-server";

const transports = new Map<string, Transport>();

const front = newFront({
  clock: systemClock,
  random: Math.random,
  signal: engineGone(),
  log: (line) => process.stdout.write(`${line}\n`),
  env: (name) => process.env[name],
  transport(cloud) {
    const known = transports.get(cloud) ?? newTransport();
    transports.set(cloud, known);
    return known;
  },
  journal: (settings) => fileJournal(journalFolder(settings)),
});

/** The host asks for the provider of each resource anew, and gets the same one. */
function shared<I extends object, O extends I & PurchaseState>(handler: Handler<I, O>): () => pulumi.dynamic.ResourceProvider {
  const provider = front(handler);
  return () => provider;
}

export const UPhoneServer = shared(uphoneServer);
export const CphPhoneServer = shared(cphPhoneServer);
export const CphBmsServer = shared(cphBmsServer);
export const EdcpsInstance = shared(edcpsInstance);
