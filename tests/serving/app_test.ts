import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { createHash } from "node:crypto";
import { ModelUnavailableError } from "@/core/errors.ts";
import { fakeModel, testServer } from "../support/serving.ts";

const refusing = () => Promise.reject(new ModelUnavailableError("Cannot use the model as nobody approved it"));

describe("the server", () => {
  it("is ready once a verified model answers", async () => {
    await using server = await testServer();
    const answer = await server.ask("/health/ready");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: "ready", model: { name: "test-rossmann", version: "1" } });
  });

  it("says why it is not ready, and lives", async () => {
    await using server = await testServer({ load: refusing });
    const ready = await server.ask("/health/ready");
    expect([ready.status, (await ready.json()).why]).toEqual([503, "Cannot use the model as nobody approved it"]);
    expect((await server.ask("/health/live")).status).toBe(200);
  });

  it("gives a page to browsers and JSON to others", async () => {
    await using server = await testServer();
    const page = await server.ask("/", undefined, { headers: { accept: "text/html" } });
    expect(await page.text()).toContain("<nav");
    expect(await (await server.ask("/")).json()).toMatchObject({ status: "running", model: { version: "1" } });
  });

  it("answers what is not there, and what is called the wrong way, with a problem", async () => {
    await using server = await testServer();
    const missing = await server.ask("/nowhere"), wrong = await server.ask("/health", {});
    expect([missing.status, missing.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET"]);
  });

  it("names every request, in the answer's header", async () => {
    await using server = await testServer();
    const named = await server.ask("/health", undefined, { headers: { "x-request-id": "abc-1" } });
    expect(named.headers.get("x-request-id")).toBe("abc-1");
    const odd = await server.ask("/health", undefined, { headers: { "x-request-id": "<script>" } });
    expect(odd.headers.get("x-request-id")).not.toContain("<");
  });

  it("demands an API key when it has any, but not for health", async () => {
    const hash = createHash("sha256").update("secret").digest("hex");
    await using server = await testServer({ settings: { apiKeys: [hash] } });
    expect((await server.ask("/metrics")).status).toBe(401);
    expect((await server.ask("/metrics", undefined, { headers: { "x-api-key": "wrong" } })).status).toBe(401);
    expect((await server.ask("/metrics", undefined, { headers: { authorization: "Bearer secret" } })).status).toBe(200);
    expect((await server.ask("/health")).status).toBe(200);
  });

  it("lets a client send its share, then asks it to wait", async () => {
    await using server = await testServer({ settings: { perSecond: 1 } });
    const answers = [];
    for (let k = 0; k < 3; k++) answers.push(await server.ask("/metrics"));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(Number(answers[2]!.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("tells other sites' pages nothing unless they are named", async () => {
    await using server = await testServer();
    await using open = await testServer({ settings: { corsOrigins: ["https://shop.example"] } });
    const headers = { origin: "https://shop.example" };
    expect((await server.ask("/health", undefined, { headers })).headers.get("access-control-allow-origin")).toBeNull();
    expect((await open.ask("/health", undefined, { headers })).headers.get("access-control-allow-origin"))
      .toBe("https://shop.example");
  });

  it("documents its routes, with everything from its own disk", async () => {
    await using server = await testServer();
    const document = await (await server.ask("/openapi.json")).json();
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths)).toContain("/health/ready");
    const docs = await (await server.ask("/docs")).text();
    expect(docs).not.toMatch(/(src|href)="https?:/);
    for (const [, path] of docs.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
      expect((await server.ask(path!)).status).toBe(200);
    }
  });

  it("counts requests by route and status", async () => {
    await using server = await testServer();
    await server.ask("/health");
    await server.ask("/nowhere");
    const text = await (await server.ask("/metrics")).text();
    expect(text).toContain('request_count_total{route="/health",method="GET",status="200"} 1');
    expect(text).toContain('request_count_total{route="other",method="GET",status="404"} 1');
    expect(text).toContain('error_count_total{kind="not-found"} 1');
  });
});

describe("the pages", () => {
  it("show what to do while there is no model", async () => {
    await using server = await testServer({ load: refusing });
    const page = await (await server.ask("/dashboard/forecast")).text();
    expect(page).toContain("make demo");
    expect(page).toContain("nobody approved it");
  });

  it("show an error inside the layout, and htmx gets its part alone", async () => {
    await using server = await testServer();
    const failed = await server.ask("/dashboard/forecast?series=99");
    expect(failed.status).toBe(404);
    expect(await failed.text()).toContain("<nav");
    const part = await server.ask("/dashboard/forecast?series=2", undefined, { headers: { "hx-request": "true" } });
    const text = await part.text();
    expect(text).toContain("Store 2 sells about");
    expect(text).not.toContain("<nav");
  });
});

describe("Models", () => {
  it("swap to another version, and free the old one once its work is done", async () => {
    const made = [fakeModel({ version: "1" }), fakeModel({ version: "2" })];
    let at = 0;
    await using server = await testServer({ load: () => Promise.resolve(made[at++]!) });
    const { models } = server.services;
    let end = () => {};
    const work = models.using(models.answerer(), () => new Promise<void>((resolve) => end = resolve));
    expect((await models.swap()).outcome).toBe("swapped");
    expect([models.answerer().version, made[0]!.disposed]).toEqual(["2", false]);
    end();
    await work;
    expect(made[0]!.disposed).toBe(true);
  });

  it("refuse a bad version, and go on with the old one", async () => {
    let good = true;
    await using server = await testServer({ load: () => good ? Promise.resolve(fakeModel()) : refusing() });
    good = false;
    const { models } = server.services;
    expect(await models.swap()).toMatchObject({
      outcome: "refused",
      why: "Cannot use the model as nobody approved it",
    });
    expect(models.state.ready).toBe(true);
  });

  it("give a canary its share of the series, always the same ones", async () => {
    await using server = await testServer({ load: (which) => Promise.resolve(fakeModel({ version: which ?? "1" })) });
    const { models } = server.services;
    await models.setCanary("2", 1);
    expect(models.answerer("1").version).toBe("2");
    await models.setCanary("2", 0);
    expect(models.answerer("1").version).toBe("1");
    await models.setCanary();
    expect(models.canary).toBeUndefined();
  });
});
