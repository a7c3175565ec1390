import { CloudError } from "../../http/errors";

export interface Page<T> {
  readonly rows: readonly T[];
  /** How many there are in all; not every answer says so. */
  readonly total: number | undefined;
}

const attempts = 3;

/**
 * Reads a whole list. Each page begins with the last row of the one before: rows that move up in between, because others went, show by that,
 * and the reading begins anew. A row may be listed twice.
 * @throws when the list cannot be had whole
 */
export async function readAll<T>(
  doing: string,
  size: number,
  readPage: (offset: number) => Promise<Page<T>>,
  idOf: (row: T) => string,
): Promise<T[]> {
  for (let tried = 1; tried <= attempts; tried++) {
    const rows = await readOnce(size, readPage, idOf);
    if (rows !== undefined) return rows;
  }
  throw new CloudError(`Could not ${doing}: the list of Huawei Cloud is not complete, and a part of it proves nothing. Try again.`, {
    kind: "transient",
    code: "incomplete list",
    status: 200,
  });
}

async function readOnce<T>(
  size: number,
  readPage: (offset: number) => Promise<Page<T>>,
  idOf: (row: T) => string,
): Promise<T[] | undefined> {
  const seen = new Map<string, T>();
  let fewest = Infinity;
  for (let offset = 0; ; offset += size - 1) {
    const { rows, total } = await readPage(offset);
    fewest = Math.min(fewest, total ?? 0);
    const [first] = rows;
    if (offset > 0 && (first === undefined || !seen.has(idOf(first)))) return undefined;
    const before = seen.size;
    for (const row of rows) seen.set(idOf(row), row);
    if (rows.length < size) return seen.size < fewest ? undefined : [...seen.values()];
    if (seen.size === before) return undefined;
  }
}
