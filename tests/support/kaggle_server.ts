/**
 * A stand-in for Kaggle on this machine: its API on one port, and the storage that it redirects to on another.
 *
 * It does what the client has to cope with: asks for a token, for accepted rules, redirects with a signature, honours
 * ranges, refuses a token where none belongs, and can be told to be busy, to cut connections or to lie about checksums.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { zipSync } from "fflate";
import type { Bytes } from "@/core/store.ts";
import { crc32c } from "@/stores/sources/checksums.ts";
import type { Environment } from "@/stores/sources/kaggle_credentials.ts";

/** What the server is told to do wrong; may be changed between requests. */
export interface Trouble {
  /** The account has not accepted the competition's rules. */
  rulesMissing?: boolean;
  /** The next answers of the storage end after so many bytes of theirs. */
  cuts?: number[];
  /** The API answers so many times with a status, and asks to wait. */
  busy?: { times: number; status: number; retryAfter?: string };
  /** The storage finds so many signatures expired. */
  expired?: number;
  /** So many answers of the storage promise a checksum that is not that of the file. */
  wrongSums?: number;
  /** Which checksums the storage promises. */
  sums?: "md5" | "crc32c" | "etag" | "none";
  /** The storage knows no ranges. */
  noRanges?: boolean;
  /** Files per page of the listing; all at once, and in the old form, when left out. */
  pageSize?: number;
  /** The listing has this text in place of JSON. */
  listing?: string;
}

/** One request that the server got. */
export interface Seen {
  readonly host: "api" | "storage";
  readonly path: string;
  readonly authorization: string | null;
  readonly range: string | null;
  readonly status: number;
}

/** The running stand-in. */
export interface KaggleServer extends AsyncDisposable {
  /** The environment with which a client finds the server and is let in. */
  readonly env: Environment;
  readonly seen: readonly Seen[];
  readonly trouble: Trouble;
  /** The competition's files by name; may be changed. */
  readonly files: Record<string, Bytes>;
}

export const KEY = "0123456789abcdef0123456789abcdef";

/** Starts the stand-in with one competition. */
export function startKaggle(competition: string, files: Record<string, Bytes>, trouble: Trouble = {}): KaggleServer {
  const seen: Seen[] = [];
  const serve = (host: Seen["host"], handle: (request: Request, url: URL) => Response) =>
    Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {}, onError: () => new Response(null, { status: 500 }) },
      (request) => {
        const url = new URL(request.url);
        const response = handle(request, url);
        const { headers } = request;
        seen.push({
          host,
          path: url.pathname,
          authorization: headers.get("authorization"),
          range: headers.get("range"),
          status: response.status,
        });
        return response;
      },
    );

  const storage = serve("storage", (request, url) => {
    // Google's storage refuses a request that carries a token beside its signature.
    if (request.headers.has("authorization")) return new Response("<Error>Authorization</Error>", { status: 400 });
    if (url.searchParams.get("X-Goog-Signature") !== "signed") return new Response("<Error/>", { status: 403 });
    if ((trouble.expired ?? 0) > 0) {
      trouble.expired!--;
      return new Response("<Error>ExpiredToken</Error>", { status: 403 });
    }
    const name = decodeURIComponent(url.pathname.slice(1));
    const bytes = name === `${competition}.zip` ? zipSync(files, { mtime: "2020-01-01" }) : files[name];
    return bytes === undefined ? new Response(null, { status: 404 }) : give(bytes, request.headers, trouble);
  });

  const api = serve("api", (request, url) => {
    const { KAGGLE_USERNAME: user, KAGGLE_KEY: key } = env;
    const known = [`Basic ${btoa(`${user}:${key}`)}`, `Bearer ${KEY}`];
    if (!known.includes(request.headers.get("authorization") ?? "")) {
      return Response.json({ code: 401, message: "Unauthenticated" }, { status: 401 });
    }
    if (trouble.busy !== undefined && trouble.busy.times > 0) {
      const { status, retryAfter } = trouble.busy;
      trouble.busy.times--;
      return new Response(null, { status, headers: retryAfter === undefined ? {} : { "retry-after": retryAfter } });
    }
    const [, action, named, file] =
      /^\/api\/v1\/competitions\/data\/([a-z-]+)\/([^/]+)(?:\/(.+))?$/.exec(url.pathname) ?? [];
    if (named !== competition) return Response.json({ code: 404, message: "Not found" }, { status: 404 });
    if (action === "list") return list(Object.keys(files), url, trouble);
    if (trouble.rulesMissing) {
      const message = "You must accept this competition's rules before you'll be able to download files.";
      return Response.json({ code: 403, message }, { status: 403 });
    }
    const name = action === "download-all" ? `${competition}.zip` : decodeURIComponent(file ?? "");
    if (action !== "download-all" && files[name] === undefined) {
      return Response.json({ code: 404, message: "Not found" }, { status: 404 });
    }
    const place = `http://127.0.0.1:${storage.addr.port}/${encodeURIComponent(name)}?X-Goog-Signature=signed`;
    return new Response(null, { status: 302, headers: { location: place } });
  });

  const env = { KAGGLE_USERNAME: "ada", KAGGLE_KEY: KEY, KAGGLE_API_ENDPOINT: `http://127.0.0.1:${api.addr.port}` };
  return {
    env,
    seen,
    trouble,
    files,
    async [Symbol.asyncDispose]() {
      await Promise.all([api.shutdown(), storage.shutdown()]);
    },
  };
}

