/**
 * Where a bucket is, and with which keys it opens.
 *
 * @module
 */
import { ParamsError, StoreError } from "@/core/errors.ts";

/** All that is needed to ask a bucket for something. */
export interface S3Address {
  /** As it was written, without a slash at the end: `s3://shop/team`. */
  readonly url: string;
  /** The bucket's name. */
  readonly bucket: string;
  /** What every key begins with: empty, or a path that ends in a slash. */
  readonly prefix: string;
  /** `https://s3.eu-central-1.amazonaws.com`, or what speaks S3's language elsewhere (MinIO, moto, R2). */
  readonly endpoint: string;
  /** The region that requests are signed for: `us-east-1` where none is set. */
  readonly region: string;
  /** Who asks: AWS_ACCESS_KEY_ID. */
  readonly accessKeyId: string;
  /** What requests are signed with; it is never sent. */
  readonly secretAccessKey: string;
  /** What goes with keys that expire; left out with lasting ones. */
  readonly sessionToken?: string;
  /** How often a request is tried before it is given up. */
  readonly attempts: number;
}

/**
 * Whether a place is a bucket and not a folder.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { isS3 } from "@/stores/s3/address.ts";
 *
 * expect([isS3("s3://shop/team"), isS3("/shop/team")]).toEqual([true, false]);
 * ```
 */
export function isS3(place: string): boolean {
  return place.startsWith("s3://");
}

/**
 * Reads `s3://bucket/prefix` and the variables that AWS's own tools read: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
 * AWS_SESSION_TOKEN, AWS_REGION (or AWS_DEFAULT_REGION), AWS_ENDPOINT_URL_S3 (or AWS_ENDPOINT_URL), AWS_MAX_ATTEMPTS.
 *
 * @param env Environment variables by name.
 * @throws {ParamsError} If the address names no bucket.
 * @throws {StoreError} If the keys are missing.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { s3Address } from "@/stores/s3/address.ts";
 *
 * const env = (name: string) => ({ AWS_ACCESS_KEY_ID: "me", AWS_SECRET_ACCESS_KEY: "secret" })[name];
 * const { bucket, prefix, endpoint } = s3Address("s3://shop/team", env);
 * expect([bucket, prefix, endpoint]).toEqual(["shop", "team/", "https://s3.us-east-1.amazonaws.com"]);
 * ```
 */
export function s3Address(url: string, env: (name: string) => string | undefined): S3Address {
  const [bucket = "", ...rest] = url.slice("s3://".length).split("/");
  if (!isS3(url) || !/^[a-z0-9][a-z0-9.-]{1,62}$/.test(bucket)) {
    throw new ParamsError(`Cannot open ${url} as it must be s3://bucket/prefix, the bucket in small letters`);
  }
  const path = rest.filter(Boolean);
  const set = (name: string) => env(name) || undefined;
  const region = set("AWS_REGION") ?? set("AWS_DEFAULT_REGION") ?? "us-east-1";
  const endpoint = set("AWS_ENDPOINT_URL_S3") ?? set("AWS_ENDPOINT_URL") ?? `https://s3.${region}.amazonaws.com`;
  const accessKeyId = set("AWS_ACCESS_KEY_ID"), secretAccessKey = set("AWS_SECRET_ACCESS_KEY");
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const missing = accessKeyId === undefined ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY";
    throw new StoreError(`Cannot open ${url} as its keys come from the environment: ${missing} is not set`, url);
  }
  const sessionToken = set("AWS_SESSION_TOKEN");
  return {
    url: ["s3:/", bucket, ...path].join("/"),
    bucket,
    prefix: path.map((part) => `${part}/`).join(""),
    endpoint: endpoint.replace(/\/+$/, ""),
    region,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    attempts: attemptsOf(set("AWS_MAX_ATTEMPTS")),
  };
}

function attemptsOf(text: string | undefined): number {
  if (text === undefined) return 5;
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new ParamsError(`Cannot use AWS_MAX_ATTEMPTS=${text}: expected a whole number from 1 to 99`);
}
