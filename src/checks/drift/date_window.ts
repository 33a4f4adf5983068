/**
 * Parts of a panel between two dates.
 *
 * @module
 */
import pl, { type DataFrame, type Expr } from "nodejs-polars";

/** Dates as `YYYY-MM-DD`: the first, and the day after the last. */
export interface DateWindow {
  /** The first day. */
  readonly from: string;
  /** The day after the last. */
  readonly to: string;
}

/** A date as an expression. */
export const dayOf = (iso: string): Expr => pl.lit(iso).cast(pl.Utf8).str.strptime(pl.Date, "%Y-%m-%d");

/** A date some days later, or earlier. */
export const shiftedDate = (iso: string, days: number): string => Temporal.PlainDate.from(iso).add({ days }).toString();

/** A window some days later, or earlier. */
export function shiftedWindow({ from, to }: DateWindow, days: number): DateWindow {
  return { from: shiftedDate(from, days), to: shiftedDate(to, days) };
}

/** The rows of a window. */
export function rowsIn(frame: DataFrame, { from, to }: DateWindow): DataFrame {
  return frame.filter(pl.col("ds").gtEq(dayOf(from)).and(pl.col("ds").lt(dayOf(to))));
}
