import { isShown } from "../mishaps";
import { hasElasticIp } from "./alias-ips";
import { notFound } from "./errors";
import { SEEDED_AT, addressesOf, bandwidthPackages, keypairs, owned, subnets, vpcs } from "./networks";
import type { Subnet } from "./networks";
import { operation } from "./operation";
import { fields, optional, text } from "./parameters";
import { takenIn } from "./offer";
import { agrees, filtersOn, matches, pageOf, paging } from "./query";
import { ownedBy } from "./store";
import type { AliasIp, Caller, Store } from "./store";

const inRegion = "/v1/regions/{regionId}";

/** Reads of what an account has besides servers and elastic IPs. */
export const networkOperations = [
  operation("describeVpcs", `GET ${inRegion}/vpcs`, {
    query: fields({ ...paging, name: optional(text), filters: filtersOn("vpcId") }),
    handle({ caller, query: { filters, name, ...page } }) {
      const found = owned(vpcs, caller).filter((vpc) => vpc.name.includes(name ?? "") && matches(filters, vpc));
      return pageOf("vpcs", found, page, viewVpc);
    },
  }),
  operation("describeVpc", `GET ${inRegion}/vpcs/{vpcId}`, {
    handle: ({ caller, id }) => ({ vpc: viewVpc(pick("Vpc", id, owned(vpcs, caller), (one) => one.vpcId)) }),
  }),
  operation("describeSubnets", `GET ${inRegion}/subnets`, {
    query: fields({ ...paging, az: optional(text), name: optional(text), vpcId: optional(text), filters: filtersOn("subnetId") }),
    handle({ store, caller, query: { filters, name, az, vpcId, ...page } }) {
      const found = owned(subnets, caller)
        .filter((subnet) => subnet.name.includes(name ?? "") && agrees({ az, vpcId }, subnet))
        .filter((subnet) => matches(filters, subnet));
      return pageOf("subnets", found, page, (subnet) => viewSubnet(store, caller, subnet));
    },
  }),
  operation("describeSubnet", `GET ${inRegion}/subnets/{subnetId}`, {
    handle({ store, caller, id }) {
      const subnet = pick("Subnet", id, owned(subnets, caller), (one) => one.subnetId);
      return { subnet: viewSubnet(store, caller, subnet) };
    },
  }),
  operation("describeKeypairs", `GET ${inRegion}/keypairs`, {
    query: fields({ ...paging, name: optional(text), filters: filtersOn("keypairId") }),
    handle({ caller, query: { filters, name, ...page } }) {
      const found = owned(keypairs, caller).filter((pair) => pair.name.includes(name ?? "") && matches(filters, pair));
      return pageOf("keypairs", found, page, viewKeypair);
    },
  }),
  operation("describeKeypair", `GET ${inRegion}/keypairs/{keypairId}`, {
    handle({ caller, id }) {
      return { keypair: viewKeypair(pick("Keypair", id, owned(keypairs, caller), (one) => one.keypairId)) };
    },
  }),
  operation("describeBandwidthPackages", `GET ${inRegion}/bandwidthPackages`, {
    query: fields({ ...paging, name: optional(text), filters: filtersOn("bandwidthPackageId") }),
    handle({ caller, query: { filters, name, ...page } }) {
      const mine = owned(bandwidthPackages, caller);
      const found = mine.filter((one) => one.name.includes(name ?? "") && matches(filters, one));
      return pageOf("bandwidthPackages", found, page, viewPackage);
    },
  }),
  operation("describeBandwidthPackage", `GET ${inRegion}/bandwidthPackages/{bandwidthPackageId}`, {
    handle({ caller, id }) {
      const mine = owned(bandwidthPackages, caller);
      return { bandwidthPackage: viewPackage(pick("BandwidthPackage", id, mine, (one) => one.bandwidthPackageId)) };
    },
  }),
  operation("describeAliasIps", `GET ${inRegion}/aliasIps`, {
    query: fields({
      ...paging,
      subnetId: optional(text),
      instanceId: optional(text),
      cidr: optional(text),
      filters: filtersOn("aliasIpId"),
    }),
    handle({ store, caller, query: { filters, cidr, subnetId, instanceId, ...page } }) {
      const now = store.world.clock.now();
      const found = ownedBy(store.state.aliasIps, caller)
        .filter((alias) => isShown(alias, now) && alias.cidr.includes(cidr ?? "") && agrees({ subnetId, instanceId }, alias))
        .filter((alias) => matches(filters, alias));
      return pageOf("aliasIps", found, page, (alias) => viewAlias(store, alias));
    },
  }),
];

function pick<T>(kind: string, id: string, all: readonly T[], idOf: (one: T) => string): T {
  const found = all.find((one) => idOf(one) === id);
  if (found === undefined) throw notFound(kind, id);
  return found;
}

const viewVpc = ({ region, vpcId, name, cidr }: (typeof vpcs)[number]): Record<string, unknown> => ({
  ...{ region, vpcId, name, cidr },
  description: "",
  createTime: SEEDED_AT,
});

function viewSubnet(store: Store, caller: Caller, subnet: Subnet): Record<string, unknown> {
  const { region, az, subnetId, name, cidr, vpcId } = subnet;
  const totalIpCount = addressesOf(subnet).count;
  return {
    ...{ region, az, subnetId, name, cidr, vpcId },
    vpcName: vpcs.find((one) => one.vpcId === vpcId)?.name,
    availableIpCount: totalIpCount - takenIn(store, caller, subnetId).size,
    totalIpCount,
    networkType: "vpc",
    description: "",
    createTime: SEEDED_AT,
  };
}

const viewKeypair = ({ region, keypairId, name, fingerPrint }: (typeof keypairs)[number]): Record<string, unknown> => ({
  ...{ region, keypairId, name, fingerPrint },
  publicKey: `ssh-rsa ${keypairId} ${name}`,
  createTime: SEEDED_AT,
  updateTime: SEEDED_AT,
});

function viewAlias(store: Store, alias: AliasIp): Record<string, unknown> {
  const { region, az, instanceId, subnetId, secondaryCidrId, aliasIpId, cidr } = alias;
  return { region, az, instanceId, subnetId, secondaryCidrId, aliasIpId, cidr, isBondEip: hasElasticIp(store, alias) };
}

const viewPackage = (shared: (typeof bandwidthPackages)[number]): Record<string, unknown> => ({
  region: shared.region,
  az: shared.az,
  bandwidthPackageId: shared.bandwidthPackageId,
  name: shared.name,
  bandwidth: shared.bandwidth,
  extraUplinkBandwidth: shared.extraUplinkBandwidth,
  lineType: shared.lineType,
  createTime: SEEDED_AT,
  charge: {
    chargeMode: "postpaid_by_duration",
    chargeStatus: "normal",
    chargeStartTime: SEEDED_AT,
    chargeExpiredTime: "",
    chargeRetireTime: "",
  },
});
