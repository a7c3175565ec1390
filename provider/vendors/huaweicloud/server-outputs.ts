import { markerInName, markerText } from "../../kit/marker";
import type { PurchaseState } from "../../kit/purchase";
import type { Account } from "./account";
import type { BilledServer } from "./bss";
import type { Tags, WirePhone, WirePhoneDetail, WireServer } from "./cph";
import { identityOf, ownResources } from "./inventory";
import type { Mark } from "./inventory";

/** One bought server. */
export interface CphServer {
  /** The server's id, which is its id in billing too. */
  readonly id: string;
  /** Its name as the cloud shows it, with the suffix that the cloud appends, without the marker of a purchase; empty until the cloud shows the server. */
  readonly name: string;
  /**
   * `building`, `running`, `abnormal`, `frozen` (expired or in arrears), `shut down`, `shutting down`, `shutdown failed`, `starting`, or
   * `status n` with the cloud's own number. (CPH API reference, "Querying the details of a cloud phone server")
   */
  readonly state: string;
  /** Address inside its network; `undefined` while it is being built. */
  readonly privateIp: string | undefined;
  /** Addresses on the internet; empty when there is none. */
  readonly publicIps: readonly string[];
  /** Zone it stands in, e.g. `cn-east-3a`. */
  readonly availabilityZone: string | undefined;
  /** Number of phones on it; `undefined` for a bare server, and until it is built. */
  readonly phoneCount: number | undefined;
  /** When it was created, ISO 8601. */
  readonly createdAt: string | undefined;
  /** End of the paid time, ISO 8601; `undefined` when it is paid by use, or billing may not be read. */
  readonly expiresAt: string | undefined;
}

/** The network that the servers are in, as far as the program does not say it itself. */
export interface CphNetwork {
  /** Id of the VPC, unless `tenantVpcId` names it. */
  readonly vpcId: string | undefined;
  /** Address range of a system-defined VPC. */
  readonly vpcCidr: string | undefined;
  /** Id of a system-defined subnet. */
  readonly subnetId: string | undefined;
  /** Address range of a system-defined subnet. */
  readonly subnetCidr: string | undefined;
  /** Project of the tenant that owns a system-defined network, for peering with it. */
  readonly resourceProjectId: string | undefined;
  /** Ids of the security groups in a VPC of yours; a system-defined network has none. */
  readonly securityGroupIds: readonly string[] | undefined;
}

/** A change of one server that was begun, in an update that was not seen to its end. */
export interface CphChange {
  /** Id of the server. */
  readonly serverId: string;
  /** The order for another model of the server. */
  readonly orderId?: string | undefined;
  /** When that was ordered, ISO 8601. As long as no answer says the order, the next one waits until this one would show in billing. */
  readonly sentAt?: string | undefined;
  /** The state got it from the journal of a run that died. Another machine may have seen it through since, and gone on to a further model. */
  readonly isNoted?: true | undefined;
  /** The job that gives it another machine. */
  readonly jobId?: string | undefined;
  /** The other model, or a fingerprint of what that machine is to have. */
  readonly wanted?: string | undefined;
  /** This server has it: the update goes on with the others. */
  readonly isDone?: true | undefined;
}

/** What becomes of servers after their purchase. */
interface CphLife {
  /** The orders by which servers were given back as `count` shrank, with what they refund; `undefined` when there were none. */
  readonly refundOrderIds: readonly string[] | undefined;
  /** Changes that an update began without being seen to its end: the next `pulumi up` waits for them instead of doing them again. `undefined`: none. */
  readonly changesUnderWay: readonly CphChange[] | undefined;
  /** Inputs in which the servers, or phones of one, differ from each other, by a change that was interrupted or by somebody's hand. `undefined`: none. */
  readonly uneven: readonly string[] | undefined;
}

/** Outputs that both kinds of CPH purchases have. */
export interface CphPurchaseOutputs extends PurchaseState, CphLife {
  /** The servers of this purchase: the resource's own one first, those bought last at the end. */
  readonly servers: readonly CphServer[];
  /** `running` when all servers run; otherwise the state of the first that does not, or `unpaid` while the order waits for its payment. */
  readonly state: string;
  /** Address of the first server: public if it has one, otherwise private. */
  readonly address: string | undefined;
  /** When the first of the servers expires, ISO 8601; `undefined` when they are paid by use, or billing may not be read. */
  readonly expiresAt: string | undefined;
  /** The order that bought the servers; after `count` grew, the order that bought the last of them. */
  readonly orderId: string | undefined;
  /** The product in that order. */
  readonly productId: string | undefined;
  /** Project that the servers belong to: `projectId`, or what IAM said. */
  readonly resolvedProjectId: string;
  /** What the cloud chose about the network; `undefined` until it shows a server. */
  readonly network: CphNetwork | undefined;
}

