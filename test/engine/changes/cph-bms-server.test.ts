import { cphBmsServerChanges } from "../../../provider/vendors/huaweicloud/cph-bms-changes";
import type { Simulator } from "../../../simulator";
import { changesOnTheRealEngine } from "../support/changes";
import { bare } from "../support/examples";

const terms = { chargingMode: 0, periodType: 2, periodNum: 1, isAutoPay: true };

/** What stands in the simulator's state of a server. */
interface Stored {
  readonly name: string;
  readonly nextKeypair?: { readonly name: string };
  readonly isAutoRenewed: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

function stored([id = ""]: readonly string[], simulator: Simulator): Stored {
  const { servers } = simulator.huaweicloud.save() as { servers: Readonly<Record<string, Stored>> };
  return servers[id]!;
}

describe("changes of a CphBmsServer on the real engine", () =>
  changesOnTheRealEngine({
    declare: bare,
    table: cphBmsServerChanges,
    inPlace: {
      serverName: { to: { serverName: "renamed" }, cloud: { shows: (...at) => stored(...at).name, value: "renamed" } },
      count: { to: { count: 2 }, costs: ["CPH physical.rx2.32xlarge.4 × 1, 1 month(s)"], cloud: { shows: (ids) => ids.length, value: 2 } },
      keypairName: { to: { keypairName: "kp2" }, cloud: { shows: (...at) => stored(...at).nextKeypair?.name, value: "kp2" } },
      tags: { to: { tags: { env: "prod" } }, cloud: { shows: (...at) => stored(...at).tags["env"], value: "prod" } },
      keypairUpdate: { to: { keypairUpdate: "replace" } },
      "orderParam.isAutoRenew": {
        to: { orderParam: { ...terms, isAutoRenew: true } },
        cloud: { shows: (...at) => stored(...at).isAutoRenewed, value: true },
      },
      deletionPolicy: { to: { deletionPolicy: "stopRenewal" } },
      skipAwait: { to: { skipAwait: true } },
      warnBeforeExpiryDays: { to: { warnBeforeExpiryDays: 0 } },
      timeouts: { to: { timeouts: { update: "2h" } } },
    },
    later: {
      "orderParam.periodType": { to: { orderParam: { ...terms, periodType: 3 } } },
      "orderParam.periodNum": { to: { orderParam: { ...terms, periodNum: 2 } } },
      "orderParam.isAutoPay": { to: { orderParam: { ...terms, isAutoPay: false } } },
    },
    replacing: {
      region: { to: { region: "cn-north-4" } },
      projectId: { to: { projectId: "b0000000000000000000000000000011" } },
      serverModelName: { to: { serverModelName: "physical.rx1.xlarge" } },
      nics: { to: { nics: [{ subnetId: "99462cb1-511c-4b3e-8f09-c80565304843" }] } },
      publicIp: { to: { publicIp: { count: 0, bandWidth: { bandWidthShareType: 0, bandWidthSize: 100, bandWidthChargeMode: 0 } } } },
      keypairName: { from: { keypairUpdate: "replace" }, to: { keypairName: "kp2" } },
      availabilityZone: { from: { availabilityZone: "cn-east-3a" }, to: { availabilityZone: "cn-east-3b" } },
      dataVolume: { to: { dataVolume: { volumeType: "SSD", size: 100 } } },
      enterpriseProjectId: { to: { enterpriseProjectId: "ep-2" } },
      imageId: { to: { imageId: "another" } },
    },
    fixed: { "orderParam.chargingMode": "bare servers are prepaid" },
  }));
