/**
 * Where the known past ends and the forecast begins.
 *
 * @module
 */
import pl, { type DataFrame, type Expr } from "nodejs-polars";
import { calendarDay, dayText } from "@/datasets/calendar_day.ts";
import { refusal } from "@/datasets/refusal.ts";

/** Train and test on their sides of the origin. */
export interface Origin {
  /** The first date whose target is not known, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly train: DataFrame;
  readonly test?: DataFrame;
}

/** Whether a row's `column` lies before the origin. As numbers: a comparison of dates as text takes 70 times as long. */
export function beforeOrigin(asOf: string, column = "ds"): Expr {
  return pl.col(column).cast(pl.Int32).lt(pl.lit(calendarDay(asOf)));
}

const daysOf = (table: DataFrame) => table.getColumn("Date").cast(pl.Int32);

/**
 * Cuts the history at a date, as if the data ended the day before, and checks that what is to be forecast comes after.
 *
 * Without `asOf` the origin is the step after the last row of train; a later `asOf` changes nothing, since no target is
 * known there.
 *
 * @param tables.train, tables.test Raw tables with a column `Date`.
 * @param options.step Days from one step to the next; the origin is a step.
 * @throws {RangeError} If `asOf` is not a date.
 * @throws {DatasetError} If no history is left, or test asks for a date that train knows, or lies over 400 days away.
 *
 * @example
 * ```ts
 * import pl from "nodejs-polars";
 * import { expect } from "@std/expect";
 * import { forecastOrigin } from "@/datasets/forecast_origin.ts";
 *
 * const train = pl.DataFrame({ Date: pl.Series("Date", [16_640, 16_641], pl.Int32).cast(pl.Date) });
 * expect(forecastOrigin({ train }, { dataset: "toy", step: 1 }).asOf).toBe("2015-07-26");
 * expect(forecastOrigin({ train }, { dataset: "toy", step: 1, asOf: "2015-07-25" }).train.height).toBe(1);
 * ```
 */
export function forecastOrigin(
  { train, test }: { readonly train: DataFrame; readonly test?: DataFrame | undefined },
  { dataset, step, asOf }: { readonly dataset: string; readonly step: number; readonly asOf?: string | undefined },
): Origin {
  const days = daysOf(train);
  const first = Number(days.min()), end = Number(days.max()) + step;
  let origin = end;
  let history = train;
  if (asOf !== undefined) {
    const day = calendarDay(asOf);
    if (Number.isNaN(day)) throw new RangeError(`Cannot cut the data as of "${asOf}": a date is written YYYY-MM-DD`);
    if (day <= first) {
      throw refusal(
        { dataset, file: "train.csv" },
        `history before ${asOf}`,
        `none, as its first date is ${dayText(first)}`,
      );
    }
    origin = Math.min(end, first + Math.ceil((day - first) / step) * step);
    if (origin < end) history = train.filter(pl.col("Date").lt(pl.lit(origin).cast(pl.Date)));
  }
  const known = { asOf: dayText(origin), train: history };
  if (test === undefined) return known;
  const asked = daysOf(test);
  const early = Number(asked.min());
  if (early < end) {
    const row = (asked.toArray() as number[]).indexOf(early) + 1;
    throw refusal(
      { dataset, file: "test.csv", row, column: "Date" },
      `dates after the last of train.csv, ${dayText(end - step)}`,
      dayText(early),
    );
  }
  const furthest = Number(asked.max());
  if (furthest > end + 400) {
    const row = (asked.toArray() as number[]).indexOf(furthest) + 1;
    throw refusal(
      { dataset, file: "test.csv", row, column: "Date" },
      `dates within 400 days of the last of train.csv, ${dayText(end - step)}`,
      dayText(furthest),
    );
  }
  return { ...known, test };
}
