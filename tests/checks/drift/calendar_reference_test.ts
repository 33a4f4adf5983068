import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl, { type DataFrame, type Expr } from "nodejs-polars";
import { explainByCalendar, feedFindings } from "@/checks/mod.ts";
import { expectedDistance, partsOf } from "@/checks/drift/expected_distance.ts";
import { pastOf } from "@/checks/drift/past.ts";
import { beyondUsual, usualDistances } from "@/checks/drift/usual_distances.ts";
import { sampleRows } from "@/checks/drift/sample_rows.ts";
import { steady } from "@/checks/drift/steady.ts";
import { panel } from "../../support/panel.ts";

const { frame, profile, asOf } = panel({ series: 20, length: 900, start: "2012-12-31" });
const window = { from: Temporal.PlainDate.from(asOf).subtract({ days: 14 }).toString(), to: asOf };
const now = pl.col("ds").gtEq(pl.lit(window.from).str.strptime(pl.Date, "%Y-%m-%d"));

/** A table cut for the window. */
const partsIn = (table: DataFrame) =>
  partsOf({ current: table.filter(now), history: table.filter(now.not()) }, profile, window);

/** The panel with a column of the window changed. */
function changed(name: string, expr: Expr): DataFrame {
  return frame.withColumns(pl.when(now).then(expr).otherwise(pl.col(name)).alias(name));
}
const verdictOf = (table: DataFrame, name: string) =>
  explainByCalendar(table, profile, window).columns.find(({ column }) => column === name)!.verdict;

describe("explainByCalendar()", () => {
  it("finds nothing unexplained where nothing has changed", () => {
    const { columns, findings } = explainByCalendar(frame, profile, window);
    expect(columns.filter(({ verdict }) => verdict === "unexplained")).toEqual([]);
    expect(findings).toEqual([]);
  });

  it("finds sales that are 15 % higher, or twice as variable", () => {
    expect(verdictOf(changed("y", pl.col("y").mul(1.15)), "y")).toBe("unexplained");
    const mean = pl.col("y").mean().over("unique_id");
    expect(verdictOf(changed("y", pl.col("y").sub(mean).mul(Math.SQRT2).add(mean)), "y")).toBe("unexplained");
  });

  it("finds series that swing more each for itself, whose total does not, and lets a payday be", () => {
    const opposite = pl.when(pl.col("ds").dt.day().rem(2).add(pl.col("store").cast(pl.Int32).rem(2)).rem(2).eq(0));
    const swinging = opposite.then(pl.col("y").mul(1.25)).otherwise(pl.col("y").mul(0.75));
    expect(verdictOf(changed("y", swinging), "y_spread")).toBe("unexplained");
    const payday = pl.when(pl.col("ds").eq(pl.lit(window.from).str.strptime(pl.Date, "%Y-%m-%d")));
    expect(verdictOf(changed("y", payday.then(pl.col("y").mul(1.4)).otherwise(pl.col("y"))), "y_spread")).toBe("same");
  });

  it("finds promotions that have become rarer or more frequent by half", () => {
    const row = pl.intRange(0, pl.len()).rem(2);
    expect(verdictOf(changed("promo", pl.col("promo").mul(row)), "promo")).toBe("unexplained");
    expect(verdictOf(changed("promo", pl.lit(1).cast(pl.Int32)), "promo")).toBe("unexplained");
  });

  it("says of a year's season that the calendar explains it", () => {
    const calendar = [{ name: "month", expr: pl.col("ds").dt.month() }];
    const { columns } = explainByCalendar(frame, profile, { ...window, calendar });
    expect(columns.find(({ column }) => column === "month")!.verdict).toBe("calendar explains it");
  });

  it("finds growth that began with the window, and knows growth that began before it", () => {
    const grown = frame.withColumns(
      pl.when(pl.col("ds").gtEq(pl.lit("2015-01-01").str.strptime(pl.Date, "%Y-%m-%d")))
        .then(pl.col("y").mul(1.2)).otherwise(pl.col("y")).alias("y"),
    );
    expect(verdictOf(grown, "y")).not.toBe("unexplained");
  });

  it("has no year to ask of a short history, and says so", () => {
    const short = panel({ series: 4, length: 120 });
    const { columns } = explainByCalendar(short.frame, short.profile, {
      from: "2015-04-13",
      to: "2015-04-27",
    });
    expect(columns.every(({ verdict }) => verdict === "same" || verdict === "no year of history")).toBe(true);
  });

  it("ends a window that reaches into days not known yet with the last one known", () => {
    const to = Temporal.PlainDate.from(asOf).add({ days: 10 }).toString();
    expect(explainByCalendar(frame, profile, { ...window, to })).toEqual(explainByCalendar(frame, profile, window));
  });

  it("refuses a window without days, and one without a past", () => {
    expect(() => explainByCalendar(frame, profile, { from: "2030-01-01", to: "2030-02-01" })).toThrow(RangeError);
    expect(() => explainByCalendar(frame, profile, { from: "2012-12-31", to: "2013-02-01" })).toThrow("precedes");
  });

  it("survives a constant column, an empty one and infinite values", () => {
    const odd = changed("customers", pl.lit(7)).withColumns(pl.lit(null).cast(pl.Float64).alias("empty"));
    const { columns } = explainByCalendar(odd, { ...profile, roles: { ...profile.roles, empty: "observed" } }, window);
    expect(columns.find(({ column }) => column === "customers")!.verdict).toBe("unexplained");
    expect(columns.find(({ column }) => column === "empty")?.verdict).not.toBe("unexplained");
    const infinite = changed("y", pl.lit(Infinity));
    expect(explainByCalendar(infinite, profile, window).findings.map(({ check }) => check))
      .toContain("drift_infinite_values");
  });
});

