import type { Account } from "./account";
import type { BilledServer } from "./bss";
import type { Tags, WirePhone, WirePhoneDetail, WireServer } from "./cph";

/** One bought server. */
export interface CphServer {
  /** The server's id, which is its id in billing too. */
  readonly id: string;
  /** Its name as the cloud shows it, with the suffix that the cloud appends. */
  readonly name: string;
  /** `building`, `running`, `abnormal`, `frozen` (expired or in arrears), `shut down`, `shutting down`, `shutdown failed`, `starting`, or `status n`. */
  readonly state: string;
  /** The cloud's own number for the state (CPH API reference, "Querying the details of a cloud phone server"). */
  readonly status: number;
  /** Address inside its network. */
  readonly privateIp: string | undefined;
  /** Addresses on the internet; empty when there is none. */
  readonly publicIps: readonly string[];
  /** Zone it stands in, e.g. `cn-east-3a`. */
  readonly availabilityZone: string | undefined;
  /** Key pair it has now. */
  readonly keypairName: string | undefined;
  /** Number of phones on it. */
  readonly phoneCount: number | undefined;
  /** When it was created, ISO 8601. */
  readonly createdAt: string | undefined;
  /** End of the paid time, ISO 8601; `undefined` when it is paid by use, or billing may not be read. */
  readonly expiresAt: string | undefined;
  /** Bandwidths of its public addresses. */
  readonly bandWidths: readonly CphBandwidth[];
  /** Its disks. */
  readonly volumes: readonly CphVolume[];
}

export interface CphBandwidth {
  readonly id: string;
  /** Mbit/s. */
  readonly size: number | undefined;
  /** 0 by bandwidth, 1 by traffic. */
  readonly chargeMode: number | undefined;
  /** 0 dedicated, 1 shared. */
  readonly shareType: number | undefined;
}

export interface CphVolume {
  readonly id: string;
  /** GiB. */
  readonly size: number | undefined;
  readonly volumeType: string | undefined;
}

/** The network that the servers are in. */
export interface CphNetwork {
  /** `v1`: defined by the system, `v2`: the customer's VPC. */
  readonly version: string | undefined;
  readonly vpcId: string | undefined;
  readonly vpcCidr: string | undefined;
  readonly subnetId: string | undefined;
  readonly subnetCidr: string | undefined;
  /** Project of the tenant that owns a system-defined network, for peering with it. */
  readonly resourceProjectId: string | undefined;
  readonly securityGroupIds: readonly string[];
}

/** Outputs that both kinds of CPH purchases have. */
export interface CphPurchaseOutputs {
  /** The servers of this purchase, ordered by name. */
  readonly servers: readonly CphServer[];
  /** `running` when all servers run; otherwise the state of the first that does not, or `unpaid` while the order waits for its payment. */
  readonly state: string;
  /** Address of the first server: public if it has one, otherwise private. */
  readonly address: string | undefined;
  /** When the first of the servers expires, ISO 8601; `undefined` when they are paid by use, or billing may not be read. */
  readonly expiresAt: string | undefined;
  /** The order that bought the servers. */
  readonly orderId: string | undefined;
  /** The product in that order. */
  readonly productId: string | undefined;
  /** Project that the servers belong to: `projectId`, or what IAM said. */
  readonly resolvedProjectId: string;
  readonly network: CphNetwork | undefined;
}

/** The servers of one purchase as the cloud shows them at one moment. */
export interface Sighting {
  readonly account: Account;
  readonly servers: readonly SeenServer[];
  /** How many servers there are; while their order is under way, how many there will be. */
  readonly count: number;
  readonly orderId: string | undefined;
  readonly productId: string | undefined;
  readonly isUnpaid?: boolean;
}

export interface SeenServer {
  readonly wire: WireServer;
  readonly phones?: SeenPhones;
  readonly tags?: Tags;
  readonly billed?: BilledServer | undefined;
}

export interface SeenPhones {
  readonly count: number;
  readonly phones: readonly WirePhone[];
  /** Details of one of them. */
  readonly detail: WirePhoneDetail | undefined;
}

/** The outputs that follow from what the cloud shows. */
export function purchaseOutputs(seen: Sighting): CphPurchaseOutputs {
  const servers = seen.servers.map(serverFromWire).sort((a, b) => byName.compare(a.name, b.name) || byName.compare(a.id, b.id));
  const first = servers[0];
  const building = servers.length === 0 ? "building" : undefined;
  return {
    servers,
    state: seen.isUnpaid ? "unpaid" : (building ?? servers.find((server) => server.state !== "running")?.state ?? "running"),
    address: first?.publicIps[0] ?? first?.privateIp,
    expiresAt: servers.flatMap((server) => server.expiresAt ?? []).sort()[0],
    orderId: seen.orderId,
    productId: seen.productId,
    resolvedProjectId: seen.account.projectId,
    network: networkFromWire(seen.servers[0]?.wire),
  };
}

const byName = new Intl.Collator("en", { numeric: true });

function serverFromWire({ wire, phones, billed }: SeenServer): CphServer {
  return {
    id: wire.server_id,
    name: wire.server_name ?? "",
    state: stateOf(wire),
    status: wire.status,
    privateIp: filled(wire.addresses?.[0]?.server_ip),
    publicIps: (wire.addresses ?? []).flatMap((address) => filled(address.public_ip) ?? []),
    availabilityZone: filled(wire.availability_zone),
    keypairName: filled(wire.keypair_name),
    phoneCount: phones?.count,
    createdAt: isoTime(wire.create_time),
    expiresAt: isoTime(billed?.expireTime),
    bandWidths: (wire.band_widths ?? []).map((one) => ({
      id: one.band_width_id ?? "",
      size: one.band_width_size ?? undefined,
      chargeMode: one.band_width_charge_mode ?? undefined,
      shareType: one.band_width_share_type ?? undefined,
    })),
    volumes: (wire.volumes ?? []).map((one) => ({
      id: one.volume_id ?? "",
      size: one.volume_size ?? undefined,
      volumeType: one.volume_type ?? undefined,
    })),
  };
}

function networkFromWire(wire: WireServer | undefined): CphNetwork | undefined {
  if (wire?.network_version === undefined) return undefined;
  return {
    version: filled(wire.network_version),
    vpcId: filled(wire.vpc_id),
    vpcCidr: filled(wire.vpc_cidr),
    subnetId: filled(wire.subnet_id),
    subnetCidr: filled(wire.subnet_cidr),
    resourceProjectId: filled(wire.resource_project_id),
    securityGroupIds: wire.security_groups ?? [],
  };
}

/** The cloud shows what is not there as null, as an empty text, or not at all. */
export const filled = (value: string | null | undefined): string | undefined => (value === null || value === "" ? undefined : value);

/** Times come as `2026-01-02T03:04:05Z` or `2026-01-02 03:04:05`, both UTC. */
function isoTime(text: string | null | undefined): string | undefined {
  if (!text) return undefined;
  const time = new Date(/Z$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(" ", "T")}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

const words: Readonly<Record<number, string>> = {
  0: "building",
  1: "building",
  2: "abnormal",
  3: "building",
  4: "building",
  5: "running",
  6: "deleted",
  8: "frozen",
  10: "shut down",
  11: "shutting down",
  12: "shutdown failed",
  13: "starting",
};

export const stateOf = (wire: WireServer): string => words[wire.status] ?? `status ${wire.status}`;
