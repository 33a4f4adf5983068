/**
 * A store in a bucket of S3, or of anything that speaks its language.
 *
 * @module
 */
import { StoreError } from "@/core/errors.ts";
import type { Bytes, Store } from "@/core/store.ts";
import { createAtomic } from "@/stores/atomic.ts";
import { checkedKey, checkedPrefix } from "@/stores/key.ts";
import { type S3Address, s3Address } from "@/stores/s3/address.ts";
import { element, s3Client, unescaped } from "@/stores/s3/client.ts";
import { partSizeOf, putParts } from "@/stores/s3/multipart.ts";

/** A key of a bucket, with what tells one content from another. */
export interface S3Entry {
  /** Its key in the store, without the prefix of the address. */
  readonly key: string;
  /** The size of its value. */
  readonly bytes: number;
  /** Changes with the content. */
  readonly etag: string;
}

/** A store whose files may be larger than memory. */
export interface S3Store extends Store {
  /** All keys that start with the prefix, with their sizes. */
  entries(prefix: string): AsyncIterable<S3Entry>;
  /** Copies a file of this disk into the bucket, a part at a time. */
  upload(path: string, key: string): Promise<void>;
  /** Copies a key's value to a file of this disk, atomically, a part at a time; false where there is none. */
  download(key: string, path: string): Promise<boolean>;
}

/** What fits into one request; a larger value goes in parts. */
const ONE_REQUEST = 16 * 2 ** 20;

/**
 * Opens `s3://bucket/prefix` as a store. Address and keys come from the variables that AWS's own tools read.
 *
 * A `put` is atomic: S3 shows an object when the last byte has arrived. Requests that fail for a passing reason are tried
 * again, with growing pauses. Requires `--allow-net`.
 *
 * @param env Environment variables by name.
 * @throws {ParamsError} If the address names no bucket.
 * @throws {StoreError} If the keys are missing; from the methods, if the bucket cannot be reached or refuses.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { s3Store } from "@/stores/s3/s3_store.ts";
 *
 * const env = (name: string) => ({ AWS_ACCESS_KEY_ID: "me", AWS_SECRET_ACCESS_KEY: "secret" })[name];
 * expect(s3Store("s3://shop/team/", env).location).toBe("s3://shop/team");
 * ```
 */
export function s3Store(url: string, env: (name: string) => string | undefined): S3Store {
  const address = s3Address(url, env), ask = s3Client(address);
  const full = (key: string) => address.prefix + checkedKey(key);

  return {
    location: address.url,

    async get(key) {
      const answer = await ask("GET", { verb: "read", key: full(key), expects: [404] });
      if (answer.status !== 404) return answer.body;
      requireBucket(answer.body, address);
      return undefined;
    },

    async put(key, value) {
      const bytes = bytesOf(value);
      if (bytes.length <= ONE_REQUEST) {
        await ask("PUT", { verb: "write", key: full(key), body: bytes });
      } else {
        await putParts(ask, full(key), inParts(bytes), {});
      }
    },

    async create(key, value) {
      const bytes = bytesOf(value), unless = { "If-None-Match": "*" };
      const { status, tries } = bytes.length <= ONE_REQUEST
        ? await ask("PUT", { verb: "write", key: full(key), body: bytes, headers: unless, expects: [412] })
        : await putParts(ask, full(key), inParts(bytes), unless);
      if (status !== 412) return true;
      // A first try whose answer was lost on the way may have been the writer.
      return tries > 1 && same(await this.get(key), bytes);
    },

    async *list(prefix) {
      for await (const { key } of this.entries(prefix)) yield key;
    },

    async *entries(prefix) {
      const start = address.prefix + checkedPrefix(prefix);
      let token: string | undefined;
      do {
        const { body } = await ask("GET", {
          verb: "list",
          query: {
            "list-type": "2",
            "encoding-type": "url",
            prefix: start,
            ...(token === undefined ? {} : { "continuation-token": token }),
          },
        });
        const xml = new TextDecoder().decode(body);
        for (const [, one] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
          const key = decodeURIComponent((element(one!, "Key") ?? "").replaceAll("+", " "));
          // Some programs mark folders by empty objects whose names end in a slash.
          if (key.endsWith("/")) continue;
          yield {
            key: key.slice(address.prefix.length),
            bytes: Number(element(one!, "Size")),
            etag: unescaped(element(one!, "ETag") ?? ""),
          };
        }
        token = element(xml, "IsTruncated") === "true" ? element(xml, "NextContinuationToken") : undefined;
      } while (token !== undefined);
    },

    async delete(key) {
      await ask("DELETE", { verb: "delete", key: full(key), expects: [404] });
    },

    async upload(path, key) {
      const { size } = await Deno.stat(path);
      if (size <= ONE_REQUEST) await this.put(key, await Deno.readFile(path));
      else await putParts(ask, full(key), fileInParts(path, size), {});
    },

    async download(key, path) {
      const head = await ask("HEAD", { verb: "read", key: full(key), expects: [404] });
      if (head.status === 404) return false;
      const size = Number(head.headers.get("Content-Length")), etag = head.headers.get("ETag");
      await createAtomic(path, async (_partial, file) => {
        const step = partSizeOf(size);
        for (let from = 0; from < size; from += step) {
          const range = `bytes=${from}-${Math.min(from + step, size) - 1}`;
          // Parts of two versions make no file: the server answers 412 if the object changed meanwhile.
          const { body } = await ask("GET", {
            verb: "read",
            key: full(key),
            headers: { Range: range, ...(etag === null ? {} : { "If-Match": etag }) },
          });
          for (let at = 0; at < body.length;) at += await file.write(body.subarray(at));
        }
      });
      return true;
    },
  };
}

/** A bucket that is not there is answered like a key that is not there, but nothing can ever be in it. */
function requireBucket(body: Bytes, { bucket, endpoint }: S3Address): void {
  if (element(new TextDecoder().decode(body), "Code") !== "NoSuchBucket") return;
  throw new StoreError(
    `Cannot read from s3://${bucket} as there is no bucket of that name at ${endpoint}`,
    `s3://${bucket}`,
  );
}

function bytesOf(value: Bytes | string): Bytes {
  return typeof value === "string" ? new TextEncoder().encode(value) : value;
}

async function* inParts(bytes: Bytes): AsyncIterable<Bytes> {
  const step = partSizeOf(bytes.length);
  for (let from = 0; from < bytes.length; from += step) yield await Promise.resolve(bytes.subarray(from, from + step));
}

async function* fileInParts(path: string, size: number): AsyncIterable<Bytes> {
  using file = await Deno.open(path);
  const step = partSizeOf(size);
  for (let from = 0; from < size; from += step) {
    const part = new Uint8Array(Math.min(step, size - from));
    for (let at = 0; at < part.length;) {
      const read = await file.read(part.subarray(at));
      if (read === null) throw new StoreError(`Cannot read ${path} as it became shorter while it was being read`, path);
      at += read;
    }
    yield part;
  }
}

function same(a: Bytes | undefined, b: Bytes): boolean {
  return a !== undefined && a.length === b.length && a.every((value, at) => value === b[at]);
}
