/**
 * Digests by which drills compare bytes.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Files } from "@/core/regressor.ts";

/** The sha256 of bytes, in hex. */
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** One sha256 of a model's files and their names. */
export function filesDigest(files: Files): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(files).sort()) hash.update(`${name}\0${sha256(files[name]!)}\0`);
  return hash.digest("hex");
}
