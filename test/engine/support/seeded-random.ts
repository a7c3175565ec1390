/** Chance that can be repeated. */
export interface SeededRandom {
  /** A whole number from 0 up to, but not including, `end`. */
  below(end: number): number;
  of<T>(choices: readonly [T, ...T[]] | readonly T[]): T;
}

/** Mulberry32. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return { below, of: (choices) => choices[below(choices.length)]! };
}
