/**
 * Raw files from a web address.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { DatasetError } from "@/core/errors.ts";
import type { Source, SourceFile } from "@/core/source.ts";
import type { Bytes } from "@/core/store.ts";
import { promisedSums, summing } from "@/stores/sources/checksums.ts";
import { enumerate } from "@/stores/sources/patterns.ts";
import { pick } from "@/stores/sources/pick.ts";
import {
  checkAddress,
  NETWORK,
  type Network,
  PassingError,
  persist,
  plainAddress,
  readWhole,
  request,
} from "@/stores/sources/transfer.ts";

/**
 * Takes raw files from a web address: a .zip that holds them all, one .csv or .csv.gz, or a folder's address, to which the
 * files' names are added (also with .gz and .zip). Families of files (`weather/*.csv`) need the .zip, as a folder on the
 * web cannot be listed.
 *
 * Requires `--allow-net`.
 *
 * @param address https, or http on this machine. A user and password in it are sent, but appear in no message.
 * @throws {DatasetError} If it is not such an address.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { urlSource } from "@/stores/sources/url.ts";
 *
 * await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("Store,Sales\n"));
 * const source = urlSource(`http://127.0.0.1:${server.addr.port}/train.csv`);
 * const [file] = await Array.fromAsync(source.files(["train.csv"]));
 * expect(new TextDecoder().decode(file?.bytes)).toBe("Store,Sales\n");
 * ```
 */
export function urlSource(address: string, options: Partial<Network> = {}): Source {
  const network = { ...NETWORK, ...options };
  const url = URL.parse(address);
  if (url === null) throw new DatasetError(`Cannot download from "${address}" as it is not a web address`);
  checkAddress(url);
  const headers = authorization(url);
  const fetchFile = (url: URL) => download(url, headers, network);
  const name = plainAddress(url);
  return {
    name,
    files: (patterns) =>
      /\.(zip|csv|gz)$/i.test(url.pathname)
        ? single(url, name, patterns, fetchFile)
        : listed(url, name, patterns, fetchFile),
  };
}

/** The bytes at an address, or the status with which the server refuses them. */
type FetchFile = (url: URL) => Promise<Bytes | number>;

async function* single(url: URL, name: string, patterns: readonly string[], fetchFile: FetchFile) {
  const bytes = await fetchFile(url);
  if (typeof bytes === "number") throw refused(name, bytes);
  const path = decodeURIComponent(url.pathname.slice(url.pathname.lastIndexOf("/") + 1));
  yield* pick([{ path, read: () => Promise.resolve(bytes) }], patterns, name);
}

async function* listed(
  url: URL,
  name: string,
  patterns: readonly string[],
  fetchFile: FetchFile,
): AsyncGenerator<SourceFile> {
  const named = patterns.filter((pattern) => !pattern.includes("*"));
  let found = false, trouble: unknown, status = 404;
  for (const pattern of named) {
    for (const suffix of ["", ".gz", ".zip"]) {
      const bytes = await fetchFile(inFolder(url, pattern + suffix));
      if (typeof bytes === "number") {
        // Buckets that do not show their listing say 403 for what is not there.
        if (bytes !== 404) status = bytes;
        continue;
      }
      try {
        yield* pick([{ path: pattern + suffix, read: () => Promise.resolve(bytes) }], [pattern], name);
        found = true;
        break;
      } catch (error) {
        // Many sites answer with a page of theirs where there is no file: for one that can be missing that is no error.
        trouble ??= error;
        if (!isPage(bytes)) throw error;
      }
    }
  }
  if (found) return;
  throw trouble ?? refused(`${enumerate(named)} in ${name}`, status);
}

function refused(name: string, status: number): DatasetError {
  const why = status === 404 || status === 410
    ? `the server has no such file (${status}): check the address`
    : `the server does not give it to everyone (${status}): download it in a browser, and give the folder with --source`;
  return new DatasetError(`Cannot download ${name} as ${why}`, { file: name });
}

const isPage = (bytes: Bytes) => /^\s*</.test(new TextDecoder().decode(bytes.subarray(0, 64)));

function inFolder(url: URL, path: string): URL {
  const inside = new URL(url);
  inside.pathname = `${url.pathname.replace(/\/$/, "")}/${path.split("/").map(encodeURIComponent).join("/")}`;
  return inside;
}

function authorization(url: URL): Readonly<Record<string, string>> {
  if (url.username === "" && url.password === "") return {};
  const secret = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = url.password = "";
  return { authorization: `Basic ${Buffer.from(secret).toString("base64")}` };
}

async function download(url: URL, headers: Readonly<Record<string, string>>, network: Network) {
  const name = plainAddress(url);
  return await persist(`download ${name}`, network, async () => {
    using answer = await request(url, headers, network);
    const { status } = answer.response;
    if ([401, 403, 404, 410].includes(status)) return status;
    if (status !== 200) {
      throw new DatasetError(`Cannot download ${name} as ${answer.url.host} answers ${status}`, { file: name });
    }
    const bytes = await readWhole(answer, name, network);
    const sums = summing(promisedSums(answer.response.headers));
    sums.add(bytes);
    if (sums.broken()) throw new PassingError(`what arrives has another ${sums.broken()} than the server says`);
    return bytes;
  });
}
