/** What comes over the wire from people who mean no good, and from clients that are broken. */
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { testServer } from "../support/serving.ts";

const HOST = "Host: 127.0.0.1\r\n", JSON_TYPE = "Content-Type: application/json\r\n";
const GOOD = { Store: 1, Date: "2015-08-02" };

/** Sends bytes as they are, part by part, and returns what comes back until the connection ends or the time is up. */
async function raw(port: number, parts: Iterable<string | Uint8Array>, { ms = 5_000 } = {}): Promise<string> {
  using connection = await Deno.connect({ port, hostname: "127.0.0.1" });
  let said = "", over = false;
  const decoder = new TextDecoder(), buffer = new Uint8Array(65_536);
  const whole = () => {
    const [head, body] = said.split("\r\n\r\n", 2), length = /content-length: (\d+)/i.exec(head ?? "");
    return body !== undefined && (length === null || body.length >= Number(length[1]));
  };
  const reading = (async () => {
    while (!over) {
      const size = await connection.read(buffer).catch(() => null);
      if (size === null) break;
      said += decoder.decode(buffer.subarray(0, size));
      if (whole()) break;
    }
    over = true;
  })();
  try {
    for (const part of parts) {
      if (over) break;
      const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
      for (let at = 0; at < bytes.length && !over;) at += await connection.write(bytes.subarray(at));
    }
  } catch {
    // Whoever is refused in the middle of a body may find the door shut.
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([reading, new Promise((done) => timer = setTimeout(done, ms))]);
  clearTimeout(timer);
  return said;
}

const statusOf = (said: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(said)?.[1]);

describe("a body that is too large", () => {
  const megabyte = new Uint8Array(2 ** 20).fill(32);

  it("is refused by what it says of itself, before it is sent", async () => {
    await using server = await testServer();
    const head = `POST /predict HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: ${50 * 2 ** 20}\r\n\r\n`;
    const said = await raw(server.listen(), [head]);
    expect([statusOf(said), said.includes("at most 16 MB")]).toEqual([413, true]);
  });

  it("is refused when it has become so, without a word of its length", async () => {
    await using server = await testServer();
    function* parts() {
      yield `POST /predict_batch HTTP/1.1\r\n${HOST}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n`;
      for (let part = 0; part < 50; part++) {
        yield `${megabyte.length.toString(16)}\r\n`;
        yield megabyte;
        yield "\r\n";
      }
      yield "0\r\n\r\n";
    }
    const port = server.listen();
    // Either the answer arrives, or the door is shut; the server goes on.
    expect([413, NaN]).toContain(statusOf(await raw(port, parts())));
    expect((await server.ask("/predict", GOOD)).status).toBe(200);
  });

  it("is refused when it is small and would unfold", async () => {
    await using server = await testServer();
    const stream = new Blob([megabyte]).stream().pipeThrough(new CompressionStream("gzip"));
    const bomb = new Uint8Array(await new Response(stream).arrayBuffer());
    for (const encoding of ["gzip", "deflate", "br", "gzip, gzip"]) {
      const head = `POST /predict HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Encoding: ${encoding}\r\n` +
        `Content-Length: ${bomb.length}\r\n\r\n`;
      expect(statusOf(await raw(server.listen(), [head, bomb]))).toBe(415);
    }
  });
});

describe("a slow client", () => {
  it("is told that the time is up, and does not hold up others", async () => {
    await using server = await testServer({ settings: { requestMs: 300 } });
    const port = server.listen();
    const stalled = Array.from(
      { length: 50 },
      () => raw(port, [`POST /predict HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: 100\r\n\r\n{"Store":`]),
    );
    const unfinished = Array.from({ length: 50 }, () => raw(port, ["POST /predict HTT"], { ms: 500 }));
    const answer = await fetch(`http://127.0.0.1:${port}/predict`, {
      method: "POST",
      body: JSON.stringify(GOOD),
      headers: { "content-type": "application/json" },
    });
    expect([answer.status, (await answer.json()).prediction > 0]).toEqual([200, true]);
    for (const said of await Promise.all(stalled)) {
      expect([statusOf(said), said.includes("/problems/timeout")]).toEqual([503, true]);
    }
    await Promise.all(unfinished);
  });

  it("that goes away in the middle leaves nothing behind", async () => {
    await using server = await testServer();
    const port = server.listen();
    for (let k = 0; k < 20; k++) {
      using connection = await Deno.connect({ port, hostname: "127.0.0.1" });
      const rows = JSON.stringify(Array.from({ length: 42 }, () => GOOD));
      const head = `POST /predict_batch HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: ${rows.length}\r\n\r\n`;
      await connection.write(new TextEncoder().encode(head + (k % 2 === 0 ? rows : rows.slice(0, 50))));
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await server.ask("/health/ready")).status).toBe(200);
    expect(await (await server.ask("/metrics")).text()).toMatch(/^requests_in_flight [01]$/m);
  });
});

