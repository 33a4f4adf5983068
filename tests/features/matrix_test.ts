import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import pl from "nodejs-polars";
import { column } from "@/core/matrix.ts";
import { buildFeatures, daysOf, matrixOf, recipe, rowsWhere, targetOf, weightsOf } from "@/features/mod.ts";
import { panel } from "../support/panel.ts";

const shop = panel({
  series: 3,
  length: 30,
  future: 7,
  profile: { scoreWeight: { column: "state_holiday", equals: 1, weight: 5 } },
});
const table = buildFeatures(shop, recipe(shop.profile), { origin: shop.asOf, horizon: 7 });

describe("matrixOf()", () => {
  it("holds every feature of every row, column by column, in shared memory", () => {
    const x = matrixOf(table);
    expect(x.rows).toBe(111);
    expect(x.names).toEqual(table.features.map(({ name }) => name));
    expect(x.data.buffer).toBeInstanceOf(SharedArrayBuffer);
    for (const name of x.names) expect([...column(x, name)]).toEqual([...table.frame.getColumn(name).toTypedArray()]);
  });

  it("marks a missing value as NaN", () => {
    expect(column(matrixOf(table), "y_lag7_to_base")[0]).toBeNaN();
  });

  it("picks rows and features in the order asked for", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 20, max: 110 }),
        fc.shuffledSubarray(table.features.map(({ name }) => name)),
        (positions, names) => {
          const rows = Uint32Array.from(positions), x = matrixOf(table, { rows, names });
          expect(x.names).toEqual(names);
          for (const name of names) {
            const all: Float32Array = table.frame.getColumn(name).toTypedArray();
            expect([...column(x, name)]).toEqual(Array.from(rows, (row) => all[row]!));
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it("knows which of its columns are categorical", () => {
    expect(matrixOf(table).categorical).toEqual(["store", "store_type"]);
    expect(matrixOf(table, { names: ["store_type", "base"] }).categorical).toEqual(["store_type"]);
  });

  it("refuses a feature that is not there, naming those that are", () => {
    expect(() => matrixOf(table, { names: ["y_lag1"] })).toThrow("there is no feature y_lag1: there are day_of_week");
  });
});

describe("rows of a table", () => {
  const future = rowsWhere(table, pl.col("block").eq(0));

  it("are found by an expression", () => {
    expect([...future]).toEqual(
      [0, 1, 2].flatMap((series) => Array.from({ length: 7 }, (_, k) => series * 37 + 30 + k)),
    );
  });

  it("have days and targets", () => {
    expect(daysOf(table, future)[0]).toBe(Date.parse(shop.asOf) / 86_400_000);
    expect(targetOf(table, future)).toEqual(new Float64Array(21).fill(NaN));
    expect([...targetOf(table)].slice(0, 30)).toEqual(shop.frame.getColumn("y").toArray().slice(0, 30));
  });

  it("weigh as the dataset's score weighs them", () => {
    // The only holiday in this month is New Year's Day, the fourth day of each series.
    expect([...weightsOf(table).keys()].filter((row) => weightsOf(table)[row] === 5)).toEqual([3, 40, 77]);
    const { scoreWeight: _, ...plain } = table.profile;
    expect([...weightsOf({ ...table, profile: plain })]).toEqual(Array(111).fill(1));
  });

  it("refuse a weight by a column that the table has not", () => {
    const profile = { ...table.profile, scoreWeight: { column: "carnival", equals: 1, weight: 5 } };
    expect(() => weightsOf({ ...table, profile })).toThrow('must have column "carnival"');
  });
});
