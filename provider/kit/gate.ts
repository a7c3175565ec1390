/** Lets only so many pass at a time; the others wait in the order in which they came. */
export interface Gate {
  inside: number;
  readonly waiting: (() => void)[];
}

/** Runs `work` when the gate of this name has room for it, `most` at a time. */
export async function throughGate<T>(gates: Map<string, Gate>, name: string, most: number, work: () => Promise<T>): Promise<T> {
  const gate = gates.get(name) ?? { inside: 0, waiting: [] };
  gates.set(name, gate);
  if (gate.inside >= most) await new Promise<void>((resolve) => gate.waiting.push(resolve));
  else gate.inside++;
  try {
    return await work();
  } finally {
    const next = gate.waiting.shift(); // takes over the place
    if (next === undefined) gate.inside--;
    else next();
  }
}