describe("a path that climbs", () => {
  for (
    const path of [
      "/../../../../etc/passwd",
      "/assets/../../deno.json",
      "/assets/..%2f..%2fdeno.json",
      "/assets/%2e%2e/%2e%2e/deno.json",
      "/assets/....//deno.json",
      "/assets/style.css%00.js",
      "/assets/constructor",
      "/dashboard/..%2f..%2fmodels",
      "/docs/..%5c..%5cdeno.json",
      "//etc/passwd",
    ]
  ) {
    it(`finds nothing: ${path}`, async () => {
      await using server = await testServer();
      const said = await raw(server.listen(), [`GET ${path} HTTP/1.1\r\n${HOST}\r\n`]);
      expect(said).not.toMatch(/root:|nodeModulesDir/);
      expect([400, 404]).toContain(statusOf(said));
    });
  }
});

describe("a header that means harm", () => {
  it("is not sent back, nor taken as another", async () => {
    await using server = await testServer();
    const port = server.listen();
    for (
      const id of ["a b", "<script>alert(1)</script>", "x".repeat(5_000), "a%0d%0aSet-Cookie:%20b=1", "a\tb", "ä"]
    ) {
      const said = await raw(port, [`GET /health HTTP/1.1\r\n${HOST}X-Request-Id: ${id}\r\n\r\n`]);
      expect(said).not.toMatch(/script>|set-cookie|xxxx/i);
      expect([200, 400, 431]).toContain(statusOf(said));
    }
    const twice = await raw(port, [`GET /health HTTP/1.1\r\n${HOST}X-Request-Id: a\r\nX-Request-Id: b\r\n\r\n`]);
    expect(twice).not.toMatch(/^x-request-id: a, b/im);
    // Two lengths are two opinions about where the next request begins.
    const smuggled = `POST /predict HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: 2\r\nContent-Length: 50\r\n\r\n{}`;
    expect([400, NaN]).toContain(statusOf(await raw(port, [smuggled], { ms: 500 })));
    const huge = `GET /health HTTP/1.1\r\n${HOST}X-Huge: ${"y".repeat(2 ** 20)}\r\n\r\n`;
    expect([400, 431, NaN]).toContain(statusOf(await raw(port, [huge])));
    expect((await server.ask("/health")).status).toBe(200);
  });
});

