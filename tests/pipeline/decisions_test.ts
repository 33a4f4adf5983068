import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { hierarchyOf, RECONCILIATIONS } from "@/evaluation/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { weekOf } from "@/pipeline/decisions/cost_study.ts";
import { decide, type DecisionRecord } from "@/pipeline/decisions/decide.ts";
import { bestWay } from "@/pipeline/decisions/hierarchy_study.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { type Workdir, workdir } from "../support/workdir.ts";

describe("decide()", () => {
  let work: Workdir, context: Context, record: DecisionRecord;

  before(async () => {
    work = await workdir();
    const plain = await work.context({ series: 8, steps: 400, windows: 2, models: ["seasonal_naive", "lightgbm"] });
    // The embedded data have no states: a column that is empty for all series divides nothing.
    context = { ...plain, choices: { ...plain.choices, hierarchy: ["state", "store_type"] } };
    await pipeline(context);
    record = await decide(context);
  });
  after(() => work[Symbol.asyncDispose]());

  it("orders at the quantile that the costs ask for, which costs less than the forecast itself", () => {
    const { costs, ratio, ways } = record.cost;
    expect(ratio).toBeCloseTo(costs.under / (costs.under + costs.over));
    const mean = Object.fromEntries(ways.map((own) => [own.way, own.mean]));
    expect(mean["interval"]).toBeLessThan(mean["forecast"]!);
    expect(mean["interval"]).toBeLessThan(mean["naive interval"]!);
    expect(new Set(ways.map(({ rows }) => rows)).size).toBe(1);
  });

  it("counts every cost once: stores and weeks add up to the whole, and so do the steps' savings", () => {
    const { byStore, ways, steps, costliest } = record.cost;
    const total = ways.find(({ way }) => way === "interval")!.total;
    const cells = byStore.cost.flat().reduce<number>((sum, value) => sum + (value ?? 0), 0);
    expect(cells).toBeCloseTo(total, 6);
    expect(byStore.weeks).toEqual([...new Set(byStore.weeks.map(weekOf))].sort());
    const saved = steps.reduce((sum, { saved }) => sum + saved, 0);
    expect(saved).toBeCloseTo(steps[0]!.cost - steps.at(-1)!.cost, 9);
    expect(costliest).toHaveLength(8);
    expect(costliest.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    for (const { why } of costliest) expect(why.length).toBeGreaterThan(10);
  });

  it("forecasts every level, and adds up from the first window that another came before", () => {
    const { levels, origins, chosen, tree } = record.hierarchy!;
    expect(levels.map(({ level }) => level)).toEqual(["total", "store_type", "series"]);
    expect(origins).toHaveLength(2);
    for (const { errors } of levels) for (const way of RECONCILIATIONS) expect(errors[way]).toBeGreaterThan(0);
    // The first window that another came before is judged when nothing is known of any way yet.
    expect(chosen[0]).toBe("bottom_up");
    expect(chosen).toHaveLength(2);
    for (const { errors, last } of levels) {
      expect(last.chosen).toBeGreaterThan(0);
      if (chosen[1] === "bottom_up") expect(errors.chosen).toBe(errors.bottom_up);
    }
    const [top] = tree;
    for (const column of ["reconciled", "sold"] as const) {
      const parts = tree.filter(({ parent }) => parent === top!.node).reduce((sum, own) => sum + own[column], 0);
      expect(parts / top![column]).toBeCloseTo(1, 9);
    }
  });

  it("is kept where the dashboard looks for it, and repeats", async () => {
    const kept = JSON.parse(await Deno.readTextFile(context.store.path("reports/rossmann/decisions.json")));
    expect(kept).toEqual(JSON.parse(JSON.stringify(record)));
    const again = await decide(context);
    expect({ ...again, madeAt: "" }).toEqual({ ...record, madeAt: "" });
  });

  it("refuses a hierarchy with orphans or with nodes that are no series, and names them", async () => {
    const links = [
      { node: "total", parent: null },
      { node: "north", parent: "total" },
      { node: "1", parent: "north" },
      {
        node: "store 99",
        parent: "north",
      },
    ];
    const message = await decide(context, { hierarchy: hierarchyOf(links) }).catch((error) => error.message);
    expect(message).toContain("7 series are in no node (orphans)");
    expect(message).toContain('1 nodes without parts are no series: "store 99"');
  });
});

describe("bestWay()", () => {
  it("spares the level that would suffer most, then helps most on the mean", () => {
    const errors = (own: Partial<Record<string, number>>) =>
      ({
        base: 100,
        bottom_up: 120,
        top_down: 130,
        ols: 105,
        wls_struct: 99,
        wls_var: 98,
        mint_shrink: 90,
        ...own,
      }) as never;
    const levels = [
      { level: "total", nodes: 1, errors: errors({}) },
      { level: "series", nodes: 9, errors: errors({ mint_shrink: 103, wls_var: 100.5, wls_struct: 100 }) },
    ];
    expect(bestWay(levels)).toBe("wls_var");
  });
});
