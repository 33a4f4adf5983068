/**
 * Asking servers for files: redirects, patience, and what is never sent to whom.
 *
 * @module
 */
import { DatasetError } from "@/core/errors.ts";
import type { Progress } from "@/core/source.ts";
import type { Bytes } from "@/core/store.ts";

/** How a download meets the network; tests hand in their own. */
export interface Network {
  /** Sends one request. */
  readonly fetch: typeof globalThis.fetch;
  /** Waits between two attempts, in milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Is told of every piece that arrives. */
  readonly onProgress: (progress: Progress) => void;
  /** Attempts in a row that bring nothing new before giving up. */
  readonly attempts: number;
  /** Milliseconds without a byte after which a connection counts as cut. */
  readonly stall: number;
  /** The most that one file may have, in bytes. */
  readonly most: number;
}

/** The real network: 5 attempts, one minute of silence, 4 GiB. */
export const NETWORK: Network = {
  fetch: globalThis.fetch,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  onProgress: () => {},
  attempts: 5,
  stall: 60_000,
  most: 2 ** 32,
};

/** An attempt failed for a reason that may pass. */
export class PassingError extends Error {
  override readonly name = "PassingError";
  /** Milliseconds that the server asks to wait. */
  readonly wait: number | undefined;
  /** The attempt brought something that the next one need not fetch again. */
  readonly progressed: boolean;
  constructor(reason: string, { wait, progressed = false }: { wait?: number | undefined; progressed?: boolean } = {}) {
    super(reason);
    this.wait = wait;
    this.progressed = progressed;
  }
}

/**
 * Repeats an attempt while it fails with a {@linkcode PassingError}, waiting 1, 2, 4, … seconds or as long as the server asks.
 *
 * @param what What is attempted, for the message: `download train.csv from www.kaggle.com`.
 * @throws {DatasetError} If too many attempts in a row brought nothing.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { NETWORK, PassingError, persist } from "@/stores/sources/transfer.ts";
 *
 * const waits: number[] = [];
 * const network = { ...NETWORK, sleep: (ms: number) => Promise.resolve(void waits.push(ms)) };
 * const value = await persist("ask", network, (attempt) => {
 *   if (attempt < 3) throw new PassingError("busy");
 *   return Promise.resolve("answer");
 * });
 * expect(value).toBe("answer");
 * expect(waits).toEqual([1000, 2000]);
 * ```
 */
export async function persist<T>(what: string, network: Network, attempt: (number: number) => Promise<T>): Promise<T> {
  let fruitless = 0;
  for (let number = 1;; number++) {
    try {
      return await attempt(number);
    } catch (error) {
      if (!(error instanceof PassingError)) throw error;
      fruitless = error.progressed ? 1 : fruitless + 1;
      if (fruitless >= network.attempts) {
        throw new DatasetError(
          `Cannot ${what} as ${error.message}, ${network.attempts} times in a row: ` +
            `try again later, or download by hand and give the folder with --source`,
        );
      }
      // Nobody waits for hours because a server says so: two minutes, then the next attempt or the message.
      await network.sleep(Math.min(error.wait ?? 1000 * 2 ** (fruitless - 1), 120_000));
    }
  }
}

