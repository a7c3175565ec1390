import type { Settings } from "../../kit/context";
import { find, need } from "../../kit/settings";
import type { Place } from "../../kit/settings";

export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Goes with temporary keys. */
  readonly securityToken: string | undefined;
}

const places = {
  accessKey: { config: ["huaweicloud:accessKey"], env: ["HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK"] },
  secretKey: { config: ["huaweicloud:secretKey"], env: ["HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK"] },
  securityToken: { config: ["huaweicloud:securityToken"], env: ["HW_SECURITY_TOKEN"] },
  region: { config: ["huaweicloud:region"], env: ["HW_REGION_NAME"] },
  projectId: { config: ["huaweicloud:projectId"], env: ["HW_PROJECT_ID"] },
} as const satisfies Record<string, Place>;

/** Read anew for every operation, never stored. A token in the environment belongs to the keys there, not to those of the stack. */
export function credentials(settings: Settings): Credentials {
  const isKeyOfStack = settings.config("huaweicloud:accessKey") !== undefined;
  return {
    accessKey: need(settings, "Huawei Cloud access key (AK)", places.accessKey),
    secretKey: need(settings, "Huawei Cloud secret key (SK)", places.secretKey, "--secret "),
    securityToken: find(settings, isKeyOfStack ? { ...places.securityToken, env: [] } : places.securityToken),
  };
}

/** The region for resources that name none. */
export const usualRegion = (settings: Settings): string | undefined => find(settings, places.region);

/** The project for resources that name none; without it IAM is asked. */
export const usualProjectId = (settings: Settings): string | undefined => find(settings, places.projectId);

// Regions without an IAM host of their own use the global one (Huawei Cloud SDK for Go, `services/iam`).
const regionsOnGlobalIam = new Set(["af-north-1", "ru-northwest-2"]);

export const cphEndpoint = (settings: Settings, region: string): string =>
  configured(settings, "huaweicloud:cphEndpoint") ?? `https://cph.${region}.myhuaweicloud.com`;

export const iamEndpoint = (settings: Settings, region: string): string =>
  configured(settings, "huaweicloud:iamEndpoint") ??
  (regionsOnGlobalIam.has(region) ? "https://iam.myhuaweicloud.com" : `https://iam.${region}.myhuaweicloud.com`);

/** `undefined`: find out which website the account belongs to. */
export const bssEndpoint = (settings: Settings): string | undefined => configured(settings, "huaweicloud:bssEndpoint");

function configured(settings: Settings, key: string): string | undefined {
  return find(settings, { config: [key, "huaweicloud:endpoint"], env: [] })?.replace(/\/+$/, "");
}
