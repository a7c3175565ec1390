import type { Settings } from "../../../../provider/kit/context";
import {
  bssEndpoint,
  cphEndpoint,
  credentials,
  iamEndpoint,
  usualProjectId,
  usualRegion,
} from "../../../../provider/vendors/huaweicloud/credentials";

const settings = (config: Record<string, string>, env: Record<string, string> = {}): Settings => ({
  config: (key) => config[key],
  env: (name) => env[name],
});

describe("Huawei Cloud credentials", () => {
  test("the stack configuration comes before the environment", () => {
    const both = settings(
      { "huaweicloud:accessKey": "stack-ak", "huaweicloud:secretKey": "stack-sk", "huaweicloud:region": "cn-east-3" },
      { HW_ACCESS_KEY: "env-ak", HW_SECRET_KEY: "env-sk", HW_REGION_NAME: "cn-north-4", HW_PROJECT_ID: "p1" },
    );
    expect(credentials(both)).toEqual({ accessKey: "stack-ak", secretKey: "stack-sk", securityToken: undefined });
    expect(usualRegion(both)).toBe("cn-east-3");
    expect(usualProjectId(both)).toBe("p1");
  });

  test("the environment of the Terraform provider and that of the vendor's SDKs both do", () => {
    const token = { HW_SECURITY_TOKEN: "t" };
    expect(credentials(settings({}, { HW_ACCESS_KEY: "a", HW_SECRET_KEY: "s", ...token }))).toEqual({
      accessKey: "a",
      secretKey: "s",
      securityToken: "t",
    });
    expect(credentials(settings({}, { HUAWEICLOUD_SDK_AK: "a", HUAWEICLOUD_SDK_SK: "s" }))).toMatchObject({
      accessKey: "a",
      secretKey: "s",
    });
  });

  test("a token of the environment is not mixed with keys of the stack", () => {
    const mixed = settings({ "huaweicloud:accessKey": "a", "huaweicloud:secretKey": "s" }, { HW_SECURITY_TOKEN: "t" });
    expect(credentials(mixed).securityToken).toBeUndefined();
  });

  test("missing keys are told in one sentence that names every place", () => {
    expect(() => credentials(settings({}))).toThrow(
      "No Huawei Cloud access key (AK) found: looked at stack configuration huaweicloud:accessKey, environment variable HW_ACCESS_KEY, environment variable HUAWEICLOUD_SDK_AK; set it with `pulumi config set huaweicloud:accessKey <value>`.",
    );
    expect(() => credentials(settings({ "huaweicloud:accessKey": "a" }))).toThrow(
      "No Huawei Cloud secret key (SK) found: looked at stack configuration huaweicloud:secretKey, environment variable HW_SECRET_KEY, environment variable HUAWEICLOUD_SDK_SK; set it with `pulumi config set --secret huaweicloud:secretKey <value>`.",
    );
  });

  test("hosts follow from the region, unless they are configured", () => {
    expect(cphEndpoint(settings({}), "cn-east-3")).toBe("https://cph.cn-east-3.myhuaweicloud.com");
    expect(iamEndpoint(settings({}), "cn-east-3")).toBe("https://iam.cn-east-3.myhuaweicloud.com");
    expect(iamEndpoint(settings({}), "af-north-1")).toBe("https://iam.myhuaweicloud.com");
    expect(bssEndpoint(settings({}))).toBeUndefined();
    const one = settings({ "huaweicloud:endpoint": "http://127.0.0.1:1/", "huaweicloud:bssEndpoint": "http://127.0.0.1:2" });
    expect([cphEndpoint(one, "r"), iamEndpoint(one, "r"), bssEndpoint(one)]).toEqual([
      "http://127.0.0.1:1",
      "http://127.0.0.1:1",
      "http://127.0.0.1:2",
    ]);
  });
});
