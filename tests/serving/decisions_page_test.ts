import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Override } from "@/serving/stores/forecast_store.ts";
import { fakeModel, testServer } from "../support/serving.ts";

const override = (more: Partial<Override> = {}): Override => ({
  uniqueId: "1",
  ds: "2015-08-10",
  revision: 1,
  value: 1300,
  lo: null,
  hi: null,
  withdrawn: false,
  reason: "Street <party>",
  by: "carla",
  madeAt: "2015-08-01T06:00:00Z",
  statistical: 1000,
  model: "test-rossmann/1",
  requestId: "a",
  ...more,
});

const text = async (answer: Response | Promise<Response>) => await (await answer).text();
/** Node → value, and node → the node that it stands in, as the page's tree has them. */
function treeOf(page: string) {
  const values = new Map<string, number>(), parents = new Map<string, string>(), open: string[] = [];
  for (const [tag, node, value] of page.matchAll(/<li data-node="([^"]+)" data-value="([^"]+)"|<\/li>/g)) {
    if (tag === "</li>") open.pop();
    else {
      if (open.length > 0) parents.set(node!, open.at(-1)!);
      values.set(node!, Number(value));
      open.push(node!);
    }
  }
  return { values, parents };
}

describe("the page Decisions", () => {
  it("says which task fills it where nothing was studied, and still tells what to order", async () => {
    await using server = await testServer();
    const page = await text(server.ask("/dashboard/decisions"));
    expect(page).toContain("deno task decisions --dataset rossmann");
    expect(page).toContain("cover 80");
    expect(page).toContain("POST /overrides");
  });

  it("orders more the more outcomes shall be covered", async () => {
    await using server = await testServer();
    const ordered = async (service: string) => {
      const headers = { "hx-request": "true", "hx-target": "order" };
      const part = await text(server.ask(`/dashboard/decisions?service=${service}`, undefined, { headers }));
      expect(part).not.toContain("<h2>");
      const [, figure] = /<dd class="figure">([\d.,]+)([kM])? EUR/.exec(part)!;
      return Number(figure!.replaceAll(",", ""));
    };
    expect(await ordered("90")).toBeGreaterThan(await ordered("60"));
    expect(await ordered("")).toBe(await ordered("80"));
    // Beyond the slider's ends, and no numbers at all.
    expect(await ordered("4000")).toBe(await ordered("99"));
    expect(await ordered("many")).toBe(await ordered("80"));
  });

  it("adds up at every node, with planners' changes in it", async () => {
    const model = fakeModel();
    const about = (id: string) => ({ store_type: id === "1" ? "a" : "b", assortment: "c" });
    await using server = await testServer({ load: () => Promise.resolve({ ...model, about }) });
    await server.services.forecasts.putOverrides([
      override(),
      override({ uniqueId: "3", value: null, lo: 0, hi: 2500.4 }),
    ]);
    const { values, parents } = treeOf(await text(server.ask("/dashboard/decisions")));
    expect([...values.keys()].slice(0, 2)).toEqual(["total", "a"]);
    for (const [node, value] of values) {
      const parts = [...parents].filter(([, parent]) => parent === node).map(([part]) => values.get(part)!);
      if (parts.length > 0) expect(parts.reduce((sum, part) => sum + part, 0)).toBe(value);
    }
    const [path] = await model.forecast([{ id: "1", changes: new Map() }]);
    expect(values.get("1")).toBe(Math.round(path!.values.reduce((sum, value) => sum + value, 300)));
  });

  it("tells what overrides were worth once sales are known, and escapes what planners wrote", async () => {
    await using server = await testServer();
    const { forecasts } = server.services;
    await forecasts.putOverrides([override(), override({ ds: "2015-08-11", value: 900 })]);
    expect(await text(server.ask("/dashboard/decisions"))).toContain("none of whose dates is known yet");
    await forecasts.putActuals([{ uniqueId: "1", ds: "2015-08-10", y: 1400, receivedAt: "2015-08-11T00:00:00Z" }]);
    const page = await text(server.ask("/dashboard/decisions"));
    expect(page).toContain("Planners made errors 75");
    expect(page).toContain("✓ better");
    expect(page).toContain("Street &lt;party&gt;");
    expect(page).not.toContain("<party>");
  });
});
