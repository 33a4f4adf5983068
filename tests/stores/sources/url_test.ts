import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { gzipSync, strToU8, zipSync } from "fflate";
import { DatasetError } from "@/core/errors.ts";
import type { Progress } from "@/core/source.ts";
import type { Bytes } from "@/core/store.ts";
import type { Network } from "@/stores/sources/transfer.ts";
import { urlSource } from "@/stores/sources/url.ts";

const train = strToU8("Store,Sales\n1,5263\n");
const text = (bytes: Bytes | undefined) => new TextDecoder().decode(bytes);

/** A web server on this machine that gives files by path, or whatever a handler answers. */
function serve(files: Record<string, Bytes | ((request: Request) => Response)>) {
  const seen: Headers[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    seen.push(new Headers(request.headers));
    const file = files[new URL(request.url).pathname];
    if (typeof file === "function") return file(request);
    return file === undefined ? new Response("none", { status: 404 }) : new Response(file);
  });
  const base = `http://127.0.0.1:${server.addr.port}`;
  const waits: number[] = [];
  const network: Partial<Network> = { sleep: (milliseconds) => Promise.resolve(void waits.push(milliseconds)) };
  return {
    base,
    seen,
    waits,
    take: (path: string, patterns: string[], options: Partial<Network> = {}) =>
      Array.fromAsync(urlSource(base + path, { ...network, ...options }).files(patterns)),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(() => undefined, (error) => error);
  expect(error).toBeInstanceOf(DatasetError);
  expect(error.message).toMatch(/^Cannot [^\n]+$/);
  return error.message;
}

