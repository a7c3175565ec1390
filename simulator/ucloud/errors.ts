/** An answer with a RetCode other than 0. HTTP status stays 200, as UCloud answers business errors. */
export class Refused extends Error {
  override readonly name = "Refused";
  constructor(
    readonly retCode: number,
    message: string,
  ) {
    super(message);
  }
}

// Codes of the common layer (UCloud API docs, "Common error codes").
export const noAction = (): Refused => new Refused(160, "Missing Action");
export const unknownAction = (action: string): Refused => new Refused(161, `Action [${action}] not exist`);
export const noSignature = (): Refused => new Refused(170, "Missing signature");
export const wrongSignature = (): Refused => new Refused(171, "Signature VerifyAC Error");
export const unknownUser = (): Refused => new Refused(172, "User Not Exists");
export const unknownToken = (): Refused => new Refused(174, "Token Not Exists");
export const missing = (name: string): Refused => new Refused(220, `Missing params [${name}]`);
export const notAvailable = (name: string): Refused => new Refused(230, `Params [${name}] not available`);
export const tooLarge = (name: string): Refused => new Refused(240, `Params [${name}] too large`);
export const unknownProject = (): Refused => new Refused(292, "Project Not Exists");
/** Reported for UHost by UCloud's Terraform provider; UPhone's own pages name no code. */
export const noBalance = (): Refused => new Refused(520, "Lack of balance");
export const notPermitted = (): Refused => new Refused(299, "IAM permission check failed");

// UPhone's own codes are published nowhere. Those below are made up, and say so in their text.
export const soldOut = (what: string): Refused => new Refused(69001, `${what} is sold out (code made up by the simulator)`);
export const inUse = (what: string): Refused => new Refused(69002, `${what} is in use (code made up by the simulator)`);
export const wrongState = (what: string, state: string): Refused =>
  new Refused(69003, `${what} cannot be changed in state ${state} (code made up by the simulator)`);
