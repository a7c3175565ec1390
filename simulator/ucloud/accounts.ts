/** Credentials of one user. All are made up and open nothing. */
export interface Account {
  /** Which account's things it sees; a sub-account shares its main account's. */
  readonly owner: string;
  readonly publicKey: string;
  readonly privateKey: string;
  /** Demanded with temporary credentials. */
  readonly securityToken?: string;
  /** The first is the default. */
  readonly projects: readonly string[];
  /** Sub-accounts have no default project. */
  readonly mustNameProject?: true;
}

const mainProjects = ["org-sim001", "org-sim002"];

export const accounts = {
  main: {
    owner: "main",
    publicKey: "FAKE-PUBLIC-KEY-main@example.invalid",
    privateKey: "FAKE-PRIVATE-KEY-main",
    projects: mainProjects,
  },
  other: {
    owner: "other",
    publicKey: "FAKE-PUBLIC-KEY-other@example.invalid",
    privateKey: "FAKE-PRIVATE-KEY-other",
    projects: ["org-sim101"],
  },
  /** A sub-account of `main`. */
  sub: {
    owner: "main",
    publicKey: "FAKE-PUBLIC-KEY-sub@example.invalid",
    privateKey: "FAKE-PRIVATE-KEY-sub",
    projects: mainProjects,
    mustNameProject: true,
  },
  /** Temporary credentials of `main`. */
  temporary: {
    owner: "main",
    publicKey: "STS.FAKE-KEY-ID",
    privateKey: "FAKE-PRIVATE-KEY-temporary",
    securityToken: "FAKE/security+token==",
    projects: mainProjects,
  },
} as const satisfies Readonly<Record<string, Account>>;

export type AccountName = keyof typeof accounts;

export const accountOf = (publicKey: unknown): Account | undefined =>
  Object.values<Account>(accounts).find((one) => one.publicKey === publicKey);
