import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl, { type DataType, type Series } from "nodejs-polars";
import { featureSchema } from "@/checks/mod.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import { distance, lag } from "@/features/mod.ts";
import { shopProfile } from "../support/panel.ts";

const SALES = lag(7), PROMO = distance("promo", "since", { cap: 14 });

/** A table of these columns; a lag of log sales may hold −30 to 30, a distance 0 to 15. */
function table(columns: Readonly<Record<string, Series>>): FeatureTable {
  const features = [SALES, PROMO].filter(({ name }) => name in columns);
  return { frame: pl.DataFrame(columns), features, profile: shopProfile, horizon: 7, origin: "2015-05-09" };
}

const numbers = (values: readonly (number | null)[], type: DataType = pl.Float32): Series =>
  pl.Series(SALES.name, [...values], type);
const finding = (values: Series) => featureSchema(table({ [SALES.name]: values }))[0]!;

describe("featureSchema()", () => {
  it("looks past NaN and null, wherever they stand", () => {
    const gaps = [[NaN, 2, 5], [2, NaN, 5], [5, 2, NaN], [null, NaN, 2, 5], [5, NaN, null, 2, NaN]];
    for (const values of gaps) {
      for (const type of [pl.Float32, pl.Float64]) {
        expect(finding(numbers(values, type))).toMatchObject({ passed: true, observed: "2 to 5" });
        expect(finding(numbers([...values, 31], type))).toMatchObject({ passed: false, observed: "2 to 31" });
      }
    }
  });

  it("looks past NaN in columns that are sorted or in pieces", () => {
    const values = numbers([NaN, 31, -2, NaN]);
    for (const order of [values.sort(), values.sort({ descending: true })]) {
      expect(finding(order)).toMatchObject({ passed: false, observed: "-2 to 31" });
    }
    const frames = [[NaN, NaN], [31, NaN], [-2]].map((piece) => pl.DataFrame({ [SALES.name]: numbers(piece) }));
    expect(finding(pl.concat(frames, { how: "vertical", rechunk: false }).getColumn(SALES.name)))
      .toMatchObject({ passed: false, observed: "-2 to 31" });
  });

  it("passes a column that has no value at all", () => {
    for (const values of [[NaN, NaN], [null, null], [NaN, null], []]) {
      expect(finding(numbers(values))).toMatchObject({
        passed: true,
        observed: "-30 to 30",
        wanted: "between -30 and 30",
      });
    }
  });

  it("finds a value beyond a bound, an infinite one too, and says what was observed and what is wanted", () => {
    const found = (sales: readonly number[], promo: readonly number[]) =>
      featureSchema(table({ [SALES.name]: numbers(sales), [PROMO.name]: pl.Series(PROMO.name, promo, pl.Int32) }))
        .map(({ column, passed, observed, wanted }) => [column, passed, observed, wanted]);
    const [y, promo] = [SALES.name, PROMO.name], [log, days] = ["between -30 and 30", "between 0 and 15"];
    expect(found([-30, 30], [0, 15])).toEqual([[y, true, "-30 to 30", log], [promo, true, "0 to 15", days]]);
    expect(found([-31, 4], [3, 16])).toEqual([[y, false, "-31 to 4", log], [promo, false, "3 to 16", days]]);
    expect(found([4, Infinity], [-1, 3])).toEqual([[y, false, "4 to Infinity", log], [promo, false, "-1 to 3", days]]);
    expect(finding(numbers([-Infinity, NaN, 4]))).toMatchObject({
      check: "feature_schema",
      severity: "critical",
      passed: false,
      observed: "-Infinity to 4",
    });
  });
});
