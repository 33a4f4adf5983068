/**
 * From bytes to the text of a CSV file, or a sentence why they are not one.
 *
 * @module
 */
import { isUtf8 } from "node:buffer";
import type { DataPlace } from "@/core/errors.ts";
import type { Bytes } from "@/core/store.ts";
import { refusal } from "@/datasets/refusal.ts";

const LINE_FEED = 10, CARRIAGE_RETURN = 13;

/** What files begin with that are not CSV files, whatever their name says. */
const SIGNATURES: readonly (readonly [name: string, signature: readonly number[]])[] = [
  ["a zip archive or an Excel workbook", [0x50, 0x4b, 0x03, 0x04]],
  ["a gzip archive", [0x1f, 0x8b]],
  ["a Parquet file", [0x50, 0x41, 0x52, 0x31]],
  ["UTF-16 text", [0xff, 0xfe]],
  ["UTF-16 text", [0xfe, 0xff]],
];

const startsWith = (bytes: Bytes, signature: readonly number[]): boolean => signature.every((b, i) => bytes[i] === b);

/** Says what the bytes are when they are not text. */
function binaryKind(bytes: Bytes): string | undefined {
  const known = SIGNATURES.find(([, signature]) => startsWith(bytes, signature));
  if (known !== undefined) return known[0];
  const head = bytes.subarray(0, 65_536);
  if (!head.includes(0)) return undefined;
  // Half of the bytes of Latin text in UTF-16 are zero, all of them at even or all at odd places.
  const zeros = [0, 0];
  head.forEach((byte, i) => byte === 0 && zeros[i % 2]!++);
  return Math.max(...zeros) > head.length / 4 && Math.min(...zeros) === 0 ? "UTF-16 text" : "a binary file";
}

/** The data row in which the first byte stands that is not UTF-8. */
function firstBadRow(bytes: Bytes): number {
  let row = 0;
  for (let from = 0; from < bytes.length; row++) {
    const end = bytes.indexOf(LINE_FEED, from);
    const to = end < 0 ? bytes.length : end + 1;
    if (!isUtf8(bytes.subarray(from, to))) break;
    from = to;
  }
  return row;
}

/**
 * Returns the UTF-8 bytes of a CSV file without byte order mark and trailing blank lines, lines ending in LF or CR LF.
 *
 * Nothing is copied unless a file ends its lines as old Macs did, with CR alone.
 *
 * @throws {DatasetError} If the file is empty, binary, compressed, an HTML page, UTF-16, or not UTF-8.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { rawText } from "@/datasets/raw_text.ts";
 *
 * const bytes = rawText(new TextEncoder().encode("\uFEFFStore,Type\r1,A\r\r"), { file: "stores.csv" });
 * expect(new TextDecoder().decode(bytes)).toBe("Store,Type\n1,A");
 * ```
 */
export function rawText(bytes: Bytes, place: DataPlace): Bytes {
  const expected = "a CSV file in UTF-8";
  const kind = binaryKind(bytes);
  if (kind !== undefined) throw refusal(place, expected, kind);
  const from = startsWith(bytes, [0xef, 0xbb, 0xbf]) ? 3 : 0;
  let to = bytes.length;
  while (to > from && (bytes[to - 1] === LINE_FEED || bytes[to - 1] === CARRIAGE_RETURN)) to--;
  const text = bytes.subarray(from, to);
  const head = new TextDecoder().decode(text.subarray(0, 1024)).trimStart();
  if (head === "") throw refusal(place, expected, "an empty file");
  if (/^<(!doctype|html|head|body|\?xml|!--)/i.test(head)) {
    throw refusal(place, expected, "an HTML page (a log-in page, perhaps, that was saved in the file's place)");
  }
  if (!isUtf8(text)) {
    const row = firstBadRow(text);
    throw refusal(row === 0 ? place : { ...place, row }, expected, "bytes that are not UTF-8 (Windows-1252, perhaps)");
  }
  if (text.includes(LINE_FEED) || !text.includes(CARRIAGE_RETURN)) return text;
  return text.map((byte) => byte === CARRIAGE_RETURN ? LINE_FEED : byte);
}
