export type CloudName = "ucloud" | "huaweicloud" | "jdcloud";

/** One thing that happened to money or to something that costs money. */
export interface LedgerEntry {
  /** World time, ISO 8601. */
  readonly at: string;
  readonly cloud: CloudName;
  /**
   * `order`: servers were bought. `payment`, `renewal`, `usage` and `refund` move money; `usage` is for the time that something paid afterwards has been
   * there, and falls due by itself. `deletion`: something stopped existing.
   */
  readonly kind: "order" | "payment" | "renewal" | "usage" | "refund" | "deletion";
  /** The vendor's order id, or an internal one where the vendor shows none. */
  readonly orderId: string;
  /** Ids of the servers, or other things that cost, that it is about. */
  readonly ids: readonly string[];
  /** CNY; positive whatever the direction. */
  readonly amount: number;
  /** What it was, for people: "UPhoneServer 28C60G1T4, 1 Month". */
  readonly what: string;
}

/** Every order, movement of money and deletion of the three clouds. Only ever appended to. */
export interface Ledger {
  record(entry: Omit<LedgerEntry, "at">): void;
  entries(cloud?: CloudName): readonly LedgerEntry[];
  /** Orders that bought servers: one entry per purchase request that was executed. */
  orders(cloud?: CloudName): readonly LedgerEntry[];
  /** What was paid for: servers, whatever else is bought, changes that cost, renewals. Without usage. */
  payments(cloud?: CloudName): readonly LedgerEntry[];
  /** CNY paid, usage included, less what was refunded. */
  paid(cloud?: CloudName): number;
}

export function newLedger(now: () => number, saved: readonly LedgerEntry[] = []): Ledger {
  const all: LedgerEntry[] = [...saved];
  const of = (cloud?: CloudName): LedgerEntry[] => all.filter((entry) => cloud === undefined || entry.cloud === cloud);
  const payments = (cloud?: CloudName): LedgerEntry[] => of(cloud).filter(({ kind }) => kind === "payment" || kind === "renewal");
  const sum = (entries: LedgerEntry[]): number => entries.reduce((total, entry) => total + entry.amount, 0);
  return {
    record: (entry) => void all.push({ at: new Date(now()).toISOString(), ...entry }),
    entries: (cloud) => of(cloud),
    orders: (cloud) => of(cloud).filter((entry) => entry.kind === "order"),
    payments,
    paid: (cloud) =>
      sum([...payments(cloud), ...of(cloud).filter((entry) => entry.kind === "usage")]) -
      sum(of(cloud).filter((entry) => entry.kind === "refund")),
  };
}
