import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { column } from "@/core/matrix.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import { rowsBefore } from "@/pipeline/samples.ts";
import { panel } from "../support/panel.ts";

/** Two series of 42 steps, in six blocks: block 0 holds the last seven steps. */
function table() {
  const shop = panel({ series: 2, length: 42 });
  return buildFeatures(shop, recipe(shop.profile), { origin: "2015-02-02", horizon: 7 });
}

describe("rowsBefore()", () => {
  it("leaves out the steps that only warm features up", () => {
    const all = rowsBefore(table(), 0, { warmup: 0 }), later = rowsBefore(table(), 0, { warmup: 14 });
    expect(Math.min(...column(all.x, "t"))).toBe(0);
    expect(Math.min(...column(later.x, "t"))).toBe(14);
    expect(Math.max(...column(later.x, "t"))).toBe(33);
  });

  it("learns from a third of the history at least, however long the warm-up that is asked for", () => {
    const { x } = rowsBefore(table(), 0, { warmup: 455 });
    expect(Math.min(...column(x, "t"))).toBe(23);
    expect(x.rows).toBeGreaterThan(10);
  });

  it("knows only trading days with a target", () => {
    const { y, x } = rowsBefore(table(), 0, { warmup: 0 });
    expect(y.every((value) => value > 0)).toBe(true);
    expect(column(x, "open").every((open) => open === 1)).toBe(true);
  });
});
