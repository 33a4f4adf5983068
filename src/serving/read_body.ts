/**
 * Reads the body of a request: no more of it than is allowed, in a media type that its route takes.
 *
 * @module
 */
import type { Bytes } from "@/core/store.ts";
import { RequestError } from "@/serving/errors.ts";

/** A request's body. */
export interface Body {
  /** `application/json`, without parameters. */
  readonly type: string;
  readonly text: string;
  /** The same with the byte order mark that spreadsheets put before it: a signature is over the very bytes. */
  readonly signed: string;
}

// `ignoreBOM` means that the mark is kept.
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const MARK = "\ufeff";

/**
 * Reads a body as text.
 *
 * Compressed bodies are refused: a few kilobytes could become gigabytes.
 *
 * @param accepted Media types that are taken, the first also where the client names none.
 * @throws {RequestError} 413 for too many bytes, 415 for another media type or a compressed body, 400 for broken UTF-8.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readBody } from "@/serving/read_body.ts";
 *
 * const request = new Request("http://x/", { method: "POST", body: "[1]", headers: { "content-type": "application/json" } });
 * expect((await readBody(request, ["application/json"], 100)).text).toBe("[1]");
 * ```
 */
export async function readBody(request: Request, accepted: readonly string[], limit: number): Promise<Body> {
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    throw refusal(415, "unsupported-encoding", "Cannot read a compressed body: send it as it is");
  }
  const type = (request.headers.get("content-type") ?? accepted[0]!).split(";")[0]!.trim().toLowerCase();
  if (!accepted.includes(type)) {
    throw refusal(415, "unsupported-media-type", `Cannot read this body as it must be ${accepted.join(" or ")}`);
  }
  const length = Number(request.headers.get("content-length") ?? NaN);
  if (length > limit) throw tooLarge(limit);
  // A known length within the limit is all there will be: the runtime reads no more.
  const bytes = length >= 0 ? new Uint8Array(await request.arrayBuffer()) : await collect(request.body, limit);
  try {
    const signed = strict.decode(bytes);
    return { type, text: signed.startsWith(MARK) ? signed.slice(MARK.length) : signed, signed };
  } catch {
    throw refusal(400, "invalid-text", "Cannot read the body as it must be UTF-8");
  }
}

async function collect(stream: ReadableStream<Bytes> | null, limit: number): Promise<Bytes> {
  const parts: Bytes[] = [];
  let size = 0;
  for await (const part of stream ?? []) {
    size += part.length;
    if (size > limit) throw tooLarge(limit);
    parts.push(part);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function tooLarge(limit: number): RequestError {
  const megabytes = Number((limit / 1024 / 1024).toPrecision(3));
  return refusal(413, "too-large", `Cannot read the body as it may have at most ${megabytes} MB`);
}

function refusal(status: number, kind: string, message: string): RequestError {
  return new RequestError(message, { status, kind, title: "This body cannot be read" });
}
