import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import pl, { type DataFrame } from "nodejs-polars";
import { compareTables, evidently, presets, steady } from "@/checks/mod.ts";
import { random } from "@/core/random.ts";

/** A table of a shop with one number, one category and one flag column. */
function shop(rows: number, seed: number): DataFrame {
  const { normal, pick, next } = random(seed);
  const each = <T>(value: () => T) => Array.from({ length: rows }, value);
  return pl.DataFrame({
    sales: each(() => 5000 + 900 * normal()),
    state: each(() => pick(["BY", "HE", "NW"])),
    promo: each(() => Number(next() < 0.4)),
  });
}

const without = (frame: DataFrame, name: string) => frame.drop(name);
const instead = (frame: DataFrame, name: string, values: unknown[]) =>
  frame.drop(name).withColumns(pl.Series(name, values));
const failed = (table: ReturnType<typeof compareTables>) =>
  table.findings.filter(({ passed }) => !passed).map(({ check }) => check);

for (const preset of Object.values(presets)) {
  describe(`compareTables() by the ${preset.name} preset`, () => {
    const reference = shop(600, 1), current = shop(300, 2);
    const compare = (table: DataFrame) => compareTables(reference, table, preset);

    it("calls a table the same as itself", () => {
      expect(failed(compare(reference))).toEqual([]);
      expect(compare(reference)).toMatchObject({ dataset_drift: false, share: 0 });
    });
    it("leaves both tables as they were", () => {
      const before = JSON.stringify([reference.toRecords(), current.toRecords()]);
      compare(current);
      expect(JSON.stringify([reference.toRecords(), current.toRecords()])).toBe(before);
    });
    it("does not mind the order of rows", () => {
      const { columns } = compare(current.sort("sales"));
      for (const [name, { drifted }] of Object.entries(compare(current).columns)) {
        expect([name, columns[name]!.drifted]).toEqual([name, drifted]);
      }
    });
    it("finds a level shift of 15 %, a doubled spread and a promotion share that grows by half", () => {
      const level = compare(current.withColumns(pl.col("sales").mul(1.15)));
      expect(level.columns["sales"]!.drifted).toBe(true);
      const spread = compare(current.withColumns(pl.col("sales").minus(5000).mul(2).plus(5000).alias("sales")));
      expect(spread.columns["sales"]!.drifted).toBe(true);
      const promo = compare(instead(current, "promo", Array.from({ length: 300 }, (_, i) => i % 5 < 3 ? 1 : 0)));
      expect(promo.columns["promo"]!.drifted).toBe(true);
    });
    it("calls a column that vanished drifted, never the same", () => {
      const table = compare(without(current, "state"));
      expect(table.columns["state"]).toMatchObject({ method: "vanished", value: null, drifted: true });
      expect(failed(table)).toContain("drift_vanished_column");
    });
    it("calls a column of another type drifted", () => {
      const table = compare(instead(current, "sales", Array(300).fill("much")));
      expect(table.columns["sales"]).toMatchObject({ method: "retyped", drifted: true });
      expect(failed(table)).toContain("drift_column_type");
    });
    it("calls a column without values drifted: the feed is gone", () => {
      for (const nothing of [null, NaN, Infinity]) {
        const table = compare(current.withColumns(pl.lit(nothing).cast(pl.Float64).alias("sales")));
        expect(table.columns["sales"]).toMatchObject({ method: "empty", drifted: true });
        expect(failed(table)).toContain("drift_empty_column");
      }
    });
    it("calls a constant column drifted where it was none, and the same where it always was", () => {
      const constant = current.withColumns(pl.lit(5000).cast(pl.Float64).alias("sales"));
      expect(compare(constant).columns["sales"]!.drifted).toBe(true);
      expect(compareTables(constant, constant, preset).columns["sales"]!.drifted).toBe(false);
    });
    it("leaves infinite values out and says so", () => {
      const sales = (current.getColumn("sales").toArray() as number[]).map((value, i) => i === 3 ? -Infinity : value);
      const table = compare(instead(current, "sales", sales));
      expect(table.columns["sales"]!.rows.current).toBe(299);
      expect(failed(table)).toEqual(["drift_infinite_values"]);
    });
    it("finds a category never seen, in 5 % of rows", () => {
      const states = (current.getColumn("state").toArray() as string[]).map((value, i) => i % 20 === 0 ? "XX" : value);
      const finding = compare(instead(current, "state", states)).findings
        .find(({ check }) => check === "drift_new_category");
      expect(finding).toMatchObject({ column: "state", passed: false, observed: '"XX" in 5 % of rows' });
    });
    it("finds that values go missing more often", () => {
      const states = (current.getColumn("state").toArray() as string[]).map((value, i) => i % 10 === 0 ? null : value);
      expect(failed(compare(instead(current, "state", states)))).toContain("drift_missing_values");
    });
    it("judges a window of one row without falling over, and says how little that is", () => {
      expect(failed(compare(current.head(1)))).toContain("drift_window_size");
    });
    it("says that a new column has nothing to be compared with", () => {
      expect(failed(compare(current.withColumns(pl.lit(1).alias("rain"))))).toEqual(["drift_new_column"]);
    });
    it("refuses tables without rows, and a reference of another dataset", () => {
      expect(() => compare(current.head(0))).toThrow("the current table has none");
      expect(() => compareTables(current.head(0), current, preset)).toThrow("the reference table has none");
      expect(() => compare(pl.DataFrame({ weekly_sales: [1] }))).toThrow("the reference has sales, state, promo");
    });
  });
}

describe("the steady preset", () => {
  it("raises at most 5 % false alarms per table, whatever the size of the window, where evidently's rule raises more", () => {
    const alarms = { evidently: 0, steady: 0 }, tries = 120;
    for (let i = 0; i < tries; i++) {
      const [a, b] = [shop(400, 1000 + i), shop([20, 60, 200][i % 3]!, 5000 + i)];
      for (const preset of [evidently, steady]) {
        const any = Object.values(compareTables(a, b, preset).columns).some(({ drifted }) => drifted);
        if (any) alarms[preset.name as "evidently" | "steady"]++;
      }
    }
    expect(alarms.steady / tries).toBeLessThanOrEqual(0.05);
    expect(alarms.evidently).toBeGreaterThan(alarms.steady);
  });
});
