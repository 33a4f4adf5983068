/**
 * What a comparison of distributions cannot see: series and values that stopped coming, categories that are new.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { Finding } from "@/core/check.ts";
import { columnOf } from "@/checks/drift/column_of.ts";
import { categoriesIn, missingIn, type Past } from "@/checks/drift/past.ts";
import { usualOf } from "@/checks/drift/sample_rows.ts";
import { categorySample, type Sample } from "@/checks/drift/sample.ts";
import { infiniteValues, missingValues, newCategories, tinyWindow, valuesGone } from "@/checks/drift/drift_findings.ts";

/** The parts of a panel that a window is held against. */
export interface FeedParts {
  /** Everything before the window. */
  readonly history: DataFrame;
  /** The weeks before the window. */
  readonly recent: DataFrame;
  /** The window's own rows. */
  readonly current: DataFrame;
  /** What is known of the history where not all of its rows are at hand. */
  readonly past?: Pick<Past, "categories" | "missing">;
}

/** From this share of series on, their silence is no accident. */
const CRITICAL_SHARE = 0.05;

/**
 * Looks for series without sales, columns without values, infinite numbers and categories never seen.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { feedFindings } from "@/checks/drift/mod.ts";
 *
 * const week = (kind: string) => pl.DataFrame({ unique_id: Array(40).fill("1"), ds: Array(40).fill(1), y: Array(40).fill(5), kind: Array(40).fill(kind) });
 * const before = week("a"), parts = { history: before, recent: before, current: week("b") };
 * expect(feedFindings(parts).map(({ check, observed }) => [check, observed])).toEqual([
 *   ["drift_new_category", '"b" in 100 % of rows'],
 * ]);
 * ```
 */
export function feedFindings({ history, recent, current, past = asTold(history) }: FeedParts): Finding[] {
  const before = recent.height > 0 ? recent : history;
  return [
    ...tinyWindow(current.height),
    ...silentSeries(before, current),
    ...current.columns.filter((name) => name !== "unique_id" && name !== "ds").flatMap((name) => {
      const now = columnOf(current.getColumn(name)), then = columnOf(before.getColumn(name));
      if (now.family === "other" || now.family === "time") return [];
      const gone = now.missing === now.rows, empty = then.missing === then.rows;
      const gaps = gone ? [] : missingValues(name, then, now);
      return [
        ...gone && !empty ? [valuesGone(name, true)] : [],
        // Some columns come and go: what past windows show is no news.
        ...gaps.length > 0 && beyondPast(past, current, name) ? gaps : [],
        ...infiniteValues(name, then, now),
        ...now.family === "text" && !gone ? newCategories(name, known(past, name), now.sample("categorical")) : [],
      ];
    }),
  ];
}

/** Every category that was ever seen, each once. */
function known(past: Pick<Past, "categories">, name: string): Sample {
  return categorySample(new Map(past.categories(name).map((category) => [category, 1])));
}

function asTold(history: DataFrame): Pick<Past, "categories" | "missing"> {
  return { categories: (name) => categoriesIn(history, name), missing: (name) => missingIn(history, name) };
}

/** A change of the share of missing values that matters, in any window of the history. */
const MATTERS = 0.02;
/** Standard deviations beyond which a share is unusual: of a column that is seldom there, every window misses another one. */
const FAR = 4;
/** So many of the newest windows tell what is usual. */
const YEAR = 364;

/** Whether a column misses more, or less, than it did in every window of that many steps before, and than such windows do. */
function beyondPast(past: Pick<Past, "missing">, current: DataFrame, name: string): boolean {
  const shareOf = (frame: DataFrame) => frame.getColumn(name).nullCount() / frame.height;
  const { missing, rows } = past.missing(name);
  const steps = current.getColumn("ds").nUnique(), now = shareOf(current);
  let [least, most] = [Infinity, -Infinity], [gaps, all] = [0, 0];
  const shares: number[] = [];
  for (let at = 0; at < rows.length; at++) {
    gaps += missing[at]! - (missing[at - steps] ?? 0);
    all += rows[at]! - (rows[at - steps] ?? 0);
    if (at < steps - 1) continue;
    [least, most] = [Math.min(least, gaps / all), Math.max(most, gaps / all)];
    shares.push(gaps / all);
  }
  const { middle, far } = shares.length < 2 ? { middle: now, far: 0 } : usualOf(shares.slice(-YEAR), FAR);
  return now > Math.max(most, middle + far) + MATTERS || now < Math.min(least, middle - far) - MATTERS;
}

/** Series that sold lately, and of whose sales nothing is known in the window. */
function silentSeries(before: DataFrame, current: DataFrame): Finding[] {
  const heard = (frame: DataFrame) =>
    new Set(
      frame.filter(pl.col("y").isNotNull()).select("unique_id").unique().getColumn("unique_id").toArray() as string[],
    );
  const now = heard(current), all = heard(before), silent = [...all].filter((id) => !now.has(id));
  if (silent.length === 0) return [];
  const named = silent.slice(0, 5).join(", "), more = silent.length > 5 ? ` and ${silent.length - 5} more` : "";
  return [{
    check: "drift_silent_series",
    column: "unique_id",
    passed: false,
    severity: silent.length / all.size >= CRITICAL_SHARE ? "critical" : "warning",
    observed: `${silent.length} of ${all.size} series without a sale reported: ${named}${more}`,
    wanted: "sales of every series that had them in the weeks before",
  }];
}
