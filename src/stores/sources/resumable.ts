/**
 * Downloads into a cache folder that go on where the last attempt, or the last run, stopped.
 *
 * @module
 */
import { dirname } from "node:path";
import { createHash } from "node:crypto";
import type { Progress } from "@/core/source.ts";
import { explainDiskError, writeAtomic } from "@/stores/atomic.ts";
import { promisedSums, summing } from "@/stores/sources/checksums.ts";
import { type Answer, checkSize, contentLength, type Network, PassingError } from "@/stores/sources/transfer.ts";

/** Asks the server for a file from some byte on. */
export type Ask = (headers: Readonly<Record<string, string>>) => Promise<Answer>;

/** What is known of a file in the cache: beside it, as `<name>.state.json`. */
interface State {
  /** The ETag or date by which the server knows this version of the file. */
  readonly validator: string | null;
  /** Set once the file is whole. */
  readonly sha256?: string;
}

/**
 * Tells whether a file lies in the cache whole, and as it was downloaded.
 *
 * Requires `--allow-read`.
 */
export async function isCached(path: string): Promise<boolean> {
  const { sha256 } = await readState(path);
  return sha256 !== undefined && sha256 === await sha256OfFile(path);
}

/**
 * Makes one attempt to download a file into the cache; what arrived stays for the next attempt, in `<name>.part`.
 *
 * The rest is only asked for on the condition that the server still has the same version, and the whole is compared with
 * the length and the checksums that the server promised. Requires `--allow-read` and `--allow-write`.
 *
 * @param path Where the whole file goes.
 * @throws {PassingError} If the connection was cut, or what arrived is not what was promised.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { downloadAttempt, isCached } from "@/stores/sources/resumable.ts";
 * import { NETWORK, request } from "@/stores/sources/transfer.ts";
 *
 * await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("Store,Sales\n"));
 * const path = `${await Deno.makeTempDir()}/train.csv`;
 * const url = new URL(`http://127.0.0.1:${server.addr.port}/train.csv`);
 * await downloadAttempt(path, "train.csv", (headers) => request(url, headers, NETWORK), NETWORK);
 * expect(await Deno.readTextFile(path)).toBe("Store,Sales\n");
 * expect(await isCached(path)).toBe(true);
 * ```
 */
export async function downloadAttempt(path: string, name: string, ask: Ask, network: Network): Promise<void> {
  const part = `${path}.part`;
  using file = await openPart(part);
  // Two runs that want the same file take turns; the second finds it whole.
  await file.lock(true).catch(() => {});
  if (await isCached(path)) return;
  const { validator } = await readState(path);
  let have = (await file.stat()).size;
  if (have > 0 && validator === null) have = await startAgain(file);

  using answer = await ask(have > 0 ? { range: `bytes=${have}-`, "if-range": validator! } : {});
  const { response } = answer;
  if (response.status === 416) {
    // The part is longer than the file: it is of another version.
    await startAgain(file);
    throw new PassingError("the file has changed on the server");
  }
  const range = response.status === 206 ? contentRange(response.headers) : undefined;
  if (response.status === 206 && range?.from !== have) {
    await startAgain(file);
    throw new PassingError("the server sent another part than the one that was asked for");
  }
  if (response.status !== 206 && have > 0) have = await startAgain(file);
  const length = contentLength(response.headers);
  const total = range?.total ?? (length === undefined ? undefined : have + length);
  checkSize(name, total ?? 0, network);
  const version = validatorOf(response.headers);
  await writeState(path, { validator: version });

  const sums = summing(promisedSums(response.headers));
  const sha256 = createHash("sha256");
  await eachPiece(file, have, (piece) => {
    sums.add(piece);
    sha256.update(piece);
  });
  let done = have;
  network.onProgress(progress(name, done, total));
  try {
    for await (const piece of answer.pieces()) {
      await writeAll(file, piece, part);
      sums.add(piece);
      sha256.update(piece);
      done += piece.length;
      checkSize(name, done, network);
      network.onProgress(progress(name, done, total));
    }
  } catch (error) {
    if (!(error instanceof PassingError)) throw error;
    throw new PassingError(error.message, { progressed: done > have });
  }
  if (total !== undefined && done < total) {
    throw new PassingError(`the connection to ${answer.url.host} was cut`, { progressed: done > have });
  }
  const broken = total !== undefined && done > total ? "length" : sums.broken();
  if (broken !== undefined) {
    await startAgain(file);
    throw new PassingError(`what arrives has another ${broken} than ${answer.url.host} says`);
  }
  await file.sync();
  await writeState(path, { validator: version, sha256: sha256.digest("hex") });
  await Deno.rename(part, path);
}

function progress(file: string, done: number, total: number | undefined): Progress {
  return { file, done, ...(total === undefined ? {} : { total }) };
}

function contentRange(headers: Headers): { from: number; total?: number } | undefined {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "");
  if (match === null) return undefined;
  return match[2] === "*" ? { from: Number(match[1]) } : { from: Number(match[1]), total: Number(match[2]) };
}

/** Only a strong ETag, or failing that the date, may join two parts. */
function validatorOf(headers: Headers): string | null {
  const etag = headers.get("etag");
  return etag !== null && !etag.startsWith("W/") ? etag : headers.get("last-modified");
}

async function openPart(part: string): Promise<Deno.FsFile> {
  try {
    await Deno.mkdir(dirname(part), { recursive: true });
    return await Deno.open(part, { read: true, write: true, create: true });
  } catch (error) {
    throw explainDiskError("write", part, error);
  }
}

async function startAgain(file: Deno.FsFile): Promise<number> {
  await file.truncate(0);
  return await file.seek(0, Deno.SeekMode.Start);
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array, part: string): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  } catch (error) {
    throw explainDiskError("write", part, error);
  }
}

/** Reads the first bytes of a file piece by piece, and leaves it positioned behind them. */
async function eachPiece(file: Deno.FsFile, length: number, use: (piece: Uint8Array) => void): Promise<void> {
  await file.seek(0, Deno.SeekMode.Start);
  const buffer = new Uint8Array(2 ** 20);
  for (let at = 0; at < length;) {
    const read = await file.read(buffer.subarray(0, Math.min(buffer.length, length - at)));
    if (read === null) break;
    use(buffer.subarray(0, read));
    at += read;
  }
  await file.seek(length, Deno.SeekMode.Start);
}

async function sha256OfFile(path: string): Promise<string | undefined> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { read: true });
  } catch {
    return undefined;
  }
  using open = file;
  const hash = createHash("sha256");
  await eachPiece(open, (await open.stat()).size, (piece) => hash.update(piece));
  return hash.digest("hex");
}

const statePath = (path: string) => `${path}.state.json`;

async function readState(path: string): Promise<State> {
  try {
    const { validator, sha256 } = JSON.parse(await Deno.readTextFile(statePath(path)));
    return {
      validator: typeof validator === "string" ? validator : null,
      ...(typeof sha256 === "string" ? { sha256 } : {}),
    };
  } catch {
    return { validator: null }; // None yet, or damaged: then the part is not trusted either.
  }
}

async function writeState(path: string, state: State): Promise<void> {
  await writeAtomic(statePath(path), JSON.stringify(state));
}
