import type { CloudRequest } from "../cloud";
import { accountOf } from "./accounts";
import { Refused, noAction, noSignature, notPermitted, unknownProject, unknownToken, unknownUser, wrongSignature } from "./errors";
import { isSignedBy } from "./signature";
import type { Scope } from "./store";
import { sentParameters } from "./wire";
import type { Sent } from "./wire";

export interface Admitted {
  readonly action: string;
  readonly sent: Sent;
  /** Whose things the call may see; fails when the project is not the account's. */
  readonly scope: () => Scope;
}

/** The action that a request names, whatever else is right or wrong with it. */
export function actionOf(request: CloudRequest): string | undefined {
  try {
    const action = sentParameters(request)?.["Action"];
    return typeof action === "string" ? action : undefined;
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

/** Checks what UCloud's gateway checks before any product sees the call. */
export function admit(request: CloudRequest): Admitted {
  const sent = sentParameters(request);
  const action = sent?.["Action"];
  if (sent === undefined || typeof action !== "string" || action === "") throw noAction();
  if (sent["Signature"] === undefined || sent["Signature"] === "") throw noSignature();
  const account = accountOf(sent["PublicKey"]);
  if (account === undefined) throw unknownUser();
  if (sent["SecurityToken"] !== account.securityToken) throw unknownToken();
  if (!isSignedBy(sent, account.privateKey)) throw wrongSignature();
  return {
    action,
    sent,
    scope: () => {
      const asked = sent["ProjectId"];
      if (asked === undefined && account.mustNameProject) throw notPermitted();
      const projectId = asked === undefined ? account.projects[0] : account.projects.find((one) => one === asked);
      if (projectId === undefined) throw unknownProject();
      return { owner: account.owner, projectId };
    },
  };
}
