/**
 * Rows of last year that are of the same kind as those of a window: weekday, promotion, holiday, open or closed.
 *
 * @module
 */
import pl, { type DataFrame, type Expr } from "nodejs-polars";
import type { DatasetProfile } from "@/core/panel.ts";
import { type DateWindow, dayOf, rowsIn, shiftedWindow } from "@/checks/drift/date_window.ts";

/** The columns whose values make days alike: weekday, events, open or closed. */
export function kindsOfDay(
  frame: DataFrame,
  { frequency, events, openColumn }: Pick<DatasetProfile, "frequency" | "events" | "openColumn">,
): Expr[] {
  const there = [...events, ...(openColumn === undefined ? [] : [openColumn])]
    .filter((name) => frame.columns.includes(name));
  const columns = there.map((name) => pl.col(name).cast(pl.Utf8).fillNull(pl.lit("?")));
  return frequency === "1d" ? [pl.col("ds").dt.weekday().cast(pl.Utf8), ...columns] : columns;
}

/** Rows of a window, and as many of last year. */
export interface Matched {
  readonly reference: DataFrame;
  readonly current: DataFrame;
  readonly uncovered: number;
}

/**
 * As many rows of last year's weeks as there are current ones, of the same kinds of day: for each current row one of its
 * kind (from the weeks beside, where last year's have none), spread evenly over the series and days that last year has. Nothing is drawn by lot, so it repeats.
 */
export function matchedRows(
  current: DataFrame,
  history: DataFrame,
  kinds: readonly Expr[],
  { from, to }: DateWindow,
): Matched {
  const season = rowsIn(history, { from: shiftedWindow({ from, to }, -7).from, to: shiftedWindow({ from, to }, 7).to });
  const sold = (frame: DataFrame) => frame.columns.includes("y") ? frame.filter(pl.col("y").isNotNull()) : frame;
  const common = sold(season).select("unique_id").unique().join(sold(current).select("unique_id").unique(), {
    on: "unique_id",
  });
  const own = kinds.length === 0 ? pl.lit("all") : pl.concatString([...kinds], "|");
  const kinded = (frame: DataFrame) => sold(frame).join(common, { on: "unique_id" }).withColumns(own.alias("kind"));
  const [now, then] = [kinded(current), kinded(season).sort(["unique_id", "ds"])];
  const inWindow = then.select(pl.col("ds").gtEq(dayOf(from)).and(pl.col("ds").lt(dayOf(to))).alias("in")).getColumn(
    "in",
  )
    .toArray() as boolean[];
  const rowsOfKind = rowsByKind(then.getColumn("kind").toArray() as string[], inWindow);
  const wanted = new Map<string, number>();
  const nowKinds = now.getColumn("kind").toArray() as string[];
  for (const kind of nowKinds) wanted.set(kind, (wanted.get(kind) ?? 0) + 1);
  const picked: number[] = [];
  for (const [kind, count] of wanted) {
    const rows = rowsOfKind.get(kind) ?? [];
    if (rows.length > 0) { for (let i = 0; i < count; i++) picked.push(rows[Math.floor(i * rows.length / count)]!); }
  }
  const reference = pl.DataFrame([pl.Series("row", picked, pl.Int64)])
    .join(numbered(then), { on: "row" }).sort("row");
  const covered = now.filter(pl.col("kind").isIn([...rowsOfKind.keys()]));
  return { reference, current: covered, uncovered: now.height === 0 ? 1 : 1 - covered.height / now.height };
}

/** Kind of day → its rows in the window; where there are none, those of the weeks beside it. */
function rowsByKind(kinds: readonly string[], inWindow: readonly boolean[]): Map<string, number[]> {
  const [inside, beside] = [new Map<string, number[]>(), new Map<string, number[]>()];
  kinds.forEach((kind, row) => {
    const group = inWindow[row] ? inside : beside, rows = group.get(kind);
    rows === undefined ? group.set(kind, [row]) : rows.push(row);
  });
  return new Map([...beside, ...inside]);
}

function numbered(frame: DataFrame): DataFrame {
  return frame.withColumns(pl.intRange(0, pl.len()).cast(pl.Int64).alias("row"));
}
