/**
 * Someone at the door who looks at a request before any work is done for it.
 *
 * @module
 */

/** Throws what the client is to be told, or lets the request pass. */
export type Guard = (request: Request, path: string) => void;