/** A server's answer, and the address that gave it in the end. */
export interface Answer extends Disposable {
  /** Status and headers; the body is read with `pieces`. */
  readonly response: Response;
  readonly url: URL;
  /** The body's pieces as they arrive; a cut or silent connection is a {@linkcode PassingError}. */
  pieces(): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/**
 * Sends a GET request and follows redirects. A secret in `authorization` goes only to the host that it was meant for, and
 * nothing goes from https to http.
 *
 * @throws {PassingError} If the server cannot be reached, is busy (429) or broken (5xx).
 * @throws {DatasetError} If a redirect leads nowhere, or to an address that is not safe.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { NETWORK, readWhole, request } from "@/stores/sources/transfer.ts";
 *
 * await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("y\n"));
 * using answer = await request(new URL(`http://127.0.0.1:${server.addr.port}/a.csv`), {}, NETWORK);
 * expect(new TextDecoder().decode(await readWhole(answer, "a.csv", NETWORK))).toBe("y\n");
 * ```
 */
export async function request(
  address: URL,
  headers: Readonly<Record<string, string>>,
  network: Network,
): Promise<Answer> {
  let url = address;
  const sent = new Headers({ "user-agent": "shelfcast", ...headers });
  // The bytes as they are stored: otherwise neither their length nor their checksum is what the server says.
  sent.set("accept-encoding", "identity");
  for (let hops = 0; hops <= 10; hops++) {
    checkAddress(url);
    const guard = stallGuard(network.stall);
    let response: Response;
    try {
      response = await network.fetch(url, { headers: sent, redirect: "manual", signal: guard.signal });
    } catch (error) {
      guard[Symbol.dispose]();
      throw new PassingError(`${url.host} cannot be reached (${plainReason(error)})`);
    }
    if (![301, 302, 303, 307, 308].includes(response.status)) return answer(response, url, guard);
    guard[Symbol.dispose]();
    await response.body?.cancel();
    const next = redirected(response, url);
    if (next.origin !== url.origin) sent.delete("authorization");
    url = next;
  }
  throw new DatasetError(`Cannot download from ${address.host} as it redirects more than 10 times`);
}

function answer(response: Response, url: URL, guard: StallGuard): Answer {
  if (response.status === 429 || response.status === 408 || response.status >= 500) {
    guard[Symbol.dispose]();
    response.body?.cancel().catch(() => {});
    throw new PassingError(`${url.host} answers ${response.status}`, { wait: retryAfter(response.headers) });
  }
  return {
    response,
    url,
    async *pieces() {
      try {
        for await (const piece of response.body ?? []) {
          guard.heard();
          yield piece;
        }
      } catch (error) {
        throw new PassingError(`the connection to ${url.host} was cut (${plainReason(error)})`);
      }
    },
    [Symbol.dispose]() {
      guard[Symbol.dispose]();
      response.body?.cancel().catch(() => {});
    },
  };
}

function redirected(response: Response, url: URL): URL {
  const location = response.headers.get("location");
  const next = location === null ? null : URL.parse(location, url);
  if (next === null) {
    throw new DatasetError(`Cannot download from ${url.host} as it redirects (${response.status}) without an address`);
  }
  if (url.protocol === "https:" && next.protocol !== "https:") {
    throw new DatasetError(
      `Cannot download from ${url.host} as it redirects to ${next.protocol}//${next.host}, which is not protected by https`,
    );
  }
  return next;
}

/**
 * Refuses addresses that would carry data or secrets in the clear: only https, or http on this machine.
 *
 * @throws {DatasetError} If the address is another one.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { checkAddress } from "@/stores/sources/transfer.ts";
 *
 * expect(() => checkAddress(new URL("http://example.org/a.csv"))).toThrow("https");
 * ```
 */
export function checkAddress(url: URL): void {
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol === "https:" || (url.protocol === "http:" && local)) return;
  throw new DatasetError(
    `Cannot download from ${url.protocol}//${url.host} as it needs to be https (http is for this machine only): ` +
      `use an https address, or a folder`,
  );
}

/**
 * An address for people and records: without the password before the host and the signature after the question mark.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { plainAddress } from "@/stores/sources/transfer.ts";
 *
 * const url = new URL("https://ada:secret@example.org/a.csv?signature=secret");
 * expect(plainAddress(url)).toBe("https://example.org/a.csv");
 * ```
 */
export function plainAddress(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** The whole body in memory. */
export async function readWhole({ response, url, pieces }: Answer, file: string, network: Network): Promise<Bytes> {
  const total = contentLength(response.headers);
  checkSize(file, total ?? 0, network);
  const parts: Bytes[] = [];
  let done = 0;
  for await (const piece of pieces()) {
    parts.push(piece);
    done += piece.length;
    checkSize(file, done, network);
    network.onProgress({ file, done, ...(total === undefined ? {} : { total }) });
  }
  if (total !== undefined && done !== total) throw new PassingError(`the connection to ${url.host} was cut`);
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Refuses a file that is larger than anyone wants. */
export function checkSize(file: string, bytes: number, { most }: Network): void {
  if (bytes <= most) return;
  throw new DatasetError(
    `Cannot download ${file} as it has ${bytes.toLocaleString("en")} bytes or more: at most ${
      most.toLocaleString("en")
    } are taken`,
    { file },
  );
}

/** What the server says of the body's length, in bytes. */
export function contentLength(headers: Headers): number | undefined {
  const value = headers.get("content-length");
  return value !== null && /^\d+$/.test(value) ? Number(value) : undefined;
}

/**
 * How long a server asks to wait, in milliseconds: it says seconds, or a date, which is read by the server's own clock.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { retryAfter } from "@/stores/sources/transfer.ts";
 *
 * expect(retryAfter(new Headers({ "retry-after": "3" }))).toBe(3000);
 * expect(retryAfter(new Headers())).toBeUndefined();
 * ```
 */
export function retryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const wait = Date.parse(value) - Date.parse(headers.get("date") ?? "");
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** What went wrong below HTTP, without addresses: a redirect's address carries a signature that opens the file. */
function plainReason(error: unknown): string {
  const { message } = error as Error;
  return message.replace(/\s*(for url )?\(?https?:\/\/[^\s)]*\)?/g, "").replace(/^error sending request:?\s*/, "");
}

interface StallGuard extends Disposable {
  readonly signal: AbortSignal;
  heard(): void;
}

function stallGuard(milliseconds: number): StallGuard {
  const controller = new AbortController();
  const silent = () => controller.abort(new Error(`nothing was heard for ${milliseconds / 1000} s`));
  let timer = setTimeout(silent, milliseconds);
  return {
    signal: controller.signal,
    heard() {
      clearTimeout(timer);
      timer = setTimeout(silent, milliseconds);
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
