import type { Settings } from "../../../../provider/kit/context";
import { credentials, usualProject } from "../../../../provider/vendors/ucloud/credentials";

const settings = (config: Record<string, string>, env: Record<string, string> = {}): Settings => ({
  config: (key) => config[key],
  env: (name) => env[name],
});

const inConfig = {
  "ucloud:publicKey": "config-public",
  "ucloud:privateKey": "config-private",
  "ucloud:securityToken": "config-token",
  "ucloud:projectId": "org-config",
  "ucloud:endpoint": "https://config.example",
};
const inEnv = {
  UCLOUD_PUBLIC_KEY: "env-public",
  UCLOUD_PRIVATE_KEY: "env-private",
  UCLOUD_SECURITY_TOKEN: "env-token",
  UCLOUD_PROJECT_ID: "org-env",
  UCLOUD_API_BASE_URL: "https://env.example",
};

describe("UCloud credentials", () => {
  test("stack configuration comes before the environment", () => {
    expect(credentials(settings(inConfig, inEnv))).toEqual({
      publicKey: "config-public",
      privateKey: "config-private",
      securityToken: "config-token",
      endpoint: "https://config.example",
    });
    expect(usualProject(settings(inConfig, inEnv))).toBe("org-config");
  });

  test("a token in the environment is not used with keys of the stack, which it does not belong to", () => {
    const keysOnly = { "ucloud:publicKey": "config-public", "ucloud:privateKey": "config-private" };
    expect(credentials(settings(keysOnly, inEnv)).securityToken).toBeUndefined();
  });

  test("the environment serves where stack configuration is silent", () => {
    expect(credentials(settings({}, inEnv))).toEqual({
      publicKey: "env-public",
      privateKey: "env-private",
      securityToken: "env-token",
      endpoint: "https://env.example",
    });
    expect(usualProject(settings({}, inEnv))).toBe("org-env");
  });

  test("requests go to UCloud's public endpoint, without token and project, when nothing else is said", () => {
    const keys = settings({ "ucloud:publicKey": "a", "ucloud:privateKey": "b" });
    expect(credentials(keys)).toEqual({ publicKey: "a", privateKey: "b", securityToken: undefined, endpoint: "https://api.ucloud.cn" });
    expect(usualProject(keys)).toBeUndefined();
  });

  test.each([
    ["public key", { "ucloud:privateKey": "b-secret" }, "ucloud:publicKey", "UCLOUD_PUBLIC_KEY"],
    ["private key", { "ucloud:publicKey": "a-secret" }, "ucloud:privateKey", "UCLOUD_PRIVATE_KEY"],
  ])("a missing %s is told in one sentence that names every place", (what, config, key, variable) => {
    const message = messageOf(() => credentials(settings(config)));
    expect(message).toMatch(new RegExp(`^No UCloud ${what} found: .*${key}.*${variable}.*pulumi config set .*${key}.*\\.$`));
    expect(message).not.toContain("secret>");
    expect(message).not.toMatch(/[ab]-secret/);
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("did not fail");
}