describe("SQL in every text", () => {
  const SQL = "1'; DELETE FROM actuals; DROP TABLE forecasts; --";

  it("is a text", async () => {
    await using server = await testServer();
    const { forecasts, served } = server.services;
    await server.ask("/actuals", [{ unique_id: "1", ds: "2015-07-01", y: 5 }]);
    await server.ask("/predict", GOOD, { headers: { "x-request-id": SQL } });
    const text = encodeURIComponent(SQL);
    const asked: [string, unknown?][] = [
      ["/predict", { unique_id: SQL, ds: "2015-08-02" }],
      ["/predict", { unique_id: "1", ds: SQL }],
      ["/predict", { unique_id: "1", ds: "2015-08-02", state_holiday: SQL }],
      ["/predict_batch", [{ unique_id: SQL, ds: SQL }]],
      ["/forecast", { unique_id: SQL }],
      ["/forecast", { unique_id: "1", start: SQL }],
      ["/forecast", { unique_id: "1", plan: [{ ds: SQL }] }],
      ["/explain", { unique_id: SQL, ds: "2015-08-02" }],
      ["/actuals", [{ unique_id: SQL, ds: "2015-08-02", y: 1 }]],
      ["/actuals", [{ unique_id: "1", ds: SQL, y: 1 }]],
      [`/forecast?unique_id=${text}`],
      [`/forecast?unique_id=1&from=${text}`],
      [`/forecast?store_id=${text}`],
      [`/forecast?${text}=1`],
      ["/forecast?unique_id=%00"],
      [`/v2/models/${text}`],
      [`/v2/models/${text}/infer`, { inputs: [] }],
      [`/dashboard/forecast?series=${text}`],
      [`/assets/${text}`],
    ];
    for (const [path, body] of asked) {
      const { status } = await server.ask(path, body);
      // One of a batch's rows fails, the batch does not.
      expect([path, path === "/predict_batch" ? [200] : [400, 404, 422], status]).toEqual([
        path,
        expect.arrayContaining([status]),
        status,
      ]);
    }
    await served.flush();
    expect(await forecasts.counts()).toEqual({ forecasts: 0, predictions: 1, actuals: 1 });
  });
});

describe("numbers and texts that are hardly any", () => {
  const bodies: readonly (readonly [what: string, path: string, body: string, status: number])[] = [
    ["NaN", "/actuals", '[{"unique_id":"1","ds":"2015-07-01","y":NaN}]', 400],
    ["Infinity", "/actuals", '[{"unique_id":"1","ds":"2015-07-01","y":Infinity}]', 400],
    ["1e308", "/actuals", '[{"unique_id":"1","ds":"2015-07-01","y":1e308}]', 422],
    ["1e999", "/actuals", '[{"unique_id":"1","ds":"2015-07-01","y":1e999}]', 422],
    ["a store of 1e308", "/predict", '{"Store":1e308,"Date":"2015-08-02"}', 422],
    ["a store of 0.5", "/predict", '{"Store":0.5,"Date":"2015-08-02"}', 422],
    ["a store of −1", "/predict", '{"Store":-1,"Date":"2015-08-02"}', 422],
    ["a prototype", "/predict", '{"__proto__":{"Store":1},"Date":"2015-08-02"}', 422],
    ["a constructor", "/predict", '{"unique_id":"constructor","ds":"2015-08-02"}', 404],
    ["a deep nest", "/predict", "[".repeat(100_000), 400],
    ["a deep nest that closes", "/predict_batch", `${"[".repeat(50_000)}${"]".repeat(50_000)}`, 422],
    ["half a surrogate", "/predict", '{"unique_id":"\\ud800","ds":"2015-08-02"}', 404],
    ["the character 0", "/predict", '{"unique_id":"\\u0000","ds":"2015-08-02"}', 404],
    ["nothing", "/predict", "", 400],
    ["null", "/predict", "null", 422],
    ["a year of five digits", "/predict", '{"Store":1,"Date":"12015-08-02"}', 422],
    ["29 February of a plain year", "/predict", '{"Store":1,"Date":"2015-02-29"}', 422],
  ];
  for (const [what, path, body, status] of bodies) {
    it(`are refused: ${what}`, async () => {
      await using server = await testServer();
      const answer = await server.ask(path, body);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "application/problem+json"]);
      expect((await server.services.forecasts.counts()).actuals).toBe(0);
    });
  }

  it("are refused: bytes that are no text", async () => {
    await using server = await testServer();
    const head = `POST /predict HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: 4\r\n\r\n`;
    expect(statusOf(await raw(server.listen(), [head, Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)]))).toBe(400);
  });

  it("do not fail the other rows of a batch", async () => {
    await using server = await testServer();
    const csv = "Store,Date,Promo\n1,2015-08-02,1\n1e308,2015-08-02,1\n2,NaN,1\n3,2015-08-02,Infinity\n";
    const answer = await server.ask("/predict_batch", csv, { headers: { "content-type": "text/csv" } });
    const { rows, failed, predictions } = await answer.json();
    expect([rows, failed, predictions[0].prediction > 0]).toEqual([4, 3, true]);
  });
});
