import { bare } from "./support/examples";
import { livesOnTheRealEngine } from "./support/life";

describe("a CphBmsServer on the real engine", () =>
  livesOnTheRealEngine("CphBmsServer", {
    declare: bare,
    cloud: (simulator) => simulator.huaweicloud,
    inPlace: { serverName: "renamed", tags: { env: "prod" } },
    replacing: { availabilityZone: "cn-east-3b" },
    drift: { fields: { server_name: "by-hand" }, shown: { serverName: "by-hand" } },
  }));
