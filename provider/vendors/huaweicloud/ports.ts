import { waitFor } from "../../kit/wait";
import type { CphPhoneServerInputs } from "./cph-phone-inputs";
import { portToWire } from "./cph-phone-wire";
import type { PhoneRun } from "./cph-phone-work";
import type { WireServer } from "./cph";
import { addPorts, listPorts, removePorts } from "./cph-work";
import type { Batch, WirePort } from "./cph-work";
import { advised, replaceInstead } from "./errors";
import { seeThrough } from "./phone-work";

type Ports = NonNullable<CphPhoneServerInputs["ports"]>;

/** First, everywhere, those go that are not wanted or are otherwise; then the others come: no port can be there twice. */
export async function givePorts(run: PhoneRun, wires: readonly WireServer[], last: Ports, wanted: Ports): Promise<void> {
  const { account } = run;
  const news = wanted.map(portToWire);
  const changed = new Set<string>();
  /** Ports may be under way from an earlier run: then the cloud takes no others yet, and they are looked at again. */
  const onAll = async (doing: string, send: (serverId: string, seen: readonly WirePort[]) => Promise<Batch> | undefined): Promise<void> => {
    for (const { server_id: serverId } of wires) {
      const what = `${doing} on the phones of CPH server ${serverId}`;
      await waitFor(what, { firstMs: 0, everyMs: 10_000 }, account.ctx, async () => {
        const sent = send(serverId, await advised(listPorts(account, serverId), replaceInstead("portsUpdate")));
        if (sent === undefined) return true;
        const { waiting } = await seeThrough(account, what, await advised(sent, replaceInstead("portsUpdate")));
        changed.add(serverId);
        return waiting.length === 0 || undefined;
      });
    }
  };
  await onAll("application ports to be taken away", (serverId, seen) => {
    const names = seen.filter((one) => !news.some((other) => same(one, other))).map((one) => one.name);
    return names.length === 0 ? undefined : removePorts(account, serverId, names);
  });
  const isWanted = (one: Ports[number]): boolean => news.some((other) => same(portToWire(one), other));
  run.outs = { ...run.outs, ports: last.filter(isWanted) };
  await onAll("application ports to be added", (serverId, seen) => {
    const missing = news.filter((one) => !seen.some((other) => same(one, other)));
    return missing.length === 0 ? undefined : addPorts(account, serverId, missing);
  });
  run.outs = { ...run.outs, ports: wanted };
  if (changed.size > 0) account.ctx.log(`${run.what}: application ports changed`);
}

const same = (a: WirePort, b: WirePort): boolean =>
  a.name === b.name && a.listen_port === b.listen_port && isOn(a.internet_accessible) === isOn(b.internet_accessible);

const isOn = (text: string): boolean => text.toLowerCase() === "true";
