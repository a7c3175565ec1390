import { phones } from "./support/examples";
import { livesOnTheRealEngine } from "./support/life";

describe("a CphPhoneServer on the real engine", () =>
  livesOnTheRealEngine("CphPhoneServer", {
    declare: phones,
    cloud: (simulator) => simulator.huaweicloud,
    inPlace: { serverName: "renamed", keypairName: "kp2", tags: { env: "prod" } },
    replacing: { phoneCountPerIp: 2 },
    drift: { fields: { keypair_name: "kp-farm" }, shown: { keypairName: "kp-farm" } },
  }));
