/**
 * Comparing downloads with what the server says that they should be.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";

/** The checksums that a server promised for the stored bytes, base64. */
export interface PromisedSums {
  readonly md5?: string;
  readonly crc32c?: string;
}

/**
 * Reads the checksums that cloud storage sends along: in `x-goog-hash`, or as an MD5 in the ETag.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { promisedSums } from "@/stores/sources/checksums.ts";
 *
 * const headers = new Headers({ "x-goog-hash": "crc32c=n03x6A==, md5=CY9rzUYh03PK3k6DJie09g==" });
 * expect(promisedSums(headers)).toEqual({ crc32c: "n03x6A==", md5: "CY9rzUYh03PK3k6DJie09g==" });
 * ```
 */
export function promisedSums(headers: Headers): PromisedSums {
  // Storage that unpacks gzip on the way promises the sums of the packed bytes, which nobody sees.
  const stored = headers.get("x-goog-stored-content-encoding");
  if (stored !== null && stored !== "identity") return {};
  const hash = headers.get("x-goog-hash") ?? "";
  const md5 = /(?:^|[\s,])md5=([A-Za-z0-9+/]+=*)/.exec(hash)?.[1] ?? md5OfEtag(headers);
  const crc32c = /(?:^|[\s,])crc32c=([A-Za-z0-9+/]+=*)/.exec(hash)?.[1];
  return { ...(md5 === undefined ? {} : { md5 }), ...(crc32c === undefined ? {} : { crc32c }) };
}

function md5OfEtag(headers: Headers): string | undefined {
  // Elsewhere 32 hexadecimal digits may be anything; Google's storage uses the MD5 of an object sent in one piece.
  if (![...headers.keys()].some((name) => name.startsWith("x-goog-"))) return undefined;
  const hex = /^"([0-9a-f]{32})"$/.exec(headers.get("etag") ?? "")?.[1];
  return hex === undefined ? undefined : Buffer.from(hex, "hex").toString("base64");
}

/** Sums up bytes as they come. */
export interface Summing {
  add(bytes: Uint8Array): void;
  /** The name of the first promised sum that the bytes do not have; undefined when all agree. */
  broken(): "md5" | "crc32c" | undefined;
}

/**
 * Starts to compare bytes with promised sums.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { summing } from "@/stores/sources/checksums.ts";
 *
 * const sums = summing({ crc32c: "4waSgw==" });
 * sums.add(new TextEncoder().encode("123456789"));
 * expect(sums.broken()).toBeUndefined();
 * sums.add(new TextEncoder().encode("0"));
 * expect(sums.broken()).toBe("crc32c");
 * ```
 */
export function summing(promised: PromisedSums): Summing {
  const md5 = promised.md5 === undefined ? undefined : createHash("md5");
  let crc = 0;
  return {
    add(bytes: Uint8Array) {
      md5?.update(bytes);
      if (promised.crc32c !== undefined) crc = crc32c(bytes, crc);
    },
    broken() {
      // A copy, as a hash that was read cannot be added to.
      if (md5 !== undefined && md5.copy().digest("base64") !== promised.md5) return "md5";
      if (promised.crc32c === undefined) return undefined;
      const sum = Buffer.alloc(4);
      sum.writeUInt32BE(crc);
      return sum.toString("base64") === promised.crc32c ? undefined : "crc32c";
    },
  };
}

const CASTAGNOLI = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82F63B78 : value >>> 1;
  return value;
});

/**
 * The CRC-32C (Castagnoli) of bytes, continued from that of the bytes before them: zlib's CRC-32 has another polynomial.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { crc32c } from "@/stores/sources/checksums.ts";
 *
 * // The check value of RFC 3720.
 * expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xE3069283);
 * ```
 */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  // A plain loop: one step per byte of files of many megabytes.
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ CASTAGNOLI[(crc ^ bytes[i]!) & 0xFF]!;
  return ~crc >>> 0;
}
