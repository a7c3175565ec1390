/** How a failed request is to be treated: by kind, never by its text. */
export type FailureKind =
  /** The cloud asks us to slow down; the request was not executed. */
  | "throttled"
  /** The cloud or the way to it is unwell; whether the request was executed is not known. */
  | "transient"
  /** A definite no, or a mistake of ours: the request was not executed and repeating it changes nothing. */
  | "fatal";

/** Base of every error a user may see. The message is whole sentences and never holds a secret. */
export class CloudPhoneError extends Error {
  override readonly name: string = "CloudPhoneError";
  readonly kind: FailureKind = "fatal";
}

/** The network failed: no connection, a broken one, or no answer in time. */
export class NetworkError extends CloudPhoneError {
  override readonly name = "NetworkError";
  override readonly kind = "transient";
  /** Whether the request may have reached the cloud. `false` only when no connection came about at all. */
  readonly maybeSent: boolean;

  constructor(message: string, options: { cause: unknown; maybeSent: boolean }) {
    super(message, { cause: options.cause });
    this.maybeSent = options.maybeSent;
  }
}

/** The cloud answered, and the answer is no. */
export class CloudError extends CloudPhoneError {
  override readonly name = "CloudError";
  override readonly kind: FailureKind;
  /** The vendor's own code, e.g. `230`, `CPS.0004`, `QUOTA_EXCEEDED`; `HTTP 502` when there was no vendor answer. */
  readonly code: string;
  /** HTTP status of the answer. */
  readonly status: number;
  readonly requestId: string | undefined;

  constructor(
    message: string,
    options: { kind: FailureKind; code: string; status: number; requestId?: string | undefined; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.kind = options.kind;
    this.code = options.code;
    this.status = options.status;
    this.requestId = options.requestId;
  }
}

/** A setting that the program's owner has to provide is missing or unusable. */
export class SettingError extends CloudPhoneError {
  override readonly name = "SettingError";
}

/** A wait reached its deadline. What was waited for may still happen. */
export class TimedOut extends CloudPhoneError {
  override readonly name = "TimedOut";
}