function list(names: string[], url: URL, { pageSize, listing }: Trouble): Response {
  if (listing !== undefined) return new Response(listing);
  const files = names.map((name) => ({ name, ref: name }));
  if (pageSize === undefined) return Response.json(files);
  const from = Number(url.searchParams.get("pageToken") ?? 0), to = from + pageSize;
  return Response.json({ files: files.slice(from, to), nextPageToken: to < files.length ? String(to) : "" });
}

function give(bytes: Bytes, asked: Headers, trouble: Trouble): Response {
  const md5 = createHash("md5").update(bytes).digest();
  const etag = `"${md5.toString("hex")}"`;
  const from = Number(/^bytes=(\d+)-$/.exec(asked.get("range") ?? "")?.[1] ?? 0);
  const partial = from > 0 && !trouble.noRanges && asked.get("if-range") === etag;
  if (partial && from >= bytes.length) return new Response(null, { status: 416 });
  const body = partial ? bytes.slice(from) : bytes;
  const headers = new Headers({ "content-length": `${body.length}`, "accept-ranges": "bytes", etag });
  if (partial) headers.set("content-range", `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
  promise(headers, bytes, md5, trouble);
  const cut = trouble.cuts?.shift();
  if (cut === undefined || cut >= body.length) return new Response(body, { status: partial ? 206 : 200, headers });
  let sent = false;
  return new Response(
    new ReadableStream<Bytes>({
      async pull(controller) {
        if (!sent) controller.enqueue(body.slice(0, cut));
        else {
          // Give the bytes time to leave before the connection breaks: what is cut is the answer, not the buffer.
          await new Promise((resolve) => setTimeout(resolve, 20));
          controller.error(new Error("cut"));
        }
        sent = true;
      },
    }),
    { status: partial ? 206 : 200, headers },
  );
}

function promise(headers: Headers, bytes: Bytes, md5: Buffer, trouble: Trouble): void {
  const wrong = (trouble.wrongSums ?? 0) > 0;
  if (wrong) trouble.wrongSums!--;
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(wrong ? 1 : crc32c(bytes));
  const sum = wrong ? Buffer.alloc(16) : md5;
  switch (trouble.sums ?? "md5") {
    case "md5":
      headers.append("x-goog-hash", `crc32c=${crc.toString("base64")}`);
      headers.append("x-goog-hash", `md5=${sum.toString("base64")}`);
      break;
    case "crc32c":
      headers.set("x-goog-hash", `crc32c=${crc.toString("base64")}`);
      headers.set("etag", `"-CJ${bytes.length}"`);
      break;
    case "etag":
      headers.set("x-goog-storage-class", "STANDARD");
      headers.set("etag", `"${sum.toString("hex")}"`);
      break;
    case "none":
      headers.delete("etag");
  }
}