/** The servers of one purchase as the cloud shows them at one moment, and what the state says that the cloud does not show. */
export interface Sighting extends CphLife {
  readonly account: Account;
  /** In the order of the state; those bought last at the end. */
  readonly servers: readonly SeenServer[];
  /** What the state says about them: it fills in what was not looked at now. */
  readonly known: readonly CphServer[];
  /** How many servers there are; while their order is under way, how many there will be. */
  readonly count: number;
  readonly orderId: string | undefined;
  readonly productId: string | undefined;
  readonly isReady: boolean;
  readonly isUnpaid: boolean;
  /** The marker that the state is to have. */
  readonly marker: string;
  readonly unclearSince: string | undefined;
}

export interface SeenServer {
  readonly wire: WireServer;
  readonly phones?: SeenPhones;
  readonly tags?: Tags;
  readonly billed?: BilledServer | undefined;
  readonly mark?: Mark | undefined;
}

export interface SeenPhones {
  readonly count: number;
  readonly phones: readonly WirePhone[];
  /** Details of one of them. */
  readonly detail: WirePhoneDetail | undefined;
}

/** What a program says about the network, which no output repeats. */
export interface SaidNetwork {
  readonly vpcId?: string | undefined;
}

/** The outputs that follow from what the cloud shows. */
export function purchaseOutputs(seen: Sighting, said: SaidNetwork): CphPurchaseOutputs {
  const servers = seen.servers.map((server) => serverFromWire(server, seen));
  const [first] = servers;
  const isShort = servers.length < seen.count;
  return {
    isReady: seen.isReady,
    marker: seen.marker,
    identity: identityOf(seen.account),
    unclearSince: seen.unclearSince,
    refundOrderIds: filledList(seen.refundOrderIds),
    changesUnderWay: filledList(seen.changesUnderWay),
    uneven: filledList(seen.uneven),
    servers,
    state: seen.isUnpaid ? "unpaid" : (servers.find((server) => server.state !== "running")?.state ?? (isShort ? "building" : "running")),
    address: first?.publicIps[0] ?? first?.privateIp,
    expiresAt: servers.flatMap((server) => server.expiresAt ?? []).sort()[0],
    orderId: seen.orderId,
    productId: seen.productId,
    resolvedProjectId: seen.account.projectId,
    network: networkFromWire(seen.servers.find(({ wire }) => filled(wire.network_version) !== undefined)?.wire, said),
  };
}

function serverFromWire({ wire, phones, billed }: SeenServer, seen: Sighting): CphServer {
  const known = seen.known.find((one) => one.id === wire.server_id);
  return {
    id: wire.server_id,
    name: plainName(wire, seen) ?? known?.name ?? "",
    state: stateOf(wire),
    privateIp: filled(wire.addresses?.[0]?.server_ip),
    publicIps: (wire.addresses ?? []).flatMap((address) => filled(address.public_ip) ?? []),
    availabilityZone: filled(wire.availability_zone),
    phoneCount: phones?.count ?? known?.phoneCount,
    createdAt: isoTime(wire.create_time) ?? known?.createdAt,
    expiresAt: isoTime(billed?.expireTime) ?? known?.expiresAt,
  };
}

function networkFromWire(wire: WireServer | undefined, said: SaidNetwork): CphNetwork | undefined {
  if (wire === undefined) return undefined;
  const isOfSystem = wire.network_version?.toLowerCase() === "v1";
  const ofSystem = (value: string | null | undefined): string | undefined => (isOfSystem ? filled(value) : undefined);
  const vpcId = filled(wire.vpc_id);
  return {
    vpcId: vpcId === said.vpcId ? undefined : vpcId,
    vpcCidr: ofSystem(wire.vpc_cidr),
    subnetId: ofSystem(wire.subnet_id),
    subnetCidr: ofSystem(wire.subnet_cidr),
    resourceProjectId: ofSystem(wire.resource_project_id),
    securityGroupIds: wire.security_groups?.length ? wire.security_groups : undefined,
  };
}

/** The name of a server, without the marker of its purchase. What looks like another resource's marker is part of the name. */
export function plainName({ server_name }: WireServer, { account, marker: own }: Pick<Sighting, "account" | "marker">): string | undefined {
  const marker = markerInName(server_name);
  const name = filled(server_name);
  const isOurs = marker !== undefined && ownResources(account, own).includes(marker.resource);
  return isOurs ? name?.replace(`-${markerText(marker)}`, "") : name;
}

/** `farm-2` stands before `farm-10`. */
export const byName = new Intl.Collator("en", { numeric: true });

/** The cloud shows what is not there as null, as an empty text, or not at all. */
export const filled = (value: string | null | undefined): string | undefined => (value === null || value === "" ? undefined : value);

const filledList = <T>(list: readonly T[] | undefined): readonly T[] | undefined => (list?.length ? list : undefined);

/** Times come as `2026-01-02T03:04:05Z` or `2026-01-02 03:04:05`, both UTC; they are kept as the former. */
export function isoTime(text: string | null | undefined): string | undefined {
  if (!text) return undefined;
  const time = new Date(/Z$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(" ", "T")}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString().replace(/\.\d+Z$/, "Z");
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