describe("usualDistances()", () => {
  it("measures as the window itself is measured", () => {
    const usual = usualDistances(sampleRows(frame, profile), window, () => 364);
    const parts = partsIn(frame), past = pastOf(frame, profile, parts.history);
    const { value } = expectedDistance(parts, profile, "y", steady, past)!;
    expect(usual["y"]!).toBeGreaterThan(value! / 4);
    expect(usual["y"]!).toBeLessThan(0.15);
  });

  it("says nothing where the history is short", () => {
    const short = panel({ series: 4, length: 400 });
    expect(usualDistances(sampleRows(short.frame, short.profile), { from: "2016-01-04", to: "2016-01-18" }, () => 364))
      .toEqual({});
  });

  it("raises thresholds only", () => {
    const found = { method: "m", value: 0.2, threshold: 0.1, drifted: true, p: 0, rows: { reference: 9, current: 9 } };
    expect(beyondUsual(found, 0.3)).toMatchObject({ threshold: 0.3, drifted: false });
    expect(beyondUsual(found, 0.05)).toMatchObject({ threshold: 0.1, drifted: true });
  });
});

describe("feedFindings()", () => {
  const parts = (table: DataFrame) => {
    const { history, recent, current } = partsIn(table);
    return { history, recent, current };
  };
  const checks = (table: DataFrame) => feedFindings(parts(table)).map(({ check, column }) => `${check} ${column}`);

  it("notices 5 % of a category that nobody has seen", () => {
    const row = pl.intRange(0, pl.len()).rem(19).eq(0);
    const table = changed("state_holiday", pl.when(row).then(pl.lit("x")).otherwise(pl.col("state_holiday")));
    expect(checks(table)).toEqual(["drift_new_category state_holiday"]);
  });

  it("notices a feed that is gone: a column, a share of it, some series, all series", () => {
    const nothing = pl.lit(null).cast(pl.Float64);
    expect(checks(changed("customers", nothing))).toEqual(["drift_empty_column customers"]);
    const row = pl.intRange(0, pl.len()).rem(4).eq(0);
    expect(checks(changed("customers", pl.when(row).then(nothing).otherwise(pl.col("customers")))))
      .toEqual(["drift_missing_values customers"]);
    const three = pl.col("unique_id").isIn(["1", "2", "3"]);
    const [silent] = feedFindings(parts(changed("y", pl.when(three).then(nothing).otherwise(pl.col("y")))));
    expect(silent).toMatchObject({ check: "drift_silent_series", severity: "critical" });
    expect(checks(changed("y", nothing))).toEqual(["drift_silent_series unique_id", "drift_empty_column y"]);
  });
});
