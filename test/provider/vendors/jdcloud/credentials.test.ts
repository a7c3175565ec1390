import { credentialsFrom, endpointFrom, regionFrom } from "../../../../provider/vendors/jdcloud/credentials";
import type { Settings } from "../../../../provider/kit/context";

const settings = (config: Record<string, string>, env: Record<string, string> = {}): Settings => ({
  config: (key) => config[key],
  env: (name) => env[name],
});

const inEnv = { JDCLOUD_ACCESS_KEY: "env-access", JDCLOUD_SECRET_KEY: "env-secret", JDCLOUD_REGION: "cn-env" };

describe("JD Cloud settings", () => {
  test("come from stack configuration first", () => {
    const both = settings({ "jdcloud:accessKey": "a", "jdcloud:secretKey": "s", "jdcloud:region": "r" }, inEnv);
    expect(credentialsFrom(both)).toEqual({ accessKey: "a", secretKey: "s" });
    expect(regionFrom(both)).toBe("r");
  });

  test("come from the environment otherwise", () => {
    expect(credentialsFrom(settings({}, inEnv))).toEqual({ accessKey: "env-access", secretKey: "env-secret" });
    expect(regionFrom(settings({}, inEnv))).toBe("cn-env");
  });

  test("that are missing are named with every place looked at, in one sentence", () => {
    expect(() => credentialsFrom(settings({ "jdcloud:accessKey": "a" }))).toThrow(
      "No JD Cloud secret key found: looked at stack configuration jdcloud:secretKey, environment variable JDCLOUD_SECRET_KEY; " +
        "set it with `pulumi config set --secret jdcloud:secretKey <value>`.",
    );
    expect(() => credentialsFrom(settings({}))).toThrow(/^No JD Cloud access key found: .*jdcloud:accessKey.*JDCLOUD_ACCESS_KEY/);
  });

  test("send each service to its own host, or all of them to the endpoint that is set", () => {
    expect(endpointFrom(settings({}), "edcps")).toBe("https://edcps.jdcloud-api.com");
    expect(endpointFrom(settings({}), "resourcetag")).toBe("https://resourcetag.jdcloud-api.com");
    expect(endpointFrom(settings({}), "renewal")).toBe("https://renewal.jdcloud-api.com");
    expect(endpointFrom(settings({ "jdcloud:endpoint": "http://127.0.0.1:9/" }), "renewal")).toBe("http://127.0.0.1:9");
  });
});
