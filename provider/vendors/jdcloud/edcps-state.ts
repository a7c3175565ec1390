/** State of an `EdcpsInstance`: its outputs, and the way from inputs to the wire and from the wire back. */
import { isDeepStrictEqual } from "node:util";
import { withNote } from "../../kit/marker";
import type { Marker } from "../../kit/marker";
import type { PurchaseState } from "../../kit/purchase";
import { edcpsInputs } from "./edcps-inputs";
import type { EdcpsInstanceInputs } from "./edcps-inputs";
import { plainScript } from "./edcps-values";
import { boundTo, firstShown } from "./elastic-ips";
import type { WireInstance } from "./wire";

/** One bought server, as JD Cloud shows it (API docs, EdCPS, model Instance). */
export interface EdcpsServer {
  /** Instance id. (Instance `instanceId`) */
  readonly id: string;
  /** Name as the service has it: with `count` above 1, with the number that it appended. (Instance `name`) */
  readonly name: string | undefined;
  /** `running`, `stopped`, `error`, or a state on the way such as `creating`, in lower case; `undefined` while the server has not been seen yet. (Instance `status`) */
  readonly status: string | undefined;
  /** Private IPv4 address of the primary interface. (Instance `privateIp`) */
  readonly privateIp: string | undefined;
  /** Address of the elastic IP. (Instance `publicIp`) */
  readonly publicIp: string | undefined;
  /** Id of the elastic IP. (Instance `elasticIpId`) */
  readonly elasticIpId: string | undefined;
  /** Public IPv6 address. (Instance `publicIpv6`) */
  readonly publicIpv6: string | undefined;
  /** VPC of the primary interface. (Instance `vpcId`) */
  readonly vpcId: string | undefined;
  /** Private IPv4 address of the secondary interface, if there is one. (Instance `extensionPrivateIp`) */
  readonly extensionPrivateIp: string | undefined;
  /** Address of the second elastic IP. (Instance `extensionPublicIp`) */
  readonly extensionPublicIp: string | undefined;
  /** Id of the second elastic IP. (Instance `extensionElasticIpId`) */
  readonly extensionElasticIpId: string | undefined;
  /** VPC of the secondary interface. (Instance `extensionVpcId`) */
  readonly extensionVpcId: string | undefined;
  /** Installed system, e.g. `CentOS 7.5(x86_64)`. (Instance `osName`) */
  readonly osName: string | undefined;
  /** What is wrong with the payment: `overdue` (prepaid and expired) or `arrear` (postpaid, in debt); `undefined` when it is `normal`. (Charge `chargeStatus`) */
  readonly chargeStatus: string | undefined;
  /** When a prepaid server expires, ISO 8601; `undefined` for postpaid ones. It is released 7 days later. (Charge `chargeExpiredTime`) */
  readonly expiresAt: string | undefined;
  /** When it was created, in JD Cloud's own format. (Instance `createTime`) */
  readonly createTime: string | undefined;
}

export type Power = "running" | "stopped";

/** What a reinstallation sets. */
export type EdcpsSystem = Pick<
  EdcpsInstanceInputs,
  "osTypeId" | "sysRaidTypeId" | "dataRaidTypeId" | "hostname" | "userData" | "keypairId"
>;

/** A reinstallation that has not reached all servers. */
export interface EdcpsReinstallation {
  /** The system that they get. */
  readonly to: EdcpsSystem;
  /** Ids of those that have it already. */
  readonly serverIds: readonly string[];
}

/** A password that not all servers have yet. */
export interface EdcpsNewPassword {
  /** The password that they get. */
  readonly to: string;
  /** Ids of those that have it already. */
  readonly serverIds: readonly string[];
}

/** A change of several steps that is not over. */
export interface EdcpsUnderWay {
  /** How far a reinstallation is. */
  readonly reinstall?: EdcpsReinstallation | undefined;
  /** How far a change of the password is. */
  readonly password?: EdcpsNewPassword | undefined;
  /** What servers, by their ids, are to come back to: `running` or `stopped`. */
  readonly powerOf: Readonly<Record<string, Power>>;
}

/** Outputs of an `EdcpsInstance`: the inputs, as the cloud has them now where it shows them, and these. */
export interface EdcpsInstanceOutputs extends EdcpsInstanceInputs, PurchaseState {
  /** Every server, the oldest first: the first one's id is the resource's id. */
  readonly servers: readonly EdcpsServer[];
  /** State of the first server, e.g. `running`; see `servers` for the others. */
  readonly status: string | undefined;
  /** Public address of the first server. */
  readonly publicIp: string | undefined;
  /** When the first server expires, ISO 8601; `undefined` for postpaid ones. */
  readonly expiresAt: string | undefined;
  /** When the latest order was accepted, ISO 8601; `undefined` as soon as all its servers are ready: then they say `createTime` themselves. */
  readonly orderedAt: string | undefined;
  /** Elastic IPs that were bought with servers: they cost by themselves, and are deleted with the servers. `undefined` when they are just those that `servers` show. */
  readonly purchasedElasticIpIds: readonly string[] | undefined;
  /** How far a change of several steps has come that the next `pulumi up` goes on with; it may hold a password. `undefined`: there is none. */
  readonly underWay: EdcpsUnderWay | undefined;
  /** Whether prepaid servers renew themselves, as last read. `undefined`: not read; that is done when the program says so, or the time is nearly over. */
  readonly isRenewed: boolean | undefined;
  /** Goes up with every purchase of an elastic IP and every reinstallation that is over, so that JD Cloud takes none of them for an earlier one. `undefined`: there was none. */
  readonly revision: number | undefined;
}

