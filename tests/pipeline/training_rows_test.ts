import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { ParamsError } from "@/core/errors.ts";
import { column } from "@/core/matrix.ts";
import type { Panel } from "@/core/panel.ts";
import { datasets } from "@/datasets/mod.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import { type Abilities, contestant } from "@/pipeline/models.ts";
import { joinSlices, rowsBefore } from "@/pipeline/samples.ts";
import { rowsLearnt } from "@/pipeline/training_rows.ts";
import { panel } from "../support/panel.ts";

const ORIGIN = "2015-03-02";
const shop = panel({ series: 2, length: 84 });

/** A panel's features, block 0 at the origin; 63 steps come before it. */
const tableOf = (own: Panel) => buildFeatures(own, recipe(own.profile), { origin: ORIGIN, horizon: 7 });
const learnt = (own: Panel, offsets: readonly number[]) =>
  rowsLearnt(own, { table: tableOf(own), block: 0 }, { offsets }, { warmup: 14 });

describe("rowsLearnt()", () => {
  it("gives the rows of the blocks without offsets", () => {
    const plain = rowsBefore(tableOf(shop), 0, { warmup: 14 });
    expect(learnt(shop, [])).toEqual(plain);
  });

  it("adds each day as other origins saw it: the same sales, another step of the horizon", () => {
    const plain = learnt(shop, []), more = learnt(shop, [3]);
    expect(more.x.rows).toBe(2 * plain.x.rows);
    expect(more.x.names).toEqual(plain.x.names);
    expect([...more.y.subarray(plain.x.rows)]).toEqual([...plain.y]);
    const steps = column(more.x, "horizon_step");
    plain.y.forEach((_, row) => expect(steps[plain.x.rows + row]).toBe((steps[row]! + 2) % 7 + 1));
    // What is frozen at the start of a block was frozen on another day.
    const differ = more.x.names.filter((name) => {
      const values = column(more.x, name);
      return plain.y.some((_, row) => !Object.is(values[row], values[plain.x.rows + row]));
    });
    expect(differ).toContain("base");
  });

  it("knows nothing from the origin on: other sales after it leave every row as it was", () => {
    const after = pl.col("ds").gtEq(pl.lit(new Date(`${ORIGIN}T00:00:00Z`)).cast(pl.Date));
    const other = pl.when(after).then(pl.col("y").mul(3.7)).otherwise(pl.col("y")).alias("y");
    const changed = { ...shop, frame: shop.frame.withColumn(other) };
    expect(changed.frame.getColumn("y").toArray()).not.toEqual(shop.frame.getColumn("y").toArray());
    expect(learnt(changed, [2, 5])).toEqual(learnt(shop, [2, 5]));
  });
});

describe("joinSlices()", () => {
  it("is the slice itself when there is one, and keeps columns together when there are more", () => {
    const one = rowsBefore(tableOf(shop), 0, { warmup: 14 });
    expect(joinSlices([one])).toBe(one);
    const both = joinSlices([one, one]);
    for (const name of one.x.names) {
      expect([...column(both.x, name)]).toEqual([...column(one.x, name), ...column(one.x, name)]);
    }
  });
});

describe("a model's offsets and strategy", () => {
  const { profile } = datasets.rossmann!;
  const of = (own: Record<string, unknown>, able?: Abilities, name = "lightgbm") => {
    const choices = { synthetic: {}, models: [name], warmup: 0, regressors: { [name]: own }, hierarchy: [] };
    const costs = { under: 4, over: 1, currency: "EUR" };
    return contestant(name, profile, { ...choices, costs }, { threads: 1 }, able);
  };

  it("are none and direct unless params say so, and no parameters of the learner", () => {
    const { offsets, strategy, params } = of({ offsets: [14, 28], rounds: 7 }, { offsets: true });
    expect([offsets, strategy, params["rounds"]]).toEqual([[14, 28], "direct", 7]);
    expect(Object.keys(params)).not.toContain("offsets");
    expect([of({}).offsets, of({}).strategy]).toEqual([[], "direct"]);
  });

  it("are refused where they make no sense, or where the caller cannot follow them", () => {
    const able = { offsets: true, recursive: true };
    expect(() => of({ offsets: [42] }, able)).toThrow("from 1 to 41");
    expect(() => of({ offsets: [7, 7] }, able)).toThrow(ParamsError);
    expect(() => of({ strategy: "sideways" }, able)).toThrow("direct or recursive");
    expect(() => of({ strategy: "recursive", offsets: [7] }, able)).toThrow("no offsets");
    expect(() => of({ strategy: "recursive" }, able, "group_median")).toThrow("learn from features");
    expect(() => of({ strategy: "recursive" }, { offsets: true })).toThrow("deno task backtest");
    expect(() => of({ offsets: [7] })).toThrow("this task does not");
  });
});
