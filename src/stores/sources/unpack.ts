/**
 * Taking files out of .gz and .zip, without trusting them.
 *
 * @module
 */
import { type FileEntry, Reader, Uint8ArrayReader, ZipReader } from "@zip.js/zip.js";
import { promisify } from "node:util";
import { gunzip, type ZlibOptions } from "node:zlib";
import { DatasetError } from "@/core/errors.ts";
import type { Bytes } from "@/core/store.ts";
import { keyProblem } from "@/stores/key.ts";

/** How large a packed file may become: what is beyond is refused as a bomb before it fills the memory. */
export interface UnpackLimits {
  /** The most that one file may unpack to, in bytes. */
  readonly bytes: number;
  /** The most that a file may grow by. A long table of equal rows reaches a few hundred, a bomb a thousand and more. */
  readonly ratio: number;
  /** Files that unpack to no more than this may grow by any ratio: they do no harm. */
  readonly harmless: number;
}

/** 4 GiB, 500 times, and 64 MiB. */
export const UNPACK_LIMITS: UnpackLimits = { bytes: 2 ** 32, ratio: 500, harmless: 2 ** 26 };

/** Something packed: bytes in memory, or the path of a file that is read piece by piece. */
export type Packed = Bytes | { readonly file: string };

/** One file inside a zip. */
export interface ZipItem {
  readonly path: string;
  unpack(): Promise<Bytes>;
}

/**
 * The first bytes of something packed: enough to see what it is.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { firstBytes } from "@/stores/sources/unpack.ts";
 *
 * expect(await firstBytes(Uint8Array.of(1, 2, 3), 2)).toEqual(Uint8Array.of(1, 2));
 * ```
 */
export async function firstBytes(packed: Packed, length = 512): Promise<Bytes> {
  if (packed instanceof Uint8Array) return packed.subarray(0, length);
  return await readPiece(packed.file, 0, length);
}

/**
 * Tells by its first bytes whether a file is packed: names on Kaggle do not always say.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { gzipSync } from "fflate";
 * import { packing } from "@/stores/sources/unpack.ts";
 *
 * expect(packing(gzipSync(new Uint8Array(3)))).toBe("gz");
 * expect(packing(new TextEncoder().encode("Store,Sales"))).toBeUndefined();
 * ```
 */
export function packing(bytes: Bytes): "zip" | "gz" | undefined {
  if (bytes[0] === 0x1F && bytes[1] === 0x8B) return "gz";
  // A zip starts with an entry, or, when it has none, with its end record.
  const [p, k, a, b] = bytes;
  return p === 0x50 && k === 0x4B && ((a === 3 && b === 4) || (a === 5 && b === 6)) ? "zip" : undefined;
}

/**
 * Unpacks a .gz file, several members in a row included, and checks its checksum.
 *
 * @throws {DatasetError} If it is truncated, corrupt, or a bomb.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { gzipSync } from "fflate";
 * import { ungzip } from "@/stores/sources/unpack.ts";
 *
 * const packed = gzipSync(new TextEncoder().encode("Store,Sales\n"));
 * expect(new TextDecoder().decode(await ungzip("train.csv.gz", packed))).toBe("Store,Sales\n");
 * await expect(ungzip("train.csv.gz", packed.subarray(0, 20))).rejects.toThrow("truncated");
 * ```
 */
export async function ungzip(name: string, packed: Bytes, limits: UnpackLimits = UNPACK_LIMITS): Promise<Bytes> {
  if (packing(packed) !== "gz") throw broken(name, "is not gzip, whatever its name says");
  const most = mostBytes(packed.length, limits);
  try {
    const bytes = await inflate(packed, { maxOutputLength: most, chunkSize: 2 ** 20 });
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === "ERR_BUFFER_TOO_LARGE") throw bomb(name, name, most, packed.length);
    throw broken(name, code === "Z_BUF_ERROR" ? "is truncated" : "is corrupt", error);
  }
}

// The promisified type knows neither options nor buffers: this is the form that is used.
const inflate = promisify(gunzip) as unknown as (bytes: Bytes, options: ZlibOptions) => Promise<Bytes>;

