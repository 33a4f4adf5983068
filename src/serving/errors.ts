/**
 * Errors that only a server has.
 *
 * @module
 */

/** What is wrong with one field of a request: a JSON pointer and a sentence. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** A request cannot be answered because of what it says; 422 unless told otherwise. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly errors: readonly FieldError[];
  readonly status: number;
  readonly kind: string;
  readonly title: string;
  constructor(message: string, { errors = [], status = 422, kind = "invalid-request", title = "Invalid request" }: {
    readonly errors?: readonly FieldError[];
    readonly status?: number;
    readonly kind?: string;
    readonly title?: string;
  } = {}) {
    super(message);
    this.errors = errors;
    this.status = status;
    this.kind = kind;
    this.title = title;
  }
}

/** A client sends more than its share. */
export class TooManyRequestsError extends Error {
  override readonly name = "TooManyRequestsError";
  readonly retryAfter: number;
  constructor(message: string, retryAfter: number) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

/** The server is too busy, shutting down, or without something that this request needs. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
  readonly retryAfter: number;
  readonly kind: string;
  constructor(
    message: string,
    { retryAfter = 1, kind = "unavailable" }: { readonly retryAfter?: number; readonly kind?: string } = {},
  ) {
    super(message);
    this.retryAfter = retryAfter;
    this.kind = kind;
  }
}
