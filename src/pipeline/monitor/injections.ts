/**
 * Ways in which the world can change, to be put into a panel on purpose: what monitoring is tested with.
 *
 * @module
 */
import pl, { type Expr } from "nodejs-polars";
import type { Finding } from "@/core/check.ts";
import type { DatasetProfile, Panel } from "@/core/panel.ts";
import type { LoggedForecast } from "@/evaluation/mod.ts";
import type { DriftSummary } from "@/pipeline/monitor/drift_summary.ts";

/** One change of the world. */
export interface Injection {
  readonly name: string;
  /** How large, for the table. */
  readonly magnitude: string;
  /** Whether this panel has what it changes. */
  fits(profile: DatasetProfile): boolean;
  /** Changes the rows from a date on; left out where only forecasts are wrong. */
  panel?(panel: Panel, from: string): Panel;
  /** Changes the forecasts of dates from a day on, knowing what will be sold. */
  forecasts?(forecasts: readonly LoggedForecast[], from: string, sold: Sold): readonly LoggedForecast[];
  /** Whether a summary has found it. */
  found(summary: DriftSummary): boolean;
}

/** What was sold of a series on a date; undefined where it is not known. */
export type Sold = (uniqueId: string, ds: string) => number | undefined;

const always = () => true;
const unexplained = (column: string) => ({ columns }: DriftSummary) => columns[column]?.drifted === true;
const failed = (checks: readonly string[], column?: string) => ({ findings }: DriftSummary) =>
  findings.some(({ check, column: of, passed }: Finding) =>
    !passed && checks.includes(check) && (column === undefined || of === column)
  );
const salesMoved = (summary: DriftSummary) => ["y", "y_level", "y_spread"].some((name) => unexplained(name)(summary));
const promotionOf = ({ events }: Pick<DatasetProfile, "events">) => events.find((name) => name.includes("promo"));
const categoryOf = ({ levels, roles }: DatasetProfile) =>
  Object.keys(levels).find((name) => roles[name] === "known") ?? Object.keys(levels)[0];
const feedOf = ({ roles }: DatasetProfile) => Object.keys(roles).find((name) => roles[name] === "observed");
const conceptOf = ({ performance }: DriftSummary) => performance?.concept?.drifted === true;

/** The changes that every release must find. */
export const injections: readonly Injection[] = [
  level("level shift up", 1.15),
  level("level shift down", 0.85),
  {
    name: "variance",
    magnitude: "×2 around each series' mean",
    fits: always,
    panel: (panel, from) => {
      const mean = pl.col("y").mean().over("unique_id"), open = panel.profile.openColumn;
      const wider = pl.col("y").sub(mean).mul(Math.SQRT2).add(mean);
      const never = panel.profile.allowsNegative ? wider : wider.clip(0, 1e12);
      const own = open === undefined ? never : pl.when(pl.col(open).eq(0)).then(pl.col("y")).otherwise(never);
      return changed(panel, from, "y", own);
    },
    found: salesMoved,
  },
  {
    name: "new category",
    magnitude: "in 5 % of rows",
    fits: (profile) => categoryOf(profile) !== undefined,
    panel: (panel, from) => {
      const name = categoryOf(panel.profile)!;
      return changed(panel, from, name, pl.when(lot(0.05)).then(pl.lit("new")).otherwise(pl.col(name)));
    },
    found: failed(["drift_new_category"]),
  },
  {
    name: "promotions rarer",
    magnitude: "−50 % of their share",
    fits: (profile) => promotionOf(profile) !== undefined,
    panel: (panel, from) => {
      const name = promotionOf(panel.profile)!;
      return changed(
        panel,
        from,
        name,
        pl.when(lot(0.5)).then(zeroOf(panel, name)).otherwise(pl.col(name)),
      );
    },
    found: (summary) =>
      Object.keys(summary.columns).some((name) => name.includes("promo") && unexplained(name)(summary)),
  },
  {
    name: "promotions more frequent",
    magnitude: "+50 % of their share",
    fits: (profile) => promotionOf(profile) !== undefined,
    panel: (panel, from) => {
      const name = promotionOf(panel.profile)!, { frame } = panel;
      const share = Number(frame.filter(pl.col("ds").lt(dayOf(from))).getColumn(name).cast(pl.Float64).mean());
      // Of the rows without one, as many get one as half of those that have one.
      const more = pl.col(name).cast(pl.Float64).eq(0).and(lot(Math.min(1, 0.5 * share / (1 - share))));
      return changed(panel, from, name, pl.when(more).then(oneOf(panel, name)).otherwise(pl.col(name)));
    },
    found: (summary) =>
      Object.keys(summary.columns).some((name) => name.includes("promo") && unexplained(name)(summary)),
  },
  {
    name: "feed gone",
    magnitude: "a column without values",
    fits: (profile) => feedOf(profile) !== undefined,
    panel: (panel, from) => changed(panel, from, feedOf(panel.profile)!, pl.lit(null)),
    found: failed(["drift_empty_column", "drift_missing_values"]),
  },
  {
    name: "series gone",
    magnitude: "sales of every tenth series",
    fits: always,
    panel: (panel, from) => {
      const ids = panel.frame.select("unique_id").unique({ maintainOrder: true }).getColumn("unique_id")
        .toArray() as string[];
      const some = pl.col("unique_id").isIn(ids.filter((_, at) => at % 10 === 0));
      return changed(panel, from, "y", pl.when(some).then(pl.lit(null)).otherwise(pl.col("y")));
    },
    found: failed(["drift_silent_series"]),
  },
  {
    name: "error, inputs unchanged",
    magnitude: "+30 %",
    fits: always,
    forecasts: (forecasts, from, sold) =>
      forecasts.map((row) => {
        const y = row.ds < from ? undefined : sold(row.uniqueId, row.ds);
        return y === undefined ? row : { ...row, yHat: y + 1.3 * (row.yHat - y) };
      }),
    found: conceptOf,
  },
];

function level(name: string, factor: number): Injection {
  return {
    name,
    magnitude: `${factor > 1 ? "+" : "−"}${Math.round(Math.abs(factor - 1) * 100)} %`,
    fits: always,
    panel: (panel, from) => changed(panel, from, "y", pl.col("y").mul(factor)),
    found: (summary) => salesMoved(summary) || conceptOf(summary),
  };
}

const dayOf = (iso: string): Expr => pl.lit(iso).str.strptime(pl.Date, "%Y-%m-%d");

function changed(panel: Panel, from: string, name: string, value: Expr): Panel {
  const { variant } = panel.frame.getColumn(name).dtype as { readonly variant: string };
  const type = (pl as unknown as Record<string, typeof pl.Float64>)[variant]!;
  const own = pl.when(pl.col("ds").gtEq(dayOf(from))).then(value).otherwise(pl.col(name)).cast(type).alias(name);
  return { ...panel, frame: panel.frame.withColumns(own) };
}

/** True in a share of rows, scattered and the same every time: Lehmer's multiplier on the row's number. */
function lot(share: number): Expr {
  return pl.intRange(0, pl.len()).cast(pl.Int64).mul(48_271).rem(100_003).lt(share * 100_003);
}

const isText = ({ frame }: Panel, name: string) => /Utf8|String/.test(frame.getColumn(name).dtype.variant);
const zeroOf = (panel: Panel, name: string): Expr => pl.lit(isText(panel, name) ? "0" : 0);
const oneOf = (panel: Panel, name: string): Expr => pl.lit(isText(panel, name) ? "a" : 1);
