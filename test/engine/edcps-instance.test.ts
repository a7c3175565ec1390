import { edge } from "./support/examples";
import { livesOnTheRealEngine } from "./support/life";

describe("a EdcpsInstance on the real engine", () =>
  livesOnTheRealEngine("EdcpsInstance", {
    declare: edge,
    cloud: (simulator) => simulator.jdcloud,
    inPlace: { name: "renamed", description: "night shift" },
    replacing: { osTypeId: "ostype-0002" },
    drift: { fields: { description: "changed by hand" }, shown: { description: "changed by hand" } },
  }));
