import { CloudPhoneError } from "../http/errors";

/** A server exists, or may, and is paid for, but something after the purchase failed. The id and state must be kept. */
export class NotReady extends CloudPhoneError {
  override readonly name = "NotReady";
  readonly id: string;
  /** The state to store: what is known about the server now. */
  readonly outs: object;
  readonly reasons: readonly string[];

  constructor(id: string, outs: object, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(reason, { cause });
    this.id = id;
    this.outs = outs;
    this.reasons = [reason];
  }
}

/** Runs `work`; whatever goes wrong in it is thrown as a `NotReady` that carries `id` and the state of that moment. */
export async function keepingId<T>(id: string, outs: () => object, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new NotReady(id, outs(), error);
  }
}