/** What the resource remembers beside inputs and servers. */
interface Memory
  extends
    PurchaseState,
    Pick<EdcpsInstanceOutputs, "orderedAt">,
    Partial<Pick<EdcpsInstanceOutputs, "underWay" | "revision" | "isRenewed">> {
  /** Elastic IPs that were bought with servers. */
  readonly purchased: readonly string[];
}

/** The state of `servers`; `count` is how many they are, unless it is not known yet whether there are any. */
export function stateOf(inputs: EdcpsInstanceInputs, servers: readonly EdcpsServer[], memory: Memory): EdcpsInstanceOutputs {
  const [first] = servers;
  const areJustShown = isDeepStrictEqual(new Set(memory.purchased), new Set(boundTo(servers)));
  return {
    ...inputs,
    count: servers.length === 0 ? inputs.count : servers.length,
    servers,
    status: first?.status,
    publicIp: first?.publicIp,
    expiresAt: first?.expiresAt,
    isReady: memory.isReady,
    marker: memory.marker,
    identity: memory.identity,
    unclearSince: memory.unclearSince,
    orderedAt: memory.orderedAt,
    purchasedElasticIpIds: areJustShown ? undefined : memory.purchased,
    underWay: memory.underWay,
    revision: memory.revision,
    isRenewed: memory.isRenewed,
  };
}

/** Elastic IPs that were bought with the servers of a state. */
export const purchasedIn = ({ purchasedElasticIpIds, servers = [] }: Partial<EdcpsInstanceOutputs>): readonly string[] =>
  purchasedElasticIpIds ?? boundTo(servers);

/** The state with other elastic IPs that were bought for its servers. */
export const withPurchased = (state: EdcpsInstanceOutputs, purchased: readonly string[]): EdcpsInstanceOutputs =>
  stateOf(state, state.servers, { ...state, purchased: [...new Set(purchased)] });

/** The state with what was seen of its servers; one that was not seen stays as it was. */
export function withSeen(state: EdcpsInstanceOutputs, seen: readonly WireInstance[]): EdcpsInstanceOutputs {
  const purchased = new Set(purchasedIn(state));
  const servers = state.servers.map((server) => {
    const wire = seen.find((one) => one.instanceId === server.id);
    if (wire === undefined) return server;
    // Later on, whoever owns the account may bind others: those are not ours to delete.
    if (!state.isReady) for (const id of firstShown(state, server, wire)) purchased.add(id);
    return serverFromWire(wire);
  });
  return stateOf(state, servers, { ...state, purchased: [...purchased] });
}

export const idsOf = (servers: readonly EdcpsServer[]): string[] => servers.map((server) => server.id);

/** A server that is paid for and has not been seen yet. */
export const unseenServer = (id: string): EdcpsServer => serverFromWire({ instanceId: id });

export function serverFromWire(wire: Partial<WireInstance> & Pick<WireInstance, "instanceId">): EdcpsServer {
  return {
    id: wire.instanceId,
    name: wire.name,
    status: wire.status,
    privateIp: wire.privateIp,
    publicIp: wire.publicIp,
    elasticIpId: wire.elasticIpId,
    publicIpv6: wire.publicIpv6,
    vpcId: wire.vpcId,
    extensionPrivateIp: wire.extensionPrivateIp,
    extensionPublicIp: wire.extensionPublicIp,
    extensionElasticIpId: wire.extensionElasticIpId,
    extensionVpcId: wire.extensionVpcId,
    osName: wire.osName,
    chargeStatus: wire.charge?.chargeStatus === "normal" ? undefined : wire.charge?.chargeStatus,
    expiresAt: wire.charge?.chargeExpiredTime,
    createTime: wire.createTime,
  };
}

/** Inputs that JD Cloud knows nothing of, or not at the purchase. */
const ours = {
  adopt: undefined,
  deletionPolicy: undefined,
  powerState: undefined,
  reinstall: undefined,
  skipAwait: undefined,
  timeouts: undefined,
  warnBeforeExpiryDays: undefined,
};

/** InstanceSpec of createInstances; what is undefined is not sent. */
export function toWire(inputs: EdcpsInstanceInputs, marker: Marker) {
  const { charge, userData, interfaceMode, extensionEnableInternet, description = "" } = inputs;
  return {
    ...inputs,
    regionId: undefined, // stands in the path
    ...ours,
    description: withNote(description, marker),
    userData: userData === undefined ? undefined : plainScript(userData).toString("base64"),
    charge: charge.chargeMode === "prepaid_by_duration" ? { ...charge, chargeUnit: charge.chargeUnit ?? "month" } : charge,
    // What JD Cloud does when this is left out is not documented, and it may cost: so it is always said.
    extensionEnableInternet: interfaceMode === "dual" ? (extensionEnableInternet ?? "no") : undefined,
  };
}

/** Only the inputs of a state. */
export function inputsIn<T extends Partial<EdcpsInstanceInputs>>(state: T): Pick<T, keyof EdcpsInstanceInputs> {
  return Object.fromEntries(Object.entries(state).filter(([name]) => name in edcpsInputs.shape));
}
