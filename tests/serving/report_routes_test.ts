import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { testServer } from "../support/serving.ts";

describe("/reports/", () => {
  it("serves pages, JSON and CSV of the folder reports, each with scripts of its own and nobody else's", async () => {
    await using server = await testServer();
    const { store } = server.services;
    await store.put("reports/shop/report.html", "<h1>report</h1>");
    await store.put("reports/shop/holdout.csv", "ds,y\n");
    const page = await server.ask("/reports/shop/report.html");
    expect([page.status, await page.text()]).toEqual([200, "<h1>report</h1>"]);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'unsafe-inline'");
    expect((await server.ask("/reports/shop/holdout.csv")).headers.get("content-type")).toContain("text/csv");
  });

  it("serves nothing else: no other type, nothing hidden, nothing outside", async () => {
    await using server = await testServer();
    const { store } = server.services;
    for (const key of ["reports/model.bin", "reports/.secret.json", "secret.json"]) await store.put(key, "no");
    const paths = ["model.bin", ".secret.json", "%2e%2e/secret.json", "..%2fsecret.json", "a//b.json", "nothing.html"];
    for (const path of paths) {
      const { status } = await server.ask(`/reports/${path}`);
      expect([path, status]).toEqual([path, 404]);
    }
  });
});
