/**
 * Values that are too large for one request.
 *
 * @module
 */
import { StoreError } from "@/core/errors.ts";
import type { Bytes } from "@/core/store.ts";
import { element, type S3Answer, type S3Client } from "@/stores/s3/client.ts";

/** S3 takes 10,000 parts at most, each but the last of 5 MiB or more. */
const MOST_PARTS = 10_000, USUAL_PART = 8 * 2 ** 20;

/**
 * The size of the parts of a value, in bytes.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { partSizeOf } from "@/stores/s3/multipart.ts";
 *
 * expect(partSizeOf(20_000_000)).toBe(8_388_608);
 * expect(Math.ceil(5e12 / partSizeOf(5e12))).toBeLessThanOrEqual(10_000);
 * ```
 */
export function partSizeOf(bytes: number): number {
  return Math.max(USUAL_PART, Math.ceil(bytes / MOST_PARTS));
}

/**
 * Writes a value part by part. It appears whole when the last part has arrived, or, if anything fails, not at all.
 *
 * @param last Headers of the request that makes it appear: `If-None-Match`.
 */
export async function putParts(
  ask: S3Client,
  key: string,
  parts: AsyncIterable<Bytes>,
  last: Readonly<Record<string, string>>,
): Promise<S3Answer> {
  const begun = await ask("POST", { verb: "write", key, query: { uploads: "" } });
  const uploadId = element(new TextDecoder().decode(begun.body), "UploadId");
  if (uploadId === undefined) throw new StoreError(`Cannot write ${key} in parts as the server gave no upload id`, key);
  try {
    const etags: string[] = [];
    for await (const body of parts) {
      const query = { partNumber: String(etags.length + 1), uploadId };
      const { headers } = await ask("PUT", { verb: "write", key, query, body });
      etags.push(headers.get("ETag") ?? "");
    }
    const list = etags.map((etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`);
    const body = new TextEncoder().encode(
      `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list.join("")}` +
        "</CompleteMultipartUpload>",
    );
    const done = await ask("POST", { verb: "write", key, query: { uploadId }, headers: last, body, expects: [412] });
    // The server may answer 200 and then find that it cannot: the body says so.
    const said = new TextDecoder().decode(done.body);
    if (done.status !== 412 && said.includes("<Error>")) {
      throw new StoreError(`Cannot write ${key}: ${element(said, "Code")}: ${element(said, "Message")}`, key);
    }
    if (done.status === 412) await abandon(ask, key, uploadId);
    return done;
  } catch (error) {
    await abandon(ask, key, uploadId).catch(() => {});
    throw error;
  }
}

/** Parts of an upload that never ends are kept, and billed, until somebody drops them. */
async function abandon(ask: S3Client, key: string, uploadId: string): Promise<void> {
  await ask("DELETE", { verb: "delete", key, query: { uploadId }, expects: [404] });
}
