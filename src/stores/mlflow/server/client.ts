/**
 * Requests to an MLflow server: with patience when it is busy, and with clear words when it is away or refuses.
 *
 * @module
 */
import { StoreError } from "@/core/errors.ts";
import type { Bytes } from "@/core/store.ts";

/** The server did not answer, however often it was asked: what was not sent can be sent later. */
export class ServerAwayError extends StoreError {}

/** The server answered, and would not do it. */
export class ServerRefusalError extends StoreError {
  /** HTTP's status: 404. */
  readonly status: number;
  /** MLflow's own word: `RESOURCE_DOES_NOT_EXIST`. */
  readonly code: string;
  /** Tells what was refused, by which server, and with which status and word. */
  constructor(message: string, url: string, { status, code }: { readonly status: number; readonly code: string }) {
    super(message, url);
    this.status = status;
    this.code = code;
  }
}

/** How to ask a server. */
export interface ClientOptions {
  /** A name, where the server asks for one; otherwise that of the address. */
  readonly username?: string | undefined;
  /** The password that goes with the name. */
  readonly password?: string | undefined;
  /** A bearer token, instead of a name and a password. */
  readonly token?: string | undefined;
  /** Sends one request; the real network when left out. */
  readonly fetch?: typeof globalThis.fetch;
  /** How often to ask, at most. */
  readonly attempts?: number;
  /** Milliseconds before the second attempt; each later wait is twice as long. */
  readonly firstWait?: number;
  /** Milliseconds that one answer may take. */
  readonly timeout?: number;
  /** Waits between two attempts; a real timer when left out. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** Numbers from 0 to 1, to spread the waits of many clients. */
  readonly random?: () => number;
}

/** JSON as MLflow sends it. */
// deno-lint-ignore no-explicit-any -- every caller picks the fields that MLflow documents
export type Answer = any;

/** What one request says besides its address. */
export interface Request {
  /** Name → value in the address; undefined ones are left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** The body, sent as JSON. */
  readonly json?: unknown;
  /** The body as it is; not looked at where there is JSON. */
  readonly bytes?: Bytes;
}

/** A server's address, and the way to ask it. */
export interface MlflowClient {
  /** Without a name or a password in it. */
  readonly url: string;
  /** Asks the API under `/api/2.0/mlflow/`. */
  call(method: string, path: string, request?: Request): Promise<Answer>;
  /** Asks for an answer's bytes, under any path of the server. */
  bytes(method: string, path: string, request?: Request): Promise<Bytes>;
}

/** Answers of a server that is busy or being restarted. */
const BUSY = [408, 429, 500, 502, 503, 504];
/** Longest wait that a server may ask for with Retry-After. */
const LONGEST_WAIT = 30_000;

/**
 * Opens a server. Requests that fail because it is busy or away are repeated with growing waits.
 *
 * Requires `--allow-net`.
 *
 * @param url `http://127.0.0.1:5000`; a name and password in it are used, and never shown.
 * @returns A client; its methods reject with {@linkcode ServerAwayError} or {@linkcode ServerRefusalError}.
 *
 * @throws {TypeError} If the address is none. Its methods throw a `StoreError` for an answer that is not an MLflow
 * server's.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mlflowClient } from "@/stores/mlflow/server/client.ts";
 *
 * let asked = 0;
 * const fetch = () => Promise.resolve(asked++ < 2 ? new Response("busy", { status: 503 }) : Response.json({ ok: 1 }));
 * const client = mlflowClient("http://me:secret@localhost:5000", { fetch, sleep: () => Promise.resolve() });
 * expect(await client.call("GET", "experiments/search")).toEqual({ ok: 1 });
 * expect([asked, client.url]).toEqual([3, "http://localhost:5000"]);
 * ```
 */
