export interface Cidr {
  readonly first: number;
  readonly last: number;
}

/** `undefined` when the text is not an IPv4 network in CIDR notation. */
export function parseCidr(text: string): Cidr | undefined {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (found === null) return undefined;
  const [a = 256, b = 256, c = 256, d = 256, bits = 33] = found.slice(1).map(Number);
  const size = 2 ** (32 - bits);
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  if (Math.max(a, b, c, d) > 255 || bits > 32 || first % size !== 0) return undefined;
  return { first, last: first + size - 1 };
}

export const overlap = (one: Cidr, other: Cidr): boolean => one.first <= other.last && other.first <= one.last;

/** The `nth` address of the network, counted from its first. */
export function addressOf(network: Cidr, nth: number): string {
  const address = network.first + (nth % (network.last - network.first + 1));
  return [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(address / unit) % 256).join(".");
}
