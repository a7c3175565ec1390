/** Behaviour that UCloud documents nowhere, or that depends on the account; tests choose. Not saved. */
export interface Choices {
  /** Servers that are sold in all, by model, in every city. Default: the catalogue's stock. */
  stock: Record<string, number>;
  /** The next purchases, renewals and enlargements are refused with these answers, before anything is bought: balance (520), quota, throttling (153) … */
  refusals: { readonly retCode: number; readonly message: string }[];
  /** How many of the next deletes of servers are refused. */
  refusedDeletes: number;
  /** Whether ReleaseEIP ends the shared bandwidth too. Default: it stays and goes on costing. */
  bandwidthGoesWithIps: boolean;
  /** Ids of phones on which the next reset, reboot, start or stop fails. A phone leaves the list when it has failed. */
  failingPhoneWork: string[];
  /** Servers are deleted only when none of their phones runs, as the documentation said until June 2022. */
  deleteNeedsStoppedPhones: boolean;
  /** Billing's CreateRenew and ModifyAutoRenewFlag do not know UPhone's things: whether they do is written nowhere. */
  renewalKnowsNoPhones: boolean;
  /** A smaller shared bandwidth pays back the difference for the rest of the period. Default: nothing comes back. */
  refundsSmallerBandwidth: boolean;
  /** State of a server that was stopped because its time is over. Default: as if nothing were; its phones are STOPPED. */
  expiredState: string;
  /** How many phones of the next server bought will not start. */
  failingPhones: number;
  /** How many of the next servers shown have the state "", as when it could not be fetched. */
  emptyStates: number;
  /** Servers are shown without their optional fields, and with an empty ServerModel. */
  leavesOutOptional: boolean;
  /** Purchases answer with JobId instead of ServerId, as in the example of the documentation. */
  answersWithJobId: boolean;
  /** DescribeUPhoneServer refuses unknown ids. Default: it leaves them out. */
  unknownServerIsError: boolean;
  /** RetCode comes as text. */
  retCodeAsText: boolean;
  /** Errors come without Action. */
  errorsLackAction: boolean;
  /** Answers carry a field that is documented nowhere. */
  hasUnknownFields: boolean;
}

export const usualChoices = (): Choices => ({
  stock: {},
  refusals: [],
  refusedDeletes: 0,
  bandwidthGoesWithIps: false,
  failingPhoneWork: [],
  deleteNeedsStoppedPhones: false,
  renewalKnowsNoPhones: false,
  refundsSmallerBandwidth: false,
  expiredState: "Running",
  failingPhones: 0,
  emptyStates: 0,
  leavesOutOptional: false,
  answersWithJobId: false,
  unknownServerIsError: false,
  retCodeAsText: false,
  errorsLackAction: false,
  hasUnknownFields: false,
});