export function mlflowClient(url: string, {
  username,
  password,
  token,
  fetch = globalThis.fetch,
  attempts = 5,
  firstWait = 250,
  timeout = 60_000,
  sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random = Math.random,
}: ClientOptions = {}): MlflowClient {
  const address = new URL(url);
  const user = username ?? decodeURIComponent(address.username);
  const secret = password ?? decodeURIComponent(address.password);
  address.username = address.password = "";
  const root = address.href.replace(/\/+$/, "");
  const authorization = token ? `Bearer ${token}` : user ? `Basic ${base64(`${user}:${secret}`)}` : undefined;

  async function once(method: string, target: URL, { json, bytes }: Request): Promise<Response> {
    const body = json === undefined ? bytes : JSON.stringify(json);
    const headers = {
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...(authorization === undefined ? {} : { authorization }),
    };
    const signal = AbortSignal.timeout(timeout);
    return await fetch(target, { method, headers, signal, ...(body === undefined ? {} : { body }) });
  }

  async function ask(method: string, path: string, request: Request): Promise<Response> {
    const target = new URL(`${root}${path}`);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) target.searchParams.set(name, String(value));
    }
    let last: unknown;
    for (let attempt = 1;; attempt++) {
      let asksFor = 0;
      try {
        const response = await once(method, target, request);
        if (response.ok) return response;
        const refusal = await refusalOf(response, method, target);
        if (!BUSY.includes(response.status)) throw refusal;
        last = refusal;
        asksFor = 1_000 * Number(response.headers.get("retry-after") ?? 0) || 0;
      } catch (error) {
        if (error instanceof ServerRefusalError) throw error;
        last = error;
      }
      if (attempt >= attempts) break;
      const wait = firstWait * 2 ** (attempt - 1) * (0.5 + random() / 2);
      await sleep(Math.min(LONGEST_WAIT, Math.max(wait, asksFor)));
    }
    throw new ServerAwayError(
      `Cannot reach the MLflow server at ${root} after ${attempts} attempts: ${(last as Error).message}. ` +
        "Start it, or unset MLFLOW_TRACKING_URI to record in mlruns",
      root,
      { cause: last },
    );
  }

  return {
    url: root,
    async call(method, path, request = {}) {
      const response = await ask(method, `/api/2.0/mlflow/${path}`, request);
      const text = await response.text();
      try {
        return JSON.parse(text || "{}");
      } catch (cause) {
        throw new StoreError(
          `Cannot read what ${root} answers to ${path} as JSON: is it an MLflow server? It says ${text.slice(0, 80)}`,
          root,
          { cause },
        );
      }
    },
    async bytes(method, path, request = {}) {
      return new Uint8Array(await (await ask(method, path, request)).arrayBuffer());
    },
  };
}

/** Turns "there is no such thing" into undefined. */
export async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ServerRefusalError && (error.status === 404 || error.code === "RESOURCE_DOES_NOT_EXIST")) {
      return undefined;
    }
    throw error;
  }
}

/** Asks for one page after another, until there is no next one. */
export async function* pages(
  { call }: MlflowClient,
  method: "GET" | "POST",
  path: string,
  fields: Readonly<Record<string, unknown>>,
): AsyncGenerator<Answer> {
  let token: string | undefined;
  do {
    const all = token === undefined ? fields : { ...fields, page_token: token };
    const page = await call(
      method,
      path,
      method === "GET" ? { query: all as Request["query"] & object } : { json: all },
    );
    yield page;
    token = page.next_page_token;
  } while (token);
}

async function refusalOf(response: Response, method: string, target: URL): Promise<ServerRefusalError> {
  const { status } = response, text = await response.text();
  let said: { error_code?: unknown; message?: unknown; detail?: unknown } = {};
  try {
    said = JSON.parse(text) ?? {};
  } catch { /* a proxy's page, say: its text is all there is */ }
  const reason = String(said.message ?? said.detail ?? text.replaceAll(/<[^>]*>|\s+/g, " ").trim()).slice(0, 500);
  const fix = status === 401 || status === 403
    ? ": set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
    : "";
  const message =
    `The MLflow server answers ${status} to ${method} ${target.origin}${target.pathname}: ${reason}${fix}`;
  return new ServerRefusalError(message, target.origin, { status, code: String(said.error_code ?? status) });
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
