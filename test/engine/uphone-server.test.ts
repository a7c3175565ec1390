import { uphone } from "./support/examples";
import { livesOnTheRealEngine } from "./support/life";

describe("a UPhoneServer on the real engine", () =>
  livesOnTheRealEngine("UPhoneServer", {
    declare: uphone,
    cloud: (simulator) => simulator.ucloud,
    inPlace: { name: "renamed", remark: "night shift" },
    replacing: { imageId: "image-Sim002" },
    drift: { fields: { Remark: "changed by hand" }, shown: { remark: "changed by hand" } },
  }));
