import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { ParamsError } from "@/core/errors.ts";
import { column } from "@/core/matrix.ts";
import type { Panel } from "@/core/panel.ts";
import { datasets } from "@/datasets/mod.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import { type Abilities, contestant } from "@/pipeline/models.ts";
import { joinRows, rowsBefore, type Slice } from "@/pipeline/samples.ts";
import { trainingRows } from "@/pipeline/training_rows.ts";
import { panel } from "../support/panel.ts";

const ORIGIN = "2015-03-02";
const shop = panel({ series: 2, length: 84 });

/** A panel's features, block 0 at the origin; 63 steps come before it. */
const tableOf = (own: Panel) => buildFeatures(own, recipe(own.profile), { origin: ORIGIN, horizon: 7 });
const learnt = (own: Panel, offsets: readonly number[]) =>
  trainingRows(own, { horizon: 7, warmup: 14 }).before({ table: tableOf(own), block: 0 }, { offsets });

/** Series and step of a row as one text. */
const dayOf = ({ x }: Slice, row: number) => `${column(x, "series")[row]} ${column(x, "t")[row]}`;
const stepsOf = (slice: Slice) =>
  new Map(Array.from(slice.y.keys(), (row) => [dayOf(slice, row), column(slice.x, "horizon_step")[row]!]));

describe("trainingRows()", () => {
  it("gives the rows of the blocks without offsets", () => {
    const plain = rowsBefore(tableOf(shop), 0, { warmup: 14 });
    expect(learnt(shop, [])).toEqual(plain);
  });

  it("learns each day once, in turns as it is and as another origin saw it: the same sales, another step", () => {
    const plain = learnt(shop, []), turned = learnt(shop, [3]);
    expect(turned.x.names).toEqual(plain.x.names);
    expect([...turned.y].sort()).toEqual([...plain.y].sort());
    const before = stepsOf(plain), after = stepsOf(turned);
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    // Seven days of one series as they are, seven as three days earlier saw them; the other series the other way round.
    for (const [day, step] of after) {
      const [series, t] = day.split(" ").map(Number);
      const isMoved = (series! + Math.floor(t! / 7)) % 2 === 0;
      expect([day, step]).toEqual([day, isMoved ? (before.get(day)! + 2) % 7 + 1 : before.get(day)!]);
    }
    // What is frozen at the start of a block was frozen on another day.
    const bases = (slice: Slice) =>
      new Set(Array.from(slice.y.keys(), (row) => `${dayOf(slice, row)} ${column(slice.x, "base")[row]}`));
    expect(bases(turned)).not.toEqual(bases(plain));
  });

  it("gives several offsets a turn each", () => {
    const before = stepsOf(learnt(shop, [])), after = stepsOf(learnt(shop, [2, 5]));
    const moves = [...after].map(([day, step]) => (step - before.get(day)! + 7) % 7);
    const count = (move: number) => moves.filter((one) => one === move).length;
    expect(moves.length).toBe(before.size);
    // Seven blocks of two series, six days of trade in each: turns take four or five.
    expect([count(0), count(2), count(5)].map((days) => days / 6).sort()).toEqual([4, 5, 5]);
  });

  it("is the same for a window whose rows came with another window's", () => {
    const table = tableOf(shop), rows = trainingRows(shop, { horizon: 7, warmup: 14 });
    const model = { offsets: [3] };
    rows.before({ table, block: 0 }, model);
    const earlier = rows.before({ table, block: -2 }, model);
    expect(earlier).toEqual(trainingRows(shop, { horizon: 7, warmup: 14 }).before({ table, block: -2 }, model));
    expect(Math.max(...column(earlier.x, "t"))).toBeLessThan(63 - 14);
    const forward = trainingRows(shop, { horizon: 7, warmup: 14 });
    forward.before({ table, block: -2 }, model);
    expect(forward.before({ table, block: 0 }, model)).toEqual(rows.before({ table, block: 0 }, model));
  });

  it("knows nothing from the origin on: other sales after it leave every row as it was", () => {
    const after = pl.col("ds").gtEq(pl.lit(new Date(`${ORIGIN}T00:00:00Z`)).cast(pl.Date));
    const other = pl.when(after).then(pl.col("y").mul(3.7)).otherwise(pl.col("y")).alias("y");
    const changed = { ...shop, frame: shop.frame.withColumn(other) };
    expect(changed.frame.getColumn("y").toArray()).not.toEqual(shop.frame.getColumn("y").toArray());
    expect(learnt(changed, [2, 5])).toEqual(learnt(shop, [2, 5]));
  });
});

describe("joinRows()", () => {
  it("takes some rows of each slice, and keeps columns together", () => {
    const one = rowsBefore(tableOf(shop), 0, { warmup: 14 });
    const both = joinRows([{ slice: one, rows: Uint32Array.of(0, 2) }, { slice: one, rows: Uint32Array.of(1) }]);
    expect([both.x.rows, both.x.names]).toEqual([3, one.x.names]);
    for (const name of one.x.names) {
      const values = column(one.x, name);
      expect([...column(both.x, name)]).toEqual([values[0], values[2], values[1]]);
    }
    expect([...both.y]).toEqual([one.y[0], one.y[2], one.y[1]]);
    expect([...both.weight]).toEqual([one.weight[0], one.weight[2], one.weight[1]]);
  });
});

describe("a model's offsets and strategy", () => {
  const { profile } = datasets.rossmann!;
  const of = (own: Record<string, unknown>, able?: Abilities, name = "lightgbm", horizon = profile.horizon) => {
    const choices = { synthetic: {}, models: [name], warmup: 0, regressors: { [name]: own }, hierarchy: [] };
    const costs = { under: 4, over: 1, currency: "EUR" };
    return contestant(name, { ...profile, horizon }, { ...choices, costs }, { threads: 1 }, able);
  };

  it("are none and direct unless params say so, and no parameters of the learner", () => {
    const { offsets, strategy, params } = of({ offsets: [14, 28], rounds: 7 }, { offsets: true });
    expect([offsets, strategy, params["rounds"]]).toEqual([[14, 28], "direct", 7]);
    expect(Object.keys(params)).not.toContain("offsets");
    expect([of({}).offsets, of({}).strategy]).toEqual([[], "direct"]);
  });

  it("are counted within a block: three weeks are one of blocks of two weeks, and none of blocks of three", () => {
    const within = (horizon: number) => of({ offsets: [21, 35] }, { offsets: true }, "lightgbm", horizon).offsets;
    expect([within(42), within(14), within(21)]).toEqual([[21, 35], [7], [14]]);
  });

  it("are refused where they make no sense, or where the caller cannot follow them", () => {
    const able = { offsets: true, recursive: true };
    expect(() => of({ offsets: [0] }, able)).toThrow("from 1 on: they are [0]");
    expect(() => of({ offsets: [1.5] }, able)).toThrow("whole numbers");
    expect(() => of({ offsets: [7, 7] }, able)).toThrow(ParamsError);
    expect(() => of({ strategy: "sideways" }, able)).toThrow("direct or recursive");
    expect(() => of({ strategy: "recursive", offsets: [7] }, able)).toThrow("no offsets");
    expect(() => of({ strategy: "recursive" }, able, "group_median")).toThrow("learn from features");
    expect(() => of({ strategy: "recursive" }, { offsets: true })).toThrow("deno task backtest");
    expect(() => of({ offsets: [7] })).toThrow("this task does not");
  });
});
