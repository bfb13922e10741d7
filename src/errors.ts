// The one error type that a user may see: what went wrong, and what to do next.

/** 1: the work failed. 2: the command line is wrong. */
export type FailureExitCode = 1 | 2;

/** A failure with a stable `code` for JSON, one line for people, and a `hint` that says what to do next. */
export class UnspoolError extends Error {
  override readonly name = 'UnspoolError';

  constructor(
    readonly code: string,
    message: string,
    readonly hint?: string,
    readonly exitCode: FailureExitCode = 1,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The error as data. */
  toFailure(): { code: string; message: string; hint: string | null } {
    return { code: this.code, message: this.message, hint: this.hint ?? null };
  }
}

/** A mistake on the command line: exit code 2. */
export function usageError(message: string, hint?: string): UnspoolError {
  return new UnspoolError('usage', message, hint, 2);
}

/** `EIO: i/o error` of `EIO: i/o error, read 'a file'`: why, without the call of the system that says so. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(', ', 1)[0] ?? '') : String(error);
}

/** Any thrown value as an error that can be shown. */
export function toUnspoolError(error: unknown): UnspoolError {
  if (error instanceof UnspoolError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new UnspoolError('internal', message.split('\n', 1)[0] ?? '', undefined, 1, { cause: error });
}
