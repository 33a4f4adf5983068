/**
 * Requests to a bucket: signed, tried again when that can help, and explained when it cannot.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { AwsClient } from "aws4fetch";
import { StoreError } from "@/core/errors.ts";
import type { Bytes } from "@/core/store.ts";
import type { S3Address } from "@/stores/s3/address.ts";

/** A request, in the words of S3. */
export interface S3Request {
  /** What is done, for messages: `read`, `write`, `list`, `delete`. */
  readonly verb: string;
  /** The whole key, with the store's prefix; without one the bucket itself is asked. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Bytes;
  /** Answers beyond 2xx that the caller deals with. */
  readonly expects?: readonly number[];
}

/** An answer whose body has arrived whole. */
export interface S3Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Bytes;
  /** How often it was asked: a second try may meet what the first one did. */
  readonly tries: number;
}

/** Asks a bucket. */
export type S3Client = (method: string, request: S3Request) => Promise<S3Answer>;

/** A request is given up after this long; a part of a file has a few megabytes. */
const PATIENCE_MS = 120_000;
/** The first pause between tries; each one is twice as long as the one before. */
const FIRST_PAUSE_MS = 100;

/** What S3 says while it is busy, or while two writers meet: the same request may succeed a moment later. */
const PASSING = new Set([408, 409, 429, 500, 502, 503, 504]);

/**
 * Makes the client of a bucket. The content's hash is signed with every request, so that a body that was damaged on the way
 * is refused by the server.
 *
 * Requires `--allow-net`. The client throws a StoreError when a request fails for good: it says where, how often, and what
 * was answered.
 */
export function s3Client(address: S3Address): S3Client {
  const { endpoint, bucket, url, attempts, region, accessKeyId, secretAccessKey, sessionToken } = address;
  const keys = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  const signer = new AwsClient({ ...keys, service: "s3", region, retries: 0 });
  return async (method, { verb, key, query = {}, headers = {}, body, expects = [] }) => {
    const path = key === undefined ? "" : `/${key.split("/").map(encoded).join("/")}`;
    const asked = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join("&");
    const target = `${endpoint}/${bucket}${path}${asked && `?${asked}`}`;
    const what = key === undefined ? url : `s3://${bucket}/${key}`;
    const sum = createHash("sha256").update(body ?? new Uint8Array(0)).digest("hex");
    let problem = "", tries = 0;
    while (tries < attempts) {
      if (tries > 0) await pause(FIRST_PAUSE_MS * 2 ** (tries - 1));
      tries++;
      try {
        // Named first: the library's idea of a request is not always Deno's.
        const order: object = {
          method,
          headers: { ...headers, "X-Amz-Content-Sha256": sum },
          ...(body === undefined ? {} : { body }),
          signal: AbortSignal.timeout(PATIENCE_MS),
        };
        const response = await fetch(await signer.sign(target, order));
        const arrived = new Uint8Array(await response.arrayBuffer());
        const { status } = response;
        if (response.ok || expects.includes(status)) return { status, headers: response.headers, body: arrived, tries };
        problem = `${status} ${saidIn(arrived) || response.statusText}`;
        if (!PASSING.has(status)) break;
      } catch (error) {
        problem = error instanceof DOMException && error.name === "TimeoutError"
          ? `no answer in ${PATIENCE_MS / 1_000} seconds`
          : reasonOf(error);
      }
    }
    throw new StoreError(
      `Cannot ${verb} ${what} at ${endpoint} after ${tries} ${tries === 1 ? "try" : "tries"}: ${problem}`,
      what,
    );
  };
}

/** What a body says is wrong, in S3's XML: `NoSuchBucket: The specified bucket does not exist`. */
function saidIn(body: Bytes): string {
  const text = new TextDecoder().decode(body.subarray(0, 2_000));
  return [element(text, "Code"), element(text, "Message")].filter(Boolean).join(": ");
}

/** The text of an XML element; undefined where there is none. */
export function element(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found === undefined ? undefined : unescaped(found);
}

/** XML's five escapes, and characters by number. */
export function unescaped(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replaceAll(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return named[name] ?? whole;
    return String.fromCodePoint(hex === undefined ? Number(decimal) : parseInt(hex, 16));
  });
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && !message.includes(cause.message) ? `${message}: ${cause.message}` : message;
}

/** As the signature wants it (RFC 3986): what `encodeURIComponent` leaves over is encoded too. */
function encoded(part: string): string {
  return encodeURIComponent(part).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function pause(milliseconds: number): Promise<void> {
  // Writers that met once would meet again after pauses of one length.
  return new Promise((resolve) => setTimeout(resolve, milliseconds * (0.5 + Math.random() / 2)));
}
