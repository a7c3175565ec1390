import { uphoneServerChanges } from "../../../provider/vendors/ucloud/uphone-server-changes";
import type { Simulator } from "../../../simulator";
import { changesOnTheRealEngine } from "../support/changes";
import { uphone } from "../support/examples";

const dayMs = 24 * 3_600_000;
const ipGroup = { ipDestRegion: "hk", shareBandwidth: 10, ipProportion: 21 };

/** What stands in the simulator's state of a server; UCloud shows not all of it. */
interface Stored {
  readonly id: string;
  readonly name: string;
  readonly remark: string;
  readonly isRenewalOff?: boolean;
  readonly bandwidthId?: string;
  readonly phoneCount: number;
  readonly phones?: Readonly<Record<string, { readonly work?: { readonly imageId?: string } }>>;
}

function stored([id]: readonly string[], simulator: Simulator): Stored {
  const { servers } = simulator.ucloud.save() as { servers: readonly Stored[] };
  return servers.find((server) => server.id === id)!;
}

const bandwidth = (ids: readonly string[], simulator: Simulator): number => {
  const { bandwidths } = simulator.ucloud.save() as { bandwidths: readonly { id: string; mbps: number }[] };
  return bandwidths.find(({ id }) => id === stored(ids, simulator).bandwidthId)!.mbps;
};

describe("changes of a UPhoneServer on the real engine", () =>
  changesOnTheRealEngine({
    declare: uphone,
    table: uphoneServerChanges,
    inPlace: {
      name: { to: { name: "renamed" }, cloud: { shows: (...at) => stored(...at).name, value: "renamed" } },
      remark: {
        to: { remark: "night shift" },
        cloud: { shows: (...at) => stored(...at).remark.replace(/ \[pulumi:.*$/, ""), value: "night shift" },
      },
      imageId: {
        from: { imageUpdate: "reset" },
        to: { imageId: "image-Sim002" },
        cloud: {
          shows: (...at) => Object.values(stored(...at).phones ?? {}).filter(({ work }) => work?.imageId === "image-Sim002").length,
          value: 42,
        },
      },
      imageUpdate: { to: { imageUpdate: "reset" } },
      autoRenew: { to: { autoRenew: false }, cloud: { shows: (...at) => stored(...at).isRenewalOff, value: true } },
      paidUntil: {
        to: { paidUntil: new Date(Date.now() + 45 * dayMs).toISOString().slice(0, 10) },
        costs: ["renewal, 1 Month"],
      },
      shareBandwidth: {
        from: ipGroup,
        to: { shareBandwidth: 20 },
        costs: ["shared bandwidth, 10 to 20 Mbps"],
        cloud: { shows: bandwidth, value: 20 },
      },
      releaseEip: { to: { releaseEip: false } },
      releaseUdisk: { to: { releaseUdisk: false } },
      deletionPolicy: { to: { deletionPolicy: "retain" } },
      skipAwait: { to: { skipAwait: true } },
      warnBeforeExpiryDays: { to: { warnBeforeExpiryDays: 0 } },
      timeouts: { to: { timeouts: { update: "45m" } } },
    },
    later: {
      chargeType: { to: { chargeType: "Year" } },
      quantity: { to: { quantity: 2 } },
      couponId: { to: { couponId: "coupon-later" } },
    },
    replacing: {
      projectId: { from: { projectId: "org-sim001" }, to: { projectId: "org-sim002" } },
      cityId: { to: { cityId: "cn-shanghai" } },
      serverModelName: { to: { serverModelName: "24C60G1T4" } },
      uphoneModelName: { to: { uphoneModelName: "standard" } },
      imageId: { to: { imageId: "image-Sim002" } },
      ipDestRegion: { from: ipGroup, to: { ipDestRegion: "cn-bj2" } },
      ipProportion: { from: ipGroup, to: { ipProportion: 14 } },
      tag: { to: { tag: "night" } },
    },
  }));
