/**
 * How much a column has grown since last year, as it is known before a window begins.
 *
 * @module
 */
import pl, { type DataFrame, type Expr } from "nodejs-polars";
import { type DateWindow, rowsIn, shiftedWindow } from "@/checks/drift/date_window.ts";

/**
 * How much larger a column is than a year before, on days of the same kind; undefined where that cannot be said.
 *
 * A fortnight of promotions that fell into other weeks must not pass for growth, so the means of each kind of day are
 * compared, and each counts as often as it occurred this year.
 *
 * @param kinds What makes days alike, as texts.
 * @param weeks The weeks before the window.
 */
export function growthSince(
  history: DataFrame,
  name: string,
  { kinds, weeks, yearDays }: {
    readonly kinds: readonly Expr[];
    readonly weeks: DateWindow;
    readonly yearDays: number;
  },
): number | undefined {
  const kind = kinds.length === 0 ? pl.lit("all") : pl.concatString([...kinds], "|");
  // In one piece and a fixed order: sums of the same numbers are to have the same bits.
  const means = (frame: DataFrame) =>
    frame.filter(pl.col(name).isNotNull()).rechunk().withColumns(kind.alias("kind")).groupBy("unique_id", "kind")
      .agg(pl.col(name).cast(pl.Float64).mean().alias("mean"), pl.len().alias("rows"));
  const then = rowsIn(history, shiftedWindow(weeks, -yearDays));
  if (then.height === 0) return undefined;
  const both = means(rowsIn(history, weeks)).join(means(then), { on: ["unique_id", "kind"], suffix: "_then" })
    .sort(["unique_id", "kind"]).rechunk();
  const [sums] = both.select(
    pl.col("mean").mul(pl.col("rows")).sum().alias("now"),
    pl.col("mean_then").mul(pl.col("rows")).sum().alias("then"),
  ).rows() as [number, number][];
  const [now, before] = sums ?? [0, 0];
  return now > 0 && before > 0 ? now / before : undefined;
}
