/** Providers that histories are played with. */
import { newFront } from "../provider/front";
import type { Host } from "../provider/front";
import { cphBmsServer } from "../provider/vendors/huaweicloud/cph-bms-server";
import { cphPhoneServer } from "../provider/vendors/huaweicloud/cph-phone-server";
import { edcpsInstance } from "../provider/vendors/jdcloud/edcps-instance";
import { uphoneServer } from "../provider/vendors/ucloud/uphone-server";
import type { Provider } from "./engine";
import type { Kind } from "./programs";

/** Starts the provider in a new host process, with this stack configuration. */
export type Subject = (host: Host, settings: Readonly<Record<string, string>>) => (kind: Kind) => Provider;

export const cloudphone: Subject = (host, settings) => {
  const front = newFront(host);
  const providers = {
    UPhoneServer: front(uphoneServer),
    CphPhoneServer: front(cphPhoneServer),
    CphBmsServer: front(cphBmsServer),
    EdcpsInstance: front(edcpsInstance),
  };
  for (const provider of Object.values(providers)) {
    void provider.configure?.({ config: { get: (key) => settings[key], require: (key) => settings[key] ?? "" } });
  }
  return (kind) => providers[kind] as Provider;
};
