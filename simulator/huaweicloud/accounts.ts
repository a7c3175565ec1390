/** The region that this simulated cloud stands in. */
export const region = "cn-east-3";

export interface Project {
  readonly id: string;
  readonly name: string;
  /** Whether CPH of this region serves it. */
  readonly isHere: boolean;
}

/** One customer with one key pair of credentials. Nothing here is real. */
export interface Account {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly domainId: string;
  readonly domainName: string;
  readonly projects: readonly Project[];
}

export const mainAccount: Account = {
  accessKey: "SIMULATEDHUAWEIAK001",
  secretKey: "simulated-huawei-secret-not-real-0000001",
  domainId: "d0000000000000000000000000000001",
  domainName: "simulated-farm",
  projects: [
    { id: "b0000000000000000000000000000001", name: region, isHere: true },
    { id: "b0000000000000000000000000000011", name: `${region}_farm`, isHere: true },
    { id: "b0000000000000000000000000000021", name: "cn-north-4", isHere: false },
  ],
};

export const secondAccount: Account = {
  accessKey: "SIMULATEDHUAWEIAK002",
  secretKey: "simulated-huawei-secret-not-real-0000002",
  domainId: "d0000000000000000000000000000002",
  domainName: "simulated-neighbour",
  projects: [{ id: "b0000000000000000000000000000002", name: region, isHere: true }],
};

export const accounts: readonly Account[] = [mainAccount, secondAccount];