describe("urlSource()", () => {
  it("takes one file, an archive, or files by name", async () => {
    await using web = serve({
      "/train.csv": train,
      "/z/train.csv.gz": gzipSync(train),
      "/a/rossmann.zip": zipSync({ "train.csv": train, "store.csv": train, "external/weather/Bayern.csv": train }),
      "/folder/train.csv": train,
      "/folder/store.csv.zip": zipSync({ "store.csv": train }),
    });
    const paths = async (path: string, ...patterns: string[]) =>
      (await web.take(path, patterns)).map((file) => [file.path, text(file.bytes) === text(train), file.archive]);
    expect(await paths("/train.csv", "train.csv", "store.csv")).toEqual([["train.csv", true, undefined]]);
    expect(await paths("/z/train.csv.gz?download=1", "train.csv")).toEqual([["train.csv", true, "train.csv.gz"]]);
    expect(await paths("/a/rossmann.zip", "train.csv", "external/weather/*.csv")).toEqual([
      ["train.csv", true, "rossmann.zip"],
      ["external/weather/Bayern.csv", true, "rossmann.zip"],
    ]);
    for (const base of ["/folder", "/folder/"]) {
      expect(await paths(base, "train.csv", "store.csv", "test.csv", "external/weather/*.csv")).toEqual([
        ["train.csv", true, undefined],
        ["store.csv", true, "store.csv.zip"],
      ]);
    }
  });

  it("is known by its address without password and signature", () => {
    const source = urlSource("https://ada:secret@example.org/data/train.csv?signature=secret");
    expect(source.name).toBe("https://example.org/data/train.csv");
  });

  it("follows redirects, and sends a password only to the host that it is for", async () => {
    await using storage = serve({ "/stored": train });
    await using web = serve({
      "/here/train.csv": () => new Response(null, { status: 307, headers: { location: "/there.csv" } }),
      "/there.csv": () => new Response(null, { status: 302, headers: { location: `${storage.base}/stored` } }),
    });
    const address = `${web.base}/here/train.csv`.replace("http://", "http://ada:secret@");
    const [file] = await Array.fromAsync(urlSource(address).files(["train.csv"]));
    expect(text(file?.bytes)).toBe(text(train));
    expect(web.seen.map((headers) => headers.get("authorization"))).toEqual(
      Array(2).fill(`Basic ${btoa("ada:secret")}`),
    );
    expect(storage.seen.map((headers) => headers.get("authorization"))).toEqual([null]);
  });

  it("asks for the bytes as they are stored", async () => {
    await using web = serve({ "/train.csv": train });
    await web.take("/train.csv", ["train.csv"]);
    expect(web.seen[0]?.get("accept-encoding")).toBe("identity");
  });

  it("tells how far it is, also where the length is not known", async () => {
    const steps: Progress[] = [];
    await using web = serve({
      "/train.csv": train,
      "/b/train.csv": () => new Response(ReadableStream.from([train])),
    });
    await web.take("/train.csv", ["train.csv"], { onProgress: (step) => steps.push(step) });
    expect(steps.at(-1)).toEqual({ file: `${web.base}/train.csv`, done: train.length, total: train.length });
    await web.take("/b/train.csv", ["train.csv"], { onProgress: (step) => steps.push(step) });
    expect(steps.at(-1)).toEqual({ file: `${web.base}/b/train.csv`, done: train.length });
  });

  it("tries again when the server is busy, and when what arrives has another checksum", async () => {
    let answers = 0;
    await using web = serve({
      "/train.csv": () => {
        answers++;
        if (answers === 1) return new Response(null, { status: 503, headers: { "retry-after": "3" } });
        if (answers === 2) return new Response(train, { headers: { "x-goog-hash": "md5=AAAAAAAAAAAAAAAAAAAAAA==" } });
        return new Response(train);
      },
    });
    expect(await web.take("/train.csv", ["train.csv"])).toHaveLength(1);
    expect(web.waits).toEqual([3000, 2000]);
  });

  it("reads a date to wait for by the server's own clock", async () => {
    let busy = true;
    await using web = serve({
      "/train.csv": () => {
        if (!busy) return new Response(train);
        busy = false;
        const headers = { date: "Sat, 21 Nov 2026 10:00:00 GMT", "retry-after": "Sat, 21 Nov 2026 10:00:09 GMT" };
        return new Response(null, { status: 429, headers });
      },
    });
    await web.take("/train.csv", ["train.csv"]);
    expect(web.waits).toEqual([9000]);
  });

  it("refuses what is too large, told or not", async () => {
    await using web = serve({
      "/train.csv": train,
      "/b/train.csv": () => new Response(ReadableStream.from([train, train])),
    });
    for (const path of ["/train.csv", "/b/train.csv"]) {
      expect(await refusal(web.take(path, ["train.csv"], { most: 10 }))).toMatch(/bytes or more: at most 10 are taken/);
    }
  });

  it("gives up on a connection that stays silent", async () => {
    await using web = serve({
      "/train.csv": () => new Response(new ReadableStream({ start: (controller) => controller.enqueue(train) })),
    });
    const promise = web.take("/train.csv", ["train.csv"], { stall: 30, attempts: 2 });
    expect(await refusal(promise)).toMatch(/was cut \(nothing was heard for 0.03 s\), 2 times in a row/);
  });

  it("says what the server answers", async () => {
    const status = (status: number) => () => new Response(null, { status });
    await using web = serve({
      "/403/train.csv": status(403),
      "/401/train.csv": status(401),
      "/400/train.csv": status(400),
    });
    expect(await refusal(web.take("/404/train.csv", ["train.csv"]))).toMatch(/no such file \(404\): check the address/);
    expect(await refusal(web.take("/403/train.csv", ["train.csv"]))).toMatch(
      /not give it to everyone \(403\): download/,
    );
    expect(await refusal(web.take("/401/train.csv", ["train.csv"]))).toMatch(
      /not give it to everyone \(401\): download/,
    );
    expect(await refusal(web.take("/400/train.csv", ["train.csv"]))).toMatch(/answers 400/);
    expect(await refusal(web.take("/none", ["train.csv", "store.csv"]))).toMatch(/train.csv, store.csv in .* \(404\)/);
  });

  it("takes a page in place of a file for a missing one, unless nothing else is there", async () => {
    const page = () => new Response("<!doctype html><title>Not found</title>");
    const missing = Object.fromEntries(["", ".gz", ".zip"].map((suffix) => [`/store.csv${suffix}`, page]));
    await using web = serve({ "/train.csv": train, ...missing });
    expect((await web.take("", ["train.csv", "store.csv"])).map(({ path }) => path)).toEqual(["train.csv"]);
    expect(await refusal(web.take("", ["store.csv"]))).toMatch(/^Cannot read store.csv .*web page/);
    expect(await refusal(web.take("/store.csv", ["store.csv"]))).toMatch(/^Cannot read store.csv .*web page/);
  });

  it("names the file when it has another name than the data", async () => {
    await using web = serve({ "/sales.csv": train });
    expect(await refusal(web.take("/sales.csv", ["train.csv"]))).toMatch(/it needs train.csv .*: found sales.csv/);
  });

  it("refuses addresses without https, but for this machine", () => {
    for (const address of ["http://example.org/train.csv", "http://127.0.0.1.example.org/", "https://", "ftp://a/b"]) {
      expect(() => urlSource(address)).toThrow(DatasetError);
    }
    for (const address of ["http://localhost:8000/", "http://127.0.0.1/", "http://[::1]:1/", "https://example.org"]) {
      expect(urlSource(address).name).toMatch(/^https?:/);
    }
  });

  it("refuses redirects from https to http, in circles, and to nowhere", async () => {
    const to = (location?: string) => () => {
      return Promise.resolve(new Response(null, { status: 302, headers: location === undefined ? {} : { location } }));
    };
    const take = (fetch: () => Promise<Response>) =>
      Array.fromAsync(urlSource("https://example.org/train.csv", { fetch }).files(["train.csv"]));
    expect(await refusal(take(to("http://127.0.0.1/train.csv")))).toMatch(
      /redirects to http:.* not protected by https/,
    );
    expect(await refusal(take(to("https://example.org/train.csv")))).toMatch(/redirects more than 10 times/);
    expect(await refusal(take(to()))).toMatch(/redirects \(302\) without an address/);
  });

  it("no server at all: says so, without the address's secrets", async () => {
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response());
    await server.shutdown();
    const address = `http://ada:secret@127.0.0.1:${server.addr.port}/train.csv?signature=secret`;
    const message = await refusal(
      Array.fromAsync(urlSource(address, { sleep: () => Promise.resolve() }).files(["train.csv"])),
    );
    expect(message).toMatch(/as 127.0.0.1:\d+ cannot be reached \(.*refused.*5 times in a row/);
    expect(message).not.toContain("secret");
  });
});
