/**
 * What may go wrong inside a cloud with the purchase that a request makes. The cloud asks at the moment when each would take effect, and asks
 * only then: every answer other than "nothing" has happened.
 */
export interface Mishaps {
  /** The account's money does not pay for it. */
  isOutOfBalance(): boolean;
  /** It is accepted and paid, and its servers end in the vendor's failed state. */
  failsToBuild(): boolean;
  /** How many of the servers ordered are delivered. */
  delivered(ordered: number): number;
  /** For how long reads leave the new servers out, in ms of world time. */
  lateListsMs(): number;
  /** For how long billing leaves the order and its resources out, in ms of world time. */
  lateOrdersMs(): number;
  /** Its first so many servers disappear, so many ms of world time after the purchase. */
  vanishing(): { readonly afterMs: number; readonly servers: number } | undefined;
}

export const noMishaps: Mishaps = {
  isOutOfBalance: () => false,
  failsToBuild: () => false,
  delivered: (ordered) => ordered,
  lateListsMs: () => 0,
  lateOrdersMs: () => 0,
  vanishing: () => undefined,
};

/** What becomes of the servers of one purchase, decided when it is made. Times in ms since 1970; absent where nothing is amiss. */
export interface Fate {
  /** Reads leave the server out before. */
  readonly shownFrom?: number;
  /** The server disappears then. */
  readonly vanishesAt?: number;
}

/** Draws the fates of the servers of one purchase, made `now`. To be called once, when the purchase is certain. */
export function fatesOf(mishaps: Mishaps, now: number): (index: number) => Fate {
  const lateMs = mishaps.lateListsMs();
  const vanishing = mishaps.vanishing();
  return (index) => ({
    ...(lateMs === 0 ? {} : { shownFrom: now + lateMs }),
    ...(vanishing === undefined || index >= vanishing.servers ? {} : { vanishesAt: now + vanishing.afterMs }),
  });
}

export const isShown = ({ shownFrom }: Fate, now: number): boolean => shownFrom === undefined || now >= shownFrom;
export const hasVanished = ({ vanishesAt }: Fate, now: number): boolean => vanishesAt !== undefined && now >= vanishesAt;
