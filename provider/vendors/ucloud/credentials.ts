import type { Settings } from "../../kit/context";
import { find, need } from "../../kit/settings";
import type { Place } from "../../kit/settings";

/** What signs the requests of one account, and where they go. Read anew for every operation; never stored, never shown. */
export interface Credentials {
  readonly publicKey: string;
  readonly privateKey: string;
  /** Only with temporary credentials. */
  readonly securityToken: string | undefined;
  readonly endpoint: string;
}

const publicEndpoint = "https://api.ucloud.cn";

const places = {
  publicKey: { config: ["ucloud:publicKey"], env: ["UCLOUD_PUBLIC_KEY"] },
  privateKey: { config: ["ucloud:privateKey"], env: ["UCLOUD_PRIVATE_KEY"] },
  securityToken: { config: ["ucloud:securityToken"], env: ["UCLOUD_SECURITY_TOKEN"] },
  projectId: { config: ["ucloud:projectId"], env: ["UCLOUD_PROJECT_ID"] },
  endpoint: { config: ["ucloud:endpoint"], env: ["UCLOUD_API_BASE_URL"] },
} satisfies Record<string, Place>;

/**
 * A token in the environment belongs to the keys there, not to those of the stack.
 * @throws SettingError: names every place where a missing key was looked for.
 */
export function credentials(settings: Settings): Credentials {
  const isKeyOfStack = settings.config("ucloud:publicKey") !== undefined;
  return {
    publicKey: need(settings, "UCloud public key", places.publicKey),
    privateKey: need(settings, "UCloud private key", places.privateKey, "--secret "),
    securityToken: find(settings, isKeyOfStack ? { ...places.securityToken, env: [] } : places.securityToken),
    endpoint: find(settings, places.endpoint) ?? publicEndpoint,
  };
}

/** The project that resources belong to when they name none; `undefined`: the account's default project. */
export const usualProject = (settings: Settings): string | undefined => find(settings, places.projectId);
