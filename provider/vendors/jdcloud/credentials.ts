import type { Settings } from "../../kit/context";
import { find, need } from "../../kit/settings";

export interface JdCredentials {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** The services that an EdCPS server touches: each has its own host and its own name in the signature. */
export type JdService = "edcps" | "resourcetag" | "renewal";

const accessKeyPlace = { config: ["jdcloud:accessKey"], env: ["JDCLOUD_ACCESS_KEY"] };
const secretKeyPlace = { config: ["jdcloud:secretKey"], env: ["JDCLOUD_SECRET_KEY"] };
const regionPlace = { config: ["jdcloud:region"], env: ["JDCLOUD_REGION"] };
const endpointPlace = { config: ["jdcloud:endpoint"], env: [] };

/** Read at the moment of the call, kept nowhere. */
export const credentialsFrom = (settings: Settings): JdCredentials => ({
  accessKey: need(settings, "JD Cloud access key", accessKeyPlace),
  secretKey: need(settings, "JD Cloud secret key", secretKeyPlace, "--secret "),
});

/** The region for resources that name none; `undefined` when it stands nowhere. */
export const regionFrom = (settings: Settings): string | undefined => find(settings, regionPlace);

/** Where a service answers, without a slash at the end. `jdcloud:endpoint` holds for all of them. */
export function endpointFrom(settings: Settings, service: JdService): string {
  return (find(settings, endpointPlace) ?? `https://${service}.jdcloud-api.com`).replace(/\/+$/, "");
}