/**
 * Lists the files in a zip; each is unpacked and checked against its checksum when it is asked for.
 *
 * Folders, and what macOS adds, are left out.
 *
 * @throws {DatasetError} If it is truncated or corrupt, or if any entry is encrypted, would land outside the folder, or is
 * a bomb: then nothing in it is to be trusted.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { strToU8, zipSync } from "fflate";
 * import { unzip } from "@/stores/sources/unpack.ts";
 *
 * const [item] = await unzip("rossmann.zip", zipSync({ "train.csv": strToU8("Store,Sales\n") }));
 * expect(item?.path).toBe("train.csv");
 * expect(new TextDecoder().decode(await item!.unpack())).toBe("Store,Sales\n");
 * await expect(unzip("evil.zip", zipSync({ "../a.csv": strToU8("") }))).rejects.toThrow("outside");
 * ```
 */
export async function unzip(name: string, packed: Packed, limits: UnpackLimits = UNPACK_LIMITS): Promise<ZipItem[]> {
  const reader = new ZipReader(
    packed instanceof Uint8Array ? new Uint8ArrayReader(packed) : new FilePieces(packed.file),
    {
      useWebWorkers: false,
      checkSignature: true,
      // Names are judged below, where the message can say which one it was.
      strictness: "tolerant",
    },
  );
  const entries = await reader.getEntries().catch((error) => {
    throw broken(name, "is truncated or corrupt", error);
  });
  const items: ZipItem[] = [];
  for (const entry of entries) {
    const path = entry.filename.replaceAll("\\", "/"); // Some Windows tools write backslashes.
    const problem = keyProblem(path.replace(/\/$/, ""));
    if (problem !== undefined) {
      throw new DatasetError(
        `Cannot unpack ${name} as its entry ${JSON.stringify(entry.filename)} would land outside the folder ` +
          `(${problem}): get the archive from a place that you trust`,
        { file: name },
      );
    }
    if (entry.directory || /(^|\/)(__MACOSX\/|\.DS_Store$)/.test(path)) continue;
    if (entry.encrypted) {
      throw new DatasetError(
        `Cannot unpack ${name} as its entry "${path}" is encrypted: unpack it with its password first, and give the folder`,
        { file: name },
      );
    }
    const most = mostBytes(entry.compressedSize, limits);
    if (entry.uncompressedSize > most) throw bomb(name, path, entry.uncompressedSize, entry.compressedSize);
    items.push({ path, unpack: () => unpackEntry(name, path, entry) });
  }
  return items;
}

async function unpackEntry(name: string, path: string, entry: FileEntry): Promise<Bytes> {
  const bytes = new Uint8Array(entry.uncompressedSize);
  let at = 0;
  try {
    await entry.getData(
      new WritableStream<Uint8Array>({
        write(piece) {
          // An entry that is longer than it declares would throw here: a Uint8Array does not grow.
          bytes.set(piece, at);
          at += piece.length;
        },
      }),
      { checkSignature: true, useWebWorkers: false },
    );
  } catch (error) {
    throw broken(name, `is corrupt at its entry "${path}"`, error);
  }
  if (at !== bytes.length) throw broken(name, `is truncated at its entry "${path}"`);
  return bytes;
}

/** Lets the zip reader take pieces of a file, so that a folder of large archives is not read into memory. */
class FilePieces extends Reader<string> {
  readonly #path: string;
  constructor(path: string) {
    super(path);
    this.#path = path;
  }
  override async init(): Promise<void> {
    await super.init?.();
    this.size = (await Deno.stat(this.#path)).size;
  }
  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    return await readPiece(this.#path, index, Math.max(0, Math.min(length, this.size - index)));
  }
}

/** Reads bytes out of the middle of a file; fewer, where it ends before. */
async function readPiece(path: string, from: number, length: number): Promise<Bytes> {
  // Opened for each piece: so there is nothing to close when a caller stops halfway.
  using file = await Deno.open(path, { read: true });
  await file.seek(from, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const read = await file.read(bytes.subarray(at));
    if (read === null) break;
    at += read;
  }
  return bytes.subarray(0, at);
}

const mostBytes = (packed: number, { bytes, ratio, harmless }: UnpackLimits) =>
  Math.min(bytes, Math.max(harmless, packed * ratio));

function broken(name: string, how: string, error?: unknown): DatasetError {
  const detail = error instanceof Error ? ` (${error.message})` : "";
  return new DatasetError(`Cannot unpack ${name} as it ${how}${detail}: download it again`, { file: name }, {
    cause: error,
  });
}

function bomb(name: string, path: string, unpacked: number, packed: number): DatasetError {
  const grows = `${unpacked.toLocaleString("en")} bytes or more from ${packed.toLocaleString("en")}`;
  return new DatasetError(
    `Cannot unpack ${name} as "${path}" would become ${grows}, as only a zip bomb does: get it from a place that you trust`,
    { file: name },
  );
}
